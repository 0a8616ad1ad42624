/**
 * A queue of shards in Redis; the door to BullMQ and ioredis, which are optional and loaded on first use.
 *
 * What BullMQ keeps below `limn:<name>:` is its own. Beside it lie `run:<key>`, the results of a run that are collected, and
 * `watching`, who is submitting: a member for each, with the time until which it counts. Longer than most files: whatever names a key
 * of Redis is here.
 */
import type { Job, Queue, Worker } from "bullmq";
import type { Redis, RedisOptions } from "ioredis";
import { ImageError } from "../errors.ts";

/** Where a queue is. */
export interface QueueAddress {
  /** `redis://[user[:password]@]host[:port][/db]`, or `rediss://` for TLS. */
  readonly url: string;
  /** Queues of one Redis are told apart by it. */
  readonly name: string;
  /** Stands for the fonts that draw: runs meet only workers that have the same. Empty without any. */
  readonly fonts: string;
  /** Seconds without an answer after which Redis is given up. */
  readonly patience: number;
  /** Called when Redis is waited for, and when it is there again. */
  readonly onNote?: ((text: string) => void) | undefined;
}

const PREFIX = "limn";
const WITH_FONTS = "-fonts-";
/** Seconds that the results of a run are kept when nobody asks for them. */
const KEPT = 7 * 24 * 3600;
/** Seconds that someone who submits counts as alive after a sign of life. */
const ALIVE = 30;

/** A shard that a worker has finished, or that is given up. */
export type FinishedShard =
  { readonly id: string; readonly result: unknown } | { readonly id: string; readonly failure: string };

/** A shard as a worker gets it. */
export interface TakenShard {
  readonly id: string;
  /** As somebody wrote it into Redis. */
  readonly data: unknown;
  /** Names this try: no other has the same. */
  readonly token: string;
  /** Nobody tries again after this one. */
  readonly isLastTry: boolean;
}

/** How shards are taken. */
export interface TakeOptions {
  /** Shards at a time. */
  readonly concurrency: number;
  /** Seconds after which a worker that gave no sign of life has lost its shards. */
  readonly stalledAfter: number;
}

type Settings = Omit<RedisOptions, "replyMapping">;

/** Thrown by what does a shard: it is given back, and counts as not begun. */
export class GivenBack extends Error {}

/** A queue of shards. */
export class ShardQueue {
  /** The address as it may be shown: without user and password. */
  readonly shown: string;
  /** Rejects when Redis is given up; every wait is raced with it. */
  readonly lost: Promise<never>;
  readonly #bullmq: typeof import("bullmq");
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #heart: ReturnType<typeof setInterval>;
  readonly #name: string;
  readonly #given: string;

