/** Slow twin of `assembly/mask-dots.ts`: a dense mask, looked at pixel by pixel; numbers that are whole, divided and floored. */
import { blendPixel } from "./blend.ts";

/** Stamp the dots of a mask's rim; `box` is where the mask lies in the picture, which it may reach out of. */
export function stampDots(
  pixels: Uint8Array,
  mask: ArrayLike<number>,
  width: number,
  height: number,
  { color, alpha, bias }: { color: number; alpha: number; bias: number },
  box = { left: 0, top: 0, width, height },
): void {
  const isSet = (x: number, y: number): boolean => {
    const [u, v] = [x - box.left, y - box.top];
    return u >= 0 && v >= 0 && u < box.width && v < box.height && mask[v * box.width + u] !== 0;
  };
  const dab = (x: number, y: number, coverage: number): void => {
    if (x >= width || y >= height) return;
    const at = (y * width + x) * 4;
    const k = Math.floor((coverage * alpha) / 255);
    if (pixels[at + 3] !== 255) {
      pixels.set(blendPixel(pixels.slice(at, at + 4), color, Math.floor((k + 128) / 257), bias), at);
      return;
    }
    for (let c = 0; c < 3; c++) {
      const own = (color >> (16 - 8 * c)) & 255;
      const wide = Math.floor((pixels[at + c]! * 257 * (65535 - k) + own * 257 * k) / 65535);
      pixels[at + c] = Math.floor(bias === 0 ? wide / 256 : (wide + 128) / 257);
    }
  };
  for (let y = 0; y <= height; y++)
    for (let x = 0; x <= width; x++) {
      if (!isSet(x, y)) continue;
      let around = 0;
      for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) around += isSet(x + dx, y + dy) ? 1 : 0;
      if (around === 9) continue;
      if (x === 0 && y === 0) dab(x, y, 48459);
      else if (x === 0 || y === 0) {
        dab(x - (y === 0 ? 1 : 0), y - (x === 0 ? 1 : 0), 25590);
        dab(x, y, 24229);
      } else {
        dab(x - 1, y - 1, 13491);
        dab(x, y - 1, 12787);
        dab(x - 1, y, 12787);
        dab(x, y, 12114);
      }
    }
}
