/**
 * The chunks of a PNG file: checked, and only those that matter for pixels kept.
 *
 * What is an error and what is passed over follows libpng's defaults: damage in a critical chunk (IHDR, PLTE of a palette
 * picture, IDAT, IEND, any unknown one) is an error; an ancillary chunk is passed over when its checksum, its place or its
 * content is wrong. Gamma, colour profiles and text are not looked at.
 */
import { ImageError } from "../errors.ts";
import type { StreamPart } from "../core/inflate.ts";
import { checkSize } from "../limits.ts";
import { crc32 } from "./crc32.ts";

/** PNG's colour types by their numbers. */
export const GREY = 0;
export const RGB = 2;
export const PALETTE = 3;
export const GREY_ALPHA = 4;
export const RGBA = 6;

export type ColorType = 0 | 2 | 3 | 4 | 6;
export type BitDepth = 1 | 2 | 4 | 8 | 16;

/** What IHDR says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: BitDepth;
  readonly colorType: ColorType;
  readonly interlaced: boolean;
}

/** What a file holds for its pixels. */
export interface PngFile extends PngHeader {
  /** RGB triplets; at most `2 ** bitDepth` of them. Present where `colorType` is {@link PALETTE}. */
  readonly palette: Uint8Array | undefined;
  /** The tRNS chunk where it is valid: alpha of palette entries, or 16-bit big-endian samples of the transparent colour. */
  readonly transparency: Uint8Array | undefined;
  /** The IDAT chunks: a zlib stream in parts, their CRCs not yet checked. */
  readonly stream: readonly StreamPart[];
}

/** Field by field: to spread an object into one with more fields makes V8 a hidden class each time, in old space. */
function pngFile(
  { width, height, bitDepth, colorType, interlaced }: PngHeader,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
  stream: readonly StreamPart[],
): PngFile {
  return { width, height, bitDepth, colorType, interlaced, palette, transparency, stream };
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** CRC-32 of the letters IDAT. */
const IDAT_CRC = 0x35af061e;
const DEPTHS: ReadonlyMap<number, readonly number[]> = new Map([
  [GREY, [1, 2, 4, 8, 16]],
  [RGB, [8, 16]],
  [PALETTE, [1, 2, 4, 8]],
  [GREY_ALPHA, [8, 16]],
  [RGBA, [8, 16]],
]);

/** Samples of a pixel as the file stores them. */
export function channelsOf(colorType: ColorType): number {
  return colorType === RGB ? 3 : colorType === RGBA ? 4 : colorType === GREY_ALPHA ? 2 : 1;
}

/**
 * Read the chunks of a PNG file up to IEND; bytes behind it are ignored.
 *
 * @throws {ImageError} `DECODE` with the byte position where a rule is broken
 * @throws {ImageError} `LIMIT` if the header's size is over a cap
 */
export function readChunks(bytes: Uint8Array): PngFile {
  for (const [i, byte] of SIGNATURE.entries())
    if (bytes[i] !== byte)
      throw broken("expected the PNG signature", i >= bytes.length ? "the end of the bytes" : "other bytes", i);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const stream: StreamPart[] = [];
  let last = "";

  for (let at = 8; ;) {
    if (at + 12 > bytes.length) throw broken("expected a chunk", "the end of the bytes", bytes.length);
    const length = view.getUint32(at);
    const type = chunkType(bytes, at + 4);
    const start = at + 8;
    const end = start + length;
    if (header === undefined && type !== "IHDR") throw broken("expected the chunk IHDR", type, at);
    if (end + 4 > bytes.length)
      throw broken(`expected ${length} bytes of ${type}`, `the end of the bytes after ${bytes.length - start}`, start);
    const body = bytes.subarray(start, end);
    const intact = (): boolean => crc32(bytes.subarray(at + 4, end)) === view.getUint32(end);
    const check = (): void => {
      if (!intact()) throw broken(`expected the chunk ${type} to match its CRC`, "another checksum", at);
    };

    switch (type) {
      case "IHDR":
        if (header !== undefined) throw broken("expected one IHDR", "a second", at);
        if (length !== 13) throw broken("expected 13 bytes of IHDR", String(length), at);
        check();
        header = readHeader(view, start);
        break;
      case "PLTE":
        if (header!.colorType !== PALETTE) break; // a suggestion for displays, if anything
        if (palette !== undefined || stream.length > 0) throw broken("expected one PLTE before IDAT", "another", at);
        check();
        if (length % 3 !== 0 || length === 0 || length > 768)
          throw broken("expected 1 to 256 palette entries", `${length} bytes`, start);
        palette = body.subarray(0, Math.min(length, 3 << header!.bitDepth));
        break;
      case "tRNS":
        if (transparency === undefined && stream.length === 0 && fits(header!, palette, length) && intact())
          transparency = body;
        break;
      case "IDAT":
        if (header!.colorType === PALETTE && palette === undefined)
          throw broken("expected PLTE before IDAT", "none", at);
        if (stream.length > 0 && last !== "IDAT")
          throw broken("expected the IDAT chunks in one row", `${last} between`, at);
        stream.push({ bytes: body, at: start, crcBefore: IDAT_CRC, crc: view.getUint32(end) });
        break;
      case "IEND":
        check();
        if (stream.length === 0) throw broken("expected IDAT before IEND", "none", at);
        return pngFile(header!, palette, transparency, stream);
      default:
        // bit 5 of the first letter: ancillary
        if ((bytes[at + 4]! & 32) === 0) throw broken("expected a known critical chunk", type, at);
    }
    last = type;
    at = end + 4;
  }
}

function readHeader(view: DataView, at: number): PngHeader {
  const width = view.getUint32(at);
  const height = view.getUint32(at + 4);
  const bitDepth = view.getUint8(at + 8);
  const colorType = view.getUint8(at + 9);
  const interlace = view.getUint8(at + 12);
  if (width === 0 || height === 0) throw broken("expected width and height of 1 or more", `${width} x ${height}`, at);
  if (DEPTHS.get(colorType)?.includes(bitDepth) !== true)
    throw broken("expected a colour type and bit depth of PNG", `${colorType} and ${bitDepth}`, at + 8);
  if (view.getUint8(at + 10) !== 0)
    throw broken("expected compression method 0", String(view.getUint8(at + 10)), at + 10);
  if (view.getUint8(at + 11) !== 0) throw broken("expected filter method 0", String(view.getUint8(at + 11)), at + 11);
  if (interlace > 1) throw broken("expected interlace method 0 or 1", String(interlace), at + 12);
  checkSize(width, height);
  return {
    width,
    height,
    bitDepth: bitDepth as BitDepth,
    colorType: colorType as ColorType,
    interlaced: interlace === 1,
  };
}

/** Whether a tRNS chunk of this length may stand here. */
function fits({ colorType }: PngHeader, palette: Uint8Array | undefined, length: number): boolean {
  if (colorType === GREY) return length === 2;
  if (colorType === RGB) return length === 6;
  return colorType === PALETTE && palette !== undefined && length > 0 && length * 3 <= palette.length;
}

/** Four letters. */
function chunkType(bytes: Uint8Array, at: number): string {
  let type = "";
  for (let i = at; i < at + 4; i++) {
    const letter = bytes[i]! & ~32;
    if (letter < 65 || letter > 90) throw broken("expected a chunk type of four letters", `byte ${bytes[i]}`, i);
    type += String.fromCharCode(bytes[i]!);
  }
  return type;
}

/** A `DECODE` error with its place. */
export function broken(expected: string, got: string, at: number): ImageError {
  return new ImageError("DECODE", `${expected}, got ${got} (byte ${at})`);
}
