/** Many jobs, by one thread or many, as a stream of results. */
import { type FolderHandle, isDistant, openStore, resolvePlace, samePlace } from "#platform";
import type { Style } from "../draw/style.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { isFields } from "../format/fields.ts";
import type { PictureArchive } from "./archives.ts";
import { imageErrorOf } from "./messages.ts";
import { OutputNames } from "./output-names.ts";
import { checkConcurrency, Drawers } from "./drawers.ts";
import { DISTANT_JOBS_PER_WORKER, JOBS_PER_WORKER } from "./pool.ts";
import { checkedJob, type PictureFile, type PictureScene, type RenderedPicture, type RenderJob } from "./render-job.ts";
import type { ThumbnailSize } from "./thumbnail.ts";

/** One picture of a batch. */
export interface BatchJob {
  /**
   * Its `fileName` is below the place of the pictures. Without width and height it takes those of its picture, as the picture
   * is seen.
   */
  readonly scene: PictureScene;
  /** The picture itself, in place of a file's name. Bytes go to workers as a copy, a Blob or File as a reference. */
  readonly image?: PictureFile | undefined;
  /**
   * Name of the drawn picture below the folder of the output. Default: that of the scene (or the index, where the scene names
   * no file) with another ending, and a number where it is taken.
   */
  readonly name?: string | undefined;
  /** Of this picture alone. Default: the batch's. */
  readonly style?: Style | undefined;
  /** Position that its result tells. Default: its place in the batch, from 0. */
  readonly index?: number | undefined;
  /** The picture is written already and is drawn for its thumbnail only. Default false. */
  readonly isWritten?: boolean | undefined;
}

