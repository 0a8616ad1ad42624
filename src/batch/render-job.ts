/** One job of a batch: from the names of a picture to a written file. */
import { openStore, type Place } from "#platform";
import { decodeImage } from "../codec/image.ts";
import { encodeJpeg } from "../codec/jpeg-encode.ts";
import { encodePng } from "../codec/png-encode.ts";
import type { Frame } from "../core/frame.ts";
import { trimCore } from "../core/wasm.ts";
import { withCaption } from "../draw/caption.ts";
import { render } from "../draw/render.ts";
import type { Style } from "../draw/style.ts";
import { ImageError, show } from "../errors.ts";
import { isFields } from "../format/fields.ts";
import type { Scene } from "../model/scene.ts";
import { keepSpare, takeSpare } from "./spare-memory.ts";
import { type Thumbnail, thumbnailOf, type ThumbnailSize } from "./thumbnail.ts";

/** A scene that may leave its size to its picture. */
export type PictureScene = Omit<Scene, "width" | "height"> & {
  readonly [Side in "width" | "height"]?: number | undefined;
};

/** A picture's file: its bytes, or a Blob or File of them. */
export type PictureFile = Uint8Array | ArrayBuffer | Blob;

/** Everything that a job needs: plain data, so that it can go to another thread. */
export interface RenderJob {
  /** Without width and height: of the size that its picture has. */
  readonly scene: PictureScene;
  /** The picture itself; then nothing is read from `images`. */
  readonly image?: PictureFile | undefined;
  /** Place of the pictures, as `resolvePlace` gives it. */
  readonly images?: Place | undefined;
  /** Place of the drawn pictures. Without one nothing is written: the file's bytes are in the result. */
  readonly out: Place | undefined;
  /** Name of the drawn picture below `out`. */
  readonly output: string;
  /** Name of a folder below `out` for the file while it is written. Default: beside it. */
  readonly drafts?: string | undefined;
  readonly type: "png" | "jpg";
  /** Of a JPEG, 1..100. Default 85. */
  readonly quality?: number | undefined;
  readonly style?: Style | undefined;
  /** Also give a small copy of the drawn picture. */
  readonly thumbnail?: ThumbnailSize | undefined;
  /** The picture is written already: give its small copy only. */
  readonly isWritten?: boolean | undefined;
}

/** Milliseconds of each step. */
export interface RenderTimes {
  read: number;
  decode: number;
  draw: number;
  encode: number;
  write: number;
}

/** What a job gives. */
export interface RenderedPicture {
  /** Its name below the output, with `/` between folders. */
  readonly name: string;
  /** Path of the written file, if one was written. */
  readonly path: string | undefined;
  /** The file itself, if none was written. */
  readonly encoded: Uint8Array<ArrayBuffer> | undefined;
  /** Bytes of the file. */
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  /** A small copy, if one was asked for. */
  readonly thumbnail?: Thumbnail | undefined;
  /** True if it was written before, and was drawn for its small copy only. */
  readonly isWritten?: boolean | undefined;
  readonly times: RenderTimes;
}

/**
 * Read, decode, draw, encode and write one picture. The file appears whole or not at all.
 *
 * @param signal - looked at before each step; what is being written is finished
 * @throws {ImageError} the scene's own error; `ARGUMENT` for a file name that leads out of the folder; `IO`; those of
 * `decodeImage`, `render` and the encoders
 */
