/** Pixels -> PNG bytes. Longer than other files by the documentation of its three public calls and their options. */
import { newBytes } from "#platform";
import { zlibSync } from "fflate";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { joinBytes } from "../join-bytes.ts";
import { checkSize } from "../limits.ts";
import { Frame } from "../core/frame.ts";
import { crc32Of } from "../core/checksum.ts";
import { type NewBytes, bigEndian, encodePngRows, filterPngRows, largestByte } from "../core/png-encode.ts";
import type { PngRows } from "../core/png-rows.ts";
import type { PixelArray } from "../model/pixels.ts";

/**
 * How hard to compress: `fast` is limn's own single-pass deflate, `small` is slower and never larger (by fflate), `store` does
 * not compress at all.
 */
export type PngLevel = "fast" | "small" | "store";

/** Options of {@link encodePng}. */
export interface EncodePngOptions {
  /** Default `fast`. */
  readonly level?: PngLevel | undefined;
  /** For a Frame: `RGB` leaves alpha out, `RGBA` writes it. Default: `RGB` if the frame is opaque. */
  readonly colorType?: "RGB" | "RGBA" | undefined;
  /**
   * Memory to write the file into, if it is large enough: the result then is a view of its beginning. Saves fresh memory
   * where many pictures are encoded one after the other, each done with before the next.
   */
  readonly into?: Uint8Array<ArrayBuffer> | undefined;
}

const LEVELS: readonly PngLevel[] = ["fast", "small", "store"];
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** PNG colour type by number of channels. */
const COLOR_TYPES = [-1, 0, 4, 2, 6];

/**
 * Encode pixels as a PNG file.
 *
 * The same pixels give the same bytes everywhere. A frame is read where it is; an array is copied in strip by strip.
 *
 * @param source - a Frame (left alive), or an array `[H, W]` or `[H, W, C]` (`[C, H, W]` with layout CHW) of uint8 or uint16
 *   with 1 to 4 channels: L, LA, RGB, RGBA; uint16 becomes 16 bits a sample
 * @param options - see {@link EncodePngOptions}
 * @returns the file, in memory of its own
 * @throws {ImageError} `ARGUMENT` for a shape, a dtype or an option that cannot be meant, `LIMIT` for a size over the caps
 *
 * @example
 * const png = encodePng({ data: new Uint8Array(64 * 48 * 3).fill(200), shape: [48, 64, 3] });
 */
export function encodePng(source: Frame | PixelArray, options: EncodePngOptions = {}): Uint8Array<ArrayBuffer> {
  const { level = "fast", colorType, into } = checkedOptions(options);
  checkLevel(level);
  if (colorType !== undefined && colorType !== "RGB" && colorType !== "RGBA")
    throw new ImageError("ARGUMENT", `expected colorType RGB or RGBA, got ${show(colorType)}`);
  if (source instanceof Frame) {
    const { width, height } = source;
    const rgb = colorType === undefined ? source.opaque : colorType === "RGB";
    const bpp = rgb ? 3 : 4;
    const rows: PngRows = { height, rowBytes: width * bpp, bpp, frame: { frame: source, rgb } };
    return encode(rows, header(width, height, 8, COLOR_TYPES[bpp]!), [], level, into);
  }
  if (colorType !== undefined)
    throw new ImageError("ARGUMENT", "expected colorType with a Frame only: an array has the channels of its shape");
  const { data, width, height, channels, planar } = readArray(source);
  const wide = data instanceof Uint16Array;
  const bpp = channels * (wide ? 2 : 1);
  const rows: PngRows = {
    height,
    rowBytes: width * bpp,
    bpp,
    read: planar || wide ? readSamples(data, width, height, channels, planar) : readBytes(data, width * bpp),
  };
  return encode(rows, header(width, height, wide ? 16 : 8, COLOR_TYPES[channels]!), [], level, into);
}

/** Options of {@link encodeIndexedPng}. */
export interface EncodeIndexedPngOptions {
  /** Colours of index 0, 1, …: RGB, 3 bytes each. With {@link alpha}, RGBA, 4 bytes each. 1 to 256 colours. */
  readonly palette: Uint8Array | Uint8ClampedArray;
  /** True if the palette is RGBA. Default: false. */
  readonly alpha?: boolean | undefined;
  /** Bits of an index. Default: as few as the palette's size needs. */
  readonly bits?: 1 | 2 | 4 | 8 | undefined;
  /** Default `fast`. */
  readonly level?: PngLevel | undefined;
}

/**
 * Encode indices into a palette as a PNG file.
 *
 * @param indices - `width * height` bytes, row-major, each below the number of colours
 * @param options - see {@link EncodeIndexedPngOptions}
 * @returns the file, in memory of its own
 * @throws {ImageError} `ARGUMENT` for a palette, an index or an option that cannot be meant, `LIMIT` for a size over the caps
 *
 * @example
 * const png = encodeIndexedPng(Uint8Array.of(0, 1, 1, 0), 2, 2, { palette: Uint8Array.of(0, 0, 0, 255, 255, 255) });
 */
