/** Comet's annotations of a picture: layers of objects, `[{ name, data: [{ label, score, boxes, points, metadata }] }]`. */
import { ImageError, show } from "../errors.ts";
import type { Annotation, Dataset, PolygonPart, Scene } from "../model/scene.ts";
import { type DatasetFormat, type Loss, Losses, type ReadTreeOptions } from "./dataset-format.ts";
import { type Fields, isFields, isList, readNumber, readNumbers, readText } from "./fields.ts";
import type { FileSink, FileTree } from "./file-tree.ts";
import { soundScenes } from "./sound-scenes.ts";
import { NameCategories } from "./name-categories.ts";
import { isPictureName, PictureFiles, pictureName } from "./picture-files.ts";
import { namesEnding, Reading, surest } from "./tree-reading.ts";
import { UniqueNames } from "./scene-names.ts";
import {
  loseCategoryParts,
  loseDatasetParts,
  loseIds,
  loseParts,
  loseSceneParts,
  loseUnused,
  NamesByFile,
} from "./lost-parts.ts";
import { CategoryNames, jsonAttributes, pixelBox } from "./written.ts";

/**
 * Comet: one JSON file for each picture, named as the picture (`street.jpg.json` or `street.json`). Layers are groups.
 * Sizes of pictures are read from the pictures.
 */
