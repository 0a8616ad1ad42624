/**
 * The journal of a run: what is written. It lies with the drafts of files in a folder of its own beside the output, from the
 * start of a run until its end, so that a run that was cut off, by whatever, can be resumed.
 *
 * Line by line, appended only: `{"run": key, "limn": version}`, then what the output notes. A line that was lost costs the work again, to the same
 * bytes; a line is believed only as far as the files agree with it. So no order of writes has to be forced on the disk.
 */
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { ImageError, show } from "../errors.ts";
import { makeFolder, reasonOf } from "../platform/node-files.ts";
import { lockFolder, type RunLock } from "./run-lock.ts";
import { version } from "./version.ts";

/** The journal of one run, or of one part of one. */
export class Journal {
  /** Its folder, which is also for drafts. */
  readonly folder: string;
  readonly #path: string;
  readonly #key: string;
  readonly #old: readonly unknown[];
  readonly #lock: RunLock;
  readonly #version = version();
  #file: number | undefined;

  private constructor(folder: string, key: string, resume: boolean, lock: RunLock) {
    this.folder = folder;
    this.#lock = lock;
    this.#path = join(folder, "journal.jsonl");
    this.#key = key;
    this.#old = resume ? this.#try(() => readLines(this.#path)) : [];
    const [first] = this.#old as readonly [{ run?: unknown; limn?: unknown }?];
    if (!first) return;
    const other =
      first.run !== key
        ? "a run with other annotations or options"
        : `limn ${show(first.limn)}, this is ${this.#version}`;
    if (first.run !== key || first.limn !== this.#version)
      throw new ImageError("STATE", `is of ${other}; without --resume it is replaced`, { path: this.#path });
  }

  /**
   * Open the journal of a run, which holds its folder until it ends.
   *
   * @param folder - its path; the folder above is there
   * @param key - stands for everything that decides about the files; only a run of the same key is resumed
   * @throws {ImageError} `STATE` if another run writes to it, or it is that of another run, `IO` if the disk refuses
   */
  static async open(folder: string, key: string, resume: boolean): Promise<Journal> {
    const lock = await lockFolder(folder);
    if (!lock)
      throw new ImageError("STATE", "another run is writing there; wait for its end, or choose another --out", {
        path: dirname(folder),
      });
    return new Journal(folder, key, resume, lock);
  }

  /** What the run before has noted, in order. */
  get old(): readonly unknown[] {
    return this.#old.slice(1);
  }

  /** Begin with these lines: what is still true of {@link old}. @throws {ImageError} `IO` */
  begin(lines: Iterable<unknown>): void {
    makeFolder(this.folder);
    this.#try(() => {
      removeDrafts(this.folder, this.#old.length === 0);
      const text = [{ run: this.#key, limn: this.#version }, ...lines]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join("");
      // appears whole, so that a cut in this moment loses nothing that matters
      fs.writeFileSync(`${this.#path}.tmp`, text);
      fs.renameSync(`${this.#path}.tmp`, this.#path);
      this.#file = fs.openSync(this.#path, "a");
    });
  }

  /** Add a line. @throws {ImageError} `IO` if the disk refuses, or the journal was removed, which ends the run */
  add(line: unknown): void {
    this.check();
    this.#try(() => void fs.writeSync(this.#file!, `${JSON.stringify(line)}\n`));
  }

  /** @throws {ImageError} `IO` if the journal is not there any more, and with it the folder of the output */
  check(): void {
    if (this.#file !== undefined && !this.isThere)
      throw new ImageError("IO", "is gone: it was moved or removed while the run went on", { path: this.folder });
  }

  /** False when its file was moved or removed. */
  get isThere(): boolean {
    const found = fs.statSync(this.#path, { throwIfNoEntry: false });
    return this.#file === undefined ? found !== undefined : found?.ino === fs.fstatSync(this.#file).ino;
  }

  /** The run is cut off: the journal stays, drafts of single files go. */
  keep(): void {
    this.#close();
    if (fs.existsSync(this.folder)) removeDrafts(this.folder);
    this.#lock.release();
  }

  /** The run came to its end: nothing of the journal stays. */
  remove(): void {
    this.#close();
    fs.rmSync(this.folder, { recursive: true, force: true });
    this.#lock.release();
  }

  #close(): void {
    if (this.#file !== undefined) fs.closeSync(this.#file);
    this.#file = undefined;
  }

  #try<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path: this.#path, cause });
    }
  }
}

/** Remove what is half written, and, on request, the parts of archives that could be gone on with. */
function removeDrafts(folder: string, parts = false): void {
  for (const name of fs.readdirSync(folder))
    if (name.endsWith(".tmp") || (parts && name.endsWith(".part"))) fs.rmSync(join(folder, name), { force: true });
}

/** The lines of a journal; none where there is none. */
function readLines(path: string): unknown[] {
  if (!fs.existsSync(path)) return [];
  const text = fs.readFileSync(path, "utf8");
  const lines: unknown[] = [];
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    try {
      if (line !== "") lines.push(JSON.parse(line));
    } catch {
      break; // torn, and nothing behind it can be believed
    }
  }
  return lines;
}
