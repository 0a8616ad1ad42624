/** Styles by name, for whoever has no place for more than a word. */
import { palettes } from "./palettes.ts";
import type { Style } from "./style.ts";

/** Every named style. */
export const namedStyles: ReadonlyMap<string, Style> = new Map<string, Style>([
  ["default", {}],
  ["boxes", { maskAlpha: 0, maskOutline: 0 }],
  ["instances", { colorBy: "instance" }],
  ["masks", { boxWidth: 0, showLabels: false }],
  ["quiet", { showLabels: false }],
  ...Object.keys(palettes).map((palette) => [palette, { palette }] as const),
]);
