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
 * corner  pixel of the plane's first bit, in a picture whose rows are w pixels apart; changed are the mask's pixels and
 *         those one further up and left
 * x, y    where that pixel is in the picture
 * bits    boxH rows of boxW bits, stride bytes apart, 0 around
 * alpha   0..255
 * bias    127 or 0
 */
export function stampRim(
  corner: usize,
  w: u32,
  x: u32,
  y: u32,
  bits: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  colour: u32,
  alpha: u32,
  bias: u32,
): void {
  const bytes = ((<usize>boxW + 63) >> 6) << 3;
  for (let row: u32 = 0; row < boxH; row++, bits += stride, corner += (<usize>w) << 2) {
    for (let at: usize = 0; at < bytes; at += 8) {
      const p = bits + at;
      let rim = load<u64>(p);
      if (rim == 0) continue;
      rim &= ~(inner(p - stride) & inner(p) & inner(p + stride));
      for (; rim; rim &= rim - 1) {
        const column = (at << 3) + <usize>ctz(rim);
        stamp(corner + (column << 2), w, x + <u32>column, y + row, colour, alpha, bias);
      }
    }
  }
}

/** The bits of a word whose left and right neighbours are set as well. */
// @ts-ignore: decorator
@inline
function inner(p: usize): u64 {
  const word = load<u64>(p);
  return word & ((word << 1) | (load<u64>(p - 8) >> 63)) & ((word >> 1) | (load<u64>(p + 8) << 63));
}

function stamp(dst: usize, w: u32, x: u32, y: u32, colour: u32, alpha: u32, bias: u32): void {
  const above = dst - ((<usize>w) << 2);
  if (x > 0 && y > 0) {
    dab(above - 4, colour, FAR, alpha, bias);
    dab(above, colour, SIDE, alpha, bias);
    dab(dst - 4, colour, SIDE, alpha, bias);
    dab(dst, colour, NEAR, alpha, bias);
  } else if (y > 0) {
    dab(above, colour, EDGE_FAR, alpha, bias);
    dab(dst, colour, EDGE_NEAR, alpha, bias);
  } else if (x > 0) {
    dab(dst - 4, colour, EDGE_FAR, alpha, bias);
    dab(dst, colour, EDGE_NEAR, alpha, bias);
  } else {
    dab(dst, colour, CORNER, alpha, bias);
  }
}

/** Blend one pixel with a coverage of 0..65535. */
// @ts-ignore: decorator
@inline
function dab(dst: usize, colour: u32, coverage: u32, alpha: u32, bias: u32): void {
  const k = alpha == 255 ? coverage : (coverage * alpha) / 255;
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
