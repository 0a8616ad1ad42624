/**
 * The blend of `blend.ts` with the faults of another one: sums of products of floats, cut off, of which some that should be
 * whole come out one lower. Which they are depends on the colour, the opacity and the old value of a channel alone.
 */
import { blendPixel } from "./blend";
import { blended, evenPart, oddPart, opaque } from "./blend-lanes";

/**
 * Blend a colour where bits are set, and take 1 off where an old value is one of three.
 *
 * corner  pixel of the first bit; rows are w pixels apart; up to 12 bytes behind a run are rewritten as they are
 * bits    boxH rows of boxW bits, stride bytes apart, 0 behind each
 * faults  4 × 16 bytes: three old values for each of the channels r g b a, four times over, then 255 for each channel that
 *         has such values, else 0. Pixels that are not opaque have no faults
 */
export function blendFaultyBits(
  corner: usize,
  w: u32,
  bits: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  colour: u32,
  alpha: u32,
  bias: u32,
  faults: usize,
): void {
  const last = ((<usize>boxW + 63) >> 6) << 3;
  for (let y: u32 = 0; y < boxH; y++, bits += stride, corner += (<usize>w) << 2) {
    let before: u64 = 0;
    let from: usize = 0;
    for (let at: usize = 0; at <= last; at += 8) {
      const now = load<u64>(bits + at);
      for (let edges = now ^ ((now << 1) | before); edges; edges &= edges - 1) {
        const x = (at << 3) + <usize>ctz(edges);
        if ((now >> (x & 63)) & 1) from = x;
        else blendFaultyRun(corner + (from << 2), <i32>(x - from), colour, alpha, bias, faults);
      }
      before = now >> 63;
    }
  }
}

function blendFaultyRun(dst: usize, n: i32, colour: u32, alpha: u32, bias: u32, faults: usize): void {
  if (ASC_FEATURE_SIMD) {
    const vIa = i16x8.splat(<i16>(255 - alpha));
    const vEven = i32x4.splat(<i32>evenPart(colour, alpha, bias));
    const vOdd = i32x4.splat(<i32>oddPart(colour, alpha, bias));
    const first = v128.load(faults);
    const second = v128.load(faults, 16);
    const third = v128.load(faults, 32);
    const channels = v128.load(faults, 48);
    for (; n > 0; n -= 4, dst += 16) {
      const old = v128.load(dst);
      if (!opaque(old)) {
        for (let i = 0; i < min(n, 4); i++) blendFaultyPixel(dst + ((<usize>i) << 2), colour, alpha, bias, faults);
        continue;
      }
      const hit = v128.or(v128.or(i8x16.eq(old, first), i8x16.eq(old, second)), i8x16.eq(old, third));
      // -1 where it hits
      const value = i8x16.add(blended(old, vIa, vEven, vOdd), v128.and(hit, channels));
      v128.store(dst, n >= 4 ? value : v128.bitselect(value, old, i32x4.gt_s(i32x4.splat(n), i32x4(0, 1, 2, 3))));
    }
  } else {
    for (; n > 0; n--, dst += 4) blendFaultyPixel(dst, colour, alpha, bias, faults);
  }
}

function blendFaultyPixel(dst: usize, colour: u32, alpha: u32, bias: u32, faults: usize): void {
  const old = load<u32>(dst);
  blendPixel(dst, colour, alpha, bias);
  if (old < 0xff000000) return;
  for (let i: usize = 0; i < 3; i++) {
    const value = <u8>(old >> ((<u32>i) << 3));
    const hit = value == load<u8>(faults + i) || value == load<u8>(faults + i, 16) || value == load<u8>(faults + i, 32);
    if (hit && load<u8>(faults + i, 48)) store<u8>(dst + i, load<u8>(dst + i) - 1);
  }
}
