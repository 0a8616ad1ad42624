/** Whole numbers of 8 to 64 bits to bytes. One generic body; `type` picks the instance. */
import {
  BLOCK,
  BYTE,
  BYTE_CLIPPED,
  byteOfF64,
  bytesOfF64,
  SIGNED,
  SIGNED_CLIPPED,
  stretchedF64,
  UNIT,
  UNIT_CLIPPED,
} from "./pixels-rules";

/** Element types; the order is that of `src/core/pixels.ts`. */
const U8: i32 = 0;
const I8: i32 = 1;
const U16: i32 = 2;
const I16: i32 = 3;
const U32: i32 = 4;
const I32: i32 = 5;
const U64: i32 = 6;

/**
 * Convert by one rule and verify it in the same pass.
 *
 * dst   n bytes; may not overlap src
 * src   n numbers of `type`, any alignment
 * rule  UNIT: 0 or 1 to 0 or 255 · SIGNED: -1, 0, 1 to 0, 127, 255 · BYTE: clipped to 0..255, holds always · the CLIPPED forms take
 *       everything below (above) as the lowest (highest) of these
 *
 * Result: n when every value keeps what the rule assumes, else a smaller number, and dst is without meaning.
 */
export function intToBytes(dst: usize, src: usize, n: usize, type: i32, rule: i32): usize {
  if (type == U8) return convert<u8>(dst, src, n, rule);
  if (type == I8) return convert<i8>(dst, src, n, rule);
  if (type == U16) return convert<u16>(dst, src, n, rule);
  if (type == I16) return convert<i16>(dst, src, n, rule);
  if (type == U32) return convert<u32>(dst, src, n, rule);
  if (type == I32) return convert<i32>(dst, src, n, rule);
  if (type == U64) return convert<u64>(dst, src, n, rule);
  return convert<i64>(dst, src, n, rule);
}

