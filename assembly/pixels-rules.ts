/**
 * Codes that the to_uint8 kernels share with their binding, and the last step of the float kernels: floor to bytes.
 * `src/core/pixels.ts` holds the same numbers; a test keeps them equal.
 */

/** All values are in [0, 1]: trunc(x * 255). Verified: see the kernels' results. */
export const UNIT: i32 = 0;
/** All values are in [-1, 1]: trunc(127.5 * (x + 1)). Verified. */
export const SIGNED: i32 = 1;
/** trunc(clip(x, 0, 255)), of floats in [+0, 32767], which need no lower clip. Verified. */
export const BYTE: i32 = 2;
/** As UNIT for values of any size: the result is clipped, nothing is verified. */
export const UNIT_CLIPPED: i32 = 3;
/** As SIGNED for values of any size: the result is clipped, nothing is verified. */
export const SIGNED_CLIPPED: i32 = 4;
/** As BYTE for values of any size, nothing is verified. */
export const BYTE_CLIPPED: i32 = 5;

/** Elements between two looks at the verification: small enough that a wrong guess costs little. */
export const BLOCK: usize = 8192;

/** Every rule is scale * (x + offset): adding 0 and multiplying by 1 change no byte. */
export function offsetOf(rule: i32): f32 {
  return rule == SIGNED || rule == SIGNED_CLIPPED ? 1.0 : 0.0;
}

/** See `offsetOf`. */
export function scaleOf(rule: i32): f32 {
  if (rule == UNIT || rule == UNIT_CLIPPED) return 255.0;
  return rule == SIGNED || rule == SIGNED_CLIPPED ? 127.5 : 1.0;
}

/** trunc(y) clipped to 0..255, NaN gives 0. */
// @ts-ignore: decorator
@inline
export function byteOfF64(y: f64): u8 {
  return <u8>max(0, min(255, <i32>y));
}

/** trunc(y) clipped to 0..255, NaN gives 0. */
// @ts-ignore: decorator
@inline
export function byteOfF32(y: f32): u8 {
  return <u8>max(0, min(255, <i32>y));
}

/**
 * What to add to 0 <= y <= 32767 so that floor(y) stands in bits 8..22 of the f32: 2^15 - 2^-9.
 *
 * From 2^15 to 2^16 an f32 counts in steps of 2^-8, so y + 2^15 - 2^-9 is rounded to a step. For y = k (whole) it lies in
 * the middle between the steps k - 2^-8 and k and goes to k, whose last bit is even; for y just below k it lies below that
 * middle and goes to k - 2^-8, whose whole part is k - 1. So the rounding never lifts y over a whole number.
 * Only y < 2^-9 stays below 2^15; bits 8..23 are then all ones, which is -1 and saturates to 0 when narrowed (as more than 255 does to 255).
 */
export const F32_FLOOR: f32 = 32767.998046875;

/** The same for f64 with floor(y) in bits 32..46: 2^20 - 2^-33, steps of 2^-32. */
const F64_FLOOR: f64 = 1048575.99999999988358468;

/** floor of four 0 <= y <= 32767, in bits 8..23 of each lane; see `F32_FLOOR`. */
// @ts-ignore: decorator
@inline
export function floorF32(y: v128): v128 {
  return f32x4.add(y, f32x4.splat(F32_FLOOR));
}

/** floor of two 0 <= y <= 32767, in bits 32..47 of each lane; see `F64_FLOOR`. */
// @ts-ignore: decorator
@inline
export function floorF64(y: v128): v128 {
  return f64x2.add(y, f64x2.splat(F64_FLOOR));
}

/**
 * Sixteen bytes from four results of `floorF32`.
 *
 *   a >>> 8   | xxkk | xxkk | xxkk | xxkk |      b << 8   | kkxx | kkxx | kkxx | kkxx |     (16-bit halves, low first: kkxx)
 *   blended   | a0 b0 | a1 b1 | a2 b2 | a3 b3 |, narrowed to bytes, then brought into order by one shuffle
 */
// @ts-ignore: decorator
@inline
export function bytesOfF32(a: v128, b: v128, c: v128, d: v128): v128 {
  const mixed = pairedF32(a, b, c, d);
  return v128.shuffle<i8>(mixed, mixed, 0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15);
}

/** `bytesOfF32` before the last shuffle: a0 b0 a1 b1 a2 b2 a3 b3 c0 d0 … */
// @ts-ignore: decorator
@inline
export function pairedF32(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_u(blend(i32x4.shr_u(a, 8), i32x4.shl(b, 8)), blend(i32x4.shr_u(c, 8), i32x4.shl(d, 8)));
}

/** Sixteen bytes from eight results of `floorF64`: the upper halves of the lanes are gathered first. */
// @ts-ignore: decorator
@inline
export function bytesOfF64(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): v128 {
  return ordered(blend(upper(a, b), i32x4.shl(upper(c, d), 16)), blend(upper(e, f), i32x4.shl(upper(g, h), 16)));
}

// @ts-ignore: decorator
@inline
function upper(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** Even 16-bit lanes of a, odd ones of b. */
// @ts-ignore: decorator
@inline
function blend(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 9, 2, 11, 4, 13, 6, 15);
}

// @ts-ignore: decorator
@inline
function ordered(ab: v128, cd: v128): v128 {
  const mixed = i8x16.narrow_i16x8_u(ab, cd);
  return v128.shuffle<i8>(mixed, mixed, 0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15);
}
