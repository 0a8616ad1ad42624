/**
 * Bounded walks over the parts of image files, for looking without decoding. Every step goes forward, nothing is read past
 * the end (bytes there count as 0), no walk throws.
 */
import { ImageError, show } from "../errors.ts";

/** @throws {ImageError} `ARGUMENT` if what should be a file's bytes is no Uint8Array */
export function checkBytes(bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw new ImageError("ARGUMENT", `expected a Uint8Array, got ${show(bytes)}`);
}

/** A part of a file: its name, and where its content is. */
export interface Part {
  readonly name: string;
  readonly start: number;
  /** One behind the last byte; never past the end of the file. */
  readonly end: number;
}

/** The number of 1 to 4 bytes at `at`; bytes past the end count as 0. */
export function readUint(bytes: Uint8Array, at: number, size: 1 | 2 | 3 | 4, little = false): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[little ? at + size - 1 - i : at + i] ?? 0);
  return value;
}

/** Four characters at `at`. */
export function readName(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** True if the bytes at `at` are these. */
export function hasBytes(bytes: Uint8Array, at: number, expected: readonly number[]): boolean {
  return expected.every((value, i) => bytes[at + i] === value);
}

/** The segments of a JPEG up to its first scan; the name is the marker in hex, `c0` for instance. */
export function* jpegSegments(bytes: Uint8Array): Generator<Part> {
  for (let at = 2; at + 4 <= bytes.length;) {
    // whatever stands between segments is skipped, as libjpeg does
    if (bytes[at] !== 0xff || bytes[at + 1] === 0xff || bytes[at + 1] === 0) {
      at++;
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2; // a marker without content
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return;
    const length = readUint(bytes, at + 2, 2);
    if (length < 2) return;
    yield { name: marker.toString(16), start: at + 4, end: Math.min(at + 2 + length, bytes.length) };
    at += 2 + length;
  }
}

/** The chunks of a PNG. */
export function* pngChunks(bytes: Uint8Array): Generator<Part> {
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = readUint(bytes, at, 4);
    const name = readName(bytes, at + 4);
    yield { name, start: at + 8, end: Math.min(at + 8 + length, bytes.length) };
    if (name === "IEND") return;
    at += 12 + length;
  }
}

/** The boxes of an ISO media file (HEIF, AVIF) between two places. */
export function* isoBoxes(bytes: Uint8Array, start: number, end: number): Generator<Part> {
  for (let at = start; at + 8 <= end;) {
    let size = readUint(bytes, at, 4);
    let head = 8;
    if (size === 1) {
      size = readUint(bytes, at + 8, 4) * 2 ** 32 + readUint(bytes, at + 12, 4);
      head = 16;
    } else if (size === 0) size = end - at; // the last box may say "up to the end"
    if (size < head) return;
    yield { name: readName(bytes, at + 4), start: at + head, end: Math.min(at + size, end) };
    at += size;
  }
}
