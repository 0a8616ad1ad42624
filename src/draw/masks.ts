/** Masks of objects, hard and soft. */
import { glowBrush, lineBrush } from "../core/brush.ts";
import type { Frame } from "../core/frame.ts";
import type { MaskPaint } from "../core/mask-paint.ts";
import { MaskSet } from "../core/masks.ts";
import { makePattern, type Pattern } from "../core/pattern.ts";
import type { DenseSegmentation, Segmentation } from "../core/segmentation.ts";
import { paintSoftMask, softMask, type SoftMask } from "../core/soft-mask.ts";
import type { Annotation } from "../model/scene.ts";
import type { Layer, Plan } from "./layer.ts";
import type { Bounds, Mark } from "./marks.ts";
import type { Hatch } from "./mask-style.ts";
import type { ResolvedStyle } from "./style.ts";

/** The masks of some marks, decoded. They hold memory: free the set. */
export interface PlacedMasks {
  /** A soft mask is in it by where its probability is high. */
  readonly set: MaskSet;
  readonly soft: readonly (SoftMask | undefined)[];
  readonly colors: readonly number[];
  readonly hatches: readonly Hatch[];
  /** What each mask covers; undefined for an empty one. */
  readonly bounds: readonly (Bounds | undefined)[];
}

/** Width of a pattern's lines and how far they are apart, in pixels, for a picture of this side. */
function patternSize(side: number): { spacing: number; width: number } {
  return { spacing: Math.max(5, 3 + side / 110), width: Math.max(1, 0.6 + side / 1000) };
}

/** The masks of a scene. */
export function planMasks(plan: Plan): Layer | undefined {
  const marks = plan.marks.filter(({ annotation }) => annotation.segmentation);
  if (marks.length === 0) return undefined;
  const masks = placeMasks(marks, plan.width, plan.height, plan.style);
  for (const [i, mark] of marks.entries()) {
    const bounds = masks.bounds[i];
    if (bounds) plan.cover(mark, "mask", bounds);
  }
  return { draw: (frame) => drawMasks(frame, masks, plan.style, plan.side), free: () => masks.set.free() };
}

/**
 * Decode the masks of marks.
 *
 * @throws {ImageError} naming the mark whose mask is wrong
 */
export function placeMasks(marks: readonly Mark[], width: number, height: number, style: ResolvedStyle): PlacedMasks {
  const soft: (SoftMask | undefined)[] = [];
  const sources = marks.map(({ annotation: { segmentation }, path }, i): Segmentation => {
    if (segmentation?.kind !== "soft") return segmentation!;
    const mask = softMask(segmentation, { width, height }, `${path}.segmentation`);
    soft[i] = mask;
    return solidPart(mask, Math.max(128, style.maskCut));
  });
  const set = MaskSet.from(sources, width, height, {
    pathOf: (i) => `${marks[i]!.path}.segmentation`,
    beyond: style.maskRim === "dots",
  });
  const bounds = marks.map((_, i) => {
    const [x, y, w, h] = set.boxes.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number];
    return w > 0 && h > 0 ? { left: x, top: y, right: x + w, bottom: y + h } : undefined;
  });
  const hatches = marks.map(({ annotation }) => hatchOf(annotation, style));
  return { set, soft, colors: marks.map(({ color }) => color), hatches, bounds };
}

/** Where the probability of a soft mask is `least` (0..255) or more. */
export function solidPart({ data, width, height, left, top }: SoftMask, least: number): DenseSegmentation {
  const solid = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) solid[i] = data[i]! >= least ? 1 : 0;
  return { kind: "mask", data: solid, width, height, left, top };
}

function hatchOf({ category, categoryId, group }: Annotation, { maskHatch, maskHatches }: ResolvedStyle): Hatch {
  for (const key of [category, categoryId, group]) {
    const own = key === undefined ? undefined : maskHatches.get(String(key));
    if (own !== undefined) return own;
  }
  return maskHatch;
}

/** Paint masks: the largest first, so that small ones stay visible, equal ones in the scene's order; or all in its order. */
export function drawMasks(
  frame: Frame,
  { set, soft, colors, hatches }: PlacedMasks,
  style: ResolvedStyle,
  side: number,
): void {
  const { maskAlpha, maskOutline, maskOutlineColor, maskHalo, maskHaloColor, maskCut, bias } = style;
  const order = colors.map((_, index) => index);
  if (style.maskOrder === "area") order.sort((a, b) => set.areas[b]! - set.areas[a]! || a - b);
  if (style.maskOpaque && !frame.opaque) for (const index of order) set.ground(frame, index);
  const dotted = style.maskRim === "dots";
  const outline = maskOutline > 0 && !dotted ? lineBrush(maskOutline) : undefined;
  const halo = maskHalo > 0 ? glowBrush(maskHalo) : undefined;
  const patterns = new Map<Hatch, Pattern>();
  const patternOf = (hatch: Hatch): Pattern | undefined => {
    if (hatch === "none") return undefined;
    let pattern = patterns.get(hatch);
    if (!pattern) {
      const { spacing, width } = patternSize(side);
      patterns.set(hatch, (pattern = makePattern(hatch, spacing, width)));
    }
    return pattern;
  };
  const over = (index: number, alpha: number): MaskPaint => {
    const color = colors[index]!;
    const pattern = patternOf(hatches[index]!);
    return {
      index,
      color,
      alpha,
      inFloats: style.inFloats,
      hatch: pattern && { color, alpha: 230, pattern },
      outline: outline && { color: maskOutlineColor ?? color, alpha: 255, brush: outline },
      dots: dotted ? { color: maskOutlineColor ?? color, alpha: 255 } : undefined,
    };
  };

  // light falls on what is no object, so it comes before all of them
  if (halo) {
    const light = (index: number): MaskPaint["halo"] => ({
      color: maskHaloColor ?? colors[index]!,
      alpha: 255,
      brush: halo,
    });
    const lit = order.map((index) => ({ index, color: 0, alpha: 0, halo: light(index) }));
    set.paint(frame, lit, bias);
  }
  const blend = style.maskMode === "blend";
  if (blend) {
    const own = colors.map((color, i) => (soft[i] ? undefined : color));
    set.paintAverage(frame, own, maskAlpha, bias);
  }
  let paints: MaskPaint[] = [];
  for (const index of order) {
    const mask = soft[index];
    if (mask) {
      set.paint(frame, paints, bias);
      paintSoftMask(frame, mask, colors[index]!, maskAlpha, maskCut, bias);
      paints = [];
    }
    paints.push(over(index, mask || blend ? 0 : maskAlpha));
  }
  set.paint(frame, paints, bias);
}
