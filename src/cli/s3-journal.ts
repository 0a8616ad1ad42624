/**
 * The journal of a run that writes to a store, where nothing can be appended to: the lines of `journal.ts` in small objects
 * below `.limn-run/` of the output, one every few seconds. What a run that was killed had not sent yet is drawn again, to the
 * same bytes; a line whose object is not there with that size counts for nothing.
 */
import type { RenderOutcome } from "../batch/render-batch.ts";
import { ImageError } from "../errors.ts";
import { listObjects, readObject, removeObject, writeObject } from "../platform/node-s3.ts";
import { keyOf, parseS3, type S3Place } from "../platform/s3-place.ts";
import type { RunJournal } from "./journal.ts";

/** Milliseconds between two objects. */
const INTERVAL = 5_000;

/** The journal of one run, or of one part of one, in the place of its output. */
export class S3Journal implements RunJournal {
  /** Nothing has drafts in a store. */
  readonly drafts: undefined;
  readonly finished: ReadonlySet<string>;
  readonly #place: S3Place;
  readonly #start: string;
  #lines: string[] = [];
  #sending: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;

  private constructor(place: S3Place, key: string, finished: ReadonlySet<string>) {
    this.#place = place;
    this.#start = headOf(key);
    this.finished = finished;
  }

  /**
   * See `Journal`.
   *
   * @param out - `s3://bucket/prefix`
   * @throws {ImageError} `STATE` if the journal is that of another run, `IO`
   */
  static async open(
    out: string,
    key: string,
    part: readonly [number, number] | undefined,
    resume: boolean,
  ): Promise<S3Journal> {
    const output = parseS3(out);
    const folder = part ? `.limn-run-${part[0]}-of-${part[1]}` : ".limn-run";
    const place = { ...output, prefix: `${output.prefix}${folder}/` };
    const old: string[] = [];
    for await (const { name } of listObjects(place)) old.push(name);
    const noted = new Map<string, number>();
    if (resume)
      for (const name of old) {
        const lines = new TextDecoder().decode(await readObject(place, place.prefix + name)).split("\n");
        if (lines[0] !== headOf(key).trimEnd()) {
          const message = "is of a run with other annotations or options; without --resume it is replaced";
          throw new ImageError("STATE", message, { path: `${out}/${folder}` });
        }
        for (const line of lines.slice(1).filter((text) => text !== "")) {
          const [file, bytes] = JSON.parse(line) as [string, number];
          noted.set(file, bytes);
        }
      }
    const finished = new Set<string>();
    if (noted.size > 0)
      for await (const { name, size } of listObjects(output)) if (noted.get(name) === size) finished.add(name);
    const journal = new S3Journal(place, key, finished);
    journal.#lines = Array.from(finished, (name) => lineOf(name, noted.get(name)!));
    await journal.#send();
    for (const name of old) await removeObject(place, place.prefix + name);
    return journal;
  }

  add({ picture }: RenderOutcome): void {
    if (!picture) return;
    this.#lines.push(lineOf(picture.name, picture.bytes));
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // what could not be sent goes with the next; at worst it is drawn again
      this.#sending = this.#sending.then(() => this.#send()).catch(() => undefined);
    }, INTERVAL);
  }

  async keep(): Promise<void> {
    await this.#settle();
    await this.#send().catch(() => undefined);
  }

  async remove(): Promise<void> {
    await this.#settle();
    const names: string[] = [];
    for await (const { name } of listObjects(this.#place)) names.push(name);
    for (const name of names) await removeObject(this.#place, keyOf(this.#place, name));
  }

  async #settle(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
  }

  async #send(): Promise<void> {
    if (this.#lines.length === 0 && this.#count > 0) return;
    const lines = this.#lines;
    this.#lines = [];
    const name = `${Date.now().toString(36)}-${process.pid}-${this.#count++}.jsonl`;
    try {
      await writeObject(this.#place, this.#place.prefix + name, new TextEncoder().encode(this.#start + lines.join("")));
    } catch (error) {
      this.#lines = [...lines, ...this.#lines];
      throw error;
    }
  }
}

function headOf(key: string): string {
  return `${JSON.stringify({ run: key })}\n`;
}

function lineOf(name: string, bytes: number): string {
  return `${JSON.stringify([name, bytes])}\n`;
}
