/** Every picture of a dataset, drawn and written. */
import { makeFolder, resolveFolder } from "#platform";
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import type { Dataset, Scene } from "../model/scene.ts";
import { OutputNames } from "./output-names.ts";
import { type RenderedPicture, type RenderTimes, renderJob } from "./render-job.ts";

/** One picture is drawn while the disk reads the next and writes the last. */
const IN_FLIGHT = 3;

/** How {@link renderDataset} works. */
export interface RenderDatasetOptions {
  /** Folder of the pictures; names in the dataset are below it. */
  readonly images: string;
  /** Folder of the drawn pictures; made where it is missing. Not the folder of the pictures. */
  readonly out: string;
  /** Default `png`. */
  readonly type?: "png" | "jpg" | undefined;
  /** Of JPEGs, 1..100. Default 85. */
  readonly quality?: number | undefined;
  readonly style?: Style | undefined;
  /** Draw at most this many pictures. Default: all. */
  readonly limit?: number | undefined;
  /** Stops the run; pictures that are being written are finished. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each picture, drawn or failed, in the order of the dataset. */
  readonly onProgress?: ((progress: RenderProgress) => void) | undefined;
}

/** What became of one picture. */
export interface RenderOutcome {
  /** Position in the dataset, from 0. */
  readonly index: number;
  readonly fileName: string | undefined;
  readonly imageId: number | string | undefined;
  readonly picture?: RenderedPicture | undefined;
  /** Set when it failed. */
  readonly error?: ImageError | undefined;
}

/** How far a run is. */
export interface RenderProgress {
  /** Pictures written. */
  readonly done: number;
  readonly failed: number;
  /** Pictures of the whole run, where it is known. */
  readonly total: number | undefined;
  /** The picture that was just finished. */
  readonly outcome: RenderOutcome;
}

/** What became of a run. */
export interface RenderSummary {
  /** Pictures written. */
  readonly done: number;
  /** Those that failed, in order. */
  readonly failures: readonly RenderOutcome[];
  /** Pixels of the pictures written. */
  readonly pixels: number;
  /** Bytes of the files written. */
  readonly bytes: number;
  /** Milliseconds from start to end. */
  readonly elapsed: number;
  /** Milliseconds of each step, all pictures together; reading and writing go on beside the other steps. */
  readonly times: RenderTimes;
}

/**
 * Draw every scene of a dataset on its picture and write it below a folder. Sub-folders are kept; two pictures never
 * get the same name. A picture that fails becomes a result with its error, and the others go on.
 *
 * @throws {ImageError} `IO` or `ARGUMENT` for the folders, before anything is written
 * @throws `signal.reason` when the signal is aborted; what was written until then stays, nothing is half written
 *
 * @example
 * const summary = await renderDataset(readCoco(json), { images: "photos", out: "drawn" });
 * for (const { fileName, error } of summary.failures) console.error(fileName, error?.message);
 */
export async function renderDataset(dataset: Dataset, options: RenderDatasetOptions): Promise<RenderSummary> {
  const { type = "png", quality, style, limit = Infinity, signal, onProgress } = options;
  const start = performance.now();
  const images = resolveFolder(options.images);
  const out = makeFolder(options.out);
  if (images === out)
    throw new ImageError("ARGUMENT", "expected another folder than that of the pictures", { path: options.out });

  const names = new OutputNames();
  const total = dataset.size === undefined ? undefined : Math.min(dataset.size, limit);
  const failures: RenderOutcome[] = [];
  const times: RenderTimes = { read: 0, decode: 0, draw: 0, encode: 0, write: 0 };
  const pending: Promise<RenderOutcome | undefined>[] = [];
  let [index, done, pixels, bytes, cut] = [0, 0, 0, 0, false];

  /** Undefined when the signal came before the picture was written. */
  const attempt = async (scene: Scene): Promise<RenderOutcome | undefined> => {
    const { fileName, imageId } = scene;
    const item = { index: index++, fileName, imageId };
    try {
      const output = fileName === undefined ? "" : names.next(fileName, type);
      const picture = await renderJob({ scene, images, out, output, type, quality, style }, signal);
      return { ...item, picture };
    } catch (error) {
      if (signal?.aborted) return undefined;
      if (error instanceof ImageError) return { ...item, error };
      return { ...item, error: new ImageError("INTERNAL", String(error), { cause: error }) };
    }
  };
  const settle = async (): Promise<void> => {
    const outcome = await pending.shift();
    if (!outcome) {
      cut = true;
      return;
    }
    const { picture } = outcome;
    if (picture) {
      done += 1;
      pixels += picture.width * picture.height;
      bytes += picture.bytes;
      for (const step of Object.keys(times) as (keyof RenderTimes)[]) times[step] += picture.times[step];
    } else failures.push(outcome);
    onProgress?.({ done, failed: failures.length, total, outcome });
  };

  try {
    for await (const scene of dataset.scenes) {
      if (index >= limit) break;
      cut = signal?.aborted === true;
      if (cut) break;
      pending.push(attempt(scene));
      if (pending.length >= IN_FLIGHT) await settle();
    }
    while (pending.length > 0) await settle();
  } finally {
    await Promise.all(pending); // also after an error nothing is left half written
  }
  if (cut) signal?.throwIfAborted();
  return { done, failures, pixels, bytes, elapsed: performance.now() - start, times };
}
