/**
 * How to draw: plain data, every part optional; what is left out follows the size of the picture. Each kind of mark
 * brings its own part: its interface, its checks, and what it becomes for a picture of one size.
 */
import { BLEND_ROUND, BLEND_TRUNCATE } from "../core/blend.ts";
import { ImageError, show } from "../errors.ts";
import { BOX_CHECKS, type BoxStyle, resolveBoxStyle, type ResolvedBoxStyle } from "./box-style.ts";
import { CAPTION_CHECKS, type CaptionStyle, resolveCaptionStyle, type ResolvedCaptionStyle } from "./caption-style.ts";
import {
  CLASSIFICATION_CHECKS,
  type ClassificationStyle,
  resolveClassificationStyle,
  type ResolvedClassificationStyle,
} from "./classification-style.ts";
import { COLOR_CHECKS, type ColorStyle, resolveColorStyle, type ResolvedColorStyle } from "./color-style.ts";
import { DIM_CHECKS, type DimStyle, resolveDimStyle, type ResolvedDimStyle } from "./dim-style.ts";
import { FILTER_CHECKS, type FilterStyle, resolveFilterStyle, type ResolvedFilterStyle } from "./filter-style.ts";
import { FONT_CHECKS, type FontStyle, resolveFontStyle, type ResolvedFontStyle } from "./font-style.ts";
import { GROUP_CHECKS, type GroupStyle, resolveGroupStyle, type ResolvedGroupStyle } from "./groups.ts";
import {
  HEAT_MAP_CHECKS,
  type HeatMapStyle,
  resolveHeatMapStyle,
  type ResolvedHeatMapStyle,
} from "./heat-map-style.ts";
import { ICON_CHECKS, type IconStyle, resolveIconStyle, type ResolvedIconStyle } from "./icon-style.ts";
import {
  KEYPOINT_CHECKS,
  type KeypointStyle,
  resolveKeypointStyle,
  type ResolvedKeypointStyle,
} from "./keypoint-style.ts";
import {
  LABEL_MAP_CHECKS,
  type LabelMapStyle,
  resolveLabelMapStyle,
  type ResolvedLabelMapStyle,
} from "./label-map-style.ts";
import { LABEL_CHECKS, type LabelStyle, resolveLabelStyle, type ResolvedLabelStyle } from "./label-style.ts";
import { LEGEND_CHECKS, type LegendStyle, resolveLegendStyle, type ResolvedLegendStyle } from "./legend-style.ts";
import { MASK_CHECKS, type MaskStyle, resolveMaskStyle, type ResolvedMaskStyle } from "./mask-style.ts";
import { PRIVACY_CHECKS, type PrivacyStyle, resolvePrivacyStyle, type ResolvedPrivacyStyle } from "./privacy-style.ts";
import { SHAPE_CHECKS, type ShapeStyle, resolveShapeStyle, type ResolvedShapeStyle } from "./shape-style.ts";
import { TEXT_CHECKS, type TextStyle, resolveTextStyle, type ResolvedTextStyle } from "./text-style.ts";
import { type Check, oneOf, type PictureSize } from "./style-checks.ts";

export type { ColorBy, ColorKey } from "./color-style.ts";
export type { MarkKind, ScoreLimit } from "./filter-style.ts";
export type { LabelMapClass } from "./label-map-style.ts";
export type { LabelTag } from "./label-style.ts";
export type { Hatch } from "./mask-style.ts";

/**
 * How to draw a scene. Plain data that survives JSON; every part is optional.
 *
 * @example
 * render(frame, scene, { colorBy: "instance", maskAlpha: 0.4, label: "{category} {score:.0%}", minScore: 0.5 });
 */
export interface Style
  extends
    BoxStyle,
    CaptionStyle,
    ClassificationStyle,
    ColorStyle,
    DimStyle,
    FilterStyle,
    FontStyle,
    GroupStyle,
    HeatMapStyle,
    IconStyle,
    KeypointStyle,
    LabelStyle,
    LabelMapStyle,
    LegendStyle,
    MaskStyle,
    PrivacyStyle,
    ShapeStyle,
    TextStyle {
  /**
   * `round` blends to the nearest value, `truncate` rounds down; `floats` does so too, with masks as floats give them, of
   * which some values that should be whole come out one lower. Default `round`.
   */
  readonly blend?: "round" | "truncate" | "floats" | undefined;
  /**
   * `coarse`: outlines of boxes with round corners that do not snap, tags, limbs and discs of poses are put together out of
   * few straight pieces between points of 1/64 pixel, as other canvases do it: round corners are a little heavier, and a
   * box's outline is darker where it begins. Default `exact`.
   */
  readonly curves?: "exact" | "coarse" | undefined;
  /**
   * What lies over what. `kind`: masks, then boxes, poses and labels, each kind over the one before. `object`: each object
   * with all that belongs to it over the objects before it; labels then do not look for room beside each other. Default
   * `kind`.
   */
  readonly drawOrder?: "kind" | "object" | undefined;
}

