/** The sources of a picture's masks, laid out for `parseMasks` of `assembly/mask-set.ts`: one crossing for all of them. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { isPlaced, measureSource, type Plan } from "./mask-plan.ts";
import type { RleSegmentation, Segmentation } from "./segmentation.ts";
import type { Core, Scratch } from "./wasm.ts";

/** Parsed masks in wasm memory: `count` records of {@link RECORD_WORDS} words and the runs that they point to. */
export interface MaskTable {
  readonly records: number;
  readonly runs: number;
  /** Bytes of the runs. */
  readonly runBytes: number;
  readonly count: number;
}

export interface TableOptions {
  /** Path of source i for errors; default `masks[i]`. */
  readonly pathOf?: (index: number) => string;
}

/** Words of a MaskRecord: kind source length points h w left top | runs count area x y boxW boxH placed. */
export const RECORD_WORDS = 16;

const KIND = { counts: 0, text: 1, polygon: 2, dense: 3 } as const;
const encoder = new TextEncoder();

/**
 * Parse all sources in one call. The blocks of the result live as long as the scratch unless they are kept.
 *
 * @throws {ImageError} `ARGUMENT`, `DECODE` or `LIMIT`, with the path of the source
 */
export function parseTable(
  scratch: Scratch,
  sources: readonly Segmentation[],
  width: number,
  height: number,
  { pathOf = (index) => `masks[${index}]` }: TableOptions = {},
): MaskTable {
  checkSize(width, height);
  const plan: Plan = { text: 0, counts: 0, points: 0, rings: 0, dense: 0, columns: 0, runs: 0, work: 0, room: 0 };
  for (let i = 0; i < sources.length; i++) measureSource(plan, sources[i]!, width, height, () => pathOf(i));

  const { core, kernels } = scratch;
  const n = sources.length;
  const joined = joinTexts(sources, plan.text);
  const records = scratch.alloc(n * RECORD_WORDS * 4);
  // one block for all inputs, those of wide alignment first
  const points = scratch.alloc(
    plan.points * 16 + plan.rings * 8 + (plan.counts + plan.columns + 3) * 4 + plan.dense + joined.length * 3,
  );
  const rings = points + plan.points * 16;
  const counts = rings + plan.rings * 8;
  const columns = counts + plan.counts * 4;
  const fault = columns + plan.columns * 4;
  const dense = fault + 12;
  const text = dense + plan.dense;
  if (joined !== "") encoder.encodeInto(joined, core.u8(text, joined.length * 3));

  const at = { text, counts, points, rings, dense, columns };
  const table = core.u32(records, n * RECORD_WORDS);
  const memory: Memory = {
    counts: core.u32(counts, plan.counts),
    rings: core.u32(rings, plan.rings * 2),
    points: new Float64Array(core.memory.buffer as ArrayBuffer, points, plan.points * 2),
    dense: core.u8(dense, plan.dense),
    base: { text, counts, points, rings, dense, columns },
  };
  let denseRuns = 0;
  let denseWork = 0;
  for (let i = 0; i < n; i++) {
    const r = i * RECORD_WORDS;
    fillRecord(table, r, sources[i]!, width, height, memory, at, scratch, () => pathOf(i));
    if (table[r] !== KIND.dense) continue;
    const changes = kernels.denseChanges(table[r + 3]!, table[r + 1]!, table[r + 4]!, table[r + 5]!) >>> 0;
    denseRuns += changes + 1 + (table[r + 15] ? 2 * table[r + 5]! + 2 : 0);
    denseWork = Math.max(denseWork, changes + 1);
  }

  const runBytes = (plan.runs + denseRuns) * 4;
  const runs = scratch.alloc(runBytes);
  const work = plan.work || denseWork ? scratch.alloc(Math.max(plan.work, denseWork) * 4) : 0;
  if (kernels.parseMasks(records, n, runs, work, plan.room, height, width, fault) < 0) {
    const [reason, position, index] = core.u32(fault, 3);
    throw faultError(sources[index!]!, reason!, position!, pathOf(index!));
  }
  return { records, runs, runBytes, count: n };
}

/** All compressed strings, end to end; a character beyond ASCII makes several bytes, the first of which is refused. */
function joinTexts(sources: readonly Segmentation[], length: number): string {
  if (length === 0) return "";
  let text = "";
  for (const source of sources)
    if (source.kind === "rle" && typeof source.rle.counts === "string") text += source.rle.counts;
  return text;
}

type Pointers = Record<"text" | "counts" | "points" | "rings" | "dense" | "columns", number>;

interface Memory {
  readonly counts: Uint32Array;
  readonly rings: Uint32Array;
  readonly points: Float64Array;
  readonly dense: Uint8Array;
  readonly base: Pointers;
}

