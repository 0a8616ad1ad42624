/**
 * Inverse DCT of one 8 x 8 block: the accurate integer transform that libjpeg calls "islow", to the bit.
 *
 * The transform rounds once per pass; inside a pass it is a plain integer matrix with 13-bit constants, so any order of
 * evaluation gives the same sums. Columns first: (sum + 2^10) >> 11, saturated to 16 bits. Rows then:
 * (sum + 2^17 + 128 * 2^18) >> 18, saturated to 0..255. With one coefficient that is ((dc + 4) >> 3) + 128.
 * Dequantised coefficients wrap at 16 bits.
 *
 * Longer than other files: one transform in three forms (SIMD whole, SIMD corner, plain) that must stay side by side.
 */

/** Two 16-bit weights in every 32-bit lane. */
// @ts-ignore: decorator
@inline
function pair(a: i32, b: i32): v128 {
  return i32x4.splat((a & 0xffff) | (b << 16));
}

/** Lanes a0 b0 a1 b1 a2 b2 a3 b3. */
// @ts-ignore: decorator
@inline
function zipLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
}

// @ts-ignore: decorator
@inline
function zipHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
}

// @ts-ignore: decorator
@inline
function dequantised(block: usize, quant: usize, row: usize): v128 {
  return i16x8.mul(v128.load(block + (row << 4)), v128.load(quant + (row << 4)));
}

/** sum >> 11 for two halves, packed with saturation. */
// @ts-ignore: decorator
@inline
function columnsDone(low: v128, high: v128): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, 11), i32x4.shr_s(high, 11));
}

/** Weights of the row pass for outputs 0, 1, 2, 3; outputs 7, 6, 5, 4 are the even sum minus the odd one. */
// @ts-ignore: decorator
@inline
function weights02(): v128 {
  return i16x8(8192, 10703, 8192, 4433, 8192, -4433, 8192, -10703);
}
// @ts-ignore: decorator
@inline
function weights46(): v128 {
  return i16x8(8192, 4433, -8192, -10704, -8192, 10704, 8192, -4433);
}
// @ts-ignore: decorator
@inline
function weights13(): v128 {
  return i16x8(11363, 9633, 9633, -2259, 6437, -11362, 2260, -6436);
}
// @ts-ignore: decorator
@inline
function weights57(): v128 {
  return i16x8(6437, 2260, -11362, -6436, 2261, 9633, 9633, -11363);
}

/** Even and odd sums to samples 0 1 2 3 7 6 5 4 as 16-bit lanes. */
// @ts-ignore: decorator
@inline
function rowDone(even: v128, odd: v128): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(even, odd), 18), i32x4.shr_s(i32x4.sub(even, odd), 18));
}

// @ts-ignore: decorator
@inline
function roundRow(): v128 {
  return i32x4.splat((1 << 17) + (128 << 18));
}

/** A row whose columns lie as 0 2 | 1 3 | 4 6 | 5 7. */
// @ts-ignore: decorator
@inline
function rowPass(v: v128): v128 {
  const p02 = i32x4.shuffle(v, v, 0, 0, 0, 0);
  const p13 = i32x4.shuffle(v, v, 1, 1, 1, 1);
  const p46 = i32x4.shuffle(v, v, 2, 2, 2, 2);
  const p57 = i32x4.shuffle(v, v, 3, 3, 3, 3);
  const even = i32x4.add(
    i32x4.add(i32x4.dot_i16x8_s(p02, weights02()), i32x4.dot_i16x8_s(p46, weights46())),
    roundRow(),
  );
  return rowDone(even, i32x4.add(i32x4.dot_i16x8_s(p13, weights13()), i32x4.dot_i16x8_s(p57, weights57())));
}

/** Rows with columns 0 to 3 only: two lanes of pairs. */
// @ts-ignore: decorator
@inline
function shortRowPass(p02: v128, p13: v128): v128 {
  const even = i32x4.add(i32x4.dot_i16x8_s(p02, weights02()), roundRow());
  return rowDone(even, i32x4.dot_i16x8_s(p13, weights13()));
}

/** Two rows of samples out, in order. */
// @ts-ignore: decorator
@inline
function storeRows(dst: usize, stride: usize, a: v128, b: v128): void {
  const bytes = i8x16.narrow_i16x8_u(a, b);
  const ordered = i8x16.shuffle(bytes, bytes, 0, 1, 2, 3, 7, 6, 5, 4, 8, 9, 10, 11, 15, 14, 13, 12);
  v128.store64_lane(dst, ordered, 0);
  v128.store64_lane(dst + stride, ordered, 1);
}

