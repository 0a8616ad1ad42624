/**
 * From plain packed PNG rows to pixels: bits to bytes, 16 bits to 8 or to native numbers, any colour type to RGBA8, and the
 * seven passes of Adam7 to their places.
 *
 * Kernels work on n pixels or samples in one go; whole vectors may write up to 15 bytes (RGBA: 60) past the end of dst and
 * read up to 15 past the end of src, so both need that much room behind.
 */

/** No colour is transparent. */
const NO_KEY: u32 = 0xffffffff;
const ALPHA: u32 = 0xff000000;

/**
 * Samples of 1, 2 or 4 bits to one byte each, times a factor.
 *
 * dst     rows x n bytes
 * src     rows x ceil(n * depth / 8) bytes, leftmost sample in the high bits, rows begin on a byte
 * n       samples of a row
 * depth   1, 2 or 4
 * factor  1 for indices; 255, 85, 17 to bring grey of 1, 2, 4 bits to 0..255
 */
export function pngUnpack(dst: usize, src: usize, rows: u32, n: u32, depth: u32, factor: u32): void {
  const mask: u32 = (1 << depth) - 1;
  for (let y: u32 = 0; y < rows; y++) {
    let bits: u32 = 0;
    let left: u32 = 0;
    for (const end = dst + n; dst < end; dst++) {
      if (left == 0) {
        bits = load<u8>(src++);
        left = 8;
      }
      left -= depth;
      store<u8>(dst, ((bits >> left) & mask) * factor);
    }
  }
}

