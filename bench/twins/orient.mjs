/** A turn by 90 degrees clockwise in plain JavaScript: 32-bit pixels, in squares that stay in the cache. */
export function rotate(src, width, height) {
  const dst = new Uint32Array(src.length);
  for (let top = 0; top < height; top += 16)
    for (let left = 0; left < width; left += 16) {
      const bottom = Math.min(top + 16, height);
      const right = Math.min(left + 16, width);
      for (let c = left; c < right; c++)
        for (let r = top, to = c * height + height - 1 - top; r < bottom; r++, to--) dst[to] = src[r * width + c];
    }
  return dst;
}

/** Mirrored left-right. */
export function mirror(src, width, height) {
  const dst = new Uint32Array(src.length);
  for (let y = 0; y < height; y++)
    for (let from = y * width, end = from + width, to = end - 1; from < end; from++, to--) dst[to] = src[from];
  return dst;
}
