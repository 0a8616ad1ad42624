/** Bounding boxes: crisp outlines on whole pixels; turned, rounded and four-cornered ones anti-aliased. */
import type { Frame } from "../core/frame.ts";
import { fillBoxes, packColor, strokeBoxes } from "../core/raster.ts";
import { drawPlates, type Plate } from "../core/text.ts";
import { ImageError, show } from "../errors.ts";
import { direction } from "../model/angles.ts";
import type { Box, Quad } from "../model/scene.ts";
import { coarseBox } from "./coarse-outline.ts";
import { addInkRectangles } from "./crisp-dashes.ts";
import { dashesOf, type LinePattern } from "./dashes.ts";
import { linePatternOf } from "./groups.ts";
import type { Layer, Plan } from "./layer.ts";
import { type Bounds, boundsOf, checkCoordinate, checkExtent, type Mark } from "./marks.ts";
import { type Path, polygonPath } from "./path.ts";
import { OutlineList } from "./stroke.ts";
import type { ResolvedStyle } from "./style.ts";

export { direction } from "../model/angles.ts";

/** A box, ready to be drawn. */
export interface PlacedBox {
  readonly color: number;
  /** Outer edge of the outline. */
  readonly bounds: Bounds;
  /** Middle of the outline of a box that is not upright: x, y of each corner. */
  readonly corners: readonly number[] | undefined;
  readonly pattern: LinePattern;
}

/** The size of a picture. */
interface Size {
  readonly width: number;
  readonly height: number;
}

const UNIT: Size = { width: 1, height: 1 };

/** The boxes of a scene. */
export function planBoxes(plan: Plan): Layer | undefined {
  const { style } = plan;
  const boxes: PlacedBox[] = [];
  for (const mark of plan.marks) {
    const { box, quad, text } = mark.annotation;
    const free = quad !== undefined && text === undefined ? quad : undefined;
    if (!free && (!box || style.boxMark !== "box")) continue;
    const pattern = linePatternOf(mark, plan, style.boxLine);
    const placed = free ? placeQuad(mark, free, style, pattern) : placeBox(mark, box!, style, plan, pattern);
    boxes.push(placed);
    plan.cover(mark, "box", placed.bounds);
  }
  return boxes.length > 0 ? { draw: (frame) => drawBoxes(frame, boxes, style) } : undefined;
}

/**
 * Put a mark's box on the pixels that it covers: the outline stands at the box's edge, rounded to whole pixels.
 *
 * @param size - what a normalized box is a part of
 * @throws {ImageError} `ARGUMENT` for coordinates that cannot be drawn
 */
export function placeBox(
  mark: Mark,
  box: Box,
  style: ResolvedStyle,
  size: Size = UNIT,
  pattern: LinePattern = "solid",
): PlacedBox {
  const { color } = mark;
  const { boxWidth, boxAlign } = style;
  const { x, y, width, height, rotation } = checkBox(mark, box, size);
  if (rotation !== 0 || !style.boxSnap) {
    const { cos, sin } = direction(rotation);
    const half = boxWidth / 2;
    const outset = boxAlign === "center" ? 0 : boxAlign === "inside" ? -half : half;
    const turned = { x: x + width / 2, y: y + height / 2, halfWidth: width / 2, halfHeight: height / 2, cos, sin };
    return { color, pattern, corners: cornersOf(turned, outset), bounds: boundsOf(cornersOf(turned, outset + half)) };
  }
  const outside = boxAlign === "center" ? boxWidth >> 1 : boxAlign === "inside" ? 0 : boxWidth;
  const left = Math.round(x);
  const top = Math.round(y);
  // a box that is thinner than a pixel still shows
  const right = Math.max(left + 1, Math.round(x + width));
  const bottom = Math.max(top + 1, Math.round(y + height));
  return {
    color,
    pattern,
    corners: undefined,
    bounds: { left: left - outside, top: top - outside, right: right + outside, bottom: bottom + outside },
  };
}

/**
 * A mark's box in pixels.
 *
 * @throws {ImageError} `ARGUMENT` for numbers that make no box
 */
export function checkBox(
  { path }: Mark,
  box: Box,
  size: Size,
): { x: number; y: number; width: number; height: number; rotation: number } {
  const scaleX = box.normalized ? size.width : 1;
  const scaleY = box.normalized ? size.height : 1;
  return {
    x: checkCoordinate(box.x, `${path}.box.x`, scaleX),
    y: checkCoordinate(box.y, `${path}.box.y`, scaleY),
    width: checkExtent(box.width, `${path}.box.width`, scaleX),
    height: checkExtent(box.height, `${path}.box.height`, scaleY),
    rotation: checkCoordinate(box.rotation ?? 0, `${path}.box.rotation`) % 360,
  };
}

/** Put four free corners in place. */
function placeQuad({ path, color }: Mark, quad: Quad, style: ResolvedStyle, pattern: LinePattern): PlacedBox {
  if (quad.length !== 8)
    throw new ImageError("ARGUMENT", `expected 8 numbers, got ${show(quad.length)}`, { path: `${path}.quad` });
  const corners = Array.from(quad, (value, i) => checkCoordinate(value, `${path}.quad[${i}]`));
  const { left, top, right, bottom } = boundsOf(corners);
  const outside = style.boxWidth >> 1;
  const bounds = { left: left - outside, top: top - outside, right: right + outside, bottom: bottom + outside };
  return { color, pattern, corners, bounds };
}

