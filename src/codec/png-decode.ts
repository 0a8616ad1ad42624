/** PNG bytes to pixels. */
import { checkBytes } from "./containers.ts";
import type { Frame, Mode } from "../core/frame.ts";
import { rowsToFrame, rowsToSamples } from "../core/png-decode.ts";
import type { PixelArray } from "../model/pixels.ts";
import { type BitDepth, channelsOf, type ColorType, GREY, GREY_ALPHA, PALETTE, readChunks, RGB } from "./png-chunks.ts";

/** A PNG in its own channels and depth. */
export interface NativePixels extends PixelArray {
  /**
   * Samples in rows from the top: one byte each up to 8 bits (1, 2 and 4 bits unpacked, not scaled), 16 bits as numbers
   * of a Uint16Array. Palette pictures: indices, which may be past the end of `palette`.
   */
  readonly data: Uint8Array | Uint16Array;
  /** `[height, width]` for `L` and `P`, else `[height, width, channels]`. */
  readonly shape: readonly number[];
  /** `P`: palette indices. Transparency beside the samples (see `transparency`) does not count. */
  readonly mode: Mode | "P";
  /** Bits of a sample in the file: 1, 2, 4, 8 or 16. */
  readonly bitDepth: BitDepth;
  /** RGB triplets of a palette picture. */
  readonly palette?: Uint8Array | undefined;
  /**
   * Palette pictures: alpha 0..255 of the first entries, the rest being opaque. `L`, `RGB`: the sample values of the one
   * transparent colour, `[grey]` or `[r, g, b]`, in the file's depth.
   */
  readonly transparency?: Uint8Array | readonly number[] | undefined;
}

/**
 * Decode a PNG of any colour type, bit depth and interlace.
 *
 * Gamma and colour profiles are ignored. 16-bit samples become `(v * 255 + 32895) >> 16`; grey of 1, 2, 4 bits is scaled to
 * 0..255; palette and transparent colour (tRNS) are applied; an index past the end of the palette is opaque black. The
 * frame's mode is `L`, `LA`, `RGB` or `RGBA` as the file has grey or colour, alpha (or tRNS) or none.
 *
 * @param bytes - the file; bytes behind its end are ignored
 * @param options.as - `rgba8` (default) for a {@link Frame} that the caller owns, `native` for an array in the file's own
 *   channels and depth
 * @throws {ImageError} `DECODE` with the byte position if the file is broken or ends too early
 * @throws {ImageError} `LIMIT` if the header's size is over a cap; nothing is allocated before
 * @example
 * const frame = decodePng(bytes);
 * const { data, shape, mode, palette } = decodePng(bytes, { as: "native" });
 */
export function decodePng(bytes: Uint8Array, options?: { readonly as?: "rgba8" | undefined }): Frame;
export function decodePng(bytes: Uint8Array, options: { readonly as: "native" }): NativePixels;
export function decodePng(
  bytes: Uint8Array,
  options: { readonly as?: "rgba8" | "native" | undefined } = {},
): Frame | NativePixels {
  checkBytes(bytes);
  const file = readChunks(bytes);
  const { width, height, bitDepth, colorType, palette, transparency } = file;
  const rows = { width, height, bitDepth, channels: channelsOf(colorType), interlaced: file.interlaced };
  const key = colorType === PALETTE || transparency === undefined ? undefined : keyOf(transparency, bitDepth);

  if (options?.as === "native") {
    const { channels } = rows;
    return {
      data: rowsToSamples(file.stream, rows),
      shape: channels === 1 ? [height, width] : [height, width, channels],
      mode: colorType === PALETTE ? "P" : modeOf(colorType, false),
      bitDepth,
      ...(palette && { palette: palette.slice() }),
      ...(transparency && { transparency: key ?? transparency.slice() }),
    };
  }
  const table = palette && paletteTable(palette, transparency);
  return rowsToFrame(file.stream, rows, { mode: modeOf(colorType, transparency !== undefined), table, key });
}

function modeOf(colorType: ColorType, transparent: boolean): Mode {
  if (colorType === GREY || colorType === GREY_ALPHA) return transparent || colorType === GREY_ALPHA ? "LA" : "L";
  return transparent || (colorType !== RGB && colorType !== PALETTE) ? "RGBA" : "RGB";
}

/** Sample values of the transparent colour; of its 16 bits only those of the depth count. */
function keyOf(transparency: Uint8Array, bitDepth: BitDepth): number[] {
  const key: number[] = [];
  for (let i = 0; i < transparency.length; i += 2)
    key.push(((transparency[i]! << 8) | transparency[i + 1]!) & (2 ** bitDepth - 1));
  return key;
}

/** 256 RGBA entries; those that the file has not are opaque black. */
function paletteTable(palette: Uint8Array, transparency: Uint8Array | undefined): Uint8Array {
  const table = new Uint8Array(1024);
  for (let i = 0; i < 256; i++) {
    table.set(palette.subarray(i * 3, i * 3 + 3), i * 4);
    table[i * 4 + 3] = transparency?.[i] ?? 255;
  }
  return table;
}
