/** What a reader has chosen, as a style: there is no other way from a choice to pixels. */
import type { LinePattern } from "../draw/dashes.ts";
import type { MarkKind, ScoreLimit, Style } from "../draw/style.ts";
import type { Contents, GroupEntry } from "./contents.ts";

/** A limit of a score. */
export interface ScoreChoice {
  readonly sign: ">=" | "<=";
  readonly value: number;
}

/** What a reader has chosen. Empty sets and maps leave everything as the style has it. */
export interface Choices {
  /** Classes that are off; undefined stands for objects without a class. */
  readonly classes: Set<string | undefined>;
  /** Groups that are off. */
  readonly groups: Set<GroupEntry>;
  readonly lines: Map<string, LinePattern>;
  readonly scores: Map<string, ScoreChoice>;
  /** Kinds of marks that are off. */
  readonly marks: Set<MarkKind>;
  /** Opacity of masks and label maps. */
  masks: number | undefined;
  heatMaps: number | undefined;
  labels: boolean;
  captions: boolean;
}

/** Nothing chosen yet. */
export function noChoices({ showLabels = true }: Style): Choices {
  return {
    classes: new Set(),
    groups: new Set(),
    lines: new Map(),
    scores: new Map(),
    marks: new Set(),
    masks: undefined,
    heatMaps: undefined,
    labels: showLabels,
    captions: true,
  };
}

/** The style that draws what was chosen. */
export function styleOf(base: Style, choices: Choices, { classes, groups }: Contents): Style {
  const { masks, heatMaps } = choices;
  return {
    ...base,
    ...classFilter(base, choices, classes),
    ...groupFilter(base, choices, groups),
    ...(choices.lines.size && { groupLines: { ...base.groupLines, ...fromEntries(choices.lines) } }),
    ...(choices.scores.size && { scoreLimits: { ...base.scoreLimits, ...limitsOf(choices.scores) } }),
    ...(choices.marks.size && { hideMarks: [...(base.hideMarks ?? []), ...choices.marks] }),
    ...(masks !== undefined && { maskAlpha: masks, labelMapAlpha: masks }),
    ...(heatMaps !== undefined && { heatMapAlpha: heatMaps }),
    ...(choices.labels !== (base.showLabels ?? true) && { showLabels: choices.labels }),
    // with a template of its own, an object's caption no longer stands in its place
    ...(!choices.captions && base.label === undefined && { label: "{category} {score:.2f}" }),
  };
}

function classFilter(base: Style, { classes: off }: Choices, classes: Contents["classes"]): Style {
  if (off.size === 0) return {};
  // objects without a class are left out only where classes are named that are drawn
  if (off.has(undefined)) return { categories: keysOf(classes.filter(({ key }) => !off.has(key))) };
  return { hideCategories: [...(base.hideCategories ?? []), ...keysOf([...off].map((key) => ({ key })))] };
}

function groupFilter(base: Style, { groups: off }: Choices, groups: Contents["groups"]): Style {
  if (off.size === 0) return {};
  const hidden = (of: GroupEntry["of"]): string[] => keysOf([...off].filter((group) => group.of === of));
  const style: Style = {
    hideGroups: [...(base.hideGroups ?? []), ...hidden("objects")],
    hideLabelMapGroups: [...(base.hideLabelMapGroups ?? base.hideGroups ?? []), ...hidden("labelMaps")],
  };
  const nameless = [...off].some(({ key }) => key === undefined);
  return nameless ? { ...style, groups: base.groups ?? [...new Set(keysOf(groups))] } : style;
}

/** False for a group that no style can leave out: one without a name, where a label map has none either. */
export function canLeaveOut({ key, of }: GroupEntry, { groups }: Contents): boolean {
  if (key !== undefined) return true;
  return of === "objects" && !groups.some((group) => group.key === undefined && group.of === "labelMaps");
}

function keysOf(entries: readonly { readonly key: string | undefined }[]): string[] {
  return entries.flatMap(({ key }) => (key === undefined ? [] : [key]));
}

function limitsOf(scores: Choices["scores"]): Record<string, ScoreLimit> {
  return fromEntries(
    [...scores].map(([name, { sign, value }]) => [name, sign === ">=" ? { min: value } : { max: value }]),
  );
}

/** Any name may be a key, `__proto__` too. */
function fromEntries<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries(entries);
}
