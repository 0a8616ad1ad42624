/** Slow twins of `assembly/mask-paint.ts` and its neighbours: dense masks, one pixel at a time. */
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

/** Blend a colour through coverage 0..255. */
export function paintThrough(
  pixels: Uint8Array,
  cover: ArrayLike<number>,
  color: number,
  alpha: number,
  bias: number,
): void {
  for (let i = 0; i < cover.length; i++)
    if (cover[i]! > 0) {
      const a = Math.floor((alpha * cover[i]! + 127) / 255);
      pixels.set(blendPixel(pixels.slice(i * 4, i * 4 + 4), color, a, bias), i * 4);
    }
}

/** Slow twin of `averageMasks`: colours of the masks over each pixel, added up and divided. */
export function paintAverage(
  pixels: Uint8Array,
  masks: readonly ArrayLike<number>[],
  colors: readonly (number | undefined)[],
  alpha: number,
  bias: number,
): void {
  for (let i = 0; i * 4 < pixels.length; i++) {
    const own = colors.filter((color, k): color is number => color !== undefined && masks[k]![i] !== 0);
    if (own.length === 0) continue;
    const mean = [16, 8, 0].map((shift) =>
      Math.round(own.reduce((sum, color) => sum + ((color >> shift) & 255), 0) / own.length),
    );
    const color = (mean[0]! << 16) | (mean[1]! << 8) | mean[2]!;
    pixels.set(blendPixel(pixels.slice(i * 4, i * 4 + 4), color, alpha, bias), i * 4);
  }
}

/** Slow twin of `paintOutside`. */
export function paintOutside(
  pixels: Uint8Array,
  masks: readonly ArrayLike<number>[],
  color: number | "gray",
  alpha: number,
  bias: number,
): void {
  for (let i = 0; i * 4 < pixels.length; i++) {
    if (masks.some((mask) => mask[i])) continue;
    const pixel = pixels.slice(i * 4, i * 4 + 4);
    if (color !== "gray") pixels.set(blendPixel(pixel, color, alpha, bias), i * 4);
    else {
      const grey = Math.floor((77 * pixel[0]! + 150 * pixel[1]! + 29 * pixel[2]! + 128) / 256);
      for (let c = 0; c < 3; c++)
        pixels[i * 4 + c] = Math.floor((pixel[c]! * (255 - alpha) + grey * alpha + bias) / 255);
    }
  }
}

/** Slow twin of `hideMask`: `box` is the mask's x, y, width, height. */
export function hide(
  pixels: Uint8Array,
  mask: ArrayLike<number>,
  w: number,
  box: ArrayLike<number>,
  block: number,
  mode: "fill" | "pixelate" | "blur",
  color: number,
): void {
  const [left, top, width, height] = Array.from(box) as [number, number, number, number];
  const across = Math.ceil(width / block);
  const down = Math.ceil(height / block);
  const before = pixels.slice();
  const meanOf = (x0: number, y0: number, x1: number, y1: number): { count: number; mean: number[] } => {
    let count = 0;
    const sums = [0, 0, 0];
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++) {
        if (!mask[y * w + x]) continue;
        count++;
        for (let c = 0; c < 3; c++) sums[c]! += before[(y * w + x) * 4 + c]!;
      }
    return { count, mean: sums.map((sum) => Math.floor(sum / count)) };
  };
  const coarse = (mean: number[]): number[] => mean.map((value) => value - (value % 8) + 4);
  const whole = coarse(meanOf(left, top, left + width, top + height).mean);
  const cells = Array.from({ length: across * down }, (_, k) => {
    const x0 = left + (k % across) * block;
    const y0 = top + Math.floor(k / across) * block;
    const { count, mean } = meanOf(x0, y0, Math.min(x0 + block, left + width), Math.min(y0 + block, top + height));
    return count < (block * block) / 4 ? whole : coarse(mean);
  });
  const cell = (column: number, row: number): number[] =>
    cells[Math.max(0, Math.min(down - 1, row)) * across + Math.max(0, Math.min(across - 1, column))]!;
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) {
      if (!mask[y * w + x]) continue;
      const at = (y * w + x) * 4;
      if (mode === "fill") pixels.set([color >> 16, (color >> 8) & 255, color & 255], at);
      else if (mode === "pixelate") pixels.set(cell(Math.floor((x - left) / block), Math.floor((y - top) / block)), at);
      else {
        // weights in 1 / (2 block)
        const u = 2 * (x - left) + 1 - block;
        const v = 2 * (y - top) + 1 - block;
        const column = Math.floor(u / (2 * block));
        const row = Math.floor(v / (2 * block));
        const right = u - column * 2 * block;
        const below = v - row * 2 * block;
        for (let c = 0; c < 3; c++) {
          const mix = (r: number): number =>
            cell(column, r)[c]! * (2 * block - right) + cell(column + 1, r)[c]! * right;
          pixels[at + c] = Math.floor((mix(row) * (2 * block - below) + mix(row + 1) * below) / (4 * block * block));
        }
      }
    }
}
