/**
 * RGBA rows to planes of luma and chroma samples, in libjpeg's 16-bit fixed point:
 *   Y  = ( 19595 R + 38470 G +  7471 B + 32768) >> 16
 *   Cb = (-11059 R - 21709 G + 32768 B + 32767 >> 16) + 128
 *   Cr = ( 32768 R - 27439 G -  5329 B + 32767 >> 16) + 128
 * Chroma of 4:2:2 is (a + b + bias) >> 1 with bias 0, 1, 0, 1 …, of 4:2:0 (a + b + c + d + bias) >> 2 with bias
 * 1, 2, 1, 2 … along the row. Alpha is not looked at.
 *
 * SIMD, four pixels at a time: `v & 0x00ff00ff` is the lane pairs (R, B) and `v >> 8 | 0xffff0000` the pairs (G, -1),
 * so a dot product with (wR, wB) and one with (wG, -bias) give the whole sum without a shuffle. 38470 does not fit a lane:
 * luma takes the pairs (2 G, -2) by (19235, -16384). 32768 does not fit either, but -32768 does: see `blue`.
 */

/** Bytes between two rows of a plane. */
export const PLANE_STRIDE: usize = 256;

/**
 * Luma alone.
 *
 * y       rows of `PLANE_STRIDE` bytes; whole groups of 16 are written
 * src     RGBA rows, `stride` bytes apart; read in groups of 16 pixels
 * pixels  per row, at most 256
 */
export function lumaPlane(y: usize, src: usize, stride: usize, pixels: usize, rows: usize): void {
  for (let row: usize = 0; row < rows; ++row) {
    lumaRow(y + row * PLANE_STRIDE, src + row * stride, pixels);
  }
}

/**
 * The three planes.
 *
 * y, cb, cr  rows of `PLANE_STRIDE` bytes; chroma has (pixels / h) x ceil(rows / v) samples; whole groups of 16 (luma) or
 *            16 / h (chroma) are written
 * src        RGBA rows, `stride` bytes apart; read in groups of 16 pixels
 * pixels     per row, a multiple of 8, of 16 when h is 2; at most 256
 * h, v       1 or 2, with v 2 only when h is 2. A last odd row counts twice.
 */
export function colorPlanes(
  y: usize,
  cb: usize,
  cr: usize,
  src: usize,
  stride: usize,
  pixels: usize,
  rows: usize,
  h: u32,
  v: u32,
): void {
  for (let row: usize = 0; row < rows; row += v) {
    if (h == 1) fullRow(y, cb, cr, src, pixels);
    else if (v == 1) halfRow(y, cb, cr, src, pixels);
    else quarterRows(y, cb, cr, src, row + 1 < rows ? src + stride : src, pixels);
    y += PLANE_STRIDE * v;
    cb += PLANE_STRIDE;
    cr += PLANE_STRIDE;
    src += stride * v;
  }
}

function lumaRow(y: usize, src: usize, pixels: usize): void {
  const end = y + pixels;
  if (ASC_FEATURE_SIMD) {
    for (; y < end; y += 16, src += 64) {
      const low = i16x8.narrow_i32x4_s(luma(v128.load(src)), luma(v128.load(src, 16)));
      const high = i16x8.narrow_i32x4_s(luma(v128.load(src, 32)), luma(v128.load(src, 48)));
      v128.store(y, i8x16.narrow_i16x8_u(low, high));
    }
  } else {
    for (; y < end; ++y, src += 4) {
      const r = <i32>load<u8>(src);
      const g = <i32>load<u8>(src, 1);
      const b = <i32>load<u8>(src, 2);
      store<u8>(y, <u8>((19595 * r + 38470 * g + 7471 * b + 32768) >> 16));
    }
  }
}

