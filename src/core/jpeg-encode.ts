/** Binding of `assembly/jpeg-encode.ts`: pixels to the entropy-coded part of a baseline JPEG. */
import { type Frame, coreOf, pointerOf } from "./frame.ts";
import { core } from "./wasm.ts";

export interface JpegEncodeKernels {
  jpegEncodeJobBytes(): number;
  jpegEncodeLeastRoom(): number;
  jpegEncodeStart(
    job: number,
    quantisers: number,
    width: number,
    height: number,
    channels: number,
    components: number,
    h: number,
    v: number,
  ): void;
  jpegEncodeCodes(job: number, codes: number): void;
  jpegEncodeRows(
    job: number,
    pixels: number,
    stride: number,
    top: number,
    rows: number,
    out: number,
    room: number,
  ): number;
  jpegCountRows(job: number, pixels: number, stride: number, top: number, rows: number, counts: number): void;
  jpegEncodeDone(job: number, row: number): number;
  jpegEncodeEnd(job: number, out: number): number;
}

/** Entries of the code and count tables: for luma, then for chroma, 16 of DC and 256 of AC. */
export const JPEG_TABLE_ENTRIES: number = 2 * 272;
/** Compressed bytes that wait in wasm memory at most; most pictures fit, which saves a copy. */
const MAX_ROOM = 2 ** 20;
/** Rows of an array are copied in by strips of about this many bytes. */
const STRIP_BYTES = 2 ** 18;

/** Rows that are copied in as they are needed: 8 bits a channel, channels interleaved. */
export interface JpegRows {
  readonly width: number;
  readonly height: number;
  /** 1 L, 2 LA, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Write rows `top` to `top + count` into `dst`, which has room for exactly those. */
  read(dst: Uint8Array, top: number, count: number): void;
}

/** How to encode. */
export interface JpegScan {
  /** 1: luma alone; 3: luma and chroma. */
  readonly components: 1 | 3;
  /** Luma samples for each chroma sample, across and down; 1 and 1 with one component. */
  readonly sampling: readonly [h: 1 | 2, v: 1 | 2];
  /** 2 x 64 in natural order (luma, chroma), 1..255. */
  readonly quantisers: Uint8Array;
  /** Count the symbols in a pass of its own first. */
  readonly count: boolean;
  /** Codes as (code << 5 | length), {@link JPEG_TABLE_ENTRIES} of them; is given the counts, all 0 without `count`. */
  codes(counts: Uint32Array): Uint32Array;
}

/**
 * Encode a picture. Memory: one bounded buffer for the bits and, for rows, one for a strip of pixels; a Frame is read in
 * place.
 *
 * @param finish - is given the entropy-coded bytes in pieces, in the order of the file, to be copied at once: the last is a
 *   view on the core's memory
 * @returns what `finish` returns
 */
export function encodeJpegScan<T>(
  source: Frame | JpegRows,
  scan: JpegScan,
  finish: (pieces: readonly Uint8Array[]) => T,
): T {
  const inPlace = !("read" in source);
  const owner = inPlace ? coreOf(source) : core();
  return owner.run((scratch) => {
    const { kernels } = scratch;
    const { width, height } = source;
    const { components, sampling, quantisers } = scan;
    const channels = inPlace ? 4 : source.channels;
    const stride = width * channels;
    const stripRows = inPlace ? height : Math.max(16, Math.floor(STRIP_BYTES / stride) & ~15);
    const job = scratch.alloc(kernels.jpegEncodeJobBytes());
    const least = kernels.jpegEncodeLeastRoom();
    const room = Math.min(MAX_ROOM, least * 2 + ((width * height) >> 1));
    const out = scratch.alloc(room + 16);
    const strip = inPlace ? 0 : scratch.alloc(Math.min(stripRows, height) * stride);
    const tables = scratch.allocZeroed(JPEG_TABLE_ENTRIES * 4);
    const quantiserPtr = scratch.copyIn(quantisers);

    const start = (): void =>
      kernels.jpegEncodeStart(job, quantiserPtr, width, height, channels, components, sampling[0], sampling[1]);
    const eachStrip = (work: (pixels: number, top: number, rows: number) => void): void => {
      for (let top = 0; top < height; top += stripRows) {
        const rows = Math.min(stripRows, height - top);
        if (!inPlace) source.read(owner.u8(strip, rows * stride), top, rows);
        work(inPlace ? pointerOf(source) : strip, top, rows);
      }
    };

    if (scan.count) {
      start();
      eachStrip((pixels, top, rows) => kernels.jpegCountRows(job, pixels, stride, top, rows, tables));
    }
    const codes = scan.codes(owner.u32(tables, JPEG_TABLE_ENTRIES).slice());
    owner.u32(tables, JPEG_TABLE_ENTRIES).set(codes);
    start();
    kernels.jpegEncodeCodes(job, tables);
    const pieces: Uint8Array[] = [];
    let length = 0;
    eachStrip((pixels, top, rows) => {
      for (;;) {
        length += kernels.jpegEncodeRows(job, pixels, stride, top, rows, out + length, room - length);
        if (kernels.jpegEncodeDone(job, top + rows) && room - length >= least) return;
        pieces.push(owner.u8(out, length).slice());
        length = 0;
        if (kernels.jpegEncodeDone(job, top + rows)) return;
      }
    });
    length += kernels.jpegEncodeEnd(job, out + length);
    pieces.push(owner.u8(out, length));
    return finish(pieces);
  });
}
