/**
 * Where things are in a YOLO dataset: its configuration, names of classes, splits, and which label file belongs to which
 * picture. Longer than other files for the many layouts that are in use.
 */
import { ImageError, show } from "../errors.ts";
import type { Skeleton } from "../model/scene.ts";
import { COCO_PERSON } from "./coco-categories.ts";
import type { ReadTreeOptions } from "./dataset-format.ts";
import { toNumber } from "./fields.ts";
import type { FileTree } from "./file-tree.ts";
import { PictureFiles } from "./picture-files.ts";
import { baseName, folderOf, folderSplit, namesEnding, type Reading, stemOf, textOf } from "./tree-reading.ts";
import { parseYaml, type YamlValue } from "./yaml.ts";

/** What a row of numbers means. */
export type YoloTask = "detect" | "segment" | "obb" | "pose";

/** A label file, its picture, or both. */
export interface YoloPair {
  readonly label: string | undefined;
  readonly picture: string | undefined;
  readonly split: string | undefined;
}

/** The poses of a dataset. */
export interface KeypointShape {
  /** Points of a pose. */
  readonly count: number;
  /** Numbers of a point: x, y, or x, y and visibility. */
  readonly numbers: 2 | 3;
  /** Class id to names of points; under -1 those of every class. */
  readonly names: ReadonlyMap<number, readonly string[]>;
}

export interface YoloLayout {
  /** By class id; undefined where the dataset names no classes. */
  readonly names: ReadonlyMap<number, string> | undefined;
  readonly task: YoloTask | undefined;
  readonly keypoints: KeypointShape | undefined;
  readonly splits: readonly string[];
  readonly pairs: readonly YoloPair[];
  readonly pictures: PictureFiles;
}

type Config = ReadonlyMap<YamlValue, YamlValue>;

const SPLITS: readonly string[] = ["train", "val", "valid", "validation", "test"];
/** Keys of a configuration that name no part of the dataset. */
const NO_SPLITS: ReadonlySet<unknown> = new Set([
  "path",
  "names",
  "nc",
  "task",
  "download",
  "backup",
  "results",
  "url",
  "license",
  "format",
  "yaml_file",
]);
/** Text files that hold no rows. */
const NO_LABELS =
  /^(?:classes|class_names|obj|predefined_classes|names|labels|notes|license|licence|requirements|readme.*|train|val|valid|test|trainval)\.txt$/i;
const CLASS_FILES =
  /^(?:classes\.txt|obj\.names|class_names\.txt|predefined_classes\.txt|names\.txt|labels\.txt|_darknet\.labels|.*\.names)$/i;

/** True for a text file that may hold rows. */
export function isLabelName(name: string): boolean {
  return /\.txt$/i.test(name) && !NO_LABELS.test(baseName(name));
}

