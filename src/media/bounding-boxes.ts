/** W&B's BoundingBoxes2D. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import { type BoxSet, readWandbBoxes, writeWandbBoxes } from "../format/wandb.ts";
import type { Annotation } from "../model/scene.ts";
import { BoxLayer, type CheckOptions } from "./box-layer.ts";

/**
 * A named set of boxes, from W&B's dictionary.
 *
 * Positions are fractions of the picture's size, or pixels where a box says `domain: "pixel"` (`unit: "pixel"` is
 * understood): `{ minX, maxX, minY, maxY }` or `{ middle: [x, y], width, height }`. Instead of a list, `box_data` may be rows of
 * numbers: `{ data: Float32Array, shape: [n, 4] }` of `minX minY maxX maxY` in pixels, or `[n, 6]` with score and class behind.
 *
 * @throws {ImageError} `ARGUMENT` with the path: `box_data[3].position.minX`
 * @example
 * const boxes = new BoundingBoxes2D(
 *   {
 *     box_data: [{ position: { minX: 0.1, maxX: 0.2, minY: 0.3, maxY: 0.4 }, class_id: 1, scores: { score: 0.9 } }],
 *     class_labels: { 1: "car" },
 *   },
 *   "predictions",
 * );
 */
export class BoundingBoxes2D extends BoxLayer {
  constructor(val: BoxSet, key: string, options: CheckOptions = {}) {
    const { strict = false } = checkedOptions(options);
    if (typeof key !== "string") throw new ImageError("ARGUMENT", `expected the name of the set, got ${show(key)}`);
    super(key, readWandbBoxes(val, strict), { ...val });
  }

  /** A set from annotations; those without a box are left out. Positions are pixels. */
  static from(annotations: Iterable<Annotation>, key: string): BoundingBoxes2D {
    return new BoundingBoxes2D(writeWandbBoxes(annotations), key);
  }
}
