/** YOLO: a text file for each picture, a row for each object. */
import { ImageError, show } from "../errors.ts";
import type { Annotation, Category, Dataset, Scene } from "../model/scene.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import type { FileTree } from "./file-tree.ts";
import { baseName, headText, namesEnding, Reading, stemOf } from "./tree-reading.ts";
import {
  isLabelName,
  type KeypointShape,
  readLayout,
  readLines,
  skeletonOf,
  type YoloLayout,
  type YoloPair,
  type YoloTask,
} from "./yolo-layout.ts";
import { guessTask, parseRow, readRow, type Row } from "./yolo-rows.ts";
import { writeYolo } from "./yolo-writer.ts";

/** Files that are looked at to tell what the rows are. */
const SAMPLE = 100;

/**
 * YOLO datasets, in the layouts of Ultralytics (`data.yaml`, `images/` and `labels/`, parts as folders, lists or `.txt`
 * files), Roboflow (`train/images`, `train/labels`) and darknet (`obj.data`, `obj.names`, labels beside pictures).
 *
 * A row is a class and numbers, fractions of the picture's sides: 4 are a box (centre, size), 8 the corners of an oriented
 * box, 6 and more the outline of a segment, 4 and `kpt_shape` a pose; one more at the end is a confidence. Eight numbers
 * could be an outline too: `task` in the configuration decides, else what the other rows are. Sizes come from the
 * pictures' headers, after EXIF orientation, as Ultralytics reads them; labels whose picture is missing give a scene with
 * `error` and fractions as they are. A picture without labels is a scene without objects.
 *
 * Written are `data.yaml` and `labels/<split>/<name>.txt`; pictures belong into `images/<split>/`.
 */
export const yolo: DatasetFormat = {
  name: "yolo",
  title: "YOLO boxes, segments, oriented boxes and poses with data.yaml",
  detect: detectYolo,
  read: readYolo,
  write: writeYolo,
};

