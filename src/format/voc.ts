/** Pascal VOC: an XML file for each picture, masks as PNG, parts of the dataset as lists of names. */
import { ImageError } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Box, Category, Dataset, LabelMap, Scene } from "../model/scene.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import type { FileTree } from "./file-tree.ts";
import { PictureFiles, pictureName } from "./picture-files.ts";
import { pixelBounds } from "./shapes.ts";
import { baseName, headText, namesEnding, Reading, stemOf, textOf } from "./tree-reading.ts";
import { runsByValue } from "./value-runs.ts";
import {
  type IndexPicture,
  type LabelMapFile,
  readIndexPicture,
  readLabelMap,
  VOC_NAMES,
  vocColor,
  VOID,
} from "./voc-masks.ts";
import { writeVoc } from "./voc-writer.ts";
import { PART_OF, readVocFile, type VocFile } from "./voc-xml.ts";
import { parseXml } from "./xml.ts";

/**
 * Pascal VOC datasets: `Annotations/*.xml`, `SegmentationClass/*.png` as a label map, `SegmentationObject/*.png` as the masks of
 * the objects, `ImageSets/<kind>/<split>.txt`, and the `labelmap.txt` of CVAT and Datumaro.
 *
 * VOC counts pixels from 1 and both ends of a box belong to it: `xmin` 1 is the left edge of the picture, and `xmax` the right
 * edge of the last pixel. So `x` is `xmin - 1`, `width` is `xmax - xmin + 1`, as detectron2 and supervision read it, and what
 * is read is written back to the same numbers. Datasets of tools that count from 0 are known by a coordinate below 1 or by
 * the first line of `labelmap.txt`; there `x` is `xmin` and `width` is `xmax - xmin`.
 *
 * `difficult`, `truncated` (true), `pose` and `actions` are attributes; an object with parts has an id, and each part is an
 * object of its own with the attribute `part of`. The n-th colour of SegmentationObject belongs to the n-th object where their
 * classes and places agree, else it is an object of its own.
 */
export const voc: DatasetFormat = {
  name: "voc",
  title: "Pascal VOC XML with class and object masks",
  detect: detectVoc,
  read: readVoc,
  write: writeVoc,
};

async function detectVoc(tree: FileTree): Promise<number> {
  for (const file of (await namesEnding(tree, ".xml")).slice(0, 5)) {
    const head = await headText(tree, file);
    if (!/<annotation[\s>]/.test(head) || /<imagesize>|<polygon>\s*<pt>/.test(head)) continue;
    if (/<bndbox>|<segmented>/.test(head)) return 0.95;
    if (/<size>/.test(head)) return 0.8;
  }
  const names = await tree.list();
  return names.some((name) => /(?:^|\/)SegmentationClass\/[^/]+\.png$/i.test(name)) ? 0.7 : 0;
}

async function readVoc(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const files: VocFile[] = [];
  for (const name of await namesEnding(tree, ".xml")) {
    const file = await reading.partAsync("", async () =>
      readVocFile(parseXml(await tree.read(name), name), name, reading),
    );
    if (file) files.push(file);
  }
  const masks = await findMasks(tree);
  if (files.length === 0 && masks.classes.size === 0)
    throw new ImageError("ARGUMENT", "expected Pascal VOC XML files, got none that can be read");
  const labelMap = await readLabels(tree, reading);
  const splits = await readSplits(tree, reading);
  const pictures = new PictureFiles(options.images ?? tree);

  // a picture may have masks alone
  const known = new Set(files.map(({ file }) => stemOf(baseName(file))));
  for (const stem of masks.classes.keys())
    if (!known.has(stem))
      files.push({
        file: masks.classes.get(stem)!,
        fileName: undefined,
        width: 0,
        height: 0,
        annotations: [],
        objects: [],
        least: 1,
      });
  for (const [stem, split] of splits.of)
    if (!known.has(stem) && !masks.classes.has(stem))
      reading.note(`${split}: ${stem}`, "a list names this picture, but it has no annotations");

  const fromOne = labelMap?.countsFromOne ?? files.every(({ least }) => least >= 1);
  const classes = new VocClasses(files, labelMap, masks.classes.size > 0);
  const reader = new VocReader(tree, reading, pictures, classes, masks, splits.of, fromOne ? 1 : 0);
  return {
    categories: classes.categories,
    scenes: { [Symbol.asyncIterator]: () => reader.scenes(files) },
    splits: splits.names.length > 0 ? splits.names : undefined,
    size: files.length,
    problems: reading.problems.list,
  };
}

