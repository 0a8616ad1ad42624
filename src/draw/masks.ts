/** Masks of objects. */
import type { Frame } from "../core/frame.ts";
import { MaskSet } from "../core/masks.ts";
import type { Segmentation } from "../model/scene.ts";
import type { Layer, Plan } from "./layer.ts";
import type { Bounds, Mark } from "./marks.ts";
import type { ResolvedStyle } from "./style.ts";

/** The masks of some marks, decoded. They hold memory: free the set. */
export interface PlacedMasks {
  readonly set: MaskSet;
  readonly colors: readonly number[];
  /** What each mask covers; undefined for an empty one. */
  readonly bounds: readonly (Bounds | undefined)[];
}

/** The masks of a scene. */
export function planMasks(plan: Plan): Layer | undefined {
  const marks = plan.marks.filter(({ annotation }) => annotation.segmentation);
  if (marks.length === 0) return undefined;
  const masks = placeMasks(marks, plan.width, plan.height);
  for (const [i, mark] of marks.entries()) {
    const bounds = masks.bounds[i];
    if (bounds) plan.cover(mark, "mask", bounds);
  }
  return { draw: (frame) => drawMasks(frame, masks, plan.style), free: () => masks.set.free() };
}

/**
 * Decode the masks of marks.
 *
 * @throws {ImageError} naming the mark whose mask is wrong
 */
export function placeMasks(marks: readonly Mark[], width: number, height: number): PlacedMasks {
  const sources: Segmentation[] = marks.map(({ annotation }) => annotation.segmentation as Segmentation);
  const set = MaskSet.from(sources, width, height, { pathOf: (i) => `${marks[i]!.path}.segmentation` });
  const bounds = marks.map((_, i) => {
    const [x, y, w, h] = set.boxes.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number];
    return w > 0 && h > 0 ? { left: x, top: y, right: x + w, bottom: y + h } : undefined;
  });
  return { set, colors: marks.map(({ color }) => color), bounds };
}

/** Paint masks, the largest first, so that small ones stay visible; equal ones in the scene's order. */
export function drawMasks(frame: Frame, { set, colors }: PlacedMasks, style: ResolvedStyle): void {
  const { maskAlpha: alpha, maskOutline, bias } = style;
  const order = colors.map((_, index) => index).sort((a, b) => set.areas[b]! - set.areas[a]! || a - b);
  const paints = order.map((index) => {
    const color = colors[index]!;
    return maskOutline > 0
      ? { index, color, alpha, outline: { color, alpha: 255, width: maskOutline } }
      : { index, color, alpha };
  });
  set.paint(frame, paints, bias);
}
