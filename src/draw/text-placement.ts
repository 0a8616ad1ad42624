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
  return [
    u0 * ux - v0 * uy,
    u0 * uy + v0 * ux,
    u1 * ux - v0 * uy,
    u1 * uy + v0 * ux,
    u1 * ux - v1 * uy,
    u1 * uy + v1 * ux,
    u0 * ux - v1 * uy,
    u0 * uy + v1 * ux,
  ];
}

export type Side = "under" | "over" | "behind" | "before";

/**
 * The first place that is good for a block beside a strip, the best first: at the side that is asked for and then at the
 * others, at the beginning of the side and then at its end and its middle. Undefined where none is good.
 */
export function placeBesideStrip(
  { ux, uy, u0, u1, v0, v1 }: Strip,
  sides: readonly Side[],
  width: number,
  height: number,
  gap: number,
  isGood: (place: Strip) => boolean,
): Strip | undefined {
  for (const side of sides) {
    const along = side === "under" || side === "over";
    for (let turn = 0; turn < (along ? 3 : 1); turn++) {
      const u = along
        ? turn === 0
          ? u0
          : turn === 1
            ? u1 - width
            : (u0 + u1 - width) / 2
        : side === "behind"
          ? u1 + gap
          : u0 - gap - width;
      const v = along ? (side === "under" ? v1 + gap : v0 - gap - height) : (v0 + v1 - height) / 2;
      const place = { ux, uy, u0: u, u1: u + width, v0: v, v1: v + height };
      if (isGood(place)) return place;
    }
  }
  return undefined;
}

/** Cells along the longer side of a picture. */
const CELLS = 64;

/** An obstacle and the upright rectangle around it. */
interface Obstacle {
  readonly corners: Corners;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function around(corners: Corners): Obstacle {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = corners as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    corners,
    left: Math.min(x0, x1, x2, x3),
    top: Math.min(y0, y1, y2, y3),
    right: Math.max(x0, x1, x2, x3),
    bottom: Math.max(y0, y1, y2, y3),
  };
}

/** What must not be covered; quick to ask, however much it is. */
export class Obstacles {
  readonly #cell: number;
  readonly #cells: (Obstacle[] | undefined)[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#cell = Math.max(width, height) / CELLS;
  }

  add(corners: Corners): void {
    const obstacle = around(corners);
    const { left, top, right, bottom } = this.#cellsOf(obstacle);
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) (this.#cells[y * (CELLS + 1) + x] ??= []).push(obstacle);
  }

  /** Whether a place is inside the picture and meets no obstacle. */
  isFree(corners: Corners): boolean {
    const place = around(corners);
    if (!(place.left >= 0 && place.right <= this.width && place.top >= 0 && place.bottom <= this.height)) return false;
    const { left, top, right, bottom } = this.#cellsOf(place);
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const obstacles = this.#cells[y * (CELLS + 1) + x];
        if (!obstacles) continue;
        for (const other of obstacles) {
          const apart =
            other.right <= place.left ||
            other.left >= place.right ||
            other.bottom <= place.top ||
            other.top >= place.bottom;
          if (!apart && meet(corners, other.corners)) return false;
        }
      }
    return true;
  }

  /** The first and the last column and row of cells. */
  #cellsOf({ left, top, right, bottom }: Obstacle): { left: number; top: number; right: number; bottom: number } {
    return {
      left: Math.floor(Math.max(0, left) / this.#cell),
      top: Math.floor(Math.max(0, top) / this.#cell),
      right: Math.floor(Math.min(this.width, right) / this.#cell),
      bottom: Math.floor(Math.min(this.height, bottom) / this.#cell),
    };
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
