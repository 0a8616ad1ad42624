/** BMP bytes to pixels. */
import { checkBytes } from "./containers.ts";
import { Frame, type Mode } from "../core/frame.ts";
import { ImageError } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { bitfieldReader } from "./bmp-bitfields.ts";
import { decodeRle } from "./bmp-rle.ts";

const FILE_HEADER = 14;
/** OS/2 1, OS/2 2 short, Windows 3, with masks, with alpha mask, OS/2 2, Windows 4, Windows 5. */
const INFO_HEADERS = [12, 16, 40, 52, 56, 64, 108, 124];
const OS2_V2 = [16, 64];

const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

/** A picture up to this size may be made of run-length data of any length. */
const FREE_PIXELS = 2 ** 22;
/** Two bytes make a run of at most 255 pixels. */
const PIXELS_PER_RUN_BYTE = 127.5;

/** What the headers of a BMP say. */
interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  /** Bits of a pixel: 1, 2, 4, 8, 16, 24 or 32. */
  readonly bits: number;
  readonly compression: number;
  /** Masks of red, green, blue, alpha where compression is bit fields. */
  readonly masks: readonly number[];
  /** Where the pixels begin. */
  readonly offset: number;
  /** RGBA entries, as little-endian u32; empty where `bits` is over 8. */
  readonly palette: Uint32Array;
  /** True when every entry of the palette is grey. */
  readonly grey: boolean;
}

/**
 * Decode a BMP: 1, 2, 4, 8 bits with a palette, 16, 24, 32 bits, bit fields, RLE4 and RLE8, bottom-up and top-down, headers
 * of Windows 3 to 5 and OS/2.
 *
 * A pixel of 32 bits has alpha only where the header has a mask for it; else the fourth byte is ignored, as Pillow ignores
 * it. An index past the end of the palette is black. Pixels that RLE leaves out are entry 0.
 *
 * @returns a frame of mode `RGBA` with an alpha mask, `L` with a grey palette, else `RGB`; the caller owns it
 * @throws {ImageError} `DECODE` with the byte position if the file is broken or ends too early
 * @throws {ImageError} `LIMIT` if the header's size is over a cap; nothing is allocated before
 * @throws {ImageError} `UNSUPPORTED` for embedded JPEG or PNG, Huffman and RLE24
 * @example const frame = decodeBmp(bytes);
 */
