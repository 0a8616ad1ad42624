/** Binding of `assembly/png-read.ts` and `assembly/png-read-expand.ts`: the zlib stream of a PNG to pixels. */
import { ImageError } from "../errors.ts";
import { adoptFrame, type Frame, type Mode } from "./frame.ts";
import { inflateParts, type StreamPart } from "./inflate.ts";
import { core, type Scratch } from "./wasm.ts";

export interface PngDecodeKernels {
  pngUnfilter(dst: number, src: number, rows: number, n: number, bpp: number, prior: number): number;
  pngUnpack(dst: number, src: number, rows: number, n: number, depth: number, factor: number): void;
  pngSwap16(dst: number, src: number, n: number): void;
  pngReduce16(dst: number, src: number, n: number): void;
  pngGreyToRgba(dst: number, src: number, n: number, key: number): void;
  pngGreyAlphaToRgba(dst: number, src: number, n: number): void;
  pngRgbToRgba(dst: number, src: number, n: number, key: number): void;
  pngPaletteToRgba(dst: number, src: number, n: number, table: number): void;
  pngKey16(dst: number, src: number, n: number, channels: number, r: number, g: number, b: number): void;
  pngScatter(dst: number, rowStep: number, pixelStep: number, src: number, rows: number, n: number, size: number): void;
}

/** What the rows of a PNG are. */
export interface PngRows {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  /** Samples of a pixel: 1 to 4. */
  readonly channels: number;
  readonly interlaced: boolean;
}

/** How samples become RGBA. */
export interface PngColors {
  readonly mode: Mode;
  /** 256 RGBA pixels where the samples are palette indices. */
  readonly table?: Uint8Array | undefined;
  /** The sample values of the transparent colour (1 for grey, 3 for RGB), in the file's depth. */
  readonly key?: readonly number[] | undefined;
}

/** One pass: a picture of every `dx`-th pixel of every `dy`-th row, from `x`, `y` on. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

/** Bytes of plain rows that are made in one go: they stay in the nearest caches until they are expanded. */
const STRIP_BYTES = 16384;
const NO_KEY = -1;

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Bytes that the zlib stream of a picture holds: every row of every pass with its filter type in front. */
function filteredBytes(rows: PngRows): number {
  return passes(rows).reduce((sum, { width, height }) => sum + height * (1 + rowBytes(rows, width)), 0);
}

/**
 * Rows to a frame.
 *
 * @param stream - the zlib stream, in parts
 * @throws {ImageError} `DECODE` if the stream is broken, holds more or less than the picture needs, or a row has an unknown filter type
 */
export function rowsToFrame(stream: readonly StreamPart[], rows: PngRows, colors: PngColors): Frame {
  const owner = core();
  return owner.run((scratch) => {
    const { kernels } = scratch;
    const { width, height, bitDepth, channels } = rows;
    const src = inflateParts(scratch, stream, filteredBytes(rows));
    const frame = scratch.alloc(width * height * 4);
    const table = colors.table === undefined ? 0 : scratch.copyIn(colors.table);
    const bytes = bitDepth < 8 || bitDepth === 16 ? scratch.alloc(stripPixels(rows) * channels) : 0;
    const [r = 0, g = 0, b = 0] = colors.key ?? [];
    const scale = colors.table === undefined ? 255 / (2 ** Math.min(bitDepth, 8) - 1) : 1;
    const key =
      colors.key === undefined || bitDepth === 16 ? NO_KEY : channels === 1 ? r * scale : r | (g << 8) | (b << 16);

    forEachStrip(scratch, rows, src, frame, 4, (dst, strip, stripRows, n) => {
      const count = stripRows * n;
      let samples = strip;
      if (bitDepth < 8) kernels.pngUnpack((samples = bytes), strip, stripRows, n, bitDepth, scale);
      else if (bitDepth === 16) kernels.pngReduce16((samples = bytes), strip, count * channels);
      if (table !== 0) kernels.pngPaletteToRgba(dst, samples, count, table);
      else if (channels === 1) kernels.pngGreyToRgba(dst, samples, count, key);
      else if (channels === 2) kernels.pngGreyAlphaToRgba(dst, samples, count);
      else if (channels === 3) kernels.pngRgbToRgba(dst, samples, count, key);
      else owner.u8(dst, count * 4).set(owner.u8(samples, count * 4));
      if (colors.key !== undefined && bitDepth === 16) kernels.pngKey16(dst, strip, count, channels, r, g, b);
    });
    return adoptFrame(owner, scratch.keep(frame), width, height, colors.mode);
  });
}

