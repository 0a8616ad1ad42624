/**
 * Binding of `assembly/inflate.ts` and the CRC of `assembly/checksum.ts`: zlib streams in checked pieces.
 *
 * The core inflates on every platform: it is as fast as the native zlib of Node, the bytes are in wasm memory already, and
 * what is an error is the same everywhere.
 */
import { ImageError } from "../errors.ts";
import { NO_ROOM, OK, TRUNCATED } from "./status.ts";
import type { Scratch } from "./wasm.ts";

export interface InflateKernels {
  inflateZlib(dst: number, size: number, src: number, n: number, work: number): number;
}

/** A part of a zlib stream. */
export interface StreamPart {
  readonly bytes: Uint8Array;
  /** Where the part begins in the file, for errors. */
  readonly at: number;
  /** CRC-32 of what goes before the part in its chunk. */
  readonly crcBefore: number;
  /** CRC-32 of that and the part together, as the file says. */
  readonly crc: number;
}

/** Deflate cannot hold more than this many bytes in one. */
const DEFLATE_RATIO = 1032;
const WORK_BYTES = 16384;
const TABLE_BYTES = 8192;

/**
 * Inflate a zlib stream that must hold `size` bytes into scratch memory. Bytes behind its end are ignored.
 *
 * @returns pointer to `size` bytes, which belong to the scratch
 * @throws {ImageError} `DECODE` with the byte position if a part does not match its CRC, if the stream is broken or ends too
 *   early, or if it holds more or less than `size`
 */
export function inflateParts(scratch: Scratch, parts: readonly StreamPart[], size: number): number {
  const { kernels, core } = scratch;
  const length = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size > length * DEFLATE_RATIO)
    throw new ImageError("DECODE", `expected pixel data of ${size} bytes, got ${length} compressed bytes`);
  const src = scratch.alloc(length);
  const tables = scratch.alloc(TABLE_BYTES);
  const work = scratch.alloc(WORK_BYTES);
  kernels.crc32Table(tables);
  let to = src;
  for (const { bytes, at, crcBefore, crc } of parts) {
    core.u8(to, bytes.length).set(bytes);
    if (kernels.crc32(crcBefore, to, bytes.length, tables) >>> 0 !== crc)
      throw new ImageError("DECODE", `expected pixel data that matches its CRC, got another checksum (byte ${at})`);
    to += bytes.length;
  }
  const dst = scratch.alloc(size);
  const status = kernels.inflateZlib(dst, size, src, length, work);
  if (status !== OK) {
    const [used = 0, written = 0] = core.u32(work, 2);
    const got =
      status === TRUNCATED
        ? `the end of the stream after ${written}`
        : status === NO_ROOM
          ? "more"
          : written === size
            ? "a stream with a wrong end or checksum"
            : `a broken or short stream after ${written}`;
    throw new ImageError("DECODE", `expected ${size} bytes of pixel data, got ${got} (byte ${place(parts, used)})`);
  }
  for (const ptr of [work, tables, src]) scratch.free(ptr);
  return dst;
}

/** Place in the file of a place in the stream. */
function place(parts: readonly StreamPart[], offset: number): number {
  for (const { bytes, at } of parts) {
    if (offset <= bytes.length) return at + offset;
    offset -= bytes.length;
  }
  return 0;
}