export function decodeBmp(bytes: Uint8Array): Frame {
  checkBytes(bytes);
  const header = readHeader(bytes);
  const { width, height, topDown, bits, compression, offset, palette } = header;
  const rgba = new Uint32Array(needPixels(header, bytes));
  const rowOf = (y: number): number => (topDown ? y : height - 1 - y) * width;
  let mode: Mode = header.grey ? "L" : "RGB";

  if (compression === RLE8 || compression === RLE4) {
    const indices = decodeRle(bytes, offset, width, height, compression === RLE4);
    for (let y = 0; y < height; y++)
      for (let x = 0, to = rowOf(y), from = y * width; x < width; x++) rgba[to++] = palette[indices[from++]!]!;
  } else {
    const stride = rowStride(width, bits);
    const [r, g, b, a] = header.masks;
    const bytewise = bits >= 24 && r === 0xff0000 && g === 0xff00 && b === 0xff && (a === 0 || a === 0xff000000);
    const reader = bits > 8 && !bytewise ? bitfieldReader(bits, header.masks) : undefined;
    if (a) mode = "RGBA";
    const opaque = a ? 0 : 0xff000000;
    const step = bits >> 3;
    for (let y = 0; y < height; y++) {
      let at = offset + y * stride;
      let to = rowOf(y);
      const end = to + width;
      if (bytewise) {
        for (; to < end; to++, at += step) {
          const alpha = opaque || bytes[at + 3]! << 24;
          rgba[to] = bytes[at + 2]! | (bytes[at + 1]! << 8) | (bytes[at]! << 16) | alpha;
        }
      } else if (reader !== undefined) {
        for (; to < end; to++, at += step) {
          const low = bytes[at]! | (bytes[at + 1]! << 8);
          rgba[to] = reader(bits === 16 ? low : (low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0);
        }
      } else {
        const mask = 2 ** bits - 1;
        for (let x = 0; x < width; x++) {
          const bit = x * bits;
          rgba[to++] = palette[(bytes[at + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask]!;
        }
      }
    }
  }
  return Frame.fromRgba(new Uint8Array(rgba.buffer), width, height, mode);
}

function readHeader(bytes: Uint8Array): BmpHeader {
  if (bytes.length < FILE_HEADER + 4) throw broken("expected a BMP header", "the end of the bytes", bytes.length);
  if (bytes[0] !== 0x42 || bytes[1] !== 0x4d) throw broken("expected the letters BM", "others", 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offset = view.getUint32(10, true);
  const size = view.getUint32(FILE_HEADER, true);
  if (!INFO_HEADERS.includes(size))
    throw broken(`expected a header of ${INFO_HEADERS.join(", ")} bytes`, String(size), FILE_HEADER);
  const headerEnd = FILE_HEADER + size;
  if (headerEnd > bytes.length) throw broken(`expected ${size} bytes of header`, "the end of the bytes", bytes.length);

  const old = size === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = old ? view.getInt16(20, true) : view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = size < 40 ? 0 : view.getUint32(30, true);
  const colorsUsed = size < 40 ? 0 : view.getUint32(46, true);
  if (width < 1 || height < 1) throw broken("expected width and height of 1 or more", `${width} x ${height}`, 18);
  checkSize(width, height);

  if (![1, 2, 4, 8, 16, 24, 32].includes(bits))
    throw broken("expected 1, 2, 4, 8, 16, 24 or 32 bits", String(bits), 28);
  const fields = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  if (compression > ALPHA_BITFIELDS) throw broken("expected a compression of 0 to 6", String(compression), 30);
  if (compression === 4 || compression === 5 || (fields && OS2_V2.includes(size)))
    throw new ImageError(
      "UNSUPPORTED",
      `expected plain, bit field or run-length BMP data, got compression ${compression}`,
    );
  if (
    (compression === RLE8 && bits !== 8) ||
    (compression === RLE4 && bits !== 4) ||
    (fields && bits !== 16 && bits !== 32)
  )
    throw broken(`expected compression ${compression} with its number of bits`, `${bits} bits`, 28);

  // the masks stand in the header, or behind a header of 40 bytes
  const masksEnd = fields && size === 40 ? headerEnd + (compression === ALPHA_BITFIELDS ? 16 : 12) : headerEnd;
  if (masksEnd > bytes.length) throw broken("expected bit masks", "the end of the bytes", bytes.length);
  const maskAt = (i: number, end: number): number => (54 + i * 4 + 4 <= end ? view.getUint32(54 + i * 4, true) : 0);
  const masks = fields
    ? [0, 1, 2, 3].map((i) => maskAt(i, masksEnd))
    : bits === 16
      ? [0x7c00, 0x03e0, 0x001f, 0]
      : [0xff0000, 0xff00, 0xff, 0];

  const entrySize = old ? 3 : 4;
  const wanted = bits > 8 ? 0 : Math.min(colorsUsed || 2 ** bits, 2 ** bits);
  if (masksEnd + wanted * entrySize > bytes.length)
    throw broken(`expected ${wanted} palette entries`, "the end of the bytes", bytes.length);
  if (offset < masksEnd || offset > bytes.length)
    throw broken("expected pixels behind the header and inside the file", `position ${offset}`, 10);
  const palette = new Uint32Array(bits > 8 ? 0 : 256).fill(0xff000000);
  let grey = bits <= 8;
  for (let i = 0; i < wanted; i++) {
    const [b = 0, g = 0, r = 0] = bytes.subarray(masksEnd + i * entrySize, masksEnd + i * entrySize + 3);
    palette[i] = r | (g << 8) | (b << 16) | 0xff000000;
    grey &&= r === g && g === b;
  }
  return { width, height, topDown: signedHeight < 0, bits, compression, masks, offset, palette, grey };
}

/** Bytes from one row to the next: a multiple of 4. */
function rowStride(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/**
 * Pixels of the picture, when the file can hold them; the last row may come without its padding. Run-length data may leave
 * out what it likes, but a large picture from next to nothing is taken for an attack.
 */
function needPixels({ width, height, bits, compression, offset }: BmpHeader, bytes: Uint8Array): number {
  const pixels = width * height;
  const have = bytes.length - offset;
  const runs = compression === RLE8 || compression === RLE4;
  const need = runs
    ? pixels > FREE_PIXELS
      ? Math.ceil(pixels / PIXELS_PER_RUN_BYTE)
      : 0
    : rowStride(width, bits) * (height - 1) + Math.ceil((width * bits) / 8);
  if (have < need) throw broken(`expected ${need} bytes of pixels`, `the end of the bytes after ${have}`, offset);
  return pixels;
}

function broken(expected: string, got: string, at: number): ImageError {
  return new ImageError("DECODE", `${expected}, got ${got} (byte ${at})`);
}
