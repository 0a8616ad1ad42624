/**
 * W&B's Image: a picture with its boxes, masks, classes and words. Longer than other files by the documentation of the many
 * methods that upstream's class has.
 */
import { encodeBmp } from "../codec/bmp.ts";
import { decodeImage } from "../codec/image.ts";
import { encodeJpeg, type JpegOptions } from "../codec/jpeg-encode.ts";
import { encodePng, type PngLevel } from "../codec/png-encode.ts";
import type { Frame, Mode } from "../core/frame.ts";
import { withCaption } from "../draw/caption.ts";
import { render } from "../draw/render.ts";
import type { Style } from "../draw/style.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { type ClassId, pathKey, within } from "../format/class-labels.ts";
import type { BoxSet, ClassRecord, MaskRecord } from "../format/wandb.ts";
import { sha256Hex } from "../model/digest.ts";
import { type Generation, guessMode, type GuessModeOptions } from "../model/guess-mode.ts";
import type { PixelArray, PixelData, PixelSource } from "../model/pixels.ts";
import type { Scene } from "../model/scene.ts";
import {
  pixelsToFrame,
  pixelsToUint8,
  toUint8,
  type ToUint8Options,
  type Uint8Pixels,
  type Uint8Rule,
} from "../model/to-uint8.ts";
import { BoundingBoxes2D } from "./bounding-boxes.ts";
import { BoxLayer, type CheckOptions } from "./box-layer.ts";
import { Classes } from "./classes.ts";
import { fetchBytes, type OpenSource } from "../codec/fetch-bytes.ts";
import { type Content, type FileType, readContent } from "./image-content.ts";
import { ImageMask } from "./image-mask.ts";
import type { JsonObject, MediaRun, Step } from "./media-run.ts";
import { type Named, readNamed } from "./named.ts";
import { dataArray, sameBytes } from "./pixel-lists.ts";
import type { ReadyPicture } from "./ready-picture.ts";
import type { ImageWarning } from "./wandb-pixels.ts";

/**
 * What an {@link Image} is made from: pixels, a picture of a known mode (`decodePng(bytes, { as: "native" })`), the bytes of a
 * file, a frame, another image, a URL that begins with `s3://`, `gs://`, `http://` or `https://` (kept as it is, nothing is
 * fetched), or (Node) a path; in a page also a canvas, an ImageBitmap, a loaded `<img>`, a `<video>` or a VideoFrame, as it is now.
 */
export type ImageSource =
  PixelSource | ReadyPicture | Uint8Array | ArrayBuffer | Frame | Image | CanvasImageSource | string;

/** Options of {@link Image}. */
export interface ImageOptions extends CheckOptions {
  /**
   * Channels to convert pixels to. Default: as their shape says, without alpha for a JPEG. Files keep theirs. `P` in W&B's
   * generations: grey values as indices.
   */
  readonly mode?: Mode | "P" | undefined;
  readonly caption?: string | undefined;
  readonly grouping?: number | undefined;
  readonly classes?: Classes | readonly ClassRecord[] | undefined;
  /** Sets of boxes by name; all of them are kept. */
  readonly boxes?: Named<BoxLayer | BoxSet> | undefined;
  /** Masks by name; all of them are kept. */
  readonly masks?: Named<ImageMask | MaskRecord> | undefined;
  /** What pixels are encoded as; files stay as they are. Default `png`. */
  readonly fileType?: FileType | undefined;
  /** How pixels become bytes: true is policy `auto`, false is `none`; see {@link toUint8}. Default true. */
  readonly normalize?: boolean | ToUint8Options | undefined;
  /** Whether the EXIF orientation of a file counts. Default `apply`. */
  readonly orientation?: "apply" | "ignore" | undefined;
  /** Name of the file, for the scene and the format. Default: the path, if there is one. */
  readonly fileName?: string | undefined;
  /**
   * Whose behaviour: limn's own (default), or one of three releases of W&B, `head`, `mid` and `old`, with what they misread:
   * axes of length 1 are dropped, EXIF is ignored, dictionaries are checked as `strict` says.
   */
  readonly generation?: Generation | undefined;
}

/** Options of {@link Image.open}. */
export interface OpenOptions extends ImageOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Image.toPng}. */
export interface ImagePngOptions {
  /** Draw boxes and masks. Default: only when there is a `style`. */
  readonly overlays?: boolean | undefined;
  readonly style?: Style | undefined;
  readonly level?: PngLevel | undefined;
}

