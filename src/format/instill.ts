/** Instill's AI task outputs, and the inputs of its draw tasks, as what they say about one picture. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Annotation, Box, Classification, Keypoint, Skeleton } from "../model/scene.ts";
import { COCO_PERSON } from "./coco-categories.ts";
import { type Fields, isFields, isList, readNumber, readText, toNumber } from "./fields.ts";
import { hasOwnMask, readMask } from "./instill-mask.ts";
import { pixelBounds } from "./shapes.ts";

/** What a document may be about. */
export const INSTILL_TASKS = [
  "CLASSIFICATION",
  "DETECTION",
  "KEYPOINT",
  "OCR",
  "INSTANCE_SEGMENTATION",
  "SEMANTIC_SEGMENTATION",
] as const;

/** What a document is about; its draw task has `TASK_DRAW_` before it, its output `TASK_`. */
export type InstillTask = (typeof INSTILL_TASKS)[number];

/** How {@link readInstill} reads. */
export interface InstillOptions {
  /** Default: what the document says, else what its objects look like. */
  readonly task?: InstillTask | undefined;
  /** `[height, width]` of the picture, which the runs of stuffs cover; without it stuffs are left out. */
  readonly size?: readonly [height: number, width: number] | undefined;
  /** True: runs past the end of a mask are cut off and negative ones are 0. Default false: the object is left out. */
  readonly lenient?: boolean | undefined;
  /** False: runs in a text are kept as they stand there, empty ones too. Default true: as COCO has them. */
  readonly canonical?: boolean | undefined;
  /** Gets an error, its path below the document, for each object or part that is left out. Default: it is thrown. */
  readonly report?: ((error: ImageError) => void) | undefined;
}

/** What a document says about one picture. */
export interface InstillResult {
  readonly task: InstillTask;
  /** Objects in the order of the document; stuffs are objects with a mask and no box. */
  readonly annotations: readonly Annotation[];
  readonly classifications: readonly Classification[];
  /** The picture as the document has it: base64, a data URI or an address. */
  readonly image?: string | undefined;
  /** `show-score` in any spelling. */
  readonly showScore: boolean;
}

const [LEGS, TRUNK, ARMS, HEAD] = [0x3399ff, 0xff33ff, 0xff8000, 0x00ff00];

/** The person that Instill's keypoints mean: COCO's, with colours of its own. */
export const INSTILL_PERSON: Skeleton = {
  ...COCO_PERSON,
  edgeColors: COCO_PERSON.edges.map((_, i) => (i < 4 ? LEGS : i < 7 ? TRUNK : i < 12 ? ARMS : HEAD)),
  pointColors: COCO_PERSON.points.map((_, i) => (i < 5 ? HEAD : i < 11 ? ARMS : LEGS)),
};

/** A field by its name in kebab-case, snake_case or camelCase. */
export function fieldOf(record: Fields, name: string): unknown {
  for (const key of spellingsOf(name)) if (record[key] !== undefined) return record[key];
  return undefined;
}

