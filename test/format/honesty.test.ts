import fc from "../support/property.ts";
import { describe, expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import {
  classificationFolders,
  coco,
  cocoResults,
  type DatasetFormat,
  formats,
  MemoryFiles,
} from "../../src/format/index.ts";
import type { Loss } from "../../src/format/dataset-format.ts";
import type { Dataset, Scene } from "../../src/model/scene.ts";
import { anyDatasets, type Difference, lostParts } from "../support/any-datasets.ts";

/** Words of losses that are about a field; a loss of a whole object or picture is about all of its fields. */
const WORDS: Readonly<Record<string, RegExp>> = {
  id: /\bid\b/,
  box: /\bbox\b|rotation of a/,
  segmentation: /mask|outline|polygon|pixels|segmentation|class beyond/,
  keypoints: /keypoint|\bpoint|skeleton|visibility|value that is not 0/,
  polyline: /polyline|\bline\b|arrow/,
  ellipse: /ellipse/,
  points: /points/,
  trace: /trace/,
  icon: /icon/,
  text: /text/,
  quad: /four corners|quad/,
  group: /group/,
  category: /categor/,
  score: /^score/,
  scores: /score/,
  color: /colour of an object/,
  isOccluded: /occlusion/,
  caption: /caption/,
  trackId: /track/,
  isCrowd: /crowd/,
  area: /area/,
  attributes: /attribute|no data/,
  width: /size of a picture/,
  height: /size of a picture/,
  fileName: /name of a picture|file name|name that XML|second picture/,
  imageId: /id of a picture/,
  split: /split/,
  splits: /split/,
  captions: /caption/,
  "scene attributes": /attribute|no data/,
  classifications: /classification|class|label that/,
  "score of a class": /score of a class|classification|score that is missing/,
  labelMaps: /label map/,
  "group of a label map": /label map/,
  "colors of a label map": /label map/,
  heatMaps: /heat map/,
  "more objects": /object of several|several outlines|one by one|as one mask for each class|label map/,
  "category of the list": /category|label that|names of classes/,
  "category id": /ids? of categor|category id|names of classes/,
  "category supercategory": /supercategory/,
  "category skeleton": /skeleton/,
  "category color": /colour of a category/,
  "category isThing": /thing or stuff/,
  "category attributes": /attribute|no data/,
  "dataset attributes": /attribute|no data/,
};
/** Written as several objects, which have the shapes between them. */
const SEVERAL = /^object of several/;
const SHAPES = new Set(["box", "segmentation", "polyline", "ellipse", "points"]);
const WHOLE_OBJECT = /^object\b(?! of several)|mask without pixels of its own/;
const WHOLE_PICTURE = /^picture |^second picture|without a label/;

/** Losses that say what the difference is. */
function saying({ path, field }: Difference, losses: readonly Loss[]): readonly Loss[] {
  return losses.filter(
    ({ what }) =>
      WORDS[field]?.test(what) ||
      WHOLE_PICTURE.test(what) ||
      (path.startsWith("categories") && /^category \(results refer/.test(what)) ||
      (SHAPES.has(field) && SEVERAL.test(what)) ||
      (path.includes("annotations[") && WHOLE_OBJECT.test(what)) ||
      // its category came with the object
      (path.startsWith("categories") && field === "category of the list" && WHOLE_OBJECT.test(what)),
  );
}

async function scenesOf({ scenes }: Dataset): Promise<Scene[]> {
  const list: Scene[] = [];
  for await (const scene of scenes) list.push(scene);
  return list;
}

/** Write a dataset, and read it where the pictures are. */
async function through(format: DatasetFormat, dataset: Dataset & { readonly scenes: readonly Scene[] }) {
  const images = new MemoryFiles();
  for (const { fileName, width, height } of dataset.scenes)
    await images.write(fileName!, encodePng({ data: new Uint8Array(width * height), shape: [height, width] }));
  const files = new MemoryFiles();
  const losses = await format.write!(dataset, files, { images });
  if (format === cocoResults) {
    const bare = dataset.scenes.map(({ width, height, fileName, imageId }) => ({
      width,
      height,
      fileName,
      imageId,
      annotations: [],
    }));
    await coco.write!({ categories: dataset.categories, scenes: bare }, files);
  }
  if (format === classificationFolders && files.files.size === 0) return { losses, read: undefined, scenes: [] };
  const read = await format.read(files, { images: format === classificationFolders ? undefined : images });
  return { losses, read, scenes: await scenesOf(read), files };
}

/** Folders of classes name pictures by their places. */
function inFolders(difference: Difference, format: DatasetFormat): boolean {
  const [before, after] = [difference.before, difference.after].map((name) => String(name).split("/").at(-1));
  return format === classificationFolders && difference.field === "fileName" && before === after;
}

function partner(scene: Scene, index: number, scenes: readonly Scene[], count: number): Scene | undefined {
  return (
    scenes.find(({ fileName }) => fileName === scene.fileName) ??
    (count === 1 || scenes.length === count ? scenes[index] : undefined)
  );
}

describe("whatever is not listed as a loss comes back equal:", () => {
  test.each(formats.filter(({ write }) => write).map((format) => [format.name, format] as const))(
    "%s",
    async (_, format) => {
      await fc.assert(
        fc.asyncProperty(anyDatasets, async (dataset) => {
          const { losses, read, scenes } = await through(format, dataset);
          const differences = read
            ? lostParts(
                dataset,
                dataset.scenes,
                read,
                dataset.scenes.map((scene, i) => partner(scene, i, scenes, dataset.scenes.length)),
              )
            : dataset.scenes.map((_scene, i) => ({ path: `scenes[${i}]`, field: "scene" }));
          const silent = differences.filter(
            (difference) => saying(difference, losses).length === 0 && !inFolders(difference, format),
          );
          expect({ silent, losses }).toMatchObject({ silent: [] });
        }),
        { numRuns: 80 },
      );
    },
  );
});
