/**
 * The journal of a run: which pictures are written. It lies with the drafts of files in a folder of its own in the output
 * folder, from the start of a run until its end, so that a run that was cut off, by whatever, can be resumed.
 *
 * Line by line, appended only: `{"run": key}`, then `[name, bytes]` after each file has its name. A file whose line was lost is
 * drawn again, to the same bytes; a line whose file is not there in full counts for nothing. So no order of writes has to be
 * forced on the disk.
 */
import * as fs from "node:fs";
import { join } from "node:path";
import type { RenderOutcome } from "../batch/render-batch.ts";
import { ImageError } from "../errors.ts";
import { reasonOf } from "../platform/node-files.ts";

/** Which pictures of a run, or of one part of one, are written. */
export interface RunJournal {
  /** Name of a folder below that of the output for files that are being written. */
  readonly drafts: string | undefined;
  /** Names of the files that are there, below the folder of the output. */
  readonly finished: ReadonlySet<string>;
  /** A picture was written, or failed. @throws the system's error */
  add(outcome: RenderOutcome): void;
  /** The run is cut off: the journal stays, drafts go. */
  keep(): void | Promise<void>;
  /** The run came to its end: nothing of the journal stays. */
  remove(): void | Promise<void>;
}

/** The journal of one run, or of one part of one, on a disk. */
export class Journal implements RunJournal {
  /** Name of its folder below that of the output. */
  readonly drafts: string;
  /** Names of the files that are there, below the folder of the output. */
  readonly finished: ReadonlySet<string>;
  readonly #out: string;
  readonly #file: number;

  /**
   * @param out - folder of the output, which is there
   * @param key - stands for everything that decides about the files; only a run of the same key is resumed
   * @param part - of a run that is shared out
   * @throws {ImageError} `STATE` if the journal is that of another run, `IO` if the disk refuses
   */
  constructor(out: string, key: string, part: readonly [number, number] | undefined, resume: boolean) {
    this.#out = out;
    this.drafts = part ? `.limn-run-${part[0]}-of-${part[1]}` : ".limn-run";
    const folder = join(out, this.drafts);
    const path = join(folder, "journal.jsonl");
    try {
      const old = resume && fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
      // the last line may be torn
      const lines = old.slice(0, old.lastIndexOf("\n") + 1).split("\n");
      const first = lines.length > 1 ? (parse(lines[0]!) as { run?: unknown } | undefined) : undefined;
      if (first && first.run !== key)
        throw new ImageError(
          "STATE",
          "is of a run with other annotations or options; without --resume it is replaced",
          {
            path,
          },
        );
      this.finished = new Set(first ? lines.slice(1).flatMap((line) => whole(out, parse(line))) : []);
      fs.mkdirSync(folder, { recursive: true });
      removeDrafts(folder);
      const start = [{ run: key }, ...Array.from(this.finished, (name) => [name, fs.statSync(join(out, name)).size])];
      // appears whole, so that a cut in this moment loses nothing that matters
      fs.writeFileSync(`${path}.tmp`, start.map((line) => `${JSON.stringify(line)}\n`).join(""));
      fs.renameSync(`${path}.tmp`, path);
      this.#file = fs.openSync(path, "a");
    } catch (cause) {
      if (cause instanceof ImageError) throw cause;
      throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path, cause });
    }
  }

  /** A picture was written, or failed. @throws the system's error */
  add({ picture }: RenderOutcome): void {
    if (!picture) return;
    fs.writeSync(this.#file, `${JSON.stringify([picture.name, picture.bytes])}\n`);
  }

  /** The run is cut off: the journal stays, drafts go. */
  keep(): void {
    fs.closeSync(this.#file);
    removeDrafts(join(this.#out, this.drafts));
  }

  /** The run came to its end: nothing of the journal stays. */
  remove(): void {
    fs.closeSync(this.#file);
    fs.rmSync(join(this.#out, this.drafts), { recursive: true, force: true });
  }
}

function removeDrafts(folder: string): void {
  for (const name of fs.readdirSync(folder)) if (name.endsWith(".tmp")) fs.rmSync(join(folder, name), { force: true });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line that was torn
  }
}

/** The name of a line, if its file is there in full. */
function whole(out: string, line: unknown): string[] {
  const [name, bytes] = Array.isArray(line) ? (line as unknown[]) : [];
  if (typeof name !== "string" || typeof bytes !== "number") return [];
  const stat = fs.statSync(join(out, name), { throwIfNoEntry: false });
  return stat?.isFile() && stat.size === bytes ? [name] : [];
}
