/** deepdriver's side files of pictures: `<name>.IMAGE.json` with size, caption and boxes. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Category, Dataset, Scene } from "../model/scene.ts";
import { boxAnnotations } from "./box-sets.ts";
import { type DatasetFormat, type Loss, Losses, type ReadTreeOptions } from "./dataset-format.ts";
import { readDeepdriverBoxes, writeDeepdriverBoxes } from "./deepdriver.ts";
import { type Fields, isFields, isList, readText, toNumber } from "./fields.ts";
import type { FileSink, FileTree } from "./file-tree.ts";
import { soundScenes } from "./sound-scenes.ts";
import { PictureFiles, pictureName } from "./picture-files.ts";
import { namesEnding, readJson, Reading } from "./tree-reading.ts";
import { ClassNumbers, PictureStems, plainBox } from "./wandb-files-writer.ts";
import { loseCategoryParts, loseDatasetParts, loseSceneParts, loseUnused } from "./lost-parts.ts";

/** Pictures with boxes as artifacts of deepdriver have them. */
export const deepdriverFiles: DatasetFormat = {
  name: "deepdriver",
  title: "deepdriver images: *.IMAGE.json with boxes",
  detect: async (tree) => ((await tree.list()).some((name) => /\.IMAGE(?:\.\d+)*\.json$/.test(name)) ? 0.97 : 0),
  read,
  write,
};

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const pictures = new PictureFiles(options.images ?? tree);
  const categories = new Map<string, Category>();
  const scenes: Scene[] = [];
  let found = 0;
  for (const name of await namesEnding(tree, ".json")) {
    if (!/\.IMAGE(?:\.\d+)*\.json$/i.test(name)) continue;
    found += 1;
    await reading.partAsync("", async () => {
      const root = await readJson(tree, name);
      const records = isList(root) ? Array.from(root) : [root];
      for (const [i, record] of records.entries()) {
        const path = records.length === 1 ? name : `${name}[${i}]`;
        if (isFields(record)) scenes.push(await readRecord(record, path, categories, pictures, reading));
        else reading.note(path, `expected a picture with its boxes, got ${show(record)}`);
      }
    });
  }
  if (found === 0) throw new ImageError("UNSUPPORTED", "expected deepdriver's files (*.IMAGE.json), got none");
  return { categories: [...categories.values()], scenes, size: scenes.length, problems: reading.problems.list };
}

async function readRecord(
  record: Fields,
  path: string,
  categories: Map<string, Category>,
  pictures: PictureFiles,
  reading: Reading,
): Promise<Scene> {
  const given = readText(record["path"]);
  const fileName = given === undefined ? undefined : pictureName(given, `${path}.path`, reading);
  let size =
    record["width"] === undefined
      ? undefined
      : reading.part(path, () => {
          const [width, height] = [toNumber(record["width"]), toNumber(record["height"])];
          checkSize(width, height);
          return { width, height };
        });
  size ??= await reading.partAsync(path, () => pictures.sizeOf(fileName ?? show(record["path"])));
  const { boxes: set } = record;
  const annotations: Annotation[] = [];
  if (isFields(set) && isList(set["box_data"])) {
    const { width, height } = size ?? { width: 0, height: 0 };
    for (const [i, box] of Array.from(set["box_data"]).entries())
      reading.part(`${path}.boxes.box_data[${i}]`, () => {
        const group = isFields(box) ? readText(box["group"]) : undefined;
        const checked = readDeepdriverBoxes({ box_data: [box], class_labels: set["class_labels"] }, false);
        for (const [id, label] of checked.labels)
          if (!categories.has(String(id))) categories.set(String(id), { id, name: label });
        for (const { caption, attributes, ...annotation } of boxAnnotations(
          checked,
          group ?? "predictions",
          width,
          height,
        )) {
          const others = new Map(attributes);
          others.delete("group");
          const accuracy = annotation.scores?.get("acc");
          annotations.push({
            ...annotation,
            caption: caption === "" ? undefined : caption,
            score:
              annotation.score ?? (accuracy !== undefined && accuracy >= 0 && accuracy <= 1 ? accuracy : undefined),
            attributes: others.size > 0 ? others : undefined,
          });
        }
      });
  } else if (set !== undefined && set !== "" && set !== null)
    reading.note(`${path}.boxes`, `expected { box_data, class_labels }, got ${show(set)}`);
  const caption = readText(record["caption"]);
  return {
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    fileName,
    annotations,
    caption,
    captions: caption === undefined ? undefined : [caption],
    error: size ? undefined : new ImageError("ARGUMENT", "its width and height are not known", { path }),
  };
}

const KEPT_OF_SCENES: ReadonlySet<keyof Scene> = new Set(["caption"]);

/** Write `<picture>.IMAGE.json` for each picture. */
async function write(dataset: Dataset, sink: FileSink): Promise<readonly Loss[]> {
  const losses = new Losses();
  loseDatasetParts(dataset, losses);
  loseCategoryParts(dataset.categories, new Set(), losses);
  const numbers = new ClassNumbers(dataset.categories, losses);
  const stems = new PictureStems();
  const used = new Set<string>();
  for await (const { scene, index, path } of soundScenes(dataset, losses)) {
    loseSceneParts(scene, KEPT_OF_SCENES, losses, path);
    if (scene.fileName === undefined) losses.add("file name that is missing", path);
    const stem = stems.next(scene, index);
    const boxes = scene.annotations.flatMap((annotation, i) => {
      const place = `${path}.annotations[${i}]`;
      const plain = plainBox(annotation, scene, numbers, losses, place);
      if (!plain) return [];
      if (plain.category === undefined) losses.add('category that is missing (written as "object")', place);
      const name = plain.category ?? "object";
      used.add(name);
      const { group } = annotation;
      const scores = new Map(plain.scores);
      // deepdriver refuses boxes without these two
      if (!scores.has("acc") && annotation.score !== undefined) scores.set("acc", annotation.score);
      for (const key of ["acc", "loss"])
        if (!scores.has(key)) {
          losses.add(`score "${key}" that deepdriver asks for (written as 0)`, `${place}.scores`);
          scores.set(key, 0);
        }
      const attributes = new Map(plain.attributes);
      if (attributes.has("group")) losses.add('attribute named "group"', `${place}.attributes`);
      attributes.delete("group");
      if (group !== undefined) attributes.set("group", group);
      const categoryId = numbers.of(name, plain.categoryId);
      return [{ ...plain, category: name, categoryId, caption: plain.caption ?? "", scores, attributes }];
    });
    const { box_data, class_labels } = writeDeepdriverBoxes(boxes);
    const labels = Object.fromEntries(class_labels as Iterable<readonly [number, string]>);
    const { fileName = `${stem}.png`, width, height, caption = "" } = scene;
    await sink.write(
      `${stem}.IMAGE.json`,
      JSON.stringify({
        log_type: "IMAGE",
        path: fileName,
        height,
        width,
        format: (/\.([^./]*)$/.exec(fileName)?.[1] ?? "").toUpperCase(),
        caption,
        boxes: boxes.length > 0 ? { box_data, class_labels: labels } : "",
      }),
    );
  }
  loseUnused(dataset.categories, used, losses);
  return losses.list;
}
