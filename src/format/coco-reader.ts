/** Collects the records of a COCO file, or of several about the same pictures, by picture. Longer than 300 lines: one class. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Category, Classification, LoadedDataset, Scene } from "../model/scene.ts";
import { hasShape, readAnnotation } from "./coco-annotation.ts";
import { readCategory } from "./coco-categories.ts";
import { type PanopticSegments, readPanopticMasks } from "./coco-panoptic.ts";
import { type Fields, isFields, isList, othersOf, readId, readText, toNumber } from "./fields.ts";
import { NO_SIZE } from "./named-pictures.ts";
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
  readonly attributes: ReadonlyMap<string, unknown> | undefined;
  width: number;
  height: number;
  readonly annotations: Annotation[];
  readonly classifications: Classification[];
  readonly captions: string[];
  panoptic?: PanopticSegments;
  masksRead?: boolean;
  error?: ImageError;
}

/** Where an annotation went, so that the same one of another file joins it. */
interface Seen {
  readonly file: number;
  readonly picture: Picture;
  /** Among the picture's annotations; -1 for what is about the picture as a whole. */
  readonly index: number;
}

/** Fields of an image record that have a place of their own. */
export const IMAGE_FIELDS: ReadonlySet<string> = new Set(["id", "width", "height", "file_name"]);

/** A record without any of these is about the picture as a whole. */
const SHAPES: readonly string[] = ["bbox", "segmentation", "keypoints"];

/** Reads categories first, then pictures, then records, and gives the dataset. */
export class CocoReader {
  readonly problems: Problems = new Problems();
  /** {@link Annotation.group} of the records that are read from now on. */
  group: string;
  readonly #options: CocoOptions;
  #file = 0;
  readonly #categories = new Map<string, Category>();
  readonly #pictures = new Map<string, Picture>();
  readonly #categoryFiles = new Map<string, number>();
  readonly #pictureFiles = new Map<Picture, number>();
  readonly #seen = new Map<number | string, Seen>();
  readonly #strangers = new Set<string>();

  constructor(options: CocoOptions, group: string) {
    this.#options = options;
    this.group = options.group ?? group;
  }

  /** What follows is of another file: the same categories, pictures and objects may come again. */
  nextFile(): void {
    this.#file += 1;
  }

  /** True when a picture with this id was read. */
  has(id: unknown): boolean {
    return this.#pictures.has(String(id));
  }

  /** False when categories or pictures of a file have ids that mean others here: it is about something else. */
  agrees(root: Fields): boolean {
    const same = (list: unknown, check: (record: Fields) => boolean): boolean =>
      !isList(list) || Array.from(list).every((record) => !isFields(record) || check(record));
    return (
      same(root["categories"], ({ id, name }) => {
        const known = this.#categories.get(String(id));
        return known === undefined || known.name === readText(name);
      }) &&
      same(root["images"], ({ id, file_name: name, coco_url: url }) => {
        const known = this.#pictures.get(String(id));
        return known === undefined || known.fileName === (readText(name) ?? nameOfUrl(readText(url)));
      })
    );
  }

  readCategories(list: unknown, at: string): void {
    if (!isList(list)) return;
    for (let i = 0; i < list.length; i++) {
      const path = `${at}categories[${i}]`;
      const record = this.#record(list[i], path);
      const id = record && this.#id(record["id"], `${path}.id`);
      if (!record || id === undefined) continue;
      const key = String(id);
      const report = (error: ImageError): void => this.problems.addError(error.at(path));
      const known = this.#categories.get(key);
      if (known && this.#categoryFiles.get(key) !== this.#file && known.name === readText(record["name"])) {
        this.#categories.set(key, { ...readCategory(record, id, report), ...definedOf(known) });
        continue;
      }
      if (known) {
        this.problems.add(`${path}.id`, `the id ${show(id)} is taken; the first category keeps it`);
        continue;
      }
      this.#categories.set(key, readCategory(record, id, report));
      this.#categoryFiles.set(key, this.#file);
    }
  }

