/**
 * Resizing in two passes, one row of the result at a time: the source's rows are weighed into a line, then the line's
 * pixels into the row. Nothing but the line is kept between the passes.
 *
 * Weights are i16 in units of 1/16384 and add up to exactly 16384 for each result, so that a plain area keeps its colour.
 * The line holds i16 in units of 1/64 of a level, each two neighbouring pixels interleaved:
 *
 *     line:  r0 r1 g0 g1 b0 b1 a0 a1 | r2 r3 g2 g3 …        one multiply-and-add-pairs weighs two pixels
 *
 * Pixels that are not opaque are weighed with their colours multiplied by alpha: (c * a + 2) >> 2, alpha as if c were 255.
 */

/** Bits of a line's values below one level: 14 of the weight less these are shifted out after the first pass. */
const FINE = 6;
/** What 255 at full alpha becomes: (255 * 255 + 2) >> 2. */
const FULL = 16256;

/**
 * Resize by two tables of weights.
 *
 * dst          width * height RGBA pixels, no overlap with src
 * src          the first pixel of the window that is read; up to 12 bytes behind its last row may be read
 * stride       bytes from one row of the source to the next
 * columns      pixels of the window
 * xTable       width entries of 1 + xPairs i32: the first pixel (even), then pairs of i16 weights, the lower half first.
 *              Weights of pixels behind the window are 0
 * yTable       height entries of 1 + ceil(yTaps / 2) i32: the first row, then pairs of weights; rows first …
 *              first + yTaps - 1 are inside of the window; of an odd number the last weight is 0
 * line         room for columns + 2 * xPairs + 8 pixels of 8 bytes
 * translucent  0: every pixel of the window has alpha 255; else 1
 */
export function resizeRows(
  dst: usize,
  width: u32,
  height: u32,
  src: usize,
  stride: usize,
  columns: u32,
  xTable: usize,
  xPairs: u32,
  yTable: usize,
  yTaps: u32,
  line: usize,
  translucent: u32,
): void {
  const yPairs = (yTaps + 1) >> 1;
  for (; height; height--) {
    const top = src + <usize>load<u32>(yTable) * stride;
    if (translucent) weighRowsAlpha(line, top, stride, columns, yTable + 4, yTaps);
    else weighRows(line, top, stride, columns, yTable + 4, yTaps);
    weighColumns(dst, width, line, xTable, xPairs, translucent);
    dst += (<usize>width) << 2;
    yTable += (1 + <usize>yPairs) << 2;
  }
}

/** One line from opaque rows. */
function weighRows(line: usize, top: usize, stride: usize, columns: u32, weights: usize, taps: u32): void {
  const last = weights + (((<usize>taps) >> 1) << 2);
  const half = 1 << (13 - FINE);
  if (ASC_FEATURE_SIMD) {
    const vHalf = i32x4.splat(half);
    for (let x: u32 = 0; x < columns; x += 4, top += 16, line += 32) {
      let s0 = vHalf;
      let s1 = vHalf;
      let s2 = vHalf;
      let s3 = vHalf;
      let p = top;
      let w = weights;
      for (; w < last; w += 4, p += stride << 1) {
        const weight = v128.load32_splat(w);
        const a = v128.load(p);
        const b = v128.load(p + stride);
        // a0 b0 a1 b1 …: the bytes of two rows side by side
        const low = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const high = i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), weight));
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), weight));
        s2 = i32x4.add(s2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), weight));
        s3 = i32x4.add(s3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), weight));
      }
      if (taps & 1) {
        const weight = v128.load32_splat(w);
        const a = v128.load(p);
        const low = i16x8.extend_low_i8x16_u(a);
        const high = i16x8.extend_high_i8x16_u(a);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(i32x4.extend_low_i16x8_u(low), weight));
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(i32x4.extend_high_i16x8_u(low), weight));
        s2 = i32x4.add(s2, i32x4.dot_i16x8_s(i32x4.extend_low_i16x8_u(high), weight));
        s3 = i32x4.add(s3, i32x4.dot_i16x8_s(i32x4.extend_high_i16x8_u(high), weight));
      }
      storePair(line, i32x4.shr_s(s0, 14 - FINE), i32x4.shr_s(s1, 14 - FINE));
      storePair(line + 16, i32x4.shr_s(s2, 14 - FINE), i32x4.shr_s(s3, 14 - FINE));
    }
  } else {
    for (let x: u32 = 0; x < columns; x++, top += 4) {
      const to = line + (((<usize>x) >> 1) << 4) + ((x & 1) << 1);
      for (let c: usize = 0; c < 4; c++) {
        let sum = half;
        let p = top + c;
        for (let i: u32 = 0; i < taps; i++, p += stride) sum += weightAt(weights, i) * <i32>load<u8>(p);
        store<i16>(to + (c << 2), clampShort(sum >> (14 - FINE)));
      }
    }
  }
}

