/** W&B's Image: a picture with its boxes, masks, classes and words. */
import { encodeBmp } from "../codec/bmp.ts";
import { decodeImage } from "../codec/image.ts";
import { encodeJpeg, type JpegOptions } from "../codec/jpeg-encode.ts";
import { encodePng, type PngLevel } from "../codec/png-encode.ts";
import type { Frame, Mode } from "../core/frame.ts";
import { withCaption } from "../draw/caption.ts";
import { render } from "../draw/render.ts";
import type { Style } from "../draw/style.ts";
import { ImageError, show } from "../errors.ts";
import { type ClassId, pathKey, within } from "../format/class-labels.ts";
import type { BoxSet, ClassRecord, MaskRecord } from "../format/wandb.ts";
import { guessMode, type GuessModeOptions } from "../model/guess-mode.ts";
import type { PixelData, PixelSource } from "../model/pixels.ts";
import type { Scene } from "../model/scene.ts";
import { pixelsToFrame, toUint8, type ToUint8Options, type Uint8Pixels, type Uint8Rule } from "../model/to-uint8.ts";
import { BoundingBoxes2D } from "./bounding-boxes.ts";
import { BoxLayer, type CheckOptions } from "./box-layer.ts";
import { Classes } from "./classes.ts";
import { fetchBytes, type OpenSource } from "../codec/fetch-bytes.ts";
import { type Content, type FileType, readContent } from "./image-content.ts";
import { ImageMask } from "./image-mask.ts";
import { type Named, readNamed } from "./named.ts";

/** What an {@link Image} is made from: pixels, the bytes of a file, a frame, another image, or (Node) a path. */
export type ImageSource = PixelSource | Uint8Array | ArrayBuffer | Frame | Image | string;

/** Options of {@link Image}. */
export interface ImageOptions extends CheckOptions {
  /** Channels to convert pixels to. Default: as their shape says, without alpha for a JPEG. Files keep theirs. */
  readonly mode?: Mode | undefined;
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
  readonly #content: Content;
  readonly #orientation: "apply" | "ignore";
  #mode: Mode | undefined;

  constructor(source: ImageSource, options: ImageOptions = {}) {
    const { strict = false, boxes, masks, classes } = options;
    const copied = source instanceof Image ? source : undefined;
    this.fileName = options.fileName ?? copied?.fileName ?? (typeof source === "string" ? source : undefined);
    this.#orientation = options.orientation ?? (copied ? copied.#orientation : "apply");
    if (this.#orientation !== "apply" && this.#orientation !== "ignore")
      throw new ImageError("ARGUMENT", `expected apply or ignore, got ${show(this.#orientation)}`, {
        path: "orientation",
      });
    this.caption = checkedCaption(options.caption) ?? copied?.caption;
    this.grouping = checkedGrouping(options.grouping) ?? copied?.grouping;
    this.boxes = readNamed("boxes", boxes, BoxLayer, (val, key) => new BoundingBoxes2D(val as BoxSet, key, { strict }));
    this.masks = readNamed("masks", masks, ImageMask, (val, key) => new ImageMask(val as MaskRecord, key, { strict }));
    this.classes = this.#mergeClasses(classes ?? copied?.classes);
    this.#content = copied ? copied.#content : readContent(source as Exclude<ImageSource, Image>, options);
    this.format = copied ? copied.format : this.#formatOf(options.fileType);
  }

  /**
   * Open a picture that has to be waited for: a path (Node) or `file:` URL, an `http(s)` URL, a Blob or File, a Response.
   *
   * @throws {ImageError} `IO` when it cannot be had, and as the constructor; the reason of `options.signal` when that aborts
   * @example const image = await Image.open(new URL("https://example.org/cat.jpg"), { caption: "a cat" });
   */
  static async open(source: OpenSource, options: OpenOptions = {}): Promise<Image> {
    const { signal, ...rest } = options;
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
    if (this.#content.kind === "pixels") return this.#content.mode;
    if (this.#mode === undefined) this.toFrame().free();
    return this.#mode!;
  }

  /** By which rule pixels became bytes; undefined for a file. */
  get rule(): Uint8Rule | undefined {
    return this.#content.kind === "pixels" ? this.#content.rule : undefined;
  }

  /** The file: the bytes that were handed in, unchanged and not copied, or the pixels encoded as `format`. */
  toFile(): Uint8Array {
    if (this.#content.kind === "file") return this.#content.bytes;
    const { pixels } = this.#content;
    if (this.format === "bmp") return encodeBmp(pixels);
    return this.format === "png" ? encodePng(pixels) : encodeJpeg(pixels, { quality: 75 });
  }

  /**
   * The pixels as a new {@link Frame}, without boxes and masks; the caller frees it.
   *
   * @throws {ImageError} `DECODE`, `LIMIT` or `UNSUPPORTED` for a file
   */
  toFrame(): Frame {
    if (this.#content.kind === "pixels") return pixelsToFrame(this.#content.pixels, { policy: "byte" });
    const frame = decodeImage(this.#content.bytes, { orientation: this.#orientation });
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
  toPng({ style, overlays = style !== undefined, level }: ImagePngOptions = {}): Uint8Array {
    if (!overlays) {
      if (this.#content.kind === "pixels") return encodePng(this.#content.pixels, { level });
      if (this.#content.header.type === "png") return this.#content.bytes;
    }
    return this.#encoded(overlays, style, (frame) => encodePng(frame, { level }));
  }

  /** A JPEG; a JPEG file is handed out unchanged where nothing else is asked for. See {@link toPng}. */
  toJpeg({ style, overlays = style !== undefined, ...options }: ImageJpegOptions = {}): Uint8Array {
    if (!overlays) {
      if (this.#content.kind === "pixels") return encodeJpeg(this.#content.pixels, options);
      if (this.#content.header.type === "jpeg" && Object.keys(options).length === 0) return this.#content.bytes;
    }
    return this.#encoded(overlays, style, (frame) => encodeJpeg(frame, options));
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
    if (this.#content.kind === "pixels") {
      const [height, width] = this.#content.pixels.shape;
      return [width!, height!];
    }
    const { width, height, orientation = 1 } = this.#content.header;
    return this.#orientation === "apply" && orientation > 4 ? [height, width] : [width, height];
  }

  #formatOf(fileType: FileType | undefined): string {
    if (this.#content.kind === "pixels") return fileType ?? "png";
    const extension = /\.([^./\\]+)$/.exec(this.fileName ?? "")?.[1];
    const { type } = this.#content.header;
    return extension ?? (type === "jpeg" ? "jpg" : type);
  }

  #mergeClasses(given: Classes | readonly ClassRecord[] | undefined): Classes | undefined {
    const merged = new Map<ClassId, string>();
    const add = (labels: Iterable<readonly [ClassId, string]>): void => {
      for (const [id, name] of labels) merged.set(id, name);
    };
    for (const layer of this.boxes.values()) add(layer.classLabels);
    for (const mask of this.masks.values()) if (mask.file === undefined) add(mask.classLabels);
    if (given !== undefined) {
      const { classSet } = given instanceof Classes ? given : new Classes(given);
      add(classSet.map(({ id, name }) => [id, name] as const));
    }
    return merged.size ? new Classes([...merged].map(([id, name]) => ({ id, name }))) : undefined;
  }
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