/**
 * Transform a block and set it to zero.
 *
 * dst     8 rows of 8 samples, stride bytes apart, written
 * block   64 coefficients in storage order (see ZIGZAG_NEXT); zero afterwards
 * quant   64 x i16 in the same order
 * count   coefficients from zigzag index `count` on are zero
 */
export function inverseDct(dst: usize, stride: usize, block: usize, quant: usize, count: u32): void {
  if (count <= 1) {
    const dc = <i32>(<i16>(load<i16>(block) * load<i16>(quant)));
    const sample = <u64>max(0, min(255, ((dcColumn(dc) + 4 * 4) >> 5) + 128)) * 0x0101010101010101;
    store<u16>(block, 0);
    for (let y = 0; y < 8; y++, dst += stride) store<u64>(dst, sample);
    return;
  }
  if (ASC_FEATURE_SIMD) {
    if (count <= 10) cornerSimd(dst, stride, block, quant);
    else fullSimd(dst, stride, block, quant);
  } else {
    fullScalar(dst, stride, block, quant);
  }
}

/** What the column pass makes of a column with nothing but a DC value: four times that, saturated, then times eight. */
// @ts-ignore: decorator
@inline
function dcColumn(dc: i32): i32 {
  return max(-32768, min(32767, dc << 2));
}

/** Coefficients in rows 0 to 3 and columns 0 to 3 only. */
function cornerSimd(dst: usize, stride: usize, block: usize, quant: usize): void {
  const even = zipLow(dequantised(block, quant, 0), dequantised(block, quant, 2));
  const odd = zipLow(dequantised(block, quant, 1), dequantised(block, quant, 3));
  const round = i32x4.splat(1 << 10);
  const t0 = i32x4.add(i32x4.dot_i16x8_s(even, pair(8192, 10703)), round);
  const t1 = i32x4.add(i32x4.dot_i16x8_s(even, pair(8192, 4433)), round);
  const t2 = i32x4.add(i32x4.dot_i16x8_s(even, pair(8192, -4433)), round);
  const t3 = i32x4.add(i32x4.dot_i16x8_s(even, pair(8192, -10703)), round);
  const o0 = i32x4.dot_i16x8_s(odd, pair(11363, 9633));
  const o1 = i32x4.dot_i16x8_s(odd, pair(9633, -2259));
  const o2 = i32x4.dot_i16x8_s(odd, pair(6437, -11362));
  const o3 = i32x4.dot_i16x8_s(odd, pair(2260, -6436));
  const rows01 = columnsDone(i32x4.add(t0, o0), i32x4.add(t1, o1));
  const rows23 = columnsDone(i32x4.add(t2, o2), i32x4.add(t3, o3));
  const rows45 = columnsDone(i32x4.sub(t3, o3), i32x4.sub(t2, o2));
  const rows67 = columnsDone(i32x4.sub(t1, o1), i32x4.sub(t0, o0));
  const zero = i64x2.splat(0);
  v128.store(block, zero);
  v128.store(block + 16, zero);
  v128.store(block + 32, zero);
  v128.store(block + 48, zero);
  storeCorner(dst, stride, rows01);
  storeCorner(dst + (stride << 1), stride, rows23);
  storeCorner(dst + (stride << 2), stride, rows45);
  storeCorner(dst + stride * 6, stride, rows67);
}

/** Two rows of four columns each, in one vector. */
// @ts-ignore: decorator
@inline
function storeCorner(dst: usize, stride: usize, rows: v128): void {
  storeRows(
    dst,
    stride,
    shortRowPass(i32x4.shuffle(rows, rows, 0, 0, 0, 0), i32x4.shuffle(rows, rows, 1, 1, 1, 1)),
    shortRowPass(i32x4.shuffle(rows, rows, 2, 2, 2, 2), i32x4.shuffle(rows, rows, 3, 3, 3, 3)),
  );
}

