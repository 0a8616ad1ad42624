/** The calls of a recording of W&B made in limn (Node only). Longer than other files: it knows the whole language of calls. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { ImageError, type ImageErrorCode } from "../../src/errors.ts";
import { columnType, typeJson, typeOf } from "../../src/log/column-types.ts";
import { Artifact } from "../../src/log/artifact.ts";
import { pythonJson } from "../../src/log/python-json.ts";
import { Run } from "../../src/log/run.ts";
import { Table } from "../../src/log/table.ts";
import { Classes } from "../../src/media/classes.ts";
import { Html } from "../../src/media/html.ts";
import { Image } from "../../src/media/image.ts";
import { type OfflineRecord, offlineRecords } from "./offline-records.ts";
import {
  onlyKeys,
  recordedArray,
  type RecordedCase,
  type RecordedGeneration,
  recordingJson,
} from "./wandb-recording.ts";

// oxlint-disable-next-line no-explicit-any
type Json = any;

/** Which of limn's codes stand for an exception of upstream. */
export const ERROR_CODES: Readonly<Record<string, readonly ImageErrorCode[]>> = {
  AssertionError: ["ARGUMENT"],
  AttributeError: ["ARGUMENT", "UNSUPPORTED"],
  FileNotFoundError: ["IO"],
  IndexError: ["ARGUMENT"],
  KeyError: ["ARGUMENT"],
  OSError: ["UNSUPPORTED"],
  RuntimeError: ["ARGUMENT"],
  SystemError: ["ARGUMENT"],
  TypeError: ["ARGUMENT"],
  UnidentifiedImageError: ["DECODE"],
  ValueError: ["ARGUMENT", "LIMIT"],
};

/** Expect limn's error for an exception of upstream. */
export function expectFailure(make: () => unknown, exception: string, name: string): void {
  const codes = ERROR_CODES[exception];
  if (codes === undefined) throw new Error(`${name}: ${exception} is not understood`);
  let error: unknown;
  try {
    make();
  } catch (thrown) {
    error = thrown;
  }
  expect(error, name).toBeInstanceOf(ImageError);
  expect(codes, `${name}: ${String(error)}`).toContain((error as ImageError).code);
}

/** Pairs, because the type of a key counts, to what the classes take. */
export function labelled(val: Record<string, unknown>): Record<string, unknown> {
  const pairs = val["class_labels"] as [number | string, string][] | undefined;
  return pairs === undefined ? { ...val } : { ...val, class_labels: new Map(pairs) };
}

/** `{ $float: x }` is a number that JSON cannot keep. */
export function unfloat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unfloat);
  if (typeof value !== "object" || value === null) return value;
  if ("$float" in value) return Number(value.$float);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unfloat(entry)]));
}

/** The files of the recording in a folder of their own. */
export class Fixtures {
  readonly folder: string = mkdtempSync(join(tmpdir(), "limn-recording-"));
  readonly bytes: Map<string, Uint8Array> = new Map();

  constructor() {
    for (const [name, text] of Object.entries(recordingJson().fixtures as Record<string, string>)) {
      const bytes = Buffer.from(text, "base64");
      this.bytes.set(name, bytes);
      writeFileSync(join(this.folder, name), bytes);
    }
  }

