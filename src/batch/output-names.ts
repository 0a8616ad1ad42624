/** Names of written pictures: folders are kept, and no picture overwrites another. */
import { relativeName } from "../platform/relative-name.ts";

/** Gives each picture a name of its own; the same order of pictures gives the same names. */
export class OutputNames {
  readonly #taken = new Set<string>();
  readonly #dotless: boolean;

  /** @param dotless - a file's name has no dots but the one before its ending: `v1.2.jpg` gives `v1_2.png` */
  constructor(dotless = false) {
    this.#dotless = dotless;
  }

  /**
   * The name for a picture: `a/b.jpg` gives `a/b.png`; when that is taken `a/b.jpg.png`, then `a/b.jpg-2.png` …
   *
   * @throws {ImageError} `ARGUMENT` if the name leads out of its folder
   */
  next(fileName: string, type: string): string {
    const name = relativeName(fileName);
    const stem = name.replace(/(?<=[^/])\.[A-Za-z0-9]{1,5}$/, "");
    for (let round = 0; ; round++) {
      const full = round === 0 ? stem : round === 1 ? name : `${name}-${round}`;
      const own = `${this.#dotless ? full.replace(/\.(?=[^/]*$)/g, "_") : full}.${type}`;
      // some disks do not tell A from a, or two ways to write an accent
      const key = own.normalize().toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return own;
    }
  }
}
