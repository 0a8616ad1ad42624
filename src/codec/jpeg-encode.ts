/** Baseline JPEG encoding: headers and tables; the pixel work is in the core. */
import { encodeJpegScan, JPEG_TABLE_ENTRIES, type JpegRows, type JpegScan } from "../core/jpeg-encode.ts";
import { Frame } from "../core/frame.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { joinBytes } from "../join-bytes.ts";
import { checkSize } from "../limits.ts";
import type { PixelArray } from "../model/pixels.ts";
import { bestTable, codesOf, type HuffmanTable, type HuffmanTables, usualTables } from "./jpeg-huffman.ts";

/** How to encode a JPEG. */
export interface JpegOptions {
  /** 1..100 as libjpeg scales it. Default 85. */
  readonly quality?: number | undefined;
  /** How chroma is sampled; of no meaning for grey pictures. Default `4:2:0`. */
  readonly subsampling?: "4:2:0" | "4:2:2" | "4:4:4" | undefined;
  /** Compute the best Huffman tables in a pass of its own: 2..17 % smaller, about twice the time. Default false. */
  readonly optimize?: boolean | undefined;
  /** Write luma alone. Default: true for arrays of one or two channels, false for everything else. */
  readonly grayscale?: boolean | undefined;
}

const SAMPLINGS = {
  "4:4:4": [1, 1],
  "4:2:2": [2, 1],
  "4:2:0": [2, 2],
} as const;

/** Zigzag position to natural position. */
// prettier-ignore
const ZIGZAG: readonly number[] = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
  28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61,
  54, 47, 55, 62, 63,
];

/** Quantisers of quality 50 in zigzag order: T.81 K.1 and K.2, the second being 99 from where it ends here. */
// prettier-ignore
const LUMA: readonly number[] = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51,
  61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77,
  113, 121, 112, 100, 120, 92, 101, 103, 99,
];
const CHROMA: readonly number[] = [17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66];

/**
 * Encode pixels as a baseline JPEG (JFIF 1.01, no density, 8 bits), byte for byte as libjpeg does at the same settings.
 *
 * Alpha is dropped, not blended: every pixel counts with its straight RGB values, as if it were opaque.
 *
 * @param source - a Frame (read in place), or a `uint8` array of 1 (L), 2 (LA), 3 (RGB) or 4 (RGBA) channels
 * @returns the file's bytes; the caller owns them
 * @throws {ImageError} `ARGUMENT` for options out of range, or pixels of another type or shape
 * @throws {ImageError} `LIMIT` if the picture is larger than `limits` allow, or a side over 65500
 * @example
 * const bytes = encodeJpeg(frame, { quality: 90, subsampling: "4:4:4" });
 */
export function encodeJpeg(source: Frame | PixelArray, options: JpegOptions = {}): Uint8Array<ArrayBuffer> {
  const { quality = 85, subsampling = "4:2:0", optimize = false } = checkedOptions(options);
  if (!Number.isInteger(quality) || quality < 1 || quality > 100)
    throw new ImageError("ARGUMENT", `expected quality to be an integer of 1..100, got ${show(quality)}`);
  if (!Object.hasOwn(SAMPLINGS, subsampling))
    throw new ImageError("ARGUMENT", `expected subsampling "4:2:0", "4:2:2" or "4:4:4", got ${show(subsampling)}`);
  for (const [name, value] of [
    ["optimize", optimize],
    ["grayscale", options.grayscale ?? false],
  ] as const)
    if (typeof value !== "boolean")
      throw new ImageError("ARGUMENT", `expected ${name} to be true or false, got ${show(value)}`);
  const pixels = source instanceof Frame ? source : rowsOf(source);
  const { width, height } = pixels;
  checkSize(width, height);
  if (width > 65500 || height > 65500)
    throw new ImageError("LIMIT", `expected sides of at most 65500 for a JPEG, got ${width} x ${height}`);
  const gray = options.grayscale ?? false;
  const isGray = gray || (!(pixels instanceof Frame) && pixels.channels < 3);
  if (options.grayscale === false && !(pixels instanceof Frame) && pixels.channels < 3)
    throw new ImageError("ARGUMENT", "expected grayscale not to be false for an array of one or two channels");

  const sampling = isGray ? SAMPLINGS["4:4:4"] : SAMPLINGS[subsampling];
  const quantisers = [scaled(LUMA, quality), scaled(CHROMA, quality)] as const;
  let tables: HuffmanTables = usualTables();
  const scan: JpegScan = {
    components: isGray ? 1 : 3,
    sampling,
    quantisers: natural(quantisers),
    count: optimize,
    codes(counts) {
      if (!optimize) return (usualCodes ??= allCodes(tables));
      const best = (at: number, length: number): HuffmanTable => bestTable(counts.subarray(at, at + length));
      tables = [best(0, 16), best(16, 256), best(272, 16), best(288, 256)];
      return allCodes(tables);
    },
  };
  return encodeJpegScan(pixels, scan, (pieces) =>
    joinBytes([header(width, height, isGray, sampling, quantisers, tables), ...pieces, Uint8Array.of(0xff, 0xd9)]),
  );
}

