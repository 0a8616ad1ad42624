/** What LabelMe's JSON and XML files have in common. */
import type { Annotation, Quad } from "../model/scene.ts";
import type { FileTree } from "./file-tree.ts";
import type { NameCategories } from "./name-categories.ts";
import { type PictureFiles, pictureName } from "./picture-files.ts";
import { boxOfCorners } from "./shapes.ts";
import { folderOf, type Reading, stemOf } from "./tree-reading.ts";

/** What the files of a dataset share. */
export interface LabelMeContext {
  readonly reading: Reading;
  readonly categories: NameCategories;
  readonly pictures: PictureFiles;
  readonly tree: FileTree;
}

/** The name of a picture in the tree, by what a file beside it says. */
export async function findPicture(
  given: string | undefined,
  file: string,
  { pictures, reading }: LabelMeContext,
): Promise<{ fileName: string | undefined; found: boolean }> {
  const named = given === undefined ? undefined : pictureName(resolve(given, file), file, reading);
  const picture =
    (named === undefined ? undefined : await pictures.find(named, false, folderOf(file))) ??
    (await pictures.find(stemOf(file), true, folderOf(file)));
  return { fileName: picture ?? named, found: picture !== undefined };
}

/** A path beside the file as one of the tree, as far as it stays inside. */
function resolve(given: string, file: string): string {
  const path = given.replaceAll("\\", "/");
  if (!path.startsWith("../") && !path.startsWith("./")) return path;
  const folders = folderOf(file)
    .split("/")
    .filter((part) => part !== "");
  const parts = path.split("/");
  while (parts[0] === ".." || parts[0] === ".") {
    if (parts[0] === ".." && folders.pop() === undefined) return path;
    parts.shift();
  }
  return [...folders, ...parts].join("/");
}

/** Four corners: a box where they are those of a rectangle. */
export function cornersAnnotation(points: readonly number[]): Annotation {
  const box = boxOfCorners(points, 0.01);
  return box ? { box } : { quad: points as unknown as Quad };
}
