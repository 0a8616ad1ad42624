/** float32 to bytes: the three range rules, the statistics behind them, and a free range. Arithmetic is float32. */
import {
  BLOCK,
  BYTE,
  byteOfF32,
  bytesOfF32,
  F32_FLOOR,
  floorF32,
  offsetOf,
  pairedF32,
  scaleOf,
  SIGNED,
  UNIT,
} from "./pixels-rules";

/** Any of the rules that clip: one loop for all of them. The verified ones, which are the common case, have their own. */
const CLIPPED: i32 = 3;
const ONE: u32 = 0x3f800000;
/** 32767, up to which BYTE needs no clip. */
const WIDE: u32 = 0x46fffe00;
const MAGNITUDE: u32 = 0x7fffffff;
const TWO: u32 = 0x40000000;

/**
 * What `convert` keeps in registers: 255, 127.5, 1 and `F32_FLOOR`, and the order of `bytesOfF32`. Engines build a constant
 * anew at each use inside a loop, which costs up to five instructions; what is loaded before the loop stays.
 */
const NUMBERS = memory.data<f32>([255.0, 127.5, 1.0, F32_FLOOR], 16);
const ORDER = memory.data<u8>([0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15], 16);

/**
 * Convert by one rule and verify, in the same pass, that the rule may be used.
 *
 * dst   n bytes; may not overlap src
 * src   n float32, any alignment; exactly n are read
 * rule  one of `pixels-rules`
 *
 * Result: n when every value keeps what the rule assumes, else a smaller number, and dst is without meaning: UNIT assumes
 * +0 <= x <= 1 (a negative zero is contradicted too), SIGNED assumes -1 <= x <= 1, BYTE assumes
 * +0 <= x <= 32767; NaN contradicts them all.
 *
 * The bits of a float that is not negative grow with its value and every negative float and every NaN has bits above those
 * of 1, so one unsigned maximum over the bits verifies UNIT and BYTE. SIGNED computes x + 1 anyway, and the same maximum over
 * that, with 2 for 1, says that -1 <= x and, rounding being what it is, that x <= 1 + 2^-23: that one value too many is looked for
 * in blocks whose maximum is 2.
 */
export function f32ToBytes(dst: usize, src: usize, n: usize, rule: i32): usize {
  if (rule == UNIT) return convert(dst, src, n, UNIT, 0.0, 255.0);
  if (rule == SIGNED) return convert(dst, src, n, SIGNED, 1.0, 127.5);
  if (rule == BYTE) return convert(dst, src, n, BYTE, 0.0, 1.0);
  return convert(dst, src, n, CLIPPED, offsetOf(rule), scaleOf(rule));
}

// @ts-ignore: decorator
@inline
function convert(dst: usize, src: usize, n: usize, rule: i32, offset: f32, factor: f32): usize {
  const limit: u32 = rule == BYTE ? WIDE : ONE;
  let i: usize = 0;
  if (ASC_FEATURE_SIMD) {
    let seen = i32x4.splat(0);
    const scale = rule == CLIPPED ? f32x4.splat(factor) : v128.load32_splat(NUMBERS + (rule == SIGNED ? 4 : 0));
    const lift = rule == CLIPPED ? f32x4.splat(offset) : v128.load32_splat(NUMBERS, 8);
    const toFloor = v128.load32_splat(NUMBERS, 12);
    const order = v128.load(ORDER);
    for (const whole = n & ~15; i < whole;) {
      const start = i;
      const stop = min(whole, i + BLOCK);
      for (; i < stop; i += 16) {
        const p = src + (i << 2);
        let a = v128.load(p);
        let b = v128.load(p, 16);
        let c = v128.load(p, 32);
        let d = v128.load(p, 48);
        if (rule == SIGNED || rule == CLIPPED) {
          a = f32x4.add(a, lift);
          b = f32x4.add(b, lift);
          c = f32x4.add(c, lift);
          d = f32x4.add(d, lift);
        }
        if (rule != CLIPPED) seen = i32x4.max_u(seen, i32x4.max_u(i32x4.max_u(a, b), i32x4.max_u(c, d)));
        const mixed = pairedF32(
          f32x4.add(scaledFour(a, rule, scale), toFloor),
          f32x4.add(scaledFour(b, rule, scale), toFloor),
          f32x4.add(scaledFour(c, rule, scale), toFloor),
          f32x4.add(scaledFour(d, rule, scale), toFloor),
        );
        v128.store(dst + i, i8x16.swizzle(mixed, order));
      }
      if (v128.any_true(i32x4.gt_u(seen, i32x4.splat(rule == SIGNED ? TWO : limit)))) return i - 1;
      if (rule == SIGNED && v128.any_true(i32x4.eq(seen, i32x4.splat(TWO)))) {
        seen = i32x4.splat(0);
        for (let p = src + (start << 2), end = src + (i << 2); p < end; p += 16)
          seen = v128.or(seen, i32x4.gt_s(v128.load(p), i32x4.splat(ONE)));
        if (v128.any_true(seen)) return i - 1;
      }
    }
  }
  let seen: u32 = 0;
  for (; i < n; i++) {
    const x = load<f32>(src + (i << 2));
    if (rule == UNIT || rule == BYTE) seen = max(seen, reinterpret<u32>(x));
    if (rule == SIGNED) seen = max(seen, reinterpret<u32>(x) & MAGNITUDE);
    store<u8>(dst + i, byteOfF32(mapped(x, offset, factor)));
  }
  return seen > limit ? n - 1 : n;
}

