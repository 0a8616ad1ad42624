/**
 * Undoes PNG's row filters (PNG specification, section 9): filtered rows in, plain packed rows out.
 *
 * With a = byte one pixel to the left, b = byte above, c = byte above a (all 0 outside the picture):
 * 0 none x, 1 sub x + a, 2 up x + b, 3 average x + floor((a + b) / 2), 4 Paeth x + whichever of a, b, c is nearest to a + b - c.
 *
 * Rows are written one after the other and whole vectors may run past the end of a row: what they spill is written over by
 * the next row, or falls in the slack behind the block.
 */

/**
 * Unfilter rows.
 *
 * dst       rows x n bytes, one row straight after the other; up to 15 bytes behind the last row are touched
 * src       rows x (1 + n) bytes: filter type, then n filtered bytes; up to 15 bytes behind are read. Must not overlap dst
 * rows      row count
 * n         bytes of a row, without the filter type
 * bpp       bytes of a whole pixel, at least 1: 1, 2, 3, 4, 6 or 8
 * prior     n bytes: the plain row above the first one; zeros at the top. May be the last row of dst when rows > 1
 * returns   rows done; fewer than `rows`: the filter type of row `result` is not 0..4
 */
export function pngUnfilter(dst: usize, src: usize, rows: u32, n: usize, bpp: u32, prior: usize): u32 {
  for (let y: u32 = 0; y < rows; y++) {
    const type = <u32>load<u8>(src);
    if (type > 4) return y;
    if (
      type == 4 &&
      y + 1 < rows &&
      load<u8>(src + n + 1) == 4 &&
      (bpp == 1 || (ASC_FEATURE_SIMD && (bpp == 3 || bpp == 4)))
    ) {
      if (bpp == 1) paethTwoRows(dst, src + 1, prior, n);
      else if (ASC_FEATURE_SIMD) paethTwoRowsWide(dst, src + 1, prior, n, bpp);
      y++;
      prior = dst + n;
      src += 2 * (n + 1);
      dst += 2 * n;
      continue;
    }
    src++;
    if (type == 0) memory.copy(dst, src, n);
    else if (type == 1) sub(dst, src, n, bpp);
    else if (type == 2) up(dst, src, prior, n);
    else if (type == 3) average(dst, src, prior, n, bpp);
    else paeth(dst, src, prior, n, bpp);
    prior = dst;
    src += n;
    dst += n;
  }
  return rows;
}

function up(dst: usize, src: usize, prior: usize, n: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < n; i += 16) v128.store(dst + i, i8x16.add(v128.load(src + i), v128.load(prior + i)));
  } else {
    for (let i: usize = 0; i < n; i++) store<u8>(dst + i, load<u8>(src + i) + load<u8>(prior + i));
  }
}

function sub(dst: usize, src: usize, n: usize, bpp: u32): void {
  const end = dst + n;
  if (ASC_FEATURE_SIMD) {
    // Running sums inside a vector by doubling: after adding x shifted by one pixel, two pixels, four … each lane holds
    // the sum of all pixels before it. `left` is the last pixel of the vector before, repeated.
    const none = i64x2.splat(0);
    let left = none;
    switch (bpp) {
      case 1:
        for (; dst < end; dst += 16, src += 16) {
          let x = v128.load(src);
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30));
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29));
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23));
          x = i8x16.add(x, left);
          v128.store(dst, x);
          left = i8x16.shuffle(x, x, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15);
        }
        return;
      case 2:
        for (; dst < end; dst += 16, src += 16) {
          let x = v128.load(src);
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29));
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23));
          x = i8x16.add(x, left);
          v128.store(dst, x);
          left = i8x16.shuffle(x, x, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15);
        }
        return;
      case 3:
        // five pixels are 15 bytes; the sixteenth lane is spilt and written over by the next step
        for (; dst < end; dst += 15, src += 15) {
          let x = v128.load(src);
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28));
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25));
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19));
          x = i8x16.add(x, left);
          v128.store(dst, x);
          left = i8x16.shuffle(x, x, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12);
        }
        return;
      case 4:
        for (; dst < end; dst += 16, src += 16) {
          let x = v128.load(src);
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
          x = i8x16.add(x, i8x16.shuffle(none, x, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23));
          x = i8x16.add(x, left);
          v128.store(dst, x);
          left = i8x16.shuffle(x, x, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
        }
        return;
      default:
        // 6 and 8 bytes: one pixel at a time in the low lanes
        for (; dst < end; dst += bpp, src += bpp) {
          left = i8x16.add(left, v128.load64_zero(src));
          v128.store64_lane(dst, left, 0);
        }
        return;
    }
  } else {
    memory.copy(dst, src, bpp);
    for (let p = dst + bpp; p < end; p++) {
      src++;
      store<u8>(p, load<u8>(src + bpp - 1) + load<u8>(p - bpp));
    }
  }
}