  path(name: string): string {
    if (!this.bytes.has(name)) throw new Error(`no fixture ${name}`);
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Files that a call made, by name. */
export type MadeFiles = ReadonlyMap<string, Uint8Array>;

/** Makes the calls of one case in one generation. */
export class Caller {
  readonly #fixtures: Fixtures;
  readonly #recorded: RecordedCase;
  readonly #generation: RecordedGeneration;
  readonly #named = new Map<string, unknown>();

  constructor(fixtures: Fixtures, recorded: RecordedCase, generation: RecordedGeneration) {
    this.#fixtures = fixtures;
    this.#recorded = recorded;
    this.#generation = generation;
  }

  /** The objects of `let`. */
  define(call: Json): void {
    for (const [name, value] of Object.entries(call.let ?? {})) this.#named.set(name, this.value(value));
  }

  value(value: Json): unknown {
    if (typeof value !== "object" || value === null) return value;
    const [kind, ...others] = Object.keys(value);
    if (others.length || kind === undefined) throw new Error(`${this.#recorded.id}: value ${JSON.stringify(value)}`);
    const given = value[kind];
    switch (kind) {
      case "image":
        return this.image(given);
      case "list":
      case "tuple":
        return given.map((entry: Json) => this.value(entry));
      case "dict":
        return new Map(given.map(([key, entry]: [string, Json]) => [key, this.value(entry)]));
      case "html":
        return new Html(given);
      case "ref":
        if (!this.#named.has(given)) throw new Error(`${this.#recorded.id}: no object ${given}`);
        return this.#named.get(given);
      default:
        throw new Error(`${this.#recorded.id}: value ${kind} is not understood`);
    }
  }

  image({ from, options, ...rest }: Json): Image {
    const id = this.#recorded.id;
    onlyKeys(rest, [], id);
    onlyKeys(
      options,
      ["caption", "grouping", "mode", "file_type", "normalize", "classes", "boxes", "masks"],
      `${id} options`,
    );
    const { caption, grouping, mode, file_type: fileType, normalize, classes } = options;
    return new Image(this.#source(from) as string, {
      generation: this.#generation,
      ...{ caption, grouping, mode, fileType, normalize, classes },
      ...("boxes" in options ? { boxes: this.#sets(options.boxes) as never } : {}),
      ...("masks" in options ? { masks: this.#sets(options.masks) as never } : {}),
    });
  }

  #sets(sets: Json): unknown {
    if (typeof sets !== "object" || sets === null || Array.isArray(sets)) return sets;
    return new Map(
      Object.entries(sets as Record<string, Json>).map(([name, val]) => {
        if (typeof val !== "object" || val === null || Array.isArray(val)) return [name, val];
        onlyKeys(val, ["box_data", "class_labels", "mask_data", "path"], `${this.#recorded.id} ${name}`);
        return [name, this.layer(val)];
      }),
    );
  }

  /** What makes a set of boxes or a mask. */
  layer(val: Json): Record<string, unknown> {
    const { mask_data: data, path, ...others } = val;
    const made: Record<string, unknown> = labelled(unfloat(others) as Record<string, unknown>);
    if (data !== undefined) {
      onlyKeys(data, ["array"], this.#recorded.id);
      made["mask_data"] = recordedArray(data.array, this.#recorded);
    }
    if (path !== undefined) made["path"] = this.#fixtures.path(path);
    return made;
  }

  #source(from: Json): unknown {
    const id = this.#recorded.id;
    const [kind, ...others] = Object.keys(from);
    if (others.some((key) => key !== "requires_grad")) throw new Error(`${id}: source ${JSON.stringify(from)}`);
    switch (kind) {
      case "fixture":
        return this.#fixtures.path(from.fixture);
      case "missing":
        return join(this.#fixtures.folder, String(from.missing));
      case "reference":
        return from.reference;
      case "array":
        return { ...recordedArray(from.array, this.#recorded), layout: undefined };
      case "tensor":
        return { ...recordedArray(from.tensor, this.#recorded), layout: "CHW" };
      case "copyOf":
        return this.value(from.copyOf);
      default:
        throw new Error(`${id}: source ${kind} is not understood`);
    }
  }

  /** `log` and `sequence` on one run: what is recorded of the last step, and the files. */
  async log(call: Json): Promise<{ result: Json; files: MadeFiles }> {
    const id = this.#recorded.id;
    const steps = call.do === "sequence" ? call.steps : [call];
    const run = new Run({ mode: "memory", generation: this.#generation, id: "recorded" });
    for (const step of steps) {
      if (step.do === "summary") {
        onlyKeys(step, ["do", "key", "value"], id);
        run.summary.set(step.key, this.value(step.value));
        continue;
      }
      onlyKeys(step, ["do", "step", "key", "value", "row", "record", "omit", "let"], id);
      const row = step.row ?? [[step.key, step.value]];
      const values = new Map<string, unknown>(row.map(([key, value]: [string, Json]) => [key, this.value(value)]));
      await run.log(values, { step: step.step, commit: true });
    }
    await run.finish();
    const all = run.files();
    const text = (name: string): string => new TextDecoder().decode(all.get(name));
    const rows = text("files/wandb-history.jsonl")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, Json>)
      .map(({ _timestamp: _, _runtime: __, _step: step, ...history }) => ({ step, history }));
    const files = new Map(
      [...all]
        .filter(([name]) => name.startsWith("files/media/"))
        .map(([name, bytes]) => [name.slice("files/".length), bytes]),
    );
    if (call.record !== undefined) {
      const recorded = record(
        call.record,
        rows.map(({ history }) => history),
        files,
      );
      return { result: recorded, files };
    }
    const labels = JSON.parse(text("files/config.yaml"))._wandb?.value;
    const last = rows.at(-1)!;
    const result: Json = { step: last.step, history: last.history, files: describeFiles(files) };
    if (labels) result["config._wandb"] = labels;
    for (const name of call.omit ?? []) delete result[name];
    return { result, files };
  }

  summary(call: Json): { result: Json; files: MadeFiles } {
    const run = new Run({ mode: "memory", generation: this.#generation, id: "recorded" });
    run.summary.set(call.key, this.value(call.value));
    const [[, kept]] = run.summary.entries() as [[string, unknown]];
    const files = [...run.files()].filter(([name]) => name.startsWith("files/media/"));
    return { result: JSON.parse(pythonJson(kept)), files: new Map(files.map(([name, b]) => [name.slice(6), b])) };
  }

  /** Start an offline run, do the steps, finish, read its file. */
  async offline(call: Json): Promise<OfflineRecord[]> {
    onlyKeys(call, ["do", "steps", "let"], this.#recorded.id);
    this.define(call);
    const run = new Run({ mode: "offline", generation: this.#generation, id: "recorded", dir: this.#fixtures.folder });
    for (const step of call.steps) {
      if (step.do === "summary") run.summary.set(step.key, this.value(step.value));
      else {
        const row = step.row ?? [[step.key, step.value]];
        const values = new Map<string, unknown>(row.map(([key, value]: [string, Json]) => [key, this.value(value)]));
        await run.log(values, { step: step.step, commit: true });
      }
    }
    await run.finish();
    const file = readFileSync(join(run.path!, "run-recorded.wandb"));
    rmSync(run.path!, { recursive: true });
    return offlineRecords(file);
  }

  artifact(call: Json): { result: Json; files: MadeFiles } {
    const generation = this.#generation;
    const artifact = new Artifact("recorded", "dataset", { generation });
    for (const add of call.adds) {
      onlyKeys(add, ["image", "table", "name"], this.#recorded.id);
      if (add.table === undefined) artifact.add(this.image(add.image), add.name);
      else {
        const data = add.table.rows.map((row: Json[]) => row.map((cell) => this.value(cell)));
        artifact.add(new Table({ columns: add.table.columns, data, generation }), add.name);
      }
    }
    const files = artifact.files();
    const described = describeFiles(files, true);
    return { result: { digest: artifact.digest, manifest: artifact.manifest, files: described }, files };
  }

  get(call: Json): Json {
    const object = this.value(call.of) as Image;
    const one = (what: string): Json => {
      switch (what) {
        case "caption":
          return object.caption ?? null;
        case "classes":
          return object.classes?.classSet ?? null;
        case "boxesAbsent":
          return object.boxes.size === 0;
        case "data_array":
          return object.toDataArray();
        case "format":
          return object.format;
        case "sha256":
          return object.sha256;
        case "width":
          return Number.isNaN(object.width) ? null : object.width;
        case "image":
          return object.image === undefined ? null : "picture";
        default:
          throw new Error(`${this.#recorded.id}: property ${what} is not understood`);
      }
    };
    if (!Array.isArray(call.what)) return one(call.what);
    return Object.fromEntries(call.what.map((what: string) => [what, one(what)]));
  }

  equal(call: Json): boolean {
    const [a, b] = [this.value(call.a), this.value(call.b)];
    return a instanceof Image ? a.equals(b) : b instanceof Image ? b.equals(a) : a === b;
  }

  typeSchema(call: Json): Json {
    const type = columnType(typeOf(this.image(call.image))!);
    return JSON.parse(pythonJson(typeJson(type.kind === "optional" ? type.of : type, this.#generation)));
  }

  classes(call: Json): Json {
    return new Classes(call.class_set).classSet;
  }
}

/** Files as a recording describes them. */
function describeFiles(files: MadeFiles, artifact = false): Json {
  return Object.fromEntries(
    [...files].map(([name, bytes]) => {
      const hash = artifact ? { md5b64: md5(bytes) } : { sha256: sha(bytes) };
      return [name, { size: bytes.length, ...hash, bytes }];
    }),
  );
}

export const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("base64");

/** An expression over the logged rows. */
function record(expression: Json, rows: readonly Json[], files: MadeFiles): Json {
  const [kind] = Object.keys(expression);
  const given = expression[kind!];
  switch (kind) {
    case "at":
      return given.slice(1).reduce((value: Json, key: string) => value?.[key], rows[given[0]]);
    case "length":
      return record(given, rows, files)?.length ?? 0;
    case "last":
      return record(given, rows, files)?.at(-1) ?? null;
    case "each":
      return record(given, rows, files)?.map((entry: Json) => entry?.[expression.get]);
    case "fileNames":
      return [...files.keys()].sort();
    case "object":
      return Object.fromEntries(
        Object.entries(given as Record<string, Json>).map(([name, e]) => [name, record(e, rows, files) ?? null]),
      );
    default:
      throw new Error(`record ${kind} is not understood`);
  }
}
