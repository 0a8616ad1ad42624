/** Groups of objects (ground truth, predictions …) are told apart by more than colour: by the pattern of their lines. */
import type { Annotation } from "../model/scene.ts";
import { LINE_PATTERNS, type LinePattern } from "./dashes.ts";
import type { Plan } from "./layer.ts";
import type { Mark } from "./marks.ts";
import { type Checks, oneOf, record } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface GroupStyle {
  /**
   * Line patterns of groups, by name; they win over every other choice of a pattern. Default: where a scene has several
   * groups, the ground truth (`ground truth`, `gt`, `truth`, `target`, `labels`, in any case) is dashed, the first other
   * group solid, further ones dotted; one group alone is solid.
   */
  readonly groupLines?: Readonly<Record<string, LinePattern>> | undefined;
}

export const GROUP_CHECKS: Checks<GroupStyle> = {
  groupLines: record("line patterns", oneOf(LINE_PATTERNS)),
};

export interface ResolvedGroupStyle {
  readonly groupLines: ReadonlyMap<string, LinePattern>;
}

export function resolveGroupStyle({ groupLines = {} }: GroupStyle): ResolvedGroupStyle {
  return { groupLines: new Map(Object.entries(groupLines)) };
}

const TRUTH = /^(?:ground[\s_-]*truths?|gts?|truth|targets?|labels?)$/i;

/** True for the name of a set of objects that people (not models) have drawn. */
export function isGroundTruth(group: string): boolean {
  return TRUTH.test(group.trim());
}

/** The pattern of each group of a scene, in the order in which groups first appear; empty where there is one group. */
export function linePatternsOf(annotations: readonly Annotation[]): Map<string | undefined, LinePattern> {
  const patterns = new Map<string | undefined, LinePattern>();
  const first = annotations[0]?.group;
  if (annotations.every(({ group }) => group === first)) return patterns;
  const groups = new Set(annotations.map(({ group }) => group));
  let others = 0;
  for (const group of groups)
    patterns.set(
      group,
      typeof group === "string" && isGroundTruth(group) ? "dashed" : others++ === 0 ? "solid" : "dotted",
    );
  return patterns;
}

/**
 * The pattern of a mark's lines: what the style says of its group by name, else what it says of this kind of mark, else
 * what tells the scene's groups apart.
 *
 * @param own - the style's pattern for the kind of mark, where it has one
 */
export function linePatternOf({ annotation }: Mark, plan: Plan, own?: LinePattern): LinePattern {
  const { group } = annotation;
  const { groupLines } = plan.style;
  if (groupLines.size === 0 && plan.linePatterns.size === 0) return own ?? "solid";
  const named = group === undefined ? undefined : groupLines.get(group);
  return named ?? own ?? plan.linePatterns.get(group) ?? "solid";
}
