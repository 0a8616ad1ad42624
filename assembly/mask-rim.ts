/**
 * Lines along the rim of a mask, of any width, anti-aliased and smooth: outlines, halos and borders of regions.
 *
 * The rim is followed crack by crack (a crack is the side between a pixel of the mask and one that is not), with the mask
 * on the right hand; pixels that meet at a corner belong together. The middles of the cracks are smoothed along the way by
 * the weights 1 2 3 4 3 2 1 / 16, which makes a slanted line of a staircase. Then a brush is set down at each smoothed
 * point: a table of coverage by distance, ready for each of the places within a pixel where its centre may be. The largest
 * coverage wins, so every pixel ends with that of the nearest point of the rim. Cost follows the length of the rim and the
 * mask's box.
 *
 * A brush is a block of memory, written by `src/core/brush.ts`:
 *
 *     u32 shift    places per pixel are 1 << shift, each way
 *     u32 reach    pixels that the brush reaches to each side of the pixel that its centre is in; a stamp has 2 reach rows
 *     u32 stride   bytes of a stamp's row, 2 reach rounded up to a multiple of 16; those behind 2 reach are 0
 *     u32 step     in half cracks: 1 sets it between the cracks too, 2 at every crack, 4 at every second one
 *     stamps       2 reach × stride bytes for each place, x running fastest
 */
import { bytesOfBits, planeBits } from "./mask-planes";

/** Bytes before a brush's stamps. */
const HEAD: usize = 16;

/** Bytes from one row to the next of the coverage around a box of w columns. */
// @ts-ignore: decorator
@inline
export function rimStride(w: u32, reach: u32): usize {
  return ((<usize>w + 2 * reach + 15) >> 4) << 4;
}

// @ts-ignore: decorator
@inline
export function reachOf(brush: usize): u32 {
  return load<u32>(brush, 4);
}

/**
 * Set a brush down all along the rims of a plane's mask.
 *
 * cover   (boxH + 2 reach) rows of `rimStride` bytes, to which the brush is added; its pixel (reach, reach) is the box's
 *         first; up to a brush's stride of bytes behind its end are rewritten as they are
 * bits    of the mask's plane
 * tops    those of the plane behind it, which is overwritten; all 0 after
 */
export function strokeRims(
  cover: usize,
  bits: usize,
  tops: usize,
  stride: usize,
  boxW: u32,
  boxH: u32,
  brush: usize,
): void {
  const bytes = stride - 16;
  // what lies right of the last row of `bits`, where corners look for pixels
  store<u32>(tops - stride - 16, 0);
  // upper sides of pixels that are not followed yet: every rim has one
  for (let y: u32 = 0, p = bits, q = tops; y < boxH; y++, p += stride, q += stride) {
    if (ASC_FEATURE_SIMD) {
      for (let i: usize = 0; i < bytes; i += 16)
        v128.store(q + i, v128.andnot(v128.load(p + i), v128.load(p + i - stride)));
    } else {
      for (let i: usize = 0; i < bytes; i += 4) store<u32>(q + i, load<u32>(p + i) & ~load<u32>(p + i - stride));
    }
  }
  const coverStride = rimStride(boxW, reachOf(brush));
  for (let y: u32 = 0, q = tops; y < boxH; y++, q += stride)
    for (let i: usize = 0; i < bytes; i += 4)
      for (let word = load<u32>(q + i); word; word = load<u32>(q + i))
        strokeRim(cover, coverStride, bits, tops, stride, ((<u32>i) << 3) + ctz(word), y, brush);
}

