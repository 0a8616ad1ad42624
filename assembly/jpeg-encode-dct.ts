/**
 * Forward DCT of 8x8 samples, quantised: the accurate integer transform of libjpeg ("islow"), bit for bit.
 * Longer than other files, because the vector form and the scalar form of one transform belong side by side.
 *
 * Each pass is an integer matrix with 13-bit constants and one rounding per output, so the order of evaluation is free:
 *   even: 0, 4 plain sums; 2, 6 from (tmp13, tmp12) by 10703, 4433 / 4433, -10704
 *   odd:  1, 3, 5, 7 from (t7, t6, t5, t4), the differences x0-x7, x1-x6, x2-x5, x3-x4
 * Rows first, scaled by 4; then columns, scaled back. Results carry a factor 8, which the quantiser divides out:
 * coefficient = x / (8 * q), rounded half away from zero.
 */
import { NATURAL_OFFSET } from "./jpeg-encode-zigzag";

/**
 * Transform and quantise one block; the result is the set of its non-zero coefficients, bit k for zigzag position k.
 *
 * dst      64 i16, natural order, 16-aligned
 * src      8 rows of 8 u8 samples, `stride` bytes apart
 * scales   64 f32, natural order: (1 / (8 q)) * (1 + 2^-20)
 * maps     the table of `zigzagMaps`
 */
// @ts-ignore: decorator
@inline
export function forwardDct(dst: usize, src: usize, stride: usize, scales: usize, maps: usize): u64 {
  if (ASC_FEATURE_SIMD) return forwardDctSimd(dst, src, stride, scales, maps);
  return forwardDctScalar(dst, src, stride, scales);
}

// ---------------------------------------------------------------------------------------------------------- scalar

function forwardDctScalar(dst: usize, src: usize, stride: usize, scales: usize): u64 {
  for (let row: usize = 0; row < 8; ++row) {
    const p = src + row * stride;
    const out = dst + (row << 4);
    // samples stay unsigned; the level shift of 128 only reaches the sum
    for (let i: usize = 0; i < 8; ++i) store<i16>(out + (i << 1), load<u8>(p + i));
    transformLine(out, 2, 11);
    store<i16>(out, load<i16>(out, 0) - 4096);
  }
  for (let column: usize = 0; column < 8; ++column) transformLine(dst + (column << 1), 16, 15);
  let map: u64 = 0;
  for (let k: u32 = 0; k < 64; ++k) {
    const offset = <usize>load<u8>(NATURAL_OFFSET + k);
    // adding 1.5 * 2^23 rounds to an integer, which is then in the low bits
    const scaled = <f32>load<i16>(dst + offset) * load<f32>(scales + (offset << 1)) + 12582912;
    const value = <i16>reinterpret<i32>(scaled);
    store<i16>(dst + offset, value);
    if (value != 0) map |= (<u64>1) << k;
  }
  return map;
}