function average(dst: usize, src: usize, prior: usize, n: usize, bpp: u32): void {
  const end = dst + n;
  if (ASC_FEATURE_SIMD) {
    if (bpp > 2) {
      // The rounding-up average of inverted bytes is the inverted rounding-down average: avgr(~a, ~b) = ~floor((a + b) / 2).
      // So with m = ~a the step a' = x + floor((a + b) / 2) is m' = avgr(m, ~b) - x: two operations from pixel to pixel.
      let m = i64x2.splat(-1);
      if (bpp <= 4) {
        for (; dst < end; dst += bpp, src += bpp, prior += bpp) {
          m = i8x16.sub(i8x16.avgr_u(m, v128.not(v128.load32_zero(prior))), v128.load32_zero(src));
          v128.store32_lane(dst, v128.not(m), 0);
        }
      } else {
        for (; dst < end; dst += bpp, src += bpp, prior += bpp) {
          m = i8x16.sub(i8x16.avgr_u(m, v128.not(v128.load64_zero(prior))), v128.load64_zero(src));
          v128.store64_lane(dst, v128.not(m), 0);
        }
      }
      return;
    }
  }
  let i: usize = 0;
  for (; i < bpp; i++) store<u8>(dst + i, <u32>load<u8>(src + i) + ((<u32>load<u8>(prior + i)) >> 1));
  if (bpp == 1) {
    // the left byte stays in a register: memory would be the slowest part of the way from pixel to pixel
    let a = <u32>load<u8>(dst);
    for (; i < n; i++) {
      a = (<u32>load<u8>(src + i) + ((a + <u32>load<u8>(prior + i)) >> 1)) & 255;
      store<u8>(dst + i, a);
    }
  } else {
    for (; i < n; i++) {
      const a = <u32>load<u8>(dst + i - bpp);
      store<u8>(dst + i, <u32>load<u8>(src + i) + ((a + <u32>load<u8>(prior + i)) >> 1));
    }
  }
}

function paeth(dst: usize, src: usize, prior: usize, n: usize, bpp: u32): void {
  const end = dst + n;
  if (ASC_FEATURE_SIMD) {
    if (bpp > 2) {
      // Sixteen-bit lanes. With lo, hi the smaller and larger of a, b and t = 3c - (a + b): the predictor is lo where
      // t >= hi, hi where t <= lo, else c. (c is nearest exactly when it lies well inside lo..hi; ties go to a, then b,
      // which agree where it matters.) That is shorter than three distances and three comparisons.
      const byte = i16x8.splat(255);
      let a = i64x2.splat(0);
      let c = a;
      for (; dst < end; dst += bpp, src += bpp, prior += bpp) {
        const b = v128.load8x8_u(prior);
        const t = i16x8.sub(i16x8.sub(i16x8.add(i16x8.add(c, c), c), b), a);
        const lo = i16x8.min_s(a, b);
        const hi = i16x8.max_s(a, b);
        const inner = v128.bitselect(c, lo, i16x8.gt_s(hi, t));
        const predicted = v128.bitselect(inner, hi, i16x8.gt_s(t, lo));
        a = v128.and(i16x8.add(predicted, v128.load8x8_u(src)), byte);
        c = b;
        const packed = i8x16.narrow_i16x8_u(a, a);
        if (bpp <= 4) v128.store32_lane(dst, packed, 0);
        else v128.store64_lane(dst, packed, 0);
      }
      return;
    }
  }
  let i: usize = 0;
  for (; i < bpp; i++) store<u8>(dst + i, load<u8>(src + i) + load<u8>(prior + i));
  if (bpp == 1) {
    let a = <i32>load<u8>(dst);
    let c = <i32>load<u8>(prior);
    for (; i < n; i++) {
      const b = <i32>load<u8>(prior + i);
      a = (<i32>load<u8>(src + i) + nearest(a, b, c)) & 255;
      store<u8>(dst + i, a);
      c = b;
    }
  } else {
    for (; i < n; i++) {
      const a = <i32>load<u8>(dst + i - bpp);
      const c = <i32>load<u8>(prior + i - bpp);
      store<u8>(dst + i, <i32>load<u8>(src + i) + nearest(a, <i32>load<u8>(prior + i), c));
    }
  }
}

