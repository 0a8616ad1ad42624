/** Bounding boxes: crisp outlines on whole pixels, turned ones anti-aliased. */
import type { Frame } from "../core/frame.ts";
import { fillBoxes, fillOutline, packColor, strokeBoxes, SUBPIXEL } from "../core/raster.ts";
import { direction } from "../model/angles.ts";
import type { Box } from "../model/scene.ts";
import type { Layer, Plan } from "./layer.ts";
import { type Bounds, checkCoordinate, checkExtent, type Mark } from "./marks.ts";
import type { ResolvedStyle } from "./style.ts";

export { direction } from "../model/angles.ts";

/** A box, ready to be drawn. */
export interface PlacedBox {
  readonly color: number;
  /** Outer edge of the outline. */
  readonly bounds: Bounds;
  /** Undefined for an upright box. */
  readonly turned: TurnedBox | undefined;
}

/** A turned box about its centre, in pixels. */
interface TurnedBox {
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
  readonly cos: number;
  readonly sin: number;
}

/** The boxes of a scene. */
export function planBoxes(plan: Plan): Layer | undefined {
  const boxes: PlacedBox[] = [];
  for (const mark of plan.marks) {
    const { box } = mark.annotation;
    if (!box) continue;
    const placed = placeBox(mark, box, plan.style);
    boxes.push(placed);
    plan.cover(mark, "box", placed.bounds);
  }
  return boxes.length > 0 ? { draw: (frame) => drawBoxes(frame, boxes, plan.style) } : undefined;
}

/**
 * Put a mark's box on the pixels that it covers: the outline is centred on the box's edge, rounded to whole pixels.
 *
 * @throws {ImageError} `ARGUMENT` for coordinates that cannot be drawn
 */
export function placeBox({ path, color }: Mark, box: Box, style: ResolvedStyle): PlacedBox {
  const x = checkCoordinate(box.x, `${path}.box.x`);
  const y = checkCoordinate(box.y, `${path}.box.y`);
  const width = checkExtent(box.width, `${path}.box.width`);
  const height = checkExtent(box.height, `${path}.box.height`);
  const rotation = checkCoordinate(box.rotation ?? 0, `${path}.box.rotation`) % 360;
  if (rotation !== 0) {
    const { cos, sin } = direction(rotation);
    const halfWidth = width / 2;
    const halfHeight = height / 2;
    const turned = { x: x + halfWidth, y: y + halfHeight, halfWidth, halfHeight, cos, sin };
    return { color, turned, bounds: boundsOf(cornersOf(turned, style.boxWidth / 2)) };
  }
  const outside = style.boxWidth >> 1;
  const left = Math.round(x);
  const top = Math.round(y);
  // a box that is thinner than a pixel still shows
  const right = Math.max(left + 1, Math.round(x + width));
  const bottom = Math.max(top + 1, Math.round(y + height));
  return {
    color,
    turned: undefined,
    bounds: { left: left - outside, top: top - outside, right: right + outside, bottom: bottom + outside },
  };
}

/** Draw boxes in order: all insides, then all outlines. */
export function drawBoxes(frame: Frame, boxes: readonly PlacedBox[], style: ResolvedStyle): void {
  const { boxFill, boxWidth, bias } = style;
  const upright = boxes.filter(({ turned }) => !turned);
  const edges = new Int32Array(upright.length * 4);
  for (const [i, { bounds }] of upright.entries())
    edges.set([bounds.left, bounds.top, bounds.right, bounds.bottom], i * 4);
  if (boxFill > 0) {
    // the inside begins behind the outline, so that nothing is blended twice
    const inside = edges.map((edge, i) => (i % 4 < 2 ? edge + boxWidth : edge - boxWidth));
    fillBoxes(
      frame,
      inside,
      Uint32Array.from(upright, ({ color }) => packColor(color, boxFill)),
      bias,
    );
  }
  if (boxWidth > 0)
    strokeBoxes(
      frame,
      edges,
      Uint32Array.from(upright, ({ color }) => packColor(color)),
      new Int32Array(upright.length).fill(boxWidth),
      bias,
    );
  for (const { turned, color } of boxes) {
    if (!turned) continue;
    const outer = cornersOf(turned, boxWidth / 2);
    const inner = cornersOf(turned, -boxWidth / 2);
    if (boxFill > 0) fillOutline(frame, { points: grid(inner), ends: Uint32Array.of(4) }, color, boxFill, { bias });
    if (boxWidth > 0)
      fillOutline(frame, { points: grid([...outer, ...inner]), ends: Uint32Array.of(4, 8) }, color, 255, {
        evenOdd: true,
        bias,
      });
  }
}

/** Corners x, y of a turned box, clockwise, its sides moved outwards by `outset` pixels (never through the centre). */
function cornersOf({ x, y, halfWidth, halfHeight, cos, sin }: TurnedBox, outset: number): number[] {
  const w = Math.max(0, halfWidth + outset);
  const h = Math.max(0, halfHeight + outset);
  const corners: number[] = [];
  for (const [u, v] of [
    [-w, -h],
    [w, -h],
    [w, h],
    [-w, h],
  ] as const)
    corners.push(x + u * cos - v * sin, y + u * sin + v * cos);
  return corners;
}

function boundsOf(points: readonly number[]): Bounds {
  const xs = points.filter((_, i) => i % 2 === 0);
  const ys = points.filter((_, i) => i % 2 === 1);
  return {
    left: Math.floor(Math.min(...xs)),
    top: Math.floor(Math.min(...ys)),
    right: Math.ceil(Math.max(...xs)),
    bottom: Math.ceil(Math.max(...ys)),
  };
}

function grid(points: readonly number[]): Int32Array {
  return Int32Array.from(points, (value) => Math.round(value * SUBPIXEL));
}
