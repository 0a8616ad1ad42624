/** How the background is dimmed: part of the style. */
import { type Checks, number, oneOf } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface DimStyle {
  /**
   * How much of everything outside of all objects is taken away, 0..1. An object is its mask (a soft one where the
   * probability is 0.5 or more), else its box, text quad or ellipse. A picture without objects stays as it is. Default 0.
   */
  readonly dim?: number | undefined;
  /** Towards black, white, or grey of the same lightness. Default `dark`. */
  readonly dimMode?: "dark" | "light" | "gray" | undefined;
}

export const DIM_CHECKS: Checks<DimStyle> = {
  dim: number(0, 1),
  dimMode: oneOf(["dark", "light", "gray"]),
};

export interface ResolvedDimStyle {
  /** 0..255. */
  readonly dim: number;
  readonly dimMode: "dark" | "light" | "gray";
}

export function resolveDimStyle(style: DimStyle): ResolvedDimStyle {
  return { dim: Math.round((style.dim ?? 0) * 255), dimMode: style.dimMode ?? "dark" };
}
