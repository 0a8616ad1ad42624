/** `limn render --stdin-jobs --stdout-results`: jobs as lines of JSON in, results as lines of JSON out, for the pipes of others. */
import { once } from "node:events";
import { coreCount } from "#platform";
import { withoutEnding } from "../batch/output-names.ts";
import { type BatchJob, renderBatch, type RenderBatchOptions, type RenderOutcome } from "../batch/render-batch.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { ImageError, show } from "../errors.ts";
import { isFields } from "../format/fields.ts";
import { JobReader, type LimnJob } from "../format/limn-jobs.ts";
import { parseJson } from "../format/source.ts";
import { EXIT } from "./exit.ts";
import { Interrupt } from "./interrupt.ts";
import { type Line, linesOf } from "./json-lines.ts";
import { duration, pictureCount, safeJson, safeText } from "./terminal.ts";

/** Options of `limn render` that are about pipes. */
export interface PipeFlags {
  readonly images?: string;
  readonly out?: string;
  readonly type: "png" | "jpg";
  readonly quality?: number;
  readonly jobs?: number;
  readonly quiet?: boolean;
  readonly stdinJobs?: boolean;
  readonly stdoutResults?: boolean;
  readonly unordered?: boolean;
}

/** Options that mean nothing where the jobs come one by one. */
const OF_DATASETS: readonly string[] = [
  "from",
  "groundTruth",
  "masks",
  "limit",
  "shard",
  "shardSize",
  "contactSheet",
  "resume",
  "dryRun",
  "strict",
  "json",
];

/** Bytes of a line: a picture of 90 MB as base64, or any scene. */
const LONGEST_LINE = 2 ** 27;

/** What a result tells of its job. */
interface Ticket {
  readonly line: number;
  readonly id: string | number | null;
}