  private constructor(
    bullmq: typeof import("bullmq"),
    redis: Redis,
    { name: given, fonts, shown, patience, onNote }: QueueAddress & { shown: string },
  ) {
    const name = fonts === "" ? given : `${given}${WITH_FONTS}${fonts}`;
    this.#given = given;
    this.#bullmq = bullmq;
    this.#redis = redis;
    this.#name = name;
    this.shown = shown;
    let giveUp: (error: ImageError) => void;
    this.lost = new Promise<never>((_, reject) => (giveUp = reject));
    this.lost.catch(() => undefined);
    redis.on("error", ({ message }: Error) => {
      if (/\b(?:NOAUTH|WRONGPASS|NOPERM|AUTH|DB index)\b/.test(message))
        giveUp(new ImageError("IO", `refuses: ${message}`, { path: shown }));
    });
    // a connection may be dead without being closed: only an answer is a sign of life
    let answered = performance.now();
    let waiting = false;
    const ask = (): void => {
      redis.ping().then(
        () => {
          answered = performance.now();
          if (waiting) onNote?.(`${shown} is there again`);
          waiting = false;
        },
        () => undefined,
      );
    };
    const pace = Math.min(2000, patience * 250);
    this.#heart = setInterval(() => {
      const silent = performance.now() - answered;
      if (silent > patience * 1000) giveUp(new ImageError("IO", `gave no answer for ${patience} s`, { path: shown }));
      else if (silent > 2.5 * pace && !waiting) {
        waiting = true;
        onNote?.(`waiting for ${shown}`);
      }
      ask();
    }, pace);
    this.#queue = new bullmq.Queue(name, { connection: redis as never, prefix: PREFIX });
    this.#queue.on("error", () => undefined); // told by `lost`, when it lasts
  }

  /** @throws {ImageError} `ARGUMENT` for the address, `UNSUPPORTED` without the packages, `IO` when Redis gives no answer */
  static async open(address: QueueAddress): Promise<ShardQueue> {
    const { options, shown } = parseAddress(address.url);
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(address.name))
      throw new ImageError("ARGUMENT", "expected a queue's name of letters, digits, dots and dashes, at most 64");
    let bullmq: typeof import("bullmq");
    let Client: typeof Redis;
    try {
      [bullmq, { Redis: Client }] = await Promise.all([import("bullmq"), import("ioredis")]);
    } catch (cause) {
      throw new ImageError("UNSUPPORTED", "--queue needs BullMQ: npm install bullmq ioredis", { cause });
    }
    const settings: Settings = {
      ...options,
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => Math.min(100 * 2 ** Math.min(times, 5), 2000),
    };
    const redis = new Client(settings);
    const queue = new ShardQueue(bullmq, redis, { ...address, shown });
    try {
      await queue.wait(redis.ping());
    } catch (error) {
      await queue.close();
      throw error;
    }
    return queue;
  }

  /** What Redis answers, or the reason why it is given up. */
  async wait<T>(answer: Promise<T>): Promise<T> {
    try {
      return await Promise.race([answer, this.lost]);
    } catch (cause) {
      if (cause instanceof ImageError) throw cause;
      const { message } = cause as Error;
      throw new ImageError("IO", `refuses: ${message}`, { path: this.shown, cause });
    }
  }

  /** Add a shard; one of the same id that is there already stays. */
  async add(id: string, data: object): Promise<void> {
    await this.wait(
      this.#queue.add("shard", data, {
        jobId: id,
        attempts: 5,
        backoff: { type: "exponential", delay: 1000, jitter: 0.5 },
        // the submitting side takes them away; for the case that it never comes back
        removeOnComplete: { age: KEPT },
        removeOnFail: { age: KEPT },
      }),
    );
  }

  /** Those of the shards that are finished; they stay until they are removed. */
  async finished(ids: ReadonlySet<string>): Promise<FinishedShard[]> {
    const [completed, failed] = await this.wait(
      Promise.all(["completed", "failed"].map((state) => this.#redis.zrange(this.#queue.toKey(state), "0", "-1"))),
    );
    const own = [...completed!, ...failed!].filter((id) => ids.has(id));
    const found = await Promise.all(
      own.map(async (id): Promise<FinishedShard | undefined> => {
        const fields = this.#redis.hmget(this.#queue.toKey(id), "returnvalue", "failedReason");
        const [value, reason] = await this.wait(fields);
        if (value) return { id, result: parse(value) };
        // whoever submits the same run may have taken it away meanwhile: its result is kept
        return reason === null || reason === undefined ? undefined : { id, failure: reason };
      }),
    );
    return found.filter((shard) => shard !== undefined);
  }

  async remove(id: string): Promise<void> {
    await this.wait(this.#queue.remove(id));
  }

  /** Those of the shards that are nowhere in the queue: Redis may have lost them. */
  async missing(ids: Iterable<string>): Promise<string[]> {
    const list = [...ids];
    const there = await this.wait(Promise.all(list.map((id) => this.#redis.exists(this.#queue.toKey(id)))));
    return list.filter((_, i) => there[i] === 0);
  }

  /** Keep a result of a run for whoever submits the same run. */
  async keep(run: string, id: string, result: unknown): Promise<void> {
    const key = this.#runKey(run);
    await this.wait(this.#redis.multi().hset(key, id, JSON.stringify(result)).expire(key, KEPT).exec());
  }

  /** Results of a run that are kept; of all shards, or of some. */
  async kept(run: string, ids?: readonly string[]): Promise<Map<string, unknown>> {
    const key = this.#runKey(run);
    const pairs: [string, string | null][] = [];
    if (!ids) pairs.push(...Object.entries(await this.wait(this.#redis.hgetall(key))));
    else if (ids.length > 0) {
      const values = await this.wait(this.#redis.hmget(key, ...ids));
      ids.forEach((id, i) => pairs.push([id, values[i] ?? null]));
    }
    return new Map(pairs.flatMap(([id, value]) => (value === null ? [] : [[id, parse(value)] as const])));
  }

  /** A sign of life of someone who submits a run. */
  async watch(run: string, watcher: string): Promise<void> {
    await this.wait(this.#redis.zadd(this.#watching, (await this.#now()) + ALIVE, `${run}/${watcher}`));
  }

  /** How many submit the run, or any run, at the moment. */
  async watchers(run?: string): Promise<number> {
    await this.wait(this.#redis.zremrangebyscore(this.#watching, "-inf", (await this.#now()) - 1));
    const members = await this.wait(this.#redis.zrange(this.#watching, "0", "-1"));
    return members.filter((member) => run === undefined || member.startsWith(`${run}/`)).length;
  }

  /** The end of someone's watch. */
  async unwatch(run: string, watcher: string): Promise<void> {
    await this.wait(this.#redis.zrem(this.#watching, `${run}/${watcher}`));
  }

  /** Forget the results of a run. */
  async forget(run: string): Promise<void> {
    await this.wait(this.#redis.del(this.#runKey(run)));
  }

  /** Shards that wait or are being drawn. */
  async load(): Promise<{ waiting: number; active: number }> {
    const counts = await this.wait(this.#queue.getJobCounts("waiting", "delayed", "prioritized", "active"));
    const { active = 0, ...others } = counts;
    return { waiting: Object.values(others).reduce((sum, count) => sum + count, 0), active };
  }

  /** Workers that are connected, where Redis tells: those of this queue, and those that have other fonts. */
  async workers(): Promise<{ readonly own: number; readonly others: number } | undefined> {
    const list = await this.wait(this.#redis.client("LIST")).catch(() => undefined);
    if (typeof list !== "string") return undefined;
    // each calls itself by its queue
    const names = Array.from(list.matchAll(/ name=limn:([\w+/]+=*) /g), ([, name]) =>
      Buffer.from(name!, "base64").toString(),
    );
    const isOther = (name: string): boolean => name === this.#given || name.startsWith(this.#given + WITH_FONTS);
    const own = names.filter((name) => name === this.#name).length;
    return { own, others: names.filter(isOther).length - own };
  }

  /** Where nothing is left to do, leave nothing behind. Shards that somebody adds meanwhile are not touched. */
  async tidy(): Promise<void> {
    if ((await this.watchers()) > 0) return;
    const states = ["waiting", "delayed", "prioritized", "active", "completed", "failed"] as const;
    const counts = await this.wait(this.#queue.getJobCounts(...states));
    if (Object.values(counts).some((count) => count > 0)) return;
    const keys = ["meta", "id", "events", "marker", "stalled", "stalled-check"].map((key) => this.#queue.toKey(key));
    await this.wait(this.#redis.del(...keys));
  }

  /**
   * Take shards and do them, until the returned taker is closed.
   *
   * @param work - gives the shard's result; an `ImageError` of code `ARGUMENT`, `DECODE`, `LIMIT` or `UNSUPPORTED` is final,
   * after any other error somebody tries again, later
   */
  take(work: (shard: TakenShard) => Promise<unknown>, options: TakeOptions): ShardTaker {
    const { UnrecoverableError, WaitingError } = this.#bullmq;
    const milliseconds = options.stalledAfter * 1000;
    const process = async (job: Job, token = ""): Promise<unknown> => {
      const { attempts = 1 } = job.opts;
      const shard = {
        id: String(job.id),
        data: job.data as unknown,
        token,
        isLastTry: job.attemptsMade + 1 >= attempts,
      };
      try {
        return await work(shard);
      } catch (error) {
        if (error instanceof GivenBack) {
          await job.moveToWait(token);
          throw new WaitingError();
        }
        if (error instanceof ImageError && FINAL.has(error.code)) throw new UnrecoverableError(error.message);
        throw error;
      }
    };
    const worker = new this.#bullmq.Worker(this.#name, process, {
      connection: this.#redis as never,
      prefix: PREFIX,
      concurrency: options.concurrency,
      lockDuration: milliseconds,
      stalledInterval: milliseconds,
      maxStalledCount: 3,
      drainDelay: 2,
    });
    worker.on("error", () => undefined); // told by `lost`, when it lasts
    return new ShardTaker(worker);
  }

  async close(): Promise<void> {
    clearInterval(this.#heart);
    // nobody waits for what a Redis that is gone would say
    await Promise.race([
      this.#queue.close().catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, 500)),
    ]);
    this.#redis.disconnect();
  }

  get #watching(): string {
    return this.#queue.toKey("watching");
  }

  #runKey(run: string): string {
    return this.#queue.toKey(`run:${run}`);
  }

  /** Seconds by the clock of Redis, the one that all have in common. */
  async #now(): Promise<number> {
    const [seconds] = await this.wait(this.#redis.time());
    return Number(seconds);
  }
}

const FINAL: ReadonlySet<string> = new Set(["ARGUMENT", "DECODE", "LIMIT", "UNSUPPORTED"]);

/** Someone who takes shards. */
export class ShardTaker {
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Take no more; what is being done is finished, or left to others. */
  close(finish: boolean): Promise<void> {
    return this.#worker.close(!finish);
  }
}

/** A stall is what BullMQ calls a worker that ended under its shard. */
export function isCrash(failure: string): boolean {
  return failure.includes("stalled more than allowable limit");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not ours
  }
}

function parseAddress(url: string): { options: Settings; shown: string } {
  // what was given is not repeated: it may hold a password
  const wrong = new ImageError("ARGUMENT", "expected --queue redis://host:port or redis://host:port/db");
  if (!URL.canParse(url)) throw wrong;
  const { protocol, hostname, port, pathname, username, password, search } = new URL(url);
  if (!/^rediss?:$/.test(protocol) || hostname === "" || !/^\/?\d{0,4}$/.test(pathname) || search !== "") throw wrong;
  const db = Number(pathname.slice(1));
  const options: Settings = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 6379), db };
  try {
    if (username !== "") options.username = decodeURIComponent(username);
    const secret = password === "" ? (process.env["LIMN_QUEUE_PASSWORD"] ?? "") : decodeURIComponent(password);
    if (secret !== "") options.password = secret;
  } catch {
    throw wrong;
  }
  if (protocol === "rediss:") options.tls = {};
  return { options, shown: `${protocol}//${hostname}:${options.port}${db === 0 ? "" : `/${db}`}` };
}
