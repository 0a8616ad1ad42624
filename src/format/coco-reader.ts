/** Collects the records of a COCO file by picture. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Category, Classification, LoadedDataset, Scene } from "../model/scene.ts";
import { hasShape, readAnnotation } from "./coco-annotation.ts";
import { readCategory } from "./coco-categories.ts";
import { type PanopticSegments, readPanopticMasks } from "./coco-panoptic.ts";
import { type Fields, isFields, isList, readId, readText, toNumber } from "./fields.ts";
import { Problems } from "./problems.ts";
import type { JsonSource } from "./source.ts";

/** How {@link readCoco} reads. */
export interface CocoOptions {
  /** The file that lists pictures and categories; a result file has neither. Its annotations are not read. */
  readonly groundTruth?: JsonSource | undefined;
  /** {@link Annotation.group} of every object. Default `predictions` for a result file, else `ground truth`. */
  readonly group?: string | undefined;
  /** True: a picture with any problem in its records gets {@link Scene.error}. Default false: the bad part is left out. */
  readonly strict?: boolean | undefined;
  /** The bytes of a panoptic PNG, by the name that the record has. Called when the scene is reached. */
  readonly readMask?: ((fileName: string) => Uint8Array) | undefined;
}

/** A picture while its records are collected. */
interface Picture {
  readonly id: number | string;
  readonly fileName: string | undefined;
  width: number;
  height: number;
  readonly annotations: Annotation[];
  readonly classifications: Classification[];
  readonly captions: string[];
  panoptic?: PanopticSegments;
  masksRead?: boolean;
  error?: ImageError;
}

/** A record without any of these is about the picture as a whole. */
const SHAPES: readonly string[] = ["bbox", "segmentation", "keypoints"];

/** Reads categories first, then pictures, then records, and gives the dataset. */
export class CocoReader {
  readonly problems: Problems = new Problems();
  readonly #options: CocoOptions;
  readonly #group: string;
  readonly #categories = new Map<string, Category>();
  readonly #pictures = new Map<string, Picture>();
  readonly #ids = new Set<number | string>();
  readonly #strangers = new Set<string>();

  constructor(options: CocoOptions, group: string) {
    this.#options = options;
    this.#group = options.group ?? group;
  }

  readCategories(list: unknown, at: string): void {
    if (!isList(list)) return;
    for (let i = 0; i < list.length; i++) {
      const path = `${at}categories[${i}]`;
      const record = this.#record(list[i], path);
      const id = record && this.#id(record["id"], `${path}.id`);
      if (!record || id === undefined) continue;
      if (this.#categories.has(String(id))) {
        this.problems.add(`${path}.id`, `the id ${show(id)} is taken; the first category keeps it`);
        continue;
      }
      const report = (error: ImageError): void => this.problems.addError(error.at(path));
      this.#categories.set(String(id), readCategory(record, id, report));
    }
  }

  readImages(list: unknown, at: string): void {
    if (!isList(list)) {
      this.problems.add(`${at}images`, `expected a list, got ${show(list)}`);
      return;
    }
    for (let i = 0; i < list.length; i++) {
      const path = `${at}images[${i}]`;
      const record = this.#record(list[i], path);
      const id = record && this.#id(record["id"], `${path}.id`);
      if (!record || id === undefined) continue;
      if (this.#pictures.has(String(id))) {
        this.problems.add(`${path}.id`, `the id ${show(id)} is taken; the first picture keeps it`);
        continue;
      }
      const picture = this.#picture(id, readText(record["file_name"]));
      // no size at all may still come from a mask; a wrong one is an error
      if (record["width"] === undefined && record["height"] === undefined) continue;
      this.#setSize(picture, toNumber(record["width"]), toNumber(record["height"]), path);
    }
  }

  /** @param found - true when the pictures are those that the records name */
  readRecords(list: ArrayLike<unknown>, at: string, found: boolean): void {
    for (let i = 0; i < list.length; i++) {
      const path = `${at}[${i}]`;
      const record = this.#record(list[i], path);
      const id = record && this.#id(record["image_id"], `${path}.image_id`);
      if (!record || id === undefined) continue;
      const picture = this.#pictures.get(String(id)) ?? (found ? this.#picture(id, undefined) : undefined);
      if (picture) this.#readRecord(record, picture, path);
      else if (!this.#strangers.has(String(id))) {
        this.#strangers.add(String(id)); // once for each picture: a wrong ground truth would name every record
        this.problems.add(`${path}.image_id`, `no image has the id ${show(id)}; its annotations are left out`);
      }
    }
  }

