/** How labels are worded, placed and drawn: part of the style. */
import { ImageError, show } from "../errors.ts";
import { type Color, parseColor } from "./colors.ts";
import type { Declutter, LabelPosition } from "./label-places.ts";
import { parseTemplate, type TemplatePart } from "./label-template.ts";
import type { Align } from "./paragraph.ts";
import { type Checks, color, number, oneOf, type PictureSize, record, typed } from "./style-checks.ts";

/** Where labels stand that have one exact place, in pixels with fractions; all of one height. */
export interface LabelTag {
  /** From the upper left corner of the object's box to that of the plate. */
  readonly x: number;
  readonly y: number;
  readonly height: number;
  /** Room left and right of the words. */
  readonly padding: number;
  /** From the plate's top to the foot of the letters. */
  readonly baseline: number;
  /** Of the plate's corners. Default 0. */
  readonly radius?: number | undefined;
  /** Colour of the words. Default white. */
  readonly ink?: Color | undefined;
  /** Part of the object's colour in it, 0..1. Default 0. */
  readonly tint?: number | undefined;
  /**
   * Pixels from a character to the next one, by the character, an accented one by its letter; by two characters, what is
   * added between them (nothing between others of ASCII); by the empty text, how much wider a plate is for a character that
   * no font has, which is left out. Default: as the font has them.
   */
  readonly advances?: Readonly<Record<string, number>> | undefined;
}

/** Part of {@link Style}. */
export interface LabelStyle {
  /**
   * Words of a label: `{category} {score:.2f} {categoryId} {trackId} {group} {id} {text} {caption}`, `{attributes.NAME}` and
   * `{scores.NAME}`; numbers take `:.2f` or `:.0%`, and `\n` begins a new line. What an object does not have leaves no gap.
   * Default: the object's caption where it has one, else `{category} {score:.2f}`.
   */
  readonly label?: string | undefined;
  /** Default true. */
  readonly showLabels?: boolean | undefined;
  /** Pixels of the em, a whole number of 6..400. Default: about 12 at 640 x 480, 20 at 1080p. */
  readonly fontSize?: number | undefined;
  /**
   * What happens where labels are many. `all`: every label is drawn, far from its object with a line to it if need be, and
   * over other labels only in a picture that is full. `top`: a label that finds no free place near its object is left out,
   * the best scores choose first. `none`: labels stand at their objects and may cover each other. No label is ever cut by
   * the picture's edge. Default `top`.
   */
  readonly declutter?: Declutter | undefined;
  /** Where at its object a label stands if there is room; else the next best place. Default `auto`: above or inside. */
  readonly labelPosition?: LabelPosition | undefined;
  /** Longest line of a label: pixels, or as text in heights of the letters: `"12em"`. Default `"20em"`. */
  readonly labelMaxWidth?: number | string | undefined;
  /** Most lines of a label, 1..100; what is longer ends with an ellipsis. Default 3. */
  readonly labelMaxLines?: number | undefined;
  /** How lines stand that are shorter than others of their label. Default `left`. */
  readonly labelAlign?: Align | undefined;
  /**
   * One exact place for all labels, in one line each: they are cut at the picture's edge, cover each other, and may be hard
   * to read. Default: labels look for good places.
   */
  readonly labelTag?: LabelTag | undefined;
  /** Colour of the plates. Default `object`: each has its object's colour. */
  readonly labelPlate?: Color | undefined;
  /**
   * Opacity of the plates, 0..1. Default 1. A plate is made less clear where its words could not be read on some picture
   * (their contrast is always 4.5 or more), and plates are opaque where labels cover each other.
   */
  readonly labelPlateAlpha?: number | undefined;
}

const DECLUTTER: readonly Declutter[] = ["all", "top", "none"];
const POSITIONS: readonly LabelPosition[] = [
  "auto",
  "top-left",
  "top",
  "top-right",
  "bottom-left",
  "bottom",
  "bottom-right",
  "left",
  "right",
  "inside",
  "center",
];

