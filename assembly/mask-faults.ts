/**
 * The blend of `blend.ts` with the faults of another one: sums of products of floats, cut off, of which some that should be
 * whole come out one lower. Which they are depends on the colour, the opacity and the old value of a channel alone.
 */
import { blendPixel } from "./blend";
import { blended, evenPart, oddPart, opaque } from "./blend-lanes";

/**
 * Blend n >= 1 neighbouring pixels, and take 1 off where an old value is one of three. SIMD only.
 *
 * dst     up to 12 bytes behind the run are rewritten as they are
 * faults  4 × 16 bytes: three old values for each of the channels r g b a, four times over, then 255 for each channel that
 *         has such values, else 0. Pixels that are not opaque have no faults
 */
export function blendFaultyRun(dst: usize, n: i32, colour: u32, alpha: u32, bias: u32, faults: usize): void {
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
}

/** One pixel; see `blendFaultyRun`. */
export function blendFaultyPixel(dst: usize, colour: u32, alpha: u32, bias: u32, faults: usize): void {
  const old = load<u32>(dst);
  blendPixel(dst, colour, alpha, bias);
  if (old < 0xff000000) return;
  for (let i: usize = 0; i < 3; i++) {
    const value = <u8>(old >> ((<u32>i) << 3));
    const hit = value == load<u8>(faults + i) || value == load<u8>(faults + i, 16) || value == load<u8>(faults + i, 32);
    if (hit && load<u8>(faults + i, 48)) store<u8>(dst + i, load<u8>(dst + i) - 1);
  }
}