/** Find everything. Pictures are looked for in `images`, else in the tree itself. */
export async function readLayout(tree: FileTree, { images }: ReadTreeOptions, reading: Reading): Promise<YoloLayout> {
  const names = await tree.list();
  const pictures = new PictureFiles(images ?? tree);
  const config = await readConfig(tree, reading);
  const all = (await pictures.list()).filter((name) => !/(?:^|\/)(?:__MACOSX\/|\._)/.test(name));
  const splits = await readSplits(config, tree, [...names, ...all], pictures, reading);
  const labels = labelFiles(await namesEnding(tree, ".txt"), splits.lists, reading);

  const pairs: YoloPair[] = [];
  const taken = new Map<string, string>();
  for (const label of labels) {
    const picture = await findPicture(pictures, label);
    const owner = picture === undefined ? undefined : taken.get(picture);
    if (owner !== undefined) {
      reading.note(label, `its picture ${show(picture)} has labels in ${show(owner)}, which are kept`);
      continue;
    }
    if (picture !== undefined) taken.set(picture, label);
    pairs.push({ label, picture, split: splits.of(label, picture) });
  }
  // a picture without labels shows none of the objects; but plots lie about, and other pictures in a folder of their own
  const inImages = all.filter((name) => /(?:^|\/)images\//i.test(name));
  const own = inImages.length > 0 ? inImages : all;
  for (const picture of images === undefined ? own : all.filter((name) => splits.lists.size > 0 && splits.of(name)))
    if (!taken.has(picture)) pairs.push({ label: undefined, picture, split: splits.of(picture, picture) });

  const order = (pair: YoloPair): number =>
    pair.split === undefined ? splits.names.length : splits.names.indexOf(pair.split);
  const key = ({ picture, label }: YoloPair): string => picture ?? label ?? "";
  const used = splits.names.filter((split) => pairs.some((pair) => pair.split === split));
  for (const { split } of pairs) if (split !== undefined && !used.includes(split)) used.push(split);
  splits.names.splice(0, splits.names.length, ...used);
  pairs.sort((a, b) => order(a) - order(b) || (key(a) < key(b) ? -1 : 1));
  return {
    names: (config && readNames(config, reading)) ?? (await readClassFile(tree, names, reading)),
    task: readTask(config?.values.get("task")),
    keypoints: config && readKeypointShape(config, reading),
    splits: used,
    pairs,
    pictures,
  };
}

interface NamedConfig {
  readonly file: string;
  readonly values: Config;
}

/** The configuration: `data.yaml` if there is one, else the first file that looks like one; or darknet's `obj.data`. */
async function readConfig(tree: FileTree, reading: Reading): Promise<NamedConfig | undefined> {
  const rank = (name: string): number =>
    name.split("/").length * 2 - (/^(?:data|dataset)\.ya?ml$/i.test(baseName(name)) ? 1 : 0);
  const files = (await namesEnding(tree, ".yaml", ".yml")).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  let found: NamedConfig | undefined;
  for (const file of files) {
    const values = await reading.partAsync("", async () => parseYaml(await tree.read(file), file));
    if (!(values instanceof Map) || !isConfig(values)) continue;
    if (found) reading.note(file, `${show(found.file)} is the configuration; this one is not read`);
    else found = { file, values };
  }
  if (found) return found;
  const [data] = await namesEnding(tree, ".data");
  if (data === undefined) return undefined;
  const values = new Map<YamlValue, YamlValue>();
  for (const line of await readLines(tree, data, reading)) {
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value) values.set(key === "classes" ? "nc" : key, value);
  }
  // darknet gives the file that holds the names
  values.delete("names");
  return { file: data, values };
}

/** True for a mapping that tells classes or parts of a dataset. */
export function isConfig(values: Config): boolean {
  return values.has("names") || (values.has("train") && (values.has("val") || values.has("nc")));
}

function readNames({ file, values }: NamedConfig, reading: Reading): ReadonlyMap<number, string> | undefined {
  const given = values.get("names");
  const count = toNumber(values.get("nc"));
  const names = new Map<number, string>();
  const add = (id: number, name: YamlValue): void => {
    const path = `${file}.names[${id}]`;
    if (!Number.isInteger(id) || id < 0) reading.note(path, "expected the id of a class, 0 or more");
    else if (typeof name === "object" || name === undefined) reading.note(path, `expected a name, got ${show(name)}`);
    else names.set(id, String(name));
  };
  if (Array.isArray(given)) for (const [id, name] of (given as readonly YamlValue[]).entries()) add(id, name);
  else if (given instanceof Map) for (const [id, name] of given as Config) add(toNumber(id), name);
  else if (given !== undefined) reading.note(`${file}.names`, `expected names by class id, got ${show(given)}`);
  if (given === undefined) return undefined;
  if (Number.isFinite(count) && count !== names.size)
    reading.note(`${file}.nc`, `expected the count of names, ${names.size}, got ${count}`);
  return names;
}