/** One line from rows of any alpha. */
function weighRowsAlpha(line: usize, top: usize, stride: usize, columns: u32, weights: usize, taps: u32): void {
  const half = 1 << 13;
  if (ASC_FEATURE_SIMD) {
    const vHalf = i32x4.splat(half);
    for (let x: u32 = 0; x < columns; x += 4, top += 16, line += 32) {
      let s0 = vHalf;
      let s1 = vHalf;
      let s2 = vHalf;
      let s3 = vHalf;
      let p = top;
      for (let i: u32 = 0; i < taps; i++, p += stride) {
        const weight = v128.load16_splat(weights + ((<usize>i) << 1));
        const pixels = v128.load(p);
        const low = timesAlpha(pixels, false);
        const high = timesAlpha(pixels, true);
        s0 = i32x4.add(s0, i32x4.extmul_low_i16x8_s(low, weight));
        s1 = i32x4.add(s1, i32x4.extmul_high_i16x8_s(low, weight));
        s2 = i32x4.add(s2, i32x4.extmul_low_i16x8_s(high, weight));
        s3 = i32x4.add(s3, i32x4.extmul_high_i16x8_s(high, weight));
      }
      storePair(line, i32x4.shr_s(s0, 14), i32x4.shr_s(s1, 14));
      storePair(line + 16, i32x4.shr_s(s2, 14), i32x4.shr_s(s3, 14));
    }
  } else {
    for (let x: u32 = 0; x < columns; x++, top += 4) {
      const to = line + (((<usize>x) >> 1) << 4) + ((x & 1) << 1);
      for (let c: usize = 0; c < 4; c++) {
        let sum = half;
        let p = top;
        for (let i: u32 = 0; i < taps; i++, p += stride) {
          const alpha = <i32>load<u8>(p, 3);
          const value = c == 3 ? 255 : <i32>load<u8>(p + c);
          sum += weightAt(weights, i) * ((value * alpha + 2) >> 2);
        }
        store<i16>(to + (c << 2), clampShort(sum >> 14));
      }
    }
  }
}

/** One row of the result from a line. */
function weighColumns(dst: usize, width: u32, line: usize, table: usize, pairs: u32, translucent: u32): void {
  const end = dst + ((<usize>width) << 2);
  const half = translucent ? 0 : 1 << (13 + FINE);
  for (; dst < end; dst += 4) {
    let p = line + (((<usize>load<u32>(table)) >> 1) << 4);
    table += 4;
    const last = table + ((<usize>pairs) << 2);
    if (ASC_FEATURE_SIMD) {
      let sum = i32x4.splat(half);
      let other = i32x4.splat(0);
      for (; table + 8 <= last; table += 8, p += 32) {
        sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(p), v128.load32_splat(table)));
        other = i32x4.add(other, i32x4.dot_i16x8_s(v128.load(p, 16), v128.load32_splat(table, 4)));
      }
      if (table < last) {
        sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(p), v128.load32_splat(table)));
        table += 4;
      }
      sum = i32x4.add(sum, other);
      if (translucent) {
        const alpha = i32x4.extract_lane(sum, 3);
        if (alpha <= 0) {
          store<u32>(dst, 0);
        } else {
          const shares = f32x4.mul(f32x4.convert_i32x4_s(sum), f32x4.splat(<f32>255.0 / <f32>alpha));
          const bytes = packFour(i32x4.trunc_sat_f32x4_s(f32x4.add(shares, f32x4.splat(0.5))));
          store<u32>(dst, (bytes & 0xffffff) | (alphaByte(alpha) << 24));
        }
      } else {
        store<u32>(dst, packFour(i32x4.shr_s(sum, 14 + FINE)));
      }
    } else {
      let r = half;
      let g = half;
      let b = half;
      let a = half;
      for (; table < last; table += 4, p += 16) {
        const first = <i32>load<i16>(table);
        const second = <i32>load<i16>(table, 2);
        r += first * <i32>load<i16>(p) + second * <i32>load<i16>(p, 2);
        g += first * <i32>load<i16>(p, 4) + second * <i32>load<i16>(p, 6);
        b += first * <i32>load<i16>(p, 8) + second * <i32>load<i16>(p, 10);
        a += first * <i32>load<i16>(p, 12) + second * <i32>load<i16>(p, 14);
      }
      if (!translucent) {
        store<u32>(dst, clampPixel(r >> (14 + FINE), g >> (14 + FINE), b >> (14 + FINE), a >> (14 + FINE)));
      } else if (a <= 0) {
        store<u32>(dst, 0);
      } else {
        const share = <f32>255.0 / <f32>a;
        const pixel = clampPixel(colourOf(r, share), colourOf(g, share), colourOf(b, share), 0);
        store<u32>(dst, pixel | (alphaByte(a) << 24));
      }
    }
  }
}

