/** Datasets as COCO files: one record for each object, one set of files for each split. */
import { checkedOptions } from "../errors.ts";
import type { Dataset, Scene } from "../model/scene.ts";
import {
  captionsOf,
  checkScene,
  CocoCategories,
  FreeIds,
  datasetFields,
  imageRecord,
  instanceRecord,
} from "./coco-records.ts";
import { type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { splitName } from "./scene-names.ts";
import { soundScenes } from "./sound-scenes.ts";
import { loseDatasetParts, loseSceneParts, loseSplits } from "./lost-parts.ts";
import { jsonFile, JsonList, TextFile } from "./written.ts";

const KEPT_OF_SCENES: ReadonlySet<keyof Scene> = new Set([
  "imageId",
  "classifications",
  "caption",
  "captions",
  "split",
  "attributes",
]);

interface Split {
  readonly images: JsonList;
  readonly instances: JsonList;
  readonly keypoints: JsonList;
  readonly captions: JsonList;
  readonly labels: JsonList;
}

/**
 * Write `annotations/instances_<split>.json`, and where there is something to put in them `person_keypoints_`,
 * `captions_` and `labels_<split>.json` beside it.
 */
export async function writeCoco(
  dataset: Dataset,
  sink: FileSink,
  options: WriteTreeOptions = {},
): Promise<readonly Loss[]> {
  checkedOptions(options);
  const losses = new Losses();
  const categories = new CocoCategories(dataset.categories, losses);
  const splits = new Map<string, Split>();
  const ids = { image: new FreeIds(), annotation: new FreeIds() };
  for await (const { scene, path } of soundScenes(dataset, losses)) {
    if (!checkScene(scene, losses, path)) continue;
    loseSceneParts(scene, KEPT_OF_SCENES, losses, path);
    const split = splitOf(splits, splitName(scene, options, losses, path));
    const image = ids.image.take(scene.imageId, losses, "id of a picture that is no whole number or taken", path);
    split.images.push(imageRecord(scene, image, losses, path));
    for (const [i, annotation] of scene.annotations.entries()) {
      const place = `${path}.annotations[${i}]`;
      const record = instanceRecord(annotation, scene, image, categories, ids.annotation, losses, place);
      if (!record) continue;
      const { keypoints, num_keypoints: count, ...plain } = record;
      split.instances.push(plain);
      if (keypoints) split.keypoints.push({ ...plain, num_keypoints: count, keypoints });
    }
    for (const [i, entry] of (scene.classifications ?? []).entries())
      split.labels.push({
        id: split.labels.length + 1,
        image_id: image,
        category_id: categories.idOf(entry, losses, `${path}.classifications[${i}]`),
        ...(entry.score !== undefined && { score: entry.score }),
      });
    for (const caption of captionsOf(scene))
      split.captions.push({ id: split.captions.length + 1, image_id: image, caption });
  }
  if (splits.size === 0) splitOf(splits, options.split ?? "train");
  const about = datasetFields(dataset, losses);
  const records = categories.records(losses);
  for (const [name, { images, instances, keypoints, captions, labels }] of splits) {
    const file = async (kind: string, annotations: JsonList, more: object): Promise<void> =>
      sink.write(`annotations/${kind}_${name}.json`, jsonFile({ ...about, images, ...more, annotations }));
    await file("instances", instances, { categories: records });
    if (keypoints.length > 0) await file("person_keypoints", keypoints, { categories: records });
    if (labels.length > 0) await file("labels", labels, { categories: records });
    if (captions.length > 0) await file("captions", captions, {});
  }
  loseSplits(dataset, losses, splits);
  return losses.list;
}

/** A list of results, as models give them: `results.json`, one record for each object with a score. */
export async function writeCocoResults(dataset: Dataset, sink: FileSink): Promise<readonly Loss[]> {
  const losses = new Losses();
  const categories = new CocoCategories(dataset.categories, losses);
  const list = new JsonList();
  const ids = { image: new FreeIds(), annotation: new FreeIds() };
  for await (const { scene, path } of soundScenes(dataset, losses)) {
    if (!checkScene(scene, losses, path)) continue;
    losses.add("size and name of a picture (results refer to a ground truth)", path);
    loseSceneParts(scene, new Set(["imageId", "caption", "captions"]), losses, path);
    const image = ids.image.take(scene.imageId, losses, "id of a picture that is no whole number or taken", path);
    for (const [i, annotation] of scene.annotations.entries()) {
      const place = `${path}.annotations[${i}]`;
      // the group that results are read as
      const { group, ...plain } = annotation;
      const given = group === "predictions" ? plain : annotation;
      if (group === "ground truth") losses.add("group", `${place}.group`);
      const record = instanceRecord(given, scene, image, categories, ids.annotation, losses, place, true);
      if (!record) continue;
      if (annotation.score === undefined) losses.add("score that is missing (written as 1)", place);
      const { iscrowd: _isCrowd, id: _id, num_keypoints: _count, ...result } = record;
      list.push({ ...result, score: annotation.score ?? 1 });
    }
    for (const caption of captionsOf(scene)) list.push({ image_id: image, caption });
  }
  loseDatasetParts(dataset, losses);
  for (let i = 0; i < categories.count; i++)
    losses.add("category (results refer to a ground truth)", `categories[${i}]`);
  const file = new TextFile();
  list.into(file);
  await sink.write("results.json", file.bytes());
  return losses.list;
}

function splitOf(splits: Map<string, Split>, name: string): Split {
  let split = splits.get(name);
  if (!split) {
    const list = (): JsonList => new JsonList();
    split = { images: list(), instances: list(), keypoints: list(), captions: list(), labels: list() };
    splits.set(name, split);
  }
  return split;
}
