/** Categories of formats that have names and no ids. */
import type { Category } from "../model/scene.ts";

/** Numbers names from 1 in the order in which they appear. */
export class NameCategories {
  readonly #byName = new Map<string, Category>();

  /** The category of a name; made when it is new. */
  of(name: string): Category {
    let category = this.#byName.get(name);
    if (!category) {
      category = { id: this.#byName.size + 1, name };
      this.#byName.set(name, category);
    }
    return category;
  }

  get list(): readonly Category[] {
    return [...this.#byName.values()];
  }
}