export function encodeIndexedPng(
  indices: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  options: EncodeIndexedPngOptions,
): Uint8Array<ArrayBuffer> {
  const data = checkIndices(indices, width, height);
  const { palette, alpha = false, bits, level = "fast" } = checkedOptions(options ?? {});
  checkLevel(level);
  if (!(palette instanceof Uint8Array || palette instanceof Uint8ClampedArray))
    throw new ImageError("ARGUMENT", `expected a palette of bytes, got ${show(palette)}`);
  const channels = alpha ? 4 : 3;
  const colors = palette.length / channels;
  if (!Number.isInteger(colors) || colors < 1 || colors > 256)
    throw new ImageError(
      "ARGUMENT",
      `expected a palette of 1 to 256 colours of ${channels} bytes, got ${show(palette)}`,
    );
  const least = colors <= 2 ? 1 : colors <= 4 ? 2 : colors <= 16 ? 4 : 8;
  if (bits !== undefined && (![1, 2, 4, 8].includes(bits) || bits < least))
    throw new ImageError("ARGUMENT", `expected bits of 1, 2, 4 or 8 that hold ${colors} colours, got ${show(bits)}`);
  const most = largestByte(data);
  if (most >= colors)
    throw new ImageError("ARGUMENT", `expected indices below ${colors}, the number of colours, got ${most}`);

  const rgb = new Uint8Array(colors * 3);
  const alphas = new Uint8Array(colors);
  for (let i = 0; i < colors; i++) {
    rgb.set(palette.subarray(i * channels, i * channels + 3), i * 3);
    alphas[i] = alpha ? palette[i * 4 + 3]! : 255;
  }
  // alphas of 255 at the end go without saying
  let translucent = colors;
  while (translucent > 0 && alphas[translucent - 1] === 255) translucent--;
  const chunks = [chunk("PLTE", rgb)];
  if (translucent > 0) chunks.push(chunk("tRNS", alphas.subarray(0, translucent)));
  return encodeIndices(data, width, height, bits ?? least, 3, chunks, level);
}

/** Encode black and white (`width * height` times 0 or 1, checked by the caller) as a PNG of one bit a pixel. */
export function encodeBitPng(bits: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  return encodeIndices(checkIndices(bits, width, height), width, height, 1, 0, [], "fast");
}

/** Options of {@link encodeClassMap}. */
export interface EncodeClassMapOptions {
  /** Colours of class 0, 1, …: RGB, 3 bytes each, 1 to 256 of them. Without it the picture is grey, and a pixel's grey is its class. */
  readonly palette?: Uint8Array | Uint8ClampedArray | undefined;
  /** Number of classes: an id that is not below it is an error. Default: one more than the largest id. */
  readonly classes?: number | undefined;
}

/**
 * Encode a class map as a PNG file: with a palette of as few bits as its classes need, or as 8-bit grey.
 *
 * @param data - `width * height` class ids, row-major
 * @param options - see {@link EncodeClassMapOptions}
 * @returns the file, in memory of its own
 * @throws {ImageError} `ARGUMENT` for an id without a class or a colour, `LIMIT` for a size over the caps
 *
 * @example
 * const png = encodeClassMap(new Uint8Array(640 * 480), 640, 480);
 */
export function encodeClassMap(
  data: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  options: EncodeClassMapOptions = {},
): Uint8Array<ArrayBuffer> {
  const { palette, classes } = checkedOptions(options);
  const ids = checkIndices(data, width, height);
  if (classes !== undefined && (!Number.isInteger(classes) || classes < 1 || classes > 256))
    throw new ImageError("ARGUMENT", `expected classes to be an integer of 1 to 256, got ${show(classes)}`);
  const most = classes === undefined && palette === undefined ? 0 : largestByte(ids);
  if (classes !== undefined && most >= classes)
    throw new ImageError("ARGUMENT", `expected class ids below ${classes}, got ${most}`);
  if (palette === undefined) return encodeIndices(ids, width, height, 8, 0, [], "fast");
  const needed = Math.max(classes ?? 0, most + 1) * 3;
  return encodeIndexedPng(ids, width, height, {
    palette: palette.length > needed ? palette.subarray(0, needed) : palette,
  });
}

function encodeIndices(
  data: Uint8Array,
  width: number,
  height: number,
  bits: number,
  colorType: number,
  chunks: Uint8Array<ArrayBuffer>[],
  level: PngLevel,
): Uint8Array<ArrayBuffer> {
  const rows: PngRows = {
    height,
    rowBytes: Math.ceil((width * bits) / 8),
    bpp: 1,
    indices: { width, bits },
    read: readBytes(data, width),
  };
  return encode(rows, header(width, height, bits, colorType), chunks, level);
}

