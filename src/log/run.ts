/** A run: steps of numbers, words and pictures, written as W&B has them on disk. Long by the documentation of its options. */
import { platform, type LogFile } from "#platform";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { pathKey, within } from "../format/class-labels.ts";
import { isFields, isList } from "../format/fields.ts";
import { zipFiles } from "../format/zip-write.ts";
import { BoxLayer } from "../media/box-layer.ts";
import { Html } from "../media/html.ts";
import { Image } from "../media/image.ts";
import { ImageMask } from "../media/image-mask.ts";
import type { JsonObject, MediaRun, Step } from "../media/media-run.ts";
import type { Generation } from "../model/guess-mode.ts";
import { checkClock } from "./clock.ts";
import { MediaWriter } from "./media-writer.ts";
import { type Item, OfflineFile } from "./offline-file.ts";
import { pythonJson } from "./python-json.ts";
import { randomId, timeStamp } from "./run-names.ts";
import { folderStore, memoryStore, noStore, type RunStore } from "./run-store.ts";
import { entriesOfValues, RunValues, type Values } from "./run-values.ts";
import { Table } from "./table.ts";

/** Options of {@link init}. */
export interface RunOptions {
  /** The folder that `wandb/run-…` is made in (Node). Default: the working directory. */
  readonly dir?: string | undefined;
  /** Default `uncategorized`. */
  readonly project?: string | undefined;
  /** Name to show. Default: none. */
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly group?: string | undefined;
  /** Parameters of the run. */
  readonly config?: Values | undefined;
  /**
   * `disk` (default in Node): media, history, summary and config as files. `offline`: also the file that `wandb sync` uploads.
   * `memory` (default elsewhere): nothing is written; see {@link Run.toZip}. `disabled`: nothing is kept.
   */
  readonly mode?: "disk" | "offline" | "memory" | "disabled" | undefined;
  /** Whose names, records and limits. Default `limn`: as W&B's newest, but lists and captions are kept whole. */
  readonly generation?: Generation | undefined;
  /** Of the run, 1 to 64 characters of `A-Z a-z 0-9 _ -`. Default: 8 random ones. */
  readonly id?: string | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Options of {@link Run.log}. */
export interface LogOptions {
  /** Default: the step after the last one. A later step closes the one before. */
  readonly step?: number | undefined;
  /** Close the step. Default: true without `step`, else false: further values may come for the same step. */
  readonly commit?: boolean | undefined;
}

/** What is kept of one step until it is closed. */
type Row = Map<string, unknown>;

const MODES = ["disk", "offline", "memory", "disabled"] as const;
/** Of nested values. */
const MAX_DEPTH = 100;
const GENERATIONS: readonly unknown[] = ["limn", "head", "mid", "old"];

/**
 * A run on disk or in memory; made by {@link init}.
 *
 * What is logged is written at once: the files of media whole or not at all, then the row of the step at the end of the history,
 * so that a crash leaves everything up to it readable. `log` and `finish` throw nothing themselves, their promises are rejected.
 *
 * @example
 * using run = init({ mode: "memory", project: "cats" });
 * run.log({ loss: 0.5, cat: new Image({ data: new Uint8Array(12), shape: [2, 2, 3] }) });
 */
export class Run implements MediaRun {
  readonly id: string;
  readonly project: string;
  readonly name: string | undefined;
  readonly generation: Generation;
  readonly mode: "disk" | "offline" | "memory" | "disabled";
  /** Parameters. Media cannot be one. */
  readonly config: RunValues;
  /** The last value of every key that was logged, and what is set here. */
  readonly summary: RunValues;
  readonly #store: RunStore;
  readonly #clock: () => number;
  readonly #start: number;
  readonly #media: MediaWriter;
  readonly #history: LogFile;
  readonly #offline: OfflineFile | undefined;
  #step = 0;
  #row: Row | undefined;
  #labelVersion = 0;
  #configChanged = false;
  /** Rows of the history that the offline file does not have yet, because the disk refused. */
  readonly #unsent: (readonly [items: readonly Item[], step: number])[] = [];
  #finished = false;

