/** One picture over another, pixel by pixel. */
import { blendPixel } from "./blend.ts";

/** Blend rows of RGBA over rows of RGBA, changed in place. */
export function blendRgba(
  dst: Uint8Array,
  dstStride: number,
  src: Uint8Array,
  srcStride: number,
  [width, height]: readonly [number, number],
  alpha: number,
  bias: number,
): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const to = y * dstStride + x * 4;
      const [r, g, b, a] = src.subarray(y * srcStride + x * 4) as unknown as [number, number, number, number];
      const weight = Math.floor((a * alpha + 127) / 255);
      dst.set(blendPixel(dst.subarray(to, to + 4), (r << 16) | (g << 8) | b, weight, bias), to);
    }
}