/**
 * Rows to an array in the file's own channels: one byte per sample up to 8 bits (unpacked, not scaled), a Uint16Array
 * above.
 *
 * @param stream - the zlib stream, in parts
 * @throws {ImageError} `DECODE` if the stream is broken, holds more or less than the picture needs, or a row has an unknown filter type
 */
export function rowsToSamples(stream: readonly StreamPart[], rows: PngRows): Uint8Array | Uint16Array {
  const owner = core();
  return owner.run((scratch) => {
    const { kernels } = scratch;
    const { width, height, bitDepth, channels } = rows;
    const size = channels * (bitDepth === 16 ? 2 : 1);
    const bytes = width * height * size;
    const src = inflateParts(scratch, stream, filteredBytes(rows));
    const out = scratch.alloc(bytes);
    forEachStrip(scratch, rows, src, out, size, (dst, strip, stripRows, n) => {
      const count = stripRows * n * channels;
      if (bitDepth < 8) kernels.pngUnpack(dst, strip, stripRows, n, bitDepth, 1);
      else if (bitDepth === 16) kernels.pngSwap16(dst, strip, count);
      else owner.u8(dst, count).set(owner.u8(strip, count));
    });
    const copy = owner.u8(out, bytes).slice();
    return bitDepth === 16 ? new Uint16Array(copy.buffer) : copy;
  });
}

/** Bytes of one strip of plain rows: at least two rows, because the last row of a strip is the prior row of the next. */
function stripBytes(rows: PngRows): number {
  return Math.max(STRIP_BYTES, 2 * rowBytes(rows, rows.width));
}

/** The most pixels that a strip of any pass holds. */
function stripPixels(rows: PngRows): number {
  return Math.floor((stripBytes(rows) * 8) / (rows.channels * rows.bitDepth));
}

/**
 * Unfilter all rows of all passes, strip by strip, and have each strip expanded to `size` bytes per pixel.
 *
 * @param expand - called with where to write the pixels (packed), the plain rows, their number and their width
 */
function forEachStrip(
  scratch: Scratch,
  rows: PngRows,
  src: number,
  out: number,
  size: number,
  expand: (dst: number, strip: number, rows: number, width: number) => void,
): void {
  const { kernels } = scratch;
  const bpp = Math.max(1, (rows.channels * rows.bitDepth) >> 3);
  const zeros = scratch.allocZeroed(rowBytes(rows, rows.width));
  const strip = scratch.alloc(stripBytes(rows));
  const reduced = rows.interlaced ? scratch.alloc(stripPixels(rows) * size) : 0;
  let row = 0;
  for (const pass of passes(rows)) {
    const n = rowBytes(rows, pass.width);
    const step = Math.floor(stripBytes(rows) / n);
    let prior = zeros;
    for (let y = 0; y < pass.height; y += step) {
      const count = Math.min(step, pass.height - y);
      const done = kernels.pngUnfilter(strip, src, count, n, bpp, prior);
      if (done < count)
        throw new ImageError("DECODE", `expected filter type 0 to 4, got another in row ${row + y + done} of the data`);
      const place = out + ((pass.y + y * pass.dy) * rows.width + pass.x) * size;
      if (reduced === 0) expand(place, strip, count, pass.width);
      else {
        expand(reduced, strip, count, pass.width);
        kernels.pngScatter(place, pass.dy * rows.width * size, pass.dx * size, reduced, count, pass.width, size);
      }
      src += count * (n + 1);
      prior = strip + (count - 1) * n;
    }
    row += pass.height;
  }
}

function passes({ width, height, interlaced }: PngRows): Pass[] {
  if (!interlaced) return [{ x: 0, y: 0, dx: 1, dy: 1, width, height }];
  return ADAM7.map(([x, y, dx, dy]) => ({
    x,
    y,
    dx,
    dy,
    width: Math.ceil((width - x) / dx),
    height: Math.ceil((height - y) / dy),
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

function rowBytes({ bitDepth, channels }: PngRows, width: number): number {
  return Math.ceil((width * channels * bitDepth) / 8);
}