function checkIndices(data: Uint8Array | Uint8ClampedArray, width: number, height: number): Uint8Array {
  checkSize(width, height);
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
    throw new ImageError("ARGUMENT", `expected a Uint8Array, got ${show(data)}`);
  if (data.length !== width * height)
    throw new ImageError("ARGUMENT", `expected ${width * height} bytes for ${width} x ${height}, got ${data.length}`);
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

/** Check a level that comes from a caller. */
function checkLevel(level: PngLevel): void {
  if (!LEVELS.includes(level))
    throw new ImageError("ARGUMENT", `expected level ${LEVELS.join(", ")}, got ${show(level)}`);
}

function encode(
  rows: PngRows,
  ihdr: number[],
  chunks: Uint8Array<ArrayBuffer>[],
  level: PngLevel,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const head = joinBytes([Uint8Array.from(SIGNATURE), chunk("IHDR", Uint8Array.from(ihdr)), ...chunks], newBytes);
  const newResult: NewBytes = (size) => (into && size <= into.length ? into.subarray(0, size) : newBytes(size));
  if (level !== "small") return encodePngRows(rows, head, level === "store", newBytes, newResult);
  const direct = encodePngRows(rows, head, false, newBytes);
  const data = zlibSync(filterPngRows(rows), { level: 9 });
  // on grainy pictures the matches of zlib may cost more than they save
  if (head.length + data.length + 24 >= direct.length) return joinBytes([direct], newResult);
  return joinBytes([head, chunk("IDAT", data), chunk("IEND", new Uint8Array(0))], newResult);
}

function header(width: number, height: number, bits: number, colorType: number): number[] {
  return [...bigEndian(width), ...bigEndian(height), bits, colorType, 0, 0, 0];
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  bytes.set(bigEndian(data.length));
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  bytes.set(bigEndian(crc32Of(bytes.subarray(4, 8 + data.length))), 8 + data.length);
  return bytes;
}

interface CheckedArray {
  data: Uint8Array | Uint16Array;
  width: number;
  height: number;
  channels: number;
  planar: boolean;
}

function readArray(source: PixelArray): CheckedArray {
  if (typeof source !== "object" || source === null || !Array.isArray(source.shape))
    throw new ImageError("ARGUMENT", `expected a Frame or { data, shape }, got ${show(source)}`);
  const { data, shape, layout = "HWC", dtype } = source;
  if (layout !== "HWC" && layout !== "CHW")
    throw new ImageError("ARGUMENT", `expected layout HWC or CHW, got ${show(layout)}`);
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  const fits =
    (bytes && (dtype === undefined || dtype === "uint8")) ||
    (data instanceof Uint16Array && (dtype === undefined || dtype === "uint16"));
  if (!fits)
    throw new ImageError(
      "ARGUMENT",
      `expected uint8 or uint16, got ${dtype ?? show(data)}: convert with toUint8 first`,
    );
  if (shape.length !== 2 && shape.length !== 3)
    throw new ImageError("ARGUMENT", `expected a shape of 2 or 3 numbers, got ${show(shape)}`);
  const planar = shape.length === 3 && layout === "CHW";
  const [height, width, channels = 1] = (planar ? [shape[1], shape[2], shape[0]] : shape) as [number, number, number?];
  checkSize(width, height);
  if (![1, 2, 3, 4].includes(channels))
    throw new ImageError("ARGUMENT", `expected 1 to 4 channels, got ${show(channels)}`);
  const count = width * height * channels;
  if (data.length !== count)
    throw new ImageError("ARGUMENT", `expected ${count} values for shape ${show(shape)}, got ${data.length}`);
  return {
    data: data instanceof Uint8ClampedArray ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data,
    width,
    height,
    channels,
    planar: planar && channels > 1,
  };
}

function readBytes(data: Uint8Array | Uint16Array, rowBytes: number): PngRows["read"] & {} {
  return (to, y, count) => to.set(data.subarray(y * rowBytes, (y + count) * rowBytes));
}

/** Rows of 16-bit samples (big-endian) or of separate planes. */
function readSamples(
  data: Uint8Array | Uint16Array,
  width: number,
  height: number,
  channels: number,
  planar: boolean,
): PngRows["read"] & {} {
  const nextChannel = planar ? width * height : 1;
  const nextPixel = planar ? 1 : channels;
  const wide = data instanceof Uint16Array;
  return (to, y, count) => {
    for (let channel = 0; channel < channels; channel++) {
      let from = y * width * nextPixel + channel * nextChannel;
      if (wide)
        for (let at = channel * 2; at < count * width * channels * 2; at += channels * 2, from += nextPixel) {
          const value = data[from]!;
          to[at] = value >> 8;
          to[at + 1] = value;
        }
      else
        for (let at = channel; at < count * width * channels; at += channels, from += nextPixel) to[at] = data[from]!;
    }
  };
}
