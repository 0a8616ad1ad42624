/** One picture over another, with the rule of `blend.ts`. */
import { blendLanes, blendPixel } from "./blend";
import { div255 } from "./math";

/**
 * Blend RGBA pixels over RGBA pixels; the weight of each is its own alpha times `alpha`.
 *
 * dst        height rows of width pixels, changed in place; nothing else is touched
 * dstStride  bytes from one row to the next
 * src        height rows of width straight-alpha pixels, no overlap with dst
 * srcStride  bytes from one row to the next
 * alpha      0..255
 * bias       127 or 0
 *
 * Four opaque pixels at a time, each with its own weight:
 *
 *     src  r g b a  r g b a …   ->  colours  r g b 255 …   (so that opaque stays opaque)
 *                               ->  weights  a a a a …
 */
export function blendRgba(
  dst: usize,
  dstStride: usize,
  src: usize,
  srcStride: usize,
  width: u32,
  height: u32,
  alpha: u32,
  bias: u32,
): void {
  for (; height; height--, dst += dstStride, src += srcStride) {
    let to = dst;
    let from = src;
    const end = to + ((<usize>width) << 2);
    if (ASC_FEATURE_SIMD) {
      for (; to + 16 <= end; to += 16, from += 16) blendFourOver(to, from, alpha, bias);
    }
    for (; to < end; to += 4, from += 4) blendOver(to, load<u32>(from), alpha, bias);
  }
}

// @ts-ignore: decorator
@inline
function blendOver(dst: usize, pixel: u32, alpha: u32, bias: u32): void {
  const a = div255((pixel >> 24) * alpha + 127);
  if (a) blendPixel(dst, pixel & 0xffffff, a, bias);
}

// @ts-ignore: decorator
@inline
function blendFourOver(dst: usize, src: usize, alpha: u32, bias: u32): void {
  const opaque = i32x4.splat(0xff000000);
  const pixels = v128.load(src);
  if (!v128.any_true(v128.and(pixels, opaque))) return;
  if (alpha == 255 && !v128.any_true(v128.andnot(opaque, pixels))) {
    v128.store(dst, pixels);
    return;
  }
  const old = v128.load(dst);
  if (v128.any_true(v128.andnot(opaque, old))) {
    for (let i: usize = 0; i < 16; i += 4) blendOver(dst + i, load<u32>(src + i), alpha, bias);
    return;
  }
  const weights = i8x16.shuffle(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15);
  const colours = v128.or(pixels, opaque);
  let low = i16x8.extend_low_i8x16_u(weights);
  let high = i16x8.extend_high_i8x16_u(weights);
  if (alpha != 255) {
    const half = i16x8.splat(127);
    const scale = i16x8.splat(<i16>alpha);
    low = blendLanes(low, scale, half);
    high = blendLanes(high, scale, half);
  }
  const full = i16x8.splat(255);
  const vBias = i16x8.splat(<i16>bias);
  v128.store(
    dst,
    i8x16.narrow_i16x8_u(
      blendLanes(
        i16x8.extend_low_i8x16_u(old),
        i16x8.sub(full, low),
        i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(colours), low), vBias),
      ),
      blendLanes(
        i16x8.extend_high_i8x16_u(old),
        i16x8.sub(full, high),
        i16x8.add(i16x8.mul(i16x8.extend_high_i8x16_u(colours), high), vBias),
      ),
    ),
  );
}
