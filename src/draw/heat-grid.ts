/** Heat maps as grids of values: arrays as they are, points as how dense they lie. */
import { HEAT_TOP, type HeatGrid } from "../core/heat-map.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { HeatMap } from "../model/scene.ts";
import { checkRange } from "./heat-map-style.ts";
import { checkCoordinate } from "./marks.ts";

/** A grid and the values of its lowest and highest level. */
export interface PlacedHeatMap {
  readonly grid: HeatGrid;
  readonly range: readonly [low: number, high: number];
}

/** Values for places of a picture, row-major; NaN where there is none. */
interface Values {
  readonly data: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** Points are counted in cells of a quarter of their radius, and in no more cells than these. */
const CELLS_PER_RADIUS = 4;
const MOST_CELLS = 2 ** 20;

/**
 * The grid of a heat map over a picture.
 *
 * @param range - of the style; undefined: by the values
 * @returns undefined where there is no value at all
 * @throws {ImageError} with the path of what cannot be meant
 */
export function placeHeatMap(
  map: HeatMap,
  width: number,
  height: number,
  range: readonly [number, number] | undefined,
  path: string,
): PlacedHeatMap | undefined {
  if (map.kind !== "array" && map.kind !== "points")
    throw new ImageError("ARGUMENT", `expected array or points, got ${show((map as { kind: unknown }).kind)}`, {
      path: `${path}.kind`,
    });
  if (map.kind === "points") {
    const values = density(map, width, height, path);
    let top = 0;
    for (const value of values.data) if (value > top) top = value;
    return top > 0 ? level(values, range ?? [0, top]) : undefined;
  }
  if (map.range !== undefined) checkRange(map.range, `${path}.range`);
  const values = reduce(read(map, path), width, height);
  const { data } = values;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < data.length; i++) {
    if (data[i]! < low) low = data[i]!;
    if (data[i]! > high) high = data[i]!;
  }
  if (low > high) return undefined;
  // where all values are equal, they are the lowest
  return level(values, map.range ?? range ?? [low, high > low ? high : low + 1]);
}

function read({ data, width, height }: HeatMap & { kind: "array" }, path: string): Values {
  checkSize(width, height, path);
  if (data?.length !== width * height)
    throw new ImageError("ARGUMENT", `expected ${width * height} values for ${width} x ${height}, got ${show(data)}`, {
      path: `${path}.data`,
    });
  const values = new Float64Array(data.length);
  // what is no number at all is no value either
  for (let i = 0; i < values.length; i++) values[i] = Number.isFinite(data[i]) ? data[i]! : NaN;
  return { data: values, width, height };
}

/** Means of blocks, where a grid is twice as fine as the picture or more. */
function reduce(values: Values, width: number, height: number): Values {
  const [x, y] = [Math.floor(values.width / width), Math.floor(values.height / height)];
  if (x < 2 && y < 2) return values;
  const [stepX, stepY] = [Math.max(1, x), Math.max(1, y)];
  const columns = Math.ceil(values.width / stepX);
  const rows = Math.ceil(values.height / stepY);
  const sums = new Float64Array(columns * rows);
  const counts = new Uint32Array(columns * rows);
  for (let row = 0, at = 0; row < values.height; row++)
    for (let column = 0; column < values.width; column++, at++) {
      const value = values.data[at]!;
      if (Number.isNaN(value)) continue;
      const to = Math.floor(row / stepY) * columns + Math.floor(column / stepX);
      sums[to]! += value;
      counts[to]!++;
    }
  return { data: sums.map((sum, i) => (counts[i] ? sum / counts[i]! : NaN)), width: columns, height: rows };
}

/**
 * How dense points lie: each is a hill as high as its weight, a Gaussian made of three box means. Sums and products only,
 * so that every runtime has the same numbers.
 */
