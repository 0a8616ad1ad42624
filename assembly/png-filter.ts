/**
 * The five row filters of PNG: what is stored is a byte minus what its neighbours foretell. Longer than other files, because
 * one table of filters serves plain rows, rows packed from RGBA, and the choice between them.
 *
 *     c b     a left, b above, c above left, each one pixel away (bytes outside the picture are 0)
 *     a x     None 0 · Sub a · Up b · Average floor((a + b) / 2) · Paeth: of a, b, c the nearest to a + b - c
 */

/**
 * Filter rows with one filter.
 *
 * dst       rows * (1 + rowBytes) bytes, written: the filter's number, then the row; up to 16 bytes behind are touched
 * src       first row; row k begins at src + k * stride; up to 16 bytes behind the last row are read
 * above     the row above the first (zeros for the top row of a picture), rowBytes bytes and 16 more readable
 * stride    bytes from row to row
 * rowBytes  bytes of a row
 * bpp       bytes from a byte to the one left of it: the bytes of a pixel, at least 1
 * filter    0..4
 */
export function pngFilter(
  dst: usize,
  src: usize,
  above: usize,
  rows: usize,
  stride: usize,
  rowBytes: usize,
  bpp: usize,
  filter: u32,
): void {
  for (; rows > 0; rows--) {
    filterRow(dst, src, above, rowBytes, bpp, filter);
    dst += rowBytes + 1;
    above = src;
    src += stride;
  }
}

/** One row of `pngFilter`. */
function filterRow(dst: usize, src: usize, above: usize, rowBytes: usize, bpp: usize, filter: u32): void {
  store<u8>(dst++, filter);
  if (filter == 0) {
    memory.copy(dst, src, rowBytes);
    return;
  }
  const head = min(bpp, rowBytes);
  for (let i: usize = 0; i < head; i++)
    store<u8>(dst + i, load<u8>(src + i) - predict(filter, 0, load<u8>(above + i), 0));
  if (filter == 1) filterBytes(1, dst, src, above, head, rowBytes, bpp);
  else if (filter == 2) filterBytes(2, dst, src, above, head, rowBytes, bpp);
  else if (filter == 3) filterBytes(3, dst, src, above, head, rowBytes, bpp);
  else filterBytes(4, dst, src, above, head, rowBytes, bpp);
}

// @ts-ignore: decorator
@inline
function filterBytes(filter: u32, dst: usize, src: usize, above: usize, from: usize, to: usize, bpp: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let i = from; i < to; i += 16) v128.store(dst + i, residuals(filter, src + i, above + i, bpp));
  } else {
    for (let i = from; i < to; i++) store<u8>(dst + i, residual(filter, src + i, above + i, bpp));
  }
}

/**
 * Filter RGBA rows as RGB, alpha left out; no packed copy is made.
 *
 * dst     rows * (1 + 3 * width) bytes, written; up to 16 bytes behind are touched
 * src     RGBA rows of width pixels, one behind the other; up to 16 bytes behind are read
 * above   the RGBA row above the first (zeros for the top row of a picture)
 * filter  0..4
 */
export function pngFilterRgb(dst: usize, src: usize, above: usize, rows: usize, width: usize, filter: u32): void {
  for (; rows > 0; rows--) {
    store<u8>(dst, filter);
    const row = dst + 1;
    for (let i: usize = 0; i < 3; i++)
      store<u8>(row + i, load<u8>(src + i) - predict(filter, 0, load<u8>(above + i), 0));
    if (filter == 0) packRow(0, row, src, above, width);
    else if (filter == 1) packRow(1, row, src, above, width);
    else if (filter == 2) packRow(2, row, src, above, width);
    else if (filter == 3) packRow(3, row, src, above, width);
    else packRow(4, row, src, above, width);
    dst += 3 * width + 1;
    above = src;
    src += width << 2;
  }
}

