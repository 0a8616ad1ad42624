/** W&B's dictionaries of boxes, masks and classes. */
import { ImageError, show } from "../errors.ts";
import { rangeOf } from "../core/pixel-range.ts";
import { checkElements, type PixelArray, type PixelSource, toPixelArray } from "../model/pixels.ts";
import type { Annotation, LabelMap } from "../model/scene.ts";
import { toUint8 } from "../model/to-uint8.ts";
import { checkSize } from "../limits.ts";
import {
  type BoxDialect,
  type BoxSet,
  type CheckedBoxes,
  isPythonNumber,
  readBoxes,
  writeBoxes,
  type WriteBoxesOptions,
} from "./box-sets.ts";
import { type ClassId, type ClassLabels, readClassLabels, within } from "./class-labels.ts";
import { type Fields, isFields } from "./fields.ts";

export type { BoxRecord, BoxRows, BoxSet, CheckedBox, CheckedBoxes } from "./box-sets.ts";
export { boxAnnotations } from "./box-sets.ts";

const DIALECT: BoxDialect = { captions: ["box_caption", "caption"], units: ["domain", "unit"], check };

/** What W&B itself checks on a box, beside its position and scores. */
function check(box: Fields, hasLabels: boolean): void {
  const { class_id: id, box_caption: caption } = box;
  if (id === undefined ? !hasLabels : !(Number.isInteger(id) || typeof id === "boolean"))
    throw new ImageError("ARGUMENT", `expected a whole number, got ${show(id)}`, { path: "class_id" });
  if ("box_caption" in box && typeof caption !== "string")
    throw new ImageError("ARGUMENT", `expected a string, got ${show(caption)}`, { path: "box_caption" });
}

/** Read a set of boxes in W&B's spelling (deepdriver's `caption` and `unit` are understood too); see `readBoxes`. */
export function readWandbBoxes(value: unknown, strict: boolean): CheckedBoxes {
  return readBoxes(value, DIALECT, strict);
}

/** The boxes of annotations in W&B's spelling. */
export function writeWandbBoxes(annotations: Iterable<Annotation>, options: WriteBoxesOptions = {}): BoxSet {
  return writeBoxes(annotations, DIALECT, options);
}

/** A mask: a class id 0..255 for each pixel, or the path of a picture of them (Node). */
export interface MaskRecord {
  /** Pixels of one channel, or rows of numbers. */
  readonly mask_data?: PixelSource | readonly ArrayLike<number>[] | undefined;
  readonly path?: string | undefined;
  readonly class_labels?: ClassLabels | null | undefined;
  readonly [key: string]: unknown;
}

/** A checked mask. */
export interface CheckedMask {
  /** Row-major class ids. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The labels of a mask, undefined where none were given. */
export function readMaskLabels(value: Fields, strict: boolean): Map<ClassId, string> | undefined {
  const names = value["class_labels"];
  return names === undefined || names === null
    ? undefined
    : within("class_labels", () => readClassLabels(names, strict));
}

/**
 * Read the pixels of a mask.
 *
 * @param strict - upstream's checks alone: two axes, whole numbers 0..255, floats cut off and wrapped to 8 bits; else values
 *   of every type must be 0..255 (fractions are cut off)
 * @throws {ImageError} `ARGUMENT` with path `mask_data`
 */
export function readMaskData(value: unknown, strict: boolean): CheckedMask & { readonly ids: readonly number[] } {
  return within("mask_data", () => {
    const array = isRows(value) ? fromRows(value) : toPixelArray(value);
    if (array === undefined) throw new ImageError("ARGUMENT", `expected pixels or rows of numbers, got ${show(value)}`);
    const { shape } = array;
    if (!(shape.length === 2 || (!strict && shape.length === 3 && shape[array.layout === "CHW" ? 0 : 2] === 1)))
      throw new ImageError("ARGUMENT", `expected [height, width], got ${show(shape)}`);
    const [height, width] = (shape.length === 3 && array.layout === "CHW" ? shape.slice(1) : shape) as [number, number];
    checkSize(width, height);
    const elements = checkElements(array);
    const { low, high, nan } = rangeOf(elements, false);
    const inside = low >= 0 && high <= 255 && !nan;
    const wrapped = strict && elements.element.startsWith("float") && elements.element !== "float16";
    if (!inside && !wrapped)
      throw new ImageError("ARGUMENT", `expected class ids of 0..255, got ${nan ? "NaN" : low < 0 ? low : high}`);
    if (inside) {
      const { data } = toUint8(array, { policy: "none" });
      return { data, width, height, ids: distinct(data) };
    }
    // 64 bits wrapped to 32, as the labels have it, and that to 8, as the pixels have it
    const wide = Int32Array.from(array.data as Float64Array, (id) => Math.trunc(id));
    return { data: Uint8Array.from(wide), width, height, ids: [...new Set(wide)].sort((a, b) => a - b) };
  });
}

function isRows(value: unknown): value is readonly ArrayLike<number>[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row) || ArrayBuffer.isView(row));
}

function fromRows(rows: readonly ArrayLike<number>[]): PixelArray {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  checkSize(width, height);
  const data = new Float64Array(width * height);
  for (const [y, row] of rows.entries()) {
    if (row.length !== width)
      throw new ImageError("ARGUMENT", `expected ${width} numbers, got ${row.length}`, { path: `[${y}]` });
    for (let x = 0; x < width; x++) {
      const id: unknown = row[x];
      if (!isPythonNumber(id))
        throw new ImageError("ARGUMENT", `expected a class id, got ${show(id)}`, { path: `[${y}][${x}]` });
      data[y * width + x] = Number(id);
    }
  }
  return { data, shape: [height, width] };
}

/** The values that occur, in order. */
function distinct(data: Uint8Array): number[] {
  const seen = new Uint8Array(256);
  for (let i = 0; i < data.length; i++) seen[data[i]!] = 1;
  return [...seen.keys()].filter((id) => seen[id]);
}

/** A mask as a label map of a scene. Class 0 is background unless it was given a name. */
export function maskLabelMap(
  { data, width, height }: CheckedMask,
  labels: ReadonlyMap<ClassId, string>,
  group: string,
  named: boolean,
): LabelMap {
  const classes = new Map<number, string>();
  for (const [id, name] of labels) if (typeof id === "number" && (named || id !== 0)) classes.set(id, name);
  return { data, width, height, group, classes };
}

/** A class of a picture. */
export interface ClassRecord {
  readonly id: ClassId;
  readonly name: string;
}

/** Read a list of classes. @throws {ImageError} `ARGUMENT` with the path below the list */
export function readClasses(value: unknown): ClassRecord[] {
  if (!Array.isArray(value)) throw new ImageError("ARGUMENT", `expected a list of { id, name }, got ${show(value)}`);
  return value.map((entry: unknown, index) => {
    const { id, name } = isFields(entry) ? entry : {};
    if (typeof id !== "string" && !Number.isFinite(id))
      throw new ImageError("ARGUMENT", `expected an id, got ${show(id)}`, { path: `[${index}].id` });
    if (typeof name !== "string")
      throw new ImageError("ARGUMENT", `expected a name, got ${show(name)}`, { path: `[${index}].name` });
    return { id: id as ClassId, name };
  });
}
