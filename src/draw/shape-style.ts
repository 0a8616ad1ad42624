/** How ellipses, lines, points and traces are drawn: part of the style. */
import { type BoxStyle, defaultLineWidth } from "./box-style.ts";
import { LINE_PATTERNS, type LinePattern } from "./dashes.ts";
import { type Marker, MARKERS } from "./markers.ts";
import { type Checks, number, oneOf, type PictureSize } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface ShapeStyle {
  /** Width of ellipses, circles and lines in pixels, 0 for none. Default: that of boxes. */
  readonly shapeWidth?: number | undefined;
  /** Opacity of the inside of ellipses and closed lines, 0..1. Default 0. */
  readonly shapeFill?: number | undefined;
  /** Pattern of ellipses and lines. Default: solid, or what tells the groups of a scene apart, see `groupLines`. */
  readonly shapeLine?: LinePattern | undefined;
  /** How single points are marked. Default `circle`. */
  readonly pointMarker?: Marker | undefined;
  /** Radius of single points in pixels. Default: follows the picture. */
  readonly pointRadius?: number | undefined;
  /** Width of the newest end of traces in pixels, 0 for none. Default: a little more than that of boxes. */
  readonly traceWidth?: number | undefined;
  /** Only so many of the newest points of a trace are drawn. Default: all. */
  readonly traceLength?: number | undefined;
}

export const SHAPE_CHECKS: Checks<ShapeStyle> = {
  shapeWidth: number(0, 200),
  shapeFill: number(0, 1),
  shapeLine: oneOf(LINE_PATTERNS),
  pointMarker: oneOf(MARKERS),
  pointRadius: number(0, 1000),
  traceWidth: number(0, 200),
  traceLength: number(1, 1e9, true),
};

export interface ResolvedShapeStyle {
  readonly shapeWidth: number;
  /** 0..255. */
  readonly shapeFill: number;
  readonly shapeLine: LinePattern | undefined;
  readonly pointMarker: Marker;
  readonly pointRadius: number;
  readonly traceWidth: number;
  readonly traceLength: number;
}

export function resolveShapeStyle(style: ShapeStyle & BoxStyle, { side }: PictureSize): ResolvedShapeStyle {
  const line = style.boxWidth ?? defaultLineWidth(side);
  return {
    shapeWidth: style.shapeWidth ?? line,
    shapeFill: Math.round((style.shapeFill ?? 0) * 255),
    shapeLine: style.shapeLine,
    pointMarker: style.pointMarker ?? "circle",
    pointRadius: style.pointRadius ?? Math.max(1.5, 1.5 + side / 360),
    traceWidth: style.traceWidth ?? line * 1.5,
    traceLength: style.traceLength ?? Infinity,
  };
}