function spellingsOf(name: string): readonly string[] {
  return [name, name.replaceAll("-", "_"), name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
}

/**
 * The results of a document, one for each picture: a task output (`{ task, task_outputs: [{ detection: { objects } }] }`),
 * its inner object (`{ objects }`, `{ stuffs }`, `{ category, score }`), the SDK's `{ data }`, a draw task
 * (`{ task, input }`), or a list of any of these. Keys in kebab-case, snake_case or camelCase.
 *
 * Boxes are kept as they are written; masks of instances lie in their box with its fractions cut off, and may reach out of
 * the picture. The `v` of a keypoint is its score.
 *
 * @throws {ImageError} `ARGUMENT` for what is no such document; with the object and field in the path, unless reported,
 *   for an object that is wrong
 *
 * @example
 * readInstill({ objects: [{ category: "dog", score: 0.9, "bounding-box": { left: 1, top: 2, width: 30, height: 20 } }] });
 */
export function readInstill(value: unknown, options: InstillOptions = {}): InstillResult[] {
  const found = documentsOf(value, "", checkedOptions(options).task);
  if (found.length === 0)
    throw new ImageError(
      "ARGUMENT",
      `expected a task output of Instill (task_outputs, objects, stuffs, or category and score), got ${show(value)}`,
    );
  return found.map((document) => readDocument(document, options));
}

interface Document {
  readonly record: Fields;
  readonly path: string;
  readonly task: InstillTask | undefined;
  readonly image: string | undefined;
}

/** Unwraps lists, outputs, inputs and data until records with content are reached. */
function documentsOf(value: unknown, path: string, task: InstillTask | undefined, depth = 0): Document[] {
  if (depth > 6) return [];
  if (isList(value))
    return Array.from(value).flatMap((entry, i) => documentsOf(entry, `${path}[${i}]`, task, depth + 1));
  if (!isFields(value)) return [];
  const own = taskOf(value["task"]) ?? task;
  if (isContent(value)) return [{ record: value, path, task: own, image: readText(value["image"]) }];
  const found: Document[] = [];
  const into = (key: string, entry: unknown, about: InstillTask | undefined): void => {
    found.push(...documentsOf(entry, path === "" ? key : `${path}.${key}`, about, depth + 1));
  };
  for (const name of ["task-outputs", "task-output", "outputs", "output", "inputs", "input", "data"])
    for (const key of new Set(spellingsOf(name))) if (value[key] !== undefined) into(key, value[key], own);
  for (const name of INSTILL_TASKS) {
    const kebab = name.toLowerCase().replaceAll("_", "-");
    for (const key of new Set(spellingsOf(kebab))) if (isFields(value[key])) into(key, value[key], name);
  }
  const image = readText(value["image"]);
  return image === undefined ? found : found.map((document) => ({ ...document, image: document.image ?? image }));
}

function isContent(record: Fields): boolean {
  return (
    isList(record["objects"]) ||
    isList(record["stuffs"]) ||
    (typeof record["category"] === "string" && record["score"] !== undefined && boxOf(record) === undefined)
  );
}

function taskOf(value: unknown): InstillTask | undefined {
  if (typeof value !== "string") return undefined;
  const name = value
    .toUpperCase()
    .replaceAll("-", "_")
    .replace(/^TASK_/, "")
    .replace(/^DRAW_/, "");
  return INSTILL_TASKS.find((task) => task === name);
}

function boxOf(record: Fields): unknown {
  return fieldOf(record, "bounding-box");
}

/** What the objects look like. */
function guessTask(record: Fields): InstillTask {
  if (isList(record["stuffs"])) return "SEMANTIC_SEGMENTATION";
  if (!isList(record["objects"])) return "CLASSIFICATION";
  const first = Array.from(record["objects"]).find(isFields) ?? {};
  if (isList(first["keypoints"])) return "KEYPOINT";
  if (first["text"] !== undefined) return "OCR";
  return first["rle"] === undefined && !hasOwnMask(first) ? "DETECTION" : "INSTANCE_SEGMENTATION";
}

function readDocument({ record, path, task, image }: Document, options: InstillOptions): InstillResult {
  const own = options.task ?? task ?? guessTask(record);
  const at = (place: string): string => (path === "" ? place : `${path}.${place}`);
  const attempt = <T>(place: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      const named = place === "" ? (path === "" ? error : error.at(path)) : error.at(at(place));
      if (!options.report) throw named;
      options.report(named);
      return undefined;
    }
  };
  const base = { task: own, image, showScore: fieldOf(record, "show-score") === true };
  if (own === "CLASSIFICATION") {
    const best = attempt("", () => readClassification(record));
    return { ...base, annotations: [], classifications: best ? [best] : [] };
  }
  const key = own === "SEMANTIC_SEGMENTATION" ? "stuffs" : "objects";
  const list = record[key];
  const annotations: Annotation[] = [];
  if (!isList(list))
    attempt("", () => {
      throw new ImageError("ARGUMENT", `expected a list, got ${show(list)}`, { path: key });
    });
  else
    for (let i = 0; i < list.length; i++) {
      const object = attempt(`${key}[${i}]`, () => {
        const entry = list[i];
        if (!isFields(entry)) throw new ImageError("ARGUMENT", `expected an object, got ${show(entry)}`);
        return readObject(entry, own, options);
      });
      if (object) annotations.push(object);
    }
  return { ...base, annotations, classifications: [] };
}