function fullSimd(dst: usize, stride: usize, block: usize, quant: usize): void {
  const r0 = dequantised(block, quant, 0);
  const r1 = dequantised(block, quant, 1);
  const r2 = dequantised(block, quant, 2);
  const r3 = dequantised(block, quant, 3);
  const r4 = dequantised(block, quant, 4);
  const r5 = dequantised(block, quant, 5);
  const r6 = dequantised(block, quant, 6);
  const r7 = dequantised(block, quant, 7);
  const zero = i64x2.splat(0);
  v128.store(block, zero);
  v128.store(block + 16, zero);
  v128.store(block + 32, zero);
  v128.store(block + 48, zero);
  v128.store(block + 64, zero);
  v128.store(block + 80, zero);
  v128.store(block + 96, zero);
  v128.store(block + 112, zero);
  const round = i32x4.splat(1 << 10);

  // columns 0 to 3 of the storage order
  let p04 = zipLow(r0, r4);
  let p26 = zipLow(r2, r6);
  let p13 = zipLow(r1, r3);
  let p57 = zipLow(r5, r7);
  let e0 = i32x4.add(i32x4.dot_i16x8_s(p04, pair(8192, 8192)), round);
  let e1 = i32x4.add(i32x4.dot_i16x8_s(p04, pair(8192, -8192)), round);
  let f0 = i32x4.dot_i16x8_s(p26, pair(10703, 4433));
  let f1 = i32x4.dot_i16x8_s(p26, pair(4433, -10704));
  let o0 = i32x4.add(i32x4.dot_i16x8_s(p13, pair(11363, 9633)), i32x4.dot_i16x8_s(p57, pair(6437, 2260)));
  let o1 = i32x4.add(i32x4.dot_i16x8_s(p13, pair(9633, -2259)), i32x4.dot_i16x8_s(p57, pair(-11362, -6436)));
  let o2 = i32x4.add(i32x4.dot_i16x8_s(p13, pair(6437, -11362)), i32x4.dot_i16x8_s(p57, pair(2261, 9633)));
  let o3 = i32x4.add(i32x4.dot_i16x8_s(p13, pair(2260, -6436)), i32x4.dot_i16x8_s(p57, pair(9633, -11363)));
  let t0 = i32x4.add(e0, f0);
  let t1 = i32x4.add(e1, f1);
  let t2 = i32x4.sub(e1, f1);
  let t3 = i32x4.sub(e0, f0);
  const low0 = i32x4.add(t0, o0);
  const low1 = i32x4.add(t1, o1);
  const low2 = i32x4.add(t2, o2);
  const low3 = i32x4.add(t3, o3);
  const low4 = i32x4.sub(t3, o3);
  const low5 = i32x4.sub(t2, o2);
  const low6 = i32x4.sub(t1, o1);
  const low7 = i32x4.sub(t0, o0);

  // columns 4 to 7
  p04 = zipHigh(r0, r4);
  p26 = zipHigh(r2, r6);
  p13 = zipHigh(r1, r3);
  p57 = zipHigh(r5, r7);
  e0 = i32x4.add(i32x4.dot_i16x8_s(p04, pair(8192, 8192)), round);
  e1 = i32x4.add(i32x4.dot_i16x8_s(p04, pair(8192, -8192)), round);
  f0 = i32x4.dot_i16x8_s(p26, pair(10703, 4433));
  f1 = i32x4.dot_i16x8_s(p26, pair(4433, -10704));
  o0 = i32x4.add(i32x4.dot_i16x8_s(p13, pair(11363, 9633)), i32x4.dot_i16x8_s(p57, pair(6437, 2260)));
  o1 = i32x4.add(i32x4.dot_i16x8_s(p13, pair(9633, -2259)), i32x4.dot_i16x8_s(p57, pair(-11362, -6436)));
  o2 = i32x4.add(i32x4.dot_i16x8_s(p13, pair(6437, -11362)), i32x4.dot_i16x8_s(p57, pair(2261, 9633)));
  o3 = i32x4.add(i32x4.dot_i16x8_s(p13, pair(2260, -6436)), i32x4.dot_i16x8_s(p57, pair(9633, -11363)));
  t0 = i32x4.add(e0, f0);
  t1 = i32x4.add(e1, f1);
  t2 = i32x4.sub(e1, f1);
  t3 = i32x4.sub(e0, f0);
  const row0 = columnsDone(low0, i32x4.add(t0, o0));
  const row1 = columnsDone(low1, i32x4.add(t1, o1));
  const row2 = columnsDone(low2, i32x4.add(t2, o2));
  const row3 = columnsDone(low3, i32x4.add(t3, o3));
  const row4 = columnsDone(low4, i32x4.sub(t3, o3));
  const row5 = columnsDone(low5, i32x4.sub(t2, o2));
  const row6 = columnsDone(low6, i32x4.sub(t1, o1));
  const row7 = columnsDone(low7, i32x4.sub(t0, o0));

  storeRows(dst, stride, rowPass(row0), rowPass(row1));
  storeRows(dst + (stride << 1), stride, rowPass(row2), rowPass(row3));
  storeRows(dst + (stride << 2), stride, rowPass(row4), rowPass(row5));
  storeRows(dst + stride * 6, stride, rowPass(row6), rowPass(row7));
}

