/**
 * Workers that do jobs. A worker that ends by itself, or is silent for too long, is replaced; what it had is tried once more,
 * alone in its worker, so that the one job at fault is found and the others do not suffer for it.
 */
import { openThread, type Thread } from "#platform";
import { coreModule } from "../core/wasm.ts";
import { fontCount, registeredFonts } from "../draw/fonts/registry.ts";
import { ImageError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Order, type Reply, unpackError } from "./messages.ts";
import { LARGEST_SPARE } from "./spare-memory.ts";
import type { WorkerJob, WorkerResults } from "./worker-job.ts";

/** Jobs of one worker: while it does one, the next are there. */
export const JOBS_PER_WORKER = 3;
/** The same where files are on their way for long. */
export const DISTANT_JOBS_PER_WORKER = 16;

/** Path of the error of a job that took too long, where `refuseSlow` is set. */
export const TIME_LIMIT = "timeLimit";

/** How a {@link WorkerPool} works. */
export interface WorkerPoolOptions {
  readonly size: number;
  /** Milliseconds in which a worker that has jobs must finish one. */
  readonly timeLimit: number;
  /** A job whose worker was silent is refused, not tried once more; one whose worker ended is. Default false. */
  readonly refuseSlow?: boolean | undefined;
  /** Jobs that a worker has at a time. Default {@link JOBS_PER_WORKER}. */
  readonly jobsPerWorker?: number | undefined;
  /** The module of the workers. Default: limn's own. */
  readonly workerFile?: string | URL | undefined;
}

/** A job on its way. */
interface Task {
  readonly job: WorkerJob;
  resolve: (result: WorkerResults[WorkerJob["kind"]]) => void;
  reject: (reason: unknown) => void;
  /** Its worker ended under it: this is the second try, alone. */
  again: boolean;
}

interface Member {
  readonly thread: Thread;
  readonly tasks: Map<number, Task>;
  /** When it was last heard of, or was given something to do. */
  heard: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Fonts that it has been given. */
  fonts: number;
}

