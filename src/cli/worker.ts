/** `limn worker`: shards out of a queue, drawn pictures out. */
import { coreCount, isDistant, resolvePlace } from "#platform";
import { Command } from "commander";
import { imageErrorOf } from "../batch/messages.ts";
import { DISTANT_JOBS_PER_WORKER, JOBS_PER_WORKER, WorkerPool } from "../batch/pool.ts";
import type { RenderedPicture } from "../batch/render-job.ts";
import { ImageError } from "../errors.ts";
import { gathered, wholeNumber } from "./args.ts";
import { EXIT } from "./exit.ts";
import { registerFonts } from "./fonts.ts";
import { GivenBack, ShardQueue, type TakenShard } from "./queue.ts";
import { readShard, resultRecord, type Shard } from "./queue-shard.ts";
import { Drafts } from "./shard-drafts.ts";
import { duration, pictureCount, red, safeJson, safeText } from "./terminal.ts";
import { version } from "./version.ts";

interface WorkerFlags {
  readonly queue: string;
  readonly queueName: string;
  readonly images: string;
  readonly out: string;
  readonly jobs?: number;
  readonly font?: readonly string[];
  readonly exitWhenEmpty?: boolean;
  readonly stalledAfter: number;
  readonly patience: number;
  readonly timeLimit: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Shards at a time: while the last pictures of one are drawn, the first of the next are. */
const SHARDS = 2;
/** Seconds without anything to do, one after the other, that make a queue an empty one. */
const EMPTY = 5;
const NEWS = 10_000;

const EXAMPLES = `
Examples:
  On each machine, which all see the same folders:
    $ limn worker --queue redis://queue.example:6379 --images /data/photos --out /data/drawn
  On one of them, or anywhere else:
    $ limn render instances.json --images /data/photos --queue redis://queue.example:6379
  In a batch job, which ends when there is nothing left to do:
    $ limn worker --queue redis://queue.example:6379 --images s3://bucket/photos --out s3://bucket/drawn --exit-when-empty

A password is taken from LIMN_QUEUE_PASSWORD when the address has none.
Pictures are read below --images and written below --out, whatever is in the queue.

Exit codes:
  0    stopped, or nothing is left to do; every shard is finished or given back
  1    Redis is gone
  2    wrong use: options or folders that cannot be used
`;

/** The command; the exit code goes to `done`. */
export function workerCommand(done: (code: number) => void): Command {
  return new Command("worker")
    .summary("draw what limn render --queue puts on a queue")
    .description("Take shards of a run from a queue in Redis, draw their pictures, and write them.")
    .requiredOption("--queue <url>", "the queue's Redis: redis://host:port[/db], rediss:// for TLS")
    .option("--queue-name <name>", "the queue's name", "default")
    .requiredOption("--images <dir>", "folder of the pictures, or s3://bucket/prefix")
    .requiredOption("--out <dir>", "folder for the drawn pictures, or s3://bucket/prefix")
    .option("--jobs <N>", "threads that draw (default: one for each core)", wholeNumber(1, 1024))
    .option("--font <file>", "a font that the runs have, too, in the same order; may come again", gathered)
    .option("--exit-when-empty", "end when nothing is left to do and nobody submits anything")
    .option(
      "--stalled-after <seconds>",
      "a worker that is silent for so long has lost its shards",
      wholeNumber(1, 3600),
      30,
    )
    .option("--patience <seconds>", "how long Redis may give no answer", wholeNumber(1, 1e6), 60)
    .option(
      "--time-limit <seconds>",
      "how long a picture may take before its thread is replaced",
      wholeNumber(1, 1e6),
      300,
    )
    .option("--json", "one line of JSON for each shard, and one at the end")
    .option("--quiet", "say nothing but errors")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: WorkerFlags) => done(await run(flags)));
}

