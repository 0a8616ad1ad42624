/** The places for a label at its object, and what placing goes by. */
import type { CoverMap } from "./cover-map.ts";
import type { Bounds } from "./marks.ts";

/** Which place at its object a label should take if it is free. */
export type LabelPosition =
  | "auto"
  | "top-left"
  | "top"
  | "top-right"
  | "bottom-left"
  | "bottom"
  | "bottom-right"
  | "left"
  | "right"
  | "inside"
  | "center";

/** `all`: every label is placed; `top`: labels without a free place are left out; `none`: labels do not move. */
export type Declutter = "all" | "top" | "none";

export interface PlacementOptions {
  /** Pixels between a plate and its object, and between plates. */
  readonly gap: number;
  readonly declutter: Declutter;
  readonly position: LabelPosition;
  /** Pixels that a label may be away from its object under `top`. */
  readonly reach: number;
  /** Rectangles that are kept clear of labels. */
  readonly reserved: readonly Bounds[];
  readonly cover?: CoverMap | undefined;
}

/** What is the same for every label of a picture. */
export interface Room {
  readonly width: number;
  readonly height: number;
  /** Pixels between a plate and its object. */
  readonly gap: number;
  readonly position: LabelPosition;
}

/** Price of the place that the style asks for: less than any other. */
const WISHED = -1;

/**
 * Visit the places at an object, each with what it costs to be there and not at the best one. Not all of them lie in the
 * picture.
 *
 * @param object - what is seen of it
 * @param w - of the plate
 */
export function placesAt(
  { left, top, right, bottom }: Bounds,
  w: number,
  h: number,
  { width, height, gap, position }: Room,
  visit: (x: number, y: number, price: number) => void,
): void {
  const above = top - gap - h;
  const below = bottom + gap;
  const before = left - gap - w;
  const beside = right + gap;
  const rightAligned = right - w;
  const fitsAbove = above >= 0;
  const fitsBelow = below + h <= height;
  const fitsBefore = before >= 0;
  const fitsBeside = beside + w <= width;
  const holds = right - left >= w && bottom - top >= h;
  if (position !== "auto") {
    const middleX = (left + right - w) >> 1;
    const middleY = (top + bottom - h) >> 1;
    if (position === "center") visit(middleX, middleY, WISHED);
    else if (position === "inside" && holds) visit(left, top, WISHED);
    else if (position === "left" && fitsBefore) visit(before, middleY, WISHED);
    else if (position === "right" && fitsBeside) visit(beside, middleY, WISHED);
    else if (position.startsWith("top") ? fitsAbove : position.startsWith("bottom") && fitsBelow) {
      const x = position.endsWith("-left") ? left : position.endsWith("-right") ? rightAligned : middleX;
      visit(x, position.startsWith("top") ? above : below, WISHED);
    }
  }
  if (fitsAbove) {
    visit(left, above, 0);
    visit(rightAligned, above, 0.08);
  }
  if (holds) {
    visit(left, top, 0.1);
    visit(rightAligned, top, 0.16);
  }
  if (fitsBelow) {
    visit(left, below, 0.14);
    visit(rightAligned, below, 0.2);
  }
  if (fitsBeside) visit(beside, top, 0.22);
  if (fitsBefore) visit(before, top, 0.26);
  if (holds) {
    visit(left, bottom - h, 0.24);
    visit(rightAligned, bottom - h, 0.3);
  }
  visit(left, fitsAbove ? above : top, 0.5);
}
