/** What is made unrecognisable: part of the style. */
import { type Color, parseColor } from "./colors.ts";
import { type Checks, color, keys, number, oneOf, type PictureSize } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface PrivacyStyle {
  /**
   * Names or ids of the categories whose objects are made unrecognisable, before anything is drawn: in their masks (a soft
   * one where its probability is 0.1 or more), else in their boxes, quads or what else says where they are, and where a
   * label map has the class. It holds for every such object of the scene, also for those that filters leave out.
   * Default: none.
   */
  readonly privacyCategories?: readonly (string | number)[] | undefined;
  /**
   * `pixelate`: blocks of one colour, the mean of the object's own pixels in the block, kept to five bits for each channel;
   * a block that the object fills by less than a quarter takes the mean of the whole object. `blur`: the same means,
   * with slopes from block to block in place of steps. `fill`: one colour. What was there cannot be computed from the
   * output, but for what a mean tells: a region of one colour stays about that colour. Default `pixelate`.
   */
  readonly privacyMode?: "pixelate" | "blur" | "fill" | undefined;
  /**
   * Side of a block in whole pixels, 4 or more. It grows where an object would be more than eight blocks wide or high.
   * Default: about a sixtieth of the picture, 8 or more.
   */
  readonly privacySize?: number | undefined;
  /** Colour of `fill`. Default `#1f2329`. */
  readonly privacyColor?: Color | undefined;
}

export const PRIVACY_CHECKS: Checks<PrivacyStyle> = {
  privacyCategories: keys("category names or ids"),
  privacyMode: oneOf(["pixelate", "blur", "fill"]),
  privacySize: number(4, 1024, true),
  privacyColor: color,
};

export interface ResolvedPrivacyStyle {
  readonly privacyCategories: ReadonlySet<string>;
  readonly privacyMode: "pixelate" | "blur" | "fill";
  readonly privacySize: number;
  readonly privacyColor: number;
}

export function resolvePrivacyStyle(style: PrivacyStyle, { side }: PictureSize): ResolvedPrivacyStyle {
  return {
    privacyCategories: new Set(style.privacyCategories?.map(String)),
    privacyMode: style.privacyMode ?? "pixelate",
    privacySize: style.privacySize ?? Math.max(8, Math.round(side / 60)),
    privacyColor: parseColor(style.privacyColor ?? 0x1f2329),
  };
}
