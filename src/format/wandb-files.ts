/** W&B's media files: `*.image-file.json` and run histories that name pictures, `*.boxes2D.json` and mask PNGs. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Category, Dataset, LabelMap, Scene } from "../model/scene.ts";
import { classId } from "./class-labels.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import { type Fields, isFields, isList, readText, toNumber } from "./fields.ts";
import type { FileTree } from "./file-tree.ts";
import { PictureFiles, pictureName } from "./picture-files.ts";
import { baseName, namesEnding, readJson, Reading, stemOf } from "./tree-reading.ts";
import { pushTo } from "./written.ts";
import { boxAnnotations, readWandbBoxes } from "./wandb.ts";
import { readMaskPng } from "./wandb-mask-files.ts";
import { imageRecords, PYTHON } from "./wandb-records.ts";
import { writeWandbFiles } from "./wandb-files-writer.ts";

/** Pictures with sets of boxes and masks, as runs and artifacts of W&B have them on disk. */
export const wandbFiles: DatasetFormat = {
  name: "wandb",
  title: "W&B boxes and masks: image-file.json, boxes2D.json and mask PNGs",
  detect: async (tree) => {
    const names = (await tree.list()).map((name) => name.toLowerCase());
    if (names.some((name) => name.endsWith(".boxes2d.json") || name.endsWith(".mask.png"))) return 0.97;
    return names.some((name) => name.endsWith("image-file.json")) ? 0.9 : 0;
  },
  read,
  write: writeWandbFiles,
};

/** What is known while the records of a tree are read. */
interface Context {
  readonly tree: FileTree;
  /** Names by their last part. */
  readonly byBase: ReadonlyMap<string, readonly string[]>;
  readonly pictures: PictureFiles;
  readonly categories: Map<string, Category>;
  readonly reading: Reading;
  readonly taken: Set<string>;
}

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const byBase = new Map<string, string[]>();
  for (const name of await tree.list()) pushTo(byBase, baseName(name), name);
  const context: Context = {
    tree,
    byBase,
    pictures: new PictureFiles(options.images ?? tree),
    categories: new Map(),
    reading,
    taken: new Set(),
  };
  const scenes: Scene[] = [];
  let found = 0;
  for (const { record, path, folder } of await imageRecords(tree, reading)) {
    found += 1;
    scenes.push(await readImage(record, path, folder, context));
  }
  const known = scenes.map(({ fileName }) => fileName ?? "");
  scenes.push(...(await looseScenes(context, known)));
  if (found + scenes.length === 0)
    throw new ImageError(
      "UNSUPPORTED",
      "expected W&B's files (*.image-file.json, *.boxes2D.json or *.mask.png), got none",
    );
  return {
    categories: [...context.categories.values()],
    scenes,
    size: scenes.length,
    problems: context.reading.problems.list,
  };
}

async function readImage(record: Fields, path: string, folder: string, context: Context): Promise<Scene> {
  const { reading, pictures } = context;
  const given = readText(record["path"]);
  const fileName = given === undefined ? undefined : pictureName(given, `${path}.path`, reading);
  let size: { width: number; height: number } | undefined;
  if (record["width"] !== undefined)
    size = reading.part(path, () => {
      const [width, height] = [toNumber(record["width"]), toNumber(record["height"])];
      checkSize(width, height);
      return { width, height };
    });
  size ??= await reading.partAsync(path, () => pictures.sizeOf(fileName ?? show(record["path"])));
  const annotations: Annotation[] = [];
  const labelMaps: LabelMap[] = [];
  const classes = await readClassSet(record["classes"], path, folder, context);
  for (const [group, set] of entriesOf(record["boxes"], `${path}.boxes`, reading))
    annotations.push(...(await readSet(set, group, `${path}.boxes[${show(group)}]`, folder, size, classes, context)));
  for (const [group, mask] of entriesOf(record["masks"], `${path}.masks`, reading)) {
    const map = await readMask(mask, group, `${path}.masks[${show(group)}]`, folder, classes, context);
    if (map) labelMaps.push(map);
  }
  const caption = readText(record["caption"]);
  return {
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    fileName,
    annotations,
    labelMaps: labelMaps.length > 0 ? labelMaps : undefined,
    caption,
    captions: caption === undefined ? undefined : [caption],
    error: size ? undefined : new ImageError("ARGUMENT", "its width and height are not known", { path }),
  };
}

function entriesOf(value: unknown, path: string, reading: Reading): [string, unknown][] {
  if (value === undefined || value === null || value === "") return [];
  if (isFields(value)) return Object.entries(value);
  reading.note(path, `expected sets by name, got ${show(value)}`);
  return [];
}

/** A file that a record names: below the record's folder, below the tree, or wherever its path ends so. */
function locate(name: string, folder: string, { byBase, taken }: Context): string {
  const found = byBase.get(baseName(name)) ?? [];
  const best =
    [`${folder}${name}`, name].find((candidate) => found.includes(candidate)) ??
    found.find((candidate) => candidate.endsWith(`/${name}`)) ??
    found[0];
  if (best === undefined) throw new ImageError("IO", `expected the file ${show(name)}, got none`);
  taken.add(best);
  return best;
}

type Classes = ReadonlyMap<number | string, string>;

