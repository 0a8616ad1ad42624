/**
 * Runs to rows of bits, without ever writing a mask pixel by pixel.
 *
 * A plane holds one bit per pixel of a mask's tight box. First one bit is set per end of a run (and one more at the head
 * of each further column that a run reaches): where the mask changes on its way down a column. The exclusive or of all
 * rows down to a row is then that row of the mask. Cost follows the number of runs and the box, not the picture.
 *
 * Layout: box height + 2 rows of `planeStride` bytes; row 0, the last row and the first 16 bytes of each row stay 0, so
 * that neighbours can be read without asking. Bit i of byte j of a row is column 8 j + i of the box.
 *
 *     stride:  | 16 zero bytes | bits of the row, up to the next multiple of 128 |
 */
import { MaskRecord } from "./mask-record";

/** Bytes from one row of a plane to the next, for a box of w columns. */
// @ts-ignore: decorator
@inline
export function planeStride(w: u32): usize {
  return 16 + (((<usize>w + 127) >> 7) << 4);
}

/** First byte of the bits of a plane's first row. */
// @ts-ignore: decorator
@inline
export function planeBits(plane: usize, stride: usize): usize {
  return plane + stride + 16;
}

// @ts-ignore: decorator
@inline
function flip(bits: usize, stride: usize, x: u32, y: u32): void {
  const p = bits + <usize>y * stride + (x >> 3);
  const one: u8 = 1;
  const bit = <u8>(x & 7);
  store<u8>(p, load<u8>(p) ^ (one << bit));
}

/**
 * Clear a plane and set the changes of a mask that is not empty.
 *
 * plane   planeStride × (box height + 2) bytes
 * record  a measured mask over a picture of h rows
 */
export function planeFromRuns(plane: usize, record: MaskRecord, h: u32): void {
  const stride = planeStride(record.boxW);
  memory.fill(plane, 0, stride * (record.boxH + 2));
  const bits = planeBits(plane, stride);
  const x0 = record.x;
  const y0 = record.y;
  const bottom = y0 + record.boxH;
  const end = record.runs + ((<usize>(record.count & ~1)) << 2);
  let x: u32 = 0;
  let y: u32 = 0;
  for (let p = record.runs; p < end; p += 8) {
    y += load<u32>(p);
    if (y >= h) {
      y -= h;
      x++;
      if (y >= h) {
        const columns = y / h;
        x += columns;
        y -= columns * h;
      }
    }
    const run = load<u32>(p, 4);
    if (run == 0) continue;
    flip(bits, stride, x - x0, y - y0);
    y += run;
    while (y >= h) {
      // on to the next column; here the box reaches from row 0 to the last
      y -= h;
      x++;
      if (y == 0) break;
      flip(bits, stride, x - x0, 0);
    }
    if (y != 0 && y < bottom) flip(bits, stride, x - x0, y - y0);
  }
}

/** Changes to the mask's own bits: each row takes the one above in. */
// @ts-ignore: decorator
@inline
export function planeToBits(bits: usize, stride: usize, boxH: u32): void {
  const end = bits + <usize>boxH * stride;
  if (ASC_FEATURE_SIMD) {
    for (let p = bits; p < end; p += 16) v128.store(p, v128.xor(v128.load(p), v128.load(p - stride)));
  } else {
    for (let p = bits; p < end; p += 4) store<u32>(p, load<u32>(p) ^ load<u32>(p - stride));
  }
}

/**
 * 16 bits to 16 bytes of 0 or -1.
 *
 *     swizzle   b0 ×8 | b1 ×8
 *     and       1 2 4 … 128 | 1 2 4 … 128
 *     not equal to 0
 */
// @ts-ignore: decorator
@inline
export function bytesOfBits(bits: u32): v128 {
  const spread = i8x16.swizzle(i16x8.splat(<i16>bits), i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
  const each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  return i8x16.eq(v128.and(spread, each), each);
}

/**
 * Write masks of one picture as rows of 0 and 1.
 *
 * out      the pictures' rows `top` to `top + rows - 1`, one mask after the other: n × rows × w bytes, all written;
 *          up to 15 bytes behind the end may be set to 0
 * records  n measured MaskRecords
 * plane    room for the largest mask's plane
 * h, w     size of the picture
 * top, rows  the rows wanted; every mask's box lies inside
 * clear    0: the rows are 0 already, so only the boxes are written
 */
export function masksToRows(
  out: usize,
  records: usize,
  n: u32,
  plane: usize,
  h: u32,
  w: u32,
  top: u32,
  rows: u32,
  clear: u32,
): void {
  const bytes = <usize>rows * w;
  for (let i: u32 = 0; i < n; i++, out += bytes) {
    const record = changetype<MaskRecord>(records + <usize>i * offsetof<MaskRecord>());
    if (clear) memory.fill(out, 0, bytes);
    if (record.area == 0) continue;
    planeFromRuns(plane, record, h);
    const stride = planeStride(record.boxW);
    let bits = planeBits(plane, stride);
    let row = out + <usize>(record.y - top) * w + record.x;
    planeToBits(bits, stride, record.boxH);
    for (let y: u32 = 0; y < record.boxH; y++, row += w, bits += stride) {
      if (ASC_FEATURE_SIMD) {
        // without asking whether a bit is set: the answer would be hard to foretell at every edge
        for (let at: usize = 0, to = row; at < <usize>record.boxW; at += 16, to += 16)
          v128.store(to, i8x16.neg(bytesOfBits(load<u16>(bits + (at >> 3)))));
      } else {
        for (let at: usize = 0; at < stride - 16; at++)
          for (let rest = <u32>load<u8>(bits + at); rest; rest &= rest - 1) store<u8>(row + (at << 3) + ctz(rest), 1);
      }
    }
  }
}

/**
 * Clear a rectangle of bytes, where all to the right of it in its rows is 0.
 *
 * out   first byte of the rectangle; rows are `stride` bytes apart; up to 15 bytes behind each row are set to 0 too
 * w, h  size of the rectangle
 */
export function clearBox(out: usize, stride: usize, w: u32, h: u32): void {
  for (const end = out + <usize>h * stride; out < end; out += stride) {
    if (ASC_FEATURE_SIMD) {
      for (let p = out, last = out + w; p < last; p += 16) v128.store(p, i8x16.splat(0));
    } else {
      memory.fill(out, 0, w);
    }
  }
}
