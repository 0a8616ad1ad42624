/** A coarse grid of values stretched over a picture, as one byte for each pixel: what `label-map.ts` paints. */

/**
 * Stretch a grid bilinearly to rows of levels, 1..255.
 *
 * dst      height rows of width bytes; up to 3 bytes behind the last may be written
 * grid     rows of `stride` i16 of 0..32512 (128 to a level); what `columns` and `rows` name and its neighbours to the right
 *          and below must be there
 * columns  width u32, padded to a multiple of 4: where in a row of the grid the left of two values is, in bytes
 * shares   width pairs of i16, padded likewise: the weights of the left and the right value, together 256
 * rows     height pairs of u32: the upper row of the grid, and the weights of it and the lower one as two i16
 * line     room for `stride` i16, and 16 bytes more
 *
 *     columns   o0 o1 o2 o3     one load of 32 bits each gives
 *     values    l0 r0 l1 r1 l2 r2 l3 r3      times
 *     shares    256-f0 f0 256-f1 f1 …        added in pairs: four pixels
 */
export function stretchLevels(
  dst: usize,
  width: u32,
  height: u32,
  grid: usize,
  stride: usize,
  columns: usize,
  shares: usize,
  rows: usize,
  line: usize,
): void {
  for (; height; height--, rows += 8, dst += width) {
    const upper = grid + ((<usize>load<u32>(rows) * stride) << 1);
    mixRows(line, upper, upper + (stride << 1), stride, rows + 4);
    if (ASC_FEATURE_SIMD) {
      const half = i32x4.splat(1 << 14);
      const one = i32x4.splat(1);
      for (let x: usize = 0; x < width; x += 4) {
        const at = columns + (x << 2);
        let values = v128.load32_zero(line + load<u32>(at));
        values = v128.load32_lane(line + load<u32>(at, 4), values, 1);
        values = v128.load32_lane(line + load<u32>(at, 8), values, 2);
        values = v128.load32_lane(line + load<u32>(at, 12), values, 3);
        const sum = i32x4.add(i32x4.dot_i16x8_s(values, v128.load(shares + (x << 2))), half);
        const levels = i32x4.add(i32x4.shr_s(sum, 15), one);
        const shorts = i16x8.narrow_i32x4_s(levels, levels);
        store<u32>(dst + x, <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(shorts, shorts), 0));
      }
    } else {
      for (let x: usize = 0; x < width; x++) {
        const p = line + <usize>load<u32>(columns + (x << 2));
        const share = shares + (x << 2);
        const sum = <i32>load<i16>(p) * <i32>load<i16>(share) + <i32>load<i16>(p, 2) * <i32>load<i16>(share, 2);
        store<u8>(dst + x, <u8>(((sum + (1 << 14)) >> 15) + 1));
      }
    }
  }
}

/** (a * weight + b * other weight + 128) >> 8 for each of n i16; up to 14 bytes more are written. */
function mixRows(line: usize, a: usize, b: usize, n: usize, weights: usize): void {
  if (ASC_FEATURE_SIMD) {
    const weight = v128.load32_splat(weights);
    const half = i32x4.splat(128);
    for (const end = line + (n << 1); line < end; line += 16, a += 16, b += 16) {
      const va = v128.load(a);
      const vb = v128.load(b);
      const low = i32x4.dot_i16x8_s(i16x8.shuffle(va, vb, 0, 8, 1, 9, 2, 10, 3, 11), weight);
      const high = i32x4.dot_i16x8_s(i16x8.shuffle(va, vb, 4, 12, 5, 13, 6, 14, 7, 15), weight);
      v128.store(
        line,
        i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, half), 8), i32x4.shr_s(i32x4.add(high, half), 8)),
      );
    }
  } else {
    const first = <i32>load<i16>(weights);
    const second = <i32>load<i16>(weights, 2);
    for (const end = line + (n << 1); line < end; line += 2, a += 2, b += 2)
      store<i16>(line, <i16>((<i32>load<i16>(a) * first + <i32>load<i16>(b) * second + 128) >> 8));
  }
}
