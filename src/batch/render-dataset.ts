/** Every picture of a dataset, drawn and written. */
import type { FolderHandle } from "#platform";
import type { Style } from "../draw/style.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Dataset } from "../model/scene.ts";
import type { PictureArchive } from "./archives.ts";
import { OutputNames } from "./output-names.ts";
import { type BatchJob, type BatchProgress, renderBatch, type RenderOutcome } from "./render-batch.ts";
import type { RenderTimes } from "./render-job.ts";
import type { Thumbnail, ThumbnailSize } from "./thumbnail.ts";

/** Small copies of a dataset's pictures, for a contact sheet. */
export interface ThumbnailOptions extends ThumbnailSize {
  /**
   * Pictures before this position of the dataset have none; those behind it that are {@link RenderDatasetOptions.finished} are
   * drawn once more for theirs. Default 0.
   */
  readonly from?: number | undefined;
  /** Called with each, in the order of the dataset, before `onProgress`. */
  readonly use: (thumbnail: Thumbnail, outcome: RenderOutcome) => void;
}

/** How {@link renderDataset} works. */
export interface RenderDatasetOptions {
  /** Where the pictures are, see `RenderBatchOptions`; names in the dataset are below it. */
  readonly images: string | URL | FolderHandle;
  /** Folder of the drawn pictures, see `BatchOutput`. Not the folder of the pictures. */
  readonly out?: string | FolderHandle | undefined;
  /** In place of a folder: one file or a few for all pictures. See `BatchOutput`. */
  readonly archive?: PictureArchive | undefined;
  readonly thumbnails?: ThumbnailOptions | undefined;
  /** Default `png`. */
  readonly type?: "png" | "jpg" | undefined;
  /** Of JPEGs, 1..100. Default 85. */
  readonly quality?: number | undefined;
  readonly style?: Style | undefined;
  /** Draw at most this many pictures. Default: all. */
  readonly limit?: number | undefined;
  /** Threads that draw; see `RenderBatchOptions`. Default 1. The files and the order of results are the same with any number. */
  readonly concurrency?: number | "auto" | undefined;
  /**
   * Draw one part of so many: `[2, 8]` is the second of eight. Parts have no picture in common, all together are the dataset,
   * and names are those of the whole.
   */
  readonly shard?: readonly [part: number, parts: number] | undefined;
  /** Names of drawn pictures that are there already: these are left out and told to nobody. */
  readonly finished?: ReadonlySet<string> | undefined;
  /** See `BatchOutput`. */
  readonly drafts?: string | undefined;
  /** See `RenderBatchOptions`. */
  readonly timeLimit?: number | undefined;
  /** See `RenderBatchOptions`. */
  readonly workerFile?: string | URL | undefined;
  /** Stops the run; pictures that are being written are finished. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each picture, drawn or failed, in the order of the dataset. */
  readonly onProgress?: ((progress: RenderProgress) => void) | undefined;
}

/** How far a run is. */
export interface RenderProgress extends BatchProgress {
  /** Pictures of the whole run, where it is known. */
  readonly total: number | undefined;
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
  const { images, out, archive, type = "png", quality, drafts, limit = Infinity } = checkedOptions(options);
  const { finished, thumbnails, onProgress, style, concurrency, signal, timeLimit, workerFile } = options;
  const { shard = [1, 1] } = options;
  if (!Array.isArray(shard)) throw new ImageError("ARGUMENT", `expected shard [1..n, n], got ${show(shard)}`);
  const [part, parts] = shard;
  const start = performance.now();
  if (!(Number.isInteger(parts) && Number.isInteger(part) && part >= 1 && part <= parts))
    throw new ImageError("ARGUMENT", `expected shard [1..n, n], got [${part}, ${parts}]`);

  let skipped = 0;
  async function* jobs(): AsyncGenerator<BatchJob> {
    const names = new OutputNames(archive?.dotless);
    let index = -1;
    for await (const scene of dataset.scenes) {
      if (++index >= limit) return;
      let name: string | undefined;
      try {
        if (scene.fileName !== undefined) name = names.next(scene.fileName, type);
      } catch {} // the job meets the same error and tells it
      if (index % parts !== part - 1) continue;
      const isWritten = name !== undefined && finished?.has(name) === true;
      if (isWritten) skipped += 1;
      if (!isWritten || (thumbnails && index >= (thumbnails.from ?? 0))) yield { scene, name, index, isWritten };
    }
  }
  const whole = dataset.size === undefined ? undefined : Math.min(dataset.size, limit);
  const own = whole === undefined ? undefined : Math.max(0, Math.ceil((whole - part + 1) / parts));

  const failures: RenderOutcome[] = [];
  const times: RenderTimes = { read: 0, decode: 0, draw: 0, encode: 0, write: 0 };
  let [done, pixels, bytes] = [0, 0, 0];
  const thumbnail = thumbnails && { width: thumbnails.width, height: thumbnails.height };
  const output = { folder: out, archive, type, quality, drafts, thumbnail };
  // those that are there are drawn again only where thumbnails need them
  const expected = own === undefined ? undefined : own - (thumbnails ? 0 : (finished?.size ?? 0));
  const batch = { images, output, style, concurrency, expected, signal, timeLimit, workerFile };
  for await (const outcome of renderBatch(jobs(), batch)) {
    const { picture } = outcome;
    if (picture?.thumbnail) thumbnails?.use(picture.thumbnail, outcome);
    if (picture?.isWritten) continue;
    if (picture) {
      done += 1;
      pixels += picture.width * picture.height;
      bytes += picture.bytes;
      for (const step of Object.keys(times) as (keyof RenderTimes)[]) times[step] += picture.times[step];
    } else failures.push(outcome);
    const total = own === undefined ? undefined : own - Math.max(skipped, finished?.size ?? 0);
    onProgress?.({ done, failed: failures.length, total, outcome });
  }
  return { done, failures, pixels, bytes, elapsed: performance.now() - start, times };
}
