/**
 * `limn render --queue`: the pictures of a run go through a queue to workers, and what becomes of them is collected.
 *
 * Shards are cut from the dataset in its order and have the same names in every run of the same key, so that a run can be
 * submitted twice, or again, without drawing anything twice. Only so many are in the queue at a time: Redis holds a window of
 * the dataset, not all of it. What is collected is kept in Redis until the run's end; then nothing of it stays.
 */
import { randomUUID } from "node:crypto";
import type { RenderProgress, RenderSummary } from "../batch/render-dataset.ts";
import { ImageError } from "../errors.ts";
import type { Dataset } from "../model/scene.ts";
import { type FinishedShard, isCrash, type ShardQueue } from "./queue.ts";
import {
  MOST_PICTURES,
  MOST_TEXT,
  readResult,
  scenesText,
  type Sendable,
  sendable,
  type SendOptions,
  type ShardItem,
  shardRecord,
  type ShardSettings,
} from "./queue-shard.ts";

/** How a run is submitted. */
export interface SubmitOptions extends SendOptions {
  readonly settings: ShardSettings;
  /** Go on with what is kept of an earlier submission; otherwise that is forgotten. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RenderProgress) => void;
  readonly onNote: (text: string) => void;
}

/** Shards that wait for workers, or for being collected. */
const WINDOW = 2000;
/** Characters of the same. */
const WINDOW_TEXT = 2 ** 26;
/** Milliseconds between two looks at the queue: the first after something came, the longest while nothing comes. */
const PACE = [50, 1000] as const;
/** Milliseconds between two looks for what others have collected and what Redis may have lost. */
const CARE = 5_000;
const SIGN_OF_LIFE = 10_000;
/** What is kept of a shard that was cut into its pictures. */
const SPLIT = "split";

interface Entry {
  readonly index: number;
  readonly item: ShardItem;
}

interface Outstanding {
  readonly entries: readonly Entry[];
  readonly text: string;
}

/**
 * Submit a run and wait for its end.
 *
 * @throws {ImageError} `IO` when Redis is given up
 * @throws `signal.reason`; the shards that are in the queue are drawn nevertheless
 */
export async function submitRun(dataset: Dataset, queue: ShardQueue, options: SubmitOptions): Promise<RenderSummary> {
  return new Submission(queue, options).run(dataset);
}

class Submission {
  readonly #queue: ShardQueue;
  readonly #options: SubmitOptions;
  readonly #run: string;
  readonly #watcher: string = randomUUID();
  readonly #outstanding = new Map<string, Outstanding>();
  #text = 0;
  #kept: ReadonlyMap<string, unknown> = new Map();
  #total: number | undefined;
  #looked = 0;
  #pace: number = PACE[0];
  readonly #failures: RenderProgress["outcome"][] = [];
  readonly #sum = { done: 0, pixels: 0, bytes: 0, times: { read: 0, decode: 0, draw: 0, encode: 0, write: 0 } };

  constructor(queue: ShardQueue, options: SubmitOptions) {
    this.#queue = queue;
    this.#options = options;
    this.#run = options.settings.run;
  }

  async run(dataset: Dataset): Promise<RenderSummary> {
    const { limit = Infinity, shard: [part, parts] = [1, 1] } = this.#options;
    const start = performance.now();
    if (dataset.size !== undefined)
      this.#total = Math.max(0, Math.ceil((Math.min(dataset.size, limit) - part + 1) / parts));
    await this.#attach();
    const beat = setInterval(() => {
      this.#queue.watch(this.#run, this.#watcher).catch(() => undefined);
    }, SIGN_OF_LIFE);
    try {
      await this.#sendAll(dataset);
      while (this.#outstanding.size > 0) await this.#collect();
    } finally {
      clearInterval(beat);
      // on the way out nothing is waited for long: the sign of life ends by itself
      await Promise.race([this.#leave(), this.#queue.lost]).catch(() => undefined);
    }
    this.#failures.sort((a, b) => a.index - b.index);
    return { ...this.#sum, failures: this.#failures, elapsed: performance.now() - start };
  }

  /** Join those who submit the same run, or take up where someone left, or begin. */
  async #attach(): Promise<void> {
    const { resume, onNote } = this.#options;
    const others = await this.#queue.watchers(this.#run);
    if (others > 0) onNote("the same run is being submitted already: joined");
    else if (!resume) await this.#queue.forget(this.#run);
    await this.#queue.watch(this.#run, this.#watcher);
    this.#kept = await this.#queue.kept(this.#run);
    if (resume && others === 0 && this.#kept.size === 0) onNote("nothing of this run is in the queue: it begins");
  }

  async #leave(): Promise<void> {
    await this.#queue.unwatch(this.#run, this.#watcher);
    const ended = this.#outstanding.size === 0 && !this.#options.signal.aborted;
    if (ended && (await this.#queue.watchers(this.#run)) === 0) await this.#queue.forget(this.#run);
    await this.#queue.tidy();
  }

  async #sendAll({ scenes }: Dataset): Promise<void> {
    let entries: Entry[] = [];
    let count = 0;
    const send = async (): Promise<void> => {
      if (entries.length > 0) await this.#sendCut(entries, () => String(count++));
      entries = [];
    };
    for await (const picture of sendable(scenes, this.#options)) {
      this.#options.signal.throwIfAborted();
      if ("error" in picture) this.#tell(picture, picture.error);
      else if (entries.push(picture) === MOST_PICTURES) await send();
    }
    await send();
  }

  /** The pictures as shards, none of which has too much text. */
  async #sendCut(entries: readonly Entry[], nextName: () => string): Promise<void> {
    const text = await scenesText(entries.map(({ item }) => item));
    if (text.length <= MOST_TEXT || entries.length === 1) return this.#send(nextName(), { entries, text });
    const half = entries.length >> 1;
    await this.#sendCut(entries.slice(0, half), nextName);
    await this.#sendCut(entries.slice(half), nextName);
  }

  async #send(name: string, shard: Outstanding): Promise<void> {
    if (this.#kept.has(name)) return this.#settle(name, shard, this.#kept.get(name));
    while (this.#outstanding.size >= WINDOW || (this.#text > 0 && this.#text + shard.text.length > WINDOW_TEXT))
      await this.#collect();
    try {
      await this.#queue.add(this.#idOf(name), this.#recordOf(shard));
    } catch (error) {
      if (!(error instanceof ImageError) || error.code !== "LIMIT") throw error;
      for (const entry of shard.entries) this.#tell(entry, error);
      return;
    }
    this.#outstanding.set(this.#idOf(name), shard);
    this.#text += shard.text.length;
    if (performance.now() - this.#looked > PACE[1]) await this.#look();
  }

  #idOf(name: string): string {
    return `${this.#run}-${name}`;
  }

  #recordOf({ entries, text }: Outstanding): object {
    return shardRecord(
      this.#options.settings,
      entries.map(({ item }) => item),
      text,
    );
  }

  /** Wait a little, then look what is finished. */
  async #collect(): Promise<void> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    await this.#queue.wait(
      new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          resolve();
        };
        const timer = setTimeout(done, this.#pace);
        signal.addEventListener("abort", done);
      }),
    );
    signal.throwIfAborted();
    await this.#look();
  }

