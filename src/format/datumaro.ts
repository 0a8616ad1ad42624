/** Datumaro's JSON: one file of annotations for each subset. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Category, Dataset, Scene } from "../model/scene.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import { readCategories } from "./datumaro-categories.ts";
import { readItem } from "./datumaro-reader.ts";
import { writeDatumaro } from "./datumaro-writer.ts";
import { type Fields, isFields, isList, readText, toNumber } from "./fields.ts";
import type { FileTree } from "./file-tree.ts";
import { PictureFiles, pictureName } from "./picture-files.ts";
import { baseName, namesEnding, Reading, stemOf, surest } from "./tree-reading.ts";

/** Datumaro: boxes, polygons, lines, ellipses, masks, points and poses, labels, captions; groups join what is one object. */
export const datumaro: DatasetFormat = {
  name: "datumaro",
  title: "Datumaro JSON",
  detect: async (tree) =>
    surest(tree, await namesEnding(tree, ".json"), 8, (head) =>
      !head.startsWith("{")
        ? 0
        : /"dm_format_version"\s*:/.test(head)
          ? 0.98
          : /"items"\s*:\s*\[/.test(head) && /"categories"\s*:\s*\{/.test(head)
            ? 0.9
            : /"categories"\s*:\s*\{\s*"(?:label|mask|points)"\s*:\s*\{\s*"(?:labels|label_groups|attributes|colormap|items)"/.test(
                  head,
                )
              ? 0.85
              : 0,
    ),
  read,
  write: writeDatumaro,
};

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const pictures = new PictureFiles(options.images ?? tree);
  const categories: Category[] = [];
  const scenes: Scene[] = [];
  const splits: string[] = [];
  const infos = new Map<string, unknown>();
  let found = 0;
  for await (const [name, root] of reading.jsonFiles(tree)) {
    if (!isFields(root) || !isList(root["items"])) continue;
    found += 1;
    const subset = stemOf(baseName(name));
    const split = subset === "default" ? undefined : subset;
    if (split !== undefined && !splits.includes(split)) splits.push(split);
    if (isFields(root["infos"])) for (const [key, value] of Object.entries(root["infos"])) infos.set(key, value);
    const own = unite(categories, readCategories(root["categories"], `${name}.categories`, reading));
    const { items } = root;
    for (let i = 0; i < items.length; i++) {
      const path = `${name}.items[${i}]`;
      const item = items[i];
      if (isFields(item)) scenes.push(await readScene(item, path, split, own, pictures, reading));
      else reading.note(path, `expected an item, got ${show(item)}`);
    }
  }
  if (found === 0) throw reading.failure ?? new ImageError("UNSUPPORTED", "expected Datumaro's JSON, got no such file");
  return {
    categories,
    scenes,
    splits: splits.length > 0 ? splits : undefined,
    size: scenes.length,
    attributes: infos.size > 0 ? infos : undefined,
    problems: reading.problems.list,
  };
}

/** Subsets mostly have the same labels; where they have not, those of the same name are one. */
function unite(all: Category[], own: readonly Category[]): readonly Category[] {
  return own.map((category) => {
    const known = all.find(({ name }) => name === category.name);
    if (known) return known;
    const taken = all.some(({ id }) => id === category.id);
    const added = taken ? { ...category, id: all.length } : category;
    all.push(added);
    return added;
  });
}

async function readScene(
  item: Fields,
  path: string,
  split: string | undefined,
  categories: readonly Category[],
  pictures: PictureFiles,
  reading: Reading,
): Promise<Scene> {
  const id = typeof item["id"] === "number" ? item["id"] : readText(item["id"]);
  const image = isFields(item["image"]) ? item["image"] : isFields(item["media"]) ? item["media"] : {};
  const given = readText(image["path"]);
  const fileName = given === undefined ? undefined : pictureName(given, `${path}.image.path`, reading);
  let size: { width: number; height: number } | undefined;
  if (isList(image["size"]))
    size = reading.part(path, () => {
      const [height, width] = Array.from(image["size"] as ArrayLike<unknown>, toNumber);
      checkSize(width ?? NaN, height ?? NaN, "image.size");
      return { width: width!, height: height! };
    });
  size ??= await reading.partAsync(path, () =>
    pictures.sizeOf(fileName ?? String(id), true, split === undefined ? "" : `${split}/`),
  );
  const list = item["annotations"];
  if (list !== undefined && !isList(list)) reading.note(`${path}.annotations`, `expected a list, got ${show(list)}`);
  const content = readItem(isList(list) ? list : [], `${path}.annotations`, categories, size, reading);
  const attributes = isFields(item["attr"]) ? new Map(Object.entries(item["attr"])) : undefined;
  return {
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    fileName: fileName ?? (id === undefined ? undefined : await pictures.find(String(id), true)),
    imageId: id,
    annotations: content.annotations,
    classifications: content.classifications.length > 0 ? content.classifications : undefined,
    caption: content.captions[0],
    captions: content.captions.length > 0 ? content.captions : undefined,
    split,
    attributes: attributes?.size ? attributes : undefined,
    error: size ? undefined : new ImageError("ARGUMENT", "its width and height are not known", { path }),
  };
}
