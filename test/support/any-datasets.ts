/**
 * Random datasets that use every field of a Scene, odd and degenerate values too; and what did not come back of one.
 * Long: the making and the comparing of each part of a scene stand beside each other.
 */
import fc from "./property.ts";
import { decodeMask } from "../../src/core/rle.ts";
import { cornersOf, isBoundOf, uprightBox } from "../../src/format/shapes.ts";
import { pixelBox } from "../../src/format/written.ts";
import type {
  Annotation,
  Category,
  Dataset,
  Ellipse,
  HeatMap,
  Keypoints,
  LabelMap,
  Scene,
  Segmentation,
  Skeleton,
  SoftSegmentation,
} from "../../src/model/scene.ts";

const NAMES = ["cat", "a & <b>", "__proto__", "été 😀", "traffic light", "with, comma", "a:b"];

const KITE: Skeleton = {
  name: "cat",
  points: ["top", "left", "tail"],
  edges: [
    [0, 1],
    [1, 2],
  ],
};

const skeleton: fc.Arbitrary<Skeleton> = fc.record({
  name: fc.constantFrom("cat", "kite", ""),
  points: fc.constantFrom(["top", "left", "tail"], ["a"], ["x", "y"], []),
  edges: fc.constantFrom([], [[0, 0] as const]),
  edgeColors: fc.constantFrom(undefined, [0xff0000]),
  pointColors: fc.constantFrom(undefined, undefined, [1, 2, 3]),
});

/** Values that JSON has, and some that it has not. */
const anything = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.boolean(),
  fc.integer(),
  fc.constantFrom<unknown>(
    null,
    0.5,
    "",
    " a ",
    "1",
    "true",
    [1, "b"],
    { c: [] },
    NaN,
    undefined,
    5n,
    new Map([[1, 2]]),
  ),
);
const KEYS = [
  "colour",
  "__proto__",
  "a b",
  "pose",
  "truncated",
  "difficult",
  "actions",
  "part of",
  "rotation",
  "source",
  "z_order",
  "group_id",
  "group",
  "description",
  "labels",
  "parentID",
  "label",
  "score",
  "occluded",
  "is_crowd",
  "track_id",
  "id",
  "width",
  "file_name",
  "",
];
const attributes = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 3 })), anything), { maxLength: 2 })
  .map((entries) => new Map(entries));

function places(width: number, height: number) {
  const along = (side: number): fc.Arbitrary<number> =>
    fc.oneof(
      fc.integer({ min: 0, max: side }),
      fc.integer({ min: -side * 8, max: side * 16 }).map((value) => value / 8),
      fc.constantFrom(0, side, side / 3),
    );
  const pairs = (low: number, high: number): fc.Arbitrary<number[]> =>
    fc.array(fc.tuple(along(width), along(height)), { minLength: low, maxLength: high }).map((points) => points.flat());
  return { x: along(width), y: along(height), pairs };
}

function segmentation(width: number, height: number): fc.Arbitrary<Segmentation | SoftSegmentation> {
  const { pairs } = places(width, height);
  const offset = fc.constantFrom(undefined, 0, 1);
  const part = fc.record(
    { outline: pairs(3, 5), holes: fc.array(pairs(3, 3), { maxLength: 1 }) },
    { requiredKeys: ["outline"] },
  );
  const polygon = fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => ({ kind: "polygon" as const, parts }));
  const pixels = fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 });
  const mask = fc
    .tuple(pixels, offset, offset)
    .map(([data, left, top]) => ({ kind: "mask" as const, data, width, height, left, top }));
  const small = fc.record({
    kind: fc.constant("mask" as const),
    data: fc.constantFrom([1], [0]),
    width: fc.constant(1),
    height: fc.constant(1),
    left: fc.integer({ min: 0, max: width - 1 }),
    top: fc.integer({ min: 0, max: height - 1 }),
  });
  const rle = fc
    .tuple(
      fc.integer({ min: 0, max: width * height }),
      fc.boolean(),
      offset,
      fc.constantFrom(undefined, "row" as const),
    )
    .map(([first, _, left, order]) => ({
      kind: "rle" as const,
      rle: { size: [height, width] as [number, number], counts: [first, width * height - first] },
      left,
      order,
    }));
  const soft = fc.tuple(pixels, offset).map(([bits, left]) => ({
    kind: "soft" as const,
    data: Array.from(bits, (bit, i) => (bit ? 0.5 + (i % 5) / 10 : (i % 4) / 10)),
    width,
    height,
    left,
  }));
  return fc.oneof(polygon, mask, small, rle, soft);
}