  #cared = performance.now();

  async #look(): Promise<void> {
    this.#looked = performance.now();
    const ids = new Set(this.#outstanding.keys());
    const finished = await this.#queue.finished(ids);
    this.#pace = finished.length > 0 ? PACE[0] : Math.min(PACE[1], this.#pace * 1.5);
    for (const shard of finished) await this.#finish(shard);
    if (performance.now() - this.#cared < CARE) return;
    this.#cared = performance.now();
    await this.#care();
  }

  async #finish(finished: FinishedShard): Promise<void> {
    const { id } = finished;
    const shard = this.#outstanding.get(id);
    if (!shard) return;
    const name = id.slice(this.#run.length + 1);
    const result = "result" in finished ? finished.result : this.#resultOf(finished.failure, shard);
    // first kept, then removed: whoever looks for it meanwhile finds it in one place or the other
    await this.#queue.keep(this.#run, name, result);
    await this.#queue.remove(id);
    await this.#settle(name, shard, result);
  }

  /** What a failure of the whole shard means for its pictures. */
  #resultOf(failure: string, { entries }: Outstanding): unknown {
    if (isCrash(failure) && entries.length > 1) return SPLIT;
    const message = isCrash(failure) ? "every worker that drew it ended under it" : `a worker refused it: ${failure}`;
    return { pictures: entries.map(() => ({ code: "INTERNAL", message })) };
  }

  async #settle(name: string, shard: Outstanding, result: unknown): Promise<void> {
    if (this.#outstanding.delete(this.#idOf(name))) this.#text -= shard.text.length;
    const { entries } = shard;
    if (result === SPLIT && entries.length > 1) {
      // one picture ends workers: each alone, so that the others are drawn
      for (const [i, entry] of entries.entries())
        await this.#send(`${name}.${i}`, { entries: [entry], text: await scenesText([entry.item]) });
      return;
    }
    const names = entries.map(({ item }) => item.name);
    readResult(result, names).pictures.forEach((picture, i) => {
      if (picture instanceof ImageError) return this.#tell(entries[i]!, picture);
      this.#sum.done += 1;
      this.#sum.pixels += picture.width * picture.height;
      this.#sum.bytes += picture.bytes;
      const { times } = this.#sum;
      for (const step of Object.keys(times) as (keyof typeof times)[]) times[step] += picture.times[step];
      const { scene } = entries[i]!.item;
      this.#report({ index: entries[i]!.index, fileName: scene.fileName, imageId: scene.imageId, picture });
    });
  }

  #tell(picture: Sendable, error: ImageError): void {
    const { fileName, imageId } = "item" in picture ? picture.item.scene : picture.scene;
    const outcome = { index: picture.index, fileName, imageId, error };
    this.#failures.push(outcome);
    this.#report(outcome);
  }

  #report(outcome: RenderProgress["outcome"]): void {
    this.#options.onProgress({ done: this.#sum.done, failed: this.#failures.length, total: this.#total, outcome });
  }

  #lonely = false;

  /** Look for shards that others who submit the same run have collected, and for those that Redis has lost. */
  async #care(): Promise<void> {
    const missing = await this.#queue.missing(this.#outstanding.keys());
    const names = missing.map((id) => id.slice(this.#run.length + 1));
    const kept = await this.#queue.kept(this.#run, names);
    for (const [i, id] of missing.entries()) {
      const shard = this.#outstanding.get(id);
      if (!shard) continue;
      const name = names[i]!;
      if (kept.has(name)) await this.#settle(name, shard, kept.get(name));
      else await this.#queue.add(id, this.#recordOf(shard));
    }
    const workers = await this.#queue.workers();
    const alone = workers?.own === 0;
    const reason = workers?.others
      ? "no worker with the fonts of this run is there, but some with others: --font has to be the same on both sides"
      : "no worker is there; limn worker --queue … starts one";
    if (alone && !this.#lonely) this.#options.onNote(reason);
    this.#lonely = alone;
  }
}
