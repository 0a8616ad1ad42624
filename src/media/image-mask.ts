/** W&B's ImageMask. */
import { readFileSync } from "#platform";
import { encodeClassMap } from "../codec/png-encode.ts";
import { decodePng } from "../codec/png-decode.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { ClassId } from "../format/class-labels.ts";
import { type CheckedMask, maskLabelMap, type MaskRecord, readMaskData, readMaskLabels } from "../format/wandb.ts";
import { isFields } from "../format/fields.ts";
import type { LabelMap } from "../model/scene.ts";
import type { CheckOptions } from "./box-layer.ts";

/**
 * A named mask: a class id for each pixel.
 *
 * `mask_data` is pixels of one channel (any array type, `{ data, shape: [h, w] }`, `{ data, width, height }` …) or rows of numbers;
 * ids are 0..255. `path` (Node) is a PNG whose grey values or palette indices are the ids; the file is read at once and decoded
 * when its pixels are asked for. The mask must have the picture's size to be drawn.
 *
 * @throws {ImageError} `ARGUMENT` with the path of what is wrong, `IO` for the file
 * @example
 * const mask = new ImageMask({ mask_data: { data: ids, width: 640, height: 480 }, class_labels: { 1: "road" } }, "ground_truth");
 */
export class ImageMask {
  /** Name of the mask: `predictions`, `ground_truth` … */
  readonly key: string;
  /** The file as it was read, for a mask from a path. */
  readonly file: Uint8Array | undefined;
  /** Name of that file. */
  readonly fileName: string | undefined;
  readonly #named: boolean;
  #mask: CheckedMask | undefined;
  #labels: ReadonlyMap<ClassId, string> | undefined;

  constructor(val: MaskRecord, key: string, options: CheckOptions = {}) {
    const { strict = false } = checkedOptions(options);
    if (typeof key !== "string") throw new ImageError("ARGUMENT", `expected the name of the mask, got ${show(key)}`);
    if (!isFields(val)) throw new ImageError("ARGUMENT", `expected { mask_data or path }, got ${show(val)}`);
    this.key = key;
    this.#labels = readMaskLabels(val, strict);
    this.#named = this.#labels !== undefined;
    if (val.mask_data !== undefined) {
      const { ids, ...mask } = readMaskData(val.mask_data, strict);
      this.#mask = mask;
      this.#labels ??= new Map(ids.map((id) => [id, `class_${id}`]));
    } else if (typeof val.path === "string") {
      this.fileName = val.path;
      this.file = readFileSync(val.path);
    } else throw new ImageError("ARGUMENT", "expected mask_data or path, got neither", { path: "mask_data" });
  }

  /** The file: that of the path, or the class ids as a grey PNG. */
  toFile(): Uint8Array {
    return this.file ?? encodeClassMap(this.data, this.width, this.height);
  }

  get width(): number {
    return this.#pixels().width;
  }

  get height(): number {
    return this.#pixels().height;
  }

  /** Class ids, row-major; not a copy. */
  get data(): Uint8Array {
    return this.#pixels().data;
  }

  /** Names by class id; for a mask from data without labels, `class_<id>` for each id that occurs. */
  get classLabels(): ReadonlyMap<ClassId, string> {
    return this.#labels ?? new Map();
  }

  /** The mask as a part of a scene. Class 0 is background unless `class_labels` names it. */
  toLabelMap(group: string = this.key): LabelMap {
    return maskLabelMap(this.#pixels(), this.classLabels, group, this.#named);
  }

  #pixels(): CheckedMask {
    if (this.#mask === undefined) {
      const { data, shape, mode } = decodePng(this.file!, { as: "native" });
      const [height, width] = shape as [number, number];
      if ((mode !== "L" && mode !== "P") || !(data instanceof Uint8Array))
        throw new ImageError("UNSUPPORTED", `expected a mask of grey values or palette indices in 8 bits, got ${mode}`);
      this.#mask = { data, width, height };
    }
    return this.#mask;
  }
}
