/** Which fonts text is set in: part of the style. */
import { ImageError, show } from "../errors.ts";
import type { Font } from "./font.ts";
import { fontOf } from "./fonts/registry.ts";
import type { Checks } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface FontStyle {
  /**
   * Names of fonts, as `registerFont` gives them, in the order in which they are asked for a character; `Limn Sans` is the
   * built-in one. Those that are not named follow: the built-in font, then the registered ones in order. Default: none named.
   */
  readonly fonts?: readonly string[] | undefined;
}

export const FONT_CHECKS: Checks<FontStyle> = {
  fonts(value, path) {
    if (!Array.isArray(value) || value.some((name) => typeof name !== "string"))
      throw new ImageError("ARGUMENT", `expected a list of names of fonts, got ${show(value)}`, { path });
  },
};

export interface ResolvedFontStyle {
  readonly font: Font;
}

/** @throws {ImageError} `ARGUMENT` for a name that no font has */
export function resolveFontStyle(style: FontStyle): ResolvedFontStyle {
  return { font: fontOf(style.fonts ?? []) };
}
