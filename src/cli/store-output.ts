/** The store that `limn render` writes to, one object for each picture. */
import type { RenderOutcome } from "../batch/render-batch.ts";
import { listObjects } from "../platform/node-s3.ts";
import { parseS3 } from "../platform/s3-place.ts";
import type { Journal } from "./journal.ts";
import type { RunOutput } from "./output.ts";

/**
 * Objects of a run; the journal's lines are `[name, bytes]`. Objects appear whole, so a line counts when the store lists the name
 * with that size, and what was sent without its line being written is sent again, with the same bytes.
 */
export class StoreOutput implements RunOutput {
  readonly journal: Journal;
  readonly finished: ReadonlySet<string>;
  readonly target: { readonly out: string };
  readonly place: string;
  readonly file: undefined;

  private constructor(out: string, shown: string, journal: Journal, finished: ReadonlySet<string>) {
    this.place = shown;
    this.journal = journal;
    this.finished = finished;
    this.target = { out };
  }

  /** @param out - as `resolvePlace` gives it @throws {ImageError} `IO` */
  static async open(out: string, shown: string, journal: Journal): Promise<StoreOutput> {
    const noted = new Map<string, number>();
    for (const line of journal.old) {
      const [name, bytes] = Array.isArray(line) ? (line as unknown[]) : [];
      if (typeof name === "string" && typeof bytes === "number") noted.set(name, bytes);
    }
    const finished = new Set<string>();
    if (noted.size > 0)
      for await (const { name, size } of listObjects(parseS3(out))) if (noted.get(name) === size) finished.add(name);
    // lines that are no pictures' are others' to tell
    const others = journal.old.filter((line) => !Array.isArray(line));
    journal.begin([...Array.from(finished, (name) => [name, noted.get(name)]), ...others]);
    return new StoreOutput(out, shown, journal, finished);
  }

  written({ picture, error }: RenderOutcome): void {
    if (picture) this.journal.add([picture.name, picture.bytes]);
    else if (error) this.journal.check();
  }

  finish(): void {}

  keep(): void {}
}
