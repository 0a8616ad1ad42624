/** COCO files that are too large to be one value: an index of byte ranges for each picture, read when the scene is reached. */
import { ImageError, show } from "../errors.ts";
import type { Category, Scene } from "../model/scene.ts";
import { CocoReader } from "./coco-reader.ts";
import { type FileParts, type RecordKey, scanRecords } from "./coco-scan.ts";
import { Problems } from "./problems.ts";
import { parseJson } from "./source.ts";

/** Files of this many bytes and more are read by an index. */
export const LARGE_JSON: number = 2 ** 26;

/** Pictures, and bytes of records, that are read at once. */
const BATCH = 256;
const BATCH_BYTES = 2 ** 24;
/** Ranges with no more than this between them are read in one go. */
const GAP = 2 ** 14;
const LARGEST_FIELD = 2 ** 26;

/** How an index is made. */
export interface CocoIndexOptions {
  readonly strict?: boolean | undefined;
  /** Bytes that are looked at at once. Default 4 MiB. */
  readonly window?: number | undefined;
}

/** Byte ranges that grow; 12 bytes each, and 4 for the picture. */
class Ranges {
  #starts = new Float64Array(1024);
  #lengths = new Uint32Array(1024);
  #pictures = new Uint32Array(1024);
  count = 0;

  add(start: number, length: number, picture: number): void {
    if (this.count === this.#starts.length) {
      const larger = Math.ceil(this.count * 1.5);
      this.#starts = grown(this.#starts, new Float64Array(larger));
      this.#lengths = grown(this.#lengths, new Uint32Array(larger));
      this.#pictures = grown(this.#pictures, new Uint32Array(larger));
    }
    this.#starts[this.count] = start;
    this.#lengths[this.count] = length;
    this.#pictures[this.count++] = picture;
  }

  start(i: number): number {
    return this.#starts[i]!;
  }

  length(i: number): number {
    return this.#lengths[i]!;
  }