/** The alpha of a weighed sum above 0. */
// @ts-ignore: decorator
@inline
function alphaByte(sum: i32): u32 {
  return <u32>min(255, <i32>(<f32>sum * <f32>(255.0 / (FULL * 16384.0)) + <f32>0.5));
}

// @ts-ignore: decorator
@inline
function colourOf(sum: i32, share: f32): i32 {
  return <i32>(<f32>sum * share + <f32>0.5);
}

// @ts-ignore: decorator
@inline
function weightAt(weights: usize, i: u32): i32 {
  return <i32>load<i16>(weights + ((<usize>i) << 1));
}

// @ts-ignore: decorator
@inline
function clampShort(value: i32): i16 {
  return <i16>max(-32768, min(32767, value));
}

// @ts-ignore: decorator
@inline
function clampPixel(r: i32, g: i32, b: i32, a: i32): u32 {
  return clampTo(r) | (clampTo(g) << 8) | (clampTo(b) << 16) | (clampTo(a) << 24);
}

// @ts-ignore: decorator
@inline
function clampTo(value: i32): u32 {
  return <u32>max(0, min(255, value));
}

/** Four numbers to bytes, limited to 0..255. */
// @ts-ignore: decorator
@inline
function packFour(v: v128): u32 {
  const shorts = i16x8.narrow_i32x4_s(v, v);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(shorts, shorts), 0);
}

/** Two pixels of four i32 as eight interleaved i16. */
// @ts-ignore: decorator
@inline
function storePair(to: usize, first: v128, second: v128): void {
  const apart = i16x8.narrow_i32x4_s(first, second);
  v128.store(to, i16x8.shuffle(apart, apart, 0, 4, 1, 5, 2, 6, 3, 7));
}

/** Two of four pixels, their colours multiplied by alpha. */
// @ts-ignore: decorator
@inline
function timesAlpha(pixels: v128, upper: bool): v128 {
  const whole = v128.or(pixels, i32x4.splat(0xff000000));
  const alpha = i8x16.shuffle(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15);
  const product = upper ? i16x8.extmul_high_i8x16_u(whole, alpha) : i16x8.extmul_low_i8x16_u(whole, alpha);
  return i16x8.shr_u(i16x8.add(product, i16x8.splat(2)), 2);
}

/**
 * Resize by taking single pixels.
 *
 * dst      width * height RGBA pixels, no overlap with src
 * src      the picture
 * columns  width u32: for each column of the result the byte in a row of the source where its pixel begins
 * rows     height u32: for each row of the result the row of the source
 * stride   bytes from one row of the source to the next
 */
export function resizeNearest(
  dst: usize,
  width: u32,
  height: u32,
  src: usize,
  stride: usize,
  columns: usize,
  rows: usize,
): void {
  const bytes = (<usize>width) << 2;
  for (let y: u32 = 0; y < height; y++, dst += bytes, rows += 4) {
    const from = load<u32>(rows);
    // rows of an enlarged picture repeat
    if (y && from == load<u32>(rows - 4)) {
      memory.copy(dst, dst - bytes, bytes);
    } else {
      const row = src + <usize>from * stride;
      for (let x: usize = 0; x < bytes; x += 4) store<u32>(dst + x, load<u32>(row + <usize>load<u32>(columns + x)));
    }
  }
}
