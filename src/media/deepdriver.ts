/** deepdriver's names for the same things. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import { readDeepdriverBoxes } from "../format/deepdriver.ts";
import { isFields } from "../format/fields.ts";
import type { BoxSet } from "../format/wandb.ts";
import { BoxLayer, type CheckOptions } from "./box-layer.ts";
import { Image, type ImageOptions, type ImageSource } from "./image.ts";
import { type Named, readNamed } from "./named.ts";

/** What {@link DeepdriverBoundingBoxes} is made from. */
export interface DeepdriverBoxes extends BoxSet {
  /** Name of the set: `predictions`, `ground_truth` … */
  readonly key: string;
}

/**
 * A named set of boxes, from deepdriver's dictionary.
 *
 * Positions are `{ minX, maxX, minY, maxY }`, fractions of the picture's size or, with `unit: "pixel"`, pixels. W&B's spelling
 * (`box_caption`, `domain`, `middle`) is understood too; caption and scores are optional, and scores may have any names.
 *
 * @throws {ImageError} `ARGUMENT` with the path: `box_data[3].position.minX`
 * @example
 * const boxes = new deepdriver.BoundingBoxes({
 *   key: "predictions",
 *   box_data: [{ position: { minX: 100, maxX: 150, minY: 300, maxY: 350 }, unit: "pixel", class_id: 3, caption: "a building" }],
 *   class_labels: { "0": "person", "3": "building" },
 * });
 */
export class DeepdriverBoundingBoxes extends BoxLayer {
  constructor({ key, ...val }: DeepdriverBoxes, options: CheckOptions = {}) {
    const { strict = false } = checkedOptions(options);
    if (typeof key !== "string") throw new ImageError("ARGUMENT", `expected the name of the set, got ${show(key)}`);
    super(key, readDeepdriverBoxes(val, strict), { ...val });
  }
}

/** Options of {@link DeepdriverImage}: those of {@link Image}, and one set of boxes under its own name. */
export interface DeepdriverImageOptions extends Omit<ImageOptions, "boxes"> {
  readonly boxes?: BoxLayer | Named<BoxLayer | BoxSet> | undefined;
}

/**
 * A picture with its boxes, as deepdriver's `Image`. Every set of boxes is kept under its name.
 *
 * @example
 * const image = new deepdriver.Image("cat.png", { caption: "Caption Title", boxes });
 * const png = image.toPng({ overlays: true });
 */
export class DeepdriverImage extends Image {
  constructor(data: ImageSource, options: DeepdriverImageOptions = {}) {
    super(data, { ...checkedOptions(options), boxes: readLayers(options.boxes, options.strict) });
  }
}

function readLayers(
  boxes: DeepdriverImageOptions["boxes"],
  strict: boolean | undefined,
): ReadonlyMap<string, BoxLayer> | undefined {
  if (boxes === undefined || boxes === null) return undefined;
  if (boxes instanceof BoxLayer) return new Map([[boxes.key, boxes]]);
  return readNamed("boxes", boxes, BoxLayer, (val, key) => {
    if (!isFields(val)) throw new ImageError("ARGUMENT", `expected { box_data, class_labels? }, got ${show(val)}`);
    return new DeepdriverBoundingBoxes({ ...(val as BoxSet), key }, { strict });
  });
}