let usualCodes: Uint32Array | undefined;

/** The codes of all tables in the order of the core. */
function allCodes(tables: HuffmanTables): Uint32Array {
  const codes = new Uint32Array(JPEG_TABLE_ENTRIES);
  tables.forEach((table, i) => codes.set(codesOf(table).subarray(0, i & 1 ? 256 : 16), [0, 16, 272, 288][i]));
  return codes;
}

/** An array's rows in HWC order, whatever its layout. */
function rowsOf(source: PixelArray): JpegRows {
  if (typeof source !== "object" || source === null)
    throw new ImageError("ARGUMENT", `expected a Frame or a pixel array, got ${show(source)}`);
  const { data, shape, layout = "HWC", dtype } = source;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray) || (dtype !== undefined && dtype !== "uint8"))
    throw new ImageError("ARGUMENT", `expected uint8 pixels (toUint8 makes them), got ${dtype ?? show(data)}`);
  if (layout !== "HWC" && layout !== "CHW")
    throw new ImageError("ARGUMENT", `expected layout "HWC" or "CHW", got ${show(layout)}`);
  if (!Array.isArray(shape) || shape.length < 2 || shape.length > 3)
    throw new ImageError("ARGUMENT", `expected shape [height, width] or with channels, got ${show(shape)}`);
  const planar = layout === "CHW" && shape.length === 3;
  const [height, width, channels = 1] = (planar ? [shape[1], shape[2], shape[0]] : shape) as [number, number, number?];
  checkSize(width, height, "shape");
  if (channels !== 1 && channels !== 2 && channels !== 3 && channels !== 4)
    throw new ImageError("ARGUMENT", `expected 1 to 4 channels, got ${show(channels)}`, { path: "shape" });
  const size = width * height * channels;
  if (data.length !== size)
    throw new ImageError("ARGUMENT", `expected ${size} bytes for shape ${show(shape)}, got ${data.length}`);
  const stride = width * channels;
  return {
    width,
    height,
    channels,
    read(dst, top, count) {
      if (!planar || channels === 1) {
        dst.set(data.subarray(top * stride, (top + count) * stride));
        return;
      }
      for (let channel = 0; channel < channels; channel++) {
        const from = (channel * height + top) * width;
        for (let i = 0; i < count * width; i++) dst[i * channels + channel] = data[from + i]!;
      }
    },
  };
}

/** Quantisers for a quality, zigzag order, as libjpeg scales them for baseline. */
function scaled(base: readonly number[], quality: number): Uint8Array {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - quality * 2;
  return Uint8Array.from({ length: 64 }, (_, k) =>
    Math.max(1, Math.min(255, Math.floor(((base[k] ?? 99) * percent + 50) / 100))),
  );
}

/** Both tables in natural order, one behind the other. */
function natural(tables: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(128);
  tables.forEach((table, i) => table.forEach((q, k) => (out[i * 64 + ZIGZAG[k]!] = q)));
  return out;
}

/** More than any header takes: 20 of start and JFIF, 138 of quantisers, 19 of frame, 1108 of Huffman tables, 14 of scan. */
const HEADER_BYTES = 2048;

/** Everything before the entropy-coded bytes, in libjpeg's order. */
function header(
  width: number,
  height: number,
  gray: boolean,
  [h, v]: readonly [number, number],
  quantisers: readonly Uint8Array[],
  tables: HuffmanTables,
): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  bytes.set([0xff, 0xd8]);
  let at = 2;
  const segment = (marker: number, ...parts: readonly ArrayLike<number>[]): void => {
    const start = at;
    at += 4;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    bytes.set([0xff, marker, (at - start - 2) >> 8, (at - start - 2) & 255], start);
  };
  const ids = gray ? [1] : [1, 2, 3];
  segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]); // JFIF 1.01, aspect ratio 1:1, no thumbnail
  quantisers.slice(0, gray ? 1 : 2).forEach((table, i) => segment(0xdb, [i], table));
  const components = ids.flatMap((id) => [id, id === 1 ? (h << 4) | v : 0x11, id === 1 ? 0 : 1]);
  segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, ids.length], components);
  tables
    .slice(0, gray ? 2 : 4)
    .forEach(({ lengths, symbols }, i) => segment(0xc4, [((i & 1) << 4) | (i >> 1)], lengths, symbols));
  segment(0xda, [ids.length, ...ids.flatMap((id) => [id, id === 1 ? 0 : 0x11]), 0, 63, 0]);
  return bytes.subarray(0, at);
}
