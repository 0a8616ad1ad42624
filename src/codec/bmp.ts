/** BMP: writing, and reading in `bmp-decode.ts`. */
import { Frame } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { PixelArray } from "../model/pixels.ts";

export { decodeBmp } from "./bmp-decode.ts";

const HEADER_BYTES = 54;
/** 96 dots per inch. */
const PIXELS_PER_METRE = 3780;

/** Samples and how to walk over them. */
interface Samples {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** From one channel of a pixel, one pixel of a row, one row to the next. */
  readonly steps: readonly [channel: number, pixel: number, row: number];
}

/**
 * Encode as BMP, with the bytes that Pillow writes: grey as 8-bit palette, RGB as 24 bits, RGBA as 32 bits (most readers,
 * {@link decodeBmp} among them, ignore the alpha of such a file). Grey with alpha becomes RGBA.
 *
 * @param source - a frame, written in its mode, or an array of 8-bit samples with 1 to 4 channels
 * @throws {ImageError} `ARGUMENT` if the array is not of unsigned bytes or its shape does not fit
 * @example const bytes = encodeBmp(frame);
 */
export function encodeBmp(source: Frame | PixelArray): Uint8Array<ArrayBuffer> {
  const { data, width, height, channels, steps } = source instanceof Frame ? ofFrame(source) : ofArray(source);
  const [channel, pixel, row] = steps;
  const bytesPerPixel = channels === 2 ? 4 : channels;
  const stride = Math.ceil((width * bytesPerPixel) / 4) * 4;
  const offset = HEADER_BYTES + (channels === 1 ? 1024 : 0);
  const out = new Uint8Array(offset + stride * height);

  const view = new DataView(out.buffer);
  view.setUint16(0, 0x4d42, true);
  view.setUint32(2, out.length, true);
  view.setUint32(10, offset, true);
  const info = [40, width, height, 1 | (bytesPerPixel << 19), 0, stride * height, PIXELS_PER_METRE, PIXELS_PER_METRE];
  for (const [i, value] of info.entries()) view.setUint32(14 + i * 4, value, true);
  if (channels === 1) {
    view.setUint32(46, 256, true);
    view.setUint32(50, 256, true);
    for (let i = 0; i < 256; i++) out.fill(i, HEADER_BYTES + i * 4, HEADER_BYTES + i * 4 + 4);
  }

  const [red, green, blue] = channels < 3 ? [0, 0, 0] : [0, channel, channel * 2];
  const alpha = channel * (channels - 1);
  for (let y = 0; y < height; y++) {
    let to = offset + (height - 1 - y) * stride;
    for (let x = 0, from = y * row; x < width; x++, from += pixel) {
      if (channels === 1) out[to++] = data[from]!;
      else {
        out[to] = data[from + blue]!;
        out[to + 1] = data[from + green]!;
        out[to + 2] = data[from + red]!;
        if (bytesPerPixel === 4) out[to + 3] = data[from + alpha]!;
        to += bytesPerPixel;
      }
    }
  }
  return out;
}

function ofFrame(frame: Frame): Samples {
  const { width, height, mode } = frame;
  const channels = mode === "L" ? 1 : mode === "RGB" ? 3 : 4;
  return { data: frame.view(), width, height, channels, steps: [1, 4, width * 4] };
}

function ofArray(source: PixelArray): Samples {
  const { data, shape, layout = "HWC", dtype = "uint8" } = source ?? {};
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray) || dtype !== "uint8")
    throw new ImageError("ARGUMENT", `expected 8-bit samples (see toUint8), got ${show(data)} of ${dtype}`);
  if (!Array.isArray(shape)) throw new ImageError("ARGUMENT", `expected a shape, got ${show(shape)}`);
  const [a = 0, b = 0, c = 1] = shape;
  const planar = layout === "CHW" && shape.length === 3;
  const [height, width, channels] = planar ? [b, c, a] : [a, b, c];
  if (shape.length < 2 || shape.length > 3 || ![1, 2, 3, 4].includes(channels))
    throw new ImageError("ARGUMENT", `expected a shape of height, width and 1 to 4 channels, got ${show(shape)}`);
  checkSize(width, height);
  if (data.length !== width * height * channels)
    throw new ImageError(
      "ARGUMENT",
      `expected ${width * height * channels} samples for ${show(shape)}, got ${data.length}`,
    );
  const steps = planar ? ([width * height, 1, width] as const) : ([1, channels, width * channels] as const);
  return { data, width, height, channels, steps };
}