// @ts-ignore: decorator
@inline
function clampI16(x: i32): i32 {
  return max(-32768, min(32767, x));
}

// @ts-ignore: decorator
@inline
function storeSample(dst: usize, sum: i32): void {
  store<u8>(dst, <u8>max(0, min(255, sum >> 18)));
}

/** The same in plain arithmetic; the block holds the result of the column pass in between. */
function fullScalar(dst: usize, stride: usize, block: usize, quant: usize): void {
  for (let at: usize = 0; at < 16; at += 2) {
    const p = block + at;
    const q = quant + at;
    const r0 = <i32>(<i16>(load<i16>(p) * load<i16>(q)));
    const r1 = <i32>(<i16>(load<i16>(p, 16) * load<i16>(q, 16)));
    const r2 = <i32>(<i16>(load<i16>(p, 32) * load<i16>(q, 32)));
    const r3 = <i32>(<i16>(load<i16>(p, 48) * load<i16>(q, 48)));
    const r4 = <i32>(<i16>(load<i16>(p, 64) * load<i16>(q, 64)));
    const r5 = <i32>(<i16>(load<i16>(p, 80) * load<i16>(q, 80)));
    const r6 = <i32>(<i16>(load<i16>(p, 96) * load<i16>(q, 96)));
    const r7 = <i32>(<i16>(load<i16>(p, 112) * load<i16>(q, 112)));
    const e0 = 8192 * (r0 + r4) + (1 << 10);
    const e1 = 8192 * (r0 - r4) + (1 << 10);
    const f0 = 10703 * r2 + 4433 * r6;
    const f1 = 4433 * r2 - 10704 * r6;
    const o0 = 11363 * r1 + 9633 * r3 + 6437 * r5 + 2260 * r7;
    const o1 = 9633 * r1 - 2259 * r3 - 11362 * r5 - 6436 * r7;
    const o2 = 6437 * r1 - 11362 * r3 + 2261 * r5 + 9633 * r7;
    const o3 = 2260 * r1 - 6436 * r3 + 9633 * r5 - 11363 * r7;
    store<i16>(p, <i16>clampI16((e0 + f0 + o0) >> 11));
    store<i16>(p, <i16>clampI16((e1 + f1 + o1) >> 11), 16);
    store<i16>(p, <i16>clampI16((e1 - f1 + o2) >> 11), 32);
    store<i16>(p, <i16>clampI16((e0 - f0 + o3) >> 11), 48);
    store<i16>(p, <i16>clampI16((e0 - f0 - o3) >> 11), 64);
    store<i16>(p, <i16>clampI16((e1 - f1 - o2) >> 11), 80);
    store<i16>(p, <i16>clampI16((e1 + f1 - o1) >> 11), 96);
    store<i16>(p, <i16>clampI16((e0 + f0 - o0) >> 11), 112);
  }
  for (let y: usize = 0; y < 8; y++, dst += stride) {
    const p = block + (y << 4);
    const c0 = <i32>load<i16>(p);
    const c2 = <i32>load<i16>(p, 2);
    const c1 = <i32>load<i16>(p, 4);
    const c3 = <i32>load<i16>(p, 6);
    const c4 = <i32>load<i16>(p, 8);
    const c6 = <i32>load<i16>(p, 10);
    const c5 = <i32>load<i16>(p, 12);
    const c7 = <i32>load<i16>(p, 14);
    const e0 = 8192 * (c0 + c4) + (1 << 17) + (128 << 18);
    const e1 = 8192 * (c0 - c4) + (1 << 17) + (128 << 18);
    const f0 = 10703 * c2 + 4433 * c6;
    const f1 = 4433 * c2 - 10704 * c6;
    const o0 = 11363 * c1 + 9633 * c3 + 6437 * c5 + 2260 * c7;
    const o1 = 9633 * c1 - 2259 * c3 - 11362 * c5 - 6436 * c7;
    const o2 = 6437 * c1 - 11362 * c3 + 2261 * c5 + 9633 * c7;
    const o3 = 2260 * c1 - 6436 * c3 + 9633 * c5 - 11363 * c7;
    storeSample(dst, e0 + f0 + o0);
    storeSample(dst + 1, e1 + f1 + o1);
    storeSample(dst + 2, e1 - f1 + o2);
    storeSample(dst + 3, e0 - f0 + o3);
    storeSample(dst + 4, e0 - f0 - o3);
    storeSample(dst + 5, e1 - f1 - o2);
    storeSample(dst + 6, e1 + f1 - o1);
    storeSample(dst + 7, e0 + f0 - o0);
  }
  memory.fill(block, 0, 128);
}
