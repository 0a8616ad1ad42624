/** Many jobs, by one thread or many, as a stream of results. */
import { isDistant, makeFolder, makePlace, nextTurn, removeFolder, resolvePlace } from "#platform";
import type { Style } from "../draw/style.ts";
import { ImageError, show } from "../errors.ts";
import type { Scene } from "../model/scene.ts";
import type { PictureArchive } from "./archives.ts";
import { imageErrorOf } from "./messages.ts";
import { OutputNames } from "./output-names.ts";
import { DISTANT_JOBS_PER_WORKER, JOBS_PER_WORKER, WorkerPool } from "./pool.ts";
import { type RenderedPicture, type RenderJob, renderJob } from "./render-job.ts";
import type { ThumbnailSize } from "./thumbnail.ts";

/** One picture of a batch. */
export interface BatchJob {
  /** Its `fileName` is below the folder of the pictures. */
  readonly scene: Scene;
  /**
   * Name of the drawn picture below the folder of the output. Default: that of the scene with another ending, and a number
   * where it is taken.
   */
  readonly name?: string | undefined;
  /** Of this picture alone. Default: the batch's. */
  readonly style?: Style | undefined;
  /** Position that its result tells. Default: its place in the batch, from 0. */
  readonly index?: number | undefined;
  /** The picture is written already and is drawn for its thumbnail only. Default false. */
  readonly isWritten?: boolean | undefined;
}

/** Where and how drawn pictures are written: to a `folder` or into an `archive`. */
export interface BatchOutput {
  /** Folder of the drawn pictures, made where it is missing, or `s3://bucket/prefix`. Not the place of the pictures. */
  readonly folder?: string | undefined;
  /**
   * One file or a few for all pictures: `ZipArchive`, `TarArchive`, or your own. They come in the order of the jobs, so that any
   * number of threads gives the same bytes; `ordered` is true then. It is finished behind the last picture, and not at all when
   * the batch is stopped or fails.
   */
  readonly archive?: PictureArchive | undefined;
  /** Default `png`. */
  readonly type?: "png" | "jpg" | undefined;
  /** Of JPEGs, 1..100. Default 85. */
  readonly quality?: number | undefined;
  /**
   * Name of a folder below the folder for files that are being written; it stays. Default: one of its own, which is gone
   * afterwards.
   */
  readonly drafts?: string | undefined;
  /** Give a small copy of each drawn picture, which fits into this place, in its result. Default: none. */
  readonly thumbnail?: ThumbnailSize | undefined;
}

/** How {@link renderBatch} works. */
export interface RenderBatchOptions {
  /** Folder of the pictures, or `s3://bucket/prefix` (Node; needs `@aws-sdk/client-s3`). */
  readonly images: string;
  readonly output: BatchOutput;
  readonly style?: Style | undefined;
  /** Threads that draw. Default 1, which is this one; with more, all drawing is done by workers. */
  readonly concurrency?: number | undefined;
  /** Results come in the order of the jobs. Default true; otherwise each as soon as it is there. */
  readonly ordered?: boolean | undefined;
  /** Stops the batch; pictures that are being drawn are finished and told. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each result is handed over. */
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined;
  /** Milliseconds in which a worker that has jobs must finish one, or is replaced. Default 300,000. */
  readonly timeLimit?: number | undefined;
  /** The module of the workers, where a bundle has moved it. Default: `limn/dist/batch-worker.js`. */
  readonly workerFile?: string | URL | undefined;
}

/** What became of one picture. */
export interface RenderOutcome {
  /** Position in the batch, from 0. */
  readonly index: number;
  readonly fileName: string | undefined;
  readonly imageId: number | string | undefined;
  readonly picture?: RenderedPicture | undefined;
  /** Set when it failed. */
  readonly error?: ImageError | undefined;
}

/** How far a batch is. */
export interface BatchProgress {
  /** Pictures written. */
  readonly done: number;
  readonly failed: number;
  /** The picture that was just finished. */
  readonly outcome: RenderOutcome;
}

const TIME_LIMIT = 300_000;
/** Bytes of pictures that wait for their archive; while there are more, no jobs are begun. */
const MOST_HELD = 2 ** 28;
let batches = 0;

/**
 * Draw jobs and write their pictures, one result each. Jobs are taken as results are taken: whoever reads slowly slows the
 * batch, and no more than a few jobs for each thread are in memory. A job that fails is a result with its error. With workers,
 * one that crashes or hangs is replaced and its job tried once more. Scenes and styles go to workers as copies; fonts that
 * were registered in this thread do not.
 *
 * @throws {ImageError} `IO` or `ARGUMENT` for the options, with the first result asked for, before anything is written
 * @throws `signal.reason` when the signal is aborted; what was written until then stays, nothing is half written
 * @throws what the archive throws, which ends the batch
 *
 * @example
 * const jobs = [{ scene: { fileName: "a.jpg", width: 640, height: 480, annotations: [] } }];
 * for await (const { fileName, error } of renderBatch(jobs, { images: "photos", output: { folder: "drawn" }, concurrency: 4 }))
 *   console.log(fileName, error?.message ?? "drawn");
 */
