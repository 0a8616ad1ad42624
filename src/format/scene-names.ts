/** Names for files that belong to pictures: labels and annotations. */
import type { Scene } from "../model/scene.ts";
import type { Losses } from "./dataset-format.ts";
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

/** The parts of a name that may stand in a tree. */
export function safeName(name: string): string {
  return name
    .split("/")
    .map((part) => part.replace(/[\\\0]/g, "_"))
    .filter((part, i) => part !== "" && part !== "." && part !== ".." && !(i === 0 && /^[A-Za-z]:/.test(part)))
    .join("/");
}
