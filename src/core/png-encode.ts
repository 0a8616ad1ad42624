/**
 * Bindings of `assembly/png-filter.ts` and `deflate*.ts`, and the pipeline that they make: rows are
 * filtered, summed and packed in pieces that stay in the cache, strips of rows share one Huffman code, and compressed bytes
 * leave wasm memory whenever the output buffer is full. Working memory is bounded, whatever the size of the picture.
 * Longer than most files, as a third of it is the kernels' signatures.
 */
import { joinBytes } from "../join-bytes.ts";
import { CRC_TABLE_BYTES } from "./checksum.ts";
import { coreFor, type PngRows, RowSource } from "./png-rows.ts";
import { type Core, type Scratch, core } from "./wasm.ts";

/** Gives an array of so many bytes, of any content. */
export type NewBytes = (size: number) => Uint8Array<ArrayBuffer>;

export interface PngEncodeKernels {
  pngFilter(
    dst: number,
    src: number,
    above: number,
    rows: number,
    stride: number,
    rowBytes: number,
    bpp: number,
    filter: number,
  ): void;
  pngFilterRgb(dst: number, src: number, above: number, rows: number, width: number, filter: number): void;
  pngFilterBest(
    dst: number,
    src: number,
    above: number,
    rows: number,
    stride: number,
    rowBytes: number,
    bpp: number,
    sums: number,
  ): void;
  pngChooseFilter(
    src: number,
    above: number,
    rows: number,
    step: number,
    parts: number,
    stride: number,
    rowBytes: number,
    bpp: number,
    mask: number,
    sums: number,
  ): number;
  huffmanLengths(counts: number, n: number, limit: number, lengths: number, work: number): void;
  deflateCount(counts: number, src: number, n: number): void;
  deflateBegin(
    stream: number,
    counts: number,
    work: number,
    sampled: number,
    limit: number,
    pairs: number,
    final: number,
  ): number;
  deflatePack(stream: number, src: number, n: number, work: number, mode: number): void;
  deflateEnd(stream: number, work: number, final: number): void;
  deflateStored(stream: number, src: number, n: number, final: number): void;
  maxByte(src: number, n: number): number;
  packIndexRows(dst: number, src: number, rows: number, width: number, bits: number): void;
  matchLines(tokens: number, room: number, counts: number, src: number, n: number, line: number, left: number): number;
  packTokens(stream: number, tokens: number, n: number, work: number): void;
}

/** Sizes of the kernels' working memory; see `assembly/deflate.ts`. */
const COUNTS_BYTES = 4352;
const WORK_BYTES = 9232;
const PAIRS_BYTES = 262144;

/** Filtered bytes that share one Huffman code, about: a twelfth of the picture, but within these bounds. */
const STRIP_BYTES = 240_000;
const STRIP_MOST = 2 ** 20;
const STRIPS = 16;
/** Filtered bytes that are made, summed and packed in one go, about: they stay in the first-level cache. */
const PIECE_BYTES = 24_576;
/** Bytes of a strip that make its code, about; a strip of twice that is looked at whole. */
const SAMPLE_BYTES = 32_768;
/** Of so many parts of a sampled row one helps to choose the filter. */
const CHOICE_PARTS = 4;
/** Rows with fewer than one symbol in so many bytes are searched for matches. */
const FLAT = 4;
/** Strips below this many bytes do without a pair table. */
const PAIRS_FROM = 24_576;
/** Bytes after which compressed data leaves wasm memory. */
const OUT_BYTES = 4 * 2 ** 20;
/** Mean length of a code word, in 1/16 bit, from which six symbols at a time are faster than eight. */
const LONG_WORDS = 84;

/**
 * A whole PNG file.
 *
 * @param head - everything in front of the first IDAT chunk
 * @param store - true to leave the rows uncompressed
 * @param newBytes - gives arrays, which need not be cleared
 * @param newResult - gives the array that is returned, if not `newBytes`
 */
export function encodePngRows(
  rows: PngRows,
  head: Uint8Array,
  store: boolean,
  newBytes: NewBytes,
  newResult: NewBytes = newBytes,
): Uint8Array<ArrayBuffer> {
  return coreFor(rows).run((scratch) => new RowEncoder(scratch, rows, head, newBytes, newResult).encode(store));
}

