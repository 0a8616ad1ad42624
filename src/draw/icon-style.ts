/** How icons are drawn: part of the style. */
import { type Checks, number, oneOf, type PictureSize } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface IconStyle {
  /** Point of what an object covers where the middle of its icon stands. Default `center`. */
  readonly iconAnchor?: Anchor | undefined;
  /**
   * The icon's longer side: up to 1 as a share of the object's shorter side, else in pixels. Default: about 32 pixels at
   * 640 x 480, 80 at 1080p.
   */
  readonly iconSize?: number | undefined;
  /** Opacity, 0..1, times the icon's own. Default 1. */
  readonly iconAlpha?: number | undefined;
}

const ANCHORS = [
  "center",
  "top-left",
  "top",
  "top-right",
  "left",
  "right",
  "bottom-left",
  "bottom",
  "bottom-right",
] as const;

/** A point of a rectangle. */
export type Anchor = (typeof ANCHORS)[number];

export const ICON_CHECKS: Checks<IconStyle> = {
  iconAnchor: oneOf(ANCHORS),
  iconSize: number(0.001, 10_000),
  iconAlpha: number(0, 1),
};

export interface ResolvedIconStyle {
  readonly iconAnchor: Anchor;
  /** Up to 1: share of the object's shorter side; else pixels. */
  readonly iconSize: number;
  /** 0..255. */
  readonly iconAlpha: number;
}

export function resolveIconStyle(style: IconStyle, { side }: PictureSize): ResolvedIconStyle {
  return {
    iconAnchor: style.iconAnchor ?? "center",
    iconSize: style.iconSize ?? Math.max(8, Math.round(side / 18)),
    iconAlpha: Math.round((style.iconAlpha ?? 1) * 255),
  };
}
