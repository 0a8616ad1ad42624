/** Slow twins of `assembly/raster*.ts` and `assembly/text.ts`: one pixel, one edge at a time. */
import { blendPixel } from "./blend.ts";

export interface Outline {
  readonly points: ArrayLike<number>;
  readonly flags?: ArrayLike<number> | undefined;
  readonly ends: ArrayLike<number>;
}

/** A picture: RGBA bytes, row-major. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

type Edge = [x0: number, y0: number, x1: number, y1: number];

/** floor(a * b / c) for c > 0, of any size. */
function floorProduct(a: number, b: number, c: number): number {
  const product = BigInt(a) * BigInt(b);
  const quotient = product / BigInt(c);
  return Number(product % BigInt(c) < 0n ? quotient - 1n : quotient);
}

/** The chords of a quadratic curve: cut in half until each is within 1/16 pixel of its piece, 256 pieces at most. */
function chords([x0, y0]: number[], [cx, cy]: number[], [x2, y2]: number[]): Edge[] {
  const bend = Math.max(Math.abs(x0! - 2 * cx! + x2!), Math.abs(y0! - 2 * cy! + y2!));
  let pieces = 1;
  while (pieces < 256 && Math.floor(bend / (pieces * pieces)) > 64) pieces *= 2;
  const at = (i: number, p0: number, p1: number, p2: number): number => {
    if (i === pieces) return p2;
    const n = BigInt(pieces);
    const k = BigInt(i);
    // weights of the Bernstein form, rounded half up
    const sum = BigInt(p0) * (n - k) * (n - k) + 2n * BigInt(p1) * k * (n - k) + BigInt(p2) * k * k;
    const rounded = 2n * sum + n * n;
    const whole = rounded / (2n * n * n);
    return Number(rounded % (2n * n * n) < 0n ? whole - 1n : whole);
  };
  const edges: Edge[] = [];
  let x = x0!;
  let y = y0!;
  for (let i = 1; i <= pieces; i++) {
    const nextX = at(i, x0!, cx!, x2!);
    const nextY = at(i, y0!, cy!, y2!);
    edges.push([x, y, nextX, nextY]);
    x = nextX;
    y = nextY;
  }
  return edges;
}

/** All edges of an outline: points half-way between two control points are made explicit first. */
export function edgesOf({ points, flags, ends }: Outline): Edge[] {
  const edges: Edge[] = [];
  let first = 0;
  for (const end of Array.from(ends)) {
    const ring: { at: number[]; on: boolean }[] = [];
    for (let i = first; i < end; i++) {
      const at = [points[i * 2]!, points[i * 2 + 1]!];
      const on = flags === undefined || flags[i] !== 0;
      const before = ring.at(-1);
      if (before && !before.on && !on)
        ring.push({ at: [(before.at[0]! + at[0]!) >> 1, (before.at[1]! + at[1]!) >> 1], on: true });
      ring.push({ at, on });
    }
    first = end;
    if (ring.length === 0) continue;
    const head = ring[0]!;
    const tail = ring.at(-1)!;
    if (!head.on && !tail.on)
      ring.push({ at: [(head.at[0]! + tail.at[0]!) >> 1, (head.at[1]! + tail.at[1]!) >> 1], on: true });
    // begin on the curve
    while (!ring[0]!.on) ring.push(ring.shift()!);
    ring.push(ring[0]!);
    for (let i = 1; i < ring.length; i++) {
      const from = ring[i - 1]!.at;
      if (ring[i]!.on) edges.push([from[0]!, from[1]!, ring[i]!.at[0]!, ring[i]!.at[1]!]);
      else {
        edges.push(...chords(from, ring[i]!.at, ring[i + 1]!.at));
        i++;
      }
    }
  }
  return edges;
}

/**
 * Coverage 0..255 of each pixel of a window: for every edge and pixel, the part of the edge that lies left of the pixel
 * covers all of it, the part within covers what is right of it.
 */
export function coverage(
  outline: Outline,
  columns: number,
  rows: number,
  evenOdd = false,
  left = 0,
  top = 0,
): Uint8Array {
  const area = new Float64Array(columns * rows);
  for (let [x0, y0, x1, y1] of edgesOf(outline)) {
    const sign = y0 <= y1 ? 1 : -1;
    if (sign < 0) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    x0 -= left * 256;
    x1 -= left * 256;
    y0 -= top * 256;
    y1 -= top * 256;
    const crossing = (y: number): number => (y === y1 ? x1 : x0 + floorProduct(x1 - x0, y - y0, y1 - y0));
    for (let row = Math.max(0, Math.floor(y0 / 256)); row < rows && row * 256 < y1; row++) {
      const from = Math.max(y0, row * 256);
      const to = Math.min(y1, row * 256 + 256);
      const height = to - from;
      const low = Math.min(crossing(from), crossing(to));
      const high = Math.max(crossing(from), crossing(to));
      /** Height that the edge has used up when it reaches x, coming from the left. */
      const used = (x: number): number =>
        x >= high ? height : x <= low ? 0 : floorProduct(x - low, height, high - low);
      for (let column = 0; column < columns; column++) {
        const edge = column * 256;
        if (high === low) {
          const f = 2 * (low - edge);
          if (low < edge) area[row * columns + column]! += sign * height * 512;
          else if (low < edge + 256) area[row * columns + column]! += sign * height * (512 - f);
          continue;
        }
        const before = used(edge);
        const within = used(edge + 256) - before;
        const f = Math.max(low, edge) + Math.min(high, edge + 256) - 2 * edge;
        area[row * columns + column]! += sign * (before * 512 + within * (512 - f));
      }
    }
  }
  return Uint8Array.from(area, (sum) => {
    let covered = Math.abs(sum);
    if (evenOdd) {
      covered %= 262144;
      covered = Math.min(covered, 262144 - covered);
    } else covered = Math.min(covered, 131072);
    return Math.floor((covered * 255 + 65536) / 131072);
  });
}