/** One row of 4:4:4. */
function fullRow(y: usize, cb: usize, cr: usize, src: usize, pixels: usize): void {
  lumaRow(y, src, pixels);
  if (ASC_FEATURE_SIMD) {
    for (let x: usize = 0; x < pixels; x += 16, src += 64) {
      const p0 = v128.load(src);
      const p1 = v128.load(src, 16);
      const p2 = v128.load(src, 32);
      const p3 = v128.load(src, 48);
      v128.store(cb + x, biased(shifted(blue(p0), blue(p1)), shifted(blue(p2), blue(p3))));
      v128.store(cr + x, biased(shifted(red(p0), red(p1)), shifted(red(p2), red(p3))));
    }
  } else {
    for (let x: usize = 0; x < pixels; ++x, src += 4) {
      store<u8>(cb + x, <u8>(blueOf(src) + 128));
      store<u8>(cr + x, <u8>(redOf(src) + 128));
    }
  }
}

/** One row of 4:2:2. */
function halfRow(y: usize, cb: usize, cr: usize, src: usize, pixels: usize): void {
  lumaRow(y, src, pixels);
  if (ASC_FEATURE_SIMD) {
    for (let x: usize = 0; x < pixels; x += 16, src += 64) {
      const p0 = v128.load(src);
      const p1 = v128.load(src, 16);
      const p2 = v128.load(src, 32);
      const p3 = v128.load(src, 48);
      v128.store64_lane(cb + (x >> 1), halves(shifted(blue(p0), blue(p1)), shifted(blue(p2), blue(p3))), 0);
      v128.store64_lane(cr + (x >> 1), halves(shifted(red(p0), red(p1)), shifted(red(p2), red(p3))), 0);
    }
  } else {
    for (let x: usize = 0; x < pixels >> 1; ++x, src += 8) {
      const bias = <i32>(x & 1);
      store<u8>(cb + x, <u8>(((blueOf(src) + blueOf(src + 4) + bias) >> 1) + 128));
      store<u8>(cr + x, <u8>(((redOf(src) + redOf(src + 4) + bias) >> 1) + 128));
    }
  }
}

/** Two rows of 4:2:0, luma and chroma in one go; the second may be the first again. */
function quarterRows(y: usize, cb: usize, cr: usize, first: usize, second: usize, pixels: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (const end = y + pixels; y < end; y += 16, cb += 8, cr += 8, first += 64, second += 64) {
      const p0 = v128.load(first);
      const q0 = v128.load(second);
      const p1 = v128.load(first, 16);
      const q1 = v128.load(second, 16);
      const yp0 = i16x8.narrow_i32x4_s(luma(p0), luma(p1));
      const yq0 = i16x8.narrow_i32x4_s(luma(q0), luma(q1));
      // the high halves of the sums are the samples: added as 16-bit lanes, no carry crosses from the low halves
      const b0 = shifted(i16x8.add(blue(p0), blue(q0)), i16x8.add(blue(p1), blue(q1)));
      const r0 = shifted(i16x8.add(red(p0), red(q0)), i16x8.add(red(p1), red(q1)));
      const p2 = v128.load(first, 32);
      const q2 = v128.load(second, 32);
      const p3 = v128.load(first, 48);
      const q3 = v128.load(second, 48);
      v128.store(y, i8x16.narrow_i16x8_u(yp0, i16x8.narrow_i32x4_s(luma(p2), luma(p3))));
      v128.store(y, i8x16.narrow_i16x8_u(yq0, i16x8.narrow_i32x4_s(luma(q2), luma(q3))), PLANE_STRIDE);
      const b1 = shifted(i16x8.add(blue(p2), blue(q2)), i16x8.add(blue(p3), blue(q3)));
      const r1 = shifted(i16x8.add(red(p2), red(q2)), i16x8.add(red(p3), red(q3)));
      v128.store64_lane(cb, quarters(b0, b1), 0);
      v128.store64_lane(cr, quarters(r0, r1), 0);
    }
  } else {
    lumaRow(y, first, pixels);
    lumaRow(y + PLANE_STRIDE, second, pixels);
    for (let x: usize = 0; x < pixels >> 1; ++x, first += 8, second += 8) {
      const bias = 1 + <i32>(x & 1);
      const b = blueOf(first) + blueOf(first + 4) + blueOf(second) + blueOf(second + 4);
      const r = redOf(first) + redOf(first + 4) + redOf(second) + redOf(second + 4);
      store<u8>(cb + x, <u8>(((b + bias) >> 2) + 128));
      store<u8>(cr + x, <u8>(((r + bias) >> 2) + 128));
    }
  }
}

