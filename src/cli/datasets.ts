/** Several datasets as one, each with its folder of pictures. */
import { basename, dirname, extname, relative, sep } from "node:path";
import { isFolder, resolvePlace } from "#platform";
import type { Dataset, DatasetProblem, Scene } from "../model/scene.ts";
import { type AnnotationFlags, openAnnotations } from "./annotations.ts";
import { findDatasets } from "./globs.ts";

/** What a run draws. */
export interface RunDataset {
  readonly dataset: Dataset;
  /** Folder of the pictures; names in the dataset are below it. */
  readonly images: string;
  /** The files or folders, as they were found. */
  readonly paths: readonly string[];
  /** Which of them a picture is from; undefined if there is only one. */
  sourceOf(index: number): string | undefined;
}

/** One dataset of several. */
interface Part {
  readonly path: string;
  readonly dataset: Dataset;
  /** What stands before the names of its pictures. */
  readonly prefix: string;
}

/**
 * Open every dataset. `--images` is one folder for all, or has `{dir}` (the dataset's folder, or itself if it is one) or `{name}`
 * (its name without ending) in it: then pictures are named from the folder that is above all.
 *
 * @param args - paths and patterns
 * @throws {ImageError} what the reader of a format throws, with the file in its path
 */
export async function openDatasets(args: readonly string[], flags: AnnotationFlags): Promise<RunDataset> {
  const paths = await findDatasets(args);
  const folders: string[] = [];
  for (const path of paths) folders.push(await resolvePlace(imagesOf(flags.images, path), "read"));
  const images = commonFolder(folders);
  if (paths.length === 1)
    return {
      dataset: await openAnnotations(paths[0]!, { ...flags, images }),
      images,
      paths,
      sourceOf: () => undefined,
    };
  const parts: Part[] = [];
  for (const [i, path] of paths.entries()) {
    const way = relative(images, folders[i]!).split(sep).join("/");
    const dataset = await openAnnotations(path, { ...flags, images: folders[i]! });
    parts.push({ path, dataset, prefix: way === "" ? "" : `${way}/` });
  }
  return { ...join(parts), images, paths };
}

/** The folder of a dataset's pictures. */
function imagesOf(template: string, path: string): string {
  const values = isFolder(path)
    ? { dir: path, name: basename(path) }
    : { dir: dirname(path), name: basename(path, extname(path)) };
  return template.replace(/\{(dir|name)\}/g, (_, key: keyof typeof values) => values[key]);
}

/** The folder that all are below, or are. */
function commonFolder(folders: readonly string[]): string {
  let common = folders[0]!;
  for (const folder of folders)
    while (common !== dirname(common) && !`${folder}${sep}`.startsWith(`${common}${sep}`)) common = dirname(common);
  return common;
}

function join(parts: readonly Part[]): Pick<RunDataset, "dataset" | "sourceOf"> {
  const begins: number[] = [];
  async function* scenes(): AsyncGenerator<Scene> {
    let count = 0;
    begins.length = 0;
    for (const { dataset, prefix } of parts) {
      begins.push(count);
      for await (const scene of dataset.scenes) {
        count += 1;
        yield scene.fileName === undefined ? scene : { ...scene, fileName: `${prefix}${scene.fileName}` };
      }
    }
  }
  // grows at its end only, whichever of the parts has more
  const problems: DatasetProblem[] = [];
  const taken = parts.map(() => 0);
  const sizes = parts.map(({ dataset }) => dataset.size);
  const dataset: Dataset = {
    categories: parts.flatMap(({ dataset: { categories } }) => categories),
    size: sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0),
    scenes: { [Symbol.asyncIterator]: scenes },
    get problems(): readonly DatasetProblem[] {
      for (const [i, part] of parts.entries()) {
        for (const { path, message } of (part.dataset.problems ?? []).slice(taken[i]))
          problems.push({ path: path === "" ? part.path : `${part.path}: ${path}`, message });
        taken[i] = part.dataset.problems?.length ?? 0;
      }
      return problems;
    },
  };
  const sourceOf = (index: number): string | undefined => parts[begins.findLastIndex((begin) => begin <= index)]?.path;
  return { dataset, sourceOf };
}
