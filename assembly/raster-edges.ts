/**
 * The heart of the anti-aliased rasteriser: signed areas of line segments, summed cell by cell, all in whole numbers.
 *
 * Coordinates are in 1/256 pixel. An accumulator row holds, for each pixel, by how much the covered area differs from
 * the pixel on its left; running sums along a row therefore give the area that the outline covers, in units of
 * 1/131072 pixel (2 * 256 * 256), signed by the direction of the outline. A segment costs time for the rows and pixels
 * that it crosses, never for what it encloses. A weight multiplies the area, so that parts of one outline can be fainter
 * than others and still meet without a seam.
 *
 * Where a segment crosses a row or column border between two grid points, the crossing is rounded down, seen from the
 * segment's upper end (rows) or left end (columns): two outlines that share an edge cross at the same places, so no seam
 * shows between them.
 */

/** floor(a * b / c) for b >= 0, c > 0 and any i32 a; in 32 bits where the product fits. */
// @ts-ignore: decorator
@inline
function scaleDown(a: i32, b: i32, c: i32): i32 {
  if (a >= 0 && a < 0x400000 && b <= 256) return (a * b) / c;
  const product = <i64>a * <i64>b;
  const quotient = product / <i64>c;
  return <i32>(product < quotient * <i64>c ? quotient - 1 : quotient);
}

/**
 * Add one segment to an accumulator window.
 *
 * acc     rows * stride i32 cells, stride >= width + 1
 * width   pixels of a row; what lies right of them is dropped, what lies left of column 0 covers from column 0 on
 * rows    rows of the window; what lies above or below is dropped
 * x0 … y1 1/256 pixel, relative to the window, each within +-2^29
 * weight  the area of a pixel counts as so many, 1..32
 */
export function addLine(
  acc: usize,
  stride: i32,
  width: i32,
  rows: i32,
  x0: i32,
  y0: i32,
  x1: i32,
  y1: i32,
  weight: i32,
): void {
  if (y0 == y1) return;
  let sign = weight;
  if (y0 > y1) {
    sign = -weight;
    let swap = y0;
    y0 = y1;
    y1 = swap;
    swap = x0;
    x0 = x1;
    x1 = swap;
  }
  const bottom = rows << 8;
  if (y1 <= 0 || y0 >= bottom) return;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const end = min(y1, bottom);
  let y = y0;
  let x = x0;
  if (y < 0) {
    x = x0 + scaleDown(dx, -y0, dy);
    y = 0;
  }
  let row = acc + ((<usize>(y >> 8) * <usize>stride) << 2);
  let next = min((y & ~255) + 256, end);
  let below = next == y1 ? x1 : x0 + scaleDown(dx, next - y0, dy);
  addWithinRow(row, width, x, below, next - y, sign);
  if (next == end) return;

  // whole rows: x advances by dx * 256 / dy with the remainder carried along, which is the same rounding, undivided
  const product = (<i64>dx) << 8;
  let step = product / <i64>dy;
  if (step * <i64>dy > product) --step;
  const stepX = <i32>step;
  const stepRest = <i32>(product - step * <i64>dy);
  let rest = <i32>(<i64>dx * <i64>(next - y0) - <i64>(below - x0) * <i64>dy);
  const rowBytes = (<usize>stride) << 2;
  do {
    x = below;
    y = next;
    row += rowBytes;
    next = y + 256;
    if (next <= end) {
      below = x + stepX;
      rest += stepRest;
      if (<u32>rest >= <u32>dy) {
        rest -= dy;
        ++below;
      }
    } else {
      next = end;
      below = next == y1 ? x1 : x0 + scaleDown(dx, next - y0, dy);
    }
    addWithinRow(row, width, x, below, next - y, sign);
  } while (next < end);
}

/**
 * Add a segment that stays within one row and goes down it by `height` (1..256); `sign` is its weight and direction.
 *
 *      cell c           cell c + 1
 *   +-----------+    what lies right of the segment is covered: in the cell that it crosses, height * (mean distance to
 *   |     \  d  |    the cell's right side); in every cell further right, the whole height. Twice that area is
 *   |      \    |    d * (512 - f) here and d * f more from the next cell on, with f = sum of both ends' offsets.
 *   +-----------+
 */
function addWithinRow(row: usize, width: i32, xa: i32, xb: i32, height: i32, sign: i32): void {
  const low = min(xa, xb);
  const high = max(xa, xb);
  const limit = width << 8;
  if (low >= limit) return;
  if (high <= 0) {
    store<i32>(row, load<i32>(row) + ((sign * height) << 9));
    return;
  }
  let column = low >> 8;
  if (high <= (column + 1) << 8 && low >= 0) {
    const f = low + high - (column << 9);
    const cell = row + ((<usize>column) << 2);
    const d = sign * height;
    store<i32>(cell, load<i32>(cell) + d * (512 - f));
    store<i32>(cell, load<i32>(cell, 4) + d * f, 4);
    return;
  }
  const span = high - low;
  let x = low;
  let used = 0;
  if (low < 0) {
    used = scaleDown(-low, height, span);
    store<i32>(row, load<i32>(row) + ((sign * used) << 9));
    x = 0;
    column = 0;
  }
  for (;;) {
    const left = column << 8;
    const next = min(left + 256, high);
    const total = next == high ? height : scaleDown(next - low, height, span);
    const d = sign * (total - used);
    const f = x - left + (next - left);
    const cell = row + ((<usize>column) << 2);
    store<i32>(cell, load<i32>(cell) + d * (512 - f));
    store<i32>(cell, load<i32>(cell, 4) + d * f, 4);
    if (next == high || next >= limit) return;
    x = next;
    used = total;
    ++column;
  }
}

