/** One job of a batch: from the names of a picture to a written file. */
import { openStore } from "#platform";
import { decodeImage } from "../codec/image.ts";
import { encodeJpeg } from "../codec/jpeg-encode.ts";
import { encodePng } from "../codec/png-encode.ts";
import type { Frame } from "../core/frame.ts";
import { withCaption } from "../draw/caption.ts";
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import type { Scene } from "../model/scene.ts";
import { renderOneOfMany } from "./known-styles.ts";
import { type Thumbnail, thumbnailOf, type ThumbnailSize } from "./thumbnail.ts";

/** Everything that a job needs: plain data, so that it can go to another thread. */
export interface RenderJob {
  readonly scene: Scene;
  /** Folder of the pictures, as `resolveFolder` gives it. */
  readonly images: string;
  /** Folder of the drawn pictures. Without one nothing is written: the file's bytes are in the result. */
  readonly out: string | undefined;
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
  const { scene, images, out, output, drafts } = job;
  if (scene.error) throw scene.error;
  if (scene.fileName === undefined)
    throw new ImageError("ARGUMENT", "expected the name of the picture's file, got none");
  const watch = new StopWatch(signal);
  const found = openStore(images).read(scene.fileName);
  const source = found instanceof Promise ? await found : found; // not waited for: the next read would overwrite it
  watch.lap("read");
  const { encoded, ...picture } = draw(source, job, watch);
  const drawn = { name: output, bytes: encoded.length, ...picture, times: watch.times };
  if (job.isWritten) return { ...drawn, path: undefined, encoded: undefined, isWritten: true };
  try {
    // a copy of the file's own length: the memory that it was encoded into may be much longer
    if (out === undefined) return { ...drawn, path: undefined, encoded: encoded.slice() };
    const written = openStore(out).write(output, encoded, drafts);
    const path = written instanceof Promise ? await written : written;
    watch.end("write");
    return { ...drawn, path, encoded: undefined };
  } finally {
    if (job.type === "png") keepForReuse(encoded);
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
  const { scene, style } = job;
  const frame: Frame = decodeImage(source, { expect: { width: scene.width, height: scene.height } });
  try {
    watch.lap("decode");
    renderOneOfMany(frame, scene, style);
    watch.lap("draw");
    return withCaption(frame, scene, style ?? {}, (picture) => {
      const thumbnail = job.thumbnail && thumbnailOf(picture, job.thumbnail);
      watch.lap("draw");
      const encoded = job.isWritten ? new Uint8Array() : encode(picture, job);
      watch.lap("encode");
      return { encoded, width: picture.width, height: picture.height, thumbnail };
    });
  } finally {
    frame.free();
  }
}

function encode(picture: Frame, { type, quality }: RenderJob): Uint8Array<ArrayBuffer> {
  if (type === "jpg") return encodeJpeg(picture, quality === undefined ? {} : { quality });
  return encodePng(picture, { into: spare.pop() });
}

/** Memory of written files, for the next ones: fresh memory costs about a fifth of an encode in page faults. */
const spare: Uint8Array<ArrayBuffer>[] = [];
const MOST_SPARE = 4;
const LARGEST_SPARE = 32 * 2 ** 20;

function keepForReuse({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (spare.length < MOST_SPARE && buffer.byteLength <= LARGEST_SPARE) spare.push(new Uint8Array(buffer));
}