/** The bytes of each 16-bit lane exchanged. */
// @ts-ignore: decorator
@inline
function swapped(v: v128): v128 {
  return i8x16.shuffle(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
}

/**
 * 16-bit big-endian samples to native (little-endian) numbers.
 *
 * dst     n x u16
 * src     n x 2 bytes
 * n       sample count
 */
export function pngSwap16(dst: usize, src: usize, n: usize): void {
  for (const end = dst + (n << 1); dst < end;) {
    if (ASC_FEATURE_SIMD) {
      v128.store(dst, swapped(v128.load(src)));
      dst += 16;
      src += 16;
    } else {
      store<u16>(dst, bswap<u16>(load<u16>(src)));
      dst += 2;
      src += 2;
    }
  }
}

/** floor((v * 255 + 32895) / 65536) of four 16-bit numbers in 32-bit lanes, given v * 255. */
// @ts-ignore: decorator
@inline
function reduced(product: v128): v128 {
  return i32x4.shr_u(i32x4.add(product, i32x4.splat(32895)), 16);
}

/**
 * 16-bit big-endian samples to 8 bits: floor((v * 255 + 32895) / 65536), which is round(v / 257).
 *
 * dst     n bytes
 * src     n x 2 bytes
 * n       sample count
 */
export function pngReduce16(dst: usize, src: usize, n: usize): void {
  const end = dst + n;
  if (ASC_FEATURE_SIMD) {
    const scale = i16x8.splat(255);
    for (; dst < end; dst += 8, src += 16) {
      const v = swapped(v128.load(src));
      const lo = reduced(i32x4.extmul_low_i16x8_u(v, scale));
      const hi = reduced(i32x4.extmul_high_i16x8_u(v, scale));
      const words = i16x8.narrow_i32x4_u(lo, hi);
      v128.store64_lane(dst, i8x16.narrow_i16x8_u(words, words), 0);
    }
  } else {
    for (; dst < end; dst++, src += 2) store<u8>(dst, (<u32>bswap<u16>(load<u16>(src)) * 255 + 32895) >> 16);
  }
}

/**
 * Grey to RGBA.
 *
 * dst     n RGBA pixels
 * src     n bytes
 * n       pixel count
 * key     the grey that is transparent, or 0xffffffff
 */
export function pngGreyToRgba(dst: usize, src: usize, n: usize, key: u32): void {
  const end = dst + (n << 2);
  if (ASC_FEATURE_SIMD) {
    const wanted = i8x16.splat(<i8>key);
    // all ones where a key exists, so that without one nothing is taken away
    const keyed = i8x16.splat(key == NO_KEY ? 0 : -1);
    for (; dst < end; dst += 64, src += 16) {
      const v = v128.load(src);
      const alpha = v128.not(v128.and(i8x16.eq(v, wanted), keyed));
      v128.store(dst, i8x16.shuffle(v, alpha, 0, 0, 0, 16, 1, 1, 1, 17, 2, 2, 2, 18, 3, 3, 3, 19));
      v128.store(dst + 16, i8x16.shuffle(v, alpha, 4, 4, 4, 20, 5, 5, 5, 21, 6, 6, 6, 22, 7, 7, 7, 23));
      v128.store(dst + 32, i8x16.shuffle(v, alpha, 8, 8, 8, 24, 9, 9, 9, 25, 10, 10, 10, 26, 11, 11, 11, 27));
      v128.store(dst + 48, i8x16.shuffle(v, alpha, 12, 12, 12, 28, 13, 13, 13, 29, 14, 14, 14, 30, 15, 15, 15, 31));
    }
  } else {
    for (; dst < end; dst += 4, src++) {
      const v = <u32>load<u8>(src);
      store<u32>(dst, (v * 0x010101) | (v == key ? 0 : ALPHA));
    }
  }
}

/**
 * Grey with alpha to RGBA.
 *
 * dst     n RGBA pixels
 * src     n x 2 bytes: grey, alpha
 * n       pixel count
 */
export function pngGreyAlphaToRgba(dst: usize, src: usize, n: usize): void {
  const end = dst + (n << 2);
  if (ASC_FEATURE_SIMD) {
    for (; dst < end; dst += 32, src += 16) {
      const v = v128.load(src);
      v128.store(dst, i8x16.shuffle(v, v, 0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7));
      v128.store(dst + 16, i8x16.shuffle(v, v, 8, 8, 8, 9, 10, 10, 10, 11, 12, 12, 12, 13, 14, 14, 14, 15));
    }
  } else {
    for (; dst < end; dst += 4, src += 2) {
      store<u32>(dst, (<u32>load<u8>(src) * 0x010101) | ((<u32>load<u8>(src + 1)) << 24));
    }
  }
}

/**
 * RGB to RGBA.
 *
 * dst     n RGBA pixels
 * src     n x 3 bytes
 * n       pixel count
 * key     the colour that is transparent, 0x00BBGGRR, or 0xffffffff
 */
export function pngRgbToRgba(dst: usize, src: usize, n: usize, key: u32): void {
  const end = dst + (n << 2);
  if (ASC_FEATURE_SIMD) {
    const alpha = i32x4.splat(ALPHA);
    const zero = i32x4.splat(0);
    const wanted = i32x4.splat(key);
    for (; dst < end; dst += 16, src += 12) {
      const v = v128.load(src);
      const rgb = i8x16.shuffle(v, zero, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16);
      v128.store(dst, v128.or(rgb, v128.andnot(alpha, i32x4.eq(rgb, wanted))));
    }
  } else {
    for (; dst < end; dst += 4, src += 3) {
      const rgb = (<u32>load<u16>(src)) | ((<u32>load<u8>(src + 2)) << 16);
      store<u32>(dst, rgb | (rgb == key ? 0 : ALPHA));
    }
  }
}

/**
 * Palette indices to RGBA.
 *
 * dst     n RGBA pixels; exactly n are touched
 * src     n bytes
 * n       pixel count
 * table   256 RGBA pixels
 */
export function pngPaletteToRgba(dst: usize, src: usize, n: usize, table: usize): void {
  const end = dst + (n << 2);
  for (const last = dst + ((n >> 2) << 4); dst < last; dst += 16, src += 4) {
    const four = load<u32>(src);
    store<u32>(dst, load<u32>(table + ((four & 255) << 2)));
    store<u32>(dst + 4, load<u32>(table + (((four >> 8) & 255) << 2)));
    store<u32>(dst + 8, load<u32>(table + (((four >> 16) & 255) << 2)));
    store<u32>(dst + 12, load<u32>(table + ((four >> 24) << 2)));
  }
  for (; dst < end; dst += 4, src++) store<u32>(dst, load<u32>(table + ((<u32>load<u8>(src)) << 2)));
}

/**
 * Alpha 0 for the pixels whose 16-bit samples equal a colour (tRNS of 16-bit pictures, which counts before the reduction).
 *
 * dst       n RGBA pixels; only alpha bytes are touched
 * src       n pixels of 16-bit big-endian samples
 * n         pixel count
 * channels  1 or 3
 * r, g, b   the colour, 0..65535; with one channel r alone counts
 */
export function pngKey16(dst: usize, src: usize, n: usize, channels: u32, r: u32, g: u32, b: u32): void {
  const end = dst + (n << 2);
  const step = channels << 1;
  for (; dst < end; dst += 4, src += step) {
    if (<u32>bswap<u16>(load<u16>(src)) != r) continue;
    if (channels > 1) {
      if (<u32>bswap<u16>(load<u16>(src + 2)) != g) continue;
      if (<u32>bswap<u16>(load<u16>(src + 4)) != b) continue;
    }
    store<u8>(dst + 3, 0);
  }
}

/**
 * The pixels of a reduced picture to their places in the whole one (Adam7).
 *
 * dst        first pixel of the pass in the whole picture
 * rowStep    bytes from one row of the pass to the next, in dst
 * pixelStep  bytes from one pixel of the pass to the next, in dst
 * src        rows x n pixels, packed; read with whole 8-byte loads
 * rows, n    size of the pass
 * size       bytes of a pixel: 1, 2, 3, 4, 6 or 8
 */
export function pngScatter(
  dst: usize,
  rowStep: usize,
  pixelStep: usize,
  src: usize,
  rows: u32,
  n: u32,
  size: u32,
): void {
  for (let y: u32 = 0; y < rows; y++) {
    let p = dst;
    if (size == 4) {
      for (const end = src + (n << 2); src < end; src += 4, p += pixelStep) store<u32>(p, load<u32>(src));
    } else {
      for (const end = src + n * size; src < end; src += size, p += pixelStep) memory.copy(p, src, size);
    }
    dst += rowStep;
  }
}
