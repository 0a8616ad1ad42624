/**
 * Chroma rows to picture width, as libjpeg does it by default ("fancy"): a triangle filter where a sample stands for two
 * columns, two rows or both, repetition for every other ratio.
 *
 *   two columns (h2v1)      left output  (3 s[i] + s[i-1] + 1) >> 2        right output  (3 s[i] + s[i+1] + 2) >> 2
 *   two rows (h1v2)         upper row    (3 s + above + 1) >> 2            lower row     (3 s + below + 2) >> 2
 *   both (h2v2), with v = 3 near + far, kept whole:
 *                           left output  (3 v[i] + v[i-1] + 8) >> 4        right output  (3 v[i] + v[i+1] + 7) >> 4
 *
 * Beyond a border of the component the last sample is repeated: with v[-1] = v[0] the formulas give the reference's
 * special cases for the first and last column.
 */

/**
 * Widen a row by two with the triangle filter.
 *
 * dst  2 * n samples, written; whole vectors, so up to 32 bytes more
 * src  n samples; the sample before the first and those behind the last are overwritten (2 bytes), n + 32 readable
 */
export function widenTwice(dst: usize, src: usize, n: usize): void {
  store<u8>(src - 1, load<u8>(src));
  store<u8>(src + n, load<u8>(src + n - 1));
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < n; i += 8, dst += 16) {
      const centre = v128.load64_zero(src + i);
      const three = i16x8.add(i16x8.extend_low_i8x16_u(centre), i16x8.shl(i16x8.extend_low_i8x16_u(centre), 1));
      const left = i16x8.add(three, v128.load_ext<u8>(src + i - 1));
      const right = i16x8.add(three, v128.load_ext<u8>(src + i + 1));
      const even = i16x8.shr_u(i16x8.add(left, i16x8.splat(1)), 2);
      const odd = i16x8.shr_u(i16x8.add(right, i16x8.splat(2)), 2);
      v128.store(dst, v128.or(even, i16x8.shl(odd, 8)));
    }
  } else {
    for (let i: usize = 0; i < n; i++, dst += 2) {
      const three = 3 * <u32>load<u8>(src + i);
      store<u8>(dst, <u8>((three + load<u8>(src + i - 1) + 1) >> 2));
      store<u8>(dst + 1, <u8>((three + load<u8>(src + i + 1) + 2) >> 2));
    }
  }
}

/**
 * One row between two: (3 near + far + bias) >> 2.
 *
 * dst        n samples, written; whole vectors, so up to 15 bytes more
 * near, far  n samples
 * bias       1 when far is above, 2 when it is below
 */
export function between(dst: usize, near: usize, far: usize, n: usize, bias: u32): void {
  if (ASC_FEATURE_SIMD) {
    const round = i16x8.splat(<i16>bias);
    for (let i: usize = 0; i < n; i += 16) {
      const a = v128.load(near + i);
      const b = v128.load(far + i);
      const low = i16x8.add(threeAndOne(i16x8.extend_low_i8x16_u(a), i16x8.extend_low_i8x16_u(b)), round);
      const high = i16x8.add(threeAndOne(i16x8.extend_high_i8x16_u(a), i16x8.extend_high_i8x16_u(b)), round);
      v128.store(dst + i, i8x16.narrow_i16x8_u(i16x8.shr_u(low, 2), i16x8.shr_u(high, 2)));
    }
  } else {
    for (let i: usize = 0; i < n; i++) {
      store<u8>(dst + i, <u8>((3 * <u32>load<u8>(near + i) + load<u8>(far + i) + bias) >> 2));
    }
  }
}

/** 3 a + b. */
// @ts-ignore: decorator
@inline
function threeAndOne(a: v128, b: v128): v128 {
  return i16x8.add(i16x8.add(a, i16x8.shl(a, 1)), b);
}

/** 3 near + far + 2 of eight samples. */
// @ts-ignore: decorator
@inline
function verticalSum(near: usize, far: usize): v128 {
  return i16x8.add(threeAndOne(v128.load_ext<u8>(near), v128.load_ext<u8>(far)), i16x8.splat(2));
}

/**
 * Twice as wide, and between two rows.
 *
 * dst        2 * n samples, written; whole vectors, so up to 32 bytes more
 * near, far  n samples each; what lies before the first and behind the last is overwritten as in widenTwice
 */
export function widenBetween(dst: usize, near: usize, far: usize, n: usize): void {
  store<u8>(near - 1, load<u8>(near));
  store<u8>(near + n, load<u8>(near + n - 1));
  store<u8>(far - 1, load<u8>(far));
  store<u8>(far + n, load<u8>(far + n - 1));
  if (ASC_FEATURE_SIMD) {
    // v of eight samples at a time, with 2 added: 3 v + v' then holds the 8 of the left output; the right one needs 7
    let centre = verticalSum(near, far);
    let before = i16x8.splat(i16x8.extract_lane_s(centre, 0));
    for (let i: usize = 8; i < n + 8; i += 8, dst += 16) {
      const after = verticalSum(near + i, far + i);
      const three = i16x8.add(centre, i16x8.shl(centre, 1));
      const left = i16x8.shuffle(before, centre, 7, 8, 9, 10, 11, 12, 13, 14);
      const right = i16x8.shuffle(centre, after, 1, 2, 3, 4, 5, 6, 7, 8);
      const even = i16x8.shr_u(i16x8.add(three, left), 4);
      const odd = i16x8.shr_u(i16x8.sub(i16x8.add(three, right), i16x8.splat(1)), 4);
      v128.store(dst, v128.or(even, i16x8.shl(odd, 8)));
      before = centre;
      centre = after;
    }
  } else {
    let before = 3 * <u32>load<u8>(near - 1) + load<u8>(far - 1);
    let centre = 3 * <u32>load<u8>(near) + load<u8>(far);
    for (let i: usize = 0; i < n; i++, dst += 2) {
      const after = 3 * <u32>load<u8>(near + i + 1) + load<u8>(far + i + 1);
      store<u8>(dst, <u8>((3 * centre + before + 8) >> 4));
      store<u8>(dst + 1, <u8>((3 * centre + after + 7) >> 4));
      before = centre;
      centre = after;
    }
  }
}

/**
 * Repeat every sample.
 *
 * dst    width samples, written
 * src    one sample per `times` columns
 * times  2 to 4
 */
export function repeatSamples(dst: usize, src: usize, width: usize, times: usize): void {
  const end = dst + width;
  for (; dst < end; src++) {
    const sample = load<u8>(src);
    for (let i: usize = 0; i < times && dst < end; i++) store<u8>(dst++, sample);
  }
}