async function detectYolo(tree: FileTree): Promise<number> {
  let best = 0;
  for (const file of (await namesEnding(tree, ".yaml", ".yml", ".data")).slice(0, 5)) {
    const head = await headText(tree, file);
    const names = /^(?:names|nc|classes)\s*[:=]/m.test(head);
    if (names && /^(?:train|val|valid|test|path)\s*[:=]/m.test(head)) return 0.95;
    if (names) best = 0.6;
  }
  const texts = (await namesEnding(tree, ".txt")).filter(isLabelName);
  const inLabels = texts.filter((name) => /(?:^|\/)labels\//i.test(name));
  for (const file of (inLabels.length > 0 ? inLabels : texts).slice(0, 8)) {
    const line = (await headText(tree, file)).split(/\r\n?|\n/, 1)[0]!;
    if (line === "") continue;
    if (!/^\d+(?:\.0*)?(?:\s+-?\d*\.?\d+(?:[eE][-+]?\d+)?){4,}\s*$/.test(line)) continue;
    return Math.max(
      best,
      inLabels.length > 0 || (await namesEnding(tree, "classes.txt", ".names")).length > 0 ? 0.9 : 0.7,
    );
  }
  return best;
}

async function readYolo(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const layout = await readLayout(tree, options, reading);
  const { pairs, splits } = layout;
  if (pairs.length === 0)
    throw new ImageError("ARGUMENT", "expected label files (.txt) or pictures of a YOLO dataset, got neither");
  const labels = pairs.flatMap(({ label }) => label ?? []);
  const sample: Row[] = [];
  if (!layout.task)
    for (const label of labels.slice(0, SAMPLE))
      for (const { row } of await rowsOf(tree, label, new Reading())) sample.push(row);
  const guess = guessTask(sample);
  const task = layout.task ?? (layout.keypoints ? "pose" : guess.task);
  const keypoints: KeypointShape | undefined =
    layout.keypoints ??
    (task === "pose" && guess.points > 0 ? { count: guess.points, numbers: 3, names: new Map() } : undefined);
  const names = layout.names ?? (await nameByNumber(tree, labels, reading));
  const categories = [...names].map(([id, name]): Category => ({
    id,
    name,
    skeleton: task === "pose" && keypoints ? skeletonOf(keypoints, id, name) : undefined,
  }));
  const reader = new YoloReader(tree, layout, { task, keypoints, names }, reading);
  return {
    categories,
    scenes: { [Symbol.asyncIterator]: () => reader.scenes() },
    splits: splits.length > 0 ? splits : undefined,
    size: pairs.length,
    problems: reading.problems.list,
  };
}

interface PlacedRow {
  readonly row: Row;
  readonly place: string;
}

/** Rows of a file; what is none is listed with file and line. */
async function rowsOf(tree: FileTree, file: string, reading: Reading): Promise<PlacedRow[]> {
  const rows: PlacedRow[] = [];
  for (const [i, line] of (await readLines(tree, file, reading)).entries()) {
    const place = `${file}:${i + 1}`;
    const row = reading.part(place, () => parseRow(line));
    if (row) rows.push({ row, place });
  }
  return rows;
}

/** Where a dataset names no classes, their numbers are their names. */
async function nameByNumber(tree: FileTree, labels: readonly string[], reading: Reading): Promise<Map<number, string>> {
  const ids = new Set<number>();
  for (const label of labels) for (const { row } of await rowsOf(tree, label, new Reading())) ids.add(row.id);
  if (ids.size > 0)
    reading.note("data.yaml", "no data.yaml and no classes.txt name the classes; their numbers are their names");
  return new Map([...ids].sort((a, b) => a - b).map((id) => [id, String(id)]));
}

interface Meaning {
  readonly task: YoloTask;
  readonly keypoints: KeypointShape | undefined;
  readonly names: ReadonlyMap<number, string>;
}

/** Reads scenes when they are asked for; each file's problems are listed once. */
class YoloReader {
  readonly #tree: FileTree;
  readonly #layout: YoloLayout;
  readonly #meaning: Meaning;
  readonly #reading: Reading;
  readonly #told = new Set<YoloPair>();
  readonly #strangers = new Set<number>();

  constructor(tree: FileTree, layout: YoloLayout, meaning: Meaning, reading: Reading) {
    this.#tree = tree;
    this.#layout = layout;
    this.#meaning = meaning;
    this.#reading = reading;
  }

  async *scenes(): AsyncGenerator<Scene> {
    for (const pair of this.#layout.pairs) yield this.#scene(pair);
  }

  async #scene(pair: YoloPair): Promise<Scene> {
    const { label, picture, split } = pair;
    const reading = this.#told.has(pair) ? new Reading() : this.#reading;
    this.#told.add(pair);
    const name = picture ?? label!;
    let size = { width: 0, height: 0 };
    let error: ImageError | undefined;
    try {
      if (picture === undefined)
        throw new ImageError("ARGUMENT", "no picture of this name was found, so the size is not known", { path: name });
      size = await this.#layout.pictures.size(picture);
    } catch (cause) {
      if (!(cause instanceof ImageError)) throw cause;
      reading.report(cause);
      error = cause;
    }
    const annotations: Annotation[] = [];
    for (const { row, place } of label === undefined ? [] : await rowsOf(this.#tree, label, reading)) {
      const annotation = reading.part(place, () => readRow(row, { ...this.#meaning, ...size }));
      if (!annotation) continue;
      this.#checkClass(row.id, place, reading);
      annotations.push(annotation);
    }
    return {
      ...size,
      fileName: picture,
      imageId: picture === undefined ? stemOf(baseName(name)) : undefined,
      annotations,
      split,
      error,
    };
  }

  /** Once for each class: a wrong list of names would name every row. */
  #checkClass(id: number, place: string, reading: Reading): void {
    if (this.#meaning.names.has(id) || this.#strangers.has(id)) return;
    this.#strangers.add(id);
    reading.note(place, `no class has the id ${show(id)}`);
  }
}