function convert<T>(dst: usize, src: usize, n: usize, rule: i32): usize {
  let i: usize = 0;
  if (rule == BYTE_CLIPPED) rule = BYTE;
  const spread = rule == SIGNED || rule == SIGNED_CLIPPED;
  if (ASC_FEATURE_SIMD && sizeof<T>() < 8) {
    const whole = n & ~15;
    if (rule == BYTE) for (; i < whole; i += 16) v128.store(dst + i, sixteenBytes<T>(src + i * sizeof<T>()));
    let seen = i8x16.splat(0);
    for (; i < whole;) {
      const stop = min(whole, i + BLOCK);
      for (; i < stop; i += 16) {
        const x = sixteenSigned<T>(src + i * sizeof<T>());
        if (spread) {
          const limited = i8x16.min_s(i8x16.max_s(x, i8x16.splat(-1)), i8x16.splat(1));
          const next = i8x16.add(x, i8x16.splat(1));
          seen = i8x16.max_u(seen, next);
          const table = i8x16(0, 127, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
          v128.store(dst + i, i8x16.swizzle(table, i8x16.add(limited, i8x16.splat(1))));
        } else {
          seen = i8x16.max_u(seen, x);
          v128.store(dst + i, i8x16.gt_s(x, i8x16.splat(0)));
        }
      }
      if (rule == UNIT && v128.any_true(i8x16.gt_u(seen, i8x16.splat(1)))) return i - 1;
      if (rule == SIGNED && v128.any_true(i8x16.gt_u(seen, i8x16.splat(2)))) return i - 1;
    }
  }
  let kept = true;
  for (; i < n; i++) {
    const x = load<T>(src + i * sizeof<T>());
    if (rule == BYTE) store<u8>(dst + i, <u8>limited<T>(x, 0, 255));
    else {
      const sign = limited<T>(x, -1, 1);
      if (<T>sign != x || (rule == UNIT && sign < 0)) kept = false;
      store<u8>(dst + i, spread ? (sign < 0 ? 0 : sign == 0 ? 127 : 255) : sign > 0 ? 255 : 0);
    }
  }
  return kept || rule == UNIT_CLIPPED || rule == SIGNED_CLIPPED ? n : n - 1;
}

/** x limited to low..high; low <= 0. */
// @ts-ignore: decorator
@inline
function limited<T>(x: T, low: i32, high: i32): i32 {
  if (sizeof<T>() < 4) return max(low, min(high, <i32>x)); // 255 is no i8
  if (isSigned<T>()) if (x < <T>low) return low;
  return x > <T>high ? high : <i32>x;
}

/** Sixteen numbers clipped to 0..255. */
// @ts-ignore: decorator
@inline
function sixteenBytes<T>(p: usize): v128 {
  if (sizeof<T>() == 1) return isSigned<T>() ? i8x16.max_s(v128.load(p), i8x16.splat(0)) : v128.load(p);
  if (sizeof<T>() == 2) return i8x16.narrow_i16x8_u(eight<T>(p, 255), eight<T>(p + 16, 255));
  return i8x16.narrow_i16x8_u(narrowed<T>(p, 255), narrowed<T>(p + 32, 255));
}

/** Sixteen numbers clipped to -128..127. */
// @ts-ignore: decorator
@inline
function sixteenSigned<T>(p: usize): v128 {
  if (sizeof<T>() == 1) return isSigned<T>() ? v128.load(p) : i8x16.min_u(v128.load(p), i8x16.splat(127));
  if (sizeof<T>() == 2) return i8x16.narrow_i16x8_s(eight<T>(p, 127), eight<T>(p + 16, 127));
  return i8x16.narrow_i16x8_s(narrowed<T>(p, 127), narrowed<T>(p + 32, 127));
}

/** Eight 16-bit numbers; unsigned ones are limited first, since narrowing reads them as signed. */
// @ts-ignore: decorator
@inline
function eight<T>(p: usize, high: i16): v128 {
  return isSigned<T>() ? v128.load(p) : i16x8.min_u(v128.load(p), i16x8.splat(high));
}

/** Eight 32-bit numbers as 16-bit ones. */
// @ts-ignore: decorator
@inline
function narrowed<T>(p: usize, high: i32): v128 {
  if (isSigned<T>()) return i16x8.narrow_i32x4_s(v128.load(p), v128.load(p, 16));
  const highs = i32x4.splat(high);
  return i16x8.narrow_i32x4_s(i32x4.min_u(v128.load(p), highs), i32x4.min_u(v128.load(p, 16), highs));
}

/**
 * The low byte of each number: the plain cast, which wraps.
 *
 * dst   n bytes; src  n numbers of 2^size bytes
 */
export function lowBytes(dst: usize, src: usize, n: usize, size: usize): void {
  for (let i: usize = 0; i < n; i++) store<u8>(dst + i, load<u8>(src + (i << size)));
}

/**
 * Least and greatest number.
 *
 * stats   two 64-bit numbers, least and greatest, of the signedness of `type`; on entry what was seen before
 * src     n numbers of `type`
 */
export function intRange(stats: usize, src: usize, n: usize, type: i32): void {
  if (type == U8) range<u8>(stats, src, n);
  else if (type == I8) range<i8>(stats, src, n);
  else if (type == U16) range<u16>(stats, src, n);
  else if (type == I16) range<i16>(stats, src, n);
  else if (type == U32) range<u32>(stats, src, n);
  else if (type == I32) range<i32>(stats, src, n);
  else if (type == U64) range<u64>(stats, src, n);
  else range<i64>(stats, src, n);
}

function range<T>(stats: usize, src: usize, n: usize): void {
  let low = load<T>(src);
  let high = low;
  for (let i: usize = 1; i < n; i++) {
    const x = load<T>(src + i * sizeof<T>());
    if (x < low) low = x;
    if (x > high) high = x;
  }
  if (isSigned<T>()) {
    store<i64>(stats, min(load<i64>(stats), <i64>low));
    store<i64>(stats, max(load<i64>(stats, 8), <i64>high), 8);
  } else {
    store<u64>(stats, min(load<u64>(stats), <u64>low));
    store<u64>(stats, max(load<u64>(stats, 8), <u64>high), 8);
  }
}

/**
 * dst[i] = trunc(((src[i] - low) / (high - low)) * 255) clipped to 0..255, NaN gives 0; in float64.
 *
 * dst  n bytes; src  n numbers of `type`
 */
export function intStretch(dst: usize, src: usize, n: usize, type: i32, low: f64, high: f64): void {
  if (type == U8) stretch<u8>(dst, src, n, low, high);
  else if (type == I8) stretch<i8>(dst, src, n, low, high);
  else if (type == U16) stretch<u16>(dst, src, n, low, high);
  else if (type == I16) stretch<i16>(dst, src, n, low, high);
  else if (type == U32) stretch<u32>(dst, src, n, low, high);
  else if (type == I32) stretch<i32>(dst, src, n, low, high);
  else if (type == U64) stretch<u64>(dst, src, n, low, high);
  else stretch<i64>(dst, src, n, low, high);
}

function stretch<T>(dst: usize, src: usize, n: usize, low: f64, high: f64): void {
  const span = high - low;
  let i: usize = 0;
  if (ASC_FEATURE_SIMD && sizeof<T>() < 8) {
    const lows = f64x2.splat(low);
    const spans = f64x2.splat(span);
    for (const whole = n & ~15; i < whole; i += 16) {
      const p = src + i * sizeof<T>();
      const a = four<T>(p);
      const b = four<T>(p + 4 * sizeof<T>());
      const c = four<T>(p + 8 * sizeof<T>());
      const d = four<T>(p + 12 * sizeof<T>());
      v128.store(
        dst + i,
        bytesOfF64(
          stretchedF64(lowTwo<T>(a), lows, spans),
          stretchedF64(highTwo<T>(a), lows, spans),
          stretchedF64(lowTwo<T>(b), lows, spans),
          stretchedF64(highTwo<T>(b), lows, spans),
          stretchedF64(lowTwo<T>(c), lows, spans),
          stretchedF64(highTwo<T>(c), lows, spans),
          stretchedF64(lowTwo<T>(d), lows, spans),
          stretchedF64(highTwo<T>(d), lows, spans),
        ),
      );
    }
  }
  for (; i < n; i++) store<u8>(dst + i, byteOfF64(((<f64>load<T>(src + i * sizeof<T>()) - low) / span) * 255.0));
}

/** Four numbers of up to 32 bits in lanes of 32. */
// @ts-ignore: decorator
@inline
function four<T>(p: usize): v128 {
  if (sizeof<T>() == 4) return v128.load(p);
  if (sizeof<T>() == 2) return isSigned<T>() ? v128.load_ext<i16>(p) : v128.load_ext<u16>(p);
  const bytes = v128.load_zero<u32>(p);
  return isSigned<T>()
    ? i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes))
    : i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
}

