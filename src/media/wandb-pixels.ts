/** Arrays to pictures as three releases of W&B do it, their misreadings included; limn's own way is in `image-content.ts`. */
import { convertChannels } from "../core/pixels.ts";
import type { Mode } from "../core/frame.ts";
import { rangeOf } from "../core/pixel-range.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { type Generation, guessMode } from "../model/guess-mode.ts";
import { checkElements, type PixelArray, type PixelData } from "../model/pixels.ts";
import { toUint8, type ToUint8Options, type Uint8Rule } from "../model/to-uint8.ts";
import { unwritable } from "./ready-picture.ts";
import { gridOfTensor } from "./tensor-grid.ts";

/** How an array is taken in. */
export interface WandbPixelOptions {
  readonly mode?: string | undefined;
  readonly fileType?: string | undefined;
  readonly normalize?: boolean | ToUint8Options | undefined;
}

/** What was odd about a picture: values below 0 or above 255, or alpha that a JPEG cannot hold. */
export type ImageWarning = "range" | "alpha";

/** A picture: bytes `[height, width]` times the channels of its mode; `P` are grey values as indices. */
export interface WandbPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly mode: Mode | "P";
  readonly rule: Uint8Rule | undefined;
  readonly warnings: readonly ImageWarning[];
}

const CHANNELS: Readonly<Record<string, number>> = { L: 1, P: 1, LA: 2, RGB: 3, RGBA: 4 };
const MODE_OF = ["", "L", "LA", "RGB", "RGBA"] as const;
/** Modes of Pillow that limn has no pixels for. */
const FOREIGN = new Set("1 I F I;16 CMYK YCbCr LAB HSV PA RGBX RGBa La".split(" "));
const HELD: Readonly<Record<string, readonly string[]>> = {
  png: ["L", "LA", "RGB", "RGBA", "P"],
  jpg: ["L", "RGB"],
  jpeg: ["L", "RGB"],
  bmp: ["L", "RGB", "RGBA", "P"],
};

/**
 * Read an array (axes height, width, channels) or a tensor (layout CHW: channels first) as a release does.
 *
 * @throws {ImageError} `ARGUMENT` for shapes and modes that the release refuses, `UNSUPPORTED` for a mode that the file type
 *   cannot hold or that limn has not
 */
export function wandbPixels(
  array: PixelArray,
  generation: Exclude<Generation, "limn">,
  options: WandbPixelOptions,
): WandbPixels {
  const { mode, fileType = "png" } = options;
  if (mode !== undefined && CHANNELS[mode] === undefined) {
    if (!FOREIGN.has(mode)) throw new ImageError("ARGUMENT", `expected a mode, got ${show(mode)}`, { path: "mode" });
    throw unwritable(mode, fileType);
  }
  const tensor = array.layout === "CHW";
  const picture =
    generation === "head"
      ? headPixels(array, tensor, options)
      : tensor
        ? { ...gridOfTensor(array, generation), rule: undefined, warnings: [] }
        : olderPixels(array, generation, options);
  checkSize(picture.width, picture.height);
  if (!HELD[fileType]!.includes(picture.mode)) throw unwritable(picture.mode, fileType);
  return picture;
}

function headPixels(array: PixelArray, tensor: boolean, options: WandbPixelOptions): WandbPixels {
  const { mode, fileType, normalize = true } = options;
  if (tensor && array.shape.length !== 3)
    throw new ImageError("ARGUMENT", `expected a tensor of [channels, height, width], got ${show(array.shape)}`);
  const elements = checkElements(array);
  const own = tensor ? [array.shape[1]!, array.shape[2]!, array.shape[0]!] : [...array.shape];
  const shape = squeezed(own);
  const guessed = guessMode(tensor ? own : shape, { generation: "head", fileType });
  const policy: ToUint8Options =
    typeof normalize === "boolean" ? { policy: normalize ? "auto" : "none" } : (normalize ?? {});
  const flat = toUint8(
    { data: array.data, shape: [array.data.length], dtype: array.dtype } as PixelArray & { data: PixelData },
    policy,
  );
  const data = tensor ? interleaved(flat.data, array.shape) : flat.data;
  // one axis alone is a column
  const [height, width = 1, channels = 1] = shape as [number, number?, number?];
  const from = shape.length > 3 ? "" : MODE_OF[channels];
  if (from === undefined || from === "")
    throw new ImageError("ARGUMENT", `expected a shape of one picture, got ${show(array.shape)}`);
  const { low, high } = rangeOf(elements, false);
  const warnings: ImageWarning[] = [];
  const alpha = (tensor ? own : shape).at(-1) === 4 && guessed === "RGB" && mode === undefined;
  if (alpha) warnings.push("alpha");
  if (normalize !== false && (low < 0 || high > 255)) warnings.push("range");
  const target = mode ?? guessed;
  if (target === "P" && from !== "L")
    throw new ImageError("UNSUPPORTED", `expected grey pixels for mode P, got ${from}`);
  const [a, b] = [CHANNELS[from]!, CHANNELS[target]!];
  return {
    data: a === b ? data : convertChannels(data, a, b),
    width,
    height,
    mode: target as Mode,
    rule: flat.rule,
    warnings,
  };
}

/** The bytes read anew in the mode, whatever the shape says: too few are an error, too many are dropped. */
function olderPixels(array: PixelArray, generation: "mid" | "old", { mode }: WandbPixelOptions): WandbPixels {
  checkElements(array);
  const shape = squeezed([...array.shape]);
  const target = mode ?? guessMode(shape, { generation });
  const most = target === "L" || target === "P" ? 2 : target === "RGB" ? 3 : 4;
  if (shape.length === 0 || shape.length > most)
    throw new ImageError("ARGUMENT", `expected at most ${most} axes for mode ${target}, got ${show(array.shape)}`);
  const { data, rule } = toUint8(array, { policy: "wandb-mid" });
  const [height, width = 1] = shape as [number, number?];
  const bytes = width * height * CHANNELS[target]!;
  if (data.length < bytes)
    throw new ImageError("ARGUMENT", `expected ${bytes} bytes for mode ${target}, got ${data.length}`);
  return { data: data.subarray(0, bytes), width, height, mode: target as Mode, rule, warnings: [] };
}

/** Without any axis of length 1, where there are more than two. */
function squeezed(shape: number[]): number[] {
  return shape.length > 2 ? shape.filter((axis) => axis !== 1) : shape;
}

/** Planes to pixels. */
function interleaved(data: Uint8Array, shape: readonly number[]): Uint8Array {
  const [channels, height, width] = shape as [number, number, number];
  const size = width * height;
  const out = new Uint8Array(data.length);
  for (let channel = 0, from = 0; channel < channels; channel++)
    for (let to = channel, i = 0; i < size; i++, to += channels) out[to] = data[from++]!;
  return out;
}
