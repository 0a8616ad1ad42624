/** A named set of boxes on a picture, whatever dictionary it came from. */
import { type BoxRecord, boxAnnotations, type CheckedBoxes } from "../format/wandb.ts";
import type { ClassId } from "../format/class-labels.ts";
import type { Annotation } from "../model/scene.ts";

/** How strictly dictionaries are checked. */
export interface CheckOptions {
  /**
   * True: upstream's own checks and nothing else (ids must be numbers, NaN passes). Default false: limn's, which take ids as
   * numbers or strings, need finite numbers, and leave everything but the position optional.
   */
  readonly strict?: boolean | undefined;
}

/** A named set of boxes; see `BoundingBoxes2D` and `deepdriver.BoundingBoxes`. */
export class BoxLayer {
  /** Name of the set: `predictions`, `ground_truth` … */
  readonly key: string;
  readonly #checked: CheckedBoxes;
  readonly #given: Readonly<Record<string, unknown>>;

  /** @internal */
  constructor(key: string, checked: CheckedBoxes, given: Readonly<Record<string, unknown>>) {
    this.key = key;
    this.#checked = checked;
    this.#given = given;
  }

  /** The dictionary as it was handed in, key by key (rows of numbers as dictionaries); default labels are not added. */
  toDictionary(): ReadonlyMap<string, unknown> {
    const entries = Object.entries(this.#given).map(([key, value]): [string, unknown] => {
      if (key === "box_data") return [key, this.boxData];
      if (key !== "class_labels" || value === null || value === undefined) return [key, value];
      return [key, new Map([...this.classLabels].map(([id, name]) => [String(id), name]))];
    });
    return new Map(entries);
  }

  /** The boxes as they were handed in (rows of numbers as dictionaries). */
  get boxData(): readonly BoxRecord[] {
    return this.#checked.records;
  }

  /** Names by class id; where none were given, `class_<id>` for each id that occurs. */
  get classLabels(): ReadonlyMap<ClassId, string> {
    return this.#checked.labels;
  }

  /**
   * The boxes in pixels of a picture.
   *
   * @param group - the annotations' group; default the set's own name
   */
  toAnnotations(width: number, height: number, group: string = this.key): Annotation[] {
    return boxAnnotations(this.#checked, group, width, height);
  }
}