export async function renderJob(job: RenderJob, signal?: AbortSignal): Promise<RenderedPicture> {
  const { scene, out, output, drafts } = checkedJob(job);
  if (scene.error) throw scene.error;
  const watch = new StopWatch(signal);
  const found = readPicture(job);
  const source = found instanceof Promise ? await found : found; // not waited for: the next read would overwrite it
  watch.lap("read");
  const { encoded, width, height, thumbnail } = draw(source, job, watch);
  const { isWritten } = job;
  // field by field, see pngFile
  const give = (path: string | undefined, own: Uint8Array<ArrayBuffer> | undefined): RenderedPicture => {
    const bytes = encoded.length;
    return { name: output, path, encoded: own, bytes, width, height, thumbnail, isWritten, times: watch.times };
  };
  if (isWritten) return give(undefined, undefined);
  try {
    // a copy of the file's own length: the memory that it was encoded into may be much longer
    if (out === undefined) return give(undefined, encoded.slice());
    const written = openStore(out).write(output, encoded, drafts);
    const path = written instanceof Promise ? await written : written;
    watch.end("write");
    return give(path, undefined);
  } finally {
    if (job.type === "png") keepSpare(encoded);
  }
}

/** @throws {ImageError} `ARGUMENT` for what is no job, or has no scene */
export function checkedJob<J extends { readonly scene: PictureScene }>(job: J): J {
  if (!isFields(job) || !isFields(job.scene))
    throw new ImageError("ARGUMENT", `expected a job with a scene, got ${show(job)}`);
  return job;
}

function readPicture({ scene: { fileName }, image, images }: RenderJob): Uint8Array | Promise<Uint8Array> {
  if (image instanceof Uint8Array) return image;
  if (image instanceof ArrayBuffer) return new Uint8Array(image);
  if (image instanceof Blob) return readBlob(image);
  if (image !== undefined)
    throw new ImageError("ARGUMENT", `expected the picture as bytes or Blob, got ${show(image)}`, { path: "image" });
  if (fileName === undefined)
    throw new ImageError("ARGUMENT", "expected the picture, or the name of its file, got none");
  if (images === undefined)
    throw new ImageError("ARGUMENT", "expected the picture itself, for no folder of pictures is named", {
      path: fileName,
    });
  return openStore(images).read(fileName);
}

async function readBlob(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    const path = blob instanceof File ? blob.name : undefined;
    throw new ImageError("IO", "cannot be read", { path, cause }); // a file of the user's that has changed since
  }
}

/** Times the steps of a job, and stops it between them. */
class StopWatch {
  readonly times: RenderTimes = { read: 0, decode: 0, draw: 0, encode: 0, write: 0 };
  readonly #signal: AbortSignal | undefined;
  #mark: number = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** The end of a step that others follow. @throws `signal.reason` */
  lap(step: keyof RenderTimes): void {
    this.end(step);
    this.#signal?.throwIfAborted();
  }

  end(step: keyof RenderTimes): void {
    const now = performance.now();
    this.times[step] += now - this.#mark;
    this.#mark = now;
  }
}

interface EncodedPicture {
  readonly encoded: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly thumbnail: Thumbnail | undefined;
}

function draw(source: Uint8Array, job: RenderJob, watch: StopWatch): EncodedPicture {
  const { style } = job;
  const frame: Frame = decodeImage(source, isSized(job.scene) ? { expect: job.scene } : {});
  try {
    watch.lap("decode");
    const scene = isSized(job.scene) ? job.scene : { ...job.scene, width: frame.width, height: frame.height };
    render(frame, scene, style);
    watch.lap("draw");
    return withCaption(frame, scene, style ?? {}, (picture) => {
      const thumbnail = job.thumbnail && thumbnailOf(picture, job.thumbnail);
      watch.lap("draw");
      const encoded = job.isWritten ? new Uint8Array() : encode(picture, job);
      watch.lap("encode");
      return { encoded, width: picture.width, height: picture.height, thumbnail };
    });
  } finally {
    const pixels = frame.width * frame.height;
    frame.free();
    trimCore(pixels * 4);
  }
}

function isSized(scene: PictureScene): scene is Scene {
  return scene.width !== undefined || scene.height !== undefined;
}

function encode(picture: Frame, { type, quality }: RenderJob): Uint8Array<ArrayBuffer> {
  if (type === "jpg") return encodeJpeg(picture, quality === undefined ? {} : { quality });
  return encodePng(picture, { into: takeSpare() });
}
