/** How boxes are drawn: part of the style. */
import { ImageError, show } from "../errors.ts";
import { LINE_PATTERNS, type LinePattern } from "./dashes.ts";
import { type Checks, number, oneOf, type PictureSize, typed } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface BoxStyle {
  /** Width of box outlines in whole pixels, 0 for none. Default: 1 for a thumbnail, 2 at 640 x 480, 3 at 1080p, 5 at 4K. */
  readonly boxWidth?: number | undefined;
  /** Opacity of the inside of boxes, 0..1. Default 0. */
  readonly boxFill?: number | undefined;
  /** Pattern of box outlines. Default: solid, or what tells the groups of a scene apart, see `groupLines`. */
  readonly boxLine?: LinePattern | undefined;
  /** Radius of round corners in pixels. Default 0. */
  readonly boxRadius?: number | undefined;
  /** True: only the corners of the outline are drawn; a number: this many pixels of each side. Default false. */
  readonly boxCorners?: boolean | number | undefined;
  /** Where the outline stands to the box's edge. Default `center`; free four-cornered boxes always have it there. */
  readonly boxAlign?: BoxAlign | undefined;
  /**
   * True: upright outlines stand on whole pixels, crisp. False: exactly at the box's edge, anti-aliased, as turned boxes are.
   * Default true.
   */
  readonly boxSnap?: boolean | undefined;
  /**
   * What marks a box: its outline; an ellipse around its foot, for people and players; the circle through its corners; a dot;
   * or a triangle that points at it. Default `box`.
   */
  readonly boxMark?: BoxMark | undefined;
  /** Where a dot stands, or a triangle's tip. Default: `center` for a dot, `top` for a triangle. */
  readonly boxAnchor?: BoxAnchor | undefined;
  /** Radius of dots and half the width of triangles in pixels. Default: follows the picture. */
  readonly boxMarkSize?: number | undefined;
}

export type BoxAlign = "inside" | "center" | "outside";
export type BoxMark = "box" | "ellipse" | "circle" | "dot" | "triangle";
export type BoxAnchor =
  "center" | "top" | "bottom" | "left" | "right" | "top-left" | "top-right" | "bottom-left" | "bottom-right";

export const BOX_CHECKS: Checks<BoxStyle> = {
  boxWidth: number(0, 200, true),
  boxFill: number(0, 1),
  boxLine: oneOf(LINE_PATTERNS),
  boxRadius: number(0, 100_000),
  boxCorners(value, path) {
    if (typeof value === "boolean") return;
    if (typeof value !== "number")
      throw new ImageError("ARGUMENT", `expected true, false or pixels, got ${show(value)}`, { path });
    number(1, 100_000)(value, path);
  },
  boxAlign: oneOf(["inside", "center", "outside"] satisfies BoxAlign[]),
  boxSnap: typed("boolean"),
  boxMark: oneOf(["box", "ellipse", "circle", "dot", "triangle"] satisfies BoxMark[]),
  boxAnchor: oneOf([
    "center",
    "top",
    "bottom",
    "left",
    "right",
    "top-left",
    "top-right",
    "bottom-left",
    "bottom-right",
  ] satisfies BoxAnchor[]),
  boxMarkSize: number(0.5, 1000),
};

export interface ResolvedBoxStyle {
  readonly boxWidth: number;
  /** 0..255. */
  readonly boxFill: number;
  readonly boxLine: LinePattern | undefined;
  readonly boxRadius: number;
  /** Pixels of each side that the corners take; undefined for whole outlines, 0: a part of the side. */
  readonly boxCorners: number | undefined;
  readonly boxAlign: BoxAlign;
  readonly boxSnap: boolean;
  readonly boxMark: BoxMark;
  readonly boxAnchor: BoxAnchor | undefined;
  readonly boxMarkSize: number;
}

export function resolveBoxStyle(style: BoxStyle, { side }: PictureSize): ResolvedBoxStyle {
  const { boxCorners = false } = style;
  return {
    boxWidth: style.boxWidth ?? defaultLineWidth(side),
    boxFill: Math.round((style.boxFill ?? 0) * 255),
    boxLine: style.boxLine,
    boxRadius: style.boxRadius ?? 0,
    boxCorners: typeof boxCorners === "number" ? boxCorners : boxCorners ? 0 : undefined,
    boxAlign: style.boxAlign ?? "center",
    boxSnap: style.boxSnap ?? true,
    boxMark: style.boxMark ?? "box",
    boxAnchor: style.boxAnchor,
    boxMarkSize: style.boxMarkSize ?? 3 + side / 200,
  };
}

/** Width of lines where the style says none: 1 for a thumbnail, 2 at 640 x 480, 3 at 1080p, 5 at 4K. */
export function defaultLineWidth(side: number): number {
  return Math.max(1, Math.round(0.85 + side / 650));
}