/** Draw boxes in order: all insides, then all outlines. */
export function drawBoxes(frame: Frame, boxes: readonly PlacedBox[], style: ResolvedStyle): void {
  const { boxFill, boxWidth, boxCorners, boxRadius, bias } = style;
  const drawn = new OutlineList();
  const coarse: Plate[] = [];
  const paths: (readonly [() => Path, PlacedBox])[] = [];
  const crisp: PlacedBox[] = [];
  for (const box of boxes) {
    const vertices = box.corners ?? (boxRadius > 0 ? middleOf(box.bounds, boxWidth) : undefined);
    if (vertices) paths.push([() => polygonPath(vertices, boxRadius), box]);
    else crisp.push(box);
  }
  if (boxFill > 0) {
    // what an opaque outline covers anyway is left out, so that nothing is blended twice
    const inset = ({ pattern }: PlacedBox): number => (pattern === "solid" && boxCorners === undefined ? boxWidth : 0);
    const edges = crisp.flatMap((box) => {
      const { left, top, right, bottom } = box.bounds;
      const by = inset(box);
      return [left + by, top + by, right - by, bottom - by];
    });
    const colors = Uint32Array.from(crisp, ({ color }) => packColor(color, boxFill));
    fillBoxes(frame, new Int32Array(edges), colors, bias);
    for (const [path, { color }] of paths) {
      drawn.addPolygon(path().points);
      drawn.fill(packColor(color, boxFill));
    }
  }
  if (boxWidth > 0) {
    strokeCrisp(frame, crisp, style);
    for (const [path, { corners, pattern, color, bounds }] of paths) {
      if (style.curves === "coarse" && isUpright(corners) && pattern === "solid" && boxCorners === undefined) {
        const [left, top, right, , , bottom] = corners as readonly [number, number, number, number, number, number];
        const shape = coarseBox({ left, top, right, bottom }, boxRadius, boxWidth);
        coarse.push({ ...shape, color: packColor(color), ink: 0, lines: [] });
        continue;
      }
      const arm = armOf(frame, bounds, boxCorners);
      for (const piece of dashesOf(path(), { pattern, width: boxWidth, arm }, frame)) {
        drawn.addStroke(piece, { width: boxWidth });
        // dashes do not touch: one outline each, so that the gaps and the inside cost nothing
        drawn.fill(packColor(color));
      }
    }
  }
  drawn.draw(frame, bias);
  if (coarse.length > 0)
    drawPlates(frame, { plates: coarse, radius: 0, source: style.font, size: style.fontSize }, bias);
}

/** Outlines of upright boxes with square corners. */
function strokeCrisp(frame: Frame, boxes: readonly PlacedBox[], style: ResolvedStyle): void {
  const { boxWidth, boxCorners, bias } = style;
  const edges = new Int32Array(boxes.length * 4);
  const colors = new Uint32Array(boxes.length);
  let whole = 0;
  const rectangles: number[] = [];
  const rectangleColors: number[] = [];
  for (const { bounds, color, pattern } of boxes) {
    if (pattern === "solid" && boxCorners === undefined) {
      edges[whole * 4] = bounds.left;
      edges[whole * 4 + 1] = bounds.top;
      edges[whole * 4 + 2] = bounds.right;
      edges[whole * 4 + 3] = bounds.bottom;
      colors[whole++] = packColor(color);
      continue;
    }
    addInkRectangles(rectangles, bounds, boxWidth, pattern, armOf(frame, bounds, boxCorners), frame);
    while (rectangleColors.length * 4 < rectangles.length) rectangleColors.push(packColor(color));
  }
  if (whole > 0)
    strokeBoxes(
      frame,
      edges.subarray(0, whole * 4),
      colors.subarray(0, whole),
      new Int32Array(whole).fill(boxWidth),
      bias,
    );
  if (rectangles.length > 0) fillBoxes(frame, new Int32Array(rectangles), new Uint32Array(rectangleColors), bias);
}

/** Whether the corners of {@link cornersOf} are those of a box that is not turned. */
function isUpright(corners: readonly number[] | undefined): boolean {
  return corners !== undefined && corners[1] === corners[3] && corners[2] === corners[4] && corners[0] === corners[6];
}

/** How much of each side the corners take, in pixels; undefined: all of it. */
function armOf(
  { width, height }: Size,
  { left, top, right, bottom }: Bounds,
  boxCorners: number | undefined,
): number | undefined {
  if (boxCorners === undefined || boxCorners > 0) return boxCorners;
  return Math.ceil(Math.min((right - left) / 4, (bottom - top) / 4, Math.sqrt(width * height) / 12));
}

/** Corners of the middle of an outline, where there is room for its inside. */
function middleOf({ left, top, right, bottom }: Bounds, width: number): number[] | undefined {
  if (right - left <= 2 * width || bottom - top <= 2 * width) return undefined;
  const by = width / 2;
  return [left + by, top + by, right - by, top + by, right - by, bottom - by, left + by, bottom - by];
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
