/**
 * float16 (as its bits, 16 each) to bytes. Every operation of the rules is rounded to float16, as an array library does
 * that computes in the array's own type: the value is widened to float32, computed on, and rounded back.
 */
import { byteOfF32, offsetOf, scaleOf, SIGNED, UNIT } from "./pixels-rules";

const ONE: u32 = 0x3c00;
const INFINITY: u32 = 0x7c00;

/**
 * Convert by one rule and verify it in the same pass; contract as `f32ToBytes`, but BYTE clips and holds always.
 *
 * dst   n bytes; src  n float16, any alignment
 */
export function f16ToBytes(dst: usize, src: usize, n: usize, rule: i32): usize {
  const offset = offsetOf(rule);
  const scale = scaleOf(rule);
  // bits that the verification looks at: UNIT all, SIGNED without the sign, the others none
  const mask: u32 = rule == UNIT ? 0xffff : rule == SIGNED ? 0x7fff : 0;
  let seen: u32 = 0;
  for (let i: usize = 0; i < n; i++) {
    const bits: u32 = load<u16>(src + (i << 1));
    seen = max(seen, bits & mask);
    store<u8>(dst + i, byteOfF32(roundToF16(scale * roundToF16(f16ToF32(bits) + offset))));
  }
  return seen > ONE ? n - 1 : n;
}

/** The value of a float16. */
function f16ToF32(bits: u32): f32 {
  const magnitude = bits & 0x7fff;
  const sign = (bits & 0x8000) << 16;
  if (magnitude >= INFINITY) return reinterpret<f32>(sign | 0x7f800000 | (magnitude << 13));
  // as the bits of a float32 the value is too small by 2^112, subnormal ones included
  return reinterpret<f32>(sign | (magnitude << 13)) * <f32>5192296858534827628530496329220096.0;
}

/** The float16 nearest to x, ties to even, as a float32. */
function roundToF16(x: f32): f32 {
  const size = abs(x);
  if (!(size < 65520.0)) return size == size ? copysign<f32>(Infinity, x) : x;
  // below 2^-14 a float16 counts in steps of 2^-24, as a float32 between 0.5 and 1 does
  if (size < 0.00006103515625) return copysign<f32>(size + 0.5 - 0.5, x);
  const bits = reinterpret<u32>(x);
  return reinterpret<f32>((bits + 0xfff + ((bits >> 13) & 1)) & ~0x1fff);
}

/** Least and greatest value, NaN left out; contract as `f32Range`. */
export function f16Range(stats: usize, src: usize, n: usize, finite: i32): i32 {
  let low = load<f64>(stats);
  let high = load<f64>(stats, 8);
  let nan = 0;
  for (let i: usize = 0; i < n; i++) {
    const x = <f64>f16ToF32(load<u16>(src + (i << 1)));
    if (x != x) nan = 1;
    else if (!finite || abs(x) < Infinity) {
      if (x < low) low = x;
      if (x > high) high = x;
    }
  }
  store<f64>(stats, low);
  store<f64>(stats, high, 8);
  return nan;
}

/**
 * dst[i] = trunc(((src[i] - low) / (high - low)) * 255) clipped to 0..255, NaN gives 0; each step rounded to float16.
 *
 * dst  n bytes; src  n float16; low, high  rounded to float16 first
 */
export function f16Stretch(dst: usize, src: usize, n: usize, low: f32, high: f32): void {
  low = roundToF16(low);
  const span = roundToF16(roundToF16(high) - low);
  for (let i: usize = 0; i < n; i++) {
    const x = f16ToF32(load<u16>(src + (i << 1)));
    store<u8>(dst + i, byteOfF32(roundToF16(roundToF16(roundToF16(x - low) / span) * 255.0)));
  }
}