/** Options of {@link Image.toJpeg}. */
export interface ImageJpegOptions extends JpegOptions {
  readonly overlays?: boolean | undefined;
  readonly style?: Style | undefined;
}

/**
 * A picture with its boxes, masks, classes and caption, as W&B's `Image`.
 *
 * Pixels (arrays, ImageData, tensors) become bytes at once, by `normalize`, and are copied. Files (bytes, or a path in Node,
 * read synchronously) are kept unchanged and decoded when pixels are asked for; until then only their header is looked at.
 * Another Image gives its picture, caption, grouping and classes, but not its boxes and masks.
 *
 * @throws {ImageError} `ARGUMENT` with the path of what is wrong (`boxes.predictions.box_data[3].position.minX`), `DECODE` for
 *   bytes that are no picture, `IO` for a file that cannot be read, `LIMIT` for too large a picture
 * @example
 * const image = new Image(
 *   { data: new Float32Array(480 * 640 * 3).fill(0.5), shape: [480, 640, 3] },
 *   { boxes: { predictions: { box_data: [{ position: { minX: 0.1, maxX: 0.4, minY: 0.2, maxY: 0.6 }, class_id: 1 }] } } },
 * );
 * const png = image.toPng({ overlays: true });
 */
export class Image {
  /** Most images of a list that W&B logs; limn logs them all. */
  static readonly MAX_ITEMS = 108;
  /** Longest side of a picture. */
  static readonly MAX_DIMENSION = 65500;
  /** Name of the type in artifacts. */
  static readonly artifactType = "image-file";

  readonly caption: string | undefined;
  readonly grouping: number | undefined;
  /** Sets of boxes by name, in the order given. */
  readonly boxes: ReadonlyMap<string, BoxLayer>;
  /** Masks by name, in the order given. */
  readonly masks: ReadonlyMap<string, ImageMask>;
  /** Labels of all boxes, of all masks from data, and `classes`, a later name of an id winning; undefined for none. */
  readonly classes: Classes | undefined;
  /** Extension of the file: that of its name, case kept, else by its kind: `png`, `jpg`, `bmp`, `gif` … */
  readonly format: string;
  readonly fileName: string | undefined;
  /** The address, for an image that is only referred to; it has no pixels and no size (NaN) here. */
  readonly reference: string | undefined;
  /** What was odd: `range` for values below 0 or above 255 (W&B's `head` only), `alpha` for alpha that a JPEG cannot hold. */
  readonly warnings: readonly ImageWarning[];
  readonly generation: Generation;
  /** Whether the EXIF orientation of a file counts. */
  readonly orientation: "apply" | "ignore";
  readonly #rule: Uint8Rule | undefined;
  #content: Content;
  #mode: Mode | undefined;
  #sha256: string | undefined;
  #run: MediaRun | undefined;

  constructor(source: ImageSource, options: ImageOptions = {}) {
    checkedOptions(options);
    const copied = source instanceof Image ? source : undefined;
    const generation = options.generation ?? copied?.generation ?? "limn";
    if (!GENERATIONS.includes(generation))
      throw new ImageError("ARGUMENT", `expected limn, head, mid or old, got ${show(generation)}`, {
        path: "generation",
      });
    this.generation = generation;
    const { strict = generation !== "limn", boxes, masks, classes } = options;
    this.fileName = options.fileName ?? copied?.fileName ?? (typeof source === "string" ? source : undefined);
    this.orientation =
      options.orientation ?? (copied ? copied.orientation : generation === "limn" ? "apply" : "ignore");
    if (this.orientation !== "apply" && this.orientation !== "ignore")
      throw new ImageError("ARGUMENT", `expected apply or ignore, got ${show(this.orientation)}`, {
        path: "orientation",
      });
    const caption = checkedCaption(options.caption);
    this.caption = copied && generation === "head" ? copied.caption : (caption ?? copied?.caption);
    this.grouping = checkedGrouping(options.grouping) ?? copied?.grouping;
    this.boxes = readNamed("boxes", boxes, BoxLayer, (val, key) => new BoundingBoxes2D(val as BoxSet, key, { strict }));
    this.masks = readNamed("masks", masks, ImageMask, (val, key) => new ImageMask(val as MaskRecord, key, { strict }));
    this.classes = this.#mergeClasses(classes ?? copied?.classes);
    this.#content = copied ? copied.#content : readContent(source as Exclude<ImageSource, Image>, options);
    const content = this.#content;
    this.#rule = copied ? copied.#rule : content.kind === "pixels" ? content.rule : undefined;
    this.reference = content.kind === "reference" ? content.url : undefined;
    this.warnings = copied?.warnings ?? (content.kind === "pixels" ? content.warnings : undefined) ?? [];
    this.format = copied ? copied.format : this.#formatOf(source, generation === "old" ? undefined : options.fileType);
  }

