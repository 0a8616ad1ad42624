/**
 * The rim of a mask as dots: every pixel of the mask that has a neighbour outside of it (eight neighbours) gets a disc of
 * radius 1/2 at its upper left corner. Neighbouring dots are blended one over the other, row by row, which makes a soft
 * line of two pixels.
 *
 *        column     x - 1   x
 *     row y - 1     13491   12787     coverage of the four pixels around the corner, of 65535;
 *         y         12787   12114     at the picture's upper and left edge what would be outside falls inside
 *
 * A dot covers a fifth of a pixel: eight bits of coverage would be too few, so that on opaque pixels, per channel,
 * new = floor((old * (65535 - k) + colour * k) * 257 / 65535) >> 8 (truncating), or the nearest (rounding).
 */
import { blendPixel } from "./blend";

// @ts-ignore: decorator
@inline
const FAR: u32 = 13491;
// @ts-ignore: decorator
@inline
const SIDE: u32 = 12787;
// @ts-ignore: decorator
@inline
const NEAR: u32 = 12114;
// @ts-ignore: decorator
@inline
const EDGE_FAR: u32 = 25590;
// @ts-ignore: decorator
@inline
const EDGE_NEAR: u32 = 24229;
// @ts-ignore: decorator
@inline
const CORNER: u32 = 48459;

/**
 * Stamp the rim of a plane's mask.
 *
 * frame   h × w RGBA; changed are the mask's pixels and those one further up and left
 * x, y    where the plane's first bit is in the picture; the plane may reach out of it
 * bits    boxH rows of boxW bits, stride bytes apart, 0 around
 * alpha   0..255
 * bias    127 or 0
 */
export function stampRim(
  frame: usize,
  w: i32,
  h: i32,
  x: i32,
  y: i32,
  bits: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  colour: u32,
  alpha: u32,
  bias: u32,
): void {
  // a dot of the row below the last one still touches the last one
  const bottom = min(y + <i32>boxH, h + 1);
  for (let py = max(y, 0); py < bottom; py++) {
    const row = bits + <usize>(py - y) * stride;
    if (ASC_FEATURE_SIMD) {
      if (bias == 0 && py > 0 && py < h) {
        stampRowInPairs(frame, w, h, x, py, row, stride, boxW, colour, alpha);
        continue;
      }
    }
    const bytes = ((<usize>boxW + 63) >> 6) << 3;
    for (let at: usize = 0; at < bytes; at += 8)
      for (let rim = rimOf(row + at, stride); rim; rim &= rim - 1) {
        const px = x + <i32>((at << 3) + <usize>ctz(rim));
        if (<u32>px <= <u32>w) stamp(frame, w, h, px, py, colour, alpha, bias);
      }
  }
}

/** Stamp one row of a rim, neither the picture's first one nor below it, truncating. SIMD builds only. */
function stampRowInPairs(
  frame: usize,
  w: i32,
  h: i32,
  x: i32,
  y: i32,
  row: usize,
  stride: usize,
  boxW: u32,
  colour: u32,
  alpha: u32,
): void {
  const bytes = ((<usize>boxW + 63) >> 6) << 3;
  const rowBytes = (<usize>w) << 2;
  const far = weaker(FAR, alpha);
  const side = weaker(SIDE, alpha);
  const near = weaker(NEAR, alpha);
  const dst = frame + <usize>y * rowBytes;
  const restAbove = restOf(far, side);
  const restHere = restOf(side, near);
  const inkFar = inkOf(colour, far);
  const inkSide = inkOf(colour, side);
  const inkNear = inkOf(colour, near);
  // the dot before, if its pixels are at hand
  let last = -2;
  let above = i32x4.splat(0);
  let here = i32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 8)
    for (let rim = rimOf(row + at, stride); rim; rim &= rim - 1) {
      const px = x + <i32>((at << 3) + <usize>ctz(rim));
      if (<u32>px > <u32>w) continue;
      if (px > 0 && px < w) {
        const p = dst + ((<usize>px) << 2);
        if (px == last + 1) {
          above = following(above, p - rowBytes);
          here = following(here, p);
        } else {
          above = v128.load8x8_u(p - rowBytes - 4);
          here = v128.load8x8_u(p - 4);
        }
        if (opaquePairs(above, here)) {
          above = dabPair(above, restAbove, inkFar, inkSide);
          here = dabPair(here, restHere, inkSide, inkNear);
          const both = i8x16.narrow_i16x8_u(above, here);
          store<u64>(p - rowBytes - 4, i64x2.extract_lane(both, 0));
          store<u64>(p - 4, i64x2.extract_lane(both, 1));
          last = px;
          continue;
        }
      }
      stamp(frame, w, h, px, y, colour, alpha, 0);
      last = -2;
    }
}

// @ts-ignore: decorator
@inline
function weaker(coverage: u32, alpha: u32): u32 {
  return alpha == 255 ? coverage : (coverage * alpha) / 255;
}

/**
 * The pixel pair after one whose channels are in eight 16-bit lanes: its right half, and the pixel at `next`. The pair was
 * stored in one piece, so that reading half of it again would have to wait for that store.
 */
