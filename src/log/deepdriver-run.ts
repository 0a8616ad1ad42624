/** deepdriver's run: rows of values and pictures under its names. */
import { type LogFile, platform } from "#platform";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { zipFiles } from "../format/zip-write.ts";
import { Image } from "../media/image.ts";
import { checkClock } from "./clock.ts";
import { formatOf, imageRecord } from "./deepdriver-records.ts";
import { mediaName } from "./media-names.ts";
import { pythonJson } from "./python-json.ts";
import { folderStore, memoryStore, type RunStore } from "./run-store.ts";
import { entriesOfValues, type Values } from "./run-values.ts";

/** Options of {@link init}. */
export interface DeepdriverRunOptions {
  /** Letters, digits, `.`, `_` and `-`, fewer than 50. Default `uncategorized`. */
  readonly expName?: string | undefined;
  readonly teamName?: string | undefined;
  /** Name of the run, and of its folder. Default: made of the time and chance. */
  readonly runName?: string | undefined;
  readonly config?: Values | undefined;
  /** The folder that `deepdriver/<experiment>/<run>` is made in (Node). Default: the working directory. */
  readonly dir?: string | undefined;
  /** `disk` (default in Node) or `memory` (default elsewhere). */
  readonly mode?: "disk" | "memory" | undefined;
  readonly clock?: (() => number) | undefined;
}

const NAME = /^[A-Za-z0-9._-]{1,49}$/;

/**
 * A run; made by {@link init}. Each call of {@link log} is a step: pictures go to `media/<key>.IMAGE.<step>.<FORMAT>`, of a list
 * with a number before the format, and the row to `history.jsonl`, pictures in it as the JSON text of their dictionaries.
 */
export class DeepdriverRun {
  readonly expName: string;
  readonly runName: string;
  readonly config: ReadonlyMap<string, unknown>;
  readonly #store: RunStore;
  readonly #history: LogFile;
  readonly #clock: () => number;
  readonly #start: number;
  readonly #last = new Map<string, unknown>();
  #step = 0;
  #finished = false;

  /** @internal */
  constructor(options: DeepdriverRunOptions = {}) {
    const {
      expName = "",
      dir = ".",
      mode = platform === "node" ? "disk" : "memory",
      clock = Date.now,
    } = checkedOptions(options);
    checkClock(clock);
    this.#clock = clock;
    this.#start = clock();
    this.expName = expName === "" ? "uncategorized" : expName;
    const random = Math.floor((crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32) * 36 ** 5);
    this.runName = options.runName ?? `run-${this.#start.toString(36)}-${random.toString(36).padStart(5, "0")}`;
    for (const [path, name] of Object.entries({ expName: this.expName, runName: this.runName }))
      if (typeof name !== "string" || !NAME.test(name) || name.startsWith("."))
        throw new ImageError("ARGUMENT", `expected up to 49 letters, digits, . _ and -, got ${show(name)}`, { path });
    if (mode !== "disk" && mode !== "memory")
      throw new ImageError("ARGUMENT", `expected disk or memory, got ${show(mode)}`, { path: "mode" });
    this.config = new Map(entriesOfValues(options.config ?? {}));
    this.#store = mode === "memory" ? memoryStore() : folderStore(`${dir}/deepdriver/${this.expName}`, this.runName);
    const { expName: exp_name, runName: run_name, config } = this;
    this.#write("run.json", { exp_name, team_name: options.teamName ?? "", run_name, config });
    this.#history = this.#store.open("history.jsonl");
  }

  /** Path of the run's folder; undefined in memory. */
  get path(): string | undefined {
    return this.#store.path;
  }

  /** The step that is logged next. */
  get step(): number {
    return this.#step;
  }

  /** Log one step: values by key, or one image, whose key is `image`. What is handed in is not changed. */
  async log(values: Values | Image): Promise<void> {
    if (this.#finished) throw new ImageError("STATE", "this run was finished");
    const entries: [string, unknown][] = values instanceof Image ? [["image", values]] : entriesOfValues(values);
    const row = new Map<string, unknown>();
    for (const [key, value] of entries) row.set(key, this.#record(key, value));
    const own = [["timestamp", this.#clock()] as const, ["_step", this.#step] as const];
    this.#history.append(new TextEncoder().encode(`${pythonJson(new Map([...row, ...own]))}\n`));
    for (const [key, value] of row) this.#last.set(key, value);
    this.#step++;
  }

  /** Close the run with its summary: runtime, steps and the last value of every key. A second call does nothing. */
  async finish(): Promise<void> {
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#finished) return;
    const runtime = (this.#clock() - this.#start) / 1000;
    this.#write("summary.json", { _runtime: runtime, _step: this.#step, _custom: this.#last });
    this.#history.close();
    this.#finished = true;
  }

  /** Every file of the run. */
  files(): ReadonlyMap<string, Uint8Array> {
    return this.#store.files();
  }

  /** The run's folder as a ZIP archive. */
  toZip(): Uint8Array {
    return zipFiles(this.#store.files(), this.#start);
  }

  #record(key: string, value: unknown): unknown {
    if (value instanceof Image) return pythonJson(this.#image(key, value, ""));
    if (Array.isArray(value) && value.length && value.every((entry) => entry instanceof Image))
      return pythonJson(value.map((image: Image, i) => this.#image(key, image, `.${i}`)));
    pythonJson(value); // whatever JSON has no word for is told now
    return value;
  }

  #image(key: string, image: Image, index: string): unknown {
    const bytes = image.toFile();
    const path = `media/${mediaName(key, "limn")}.IMAGE.${this.#step}${index}.${formatOf(bytes)}`;
    this.#store.write(path, bytes);
    return imageRecord(image, bytes, path);
  }

  #write(name: string, value: unknown): void {
    this.#store.write(name, new TextEncoder().encode(`${pythonJson(value)}\n`));
  }
}

let current: DeepdriverRun | undefined;

/** Begin a run, which {@link log} and {@link finish} then mean. No login and no network are needed. */
export function init(options: DeepdriverRunOptions = {}): DeepdriverRun {
  current = new DeepdriverRun(options);
  return current;
}

/** Log a step of the run that {@link init} began. @throws {ImageError} `STATE` if there is none */
export async function log(values: Values | Image): Promise<void> {
  if (current === undefined) throw new ImageError("STATE", "expected a run: call deepdriver.init() first");
  await current.log(values);
}

/** Close the run that {@link init} began; nothing if there is none. */
export async function finish(): Promise<void> {
  await current?.finish();
  current = undefined;
}
