/** How masks and label maps are drawn: part of the style. */
import { type BoxStyle, defaultLineWidth } from "./box-style.ts";
import { type Checks, number, type PictureSize } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface MaskStyle {
  /** Opacity of masks, 0..1. Default 0.4. */
  readonly maskAlpha?: number | undefined;
  /** Width of a mask's outline in pixels, 0 for none. Default: about that of boxes. */
  readonly maskOutline?: number | undefined;
  /** Opacity of label maps (a class for every pixel), 0..1. Default 0.5. */
  readonly labelMapAlpha?: number | undefined;
}

export const MASK_CHECKS: Checks<MaskStyle> = {
  maskAlpha: number(0, 1),
  maskOutline: number(0, 200, true),
  labelMapAlpha: number(0, 1),
};

export interface ResolvedMaskStyle {
  /** 0..255. */
  readonly maskAlpha: number;
  readonly maskOutline: number;
  /** 0..255. */
  readonly labelMapAlpha: number;
}

export function resolveMaskStyle(style: MaskStyle & BoxStyle, { side }: PictureSize): ResolvedMaskStyle {
  return {
    maskAlpha: Math.round((style.maskAlpha ?? 0.4) * 255),
    maskOutline: style.maskOutline ?? Math.max(1, (style.boxWidth ?? defaultLineWidth(side)) - 1),
    labelMapAlpha: Math.round((style.labelMapAlpha ?? 0.5) * 255),
  };
}
