/** Create ML's JSON of boxes: middle and size in pixels. */
import { ImageError, show } from "../errors.ts";
import type { Annotation, Box, Classification, Dataset, Scene } from "../model/scene.ts";
import { type DatasetFormat, type Loss, Losses, type ReadTreeOptions } from "./dataset-format.ts";
import { type Fields, isFields, isList, readNumber, readText, toNumber } from "./fields.ts";
import type { FileSink, FileTree } from "./file-tree.ts";
import { soundScenes } from "./sound-scenes.ts";
import { NameCategories } from "./name-categories.ts";
import { PictureFiles, pictureName } from "./picture-files.ts";
import { baseName, folderOf, folderSplit, namesEnding, Reading, surest } from "./tree-reading.ts";
import { loseCategoryParts, loseDatasetParts, loseIds, loseParts, loseSceneParts, loseUnused } from "./lost-parts.ts";
import { CategoryNames, JsonList, pixelBox, TextFile } from "./written.ts";

/**
 * Create ML. Files are lists of `{ image, annotations: [{ label, coordinates: { x, y, width, height } }] }`; the older
 * spelling `imagefilename`, `annotation` is read too. Sizes of pictures are read from the pictures.
 */
export const createml: DatasetFormat = {
  name: "createml",
  title: "Create ML JSON: boxes by middle and size",
  detect: async (tree) =>
    surest(tree, await namesEnding(tree, ".json"), 8, (head, name) =>
      /^\[\s*\{/.test(head) &&
      /"(?:image|imagefilename|imageURL)"\s*:\s*"/.test(head) &&
      /"annotations?"\s*:\s*\[/.test(head) &&
      (/"coordinates"\s*:\s*\{/.test(head) || /createml/i.test(name))
        ? 0.93
        : 0,
    ),
  read,
  write,
};

const IMAGE_KEYS: readonly string[] = ["image", "imagefilename", "imageFilename", "imageURL", "filename"];
const LIMIT = 1e6;

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const categories = new NameCategories();
  const pictures = new PictureFiles(options.images ?? tree);
  const scenes: Scene[] = [];
  const splits = new Set<string>();
  let found = 0;
  for await (const [name, root] of reading.jsonFiles(tree)) {
    if (!isList(root) || !(root.length === 0 || Array.from(root).some(isImage))) continue;
    found += 1;
    const split = folderSplit(name);
    if (split !== undefined) splits.add(split);
    for (let i = 0; i < root.length; i++) {
      const path = `${name}[${i}]`;
      const record = root[i];
      if (!isImage(record)) {
        reading.note(path, `expected a picture with its annotations, got ${show(record)}`);
        continue;
      }
      scenes.push(await readImage(record, path, folderOf(name), split, categories, pictures, reading));
    }
  }
  if (found === 0) throw reading.failure ?? new ImageError("UNSUPPORTED", "expected Create ML JSON, got no such file");
  return {
    categories: categories.list,
    scenes,
    splits: splits.size > 0 ? [...splits] : undefined,
    size: scenes.length,
    problems: reading.problems.list,
  };
}

function isImage(value: unknown): value is Fields {
  return isFields(value) && imageOf(value) !== undefined && ("annotations" in value || "annotation" in value);
}

function imageOf(record: Fields): string | undefined {
  for (const key of IMAGE_KEYS) {
    const text = readText(record[key]);
    if (text !== undefined) return text;
  }
  return undefined;
}

async function readImage(
  record: Fields,
  path: string,
  folder: string,
  split: string | undefined,
  categories: NameCategories,
  pictures: PictureFiles,
  reading: Reading,
): Promise<Scene> {
  const given = imageOf(record)!;
  const named = pictureName(given, `${path}.image`, reading);
  const fileName = named && (await pictures.nameOf(named, folder));
  const annotations: Annotation[] = [];
  const classifications: Classification[] = [];
  const key = "annotations" in record ? "annotations" : "annotation";
  const list = record[key];
  if (isList(list))
    for (let i = 0; i < list.length; i++) {
      const read = reading.part(`${path}.${key}[${i}]`, () => readAnnotation(list[i], categories));
      if (read?.box) annotations.push(read);
      else if (read) classifications.push({ category: read.category!, categoryId: read.categoryId, score: read.score });
    }
  // pictures of one class have its name in place of the list
  else if (typeof list === "string" && list !== "")
    classifications.push({ category: list, categoryId: categories.of(list).id });
  else reading.note(`${path}.${key}`, `expected a list, got ${show(list)}`);
  const size = await reading.partAsync(path, () =>
    pictures.sizeOf(baseName(given) === "" ? given : (fileName ?? given), false, folder),
  );
  return {
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    fileName,
    annotations,
    classifications: classifications.length > 0 ? classifications : undefined,
    split,
    error: size
      ? undefined
      : new ImageError("ARGUMENT", `the size of ${show(given)} is not known (Create ML has none; give the pictures)`, {
          path,
        }),
  };
}

function readAnnotation(value: unknown, categories: NameCategories): Annotation {
  if (!isFields(value)) throw new ImageError("ARGUMENT", `expected a label and coordinates, got ${show(value)}`);
  const label = typeof value["label"] === "number" ? String(value["label"]) : readText(value["label"]);
  const given = value["coordinates"];
  const sure = toNumber(value["confidence"] ?? value["score"] ?? NaN);
  const score = sure >= 0 && sure <= 1 ? sure : undefined;
  const category = label === undefined ? undefined : categories.of(label);
  if (given === undefined || given === null) {
    if (category) return { categoryId: category.id, category: category.name, score };
    throw new ImageError("ARGUMENT", `expected a label, got ${show(value["label"])}`, { path: "label" });
  }
  if (!isFields(given))
    throw new ImageError("ARGUMENT", `expected x, y, width, height, got ${show(given)}`, { path: "coordinates" });
  const id = value["uniqueIdentifier"];
  return { id: readText(id), box: readBox(given), categoryId: category?.id, category: category?.name, score };
}

function readBox(given: Fields): Box {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((key) => {
    const number = readNumber(given[key], `coordinates.${key}`);
    if (Math.abs(number) <= LIMIT) return number;
    throw new ImageError("LIMIT", `expected a number up to ${LIMIT}, got ${number}`, { path: `coordinates.${key}` });
  }) as [number, number, number, number];
  if (width < 0 || height < 0)
    throw new ImageError("ARGUMENT", `expected width and height of 0 or more, got ${width} and ${height}`, {
      path: "coordinates",
    });
  return { x: x - width / 2, y: y - height / 2, width, height };
}

const KEPT: ReadonlySet<keyof Annotation> = new Set(["box", "category"]);
const KEPT_OF_SCENES: ReadonlySet<keyof Scene> = new Set(["split", "classifications"]);

/** Write `_annotations.createml.json`, one for each split in its folder where there are several. */
async function write(dataset: Dataset, sink: FileSink): Promise<readonly Loss[]> {
  const losses = new Losses();
  const names = new CategoryNames(dataset.categories);
  const used = new Set<string>();
  const files = new Map<string, JsonList>();
  for await (const { scene, index, path } of soundScenes(dataset, losses)) {
    loseSceneParts(scene, KEPT_OF_SCENES, losses, path);
    if (scene.fileName === undefined) losses.add("file name that is missing (written as the id)", path);
    const annotations: object[] = [];
    for (const [i, annotation] of scene.annotations.entries()) {
      const place = `${path}.annotations[${i}]`;
      loseParts(annotation, KEPT, losses, place);
      const label = names.of(annotation);
      if (!annotation.box) {
        losses.add("object without a box", place);
        continue;
      }
      if (label === undefined) losses.add('category that is missing (written as "object")', place);
      else used.add(label);
      const { x, y, width, height, rotation } = pixelBox(annotation.box, scene);
      if (rotation) losses.add("rotation of a box", `${place}.box`);
      annotations.push({
        label: label ?? "object",
        coordinates: { x: x + width / 2, y: y + height / 2, width, height },
      });
    }
    for (const [i, entry] of (scene.classifications ?? []).entries()) {
      used.add(entry.category);
      if (entry.score !== undefined) losses.add("score of a class", `${path}.classifications[${i}]`);
      annotations.push({ label: entry.category });
    }
    const folder =
      scene.split !== undefined && ["train", "val", "valid", "validation", "test"].includes(scene.split)
        ? `${scene.split}/`
        : "";
    if (scene.split !== undefined && folder === "") losses.add("split", `${path}.split`);
    const list = files.get(folder) ?? new JsonList();
    files.set(folder, list);
    list.push({ image: scene.fileName ?? String(scene.imageId ?? index), annotations });
  }
  loseDatasetParts(dataset, losses);
  loseCategoryParts(dataset.categories, new Set(), losses);
  loseUnused(dataset.categories, used, losses);
  loseIds(dataset.categories, used, losses);
  if (files.size === 0) files.set("", new JsonList());
  for (const [folder, list] of files) {
    const file = new TextFile();
    list.into(file);
    await sink.write(`${folder}_annotations.createml.json`, file.bytes());
  }
  return losses.list;
}