/** Which of a, b, c is nearest to a + b - c; see `paeth`. */
// @ts-ignore: decorator
@inline
function nearest(a: i32, b: i32, c: i32): i32 {
  const t = 3 * c - a - b;
  const lo = min(a, b);
  const hi = max(a, b);
  const inner = t >= hi ? lo : c;
  return t <= lo ? hi : inner;
}

/**
 * Two rows of one byte per pixel at once, the lower one a pixel behind the upper one. A pixel waits for its left
 * neighbour, which is what takes the time; two such chains run side by side.
 *
 *     prior   . c b .        upper: from a, b, c
 *     upper   c'b'a x        lower: from a', b', c' (b' is the upper row's a)
 *     lower   a'x'. .
 */
function paethTwoRows(dst: usize, src: usize, prior: usize, n: usize): void {
  const src1 = src + n + 1;
  const dst1 = dst + n;
  let c = <i32>load<u8>(prior);
  let a = (<i32>load<u8>(src) + c) & 255;
  let a1 = 0;
  let c1 = 0;
  store<u8>(dst, a);
  for (let i: usize = 1; i < n; i++) {
    const b = <i32>load<u8>(prior + i);
    const x = (<i32>load<u8>(src + i) + nearest(a, b, c)) & 255;
    a1 = (<i32>load<u8>(src1 + i - 1) + nearest(a1, a, c1)) & 255;
    store<u8>(dst + i, x);
    store<u8>(dst1 + i - 1, a1);
    c1 = a;
    c = b;
    a = x;
  }
  store<u8>(dst1 + n - 1, <i32>load<u8>(src1 + n - 1) + nearest(a1, a, c1));
}

/** The same for pixels of 3 and 4 bytes: the upper row in the low four 16-bit lanes, the lower row in the high four. */
function paethTwoRowsWide(dst: usize, src: usize, prior: usize, n: usize, bpp: usize): void {
  if (ASC_FEATURE_SIMD) {
    const src1 = src + n + 1 - bpp;
    const dst1 = dst + n - bpp;
    const byte = i16x8.splat(255);
    const none = i64x2.splat(0);
    // step 0 has no lower pixel: its lanes stay 0, as if they were left of the picture
    let c = v128.and(v128.load8x8_u(prior), i64x2(-1, 0));
    let a = v128.and(i16x8.add(c, v128.load8x8_u(src)), v128.and(byte, i64x2(-1, 0)));
    v128.store32_lane(dst, i8x16.narrow_i16x8_u(a, a), 0);
    for (let i = bpp; i < n; i += bpp) {
      const above = v128.load32_zero(prior + i);
      const b = i64x2.shuffle(i16x8.extend_low_i8x16_u(above), a, 0, 2);
      const x = i16x8.extend_low_i8x16_u(v128.load32_lane(src1 + i, v128.load32_zero(src + i), 1));
      const t = i16x8.sub(i16x8.sub(i16x8.add(i16x8.add(c, c), c), b), a);
      const lo = i16x8.min_s(a, b);
      const hi = i16x8.max_s(a, b);
      const inner = v128.bitselect(c, lo, i16x8.gt_s(hi, t));
      a = v128.and(i16x8.add(v128.bitselect(inner, hi, i16x8.gt_s(t, lo)), x), byte);
      c = b;
      const packed = i8x16.narrow_i16x8_u(a, a);
      v128.store32_lane(dst + i, packed, 0);
      v128.store32_lane(dst1 + i, packed, 1);
    }
    // the last pixel of the lower row alone
    const b = i64x2.shuffle(none, a, 0, 2);
    const x = i64x2.shuffle(none, v128.load8x8_u(src1 + n), 0, 2);
    const t = i16x8.sub(i16x8.sub(i16x8.add(i16x8.add(c, c), c), b), a);
    const lo = i16x8.min_s(a, b);
    const hi = i16x8.max_s(a, b);
    const inner = v128.bitselect(c, lo, i16x8.gt_s(hi, t));
    a = v128.and(i16x8.add(v128.bitselect(inner, hi, i16x8.gt_s(t, lo)), x), byte);
    v128.store32_lane(dst1 + n, i8x16.narrow_i16x8_u(a, a), 1);
    // with 3 bytes per pixel the end of the upper row has spilt onto the first byte of the lower one
    store<u8>(dst + n, load<u8>(src1 + bpp) + load<u8>(dst));
  }
}
