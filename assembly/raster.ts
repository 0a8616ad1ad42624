/** Filling outlines: closed contours of lines and quadratic curves, anti-aliased by exact area. */
import { blendSpan } from "./blend";
import { blendCovered, blendFourCovered } from "./blend-coverage";
import { div255 } from "./math";
import { coverageLanes, coverageOf, runningSums } from "./raster-coverage";
import { addContours } from "./raster-edges";

/**
 * Fill outlines in order, each with its own colour. Work goes in bands of rows, so that the accumulator stays small
 * whatever the size of an outline; the bands do not show in the result.
 *
 * frame    width * height RGBA
 * cells    accumulator: cellCount i32, all 0; left all 0. At least 2 * (width + 4)
 * points   i32 x, y for each point, 1/256 pixel from the picture's corner, within +-2^29
 * flags    u8 for each point: 1 on the curve, 0 control point; null pointer: polygons
 * ends     u32 for each contour: index behind its last point, counted from the first outline
 * weights  u8 for each contour, 1..32, for rule 2; null pointer: all are 1
 * counts   n u32: contours of each outline
 * colours  n u32: 0xAABBGGRR
 * rule     0 any turn covers, 1 even-odd, 2 weighted
 * bias     127 or 0, see blend.ts
 */
export function fillOutlines(
  frame: usize,
  width: i32,
  height: i32,
  cells: usize,
  cellCount: u32,
  points: usize,
  flags: usize,
  ends: usize,
  weights: usize,
  counts: usize,
  colours: usize,
  n: u32,
  rule: u32,
  bias: u32,
): void {
  let first: u32 = 0;
  for (let i: u32 = 0; i < n; ++i, counts += 4, colours += 4) {
    const contours = load<u32>(counts);
    const end = contours ? load<u32>(ends + ((<usize>(contours - 1)) << 2)) : first;
    if (end > first) {
      let left = i32.MAX_VALUE;
      let top = i32.MAX_VALUE;
      let right = i32.MIN_VALUE;
      let bottom = i32.MIN_VALUE;
      for (let p = points + ((<usize>first) << 3), last = points + ((<usize>end) << 3); p < last; p += 8) {
        const x = load<i32>(p);
        const y = load<i32>(p, 4);
        left = min(left, x);
        right = max(right, x);
        top = min(top, y);
        bottom = max(bottom, y);
      }
      const colour = load<u32>(colours);
      fillContours(
        frame,
        width,
        cells,
        cellCount,
        points,
        flags,
        ends,
        weights,
        contours,
        first,
        max(left >> 8, 0),
        max(top >> 8, 0),
        min((right + 255) >> 8, width),
        min((bottom + 255) >> 8, height),
        colour & 0xffffff,
        colour >> 24,
        rule,
        bias,
      );
      first = end;
    }
    ends += (<usize>contours) << 2;
    if (weights) weights += <usize>contours;
  }
}

/**
 * Fill one outline; parameters as in fillOutlines, and:
 *
 * contours  of the outline, whose points begin at index `first`
 * left, top, right, bottom  pixels that may be touched, right and bottom exclusive, within the picture
 * colour    0x00BBGGRR
 * alpha     0..255
 */
export function fillContours(
  frame: usize,
  width: i32,
  cells: usize,
  cellCount: u32,
  points: usize,
  flags: usize,
  ends: usize,
  weights: usize,
  contours: u32,
  first: u32,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
  colour: u32,
  alpha: u32,
  rule: u32,
  bias: u32,
): void {
  const columns = right - left;
  if (columns <= 0) return;
  const stride = (columns + 4) & ~3;
  const band = <i32>(cellCount / <u32>stride);
  for (let y = top; y < bottom; y += band) {
    const rows = min(band, bottom - y);
    addContours(cells, stride, columns, rows, points, flags, ends, weights, contours, first, left << 8, y << 8);
    for (let row = 0; row < rows; ++row)
      blendCells(
        frame + ((<usize>(y + row) * <usize>width + <usize>left) << 2),
        cells + ((<usize>row * <usize>stride) << 2),
        columns,
        colour,
        alpha,
        rule,
        bias,
      );
  }
}