const CHECKS: Readonly<Record<keyof Style, Check>> = {
  ...BOX_CHECKS,
  ...CAPTION_CHECKS,
  ...CLASSIFICATION_CHECKS,
  ...COLOR_CHECKS,
  ...DIM_CHECKS,
  ...FILTER_CHECKS,
  ...FONT_CHECKS,
  ...GROUP_CHECKS,
  ...HEAT_MAP_CHECKS,
  ...ICON_CHECKS,
  ...KEYPOINT_CHECKS,
  ...LABEL_CHECKS,
  ...LABEL_MAP_CHECKS,
  ...LEGEND_CHECKS,
  ...MASK_CHECKS,
  ...PRIVACY_CHECKS,
  ...SHAPE_CHECKS,
  ...TEXT_CHECKS,
  blend: oneOf(["round", "truncate", "floats"]),
  curves: oneOf(["exact", "coarse"]),
  drawOrder: oneOf(["kind", "object"]),
};

/**
 * Check data that should be a {@link Style}.
 *
 * @param path - what the data is called in errors
 * @throws {ImageError} `ARGUMENT` naming the part that is wrong, or that no style has
 */
export function parseStyle(value: unknown, path = "style"): Style {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ImageError("ARGUMENT", `expected an object, got ${show(value)}`, { path });
  for (const [key, part] of Object.entries(value)) {
    if (!Object.hasOwn(CHECKS, key))
      throw new ImageError("ARGUMENT", `expected one of ${Object.keys(CHECKS).join(", ")}, got ${show(key)}`, { path });
    if (part !== undefined) CHECKS[key as keyof Style](part, `${path}.${key}`);
  }
  return value;
}

/** A style with every part decided for pictures of one size. */
export interface ResolvedStyle
  extends
    ResolvedBoxStyle,
    ResolvedCaptionStyle,
    ResolvedClassificationStyle,
    ResolvedColorStyle,
    ResolvedDimStyle,
    ResolvedFilterStyle,
    ResolvedFontStyle,
    ResolvedGroupStyle,
    ResolvedHeatMapStyle,
    ResolvedIconStyle,
    ResolvedKeypointStyle,
    ResolvedLabelStyle,
    ResolvedLabelMapStyle,
    ResolvedLegendStyle,
    ResolvedMaskStyle,
    ResolvedPrivacyStyle,
    ResolvedShapeStyle,
    ResolvedTextStyle {
  /** As the kernels take it. */
  readonly bias: number;
  readonly inFloats: boolean;
  readonly curves: "exact" | "coarse";
  readonly drawOrder: "kind" | "object";
}

/** Decide what a style leaves open for a picture of this size; checks the style first. */
export function resolveStyle(style: Style, width: number, height: number): ResolvedStyle {
  parseStyle(style);
  const size: PictureSize = { width, height, side: Math.sqrt(width * height) };
  return together(
    resolveBoxStyle(style, size),
    resolveCaptionStyle(style),
    resolveClassificationStyle(style),
    resolveColorStyle(style),
    resolveDimStyle(style),
    resolveFilterStyle(style),
    resolveFontStyle(style),
    resolveGroupStyle(style),
    resolveHeatMapStyle(style),
    resolveIconStyle(style, size),
    resolveKeypointStyle(style),
    resolveLabelStyle(style, size),
    resolveLabelMapStyle(style),
    resolveLegendStyle(style),
    resolveMaskStyle(style, size),
    resolvePrivacyStyle(style, size),
    resolveShapeStyle(style, size),
    resolveTextStyle(style, size),
    {
      bias: (style.blend ?? "round") === "round" ? BLEND_ROUND : BLEND_TRUNCATE,
      inFloats: style.blend === "floats",
      curves: style.curves ?? "exact",
      drawOrder: style.drawOrder ?? "kind",
    },
  );
}

type Together<Parts> = Parts extends readonly [infer First, ...infer Rest] ? First & Together<Rest> : unknown;

/** One object of all fields. Spreading as many parts into one literal takes engines twenty times as long. */
function together<const Parts extends readonly object[]>(...parts: Parts): Together<Parts> {
  return Object.assign({}, ...parts) as Together<Parts>;
}
