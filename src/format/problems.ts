/** What a reader passes over, kept with its place. */
import type { ImageError } from "../errors.ts";
import type { DatasetProblem } from "../model/scene.ts";

const CAP = 1000;

/** A growing list of problems; beyond 1000 they are only counted, so that a broken file cannot fill the memory. */
export class Problems {
  readonly list: DatasetProblem[] = [];
  #total = 0;

  add(path: string, message: string): void {
    this.#total += 1;
    if (this.#total <= CAP) this.list.push({ path, message });
    else this.list[CAP] = { path: "", message: `and ${this.#total - CAP} more problems` };
  }

  addError(error: ImageError): void {
    const path = error.path ?? "";
    this.add(path, path === "" ? error.message : error.message.slice(path.length + 2));
  }
}