function keypoints(width: number, height: number): fc.Arbitrary<Keypoints> {
  const { x, y } = places(width, height);
  const point = fc.record(
    {
      x,
      y,
      visibility: fc.constantFrom(0, 1, 2, NaN as 0),
      score: fc.constantFrom(0, 0.5, 1),
    },
    { requiredKeys: ["x", "y"] },
  );
  return fc.record(
    {
      points: fc.oneof(
        fc.array(point, { minLength: 3, maxLength: 3 }),
        fc.array(point, { minLength: 3, maxLength: 3 }),
        fc.array(point, { maxLength: 4 }),
      ),
      skeleton: fc.oneof(fc.constant(KITE), skeleton),
    },
    { requiredKeys: ["points"] },
  );
}

const id = fc.constantFrom<(number | string)[]>(0, 1, 2, 7, -1, 2.5, 2 ** 24, "one", "7", "");
const score = fc.constantFrom(0, 0.25, 1, -1, 25, NaN);

function annotation(width: number, height: number): fc.Arbitrary<Annotation> {
  const { x, y, pairs } = places(width, height);
  const side = fc.constantFrom(0, 0.5, 1, width, 3.25);
  const rotation = fc.constantFrom(undefined, 0, 30, 90, -45, 400);
  const box = fc.oneof(
    fc.record({ x, y, width: side, height: side, rotation }),
    fc.record({ x, y, width: side, height: side }),
    fc.record({
      x: fc.constantFrom(0, 0.25),
      y: fc.constant(0.125),
      width: fc.constantFrom(0, 0.5),
      height: fc.constant(0.25),
      rotation,
      normalized: fc.constant(true),
    }),
  );
  const fields: Record<keyof Annotation, fc.Arbitrary<unknown>> = {
    id,
    box,
    segmentation: segmentation(width, height),
    keypoints: keypoints(width, height),
    polyline: fc.record(
      { points: pairs(2, 4), closed: fc.boolean(), arrow: fc.constantFrom("none", "start", "end", "both") },
      { requiredKeys: ["points"] },
    ),
    ellipse: fc.record({ x, y, radiusX: side, radiusY: side, rotation }),
    points: pairs(0, 3),
    trace: pairs(0, 3),
    icon: fc.constant({ data: new Uint8Array(4), width: 1, height: 1 }),
    text: fc.constantFrom("stop", "", " a\nb "),
    quad: fc.oneof(
      fc.constant([1, 1, 5, 1, 5, 4, 1, 4]),
      fc.constant([1, 1, 6, 2, 5, 6, 0, 4]),
      fc.constant([0, 0, 0, 0, 0, 0, 0, 0]),
    ),
    group: fc.constantFrom("ground truth", "predictions", "somebody", ""),
    category: fc.constantFrom(...NAMES, "another", ""),
    categoryId: fc.constantFrom<(number | string)[]>(0, 1, 4, 99, "x"),
    score,
    scores: fc
      .array(fc.tuple(fc.constantFrom("iou", "score", "acc", "__proto__"), score), { maxLength: 2 })
      .map((entries) => new Map(entries)),
    color: fc.constantFrom(0, 0xff8800),
    isOccluded: fc.boolean(),
    caption: fc.constantFrom("words", "", " a "),
    trackId: id,
    isCrowd: fc.boolean(),
    area: fc.constantFrom(0, 12, 12.5, NaN),
    attributes,
  };
  const keys = Object.keys(fields) as (keyof Annotation)[];
  const plain = fc.record({ box, category: fc.constantFrom(...NAMES) });
  // a few fields beside a box with a category; now and then anything at all
  const few = fc
    .tuple(plain, fc.subarray(keys, { minLength: 0, maxLength: 2 }))
    .chain(([base, chosen]) =>
      fc.record(Object.fromEntries(chosen.map((key) => [key, fields[key]]))).map((more) => ({ ...base, ...more })),
    );
  const one = fc
    .tuple(fc.constantFrom(...NAMES), fc.subarray(keys, { minLength: 1, maxLength: 2 }))
    .chain(([category, chosen]) =>
      fc.record(Object.fromEntries(chosen.map((key) => [key, fields[key]]))).map((more) => ({ category, ...more })),
    );
  const all = fc.record(fields, { requiredKeys: [] });
  return fc.oneof(
    { weight: 4, arbitrary: few },
    { weight: 4, arbitrary: one },
    { weight: 1, arbitrary: all },
  ) as fc.Arbitrary<Annotation>;
}