/** The true area 0..1 of a polygon within one pixel: the polygon is cut by the pixel's four sides. */
export function trueArea(points: ArrayLike<number>, column: number, row: number): number {
  let ring: [number, number][] = [];
  for (let i = 0; i < points.length; i += 2) ring.push([points[i]! / 256, points[i + 1]! / 256]);
  for (const [axis, limit, side] of [
    [0, column, 1],
    [0, column + 1, -1],
    [1, row, 1],
    [1, row + 1, -1],
  ] as const) {
    const kept: [number, number][] = [];
    for (const [i, point] of ring.entries()) {
      const before = ring[(i + ring.length - 1) % ring.length]!;
      const inside = (point[axis] - limit) * side >= 0;
      const wasInside = (before[axis] - limit) * side >= 0;
      if (inside !== wasInside) {
        const t = (limit - before[axis]) / (point[axis] - before[axis]);
        kept.push([before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])]);
      }
      if (inside) kept.push(point);
    }
    ring = kept;
  }
  let twice = 0;
  for (const [i, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    twice += x * nextY - nextX * y;
  }
  return Math.abs(twice) / 2;
}

/** Blend a colour over a pixel of a picture, if it is inside. */
export function paint(picture: Picture, x: number, y: number, color: number, alpha: number, bias: number): void {
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return;
  const at = (y * picture.width + x) * 4;
  picture.data.set(blendPixel(picture.data.subarray(at, at + 4), color, alpha, bias), at);
}

/** Blend a colour over a pixel of which `covered` of 255 is covered. */
export function paintCovered(
  picture: Picture,
  x: number,
  y: number,
  covered: number,
  color: number,
  alpha: number,
  bias: number,
): void {
  if (covered > 0) paint(picture, x, y, color, Math.floor((alpha * covered + 127) / 255), bias);
}

/** A box, right and bottom exclusive; of its pixels, those that `wanted` takes. */
export function paintBox(
  picture: Picture,
  box: ArrayLike<number>,
  color: number,
  alpha: number,
  bias: number,
  wanted: (x: number, y: number) => boolean = () => true,
): void {
  const [left, top, right, bottom] = Array.from(box);
  for (let y = Math.max(0, top!); y < Math.min(picture.height, bottom!); y++)
    for (let x = Math.max(0, left!); x < Math.min(picture.width, right!); x++)
      if (wanted(x, y)) paint(picture, x, y, color, alpha, bias);
}

/** The outline of a box: pixels that are nearer than `thickness` to one of its sides. */
export function paintOutline(
  picture: Picture,
  box: ArrayLike<number>,
  thickness: number,
  color: number,
  alpha: number,
  bias: number,
): void {
  const [left, top, right, bottom] = Array.from(box) as [number, number, number, number];
  paintBox(
    picture,
    box,
    color,
    alpha,
    bias,
    (x, y) => Math.min(x - left, right - 1 - x, y - top, bottom - 1 - y) < thickness,
  );
}

/** The outline of a thick line with round ends: two half circles of eight curves, on a grid of 1/16384 of the radius. */
export function capsule(x0: number, y0: number, x1: number, y1: number, radius: number): Outline {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const ux = BigInt(length ? Math.round(((x1 - x0) * 16384) / length) : 16384);
  const uy = BigInt(length ? Math.round(((y1 - y0) * 16384) / length) : 0);
  const points: number[] = [];
  const flags: number[] = [];
  for (const [x, y, side] of [
    [x1, y1, 1n],
    [x0, y0, -1n],
  ] as const)
    for (let i = 0; i <= 16; i++) {
      const angle = (-90 + i * 11.25) * (Math.PI / 180);
      const reach = i % 2 ? 16384 / Math.cos(Math.PI / 16) : 16384;
      const cos = BigInt(Math.round(Math.cos(angle) * reach));
      const sin = BigInt(Math.round(Math.sin(angle) * reach));
      const rounded = (v: bigint): bigint => (v * BigInt(radius) + (1n << 27n)) >> 28n;
      points.push(x + Number(side * rounded(ux * cos - uy * sin)), y + Number(side * rounded(uy * cos + ux * sin)));
      flags.push(i % 2 ? 0 : 1);
    }
  return { points, flags, ends: [34] };
}
