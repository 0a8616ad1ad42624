/**
 * Rows of samples to rows of pixels: `channels` 4 is RGBA with alpha 255, or CMYK as it stands; 3 is RGB; 1 is grey.
 *
 * YCbCr to RGB is the 16-bit fixed-point arithmetic of libjpeg, to the bit:
 *   r = y + ((91881 cr + 2^15) >> 16)
 *   g = y + ((-22554 cb - 46802 cr + 2^15) >> 16)
 *   b = y + ((116130 cb + 2^15) >> 16)          cb, cr less 128; results clamped to 0..255
 * The red and blue terms equal a rounding 15-bit multiplication of 2 cr by 22970 and of 2 cb by 29033 for all 256 inputs.
 * For green, -46802 = 18734 - 65536 makes the weights fit 16 bits.
 *
 * All rows end in whole vectors: up to 15 samples may be read and 15 pixels written beyond `width`.
 */
import { div255 } from "./math";

/** 16 pixels of RGBA, or of RGB packed. */
// @ts-ignore: decorator
@inline
function storePixels(dst: usize, r: v128, g: v128, b: v128, channels: u32): void {
  const rgLow = i8x16.shuffle(r, g, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const rgHigh = i8x16.shuffle(r, g, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const alpha = i8x16.splat(-1);
  const baLow = i8x16.shuffle(b, alpha, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const baHigh = i8x16.shuffle(b, alpha, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const p0 = i16x8.shuffle(rgLow, baLow, 0, 8, 1, 9, 2, 10, 3, 11);
  const p1 = i16x8.shuffle(rgLow, baLow, 4, 12, 5, 13, 6, 14, 7, 15);
  const p2 = i16x8.shuffle(rgHigh, baHigh, 0, 8, 1, 9, 2, 10, 3, 11);
  const p3 = i16x8.shuffle(rgHigh, baHigh, 4, 12, 5, 13, 6, 14, 7, 15);
  if (channels == 4) {
    v128.store(dst, p0);
    v128.store(dst, p1, 16);
    v128.store(dst, p2, 32);
    v128.store(dst, p3, 48);
  } else {
    v128.store(dst, i8x16.shuffle(p0, p1, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20));
    v128.store(dst, i8x16.shuffle(p1, p2, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21, 22, 24, 25), 16);
    v128.store(dst, i8x16.shuffle(p2, p3, 10, 12, 13, 14, 16, 17, 18, 20, 21, 22, 24, 25, 26, 28, 29, 30), 32);
  }
}

// @ts-ignore: decorator
@inline
function storePixel(dst: usize, r: i32, g: i32, b: i32, channels: u32): void {
  store<u8>(dst, <u8>max(0, min(255, r)));
  store<u8>(dst, <u8>max(0, min(255, g)), 1);
  store<u8>(dst, <u8>max(0, min(255, b)), 2);
  if (channels == 4) store<u8>(dst, 255, 3);
}

/** The green term of eight pixels; cb and cr less 128, in 16-bit lanes. */
// @ts-ignore: decorator
@inline
function greenTerm(cb: v128, cr: v128): v128 {
  const weights = i32x4.splat((-22554 & 0xffff) | (18734 << 16));
  const round = i32x4.splat(1 << 15);
  const low = i16x8.shuffle(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11);
  const high = i16x8.shuffle(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15);
  return i16x8.sub(
    i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(low, weights), round), 16),
      i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(high, weights), round), 16),
    ),
    cr,
  );
}

