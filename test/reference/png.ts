/**
 * Slow twin of the PNG decoder: sample by sample, straight from the PNG specification, with fflate's inflate.
 * For valid files only; nothing is checked.
 */
import { unzlibSync } from "fflate";

export interface SlowPng {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colorType: number;
  /** Samples as the file has them, row-major. */
  readonly samples: number[];
  readonly rgba: Uint8Array;
}

/** The three-distance form of Paeth's predictor, as the specification words it. */
export function paethPredictor(a: number, b: number, c: number): number {
  const p = a + b - c;
  const pa = Math.abs(p - a);
  const pb = Math.abs(p - b);
  const pc = Math.abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/** One row without its filter. */
export function unfilterRow(type: number, row: ArrayLike<number>, prior: ArrayLike<number>, bpp: number): Uint8Array {
  const out = new Uint8Array(row.length);
  for (let i = 0; i < row.length; i++) {
    const a = out[i - bpp] ?? 0;
    const b = prior[i]!;
    const c = i < bpp ? 0 : prior[i - bpp]!;
    const predicted = [0, a, b, Math.floor((a + b) / 2), paethPredictor(a, b, c)][type]!;
    out[i] = row[i]! + predicted;
  }
  return out;
}

/** 16 bits to 8: the nearest of v / 257. */
export function reduce16(v: number): number {
  return Math.round(v / 257);
}

/** Sample k of a row. */
export function sampleAt(row: Uint8Array, k: number, depth: number): number {
  if (depth === 16) return row[2 * k]! * 256 + row[2 * k + 1]!;
  if (depth === 8) return row[k]!;
  let value = 0;
  for (let bit = k * depth; bit < (k + 1) * depth; bit++)
    value = value * 2 + ((row[Math.floor(bit / 8)]! >> (7 - (bit % 8))) & 1);
  return value;
}

/** Where the pixels of Adam7's passes stand in each square of 8 x 8. */
const ADAM7 = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"];

export function decodePngSlowly(bytes: Uint8Array): SlowPng {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const chunks = new Map<string, Uint8Array[]>();
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.set(type, [...(chunks.get(type) ?? []), bytes.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const [bitDepth = 0, colorType = 0, , , interlace = 0] = bytes.subarray(24);
  const channels = [1, 0, 3, 1, 2, 0, 4][colorType]!;
  const palette = chunks.get("PLTE")?.[0];
  const transparency = chunks.get("tRNS")?.[0];
  const data = unzlibSync(Uint8Array.from(chunks.get("IDAT")!.flatMap((part) => [...part])));

  const samples: number[] = Array.from({ length: width * height * channels }, () => -1);
  const bpp = Math.max(1, (channels * bitDepth) / 8);
  let at = 0;
  for (const pass of interlace === 1 ? "1234567" : "0") {
    const belongs = (x: number, y: number): boolean => pass === "0" || ADAM7[y % 8]![x % 8] === pass;
    let prior: Uint8Array | undefined;
    for (let y = 0; y < height; y++) {
      const columns = Array.from({ length: width }, (_, x) => x).filter((x) => belongs(x, y));
      if (columns.length === 0) continue;
      const n = Math.ceil((columns.length * channels * bitDepth) / 8);
      const row = unfilterRow(data[at]!, data.subarray(at + 1, at + 1 + n), prior ?? new Uint8Array(n), bpp);
      at += 1 + n;
      prior = row;
      for (const [i, x] of columns.entries())
        for (let c = 0; c < channels; c++)
          samples[(y * width + x) * channels + c] = sampleAt(row, i * channels + c, bitDepth);
    }
  }

  const rgba = new Uint8Array(width * height * 4);
  const to8 = (v: number): number => (bitDepth === 16 ? reduce16(v) : Math.round((v * 255) / (2 ** bitDepth - 1)));
  for (let i = 0; i < width * height; i++) {
    const pixel = samples.slice(i * channels, (i + 1) * channels);
    if (colorType === 3) {
      const entry = pixel[0]!;
      for (let c = 0; c < 3; c++) rgba[i * 4 + c] = palette![entry * 3 + c] ?? 0;
      rgba[i * 4 + 3] = transparency?.[entry] ?? 255;
      continue;
    }
    const key =
      channels % 2 === 1 && transparency
        ? pixel.map((_, c) => (transparency[2 * c]! * 256 + transparency[2 * c + 1]!) % 2 ** bitDepth)
        : undefined;
    const alpha = channels % 2 === 0 ? to8(pixel.at(-1)!) : key?.every((v, c) => v === pixel[c]) ? 0 : 255;
    const color = channels < 3 ? [pixel[0]!, pixel[0]!, pixel[0]!] : pixel.slice(0, 3);
    rgba.set([...color.map(to8), alpha], i * 4);
  }
  return { width, height, bitDepth, colorType, samples, rgba };
}