export async function* renderBatch(
  jobs: Iterable<BatchJob> | AsyncIterable<BatchJob>,
  options: RenderBatchOptions,
): AsyncGenerator<RenderOutcome, void, undefined> {
  const { concurrency = 1, signal, onProgress, timeLimit = TIME_LIMIT, workerFile } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new ImageError("ARGUMENT", `expected concurrency of 1 or more, got ${show(concurrency)}`);
  if (!(timeLimit > 0)) throw new ImageError("ARGUMENT", `expected timeLimit over 0, got ${show(timeLimit)}`);
  const images = await resolvePlace(options.images);
  const { folder, archive, type = "png", quality, thumbnail } = options.output;
  if ((folder === undefined) === (archive === undefined))
    throw new ImageError("ARGUMENT", "expected a folder or an archive, and not both", { path: "output" });
  const ordered = archive !== undefined || (options.ordered ?? true);
  const out = folder === undefined ? undefined : await makePlace(folder);
  if (images === out)
    throw new ImageError("ARGUMENT", "expected another folder than that of the pictures", { path: folder });
  const drafts = options.output.drafts ?? `.limn-${Date.now().toString(36)}-${++batches}`;
  // what is sent to a store appears whole by itself
  const draftFolder = out === undefined || isDistant(out) ? undefined : makeFolder(`${out}/${drafts}`);

  const names = new OutputNames(archive?.dotless);
  // while some are on their way from or to a store, others are drawn
  const jobsPerWorker =
    isDistant(images) || (out !== undefined && isDistant(out)) ? DISTANT_JOBS_PER_WORKER : JOBS_PER_WORKER;
  const pool =
    concurrency > 1 ? new WorkerPool({ size: concurrency, timeLimit, jobsPerWorker, workerFile }) : undefined;
  const most = pool ? concurrency * jobsPerWorker * 2 : jobsPerWorker;
  const pending = new Set<Promise<Settled>>();
  let [count, done, failed, held] = [0, 0, 0, 0];

  /** Its outcome is undefined when the signal came before the picture was begun. */
  const attempt = async (job: BatchJob): Promise<RenderOutcome | undefined> => {
    const { scene, name, style = options.style, index = count, isWritten } = job;
    count += 1;
    const { fileName, imageId } = scene;
    const item = { index, fileName, imageId };
    try {
      const output = name ?? (fileName === undefined ? "" : names.next(fileName, type));
      const full: RenderJob = { scene, images, out, output, drafts, type, quality, style, thumbnail, isWritten };
      // a scene that is an error is none to send: as a copy its error would lose its class
      if (!pool) await nextTurn(); // drawing leaves no gap of its own for signals and timers
      const picture = await (pool && !scene.error ? pool.run({ kind: "picture", job: full }) : renderJob(full, signal));
      held += picture.encoded?.length ?? 0;
      return { ...item, picture };
    } catch (error) {
      if (signal?.aborted && !(error instanceof ImageError)) return undefined;
      return { ...item, error: imageErrorOf(error) };
    }
  };
  const begin = (job: BatchJob): void => {
    const promise: Promise<Settled> = attempt(job).then((outcome) => ({ promise, outcome, job }));
    pending.add(promise);
  };
  /** Put a picture into the archive. */
  const archived = async (
    outcome: RenderOutcome,
    { scene, style = options.style }: BatchJob,
  ): Promise<RenderOutcome> => {
    const { picture } = outcome;
    if (!archive || !picture?.encoded) return outcome;
    const { name, encoded: bytes, width, height, times } = picture;
    const start = performance.now();
    await archive.add({ name, bytes, width, height, scene, style });
    times.write = performance.now() - start;
    held -= bytes.length;
    return { ...outcome, picture: { ...picture, encoded: undefined } };
  };

  const halted = new Promise<undefined>((resolve) => {
    signal?.addEventListener("abort", () => {
      pool?.refuseWaiting(signal.reason);
      resolve(undefined);
    });
  });
  const source = Symbol.asyncIterator in jobs ? jobs[Symbol.asyncIterator]() : jobs[Symbol.iterator]();
  let upcoming: Promise<IteratorResult<BatchJob>> | undefined;
  let ended = false;
  let [cut, cutShort] = [false, false];
  try {
    for (;;) {
      cut ||= !ended && signal?.aborted === true;
      while (!ended && !cut && pending.size < most && (held < MOST_HELD || pending.size === 0)) {
        upcoming ??= Promise.resolve(source.next());
        const next = await Promise.race([upcoming, halted, ...(pending.size === 0 ? [] : [firstOf(pending, ordered)])]);
        if (!next || "promise" in next) break; // stopped, or a result is there before the next job
        upcoming = undefined;
        if (next.done) ended = true;
        else begin(next.value);
        cut = !ended && signal?.aborted === true;
      }
      cut ||= !ended && signal?.aborted === true;
      if (pending.size === 0) break;
      const { promise, outcome: drawn, job } = await firstOf(pending, ordered);
      pending.delete(promise);
      // behind a picture that is left out an archive has no others
      if (!drawn || (cutShort && archive)) {
        cut = cutShort = true;
        continue;
      }
      const outcome = await archived(drawn, job);
      if (outcome.error) failed += 1;
      else done += 1;
      onProgress?.({ done, failed, outcome });
      yield outcome;
    }
    if (cut) signal?.throwIfAborted();
    await archive?.finish();
  } finally {
    // also after an error, or when the reader leaves, nothing is left half written
    upcoming?.catch(() => undefined);
    await Promise.all(pending);
    await pool?.close();
    if (options.output.drafts === undefined && draftFolder !== undefined) removeFolder(draftFolder);
    // not waited for: a source that is asleep would keep us
    if (!ended) Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

interface Settled {
  readonly promise: Promise<Settled>;
  readonly outcome: RenderOutcome | undefined;
  readonly job: BatchJob;
}

function firstOf(pending: ReadonlySet<Promise<Settled>>, ordered: boolean): Promise<Settled> {
  return ordered ? (pending.values().next().value as Promise<Settled>) : Promise.race(pending);
}