/** The first two of four numbers as f64; only those of 32 bits can be too large for a signed lane. */
// @ts-ignore: decorator
@inline
function lowTwo<T>(v: v128): v128 {
  return isSigned<T>() ? f64x2.convert_low_i32x4_s(v) : f64x2.convert_low_i32x4_u(v);
}

// @ts-ignore: decorator
@inline
function highTwo<T>(v: v128): v128 {
  return lowTwo<T>(v128.shuffle<i64>(v, v, 1, 0));
}

/**
 * The stretch of W&B's older releases for signed numbers: the differences wrap around in the type itself, the quotient is
 * float64.
 *
 * dst    n bytes, or 0: nothing is written
 * src    n numbers of `type`, which is I8, I16, I32 or I64
 * stats  the least and the greatest of all numbers, i64 each
 * scale  what the quotient is multiplied by
 *
 * Result: the greatest quotient (NaN when least and greatest are equal), which decides about the scale: at most 1 takes
 * 255, else 1.
 */
export function intStretchWrapped(dst: usize, src: usize, n: usize, type: i32, stats: usize, scale: f64): f64 {
  if (type == I8) return stretchWrapped<i8>(dst, src, n, stats, scale);
  if (type == I16) return stretchWrapped<i16>(dst, src, n, stats, scale);
  if (type == I32) return stretchWrapped<i32>(dst, src, n, stats, scale);
  return stretchWrapped<i64>(dst, src, n, stats, scale);
}

function stretchWrapped<T>(dst: usize, src: usize, n: usize, stats: usize, scale: f64): f64 {
  const low = load<i64>(stats);
  const span = <f64>(<T>(load<i64>(stats, 8) - low));
  let greatest = -Infinity;
  for (let i: usize = 0; i < n; i++) {
    const ratio = <f64>(<T>(<i64>load<T>(src + i * sizeof<T>()) - low)) / span;
    greatest = max(greatest, ratio);
    if (dst) store<u8>(dst + i, byteOfF64(ratio * scale));
  }
  return greatest;
}
