/**
 * Binding of `assembly/jpeg-decode*.ts`: memory of one decode, scans, rows out. Records as in `jpeg-decode-layout.ts`; a little
 * longer than most files, because what is written into them and what they point to is known here alone.
 */
import { adoptFrame, type Frame, type Mode } from "./frame.ts";
import {
  COLOURS,
  type JpegLayout,
  type JpegPlane,
  largestFactors,
  planesOf,
  reserveRows,
  STORAGE,
} from "./jpeg-planes.ts";
import { BAD_DATA } from "./status.ts";
import type { Core, Scratch } from "./wasm.ts";

export interface JpegDecodeKernels {
  jpegHuffman(table: number, source: number, kind: number): number;
  jpegUnstuff(top: number, src: number, n: number, segments: number, room: number, count: number): number;
  jpegSequentialRow(scan: number, row: number): number;
  jpegDcFirstRow(scan: number, row: number): number;
  jpegDcRefineRow(scan: number, row: number): number;
  jpegAcFirstRow(scan: number, row: number): number;
  jpegAcRefineRow(scan: number, row: number): number;
  jpegKeepLastRows(planes: number, count: number): void;
  jpegTransformRow(planes: number, count: number, row: number): void;
  jpegRows(
    dst: number,
    planes: number,
    count: number,
    width: number,
    from: number,
    to: number,
    top: number,
    colour: number,
    channels: number,
    cmyk: number,
    invert: number,
  ): void;
}

/** One scan; `components` in coding order. */
export interface JpegScan {
  readonly components: readonly {
    readonly index: number;
    /** 16 counts and 256 values. */
    readonly dcTable: Uint8Array | undefined;
    readonly acTable: Uint8Array | undefined;
  }[];
  readonly progressive: boolean;
  /** Zigzag indexes of the first and last coefficient, and bit positions before and after (Ss, Se, Ah, Al). */
  readonly from: number;
  readonly to: number;
  readonly high: number;
  readonly low: number;
  /** MCUs between restart markers; 0 without. */
  readonly interval: number;
}

/** How a scan went: where it ends in the file, and at which MCU row it broke, if it did. */
export interface JpegScanResult {
  readonly end: number;
  readonly broken: { readonly row: number; readonly rows: number; readonly why: "code" | "end" | "table" } | undefined;
}

const HUFFMAN_BYTES = 4608;
const KIND = { dc: 0, ac: 1, acProgressive: 2 } as const;
/** Bytes that a block may read beyond the end of its segment. */
const READ_AHEAD = 512;
const SEGMENT_WORDS = 4;
const BLOCK_WORDS = 16;

// words of the scan record
const S = {
  interval: 7,
  left: 8,
  segments: 9,
  segmentCount: 10,
  lenient: 13,
  blocks: 14,
  blockCount: 15,
  mcus: 16,
  direct: 17,
  scratch: 18,
  from: 19,
  to: 20,
  shift: 21,
  dc: 24,
} as const;
const SCAN_WORDS = 32;

/** Memory and state of one decode inside a {@link Core.run}. */
export class JpegDecoder {
  readonly #scratch: Scratch;
  readonly #core: Core;
  readonly #layout: JpegLayout;
  readonly #lenient: boolean;
  readonly #maxV: number;
  readonly #mcusX: number;
  readonly #mcusY: number;
  readonly #planes: JpegPlane[];
  readonly #channels: number;
  readonly #asFrame: boolean;
  readonly #file: number;
  readonly #fileLength: number;
  readonly #reversed: number;
  readonly #scan: number;
  readonly #block: number;
  readonly #source: number;
  readonly #count: number;
  readonly #tables: Map<Uint8Array, number> = new Map();
  #planeRecords = 0;
  #out = 0;

