/** Slow twin of `assembly/orient.ts`: where each pixel of the result comes from, by the EXIF definition. */
export function orient(src: Uint32Array, width: number, height: number, orientation: number): Uint32Array {
  const [w, h] = orientation > 4 ? [height, width] : [width, height];
  const dst = new Uint32Array(width * height);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const [column, row] = {
        1: [x, y],
        2: [width - 1 - x, y],
        3: [width - 1 - x, height - 1 - y],
        4: [x, height - 1 - y],
        5: [y, x],
        6: [y, height - 1 - x],
        7: [width - 1 - y, height - 1 - x],
        8: [width - 1 - y, x],
      }[orientation] as [number, number];
      dst[y * w + x] = src[row * width + column]!;
    }
  return dst;
}
