/** A folder for each class, as torchvision and ImageNet have it, with a folder for each split around them or without. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Category, Dataset, Scene } from "../model/scene.ts";
import {
  type DatasetFormat,
  type Loss,
  Losses,
  type ReadTreeOptions,
  type WriteTreeOptions,
} from "./dataset-format.ts";
import type { FileSink, FileTree } from "./file-tree.ts";
import { splitName } from "./scene-names.ts";
import { soundScenes } from "./sound-scenes.ts";
import { isPictureName, PictureFiles } from "./picture-files.ts";
import { baseName, Reading } from "./tree-reading.ts";
import { loseCategoryParts, loseDatasetParts, loseParts, loseSceneParts, loseUnused } from "./lost-parts.ts";
import { CategoryNames } from "./written.ts";

/** Pictures in folders that are named as their class. Ids are the places of names in order, as torchvision counts. */
export const classificationFolders: DatasetFormat = {
  name: "classification-folders",
  title: "classification: a folder of pictures for each label, in folders for splits",
  detect,
  read,
  write,
};

const SPLITS: ReadonlySet<string> = new Set(["train", "training", "val", "valid", "validation", "test", "testing"]);
/** Names of folders that other formats keep their pictures in. */
const NO_CLASS: ReadonlySet<string> = new Set([
  "images",
  "labels",
  "annotations",
  "jpegimages",
  "media",
  "masks",
  "photos",
]);

/** Names of folders by which other formats are known. */
const OTHERS: ReadonlySet<string> = new Set([
  "annotations",
  "gtfine",
  "gtcoarse",
  "leftimg8bit",
  "ground_truth",
  "image_2",
  "label_2",
  "jpegimages",
  "segmentationclass",
  "segmentationobject",
]);

async function detect(tree: FileTree): Promise<number> {
  const names = await tree.list();
  const pictures = names.filter(isPictureName);
  const places = placesOf(pictures);
  if (places.length === 0 || places.length < pictures.length * 0.9) return 0;
  const labels = new Set(places.map(({ label }) => label.toLowerCase()));
  if ([...labels].every((label) => NO_CLASS.has(label)) || [...labels].some((label) => OTHERS.has(label))) return 0;
  // a picture or two with notes beside them is no matter, a file of annotations for each is another format
  const others = names.filter((name) => /\.(?:json|xml|txt|csv|ya?ml|jsonl)$/i.test(name)).length;
  if (others > 3 && others > pictures.length * 0.1) return 0;
  return others > 0 ? 0.2 : places.some(({ split }) => split !== undefined) ? 0.6 : labels.size > 1 ? 0.5 : 0.3;
}

interface Place {
  readonly file: string;
  readonly label: string;
  readonly split: string | undefined;
}

/** Split and class of each picture by its folders; pictures outside of folders are left out. */
function placesOf(pictures: readonly string[]): Place[] {
  const paths = pictures.map((file) => ({ file, parts: file.split("/") }));
  let depth = 0;
  // folders around everything: they say nothing unless one of them is the only split
  while (
    paths.length > 0 &&
    paths.every(({ parts }) => parts.length > depth + 2 && parts[depth] === paths[0]!.parts[depth]) &&
    !SPLITS.has(paths[0]!.parts[depth]!.toLowerCase())
  )
    depth += 1;
  const splits = paths.every(({ parts }) => parts.length <= depth + 1 || SPLITS.has(parts[depth]!.toLowerCase()));
  return paths.flatMap(({ file, parts }) => {
    const at = depth + (splits ? 1 : 0);
    return parts.length > at + 1 ? [{ file, label: parts[at]!, split: splits ? parts[depth] : undefined }] : [];
  });
}