  picture(i: number): number {
    return this.#pictures[i]!;
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** An index over one file. */
export interface IndexedCoco {
  readonly categories: readonly Category[];
  readonly size: number;
  readonly problems: Problems;
  /** Names and ranges of the other fields of the file. */
  readonly about: ReadonlyMap<string, unknown>;
  /** @param readMask - the bytes of a panoptic PNG by its name */
  scenes(readMask: (fileName: string) => Promise<Uint8Array>): AsyncGenerator<Scene>;
}

/**
 * Index an object with `images` and `annotations`: memory for 16 bytes an annotation, not for the file. Ids of annotations
 * that come twice are found only within a batch of pictures.
 *
 * @param name - of the file, for problems
 * @returns undefined when the file is no such object
 * @throws {ImageError} `DECODE`, or `LIMIT` for one record that is too long
 */
export async function indexCoco(
  file: FileParts,
  name: string,
  { strict, window }: CocoIndexOptions = {},
): Promise<IndexedCoco | undefined> {
  const [images, records] = [new Ranges(), new Ranges()];
  const slots = new Map<RecordKey, number>();
  const slotOf = (key: RecordKey): number => {
    const found = typeof key === "string" && /^(?:0|[1-9]\d{0,14})$/.test(key) ? Number(key) : key;
    const known = slots.get(found);
    if (known !== undefined) return known;
    slots.set(found, slots.size);
    return slots.size - 1;
  };
  const fields: { field: string; start: number; length: number }[] = [];
  const keys = new Map([
    ["images", "id"],
    ["annotations", "image_id"],
  ]);
  await scanRecords(
    file,
    keys,
    {
      record: (list, start, length, key) => (list === "images" ? images : records).add(start, length, slotOf(key)),
      field: (field, start, length) => void fields.push({ field, start, length }),
    },
    window,
  );
  if (images.count === 0 && records.count === 0) return undefined;

  const problems = new Problems();
  const about = new Map<string, unknown>();
  let categoryList: unknown;
  for (const { field, start, length } of fields) {
    if (length > LARGEST_FIELD) {
      problems.add(`${name}.${field}`, `its ${length} bytes are passed over`);
      continue;
    }
    const value = parseJson(await file.read(start, length));
    if (field === "categories") categoryList = value;
    else about.set(field, value);
  }
  const first = new CocoReader({ strict }, "ground truth");
  first.readCategories(categoryList, `${name}.`);
  const { categories } = first.dataset();
  for (const { path, message } of first.problems.list) problems.add(path, message);

  // records sorted by picture, in the order of the file within each
  const begins = new Uint32Array(slots.size + 1);
  for (let i = 0; i < records.count; i++) begins[records.picture(i) + 1]! += 1;
  for (let slot = 0; slot < slots.size; slot++) begins[slot + 1]! += begins[slot]!;
  const next = begins.slice();
  const order = new Uint32Array(records.count);
  for (let i = 0; i < records.count; i++) order[next[records.picture(i)]!++] = i;

  const seen = new Uint8Array(slots.size);
  const pictures = new Uint32Array(images.count);
  let size = 0;
  for (let i = 0; i < images.count; i++) {
    const slot = images.picture(i);
    if (seen[slot]) problems.add(`${name}.images[${i}].id`, "the id is taken; the first picture keeps it");
    else pictures[size++] = i;
    seen[slot] = 1;
  }
  for (const [key, slot] of slots)
    if (!seen[slot])
      problems.add(
        `${name}.annotations[${order[begins[slot]!]}].image_id`,
        `no image has the id ${show(key)}; its annotations are left out`,
      );

  const reported = new Set<number>();
  const readBatch = async (from: number, to: number): Promise<CocoReader> => {
    const mine: number[] = [];
    for (let p = from; p < to; p++) {
      const slot = images.picture(pictures[p]!);
      for (let at = begins[slot]!; at < begins[slot + 1]!; at++) mine.push(order[at]!);
    }
    mine.sort((a, b) => a - b);
    const places = Array.from({ length: to - from }, (_, i) => pictures[from + i]!);
    const reader = new CocoReader({ strict }, "ground truth");
    reader.readCategories(categoryList, `${name}.`);
    const told = reader.problems.list.length;
    reader.readImages(await valuesOf(file, images, places, name, "images"), `${name}.`, places);
    reader.readRecords(await valuesOf(file, records, mine, name, "annotations"), `${name}.annotations`, false, mine);
    reader.dataset();
    if (!reported.has(from)) {
      reported.add(from);
      for (const { path, message } of reader.problems.list.slice(told)) problems.add(path, message);
    }
    return reader;
  };

  return {
    categories,
    size,
    problems,
    about,
    async *scenes(readMask) {
      for (let from = 0; from < size;) {
        let [to, bytes] = [from, 0];
        while (to < size && to - from < BATCH && bytes < BATCH_BYTES) {
          const slot = images.picture(pictures[to++]!);
          for (let at = begins[slot]!; at < begins[slot + 1]!; at++) bytes += records.length(order[at]!);
        }
        yield* (await readBatch(from, to)).scenes(readMask);
        from = to;
      }
    },
  };
}

/** The values of some ranges, which come in the order of the file; those that are no JSON become undefined. */
async function valuesOf(
  file: FileParts,
  ranges: Ranges,
  wanted: readonly number[],
  name: string,
  list: string,
): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let i = 0; i < wanted.length;) {
    const start = ranges.start(wanted[i]!);
    let last = i;
    let end = start + ranges.length(wanted[i]!);
    while (last + 1 < wanted.length && ranges.start(wanted[last + 1]!) - end <= GAP && end - start < BATCH_BYTES) {
      last += 1;
      end = ranges.start(wanted[last]!) + ranges.length(wanted[last]!);
    }
    const bytes = await file.read(start, end - start);
    for (; i <= last; i++) {
      const at = ranges.start(wanted[i]!) - start;
      try {
        values.push(parseJson(bytes.subarray(at, at + ranges.length(wanted[i]!)), { python: true }));
      } catch (error) {
        throw error instanceof ImageError ? error.at(`${name}.${list}[${wanted[i]}]`) : error;
      }
    }
  }
  return values;
}
