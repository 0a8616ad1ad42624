/** From accumulated areas (`raster-edges.ts`) to coverage 0..255. */

/** Accumulated area of a pixel that is covered once and wholly. */
const FULL: i32 = 131072;

/** Rule by which an accumulated area becomes coverage: any turn around a point covers it, up to once. */
export const ANY_TURN: u32 = 0;
/** Rule for shapes whose inner contours are holes whatever their direction. */
export const EVEN_ODD: u32 = 1;
/** Rule for contours with weights: a pixel is covered wholly by areas of weight 32 together. */
export const WEIGHTED: u32 = 2;

/** Coverage 0..255 of an accumulated area. */
// @ts-ignore: decorator
@inline
export function coverageOf(area: i32, rule: u32): u32 {
  let a = abs(area);
  if (rule == EVEN_ODD) {
    a &= 2 * FULL - 1;
    if (a > FULL) a = 2 * FULL - a;
  } else if (rule == WEIGHTED) {
    return (min(<u32>a, 32 * FULL) * 255 + 16 * FULL) >> 22;
  } else {
    a = min(a, FULL);
  }
  return (<u32>a * 255 + <u32>(FULL >> 1)) >> 17;
}

/** Running sums of four cells from `before` on; the last lane is the next `before`. */
// @ts-ignore: decorator
@inline
export function runningSums(cells: v128, before: v128): v128 {
  let sum = i32x4.add(
    cells,
    i8x16.shuffle(i32x4.splat(0), cells, 0, 1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27),
  );
  sum = i32x4.add(sum, i8x16.shuffle(i32x4.splat(0), sum, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  return i32x4.add(sum, before);
}

/** `coverageOf` in four lanes. */
// @ts-ignore: decorator
@inline
export function coverageLanes(area: v128, rule: u32): v128 {
  let a = i32x4.abs(area);
  if (rule == EVEN_ODD) {
    a = v128.and(a, i32x4.splat(2 * FULL - 1));
    a = i32x4.min_s(a, i32x4.sub(i32x4.splat(2 * FULL), a));
  } else if (rule == WEIGHTED) {
    a = i32x4.min_u(a, i32x4.splat(32 * FULL));
    return i32x4.shr_u(i32x4.add(i32x4.sub(i32x4.shl(a, 8), a), i32x4.splat(16 * FULL)), 22);
  } else {
    a = i32x4.min_s(a, i32x4.splat(FULL));
  }
  const wide = i32x4.add(i32x4.sub(i32x4.shl(a, 8), a), i32x4.splat(FULL >> 1));
  return i32x4.shr_u(wide, 17);
}
