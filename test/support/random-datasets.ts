/** Random datasets for round trips, and the comparison of what came back. */
import fc from "./property.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import { decodeMask } from "../../src/core/rle.ts";
import { MemoryFiles } from "../../src/format/file-tree.ts";
import type { Annotation, Category, Dataset, LabelMap, Scene, Segmentation, Skeleton } from "../../src/model/scene.ts";

/** Parts of an annotation that a dataset may have. */
export type PartName = Exclude<keyof Annotation, "categoryId">;

export const KITE: Skeleton = {
  name: "cat",
  points: ["top", "left", "right", "tail"],
  edges: [
    [0, 1],
    [0, 2],
    [2, 3],
  ],
};

const NAMES = [
  "cat",
  "traffic light",
  "__proto__",
  "constructor",
  "собака",
  'with "quotes", commas\nand lines',
  "日本",
];

/** Categories with gaps between their ids; the first has a skeleton. */
export const CATEGORIES: readonly Category[] = NAMES.map((name, i) => ({
  id: 1 + i * 3,
  name,
  ...(i === 0 && { skeleton: KITE }),
}));

const coordinate = (side: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 0, max: side }),
    fc.double({ min: -side, max: side * 2, noNaN: true }).map((value) => Math.round(value * 256) / 256 + 0),
  );
const unit = fc.integer({ min: 0, max: 1024 }).map((value) => value / 1024);
const pairs = (width: number, height: number, low: number, high: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.tuple(coordinate(width), coordinate(height)), { minLength: low, maxLength: high })
    .map((points) => points.flat());

const json = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });
const noMinusZero = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const attributes = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom("truncated", "__proto__", "toString", "ü"), fc.string({ minLength: 1, maxLength: 5 })),
      json.map(noMinusZero),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((entries) => new Map(entries.filter(([key]) => !OWN.has(key.toLowerCase()))))
  .filter((map) => map.size > 0);
/** Names that formats read as something of their own. */
const OWN = new Set(["label", "labels", "class", "name", "type", "object", "category", "class_name", "score", "group"]);

function maskOf(width: number, height: number): fc.Arbitrary<Segmentation> {
  const polygon = fc.record({
    kind: fc.constant("polygon" as const),
    parts: fc.array(fc.record({ outline: pairs(width, height, 3, 6) }), { minLength: 1, maxLength: 2 }),
  });
  const pixels = fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 });
  const mask = pixels.map((data): Segmentation => ({ kind: "mask", data, width, height }));
  const rle = fc.integer({ min: 1, max: width * height - 1 }).map((first): Segmentation => ({
    kind: "rle",
    rle: { size: [height, width], counts: [first, width * height - first] },
  }));
  return fc.oneof(polygon, mask, rle);
}