interface MaskFiles {
  /** Stem to file. */
  readonly classes: ReadonlyMap<string, string>;
  readonly objects: ReadonlyMap<string, string>;
}

async function findMasks(tree: FileTree): Promise<MaskFiles> {
  const [classes, objects] = [new Map<string, string>(), new Map<string, string>()];
  for (const name of await namesEnding(tree, ".png")) {
    const stem = stemOf(baseName(name));
    if (/(?:^|\/)SegmentationClass\//i.test(name)) classes.set(stem, name);
    else if (/(?:^|\/)SegmentationObject\//i.test(name)) objects.set(stem, name);
  }
  return { classes, objects };
}

async function readText(tree: FileTree, name: string): Promise<string> {
  const bytes = await tree.read(name);
  try {
    return textOf(bytes, true);
  } catch (error) {
    throw error instanceof ImageError ? error.at(name) : error;
  }
}

async function readLabels(tree: FileTree, reading: Reading): Promise<LabelMapFile | undefined> {
  const [name] = (await namesEnding(tree, "labelmap.txt")).filter(
    (file) => baseName(file).toLowerCase() === "labelmap.txt",
  );
  if (name === undefined) return undefined;
  const text = await reading.partAsync("", () => readText(tree, name));
  return text === undefined
    ? undefined
    : readLabelMap(text.split(/\r\n?|\n/), (line, message) => reading.note(`${name}:${line}`, message));
}

/** Splits of the lists in ImageSets, Main before the others. */
async function readSplits(tree: FileTree, reading: Reading): Promise<{ names: string[]; of: Map<string, string> }> {
  const lists = (await namesEnding(tree, ".txt")).filter((name) => /(?:^|\/)ImageSets\/[^/]+\/[^/]+$/i.test(name));
  const plain = lists.filter((name) => stemOf(baseName(name)) !== "trainval");
  const rank = (name: string): number => (/\/Main\//i.test(name) ? 0 : 1);
  const order = ["train", "val", "test"];
  const place = (name: string): number =>
    (order.indexOf(stemOf(baseName(name))) + order.length + 1) % (order.length + 1);
  const of = new Map<string, string>();
  const names: string[] = [];
  const sorted = [...plain, ...lists.filter((name) => !plain.includes(name))].sort(
    (a, b) => Number(!plain.includes(a)) - Number(!plain.includes(b)) || rank(a) - rank(b) || place(a) - place(b),
  );
  for (const name of sorted) {
    const text = (await reading.partAsync("", () => readText(tree, name))) ?? "";
    const split = stemOf(baseName(name));
    for (const line of text.split(/\r\n?|\n/)) {
      // lists of one class say 1 or -1 behind each name
      const [stem, second] = line.trim().split(/\s+/);
      if (!stem || second !== undefined) continue;
      const key = baseName(stem.replaceAll("\\", "/"));
      if (of.has(key)) continue;
      of.set(key, split);
      if (!names.includes(split)) names.push(split);
    }
  }
  return { names, of };
}

/** The classes of a dataset: those of labelmap.txt, or VOC's own where there are masks, else the names that objects have. */
class VocClasses {
  readonly categories: readonly Category[];
  readonly #byName = new Map<string, Category>();
  readonly #byColor = new Map<number, number>();
  readonly #hasList: boolean;

  constructor(files: readonly VocFile[], labelMap: LabelMapFile | undefined, hasMasks: boolean) {
    const names = new Set(files.flatMap(({ objects }) => objects.map(({ category }) => category!)));
    const isVoc = hasMasks && [...names].every((name) => VOC_NAMES.includes(name));
    const list =
      labelMap?.classes ??
      (isVoc ? VOC_NAMES.map((name, i) => ({ name, color: vocColor(i), parts: [] as readonly string[] })) : []);
    this.#hasList = list.length > 0;
    const [first] = list;
    const skip = first && (first.name === "background" || first.color === 0) ? 1 : 0;
    const supers = new Map<string, string>();
    for (const [i, { name, color, parts }] of list.entries()) {
      if (color !== undefined && !this.#byColor.has(color)) this.#byColor.set(color, i + 1 - skip);
      if (i >= skip && !this.#byName.has(name)) this.#byName.set(name, { id: i + 1 - skip, name, color });
      for (const part of parts) supers.set(part, name);
    }
    let next = list.length + 1 - skip;
    for (const { annotations } of files)
      for (const { category, attributes } of annotations) {
        if (this.#byName.has(category!)) continue;
        const whole = attributes?.has(PART_OF) ? supers.get(category!) : undefined;
        this.#byName.set(category!, { id: next++, name: category!, supercategory: whole });
      }
    this.categories = [...this.#byName.values()];
  }

  of(name: string): Category | undefined {
    return this.#byName.get(name);
  }

  /** The label map of a class picture: its pixels are ids of categories, 0 the background, 255 void. */
  labelMap({ data, width, height, colors }: IndexPicture): LabelMap {
    const table = Uint8Array.from({ length: 256 }, (_, i) => i);
    if (this.#hasList && colors)
      for (const [index, color] of colors) {
        const id = this.#byColor.get(color);
        if (index !== VOID && id !== undefined && id < VOID) table[index] = id;
      }
    const seen = new Set<number>();
    const ids = data.map((value) => {
      const id = table[value]!;
      seen.add(id);
      return id;
    });
    const classes = new Map<number, string>();
    const shades = new Map<number, number>();
    for (const { id, name, color } of this.categories)
      if (typeof id === "number" && seen.has(id) && this.#hasList) {
        classes.set(id, name);
        if (color !== undefined) shades.set(id, color);
      }
    for (const [index, color] of colors ?? [])
      if (seen.has(index) && !this.#hasList && index !== 0) shades.set(index, color);
    return { data: ids, width, height, classes, colors: shades };
  }
}

/** Reads scenes when they are asked for: masks are large. */
class VocReader {
  readonly #tree: FileTree;
  readonly #reading: Reading;
  readonly #pictures: PictureFiles;
  readonly #classes: VocClasses;
  readonly #masks: MaskFiles;
  readonly #splits: ReadonlyMap<string, string>;
  readonly #first: 0 | 1;
  readonly #told = new Set<VocFile>();

  constructor(
    tree: FileTree,
    reading: Reading,
    pictures: PictureFiles,
    classes: VocClasses,
    masks: MaskFiles,
    splits: ReadonlyMap<string, string>,
    first: 0 | 1,
  ) {
    this.#tree = tree;
    this.#reading = reading;
    this.#pictures = pictures;
    this.#classes = classes;
    this.#masks = masks;
    this.#splits = splits;
    this.#first = first;
  }

  async *scenes(files: readonly VocFile[]): AsyncGenerator<Scene> {
    for (const file of files) yield this.#scene(file);
  }

  async #scene(source: VocFile): Promise<Scene> {
    const reading = this.#told.has(source) ? new Reading() : this.#reading;
    this.#told.add(source);
    const { file } = source;
    const stem = stemOf(baseName(file));
    const given = source.fileName === undefined ? undefined : pictureName(source.fileName, file, reading);
    const picture =
      (given === undefined ? undefined : await this.#pictures.find(given)) ?? (await this.#pictures.find(stem, true));
    const isMask = (name: string): boolean => /(?:^|\/)Segmentation(?:Class|Object)\/[^/]*$/i.test(name);
    const fileName = picture !== undefined && !isMask(picture) ? picture : given;
    let { width, height } = source;
    let error: ImageError | undefined;
    const classMask = await this.#mask(this.#masks.classes.get(stem), source, reading);
    if (!(width > 0 && height > 0) && classMask) ({ width, height } = classMask);
    try {
      if (width > 0 && height > 0) checkSize(width, height, file);
      else if (fileName === undefined || picture !== fileName)
        throw new ImageError("ARGUMENT", "no <size> and no picture tell its width and height", { path: file });
      else ({ width, height } = await this.#pictures.size(picture));
    } catch (cause) {
      if (!(cause instanceof ImageError)) throw cause;
      reading.report(cause);
      error = cause;
      [width, height] = [0, 0];
    }
    const labelMap = classMask && !error ? this.#classes.labelMap(classMask) : undefined;
    const objectMask = error ? undefined : await this.#mask(this.#masks.objects.get(stem), source, reading);
    const placed = new Map(source.annotations.map((annotation) => [annotation, this.#place(annotation)]));
    const found = objectMask ? this.#addMasks(source, placed, objectMask, labelMap) : [];
    return {
      width,
      height,
      fileName,
      imageId: fileName === undefined ? stem : undefined,
      annotations: [...placed.values(), ...found],
      labelMaps: labelMap && [labelMap],
      split: this.#splits.get(stem),
      error,
    };
  }

  async #mask(
    name: string | undefined,
    { width, height }: VocFile,
    reading: Reading,
  ): Promise<IndexPicture | undefined> {
    if (name === undefined) return undefined;
    return reading.partAsync("", async () => {
      const mask = readIndexPicture(await this.#tree.read(name), name);
      if (width > 0 && height > 0 && (mask.width !== width || mask.height !== height))
        throw new ImageError("DECODE", `expected ${width} x ${height} pixels, got ${mask.width} x ${mask.height}`, {
          path: name,
        });
      return mask;
    });
  }

  /** The annotation with the edges of its box between pixels, and its category. */
  #place(annotation: Annotation): Annotation {
    const { box, category } = annotation;
    const first = this.#first;
    const moved: Box | undefined = box && {
      ...box,
      x: box.x - first,
      y: box.y - first,
      width: Math.max(0, box.width + first),
      height: Math.max(0, box.height + first),
    };
    return { ...annotation, box: moved, categoryId: this.#classes.of(category!)?.id };
  }

  /** Gives the masks to their objects. @returns those that belong to none */
  #addMasks(
    { objects }: VocFile,
    placed: Map<Annotation, Annotation>,
    mask: IndexPicture,
    labelMap: LabelMap | undefined,
  ): Annotation[] {
    const { width, height } = mask;
    const alone: Annotation[] = [];
    const runs = [...runsByValue(mask.data, width, height)].sort(([a], [b]) => a - b);
    for (const [value, rle] of runs) {
      if (value === 0 || value === VOID) continue;
      const segmentation = { kind: "rle", rle } as const;
      const category = labelMap?.classes?.get(commonest(labelMap.data, mask.data, value));
      const object = objects[value - 1];
      const own = object && placed.get(object);
      const bounds = pixelBounds(segmentation, width, height)!;
      const fits = own?.box && overlap(own.box, bounds) > 0.3;
      if (own && (fits || !own.box) && (category === undefined || category === own.category) && !own.segmentation)
        placed.set(object, { ...own, segmentation });
      else
        alone.push({
          box: bounds,
          segmentation,
          category,
          categoryId: category === undefined ? undefined : this.#classes.of(category)?.id,
          group: "ground truth",
        });
    }
    return alone;
  }
}

/** The class that most pixels of an object have. */
function commonest(classes: Uint8Array, objects: Uint8Array, object: number): number {
  const counts = new Uint32Array(256);
  for (let i = 0; i < objects.length; i++) if (objects[i] === object) counts[classes[i]!]!++;
  return counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
}

/** Intersection over union of upright boxes. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}