// @ts-ignore: decorator
@inline
function following(pair: v128, next: usize): v128 {
  const right = i16x8.extend_low_i8x16_u(v128.load32_zero(next));
  return i8x16.shuffle(pair, right, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
}

// @ts-ignore: decorator
@inline
function opaquePairs(above: v128, here: v128): bool {
  const ones = i16x8(0, 0, 0, 255, 0, 0, 0, 255);
  return i16x8.all_true(i16x8.eq(v128.and(v128.and(above, here), ones), ones));
}

/** What two coverages leave of 65535, for the channels of a left and a right pixel; all of it for alpha. */
// @ts-ignore: decorator
@inline
function restOf(left: u32, right: u32): v128 {
  const l = <i64>(65535 - left);
  const r = <i64>(65535 - right);
  const alpha = (<i64>65535) << 48;
  return i64x2(l | (l << 16) | (l << 32) | alpha, r | (r << 16) | (r << 32) | alpha);
}

/** A colour times a coverage, for one pixel; 0 for alpha. */
// @ts-ignore: decorator
@inline
function inkOf(colour: u32, k: u32): v128 {
  return i32x4((colour & 255) * k, ((colour >> 8) & 255) * k, ((colour >> 16) & 255) * k, 0);
}

/**
 * A colour over two pixels r g b a r g b a in 16-bit lanes. The two roundings of `mix` are one: floor(s / 65280) with
 * s = old * (65535 - k) + colour * k, below 2^24, and that is floor(floor(s / 256) / 255). In the lanes of alpha k is 0,
 * which keeps 255.
 */
// @ts-ignore: decorator
@inline
function dabPair(old: v128, rest: v128, left: v128, right: v128): v128 {
  const low = i32x4.shr_u(i32x4.add(i32x4.extmul_low_i16x8_u(old, rest), left), 8);
  const high = i32x4.shr_u(i32x4.add(i32x4.extmul_high_i16x8_u(old, rest), right), 8);
  const q = i16x8.narrow_i32x4_u(low, high);
  return i16x8.shr_u(i16x8.add(i16x8.add(q, i16x8.splat(1)), i16x8.shr_u(q, 8)), 8);
}

/** The bits of a word that are part of the rim. */
// @ts-ignore: decorator
@inline
function rimOf(p: usize, stride: usize): u64 {
  const word = load<u64>(p);
  return word ? word & ~(inner(p - stride) & inner(p) & inner(p + stride)) : 0;
}

/** The bits of a word whose left and right neighbours are set as well. */
// @ts-ignore: decorator
@inline
function inner(p: usize): u64 {
  const word = load<u64>(p);
  return word & ((word << 1) | (load<u64>(p - 8) >> 63)) & ((word >> 1) | (load<u64>(p + 8) << 63));
}

/** A dot at the upper left corner of pixel (x, y), which may be one to the right of or below the picture. */
function stamp(frame: usize, w: i32, h: i32, x: i32, y: i32, colour: u32, alpha: u32, bias: u32): void {
  const dst = frame + ((<usize>y * <usize>w + <usize>x) << 2);
  const above = dst - ((<usize>w) << 2);
  if (x > 0 && y > 0) {
    dab(above - 4, colour, FAR, alpha, bias);
    if (x < w) dab(above, colour, SIDE, alpha, bias);
    if (y < h) dab(dst - 4, colour, SIDE, alpha, bias);
    if (x < w && y < h) dab(dst, colour, NEAR, alpha, bias);
  } else if (y > 0) {
    dab(above, colour, EDGE_FAR, alpha, bias);
    if (y < h) dab(dst, colour, EDGE_NEAR, alpha, bias);
  } else if (x > 0) {
    dab(dst - 4, colour, EDGE_FAR, alpha, bias);
    if (x < w) dab(dst, colour, EDGE_NEAR, alpha, bias);
  } else {
    dab(dst, colour, CORNER, alpha, bias);
  }
}

/** Blend one pixel with a coverage of 0..65535. */
// @ts-ignore: decorator
@inline
function dab(dst: usize, colour: u32, coverage: u32, alpha: u32, bias: u32): void {
  const k = weaker(coverage, alpha);
  const old = load<u32>(dst);
  if (old < 0xff000000) {
    blendPixel(dst, colour, (k + 128) / 257, bias);
    return;
  }
  const r = mix(old & 255, colour & 255, k, bias);
  const g = mix((old >> 8) & 255, (colour >> 8) & 255, k, bias);
  const b = mix((old >> 16) & 255, (colour >> 16) & 255, k, bias);
  store<u32>(dst, r | (g << 8) | (b << 16) | 0xff000000);
}

// @ts-ignore: decorator
@inline
function mix(old: u32, colour: u32, k: u32, bias: u32): u32 {
  // at most 65535 * 65535; floor(t / 65535), as div255 does it for fewer bits
  const t = (old * (65535 - k) + colour * k) * 257;
  const wide = (t + 1 + (t >> 16)) >> 16;
  return bias ? (wide + 128) / 257 : wide >> 8;
}
