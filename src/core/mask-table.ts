/** The sources of a picture's masks, laid out for `parseMasks` of `assembly/mask-set.ts`: one crossing for all of them. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Scratch } from "./wasm.ts";

/** Run lengths in COCO order: column-major, background first. */
export interface Rle {
  /** `[height, width]` in pixels. */
  readonly size: readonly [height: number, width: number];
  /** COCO's compressed string, or the run lengths themselves. */
  readonly counts: string | ArrayLike<number>;
}

/** A mask as run lengths; `left`, `top` place a mask that covers only a part of the picture (default 0, 0). */
export interface RleSegmentation {
  readonly kind: "rle";
  readonly rle: Rle;
  readonly left?: number | undefined;
  readonly top?: number | undefined;
  /** Default `column`, COCO's order. `row`: run lengths row by row (CVAT's crops); not for compressed strings. */
  readonly order?: "column" | "row" | undefined;
}

/** One closed ring `[x0, y0, x1, y1, …]` with the rings cut out of it. */
export interface PolygonPart {
  readonly outline: ArrayLike<number>;
  readonly holes?: readonly ArrayLike<number>[] | undefined;
}

/** A mask as polygons: the union of its parts, each filled by cocoapi's rasteriser rule. */
export interface PolygonSegmentation {
  readonly kind: "polygon";
  readonly parts: readonly PolygonPart[];
}

/**
 * A dense mask, row-major, a pixel belonging to the object where its value is not 0 (so NaN does); placed at `left`,
 * `top`.
 */
export interface DenseSegmentation {
  readonly kind: "mask";
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly left?: number | undefined;
  readonly top?: number | undefined;
}

export type Segmentation = RleSegmentation | PolygonSegmentation | DenseSegmentation;

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
/** Corners further out than this are no pixels of anything. */
const MAX_COORDINATE = 1e7;
/** A placed rectangle lies within this distance. */
const MAX_OFFSET = 2 ** 30;

const encoder = new TextEncoder();

/** Lengths of what the sources need, found before any memory is touched. */
interface Plan {
  text: number;
  counts: number;
  points: number;
  rings: number;
  dense: number;
  columns: number;
  /** u32 of runs, dense sources not yet counted. */
  runs: number;
  /** u32 of the largest working memory of one mask. */
  work: number;
  /** toggles + rings + 1 of the largest polygon. */
  room: number;
}

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

function measureSource(plan: Plan, source: Segmentation, width: number, height: number, path: () => string): void {
  if (typeof source !== "object" || source === null) throw refused("a mask", source, path());
  switch (source.kind) {
    case "rle": {
      const { size, counts } = source.rle ?? {};
      if (!isList(size) || size.length !== 2) throw refused("size [height, width]", size, path());
      const h = size[0]!;
      const w = size[1]!;
      if (
        typeof counts === "string" &&
        h === height &&
        w === width &&
        source.left === undefined &&
        source.top === undefined &&
        source.order !== "row"
      ) {
        // what nearly every mask is, without further ado
        plan.text += counts.length;
        plan.runs += counts.length;
        return;
      }
      checkSize(w, h, path());
      if (typeof counts !== "string" && !isList(counts))
        throw refused("counts as a string or a list of numbers", counts, path());
      const placed = checkPlace(source, w, h, width, height, path);
      if (source.order === "row") {
        if (typeof counts === "string") throw refused("a list of row-major counts", counts, path());
        plan.counts += counts.length;
        plan.dense += w * h;
        plan.columns += w;
        return;
      }
      if (typeof counts === "string") plan.text += counts.length;
      else plan.counts += counts.length;
      plan.runs += counts.length + (placed ? 2 * w + 2 : 0);
      if (placed) plan.work = Math.max(plan.work, counts.length);
      return;
    }
    case "polygon": {
      if (!Array.isArray(source.parts) || source.parts.length === 0)
        throw refused("a polygon of at least one part", source.parts, path());
      let room = 1;
      source.parts.forEach((part: PolygonPart, i) => {
        room += measureRing(plan, part?.outline, width, () => `${path()}.parts[${i}].outline`);
        part.holes?.forEach((hole, j) => {
          room += measureRing(plan, hole, width, () => `${path()}.parts[${i}].holes[${j}]`);
        });
      });
      plan.room = Math.max(plan.room, room);
      plan.runs += room;
      plan.work = Math.max(plan.work, 5 * room + width + 1);
      return;
    }
    case "mask": {
      checkSize(source.width, source.height, path());
      const pixels = source.width * source.height;
      if (!isList(source.data) || source.data.length !== pixels)
        throw refused(`${pixels} values for ${source.width} x ${source.height}`, source.data?.length, path());
      checkPlace(source, source.width, source.height, width, height, path);
      plan.dense += pixels;
      plan.columns += source.width;
      return;
    }
    default:
      throw refused('kind "rle", "polygon" or "mask"', (source as { kind?: unknown }).kind, path());
  }
}

/** @returns room for its runs: toggles + 1 */
function measureRing(plan: Plan, ring: ArrayLike<number>, width: number, path: () => string): number {
  if (!isList(ring) || ring.length < 6 || ring.length % 2 !== 0)
    throw refused("a ring of at least three x, y pairs", isList(ring) ? `${ring.length} numbers` : ring, path());
  let toggles = 0;
  let before = ring[ring.length - 2]!;
  for (let i = 0; i < ring.length; i += 2) {
    const x = ring[i]!;
    const y = ring[i + 1]!;
    if (!(Math.abs(x) <= MAX_COORDINATE && Math.abs(y) <= MAX_COORDINATE)) {
      const odd = Math.abs(x) <= MAX_COORDINATE ? 1 : 0;
      throw refused(`a coordinate of -1e7 to 1e7`, ring[i + odd], `${path()}[${i + odd}]`);
    }
    toggles += Math.min(width, Math.floor(Math.abs(x - before)) + 2);
    before = x;
  }
  plan.rings++;
  plan.points += ring.length / 2;
  return toggles + 1;
}

/** @returns true when the source's rectangle is not the whole picture */
function checkPlace(
  { left, top }: { readonly left?: number | undefined; readonly top?: number | undefined },
  w: number,
  h: number,
  width: number,
  height: number,
  path: () => string,
): boolean {
  if (left === undefined && top === undefined && (w !== width || h !== height))
    throw refused(`a mask of ${width} x ${height} pixels or a place for it`, `${w} x ${h}`, path());
  for (const [name, value] of [
    ["left", left ?? 0],
    ["top", top ?? 0],
  ] as const)
    if (!Number.isInteger(value) || Math.abs(value) > MAX_OFFSET)
      throw refused(`${name} to be an integer`, value, path());
  return isPlaced(left, top, w, h, width, height);
}

function isPlaced(
  left: number | undefined,
  top: number | undefined,
  w: number,
  h: number,
  width: number,
  height: number,
): boolean {
  return (left ?? 0) !== 0 || (top ?? 0) !== 0 || w !== width || h !== height;
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
    else for (let i = 0; i < data.length; i++) memory.dense[start + i] = data[i] === 0 ? 0 : 1;
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
    to[start + i] = run;
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

function refused(expected: string, got: unknown, path: string): ImageError {
  return new ImageError("ARGUMENT", `expected ${expected}, got ${show(got)}`, { path: path === "" ? undefined : path });
}

function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
