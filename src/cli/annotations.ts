/** The annotations that `limn render` draws, of whatever format. */
import { basename, dirname, join } from "node:path";
import { readFileSync, resolveFolder, resolveInside } from "#platform";
import { ImageError } from "../errors.ts";
import { LARGE_JSON } from "../format/coco-index.ts";
import { detectFormats, openDataset, readDataset } from "../format/dataset.ts";
import type { FileTree } from "../format/file-tree.ts";
import { namedScenes } from "../format/named-pictures.ts";
import type { Dataset, DatasetProblem } from "../model/scene.ts";
import { lookAt, openFiles, openPictures, readAnyFile } from "./dataset-files.ts";

/** Options of `limn render` that say how annotations are read. */
export interface AnnotationFlags {
  readonly images: string;
  readonly from?: string;
  readonly groundTruth?: string;
  readonly masks?: string;
  readonly strict?: boolean;
}

/**
 * The scenes to draw, with the names that their pictures have below `--images`.
 *
 * @throws {ImageError} what the reader of the format throws, with the file in its path
 */
export async function openAnnotations(path: string, flags: AnnotationFlags): Promise<Dataset> {
  const { from, groundTruth, masks, strict } = flags;
  const pictures = await openPictures(flags.images);
  const isNamed = groundTruth !== undefined || masks !== undefined;
  const about = await lookAt(path);
  if (!about || isNamed) return named(await readCocoFile(path, flags), pictures);
  const { tree, look } = await openFiles(path);
  if (
    about.isFile &&
    from === undefined &&
    about.size < LARGE_JSON &&
    !/\.(?:zip|xml|csv|jsonl|txt|ya?ml)$/i.test(path)
  ) {
    const best = (await detectFormats(look))[0]?.format.name;
    if (best === undefined || best === "coco" || best === "lvis")
      return named(await readCocoFile(path, flags), pictures);
  }
  try {
    return await openDataset(tree, { look, images: pictures, format: from, strict });
  } catch (error) {
    throw error instanceof ImageError ? inPath(error, path, !about.isFile) : error;
  }
}

/** The error with its place below a folder, an archive or a file. */
function inPath(error: ImageError, path: string, isFolder: boolean): ImageError {
  const inside = error.path ?? "";
  if (inside === "" || !(isFolder || inside.startsWith(basename(path)))) return error.at(path);
  const place = join(isFolder ? path : dirname(path), inside);
  return new ImageError(error.code, error.message.slice(inside.length + 2), {
    path: place,
    cause: error.cause ?? error,
  });
}

/** The same, with the names and sizes that its pictures have. */
function named(dataset: Dataset, tree: FileTree): Dataset {
  const { categories, splits, size, attributes } = dataset;
  return {
    categories,
    splits,
    size,
    attributes,
    scenes: { [Symbol.asyncIterator]: () => namedScenes(dataset.scenes, tree) },
    get problems(): readonly DatasetProblem[] {
      return dataset.problems ?? [];
    },
  };
}

/** A COCO file with a ground truth or a folder of masks that is named. */
async function readCocoFile(file: string, { groundTruth, masks, strict }: AnnotationFlags): Promise<Dataset> {
  const bytes = await readAnyFile(file);
  const truth = groundTruth === undefined ? undefined : await readAnyFile(groundTruth);
  const folder = masks ?? join(dirname(file), basename(file).replace(/\.json$/i, ""));
  if (masks !== undefined) resolveFolder(masks);
  const readMask = (name: string): Uint8Array => {
    try {
      return readFileSync(resolveInside(resolveFolder(folder), name));
    } catch (error) {
      if (masks !== undefined || !(error instanceof ImageError)) throw error;
      throw new ImageError("IO", `${error.message}; --masks names the folder of the panoptic PNGs`, { cause: error });
    }
  };
  try {
    const dataset = readDataset(bytes, { groundTruth: truth, strict, readMask });
    const results = groundTruth === undefined && !hasFileNames(dataset);
    if (results)
      throw new ImageError("ARGUMENT", "expected --ground-truth, the file that lists the pictures of these results");
    return dataset;
  } catch (error) {
    throw error instanceof ImageError ? error.at(file) : error;
  }
}

/** False when there are pictures and none has a name: a result file on its own. */
function hasFileNames({ scenes, size }: Dataset): boolean {
  return !Array.isArray(scenes) || size === 0 || scenes.some(({ fileName }) => fileName !== undefined);
}