  /**
   * Open a picture that has to be waited for: a path (Node) or `file:` URL, an `http(s)` URL, a Blob or File, a Response.
   *
   * @throws {ImageError} `IO` when it cannot be had, and as the constructor; the reason of `options.signal` when that aborts
   * @example const image = await Image.open(new URL("https://example.org/cat.jpg"), { caption: "a cat" });
   */
  static async open(source: OpenSource, options: OpenOptions = {}): Promise<Image> {
    const { signal, ...rest } = checkedOptions(options);
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw new ImageError("ARGUMENT", `expected a signal, got ${show(signal)}`, { path: "signal" });
    signal?.throwIfAborted();
    const { bytes, name } = await fetchBytes(source, signal);
    signal?.throwIfAborted();
    return new this(bytes, { ...rest, fileName: rest.fileName ?? name });
  }

  /** See {@link guessMode}. */
  static guessMode(dataOrShape: PixelSource | readonly number[], options?: GuessModeOptions): Mode {
    return guessMode(dataOrShape, options);
  }

  /** See {@link toUint8}. */
  static toUint8(pixels: PixelSource | PixelData, options?: ToUint8Options): Uint8Pixels {
    return toUint8(pixels, options);
  }

  /** W&B's folder for the files of images, below a run or an artifact. */
  static getMediaSubdir(): string {
    return "media/images";
  }

  /** The captions of images, null where there is none; false if the first has none (limn: if no image has one). */
  static allCaptions(images: readonly Image[]): (string | null)[] | false {
    if (images.length === 0) throw new ImageError("ARGUMENT", "expected at least one image, got none");
    const captions = images.map(({ caption }) => caption ?? null);
    const told = images[0]!.generation === "limn" ? captions.some((caption) => caption !== null) : images[0]!.caption;
    return told === undefined || told === false ? false : captions;
  }

  /** The older name of {@link allCaptions}. */
  static captions(images: readonly Image[]): (string | null)[] | false {
    return Image.allCaptions(images);
  }

  /** Bind images to a step of a run as one list. @returns the record that stands for them in the history */
  static seqToJson(images: readonly Image[], run: MediaRun, key: string, step: Step): JsonObject {
    return run.writeImages(images, key, step);
  }

  /** The boxes of images, bound to a step of a run: for each image its sets by name, or null; false if none has any. */
  static allBoxes(images: readonly Image[], run: MediaRun, key: string, step: Step): (JsonObject | null)[] | false {
    return run.writeLayers(images, "boxes", key, step);
  }

  /** The masks of images; see {@link allBoxes}. */
  static allMasks(images: readonly Image[], run: MediaRun, key: string, step: Step): (JsonObject | null)[] | false {
    return run.writeLayers(images, "masks", key, step);
  }

  /** Write the image's file below a run, for this key and step; what `run.log` does. */
  bindToRun(run: MediaRun, key: string, step: Step): void {
    run.writeImage(this, key, step);
  }

  /** True after the image was logged. */
  isBound(): boolean {
    return this.#run !== undefined;
  }

  /** True for an image that is a file as it was handed in; false for pixels, and for a reference. */
  get isFile(): boolean {
    return this.#content.kind === "file";
  }

  /** True: an image has its file from the beginning, or can make it at any time. */
  fileIsSet(): boolean {
    return true;
  }

  /** Remember the run. The file stands for pixels where it lost nothing of them, so that they need not be kept. @internal */
  bound(run: MediaRun, file: Uint8Array, sha256: string): void {
    this.#run = run;
    this.#sha256 = sha256;
    if (this.#content.kind !== "pixels" || this.format !== "png") return;
    this.#mode = this.#content.mode;
    this.#content = { kind: "file", bytes: file, header: { type: "png", width: this.width, height: this.height } };
  }

  /** SHA-256 of the file in hexadecimal; of a reference, of its address. */
  get sha256(): string {
    const content = this.#content;
    return (this.#sha256 ??= sha256Hex(
      content.kind === "reference" ? new TextEncoder().encode(content.url) : this.toFile(),
    ));
  }

  /** The decoded picture as a new {@link Frame}, which the caller frees; undefined for a reference. */
  get image(): Frame | undefined {
    return this.reference === undefined ? this.toFrame() : undefined;
  }

