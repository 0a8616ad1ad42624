/** Slow twin of `assembly/pixels-*.ts`: one value after the other, each operation rounded to the values' own type. */
import { float16Round } from "../support/float16.ts";

export type Round = (value: number) => number;

/** Rounding to a type of numbers; whole numbers compute in float64. */
export function roundOf(element: string): Round {
  return element === "float32" ? Math.fround : element === "float16" ? float16Round : (value) => value;
}

/** trunc, then clip to 0..255; NaN gives 0. */
export function toByte(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(0, Math.min(255, Math.trunc(value))) + 0;
}

export function unit(values: readonly number[], round: Round): number[] {
  return values.map((x) => toByte(round(x * 255)));
}

export function signed(values: readonly number[], round: Round): number[] {
  return values.map((x) => toByte(round(127.5 * round(x + 1))));
}

export function stretch(values: readonly number[], low: number, high: number, round: Round): number[] {
  const bottom = round(low);
  const span = round(round(high) - bottom);
  return values.map((x) => toByte(round(round(round(x - bottom) / span) * 255)));
}

/** W&B's newest mapping of a whole picture. */
export function auto(values: readonly number[], round: Round): number[] {
  const all = (test: (x: number) => boolean): boolean => values.every(test);
  if (all((x) => x >= 0 && x <= 1)) return unit(values, round);
  if (all((x) => x >= -1 && x <= 1)) return signed(values, round);
  return values.map(toByte);
}

/** Luma of ITU-R 601 in 16-bit fixed point. */
export function luma(r: number, g: number, b: number): number {
  return Math.floor((19595 * r + 38470 * g + 7471 * b + 32768) / 65536);
}

/** One pixel of 1 to 4 channels (L, LA, RGB, RGBA) as another number of channels. */
export function convertPixel(pixel: readonly number[], to: number): number[] {
  const alpha = pixel.length % 2 === 0 ? pixel.at(-1)! : 255;
  const color = pixel.length > 2 ? pixel.slice(0, 3) : [pixel[0]!, pixel[0]!, pixel[0]!];
  const grey = pixel.length > 2 ? luma(color[0]!, color[1]!, color[2]!) : pixel[0]!;
  return [...(to > 2 ? color : [grey]), ...(to % 2 === 0 ? [alpha] : [])];
}
