/** How labels are worded and drawn: part of the style. */
import { parseTemplate, type TemplatePart } from "./label-template.ts";
import { type Checks, number, type PictureSize, typed } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface LabelStyle {
  /**
   * Words of a label: `{category} {score:.2f} {categoryId} {trackId} {group} {id} {text}` and `{attributes.NAME}`; numbers
   * take `:.2f` or `:.0%`. What an object does not have leaves no gap. Default: the object's caption where it has one, else
   * `{category} {score:.2f}`.
   */
  readonly label?: string | undefined;
  /** Default true. */
  readonly showLabels?: boolean | undefined;
  /** Pixels of the em, a whole number of 6..400. Default: about 12 at 640 x 480, 20 at 1080p. */
  readonly fontSize?: number | undefined;
}

export const LABEL_CHECKS: Checks<LabelStyle> = {
  label(value, path) {
    typed("string")(value, path);
    parseTemplate(value as string, path);
  },
  showLabels: typed("boolean"),
  fontSize: number(6, 400, true),
};

export interface ResolvedLabelStyle {
  /** Undefined: an object's caption where it has one, else category and score. */
  readonly label: readonly TemplatePart[] | undefined;
  readonly showLabels: boolean;
  readonly fontSize: number;
}

export function resolveLabelStyle(style: LabelStyle, { side }: PictureSize): ResolvedLabelStyle {
  return {
    label: style.label === undefined ? undefined : parseTemplate(style.label),
    showLabels: style.showLabels ?? true,
    fontSize: style.fontSize ?? Math.max(10, Math.round(6 + side / 100)),
  };
}