/** Rows filtered one by one for the smallest residuals, each with its filter's number in front. */
export function filterPngRows(rows: PngRows): Uint8Array<ArrayBuffer> {
  const owner = coreFor(rows);
  const { height, rowBytes, bpp } = rows;
  const result = new Uint8Array(height * (rowBytes + 1));
  const perPiece = Math.max(1, Math.floor(PIECE_BYTES / (rowBytes + 1)));
  owner.run((scratch) => {
    const sums = scratch.alloc(20);
    const to = scratch.alloc(perPiece * (rowBytes + 1));
    const packed = rows.frame?.rgb === true;
    const source = new RowSource(scratch, rows, perPiece);
    // alpha goes first here, as the choice is made row by row
    const plain = packed ? scratch.alloc((perPiece + 1) * (rowBytes + 1)) : 0;
    if (packed) owner.u8(plain, rowBytes + 1).fill(0);
    for (let y = 0; y < height; y += perPiece) {
      const count = Math.min(perPiece, height - y);
      let { src, above } = source.at(y, count);
      let stride = source.stride;
      if (packed) {
        const first = plain + rowBytes + 1;
        scratch.kernels.pngFilterRgb(first, src, src, count, rowBytes / 3, 0);
        src = first + 1;
        above = plain + 1;
        stride = rowBytes + 1;
      }
      if (rows.indices) scratch.kernels.pngFilter(to, src, above, count, stride, rowBytes, bpp, 0);
      else scratch.kernels.pngFilterBest(to, src, above, count, stride, rowBytes, bpp, sums);
      result.set(owner.u8(to, count * (rowBytes + 1)), y * (rowBytes + 1));
      if (packed) owner.u8(plain, (perPiece + 1) * (rowBytes + 1)).copyWithin(0, count * (rowBytes + 1));
    }
  });
  return result;
}

/** The largest of some bytes. */
export function largestByte(bytes: Uint8Array): number {
  return core().run((scratch) => {
    const size = Math.min(bytes.length, 65536);
    const ptr = scratch.alloc(size);
    let most = 0;
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      scratch.core.u8(ptr, piece.length).set(piece);
      most = Math.max(most, scratch.kernels.maxByte(ptr, piece.length));
    }
    return most;
  });
}

class RowEncoder {
  readonly #core: Core;
  readonly #rows: PngRows;
  /** Bytes of a filtered row. */
  readonly #line: number;
  readonly #perStrip: number;
  readonly #perPiece: number;
  readonly #source: RowSource;
  readonly #pairs: boolean;
  readonly #piece: number;
  readonly #counts: number;
  readonly #matchCounts: number;
  readonly #work: number;
  readonly #stream: number;
  readonly #crcTable: number;
  readonly #out: number;
  readonly #outBytes: number;
  /** Most bytes of a strip in `out`. */
  readonly #stripRoom: number;
  readonly #newBytes: NewBytes;
  readonly #newResult: NewBytes;
  readonly #done: Uint8Array<ArrayBuffer>[] = [];
  readonly #scratch: Scratch;
  #lines = 0;
  #tokens = 0;
  #chunk: number;
  #adler = 1;
  /** Bytes that `#counts` tells of. */
  #counted = 0;

