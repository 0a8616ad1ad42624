/** Rows of YOLO label files: a class and fractions of the picture. */
import { ImageError, show } from "../errors.ts";
import type { Annotation, Keypoint, Quad } from "../model/scene.ts";
import { toNumber } from "./fields.ts";
import { boxOfCorners } from "./shapes.ts";
import { type KeypointShape, skeletonOf, type YoloTask } from "./yolo-layout.ts";

/** How far out of the picture a coordinate may be, in pictures; numbers beyond are pixels. */
const FURTHEST = 2;

/** A row before anybody knows what it means. */
export interface Row {
  readonly id: number;
  readonly values: readonly number[];
}

/** What rows are read against. */
export interface RowContext {
  readonly task: YoloTask;
  readonly keypoints: KeypointShape | undefined;
  readonly names: ReadonlyMap<number, string>;
  /** Of the picture; 0 where it is not known. */
  readonly width: number;
  readonly height: number;
}

/** @throws {ImageError} `ARGUMENT` for what is not a class id and numbers */
export function parseRow(line: string): Row | undefined {
  const words = line.trim().split(/\s+/);
  if (words[0] === "" || words[0]!.startsWith("#")) return undefined;
  const [id, ...values] = words.map(toNumber);
  if (!Number.isInteger(id) || id! < 0 || id! > 1e6)
    throw new ImageError("ARGUMENT", `expected the id of a class, got ${show(words[0])}`);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new ImageError("ARGUMENT", `expected a number, got ${show(words[wrong + 1])}`);
  return { id: id!, values };
}

/**
 * What the rows of a dataset are, where nothing says it: poses have the same odd count of numbers in every row and whole
 * visibilities, oriented boxes have eight, outlines any even count of six or more.
 */
export function guessTask(rows: readonly Row[]): { readonly task: YoloTask; readonly points: number } {
  const long = rows.filter(({ values }) => values.length > 5);
  if (long.length === 0) return { task: "detect", points: 0 };
  const counts = new Set(long.map(({ values }) => values.length));
  const [count] = counts as Iterable<number> as [number];
  const isVisibility = (value: number): boolean => value === 0 || value === 1 || value === 2;
  if (
    counts.size === 1 &&
    count % 2 === 1 &&
    (count - 4) % 3 === 0 &&
    long.every(({ values }) => values.every((value, i) => i < 4 || (i - 4) % 3 !== 2 || isVisibility(value)))
  )
    return { task: "pose", points: (count - 4) / 3 };
  if ([...counts].every((length) => length === 8 || length === 9)) return { task: "obb", points: 0 };
  return { task: "segment", points: 0 };
}

/** The object of a row, in pixels. @throws {ImageError} `ARGUMENT` for a count or a place that cannot be meant */
export function readRow({ id, values }: Row, context: RowContext): Annotation {
  const { task, keypoints, names, width, height } = context;
  const count = values.length;
  const category = names.get(id);
  const of = (score: number | undefined): Annotation => ({
    categoryId: id,
    category,
    group: score === undefined ? "ground truth" : "predictions",
    score,
  });
  if (task === "pose" && keypoints) {
    const own = 4 + keypoints.count * keypoints.numbers;
    if (count !== own && count !== own + 1)
      throw new ImageError("ARGUMENT", `expected ${own} numbers for a pose, or one more, got ${count}`);
    checkPlaces(values.slice(0, 4));
    return {
      ...of(count > own ? checkScore(values[own]!) : undefined),
      box: boxOf(values, width, height),
      keypoints: readPose(values, keypoints, width, height, id, category ?? String(id)),
    };
  }
  if (count === 4 || count === 5) {
    checkPlaces(values.slice(0, 4));
    return { ...of(count === 5 ? checkScore(values[4]!) : undefined), box: boxOf(values, width, height) };
  }
  if (count < 6) throw new ImageError("ARGUMENT", `expected 4 numbers or more after the class, got ${count}`);
  const points = values.slice(0, count - (count % 2));
  checkPlaces(points);
  const base = of(count % 2 === 1 ? checkScore(values[count - 1]!) : undefined);
  if (width === 0) return base;
  const ring = points.map((value, i) => value * (i % 2 === 0 ? width : height));
  if (task !== "obb" || points.length !== 8)
    return { ...base, segmentation: { kind: "polygon", parts: [{ outline: ring }] } };
  // six decimals are what most writers give
  const box = boxOfCorners(ring, Math.max(width, height) * 2e-6);
  return box ? { ...base, box } : { ...base, quad: ring as unknown as Quad };
}

function boxOf(values: readonly number[], width: number, height: number): Annotation["box"] {
  const [x, y, w, h] = values as readonly [number, number, number, number];
  if (w < 0 || h < 0) throw new ImageError("ARGUMENT", `expected width and height of 0 or more, got ${w} and ${h}`);
  if (width === 0) return { x: x - w / 2, y: y - h / 2, width: w, height: h, normalized: true };
  return { x: (x - w / 2) * width, y: (y - h / 2) * height, width: w * width, height: h * height };
}

function readPose(
  values: readonly number[],
  shape: KeypointShape,
  width: number,
  height: number,
  id: number,
  name: string,
): Annotation["keypoints"] {
  if (width === 0) return undefined;
  const points: Keypoint[] = [];
  for (let i = 0; i < shape.count; i++) {
    const at = 4 + i * shape.numbers;
    const [x, y, v] = [values[at]!, values[at + 1]!, shape.numbers === 3 ? values[at + 2]! : undefined];
    const place = { x: x * width, y: y * height };
    // without visibilities, a point at the corner is one that nobody set
    if (v === undefined) points.push({ ...place, visibility: x === 0 && y === 0 ? 0 : 2 });
    else if (v === 0 || v === 1 || v === 2) points.push({ ...place, visibility: v });
    else points.push({ ...place, visibility: v > 0 ? 2 : 0, score: v > 0 && v <= 1 ? v : undefined });
  }
  if (points.every(({ visibility }) => visibility === 0)) return undefined;
  return { points, skeleton: skeletonOf(shape, id, name) };
}

function checkPlaces(values: readonly number[]): void {
  for (const value of values)
    if (!(value >= -FURTHEST && value <= 1 + FURTHEST))
      throw new ImageError("ARGUMENT", `expected fractions of the picture's sides, got ${value}`);
}

function checkScore(value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new ImageError("ARGUMENT", `expected a confidence of 0 to 1 at the end, got ${value}`);
}
