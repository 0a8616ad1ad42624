/** The folder that `limn render` writes to, one file for each picture. */
import * as fs from "node:fs";
import { basename, join } from "node:path";
import type { RenderOutcome } from "../batch/render-batch.ts";
import { Journal } from "./journal.ts";
import type { RunOutput } from "./output.ts";

/** Files of a run in a folder; the journal's lines are `[name, bytes]`. */
export class FolderOutput implements RunOutput {
  readonly journal: Journal;
  readonly finished: ReadonlySet<string>;
  readonly target: { readonly out: string; readonly drafts: string };
  readonly place: string;
  readonly file: undefined;

  /**
   * @param out - the folder, which is there
   * @throws {ImageError} as `Journal` does
   */
  constructor(out: string, shown: string, journal: Journal) {
    this.place = shown;
    this.journal = journal;
    const lines = journal.old.filter((line) => isWhole(out, line));
    this.finished = new Set(lines.map(([name]) => name));
    this.target = { out, drafts: basename(journal.folder) };
    // lines that are no pictures' are others' to tell
    journal.begin([...lines, ...journal.old.filter((line) => !Array.isArray(line))]);
  }

  written({ picture, error }: RenderOutcome): void {
    if (picture) this.journal.add([picture.name, picture.bytes]);
    else if (error) this.journal.check();
  }

  finish(): void {}

  keep(): void {}
}

/** True for a line whose file is there in full. */
function isWhole(out: string, line: unknown): line is [name: string, bytes: number] {
  const [name, bytes] = Array.isArray(line) ? (line as unknown[]) : [];
  if (typeof name !== "string" || typeof bytes !== "number") return false;
  const stat = fs.statSync(join(out, name), { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === bytes;
}
