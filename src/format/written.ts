/** What writing a dataset needs whatever the format: absolute shapes, names of categories, and a word on what is left out. */
import { measureMasks, toCanonicalCounts } from "../core/rle.ts";
import type { Annotation, Box, Category, Rle, Scene, Segmentation, SoftSegmentation } from "../model/scene.ts";
import type { Losses } from "./dataset-format.ts";

/** Finds the names of annotations' categories. */
export class CategoryNames {
  readonly #byId: Map<string, Category>;

  constructor(categories: readonly Category[]) {
    this.#byId = new Map(categories.map((category) => [String(category.id), category]));
  }

  /** The annotation's own name, else that of its id, else the id; undefined where it has neither. */
  of({ category, categoryId }: Pick<Annotation, "category" | "categoryId">): string | undefined {
    return (
      category ??
      (categoryId === undefined ? undefined : (this.#byId.get(String(categoryId))?.name ?? String(categoryId)))
    );
  }
}

/** Append to one of several lists, which is made when it is the first. */
export function pushTo<K, V>(lists: Map<K, V[]>, key: K, ...values: readonly V[]): void {
  const list = lists.get(key);
  if (!list) lists.set(key, [...values]);
  else for (const value of values) list.push(value);
}

/** A box in pixels. */
export function pixelBox(box: Box, { width, height }: Pick<Scene, "width" | "height">): Box {
  if (!box.normalized) return box;
  const { rotation } = box;
  const plain = { x: box.x * width, y: box.y * height, width: box.width * width, height: box.height * height };
  return rotation === undefined ? plain : { ...plain, rotation };
}

/** True for a mask that the core can read. */
export function isHard(segmentation: Segmentation | SoftSegmentation): segmentation is Segmentation {
  return segmentation.kind !== "soft";
}

/** A soft mask where it is half sure or more. */
export function harden({ data, width, height, left, top }: SoftSegmentation): Segmentation {
  const half = data instanceof Uint8Array || data instanceof Uint8ClampedArray ? 128 : 0.5;
  return { kind: "mask", data: Uint8Array.from(data, (value) => (value >= half ? 1 : 0)), width, height, left, top };
}

/** A mask as runs of the whole picture; runs that are so already stay as they are. */
export function runsOfMask(segmentation: Segmentation, width: number, height: number, compressed: boolean): Rle {
  if (segmentation.kind === "rle" && isPlain(segmentation)) {
    const { rle } = segmentation;
    if (rle.size[0] === height && rle.size[1] === width && (typeof rle.counts === "string") === compressed) return rle;
  }
  return {
    size: [height, width],
    counts: toCanonicalCounts(segmentation, width, height, compressed, { pathOf: () => "segmentation" }),
  };
}

function isPlain(segmentation: Segmentation & { kind: "rle" }): boolean {
  return !segmentation.left && !segmentation.top && segmentation.order !== "row";
}

/** The upright box around points `[x0, y0, …]`, undefined where there are none. */
export function boundsOf(points: ArrayLike<number>): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    top = Math.min(top, points[i + 1]!);
    bottom = Math.max(bottom, points[i + 1]!);
  }
  return left > right ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

/** Area and upright box of a mask: of its outlines where it is polygons, else of its pixels. */
export function measureMask(segmentation: Segmentation, width: number, height: number): { area: number; box: Box } {
  const [{ area, box }] = measureMasks([segmentation], width, height, { pathOf: () => "segmentation" }) as [
    ReturnType<typeof measureMasks>[number],
  ];
  const outline =
    segmentation.kind === "polygon"
      ? boundsOf(segmentation.parts.flatMap((part) => Array.from(part.outline)))
      : undefined;
  return { area, box: outline ?? { x: box[0], y: box[1], width: box[2], height: box[3] } };
}

/**
 * Attributes as an object of JSON; what JSON cannot hold is counted. Keys such as `__proto__` are keys like any other.
 *
 * @param taken - names that mean something else in the format: attributes of these names are counted too
 */
export function jsonAttributes(
  attributes: ReadonlyMap<string, unknown>,
  losses: Losses,
  path: string,
  taken?: Pick<ReadonlySet<string>, "has">,
): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const [key, value] of attributes)
    if (taken?.has(key)) losses.add(`attribute named "${key}"`, `${path}.attributes`);
    else if (isJson(value, 0)) entries.push([key, value]);
    else losses.add("attribute that is no JSON", `${path}.attributes`);
  return Object.fromEntries(entries);
}

/** True for what `JSON.stringify` writes without loss. */
export function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth > 100) return false;
  if (Array.isArray(value)) return value.every((entry) => isJson(entry, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    Object.values(value).every((entry) => isJson(entry, depth + 1))
  );
}

/** A large text made of small ones, as bytes: no single string need hold it. */
export class TextFile {
  readonly #pieces: Uint8Array[] = [];
  readonly #encoder = new TextEncoder();
  #text = "";

  add(text: string): void {
    this.#text += text;
    if (this.#text.length > 1 << 20) this.#flush();
  }

  /** Append the entries of another file. */
  addFile(other: TextFile): void {
    this.#flush();
    other.#flush();
    for (const piece of other.#pieces) this.#pieces.push(piece);
  }

  bytes(): Uint8Array {
    this.#flush();
    const all = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  #flush(): void {
    if (this.#text !== "") this.#pieces.push(this.#encoder.encode(this.#text));
    this.#text = "";
  }
}

/** The entries of a JSON list, added one by one. */
export class JsonList {
  readonly #file = new TextFile();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: unknown): void {
    this.#file.add(this.#length++ === 0 ? JSON.stringify(value) : `,\n${JSON.stringify(value)}`);
  }

  /** Write the list into a file. */
  into(file: TextFile): void {
    file.add("[");
    file.addFile(this.#file);
    file.add("]");
  }
}

/** A JSON object whose long lists were made one by one. */
export function jsonFile(fields: Readonly<Record<string, unknown>>): Uint8Array {
  const file = new TextFile();
  let first = true;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    file.add(`${first ? "{" : ",\n"}${JSON.stringify(key)}:`);
    if (value instanceof JsonList) value.into(file);
    else file.add(JSON.stringify(value));
    first = false;
  }
  file.add(first ? "{}" : "}");
  return file.bytes();
}
