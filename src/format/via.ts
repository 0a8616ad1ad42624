/** VGG Image Annotator 2 (1 and 3 are read too): JSON of annotations or of a project, and CSV. */
import { ImageError, show } from "../errors.ts";
import { csvLine, readCsv } from "./csv.ts";
import { type DatasetFormat, type Loss, Losses, type ReadTreeOptions } from "./dataset-format.ts";
import { type Fields, isFields, isList, readText } from "./fields.ts";
import type { FileSink, FileTree } from "./file-tree.ts";
import { soundScenes } from "./sound-scenes.ts";
import type { Dataset, Scene } from "../model/scene.ts";
import { NameCategories } from "./name-categories.ts";
import { PictureFiles, pictureName } from "./picture-files.ts";
import { folderOf, folderSplit, namesEnding, Reading, surest, textOf } from "./tree-reading.ts";
import { parseJson } from "./source.ts";
import { isVia3, via3Images } from "./via-3.ts";
import { CLASS_KEYS, readRegion } from "./via-regions.ts";
import { viaRegions, VIA_KEPT, VIA_SCENE_KEPT } from "./via-writer.ts";
import { loseCategoryParts, loseDatasetParts, loseIds, loseParts, loseSceneParts, loseUnused } from "./lost-parts.ts";
import { CategoryNames, jsonAttributes } from "./written.ts";

