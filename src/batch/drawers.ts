/** Who draws the pictures of a batch: this thread, workers, or this thread until workers are worth their start. */
import { coreCount, nextTurn } from "#platform";
import { ImageError, show } from "../errors.ts";
import { WorkerPool } from "./pool.ts";
import { type RenderedPicture, type RenderJob, renderJob } from "./render-job.ts";

/** How {@link Drawers} work. */
export interface DrawersOptions {
  readonly concurrency: number | "auto";
  readonly timeLimit: number;
  /** Jobs that each worker has at a time. */
  readonly jobsPerWorker: number;
  readonly workerFile?: string | URL | undefined;
  /** Jobs that are to come, where it is known. */
  readonly expected?: number | undefined;
}

/**
 * Milliseconds of drawing that must be left before workers are started. Each has to load its code and to warm up, which
 * costs a core about a third of this; with less to do one thread is as fast.
 */
const WORTH_WORKERS = 1200;
/** Milliseconds of drawing that a further worker is started for. */
const WORTH_A_WORKER = 500;
/** Pictures, and milliseconds, after which it is known how long a picture takes: the first ones are slow. */
const TRIAL = { pictures: 6, time: 200 };

/** @throws {ImageError} `ARGUMENT` for a concurrency that is none */
export function checkConcurrency(concurrency: number | "auto"): void {
  if (concurrency !== "auto" && !(Number.isInteger(concurrency) && concurrency >= 1))
    throw new ImageError("ARGUMENT", `expected concurrency of 1 or more, or "auto", got ${show(concurrency)}`);
}

/** Draws jobs; results are the same whoever draws. */
export class Drawers {
  readonly #options: DrawersOptions;
  readonly #cores: number;
  /** In use, or with "auto" about to be. */
  #pool: WorkerPool | undefined;
  #useful = false;
  #size = 1;
  #begun: number | undefined;
  #count = 0;
  readonly #lately: number[] = [];

  constructor(options: DrawersOptions) {
    const { concurrency } = options;
    this.#options = options;
    this.#cores = concurrency === "auto" ? coreCount() : 1;
    if (concurrency === "auto" || concurrency === 1) return;
    this.#pool = this.#makePool(concurrency);
    this.#useful = true;
  }

  /** Jobs that should be under way, so that nobody waits for the next. */
  get most(): number {
    return this.#options.jobsPerWorker * (this.#useful ? 2 * this.#size : 1);
  }

  /** @throws as `renderJob` and `WorkerPool.run` */
  async draw(job: RenderJob, signal?: AbortSignal): Promise<RenderedPicture> {
    // a scene that is an error is none to send: as a copy its error would lose its class
    if (this.#pool && this.#useful && !job.scene.error) return this.#pool.run({ kind: "picture", job });
    await nextTurn(); // drawing leaves no gap of its own for signals and timers
    const start = performance.now();
    this.#begun ??= start;
    const picture = await renderJob(job, signal);
    if (this.#cores > 1 && !this.#pool) this.#judge(performance.now() - start);
    return picture;
  }

  /** Refuse the jobs that no worker has yet. */
  refuseWaiting(reason: unknown): void {
    this.#pool?.refuseWaiting(reason);
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  #makePool(size: number): WorkerPool {
    const { timeLimit, jobsPerWorker, workerFile } = this.#options;
    this.#size = size;
    return new WorkerPool({ size, timeLimit, jobsPerWorker, workerFile });
  }

  /** After a picture that took so long: is it time for workers? */
  #judge(time: number): void {
    this.#count += 1;
    this.#lately.push(time);
    if (this.#lately.length > TRIAL.pictures) this.#lately.shift();
    const spent = performance.now() - this.#begun!;
    if (this.#lately.length < TRIAL.pictures || spent < TRIAL.time) return;
    const each = this.#lately.toSorted((a, b) => a - b)[TRIAL.pictures >> 1]!;
    const { expected } = this.#options;
    // of a run of unknown length as much is to be expected as there has been
    const left = expected === undefined ? spent : (expected - this.#count) * each;
    if (left < WORTH_WORKERS) return;
    const wanted = expected === undefined ? this.#cores : Math.ceil(left / WORTH_A_WORKER);
    const pool = this.#makePool(Math.max(2, Math.min(this.#cores, wanted)));
    this.#pool = pool;
    // this thread goes on until they have loaded their code, and for good where they cannot be had
    void pool.start().then((started) => {
      this.#useful = started;
      if (!started) return pool.close();
    });
  }
}
