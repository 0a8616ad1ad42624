/** Counting what a format has no place for, part by part. */
import type { Annotation, Category, Dataset, Scene, Skeleton } from "../model/scene.ts";
import type { Losses } from "./dataset-format.ts";

/** Parts of an annotation, and the words for them in a list of losses. */
const PARTS: Partial<Record<keyof Annotation, string>> = {
  id: "id of an object",
  box: "box",
  segmentation: "mask",
  keypoints: "keypoints",
  polyline: "polyline",
  ellipse: "ellipse",
  points: "points",
  trace: "trace",
  icon: "icon",
  text: "text",
  quad: "quad",
  group: "group",
  category: "category",
  score: "score",
  scores: "named scores",
  color: "colour of an object",
  isOccluded: "occlusion",
  caption: "caption of an object",
  trackId: "track id",
  isCrowd: "crowd",
  area: "area",
  attributes: "attributes of an object",
};
const SCENE_PARTS: Partial<Record<keyof Scene, string>> = {
  imageId: "id of a picture",
  labelMaps: "label map",
  heatMaps: "heat map",
  classifications: "classification",
  caption: "caption",
  captions: "caption",
  split: "split",
  attributes: "attributes of a picture",
  error: "error of a picture",
};
const CATEGORY_PARTS: Partial<Record<keyof Category, string>> = {
  supercategory: "supercategory",
  skeleton: "skeleton",
  color: "colour of a category",
  isThing: "thing or stuff",
  attributes: "attributes of a category",
};

/**
 * Count every part of an annotation that is set and that the format does not keep. What says nothing (no crowd, not hidden,
 * the group `ground truth` in a format with one group) is not lost; neither are category ids where the name stays.
 */
export function loseParts(
  annotation: Annotation,
  kept: ReadonlySet<keyof Annotation>,
  losses: Losses,
  path: string,
): void {
  for (const key of Object.keys(PARTS) as (keyof Annotation)[]) {
    const value = annotation[key];
    if (value === undefined || value === false || kept.has(key)) continue;
    if (key === "group" && value === "ground truth") continue;
    if (value === "" || (value instanceof Map && value.size === 0)) continue;
    losses.add(PARTS[key]!, `${path}.${key}`);
  }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== "" && !(value instanceof Map && value.size === 0);
}

/** As {@link loseParts}, for a scene. */
export function loseSceneParts(scene: Scene, kept: ReadonlySet<keyof Scene>, losses: Losses, path: string): void {
  for (const key of Object.keys(SCENE_PARTS) as (keyof Scene)[]) {
    const value = scene[key];
    if (value === undefined || kept.has(key)) continue;
    if ((Array.isArray(value) && value.length === 0) || (value instanceof Map && value.size === 0)) continue;
    if (value === "" || (key === "caption" && !!scene.captions?.length)) continue;
    // the first is the caption
    if (key === "captions" && kept.has("caption") && scene.captions!.length === 1) continue;
    losses.add(SCENE_PARTS[key]!, `${path}.${key}`);
  }
}

/** As {@link loseParts}, for the categories of a dataset. */
export function loseCategoryParts(
  categories: readonly Category[],
  kept: ReadonlySet<keyof Category>,
  losses: Losses,
): void {
  for (const [i, category] of categories.entries())
    for (const key of Object.keys(CATEGORY_PARTS) as (keyof Category)[])
      if (isSaid(category[key]) && !kept.has(key)) losses.add(CATEGORY_PARTS[key]!, `categories[${i}].${key}`);
}

/** Count what formats with the names of points, and edges, have no place for. */
export function loseSkeletonParts(skeleton: Skeleton, category: string, losses: Losses, path: string): void {
  if (skeleton.name !== category && skeleton.name !== "") losses.add("name of a skeleton", path);
  if (skeleton.points.length === 0) losses.add("skeleton without points", path);
  if (skeleton.edgeColors || skeleton.pointColors) losses.add("colours of a skeleton", path);
}

/** As {@link loseParts}, for what a dataset says about itself, in a format that has no place for it. */
export function loseDatasetParts(dataset: Dataset, losses: Losses, splits?: Pick<ReadonlySet<string>, "has">): void {
  if (dataset.attributes?.size) losses.add("attributes of the dataset", "attributes");
  loseSplits(dataset, losses, splits);
}

/** Count the splits of a dataset's list that are not among those written: of a format that has none, the list. */
export function loseSplits(dataset: Dataset, losses: Losses, written?: Pick<ReadonlySet<string>, "has">): void {
  for (const [i, split] of (dataset.splits ?? []).entries())
    if (split !== "" && !written?.has(split))
      losses.add(written ? "split without pictures" : "list of splits", `splits[${i}]`);
}

/** Categories that no object has, in a format that only names those of objects. */
export function loseUnused(categories: readonly Category[], used: ReadonlySet<string>, losses: Losses): void {
  for (const [i, { name }] of categories.entries())
    if (!used.has(name)) losses.add("category without objects", `categories[${i}]`);
}

/**
 * Count ids of categories, in a format that has names alone: readers number them as they appear.
 *
 * @param used - names in that order
 */
export function loseIds(categories: readonly Category[], used: ReadonlySet<string>, losses: Losses): void {
  const order = [...used];
  for (const [i, { id, name }] of categories.entries())
    if (used.has(name) && id !== order.indexOf(name) + 1)
      losses.add("ids of categories (counted from 1 as they appear)", `categories[${i}].id`);
}

/** Names of categories in the order in which readers meet them: files sorted by name, in each as they were added. */
export class NamesByFile {
  readonly #files = new Map<string, Set<string>>();

  add(file: string, name: string): void {
    const names = this.#files.get(file);
    if (names) names.add(name);
    else this.#files.set(file, new Set([name]));
  }

  get order(): ReadonlySet<string> {
    return new Set([...this.#files.keys()].sort().flatMap((file) => [...this.#files.get(file)!]));
  }
}
