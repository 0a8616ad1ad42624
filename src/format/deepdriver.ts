/** deepdriver's dictionary of boxes: `caption` for W&B's `box_caption`, `unit` for `domain`. */
import { ImageError, show } from "../errors.ts";
import type { Annotation } from "../model/scene.ts";
import {
  type BoxDialect,
  type BoxSet,
  type CheckedBoxes,
  isPythonNumber,
  readBoxes,
  writeBoxes,
  type WriteBoxesOptions,
} from "./box-sets.ts";
import { type Fields, isFields } from "./fields.ts";

const DIALECT: BoxDialect = { captions: ["caption", "box_caption"], units: ["unit", "domain"], check };

/** What deepdriver itself asks of a box, beside its position. */
function check({ class_id: id, caption, scores }: Fields): void {
  if (!Number.isInteger(id))
    throw new ImageError("ARGUMENT", `expected a whole number, got ${show(id)}`, { path: "class_id" });
  if (typeof caption !== "string")
    throw new ImageError("ARGUMENT", `expected a string, got ${show(caption)}`, { path: "caption" });
  for (const name of ["acc", "loss"]) {
    const score = isFields(scores) ? scores[name] : undefined;
    if (!isPythonNumber(score))
      throw new ImageError("ARGUMENT", `expected a number, got ${show(score)}`, { path: `scores.${name}` });
  }
}

/** Read a set of boxes in deepdriver's spelling (W&B's is understood too); see `readBoxes`. */
export function readDeepdriverBoxes(value: unknown, strict: boolean): CheckedBoxes {
  return readBoxes(value, DIALECT, strict);
}

/** The boxes of annotations in deepdriver's spelling. */
export function writeDeepdriverBoxes(annotations: Iterable<Annotation>, options: WriteBoxesOptions = {}): BoxSet {
  return writeBoxes(annotations, DIALECT, options);
}