/**
 * Blend one row of accumulated areas and clear it.
 *
 * dst    n RGBA pixels
 * cells  n + 1 i32, rounded up to whole vectors of 4
 */
function blendCells(dst: usize, cells: usize, n: i32, colour: u32, alpha: u32, rule: u32, bias: u32): void {
  if (ASC_FEATURE_SIMD) {
    const solid = i32x4.splat(<i32>(colour | 0xff000000));
    let before = i32x4.splat(0);
    for (; n > 0; n -= 4, dst += 16, cells += 16) {
      // a wide shape's outline leaves most of its cells untouched
      while (n > 16 && !v128.any_true(v128.or(sixteen(cells), before))) {
        n -= 16;
        dst += 64;
        cells += 64;
      }
      // the inside of a wide shape: as many pixels in one go as have nothing of its outline, all covered alike
      let inside: usize = 0;
      while (n - <i32>inside > 16 && !v128.any_true(sixteen(cells + (inside << 2)))) inside += 16;
      if (inside > 0) {
        const covered = <u32>i32x4.extract_lane(coverageLanes(before, rule), 0);
        blendSpan(dst, inside, colour, div255(alpha * covered + 127), bias);
        n -= <i32>inside;
        dst += inside << 2;
        cells += inside << 2;
      }
      const four = v128.load(cells);
      // outside of the shape: nothing changes and nothing is covered
      if (!v128.any_true(v128.or(four, before))) continue;
      v128.store(cells, i32x4.splat(0));
      const sums = runningSums(four, before);
      before = i8x16.shuffle(sums, sums, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
      const wide = coverageLanes(sums, rule);
      const words = i16x8.narrow_i32x4_u(wide, wide);
      let covered = <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
      if (n < 4) covered &= 0xffffffff >>> ((<u32>(4 - n)) << 3);
      blendFourCovered(dst, covered, colour, solid, alpha, bias);
    }
    // the spare cell behind a row whose length is a multiple of 4 lies in a vector of its own
    if (n == 0) v128.store(cells, i32x4.splat(0));
  } else {
    let sum = 0;
    for (let i = 0; i < n; ++i) {
      const cell = cells + ((<usize>i) << 2);
      sum += load<i32>(cell);
      store<i32>(cell, 0);
      blendCovered(dst + ((<usize>i) << 2), coverageOf(sum, rule), colour, alpha, bias);
    }
    store<i32>(cells + ((<usize>n) << 2), 0);
  }
}

/** What 16 cells have in them. */
// @ts-ignore: decorator
@inline
function sixteen(cells: usize): v128 {
  return v128.or(v128.or(v128.load(cells), v128.load(cells, 16)), v128.or(v128.load(cells, 32), v128.load(cells, 48)));
}

/**
 * Coverage of an outline as bytes: what a glyph or a round corner looks like before it has a colour.
 *
 * dst      rows * stride u8, every byte is written; stride a multiple of 4
 * cells    rows * (stride + 4) i32, all 0; left all 0
 * points, flags, ends, contours  as in fillOutlines, relative to the upper left corner of dst
 * columns  width of the bitmap; bytes behind it up to stride become 0
 */
export function coverContours(
  dst: usize,
  stride: i32,
  columns: i32,
  rows: i32,
  cells: usize,
  points: usize,
  flags: usize,
  ends: usize,
  contours: u32,
  rule: u32,
): void {
  const cellStride = stride + 4;
  addContours(cells, cellStride, columns, rows, points, flags, ends, 0, contours, 0, 0, 0);
  for (let row = 0; row < rows; ++row) {
    let sum = 0;
    for (let i = 0; i < columns; ++i, cells += 4) {
      sum += load<i32>(cells);
      store<i32>(cells, 0);
      store<u8>(dst + <usize>i, <u8>coverageOf(sum, rule));
    }
    store<i32>(cells, 0); // the spare cell
    cells += (<usize>(cellStride - columns)) << 2;
    for (let i = columns; i < stride; ++i) store<u8>(dst + <usize>i, 0);
    dst += <usize>stride;
  }
}