async function read(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const pictures = new PictureFiles(tree);
  const files = await pictures.list();
  const places = placesOf(files);
  if (places.length === 0)
    throw new ImageError("UNSUPPORTED", "expected folders of pictures, one for each label, got none");
  const known = new Set(places.map(({ file }) => file));
  for (const file of files)
    if (!known.has(file)) reading.note(file, "expected a folder named as the label around the picture");
  const names = [...new Set(places.map(({ label }) => label))].sort();
  const categories = names.map((name, id): Category => ({ id, name }));
  const ids = new Map(names.map((name, id) => [name, id]));
  const splits = [...new Set(places.flatMap(({ split }) => split ?? []))];
  let noted = false;
  return {
    categories,
    scenes: {
      async *[Symbol.asyncIterator](): AsyncGenerator<Scene> {
        for (const { file, label, split } of places) {
          let size = { width: 0, height: 0 };
          let error: ImageError | undefined;
          try {
            size = await pictures.size(file);
          } catch (cause) {
            if (!(cause instanceof ImageError)) throw cause;
            error = cause;
            if (!noted) reading.report(cause);
          }
          const classifications = [{ category: label, categoryId: ids.get(label) }];
          yield { ...size, fileName: file, annotations: [], classifications, split, error };
        }
        noted = true; // not again when the scenes are read again
      },
    },
    splits: splits.length > 0 ? splits : undefined,
    size: places.length,
    problems: reading.problems.list,
  };
}

const KEPT_OF_SCENES: ReadonlySet<keyof Scene> = new Set(["classifications", "split"]);

/** Copy each picture of `options.images` to `<split>/<label>/<name>`. */
async function write(dataset: Dataset, sink: FileSink, options: WriteTreeOptions = {}): Promise<readonly Loss[]> {
  const { images } = checkedOptions(options);
  if (!images)
    throw new ImageError("ARGUMENT", "expected options.images: a folder for each label is made of pictures", {
      path: "images",
    });
  const pictures = new PictureFiles(images);
  const losses = new Losses();
  const names = new CategoryNames(dataset.categories);
  const used = new Set<string>();
  const taken = new Set<string>();
  const splits = new Set<string>();
  for await (const { scene, path } of soundScenes(dataset, losses)) {
    loseSceneParts(scene, KEPT_OF_SCENES, losses, path);
    for (const [i, annotation] of scene.annotations.entries()) {
      losses.add("object", `${path}.annotations[${i}]`);
      loseParts({ attributes: annotation.attributes }, new Set(), losses, `${path}.annotations[${i}]`);
    }
    const [best, ...more] = scene.classifications ?? [];
    if (more.length > 0) losses.add("classification after the first", `${path}.classifications[1]`);
    if (best?.score !== undefined) losses.add("score of a class", `${path}.classifications[0].score`);
    const file = scene.fileName === undefined ? undefined : await pictures.find(scene.fileName);
    if (!best) losses.add("picture without a label", path);
    else if (file === undefined) losses.add("picture that was not found", path);
    else {
      const label = names.of(best)!;
      used.add(label);
      const folder = folderName(label);
      if (folder !== label) losses.add(`label that is no name of a folder (written as ${show(folder)})`, path);
      const split = splitName(scene, options, losses, path);
      splits.add(split);
      if (!SPLITS.has(split.toLowerCase())) losses.add("split with a name that is none of the usual", `${path}.split`);
      await sink.write(ownName(`${split}/${folder}`, baseName(file), taken), await images.read(file));
    }
  }
  loseDatasetParts(dataset, losses, splits);
  loseCategoryParts(dataset.categories, new Set(), losses);
  loseUnused(dataset.categories, used, losses);
  const order = [...used].sort();
  if (dataset.categories.some(({ id, name }) => used.has(name) && id !== order.indexOf(name)))
    losses.add("ids of categories (counted from 0 in the order of their names)", "categories");
  return losses.list;
}

function folderName(name: string): string {
  const safe = name.replace(/[/\\:\0]/g, "_");
  return safe === "" || safe === "." || safe === ".." ? `_${safe}` : safe;
}

/** Pictures of one name from several folders keep apart. */
function ownName(folder: string, name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf(".");
  let own = `${folder}/${name}`;
  for (let round = 2; taken.has(own.toLowerCase()); round++)
    own = `${folder}/${name.slice(0, dot)}-${round}${name.slice(dot)}`;
  taken.add(own.toLowerCase());
  return own;
}
