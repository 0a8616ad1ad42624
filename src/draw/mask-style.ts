/** How masks are drawn: part of the style. */
import { MAX_BRUSH } from "../core/brush.ts";
import type { Hatch } from "../core/pattern.ts";
import { type BoxStyle, defaultLineWidth } from "./box-style.ts";
import { type Color, parseColor } from "./colors.ts";
import { type Checks, color, number, oneOf, type PictureSize, record, typed } from "./style-checks.ts";

export type { Hatch } from "../core/pattern.ts";

/** Part of {@link Style}. */
export interface MaskStyle {
  /** Opacity of masks, 0..1; of a soft mask where its probability is 1. Default 0.4. */
  readonly maskAlpha?: number | undefined;
  /**
   * How masks lie over each other. `over`: each over the larger ones. `blend`: where masks overlap, their colours are
   * averaged and painted once with `maskAlpha`, so that none hides another and their order does not matter (soft masks
   * still go over the others). Default `over`.
   */
  readonly maskMode?: "over" | "blend" | undefined;
  /** Probability, 0..1, below which nothing of a soft mask is drawn. Default 0. */
  readonly maskCut?: number | undefined;
  /**
   * Width in pixels, fractions allowed, of the line that is centred on a mask's smoothed rim; 0 for none. A soft mask has
   * its rim where the probability passes 0.5 (or `maskCut`, if that is higher). Default: three quarters of a box's,
   * 1.5 or more: 1.5 up to 640 x 480, 2.25 at 1080p, 3.75 at 4K.
   */
  readonly maskOutline?: number | undefined;
  /** Colour of all outlines. Default: each object's own. */
  readonly maskOutlineColor?: Color | undefined;
  /**
   * `line`: `maskOutline` on the smoothed rim. `dots`: a faint dot of half a pixel's radius at the upper left corner of
   * every pixel of the rim instead, as wide in any picture (not for soft masks). Default `line`.
   */
  readonly maskRim?: "line" | "dots" | undefined;
  /** Which mask is drawn first: the one with the largest `area`, or in the order of the `scene`. Default `area`. */
  readonly maskOrder?: "area" | "scene" | undefined;
  /** True: under a mask, what the picture lets through is black first, so that it is opaque there. Default false. */
  readonly maskOpaque?: boolean | undefined;
  /** Pattern in the object's colour over its mask: a second channel beside colour. Default `none`. */
  readonly maskHatch?: Hatch | undefined;
  /** Patterns of single categories (by name or id) or groups; they win over `maskHatch`. */
  readonly maskHatches?: Readonly<Record<string, Hatch>> | undefined;
  /** Pixels over which light falls off around a mask, 0 for none. Default 0. */
  readonly maskHalo?: number | undefined;
  /** Colour of that light. Default: each object's own. */
  readonly maskHaloColor?: Color | undefined;
}

const hatch = oneOf(["none", "diagonal", "back", "cross", "dots", "horizontal", "vertical"] satisfies readonly Hatch[]);

export const MASK_CHECKS: Checks<MaskStyle> = {
  maskAlpha: number(0, 1),
  maskMode: oneOf(["over", "blend"]),
  maskCut: number(0, 1),
  maskOutline: number(0, MAX_BRUSH),
  maskOutlineColor: color,
  maskRim: oneOf(["line", "dots"]),
  maskOrder: oneOf(["area", "scene"]),
  maskOpaque: typed("boolean"),
  maskHatch: hatch,
  maskHatches: record("patterns", hatch),
  maskHalo: number(0, MAX_BRUSH),
  maskHaloColor: color,
};

export interface ResolvedMaskStyle {
  /** 0..255. */
  readonly maskAlpha: number;
  readonly maskMode: "over" | "blend";
  /** 0..255. */
  readonly maskCut: number;
  readonly maskOutline: number;
  /** 0xRRGGBB; undefined: that of the object. */
  readonly maskOutlineColor: number | undefined;
  readonly maskRim: "line" | "dots";
  readonly maskOrder: "area" | "scene";
  readonly maskOpaque: boolean;
  readonly maskHatch: Hatch;
  readonly maskHatches: ReadonlyMap<string, Hatch>;
  readonly maskHalo: number;
  readonly maskHaloColor: number | undefined;
}

export function resolveMaskStyle(style: MaskStyle & BoxStyle, { side }: PictureSize): ResolvedMaskStyle {
  const { maskOutlineColor, maskHaloColor } = style;
  return {
    maskAlpha: Math.round((style.maskAlpha ?? 0.4) * 255),
    maskMode: style.maskMode ?? "over",
    maskCut: Math.ceil((style.maskCut ?? 0) * 255),
    maskOutline: style.maskOutline ?? Math.max(1.5, (style.boxWidth || defaultLineWidth(side)) * 0.75),
    maskOutlineColor: maskOutlineColor === undefined ? undefined : parseColor(maskOutlineColor),
    maskRim: style.maskRim ?? "line",
    maskOrder: style.maskOrder ?? "area",
    maskOpaque: style.maskOpaque ?? false,
    maskHatch: style.maskHatch ?? "none",
    maskHatches: new Map(Object.entries(style.maskHatches ?? {})),
    maskHalo: style.maskHalo ?? 0,
    maskHaloColor: maskHaloColor === undefined ? undefined : parseColor(maskHaloColor),
  };
}