  /** @internal use {@link init} */
  constructor(options: RunOptions = {}) {
    const { dir = ".", project = "uncategorized", generation = "limn", clock = Date.now } = checkedOptions(options);
    const { mode = platform === "node" ? "disk" : "memory", id = randomId(), notes, tags, group } = options;
    if (!MODES.includes(mode))
      throw new ImageError("ARGUMENT", `expected ${MODES.join(", ")}, got ${show(mode)}`, { path: "mode" });
    if (!GENERATIONS.includes(generation))
      throw new ImageError("ARGUMENT", `expected limn, head, mid or old, got ${show(generation)}`, {
        path: "generation",
      });
    checkClock(clock);
    if (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id))
      throw new ImageError("ARGUMENT", `expected letters, digits, _ and -, got ${show(id)}`, { path: "id" });
    if (typeof project !== "string" || !/^[^/\\#?%:]{1,128}$/.test(project))
      throw new ImageError("ARGUMENT", `expected 1 to 128 characters without / \\ # ? % :, got ${show(project)}`, {
        path: "project",
      });
    this.id = id;
    this.project = project;
    this.name = options.name;
    this.generation = generation;
    this.mode = mode;
    this.#clock = clock;
    this.#start = clock();
    this.config = new RunValues((key, value) => this.#parameter(key, value));
    this.summary = new RunValues((key, value) => this.#summaryValue(key, value));
    for (const [key, value] of entriesOfValues(options.config ?? {})) this.config.set(key, value);
    const folder = `${mode === "offline" ? "offline-run" : "run"}-${timeStamp(this.#start)}-${id}`;
    this.#store =
      mode === "disabled" ? noStore() : mode === "memory" ? memoryStore() : folderStore(`${dir}/wandb`, folder);
    this.#media = new MediaWriter(generation, this, (name, bytes) => {
      this.#store.write(`files/${name}`, bytes);
      this.#offline?.addFile(name);
    });
    this.#writeConfig();
    this.#history = this.#store.open("files/wandb-history.jsonl");
    if (mode === "offline")
      this.#offline = new OfflineFile(this.#store.open(`run-${id}.wandb`), "limn/0.1.0", {
        id,
        project,
        name: this.name,
        notes,
        tags,
        group,
        config: [...this.#configItems(), ["_wandb", "{}"]],
        startTime: this.#start,
      });
    this.#configChanged = false;
  }

  /** Path of the run's folder; undefined in memory. */
  get path(): string | undefined {
    return this.#store.path;
  }

  /** The step that is logged next. */
  get step(): number {
    return this.#step;
  }