/** Copy a source in, advance the pointers, and fill in the upper half of its record, which begins at word r. */
function fillRecord(
  table: Uint32Array,
  r: number,
  source: Segmentation,
  width: number,
  height: number,
  memory: Memory,
  at: Pointers,
  { kernels }: Scratch,
  path: () => string,
): void {
  if (source.kind === "polygon") {
    table[r] = KIND.polygon;
    table[r + 1] = at.rings;
    table[r + 3] = at.points;
    table[r + 4] = height;
    table[r + 5] = width;
    table[r + 15] = 0;
    let rings = 0;
    const copyRing = (ring: ArrayLike<number>, hole: number): void => {
      memory.points.set(ring, (at.points - memory.base.points) / 8);
      memory.rings.set([ring.length / 2, hole], (at.rings - memory.base.rings) / 4);
      at.points += ring.length * 8;
      at.rings += 8;
      rings++;
    };
    for (const part of source.parts) {
      copyRing(part.outline, 0);
      for (const hole of part.holes ?? []) copyRing(hole, 1);
    }
    table[r + 2] = rings;
    return;
  }
  const [h, w] = source.kind === "rle" ? source.rle.size : [source.height, source.width];
  table[r + 4] = h;
  table[r + 5] = w;
  table[r + 6] = source.left ?? 0;
  table[r + 7] = source.top ?? 0;
  table[r + 15] = isPlaced(source.left, source.top, w, h, width, height) ? 1 : 0;
  if (source.kind === "rle") {
    const { counts } = source.rle;
    table[r + 2] = counts.length;
    if (typeof counts === "string") {
      table[r] = KIND.text;
      table[r + 1] = at.text;
      at.text += counts.length;
      return;
    }
    table[r] = KIND.counts;
    table[r + 1] = at.counts;
    copyCounts(memory.counts, (at.counts - memory.base.counts) / 4, counts, path);
    at.counts += counts.length * 4;
    if (source.order !== "row") return;
    checkSum(counts, w * h, source, path);
    memory.dense.fill(0, at.dense - memory.base.dense, at.dense - memory.base.dense + w * h);
    kernels.rowRunsToDense(at.dense, table[r + 1]!, counts.length);
  } else {
    const start = at.dense - memory.base.dense;
    const { data } = source;
    if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) memory.dense.set(data, start);
    else {
      // == on purpose: 0n and false are background too
      for (let i = 0; i < data.length; i++) memory.dense[start + i] = (data[i] as unknown) == 0 ? 0 : 1;
    }
  }
  table[r] = KIND.dense;
  table[r + 1] = at.dense;
  table[r + 3] = at.columns;
  at.dense += w * h;
  at.columns += w * 4;
}

function copyCounts(to: Uint32Array, start: number, counts: ArrayLike<number>, path: () => string): void {
  if (counts instanceof Uint32Array) {
    to.set(counts, start);
    return;
  }
  for (let i = 0; i < counts.length; i++) {
    const run = counts[i]!;
    if (typeof run === "number") to[start + i] = run; // anything else may not even turn into one
    if (to[start + i] !== run)
      throw malformed(`expected a run length of 0 or more, got ${show(run)} at run ${i}`, path());
  }
}

function checkSum(counts: ArrayLike<number>, pixels: number, source: Segmentation, path: () => string): void {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i]!;
    if (sum > pixels) throw faultError(source, 5, i, path());
  }
  if (sum < pixels) throw faultError(source, 6, counts.length, path());
}

/** The error for a FAULT_ of `assembly/mask-record.ts`. */
function faultError(source: Segmentation, reason: number, position: number, path: string): ImageError {
  const { rle } = source as RleSegmentation;
  const isText = typeof rle.counts === "string";
  const place = `at ${isText ? "character" : "run"} ${position}`;
  const pixels = `${rle.size[0]} x ${rle.size[1]} = ${rle.size[0] * rle.size[1]} pixels`;
  let message: string;
  if (reason === 1) {
    message = `expected a character of a COCO run-length string ("0" to "o"), got ${show(characterAt(String(rle.counts), position))} ${place}`;
  } else if (reason === 2) message = `expected the last number to be complete, got the end of the string ${place}`;
  else if (reason === 3) message = `expected a number of at most 7 characters, got a longer one ${place}`;
  else if (reason === 4) message = `expected a run length of 0 or more, got a negative one ${place}`;
  else if (reason === 5) message = `expected runs of ${pixels}, got more ${place}`;
  else message = `expected runs of ${pixels}, got fewer, ending ${place}`;
  return malformed(message, path);
}

/** The character at an index, whole also where it takes two places. */
export function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}

function malformed(message: string, path: string): ImageError {
  return new ImageError("DECODE", message, { path: path === "" ? undefined : path });
}

/** A copy of a table in the heap of another instance; whoever asks for it frees its two blocks. */
export function copyTable(table: MaskTable, from: Core, to: Core): MaskTable {
  const bytes = table.count * RECORD_WORDS * 4;
  const records = to.heap.alloc(bytes);
  const runs = to.heap.alloc(table.runBytes);
  to.u8(records, bytes).set(from.u8(table.records, bytes));
  to.u8(runs, table.runBytes).set(from.u8(table.runs, table.runBytes));
  const words = to.u32(records, table.count * RECORD_WORDS);
  // the pointer to the runs, of each record
  for (let i = 8; i < words.length; i += RECORD_WORDS) words[i]! += runs - table.runs;
  return { ...table, records, runs };
}
