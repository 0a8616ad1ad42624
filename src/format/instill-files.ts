/** Instill's documents as files: one JSON for each picture (and task). */
import { sniff } from "../codec/sniff.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Classification, Dataset, Scene } from "../model/scene.ts";
import { fromBase64 } from "./base64.ts";
import { type DatasetFormat, type ReadTreeOptions } from "./dataset-format.ts";
import type { FileTree } from "./file-tree.ts";
import { type InstillResult, readInstill } from "./instill.ts";
import { writeInstill } from "./instill-writer.ts";
import { NameCategories } from "./name-categories.ts";
import { isPictureName, PictureFiles, pictureName, type PictureSize } from "./picture-files.ts";
import { namesEnding, readJson, Reading, surest } from "./tree-reading.ts";

/**
 * Instill task outputs and draw task inputs: `<picture>.json`, or `<picture>.<task>.json` for several tasks of one picture.
 * The size of a picture comes from the picture in the document, else from the picture of that name.
 */
export const instill: DatasetFormat = {
  name: "instill",
  title: "Instill task outputs: classes, boxes, keypoints, texts, instance and semantic masks",
  detect: async (tree) =>
    surest(tree, await namesEnding(tree, ".json"), 8, (head) =>
      /"task"\s*:\s*"TASK_/i.test(head) || /"task[_-]?outputs"\s*:/i.test(head)
        ? 0.96
        : /"bounding[-_]?box"\s*:\s*\{[^{}]*"(?:left|top)"/i.test(head) || /"stuffs"\s*:\s*\[/.test(head)
          ? 0.9
          : // a picture in front hides what follows
            /^\{\s*"image"\s*:\s*"(?:data:image|\/9j\/|iVBOR)/.test(head)
            ? 0.4
            : /^\{\s*"category"\s*:\s*"[^"]*"\s*,\s*"(?:score|image)"/.test(head)
              ? 0.6
              : 0,
    ),
  read,
  write: writeInstill,
};

const TASK_NAME = /\.(classification|detection|keypoint|ocr|instance_segmentation|semantic_segmentation)$/i;

interface Picture {
  readonly name: string;
  readonly annotations: Annotation[];
  readonly classifications: Classification[];
  size?: PictureSize | undefined;
  readonly path: string;
}

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const files = new PictureFiles(options.images ?? tree);
  const categories = new NameCategories();
  const pictures = new Map<string, Picture>();
  for (const name of await namesEnding(tree, ".json"))
    await reading.partAsync("", async () => readFile(await readJson(tree, name), name, pictures, files, reading));
  if (pictures.size === 0)
    throw reading.failure ?? new ImageError("UNSUPPORTED", "expected Instill's JSON, got no such file");
  const scenes: Scene[] = [];
  for (const { name, annotations, classifications, size, path } of pictures.values())
    scenes.push({
      width: size?.width ?? 0,
      height: size?.height ?? 0,
      fileName: pictureName(isPictureName(name) ? name : ((await files.find(name, true)) ?? name), path, reading),
      // numbered in the order of their files
      classifications:
        classifications.length > 0
          ? classifications.map((entry) => ({ ...entry, categoryId: categories.of(entry.category).id }))
          : undefined,
      annotations: annotations.map((annotation) => numbered(annotation, categories)),
      error: size
        ? undefined
        : new ImageError("ARGUMENT", `the size of ${show(name)} is not known (give the pictures)`, { path }),
    });
  return { categories: categories.list, scenes, size: scenes.length, problems: reading.problems.list };
}

function numbered(annotation: Annotation, categories: NameCategories): Annotation {
  const { category } = annotation;
  return category === undefined || category === ""
    ? { ...annotation, category: undefined }
    : { ...annotation, categoryId: categories.of(category).id };
}

async function readFile(
  root: unknown,
  name: string,
  pictures: Map<string, Picture>,
  files: PictureFiles,
  reading: Reading,
): Promise<void> {
  const stem = name.slice(0, -".json".length).replace(TASK_NAME, "");
  const quiet = { report: () => {} };
  let images: (string | undefined)[];
  try {
    images = readInstill(root, quiet).map(({ image }) => image);
  } catch (error) {
    throw error instanceof ImageError ? error.at(name) : error;
  }
  const found = await files.find(stem, true);
  for (const [i, image] of images.entries()) {
    // the outputs of a list are pictures of their own
    const own = images.length === 1 ? stem : `${stem}#${i}`;
    const size =
      pictures.get(own)?.size ??
      sizeOfImage(image) ??
      (found === undefined ? undefined : await reading.partAsync(name, () => files.size(found)));
    const report = (error: ImageError): void => {
      if (size) reading.report(error.at(name));
    };
    const result: InstillResult = readInstill(root, {
      size: size && [size.height, size.width],
      report: images.length === 1 || i === 0 ? report : quiet.report,
    })[i]!;
    let picture = pictures.get(own);
    if (!picture) pictures.set(own, (picture = { name: own, annotations: [], classifications: [], size, path: name }));
    picture.annotations.push(...result.annotations);
    picture.classifications.push(...result.classifications);
    if (!size) reading.note(name, `the size of ${show(own)} is not known (give the pictures)`);
  }
}

/** Size by the header of a picture in the document; undefined for an address, or where it tells none. */
function sizeOfImage(image: string | undefined): PictureSize | undefined {
  if (image === undefined || /^https?:/i.test(image)) return undefined;
  const start = image.startsWith("data:") ? image.indexOf(",") + 1 : 0;
  for (const length of [1 << 16, Infinity]) {
    let found: ReturnType<typeof sniff>;
    try {
      const text = image.slice(start, start + length);
      found = sniff(fromBase64(text.slice(0, text.length - (text.length % 4))));
      if (found) checkSize(found.width, found.height);
    } catch (error) {
      if (error instanceof ImageError) return undefined;
      throw error;
    }
    // Instill does not look at the orientation, and neither do its boxes
    if (found) return { width: found.width, height: found.height };
  }
  return undefined;
}
