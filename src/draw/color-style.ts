/** Which colours objects have: part of the style. */
import { ImageError, show } from "../errors.ts";
import { type Color, parseColor } from "./colors.ts";
import { palettes } from "./palettes.ts";
import { type Checks, color, oneOf, record } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface ColorStyle {
  /** Name of one of {@link palettes}, or colours in order. Default `limn`. */
  readonly palette?: string | readonly Color[] | undefined;
  /** Colours of single categories, by name or id; they win over the palette. */
  readonly colors?: Readonly<Record<string, Color>> | undefined;
  /** What decides an object's colour. Default `category`: a class has the same colour in every picture. */
  readonly colorBy?: ColorBy | undefined;
}

export type ColorBy = "category" | "instance" | "track" | "group";

export const COLOR_CHECKS: Checks<ColorStyle> = {
  palette(value, path) {
    if (typeof value === "string") return oneOf(Object.keys(palettes))(value, path);
    if (!Array.isArray(value) || value.length === 0)
      throw new ImageError("ARGUMENT", `expected a palette's name or a list of colours, got ${show(value)}`, { path });
    for (const [i, item] of value.entries()) color(item, `${path}[${i}]`);
  },
  colors: record("colours", color),
  colorBy: oneOf(["category", "instance", "track", "group"] satisfies ColorBy[]),
};

export interface ResolvedColorStyle {
  readonly palette: readonly number[];
  readonly colors: ReadonlyMap<string, number>;
  readonly colorBy: ColorBy;
}

export function resolveColorStyle({
  palette = "limn",
  colors = {},
  colorBy = "category",
}: ColorStyle): ResolvedColorStyle {
  return {
    palette: typeof palette === "string" ? palettes[palette]! : palette.map((item) => parseColor(item)),
    colors: new Map(Object.entries(colors).map(([key, item]) => [key, parseColor(item)])),
    colorBy,
  };
}
