/**
 * Source-over blending on straight-alpha RGBA8 pixels: the one rule by which anything reaches a picture.
 *
 * On an opaque pixel, per colour channel: floor((old * (255 - a) + colour * a + bias) / 255).
 * bias 127 rounds to nearest (limn's own), bias 0 truncates (the look of Instill's component).
 * On any other pixel the straight-alpha form of source-over, in `overTranslucent`.
 * a = floor((alpha * coverage + 127) / 255) where coverage is a 0..255 antialias weight.
 */
import { blended, evenPart, oddPart, opaque } from "./blend-lanes";
import { div255 } from "./math";

/**
 * Blend one colour over one pixel.
 *
 * dst     RGBA pixel
 * colour  0x00BBGGRR
 * a       0..255
 * bias    127 or 0
 */
// @ts-ignore: decorator
@inline
export function blendPixel(dst: usize, colour: u32, a: u32, bias: u32): void {
  const old = load<u32>(dst);
  if (old >= 0xff000000) {
    const ia = 255 - a;
    const r = div255((old & 255) * ia + (colour & 255) * a + bias);
    const g = div255(((old >> 8) & 255) * ia + ((colour >> 8) & 255) * a + bias);
    const b = div255(((old >> 16) & 255) * ia + ((colour >> 16) & 255) * a + bias);
    store<u32>(dst, r | (g << 8) | (b << 16) | 0xff000000);
  } else {
    overTranslucent(dst, old, colour, a, bias);
  }
}

/**
 * Straight-alpha source-over where the pixel below is not opaque. With d = old alpha, weights in units of 1/255²:
 * w = a * 255 (new), v = d * (255 - a) (old); alpha = floor((w + v + bias) / 255);
 * channel = floor((old * v + colour * w + (w + v) / 2) / (w + v)), the half being 0 when bias is 0.
 */
function overTranslucent(dst: usize, old: u32, colour: u32, a: u32, bias: u32): void {
  if (a == 0) return;
  const w = a * 255;
  const v = (old >> 24) * (255 - a);
  const sum = w + v;
  const half = bias ? sum >> 1 : 0;
  const r = ((old & 255) * v + (colour & 255) * w + half) / sum;
  const g = (((old >> 8) & 255) * v + ((colour >> 8) & 255) * w + half) / sum;
  const b = (((old >> 16) & 255) * v + ((colour >> 16) & 255) * w + half) / sum;
  const alpha = div255(sum + bias);
  store<u32>(dst, r | (g << 8) | (b << 16) | (alpha << 24));
}

/**
 * Blend one colour over n neighbouring pixels.
 *
 * dst     n RGBA pixels, changed in place; exactly n are touched
 * n       pixel count
 * colour  0x00BBGGRR
 * a       0..255
 * bias    127 or 0
 */
export function blendSpan(dst: usize, n: usize, colour: u32, a: u32, bias: u32): void {
  if (a == 0) return;
  const end = dst + (n << 2);
  if (ASC_FEATURE_SIMD) {
    const vIa = i16x8.splat(<i16>(255 - a));
    const vEven = i32x4.splat(<i32>evenPart(colour, a, bias));
    const vOdd = i32x4.splat(<i32>oddPart(colour, a, bias));
    for (const last = dst + ((n >> 2) << 4); dst < last; dst += 16) blendFour(dst, colour, a, bias, vIa, vEven, vOdd);
  }
  for (; dst < end; dst += 4) blendPixel(dst, colour, a, bias);
}

/** old * ia + add, divided by 255, in eight 16-bit lanes; see `div255` for why this is exact. */
// @ts-ignore: decorator
@inline
export function blendLanes(old: v128, vIa: v128, vAdd: v128): v128 {
  const t = i16x8.add(i16x8.mul(old, vIa), vAdd);
  return i16x8.shr_u(i16x8.add(i16x8.add(t, i16x8.splat(1)), i16x8.shr_u(t, 8)), 8);
}

/** Four opaque pixels of constant colour and alpha; pixels that are not opaque take the scalar way. */
// @ts-ignore: decorator
@inline
export function blendFour(dst: usize, colour: u32, a: u32, bias: u32, vIa: v128, vEven: v128, vOdd: v128): void {
  const old = v128.load(dst);
  if (opaque(old)) {
    v128.store(dst, blended(old, vIa, vEven, vOdd));
  } else {
    blendPixel(dst, colour, a, bias);
    blendPixel(dst + 4, colour, a, bias);
    blendPixel(dst + 8, colour, a, bias);
    blendPixel(dst + 12, colour, a, bias);
  }
}