// @ts-ignore: decorator
@inline
function magnitude(x: v128): v128 {
  return v128.and(x, i32x4.splat(MAGNITUDE));
}

// @ts-ignore: decorator
@inline
function mapped(x: f32, offset: f32, scale: f32): f32 {
  return scale * (x + offset);
}

/** The rest of `mapped` after its addition, limited to 0..255 (NaN to 0) unless the rule is one that is verified. */
// @ts-ignore: decorator
@inline
function scaledFour(x: v128, rule: i32, scale: v128): v128 {
  if (rule != BYTE) x = f32x4.mul(x, scale);
  return rule == CLIPPED ? clipped(x) : x;
}

/** pmax(0, NaN) is 0: the second operand is taken only when it is greater. */
// @ts-ignore: decorator
@inline
function clipped(y: v128): v128 {
  return f32x4.pmin(f32x4.pmax(f32x4.splat(0.0), y), f32x4.splat(255.0));
}

/**
 * Least and greatest value, NaN left out.
 *
 * stats   f64 least, f64 greatest; on entry what was seen before (+Infinity and -Infinity at first), on return with these
 * src     n float32
 * finite  1: leave infinities out too
 *
 * Result: 1 when there was a NaN, else 0.
 */
export function f32Range(stats: usize, src: usize, n: usize, finite: i32): i32 {
  let low: f32 = <f32>load<f64>(stats);
  let high: f32 = <f32>load<f64>(stats, 8);
  let nan = 0;
  let i: usize = 0;
  if (ASC_FEATURE_SIMD) {
    let lows = f32x4.splat(low);
    let highs = f32x4.splat(high);
    let nans = i32x4.splat(0);
    for (const whole = n & ~3; i < whole; i += 4) {
      let x = v128.load(src + (i << 2));
      nans = v128.or(nans, f32x4.ne(x, x));
      if (finite) {
        // all ones is a NaN, which pmin and pmax leave out below
        x = v128.or(x, i32x4.ge_u(magnitude(x), i32x4.splat(0x7f800000)));
      }
      lows = f32x4.pmin(lows, x);
      highs = f32x4.pmax(highs, x);
    }
    low = min(
      min(f32x4.extract_lane(lows, 0), f32x4.extract_lane(lows, 1)),
      min(f32x4.extract_lane(lows, 2), f32x4.extract_lane(lows, 3)),
    );
    high = max(
      max(f32x4.extract_lane(highs, 0), f32x4.extract_lane(highs, 1)),
      max(f32x4.extract_lane(highs, 2), f32x4.extract_lane(highs, 3)),
    );
    if (v128.any_true(nans)) nan = 1;
  }
  for (; i < n; i++) {
    const x = load<f32>(src + (i << 2));
    if (x != x) nan = 1;
    else if (!finite || abs(x) < <f32>Infinity) {
      if (x < low) low = x;
      if (x > high) high = x;
    }
  }
  store<f64>(stats, low);
  store<f64>(stats, high, 8);
  return nan;
}

/**
 * dst[i] = trunc(((src[i] - low) / (high - low)) * 255) clipped to 0..255, NaN gives 0; each step rounded to float32.
 *
 * dst  n bytes; src  n float32
 */
export function f32Stretch(dst: usize, src: usize, n: usize, low: f32, high: f32): void {
  const span = high - low;
  let i: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const lows = f32x4.splat(low);
    const spans = f32x4.splat(span);
    for (const whole = n & ~15; i < whole; i += 16) {
      const p = src + (i << 2);
      v128.store(
        dst + i,
        bytesOfF32(
          stretchedFour(p, lows, spans),
          stretchedFour(p + 16, lows, spans),
          stretchedFour(p + 32, lows, spans),
          stretchedFour(p + 48, lows, spans),
        ),
      );
    }
  }
  for (; i < n; i++) store<u8>(dst + i, byteOfF32(((load<f32>(src + (i << 2)) - low) / span) * 255.0));
}

// @ts-ignore: decorator
@inline
function stretchedFour(p: usize, lows: v128, spans: v128): v128 {
  const ratio = f32x4.div(f32x4.sub(v128.load(p), lows), spans);
  return floorF32(clipped(f32x4.mul(ratio, f32x4.splat(255.0))));
}