function labelMap(width: number, height: number): fc.Arbitrary<LabelMap> {
  const types = [Uint8Array, Uint16Array, Uint32Array, Int8Array, Int16Array, Int32Array, Uint8ClampedArray];
  return fc
    .tuple(
      fc.constantFrom(...types),
      fc.constantFrom([0, 1], [0, 1, 4], [3], [255, 7], [300, 2], [-1, 5]),
      fc.boolean(),
      fc.constantFrom(undefined, "classes", ""),
      fc.constantFrom<(readonly [number, string][] | undefined)[]>(
        undefined,
        [],
        [[1, "cat"]],
        [
          [1, "dog"],
          [4, "sky"],
        ],
        [[0, "zero"]],
      ),
      fc.constantFrom<(readonly [number, number][] | undefined)[]>(undefined, [[1, 0xff0000]]),
    )
    .map(([Type, ids, isOdd, group, classes, colors]) => {
      const [w, h] = isOdd && width > 2 ? [width - 1, height] : [width, height];
      return {
        data: new Type(Array.from({ length: w * h }, (_, i) => ids[i % ids.length]!)),
        width: w,
        height: h,
        group,
        classes: classes && new Map(classes),
        colors: colors && new Map(colors),
      };
    });
}

const heatMap: fc.Arbitrary<HeatMap> = fc.constantFrom<HeatMap[]>(
  { kind: "array", data: [1, NaN], width: 2, height: 1, range: [0, 1] },
  { kind: "points", points: [1, 2], weights: [0.5], radius: 3 },
);

function scene(index: number): fc.Arbitrary<Scene> {
  const side = fc.integer({ min: 2, max: 12 });
  return fc.tuple(side, side).chain(([width, height]) => {
    const more = {
      imageId: id,
      labelMaps: fc.array(labelMap(width, height), { maxLength: 2 }),
      heatMaps: fc.array(heatMap, { maxLength: 1 }),
      classifications: fc.array(
        fc.record(
          { category: fc.constantFrom(...NAMES, "other"), categoryId: fc.constantFrom(1, "x"), score },
          { requiredKeys: ["category"] },
        ),
        { maxLength: 2 },
      ),
      caption: fc.constantFrom("words", "", " b "),
      captions: fc.constantFrom([], ["words"], ["one", "words"], ["a", " b ", ""]),
      split: fc.constantFrom("train", "val", "my part", "a/b", "..", "", "ünï", "trainval", "a:b"),
      attributes,
    };
    const chosen = fc
      .subarray(Object.keys(more) as (keyof typeof more)[], { maxLength: 2 })
      .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, more[key]]))));
    return fc
      .record({
        annotations: fc.array(annotation(width, height), { maxLength: 2 }),
        chosen,
        fileName: fc.constantFrom(
          `picture ${index}.png`,
          `a/é ${index}.PNG`,
          `images/train/${index}.png`,
          `JPEGImages/${index}.png`,
          `x.y.${index}.png`,
        ),
      })
      .map(({ annotations, chosen: parts, fileName }) => ({ width, height, fileName, annotations, ...parts }) as Scene);
  });
}

