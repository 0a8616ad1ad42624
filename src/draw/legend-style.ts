/** Where the legend stands: part of the style. */
import { type Checks, oneOf } from "./style-checks.ts";

export type LegendPlace = "none" | "top-left" | "top-right" | "bottom-left" | "bottom-right" | "auto";

/** Part of {@link Style}. */
export interface LegendStyle {
  /**
   * Corner of a block that names the classes which are drawn, with their colours and how often each is there; classes of
   * label maps have their part of the picture. `auto` takes the corner where it hides the least. Default `none`.
   */
  readonly legend?: LegendPlace | undefined;
}

export const LEGEND_CHECKS: Checks<LegendStyle> = {
  legend: oneOf(["none", "top-left", "top-right", "bottom-left", "bottom-right", "auto"] satisfies LegendPlace[]),
};

export interface ResolvedLegendStyle {
  readonly legend: LegendPlace;
}

export function resolveLegendStyle(style: LegendStyle): ResolvedLegendStyle {
  return { legend: style.legend ?? "none" };
}