/** Where and how drawn pictures are written: to a `folder`, into an `archive`, or, `as` bytes, into the results. */
export interface BatchOutput {
  /**
   * Folder of the drawn pictures: a path, made where it is missing, `s3://bucket/prefix` (Node; needs `@aws-sdk/client-s3`), or, in
   * browsers, a folder's handle. Not the place of the pictures.
   */
  readonly folder?: string | FolderHandle | undefined;
  /** Write nothing: each result has its picture's file as `encoded`. */
  readonly as?: "bytes" | undefined;
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
  /**
   * Where files that jobs name are: the path of a folder or `s3://bucket/prefix` (Node), a folder's handle (browsers), or a URL that
   * ends in `/`, below which they are fetched. Not needed when every job has its picture with it. Nothing else is ever fetched.
   */
  readonly images?: string | URL | FolderHandle | undefined;
  readonly output: BatchOutput;
  readonly style?: Style | undefined;
  /**
   * Threads that draw. Default 1, which is this one; with more, all drawing is done by workers. `auto`: this thread begins, and
   * workers, one for each core at most, take over once enough is left to do that they are worth their start.
   */
  readonly concurrency?: number | "auto" | undefined;
  /** Jobs that are to come, where it is known: `auto` decides by it. */
  readonly expected?: number | undefined;
  /** Results come in the order of the jobs. Default true; otherwise each as soon as it is there. */
  readonly ordered?: boolean | undefined;
  /** Stops the batch; pictures that are being drawn are finished and told. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each result is handed over. */
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined;
  /** Milliseconds in which a worker that has jobs must finish one, or is replaced. Default 300,000. */
  readonly timeLimit?: number | undefined;
  /** The module of the workers, where a bundle has moved it. Default: the one that is published beside this. */
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
/** Bytes of pictures that wait for their archive or reader; while there are more, no jobs are begun. */
const MOST_HELD = 2 ** 28;

/**
 * Draw jobs and write their pictures, one result each, the same bytes in Node and in browsers. Jobs are taken as results are
 * taken: whoever reads slowly slows the batch, and no more than a few jobs for each thread are in memory. A job that fails is
 * a result with its error. With workers, one that crashes or hangs is replaced and its job tried once more. Scenes, styles and
 * the fonts that are registered in this thread go to workers as copies.
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
  const { concurrency = 1, signal, onProgress, timeLimit = TIME_LIMIT, workerFile, expected } = checkedOptions(options);
  checkConcurrency(concurrency);
  if (!(timeLimit > 0)) throw new ImageError("ARGUMENT", `expected timeLimit over 0, got ${show(timeLimit)}`);
  const given: unknown = options.output;
  if (!isFields(given)) throw new ImageError("ARGUMENT", `expected an output, got ${show(given)}`, { path: "output" });
  const { folder, archive, as, type = "png", quality, thumbnail } = options.output;
  if ([folder, archive, as].filter((place) => place !== undefined).length !== 1 || (as ?? "bytes") !== "bytes")
    throw new ImageError("ARGUMENT", 'expected one of a folder, an archive or as: "bytes"', { path: "output" });
  const ordered = archive !== undefined || (options.ordered ?? true);
  const images = options.images === undefined ? undefined : await resolvePlace(options.images, "read");
  const out = folder === undefined ? undefined : await resolvePlace(folder, "write");
  if (images !== undefined && out !== undefined && (await samePlace(images, out)))
    throw new ImageError("ARGUMENT", "expected another folder than that of the pictures", { path: "output.folder" });
  // while some are on their way from or to a store, others are drawn
  const isFar = [images, out].some((place) => place !== undefined && isDistant(place));
  const jobsPerWorker = isFar ? DISTANT_JOBS_PER_WORKER : JOBS_PER_WORKER;
  const drawers = new Drawers({ concurrency, timeLimit, workerFile, expected, jobsPerWorker });
  const store = out === undefined ? undefined : openStore(out);
  const drafts = options.output.drafts ?? `.limn-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  await store?.makeDrafts?.(drafts);

  const names = new OutputNames(archive?.dotless);
  const pending = new Set<Promise<Settled>>();
  let [count, done, failed, held] = [0, 0, 0, 0];

  /** Its outcome is undefined when the signal came before the picture was begun. */
  const attempt = async (job: BatchJob): Promise<RenderOutcome | undefined> => {
    const place = count++;
    // of what is no job, or has no scene, there is only its place to tell
    const { fileName, imageId } = (job as Partial<BatchJob> | null | undefined)?.scene ?? {};
    const index = job?.index ?? place;
    try {
      const { scene, image, name, style = options.style, isWritten } = checkedJob(job);
      const output = name ?? (scene.error ? "" : names.next(fileName ?? String(index), type));
      const full: RenderJob = { scene, image, images, out, output, drafts, type, quality, style, thumbnail, isWritten };
      const picture = await drawers.draw(full, signal);
      held += picture.encoded?.length ?? 0;
      return { index, fileName, imageId, picture };
    } catch (error) {
      if (signal?.aborted && !(error instanceof ImageError)) return undefined;
      return { index, fileName, imageId, error: imageErrorOf(error) };
    }
  };
  const begin = (job: BatchJob): void => {
    const promise: Promise<Settled> = attempt(job).then((outcome) => ({ promise, outcome, job }));
    pending.add(promise);
  };
  /** Put a picture into the archive. */
  const archived = async (outcome: RenderOutcome, job: BatchJob): Promise<RenderOutcome> => {
    const { picture } = outcome;
    if (!archive || !picture?.encoded) return outcome;
    const { scene, style = options.style } = job;
    const { name, encoded: bytes, width, height, times } = picture;
    const start = performance.now();
    await archive.add({ name, bytes, width, height, scene, style });
    times.write = performance.now() - start;
    return { ...outcome, picture: { ...picture, encoded: undefined } };
  };

  const deaf = new AbortController(); // one signal may see many batches
  let wake: () => void = () => undefined;
  const halt = (): void => {
    drawers.refuseWaiting(signal?.reason);
    wake();
  };
  signal?.addEventListener("abort", halt, { signal: deaf.signal });
  const source = Symbol.asyncIterator in jobs ? jobs[Symbol.asyncIterator]() : jobs[Symbol.iterator]();
  let upcoming: Promise<IteratorResult<BatchJob>> | undefined;
  let ended = false;
  let [cut, cutShort] = [false, false];
  try {
    for (;;) {
      cut ||= !ended && signal?.aborted === true;
      while (!ended && !cut && pending.size < drawers.most && (held < MOST_HELD || pending.size === 0)) {
        upcoming ??= Promise.resolve(source.next());
        // a promise for each wait: one for all would remember every race that it was in
        const halted = new Promise<undefined>((resolve) => (wake = () => resolve(undefined)));
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
      held -= drawn.picture?.encoded?.length ?? 0;
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
    deaf.abort();
    await drawers.close();
    if (options.output.drafts === undefined) await store?.removeDrafts?.(drafts);
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
