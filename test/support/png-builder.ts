/** Builds PNG files of any kind, valid or not, for tests. */
import { zlibSync } from "fflate";
import { randomInt } from "./random.ts";

/** A chunk with its CRC. */
export function chunk(type: string, body: ArrayLike<number> = []): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(body, 8);
  new DataView(bytes.buffer).setUint32(8 + body.length, slowCrc(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

/** Signature and chunks. */
export function pngFile(...chunks: readonly Uint8Array[]): Uint8Array {
  return join([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...chunks]);
}

export function ihdr(width: number, height: number, bitDepth: number, colorType: number, interlace = 0): Uint8Array {
  const body = new Uint8Array(13);
  const view = new DataView(body.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  body.set([bitDepth, colorType, 0, 0, interlace], 8);
  return chunk("IHDR", body);
}

export interface RandomPng {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colorType: number;
  readonly interlace?: 0 | 1;
  readonly palette?: number;
  readonly transparency?: readonly number[];
  /** Filter type of every row; default: any. */
  readonly filter?: number;
  /** Parts that the zlib stream is cut into. */
  readonly parts?: number;
}

/** A valid file of random filtered bytes: every row decodes to something, whatever its filter. */
export function randomPng(next: () => number, spec: RandomPng): Uint8Array {
  const { width, height, bitDepth, colorType, interlace = 0, parts = 1 } = spec;
  const bits = bitDepth * [1, 0, 3, 1, 2, 0, 4][colorType]!;
  const rows: number[][] = [];
  const passes = interlace
    ? [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
      ]
    : [[0, 0, 1, 1]];
  for (const [x0, y0, dx, dy] of passes as [number, number, number, number][]) {
    const w = Math.ceil((width - x0) / dx);
    if (w <= 0) continue;
    for (let y = y0; y < height; y += dy)
      rows.push([
        spec.filter ?? randomInt(next, 0, 4),
        ...Array.from({ length: Math.ceil((w * bits) / 8) }, () => (next() < 0.3 ? 0 : randomInt(next, 0, 255))),
      ]);
  }
  const data = zlibSync(Uint8Array.from(rows.flat()));
  const step = Math.ceil(data.length / parts);
  return pngFile(
    ihdr(width, height, bitDepth, colorType, interlace),
    ...(spec.palette
      ? [
          chunk(
            "PLTE",
            Array.from({ length: spec.palette * 3 }, () => randomInt(next, 0, 255)),
          ),
        ]
      : []),
    ...(spec.transparency ? [chunk("tRNS", spec.transparency)] : []),
    ...Array.from({ length: parts }, (_, i) => chunk("IDAT", data.subarray(i * step, (i + 1) * step))),
    chunk("IEND"),
  );
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** CRC-32, bit by bit. */
export function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
