/** Binding of `assembly/rle*.ts`, `polygon.ts`, `mask-planes.ts` and `mask-set.ts`. */
import { ImageError, show } from "../errors.ts";
import { type Core, core, type Scratch } from "./wasm.ts";
import { characterAt, type MaskTable, parseTable, RECORD_WORDS, type TableOptions } from "./mask-table.ts";
import type { Segmentation } from "./segmentation.ts";

export interface RleKernels {
  rleToText(text: number, runs: number, n: number): number;
  rleMerge(out: number, a: number, na: number, b: number, nb: number, table: number): number;
  rleIou(out: number, records: number, d: number, g: number, crowd: number): void;
  parseDecimals(out: number, text: number, length: number, comma: number, lenient: number, fault: number): number;
  denseChanges(columns: number, mask: number, h: number, w: number): number;
  rowRunsToDense(mask: number, runs: number, n: number): void;
  parseMasks(
    records: number,
    n: number,
    runs: number,
    work: number,
    room: number,
    h: number,
    w: number,
    fault: number,
  ): number;
  masksToRows(
    out: number,
    records: number,
    n: number,
    plane: number,
    h: number,
    w: number,
    top: number,
    rows: number,
    clear: number,
  ): void;
  clearBox(out: number, stride: number, w: number, h: number): void;
}

/** Truth tables of {@link RleKernels.rleMerge}: bit (a × 2 + b) is the result. */
export const MERGE_OR = 0b1110;
export const MERGE_AND = 0b1000;

/** Run lengths as the user wants them: COCO's compressed string or the numbers. */
export type Counts<C extends boolean> = C extends true ? string : number[];

/** What is known of one mask without decoding it. */
export interface MaskMeasure {
  readonly area: number;
  /** `[x, y, width, height]`, tight; all 0 for an empty mask. */
  readonly box: [x: number, y: number, width: number, height: number];
}

/** Parse sources for the time of one call. */
export function withTable<T>(
  sources: readonly Segmentation[],
  width: number,
  height: number,
  options: TableOptions,
  work: (scratch: Scratch, table: MaskTable) => T,
): T {
  return core().run((scratch) => work(scratch, parseTable(scratch, sources, width, height, options)));
}

/** Area and tight box of each source. */
export function measureMasks(
  sources: readonly Segmentation[],
  width: number,
  height: number,
  options: TableOptions = {},
): MaskMeasure[] {
  return withTable(sources, width, height, options, (scratch, table) =>
    sources.map((_, i) => {
      const record = recordOf(scratch.core, table, i);
      return { area: record[10]!, box: [record[11]!, record[12]!, record[13]!, record[14]!] };
    }),
  );
}

/** One source as a dense mask of 0 and 1, row-major. */
export function decodeMask(
  source: Segmentation,
  width: number,
  height: number,
  options: TableOptions = {},
): Uint8Array<ArrayBuffer> {
  return withTable([source], width, height, options, (scratch, table) =>
    decodeRecord(scratch, table, 0, width, height),
  );
}

/** One mask of a table as bytes of 0 and 1, row-major. */
export function decodeRecord(
  scratch: Scratch,
  table: MaskTable,
  index: number,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(width * height);
  decodeInto(data, 0, scratch, table, index, width, height);
  return data;
}

/** Every mask of a table as bytes of 0 and 1, row-major, one after the other. */
export function decodeTable(
  scratch: Scratch,
  table: MaskTable,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const bytes = table.count * width * height;
  if (bytes > 2 ** 32) throw new ImageError("LIMIT", `expected masks of at most 4 GiB together, got ${bytes} bytes`);
  const data = new Uint8Array(bytes);
  for (let i = 0; i < table.count; i++) decodeInto(data, i * width * height, scratch, table, i, width, height);
  return data;
}

/** The rows of a mask's box alone leave wasm memory: `data` is fresh, so the others are 0 already, and often not even mapped. */
function decodeInto(
  data: Uint8Array,
  offset: number,
  scratch: Scratch,
  table: MaskTable,
  index: number,
  width: number,
  height: number,
): void {
  const { core: owner, kernels } = scratch;
  const record = recordOf(owner, table, index);
  const area = record[10]!;
  const top = record[12]!;
  const rows = record[14]!;
  const stride = planeStride(record[13]!);
  if (area === 0) return;
  const plane = scratch.alloc(stride * (rows + 2) + rows * width);
  const out = plane + stride * (rows + 2);
  kernels.masksToRows(out, table.records + index * RECORD_WORDS * 4, 1, plane, height, width, top, rows, 1);
  data.set(owner.u8(out, rows * width), offset + top * width);
  scratch.free(plane);
}

/** The runs of one mask of a table. */
export function runsOf(scratch: Scratch, table: MaskTable, index: number): Uint32Array<ArrayBuffer> {
  const record = recordOf(scratch.core, table, index);
  return scratch.core.u32(record[8]!, record[9]!).slice();
}

/** The runs of one mask of a table as COCO's compressed string. */
export function textOf(scratch: Scratch, table: MaskTable, index: number): string {
  const record = recordOf(scratch.core, table, index);
  return runsToText(scratch, record[8]!, record[9]!);
}