/** Eight i16, `step` bytes apart, in place. shift 11: the row pass, which scales by 4; shift 15: the column pass. */
function transformLine(p: usize, step: usize, shift: i32): void {
  const x0 = <i32>load<i16>(p);
  const x1 = <i32>load<i16>(p + step);
  const x2 = <i32>load<i16>(p + step * 2);
  const x3 = <i32>load<i16>(p + step * 3);
  const x4 = <i32>load<i16>(p + step * 4);
  const x5 = <i32>load<i16>(p + step * 5);
  const x6 = <i32>load<i16>(p + step * 6);
  const x7 = <i32>load<i16>(p + step * 7);
  const t7 = x0 - x7;
  const t6 = x1 - x6;
  const t5 = x2 - x5;
  const t4 = x3 - x4;
  const tmp10 = x0 + x7 + x3 + x4;
  const tmp13 = x0 + x7 - x3 - x4;
  const tmp11 = x1 + x6 + x2 + x5;
  const tmp12 = x1 + x6 - x2 - x5;
  const sum = tmp10 + tmp11;
  const difference = tmp10 - tmp11;
  const half = 1 << (shift - 1);
  store<i16>(p, <i16>(shift == 11 ? sum << 2 : (sum + 2) >> 2));
  store<i16>(p + step * 4, <i16>(shift == 11 ? difference << 2 : (difference + 2) >> 2));
  store<i16>(p + step * 2, <i16>((tmp13 * 10703 + tmp12 * 4433 + half) >> shift));
  store<i16>(p + step * 6, <i16>((tmp13 * 4433 - tmp12 * 10704 + half) >> shift));
  store<i16>(p + step, <i16>((t7 * 11363 + t6 * 9633 + t5 * 6437 + t4 * 2260 + half) >> shift));
  store<i16>(p + step * 3, <i16>((t7 * 9633 - t6 * 2259 - t5 * 11362 - t4 * 6436 + half) >> shift));
  store<i16>(p + step * 5, <i16>((t7 * 6437 - t6 * 11362 + t5 * 2261 + t4 * 9633 + half) >> shift));
  store<i16>(p + step * 7, <i16>((t7 * 2260 - t6 * 6436 + t5 * 9633 - t4 * 11363 + half) >> shift));
}

// ------------------------------------------------------------------------------------------------------------ SIMD