function annotationOf(width: number, height: number, parts: readonly PartName[]): fc.Arbitrary<Annotation> {
  const box = fc
    .tuple(coordinate(width), coordinate(height), unit, unit)
    .map(([x, y, w, h]) => ({ x, y, width: w * width, height: h * height }));
  const all: Record<PartName, fc.Arbitrary<unknown>> = {
    id: fc.integer({ min: 1, max: 1e6 }),
    box: parts.includes("quad")
      ? fc.tuple(box, fc.integer({ min: -90, max: 90 })).map(([plain, rotation]) => ({ ...plain, rotation }))
      : box,
    segmentation: maskOf(width, height),
    keypoints: fc
      .array(fc.tuple(coordinate(width), coordinate(height), fc.constantFrom(0, 1, 2)), { minLength: 4, maxLength: 4 })
      .map((points) => ({ points: points.map(([x, y, visibility]) => ({ x, y, visibility })), skeleton: KITE })),
    polyline: fc.record({ points: pairs(width, height, 2, 5) }),
    ellipse: fc
      .tuple(coordinate(width), coordinate(height), unit, unit, fc.integer({ min: -80, max: 80 }))
      .map(([x, y, rx, ry, rotation]) => ({
        x,
        y,
        radiusX: rx * width,
        radiusY: ry * height,
        ...(rotation && { rotation }),
      })),
    points: pairs(width, height, 1, 1),
    trace: pairs(width, height, 2, 4),
    icon: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((data) => ({ data, width: 1, height: 1 })),
    text: fc.string({ minLength: 1, maxLength: 5 }),
    quad: fc.array(coordinate(width), { minLength: 8, maxLength: 8 }),
    group: fc.constantFrom("ground truth", "predictions", "__proto__"),
    category: fc.constantFrom(...NAMES),
    score: unit,
    scores: fc
      .array(fc.tuple(fc.constantFrom("iou", "acc", "depth"), unit), { minLength: 1, maxLength: 2 })
      .map((entries) => new Map(entries)),
    color: fc.integer({ min: 0, max: 0xffffff }),
    isOccluded: fc.boolean(),
    caption: fc.string({ minLength: 1, maxLength: 5 }),
    trackId: fc.integer({ min: 0, max: 99 }),
    isCrowd: fc.boolean(),
    area: fc.integer({ min: 0, max: 5000 }),
    attributes,
  };
  const chosen = Object.fromEntries(parts.map((part) => [part, all[part]]));
  return fc.record(chosen, { requiredKeys: [] }).map((raw) => {
    const annotation = raw as Annotation;
    // poses are of the category that has one, the others have none
    const category = annotation.keypoints ? "cat" : annotation.category;
    const known = CATEGORIES.find(({ name }) => name === category);
    return known ? { ...annotation, category: known.name, categoryId: known.id } : annotation;
  });
}

function labelMapOf(width: number, height: number): fc.Arbitrary<LabelMap> {
  return fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 3 }).map((data) => ({
    data,
    width,
    height,
    group: "classes",
    classes: new Map([
      [1, "cat"],
      [4, "traffic light"],
    ]),
  }));
}

/** What scenes of a random dataset have. */
export interface RandomParts {
  readonly parts: readonly PartName[];
  /** Parts of which every annotation has one at least, where that must be so. */
  readonly shapes?: readonly PartName[] | undefined;
  /** Other parts that every annotation has. */
  readonly always?: readonly PartName[] | undefined;
  readonly scene?: readonly ("classifications" | "captions" | "labelMaps" | "attributes" | "split")[] | undefined;
  /** True: the dataset says something about itself. */
  readonly about?: boolean | undefined;
  readonly annotations?: number | undefined;
  readonly scenes?: number | undefined;
}

/** Random datasets in memory. */
export function datasets({
  parts,
  shapes,
  always = [],
  scene: more = [],
  about = false,
  annotations = 4,
  scenes = 3,
}: RandomParts): fc.Arbitrary<Dataset> {
  const sized = fc.tuple(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 20 }));
  const one = sized.chain(([width, height]) => {
    const annotation = annotationOf(width, height, parts).filter(
      (given) =>
        (!shapes || shapes.some((shape) => given[shape] !== undefined)) &&
        always.every((part) => given[part] !== undefined),
    );
    return fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      annotations: fc.array(annotation, { maxLength: annotations }),
      ...(more.includes("classifications") && {
        classifications: fc.array(
          fc.record({ category: fc.constantFrom(...NAMES), score: unit }).map((entry) => ({
            ...entry,
            categoryId: CATEGORIES.find(({ name }) => name === entry.category)!.id,
          })),
          { minLength: 1, maxLength: 2 },
        ),
      }),
      ...(more.includes("captions") && {
        captions: fc.array(
          fc.string({ minLength: 1, maxLength: 9 }).map((text) => `a${text.trim()}z`),
          { minLength: 1, maxLength: 3 },
        ),
      }),
      ...(more.includes("labelMaps") && {
        labelMaps: fc.array(labelMapOf(width, height), { minLength: 1, maxLength: 1 }),
      }),
      ...(more.includes("attributes") && { attributes }),
      ...(more.includes("split") && { split: fc.constantFrom("train", "val", "test") }),
    });
  });
  return fc.array(one, { minLength: 1, maxLength: scenes }).map((list) => ({
    categories: CATEGORIES,
    ...(about && { attributes: new Map([["info", { year: 2020 }]]) }),
    scenes: list.map((scene, i) => {
      const ids = new Set<unknown>();
      // ids are of one dataset
      const own = (scene.annotations as Annotation[]).map((annotation, k) =>
        annotation.id === undefined || ids.has(annotation.id) || i > 0
          ? { ...annotation, ...(annotation.id !== undefined && { id: 2e6 + i * 100 + k }) }
          : (ids.add(annotation.id), annotation),
      );
      const { captions } = scene as Scene;
      return {
        ...scene,
        fileName: `folder/é ${i}.png`,
        annotations: own,
        ...(captions && { caption: captions[0] }),
      } as Scene;
    }),
  }));
}

