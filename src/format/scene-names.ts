/** Names for files that belong to pictures: labels and annotations. */
import type { Scene } from "../model/scene.ts";
import { ImageError, show } from "../errors.ts";
import type { Losses, WriteTreeOptions } from "./dataset-format.ts";
import { stemOf } from "./tree-reading.ts";

/** Gives each scene a name of its own: its picture's without extension, else its id, else its number. */
export class SceneNames {
  readonly #taken = new Set<string>();

  /**
   * @param name - of the picture, where the format has it below a folder of its own
   * @returns a name that may stand in a tree
   */
  next(scene: Scene, index: number, losses: Losses, name: string | undefined = scene.fileName): string {
    const wanted =
      safeName(name === undefined ? "" : stemOf(name.replaceAll("\\", "/"))) ||
      safeName(String(scene.imageId ?? "")) ||
      `image-${index + 1}`;
    let given = wanted;
    for (let i = 2; this.#taken.has(given.toLowerCase()); i++) given = `${wanted}-${i}`;
    if (given !== wanted) losses.add("name of a picture (another has the same)", `scenes[${index}].fileName`);
    this.#taken.add(given.toLowerCase());
    return given;
  }
}

/** Names of pictures in formats with one file for each: a second picture of the same name cannot be written. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  /** The name of a scene's picture, its id or index where it has none; undefined when it is taken, which is a loss. */
  take({ fileName, imageId }: Scene, index: number, losses: Losses, path: string): string | undefined {
    if (fileName === undefined) losses.add("file name that is missing (written as the id)", path);
    const wanted = fileName ?? String(imageId ?? index);
    const name = safeName(wanted.replaceAll("\\", "/")) || `image-${index + 1}`;
    if (name !== wanted) losses.add("name of a picture (made fit for a file)", `${path}.fileName`);
    if (this.#taken.has(name)) {
      losses.add("second picture of the same name", path);
      return undefined;
    }
    this.#taken.add(name);
    return name;
  }
}

/**
 * Name of the split of a scene, made fit for the name of a file or folder.
 *
 * @throws {ImageError} `ARGUMENT` for a default that is not fit
 */
export function splitName(scene: Scene, { split = "train" }: WriteTreeOptions, losses: Losses, path: string): string {
  if (typeof split !== "string" || fileSafe(split) !== split)
    throw new ImageError("ARGUMENT", `expected a split that fits into a file name, got ${show(split)}`, {
      path: "split",
    });
  if (scene.split === undefined || scene.split === "") return split;
  const name = fileSafe(scene.split);
  if (name !== scene.split) losses.add("name of a split", `${path}.split`);
  return name;
}

/** A name without what is not in names of files. */
function fileSafe(name: string): string {
  const safe = name.replace(/[/\\:\0]/g, "_");
  return safe === "" || safe === "." || safe === ".." ? `_${safe}` : safe;
}

/** The parts of a name that may stand in a tree. */
export function safeName(name: string): string {
  return name
    .split("/")
    .map((part) => part.replace(/[\\\0]/g, "_"))
    .filter((part, i) => part !== "" && part !== "." && part !== ".." && !(i === 0 && /^[A-Za-z]:/.test(part)))
    .join("/");
}
