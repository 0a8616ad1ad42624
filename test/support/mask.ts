/** Seeded masks of the kinds that matter. */
import { randomInt } from "./random.ts";

/** Row-major bytes of 0 and 1: empty, full, noise, stripes, slanted shapes, a few rectangles. */
export function randomMask(next: () => number, h: number, w: number): Uint8Array {
  const mask = new Uint8Array(h * w);
  const kind = randomInt(next, 0, 8);
  if (kind === 0) return mask;
  if (kind === 1) return mask.fill(1);
  if (kind === 2) return mask.map(() => (next() < 0.5 ? 1 : 0));
  if (kind === 3) return mask.map(() => (next() < 0.02 ? 1 : 0));
  if (kind === 4) return mask.map((_, i) => (i % w) % 2);
  if (kind > 6) {
    // ellipses: slanted edges all around
    const [cx, cy] = [next() * w, next() * h];
    const [rx, ry] = [(0.2 + next()) * w, (0.2 + next()) * h];
    return mask.map((_, i) => ((((i % w) - cx) / rx) ** 2 + ((Math.floor(i / w) - cy) / ry) ** 2 < 1 ? 1 : 0));
  }
  for (let n = randomInt(next, 1, 4); n > 0; n--) {
    const [x0, y0] = [randomInt(next, 0, w - 1), randomInt(next, 0, h - 1)];
    const [x1, y1] = [randomInt(next, x0, w - 1), randomInt(next, y0, h - 1)];
    const value = next() < 0.8 ? 1 : 0;
    for (let y = y0; y <= y1; y++) mask.fill(value, y * w + x0, y * w + x1 + 1);
  }
  return mask;
}

/** Sides around the widths of words and vectors. */
export const SIDES: readonly number[] = [1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 200];

/** Random sides, at most one of them long. */
export function randomSides(next: () => number): [h: number, w: number] {
  const w = SIDES[randomInt(next, 0, SIDES.length - 1)]!;
  const h = w > 64 ? randomInt(next, 1, 20) : SIDES[randomInt(next, 0, 13)]!;
  return next() < 0.3 ? [w, h] : [h, w];
}
