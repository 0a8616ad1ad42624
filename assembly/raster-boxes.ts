/** Upright boxes on whole pixels: outlines, fills and label plates, many in one call. */
import { blendSpan } from "./blend";
import { blendCovered, blendFourCovered } from "./blend-coverage";
import { div255 } from "./math";

/** blendSpan, with the shortest way for an opaque colour, whose blend is the colour itself. */
// @ts-ignore: decorator
@inline
function paintSpan(dst: usize, n: i32, colour: u32, a: u32, bias: u32): void {
  if (a < 255) {
    blendSpan(dst, <usize>n, colour & 0xffffff, a, bias);
    return;
  }
  const end = dst + ((<usize>n) << 2);
  if (ASC_FEATURE_SIMD) {
    const solid = i32x4.splat(<i32>colour);
    for (const last = end - 16; dst <= last; dst += 16) v128.store(dst, solid);
  }
  for (; dst < end; dst += 4) store<u32>(dst, colour);
}

/** Fill a rectangle that may reach out of the picture; right and bottom are exclusive. */
function paintRect(
  frame: usize,
  width: i32,
  height: i32,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
  colour: u32,
  bias: u32,
): void {
  left = max(left, 0);
  right = min(right, width);
  top = max(top, 0);
  bottom = min(bottom, height);
  if (left >= right || top >= bottom) return;
  const rowBytes = (<usize>width) << 2;
  let dst = frame + <usize>top * rowBytes + ((<usize>left) << 2);
  for (let y = top; y < bottom; ++y, dst += rowBytes) paintSpan(dst, right - left, colour, colour >> 24, bias);
}

/**
 * Fill boxes, in order.
 *
 * frame    width * height RGBA
 * boxes    n * 4 i32: left, top, right, bottom; right and bottom exclusive; any may lie outside of the picture
 * colours  n u32: 0xAABBGGRR, AA the opacity
 * bias     127 or 0, see blend.ts
 */
export function fillBoxes(
  frame: usize,
  width: i32,
  height: i32,
  boxes: usize,
  colours: usize,
  n: u32,
  bias: u32,
): void {
  for (const end = boxes + ((<usize>n) << 4); boxes < end; boxes += 16, colours += 4)
    paintRect(
      frame,
      width,
      height,
      load<i32>(boxes),
      load<i32>(boxes, 4),
      load<i32>(boxes, 8),
      load<i32>(boxes, 12),
      load<u32>(colours),
      bias,
    );
}

/**
 * Draw the outlines of boxes, in order. An outline lies inside of its box, so the caller's box is the outer edge; a box
 * that has no room for an inside is filled. No pixel is blended twice by one outline.
 *
 *   +--------------+
 *   |     top      |   thickness rows
 *   +--+--------+--+
 *   |l |        |r |
 *   +--+--------+--+
 *   |    bottom    |
 *   +--------------+
 *
 * boxes      n * 4 i32, as in fillBoxes: the outer edge
 * colours    n u32: 0xAABBGGRR
 * thickness  n i32, pixels, 1 or more
 */
export function strokeBoxes(
  frame: usize,
  width: i32,
  height: i32,
  boxes: usize,
  colours: usize,
  thickness: usize,
  n: u32,
  bias: u32,
): void {
  for (let i: u32 = 0; i < n; ++i, boxes += 16, colours += 4, thickness += 4) {
    const left = load<i32>(boxes);
    const top = load<i32>(boxes, 4);
    const right = load<i32>(boxes, 8);
    const bottom = load<i32>(boxes, 12);
    const colour = load<u32>(colours);
    const t = load<i32>(thickness);
    if (right - left <= 2 * t || bottom - top <= 2 * t) {
      paintRect(frame, width, height, left, top, right, bottom, colour, bias);
      continue;
    }
    paintRect(frame, width, height, left, top, right, top + t, colour, bias);
    paintRect(frame, width, height, left, top + t, left + t, bottom - t, colour, bias);
    paintRect(frame, width, height, right - t, top + t, right, bottom - t, colour, bias);
    paintRect(frame, width, height, left, bottom - t, right, bottom, colour, bias);
  }
}

/**
 * Fill boxes with round corners, in order: the plates of labels.
 *
 * boxes    n * 4 i32, as in fillBoxes; at least 2 * radius wide and high
 * colours  n u32: 0xAABBGGRR
 * corner   radius rows of radius u8, padded to a multiple of 4: coverage of the upper left corner, mirrored for the others
 * radius   pixels, 0 or more
 */
export function fillPlates(
  frame: usize,
  width: i32,
  height: i32,
  boxes: usize,
  colours: usize,
  n: u32,
  corner: usize,
  radius: i32,
  bias: u32,
): void {
  for (let i: u32 = 0; i < n; ++i, boxes += 16, colours += 4) {
    const left = load<i32>(boxes);
    const top = load<i32>(boxes, 4);
    const right = load<i32>(boxes, 8);
    const bottom = load<i32>(boxes, 12);
    const colour = load<u32>(colours);
    paintRect(frame, width, height, left, top + radius, right, bottom - radius, colour, bias);
    for (let row = 0; row < radius; ++row) {
      const coverage = corner + <usize>(row * ((radius + 3) & ~3));
      plateRow(frame, width, height, left, right, top + row, colour, coverage, radius, bias);
      plateRow(frame, width, height, left, right, bottom - 1 - row, colour, coverage, radius, bias);
    }
  }
}

