/** Media of a run: their files, the records that stand for them in a history, and the labels of their classes. */
import { ImageError } from "../errors.ts";
import type { ClassId } from "../format/class-labels.ts";
import { BoxLayer } from "../media/box-layer.ts";
import { Html } from "../media/html.ts";
import { Image } from "../media/image.ts";
import { ImageMask } from "../media/image-mask.ts";
import type { JsonObject, MediaRun, Step } from "../media/media-run.ts";
import { sha256Hex } from "../model/digest.ts";
import type { Generation } from "../model/guess-mode.ts";
import { mediaName } from "./media-names.ts";
import { pythonJson } from "./python-json.ts";

/** Where an object went. */
interface Placed {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** Which object of a list: images of `old` are numbered instead of named by their hash. */
interface ListPlace {
  readonly image: number;
  readonly layer?: number;
}

/** A layer of any kind and the name of its set. */
type Layer = readonly [name: string, layer: BoxLayer | ImageMask];

const encoder = (): TextEncoder => new TextEncoder();

/** Writes media below a run. */
export class MediaWriter {
  readonly #generation: Generation;
  readonly #run: MediaRun;
  readonly #write: (name: string, bytes: Uint8Array) => void;
  readonly #placed = new WeakMap<object, Placed>();
  readonly #names = new Set<string>();
  readonly #labels = new Map<string, Map<string, JsonObject>>();
  /** Goes up whenever labels change. */
  labelVersion = 0;

  /** @param write - is given each file once, by its name below the run's files */
  constructor(generation: Generation, run: MediaRun, write: (name: string, bytes: Uint8Array) => void) {
    this.#generation = generation;
    this.#run = run;
    this.#write = write;
  }

  /** What the run's config holds of labels: by type, then by key and set. */
  labels(): ReadonlyMap<string, ReadonlyMap<string, JsonObject>> {
    return this.#labels;
  }

