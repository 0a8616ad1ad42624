/** LVIS: COCO's instances with many categories, of which each picture names those that were looked for. */
import { checkedOptions } from "../errors.ts";
import type { Annotation, Dataset, Scene } from "../model/scene.ts";
import { readCocoTree } from "./coco-format.ts";
import { checkScene, CocoCategories, FreeIds, datasetFields, imageRecord, instanceRecord } from "./coco-records.ts";
import { type DatasetFormat, type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { splitName } from "./scene-names.ts";
import { soundScenes } from "./sound-scenes.ts";
import { loseParts, loseSceneParts, loseSplits } from "./lost-parts.ts";
import { jsonFile, JsonList } from "./written.ts";
import { namesEnding, surest } from "./tree-reading.ts";

/**
 * LVIS. What COCO has no place for is in the attributes of pictures (`neg_category_ids`, `not_exhaustive_category_ids`)
 * and of categories (`frequency`, `synset`, `synonyms`, `def` …).
 */
export const lvis: DatasetFormat = {
  name: "lvis",
  title: "LVIS instances: COCO with federated categories",
  detect: async (tree) =>
    surest(tree, await namesEnding(tree, ".json"), 8, (head, name) =>
      head.startsWith("{") && /"(?:neg_category_ids|not_exhaustive_category_ids|synset)"\s*:/.test(head)
        ? 0.95
        : /lvis_v\d/i.test(name) && /"(?:images|annotations|categories)"\s*:\s*\[/.test(head)
          ? 0.9
          : 0,
    ),
  read: readCocoTree,
  write,
};

const KEPT: ReadonlySet<keyof Annotation> = new Set(["id", "box", "segmentation", "category", "area"]);
/** Counted by the writer of COCO records. */
const COUNTED: readonly (keyof Annotation)[] = ["score", "caption", "trackId", "isCrowd", "isOccluded", "attributes"];
const KEPT_OF_SCENES: ReadonlySet<keyof Scene> = new Set(["imageId", "split", "attributes"]);

interface Split {
  readonly images: JsonList;
  readonly annotations: JsonList;
}

/** Write `annotations/lvis_v1_<split>.json`. */
async function write(dataset: Dataset, sink: FileSink, options: WriteTreeOptions = {}): Promise<readonly Loss[]> {
  checkedOptions(options);
  const losses = new Losses();
  const categories = new CocoCategories(dataset.categories, losses);
  const splits = new Map<string, Split>();
  const ids = { image: new FreeIds(), annotation: new FreeIds() };
  const counts = new Map<number, { images: number; instances: number }>();
  for await (const { scene, path } of soundScenes(dataset, losses)) {
    if (!checkScene(scene, losses, path)) continue;
    loseSceneParts(scene, KEPT_OF_SCENES, losses, path);
    const part = splitName(scene, options, losses, path);
    const split = splits.get(part) ?? { images: new JsonList(), annotations: new JsonList() };
    splits.set(part, split);
    const image = ids.image.take(scene.imageId, losses, "id of a picture that is no whole number or taken", path);
    split.images.push({
      neg_category_ids: [],
      not_exhaustive_category_ids: [],
      ...imageRecord(scene, image, losses, path),
    });
    const here = new Set<number>();
    for (const [i, annotation] of scene.annotations.entries()) {
      const place = `${path}.annotations[${i}]`;
      const lost: Annotation = Object.fromEntries(COUNTED.map((key) => [key, annotation[key]]));
      loseParts(lost, KEPT, losses, place);
      const { keypoints, ...plain } = annotation;
      if (plain.box?.rotation) losses.add("rotation of a box", `${place}.box.rotation`);
      if (keypoints) losses.add("keypoints", `${place}.keypoints`);
      const record = instanceRecord(plain, scene, image, categories, ids.annotation, losses, place);
      if (!record) continue;
      const { id, image_id, category_id, bbox, area, segmentation } = record;
      split.annotations.push({ id, image_id, category_id, bbox, area, segmentation: segmentation ?? [] });
      const count = counts.get(category_id as number) ?? { images: 0, instances: 0 };
      count.instances += 1;
      if (!here.has(category_id as number)) count.images += 1;
      here.add(category_id as number);
      counts.set(category_id as number, count);
    }
  }
  const about = datasetFields(dataset, losses);
  const records = categories.records(losses).map((record) => {
    const { images, instances } = counts.get((record as { id: number }).id) ?? { images: 0, instances: 0 };
    const frequency = images <= 10 ? "r" : images <= 100 ? "c" : "f";
    return { frequency, image_count: images, instance_count: instances, ...record };
  });
  if (splits.size === 0) splits.set(options.split ?? "train", { images: new JsonList(), annotations: new JsonList() });
  for (const [name, { images, annotations }] of splits)
    await sink.write(
      `annotations/lvis_v1_${name}.json`,
      jsonFile({ ...about, images, categories: records, annotations }),
    );
  loseSplits(dataset, losses, splits);
  return losses.list;
}