const TAG_CHECKS: Checks<LabelTag> = {
  x: number(-10_000, 10_000),
  y: number(-10_000, 10_000),
  height: number(0, 1000),
  padding: number(0, 1000),
  baseline: number(-1000, 1000),
  radius: number(0, 1000),
  ink: color,
  tint: number(0, 1),
  advances: record("pixels", number(-10_000, 10_000)),
};

export const LABEL_CHECKS: Checks<LabelStyle> = {
  label(value, path) {
    typed("string")(value, path);
    parseTemplate(value as string, path);
  },
  showLabels: typed("boolean"),
  fontSize: number(6, 400, true),
  declutter: oneOf(DECLUTTER),
  labelPosition: oneOf(POSITIONS),
  labelMaxWidth(value, path) {
    if (!(widthOf(value, 1) > 0))
      throw new ImageError("ARGUMENT", `expected pixels above 0 or a text like "12em", got ${show(value)}`, { path });
  },
  labelMaxLines: number(1, 100, true),
  labelAlign: oneOf(["left", "center", "right"] satisfies Align[]),
  labelPlate(value, path) {
    if (value !== "object") color(value, path);
  },
  labelPlateAlpha: number(0, 1),
  labelTag(value, path) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ImageError("ARGUMENT", `expected an object, got ${show(value)}`, { path });
    for (const key of ["x", "y", "height", "padding", "baseline"] as const)
      TAG_CHECKS[key]((value as LabelTag)[key], `${path}.${key}`);
    for (const [key, part] of Object.entries(value)) {
      if (!Object.hasOwn(TAG_CHECKS, key))
        throw new ImageError("ARGUMENT", `expected one of ${Object.keys(TAG_CHECKS).join(", ")}, got ${show(key)}`, {
          path,
        });
      if (part !== undefined) TAG_CHECKS[key as keyof LabelTag](part, `${path}.${key}`);
    }
  },
};

export interface ResolvedLabelStyle {
  /** Undefined: an object's caption where it has one, else category and score. */
  readonly label: readonly TemplatePart[] | undefined;
  readonly showLabels: boolean;
  readonly fontSize: number;
  readonly declutter: Declutter;
  readonly labelPosition: LabelPosition;
  /** Pixels. */
  readonly labelMaxWidth: number;
  readonly labelMaxLines: number;
  readonly labelAlign: Align;
  readonly labelTag: LabelTag | undefined;
  /** 0xRRGGBB; undefined for the object's. */
  readonly labelPlate: number | undefined;
  /** 0..255. */
  readonly labelPlateAlpha: number;
}

export function resolveLabelStyle(style: LabelStyle, { side }: PictureSize): ResolvedLabelStyle {
  const { label, labelPlate = "object" } = style;
  const fontSize = style.fontSize ?? Math.max(10, Math.round(6 + side / 100));
  return {
    label: label === undefined ? undefined : parseTemplate(label),
    showLabels: style.showLabels ?? true,
    fontSize,
    declutter: style.declutter ?? "top",
    labelPosition: style.labelPosition ?? "auto",
    labelMaxWidth: Math.max(fontSize, Math.round(widthOf(style.labelMaxWidth ?? "20em", fontSize))),
    labelMaxLines: style.labelMaxLines ?? 3,
    labelAlign: style.labelAlign ?? "left",
    labelTag: style.labelTag,
    labelPlate: labelPlate === "object" ? undefined : parseColor(labelPlate),
    labelPlateAlpha: Math.round((style.labelPlateAlpha ?? 1) * 255),
  };
}

/** Pixels of a width; NaN for what is none. */
function widthOf(value: unknown, fontSize: number): number {
  if (typeof value === "number") return value <= 1e6 ? value : NaN;
  const [, em] = /^(\d{1,4}(?:\.\d{1,4})?)em$/.exec(String(value)) ?? [];
  return em === undefined ? NaN : Number(em) * fontSize;
}