function readClassification(record: Fields): Classification {
  const { category } = record;
  if (typeof category !== "string")
    throw new ImageError("ARGUMENT", `expected a category, got ${show(category)}`, { path: "category" });
  return { category, score: readScore(record) };
}

function readScore({ score }: Fields): number | undefined {
  return score === undefined || score === null ? undefined : readNumber(score, "score");
}

function readObject(record: Fields, task: InstillTask, options: InstillOptions): Annotation {
  const category = typeof record["category"] === "string" ? record["category"] : undefined;
  if (task === "SEMANTIC_SEGMENTATION") {
    if (!options.size)
      throw new ImageError("ARGUMENT", "expected options.size: the size of the picture that runs cover");
    const [height, width] = options.size;
    return { category, segmentation: readMask(record, { width, height }, options) };
  }
  const common = { category, score: readScore(record) };
  if (task === "KEYPOINT") {
    const box = boxOf(record) === undefined ? undefined : readBox(record);
    return { ...common, box, keypoints: readKeypoints(record["keypoints"]) };
  }
  if (task === "INSTANCE_SEGMENTATION" && boxOf(record) === undefined && hasOwnMask(record)) {
    const segmentation = readMask(record, undefined, options);
    const [height = 0, width = 0] = options.size ?? [];
    const box = segmentation && width > 0 ? pixelBounds(segmentation, width, height) : undefined;
    return { ...common, box, segmentation };
  }
  const box = readBox(record);
  if (task === "OCR") {
    const { text } = record;
    if (typeof text !== "string")
      throw new ImageError("ARGUMENT", `expected a text, got ${show(text)}`, { path: "text" });
    return { ...common, box, text };
  }
  if (task === "DETECTION") return { ...common, box };
  const [left, top, width, height] = [box.x, box.y, box.width, box.height].map((edge) => Math.trunc(edge) + 0) as [
    number,
    number,
    number,
    number,
  ];
  if (width === 0 || height === 0) return { ...common, box };
  return { ...common, box, segmentation: readMask(record, { left, top, width, height }, options) };
}

const LIMIT = 1e6;

function readBox(record: Fields): Box {
  const given = boxOf(record);
  if (!isFields(given))
    throw new ImageError("ARGUMENT", `expected left, top, width, height, got ${show(given)}`, { path: "bounding-box" });
  const [x, y, width, height] = ["left", "top", "width", "height"].map((key) => {
    const path = `bounding-box.${key}`;
    const number = readNumber(given[key], path);
    const least = key === "width" || key === "height" ? 0 : -LIMIT;
    if (number >= least && number <= LIMIT) return number;
    throw new ImageError("ARGUMENT", `expected a number of ${least} to ${LIMIT}, got ${number}`, { path });
  }) as [number, number, number, number];
  return { x, y, width, height };
}

function readKeypoints(value: unknown): { points: Keypoint[]; skeleton: Skeleton | undefined } {
  if (!isList(value)) throw new ImageError("ARGUMENT", `expected a list, got ${show(value)}`, { path: "keypoints" });
  const points = Array.from(value, (entry, i): Keypoint => {
    const path = `keypoints[${i}]`;
    if (!isFields(entry)) throw new ImageError("ARGUMENT", `expected x, y, v, got ${show(entry)}`, { path });
    const [x, y] = [readNumber(entry["x"], `${path}.x`), readNumber(entry["y"], `${path}.y`)];
    if (Math.max(Math.abs(x), Math.abs(y)) > LIMIT)
      throw new ImageError("LIMIT", `expected a number up to ${LIMIT}, got ${show([x, y])}`, { path });
    const v = entry["v"] === undefined ? 1 : toNumber(entry["v"]);
    if (!Number.isFinite(v))
      throw new ImageError("ARGUMENT", `expected a finite number, got ${show(entry["v"])}`, { path: `${path}.v` });
    // COCO's 2 means visible too
    return { x, y, visibility: v > 0 ? 2 : 0, score: Math.min(1, Math.max(0, v)) };
  });
  return { points, skeleton: points.length === INSTILL_PERSON.points.length ? INSTILL_PERSON : undefined };
}