  /**
   * Reserve what the layout needs; its size has met the limits before.
   *
   * @param lenient - go on after damage, with what is lost left at zero
   * @param asFrame - RGBA; else the channels of the file (CMYK as inks, 255 full)
   */
  constructor(scratch: Scratch, bytes: Uint8Array, layout: JpegLayout, lenient: boolean, asFrame: boolean) {
    this.#scratch = scratch;
    this.#core = scratch.core;
    this.#layout = layout;
    this.#lenient = lenient;
    this.#asFrame = asFrame;
    this.#channels = asFrame ? 4 : layout.colour === "grey" ? 1 : layout.components.length;
    const { width, height, components } = layout;
    const { maxH, maxV } = largestFactors(components);
    this.#maxV = maxV;
    this.#mcusX = Math.ceil(width / (8 * maxH));
    this.#mcusY = Math.ceil(height / (8 * this.#maxV));
    this.#file = scratch.copyIn(bytes);
    this.#fileLength = bytes.length;
    this.#reversed = scratch.alloc(bytes.length + READ_AHEAD);
    this.#scan = scratch.alloc(SCAN_WORDS * 4);
    this.#block = scratch.allocZeroed(160);
    this.#source = scratch.alloc(16 + 256);
    this.#count = scratch.alloc(4);
    this.#planes = planesOf(scratch, layout, this.#mcusX, this.#mcusY);
    if (layout.direct) this.#reserveOut();
    else
      for (const plane of this.#planes) {
        plane.coefs = scratch.allocZeroed(plane.blocksX * plane.blocksY * 128);
        plane.maps = scratch.allocZeroed(plane.blocksX * plane.blocksY * 8);
      }
  }

