/** Lines from labels that had to move to their objects. */
import type { Frame } from "../core/frame.ts";
import { fillCapsules, packColor, SUBPIXEL } from "../core/raster.ts";
import { textColorOn } from "./colors.ts";
import type { Bounds } from "./marks.ts";

/** A line in pixels: x0, y0 at the plate, x1, y1 at the object. */
export type Leader = readonly [x0: number, y0: number, x1: number, y1: number];

/** Part of the way to its middle that a line goes into an object whose edge is not drawn. */
const DEEP = 0.4;

/**
 * The shortest line from a plate to its object; from a plate that lies on its object to the nearest edge.
 *
 * @param outlined - whether the edge of the object is seen; else the line goes on into it
 */
export function leaderBetween(
  left: number,
  top: number,
  right: number,
  bottom: number,
  object: Bounds,
  outlined: boolean,
): Leader {
  let [x0, x1] = nearest(left, right, object.left, object.right);
  let [y0, y1] = nearest(top, bottom, object.top, object.bottom);
  if (x0 === x1 && y0 === y1) {
    const toLeft = left - object.left;
    const toTop = top - object.top;
    const toRight = object.right - right;
    const toBottom = object.bottom - bottom;
    const least = Math.min(toLeft, toTop, toRight, toBottom);
    if (least <= 0) return [x0, y0, x1, y1];
    if (toTop === least) [y0, y1] = [top, object.top];
    else if (toBottom === least) [y0, y1] = [bottom, object.bottom];
    else if (toLeft === least) [x0, x1] = [left, object.left];
    else [x0, x1] = [right, object.right];
  } else if (!outlined) {
    x1 += ((object.left + object.right) / 2 - x1) * DEEP;
    y1 += ((object.top + object.bottom) / 2 - y1) * DEEP;
  }
  return [x0, y0, x1, y1];
}

/** Where a plate and an object, as intervals, are nearest to each other; the middle of what they share. */
function nearest(from: number, to: number, low: number, high: number): [plate: number, object: number] {
  if (to <= low) return [to, low];
  if (from >= high) return [from, high];
  const middle = (Math.max(from, low) + Math.min(to, high)) / 2;
  return [middle, middle];
}

/**
 * Draw lines in order, with a dot at the object: in the object's colour, with a rim that stands out from it, so that one of
 * the two is seen on any ground.
 *
 * @param fontSize - widths follow it
 */
export function drawLeaders(
  frame: Frame,
  labels: readonly { readonly leader: Leader | undefined; readonly color: number }[],
  fontSize: number,
  bias: number,
): void {
  const half = Math.max(0.6, fontSize / 18);
  const rim = Math.max(0.6, fontSize / 24);
  const dot = half * 2.2;
  const capsules: number[] = [];
  const colors: number[] = [];
  const add = (line: Leader, radius: number, color: number): void => {
    for (const value of [...line, radius]) capsules.push(Math.round(value * SUBPIXEL));
    colors.push(packColor(color));
  };
  for (const { leader, color } of labels) {
    if (!leader) continue;
    const [, , x, y] = leader;
    const end: Leader = [x, y, x, y];
    const edge = textColorOn(color);
    add(leader, half + rim, edge);
    add(end, dot + rim, edge);
    add(leader, half, color);
    add(end, dot, color);
  }
  if (colors.length > 0) fillCapsules(frame, Int32Array.from(capsules), Uint32Array.from(colors), bias);
}
