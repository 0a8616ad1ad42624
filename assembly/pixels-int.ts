/**
 * Whole numbers of 8 to 64 bits to bytes. One generic body; `type` picks the instance. Eight instances of every function
 * weigh more than their loops are worth as vectors, so they are plain.
 */
import { BYTE, BYTE_CLIPPED, byteOfF64, SIGNED, SIGNED_CLIPPED, UNIT, UNIT_CLIPPED } from "./pixels-rules";

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
  if (rule == BYTE || rule == BYTE_CLIPPED) {
    for (let i: usize = 0; i < n; i++) store<u8>(dst + i, <u8>limited<T>(load<T>(src + i * sizeof<T>()), 0, 255));
    return n;
  }
  const zero: u8 = rule == SIGNED || rule == SIGNED_CLIPPED ? 127 : 0;
  let kept = true;
  for (let i: usize = 0; i < n; i++) {
    const x = load<T>(src + i * sizeof<T>());
    const sign = limited<T>(x, -1, 1);
    if (<T>sign != x || (rule == UNIT && sign < 0)) kept = false;
    store<u8>(dst + i, sign < 0 ? 0 : sign == 0 ? zero : 255);
  }
  return kept || rule >= UNIT_CLIPPED ? n : n - 1;
}

/** x limited to low..high; low <= 0. */
// @ts-ignore: decorator
@inline
function limited<T>(x: T, low: i32, high: i32): i32 {
  if (sizeof<T>() < 4) return max(low, min(high, <i32>x)); // 255 is no i8
  if (isSigned<T>()) if (x < <T>low) return low;
  return x > <T>high ? high : <i32>x;
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

/** See `intStretch`; also for float64. */
export function stretch<T>(dst: usize, src: usize, n: usize, low: f64, high: f64): void {
  const span = high - low;
  for (let i: usize = 0; i < n; i++)
    store<u8>(dst + i, byteOfF64(((<f64>load<T>(src + i * sizeof<T>()) - low) / span) * 255.0));
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