/** @throws {ImageError} `ARGUMENT` for options that do not go together */
export function checkPipe([dataset]: readonly string[], flags: PipeFlags): void {
  const refuse = (what: string): ImageError => new ImageError("ARGUMENT", what);
  if (!flags.stdinJobs) {
    if (flags.stdoutResults) throw refuse("--stdout-results is for --stdin-jobs");
    if (flags.unordered) throw refuse("--unordered is for --stdin-jobs");
    return;
  }
  if (!flags.stdoutResults) throw refuse("--stdin-jobs needs --stdout-results");
  if (dataset !== undefined) throw refuse(`--stdin-jobs takes no dataset, got ${show(dataset)}`);
  if (/\.(?:zip|tar)$/i.test(flags.out ?? "")) throw refuse("--stdin-jobs writes to a folder, not to an archive");
  const given = flags as unknown as Readonly<Record<string, unknown>>;
  for (const name of OF_DATASETS)
    if (given[name] !== undefined)
      throw refuse(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is not for --stdin-jobs`);
}

/**
 * Draw the jobs of the standard input until it ends.
 *
 * @param style - a job's own goes over it
 * @returns the exit code
 * @throws {ImageError} for the folders, before anything is read
 */
export async function drawJobs(flags: PipeFlags, style: Style | undefined): Promise<number> {
  const { images, out, type, quality, jobs = coreCount(), unordered = false, quiet = false } = flags;
  const interrupt = new Interrupt();
  interrupt.signal.addEventListener("abort", () => process.stdin.destroy()); // nobody waits for what may never come
  // whoever reads our output has left
  const deaf = (): void => void (interrupt.signal.aborted || interrupt.stop(EXIT.failed));
  process.stdout.on("error", deaf);

  const tickets = new Map<number, Ticket>();
  const options: RenderBatchOptions = {
    images,
    output: out === undefined ? { as: "bytes", type, quality } : { folder: out, type, quality },
    concurrency: jobs,
    ordered: !unordered,
    signal: interrupt.signal,
  };
  const tally = new Tally(quiet);
  try {
    for await (const outcome of renderBatch(jobsOf(process.stdin, flags, style, tickets), options)) {
      tally.add(outcome);
      const ticket = tickets.get(outcome.index)!;
      tickets.delete(outcome.index);
      if (!process.stdout.write(resultLine(ticket, outcome, type)) && !interrupt.signal.aborted)
        await once(process.stdout, "drain", { signal: interrupt.signal }).catch(() => undefined);
    }
    return tally.failed > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (interrupt.signal.aborted) return interrupt.code;
    throw error;
  } finally {
    tally.end();
    interrupt.release();
  }
}

/** The jobs of a stream. A line that is none is a job that fails with the reason. */
async function* jobsOf(
  stream: AsyncIterable<Uint8Array>,
  flags: PipeFlags,
  style: Style | undefined,
  tickets: Map<number, Ticket>,
): AsyncGenerator<BatchJob> {
  const reader = new JobReader();
  let index = -1;
  for await (const { number, bytes } of linesOf(stream, LONGEST_LINE)) {
    let id: Ticket["id"] = null;
    let job: BatchJob;
    try {
      const value = parseLine({ number, bytes });
      const found = isFields(value) ? value["id"] : undefined;
      if (typeof found === "string" || typeof found === "number") id = found;
      const read = reader.read(value);
      if (!read) continue;
      job = batchJob(read, flags, style);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      job = { scene: { annotations: [], error } };
    }
    tickets.set(++index, { line: number, id });
    yield { ...job, index };
  }
}

function parseLine({ bytes }: Line): unknown {
  if (!bytes) throw new ImageError("LIMIT", `expected lines of at most ${LONGEST_LINE} bytes, got a longer one`);
  return parseJson(bytes);
}

/** @throws {ImageError} */
function batchJob(job: LimnJob, { images, out, type }: PipeFlags, style: Style | undefined): BatchJob {
  const { image, id, name, style: own, skeletons: _, annotations = [], ...about } = job;
  if (image !== undefined && about.fileName !== undefined)
    throw new ImageError("ARGUMENT", "expected image or fileName, got both", { path: "image" });
  const picture = image === undefined ? undefined : pictureOf(image);
  const fileName = typeof picture === "string" ? picture : about.fileName;
  if (picture === undefined && fileName === undefined)
    throw new ImageError("ARGUMENT", "expected the picture, or the name of its file, got none", { path: "image" });
  if (typeof picture !== "object" && images === undefined)
    throw new ImageError("ARGUMENT", "expected --images, the folder of pictures that jobs name", { path: "image" });
  const from = name ?? (fileName === undefined ? id : withoutEnding(fileName));
  if (out !== undefined && from === undefined)
    throw new ImageError("ARGUMENT", "expected a name or an id for a picture that has no file name", { path: "name" });
  return {
    scene: { ...about, annotations, fileName },
    image: typeof picture === "object" ? picture : undefined,
    name: withEnding(String(from ?? "picture"), type),
    style: own === undefined ? style : { ...style, ...parseStyle(own, "style") },
  };
}

/** The bytes of a picture that is given as text, or the name of its file. */
function pictureOf(image: NonNullable<LimnJob["image"]>): Uint8Array | string {
  if (typeof image !== "string") return fromBase64(image.base64);
  if (!image.startsWith("data:")) return image;
  const [, base64] = /^data:[^,]{0,200};base64,([^]*)$/.exec(image) ?? [];
  if (base64 === undefined)
    throw new ImageError("DECODE", `expected a data: URL in base64, got ${show(image)}`, { path: "image" });
  return fromBase64(base64);
}

/** Node's own reading is many times quicker than a loop, but passes over what is no base64. */
function fromBase64(text: string): Uint8Array {
  const clean = /\s/.test(text) ? text.replace(/\s+/g, "") : text;
  const bytes = Buffer.from(clean, "base64");
  if (bytes.length !== Math.floor((clean.replace(/={1,2}$/, "").length * 3) / 4))
    throw new ImageError("DECODE", `expected base64, got ${show(text)}`, { path: "image" });
  return bytes;
}

function withEnding(name: string, type: "png" | "jpg"): string {
  return (type === "png" ? /[^/]\.png$/i : /[^/]\.jpe?g$/i).test(name) ? name : `${name}.${type}`;
}

/** A result as a line. The picture is put in as it is: base64 has nothing to escape. */
function resultLine({ line, id }: Ticket, { picture, error }: RenderOutcome, type: "png" | "jpg"): string {
  if (!picture) {
    const { code, path, message } = error!;
    return `${safeJson({ id, line, ok: false, error: { code, path, message } })}\n`;
  }
  const { name, path, encoded, bytes, width, height, times } = picture;
  const rounded = Object.fromEntries(
    Object.entries(times).map(([step, time]) => [step, Math.round(Number(time) * 1000) / 1000]),
  );
  const text = safeJson({ id, line, ok: true, name, path, width, height, bytes, times: rounded });
  if (!encoded) return `${text}\n`;
  const { buffer, byteOffset, length } = encoded;
  const base64 = Buffer.from(buffer, byteOffset, length).toString("base64");
  return `${text.slice(0, -1)},"image":"data:image/${type === "png" ? "png" : "jpeg"};base64,${base64}"}\n`;
}

/** Counts, and tells people how far it is. */
class Tally {
  readonly #quiet: boolean;
  readonly #start: number = performance.now();
  #done = 0;
  #told = 0;
  failed = 0;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  add({ error }: RenderOutcome): void {
    if (error) this.failed += 1;
    else this.#done += 1;
    const now = performance.now();
    if (!process.stderr.isTTY || this.#quiet || now - this.#told < 500) return;
    this.#told = now;
    process.stderr.write(`\r${this.#text()}\u001b[K`);
  }

  end(): void {
    if (this.#quiet) return;
    process.stderr.write(`${process.stderr.isTTY ? "\r\u001b[K" : ""}limn: ${this.#text()}\n`);
  }

  #text(): string {
    const elapsed = performance.now() - this.#start;
    const rate = ((this.#done / elapsed) * 1000).toFixed(1);
    const failed = this.failed > 0 ? `, ${this.failed} failed` : "";
    return safeText(`${pictureCount(this.#done)} in ${duration(elapsed)}, ${rate} images/s${failed}`);
  }
}
