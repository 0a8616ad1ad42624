/** Areas of coverage, one byte per pixel, on their way to the picture: soft masks, and whatever is drawn along a rim. */
import { blendCovered, blendFourCovered } from "./blend-coverage";

/**
 * Blend one colour through a row of coverage.
 *
 * dst     n RGBA pixels; up to three behind the last one are rewritten as they are
 * cover   n bytes; up to 15 more are read
 * colour  0x00BBGGRR
 */
export function blendCoverRow(dst: usize, cover: usize, n: i32, colour: u32, alpha: u32, bias: u32): void {
  if (ASC_FEATURE_SIMD) {
    const solid = i32x4.splat(<i32>(colour | 0xff000000));
    for (; n > 0; n -= 16, dst += 64, cover += 16) {
      if (!v128.any_true(v128.load(cover))) {
        // most of a box: a line is only along its rim
        for (; n >= 80 && !v128.any_true(four(cover + 16)); n -= 64, dst += 256, cover += 64) {}
        continue;
      }
      for (let i = 0; i < min(n, 16); i += 4) {
        let covered = load<u32>(cover + <usize>i);
        const rest = n - i;
        if (rest < 4) covered &= 0xffffffff >>> ((<u32>(4 - rest)) << 3);
        blendFourCovered(dst + ((<usize>i) << 2), covered, colour, solid, alpha, bias);
      }
    }
  } else {
    for (let i: usize = 0; i < <usize>n; i++) blendCovered(dst + (i << 2), load<u8>(cover + i), colour, alpha, bias);
  }
}

// @ts-ignore: decorator
@inline
function four(p: usize): v128 {
  return v128.or(v128.or(v128.load(p), v128.load(p, 16)), v128.or(v128.load(p, 32), v128.load(p, 48)));
}

/**
 * Blend one colour through a rectangle of coverage.
 *
 * dst     upper left pixel; rows are w pixels apart
 * cover   rows of `stride` bytes, the first `columns` of each being used
 * cut     coverage below it is nothing; 0 or 1 keeps everything. Bytes of the rectangle that it cuts become 0
 * colour  0x00BBGGRR
 * alpha   0..255, of full coverage
 * bias    127 or 0
 */
export function paintCover(
  dst: usize,
  w: u32,
  cover: usize,
  stride: u32,
  columns: u32,
  rows: u32,
  cut: u32,
  colour: u32,
  alpha: u32,
  bias: u32,
): void {
  for (; rows > 0; rows--, dst += (<usize>w) << 2, cover += stride) {
    if (cut > 1) {
      if (ASC_FEATURE_SIMD) {
        // what lies behind the columns is cut too, before its own turn or never looked at
        const least = i8x16.splat(<i8>cut);
        for (let p = cover, end = cover + columns; p < end; p += 16) {
          const v = v128.load(p);
          v128.store(p, v128.and(v, i8x16.ge_u(v, least)));
        }
      } else {
        for (let p = cover, end = cover + columns; p < end; p++) if (load<u8>(p) < <u8>cut) store<u8>(p, 0);
      }
    }
    blendCoverRow(dst, cover, <i32>columns, colour, alpha, bias);
  }
}