async function run(flags: WorkerFlags): Promise<number> {
  const say = (text: string): boolean => process.stderr.write(`limn: ${safeText(text)}\n`);
  const fail = (message: string): boolean =>
    process.stderr.write(`limn: ${red("error", process.stderr)}: ${safeText(message)}\n`);
  const note = (text: string): void => void (flags.quiet || flags.json || say(text));
  let worker: ShardWorker;
  try {
    const images = await resolvePlace(flags.images, "read");
    const out = await resolvePlace(flags.out, "write");
    if (images === out)
      throw new ImageError("ARGUMENT", "--out is the place of the pictures, whose files would be overwritten");
    const fonts = await registerFonts(flags.font);
    const { queue: url, queueName: name, patience } = flags;
    const queue = await ShardQueue.open({ url, name, fonts, patience, onNote: note });
    worker = new ShardWorker(queue, { ...flags, images, out });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    fail(error.message);
    return error.code === "IO" && /^rediss?:/.test(error.path ?? "") ? EXIT.failed : EXIT.misuse;
  }
  let asked = false;
  const halt = (): void => {
    note(asked ? "giving the shards back" : "finishing the shards that are begun; once more gives them back");
    void worker.stop(!asked);
    asked = true;
  };
  process.on("SIGINT", halt).on("SIGTERM", halt);
  const news = setInterval(() => {
    const line = worker.news();
    if (line) note(line);
  }, NEWS);
  note(`waits for shards at ${worker.place}`);
  try {
    await worker.ended();
    const { done, failed, shards } = worker.count;
    const elapsed = performance.now() - worker.start;
    const end = { type: "summary", shards, done, failed, elapsed: Math.round(elapsed), out: flags.out };
    if (flags.json) process.stdout.write(`${safeJson(end)}\n`);
    else if (!flags.quiet) {
      const lost = failed === 0 ? "" : `, ${failed} failed`;
      process.stdout.write(`${pictureCount(done)} in ${duration(elapsed)}${lost} -> ${safeText(flags.out)}\n`);
    }
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    fail(error.message);
    return EXIT.failed;
  } finally {
    clearInterval(news);
    await worker.close(); // a signal that comes meanwhile changes nothing
  }
}

interface Settings extends WorkerFlags {
  /** As `resolvePlace` gives it. */
  readonly images: string;
  /** As `resolvePlace` gives it. */
  readonly out: string;
}

/** Takes shards and draws them. */
class ShardWorker {
  readonly count = { shards: 0, done: 0, failed: 0 };
  readonly start: number = performance.now();
  readonly #queue: ShardQueue;
  readonly #settings: Settings;
  readonly #pool: WorkerPool;
  readonly #taker: ReturnType<ShardQueue["take"]>;
  readonly #version = version();
  readonly #ended: Promise<void>;
  #end!: () => void;
  #givingBack = false;
  #told = { done: 0, at: performance.now() };

  constructor(queue: ShardQueue, settings: Settings) {
    const { images, out, jobs: size = coreCount(), timeLimit, stalledAfter } = settings;
    this.#queue = queue;
    this.#settings = settings;
    const jobsPerWorker = isDistant(images) || isDistant(out) ? DISTANT_JOBS_PER_WORKER : JOBS_PER_WORKER;
    // threads, also for one job: this one must give signs of life while pictures are drawn
    this.#pool = new WorkerPool({ size, timeLimit: timeLimit * 1000, jobsPerWorker });
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#taker = queue.take((shard) => this.#draw(shard), { concurrency: SHARDS, stalledAfter });
    if (settings.exitWhenEmpty) void this.#watchForEnd().catch(() => undefined);
  }

  get place(): string {
    return `${this.#queue.shown}, queue ${this.#settings.queueName}`;
  }