  /** Set the quantisation table of a component: 64 values in zigzag order. */
  setQuantisation(component: number, table: Uint16Array): void {
    const target = new Uint16Array(this.#core.memory.buffer, this.#planes[component]!.quant, 64);
    for (let k = 0; k < 64; k++) target[STORAGE[k]!] = table[k]!;
  }

  /** Decode the scan whose entropy-coded bytes begin at `offset`. */
  decodeScan(scan: JpegScan, offset: number): JpegScanResult {
    const { kernels } = this.#scratch;
    const { direct } = this.#layout;
    const single = scan.components.length === 1;
    const first = this.#planes[scan.components[0]!.index]!;
    // a component alone has its own blocks as MCUs, without padding
    const mcus = single && !direct ? Math.ceil(first.width / 8) : this.#mcusX;
    const rows = single && !direct ? Math.ceil(first.height / 8) : this.#mcusY;

    const n = this.#fileLength - offset;
    const room = scan.interval ? Math.min(Math.ceil((mcus * rows) / scan.interval) + 8, (n >> 1) + 1) : 1;
    const segments = this.#scratch.alloc(room * SEGMENT_WORDS * 4);
    const top = this.#reversed + READ_AHEAD + n;
    const length = kernels.jpegUnstuff(top, this.#file + offset, n, segments, room, this.#count);
    const segmentCount = this.#core.u32(this.#count, 1)[0]!;
    const lowest = this.#core.u32(segments, segmentCount * SEGMENT_WORDS)[(segmentCount - 1) * SEGMENT_WORDS + 1]!;
    // what is read beyond the end does not count, but it shall be the same on every machine
    this.#core.u8(lowest - READ_AHEAD, READ_AHEAD).fill(0);

    const blocks = this.#writeBlocks(scan, single && !direct);
    if (blocks === undefined) return { end: offset + length, broken: { row: 0, rows, why: "table" } };
    const record = this.#core.u32(this.#scan, SCAN_WORDS);
    record.fill(0);
    record[S.interval] = scan.interval;
    record[S.segments] = segments;
    record[S.segmentCount] = segmentCount;
    record[S.lenient] = this.#lenient ? 1 : 0;
    record[S.blocks] = blocks.ptr;
    record[S.blockCount] = blocks.count;
    record[S.mcus] = mcus;
    record[S.direct] = direct ? 1 : 0;
    record[S.scratch] = this.#block;
    record[S.from] = scan.from;
    record[S.to] = scan.to;
    record[S.shift] = scan.low;

    const decodeRow = !scan.progressive
      ? kernels.jpegSequentialRow
      : scan.from === 0
        ? scan.high === 0
          ? kernels.jpegDcFirstRow
          : kernels.jpegDcRefineRow
        : scan.high === 0
          ? kernels.jpegAcFirstRow
          : kernels.jpegAcRefineRow;
    let status = 0;
    let row = 0;
    for (; row < rows; row++) {
      status = decodeRow(this.#scan, row);
      if (status < 0) break;
      if (direct) this.#writeRows(row);
    }
    this.#scratch.free(blocks.ptr);
    this.#scratch.free(segments);
    return {
      end: offset + length,
      broken: status < 0 ? { row, rows, why: status === BAD_DATA ? "code" : "end" } : undefined,
    };
  }

  /** Transform kept coefficients to rows; nothing to do for a direct picture. */
  finish(): void {
    if (this.#layout.direct) return;
    this.#reserveOut();
    for (let row = 0; row < this.#mcusY; row++) {
      this.#scratch.kernels.jpegTransformRow(this.#planeRecords, this.#planes.length, row);
      this.#writeRows(row);
    }
  }

  /** The finished picture as a frame, which then owns its pixels. */
  toFrame(mode: Mode): Frame {
    return adoptFrame(this.#core, this.#scratch.keep(this.#out), this.#layout.width, this.#layout.height, mode);
  }

  /** A copy of the finished picture: height x width x channels. */
  toPixels(): Uint8Array<ArrayBuffer> {
    return this.#core.u8(this.#out, this.#layout.width * this.#layout.height * this.#channels).slice();
  }

  /** Write the rows that MCU row `row` completes: with a vertical filter the last one waits for the next MCU row. */
  #writeRows(row: number): void {
    const { kernels } = this.#scratch;
    const { width, height, colour, inverted } = this.#layout;
    const step = 8 * this.#maxV;
    const last = row === this.#mcusY - 1;
    const from = row === 0 ? 0 : row * step - 1;
    kernels.jpegRows(
      this.#out + from * width * this.#channels,
      this.#planeRecords,
      this.#planes.length,
      width,
      from,
      last ? height : (row + 1) * step - 1,
      row * step,
      COLOURS.indexOf(colour),
      this.#channels,
      this.#asFrame ? 0 : 1,
      inverted ? 255 : 0,
    );
    if (!last) kernels.jpegKeepLastRows(this.#planeRecords, this.#planes.length);
  }

  /** Memory for the picture and for the rows that it is made of. */
  #reserveOut(): void {
    const { width, height } = this.#layout;
    this.#planeRecords = reserveRows(this.#scratch, this.#planes, width);
    this.#out = this.#scratch.alloc(width * height * this.#channels);
  }

  /** The block records of a scan's MCU; `undefined` when a table is missing or no prefix code. */
  #writeBlocks(scan: JpegScan, single: boolean): { ptr: number; count: number } | undefined {
    const needsDc = scan.from === 0 && scan.high === 0;
    const needsAc = scan.to > 0;
    const records: number[] = [];
    for (const [position, { index, dcTable, acTable }] of scan.components.entries()) {
      const plane = this.#planes[index]!;
      const dc = needsDc ? this.#table(dcTable, KIND.dc) : 0;
      const ac = needsAc ? this.#table(acTable, scan.progressive ? KIND.acProgressive : KIND.ac) : 0;
      if (dc === undefined || ac === undefined) return undefined;
      const h = single ? 1 : plane.h;
      const v = single ? 1 : plane.v;
      for (let y = 0; y < v; y++)
        for (let x = 0; x < h; x++) {
          const { direct } = this.#layout;
          const at = y * plane.blocksX + x;
          const base = direct ? plane.rows + y * 8 * plane.stride + x * 8 : plane.coefs + at * 128;
          const pitch = direct ? 0 : v * plane.blocksX * 128;
          const step = direct ? h * 8 : h * 128;
          const predictor = this.#scan + (S.dc + position) * 4;
          const maps = [plane.maps + at * 8, v * plane.blocksX * 8, h * 8];
          records.push(dc, ac, plane.quant, predictor, base, pitch, step, 0, plane.stride, ...maps, 0, 0, 0, 0);
        }
    }
    const ptr = this.#scratch.alloc(records.length * 4);
    this.#core.u32(ptr, records.length).set(records);
    return { ptr, count: records.length / BLOCK_WORDS };
  }

  /** A built Huffman table; the same source is built once. */
  #table(source: Uint8Array | undefined, kind: number): number | undefined {
    if (source === undefined) return undefined;
    const known = this.#tables.get(source);
    if (known !== undefined) return known;
    const table = this.#scratch.alloc(HUFFMAN_BYTES);
    this.#core.u8(this.#source, source.length).set(source);
    if (this.#scratch.kernels.jpegHuffman(table, this.#source, kind) < 0) return undefined;
    this.#tables.set(source, table);
    return table;
  }
}