  constructor(scratch: Scratch, rows: PngRows, head: Uint8Array, newBytes: NewBytes, newResult: NewBytes) {
    this.#newResult = newResult;
    this.#scratch = scratch;
    this.#newBytes = newBytes;
    this.#core = scratch.core;
    this.#rows = rows;
    const line = rows.rowBytes + 1;
    const total = line * rows.height;
    const strips = Math.max(1, Math.ceil(total / STRIP_MOST), Math.min(STRIPS, Math.round(total / STRIP_BYTES)));
    this.#line = line;
    this.#perStrip = Math.ceil(rows.height / strips);
    this.#perPiece = Math.min(this.#perStrip, Math.max(1, Math.floor(PIECE_BYTES / line)));
    const pieceBytes = this.#perPiece * line;
    this.#pairs = this.#perStrip * line >= PAIRS_FROM;
    this.#source = new RowSource(scratch, rows, this.#perStrip);
    this.#piece = scratch.alloc(pieceBytes);
    this.#counts = scratch.alloc(COUNTS_BYTES);
    this.#matchCounts = scratch.alloc(COUNTS_BYTES);
    this.#work = scratch.alloc(WORK_BYTES + (this.#pairs ? PAIRS_BYTES : 0));
    this.#stream = scratch.allocZeroed(16);
    this.#crcTable = scratch.alloc(CRC_TABLE_BYTES);
    // a piece of 15 bits a symbol, or a strip of nothing but matches of 3 bytes in 31 bits, is found too long when written
    const extra = Math.max(pieceBytes * 2, Math.ceil(this.#perStrip * line * 0.4)) + 1024;
    this.#stripRoom = storedBytes(this.#perStrip * line, pieceBytes) + extra;
    const all = head.length + storedBytes(total, pieceBytes) + extra;
    this.#outBytes = Math.max(Math.min(OUT_BYTES, all), head.length + this.#stripRoom + 64);
    this.#out = scratch.alloc(this.#outBytes);
    this.#core.u8(this.#out, head.length).set(head);
    this.#chunk = this.#out + head.length;
    scratch.kernels.crc32Table(this.#crcTable);
  }

  encode(store: boolean): Uint8Array<ArrayBuffer> {
    const { height } = this.#rows;
    this.#openChunk();
    const zlibHead = this.#to;
    this.#core.u8(zlibHead, 2).set([0x78, 0x01]);
    this.#to = zlibHead + 2;
    for (let y = 0; y < height; y += this.#perStrip) {
      const count = Math.min(this.#perStrip, height - y);
      if (this.#to + this.#stripRoom > this.#out + this.#outBytes) this.#closeChunk(false);
      const { src, above } = this.#source.at(y, count);
      const final = y + count === height;
      if (store || !this.#packStrip(src, above, count, final)) this.#storeStrip(src, above, count, final);
    }
    const sum = this.#to;
    this.#core.u8(sum, 4).set(bigEndian(this.#adler));
    this.#to = sum + 4;
    this.#closeChunk(true);
    return this.#done.length === 1 ? this.#done[0]! : joinBytes(this.#done, this.#newResult);
  }

  /** Where the next compressed byte goes. */
  get #to(): number {
    return this.#core.u32(this.#stream, 1)[0]!;
  }

  set #to(ptr: number) {
    this.#core.u32(this.#stream, 1)[0] = ptr;
  }

  /** Compress a strip; false, and as if it had not been called, if storing it takes less room. */
  #packStrip(src: number, above: number, count: number, final: boolean): boolean {
    const { kernels } = this.#core;
    const { bpp, rowBytes, frame, indices } = this.#rows;
    const stride = this.#source.stride;
    const stripBytes = count * this.#line;
    const before = this.#core.u32(this.#stream, 4).slice();
    const adler = this.#adler;
    if (indices && this.#matchStrip(src - 1, stripBytes, final)) return this.#fits(before, adler, stripBytes);
    const whole = stripBytes <= 2 * SAMPLE_BYTES;
    const step = whole ? 1 : Math.floor(stripBytes / SAMPLE_BYTES);
    const parts = whole ? 1 : CHOICE_PARTS;
    const filter = frame?.rgb
      ? kernels.pngChooseFilter(src, above, count, step, parts, stride, stride, 4, 0xffffff, this.#counts)
      : kernels.pngChooseFilter(src, above, count, step, parts, stride, rowBytes, bpp, -1, this.#counts);

    this.#core.u8(this.#counts, COUNTS_BYTES).fill(0);
    this.#counted = 0;
    if (whole) {
      for (let row = 0; row < count; row += this.#perPiece) {
        const bytes = this.#filter(src, above, row, Math.min(this.#perPiece, count - row), filter);
        kernels.deflateCount(this.#counts, this.#piece, bytes);
        this.#counted += bytes;
      }
    } else {
      for (let row = step >> 1; row < count; row += step) {
        const bytes = this.#filter(src, above, row, 1, filter);
        kernels.deflateCount(this.#counts, this.#piece, bytes);
        this.#counted += bytes;
      }
    }
    if (!indices && this.#flat()) {
      this.#lines ||= this.#scratch.alloc(this.#perStrip * this.#line);
      if (frame?.rgb) kernels.pngFilterRgb(this.#lines, src, above, count, rowBytes / 3, 0);
      else kernels.pngFilter(this.#lines, src, above, count, stride, rowBytes, bpp, 0);
      if (this.#matchStrip(this.#lines, stripBytes, final)) return this.#fits(before, adler, stripBytes);
    }
    const mean = kernels.deflateBegin(
      this.#stream,
      this.#counts,
      this.#work,
      whole ? 0 : 1,
      this.#pairs ? 13 : 15,
      this.#pairs ? 1 : 0,
      final ? 1 : 0,
    );
    const mode = !this.#pairs ? 1 : whole || mean < LONG_WORDS ? 8 : 6;

    for (let row = 0; row < count; row += this.#perPiece) {
      const bytes = this.#filter(src, above, row, Math.min(this.#perPiece, count - row), filter);
      this.#adler = kernels.adler32(this.#adler, this.#piece, bytes);
      kernels.deflatePack(this.#stream, this.#piece, bytes, this.#work, mode);
      if (!this.#fits(before, adler, stripBytes)) return false;
    }
    kernels.deflateEnd(this.#stream, this.#work, final ? 1 : 0);
    return true;
  }

  /** True if fewer bytes were written since `before` than storing takes; else goes back to the state of then. */
  #fits(before: Uint32Array, adler: number, stripBytes: number): boolean {
    if (this.#to < before[0]! + storedBytes(stripBytes, this.#perPiece * this.#line)) return true;
    this.#core.u32(this.#stream, 4).set(before);
    this.#adler = adler;
    return false;
  }

  /** True if the counted rows are made of long runs, so that looking for matches is worth its time. */
  #flat(): boolean {
    const counts = this.#core.u32(this.#counts, COUNTS_BYTES / 4);
    let symbols = 0;
    for (const count of counts) symbols += count;
    return symbols * FLAT < this.#counted;
  }

  /** Compress unfiltered rows with matches; false, with nothing written, if there are too few. */
  #matchStrip(lines: number, bytes: number, final: boolean): boolean {
    const { kernels } = this.#core;
    const room = Math.ceil((this.#perStrip * this.#line) / 2) + 64;
    this.#tokens ||= this.#scratch.alloc(room * 4);
    const counts = this.#matchCounts;
    this.#core.u8(counts, COUNTS_BYTES).fill(0);
    const tokens = kernels.matchLines(this.#tokens, room, counts, lines, bytes, this.#line, this.#rows.bpp);
    if (tokens < 0) return false;
    kernels.deflateBegin(this.#stream, counts, this.#work, 0, 15, 0, final ? 1 : 0);
    kernels.packTokens(this.#stream, this.#tokens, tokens, this.#work);
    kernels.deflateEnd(this.#stream, this.#work, final ? 1 : 0);
    this.#adler = kernels.adler32(this.#adler, lines, bytes);
    return true;
  }

  #storeStrip(src: number, above: number, count: number, final: boolean): void {
    const { kernels } = this.#core;
    for (let row = 0; row < count; row += this.#perPiece) {
      const rows = Math.min(this.#perPiece, count - row);
      const bytes = this.#filter(src, above, row, rows, 0);
      this.#adler = kernels.adler32(this.#adler, this.#piece, bytes);
      kernels.deflateStored(this.#stream, this.#piece, bytes, final && row + rows === count ? 1 : 0);
    }
  }

  /** Filter rows of the strip at `src` into the piece buffer, and tell how many bytes they are. */
  #filter(src: number, above: number, row: number, count: number, filter: number): number {
    const { kernels } = this.#core;
    const { frame, rowBytes, bpp } = this.#rows;
    const stride = this.#source.stride;
    const at = src + row * stride;
    const over = row === 0 ? above : at - stride;
    if (frame?.rgb) kernels.pngFilterRgb(this.#piece, at, over, count, rowBytes / 3, filter);
    else kernels.pngFilter(this.#piece, at, over, count, stride, rowBytes, bpp, filter);
    return count * this.#line;
  }

  #openChunk(): void {
    this.#core.u8(this.#chunk + 4, 4).set(IDAT);
    this.#to = this.#chunk + 8;
  }

  /** Hand the finished bytes over to JavaScript, as one IDAT chunk; `last` adds the end of the file. */
  #closeChunk(last: boolean): void {
    const to = this.#to;
    const start = this.#chunk + 4;
    const size = to - this.#out + (last ? 4 + IEND.length : 4);
    const bytes = last && this.#done.length === 0 ? this.#newResult(size) : this.#newBytes(size);
    bytes.set(this.#core.u8(this.#out, to - this.#out));
    bytes.set(bigEndian(to - start - 4), this.#chunk - this.#out);
    // only now, as it spoils its input
    bytes.set(bigEndian(this.#core.kernels.crc32Fold(start, to - start, this.#crcTable)), to - this.#out);
    if (last) bytes.set(IEND, to - this.#out + 4);
    this.#done.push(bytes);
    this.#chunk = this.#out;
    this.#openChunk();
  }
}

const IDAT = [0x49, 0x44, 0x41, 0x54];
const IEND = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];

/** Most bytes of rows in stored blocks: 5 for each block and 1 to begin with, pieces being blocks of their own. */
function storedBytes(bytes: number, pieceBytes: number): number {
  return bytes + 5 * (Math.ceil(bytes / pieceBytes) + Math.ceil(bytes / 65535)) + 6;
}

/** A 32-bit number as PNG writes it. */
export function bigEndian(value: number): [number, number, number, number] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
