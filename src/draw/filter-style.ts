/** Which objects are drawn: part of the style. */
import type { Annotation } from "../model/scene.ts";
import { type Checks, keys, number } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface FilterStyle {
  /** Objects with a lower score are not drawn; objects without a score are. Default 0. */
  readonly minScore?: number | undefined;
  /** Names or ids of the categories that are drawn. Default: all. */
  readonly categories?: readonly (string | number)[] | undefined;
}

export const FILTER_CHECKS: Checks<FilterStyle> = {
  minScore: number(-1e9, 1e9),
  categories: keys("category names or ids"),
};

export interface ResolvedFilterStyle {
  readonly minScore: number;
  readonly categories: ReadonlySet<string> | undefined;
}

export function resolveFilterStyle(style: FilterStyle): ResolvedFilterStyle {
  return {
    minScore: style.minScore ?? -Infinity,
    categories: style.categories && new Set(style.categories.map(String)),
  };
}

/** True when a style draws an object. */
export function isShown({ score, category, categoryId }: Annotation, style: ResolvedFilterStyle): boolean {
  if (score !== undefined && score < style.minScore) return false;
  const { categories } = style;
  return !categories || isListed(categories, category) || isListed(categories, categoryId);
}

function isListed(list: ReadonlySet<string>, key: string | number | undefined): boolean {
  return key !== undefined && list.has(String(key));
}
