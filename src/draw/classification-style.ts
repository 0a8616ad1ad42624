/** How the classes of a whole picture are drawn: part of the style. */
import { type Checks, number, oneOf } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface ClassificationStyle {
  /**
   * `banner`: the best class and its score on a plate at the top; `bars`: the best classes with a bar for each score; `none`:
   * nothing. Default: `bars` where several classes have scores, else `banner`.
   */
  readonly classificationStyle?: "banner" | "bars" | "none" | undefined;
  /** Most classes that have a bar, 1..100. Default 5. */
  readonly topK?: number | undefined;
}

export const CLASSIFICATION_CHECKS: Checks<ClassificationStyle> = {
  classificationStyle: oneOf(["banner", "bars", "none"]),
  topK: number(1, 100, true),
};

export interface ResolvedClassificationStyle {
  readonly classificationStyle: "banner" | "bars" | "none" | undefined;
  readonly topK: number;
}

export function resolveClassificationStyle(style: ClassificationStyle): ResolvedClassificationStyle {
  return { classificationStyle: style.classificationStyle, topK: style.topK ?? 5 };
}
