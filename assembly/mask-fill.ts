/**
 * A colour blended where bits are set, with the rule of `blend.ts`. The bits that differ from the one on their left are the
 * ends of spans, and each span is blended eight pixels at a time. Not re-exported: part of the kernels that fill masks.
 */
import { blendPixel } from "./blend";
import { blended, evenPart, oddPart, opaque } from "./blend-lanes";
import { blendFaultyPixel, blendFaultyRun } from "./mask-faults";

/**
 * Blend a colour where bits are set.
 *
 * corner  pixel of the first bit; rows are w pixels apart
 * bits    boxH rows of boxW bits, stride bytes apart, 0 behind each
 * solid   not 0: every pixel of the frame has alpha 255
 * faults  0, or what `blendFaultyRun` takes
 */
export function blendBits(
  corner: usize,
  w: u32,
  bits: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  colour: u32,
  alpha: u32,
  solid: u32,
  bias: u32,
  faults: usize,
): void {
  if (ASC_FEATURE_SIMD) {
    // copies of the loop: not asking for alpha saves an eighth
    if (faults) blendSpans(corner, w, bits, stride, boxW, boxH, colour, alpha, bias, false, true, faults);
    else if (solid) blendSpans(corner, w, bits, stride, boxW, boxH, colour, alpha, bias, true, false, 0);
    else blendSpans(corner, w, bits, stride, boxW, boxH, colour, alpha, bias, false, false, 0);
  } else {
    for (let y: u32 = 0; y < boxH; y++, bits += stride, corner += (<usize>w) << 2)
      for (let at: usize = 0; at < stride - 16; at += 4) {
        for (let word = load<u32>(bits + at); word; word &= word - 1) {
          const dst = corner + (at << 5) + ((<usize>ctz(word)) << 2);
          if (faults) blendFaultyPixel(dst, colour, alpha, bias, faults);
          else blendPixel(dst, colour, alpha, bias);
        }
      }
  }
}

/** See `blendBits`; `solid` and `faulty` are known at compile time. */
// @ts-ignore: decorator
@inline
function blendSpans(
  corner: usize,
  w: u32,
  bits: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  colour: u32,
  alpha: u32,
  bias: u32,
  solid: bool,
  faulty: bool,
  faults: usize,
): void {
  // one word past the last that can hold a bit: it is 0 and ends a span that reaches the box's right edge
  const last = ((<usize>boxW + 63) >> 6) << 3;
  const vIa = i16x8.splat(<i16>(255 - alpha));
  const vEven = i32x4.splat(<i32>evenPart(colour, alpha, bias));
  const vOdd = i32x4.splat(<i32>oddPart(colour, alpha, bias));
  for (let y: u32 = 0; y < boxH; y++, bits += stride, corner += (<usize>w) << 2) {
    let before: u64 = 0;
    let from: usize = 0;
    for (let at: usize = 0; at <= last; at += 8) {
      const now = load<u64>(bits + at);
      // a bit for each pixel that differs from the one on its left: a span begins or ends there
      for (let edges = now ^ ((now << 1) | before); edges; edges &= edges - 1) {
        const x = (at << 3) + <usize>ctz(edges);
        if ((now >> (x & 63)) & 1) from = x;
        else if (faulty) blendFaultyRun(corner + (from << 2), <i32>(x - from), colour, alpha, bias, faults);
        else blendRun(corner + (from << 2), x - from, colour, alpha, bias, vIa, vEven, vOdd, solid);
      }
      before = now >> 63;
    }
  }
}

/**
 * Blend n >= 1 neighbouring pixels, eight at a time; the last eight under a mask of lanes. Up to seven pixels behind the
 * run are rewritten as they are.
 */
// @ts-ignore: decorator
@inline
function blendRun(
  dst: usize,
  n: usize,
  colour: u32,
  alpha: u32,
  bias: u32,
  vIa: v128,
  vEven: v128,
  vOdd: v128,
  solid: bool,
): void {
  let left = <i32>n;
  for (; left >= 8; left -= 8, dst += 32) {
    const a = v128.load(dst);
    const b = v128.load(dst, 16);
    if (solid || opaque(v128.and(a, b))) {
      v128.store(dst, blended(a, vIa, vEven, vOdd));
      v128.store(dst, blended(b, vIa, vEven, vOdd), 16);
    } else {
      blendSlowly(dst, 8, colour, alpha, bias);
    }
  }
  if (left == 0) return;
  const a = v128.load(dst);
  const b = v128.load(dst, 16);
  if (solid || opaque(v128.and(a, b))) {
    const vLeft = i32x4.splat(left);
    const low = i32x4.gt_s(vLeft, i32x4(0, 1, 2, 3));
    const high = i32x4.gt_s(vLeft, i32x4(4, 5, 6, 7));
    v128.store(dst, v128.bitselect(blended(a, vIa, vEven, vOdd), a, low));
    v128.store(dst, v128.bitselect(blended(b, vIa, vEven, vOdd), b, high), 16);
  } else {
    blendSlowly(dst, left, colour, alpha, bias);
  }
}

/** n pixels one by one. */
function blendSlowly(dst: usize, n: i32, colour: u32, alpha: u32, bias: u32): void {
  for (; n > 0; n--, dst += 4) blendPixel(dst, colour, alpha, bias);
}
