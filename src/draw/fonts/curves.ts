/** Cubic curves, as OpenType fonts have them, for a rasteriser of quadratic ones. */

/** Furthest that a curve may be from the one that it stands for, as a part of the em: a 1/40 pixel at 100 pixels. */
const CURVE_TOLERANCE = 1 / 4000;
const MAX_PIECES = 16;

/**
 * A cubic curve as quadratic ones: cut into equal steps of its parameter, each replaced by the quadratic of the same ends
 * and the same middle. With n pieces the error is √3/36 · |third difference| / n³.
 */
// prettier-ignore
export function toQuadratics(
  x0: number, y0: number, x1: number, y1: number, x2: number, y2: number, x3: number, y3: number,
  unitsPerEm: number, add: (x: number, y: number, flag: 0 | 1) => void,
): void {
  const tolerance = unitsPerEm * CURVE_TOLERANCE;
  const dx = x3 - x0 + 3 * (x1 - x2);
  const dy = y3 - y0 + 3 * (y1 - y2);
  const error = 0.0481125 * Math.sqrt(dx * dx + dy * dy);
  let pieces = 1;
  while (pieces < MAX_PIECES && error > tolerance * pieces * pieces * pieces) pieces++;
  // a polynomial in t, and its derivative, whose tangents at a piece's ends meet near its control point
  const ax = 3 * (x1 - x0), bx = 3 * (x2 - 2 * x1 + x0);
  const ay = 3 * (y1 - y0), by = 3 * (y2 - 2 * y1 + y0);
  const step = 1 / pieces;
  let fromX = x0, fromY = y0;
  for (let i = 1; i <= pieces; i++) {
    const t = i === pieces ? 1 : i * step;
    const m = t - step / 2;
    const toX = i === pieces ? x3 : x0 + t * (ax + t * (bx + t * dx));
    const toY = i === pieces ? y3 : y0 + t * (ay + t * (by + t * dy));
    const middleX = x0 + m * (ax + m * (bx + m * dx));
    const middleY = y0 + m * (ay + m * (by + m * dy));
    add(2 * middleX - (fromX + toX) / 2, 2 * middleY - (fromY + toY) / 2, 0);
    add(toX, toY, 1);
    fromX = toX;
    fromY = toY;
  }
}
