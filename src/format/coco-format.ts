/** COCO as trees of files: several JSON files about the same pictures, splits by their names, panoptic PNGs beside them. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Category, Dataset, DatasetProblem, Scene } from "../model/scene.ts";
import { isCoco } from "./coco.ts";
import { type IndexedCoco, indexCoco, LARGE_JSON } from "./coco-index.ts";
import { CocoReader } from "./coco-reader.ts";
import type { FileParts } from "./coco-scan.ts";
import { writeCoco, writeCocoResults } from "./coco-writer.ts";
import { writePanoptic } from "./coco-panoptic-writer.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import { type Fields, isFields, isList, othersOf } from "./fields.ts";
import type { FileTree } from "./file-tree.ts";
import { measured } from "./named-pictures.ts";
import { PictureFiles } from "./picture-files.ts";
import { baseName, folderOf, namesEnding, readJson, stemOf, surest } from "./tree-reading.ts";

/** COCO: instances, keypoints, captions, panoptic and results. */
export const coco: DatasetFormat = {
  name: "coco",
  title: "COCO instances, keypoints, captions and class labels, one set of JSON files for each split",
  detect,
  read: readCocoTree,
  write: writeCoco,
};

/** The same reader; writes panoptic JSON and PNGs. */
export const cocoPanoptic: DatasetFormat = {
  name: "coco-panoptic",
  title: "COCO panoptic segmentation: JSON and a PNG of segment ids for each picture",
  detect: async (tree) => ((await detect(tree)) >= PANOPTIC ? PANOPTIC - 0.01 : 0),
  read: readCocoTree,
  write: writePanoptic,
};

/** The same reader; writes a list of results. */
export const cocoResults: DatasetFormat = {
  name: "coco-results",
  title: "COCO results: the list of objects with scores that models give and evaluation takes",
  detect: async () => 0,
  read: readCocoTree,
  write: writeCocoResults,
};

const PANOPTIC = 0.85;

async function detect(tree: FileTree): Promise<number> {
  const names = await namesEnding(tree, ".json");
  // names that tools give come first
  const known = (name: string): boolean =>
    /(?:^|\/)(?:instances|person_keypoints|captions|panoptic|stuff|labels|image_info)_|coco/i.test(name);
  names.sort((a, b) => Number(known(b)) - Number(known(a)));
  return surest(tree, names, 8, detectHead);
}