async function readClassFile(
  tree: FileTree,
  names: readonly string[],
  reading: Reading,
): Promise<ReadonlyMap<number, string> | undefined> {
  const files = names
    .filter((name) => CLASS_FILES.test(baseName(name)))
    .sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
  for (const file of files) {
    const lines = (await readLines(tree, file, reading)).map((line) => line.trim());
    while (lines.at(-1) === "") lines.pop();
    // rows of numbers are labels
    if (lines.length > 0 && !lines.every((line) => /^\d+(?:\s+[\d.eE+-]+){4,}$/.test(line)))
      return new Map(lines.map((line, id): [number, string] => [id, line === "" ? String(id) : line]));
  }
  return undefined;
}

function readTask(value: YamlValue | undefined): YoloTask | undefined {
  return value === "detect" || value === "segment" || value === "obb" || value === "pose" ? value : undefined;
}

function readKeypointShape({ file, values }: NamedConfig, reading: Reading): KeypointShape | undefined {
  const shape = values.get("kpt_shape");
  if (shape === undefined || shape === null) return undefined;
  const [count, numbers] = Array.isArray(shape) ? (shape as readonly YamlValue[]).map(toNumber) : [];
  if (!Number.isInteger(count) || count! < 1 || count! > 10_000 || (numbers !== 2 && numbers !== 3)) {
    reading.note(`${file}.kpt_shape`, `expected [points, 2 or 3], got ${show(shape)}`);
    return undefined;
  }
  const names = new Map<number, readonly string[]>();
  const add = (id: number, list: YamlValue): void => {
    if (Array.isArray(list) && list.length === count) names.set(id, (list as readonly YamlValue[]).map(String));
    else reading.note(`${file}.kpt_names`, `expected ${count} names of points, got ${show(list)}`);
  };
  const given = values.get("kpt_names");
  if (given instanceof Map) for (const [id, list] of given as Config) add(toNumber(id), list);
  else if (given !== undefined) add(-1, given);
  return { count: count!, numbers, names };
}

/** The skeleton of a class. */
export function skeletonOf({ count, names }: KeypointShape, id: number, name: string): Skeleton {
  const points = names.get(id) ?? names.get(-1);
  if (!points) {
    if (count === COCO_PERSON.points.length) return COCO_PERSON;
    return { name, points: Array.from({ length: count }, (_, i) => String(i)), edges: [] };
  }
  const isPerson = points.length === 17 && points.every((point, i) => point === COCO_PERSON.points[i]);
  return isPerson ? COCO_PERSON : { name, points, edges: [] };
}

interface Splits {
  readonly names: string[];
  /** Text files that list pictures. */
  readonly lists: ReadonlySet<string>;
  of(name: string, picture?: string): string | undefined;
}

/** Which files belong to which part, by the configuration, else by the names of folders. */
async function readSplits(
  config: NamedConfig | undefined,
  tree: FileTree,
  names: readonly string[],
  pictures: PictureFiles,
  reading: Reading,
): Promise<Splits> {
  const found: string[] = [];
  const lists = new Set<string>();
  const folders: { readonly prefix: string; readonly split: string }[] = [];
  const listed = new Map<string, string>();
  const places = new Set<string>(names);
  for (const name of names)
    for (let folder = folderOf(name); folder !== ""; folder = folderOf(folder.slice(0, -1))) places.add(folder);

  const own = [...(config?.values.keys() ?? [])].filter((key) => typeof key === "string" && !NO_SPLITS.has(key));
  for (const key of new Set([...SPLITS, ...(own as string[])])) {
    const given = config?.values.get(key);
    const base = config?.values.get("path");
    const root = `${folderOf(config?.file ?? "")}${typeof base === "string" ? `${base}/` : ""}`;
    for (const [i, value] of (Array.isArray(given) ? (given as readonly YamlValue[]) : [given]).entries()) {
      if (typeof value !== "string" || value === "") continue;
      const place = findPlace(places, `${root}${value}`, folderOf(config?.file ?? ""));
      const path = `${config?.file}.${key}${Array.isArray(given) ? `[${i}]` : ""}`;
      if (place === undefined) {
        if (SPLITS.includes(key))
          reading.note(path, `expected a folder or a list of the dataset, got ${show(value)}, which is not there`);
        continue;
      }
      if (!found.includes(key)) found.push(key);
      if (/\.txt$/i.test(place)) {
        lists.add(place);
        for (const line of await readLines(tree, place, reading)) {
          const name = line.trim();
          if (name === "") continue;
          const picture = await findBySuffix(pictures, name, false);
          for (const known of [picture, stemOf(baseName(name))])
            if (known !== undefined && !listed.has(known)) listed.set(known, key);
        }
      } else if (!place.endsWith("/") && place !== "") listed.set(place, key);
      else folders.push({ prefix: place, split: key }, { prefix: toLabels(place), split: key });
    }
  }
  folders.sort((a, b) => b.prefix.length - a.prefix.length);
  const of = (name: string, picture?: string): string | undefined => {
    const split = (picture === undefined ? undefined : listed.get(picture)) ?? listed.get(stemOf(baseName(name)));
    if (split !== undefined) return split;
    for (const own of [name, picture])
      for (const { prefix, split } of folders) if (own?.startsWith(prefix)) return split;
    if (folders.length > 0 || listed.size > 0) return undefined;
    return folderSplit(name) ?? (picture === undefined ? undefined : folderSplit(picture));
  };
  return { names: found, lists, of };
}