function forwardDctSimd(dst: usize, src: usize, stride: usize, scales: usize, maps: usize): u64 {
  // transpose the bytes, which costs half of transposing the 16-bit lanes: gN = [column 2N | column 2N + 1]
  const stride3 = stride * 3;
  const next = src + stride * 4;
  const a = low8(v128.load64_zero(src), v128.load64_zero(next));
  const b = low8(v128.load64_zero(src + stride), v128.load64_zero(next + stride));
  const c = low8(v128.load64_zero(src + stride * 2), v128.load64_zero(next + stride * 2));
  const d = low8(v128.load64_zero(src + stride3), v128.load64_zero(next + stride3));
  const e0 = low8(a, c);
  const e1 = high8(a, c);
  const f0 = low8(b, d);
  const f1 = high8(b, d);
  const g0 = low8(e0, f0);
  const g1 = high8(e0, f0);
  const g2 = low8(e1, f1);
  const g3 = high8(e1, f1);
  let x0 = i16x8.extend_low_i8x16_u(g0);
  let x1 = i16x8.extend_high_i8x16_u(g0);
  let x2 = i16x8.extend_low_i8x16_u(g1);
  let x3 = i16x8.extend_high_i8x16_u(g1);
  let x4 = i16x8.extend_low_i8x16_u(g2);
  let x5 = i16x8.extend_high_i8x16_u(g2);
  let x6 = i16x8.extend_low_i8x16_u(g3);
  let x7 = i16x8.extend_high_i8x16_u(g3);

  // rows: lane r of vector u is row r, frequency u
  let t7 = i16x8.sub(x0, x7);
  let t6 = i16x8.sub(x1, x6);
  let t5 = i16x8.sub(x2, x5);
  let t4 = i16x8.sub(x3, x4);
  let tmp0 = i16x8.add(x0, x7);
  let tmp1 = i16x8.add(x1, x6);
  let tmp2 = i16x8.add(x2, x5);
  let tmp3 = i16x8.add(x3, x4);
  let tmp10 = i16x8.add(tmp0, tmp3);
  let tmp13 = i16x8.sub(tmp0, tmp3);
  let tmp11 = i16x8.add(tmp1, tmp2);
  let tmp12 = i16x8.sub(tmp1, tmp2);
  let eLow = low16(tmp13, tmp12);
  let eHigh = high16(tmp13, tmp12);
  let pLow = low16(t7, t6);
  let pHigh = high16(t7, t6);
  let qLow = low16(t5, t4);
  let qHigh = high16(t5, t4);
  // the level shift of 128 only reaches the sum: 8 * 128 * 4
  x0 = i16x8.sub(i16x8.shl(i16x8.add(tmp10, tmp11), 2), i16x8.splat(4096));
  x4 = i16x8.shl(i16x8.sub(tmp10, tmp11), 2);
  x2 = two(eLow, eHigh, pair(10703, 4433), 11);
  x6 = two(eLow, eHigh, pair(4433, -10704), 11);
  x1 = four(pLow, pHigh, qLow, qHigh, pair(11363, 9633), pair(6437, 2260), 11);
  x3 = four(pLow, pHigh, qLow, qHigh, pair(9633, -2259), pair(-11362, -6436), 11);
  x5 = four(pLow, pHigh, qLow, qHigh, pair(6437, -11362), pair(2261, 9633), 11);
  x7 = four(pLow, pHigh, qLow, qHigh, pair(2260, -6436), pair(9633, -11363), 11);

  // transpose: lane u of vector r
  const h0 = low16(x0, x4);
  const h1 = high16(x0, x4);
  const h2 = low16(x1, x5);
  const h3 = high16(x1, x5);
  const h4 = low16(x2, x6);
  const h5 = high16(x2, x6);
  const h6 = low16(x3, x7);
  const h7 = high16(x3, x7);
  const k0 = low16(h0, h4);
  const k1 = high16(h0, h4);
  const k2 = low16(h1, h5);
  const k3 = high16(h1, h5);
  const k4 = low16(h2, h6);
  const k5 = high16(h2, h6);
  const k6 = low16(h3, h7);
  const k7 = high16(h3, h7);
  x0 = low16(k0, k4);
  x1 = high16(k0, k4);
  x2 = low16(k1, k5);
  x3 = high16(k1, k5);
  x4 = low16(k2, k6);
  x5 = high16(k2, k6);
  x6 = low16(k3, k7);
  x7 = high16(k3, k7);

  // columns
  t7 = i16x8.sub(x0, x7);
  t6 = i16x8.sub(x1, x6);
  t5 = i16x8.sub(x2, x5);
  t4 = i16x8.sub(x3, x4);
  tmp0 = i16x8.add(x0, x7);
  tmp1 = i16x8.add(x1, x6);
  tmp2 = i16x8.add(x2, x5);
  tmp3 = i16x8.add(x3, x4);
  tmp10 = i16x8.add(tmp0, tmp3);
  tmp13 = i16x8.sub(tmp0, tmp3);
  tmp11 = i16x8.add(tmp1, tmp2);
  tmp12 = i16x8.sub(tmp1, tmp2);
  eLow = low16(tmp13, tmp12);
  eHigh = high16(tmp13, tmp12);
  pLow = low16(t7, t6);
  pHigh = high16(t7, t6);
  qLow = low16(t5, t4);
  qHigh = high16(t5, t4);
  tmp10 = i16x8.add(tmp10, i16x8.splat(2));
  x0 = quantiseLanes(dst, 0, scales, i16x8.shr_s(i16x8.add(tmp10, tmp11), 2));
  x1 = quantiseFour(dst, 1, scales, pLow, pHigh, qLow, qHigh, pair(11363, 9633), pair(6437, 2260));
  let map = rows(maps, 0, x0, x1);
  x2 = quantiseTwo(dst, 2, scales, eLow, eHigh, pair(10703, 4433));
  x3 = quantiseFour(dst, 3, scales, pLow, pHigh, qLow, qHigh, pair(9633, -2259), pair(-11362, -6436));
  map |= rows(maps, 2, x2, x3);
  x4 = quantiseLanes(dst, 4, scales, i16x8.shr_s(i16x8.sub(tmp10, tmp11), 2));
  x5 = quantiseFour(dst, 5, scales, pLow, pHigh, qLow, qHigh, pair(6437, -11362), pair(2261, 9633));
  map |= rows(maps, 4, x4, x5);
  x6 = quantiseTwo(dst, 6, scales, eLow, eHigh, pair(4433, -10704));
  x7 = quantiseFour(dst, 7, scales, pLow, pHigh, qLow, qHigh, pair(2260, -6436), pair(9633, -11363));
  return map | rows(maps, 6, x6, x7);
}

