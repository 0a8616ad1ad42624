/** The objects of a scene that are drawn, with their colours. */
import { MAX_COORDINATE } from "../core/raster.ts";
import { ImageError, show } from "../errors.ts";
import type { Annotation, Scene } from "../model/scene.ts";
import { parseColor } from "./colors.ts";
import { categoryColor, categoryKey, ownColor } from "./color-style.ts";
import { shownIndices } from "./filter-style.ts";
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

/** The whole pixels that are at most `reach` from a list of points `[x0, y0, …]`, one or more. */
export function boundsOf(points: ArrayLike<number>, reach = 0): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    top = Math.min(top, points[i + 1]!);
    bottom = Math.max(bottom, points[i + 1]!);
  }
  return {
    left: Math.floor(left - reach),
    top: Math.floor(top - reach),
    right: Math.ceil(right + reach),
    bottom: Math.ceil(bottom + reach),
  };
}

/** The objects that a style draws, in the scene's order. */
export function selectMarks(scene: Scene, style: ResolvedStyle): Mark[] {
  return shownIndices(scene.annotations, style, scene.width, scene.height).map((index) => {
    const annotation = scene.annotations[index]!;
    return { annotation, path: `annotations[${index}]`, color: colorOf(annotation, index, style) };
  });
}

/**
 * The colour of an object: that of its category where the style names one, else, by what the style colours, its own, its
 * category's, or its place in the palette.
 */
function colorOf(
  { category, categoryId, trackId, group, color, text }: Annotation,
  index: number,
  style: ResolvedStyle,
): number {
  // texts rarely have a category; a colour of its own says which words belong to which place
  if (text !== undefined && (categoryId ?? category ?? color) === undefined && style.colorBy === "category")
    return paletteColor(style.palette, paletteIndex(index));
  const given = color === undefined ? undefined : parseColor(color, `annotations[${index}].color`);
  if (style.colorBy === "category") return categoryColor(category, categoryId, given, style);
  const own = ownColor(category, categoryId, style);
  if (own !== undefined) return own;
  const key = { instance: index, track: trackId, group }[style.colorBy];
  return paletteColor(style.palette, paletteIndex(key ?? categoryKey(category, categoryId, style)));
}

/**
 * A coordinate that can be drawn.
 *
 * @param scale - pixels of the unit in which it is given
 * @throws {ImageError} `ARGUMENT` for NaN, infinity and what is further than 2^20 pixels away
 */
export function checkCoordinate(value: number, path: string, scale = 1): number {
  if (typeof value !== "number" || !(Math.abs(value * scale) <= MAX_COORDINATE))
    throw new ImageError("ARGUMENT", `expected a coordinate within ±${MAX_COORDINATE} pixels, got ${show(value)}`, {
      path,
    });
  return value * scale;
}

/** As {@link checkCoordinate}, and not negative: a width or a height. */
export function checkExtent(value: number, path: string, scale = 1): number {
  const pixels = checkCoordinate(value, path, scale);
  if (pixels < 0) throw new ImageError("ARGUMENT", `expected 0 or more pixels, got ${show(value)}`, { path });
  return pixels;
}

/** Numbers of one line: a list out of nowhere may claim any length. */
const MAX_NUMBERS = 2 ** 22;

/**
 * Coordinates `[x0, y0, x1, y1, …]` that can be drawn.
 *
 * @param least - points that there must be
 * @throws {ImageError} `ARGUMENT` for what is no such list
 */
export function checkPoints(list: ArrayLike<number>, path: string, least: number): readonly number[] {
  const count: unknown = typeof list === "object" && list !== null ? list.length : undefined;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count % 2 !== 0 || count < least * 2)
    throw new ImageError(
      "ARGUMENT",
      `expected ${least > 0 ? `${least} or more points as ` : ""}pairs of numbers, got ${count === undefined ? show(list) : `${show(count)} numbers`}`,
      { path },
    );
  if (count > MAX_NUMBERS)
    throw new ImageError("LIMIT", `expected ${MAX_NUMBERS} numbers or fewer, got ${count}`, { path });
  const points: number[] = [];
  for (let i = 0; i < count; i++) points.push(checkCoordinate(list[i]!, `${path}[${i}]`));
  return points;
}
