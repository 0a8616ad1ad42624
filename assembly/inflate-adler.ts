/** Adler-32 (RFC 1950) for the inflater. */

const BASE: u32 = 65521;
/** The most bytes after which the sums still fit in 32 bits. */
const BLOCK: usize = 5552;

/**
 * Adler-32 going on from `adler` (1 to begin).
 *
 * src  n bytes
 */
export function adler32(adler: u32, src: usize, n: usize): u32 {
  let s1 = adler & 0xffff;
  let s2 = adler >> 16;
  while (n) {
    let count = min(n, BLOCK);
    n -= count;
    if (ASC_FEATURE_SIMD) {
      // With 16 bytes x0 … x15 a step adds their sum to s1, and 16 * s1 + 16 x0 + 15 x1 + … + x15 to s2.
      const high = i16x8(16, 15, 14, 13, 12, 11, 10, 9);
      const low = i16x8(8, 7, 6, 5, 4, 3, 2, 1);
      let sums = i64x2.splat(0); // of bytes
      let before = i64x2.splat(0); // of `sums` before each step
      let weighted = i64x2.splat(0);
      const steps = count >> 4;
      s2 += s1 * <u32>(steps << 4);
      for (const end = src + (steps << 4); src < end; src += 16) {
        const x = v128.load(src);
        before = i32x4.add(before, sums);
        sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(x)));
        weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(x), high));
        weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(x), low));
      }
      s1 += total(sums);
      s2 += (total(before) << 4) + total(weighted);
      count &= 15;
    }
    for (const end = src + count; src < end; src++) {
      s1 += <u32>load<u8>(src);
      s2 += s1;
    }
    s1 %= BASE;
    s2 %= BASE;
  }
  return (s2 << 16) | s1;
}

/** Sum of the four 32-bit lanes. */
// @ts-ignore: decorator
@inline
function total(v: v128): u32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}
