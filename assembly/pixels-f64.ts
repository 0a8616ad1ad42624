/** float64 to bytes: the three range rules, the statistics behind them, and a free range. Arithmetic is float64. */
import { stretch } from "./pixels-int";
import { BLOCK, BYTE, byteOfF64, bytesOfF64, floorF64, offsetOf, scaleOf, SIGNED, UNIT_CLIPPED } from "./pixels-rules";

const ONE: i64 = 0x3ff0000000000000;
/** 32767, up to which BYTE holds. */
const WIDE: i64 = 0x40dfffc000000000;
const MAGNITUDE: i64 = 0x7fffffffffffffff;

/**
 * Convert by one rule and verify, in the same pass, that the rule may be used; contract as `f32ToBytes`.
 *
 * dst   n bytes; src  n float64, any alignment
 *
 * There is no 64-bit unsigned maximum, so the verification collects sign bits: limit - bits is negative for bits above
 * the limit, and the sign of the bits themselves is collected too, unless it was masked away.
 */
export function f64ToBytes(dst: usize, src: usize, n: usize, rule: i32): usize {
  const verified = rule < UNIT_CLIPPED;
  const limit = rule == BYTE ? WIDE : ONE;
  const mask = rule == SIGNED ? MAGNITUDE : -1;
  const offset: f64 = offsetOf(rule);
  const scale: f64 = scaleOf(rule);
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
        const four = v128.or(
          v128.or(against(a, limit, mask), against(b, limit, mask)),
          v128.or(against(c, limit, mask), against(d, limit, mask)),
        );
        const more = v128.or(
          v128.or(against(e, limit, mask), against(f, limit, mask)),
          v128.or(against(g, limit, mask), against(h, limit, mask)),
        );
        seen = v128.or(seen, v128.or(four, more));
        v128.store(
          dst + i,
          bytesOfF64(
            mapped(a, offset, scale),
            mapped(b, offset, scale),
            mapped(c, offset, scale),
            mapped(d, offset, scale),
            mapped(e, offset, scale),
            mapped(f, offset, scale),
            mapped(g, offset, scale),
            mapped(h, offset, scale),
          ),
        );
      }
      if (verified && i64x2.bitmask(seen)) return i - 1;
    }
  }
  let seen: i64 = 0;
  for (; i < n; i++) {
    const x = load<f64>(src + (i << 3));
    const bits = reinterpret<i64>(x) & mask;
    seen |= bits | (limit - bits);
    store<u8>(dst + i, byteOfF64(scale * (x + offset)));
  }
  return verified && seen < 0 ? n - 1 : n;
}

/** Sign bit set where a value contradicts the rule. */
// @ts-ignore: decorator
@inline
function against(x: v128, limit: i64, mask: i64): v128 {
  const bits = v128.and(x, i64x2.splat(mask));
  return v128.or(bits, i64x2.sub(i64x2.splat(limit), bits));
}

/** The rule's bytes, clipped, as `floorF64` gives them; pmax(0, NaN) is 0. */
// @ts-ignore: decorator
@inline
function mapped(x: v128, offset: f64, scale: f64): v128 {
  const y = f64x2.mul(f64x2.splat(scale), f64x2.add(x, f64x2.splat(offset)));
  return floorF64(f64x2.pmin(f64x2.pmax(f64x2.splat(0.0), y), f64x2.splat(255.0)));
}

/** Least and greatest value, NaN left out; contract as `f32Range`. */
export function f64Range(stats: usize, src: usize, n: usize, finite: i32): i32 {
  let low = load<f64>(stats);
  let high = load<f64>(stats, 8);
  let nan = 0;
  for (let i: usize = 0; i < n; i++) {
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
  stretch<f64>(dst, src, n, low, high);
}
