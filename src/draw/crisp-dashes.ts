/**
 * Dashed outlines of upright boxes on whole pixels: corners carry ink, and all dashes have the same length. What is left
 * over of a side goes to its gaps, a pixel more or less each; of a thin line, where that would show, to its corners.
 */
import { LENGTHS, type LinePattern } from "./dashes.ts";
import type { Bounds } from "./marks.ts";

/**
 * Add the rectangles that carry the ink of a box's outline.
 *
 * @param rectangles - gets left, top, right, bottom of each, right and bottom exclusive; those out of the picture are left out
 * @param bounds - outer edge of the outline
 * @param width - of the line
 * @param arm - pixels of each side that the corners take; undefined: all
 */
export function addInkRectangles(
  rectangles: number[],
  { left, top, right, bottom }: Bounds,
  width: number,
  pattern: LinePattern,
  arm: number | undefined,
  picture: { readonly width: number; readonly height: number },
): void {
  if (right - left <= 2 * width || bottom - top <= 2 * width) {
    rectangles.push(left, top, right, bottom);
    return;
  }
  const across = inkOf(right - left, width, pattern, arm, -left, picture.width - left);
  for (let i = 0; i < across.length; i += 2) {
    const from = left + across[i]!;
    const to = left + across[i + 1]!;
    rectangles.push(from, top, to, top + width, from, bottom - width, to, bottom);
  }
  const down = inkOf(bottom - top, width, pattern, arm, -top, picture.height - top);
  for (let i = 0; i < down.length; i += 2) {
    // the corners belong to the other two sides
    const from = Math.max(top + down[i]!, top + width);
    const to = Math.min(top + down[i + 1]!, bottom - width);
    if (from < to) rectangles.push(left, from, left + width, to, right - width, from, right, to);
  }
}

/** Start and end of each piece of ink on a side, whole pixels from its start; only what lies between `low` and `high`. */
function inkOf(
  length: number,
  width: number,
  pattern: LinePattern,
  arm: number | undefined,
  low: number,
  high: number,
): number[] {
  const ink: number[] = [];
  const add = (from: number, to: number): void => {
    if (from < to && to > low && from < high) ink.push(from, to);
  };
  const whole = arm === undefined || 2 * Math.round(arm) >= length;
  const reach = whole ? length : Math.round(Math.max(arm, width));
  if (pattern === "solid") {
    add(0, reach);
    if (!whole) add(length - reach, length);
    return ink;
  }
  const dash = Math.round(LENGTHS[pattern].ink * width);
  const gap = Math.max(1, Math.round(LENGTHS[pattern].gap * width));
  const period = dash + gap;
  const corner = width + ((dash - width) >> 1);
  if (whole) {
    const between = length - 2 * corner + dash;
    const spread = width >= 3;
    const count = Math.floor(between / period + (spread ? 0.25 : 0));
    if (count <= 0) return [0, length];
    const pitch = spread ? between / count : period;
    const first = spread ? corner : corner + ((between - count * period) >> 1);
    add(0, first);
    const begin = Math.max(1, Math.floor((low - first) / pitch));
    const end = Math.min(count - 1, Math.ceil((high - first) / pitch));
    for (let k = begin; k <= end; k++) {
      const to = Math.round(first + k * pitch);
      add(to - dash, to);
    }
    add(Math.round(first + count * pitch) - dash, length);
    return ink;
  }
  const count = Math.max(0, Math.floor((reach - corner) / period));
  const first = reach - count * period;
  add(0, first);
  for (let k = 1; k <= count; k++) add(first + k * period - dash, first + k * period);
  for (let k = count; k >= 1; k--) add(length - first - k * period, length - first - k * period + dash);
  add(length - first, length);
  return ink;
}
