/** Where words stand that belong to a quad: beside it, in its direction, over no other quad and no other words. */

/** x, y of four corners, clockwise. */
export type Corners = readonly number[];

/** A rectangle in a direction: where it lies along the direction u and across it, v = u turned by a right angle clockwise. */
export interface Strip {
  readonly ux: number;
  readonly uy: number;
  readonly u0: number;
  readonly u1: number;
  readonly v0: number;
  readonly v1: number;
}

/** The smallest strip about corners, in the direction of their upper edge. */
export function stripOf(corners: Corners): Strip {
  const x = corners[2]! - corners[0]! + corners[4]! - corners[6]!;
  const y = corners[3]! - corners[1]! + corners[5]! - corners[7]!;
  const length = Math.sqrt(x * x + y * y);
  return stripAlong(corners, length > 0 ? x / length : 1, length > 0 ? y / length : 0);
}

/** The smallest strip about corners in a direction of length 1. */
export function stripAlong(corners: Corners, ux: number, uy: number): Strip {
  let [u0, u1, v0, v1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < 8; i += 2) {
    const u = corners[i]! * ux + corners[i + 1]! * uy;
    const v = corners[i + 1]! * ux - corners[i]! * uy;
    u0 = Math.min(u0, u);
    u1 = Math.max(u1, u);
    v0 = Math.min(v0, v);
    v1 = Math.max(v1, v);
  }
  return { ux, uy, u0, u1, v0, v1 };
}

export function cornersOfStrip({ ux, uy, u0, u1, v0, v1 }: Strip): Corners {
  const corners: number[] = [];
  for (const [u, v] of [
    [u0, v0],
    [u1, v0],
    [u1, v1],
    [u0, v1],
  ] as const)
    corners.push(u * ux - v * uy, u * uy + v * ux);
  return corners;
}

export type Side = "under" | "over" | "behind" | "before";

/**
 * Places for a block beside a strip, the best first: at the side that is asked for and then at the others, at the beginning
 * of the side and then at its end.
 */
export function* placesBeside(
  strip: Strip,
  sides: readonly Side[],
  width: number,
  height: number,
  gap: number,
): Generator<Strip> {
  const { ux, uy, u0, u1, v0, v1 } = strip;
  const at = (u: number, v: number): Strip => ({ ux, uy, u0: u, u1: u + width, v0: v, v1: v + height });
  for (const side of sides) {
    if (side === "under" || side === "over") {
      const v = side === "under" ? v1 + gap : v0 - gap - height;
      yield at(u0, v);
      yield at(u1 - width, v);
      yield at((u0 + u1 - width) / 2, v);
    } else {
      const u = side === "behind" ? u1 + gap : u0 - gap - width;
      yield at(u, (v0 + v1 - height) / 2);
    }
  }
}

/** Cells along the longer side of a picture. */
const CELLS = 64;

/** What must not be covered; quick to ask, however much it is. */
export class Obstacles {
  readonly #cell: number;
  readonly #cells: Map<number, Corners[]> = new Map();

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#cell = Math.max(width, height) / CELLS;
  }

  add(corners: Corners): void {
    for (const cell of this.#cellsOf(corners)) {
      const list = this.#cells.get(cell);
      if (list) list.push(corners);
      else this.#cells.set(cell, [corners]);
    }
  }

  /** Whether a place is inside the picture and meets no obstacle. */
  isFree(corners: Corners): boolean {
    for (let i = 0; i < 8; i += 2)
      if (corners[i]! < 0 || corners[i]! > this.width || corners[i + 1]! < 0 || corners[i + 1]! > this.height)
        return false;
    for (const cell of this.#cellsOf(corners))
      for (const other of this.#cells.get(cell) ?? []) if (meet(corners, other)) return false;
    return true;
  }

  #cellsOf(corners: Corners): number[] {
    const range = (first: number, size: number): [number, number] => {
      let [low, high] = [Infinity, -Infinity];
      for (let i = first; i < 8; i += 2) {
        low = Math.min(low, corners[i]!);
        high = Math.max(high, corners[i]!);
      }
      return [Math.floor(Math.max(0, low) / this.#cell), Math.floor(Math.min(size, high) / this.#cell)];
    };
    const [left, right] = range(0, this.width);
    const [top, bottom] = range(1, this.height);
    const cells: number[] = [];
    for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) cells.push(y * (CELLS + 1) + x);
    return cells;
  }
}

/** Whether two convex shapes share more than an edge: no side of either has the other wholly beyond it. */
function meet(a: Corners, b: Corners): boolean {
  return !(separates(a, b) || separates(b, a));
}

function separates(a: Corners, b: Corners): boolean {
  const area = turn(a, 0, a[4]!, a[5]!) + turn(a, 4, a[0]!, a[1]!);
  const sign = area < 0 ? -1 : 1;
  for (let i = 0; i < 8; i += 2) {
    const beyond = (j: number): boolean => sign * turn(a, i, b[j]!, b[j + 1]!) <= 1e-6;
    if (beyond(0) && beyond(2) && beyond(4) && beyond(6)) return true;
  }
  return false;
}

/** On which side of the edge from corner i a point lies: positive inside of a clockwise shape. */
function turn(corners: Corners, i: number, x: number, y: number): number {
  const k = (i + 2) % 8;
  return (corners[k]! - corners[i]!) * (y - corners[i + 1]!) - (corners[k + 1]! - corners[i + 1]!) * (x - corners[i]!);
}
