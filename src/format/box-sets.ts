/**
 * The box dictionary that W&B and deepdriver share: read and checked here, whichever of them wrote it. Longer than
 * other files: it reads and writes, by the same rules.
 */
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Annotation } from "../model/scene.ts";
import { type ClassId, classId, type ClassLabels, readClassLabels, within } from "./class-labels.ts";
import { type Fields, isFields, isList } from "./fields.ts";

/** Edges of a box. */
export interface CornerPosition {
  readonly minX: number;
  readonly maxX: number;
  readonly minY: number;
  readonly maxY: number;
}

/** Middle and size of a box. */
export interface MiddlePosition {
  readonly middle: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** One box. Further keys are kept. */
export interface BoxRecord {
  readonly position: CornerPosition | MiddlePosition;
  /** Numbers, or strings unless checked strictly. */
  readonly class_id?: ClassId | undefined;
  /** Words in place of the class name; deepdriver calls it `caption`. */
  readonly box_caption?: string | null | undefined;
  readonly caption?: string | null | undefined;
  readonly scores?: Readonly<Record<string, number>> | null | undefined;
  /** `pixel`; left out or null, positions are fractions of the picture's size. deepdriver calls it `unit`. */
  readonly domain?: string | null | undefined;
  readonly unit?: string | null | undefined;
  readonly [key: string]: unknown;
}

/**
 * Boxes as an array of `[minX, minY, maxX, maxY]` or `[minX, minY, maxX, maxY, score, class]` rows, in pixels unless `domain` is
 * `fraction`.
 */
export interface BoxRows {
  readonly data: Float32Array | Float64Array | Int32Array | Int16Array | Uint16Array;
  readonly shape: readonly [count: number, columns: number];
  readonly domain?: "pixel" | "fraction" | undefined;
}

/** A set of boxes, `predictions` for instance. */
export interface BoxSet {
  readonly box_data: readonly BoxRecord[] | BoxRows;
  readonly class_labels?: ClassLabels | null | undefined;
  readonly [key: string]: unknown;
}

/** Whose spelling comes first, and what must be there. */
export interface BoxDialect {
  /** Keys of the words on a box, the first one found counts. */
  readonly captions: readonly string[];
  /** Keys of the unit, the first one found counts. */
  readonly units: readonly string[];
  /** The checks of upstream in place of limn's own. */
  check(box: Fields, hasLabels: boolean): void;
}

/** A checked box; edges in its own unit. */
export interface CheckedBox extends CornerPosition {
  readonly pixel: boolean;
  readonly classId?: ClassId | undefined;
  readonly caption?: string | undefined;
  readonly scores?: ReadonlyMap<string, number> | undefined;
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

/** A checked set of boxes. */
export interface CheckedBoxes {
  readonly boxes: readonly CheckedBox[];
  /** Names by class id; where none were given, `class_<id>` for each id that occurs. */
  readonly labels: ReadonlyMap<ClassId, string>;
  /** The boxes as dictionaries, as they were handed in. */
  readonly records: readonly BoxRecord[];
}

const KNOWN: ReadonlySet<string> = new Set(["position", "class_id", "scores"]);

/**
 * Read a set of boxes.
 *
 * @param strict - upstream's checks alone; else limn's: finite numbers everywhere, ids numbers or strings, all but the
 *   position optional, units `pixel` or `fraction`
 * @throws {ImageError} `ARGUMENT` with the path below the set: `box_data[3].position.minX`
 */
export function readBoxes(value: unknown, dialect: BoxDialect, strict: boolean): CheckedBoxes {
  if (!isFields(value)) throw new ImageError("ARGUMENT", `expected { box_data, class_labels? }, got ${show(value)}`);
  const { box_data: given, class_labels: names } = value;
  if (given === undefined) throw new ImageError("ARGUMENT", "expected box_data, got nothing", { path: "box_data" });
  const labels =
    names === undefined || names === null ? undefined : within("class_labels", () => readClassLabels(names, strict));
  const records = within("box_data", () => recordsOf(given, strict));
  const boxes = records.map((record, index) =>
    within(`box_data[${index}]`, () => {
      if (!isFields(record)) throw new ImageError("ARGUMENT", `expected a box, got ${show(record)}`);
      if (strict) dialect.check(record, labels !== undefined);
      return readBox(record, dialect, strict);
    }),
  );
  return { boxes, labels: labels ?? defaultLabels(boxes, strict), records };
}

/** Most boxes of what only says how many it has. */
const MAX_BOXES = 2 ** 20;

/** Boxes by number, as a list has them, in an object that is none. */
function isTuple(value: unknown): value is ArrayLike<BoxRecord> {
  if (!isFields(value) || ArrayBuffer.isView(value)) return false;
  const { length } = value;
  return Number.isInteger(length) && (length as number) >= 0 && (length as number) <= MAX_BOXES;
}

function recordsOf(value: unknown, strict: boolean): BoxRecord[] {
  if (Array.isArray(value)) return value as BoxRecord[];
  if (!strict && isTuple(value)) return Array.from(value);
  if (!isFields(value) || !isList(value["data"]) || !Array.isArray(value["shape"]))
    throw new ImageError(
      "ARGUMENT",
      `expected a list of boxes, or rows { data, shape: [n, 4 | 6] }, got ${show(value)}`,
    );
  const { data, shape, domain = "pixel" } = value as unknown as BoxRows;
  const [count, columns] = shape;
  if (shape.length !== 2 || !(columns === 4 || columns === 6) || data.length !== count * columns)
    throw new ImageError("ARGUMENT", `expected ${data.length} numbers as [n, 4] or [n, 6], got shape ${show(shape)}`);
  return Array.from({ length: count }, (_, row) => {
    const [minX, minY, maxX, maxY, score, id] = data.subarray(row * columns, (row + 1) * columns);
    const position = { minX: minX!, maxX: maxX!, minY: minY!, maxY: maxY! };
    const unit = domain === "pixel" ? { domain: "pixel" } : {};
    return columns === 4 ? { position, ...unit } : { position, class_id: id!, scores: { score: score! }, ...unit };
  });
}

function readBox(box: Fields, { captions, units }: BoxDialect, strict: boolean): CheckedBox {
  const edges = within("position", () => readPosition(box["position"], strict));
  const id = box["class_id"];
  if (!strict && !(id === undefined || id === null || typeof id === "string" || Number.isInteger(id)))
    throw new ImageError("ARGUMENT", `expected a whole number or a string, got ${show(id)}`, { path: "class_id" });
  const caption = firstOf(box, captions);
  if (!strict && !(caption === undefined || typeof caption === "string"))
    throw new ImageError("ARGUMENT", `expected a string, got ${show(caption)}`, {
      path: captions.find((key) => box[key] === caption),
    });
  const unit = firstOf(box, units);
  if (!strict && !(unit === undefined || unit === "pixel" || unit === "fraction"))
    throw new ImageError("ARGUMENT", `expected "pixel" or "fraction", got ${show(unit)}`, {
      path: units.find((key) => box[key] === unit),
    });
  const others = Object.keys(box).filter((key) => !KNOWN.has(key) && !captions.includes(key) && !units.includes(key));
  return {
    ...edges,
    pixel: unit === "pixel",
    classId: typeof id === "boolean" ? Number(id) : id === null ? undefined : classIdOf(id),
    caption: typeof caption === "string" ? caption : undefined,
    scores: within("scores", () => readScores(box["scores"], strict)),
    attributes: others.length ? new Map(others.map((key) => [key, box[key]])) : undefined,
  };
}

function classIdOf(id: unknown): ClassId | undefined {
  return id === undefined ? undefined : classId(id as ClassId);
}

function firstOf(box: Fields, keys: readonly string[]): unknown {
  return keys.map((key) => box[key]).find((value) => value !== undefined && value !== null);
}

/** What upstream takes as a number: booleans too, NaN too. */
export function isPythonNumber(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

/** Middle and size where both are complete, else the edges. */
function readPosition(value: unknown, strict: boolean): CornerPosition {
  if (!isFields(value)) throw new ImageError("ARGUMENT", `expected a position, got ${show(value)}`);
  const { middle } = value;
  const number = (key: string, given: unknown = value[key]): number => {
    if (strict ? !isPythonNumber(given) : !Number.isFinite(given))
      throw new ImageError("ARGUMENT", `expected a finite number, got ${show(given)}`, { path: key });
    return Number(given);
  };
  const sized = isPythonNumber(value["width"]) && isPythonNumber(value["height"]);
  const cornered = ["minX", "maxX", "minY", "maxY"].some((key) => value[key] !== undefined);
  const pair = typeof middle === "string" ? [...middle] : isList(middle) ? middle : undefined;
  if (pair?.length === 2 && (sized || !cornered)) {
    const [width, height] = [number("width"), number("height")];
    // upstream never looks at the two numbers of `middle`
    const [x, y] = [0, 1].map((i) => (strict ? Number(pair[i]) : number(`middle[${i}]`, pair[i])));
    return { minX: x! - width / 2, maxX: x! + width / 2, minY: y! - height / 2, maxY: y! + height / 2 };
  }
  if (!cornered)
    throw new ImageError(
      "ARGUMENT",
      `expected minX, maxX, minY, maxY or middle (two numbers), width, height, got ${show(value)}`,
    );
  return { minX: number("minX"), maxX: number("maxX"), minY: number("minY"), maxY: number("maxY") };
}

function readScores(value: unknown, strict: boolean): ReadonlyMap<string, number> | undefined {
  if (value === undefined || (!strict && value === null)) return undefined;
  const map = value instanceof Map;
  if (!map && !isFields(value)) throw new ImageError("ARGUMENT", `expected scores by name, got ${show(value)}`);
  const scores = new Map<string, number>();
  for (const [name, score] of map ? value : Object.entries(value as Fields)) {
    if (strict ? !isPythonNumber(score) : !Number.isFinite(score))
      throw new ImageError("ARGUMENT", `expected a finite number, got ${show(score)}`, { path: String(name) });
    scores.set(String(name), Number(score));
  }
  return scores;
}

/** `class_<id>` for each number, the name itself for a string; upstream passes ids through 32 bits. */
function defaultLabels(boxes: readonly CheckedBox[], strict: boolean): Map<ClassId, string> {
  const ids = new Set(boxes.flatMap(({ classId: id }) => (id === undefined ? [] : strict ? [Number(id) | 0] : [id])));
  const numbers = [...ids].filter((id) => typeof id === "number").sort((a, b) => a - b);
  const names = [...ids].filter((id) => typeof id === "string").sort();
  return new Map<ClassId, string>([
    ...numbers.map((id) => [id, `class_${id}`] as const),
    ...names.map((id) => [id, id] as const),
  ]);
}

/** Scores that say how sure a model is. */
const CONFIDENCE: readonly string[] = ["score", "confidence", "conf", "probability", "prob"];

/**
 * The boxes as annotations in pixels. Edges in the wrong order are taken as the area between them; boxes without numbers
 * (which only upstream's own checks let pass) are left out.
 */
export function boxAnnotations(set: CheckedBoxes, group: string, width: number, height: number): Annotation[] {
  return set.boxes.flatMap((box) => {
    const [sx, sy] = box.pixel ? [1, 1] : [width, height];
    const [minX, maxX, minY, maxY] = [box.minX * sx, box.maxX * sx, box.minY * sy, box.maxY * sy];
    if (![minX, maxX, minY, maxY].every(Number.isFinite)) return [];
    const { classId: id, scores } = box;
    return [
      {
        box: {
          x: Math.min(minX, maxX),
          y: Math.min(minY, maxY),
          width: Math.abs(maxX - minX),
          height: Math.abs(maxY - minY),
        },
        group,
        categoryId: id,
        category: id === undefined ? undefined : (set.labels.get(id) ?? (typeof id === "string" ? id : `class_${id}`)),
        caption: box.caption,
        score: scores && confidence(scores),
        scores,
        attributes: box.attributes,
      },
    ];
  });
}

/** A score by one of the names for confidence, else the only one if it lies in 0..1. */
export function confidence(scores: ReadonlyMap<string, number>): number | undefined {
  const name = CONFIDENCE.find((key) => scores.has(key)) ?? (scores.size === 1 ? [...scores.keys()][0]! : undefined);
  const score = name === undefined ? undefined : scores.get(name)!;
  return score !== undefined && score >= 0 && score <= 1 ? score : undefined;
}

/** How {@link writeBoxes} writes. */
export interface WriteBoxesOptions {
  /** Size of the picture: with it positions are fractions, without it pixels. */
  readonly fractionOf?: { readonly width: number; readonly height: number } | undefined;
}

/**
 * The boxes of annotations as dictionaries, in the spelling of a dialect. Annotations without a box are left out.
 *
 * @throws {ImageError} `ARGUMENT` for what are no annotations
 */
export function writeBoxes(
  annotations: Iterable<Annotation>,
  { captions, units }: Pick<BoxDialect, "captions" | "units">,
  options: WriteBoxesOptions = {},
): BoxSet {
  const { fractionOf } = checkedOptions(options);
  const [sx, sy] = fractionOf ? [fractionOf.width, fractionOf.height] : [1, 1];
  const labels = new Map<ClassId, string>();
  const records: BoxRecord[] = [];
  if (typeof annotations?.[Symbol.iterator] !== "function")
    throw new ImageError("ARGUMENT", `expected annotations, got ${show(annotations)}`);
  for (const annotation of annotations) {
    if (typeof annotation !== "object" || annotation === null)
      throw new ImageError("ARGUMENT", `expected an annotation, got ${show(annotation)}`);
    const { box, categoryId, category, caption, score, scores, attributes } = annotation;
    if (box === undefined) continue;
    const id = categoryId ?? category;
    if (id !== undefined) labels.set(classId(id), category ?? String(id));
    const all = scores ?? (score === undefined ? undefined : new Map([["score", score]]));
    records.push({
      position: {
        minX: box.x / sx,
        maxX: (box.x + box.width) / sx,
        minY: box.y / sy,
        maxY: (box.y + box.height) / sy,
      },
      ...(id === undefined ? {} : { class_id: id }),
      ...(caption === undefined ? {} : { [captions[0]!]: caption }),
      ...(all === undefined ? {} : { scores: Object.fromEntries(all) }),
      ...(fractionOf ? {} : { [units[0]!]: "pixel" }),
      ...(attributes === undefined ? {} : Object.fromEntries(attributes)),
    });
  }
  return { box_data: records, class_labels: labels };
}