/** So many workers; they start with the first jobs and live until {@link close}. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #members = new Set<Member>();
  readonly #waiting: Task[] = [];
  readonly #closing: Promise<void>[] = [];
  /** Memory of answers that were sent. */
  readonly #spare: ArrayBuffer[] = [];
  readonly #started: Promise<boolean>;
  #tellStarted: (started: boolean) => void = () => undefined;
  #nextId = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#started = new Promise((resolve) => (this.#tellStarted = resolve));
  }

  /**
   * Do one job. It waits here while all workers are busy, so that the caller bounds how many wait.
   *
   * @param signal - takes the job back while it waits; once a worker has it, it is done
   * @throws {ImageError} the job's own, or `INTERNAL` if workers end under it
   * @throws `signal.reason`
   */
  run<K extends WorkerJob["kind"]>(
    job: Extract<WorkerJob, { kind: K }>,
    signal?: AbortSignal,
  ): Promise<WorkerResults[K]> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const done = new Promise<WorkerResults[WorkerJob["kind"]]>((resolve, reject) => {
      const task: Task = { job, resolve, reject, again: false };
      this.#waiting.push(task);
      if (signal) {
        const takeBack = (): void => this.#takeBack(task, signal.reason);
        const deaf = (): void => signal.removeEventListener("abort", takeBack);
        signal.addEventListener("abort", takeBack, { once: true });
        // one signal may see a great many jobs
        task.resolve = (result) => (deaf(), resolve(result));
        task.reject = (reason) => (deaf(), reject(reason));
      }
      this.#handOut();
    });
    return done as Promise<WorkerResults[K]>;
  }

  /** Start all workers now. @returns when the first one has loaded its code; false if one ended before that */
  start(): Promise<boolean> {
    while (this.#members.size < this.#options.size) this.#open();
    return this.#started;
  }

  /** Jobs that wait, and workers that have some. */
  get load(): { waiting: number; busy: number } {
    let busy = 0;
    for (const { tasks } of this.#members) if (tasks.size > 0) busy += 1;
    return { waiting: this.#waiting.length, busy };
  }

  /** Refuse the jobs that no worker has yet. */
  refuseWaiting(reason: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  /** Memory of a result that nobody looks at any more, for results to come. */
  giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (this.#spare.length < this.#options.size && buffer.byteLength <= LARGEST_SPARE) this.#spare.push(buffer);
  }

  #takeBack(task: Task, reason: unknown): void {
    const place = this.#waiting.indexOf(task);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    task.reject(reason);
  }

  /** End all workers; what they still had is refused. */
  async close(): Promise<void> {
    const left = [...this.#waiting.splice(0), ...[...this.#members].flatMap(({ tasks }) => [...tasks.values()])];
    for (const member of this.#members) this.#drop(member);
    for (const { reject } of left) reject(new ImageError("STATE", "the workers were closed"));
    await Promise.all(this.#closing);
  }

  #handOut(): void {
    for (let task = this.#waiting[0]; task; task = this.#waiting[0]) {
      // a job that is tried again is at the head and takes an empty worker: the others let it pass
      const member = this.#freest(task.again ? 1 : (this.#options.jobsPerWorker ?? JOBS_PER_WORKER));
      if (!member) return;
      this.#waiting.shift();
      this.#give(member, task);
    }
  }

  /** The worker with the fewest jobs, if these are fewer than `most`; a new one while there may be more and all have some. */
  #freest(most: number): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members) {
      if ([...member.tasks.values()].some(({ again }) => again)) continue;
      if (!best || member.tasks.size < best.tasks.size) best = member;
    }
    if (best?.tasks.size !== 0 && this.#members.size < this.#options.size) return this.#open();
    return best && best.tasks.size < most ? best : undefined;
  }

  #open(): Member {
    const { workerFile } = this.#options;
    const events = {
      onMessage: (message: unknown) => this.#settle(member, message as Reply),
      onEnd: (reason: string) => this.#lose(member, `its worker ended (${reason})`),
    };
    const member: Member = {
      thread: openThread(events, workerFile),
      tasks: new Map(),
      heard: 0,
      timer: undefined,
      fonts: 0,
    };
    this.#members.add(member);
    const start: Order = { kind: "start", module: coreModule(), limits: { ...limits } };
    member.thread.post(start);
    return member;
  }

  #give(member: Member, task: Task): void {
    const id = this.#nextId++;
    this.#giveFonts(member);
    try {
      const spare = task.job.kind === "request" ? this.#spare.pop() : undefined;
      const order: Order = { kind: "job", id, job: task.job, spare };
      member.thread.post(order, spare && [spare]);
    } catch (cause) {
      task.reject(new ImageError("ARGUMENT", "expected a job of plain data", { cause }));
      return;
    }
    member.tasks.set(id, task);
    if (member.tasks.size > 1) return;
    member.heard = performance.now();
    if (!member.timer) this.#watch(member);
  }

  /** Text must look the same in every thread. */
  #giveFonts(member: Member): void {
    if (member.fonts === fontCount()) return;
    const order: Order = { kind: "fonts", fonts: registeredFonts(member.fonts) };
    member.fonts += order.fonts.length;
    member.thread.post(order);
  }

  /** One timer for many jobs: to set one for each costs more than all else that is done for a job here. */
  #watch(member: Member): void {
    const { timeLimit } = this.#options;
    member.timer = undefined;
    if (member.tasks.size === 0 || timeLimit === Infinity) return;
    const left = member.heard + timeLimit - performance.now();
    if (left <= 0) this.#lose(member, `its worker was silent for ${timeLimit / 1000} s`, this.#options.refuseSlow);
    else member.timer = setTimeout(() => this.#watch(member), Math.min(Math.ceil(left), 2 ** 31 - 1));
  }

  #settle(member: Member, reply: Reply): void {
    if (reply.kind === "ready") return this.#tellStarted(true);
    const task = member.tasks.get(reply.id);
    if (!task) return; // of a worker that was given up
    member.tasks.delete(reply.id);
    member.heard = performance.now();
    if (reply.kind === "done") task.resolve(reply.result);
    else task.reject(unpackError(reply.error));
    this.#handOut();
  }

  /** A worker is gone or is given up. */
  #lose(member: Member, reason: string, isSlow = false): void {
    if (!this.#members.has(member)) return;
    this.#tellStarted(false);
    const tasks = [...member.tasks.values()];
    const closed = this.#drop(member);
    const retried: Task[] = [];
    for (const task of tasks) {
      if (isSlow) task.reject(new ImageError("LIMIT", reason, { path: TIME_LIMIT }));
      else if (task.again) task.reject(new ImageError("INTERNAL", `could not be drawn, twice: ${reason}`));
      else retried.push({ ...task, again: true });
    }
    this.#waiting.unshift(...retried);
    // not beside the old one, which may still be writing
    void closed.then(() => this.#handOut());
  }

  #drop(member: Member): Promise<void> {
    clearTimeout(member.timer);
    member.tasks.clear();
    this.#members.delete(member);
    const closed = member.thread.close();
    this.#closing.push(closed);
    return closed;
  }
}
