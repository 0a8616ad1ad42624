/** How heat maps are drawn: part of the style. */
import { ImageError, show } from "../errors.ts";
import { COLOR_MAPS, colorStops } from "./color-maps.ts";
import type { Color } from "./colors.ts";
import { type Checks, color, number, oneOf, typed } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface HeatMapStyle {
  /**
   * Colours from the lowest value to the highest: `viridis`, `magma`, `inferno`, `cividis`, `turbo`, `gray`, or two or more
   * colours. Default `viridis`.
   */
  readonly heatMapColors?: string | readonly Color[] | undefined;
  /** Opacity, 0..1. Default 0.6. */
  readonly heatMapAlpha?: number | undefined;
  /** True: the lower a value, the clearer its colour, down to nothing. Default: true for points, false for arrays. */
  readonly heatMapFade?: boolean | undefined;
  /** Values of the first and the last colour, for pictures that should be compared; a map's own range wins. Default: its
   * smallest and largest value, for points 0 and the largest. */
  readonly heatMapRange?: readonly [low: number, high: number] | undefined;
  /** Corner where the colours and their values are shown; left out where there is no room. Default `bottom-right`. */
  readonly heatMapBar?: Corner | "none" | undefined;
}

export type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";

const BARS: readonly (Corner | "none")[] = ["none", "top-left", "top-right", "bottom-left", "bottom-right"];

export const HEAT_MAP_CHECKS: Checks<HeatMapStyle> = {
  heatMapColors(value, path) {
    if (typeof value === "string") return oneOf(COLOR_MAPS)(value, path);
    if (!Array.isArray(value) || value.length < 2 || value.length > 256)
      throw new ImageError("ARGUMENT", `expected a colour map's name or 2 to 256 colours, got ${show(value)}`, {
        path,
      });
    for (const [i, item] of value.entries()) color(item, `${path}[${i}]`);
  },
  heatMapAlpha: number(0, 1),
  heatMapFade: typed("boolean"),
  heatMapRange: checkRange,
  heatMapBar: oneOf(BARS),
};

/** @throws {ImageError} `ARGUMENT` unless the value is two finite numbers, the second one larger */
export function checkRange(value: unknown, path: string): void {
  const [low, high] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [];
  if (!(Number.isFinite(low) && Number.isFinite(high) && (low as number) < (high as number)))
    throw new ImageError("ARGUMENT", `expected [low, high] with low below high, got ${show(value)}`, { path });
}

export interface ResolvedHeatMapStyle {
  readonly heatMapColors: readonly number[];
  /** 0..255. */
  readonly heatMapAlpha: number;
  /** Undefined: by the kind of the map. */
  readonly heatMapFade: boolean | undefined;
  readonly heatMapRange: readonly [low: number, high: number] | undefined;
  readonly heatMapBar: Corner | "none";
}

export function resolveHeatMapStyle(style: HeatMapStyle): ResolvedHeatMapStyle {
  return {
    heatMapColors: colorStops(style.heatMapColors ?? "viridis"),
    heatMapAlpha: Math.round((style.heatMapAlpha ?? 0.6) * 255),
    heatMapFade: style.heatMapFade,
    heatMapRange: style.heatMapRange,
    heatMapBar: style.heatMapBar ?? "bottom-right",
  };
}