  /**
   * Log values for a step: numbers, strings, booleans, null, lists, nested objects, images and lists of images, pages, tables.
   *
   * In a nested object the innermost key names the file of a picture. A promise only by its type: everything is written when it
   * returns.
   *
   * @throws {ImageError} `ARGUMENT` with the path of a value that cannot be logged, or for a step that lies behind; `IO` with the
   *   name of the file; `STATE` after {@link finish}
   */
  async log(values: Values, options: LogOptions = {}): Promise<void> {
    const { step, commit = step === undefined } = checkedOptions(options);
    this.#alive();
    this.#send();
    if (step !== undefined) {
      if (!Number.isSafeInteger(step) || step < this.#step)
        throw new ImageError("ARGUMENT", `expected a step of ${this.#step} or later, got ${show(step)}`, {
          path: "step",
        });
      if (step > this.#step) {
        this.#close();
        this.#step = step;
      }
    }
    const written = entriesOfValues(values).map(([key, value]) => [key, this.#record(value, key, this.#step)] as const);
    const row: Row = new Map([...(this.#row ?? []), ...written]);
    if (commit) this.#close(row);
    else this.#row = row;
    for (const [key, value] of written) this.summary.keep(key, value);
  }

  /** Close the run: the last step, summary and config are written. A second call does nothing. */
  async finish(exitCode = 0): Promise<void> {
    this.#finish(exitCode);
  }

  [Symbol.dispose](): void {
    this.#finish(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#finish(0);
  }

  /** Every file of the run, by its name below the run's folder. */
  files(): ReadonlyMap<string, Uint8Array> {
    return this.#store.files();
  }

  /** The run's folder as a ZIP archive, for a download. */
  toZip(): Uint8Array {
    return zipFiles(this.#store.files(), this.#start);
  }

  /** See {@link Image.bindToRun}. */
  writeImage(image: Image, key: string, step: Step): JsonObject {
    this.#alive();
    return this.#media.image(image, key, step);
  }

  /** See {@link Image.seqToJson}. */
  writeImages(images: readonly Image[], key: string, step: Step): JsonObject {
    this.#alive();
    if (images.length === 0) throw new ImageError("ARGUMENT", "expected at least one image, got none");
    return this.#media.images(images, key, step);
  }

  /** See {@link Image.allBoxes} and {@link Image.allMasks}. */
  writeLayers(
    images: readonly Image[],
    kind: "boxes" | "masks",
    key: string,
    step: Step,
  ): (JsonObject | null)[] | false {
    this.#alive();
    return this.#media.layers(images, kind, key, step);
  }

  #alive(): void {
    if (this.#finished) throw new ImageError("STATE", "this run was finished");
  }

  /** A logged value as JSON; media are written. */
  #record(value: unknown, key: string, step: Step, depth = 0): unknown {
    if (depth > MAX_DEPTH)
      throw new ImageError("ARGUMENT", `expected at most ${MAX_DEPTH} levels, got more or a circle`);
    if (value instanceof Image) return within(pathKey(key), () => this.#media.image(value, key, step));
    if (value instanceof Html) return this.#media.html(value, key, step);
    if (value instanceof Table)
      return value.toRunJson(
        (image) => this.#media.image(image, key, step),
        (bytes) => this.#media.file(value, "table-file", "media/table", ".table.json", bytes, key, step),
      );
    if (value instanceof BoxLayer || value instanceof ImageMask || value instanceof RunValues)
      throw new ImageError("ARGUMENT", `expected a value that can be logged, got ${show(value)}`, {
        path: pathKey(key),
      });
    if (Array.isArray(value)) {
      if (value.length && value.every((entry) => entry instanceof Image))
        return within(pathKey(key), () => this.#media.images(value as Image[], key, step));
      return value.map((entry: unknown) => this.#record(entry, key, step, depth + 1));
    }
    if (isList(value)) return Array.from(value);
    if (isFields(value) && !(value instanceof Date))
      return new Map(
        entriesOfValues(value).map(([inner, entry]) => {
          const name = step === "summary" ? `${key}.${inner}` : inner;
          return [inner, this.#record(entry, name, step, depth + 1)];
        }),
      );
    within(pathKey(key), () => pythonJson(value)); // whatever JSON has no word for is told now
    return value;
  }

  #parameter(key: string, value: unknown): unknown {
    this.#alive();
    const kept = plainCopy(value, pathKey(key), 0);
    this.#configChanged = true;
    return kept;
  }

  #summaryValue(key: string, value: unknown): unknown {
    this.#alive();
    return this.#record(value, key, "summary");
  }

  /**
   * Write the row of the open step, if there is one, and go on to the next step. Where the disk refuses the row, the step stays
   * as it was.
   */
  #close(row: Row | undefined = this.#row): void {
    if (row === undefined) return;
    const step = this.#step;
    const now = this.#clock();
    const own = Object.entries({ _timestamp: now / 1000, _runtime: (now - this.#start) / 1000, _step: step });
    const items = jsonItems(new Map([...row, ...own]));
    this.#flushConfig();
    this.#history.append(new TextEncoder().encode(`${objectText(items)}\n`));
    this.#row = undefined;
    this.#step = step + 1;
    for (const [key, value] of [...row, ...own]) this.summary.keep(key, value);
    if (this.#offline) this.#unsent.push([items, step]);
    this.#send();
  }

  /** Give the offline file what it lacks. */
  #send(): void {
    for (let row = this.#unsent[0]; row !== undefined; row = this.#unsent[0]) {
      this.#offline!.addHistory(...row);
      this.#unsent.shift();
    }
  }

  #flushConfig(): void {
    const { labelVersion } = this.#media;
    if (this.#labelVersion === labelVersion && !this.#configChanged) return;
    this.#writeConfig();
    this.#offline?.addConfig([...this.#configItems(), ["_wandb", pythonJson(this.#media.labels())]]);
    // only now: what the disk refused is written with the next row
    this.#labelVersion = labelVersion;
    this.#configChanged = false;
  }

  #configItems(): Item[] {
    return jsonItems(this.config.entries());
  }

  /** JSON, which YAML is a superset of, in the form of W&B's own file. */
  #writeConfig(): void {
    const labels = this.#media.labels();
    const entries = [...this.config.entries(), ...(labels.size ? [["_wandb", labels] as const] : [])];
    const file = new Map<string, unknown>([
      ["wandb_version", 1],
      ...entries.map(([key, value]) => [key, { value }] as const),
    ]);
    this.#store.write("files/config.yaml", new TextEncoder().encode(`${pythonJson(file)}\n`));
  }

  #finish(exitCode: number): void {
    if (this.#finished) return;
    this.#send();
    this.#close();
    this.#flushConfig();
    const summary = jsonItems(this.summary.entries());
    this.#store.write("files/wandb-summary.json", new TextEncoder().encode(objectText(summary)));
    this.#offline?.finish(summary, exitCode, (this.#clock() - this.#start) / 1000);
    this.#history.close();
    this.#finished = true;
    if (current === this) current = undefined;
  }
}

let current: Run | undefined;

/**
 * Begin a run, which {@link log} and {@link finish} then mean.
 *
 * @throws {ImageError} `ARGUMENT` for an option that cannot be meant; `IO` if the folder cannot be made, `STATE` if there is one
 * @example
 * using run = init({ mode: "memory", project: "cats", config: { lr: 0.01 } });
 * run.log({ loss: 0.5 });
 */
export function init(options: RunOptions = {}): Run {
  current = new Run(options);
  return current;
}

/** The run that {@link init} began last. @throws {ImageError} `STATE` if there is none, or it was finished */
export function currentRun(): Run {
  if (current === undefined) throw new ImageError("STATE", "expected a run: call init() first");
  return current;
}

/** {@link Run.log} of the run that {@link init} began. */
export async function log(values: Values, options?: LogOptions): Promise<void> {
  await currentRun().log(values, options);
}

/** {@link Run.finish} of the run that {@link init} began; nothing if there is none. */
export async function finish(exitCode = 0): Promise<void> {
  await current?.finish(exitCode);
}

function jsonItems(values: Iterable<readonly [string, unknown]>): Item[] {
  return [...values].map(([key, value]) => [key, within(pathKey(key), () => pythonJson(value))]);
}

function objectText(items: readonly Item[]): string {
  return `{${items.map(([key, json]) => `${pythonJson(key)}: ${json}`).join(", ")}}`;
}

/** Plain JSON, copied, so that later changes outside do not matter. */
function plainCopy(value: unknown, path: string, depth: number): unknown {
  if (value instanceof Image || value instanceof Html || value instanceof Table || depth > 50)
    throw new ImageError("ARGUMENT", `expected a value of JSON, got ${show(value)}`, { path });
  if (isList(value)) return Array.from(value, (entry, i) => plainCopy(entry, `${path}[${i}]`, depth + 1));
  if (isFields(value) && !(value instanceof Date))
    return new Map(
      entriesOfValues(value).map(([key, entry]) => [key, plainCopy(entry, `${path}.${pathKey(key)}`, depth + 1)]),
    );
  within(path, () => pythonJson(value));
  return value;
}