  /** The pixels row by row: numbers for grey, lists of a pixel's channels for all else. */
  toDataArray(): (number | number[])[][] {
    const { data, shape } = this.#pixelBytes();
    return dataArray(data, shape);
  }

  /**
   * True for an image of the same caption, grouping, size, pixels and classes; two references are equal when their addresses
   * are. Format, boxes and masks do not count.
   */
  equals(other: unknown): boolean {
    if (!(other instanceof Image)) return false;
    if (this.reference !== undefined || other.reference !== undefined) return this.reference === other.reference;
    if (this.caption !== other.caption || this.grouping !== other.grouping) return false;
    if (this.width !== other.width || this.height !== other.height) return false;
    const [mine, others] = [this.#pixelBytes(), other.#pixelBytes()];
    if (mine.data.length !== others.data.length || !sameBytes(mine.data, others.data)) return false;
    if (this.generation === "old" && (this.classes === undefined) !== (other.classes === undefined))
      throw new ImageError("ARGUMENT", "expected classes with both images or with none", { path: "classes" });
    return this.classes === undefined ? other.classes === undefined : this.classes.equals(other.classes);
  }

  #pixelBytes(): PixelArray & { readonly data: Uint8Array } {
    const content = this.#local();
    if (content.kind === "pixels") return content.pixels as PixelArray & { readonly data: Uint8Array };
    const frame = this.toFrame();
    try {
      const pixels = { data: frame.view(), shape: [frame.height, frame.width, 4] };
      return pixelsToUint8(pixels, { policy: "byte", mode: frame.mode });
    } finally {
      frame.free();
    }
  }

