/** Slow twin of `assembly/label-map.ts`: one pixel at a time. */
import { blendPixel } from "./blend.ts";

export function paintLabels(pixels: Uint8Array, labels: ArrayLike<number>, table: Uint8Array, bias: number): void {
  for (let i = 0; i < labels.length; i++) {
    const [r, g, b, alpha] = table.subarray(labels[i]! * 4, labels[i]! * 4 + 4);
    pixels.set(blendPixel(pixels.slice(i * 4, i * 4 + 4), (r! << 16) | (g! << 8) | b!, alpha!, bias), i * 4);
  }
}