function detectHead(head: string): number {
  if (/"(?:neg_category_ids|not_exhaustive_category_ids)"/.test(head)) return 0.5; // LVIS is sure of itself
  if (head.startsWith("[")) return /^\[\s*\{[^[\]{}]*"image_id"\s*:/.test(head) ? 0.7 : 0;
  if (!head.startsWith("{")) return 0;
  const lists = new Set(Array.from(head.matchAll(/"(images|annotations|categories)"\s*:\s*\[/g), ([, name]) => name));
  if (lists.size === 0) return 0;
  if (/"segments_info"/.test(head)) return PANOPTIC;
  const fields = /"(?:file_name|image_id|category_id|bbox|supercategory|iscrowd)"\s*:/.test(head);
  return lists.size >= 2 ? 0.8 : fields ? 0.7 : 0.3;
}

interface SplitReader {
  readonly reader: CocoReader;
  readonly split: string | undefined;
  readonly files: string[];
  readonly about: Map<string, unknown>;
}

/** Read every COCO file of a tree. */
export async function readCocoTree(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  checkedOptions(options);
  const readers = new Map<string, SplitReader>();
  const results: { name: string; root: ArrayLike<unknown> }[] = [];
  const broken: ImageError[] = [];
  const large: { index: IndexedCoco; split: string | undefined; files: string[] }[] = [];
  for (const name of await namesEnding(tree, ".json")) {
    let root: unknown;
    try {
      const parts = await largeFile(tree, name);
      if (parts) {
        const index = await indexCoco(parts, name, options);
        if (index) large.push({ index, split: splitOfName(name), files: [name] });
        continue;
      }
      // Python writes NaN: the record that has one is a problem, the file is not
      root = await readJson(tree, name, { python: true });
    } catch (error) {
      if (!(error instanceof ImageError) || options.strict) throw error;
      broken.push(error);
      continue;
    }
    if (!isCoco(root)) continue;
    if (isList(root)) results.push({ name, root });
    else readObject(readers, name, root as Fields, options);
  }
  const truths = [...readers.values()];
  for (const { name, root } of results) readResults(readers, truths, name, root);
  if (readers.size + large.length === 0)
    throw (
      broken[0] ?? new ImageError("UNSUPPORTED", "expected COCO (JSON with images and annotations), got no such file")
    );

  const list = [...readers.values()];
  const datasets = [...list.map(({ reader }) => reader.dataset()), ...large.map(({ index }) => index)];
  const inReaders = collect(list, broken);
  const problems = (): readonly DatasetProblem[] =>
    large.length === 0 ? inReaders() : [...inReaders(), ...large.flatMap(({ index }) => index.problems.list)];
  if (options.strict && problems()[0]) throw strictError(problems()[0]!);
  const splits = [...new Set([...list, ...large].flatMap(({ split }) => split ?? []))];
  const categories = new Map<string, Category>();
  for (const dataset of datasets)
    for (const category of dataset.categories) {
      const known = categories.get(String(category.id));
      if (!known) categories.set(String(category.id), category);
      else if (known.name !== category.name) {
        const message = `the category ${show(category.id)} is ${show(known.name)} and ${show(category.name)} in two files`;
        if (options.strict) throw new ImageError("ARGUMENT", message, { path: "categories" });
        broken.push(new ImageError("ARGUMENT", message, { path: "categories" }));
      }
    }
  const entries = [...list, ...large.map(({ index }) => index)];
  const about = new Map(entries.toReversed().flatMap((entry) => [...entry.about]));
  const size = datasets.reduce((sum, dataset) => sum + dataset.size, 0);
  const pngs = await namesEnding(tree, ".png");
  return {
    categories: [...categories.values()],
    scenes: {
      async *[Symbol.asyncIterator](): AsyncGenerator<Scene> {
        const pictures = new PictureFiles(options.images ?? tree);
        const sources = [
          ...list.map(({ reader, split, files }) => ({ reader, split, files })),
          ...large.map(({ index, split, files }) => ({ reader: index, split, files })),
        ];
        // pictures of two parts may have one name
        const named = async (scene: Scene, files: readonly string[], split: string | undefined): Promise<Scene> => {
          if (sources.length < 2 || scene.fileName === undefined) return scene;
          const near = [...files.map(folderOf), ...(split === undefined ? [] : [`${split}/`])];
          return { ...scene, fileName: await pictures.nameOf(scene.fileName, ...near) };
        };
        for (const { reader, split, files } of sources)
          for await (const scene of reader.scenes(async (name) => tree.read(panopticFile(pngs, name, files)))) {
            const sized = await measured(await named(scene, files, split), pictures);
            if (options.strict && sized.error) throw sized.error;
            yield split === undefined ? sized : { ...sized, split };
          }
      },
    },
    splits: splits.length > 0 ? splits : undefined,
    size,
    attributes: about.size > 0 ? about : undefined,
    get problems() {
      return problems();
    },
  };
}

/** A file that is read in parts, because it is too large to be one value. */
async function largeFile(tree: FileTree, name: string): Promise<FileParts | undefined> {
  if (!tree.size || !tree.readPart) return undefined;
  const size = await tree.size(name);
  const { readPart } = tree;
  return size < LARGE_JSON ? undefined : { size, read: (offset, length) => readPart.call(tree, name, offset, length) };
}

function strictError({ path, message }: DatasetProblem): ImageError {
  return new ImageError("ARGUMENT", message, { path });
}

function collect(list: readonly SplitReader[], broken: readonly ImageError[]): () => readonly DatasetProblem[] {
  return () => [
    ...broken.map((error) => ({
      path: error.path ?? "",
      message: error.message.slice(error.path ? error.path.length + 2 : 0),
    })),
    ...list.flatMap(({ reader }) => reader.problems.list),
  ];
}

/** Fields of a file that are not about the dataset as a whole. */
const LISTS: ReadonlySet<string> = new Set(["images", "annotations", "categories"]);

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function readObject(readers: Map<string, SplitReader>, name: string, root: Fields, { strict }: ReadTreeOptions): void {
  const split = splitOfName(name);
  let key = split ?? "";
  let entry = readers.get(key);
  for (let round = 2; entry && !entry.reader.agrees(root); round++) {
    key = `${split ?? ""}/${round}`;
    entry = readers.get(key);
  }
  if (!entry) {
    entry = { reader: new CocoReader({ strict }, "ground truth"), split, files: [], about: new Map() };
    readers.set(key, entry);
  }
  const { reader, files, about } = entry;
  for (const [name, value] of othersOf(root, LISTS) ?? [])
    if (!about.has(name) && !(/^(?:info|licenses)$/.test(name) && isEmpty(value))) about.set(name, value);
  files.push(name);
  reader.nextFile();
  reader.readCategories(root["categories"], `${name}.`);
  reader.readImages(root["images"], `${name}.`);
  const records = root["annotations"];
  const isNamed = isList(root["categories"]) && root["categories"].length > 0;
  if (isList(records) && !isNamed && Array.from(records).some(namesCategory))
    reader.problems.add(`${name}.categories`, "expected the categories, got none; their ids stand for their names");
  if (isList(records)) reader.readRecords(records, `${name}.annotations`, false);
  // the pictures of a test set have no annotations
  else if (records !== undefined) reader.problems.add(`${name}.annotations`, `expected a list, got ${show(records)}`);
}

/** True for an object with the id of a category; sentences have one in some files too. */
function namesCategory(record: unknown): boolean {
  return (
    isFields(record) && "category_id" in record && ["bbox", "segmentation", "keypoints"].some((key) => key in record)
  );
}

/** Results belong to the pictures of a ground truth; without one, to those that they name. */
function readResults(
  readers: Map<string, SplitReader>,
  truths: readonly SplitReader[],
  name: string,
  root: ArrayLike<unknown>,
): void {
  const first = (root[0] as Fields)["image_id"];
  const truth = truths.find(({ reader }) => reader.has(first)) ?? truths[0];
  const own = { reader: new CocoReader({}, "predictions"), split: undefined, files: [], about: new Map() };
  const entry = truth ?? readers.get("") ?? own;
  if (!truth) readers.set("", entry);
  entry.reader.nextFile();
  entry.reader.group = "predictions";
  entry.reader.readRecords(root, name, !truth);
}

const KINDS =
  /^(?:lvis_v\d(?:\.\d)?|instances|person_keypoints|captions|panoptic|stuff|labels|image_info(?:_unlabeled)?)_(.+)$/i;
const PARTS = /(?:^|[^a-z])(train|val|valid|validation|test|minival|trainval)(?=\d{4}|[^a-z]|$)(\d{4})?/i;

/** `train2017` of `instances_train2017.json`, `valid` of `valid/_annotations.coco.json`; undefined for other names. */
function splitOfName(name: string): string | undefined {
  const stem = stemOf(baseName(name));
  const rest = KINDS.exec(stem)?.[1];
  if (rest !== undefined && rest.toLowerCase() !== "default" && !rest.endsWith("_open")) return rest;
  if (rest !== undefined) return undefined;
  const part = PARTS.exec(stem) ?? PARTS.exec(baseName(folderOf(name).slice(0, -1)));
  return part ? `${part[1]!}${part[2] ?? ""}` : undefined;
}

/** The PNG of a panoptic record: in the folder named as its JSON, else in one that says so, else the only one of its name. */
function panopticFile(pngs: readonly string[], name: string, files: readonly string[]): string {
  const last = baseName(name);
  const found = pngs.filter((png) => baseName(png) === last);
  const beside = files.flatMap((file) => [`${stemOf(file)}/${name}`, `${folderOf(file)}${name}`]);
  const best =
    found.find((png) => beside.includes(png)) ??
    found.find((png) => /panoptic/i.test(folderOf(png))) ??
    (found.length === 1 ? found[0] : undefined);
  if (best === undefined) throw new ImageError("IO", `expected the panoptic PNG ${show(name)}, got none`);
  return best;
}
