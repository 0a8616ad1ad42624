/** Which objects are drawn: part of the style. */
import { ImageError, show } from "../errors.ts";
import type { Annotation, LabelMap } from "../model/scene.ts";
import { ringArea } from "../model/polygon.ts";
import { type Checks, keys, number, record, typed } from "./style-checks.ts";

/** Part of {@link Style}. An object is drawn when it passes all of them; colours do not depend on what is left out. */
export interface FilterStyle {
  /** Objects with a lower score are not drawn; objects without a score are. Default 0. */
  readonly minScore?: number | undefined;
  /** The same for single categories, by name or id; it stands in place of `minScore` there. */
  readonly minScores?: Readonly<Record<string, number>> | undefined;
  /**
   * The same for scores by name: an object is drawn when each of its scores keeps to its limits. A score that it does not have
   * hides nothing. `score` is the object's own, unless one of its `scores` has that name.
   */
  readonly scoreLimits?: Readonly<Record<string, ScoreLimit>> | undefined;
  /** Names or ids of the categories that are drawn. Default: all. */
  readonly categories?: readonly (string | number)[] | undefined;
  /** Names or ids of categories that are not drawn. */
  readonly hideCategories?: readonly (string | number)[] | undefined;
  /** Groups that are drawn; objects without a group are not. Default: all. */
  readonly groups?: readonly string[] | undefined;
  /** Groups that are not drawn. */
  readonly hideGroups?: readonly string[] | undefined;
  /** Groups whose label maps are not drawn. Default: `hideGroups`. */
  readonly hideLabelMapGroups?: readonly string[] | undefined;
  /** Kinds of marks that are not drawn, whatever object they belong to. Default: none. */
  readonly hideMarks?: readonly MarkKind[] | undefined;
  /** The most objects that are drawn: those with the best scores, of equal ones the first; no score counts as the best. */
  readonly maxCount?: number | undefined;
  /** True: regions that hold many objects (COCO's `iscrowd`) are not drawn. Default false. */
  readonly hideCrowd?: boolean | undefined;
  /** True: objects that are partly hidden (`isOccluded`, or an attribute `occluded`) are not drawn. Default false. */
  readonly hideOccluded?: boolean | undefined;
  /** Smaller objects are not drawn: pixels as the source says them, else of the box, else of the mask. Default 0. */
  readonly minArea?: number | undefined;
}