/** VIA as JSON. Sizes of pictures are not in it: they are read from the pictures. */
export const via: DatasetFormat = {
  name: "via",
  title: "VGG Image Annotator (VIA 2) JSON; reads projects and CSV too",
  detect: async (tree) =>
    Math.max(
      await surest(tree, await namesEnding(tree, ".json"), 8, (head) =>
        !head.startsWith("{")
          ? 0
          : /"_via_(?:settings|img_metadata|attributes)"|"__VIA_|"data_format_version"\s*:\s*"3/.test(head)
            ? 0.97
            : /"regions"\s*:\s*[[{]/.test(head) && /"filename"\s*:/.test(head)
              ? /"(?:shape_attributes|region_attributes|file_attributes)"/.test(head)
                ? 0.95
                : 0.5
              : 0,
      ),
      await surest(tree, await namesEnding(tree, ".csv"), 8, (head) => (isViaCsv(head) ? 0.95 : 0)),
    ),
  read,
  write: (dataset, sink) => write(dataset, sink, false),
};

/** The same reader; writes CSV. */
export const viaCsv: DatasetFormat = {
  name: "via-csv",
  title: "VGG Image Annotator (VIA 2) CSV",
  detect: async () => 0,
  read,
  write: (dataset, sink) => write(dataset, sink, true),
};

function isViaCsv(head: string): boolean {
  return /^\uFEFF?"?#?"?filename"?,[^\n]*region_shape_attributes/i.test(head);
}

/** Everything of one picture, wherever it came from. */
interface Entry {
  readonly filename: string;
  /** Of the file that says it. */
  readonly folder: string;
  readonly path: string;
  readonly attributes: Map<string, unknown>;
  readonly regions: { shape: Fields; attributes: Fields; path: string }[];
}

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const entries = new Map<string, Entry>();
  const categories = new NameCategories();
  let found = 0;
  let failure: ImageError | undefined;
  for (const name of [...(await namesEnding(tree, ".json")), ...(await namesEnding(tree, ".csv"))]) {
    const csv = name.toLowerCase().endsWith(".csv");
    // the same annotations once more: VIA exports both
    if (csv && found > 0) break;
    const bytes = await tree.read(name);
    try {
      if (csv) {
        const text = textOf(bytes, true);
        if (!isViaCsv(text.slice(0, 1000))) continue;
        readRows(readCsv(text), name, entries, reading);
      } else if (!readProject(parseJson(bytes), name, entries, categories, reading)) continue;
      found += 1;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      const own = error.path?.startsWith(name) ? error : error.at(name);
      if (options.strict) throw own;
      failure ??= own;
      reading.problems.addError(own);
    }
  }
  if (found === 0) throw failure ?? new ImageError("UNSUPPORTED", "expected VIA JSON or CSV, got no such file");

  const pictures = new PictureFiles(options.images ?? tree);
  const scenes: Scene[] = [];
  for (const entry of entries.values()) {
    const named = pictureName(entry.filename, `${entry.path}.filename`, reading);
    const fileName = named && (await pictures.nameOf(named, entry.folder));
    const annotations = entry.regions.flatMap(
      ({ shape, attributes, path }) => reading.part(path, () => readRegion(shape, attributes, categories)) ?? [],
    );
    const size = await reading.partAsync(entry.path, () =>
      pictures.sizeOf(fileName ?? entry.filename, false, entry.folder),
    );
    scenes.push({
      width: size?.width ?? 0,
      height: size?.height ?? 0,
      fileName,
      annotations,
      attributes: entry.attributes.size > 0 ? entry.attributes : undefined,
      split: folderSplit(entry.folder),
      error: size ? undefined : unsized(entry),
    });
  }
  const splits = [...new Set(scenes.flatMap(({ split }) => split ?? []))];
  return {
    categories: categories.list,
    scenes,
    splits: splits.length > 0 ? splits : undefined,
    size: scenes.length,
    problems: reading.problems.list,
  };
}

function unsized({ filename, path }: Entry): ImageError {
  return new ImageError("ARGUMENT", `the size of ${show(filename)} is not known (VIA has none; give the pictures)`, {
    path,
  });
}

/** False for JSON that is something else. */
function readProject(
  root: unknown,
  name: string,
  entries: Map<string, Entry>,
  categories: NameCategories,
  reading: Reading,
): boolean {
  if (!isFields(root)) return false;
  const inner = isVia3(root) ? via3Images(root, name, reading) : root["_via_img_metadata"];
  const images = isFields(inner) ? inner : root;
  const at = images === root ? name : `${name}.${isVia3(root) ? "view" : "_via_img_metadata"}`;
  const keys = Object.keys(images);
  if (images === root && !keys.some((key) => isImage(root[key]))) return false;
  const attributes = root["_via_attributes"];
  if (isFields(attributes)) readOptions(attributes["region"], categories);
  for (const key of keys) {
    const record = images[key];
    const path = `${at}[${show(key)}]`;
    if (!isImage(record)) {
      reading.note(path, `expected a picture with its regions, got ${show(record)}`);
      continue;
    }
    const filename = readText(record["filename"]);
    if (filename === undefined) {
      reading.note(`${path}.filename`, `expected a file name, got ${show(record["filename"])}`);
      continue;
    }
    const entry = entryOf(entries, filename, name, path);
    if (!entry.path.startsWith(`${name}[`) && !entry.path.startsWith(`${name}.`)) {
      reading.note(path, `${show(filename)} is in another file too, at ${entry.path}; this one is left out`);
      continue;
    }
    if (isFields(record["file_attributes"])) addAttributes(entry, record["file_attributes"]);
    const { regions } = record;
    // version 1 numbers its regions, version 2 lists them
    const list = isList(regions) ? Array.from(regions) : isFields(regions) ? Object.values(regions) : [];
    for (const [i, region] of list.entries()) {
      const place = `${path}.regions[${i}]`;
      if (!isFields(region) || !isFields(region["shape_attributes"])) {
        reading.note(place, `expected shape_attributes, got ${show(region)}`);
        continue;
      }
      const own = region["region_attributes"];
      entry.regions.push({ shape: region["shape_attributes"], attributes: isFields(own) ? own : {}, path: place });
    }
  }
  return true;
}

function isImage(value: unknown): value is Fields {
  return isFields(value) && "filename" in value && ("regions" in value || "file_attributes" in value);
}

/** Files of different folders are about different pictures, whatever their names. */
function entryOf(entries: Map<string, Entry>, filename: string, file: string, path: string): Entry {
  const folder = folderOf(file);
  const key = `${folder}\0${filename}`;
  let entry = entries.get(key);
  if (!entry) entries.set(key, (entry = { filename, folder, path, attributes: new Map(), regions: [] }));
  return entry;
}

function addAttributes(entry: Entry, attributes: Fields): void {
  for (const [key, value] of Object.entries(attributes)) entry.attributes.set(key, value);
}

/** The classes that a project offers, in its order, also those that no region has. */
function readOptions(attributes: unknown, categories: NameCategories): void {
  if (!isFields(attributes)) return;
  const key = CLASS_KEYS.find((wanted) => Object.keys(attributes).some((own) => own.toLowerCase() === wanted));
  const own = Object.keys(attributes).find((name) => name.toLowerCase() === key);
  const attribute = own === undefined ? undefined : attributes[own];
  if (isFields(attribute) && isFields(attribute["options"]))
    for (const name of Object.keys(attribute["options"])) if (name !== "") categories.of(name);
}

const COLUMNS = ["filename", "file_attributes", "region_shape_attributes", "region_attributes"] as const;

function readRows(rows: readonly string[][], name: string, entries: Map<string, Entry>, reading: Reading): void {
  const header = rows[0]!.map((title) => title.trim().replace(/^#\s*/, "").toLowerCase());
  const [file, about, shape, attributes] = COLUMNS.map((title) => header.indexOf(title)) as [
    number,
    number,
    number,
    number,
  ];
  if (file < 0 || shape < 0)
    throw new ImageError("DECODE", `expected the columns ${COLUMNS.join(", ")}, got ${show(rows[0])}`, { path: name });
  for (const [i, row] of rows.entries()) {
    if (i === 0) continue;
    const path = `${name}[row ${i + 1}]`;
    const filename = row[file];
    if (!filename) {
      reading.note(path, "expected a file name, got none");
      continue;
    }
    const cell = (column: number, what: string): Fields =>
      reading.part(`${path}.${what}`, () => {
        const text = row[column] ?? "";
        const value = text.trim() === "" ? {} : parseJson(text);
        if (isFields(value)) return value;
        throw new ImageError("DECODE", `expected an object of JSON, got ${show(value)}`);
      }) ?? {};
    const entry = entryOf(entries, filename, name, path);
    addAttributes(entry, cell(about, "file_attributes"));
    const shapes = cell(shape, "region_shape_attributes");
    // a picture without regions has one row without a shape
    if (Object.keys(shapes).length > 0)
      entry.regions.push({ shape: shapes, attributes: cell(attributes, "region_attributes"), path });
  }
}

const CSV_HEADER =
  "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n";

/** Write `via_region_data.json`, or `.csv`. */
async function write(dataset: Dataset, sink: FileSink, csv: boolean): Promise<readonly Loss[]> {
  const losses = new Losses();
  const names = new CategoryNames(dataset.categories);
  const used = new Set<string>();
  const images: [key: string, record: object][] = [];
  const lines: string[] = [CSV_HEADER];
  const taken = new Set<string>();
  for await (const { scene, index, path } of soundScenes(dataset, losses)) {
    loseSceneParts(scene, VIA_SCENE_KEPT, losses, path);
    if (scene.fileName === undefined) losses.add("file name that is missing (written as the id)", path);
    const filename = scene.fileName ?? String(scene.imageId ?? index);
    if (taken.has(filename)) losses.add("second picture of the same name (joined with the first)", path);
    const regions = scene.annotations.flatMap((annotation, i) => {
      const place = `${path}.annotations[${i}]`;
      loseParts(annotation, VIA_KEPT, losses, place);
      const name = names.of(annotation);
      const own = viaRegions(annotation, name, scene, losses, place);
      if (name !== undefined && own.length > 0) used.add(name);
      return own;
    });
    const about = scene.attributes ? jsonAttributes(scene.attributes, losses, path) : {};
    // VIA tells pictures apart by name and bytes; -1 is its word for a size that is not known
    const key = taken.has(filename) ? `${filename}-1#${index}` : `${filename}-1`;
    taken.add(filename);
    images.push([key, { filename, size: -1, regions, file_attributes: about }]);
    for (const [i, region] of (regions.length > 0 ? regions : [undefined]).entries())
      lines.push(
        csvLine([
          filename,
          -1,
          JSON.stringify(about),
          regions.length,
          i,
          JSON.stringify(region?.shape_attributes ?? {}),
          JSON.stringify(region?.region_attributes ?? {}),
        ]),
      );
  }
  loseDatasetParts(dataset, losses);
  loseCategoryParts(dataset.categories, new Set(), losses);
  loseUnused(dataset.categories, used, losses);
  loseIds(dataset.categories, used, losses);
  if (csv) await sink.write("via_region_data.csv", lines.join(""));
  else await sink.write("via_region_data.json", JSON.stringify(Object.fromEntries(images)));
  return losses.list;
}
