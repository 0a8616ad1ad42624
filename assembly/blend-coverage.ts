/** Blending through coverage: how anything anti-aliased reaches a picture, by the rule of `blend.ts`. */
import { blendLanes, blendPixel } from "./blend";
import { div255 } from "./math";

/**
 * Blend one colour over one pixel of which `coverage` (0..255) is covered.
 *
 * colour  0x00BBGGRR
 */
// @ts-ignore: decorator
@inline
export function blendCovered(dst: usize, coverage: u32, colour: u32, alpha: u32, bias: u32): void {
  if (coverage) blendPixel(dst, colour, div255(alpha * coverage + 127), bias);
}

/**
 * Blend one colour over four neighbouring pixels.
 *
 *   covered   c0 c1 c2 c3                        one byte each, lowest first
 *   a         a0 a0 a0 a0 a1 a1 a1 a1 …          alpha * coverage / 255, repeated over r g b alpha
 *   old       r  g  b  255 r  g  b  255 …
 *   new       (old * (255 - a) + colour * a + bias) / 255, alpha lane: (255 * (255 - a) + 255 * a) / 255 = 255
 *
 * Pixels that are not opaque take the scalar way. SIMD builds only.
 *
 * dst     4 RGBA pixels; those of coverage 0 get their own bytes back
 * colour  0x00BBGGRR
 * solid   colour | 0xff000000 in every 32-bit lane
 */
// @ts-ignore: decorator
@inline
export function blendFourCovered(dst: usize, covered: u32, colour: u32, solid: v128, alpha: u32, bias: u32): void {
  if (covered == 0) return;
  const old = v128.load(dst);
  if (i32x4.all_true(i32x4.eq(v128.or(old, i32x4.splat(0x00ffffff)), i32x4.splat(-1)))) {
    if (covered == 0xffffffff && alpha == 255) {
      v128.store(dst, solid);
    } else {
      const packed = i32x4.splat(<i32>covered);
      let a = i8x16.swizzle(packed, i8x16(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
      if (alpha != 255) {
        const scale = i16x8.splat(<i16>alpha);
        const half = i16x8.splat(127);
        a = i8x16.narrow_i16x8_u(
          blendLanes(i16x8.extend_low_i8x16_u(a), scale, half),
          blendLanes(i16x8.extend_high_i8x16_u(a), scale, half),
        );
      }
      const rest = v128.not(a); // 255 - a in bytes
      const vBias = i16x8.splat(<i16>bias);
      const lo = blendLanes(
        i16x8.extend_low_i8x16_u(old),
        i16x8.extend_low_i8x16_u(rest),
        i16x8.add(i16x8.extmul_low_i8x16_u(solid, a), vBias),
      );
      const hi = blendLanes(
        i16x8.extend_high_i8x16_u(old),
        i16x8.extend_high_i8x16_u(rest),
        i16x8.add(i16x8.extmul_high_i8x16_u(solid, a), vBias),
      );
      v128.store(dst, i8x16.narrow_i16x8_u(lo, hi));
    }
  } else {
    blendFourApart(dst, covered, colour, alpha, bias);
  }
}

/** Four pixels one by one: some of them are not opaque. */
function blendFourApart(dst: usize, covered: u32, colour: u32, alpha: u32, bias: u32): void {
  blendCovered(dst, covered & 255, colour, alpha, bias);
  blendCovered(dst + 4, (covered >> 8) & 255, colour, alpha, bias);
  blendCovered(dst + 8, (covered >> 16) & 255, colour, alpha, bias);
  blendCovered(dst + 12, covered >> 24, colour, alpha, bias);
}
