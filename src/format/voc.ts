/** Pascal VOC: an XML file for each picture, masks as PNG, parts of the dataset as lists of names. */
import { ImageError } from "../errors.ts";
import type { Dataset } from "../model/scene.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import type { FileTree } from "./file-tree.ts";
import { PictureFiles } from "./picture-files.ts";
import { baseName, folderSplit, headText, namesEnding, Reading, stemOf, textOf } from "./tree-reading.ts";
import { type LabelMapFile, readLabelMap } from "./voc-masks.ts";
import { type MaskFiles, VocClasses, VocReader } from "./voc-reader.ts";
import { writeVoc } from "./voc-writer.ts";
import { readVocFile, type VocFile } from "./voc-xml.ts";
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
  const splits = await readSplits(tree, reading, new Set(files.map(({ file }) => splitKey(file))));
  const pictures = new PictureFiles(options.images ?? tree);

  // a picture may have masks alone
  const known = new Set(files.flatMap(({ file }) => [stemOf(baseName(file)), splitKey(file)]));
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
  // without lists the folders tell, as where each part has one with pictures and annotations side by side
  const splitOf = (file: string): string | undefined =>
    splits.of.get(splitKey(file)) ??
    splits.of.get(stemOf(baseName(file))) ??
    (splits.of.size === 0 ? folderSplit(file) : undefined);
  if (splits.of.size === 0)
    for (const { file } of files) {
      const split = folderSplit(file);
      if (split !== undefined && !splits.names.includes(split)) splits.names.push(split);
    }
  const reader = new VocReader(
    tree,
    reading,
    pictures,
    classes,
    masks,
    splitOf,
    fromOne ? 1 : 0,
    labelMap?.countsFromOne === true,
  );
  return {
    categories: classes.categories,
    scenes: { [Symbol.asyncIterator]: () => reader.scenes(files) },
    splits: splits.names.length > 0 ? splits.names : undefined,
    size: files.length,
    problems: reading.problems.list,
  };
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

/** What a list names a picture by: the path of its XML below `Annotations`, without extension. */
export function splitKey(file: string): string {
  return stemOf(file.replace(/^(?:.*\/)?Annotations\//i, ""));
}

/** Splits of the lists in ImageSets, Main before the others. */
async function readSplits(
  tree: FileTree,
  reading: Reading,
  known: ReadonlySet<string>,
): Promise<{ names: string[]; of: Map<string, string> }> {
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
      const whole = line.trim().replaceAll("\\", "/");
      if (whole === "" || (!known.has(whole) && /\s-?[01]$/.test(whole))) continue;
      const key = known.has(whole) ? whole : baseName(whole);
      if (of.has(key)) continue;
      of.set(key, split);
      if (!names.includes(split)) names.push(split);
    }
  }
  return { names, of };
}
