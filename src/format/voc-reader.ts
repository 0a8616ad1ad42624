/** What the XML files and masks of a Pascal VOC dataset become. */
import { ImageError } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Box, Category, LabelMap, Scene } from "../model/scene.ts";
import type { FileTree } from "./file-tree.ts";
import { type PictureFiles, pictureName } from "./picture-files.ts";
import { pixelBounds } from "./shapes.ts";
import { baseName, folderOf, Reading, stemOf } from "./tree-reading.ts";
import { runsByValue } from "./value-runs.ts";
import {
  type IndexPicture,
  type LabelMapFile,
  labelMapName,
  readIndexPicture,
  type VocClass,
  VOC_NAMES,
  vocColor,
  VOID,
} from "./voc-masks.ts";
import { PART_OF, type VocFile } from "./voc-xml.ts";

/** The masks of a dataset. */
export interface MaskFiles {
  /** Stem to file. */
  readonly classes: ReadonlyMap<string, string>;
  readonly objects: ReadonlyMap<string, string>;
}

/** The classes of a dataset: those of labelmap.txt, or VOC's own where there are masks, else the names that objects have. */
export class VocClasses {
  readonly categories: readonly Category[];
  readonly #byName = new Map<string, Category>();
  readonly #byColor = new Map<number, number>();
  readonly #hasList: boolean;

  constructor(files: readonly VocFile[], labelMap: LabelMapFile | undefined, hasMasks: boolean) {
    const names = new Set(files.flatMap(({ objects }) => objects.map(({ category }) => category!)));
    const isVoc = hasMasks && [...names].every((name) => VOC_NAMES.includes(name));
    let list: readonly VocClass[] =
      labelMap?.classes ??
      (isVoc ? VOC_NAMES.map((name, i) => ({ name, color: vocColor(i), parts: [] as readonly string[] })) : []);
    this.#hasList = list.length > 0;
    // names that labelmap.txt cannot spell are found again by those of the objects
    const spelt = new Map([...names].map((name) => [labelMapName(name), name]));
    list = list.map((entry) => ({ ...entry, name: spelt.get(entry.name) ?? entry.name }));
    const [first] = list;
    const skip = first && (first.name === "background" || first.color === 0) ? 1 : 0;
    const supers = new Map<string, string>();
    for (const [i, { name, color, parts }] of list.entries()) {
      if (color !== undefined && !this.#byColor.has(color)) this.#byColor.set(color, i + 1 - skip);
      if (i >= skip && !this.#byName.has(name)) this.#byName.set(name, { id: i + 1 - skip, name, color });
      for (const part of parts) supers.set(spelt.get(part) ?? part, name);
    }
    let next = list.length + 1 - skip;
    for (const [name, whole] of supers)
      if (labelMap && !this.#byName.has(name)) this.#byName.set(name, { id: next++, name, supercategory: whole });
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
export class VocReader {
  readonly #tree: FileTree;
  readonly #reading: Reading;
  readonly #pictures: PictureFiles;
  readonly #classes: VocClasses;
  readonly #masks: MaskFiles;
  readonly #splits: (file: string) => string | undefined;
  readonly #first: 0 | 1;
  /** True for files of limn's writer, whose masks have the numbers of their objects. */
  readonly #isOwn: boolean;
  readonly #told = new Set<VocFile>();

  constructor(
    tree: FileTree,
    reading: Reading,
    pictures: PictureFiles,
    classes: VocClasses,
    masks: MaskFiles,
    splits: (file: string) => string | undefined,
    first: 0 | 1,
    isOwn: boolean,
  ) {
    this.#tree = tree;
    this.#reading = reading;
    this.#pictures = pictures;
    this.#classes = classes;
    this.#masks = masks;
    this.#splits = splits;
    this.#first = first;
    this.#isOwn = isOwn;
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
      (given === undefined ? undefined : await this.#pictures.find(given, false, folderOf(file))) ??
      (await this.#pictures.find(stem, true, folderOf(file)));
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
      split: this.#splits(file),
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
      const isSame = (fits || !own?.box) && (category === undefined || category === own?.category);
      if (own && (this.#isOwn || isSame) && !own.segmentation) placed.set(object, { ...own, segmentation });
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
function commonest(classes: ArrayLike<number>, objects: Uint8Array, object: number): number {
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
