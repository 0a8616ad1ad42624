/** Which colours objects have: part of the style. */
import { ImageError, show } from "../errors.ts";
import { type Color, parseColor } from "./colors.ts";
import { paletteColor, paletteIndex, palettes } from "./palettes.ts";
import { type Checks, color, oneOf, record } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface ColorStyle {
  /** Name of one of {@link palettes}, or colours in order. Default `limn`. */
  readonly palette?: string | readonly Color[] | undefined;
  /** Colours of single categories, by name or id; they win over the palette. */
  readonly colors?: Readonly<Record<string, Color>> | undefined;
  /** What decides an object's colour. Default `category`: a class has the same colour in every picture. */
  readonly colorBy?: ColorBy | undefined;
  /**
   * What a category's colour is looked up by: `id` gives neighbouring ids the palette's first colours, `name` gives a class
   * the same colour in datasets that number it differently. Default `auto`: the id where there is one, else the name.
   */
  readonly colorKey?: ColorKey | undefined;
}

export type ColorBy = "category" | "instance" | "track" | "group";
export type ColorKey = "auto" | "id" | "name";

export const COLOR_CHECKS: Checks<ColorStyle> = {
  palette(value, path) {
    if (typeof value === "string") return oneOf(Object.keys(palettes))(value, path);
    if (!Array.isArray(value) || value.length === 0)
      throw new ImageError("ARGUMENT", `expected a palette's name or a list of colours, got ${show(value)}`, { path });
    for (const [i, item] of value.entries()) color(item, `${path}[${i}]`);
  },
  colors: record("colours", color),
  colorBy: oneOf(["category", "instance", "track", "group"] satisfies ColorBy[]),
  colorKey: oneOf(["auto", "id", "name"] satisfies ColorKey[]),
};

export interface ResolvedColorStyle {
  readonly palette: readonly number[];
  readonly colors: ReadonlyMap<string, number>;
  readonly colorBy: ColorBy;
  readonly colorKey: ColorKey;
}

export function resolveColorStyle({
  palette = "limn",
  colors = {},
  colorBy = "category",
  colorKey = "auto",
}: ColorStyle): ResolvedColorStyle {
  return {
    palette: typeof palette === "string" ? palettes[palette]! : palette.map((item) => parseColor(item)),
    colors: new Map(Object.entries(colors).map(([key, item]) => [key, parseColor(item)])),
    colorBy,
    colorKey,
  };
}

/** The colour of a category: the style's own for it, else the data's, else the palette's. */
export function categoryColor(
  name: string | undefined,
  id: string | number | undefined,
  given: number | undefined,
  style: ResolvedColorStyle,
): number {
  return ownColor(name, id, style) ?? given ?? paletteColor(style.palette, paletteIndex(categoryKey(name, id, style)));
}

/** The colour that the style gives a category by name or id. */
export function ownColor(
  name: string | undefined,
  id: string | number | undefined,
  { colors }: ResolvedColorStyle,
): number | undefined {
  return (name === undefined ? undefined : colors.get(name)) ?? (id === undefined ? undefined : colors.get(String(id)));
}

/** What a category is in the palette. */
export function categoryKey(
  name: string | undefined,
  id: string | number | undefined,
  { colorKey }: ResolvedColorStyle,
): string | number {
  return (colorKey === "name" ? (name ?? id) : (id ?? name)) ?? 0;
}
