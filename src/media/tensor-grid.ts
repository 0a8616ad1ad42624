/** Tensors as W&B took them until 2025: one picture or a grid of several, stretched from least to greatest value. */
import { type Mode } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { checkElements, type PixelArray } from "../model/pixels.ts";

const PADDING = 2;
const COLUMNS = 8;
const MODES: readonly (Mode | undefined)[] = [undefined, "L", "LA", "RGB", "RGBA"];

/**
 * A tensor `[height, width]`, `[channels, height, width]` or `[count, channels, height, width]` as one picture: one channel
 * becomes three, several pictures stand in rows of eight with black lines of two pixels around them.
 *
 * @throws {ImageError} `ARGUMENT` for other shapes, for more than four channels and for whole numbers (bytes are taken by `mid`)
 */
export function gridOfTensor(
  array: PixelArray,
  generation: "mid" | "old",
): { readonly data: Uint8Array; readonly width: number; readonly height: number; readonly mode: Mode } {
  const { element, bool } = checkElements(array);
  const { shape } = array;
  if (shape.length < 2 || shape.length > 4)
    throw new ImageError("ARGUMENT", `expected a tensor of 2 to 4 axes, got ${show(shape)}`);
  const bytes = element === "uint8" && !bool;
  if (!(element === "float32" || element === "float64" || (bytes && generation === "mid")))
    throw new ImageError("ARGUMENT", `expected a tensor of floating-point numbers, got ${bool ? "bool" : element}`);
  const [count, own, height, width] = [...Array<number>(4 - shape.length).fill(1), ...shape] as [
    number,
    number,
    number,
    number,
  ];
  const channels = own === 1 ? 3 : own;
  const mode = MODES[channels];
  if (mode === undefined) throw new ImageError("ARGUMENT", `expected at most 4 channels, got ${show(shape)}`);
  const unit = unitValues(array, element);
  const levels = Uint8Array.from(unit, (value) => Math.trunc(value));

  const columns = Math.min(COLUMNS, count);
  const pad = count === 1 ? 0 : PADDING;
  const [stepX, stepY] = [width + pad, height + pad];
  const size = { width: columns * stepX + pad, height: Math.ceil(count / columns) * stepY + pad };
  checkSize(size.width, size.height);
  const data = new Uint8Array(size.width * size.height * channels);
  for (let k = 0; k < count; k++)
    for (let channel = 0; channel < channels; channel++) {
      const plane = (k * own + Math.min(channel, own - 1)) * width * height;
      const [x0, y0] = [(k % columns) * stepX + pad, Math.floor(k / columns) * stepY + pad];
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          data[((y0 + y) * size.width + x0 + x) * channels + channel] = levels[plane + y * width + x]!;
    }
  return { data, ...size, mode };
}

/** Least value 0, greatest 255, each step rounded to the numbers' own type. */
function unitValues(array: PixelArray, element: string): number[] {
  const round = element === "float64" ? (value: number) => value : Math.fround;
  const values = Array.from(array.data as Float64Array, Number);
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const spread = Math.max(round(high - low), round(1e-5));
  return values.map((value) => {
    const level = round(round(round(value - low) / spread) * 255);
    return Number.isNaN(level) ? 0 : Math.min(Math.max(level, 0), 255);
  });
}
