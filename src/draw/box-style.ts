/** How boxes are drawn: part of the style. */
import { type Checks, number, type PictureSize } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface BoxStyle {
  /** Width of box outlines in whole pixels, 0 for none. Default: 1 for a thumbnail, 2 at 640 x 480, 3 at 1080p, 5 at 4K. */
  readonly boxWidth?: number | undefined;
  /** Opacity of the inside of boxes, 0..1. Default 0. */
  readonly boxFill?: number | undefined;
}

export const BOX_CHECKS: Checks<BoxStyle> = {
  boxWidth: number(0, 200, true),
  boxFill: number(0, 1),
};

export interface ResolvedBoxStyle {
  readonly boxWidth: number;
  /** 0..255. */
  readonly boxFill: number;
}

export function resolveBoxStyle(style: BoxStyle, { side }: PictureSize): ResolvedBoxStyle {
  return { boxWidth: style.boxWidth ?? defaultLineWidth(side), boxFill: Math.round((style.boxFill ?? 0) * 255) };
}

/** Width of lines where the style says none: 1 for a thumbnail, 2 at 640 x 480, 3 at 1080p, 5 at 4K. */
export function defaultLineWidth(side: number): number {
  return Math.max(1, Math.round(0.85 + side / 650));
}