/** The pictures of a random dataset. */
export function picturesOf(dataset: Dataset): MemoryFiles {
  const files = new MemoryFiles();
  for (const { fileName, width, height } of dataset.scenes as Iterable<Scene>)
    files.files.set(fileName!, encodePng({ data: new Uint8Array(width * height), shape: [height, width] }));
  return files;
}

/** All scenes. */
export async function scenesOf(dataset: Dataset): Promise<Scene[]> {
  const scenes: Scene[] = [];
  for await (const scene of dataset.scenes) scenes.push(scene);
  return scenes;
}

/** Fields that a scene has and another has not, or differently: `annotations[1].box`. What was added does not count. */
export function differences(before: Scene, after: Scene | undefined): string[] {
  if (!after) return ["scene"];
  const found: string[] = [];
  for (const key of ["width", "height", "fileName", "split", "captions", "attributes"] as const)
    if (before[key] !== undefined && !same(before[key], after[key])) found.push(key);
  const names = (scene: Scene): unknown => scene.classifications?.map(({ category, score }) => [category, score]);
  if (before.classifications && !same(names(before), names(after))) found.push("classifications");
  for (const [i, map] of (before.labelMaps ?? []).entries()) {
    const other = after.labelMaps?.[i];
    const classes = [...(map.classes ?? [])].every(([id, name]) => other?.classes?.get(id) === name);
    if (!other || !classes || !same(map.data, other.data) || map.group !== other.group) found.push(`labelMaps[${i}]`);
  }
  for (const [i, annotation] of before.annotations.entries()) {
    const other = after.annotations[i];
    for (const key of Object.keys(annotation) as (keyof Annotation)[]) {
      const value = annotation[key];
      if (key === "categoryId" || value === undefined || value === false || value === "ground truth") continue;
      const equal =
        key === "segmentation" && other?.segmentation
          ? same(value, other.segmentation) ||
            samePixels(value as Segmentation, other.segmentation as Segmentation, before)
          : same(value, other?.[key]);
      if (!equal) found.push(`annotations[${i}].${key}`);
    }
  }
  if (after.annotations.length > before.annotations.length) found.push("annotations");
  return found;
}

function samePixels(a: Segmentation, b: Segmentation, { width, height }: Scene): boolean {
  return same(decodeMask(a, width, height), decodeMask(b, width, height));
}

/** Equal up to rounding, undefined fields and the kind of arrays. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  // objects of JSON have no order that counts, and what is added is not lost
  if (a instanceof Map || b instanceof Map)
    return (
      a instanceof Map && b instanceof Map && [...a].every(([key, value]) => b.has(key) && same(value, b.get(key)))
    );
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    const [x, y] = [Array.from(a as ArrayLike<unknown>), Array.from(b as ArrayLike<unknown>)];
    return x.length === y.length && x.every((value, i) => same(value, y[i]));
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same((a as never)[key], (b as never)[key]));
}
