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
  for (let i: usize = 0; i < n; i++) {
    const a = i < bpp ? 0 : <u32>load<u8>(dst + i - bpp);
    store<u8>(dst + i, <u32>load<u8>(src + i) + ((a + <u32>load<u8>(prior + i)) >> 1));
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
  for (let i: usize = 0; i < n; i++) {
    const x = <i32>load<u8>(src + i);
    const b = <i32>load<u8>(prior + i);
    let a = 0;
    let c = 0;
    if (i >= bpp) {
      a = <i32>load<u8>(dst + i - bpp);
      c = <i32>load<u8>(prior + i - bpp);
    }
    const t = 3 * c - a - b;
    const lo = min(a, b);
    const hi = max(a, b);
    const inner = t >= hi ? lo : c;
    store<u8>(dst + i, x + (t <= lo ? hi : inner));
  }
}