/** The two weights in every pair of lanes. */
// @ts-ignore: decorator
@inline
function pair(a: i32, b: i32): v128 {
  return i32x4.splat((a & 0xffff) | (b << 16));
}

// @ts-ignore: decorator
@inline
function descale(sum: v128, shift: i32): v128 {
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << (shift - 1))), shift);
}

/** One output of two inputs. */
// @ts-ignore: decorator
@inline
function two(low: v128, high: v128, weights: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(
    descale(i32x4.dot_i16x8_s(low, weights), shift),
    descale(i32x4.dot_i16x8_s(high, weights), shift),
  );
}

/** Half of one output of four inputs. */
// @ts-ignore: decorator
@inline
function half(p: v128, q: v128, pWeights: v128, qWeights: v128, shift: i32): v128 {
  return descale(i32x4.add(i32x4.dot_i16x8_s(p, pWeights), i32x4.dot_i16x8_s(q, qWeights)), shift);
}

/** One output of four inputs. */
// @ts-ignore: decorator
@inline
function four(pLow: v128, pHigh: v128, qLow: v128, qHigh: v128, p: v128, q: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(half(pLow, qLow, p, q, shift), half(pHigh, qHigh, p, q, shift));
}

// @ts-ignore: decorator
@inline
function quantiseTwo(dst: usize, row: usize, scales: usize, low: v128, high: v128, weights: v128): v128 {
  const first = descale(i32x4.dot_i16x8_s(low, weights), 15);
  return quantise(dst, row, scales, first, descale(i32x4.dot_i16x8_s(high, weights), 15));
}

// @ts-ignore: decorator
@inline
function quantiseFour(
  dst: usize,
  row: usize,
  scales: usize,
  pLow: v128,
  pHigh: v128,
  qLow: v128,
  qHigh: v128,
  p: v128,
  q: v128,
): v128 {
  return quantise(dst, row, scales, half(pLow, qLow, p, q, 15), half(pHigh, qHigh, p, q, 15));
}

// @ts-ignore: decorator
@inline
function quantiseLanes(dst: usize, row: usize, scales: usize, x: v128): v128 {
  return quantise(dst, row, scales, i32x4.extend_low_i16x8_s(x), i32x4.extend_high_i16x8_s(x));
}

/** Quantise and store one row. Adding 1.5 * 2^23 rounds to an integer, which is then in the low bits. */
// @ts-ignore: decorator
@inline
function quantise(dst: usize, row: usize, scales: usize, low: v128, high: v128): v128 {
  const magic = f32x4.splat(12582912);
  const a = f32x4.mul(f32x4.convert_i32x4_s(low), v128.load(scales + row * 32));
  const b = f32x4.mul(f32x4.convert_i32x4_s(high), v128.load(scales + row * 32, 16));
  const result = i16x8.narrow_i32x4_s(i32x4.sub(f32x4.add(a, magic), magic), i32x4.sub(f32x4.add(b, magic), magic));
  v128.store(dst + row * 16, result);
  return result;
}

/** The non-zero coefficients of two rows as zigzag bits. */
// @ts-ignore: decorator
@inline
function rows(maps: usize, row: usize, first: v128, second: v128): u64 {
  // narrowing saturates, so what is not zero stays so
  const zero = (<u32>i8x16.bitmask(i8x16.eq(i8x16.narrow_i16x8_s(first, second), i8x16.splat(0)))) ^ 0xffff;
  return load<u64>(maps + row * 2048 + ((zero & 255) << 3)) | load<u64>(maps + row * 2048 + ((zero >> 8) << 3), 2048);
}

// @ts-ignore: decorator
@inline
function low8(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function high8(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// @ts-ignore: decorator
@inline
function low16(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline
function high16(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}