/** Pixels 1 to width - 1 of a row. */
// @ts-ignore: decorator
@inline
function packRow(filter: u32, dst: usize, src: usize, above: usize, width: usize): void {
  const end = src + (width << 2);
  src += 4;
  above += 4;
  dst += 3;
  if (ASC_FEATURE_SIMD) {
    // r g b a r g b a r g b a r g b a  ->  r g b r g b r g b r g b + 4 bytes that the next store overwrites
    for (; src < end; src += 16, above += 16, dst += 12)
      v128.store(
        dst,
        i8x16.shuffle(
          residuals(filter, src, above, 4),
          i8x16.splat(0),
          0,
          1,
          2,
          4,
          5,
          6,
          8,
          9,
          10,
          12,
          13,
          14,
          3,
          7,
          11,
          15,
        ),
      );
  } else {
    for (; src < end; src += 4, above += 4, dst += 3) {
      store<u8>(dst, residual(filter, src, above, 4));
      store<u8>(dst, residual(filter, src + 1, above + 1, 4), 1);
      store<u8>(dst, residual(filter, src + 2, above + 2, 4), 2);
    }
  }
}

/**
 * Filter each row with the filter that makes its residuals smallest (sum of absolute values; the lower number wins ties).
 * Parameters as of `pngFilter`.
 *
 * sums  5 u32 of working memory
 */
export function pngFilterBest(
  dst: usize,
  src: usize,
  above: usize,
  rows: usize,
  stride: usize,
  rowBytes: usize,
  bpp: usize,
  sums: usize,
): void {
  for (; rows > 0; rows--) {
    memory.fill(sums, 0, 20);
    scoreRow(src, above, rowBytes, bpp, 0xffffffff, sums);
    filterRow(dst, src, above, rowBytes, bpp, smallest(sums));
    dst += rowBytes + 1;
    above = src;
    src += stride;
  }
}

/**
 * The filter with the smallest residuals over a sample: of every step-th row one part, each time the next one.
 *
 * src       first row, as of `pngFilter`
 * above     the row above the first
 * rows      rows to sample from
 * step      1 looks at every row, 2 at every other, from row step / 2 on
 * parts     1 looks at whole rows, 4 at a quarter of each
 * mask      4 bytes that are ANDed to every 4 bytes of a row: 0x00ffffff leaves alpha out (bpp must be 4 then)
 * sums      5 u32 of working memory
 * returns   0..4; Paeth's sum counts 7/8, and the lower number wins ties
 */
export function pngChooseFilter(
  src: usize,
  above: usize,
  rows: usize,
  step: usize,
  parts: usize,
  stride: usize,
  rowBytes: usize,
  bpp: usize,
  mask: u32,
  sums: usize,
): u32 {
  memory.fill(sums, 0, 20);
  const partBytes = rowBytes / parts - ((rowBytes / parts) % bpp);
  let part: usize = 0;
  for (let row = min(step >> 1, rows - 1); row < rows; row += step) {
    const at = src + row * stride;
    const skip = part * partBytes;
    scoreRow(at + skip, (row == 0 ? above : at - stride) + skip, partBytes, bpp, mask, sums);
    part = part + 1 < parts ? part + 1 : 0;
  }
  // Paeth's residuals are distributed more sharply than their sum tells, so it wins unless another is clearly smaller
  store<u32>(sums, load<u32>(sums, 16) - (load<u32>(sums, 16) >> 3), 16);
  return smallest(sums);
}

function smallest(sums: usize): u32 {
  let best: u32 = 0;
  for (let filter: u32 = 1; filter < 5; filter++)
    if (load<u32>(sums + (filter << 2)) < load<u32>(sums + (best << 2))) best = filter;
  return best;
}

/** Add the absolute residuals of a row to five sums. */
function scoreRow(src: usize, above: usize, rowBytes: usize, bpp: usize, mask: u32, sums: usize): void {
  let i: usize = 0;
  for (const head = min(bpp, rowBytes); i < head; i++) {
    const keep = mask >> (((<u32>i) & 3) << 3);
    scoreByte(sums, load<u8>(src + i) & keep, 0, load<u8>(above + i) & keep, 0);
  }
  if (ASC_FEATURE_SIMD) {
    const keep = i32x4.splat(mask);
    let none = i32x4.splat(0);
    let sub = i32x4.splat(0);
    let up = i32x4.splat(0);
    let average = i32x4.splat(0);
    let paeth = i32x4.splat(0);
    for (; i + 16 <= rowBytes; i += 16) {
      const x = v128.and(v128.load(src + i), keep);
      const a = v128.and(v128.load(src + i - bpp), keep);
      const b = v128.and(v128.load(above + i), keep);
      const c = v128.and(v128.load(above + i - bpp), keep);
      none = addAbsolute(none, x);
      sub = addAbsolute(sub, i8x16.sub(x, a));
      up = addAbsolute(up, i8x16.sub(x, b));
      average = addAbsolute(average, i8x16.sub(x, averages(a, b)));
      paeth = addAbsolute(paeth, i8x16.sub(x, paeths(a, b, c)));
    }
    addSum(sums, none);
    addSum(sums + 4, sub);
    addSum(sums + 8, up);
    addSum(sums + 12, average);
    addSum(sums + 16, paeth);
  }
  for (; i < rowBytes; i++) {
    const keep = mask >> (((<u32>i) & 3) << 3);
    scoreByte(
      sums,
      load<u8>(src + i) & keep,
      load<u8>(src + i - bpp) & keep,
      load<u8>(above + i) & keep,
      load<u8>(above + i - bpp) & keep,
    );
  }
}