// ---------------------------------------------------------------------------------------------------------- scalar

/** Cb - 128 of one pixel. */
// @ts-ignore: decorator
@inline
function blueOf(p: usize): i32 {
  return (32768 * <i32>load<u8>(p, 2) - 11059 * <i32>load<u8>(p) - 21709 * <i32>load<u8>(p, 1) + 32767) >> 16;
}

/** Cr - 128 of one pixel. */
// @ts-ignore: decorator
@inline
function redOf(p: usize): i32 {
  return (32768 * <i32>load<u8>(p) - 27439 * <i32>load<u8>(p, 1) - 5329 * <i32>load<u8>(p, 2) + 32767) >> 16;
}

// ------------------------------------------------------------------------------------------------------------ SIMD

// @ts-ignore: decorator
@inline
function redBlue(v: v128): v128 {
  return v128.and(v, i32x4.splat(0x00ff00ff));
}

/** The pairs (G, -1). */
// @ts-ignore: decorator
@inline
function green(v: v128): v128 {
  return v128.or(i16x8.shr_u(v, 8), i32x4.splat(<i32>0xffff0000));
}

// @ts-ignore: decorator
@inline
function pair(a: i32, b: i32): v128 {
  return i32x4.splat((a & 0xffff) | (b << 16));
}

/** Y of four pixels. */
// @ts-ignore: decorator
@inline
function luma(v: v128): v128 {
  const g = green(v);
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(redBlue(v), pair(19595, 7471)),
    i32x4.dot_i16x8_s(i16x8.add(g, g), pair(19235, -16384)),
  );
  return i32x4.shr_u(sum, 16);
}

/**
 * The sums of chroma of four pixels, all signs turned: 32768 does not fit a lane, -32768 does. With the opposite sum s,
 * (-s + 32767) >> 16 = -((s + 32768) >> 16) for every s, so the bias becomes 32768 and the result is negated later.
 */
// @ts-ignore: decorator
@inline
function blue(v: v128): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(redBlue(v), pair(11059, -32768)),
    i32x4.dot_i16x8_s(green(v), pair(21709, -32768)),
  );
}

/** See `blue`. */
// @ts-ignore: decorator
@inline
function red(v: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(redBlue(v), pair(-32768, 5329)), i32x4.dot_i16x8_s(green(v), pair(27439, -32768)));
}

/** The high halves of eight sums. */
// @ts-ignore: decorator
@inline
function shifted(a: v128, b: v128): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(a, 16), i32x4.shr_s(b, 16));
}

/** 128 - x of sixteen lanes, as bytes. */
// @ts-ignore: decorator
@inline
function biased(a: v128, b: v128): v128 {
  const offset = i16x8.splat(128);
  return i8x16.narrow_i16x8_u(i16x8.sub(offset, a), i16x8.sub(offset, b));
}

/** Sixteen negated samples of a row to eight bytes. */
// @ts-ignore: decorator
@inline
function halves(a: v128, b: v128): v128 {
  const bias = i32x4(256, 257, 256, 257);
  const low = i32x4.shr_s(i32x4.sub(bias, i32x4.extadd_pairwise_i16x8_s(a)), 1);
  const high = i32x4.shr_s(i32x4.sub(bias, i32x4.extadd_pairwise_i16x8_s(b)), 1);
  return narrowBytes(low, high);
}

/** Sixteen negated sums of two rows to eight bytes. */
// @ts-ignore: decorator
@inline
function quarters(a: v128, b: v128): v128 {
  const bias = i32x4(513, 514, 513, 514);
  const low = i32x4.shr_s(i32x4.sub(bias, i32x4.extadd_pairwise_i16x8_s(a)), 2);
  const high = i32x4.shr_s(i32x4.sub(bias, i32x4.extadd_pairwise_i16x8_s(b)), 2);
  return narrowBytes(low, high);
}

// @ts-ignore: decorator
@inline
function narrowBytes(low: v128, high: v128): v128 {
  const lanes = i16x8.narrow_i32x4_s(low, high);
  return i8x16.narrow_i16x8_u(lanes, lanes);
}
