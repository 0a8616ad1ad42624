/** One job of a batch: from the names of a picture to a written file. */
import { readFile, resolveInside, writeFileInside } from "#platform";
import { decodeImage } from "../codec/image.ts";
import { encodeJpeg } from "../codec/jpeg-encode.ts";
import { encodePng } from "../codec/png-encode.ts";
import type { Frame } from "../core/frame.ts";
import { withCaption } from "../draw/caption.ts";
import { render } from "../draw/render.ts";
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import type { Scene } from "../model/scene.ts";

/** Everything that a job needs: plain data, so that it can go to another thread. */
export interface RenderJob {
  readonly scene: Scene;
  /** Folder of the pictures, as `resolveFolder` gives it. */
  readonly images: string;
  /** Folder of the drawn pictures. */
  readonly out: string;
  /** Name of the drawn picture below `out`. */
  readonly output: string;
  /** Name of a folder below `out` for the file while it is written. Default: beside it. */
  readonly drafts?: string | undefined;
  readonly type: "png" | "jpg";
  /** Of a JPEG, 1..100. Default 85. */
  readonly quality?: number | undefined;
  readonly style?: Style | undefined;
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
  /** Path of the written file. */
  readonly path: string;
  /** Bytes of the written file. */
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
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
  const { scene, images, out, output, drafts, type, quality, style } = job;
  if (scene.error) throw scene.error;
  if (scene.fileName === undefined)
    throw new ImageError("ARGUMENT", "expected the name of the picture's file, got none");
  const times: RenderTimes = { read: 0, decode: 0, draw: 0, encode: 0, write: 0 };
  let mark = performance.now();
  const lap = (step: keyof RenderTimes): void => {
    const now = performance.now();
    times[step] = now - mark;
    mark = now;
    signal?.throwIfAborted();
  };

  const source = await readFile(resolveInside(images, scene.fileName));
  lap("read");
  const { encoded, width, height } = draw(source);
  try {
    const path = await writeFileInside(out, output, encoded, drafts);
    times.write = performance.now() - mark;
    return { path, bytes: encoded.length, width, height, times };
  } finally {
    if (type === "png") keepForReuse(encoded);
  }

  function draw(bytes: Uint8Array): { encoded: Uint8Array<ArrayBuffer>; width: number; height: number } {
    const frame: Frame = decodeImage(bytes, { expect: { width: scene.width, height: scene.height } });
    try {
      lap("decode");
      render(frame, scene, style);
      lap("draw");
      return withCaption(frame, scene, style ?? {}, (picture) => {
        const encoded =
          type === "jpg"
            ? encodeJpeg(picture, quality === undefined ? {} : { quality })
            : encodePng(picture, { into: spare.pop() });
        lap("encode");
        return { encoded, width: picture.width, height: picture.height };
      });
    } finally {
      frame.free();
    }
  }
}

/** Memory of written files, for the next ones: fresh memory costs about a fifth of an encode in page faults. */
const spare: Uint8Array<ArrayBuffer>[] = [];
const MOST_SPARE = 4;
const LARGEST_SPARE = 32 * 2 ** 20;

function keepForReuse({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (spare.length < MOST_SPARE && buffer.byteLength <= LARGEST_SPARE) spare.push(new Uint8Array(buffer));
}