// @ts-ignore: decorator
@inline
function addAbsolute(sum: v128, v: v128): v128 {
  return i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.abs(v))));
}

// @ts-ignore: decorator
@inline
function addSum(sums: usize, v: v128): void {
  store<u32>(
    sums,
    load<u32>(sums) +
      <u32>(i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)),
  );
}

function scoreByte(sums: usize, x: u32, a: u32, b: u32, c: u32): void {
  for (let filter: u32 = 0; filter < 5; filter++) {
    const r = <i32>(<i8>(x - predict(filter, a, b, c)));
    store<u32>(sums + (filter << 2), load<u32>(sums + (filter << 2)) + <u32>abs(r));
  }
}

/** What a filter foretells from left, above and above left. */
// @ts-ignore: decorator
@inline
function predict(filter: u32, a: u32, b: u32, c: u32): u32 {
  if (filter == 0) return 0;
  if (filter == 1) return a;
  if (filter == 2) return b;
  if (filter == 3) return (a + b) >> 1;
  const pa = abs(<i32>b - <i32>c);
  const pb = abs(<i32>a - <i32>c);
  const pc = abs(<i32>a + <i32>b - 2 * <i32>c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** A byte minus its prediction; `bpp` bytes to the left are readable. */
// @ts-ignore: decorator
@inline
function residual(filter: u32, src: usize, above: usize, bpp: usize): u32 {
  return (
    load<u8>(src) -
    predict(filter, load<u8>(src - bpp), filter < 2 ? 0 : load<u8>(above), filter < 4 ? 0 : load<u8>(above - bpp))
  );
}

/** Sixteen bytes minus their predictions. */
// @ts-ignore: decorator
@inline
function residuals(filter: u32, src: usize, above: usize, bpp: usize): v128 {
  const x = v128.load(src);
  if (filter == 0) return x;
  if (filter == 1) return i8x16.sub(x, v128.load(src - bpp));
  if (filter == 2) return i8x16.sub(x, v128.load(above));
  if (filter == 3) return i8x16.sub(x, averages(v128.load(src - bpp), v128.load(above)));
  return i8x16.sub(x, paeths(v128.load(src - bpp), v128.load(above), v128.load(above - bpp)));
}

/** floor((a + b) / 2): the rounding average, less one where the sum is odd. */
// @ts-ignore: decorator
@inline
function averages(a: v128, b: v128): v128 {
  return i8x16.sub(i8x16.avgr_u(a, b), v128.and(v128.xor(a, b), i8x16.splat(1)));
}

/**
 * Paeth in 8-bit lanes. With low = min(a, b), high = max(a, b) the distances of a + b - c are toLow = high - c to low,
 * toHigh = c - low to high and |toLow - toHigh| to c, while low <= c <= high. Outside, one of the first two saturates
 * to 0, which picks the nearer of low and high, as it must be. On a tie of toLow and toHigh c wins, unless a = b = c.
 */
// @ts-ignore: decorator
@inline
function paeths(a: v128, b: v128, c: v128): v128 {
  const low = i8x16.min_u(a, b);
  const high = i8x16.max_u(a, b);
  const toLow = i8x16.sub_sat_u(high, c);
  const toHigh = i8x16.sub_sat_u(c, low);
  const near = i8x16.min_u(toLow, toHigh);
  const toC = i8x16.sub(i8x16.max_u(toLow, toHigh), near);
  const nearest = v128.bitselect(low, high, i8x16.eq(near, toLow));
  return v128.bitselect(nearest, c, i8x16.eq(i8x16.min_u(near, toC), near));
}
