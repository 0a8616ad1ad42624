/** Every dataset format that limn reads, told apart by content. A new format is one file here and one line below. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Category, Dataset, DatasetProblem, Scene } from "../model/scene.ts";
import { classificationFolders } from "./classification-folders.ts";
import { type CocoOptions, isCoco, readCoco } from "./coco.ts";
import { coco, cocoPanoptic, cocoResults } from "./coco-format.ts";
import { comet } from "./comet.ts";
import { createml } from "./createml.ts";
import { cvat } from "./cvat.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import { datumaro } from "./datumaro.ts";
import { deepdriverFiles } from "./deepdriver-files.ts";
import { checkTree, type FileTree } from "./file-tree.ts";
import { instill } from "./instill-files.ts";
import { labelStudio } from "./label-studio.ts";
import { labelme } from "./labelme.ts";
import { limnJsonl } from "./limn-jsonl.ts";
import { lvis } from "./lvis.ts";
import { namedScenes } from "./named-pictures.ts";
import { type JsonSource, parseJson } from "./source.ts";
import { via, viaCsv } from "./via.ts";
import { voc } from "./voc.ts";
import { wandbFiles } from "./wandb-files.ts";
import { yolo } from "./yolo.ts";

/** Every format, the best known first. */
export const formats: readonly DatasetFormat[] = [
  coco,
  cocoPanoptic,
  cocoResults,
  yolo,
  voc,
  cvat,
  labelme,
  labelStudio,
  via,
  viaCsv,
  createml,
  datumaro,
  classificationFolders,
  lvis,
  wandbFiles,
  deepdriverFiles,
  instill,
  comet,
  limnJsonl,
];

/** How {@link openDataset} reads. */
export interface OpenDatasetOptions extends ReadTreeOptions {
  /** Name of the format: one of {@link formats}. Default: told by content. */
  readonly format?: string | undefined;
  /** The files to tell the format by, where the tree holds more. Default: the tree. */
  readonly look?: FileTree | undefined;
}

/** A dataset, and what it was read from. */
export interface OpenedDataset extends Dataset {
  readonly problems: readonly DatasetProblem[];
  /** Name of the format it was read as. */
  readonly format: string;
  /** Names of other formats that fit about as well; the files may be of several formats. */
  readonly otherFormats: readonly string[];
}

/** A tree that two formats fit almost equally well is ambiguous. */
const CLOSE = 0.04;
const LEAST = 0.05;
/** The same files, read the same way: no choice to make between them. */
const FAMILIES: readonly (readonly DatasetFormat[])[] = [
  [coco, cocoPanoptic, cocoResults, lvis],
  [via, viaCsv],
];

/** How well each format fits, the best first; those that do not fit are left out. */
export async function detectFormats(tree: FileTree): Promise<{ format: DatasetFormat; certainty: number }[]> {
  checkTree(tree);
  const found: { format: DatasetFormat; certainty: number }[] = [];
  for (const format of formats) {
    const certainty = await format.detect(tree);
    if (certainty >= LEAST) found.push({ format, certainty });
  }
  return found.sort((a, b) => b.certainty - a.certainty);
}

/**
 * The format of a name, in whatever case, `_` as `-`.
 *
 * @throws {ImageError} `ARGUMENT` for other names
 */
export function formatNamed(name: string): DatasetFormat {
  const wanted = String(name).toLowerCase().replaceAll("_", "-");
  const format = formats.find((one) => one.name === wanted);
  if (format) return format;
  const known = formats.map((one) => one.name).join(", ");
  throw new ImageError("ARGUMENT", `expected a format (${known}), got ${show(name)}`);
}

/**
 * Read a dataset of whatever known format: the one that its content fits best, or the one that is named.
 *
 * What is wrong in part is listed in `problems`; it may grow while the scenes are read. With `images`, `fileName` of a scene is
 * its picture's place there, wherever the source says it is; a picture that is not there keeps the source's name.
 *
 * @throws {ImageError} `UNSUPPORTED` if no format fits, `ARGUMENT` for the name of no format; what the format's reader throws
 *
 * @example
 * const tree = new MemoryFiles([["coco.json", '{"images": [], "annotations": []}']]);
 * (await openDataset(tree)).format; // "coco"
 */
export async function openDataset(tree: FileTree, options: OpenDatasetOptions = {}): Promise<OpenedDataset> {
  const { format: name, look = tree, ...reading } = checkedOptions(options);
  if (name !== undefined) {
    const format = formatNamed(name);
    return opened(await format.read(tree, reading), format, [], options.images);
  }
  const [best, ...rest] = await detectFormats(look);
  if (!best) {
    const known = formats.map((one) => one.name).join(", ");
    throw new ImageError("UNSUPPORTED", `expected a dataset of a known format (${known}), got none`);
  }
  const family = FAMILIES.find((formats) => formats.includes(best.format)) ?? [best.format];
  const others = rest.filter(
    ({ format, certainty }) => !family.includes(format) && certainty >= best.certainty - CLOSE,
  );
  return opened(
    await best.format.read(tree, reading),
    best.format,
    others.map(({ format }) => format.name),
    options.images,
  );
}

function opened(
  dataset: Dataset,
  { name }: DatasetFormat,
  otherFormats: readonly string[],
  images: FileTree | undefined,
): OpenedDataset {
  const scenes = images && { [Symbol.asyncIterator]: () => namedScenes(dataset.scenes, images) };
  return {
    format: name,
    otherFormats,
    get categories(): readonly Category[] {
      return dataset.categories;
    },
    get scenes(): Iterable<Scene> | AsyncIterable<Scene> {
      return scenes ?? dataset.scenes;
    },
    get splits(): readonly string[] | undefined {
      return dataset.splits;
    },
    get size(): number | undefined {
      return dataset.size;
    },
    get attributes(): ReadonlyMap<string, unknown> | undefined {
      return dataset.attributes;
    },
    get problems(): readonly DatasetProblem[] {
      return dataset.problems ?? [];
    },
  };
}

/** What {@link readDataset} takes; each reader uses what it knows. */
export interface DatasetOptions extends CocoOptions {}

interface JsonFormat {
  readonly name: string;
  /** Looks at a parsed value, without reading it through. */
  matches(value: unknown): boolean;
  read(value: object, options: DatasetOptions): Dataset;
}

const FORMATS: readonly JsonFormat[] = [{ name: "COCO", matches: isCoco, read: readCoco }];

/**
 * Read annotations of whatever known format they are in.
 *
 * @param source - JSON text, its bytes, or the parsed value
 * @throws {ImageError} `DECODE` if the source cannot be parsed, `UNSUPPORTED` if no format fits
 *
 * @example
 * const dataset = readDataset('{"images": [], "annotations": []}');
 * dataset.size; // 0
 */
export function readDataset(source: JsonSource, options: DatasetOptions = {}): Dataset {
  checkedOptions(options);
  const value = parseJson(source);
  const format = FORMATS.find(({ matches }) => matches(value));
  if (format) return format.read(value as object, options);
  // an empty list of results is a model that found nothing
  if (Array.isArray(value) && value.length === 0 && options.groundTruth) return readCoco(value, options);
  const known = FORMATS.map(({ name }) => name).join(", ");
  throw new ImageError("UNSUPPORTED", `expected annotations of a known format (${known}), got something else`);
}