/** Halvings of a quadratic curve so that its chords stay within 1/16 pixel: a curve is a quarter of its bend away from its chord. */
// @ts-ignore: decorator
@inline
function halvings(bend: i32): i32 {
  let n = 0;
  while (n < 8 && bend >> (n << 1) > 64) ++n;
  return n;
}

/** Add a quadratic curve from (x0, y0) by the control point (x1, y1) to (x2, y2) as 2^n chords. */
export function addCurve(
  acc: usize,
  stride: i32,
  width: i32,
  rows: i32,
  x0: i32,
  y0: i32,
  x1: i32,
  y1: i32,
  x2: i32,
  y2: i32,
  weight: i32,
): void {
  const bendX = <i64>x0 - 2 * <i64>x1 + <i64>x2;
  const bendY = <i64>y0 - 2 * <i64>y1 + <i64>y2;
  const bend = max(bendX < 0 ? -bendX : bendX, bendY < 0 ? -bendY : bendY);
  const n = halvings(<i32>min(bend, 0x7fffffff));
  const half = ((<i64>1) << (2 * n)) >> 1;
  const slopeX = 2 * (<i64>x1 - <i64>x0);
  const slopeY = 2 * (<i64>y1 - <i64>y0);
  let x = x0;
  let y = y0;
  const count = 1 << n;
  for (let i: i64 = 1; i < count; ++i) {
    // p(t) = p0 + slope t + bend t², t = i / 2^n, rounded to nearest
    const nextX = x0 + <i32>((((slopeX * i) << n) + bendX * i * i + half) >> (2 * n));
    const nextY = y0 + <i32>((((slopeY * i) << n) + bendY * i * i + half) >> (2 * n));
    addLine(acc, stride, width, rows, x, y, nextX, nextY, weight);
    x = nextX;
    y = nextY;
  }
  addLine(acc, stride, width, rows, x, y, x2, y2, weight);
}

/**
 * Add closed contours in TrueType's form: where two control points follow each other, the curve passes half-way.
 *
 * points    i32 x, y for each point
 * flags     u8 for each point: 1 on the curve, 0 control point; 0 as pointer: all are on the curve (polygons)
 * ends      u32 for each contour: index behind its last point
 * weights   u8 for each contour, 1..32; null pointer: all are 1
 * first     index of the first contour's first point
 * left, top subtracted from every point, 1/256 pixel
 */
export function addContours(
  acc: usize,
  stride: i32,
  width: i32,
  rows: i32,
  points: usize,
  flags: usize,
  ends: usize,
  weights: usize,
  contours: u32,
  first: u32,
  left: i32,
  top: i32,
): void {
  for (let c: u32 = 0; c < contours; ++c) {
    const end = load<u32>(ends + ((<usize>c) << 2));
    const weight = weights == 0 ? 1 : <i32>load<u8>(weights + <usize>c);
    if (end > first) {
      const last = end - 1;
      // the contour starts at its first point, or its last, or half-way between them: wherever a point is on the curve
      let startX = px(points, first) - left;
      let startY = py(points, first) - top;
      let i = first;
      if (on(flags, first)) {
        ++i;
      } else {
        const lastX = px(points, last) - left;
        const lastY = py(points, last) - top;
        if (on(flags, last)) {
          startX = lastX;
          startY = lastY;
        } else {
          startX = (startX + lastX) >> 1;
          startY = (startY + lastY) >> 1;
        }
      }
      let x = startX;
      let y = startY;
      let controlX = 0;
      let controlY = 0;
      let curved = false;
      for (; i <= last; ++i) {
        const nextX = px(points, i) - left;
        const nextY = py(points, i) - top;
        if (on(flags, i)) {
          if (curved) addCurve(acc, stride, width, rows, x, y, controlX, controlY, nextX, nextY, weight);
          else addLine(acc, stride, width, rows, x, y, nextX, nextY, weight);
          x = nextX;
          y = nextY;
          curved = false;
        } else {
          if (curved) {
            const middleX = (controlX + nextX) >> 1;
            const middleY = (controlY + nextY) >> 1;
            addCurve(acc, stride, width, rows, x, y, controlX, controlY, middleX, middleY, weight);
            x = middleX;
            y = middleY;
          }
          controlX = nextX;
          controlY = nextY;
          curved = true;
        }
      }
      if (curved) addCurve(acc, stride, width, rows, x, y, controlX, controlY, startX, startY, weight);
      else addLine(acc, stride, width, rows, x, y, startX, startY, weight);
    }
    first = end;
  }
}

// @ts-ignore: decorator
@inline
function px(points: usize, i: u32): i32 {
  return load<i32>(points + ((<usize>i) << 3));
}
// @ts-ignore: decorator
@inline
function py(points: usize, i: u32): i32 {
  return load<i32>(points + ((<usize>i) << 3), 4);
}
// @ts-ignore: decorator
@inline
function on(flags: usize, i: u32): bool {
  return flags == 0 || load<u8>(flags + <usize>i) != 0;
}
