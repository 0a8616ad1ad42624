/** Scenes whose pictures are looked for: named by their places, and measured where their source has no sizes. */
import type { Scene } from "../model/scene.ts";
import { ImageError } from "../errors.ts";
import type { FileTree } from "./file-tree.ts";
import { PictureFiles } from "./picture-files.ts";

/** What readers say of pictures whose size nothing tells. */
export const NO_SIZE = "its width and height are not known";

/**
 * The scenes with their pictures' names in a tree: with other folders than the source says, without its extension, with
 * letters of another case. Names that are not found stay. Of pictures of one name the one in the folder of the split is
 * taken.
 */
export async function* namedScenes(
  scenes: Iterable<Scene> | AsyncIterable<Scene>,
  tree: FileTree,
): AsyncGenerator<Scene> {
  const pictures = new PictureFiles(tree);
  const names = new Set(await tree.list());
  for await (const scene of scenes) {
    const { fileName, split } = scene;
    // a name that climbs out is refused by whoever opens it
    const isLeft = fileName === undefined || /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(fileName);
    const known = isLeft || (names.has(fileName) && split === undefined);
    const near = split === undefined ? "" : `${split}/`;
    const found = known ? fileName : await pictures.find(fileName, true, near);
    yield measured(found === undefined || found === fileName ? scene : { ...scene, fileName: found }, pictures);
  }
}

/** A scene without a size gets that of its picture, where it is found. */
export async function measured(scene: Scene, pictures: PictureFiles): Promise<Scene> {
  const { fileName, error } = scene;
  if (fileName === undefined || scene.width > 0 || !error?.message.includes(NO_SIZE)) return scene;
  try {
    const { width, height } = await pictures.sizeOf(fileName);
    return { ...scene, width, height, error: undefined };
  } catch (cause) {
    if (!(cause instanceof ImageError)) throw cause;
    return scene;
  }
}