/**
 * The longest end of a path that is a folder (with `/`) or a file; pictures that are not there leave their labels.
 *
 * @param own - folder of the configuration: its paths may climb out of it, as if the dataset were one level deeper
 */
function findPlace(places: ReadonlySet<string>, path: string, own: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  if (parts.length === 0) return "";
  for (let i = 0; i < parts.length; i++) {
    const end = parts.slice(i).join("/");
    for (const inside of own === "" ? [end] : [end, `${own}${end}`])
      for (const place of [`${inside}/`, inside, toLabels(`${inside}/`)]) if (places.has(place)) return place;
  }
  return undefined;
}

/** The last folder `images` of a path as `labels`. */
function toLabels(path: string): string {
  return path.replace(/(^|\/)images\/(?!.*(?:^|\/)images\/)/, "$1labels/");
}

/** Files with rows: those below folders `labels` where there are any. */
function labelFiles(texts: readonly string[], lists: ReadonlySet<string>, reading: Reading): string[] {
  const labels = texts.filter((name) => isLabelName(name) && !lists.has(name));
  const inLabels = labels.filter((name) => /(?:^|\/)labels\//i.test(name));
  if (inLabels.length === 0 || inLabels.length === labels.length) return labels;
  const known = new Set(inLabels);
  const others = labels.filter((name) => !known.has(name));
  reading.note(others[0]!, `${others.length} text files are not in a folder "labels" and are not read`);
  return inLabels;
}

/** The picture that a label file is of: beside it, or where `images` stands for `labels`. */
async function findPicture(pictures: PictureFiles, label: string): Promise<string | undefined> {
  const stem = stemOf(label);
  const image = stem.replace(/(^|\/)labels(?=\/)(?!.*\/labels\/)/i, "$1images");
  return findBySuffix(pictures, image, true);
}

/** The picture whose name agrees with a path furthest from its end. */
async function findBySuffix(pictures: PictureFiles, path: string, stem: boolean): Promise<string | undefined> {
  const parts = path
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..");
  for (let i = 0; i < parts.length; i++) {
    const found = await pictures.find(parts.slice(i).join("/"), stem);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Lines of a text file, without line ends. @throws {ImageError} when it is no text, unless that is listed */
export async function readLines(tree: FileTree, file: string, reading: Reading): Promise<readonly string[]> {
  const text = await reading.partAsync("", async () => {
    const bytes = await tree.read(file);
    try {
      return textOf(bytes, true);
    } catch (error) {
      throw error instanceof ImageError ? error.at(file) : error;
    }
  });
  return text === undefined ? [] : text.split(/\r\n?|\n/);
}
