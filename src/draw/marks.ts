/** The objects of a scene that are drawn, with their colours. */
import { MAX_COORDINATE } from "../core/raster.ts";
import { ImageError, show } from "../errors.ts";
import type { Annotation, Scene } from "../model/scene.ts";
import { parseColor } from "./colors.ts";
import { isShown } from "./filter-style.ts";
import { paletteColor, paletteIndex } from "./palettes.ts";
import type { ResolvedStyle } from "./style.ts";

/** One object that passed the style's filters. */
export interface Mark {
  readonly annotation: Annotation;
  /** Where it stands in the scene: `annotations[3]`. */
  readonly path: string;
  /** 0xRRGGBB. */
  readonly color: number;
}

/** The rectangle that a mark covers, whole pixels, right and bottom exclusive. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The objects that a style draws, in the scene's order. */
export function selectMarks(scene: Scene, style: ResolvedStyle): Mark[] {
  const marks: Mark[] = [];
  for (const [index, annotation] of scene.annotations.entries()) {
    if (!isShown(annotation, style)) continue;
    marks.push({ annotation, path: `annotations[${index}]`, color: colorOf(annotation, index, style) });
  }
  return marks;
}

/** The colour of an object: that of its category where the style names one, else the palette's. */
function colorOf(
  { category, categoryId, trackId, group, color, text }: Annotation,
  index: number,
  style: ResolvedStyle,
): number {
  for (const key of [category, categoryId]) {
    const own = key === undefined ? undefined : style.colors.get(String(key));
    if (own !== undefined) return own;
  }
  if (color !== undefined) return parseColor(color, `annotations[${index}].color`);
  // texts have a category rarely; a colour of its own says which words belong to which place
  const byCategory = categoryId ?? category ?? (text === undefined ? 0 : index);
  const key = { category: byCategory, instance: index, track: trackId ?? byCategory, group: group ?? byCategory };
  return paletteColor(style.palette, paletteIndex(key[style.colorBy]));
}

/**
 * A coordinate that can be drawn.
 *
 * @throws {ImageError} `ARGUMENT` for NaN, infinity and what is further than 2^20 pixels away
 */
export function checkCoordinate(value: number, path: string): number {
  if (typeof value !== "number" || !(Math.abs(value) <= MAX_COORDINATE))
    throw new ImageError("ARGUMENT", `expected a coordinate within ±${MAX_COORDINATE} pixels, got ${show(value)}`, {
      path,
    });
  return value;
}

/** As {@link checkCoordinate}, and not negative: a width or a height. */
export function checkExtent(value: number, path: string): number {
  if (checkCoordinate(value, path) < 0)
    throw new ImageError("ARGUMENT", `expected 0 or more pixels, got ${show(value)}`, { path });
  return value;
}