  /** @throws {ImageError} `IO` when Redis is given up */
  ended(): Promise<void> {
    return Promise.race([this.#ended, this.#queue.lost]);
  }

  /** Take no more shards. */
  async stop(finish: boolean): Promise<void> {
    if (!finish) {
      this.#givingBack = true;
      this.#pool.refuseWaiting(new GivenBack());
    }
    await this.#taker.close(true);
    this.#end();
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await Promise.race([this.#queue.tidy(), this.#queue.lost]).catch(() => undefined);
    await Promise.race([this.#taker.close(false), this.#queue.lost]).catch(() => undefined);
    await this.#queue.close();
  }

  /** What was done since it was asked last. */
  news(): string | undefined {
    const { done, failed } = this.count;
    const finished = done + failed;
    const before = this.#told;
    if (finished === before.done) return undefined;
    const rate = ((finished - before.done) / (performance.now() - before.at)) * 1000;
    this.#told = { done: finished, at: performance.now() };
    return `${pictureCount(done)}${failed > 0 ? `, ${failed} failed` : ""}, ${rate.toFixed(rate < 10 ? 1 : 0)} images/s`;
  }

  async #watchForEnd(): Promise<void> {
    for (let quiet = 0; quiet < EMPTY; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const { waiting, active } = await this.#queue.load();
      if (waiting + active + (await this.#queue.watchers()) > 0) quiet = -1;
    }
    await this.stop(true);
  }

  async #draw({ id, data, token, isLastTry }: TakenShard): Promise<unknown> {
    if (this.#givingBack) throw new GivenBack();
    const begin = performance.now();
    const shard = await readShard(data, this.#version);
    // of two who submit a run, one may have collected the shard in the moment in which the other sent it again: results are
    // kept before shards are removed, so that whatever is added behind that is known here
    const name = id.slice(shard.run.length + 1);
    const kept = await this.#queue.kept(shard.run, [name]);
    if (kept.has(name)) return kept.get(name);
    const drafts = isDistant(this.#settings.out) ? undefined : new Drafts(this.#settings.out, id, token);
    try {
      const pictures = await Promise.all(shard.items.map((_, i) => this.#drawOne(shard, i, drafts?.name)));
      if (this.#givingBack && pictures.includes(undefined)) throw new GivenBack();
      const results = pictures as (RenderedPicture | ImageError)[];
      const passing = results.find((result) => result instanceof ImageError && isPassing(result));
      if (passing && !isLastTry) throw passing as ImageError;
      const failed = results.filter((result) => result instanceof ImageError).length;
      this.count.shards += 1;
      this.count.failed += failed;
      this.count.done += results.length - failed;
      const elapsed = Math.round(performance.now() - begin);
      const line = { type: "shard", id, done: results.length - failed, failed, elapsed };
      if (this.#settings.json) process.stdout.write(`${safeJson(line)}\n`);
      return resultRecord({ pictures: results });
    } finally {
      drafts?.remove();
    }
  }

  /** Undefined when the shard is given back before the picture was begun. */
  async #drawOne(
    { items, type, quality, style }: Shard,
    i: number,
    drafts: string | undefined,
  ): Promise<RenderedPicture | ImageError | undefined> {
    const { scene, name: output } = items[i]!;
    const { images, out } = this.#settings;
    try {
      return await this.#pool.run({
        kind: "picture",
        job: { scene, images, out, output, drafts, type, quality, style },
      });
    } catch (error) {
      return error instanceof GivenBack ? undefined : imageErrorOf(error);
    }
  }
}

/** What may be gone at the next try, or on another machine: everything but files that are not there or are no pictures. */
function isPassing({ code, message, cause }: ImageError): boolean {
  if (code !== "IO") return false;
  const reason = (cause as { code?: unknown } | undefined)?.code;
  return message.includes("cannot be written") || (typeof reason === "string" && !LASTING.has(reason));
}

const LASTING: ReadonlySet<string> = new Set([
  "ENOENT",
  "EACCES",
  "EPERM",
  "EISDIR",
  "ENOTDIR",
  "ELOOP",
  "ENAMETOOLONG",
  "NoSuchKey",
  "NoSuchBucket",
  "NotFound",
  "AccessDenied",
]);