/** One row of a plate through its two round corners. */
function plateRow(
  frame: usize,
  width: i32,
  height: i32,
  left: i32,
  right: i32,
  y: i32,
  colour: u32,
  coverage: usize,
  radius: i32,
  bias: u32,
): void {
  if (y < 0 || y >= height) return;
  const row = frame + ((<usize>y * <usize>width) << 2);
  for (let i = 0; i < radius; ++i) {
    const covered = load<u8>(coverage + <usize>i);
    const x = left + i;
    if (x >= 0 && x < width) blendCovered(row + ((<usize>x) << 2), covered, colour & 0xffffff, colour >> 24, bias);
    const mirrored = right - 1 - i;
    if (mirrored >= 0 && mirrored < width)
      blendCovered(row + ((<usize>mirrored) << 2), covered, colour & 0xffffff, colour >> 24, bias);
  }
  const first = max(left + radius, 0);
  const last = min(right - radius, width);
  if (first < last) paintSpan(row + ((<usize>first) << 2), last - first, colour, colour >> 24, bias);
}

/**
 * Fill stretched patches, in order. A patch is the coverage of a shape around a rectangle of sideX × sideY pixels, whose
 * middle column and row can be repeated; each box has its own width and height.
 *
 *     +--+-+--+      +--+- - - -+--+
 *     |  |c|  |      |  |c c c c|  |    the parts left and right of the middle column stay as they are,
 *     +--+-+--+  ->  +--+- - - -+--+    and so do those above and below the middle row
 *     |r |m| r|      |r |m m m m| r|
 *     +--+-+--+      +--+- - - -+--+
 *
 * boxes    n * 4 i32, as in fillBoxes; at least sideX wide and sideY high
 * colours  n u32: 0xAABBGGRR
 * patch    four i16 (columns, rows, left, top: where the patch lies from the rectangle's corner), then rows of coverage u8,
 *          each padded to a multiple of 4
 */
export function fillPatches(
  frame: usize,
  width: i32,
  height: i32,
  boxes: usize,
  colours: usize,
  n: u32,
  patch: usize,
  sideX: i32,
  sideY: i32,
  bias: u32,
): void {
  const columns = <i32>load<i16>(patch);
  const rows = <i32>load<i16>(patch, 2);
  const left = <i32>load<i16>(patch, 4);
  const top = <i32>load<i16>(patch, 6);
  const stride = (columns + 3) & ~3;
  const midX = (sideX >> 1) - left;
  const midY = (sideY >> 1) - top;
  for (let i: u32 = 0; i < n; ++i, boxes += 16, colours += 4) {
    const x = load<i32>(boxes) + left;
    const y = load<i32>(boxes, 4) + top;
    const spareX = load<i32>(boxes, 8) - load<i32>(boxes) - sideX;
    const spareY = load<i32>(boxes, 12) - load<i32>(boxes, 4) - sideY;
    const colour = load<u32>(colours);
    const last = min(rows + spareY, height - y);
    for (let row = max(0, -y); row < last; ++row) {
      const source = row < midY ? row : max(midY, row - spareY);
      const coverage = patch + 8 + <usize>(source * stride);
      const dst = frame + ((<usize>(y + row) * <usize>width) << 2);
      coverRow(dst, width, x, coverage, midX, colour, bias);
      const a = div255((colour >> 24) * <u32>load<u8>(coverage + <usize>midX) + 127);
      const from = max(x + midX, 0);
      const to = min(x + midX + spareX, width);
      if (a && from < to) paintSpan(dst + ((<usize>from) << 2), to - from, (colour & 0xffffff) | (a << 24), a, bias);
      coverRow(dst, width, x + midX + spareX, coverage + <usize>midX, columns - midX, colour, bias);
    }
  }
}

/** Blend a colour through n bytes of coverage; x may be outside of the row. */
// @ts-ignore: decorator
@inline
function coverRow(row: usize, width: i32, x: i32, coverage: usize, n: i32, colour: u32, bias: u32): void {
  const last = min(n, width - x);
  const alpha = colour >> 24;
  let i = max(0, -x);
  if (ASC_FEATURE_SIMD) {
    const opaque = colour | 0xff000000;
    const solid = i32x4.splat(<i32>opaque);
    for (; i <= last - 4; i += 4)
      blendFourCovered(row + ((<usize>(x + i)) << 2), load<u32>(coverage + <usize>i), opaque, solid, alpha, bias);
  }
  for (; i < last; ++i)
    blendCovered(row + ((<usize>(x + i)) << 2), load<u8>(coverage + <usize>i), colour & 0xffffff, alpha, bias);
}