  /** @param places - positions in the file's list, where `list` is a part of it */
  readImages(list: unknown, at: string, places?: readonly number[]): void {
    if (!isList(list)) {
      this.problems.add(`${at}images`, `expected a list, got ${show(list)}`);
      return;
    }
    for (let i = 0; i < list.length; i++) {
      const path = `${at}images[${places?.[i] ?? i}]`;
      const record = this.#record(list[i], path);
      const id = record && this.#id(record["id"], `${path}.id`);
      if (!record || id === undefined) continue;
      const known = this.#pictures.get(String(id));
      const fileName = readText(record["file_name"]) ?? nameOfUrl(readText(record["coco_url"]));
      if (known && this.#pictureFiles.get(known) !== this.#file && known.fileName === fileName) continue;
      if (known) {
        this.problems.add(`${path}.id`, `the id ${show(id)} is taken; the first picture keeps it`);
        continue;
      }
      const picture = this.#picture(id, fileName, othersOf(record, IMAGE_FIELDS));
      // no size at all may still come from a mask; a wrong one is an error
      if (record["width"] === undefined && record["height"] === undefined) continue;
      this.#setSize(picture, toNumber(record["width"]), toNumber(record["height"]), path);
    }
  }

  /**
   * @param found - true when the pictures are those that the records name
   * @param places - positions in the file's list, where `list` is a part of it
   */
  readRecords(list: ArrayLike<unknown>, at: string, found: boolean, places?: readonly number[]): void {
    for (let i = 0; i < list.length; i++) {
      const path = `${at}[${places?.[i] ?? i}]`;
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
      picture.error = new ImageError("ARGUMENT", `${NO_SIZE} (give the ground-truth file)`, {
        path: `image ${show(picture.id)}`,
      });
    }
    const problems = this.problems.list;
    const categories = [...this.#categories.values()];
    const { readMask } = this.#options;
    const scene = (picture: Picture): Scene => this.#scene(picture, readMask);
    if (!pictures.some(({ panoptic }) => panoptic))
      return { categories, scenes: pictures.map(scene), size: pictures.length, problems };
    const scenes = {
      *[Symbol.iterator]() {
        for (const picture of pictures) yield scene(picture);
      },
    };
    return { categories, scenes, size: pictures.length, problems };
  }

  /** The scenes, where the panoptic PNGs come one by one. Call {@link dataset} first. */
  async *scenes(readMask: (fileName: string) => Promise<Uint8Array>): AsyncGenerator<Scene> {
    for (const picture of this.#pictures.values()) {
      const name = picture.panoptic?.fileName;
      if (name === undefined || picture.error) {
        yield this.#scene(picture, undefined);
        continue;
      }
      let bytes: Uint8Array | undefined;
      let failure: unknown;
      try {
        bytes = await readMask(name);
      } catch (error) {
        failure = error;
      }
      yield this.#scene(picture, () => {
        if (bytes) return bytes;
        throw failure;
      });
    }
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
      group: this.group,
      report,
    });
    const { id } = annotation;
    const seen = id === undefined ? undefined : this.#seen.get(id);
    const shaped = hasShape(annotation);
    // one object in two files: its mask in one, its points in the other
    if (seen && shaped && seen.index >= 0 && seen.picture === picture && seen.file !== this.#file) {
      picture.annotations[seen.index] = { ...annotation, ...definedOf(picture.annotations[seen.index]!) };
      return;
    }
    if (id !== undefined) {
      // sentences are numbered on their own
      if (seen && (seen.file === this.#file || (shaped && seen.index >= 0)))
        report(new ImageError("ARGUMENT", `the id ${show(id)} is taken; both are kept`, { path: "id" }));
      const index = shaped ? picture.annotations.length : -1;
      if (shaped || !seen) this.#seen.set(id, { file: this.#file, picture, index });
    }
    if (shaped) picture.annotations.push(annotation);
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
          group: this.group,
          report: (error) => this.#report(error.at(place), picture),
        }),
      );
    }
    picture.panoptic = { path, fileName: readText(record["file_name"]), segments };
  }

  #scene(picture: Picture, readMask: ((fileName: string) => Uint8Array) | undefined): Scene {
    const { id, fileName, attributes, width, height, classifications, captions } = picture;
    let { annotations, error } = picture;
    if (picture.panoptic && !error) {
      const report = (problem: ImageError): void => {
        if (!picture.masksRead) this.#report(problem, picture); // not again when the scenes are read again
      };
      try {
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
      attributes,
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

  #picture(
    id: number | string,
    fileName: string | undefined,
    attributes?: ReadonlyMap<string, unknown> | undefined,
  ): Picture {
    const lists = { annotations: [], classifications: [], captions: [] };
    const picture: Picture = { id, fileName, attributes, width: 0, height: 0, ...lists };
    this.#pictures.set(String(id), picture);
    this.#pictureFiles.set(picture, this.#file);
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

/** The fields that have a value. */
function definedOf<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}

/** LVIS names its pictures by address alone; the folder (`train2017/`) belongs to the name. */
function nameOfUrl(url: string | undefined): string | undefined {
  return url === undefined ? undefined : /(?:[^/]+\/)?[^/]+$/.exec(url.replace(/^[a-z]+:\/\/[^/]*/i, ""))?.[0];
}
