/** The eight EXIF orientations of RGBA pixels. */

/**
 * Tiles in which transposing goes: TILE_COLUMNS of the source are a cache line, TILE_ROWS make 256 bytes of each row of the
 * result, since every row of the result lies on a page of its own.
 */
const TILE_COLUMNS: usize = 16;
const TILE_ROWS: usize = 64;

/**
 * Turn a picture.
 *
 * dst          width * height RGBA pixels, no overlap with src: rows of `width` for 2..4, of `height` for 5..8
 * src          height rows of width RGBA pixels
 * orientation  2 mirrored left-right, 3 turned by 180 degrees, 4 mirrored top-bottom, 5 transposed, 6 turned by 90 degrees
 *              clockwise, 7 transposed across the other diagonal, 8 turned by 90 degrees counter-clockwise
 * Exactly the pixels given are touched.
 */
export function orient(dst: usize, src: usize, width: usize, height: usize, orientation: i32): void {
  if (orientation > 4)
    transposeTiles(dst, src, width, height, orientation == 7 || orientation == 8, orientation == 6 || orientation == 7);
  else {
    const bytes = width << 2;
    for (let y: usize = 0; y < height; ++y) {
      const to = dst + (orientation == 2 ? y : height - 1 - y) * bytes;
      if (orientation == 4) memory.copy(to, src + y * bytes, bytes);
      else mirrorRow(to, src + y * bytes, width);
    }
  }
}

function mirrorRow(dst: usize, src: usize, n: usize): void {
  let to = dst + (n << 2);
  const end = src + (n << 2);
  if (ASC_FEATURE_SIMD) {
    for (const last = src + ((n & ~3) << 2); src < last; src += 16) {
      to -= 16;
      const v = v128.load(src);
      v128.store(to, i32x4.shuffle(v, v, 3, 2, 1, 0));
    }
  }
  for (; src < end; src += 4) {
    to -= 4;
    store<u32>(to, load<u32>(src));
  }
}

/**
 * Column c of the source becomes row c of the result, or, with flipX, row width - 1 - c; row r becomes column r, or, with
 * flipY, column height - 1 - r.
 */
function transposeTiles(dst: usize, src: usize, width: usize, height: usize, flipX: bool, flipY: bool): void {
  for (let top: usize = 0; top < height; top += TILE_ROWS) {
    const bottom = min(top + TILE_ROWS, height);
    for (let left: usize = 0; left < width; left += TILE_COLUMNS) {
      transposeTile(dst, src, width, height, flipX, flipY, left, top, min(left + TILE_COLUMNS, width), bottom);
    }
  }
}

// @ts-ignore: decorator
@inline
function transposeTile(
  dst: usize,
  src: usize,
  width: usize,
  height: usize,
  flipX: bool,
  flipY: bool,
  left: usize,
  top: usize,
  right: usize,
  bottom: usize,
): void {
  const srcStride = width << 2;
  const dstStride = height << 2;
  let c = left;
  if (ASC_FEATURE_SIMD) {
    // loading the four rows backwards mirrors the lanes of the transposed block for nothing
    const step = flipY ? <usize>0 - srcStride : srcStride;
    const dstStep = flipX ? <usize>0 - dstStride : dstStride;
    for (; c + 4 <= right; c += 4) {
      const row = dst + (flipX ? width - 1 - c : c) * dstStride;
      let r = top;
      for (; r + 4 <= bottom; r += 4) {
        const p = src + (flipY ? r + 3 : r) * srcStride + (c << 2);
        const a0 = v128.load(p);
        const a1 = v128.load(p + step);
        const a2 = v128.load(p + step * 2);
        const a3 = v128.load(p + step * 3);
        const b0 = i32x4.shuffle(a0, a1, 0, 4, 1, 5);
        const b1 = i32x4.shuffle(a2, a3, 0, 4, 1, 5);
        const b2 = i32x4.shuffle(a0, a1, 2, 6, 3, 7);
        const b3 = i32x4.shuffle(a2, a3, 2, 6, 3, 7);
        const to = row + ((flipY ? height - 4 - r : r) << 2);
        v128.store(to, i64x2.shuffle(b0, b1, 0, 2));
        v128.store(to + dstStep, i64x2.shuffle(b0, b1, 1, 3));
        v128.store(to + dstStep * 2, i64x2.shuffle(b2, b3, 0, 2));
        v128.store(to + dstStep * 3, i64x2.shuffle(b2, b3, 1, 3));
      }
      if (r < bottom) {
        for (let i: usize = 0; i < 4; ++i) transposeColumn(dst, src, width, height, flipX, flipY, c + i, r, bottom);
      }
    }
  }
  for (; c < right; ++c) transposeColumn(dst, src, width, height, flipX, flipY, c, top, bottom);
}

/** Rows `from` to `end` of one column of the source. */
// @ts-ignore: decorator
@inline
function transposeColumn(
  dst: usize,
  src: usize,
  width: usize,
  height: usize,
  flipX: bool,
  flipY: bool,
  c: usize,
  from: usize,
  end: usize,
): void {
  const row = dst + (flipX ? width - 1 - c : c) * (height << 2);
  for (let r = from; r < end; ++r) {
    store<u32>(row + ((flipY ? height - 1 - r : r) << 2), load<u32>(src + ((r * width + c) << 2)));
  }
}