const category: fc.Arbitrary<Omit<Category, "name">> = fc.oneof(
  fc.constant({ id: 1 }),
  fc.record(
    {
      id: fc.constantFrom<(number | string)[]>(0, 1, 2, 4, 90, "x", -3),
      supercategory: fc.constantFrom("animal", "cat", ""),
      skeleton,
      color: fc.constantFrom(0, 0xff8800),
      isThing: fc.boolean(),
      attributes,
    },
    { requiredKeys: ["id"] },
  ),
);

/** Any dataset of one or two pictures. */
export const anyDatasets: fc.Arbitrary<Dataset & { readonly scenes: readonly Scene[] }> = fc
  .record({
    categories: fc.array(category, { maxLength: 4 }),
    names: fc.shuffledSubarray(NAMES, { minLength: 4, maxLength: 4 }),
    count: fc.constantFrom(1, 1, 2),
    first: scene(0),
    second: scene(1),
    about: fc.option(attributes, { nil: undefined, freq: 8 }),
    splits: fc.option(fc.constantFrom(["train"], ["val", "train"], ["left over"]), { nil: undefined, freq: 8 }),
  })
  .map(({ categories, names, count, first, second, about, splits }) => {
    const ids = new Set<unknown>();
    const list = categories.flatMap((entry, i): Category[] => {
      if (ids.has(String(entry.id))) return [];
      ids.add(String(entry.id));
      return [{ ...entry, name: names[i]! }];
    });
    const scenes = count === 1 ? [first] : [first, second];
    return {
      categories: list,
      scenes,
      ...(about && { attributes: about }),
      ...(splits && { splits }),
    };
  });

