/** `--categories` and `--hide-categories`: names with a slip in them, which would hide everything, or nothing. */
import type { Dataset } from "../model/scene.ts";
import type { Report } from "./report.ts";

/** As they are parsed. */
export interface CategoryFlags {
  readonly categories?: readonly string[];
  readonly hideCategories?: readonly string[];
}

/** Tell the words that no category has as its name or id. The dataset is read: some formats know their categories only then. */
export function tellUnknownCategories(dataset: Dataset, flags: CategoryFlags, report: Report): void {
  const { categories = [], hideCategories = [] } = flags;
  const known = new Set(dataset.categories.flatMap(({ id, name }) => [String(id), name]));
  for (const word of new Set([...categories, ...hideCategories]))
    if (!known.has(word)) report.warn(`no category that was read has the name or id ${JSON.stringify(word)}`);
}
