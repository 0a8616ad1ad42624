/** What is in a dataset, counted in one pass over its scenes. */
import type { Annotation, Dataset, DatasetProblem } from "../model/scene.ts";

type Size = readonly [width: number, height: number];

/** The counts. */
export interface DatasetCounts {
  readonly pictures: number;
  /** Pictures with nothing on them. */
  readonly empty: number;
  /** Pictures that are too broken to draw. */
  readonly broken: number;
  readonly objects: number;
  /** Objects by what they have: an object with a box and a mask counts for both. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly classifications: number;
  readonly categories: readonly { id: number | string; name: string; count: number }[];
  readonly splits: ReadonlyMap<string, number>;
  readonly sizes: { readonly smallest: Size; readonly widest: Size; readonly different: number } | undefined;
  /** Why pictures are broken. */
  readonly errors: readonly DatasetProblem[];
}

const MOST_ERRORS = 1000;

/** Read every scene once. */
export async function countDataset(dataset: Dataset): Promise<DatasetCounts> {
  const kinds = new Map<string, number>();
  const splits = new Map<string, number>((dataset.splits ?? []).map((name) => [name, 0]));
  const byName = new Map<string, { id: number | string; name: string; count: number }>();
  for (const { id, name } of dataset.categories) if (!byName.has(name)) byName.set(name, { id, name, count: 0 });
  const count = (name: string | undefined, id: number | string | undefined): void => {
    const key = name ?? (id === undefined ? "(none)" : `#${id}`);
    const known = byName.get(key);
    if (known) known.count += 1;
    else byName.set(key, { id: id ?? key, name: key, count: 1 });
  };
  const errors: DatasetProblem[] = [];
  const sizes = new Set<number>();
  let [smallest, widest]: [Size | undefined, Size | undefined] = [undefined, undefined];
  let [pictures, empty, broken, objects, classifications] = [0, 0, 0, 0, 0];
  for await (const scene of dataset.scenes) {
    const { width, height, annotations, classifications: classes = [], split, error, labelMaps = [], captions } = scene;
    pictures += 1;
    objects += annotations.length;
    classifications += classes.length;
    if (split !== undefined) add(splits, split);
    if (error) {
      broken += 1;
      if (errors.length < MOST_ERRORS)
        errors.push({
          path: error.path ?? "",
          message: error.path ? error.message.slice(error.path.length + 2) : error.message,
        });
    }
    if (annotations.length + classes.length + labelMaps.length + (captions?.length ?? 0) === 0) empty += 1;
    if (width > 0 && height > 0) {
      sizes.add(width * 2 ** 20 + height);
      if (!smallest || width * height < smallest[0] * smallest[1]) smallest = [width, height];
      if (!widest || width * height > widest[0] * widest[1]) widest = [width, height];
    }
    for (const annotation of annotations) {
      count(annotation.category, annotation.categoryId);
      for (const kind of kindsOf(annotation)) add(kinds, kind);
    }
    for (const { category, categoryId } of classes) count(category, categoryId);
    if (classes.length > 0) add(kinds, "classification", classes.length);
    if (labelMaps.length > 0) add(kinds, "label map", labelMaps.length);
    if (captions?.length) add(kinds, "sentence", captions.length);
  }
  return {
    pictures,
    empty,
    broken,
    objects,
    kinds,
    classifications,
    categories: [...byName.values()],
    splits,
    sizes: smallest && widest && { smallest, widest, different: sizes.size },
    errors,
  };
}

function* kindsOf(annotation: Annotation): Generator<string> {
  const { box, segmentation, keypoints, polyline, ellipse, points, quad, text } = annotation;
  if (box) yield box.rotation ? "rotated box" : "box";
  if (segmentation) yield segmentation.kind === "polygon" ? "polygon" : "mask";
  if (keypoints) yield "keypoints";
  if (polyline) yield "polyline";
  if (ellipse) yield "ellipse";
  if (points) yield "points";
  if (quad) yield "quad";
  if (text !== undefined) yield "text";
}

function add(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