/** Follow one rim from the upper side of pixel (x, y) until it closes. */
function strokeRim(
  cover: usize,
  coverStride: usize,
  bits: usize,
  tops: usize,
  stride: usize,
  x: u32,
  y: u32,
  brush: usize,
): void {
  const step = load<u32>(brush, 12);
  const between = step == 1;
  const shift = load<u32>(brush);
  const stampStride = <usize>load<u32>(brush, 8);
  const bytes = <usize>(2 * reachOf(brush)) * stampStride;
  const stamps = brush + HEAD;
  const every = <i32>max(step >> 1, 1);
  const startX = x;
  const startY = y;
  // 0 right, 1 down, 2 left, 3 up
  let d: u32 = 0;
  // the last cracks' middles, in half pixels, x << 32 | y; and sums of four of them
  let p1: i64 = 0;
  let p2: i64 = 0;
  let p3: i64 = 0;
  let s1: i64 = 0;
  let s2: i64 = 0;
  let s3: i64 = 0;
  let before: i64 = 0;
  let wait = 0;
  let count: u32 = 0;
  let total: u32 = 0;
  for (;;) {
    const dx = (1 - <i32>d) * (1 - <i32>(d & 1));
    const dy = (2 - <i32>d) * <i32>(d & 1);
    if (d == 0) {
      const top = tops + <usize>y * stride + (x >> 3);
      const one: u32 = 1;
      store<u8>(top, <u8>(load<u8>(top) & ~(one << (x & 7))));
    }
    const p = ((<i64>(2 * <i32>x + dx)) << 32) + <i64>(2 * <i32>y + dy);
    const s = p + p1 + p2 + p3;
    const smooth = s + s1 + s2 + s3;
    p3 = p2;
    p2 = p1;
    p1 = p;
    s3 = s2;
    s2 = s1;
    s1 = s;
    if (++count > 7 && --wait < 0) {
      wait = every - 1;
      stamp(cover, coverStride, smooth, stamps, shift, stampStride, bytes);
      if (between) stamp(cover, coverStride, (before + smooth) >> 1, stamps, shift, stampStride, bytes);
    }
    before = smooth;
    if (count == total) return;

    x += dx;
    y += dy;
    // the four pixels around the corner: upper left, upper right, lower left, lower right
    const at = bits + <usize>y * stride - 1 + ((x + 7) >> 3);
    const by = (x + 7) & 7;
    const around = (((<u32>load<u16>(at - stride)) >> by) & 3) | ((((<u32>load<u16>(at)) >> by) & 3) << 2);
    // of these, the one ahead on the left and the one ahead on the right
    const left = (around >> ((0x2d >> (d << 1)) & 3)) & 1;
    const right = (around >> ((0x4b >> (d << 1)) & 3)) & 1;
    d = (d + select<u32>(3, right ^ 1, left != 0)) & 3;
    // seven more cracks, so that the first ones have been smoothed with what comes before them
    if (total == 0 && d == 0 && x == startX && y == startY) total = count + 7;
  }
}

/** Add the brush at a point in 1/32 pixel, x << 32 | y; y may carry half a unit of x, which is lost. */
// @ts-ignore: decorator
@inline
function stamp(
  cover: usize,
  coverStride: usize,
  at: i64,
  stamps: usize,
  shift: u32,
  stride: usize,
  bytes: usize,
): void {
  const round: u32 = 16 >> shift;
  const x = (<u32>(at >> 32) + round) >> (5 - shift);
  const y = (((<u32>at) & 0x7fffffff) + round) >> (5 - shift);
  const part: u32 = (1 << shift) - 1;
  let from = stamps + <usize>(((y & part) << shift) | (x & part)) * bytes;
  let to = cover + <usize>(y >> shift) * coverStride + (x >> shift);
  if (ASC_FEATURE_SIMD) {
    if (stride == 16) {
      // nearly every line: without a loop along the row
      for (const end = from + bytes; from < end; from += 16, to += coverStride)
        v128.store(to, i8x16.max_u(v128.load(to), v128.load(from)));
      return;
    }
  }
  for (const end = from + bytes; from < end; to += coverStride) {
    if (ASC_FEATURE_SIMD) {
      for (let i: usize = 0; i < stride; i += 16, from += 16)
        v128.store(to + i, i8x16.max_u(v128.load(to + i), v128.load(from)));
    } else {
      for (let i: usize = 0; i < stride; i++, from++) store<u8>(to + i, max(load<u8>(to + i), load<u8>(from)));
    }
  }
}

/**
 * Clear the coverage where bits are set, or where they are not.
 *
 * cover   h rows of w bytes; up to 15 more of each may be cleared
 * bits    the plane's row of the first of these rows; its column x is that of the first byte
 * others  0: where bits are set; -1: where they are not
 */
export function keepSide(
  cover: usize,
  coverStride: usize,
  bits: usize,
  stride: usize,
  x: u32,
  w: u32,
  h: u32,
  others: i32,
): void {
  const by = x & 7;
  bits += x >> 3;
  for (; h > 0; h--, cover += coverStride, bits += stride) {
    for (let i: usize = 0; i < <usize>w; i += 16) {
      const set = (load<u32>(bits + (i >> 3)) >> by) ^ (<u32>others);
      if (ASC_FEATURE_SIMD) {
        v128.store(cover + i, v128.andnot(v128.load(cover + i), bytesOfBits(set & 0xffff)));
      } else {
        for (let k: u32 = 0; k < 16; k++) if ((set >> k) & 1) store<u8>(cover + i + k, 0);
      }
    }
  }
}

/** First byte of the plane that follows a plane of the same size. */
// @ts-ignore: decorator
@inline
export function nextBits(plane: usize, stride: usize, boxH: u32): usize {
  return planeBits(plane + stride * (boxH + 2), stride);
}