  /** The record of one image. */
  image(image: Image, key: string, step: Step): JsonObject {
    const placed = this.#placeImage(image, key, step);
    const { caption, grouping, format, width, height, boxes, masks } = image;
    const generation = this.#generation;
    const kept = generation === "limn" || generation === "head" ? caption : caption || undefined;
    const first = generation === "limn" || generation === "head";
    return {
      ...(first && kept !== undefined ? { caption: kept } : {}),
      _type: "image-file",
      ...this.#fields(placed),
      format,
      width,
      height,
      ...(grouping ? { grouping } : {}),
      ...(!first && kept !== undefined ? { caption: kept } : {}),
      ...(boxes.size ? { boxes: this.#records(boxes, "boxes2D") } : {}),
      ...(masks.size ? { masks: this.#records(masks, "mask") } : {}),
    };
  }

  /** The record of a list of images. */
  images(all: readonly Image[], key: string, step: Step): JsonObject {
    const generation = this.#generation;
    let images = all;
    if (generation !== "limn" && all.length > Image.MAX_ITEMS) {
      console.warn(`limn: of ${all.length} images under ${JSON.stringify(key)} only ${Image.MAX_ITEMS} are logged`);
      images = all.slice(0, Image.MAX_ITEMS);
    }
    const files = images.map((image, i) => this.#placeImage(image, key, step, { image: i }).path);
    const { width, height, format } = images[0]!;
    const captions = Image.allCaptions(images);
    return {
      _type: "images/separated",
      width,
      height,
      format,
      count: images.length,
      ...(generation === "old" ? {} : { filenames: files }),
      ...(captions ? { captions } : {}),
      ...allOf("all_masks", this.layers(images, "masks", key, step)),
      ...allOf("all_boxes", this.layers(images, "boxes", key, step)),
    };
  }

  /** The records of the boxes or masks of images, null for an image without; false if there are none at all. */
  layers(images: readonly Image[], kind: "boxes" | "masks", key: string, step: Step): (JsonObject | null)[] | false {
    if (images.every((image) => image[kind].size === 0)) return false;
    return images.map((image, i) => {
      const layers = image[kind];
      if (layers.size === 0) return null;
      this.#placeLayers(layers, key, step, { image: i });
      return this.#records(layers, kind === "boxes" ? "boxes2D" : "mask");
    });
  }

  /** The record of a page. */
  html(page: Html, key: string, step: Step): JsonObject {
    const placed = this.#place(page, "media/html", key, step, ".html", () => encoder().encode(page.html));
    return { _type: "html-file", ...this.#fields(placed) };
  }

  /** The record of any other file. */
  file(
    of: object,
    type: string,
    folder: string,
    extension: string,
    bytes: Uint8Array,
    key: string,
    step: Step,
  ): JsonObject {
    return { _type: type, ...this.#fields(this.#place(of, folder, key, step, extension, () => bytes)) };
  }

  #placeImage(image: Image, key: string, step: Step, place?: ListPlace): Placed {
    if (image.reference !== undefined)
      throw new ImageError("ARGUMENT", "expected a picture, got a reference, which only artifacts hold", { path: key });
    const extension = image.format === "" ? "" : `.${image.format}`;
    const placed = this.#place(
      image,
      Image.getMediaSubdir(),
      key,
      step,
      extension,
      (sha256) => {
        const file = image.toFile();
        image.bound(this.#run, file, sha256(file));
        return file;
      },
      place,
    );
    this.#placeLayers(image.boxes, key, step, place);
    this.#placeLayers(image.masks, key, step, place);
    return placed;
  }

  #placeLayers(layers: ReadonlyMap<string, BoxLayer | ImageMask>, key: string, step: Step, place?: ListPlace): void {
    for (const [position, layer] of [...layers].entries())
      this.#placeLayer(layer, key, step, place && { ...place, layer: position });
  }

  #placeLayer([name, layer]: Layer, key: string, step: Step, place?: ListPlace): void {
    if (layer instanceof BoxLayer) {
      const text = (): Uint8Array => encoder().encode(pythonJson(layer.toDictionary()));
      this.#place(layer, "media/metadata/boxes2D", key, step, ".boxes2D.json", text, place);
      this.#label("bounding_box/class_labels", key, name, layer.classLabels);
      return;
    }
    const path = layer.fileName;
    if (this.#generation === "old" && path !== undefined)
      throw new ImageError("UNSUPPORTED", "expected a mask from data: this generation logs none from a path", {
        path: key,
      });
    const extension = path === undefined ? ".mask.png" : (/\.[^./\\]+$/.exec(path)?.[0] ?? "");
    this.#place(layer, "media/images/mask", key, step, extension, () => layer.toFile(), place);
    if (path === undefined) this.#label("mask/class_labels", key, name, layer.classLabels);
  }

  /** Write the file of an object, unless this run has it already. */
  #place(
    of: object,
    folder: string,
    key: string,
    step: Step,
    extension: string,
    make: (sha256: (bytes: Uint8Array) => string) => Uint8Array,
    place?: ListPlace,
  ): Placed {
    const known = this.#placed.get(of);
    if (known) return known;
    let hash: string | undefined;
    const bytes = make((file) => (hash = sha256Hex(file)));
    hash ??= sha256Hex(bytes);
    const old = this.#generation === "old";
    const id = old && place ? `${place.image}${place.layer ?? ""}` : hash.slice(0, old ? 8 : 20);
    const path = `${folder}/${mediaName(key, this.#generation)}_${step}_${id}${extension}`;
    if (!this.#names.has(path)) this.#write(path, bytes);
    this.#names.add(path);
    const placed = { path, sha256: hash, size: bytes.length };
    this.#placed.set(of, placed);
    return placed;
  }

  #fields({ path, sha256, size }: Placed): JsonObject {
    return this.#generation === "old" ? { path, sha256, size } : { sha256, size, path };
  }

  #records(layers: ReadonlyMap<string, BoxLayer | ImageMask>, type: string): JsonObject {
    return Object.fromEntries(
      [...layers].map(([name, layer]) => [name, { _type: type, ...this.#fields(this.#placed.get(layer)!) }]),
    );
  }

  #label(type: string, key: string, set: string, labels: ReadonlyMap<ClassId, string>): void {
    const id = `${key}_wandb_delimeter_${set}`;
    let entries = this.#labels.get(type);
    if (!entries) this.#labels.set(type, (entries = new Map()));
    const value = new Map([...labels].map(([label, name]) => [String(label), name]));
    entries.set(id, { type, key: id, value });
    this.labelVersion++;
  }
}

function allOf(name: string, records: (JsonObject | null)[] | false): JsonObject {
  return records ? { [name]: records } : {};
}