  dataset(): LoadedDataset {
    const pictures = [...this.#pictures.values()];
    for (const picture of pictures) {
      if (picture.width > 0 || picture.error) continue;
      picture.error = new ImageError("ARGUMENT", "its width and height are not known (give the ground-truth file)", {
        path: `image ${show(picture.id)}`,
      });
    }
    const problems = this.problems.list;
    const categories = [...this.#categories.values()];
    const scene = (picture: Picture): Scene => this.#scene(picture);
    if (!pictures.some(({ panoptic }) => panoptic))
      return { categories, scenes: pictures.map(scene), size: pictures.length, problems };
    const scenes = {
      *[Symbol.iterator]() {
        for (const picture of pictures) yield scene(picture);
      },
    };
    return { categories, scenes, size: pictures.length, problems };
  }

  #readRecord(record: Fields, picture: Picture, path: string): void {
    let sound = true;
    const report = (error: ImageError): void => {
      sound = false;
      this.#report(error.at(path), picture);
    };
    if (picture.width === 0 && !picture.error) this.#sizeFromMask(record, picture, path);
    if (isList(record["segments_info"])) {
      this.#readSegments(record, record["segments_info"], picture, path);
      return;
    }
    const { width, height } = picture;
    const annotation = readAnnotation(record, {
      width,
      height,
      categories: this.#categories,
      group: this.#group,
      report,
    });
    if (annotation.id !== undefined) {
      if (this.#ids.has(annotation.id))
        report(new ImageError("ARGUMENT", `the id ${show(annotation.id)} is taken; both are kept`, { path: "id" }));
      this.#ids.add(annotation.id);
    }
    if (hasShape(annotation)) picture.annotations.push(annotation);
    else if (annotation.caption !== undefined) picture.captions.push(annotation.caption.trim());
    else if (annotation.category !== undefined && sound && !SHAPES.some((field) => field in record)) {
      const { category, categoryId, score } = annotation;
      picture.classifications.push({ category, categoryId, score });
    } else if (sound)
      report(new ImageError("ARGUMENT", "expected a box, a segmentation, keypoints or a caption, got none"));
  }

  #readSegments(record: Fields, list: ArrayLike<unknown>, picture: Picture, path: string): void {
    if (picture.panoptic) {
      const message = "the picture has a panoptic record; the first is kept";
      this.#report(new ImageError("ARGUMENT", message, { path }), picture);
      return;
    }
    const segments: Annotation[] = [];
    for (let i = 0; i < list.length; i++) {
      const place = `${path}.segments_info[${i}]`;
      const segment = this.#record(list[i], place);
      if (!segment) continue;
      segments.push(
        readAnnotation(segment, {
          width: picture.width,
          height: picture.height,
          categories: this.#categories,
          group: this.#group,
          report: (error) => this.#report(error.at(place), picture),
        }),
      );
    }
    picture.panoptic = { path, fileName: readText(record["file_name"]), segments };
  }

  #scene(picture: Picture): Scene {
    const { id, fileName, width, height, classifications, captions } = picture;
    let { annotations, error } = picture;
    if (picture.panoptic && !error) {
      const report = (problem: ImageError): void => {
        if (!picture.masksRead) this.#report(problem, picture); // not again when the scenes are read again
      };
      try {
        const { readMask } = this.#options;
        annotations = [...annotations, ...readPanopticMasks(picture.panoptic, width, height, readMask, report)];
        picture.masksRead = true;
        error = picture.error;
      } catch (cause) {
        if (!(cause instanceof ImageError)) throw cause;
        error = cause;
      }
    }
    return {
      width,
      height,
      fileName,
      imageId: id,
      annotations,
      classifications: classifications.length > 0 ? classifications : undefined,
      caption: captions[0],
      captions: captions.length > 0 ? captions : undefined,
      error,
    };
  }

  /** Where there is no picture list, a mask tells the size of its picture. */
  #sizeFromMask(record: Fields, picture: Picture, path: string): void {
    const { segmentation } = record;
    if (!isFields(segmentation) || !isList(segmentation["size"])) return;
    const [height, width] = Array.from(segmentation["size"], toNumber);
    this.#setSize(picture, width ?? NaN, height ?? NaN, `${path}.segmentation.size`);
  }

  #setSize(picture: Picture, width: number, height: number, path: string): void {
    try {
      checkSize(width, height, path);
      picture.width = width;
      picture.height = height;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      picture.error = error;
    }
  }

  #picture(id: number | string, fileName: string | undefined): Picture {
    const picture: Picture = { id, fileName, width: 0, height: 0, annotations: [], classifications: [], captions: [] };
    this.#pictures.set(String(id), picture);
    return picture;
  }

  #record(value: unknown, path: string): Fields | undefined {
    if (isFields(value)) return value;
    this.problems.add(path, `expected an object, got ${show(value)}`);
    return undefined;
  }

  #id(value: unknown, path: string): number | string | undefined {
    try {
      return readId(value, path);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      this.problems.addError(error);
      return undefined;
    }
  }

  #report(error: ImageError, picture: Picture): void {
    this.problems.addError(error);
    if (this.#options.strict) picture.error ??= error;
  }
}
