/** W&B's Classes. */
import { within } from "../format/class-labels.ts";
import { type ClassRecord, readClasses } from "../format/wandb.ts";

/**
 * The classes of a picture.
 *
 * @throws {ImageError} `ARGUMENT` with the path of an entry without id or name
 * @example new Classes([{ id: 0, name: "person" }, { id: 1, name: "car" }])
 */
export class Classes {
  readonly classSet: readonly ClassRecord[];

  constructor(classSet: readonly ClassRecord[]) {
    this.classSet = within("classes", () => readClasses(classSet));
  }

  /** Same classes in the same order. */
  equals(other: unknown): boolean {
    return (
      other instanceof Classes &&
      other.classSet.length === this.classSet.length &&
      other.classSet.every(({ id, name }, i) => id === this.classSet[i]!.id && name === this.classSet[i]!.name)
    );
  }
}
