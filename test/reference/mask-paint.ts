/** Slow twin of `assembly/mask-paint.ts`: dense masks, one pixel at a time. */
import { blendPixel } from "./blend.ts";

/** Blend a colour where a dense mask is set. */
export function paintDense(
  pixels: Uint8Array,
  mask: ArrayLike<number>,
  color: number,
  alpha: number,
  bias: number,
): void {
  for (let i = 0; i < mask.length; i++)
    if (mask[i]) pixels.set(blendPixel(pixels.slice(i * 4, i * 4 + 4), color, alpha, bias), i * 4);
}

/** What `width` erosions take away: odd ones by eight neighbours, even ones by four; outside the picture is background. */
export function outlineOf(mask: Uint8Array, h: number, w: number, width: number): Uint8Array {
  let inner = mask;
  for (let k = 0; k < width; k++) {
    const before = inner;
    const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= w || y >= h ? 0 : before[y * w + x]!);
    inner = new Uint8Array(before.length);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        let keep = 1;
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++) if (k % 2 === 0 || dx === 0 || dy === 0) keep &= at(x + dx, y + dy);
        inner[y * w + x] = keep;
      }
  }
  return mask.map((value, i) => value & ~inner[i]!);
}