/** One source as run lengths over the whole picture, canonical: only the first may be 0. */
export function toCanonicalCounts<C extends boolean>(
  source: Segmentation,
  width: number,
  height: number,
  compressed: C,
  options: TableOptions = {},
): Counts<C> {
  return withTable([source], width, height, options, (scratch, table) => {
    const { core: owner, kernels } = scratch;
    const record = recordOf(owner, table, 0);
    const runs = record[8]!;
    const n = record[9]!;
    const out = scratch.alloc(n * 8);
    // the union of a mask with itself
    const length = kernels.rleMerge(out, runs, n, runs, n, MERGE_OR);
    return compressed ? runsToText(scratch, out, length) : Array.from(owner.u32(out, length));
  }) as Counts<C>;
}

/**
 * The numbers of a text, each of 0 to 2^32 - 1.
 *
 * @param separator - a comma, blanks around it allowed, or blanks alone
 * @param lenient - take a negative number as 0
 * @throws {ImageError} `DECODE` with the index of the character
 */
export function parseDecimals(text: string, separator: "," | " ", lenient: boolean): Uint32Array<ArrayBuffer> {
  return core().run((scratch) => {
    const { core: owner, kernels } = scratch;
    const room = (text.length >> 1) + 1;
    const out = scratch.alloc(room * 4 + 8);
    const source = scratch.copyText(text);
    const fault = out + room * 4;
    const n = kernels.parseDecimals(out, source, text.length, separator === "," ? 1 : 0, lenient ? 1 : 0, fault);
    if (n >= 0) return owner.u32(out, n).slice();
    const [reason, position] = owner.u32(fault, 2);
    const place = `at character ${position}`;
    if (reason === 1)
      throw new ImageError("DECODE", `expected a number, got ${show(characterAt(text, position!))} ${place}`);
    if (reason === 2) throw new ImageError("DECODE", `expected a number, got the end of the text ${place}`);
    if (reason === 3) throw new ImageError("DECODE", `expected a number below 2^32, got a larger one ${place}`);
    throw new ImageError("DECODE", `expected a run length of 0 or more, got a negative one ${place}`);
  });
}

/** One source as run lengths over the whole picture. */
export function toCounts<C extends boolean>(
  source: Segmentation,
  width: number,
  height: number,
  compressed: C,
  options: TableOptions = {},
): Counts<C> {
  return withTable([source], width, height, options, (scratch, table) =>
    compressed ? textOf(scratch, table, 0) : Array.from(runsOf(scratch, table, 0)),
  ) as Counts<C>;
}

/** Union (or what is common to all) of at least one source. */
export function mergeMasks<C extends boolean>(
  sources: readonly Segmentation[],
  width: number,
  height: number,
  operation: number,
  compressed: C,
  options: TableOptions = {},
): Counts<C> {
  return withTable(sources, width, height, options, (scratch, table) => {
    const { core: owner, kernels } = scratch;
    const masks = sources.map((_, i) => [...recordOf(owner, table, i).subarray(8, 10)] as [number, number]);
    const room = masks.reduce((sum, [, n]) => sum + n, 0) * 4;
    let [runs, n] = masks[0]!;
    let out = scratch.alloc(room);
    let other = scratch.alloc(room);
    for (const [next, length] of masks.slice(1)) {
      n = kernels.rleMerge(out, runs, n, next, length, operation);
      runs = out;
      out = other;
      other = runs;
    }
    return compressed ? runsToText(scratch, runs, n) : Array.from(owner.u32(runs, n));
  }) as Counts<C>;
}

/** Intersection over union of the first `d` sources with the rest: `d` rows. */
export function iouMasks(
  sources: readonly Segmentation[],
  d: number,
  width: number,
  height: number,
  crowd: Uint8Array,
  options: TableOptions = {},
): Float64Array<ArrayBuffer> {
  const g = sources.length - d;
  return withTable(sources, width, height, options, (scratch, table) => {
    const flags = scratch.copyIn(crowd);
    const out = scratch.alloc(d * g * 8);
    scratch.kernels.rleIou(out, table.records, d, g, flags);
    return new Float64Array(scratch.core.memory.buffer as ArrayBuffer, out, d * g).slice();
  });
}

/** Live view of a record's 16 words. */
export function recordOf(owner: Core, table: MaskTable, index: number): Uint32Array<ArrayBuffer> {
  return owner.u32(table.records + index * RECORD_WORDS * 4, RECORD_WORDS);
}

/** Bytes from one row of a plane to the next; as `planeStride` of `assembly/mask-planes.ts`. */
export function planeStride(boxWidth: number): number {
  return 16 + Math.ceil(boxWidth / 128) * 16;
}

/** Room for the plane of any mask of a table. */
export function planeBytes(owner: Core, table: MaskTable): number {
  const words = owner.u32(table.records, table.count * RECORD_WORDS);
  let bytes = 0;
  for (let i = 0; i < words.length; i += RECORD_WORDS)
    bytes = Math.max(bytes, planeStride(words[i + 13]!) * (words[i + 14]! + 2));
  return bytes;
}

const ascii = new TextDecoder("latin1");

function runsToText(scratch: Scratch, runs: number, n: number): string {
  const text = scratch.alloc(n * 7);
  const length = scratch.kernels.rleToText(text, runs, n);
  return ascii.decode(scratch.core.u8(text, length));
}