/** YCbCr to RGB or RGBA; channels 3 or 4. */
// @ts-ignore: decorator
@inline
function yccRow(dst: usize, y: usize, cb: usize, cr: usize, width: usize, channels: u32): void {
  if (ASC_FEATURE_SIMD) {
    const centre = i8x16.splat(-128);
    const red = i16x8.splat(22970);
    const blue = i16x8.splat(29033);
    for (let i: usize = 0; i < width; i += 16, dst += (<usize>channels) << 4) {
      const luma = v128.load(y + i);
      const cbs = v128.xor(v128.load(cb + i), centre);
      const crs = v128.xor(v128.load(cr + i), centre);
      const yLow = i16x8.extend_low_i8x16_u(luma);
      const yHigh = i16x8.extend_high_i8x16_u(luma);
      const cbLow = i16x8.extend_low_i8x16_s(cbs);
      const cbHigh = i16x8.extend_high_i8x16_s(cbs);
      const crLow = i16x8.extend_low_i8x16_s(crs);
      const crHigh = i16x8.extend_high_i8x16_s(crs);
      const r = i8x16.narrow_i16x8_u(
        i16x8.add(yLow, i16x8.q15mulr_sat_s(i16x8.shl(crLow, 1), red)),
        i16x8.add(yHigh, i16x8.q15mulr_sat_s(i16x8.shl(crHigh, 1), red)),
      );
      const g = i8x16.narrow_i16x8_u(
        i16x8.add(yLow, greenTerm(cbLow, crLow)),
        i16x8.add(yHigh, greenTerm(cbHigh, crHigh)),
      );
      const b = i8x16.narrow_i16x8_u(
        i16x8.add(yLow, i16x8.q15mulr_sat_s(i16x8.shl(cbLow, 1), blue)),
        i16x8.add(yHigh, i16x8.q15mulr_sat_s(i16x8.shl(cbHigh, 1), blue)),
      );
      storePixels(dst, r, g, b, channels);
    }
  } else {
    for (let i: usize = 0; i < width; i++, dst += channels) {
      const luma = <i32>load<u8>(y + i);
      const u = <i32>load<u8>(cb + i) - 128;
      const v = <i32>load<u8>(cr + i) - 128;
      storePixel(
        dst,
        luma + ((91881 * v + (1 << 15)) >> 16),
        luma + ((-22554 * u - 46802 * v + (1 << 15)) >> 16),
        luma + ((116130 * u + (1 << 15)) >> 16),
        channels,
      );
    }
  }
}

export function yccToRgba(dst: usize, y: usize, cb: usize, cr: usize, width: usize): void {
  yccRow(dst, y, cb, cr, width, 4);
}

export function yccToRgb(dst: usize, y: usize, cb: usize, cr: usize, width: usize): void {
  yccRow(dst, y, cb, cr, width, 3);
}

/** Three rows of samples put together as RGB or RGBA. */
export function rgbRow(dst: usize, r: usize, g: usize, b: usize, width: usize, channels: u32): void {
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < width; i += 16, dst += (<usize>channels) << 4) {
      storePixels(dst, v128.load(r + i), v128.load(g + i), v128.load(b + i), channels);
    }
  } else {
    for (let i: usize = 0; i < width; i++, dst += channels) {
      storePixel(dst, load<u8>(r + i), load<u8>(g + i), load<u8>(b + i), channels);
    }
  }
}

/**
 * Four rows of samples to CMYK (255 is full ink) or, with channels 4 and rgba, to what such inks leave of white:
 * round((255 - ink) * (255 - k) / 255).
 *
 * ycc     1: the first three rows are YCbCr, whose RGB are the complements of the inks
 * invert  255 when the stored samples are complements (Adobe), else 0
 * Printing data is rare: plain code.
 */
export function cmykRow(
  dst: usize,
  a: usize,
  b: usize,
  c: usize,
  k: usize,
  width: usize,
  ycc: u32,
  invert: u32,
  rgba: u32,
): void {
  for (let i: usize = 0; i < width; i++, dst += 4) {
    let s0 = <i32>load<u8>(a + i);
    let s1 = <i32>load<u8>(b + i);
    let s2 = <i32>load<u8>(c + i);
    const black = (<i32>load<u8>(k + i)) ^ invert;
    if (ycc) {
      const u = s1 - 128;
      const v = s2 - 128;
      const y = s0;
      s0 = 255 - max(0, min(255, y + ((91881 * v + (1 << 15)) >> 16)));
      s1 = 255 - max(0, min(255, y + ((-22554 * u - 46802 * v + (1 << 15)) >> 16)));
      s2 = 255 - max(0, min(255, y + ((116130 * u + (1 << 15)) >> 16)));
    }
    s0 ^= invert;
    s1 ^= invert;
    s2 ^= invert;
    if (rgba) {
      const white = 255 - black;
      store<u8>(dst, <u8>div255((255 - s0) * white + 127));
      store<u8>(dst, <u8>div255((255 - s1) * white + 127), 1);
      store<u8>(dst, <u8>div255((255 - s2) * white + 127), 2);
      store<u8>(dst, 255, 3);
    } else {
      store<u8>(dst, <u8>s0);
      store<u8>(dst, <u8>s1, 1);
      store<u8>(dst, <u8>s2, 2);
      store<u8>(dst, <u8>black, 3);
    }
  }
}