function density(
  { points, weights, radius }: HeatMap & { kind: "points" },
  width: number,
  height: number,
  path: string,
): Values {
  const count = checkPoints(points, weights, path);
  const side = Math.sqrt(width * height);
  const sigma = radius ?? Math.max(1, side / 40);
  if (!(Number.isFinite(sigma) && sigma > 0))
    throw new ImageError("ARGUMENT", `expected a radius above 0, got ${show(radius)}`, { path: `${path}.radius` });
  const cell = Math.max(1, sigma / CELLS_PER_RADIUS, side / Math.sqrt(MOST_CELLS));
  const columns = Math.max(1, Math.round(width / cell));
  const rows = Math.max(1, Math.round(height / cell));
  const data = new Float64Array(columns * rows);
  for (let i = 0; i < count; i++) {
    const x = (checkCoordinate(points[i * 2]!, `${path}.points[${i * 2}]`) * columns) / width - 0.5;
    const y = (checkCoordinate(points[i * 2 + 1]!, `${path}.points[${i * 2 + 1}]`) * rows) / height - 0.5;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const weight = weights?.[i] ?? 1;
    // a point counts in the four cells around it
    for (const [row, shareY] of [
      [top, 1 - (y - top)],
      [top + 1, y - top],
    ] as const)
      for (const [column, shareX] of [
        [left, 1 - (x - left)],
        [left + 1, x - left],
      ] as const)
        if (row >= 0 && row < rows && column >= 0 && column < columns)
          data[row * columns + column]! += weight * shareX * shareY;
  }
  const reachX = reachOf((sigma * columns) / width);
  const reachY = reachOf((sigma * rows) / height);
  const line = new Float64Array(Math.max(columns, rows));
  for (let pass = 0; pass < 3; pass++) {
    for (let row = 0; row < rows; row++) slide(data, row * columns, 1, columns, reachX, line);
    for (let column = 0; column < columns; column++) slide(data, column, columns, rows, reachY, line);
  }
  const top = peak(reachX) * peak(reachY);
  return { data: data.map((value) => Math.max(0, value / top)), width: columns, height: rows };
}

function checkPoints(points: ArrayLike<number>, weights: ArrayLike<number> | undefined, path: string): number {
  const length: unknown = points?.length;
  if (!(Number.isInteger(length) && (length as number) % 2 === 0))
    throw new ImageError("ARGUMENT", `expected pairs of coordinates, got ${show(points)}`, { path: `${path}.points` });
  const count = (length as number) / 2;
  if (weights === undefined) return count;
  if (weights?.length !== count)
    throw new ImageError("ARGUMENT", `expected ${count} weights, got ${show(weights)}`, { path: `${path}.weights` });
  for (let i = 0; i < count; i++)
    if (!(typeof weights[i] === "number" && weights[i]! >= 0 && weights[i]! <= 1e9))
      throw new ImageError("ARGUMENT", `expected a weight of 0..1e9, got ${show(weights[i])}`, {
        path: `${path}.weights[${i}]`,
      });
  return count;
}

/** Cells on each side of a box: three such boxes spread as far as a Gaussian. */
function reachOf(sigma: number): number {
  return Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2);
}

/** The middle of three boxes of 2 reach + 1 cells, each of the sum 1. */
function peak(reach: number): number {
  const n = 2 * reach + 1;
  return (3 * n * n + 1) / (4 * n * n * n);
}

/** Each value becomes the mean of those within reach; outside there is nothing. */
function slide(
  data: Float64Array,
  start: number,
  step: number,
  count: number,
  reach: number,
  line: Float64Array,
): void {
  if (reach === 0) return;
  for (let i = 0, at = start; i < count; i++, at += step) line[i] = data[at]!;
  let sum = 0;
  for (let i = 0; i < Math.min(reach, count); i++) sum += line[i]!;
  for (let i = 0, at = start; i < count; i++, at += step) {
    if (i + reach < count) sum += line[i + reach]!;
    if (i > reach) sum -= line[i - reach - 1]!;
    data[at] = sum / (2 * reach + 1);
  }
}

/** Values as levels; a hole takes the mean of its neighbours, so that what lies beside it is not drawn to anything. */
function level({ data, width, height }: Values, range: readonly [low: number, high: number]): PlacedHeatMap {
  const [low, high] = range;
  const values = new Int16Array(data.length);
  let holes: Uint8Array | undefined;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Number.isNaN(value)) (holes ??= new Uint8Array(data.length))[i] = 1;
    else values[i] = Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * HEAT_TOP);
  }
  if (holes) fillHoles(values, holes, width, height);
  return { grid: { values, width, height, holes }, range };
}

function fillHoles(values: Int16Array, holes: Uint8Array, width: number, height: number): void {
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at++) {
      if (!holes[at]) continue;
      let sum = 0;
      let count = 0;
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
          if (holes[y * width + x]) continue;
          sum += values[y * width + x]!;
          count++;
        }
      if (count > 0) values[at] = Math.round(sum / count);
    }
}
