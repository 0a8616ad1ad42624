/** How texts that were read in a picture are drawn: part of the style. */
import { type Checks, number, oneOf, type PictureSize } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface TextStyle {
  /**
   * Where the words of a text stand that has a `quad` or a box. Its outline is drawn in any case, as wide as boxes are.
   *
   * - `under`: along the lower edge
   * - `beside`: behind the end of the line
   * - `inside`: in the quad itself, on a plate that covers what was there
   * - `none`: not at all; the object has a label like any other
   *
   * `under` and `beside` cover no text of the picture: where there is no room, the other sides and smaller letters are
   * tried, and words that fit nowhere are left out. The words are those of `label` where the style has one
   * (`{text} {score:.2f}`), else the text. Default `under`.
   */
  readonly textPlacement?: "under" | "beside" | "inside" | "none" | undefined;
  /** Pixels of the em of such words, 6..400. Default: as large as the text in the picture, within limits. */
  readonly textSize?: number | undefined;
}

export const TEXT_CHECKS: Checks<TextStyle> = {
  textPlacement: oneOf(["under", "beside", "inside", "none"]),
  textSize: number(6, 400),
};

export interface ResolvedTextStyle {
  readonly textPlacement: "under" | "beside" | "inside" | "none";
  readonly textSize: number | undefined;
  /** Smallest and largest size where none is given. */
  readonly textSizes: readonly [smallest: number, largest: number];
}

export function resolveTextStyle(style: TextStyle, { side }: PictureSize): ResolvedTextStyle {
  const { textPlacement = "under", textSize } = style;
  return {
    textPlacement,
    textSize,
    textSizes: [Math.max(8, Math.round(4 + side / 160)), Math.max(14, Math.round(side / 20))],
  };
}
