/** float64 to bytes: the three range rules, the statistics behind them, and a free range. Arithmetic is float64. */
import {
  BLOCK,
  BYTE,
  BYTE_CLIPPED,
  byteOfF64,
  bytesOfF64,
  floorF64,
  SIGNED,
  SIGNED_CLIPPED,
  stretchedF64,
  UNIT,
  UNIT_CLIPPED,
} from "./pixels-rules";

const ONE: i64 = 0x3ff0000000000000;
/** 32767, up to which BYTE needs no clip. */
const WIDE: i64 = 0x40dfffc000000000;
const MAGNITUDE: i64 = 0x7fffffffffffffff;

/**
 * Convert by one rule and verify, in the same pass, that the rule may be used; contract as `f32ToBytes`.
 *
 * dst   n bytes; src  n float64, any alignment
 *
 * There is no 64-bit unsigned maximum, so the verification collects sign bits: ONE - bits is negative for bits above
 * those of 1, and for UNIT and BYTE the sign of the bits themselves is collected too.
 */
export function f64ToBytes(dst: usize, src: usize, n: usize, rule: i32): usize {
  if (rule == UNIT) return convert(dst, src, n, UNIT);
  if (rule == SIGNED) return convert(dst, src, n, SIGNED);
  if (rule == BYTE) return convert(dst, src, n, BYTE);
  if (rule == BYTE_CLIPPED) return convert(dst, src, n, BYTE_CLIPPED);
  if (rule == UNIT_CLIPPED) return convert(dst, src, n, UNIT_CLIPPED);
  return convert(dst, src, n, SIGNED_CLIPPED);
}

// @ts-ignore: decorator
@inline
function convert(dst: usize, src: usize, n: usize, rule: i32): usize {
  let i: usize = 0;
  if (ASC_FEATURE_SIMD) {
    let seen = i64x2.splat(0);
    for (const whole = n & ~15; i < whole;) {
      const stop = min(whole, i + BLOCK);
      for (; i < stop; i += 16) {
        const p = src + (i << 3);
        const a = v128.load(p);
        const b = v128.load(p, 16);
        const c = v128.load(p, 32);
        const d = v128.load(p, 48);
        const e = v128.load(p, 64);
        const f = v128.load(p, 80);
        const g = v128.load(p, 96);
        const h = v128.load(p, 112);
        if (rule == UNIT || rule == SIGNED || rule == BYTE) {
          const four = v128.or(
            v128.or(against(a, rule), against(b, rule)),
            v128.or(against(c, rule), against(d, rule)),
          );
          const more = v128.or(
            v128.or(against(e, rule), against(f, rule)),
            v128.or(against(g, rule), against(h, rule)),
          );
          seen = v128.or(seen, v128.or(four, more));
        }
        v128.store(
          dst + i,
          bytesOfF64(
            floorF64(mappedTwo(a, rule)),
            floorF64(mappedTwo(b, rule)),
            floorF64(mappedTwo(c, rule)),
            floorF64(mappedTwo(d, rule)),
            floorF64(mappedTwo(e, rule)),
            floorF64(mappedTwo(f, rule)),
            floorF64(mappedTwo(g, rule)),
            floorF64(mappedTwo(h, rule)),
          ),
        );
      }
      if (i64x2.bitmask(seen)) return i - 1;
    }
  }
  let seen: i64 = 0;
  for (; i < n; i++) {
    const x = load<f64>(src + (i << 3));
    const bits = reinterpret<i64>(x);
    if (rule == UNIT) seen |= bits | (ONE - bits);
    if (rule == BYTE) seen |= bits | (WIDE - bits);
    if (rule == SIGNED) seen |= ONE - (bits & MAGNITUDE);
    store<u8>(dst + i, byteOfF64(mapped(x, rule)));
  }
  return seen < 0 ? n - 1 : n;
}

/** Sign bit set where a value contradicts the rule. */
// @ts-ignore: decorator
@inline
function against(x: v128, rule: i32): v128 {
  if (rule == UNIT) return v128.or(x, i64x2.sub(i64x2.splat(ONE), x));
  if (rule == BYTE) return v128.or(x, i64x2.sub(i64x2.splat(WIDE), x));
  return i64x2.sub(i64x2.splat(ONE), v128.and(x, i64x2.splat(MAGNITUDE)));
}

// @ts-ignore: decorator
@inline
function mapped(x: f64, rule: i32): f64 {
  if (rule == UNIT || rule == UNIT_CLIPPED) return x * 255.0;
  if (rule == SIGNED || rule == SIGNED_CLIPPED) return 127.5 * (x + 1.0);
  return x;
}

// @ts-ignore: decorator
@inline
function mappedTwo(x: v128, rule: i32): v128 {
  if (rule == UNIT || rule == UNIT_CLIPPED) x = f64x2.mul(x, f64x2.splat(255.0));
  if (rule == SIGNED || rule == SIGNED_CLIPPED) x = f64x2.mul(f64x2.splat(127.5), f64x2.add(x, f64x2.splat(1.0)));
  return rule == UNIT || rule == SIGNED || rule == BYTE ? x : clipped(x);
}

// @ts-ignore: decorator
@inline
function clipped(y: v128): v128 {
  return f64x2.pmin(f64x2.pmax(f64x2.splat(0.0), y), f64x2.splat(255.0));
}

/** Least and greatest value, NaN left out; contract as `f32Range`. */
export function f64Range(stats: usize, src: usize, n: usize, finite: i32): i32 {
  let low = load<f64>(stats);
  let high = load<f64>(stats, 8);
  let nan = 0;
  let i: usize = 0;
  if (ASC_FEATURE_SIMD) {
    let lows = f64x2.splat(low);
    let highs = f64x2.splat(high);
    let nans = i64x2.splat(0);
    for (const whole = n & ~1; i < whole; i += 2) {
      let x = v128.load(src + (i << 3));
      nans = v128.or(nans, f64x2.ne(x, x));
      if (finite) x = v128.or(x, f64x2.ne(f64x2.sub(x, x), f64x2.splat(0.0))); // Infinity - Infinity is NaN
      lows = f64x2.pmin(lows, x);
      highs = f64x2.pmax(highs, x);
    }
    low = min(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
    high = max(f64x2.extract_lane(highs, 0), f64x2.extract_lane(highs, 1));
    if (v128.any_true(nans)) nan = 1;
  }
  for (; i < n; i++) {
    const x = load<f64>(src + (i << 3));
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

/** dst[i] = trunc(((src[i] - low) / (high - low)) * 255) clipped to 0..255, NaN gives 0. dst n bytes; src n float64. */
export function f64Stretch(dst: usize, src: usize, n: usize, low: f64, high: f64): void {
  const span = high - low;
  let i: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const lows = f64x2.splat(low);
    const spans = f64x2.splat(span);
    for (const whole = n & ~15; i < whole; i += 16) {
      const p = src + (i << 3);
      v128.store(
        dst + i,
        bytesOfF64(
          stretchedF64(v128.load(p), lows, spans),
          stretchedF64(v128.load(p, 16), lows, spans),
          stretchedF64(v128.load(p, 32), lows, spans),
          stretchedF64(v128.load(p, 48), lows, spans),
          stretchedF64(v128.load(p, 64), lows, spans),
          stretchedF64(v128.load(p, 80), lows, spans),
          stretchedF64(v128.load(p, 96), lows, spans),
          stretchedF64(v128.load(p, 112), lows, spans),
        ),
      );
    }
  }
  for (; i < n; i++) store<u8>(dst + i, byteOfF64(((load<f64>(src + (i << 3)) - low) / span) * 255.0));
}
