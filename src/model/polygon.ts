/** Rings of polygons: `[x0, y0, x1, y1, …]`, closed by themselves. */

/**
 * Twice the signed area of a ring: positive when it runs clockwise on the screen. NaN as soon as something is no number: a
 * list that only says how long it is would be read for ever.
 */
export function ringArea(ring: ArrayLike<number>): number {
  let sum = 0;
  let [beforeX, beforeY]: [unknown, unknown] = [ring[ring.length - 2], ring[ring.length - 1]];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y]: [unknown, unknown] = [ring[i], ring[i + 1]];
    if (typeof beforeX !== "number" || typeof beforeY !== "number") return NaN;
    if (typeof x !== "number" || typeof y !== "number") return NaN;
    sum += beforeX * y - x * beforeY;
    [beforeX, beforeY] = [x, y];
  }
  return sum;
}