/** Something that did not come back: its place, and the field that it is of. */
export interface Difference {
  readonly path: string;
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const SAYS_NOTHING: readonly unknown[] = [undefined, false, ""];

/** What of a dataset is not in another one, or differently there. What was added does not count. */
export function lostParts(
  before: Dataset,
  scenes: readonly Scene[],
  after: Dataset,
  read: readonly (Scene | undefined)[],
): Difference[] {
  const found: Difference[] = [];
  for (const [i, scene] of scenes.entries()) {
    const other = read[i];
    if (!other) found.push({ path: `scenes[${i}]`, field: "scene" });
    else found.push(...ofScene(scene, other, `scenes[${i}]`, before.categories));
  }
  for (const [i, own] of before.categories.entries()) {
    const path = `categories[${i}]`;
    const other = after.categories.find(({ name }) => name === own.name);
    if (!other) {
      found.push({ path, field: "category of the list" });
      continue;
    }
    if (other.id !== own.id) found.push({ path, field: "category id", before: own.id, after: other.id });
    for (const key of ["supercategory", "skeleton", "color", "isThing"] as const)
      if (own[key] !== undefined && own[key] !== "" && !same(named(own[key], other[key]), other[key]))
        found.push({ path, field: `category ${key}`, before: own[key], after: other[key] });
    found.push(...ofAttributes(own.attributes, other.attributes, path, "category attributes"));
  }
  found.push(...ofAttributes(before.attributes, after.attributes, "", "dataset attributes"));
  for (const split of before.splits ?? [])
    if (!after.splits?.includes(split))
      found.push({ path: "splits", field: "splits", before: split, after: after.splits });
  return found;
}

/** A skeleton without a name gets one. */
function named(own: unknown, other: unknown): unknown {
  const isNameless = typeof own === "object" && own !== null && (own as Skeleton).name === "";
  return isNameless && other !== undefined ? { ...own, name: (other as Skeleton).name } : own;
}

function ofAttributes(
  before: ReadonlyMap<string, unknown> | undefined,
  after: ReadonlyMap<string, unknown> | undefined,
  path: string,
  field: string,
): Difference[] {
  return [...(before ?? [])].flatMap(([key, value]) =>
    value === undefined || same(value, after?.get(key))
      ? []
      : [{ path, field, before: [key, value], after: after?.get(key) }],
  );
}

function ofScene(before: Scene, after: Scene, path: string, categories: readonly Category[]): Difference[] {
  const found: Difference[] = [];
  const check = (field: string, a: unknown, b: unknown): void => {
    if (a !== undefined && a !== "" && !same(a, b)) found.push({ path, field, before: a, after: b });
  };
  for (const key of ["width", "height", "fileName", "imageId", "split"] as const) check(key, before[key], after[key]);
  // blanks around a sentence say nothing
  const words = (before.captions ?? []).map((text) => text.trim()).filter((text) => text !== "");
  const read = after.captions?.map((text) => text.trim());
  const caption = before.caption?.trim();
  if (caption) check("caption", caption, read?.includes(caption) ? caption : after.caption?.trim());
  if (words.length > 0)
    check(
      "captions",
      words,
      read?.filter((text) => words.includes(text)),
    );
  found.push(...ofAttributes(before.attributes, after.attributes, path, "scene attributes"));
  if (before.classifications?.length) {
    const plain = (scene: Scene) => scene.classifications?.map(({ category }) => category);
    check("classifications", plain(before), plain(after));
    check(
      "score of a class",
      before.classifications.map((entry) => entry.score),
      after.classifications?.map((entry, i) => entry.score ?? before.classifications![i]?.score),
    );
  }
  for (const [i, map] of (before.labelMaps ?? []).entries()) {
    const other = after.labelMaps?.[i];
    check(
      "labelMaps",
      [Array.from(map.data), map.width, map.height],
      other && [Array.from(other.data), other.width, other.height],
    );
    if (!other) continue;
    check("group of a label map", map.group, other.group);
    const seen = new Set(map.data as ArrayLike<number> as number[]);
    for (const [id, name] of map.classes ?? [])
      if (!same(name, other.classes?.get(id)))
        check(seen.has(id) ? "labelMaps" : "labelMaps", name, other.classes?.get(id));
    for (const [id, color] of map.colors ?? []) check("colors of a label map", color, other.colors?.get(id));
  }
  if (before.heatMaps?.length) check("heatMaps", before.heatMaps, after.heatMaps);
  const nameOf = ({ category, categoryId }: Annotation): unknown =>
    category ??
    (categoryId === undefined
      ? undefined
      : (categories.find(({ id }) => String(id) === String(categoryId))?.name ?? String(categoryId)));
  // formats may keep what people marked and what models found apart: objects are joined in the best order
  const lists = before.annotations.map((annotation, i) =>
    after.annotations.map((other) => ofAnnotation(annotation, other, before, `${path}.annotations[${i}]`, nameOf)),
  );
  const pairs = bestPairs(lists);
  for (const [i, pair] of pairs.entries())
    if (pair === undefined) found.push({ path: `${path}.annotations[${i}]`, field: "object" });
    else found.push(...lists[i]![pair]!);
  const rest = after.annotations.filter((_, i) => !pairs.includes(i));
  if (rest.length > 0) found.push({ path, field: "more objects", after: rest });
  return found;
}

/** For each row a column of its own, so that the lists there are as short as can be together. */
function bestPairs(lists: readonly (readonly (readonly Difference[])[])[]): (number | undefined)[] {
  const best = { cost: Infinity, pairs: [] as (number | undefined)[] };
  const choose = (pairs: readonly (number | undefined)[], cost: number): void => {
    const row = lists[pairs.length];
    if (!row && cost < best.cost) [best.cost, best.pairs] = [cost, [...pairs]];
    if (!row || cost >= best.cost) return;
    for (const [i, list] of row.entries()) if (!pairs.includes(i)) choose([...pairs, i], cost + list.length);
    choose([...pairs, undefined], cost + 1000);
  };
  choose([], 0);
  return best.pairs;
}

function ofAnnotation(
  before: Annotation,
  after: Annotation,
  scene: Scene,
  path: string,
  nameOf: (annotation: Annotation) => unknown,
): Difference[] {
  const found: Difference[] = [];
  const name = nameOf(before) === "" ? undefined : nameOf(before);
  if (name !== undefined && name !== nameOf(after))
    found.push({ path, field: "category", before: name, after: nameOf(after) });
  for (const key of Object.keys(before) as (keyof Annotation)[]) {
    const [a, b] = [before[key], after[key]];
    if (key === "category" || key === "categoryId" || SAYS_NOTHING.includes(a)) continue;
    if (key === "group" && a === "ground truth" && b === undefined) continue;
    if (key === "attributes") found.push(...ofAttributes(before.attributes, after.attributes, path, "attributes"));
    else if (key === "scores") found.push(...ofAttributes(before.scores, after.scores, path, "scores"));
    else if (!sameField(key, before, after, scene)) found.push({ path, field: key, before: a, after: b });
  }
  return found;
}

function sameField(key: keyof Annotation, before: Annotation, after: Annotation, scene: Scene): boolean {
  const [a, b] = [before[key], after[key]];
  if (key === "segmentation") {
    if (b === undefined) return false;
    const [x, y] = [a, b] as (Segmentation | SoftSegmentation)[];
    if (x!.kind === "soft" || y!.kind === "soft") return same(x, y);
    if (x!.kind === "polygon") return same(plainParts(x!), plainParts(y!));
    return same(decodeMask(x!, scene.width, scene.height), decodeMask(y as Segmentation, scene.width, scene.height));
  }
  if (key === "box" && !b && isBoundOf(pixelBox(before.box!, scene), uprightBox(after, scene.width, scene.height)))
    return true;
  if (key === "box") return sameCorners(corners(before, scene)!, corners(after, scene));
  if (key === "ellipse") return same(turned(before.ellipse!), after.ellipse && turned(after.ellipse));
  if (key === "polyline") return same(line(before), after.polyline && line(after));
  if (key === "keypoints") return same(pose(before), after.keypoints && pose(after));
  if (key === "points" || key === "trace") return (a as number[]).length === 0 || same(a, b);
  return same(a, b);
}

function plainParts(segmentation: Segmentation | SoftSegmentation): unknown {
  return segmentation.kind === "polygon"
    ? segmentation.parts.map(({ outline, holes }) => [
        Array.from(outline),
        (holes ?? []).map((hole) => Array.from(hole)),
      ])
    : undefined;
}

/** Equal from whichever corner they are counted. */
function sameCorners(a: readonly number[], b: readonly number[] | undefined): boolean {
  return b !== undefined && [0, 2, 4, 6].some((from) => same(a, [...b.slice(from), ...b.slice(0, from)]));
}

function corners({ box }: Annotation, { width, height }: Scene): readonly number[] | undefined {
  if (!box) return undefined;
  const { rotation } = box;
  const [sx, sy] = box.normalized ? [width, height] : [1, 1];
  return cornersOf({ x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy, rotation });
}

function line({ polyline }: Annotation): unknown {
  const { points, closed = false, arrow = "none" } = polyline!;
  return [Array.from(points), closed, arrow];
}

function pose({ keypoints: own }: Annotation): unknown {
  const { points, skeleton: joined } = own!;
  return [
    points.map(({ x, y, visibility = 2, score: sure }) => [visibility === 0 ? "none" : [x, y], visibility, sure]),
    joined && [joined.points, joined.edges],
  ];
}

function turned(ellipse: Ellipse): object {
  return { ...ellipse, rotation: (((ellipse.rotation ?? 0) % 360) + 360) % 360 };
}

/** Equal up to what arithmetic leaves behind, undefined fields and the kind of arrays. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (a instanceof Map || b instanceof Map)
    return (
      a instanceof Map &&
      b instanceof Map &&
      a.size === b.size &&
      [...a].every(([key, value]) => same(value, b.get(key)))
    );
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    if (!Array.isArray(b) && !ArrayBuffer.isView(b)) return false;
    const [x, y] = [Array.from(a as ArrayLike<unknown>), Array.from(b as ArrayLike<unknown>)];
    return x.length === y.length && x.every((value, i) => same(value, y[i]));
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same((a as never)[key], (b as never)[key]));
}