/** The limits of one score, both included. */
export interface ScoreLimit {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** What an object is drawn with, beside its label. */
export type MarkKind =
  | "boxes"
  | "masks"
  | "labelMaps"
  | "heatMaps"
  | "keypoints"
  | "shapes"
  | "traces"
  | "icons"
  | "texts"
  | "classifications";

const MARK_KINDS: readonly unknown[] = [
  "boxes",
  "masks",
  "labelMaps",
  "heatMaps",
  "keypoints",
  "shapes",
  "traces",
  "icons",
  "texts",
  "classifications",
] satisfies MarkKind[];

const LIMIT_CHECKS: Checks<ScoreLimit> = { min: number(-1e9, 1e9), max: number(-1e9, 1e9) };

export const FILTER_CHECKS: Checks<FilterStyle> = {
  minScore: number(-1e9, 1e9),
  minScores: record("scores", number(-1e9, 1e9)),
  scoreLimits: record("limits", (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ImageError("ARGUMENT", `expected { min, max }, got ${show(value)}`, { path });
    for (const [key, part] of Object.entries(value)) {
      if (!Object.hasOwn(LIMIT_CHECKS, key))
        throw new ImageError("ARGUMENT", `expected min or max, got ${show(key)}`, { path });
      if (part !== undefined) LIMIT_CHECKS[key as keyof ScoreLimit](part, `${path}.${key}`);
    }
  }),
  categories: keys("category names or ids"),
  hideCategories: keys("category names or ids"),
  groups: keys("groups"),
  hideGroups: keys("groups"),
  hideLabelMapGroups: keys("groups"),
  hideMarks(value, path) {
    if (!Array.isArray(value) || value.some((kind) => !MARK_KINDS.includes(kind)))
      throw new ImageError("ARGUMENT", `expected a list of ${MARK_KINDS.join(", ")}, got ${show(value)}`, { path });
  },
  maxCount: number(0, 1e9, true),
  hideCrowd: typed("boolean"),
  hideOccluded: typed("boolean"),
  minArea: number(0, 1e12),
};

export interface ResolvedFilterStyle {
  readonly minScore: number;
  readonly minScores: ReadonlyMap<string, number>;
  readonly scoreLimits: readonly (readonly [name: string, min: number, max: number])[];
  readonly categories: ReadonlySet<string> | undefined;
  readonly hideCategories: ReadonlySet<string> | undefined;
  readonly groups: ReadonlySet<string> | undefined;
  readonly hideGroups: ReadonlySet<string> | undefined;
  readonly hideLabelMapGroups: ReadonlySet<string> | undefined;
  readonly hideMarks: ReadonlySet<MarkKind> | undefined;
  readonly maxCount: number;
  readonly hideCrowd: boolean;
  readonly hideOccluded: boolean;
  readonly minArea: number;
}

export function resolveFilterStyle(style: FilterStyle): ResolvedFilterStyle {
  const set = (list: readonly (string | number)[] | undefined): ReadonlySet<string> | undefined =>
    list && new Set(list.map(String));
  return {
    minScore: style.minScore ?? -Infinity,
    minScores: new Map(Object.entries(style.minScores ?? {})),
    scoreLimits: Object.entries(style.scoreLimits ?? {}).map(
      ([name, { min = -Infinity, max = Infinity }]) => [name, min, max] as const,
    ),
    categories: set(style.categories),
    hideCategories: set(style.hideCategories),
    groups: set(style.groups),
    hideGroups: set(style.hideGroups),
    hideLabelMapGroups: set(style.hideLabelMapGroups ?? style.hideGroups),
    hideMarks: style.hideMarks && new Set(style.hideMarks),
    maxCount: style.maxCount ?? Infinity,
    hideCrowd: style.hideCrowd ?? false,
    hideOccluded: style.hideOccluded ?? false,
    minArea: style.minArea ?? 0,
  };
}

/** Which of the objects of a picture a style draws: their indices, in order. */
export function shownIndices(
  annotations: readonly Annotation[],
  style: ResolvedFilterStyle,
  width: number,
  height: number,
): number[] {
  const shown: number[] = [];
  for (const [index, annotation] of annotations.entries())
    if (isShown(annotation, style, width, height)) shown.push(index);
  if (shown.length <= style.maxCount) return shown;
  const score = (index: number): number => {
    const { score: own = Infinity } = annotations[index]!;
    return Number.isNaN(own) ? -Infinity : own;
  };
  // equal infinities have no difference
  const best = shown.sort((a, b) => (score(a) === score(b) ? a - b : score(b) - score(a)));
  return best.slice(0, style.maxCount).sort((a, b) => a - b);
}

function isShown(annotation: Annotation, style: ResolvedFilterStyle, width: number, height: number): boolean {
  const { score, category, categoryId, group } = annotation;
  if (score !== undefined) {
    const own = style.minScores.get(String(category)) ?? style.minScores.get(String(categoryId));
    if (score < (own ?? style.minScore)) return false;
  }
  for (const [name, min, max] of style.scoreLimits) {
    const own = annotation.scores?.get(name) ?? (name === "score" ? score : undefined);
    if (own !== undefined && (own < min || own > max)) return false;
  }
  if (!isCategoryShown(category, categoryId, style) || !isGroupShown(group, style)) return false;
  if (style.hideCrowd && annotation.isCrowd) return false;
  if (style.hideOccluded && (annotation.isOccluded ?? isTrue(annotation.attributes?.get("occluded")))) return false;
  // an area that cannot be told hides nothing
  return style.minArea <= 0 || !((areaOf(annotation, width, height) ?? Infinity) < style.minArea);
}

/** False for a category that the style leaves out. */
export function isCategoryShown(
  name: string | undefined,
  id: string | number | undefined,
  { categories, hideCategories }: ResolvedFilterStyle,
): boolean {
  if (categories && !isListed(categories, name) && !isListed(categories, id)) return false;
  return !hideCategories || !(isListed(hideCategories, name) || isListed(hideCategories, id));
}

/** False for a group whose objects the style leaves out. */
export function isGroupShown(group: string | undefined, { groups, hideGroups }: ResolvedFilterStyle): boolean {
  return (!groups || isListed(groups, group)) && !(hideGroups && isListed(hideGroups, group));
}

/** False for a label map that the style leaves out, by its group or because it leaves out all of them. */
export function isLabelMapShown({ group }: LabelMap, style: ResolvedFilterStyle): boolean {
  if (style.hideMarks?.has("labelMaps")) return false;
  return isGroupShown(group, { ...style, hideGroups: style.hideLabelMapGroups });
}

function isListed(list: ReadonlySet<string>, key: string | number | undefined): boolean {
  return key !== undefined && list.has(String(key));
}

/** Formats write a flag as a truth value, as a number or as a word. */
function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || value === "true" || value === "True";
}

/** Pixels of an object, as far as they can be told without decoding anything; undefined where they cannot. */
function areaOf({ area, box, segmentation }: Annotation, width: number, height: number): number | undefined {
  if (area !== undefined) return area;
  if (box) return box.width * box.height * (box.normalized ? width * height : 1);
  try {
    if (segmentation?.kind === "polygon")
      return segmentation.parts.reduce(
        (sum, { outline, holes = [] }) => holes.reduce((rest, hole) => rest - covered(hole), sum + covered(outline)),
        0,
      );
    if (segmentation?.kind === "rle" && typeof segmentation.rle.counts !== "string")
      return runsArea(segmentation.rle.counts);
  } catch {
    // what breaks the rules is named when the mask is put in place
  }
  return undefined;
}

/** Pixels in a ring. */
function covered(ring: ArrayLike<number>): number {
  return Math.abs(ringArea(ring)) / 2;
}

/** NaN as soon as something is no number: a list that only says how long it is would be read for ever. */
function runsArea(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 1; i < counts.length; i += 2) {
    const run: unknown = counts[i];
    if (typeof run !== "number") return NaN;
    sum += run;
  }
  return sum;
}