  /** What is here. @throws {ImageError} `UNSUPPORTED` for a reference */
  #local(): Exclude<Content, { kind: "reference" }> {
    const content = this.#content;
    if (content.kind !== "reference") return content;
    throw new ImageError("UNSUPPORTED", `expected a picture, got a reference to one: await Image.open(url) fetches it`);
  }

  /** Pixels from left to right, as the picture is seen (after its EXIF orientation). */
  get width(): number {
    return this.#size()[0];
  }

  /** Pixels from top to bottom, as the picture is seen (after its EXIF orientation). */
  get height(): number {
    return this.#size()[1];
  }

  /** Channels of the picture. For a file they are known after decoding, which is done on first use. */
  get mode(): Mode {
    const content = this.#local();
    if (content.kind === "pixels") return content.mode;
    if (this.#mode === undefined) this.toFrame().free();
    return this.#mode!;
  }

  /** By which rule pixels became bytes; undefined for a file. */
  get rule(): Uint8Rule | undefined {
    return this.#rule;
  }

  /** The file: the bytes that were handed in, unchanged and not copied, or the pixels encoded as `format`. */
  toFile(): Uint8Array {
    const content = this.#local();
    if (content.kind === "file") return content.bytes;
    const { pixels } = content;
    if (this.format === "bmp") return encodeBmp(pixels);
    return this.format === "png" ? encodePng(pixels) : encodeJpeg(pixels, { quality: 75 });
  }

  /**
   * The pixels as a new {@link Frame}, without boxes and masks; the caller frees it.
   *
   * @throws {ImageError} `DECODE`, `LIMIT` or `UNSUPPORTED` for a file
   */
  toFrame(): Frame {
    const content = this.#local();
    if (content.kind === "pixels") return pixelsToFrame(content.pixels, { policy: "byte" });
    const frame = decodeImage(content.bytes, { orientation: this.orientation });
    this.#mode = frame.mode;
    return frame;
  }

  /** Boxes, masks and caption as a scene in pixels; a box is drawn with its caption, or its class's name and score. */
  toScene(): Scene {
    const [width, height] = this.#size();
    return {
      width,
      height,
      fileName: this.fileName,
      caption: this.caption,
      annotations: [...this.boxes].flatMap(([key, layer]) => layer.toAnnotations(width, height, key)),
      labelMaps: [...this.masks].map(([key, mask]) =>
        within("masks", () =>
          within(pathKey(key), () => {
            if (mask.width !== width || mask.height !== height)
              throw new ImageError(
                "ARGUMENT",
                `expected a mask of the picture's size ${width} x ${height}, got ${mask.width} x ${mask.height}`,
              );
            return mask.toLabelMap(key);
          }),
        ),
      ),
    };
  }

  /**
   * The picture with its boxes and masks drawn on, as a new {@link Frame}; the caller frees it.
   *
   * @throws {ImageError} as {@link toFrame}, and `ARGUMENT` for what cannot be drawn
   */
  render(style: Style = {}): Frame {
    const scene = this.toScene();
    const frame = this.toFrame();
    try {
      return render(frame, scene, style);
    } catch (error) {
      frame.free();
      throw error;
    }
  }

  /**
   * A PNG: of the picture itself (a PNG file unchanged, pixels in their own mode), or with `overlays` or a `style` of the
   * picture with its boxes and masks drawn on.
   *
   * @throws {ImageError} as {@link render}
   */
  toPng(options: ImagePngOptions = {}): Uint8Array {
    const { style, overlays = style !== undefined, level } = checkedOptions(options);
    if (!overlays) {
      const content = this.#local();
      if (content.kind === "pixels") return encodePng(content.pixels, { level });
      if (content.header.type === "png") return content.bytes;
    }
    return this.#encoded(overlays, style, (frame) => encodePng(frame, { level }));
  }

  /** A JPEG; a JPEG file is handed out unchanged where nothing else is asked for. See {@link toPng}. */
  toJpeg(options: ImageJpegOptions = {}): Uint8Array {
    const { style, overlays = style !== undefined, ...coding } = checkedOptions(options);
    if (!overlays) {
      const content = this.#local();
      if (content.kind === "pixels") return encodeJpeg(content.pixels, coding);
      if (content.header.type === "jpeg" && Object.keys(coding).length === 0) return content.bytes;
    }
    return this.#encoded(overlays, style, (frame) => encodeJpeg(frame, coding));
  }

  #encoded(overlays: boolean, style: Style = {}, encode: (frame: Frame) => Uint8Array): Uint8Array {
    const frame = overlays ? this.render(style) : this.toFrame();
    try {
      return overlays ? withCaption(frame, this, style, encode) : encode(frame);
    } finally {
      frame.free();
    }
  }

  #size(): readonly [width: number, height: number] {
    const content = this.#content;
    if (content.kind === "reference") return [NaN, NaN];
    if (content.kind === "pixels") {
      const [height, width] = content.pixels.shape;
      return [width!, height!];
    }
    const { width, height, orientation = 1 } = content.header;
    return this.orientation === "apply" && orientation > 4 ? [height, width] : [width, height];
  }

  #formatOf(source: unknown, fileType: FileType | undefined): string {
    const content = this.#content;
    if (content.kind === "reference") {
      const [path = ""] = content.url.split(/[?#]/, 1);
      return EXTENSION.exec(path.slice(path.indexOf("://") + 3))?.[1] ?? path.split("/").at(-1)!;
    }
    if (content.kind === "pixels") return fileType || "png";
    // a picture that is in a file because only files hold its mode
    if (isReadyOrArray(source)) return fileType || content.header.type;
    const extension = EXTENSION.exec(this.fileName ?? "")?.[1];
    const { type } = content.header;
    if (this.generation !== "limn" && this.fileName !== undefined) return extension ?? "";
    return extension ?? (type === "jpeg" ? "jpg" : type);
  }

  #mergeClasses(given: Classes | readonly ClassRecord[] | undefined): Classes | undefined {
    const merged = new Map<ClassId, string>();
    const add = (labels: Iterable<readonly [ClassId, string]>): void => {
      for (const [id, name] of labels) merged.set(id, name);
    };
    if (this.generation !== "old") {
      for (const layer of this.boxes.values()) add(layer.classLabels);
      for (const mask of this.masks.values()) if (mask.file === undefined) add(mask.classLabels);
    }
    if (given !== undefined) {
      const { classSet } = given instanceof Classes ? given : new Classes(given);
      add(classSet.map(({ id, name }) => [id, name] as const));
    }
    return merged.size ? new Classes([...merged].map(([id, name]) => ({ id, name }))) : undefined;
  }
}

const GENERATIONS: readonly Generation[] = ["limn", "head", "mid", "old"];
/** Text behind the last dot of the last part of a name. */
const EXTENSION = /\.([^./\\]+)$/;

function isReadyOrArray(source: unknown): boolean {
  return typeof source === "object" && !(source instanceof Uint8Array) && !(source instanceof ArrayBuffer);
}

function checkedCaption(caption: unknown): string | undefined {
  if (caption === undefined || caption === null || typeof caption === "string") return caption ?? undefined;
  throw new ImageError("ARGUMENT", `expected a string, got ${show(caption)}`, { path: "caption" });
}

function checkedGrouping(grouping: unknown): number | undefined {
  if (grouping === undefined || grouping === null) return undefined;
  if (Number.isInteger(grouping)) return grouping as number;
  throw new ImageError("ARGUMENT", `expected a whole number, got ${show(grouping)}`, { path: "grouping" });
}