export const comet: DatasetFormat = {
  name: "comet",
  title: "Comet image annotations: boxes and polygons in layers, one JSON file for each picture",
  detect: async (tree) =>
    surest(tree, await namesEnding(tree, ".json"), 8, (head) =>
      /^\[\s*\{/.test(head) &&
      /"name"\s*:/.test(head) &&
      /"data"\s*:\s*\[/.test(head) &&
      /"(?:boxes|points)"\s*:\s*(?:\[|null)/.test(head)
        ? 0.92
        : 0,
    ),
  read,
  write,
};

const LIMIT = 1e6;

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const categories = new NameCategories();
  const pictures = new PictureFiles(options.images ?? tree);
  const scenes: Scene[] = [];
  for await (const [name, root] of reading.jsonFiles(tree)) {
    if (!isLayers(root)) continue;
    const annotations = readLayers(root, name, categories, reading);
    const wanted = name.slice(0, -".json".length);
    const file = await pictures.find(wanted, true);
    const size = await reading.partAsync(name, () =>
      file === undefined ? pictures.sizeOf(wanted, true) : pictures.size(file),
    );
    const fileName = pictureName(isPictureName(wanted) || file === undefined ? wanted : file, name, reading);
    scenes.push({
      width: size?.width ?? 0,
      height: size?.height ?? 0,
      fileName: fileName?.replace(/^annotations\//, ""),
      annotations,
      error: size
        ? undefined
        : new ImageError("ARGUMENT", `the size of ${show(wanted)} is not known (Comet has none; give the pictures)`, {
            path: name,
          }),
    });
  }
  if (scenes.length === 0)
    throw reading.failure ?? new ImageError("UNSUPPORTED", "expected Comet's JSON, got no such file");
  return { categories: categories.list, scenes, size: scenes.length, problems: reading.problems.list };
}

function isLayers(value: unknown): value is ArrayLike<Fields> {
  return (
    isList(value) && Array.from(value).every((layer) => isFields(layer) && "name" in layer && isList(layer["data"]))
  );
}

/** The objects of all layers: those of one record stay one object where it has one box and no polygon, or none and polygons. */
function readLayers(layers: ArrayLike<Fields>, at: string, categories: NameCategories, reading: Reading): Annotation[] {
  const annotations: Annotation[] = [];
  for (let l = 0; l < layers.length; l++) {
    const group = readText(layers[l]!["name"]);
    const data = layers[l]!["data"] as ArrayLike<unknown>;
    for (let i = 0; i < data.length; i++) {
      const path = `${at}[${l}].data[${i}]`;
      const record = data[i];
      if (isFields(record)) annotations.push(...readObject(record, group, path, categories, reading));
      else reading.note(path, `expected an object, got ${show(record)}`);
    }
  }
  return annotations;
}

function readObject(
  record: Fields,
  group: string | undefined,
  path: string,
  categories: NameCategories,
  reading: Reading,
): Annotation[] {
  const { label, score, metadata } = record;
  const name = typeof label === "number" ? String(label) : readText(label);
  const category = name === undefined ? undefined : categories.of(name);
  const common: Annotation = {
    group,
    categoryId: category?.id,
    category: category?.name,
    score: score === undefined || score === null ? undefined : reading.part(path, () => readNumber(score, "score")),
    attributes: isFields(metadata) ? new Map(Object.entries(metadata)) : undefined,
  };
  const boxes = listOf(record["boxes"]).flatMap(
    (value, i) => reading.part(path, () => readBox(value, `boxes[${i}]`)) ?? [],
  );
  const parts: PolygonPart[] = listOf(record["points"]).flatMap(
    (value, i) => reading.part(path, () => ({ outline: readRing(value, `points[${i}]`) })) ?? [],
  );
  const segmentation = parts.length > 0 ? ({ kind: "polygon", parts } as const) : undefined;
  if (boxes.length === 1 && segmentation) return [{ ...common, box: boxes[0], segmentation }];
  const objects: Annotation[] = boxes.map((box) => ({ ...common, box }));
  if (segmentation) objects.push({ ...common, segmentation });
  if (objects.length === 0) reading.note(path, "expected boxes or points, got none");
  return objects;
}

/** The entries of a list; a single ring or box without the list around it is one entry. */
function listOf(value: unknown): unknown[] {
  if (!isList(value) || value.length === 0) return [];
  return isList(value[0]) ? Array.from(value) : [value];
}

function readBox(value: unknown, path: string): NonNullable<Annotation["box"]> {
  const numbers = readNumbers(value, path, LIMIT);
  const [x, y, width, height] = Array.from(numbers) as [number, number, number, number];
  if (numbers.length !== 4 || width < 0 || height < 0)
    throw new ImageError("ARGUMENT", `expected [x, y, width, height], got ${show(Array.from(numbers))}`, { path });
  return { x, y, width, height };
}

/** `[x0, y0, …]`, or a list of pairs. */
function readRing(value: unknown, path: string): ArrayLike<number> {
  const flat =
    isList(value) && isList(value[0])
      ? Array.from(value).flatMap((pair) => (isList(pair) ? Array.from(pair) : [pair]))
      : value;
  const ring = readNumbers(flat, path, LIMIT);
  if (ring.length < 6 || ring.length % 2 !== 0)
    throw new ImageError("ARGUMENT", `expected an even count of 6 or more numbers, got ${ring.length}`, { path });
  return ring;
}

const KEPT: ReadonlySet<keyof Annotation> = new Set([
  "box",
  "segmentation",
  "group",
  "category",
  "score",
  "attributes",
]);

/** Write `annotations/<picture>.json` for each picture. */
async function write(dataset: Dataset, sink: FileSink): Promise<readonly Loss[]> {
  const losses = new Losses();
  const names = new CategoryNames(dataset.categories);
  const used = new NamesByFile();
  const pictures = new UniqueNames();
  for await (const { scene, index, path } of soundScenes(dataset, losses)) {
    loseSceneParts(scene, new Set(), losses, path);
    const name = pictures.take(scene, index, losses, path);
    if (name === undefined) continue;
    await sink.write(
      `annotations/${name}.json`,
      JSON.stringify(layersOf(scene, names, (label) => used.add(`${name}.json`, label), losses, path)),
    );
  }
  loseDatasetParts(dataset, losses);
  loseCategoryParts(dataset.categories, new Set(), losses);
  loseUnused(dataset.categories, used.order, losses);
  loseIds(dataset.categories, used.order, losses);
  return losses.list;
}

function layersOf(
  scene: Scene,
  names: CategoryNames,
  use: (label: string) => void,
  losses: Losses,
  path: string,
): object[] {
  const layers = new Map<string, object[]>();
  for (const [i, annotation] of scene.annotations.entries()) {
    const place = `${path}.annotations[${i}]`;
    loseParts(annotation, KEPT, losses, place);
    const { box, segmentation, group = "annotations", score, attributes } = annotation;
    const label = names.of(annotation);
    if (label === undefined) losses.add('category that is missing (written as "object")', place);
    const rings = segmentation?.kind === "polygon" ? segmentation.parts : [];
    if (segmentation && segmentation.kind !== "polygon") losses.add("mask that is no polygon", `${place}.segmentation`);
    if (rings.some(({ holes }) => holes?.length)) losses.add("holes of a polygon", `${place}.segmentation`);
    if (!box && rings.length === 0) {
      losses.add("object without a box or a polygon", place);
      continue;
    }
    if (label !== undefined) use(label);
    const pixels = box && pixelBox(box, scene);
    if (pixels?.rotation) losses.add("rotation of a box", `${place}.box`);
    const data = layers.get(group) ?? [];
    layers.set(group, data);
    data.push({
      label: label ?? "object",
      score: score ?? null,
      boxes: pixels ? [[pixels.x, pixels.y, pixels.width, pixels.height]] : null,
      points: rings.length > 0 ? rings.map(({ outline }) => Array.from(outline)) : null,
      ...(attributes && { metadata: jsonAttributes(attributes, losses, place) }),
    });
  }
  return Array.from(layers, ([name, data]) => ({ name, data }));
}