async function readClassSet(value: unknown, at: string, folder: string, context: Context): Promise<Classes> {
  const classes = new Map<number | string, string>();
  await context.reading.partAsync(`${at}.classes`, async () => {
    const name = isFields(value) ? readText(value["path"]) : undefined;
    const root = name === undefined ? value : await readJson(context.tree, locate(name, folder, context), PYTHON);
    const list = isFields(root) ? root["class_set"] : root;
    if (!isList(list)) return;
    for (const entry of Array.from(list))
      if (isFields(entry) && typeof entry["name"] === "string") {
        const { id } = entry;
        if (typeof id === "number" || typeof id === "string") classes.set(classId(id), entry["name"]);
      }
  });
  for (const [id, name] of classes) addCategory(context, id, name);
  return classes;
}

function addCategory({ categories }: Context, id: number | string, name: string): void {
  if (!categories.has(String(id))) categories.set(String(id), { id, name });
}

/** A set of boxes: in the record itself (artifacts) or in a file of its own (runs). */
async function readSet(
  set: unknown,
  group: string,
  path: string,
  folder: string,
  size: { width: number; height: number } | undefined,
  classes: Classes,
  context: Context,
): Promise<Annotation[]> {
  const { reading, tree } = context;
  return (
    (await reading.partAsync(path, async () => {
      const name = isFields(set) && set["box_data"] === undefined ? readText(set["path"]) : undefined;
      const root = name === undefined ? set : await readJson(tree, locate(name, folder, context), PYTHON);
      const given = isList(root) ? { box_data: root } : root;
      return readBoxList(given, group, path, size, classes, context);
    })) ?? []
  );
}

/** One box that is wrong leaves the others. */
function readBoxList(
  given: unknown,
  group: string,
  path: string,
  size: { width: number; height: number } | undefined,
  classes: Classes,
  context: Context,
): Annotation[] {
  if (!isFields(given) || !isList(given["box_data"]))
    throw new ImageError("ARGUMENT", `expected { box_data }, got ${show(given)}`);
  const names = isFields(given["class_labels"]) ? given["class_labels"] : Object.fromEntries(classes);
  const { width, height } = size ?? { width: 0, height: 0 };
  return Array.from(given["box_data"]).flatMap(
    (box, i) =>
      context.reading.part(`${path}.box_data[${i}]`, () => {
        const checked = readWandbBoxes({ box_data: [box], class_labels: names }, false);
        for (const [id, name] of checked.labels) addCategory(context, id, name);
        return boxAnnotations(checked, group, width, height);
      }) ?? [],
  );
}

async function readMask(
  mask: unknown,
  group: string,
  path: string,
  folder: string,
  classes: Classes,
  context: Context,
): Promise<LabelMap | undefined> {
  return context.reading.partAsync(path, async () => {
    const name = isFields(mask) ? readText(mask["path"]) : undefined;
    if (name === undefined) throw new ImageError("ARGUMENT", `expected the path of a mask, got ${show(mask)}`);
    const file = locate(name, folder, context);
    const map = readMaskPng(await context.tree.read(file), file);
    const own = new Map<number, string>();
    for (const [id, label] of classes) if (typeof id === "number") own.set(id, label);
    return { ...map, group, classes: own.size > 0 ? own : undefined };
  });
}

/** Boxes and masks that no record names, beside the one picture whose name begins as theirs: `<key>_<step>_<hash>`. */
async function looseScenes(context: Context, known: readonly string[]): Promise<Scene[]> {
  const { tree, reading, pictures, taken } = context;
  const files = (await namesEnding(tree, ".boxes2d.json", ".mask.png")).filter((name) => !taken.has(name));
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const key = file.replace(/^.*?(media\/)(?:metadata\/boxes2D\/|images\/mask\/)/, "").replace(/_[^_/]*$/, "");
    pushTo(groups, key, file);
  }
  const byKey = new Map<string, string[]>();
  for (const file of await pictures.list())
    if (!/\.mask\.png$/i.test(file))
      pushTo(byKey, /(?:^|\/)media\/images\/(.*)_[^_/]*$/.exec(file)?.[1] ?? stemOf(baseName(file)), file);
  const recorded = new Set(known.map(baseName));
  const scenes: Scene[] = [];
  for (const [key, members] of groups) {
    const path = members[0]!;
    const found = byKey.get(key) ?? byKey.get(baseName(key)) ?? [];
    if (found.length !== 1) {
      reading.note(
        path,
        `expected one picture named as ${show(key)}, got ${found.length}; its boxes and masks are left out`,
      );
      continue;
    }
    // left over from what a record says already
    if (recorded.has(baseName(found[0]!))) continue;
    const size = await reading.partAsync(path, () => pictures.sizeOf(found[0]!));
    const annotations: Annotation[] = [];
    const labelMaps: LabelMap[] = [];
    for (const [i, member] of members.entries()) {
      const group = members.length === 1 ? "boxes" : `boxes ${i + 1}`;
      if (member.toLowerCase().endsWith(".json"))
        annotations.push(...(await readSet({ path: member }, group, member, "", size, new Map(), context)));
      else {
        const map = await readMask({ path: member }, group.replace("boxes", "mask"), member, "", new Map(), context);
        if (map) labelMaps.push(map);
      }
    }
    scenes.push({
      width: size?.width ?? 0,
      height: size?.height ?? 0,
      fileName: found[0]!,
      annotations,
      labelMaps: labelMaps.length > 0 ? labelMaps : undefined,
      error: size ? undefined : new ImageError("ARGUMENT", "its width and height are not known", { path }),
    });
  }
  return scenes;
}
