/**
 * Rectangles with round corners as canvases with coarse coordinates have them, to the pixel. Points are cut off to 1/64 of a
 * pixel; a quarter of a circle is 16 curves, each three chords in a line and one in a plate. Of a line's short chords some
 * are left out, and the others have their length rounded down where they are made square to it, so that a corner is a
 * little heavier than it should be. The line starts at the left end of the top side and ends there, both round, one over
 * the other.
 */
import { SUBPIXEL } from "../core/raster.ts";
import type { Patch } from "../core/text.ts";
import { direction } from "../model/angles.ts";
import type { PointSink } from "./path.ts";

/** Parts of a pixel. */
const GRID = 64;
/** Curves of a quarter of a circle, and chords of a curve of a line. */
const CURVES = 16;
const CHORDS = 3;
/** Chords that are not longer than this, across and down together, are left out. */
const SHORT = 8;

type Direction = ReturnType<typeof direction>;
let directions: readonly Direction[] | undefined;

/** Cosine and sine at an end or in the middle of a curve of a circle; made when first asked for. */
function onCircle(half: number): Direction {
  directions ??= Array.from({ length: 8 * CURVES + 1 }, (_, i) => direction((i * 45) / CURVES));
  return directions[half]!;
}

function cut(pixels: number): number {
  return Math.trunc(pixels * GRID);
}

/** Points in 1/64 pixel, put together from pixels. */
class CoarsePath {
  readonly points: number[] = [];
  readonly #least: number;
  #x = 0;
  #y = 0;

  /** @param least - steps of this length or less are left out */
  constructor(least: number) {
    this.#least = least;
  }

  add(x: number, y: number): void {
    const [nextX, nextY] = [cut(x), cut(y)];
    const step = Math.abs(nextX - this.#x) + Math.abs(nextY - this.#y);
    if (this.points.length === 0 || step > this.#least) this.points.push(nextX, nextY);
    this.#x = nextX;
    this.#y = nextY;
  }

  /** Add a quarter of a circle, clockwise; `quarter` 0 begins on the right. */
  addQuarter(centreX: number, centreY: number, radius: number, quarter: number, chords: number): void {
    const at = (half: number): readonly [x: number, y: number] => {
      const { cos, sin } = onCircle(quarter * 2 * CURVES + half);
      return [centreX + radius * cos, centreY + radius * sin];
    };
    const onGrid = (pixels: number): number => cut(pixels) / GRID;
    for (let half = 0; half < 2 * CURVES; half += 2) {
      const [[x0, y0], [mx, my], [x2, y2]] = [at(half), at(half + 1), at(half + 2)];
      if (half === 0) this.add(x0, y0);
      const [ax, ay, bx, by] = [onGrid(x0), onGrid(y0), onGrid(x2), onGrid(y2)];
      const [cx, cy] = [onGrid(2 * mx - x0 / 2 - x2 / 2), onGrid(2 * my - y0 / 2 - y2 / 2)];
      for (let i = 1; i <= chords; i++) {
        const t = i / chords;
        const u = 1 - t;
        const [a, b, c] = [u * u, 2 * u * t, t * t];
        this.add(a * ax + b * cx + c * bx, a * ay + b * cy + c * by);
      }
    }
  }
}

/** A rectangle in pixels. */
interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a shape stands, whole pixels, and the shape: a patch to be stretched, or, where it cannot be, a polygon. */
export interface CoarseShape extends Rectangle {
  readonly patch?: Patch | undefined;
  readonly shape?: Int32Array | undefined;
}

/** Patches by what they are made with. */
const known: Map<string, Patch> = new Map();
const MAX_KNOWN = 64;
/** Far enough from the picture's corner: what is left of it or above is cut off the other way. */
const PLACE = 64;

/** A plate. */
export function coarsePlate(plate: Rectangle, radius: number): CoarseShape {
  return shapeOf(plate, radius, "", (whole) => onPixels(roundRectangle(whole, radius, 1)));
}

/** A box's line, its middle on the box's edge. */
export function coarseBox(box: Rectangle, radius: number, width: number): CoarseShape {
  const half = (width * GRID) / 2;
  return shapeOf(box, radius + width, `${width}`, (whole) => strokeOf(roundRectangle(whole, radius, CHORDS), half));
}

/** Corners of rectangles that stand at the same place in a pixel are the same: they are put together once. */
function shapeOf(
  rectangle: Rectangle,
  reach: number,
  kind: string,
  make: (rectangle: Rectangle) => Int32Array,
): CoarseShape {
  const { left, top, right, bottom } = rectangle;
  const [x, y, width, height] = [Math.floor(left), Math.floor(top), right - left, bottom - top];
  const place = { left: x, top: y, right: x + width, bottom: y + height };
  const side = 2 * Math.ceil(reach) + 3;
  const fits = Math.min(left, top) >= reach && Math.min(width, height) >= side;
  if (!fits || !Number.isInteger(width) || !Number.isInteger(height)) return { ...place, shape: make(rectangle) };
  const [restX, restY] = [left - x, top - y];
  const key = `${restX.toFixed(9)} ${restY.toFixed(9)} ${reach} ${kind}`;
  let patch = known.get(key);
  if (!patch) {
    if (known.size >= MAX_KNOWN) known.clear();
    const [atX, atY] = [PLACE + restX, PLACE + restY];
    const points = make({ left: atX, top: atY, right: atX + side, bottom: atY + side });
    const outline = {
      points: points.map((value) => value - PLACE * SUBPIXEL),
      ends: Uint32Array.of(points.length / 2),
    };
    known.set(key, (patch = { outline, width: side, height: side }));
  }
  return { ...place, patch };
}

/** The outline of a disc: x, y of each point in 1/256 pixel. */
export function coarseDisc(x: number, y: number, radius: number): Int32Array {
  const contour: number[] = [];
  // a quarter of the curves that a corner has, each of two chords
  for (let half = 0; half < 8 * CURVES; half += 8) {
    const from = onCircle(half);
    const way = onCircle(half + 4);
    const to = onCircle(half + 8);
    const [x0, y0] = [x + radius * from.cos, y + radius * from.sin];
    const [x2, y2] = [x + radius * to.cos, y + radius * to.sin];
    const cx = cut(2 * (x + radius * way.cos) - x0 / 2 - x2 / 2);
    const cy = cut(2 * (y + radius * way.sin) - y0 / 2 - y2 / 2);
    const [ax, ay, bx, by] = [cut(x0), cut(y0), cut(x2), cut(y2)];
    contour.push(ax, ay, Math.trunc((ax + 2 * cx + bx) / 4), Math.trunc((ay + 2 * cy + by) / 4));
  }
  return onPixels(contour);
}

/** The outline of a line between two points, its ends round: x, y of each point in 1/256 pixel; empty where they are one. */
export function coarseLine(x0: number, y0: number, x1: number, y1: number, width: number): Int32Array {
  const [ax, ay, bx, by] = [cut(x0), cut(y0), cut(x1), cut(y1)];
  const [dx, dy] = [bx - ax, by - ay];
  if (Math.abs(dx) + Math.abs(dy) <= SHORT) return NOTHING;
  const half = (width * GRID) / 2;
  const length = Math.floor(Math.sqrt(dx * dx + dy * dy));
  const [ux, uy] = [Math.trunc((dx * half) / length), Math.trunc((dy * half) / length)];
  count = 0;
  addPoint(ax + uy, ay - ux);
  addPoint(bx + uy, by - ux);
  cap(DIRECT, bx, by, ux, uy);
  addPoint(ax - uy, ay + ux);
  cap(DIRECT, ax, ay, -ux, -uy);
  return points.slice(0, count);
}

function roundRectangle({ left, top, right, bottom }: Rectangle, radius: number, chords: number): number[] {
  const path = new CoarsePath(chords > 1 ? SHORT : 0);
  const [x1, x2, y1, y2] = [left + radius, right - radius, top + radius, bottom - radius];
  path.add(x1, top);
  path.add(x2, top);
  path.addQuarter(x2, y1, radius, 3, chords);
  path.add(right, y2);
  path.addQuarter(x2, y2, radius, 0, chords);
  path.add(x1, bottom);
  path.addQuarter(x1, y2, radius, 1, chords);
  path.add(left, y1);
  path.addQuarter(x1, y1, radius, 2, chords);
  path.add(x1, top);
  return path.points;
}

/** Collects points. */
class Side implements PointSink {
  readonly points: number[] = [];

  add(x: number, y: number): void {
    this.points.push(Math.trunc(x), Math.trunc(y));
  }
}

/** Points being put together, kept to be used again. */
let points = new Int32Array(1024);
let count = 0;
const DIRECT: PointSink = { add: addPoint };
const NOTHING: Int32Array = new Int32Array(0);

function addPoint(x: number, y: number): void {
  if (count === points.length) {
    const larger = new Int32Array(count * 2);
    larger.set(points);
    points = larger;
  }
  points[count++] = (x * SUBPIXEL) / GRID;
  points[count++] = (y * SUBPIXEL) / GRID;
}

/** Points of 1/64 pixel in 1/256, with those between them where pixels meet, which are rounded down in 1/64. */
function onPixels(contour: readonly number[]): Int32Array {
  count = 0;
  let startX = contour[contour.length - 2]!;
  let startY = contour[contour.length - 1]!;
  for (let i = 0; i < contour.length; i += 2) {
    const endX = contour[i]!;
    const endY = contour[i + 1]!;
    let x = startX;
    let y = startY;
    if (x !== endX)
      for (let border = nextBorder(y, endY); border !== endY; border = nextBorder(y, endY)) {
        const crossing = startX + Math.floor(((border - startY) * (endX - startX)) / (endY - startY));
        addRow(x, y, crossing, border);
        addPoint(crossing, border);
        x = crossing;
        y = border;
      }
    addRow(x, y, endX, endY);
    addPoint(endX, endY);
    startX = endX;
    startY = endY;
  }
  return points.slice(0, count);
}

/** Add the points between two others within a row of pixels. */
function addRow(x: number, y: number, endX: number, endY: number): void {
  if (x === endX || y === endY) return;
  for (let border = nextBorder(x, endX); border !== endX; border = nextBorder(border, endX))
    addPoint(border, y + Math.floor(((border - x) * (endY - y)) / (endX - x)));
}

/** The next border of pixels on the way, or the end if that comes first. */
function nextBorder(from: number, to: number): number {
  return from < to
    ? Math.min(to, (Math.floor(from / GRID) + 1) * GRID)
    : Math.max(to, (Math.ceil(from / GRID) - 1) * GRID);
}

/** A path's line, `half` units to each side of it: along its left side, and back along the other. */
function strokeOf(path: readonly number[], half: number): Int32Array {
  const [left, right] = [new Side(), new Side()];
  // the direction of the piece before, as long as the line is wide to one side
  let [ux, uy] = [0, 0];
  let [firstX, firstY] = [0, 0];
  const last = path.length - 2;
  for (let i = 0; i < last; i += 2) {
    const [x, y, dx, dy] = [path[i]!, path[i + 1]!, path[i + 2]! - path[i]!, path[i + 3]! - path[i + 1]!];
    const length = Math.floor(Math.sqrt(dx * dx + dy * dy));
    const [vx, vy] = [Math.trunc((dx * half) / length), Math.trunc((dy * half) / length)];
    if (i > 0) {
      // the outer side of a bend goes around it
      if (ux * vy - uy * vx >= 0) turn(left, x, y, ux, uy, vx, vy, 1);
      else turn(right, x, y, ux, uy, vx, vy, -1);
    }
    for (const [px, py] of [
      [x, y],
      [x + dx, y + dy],
    ] as const) {
      left.add(px + vy, py - vx);
      right.add(px - vy, py + vx);
    }
    if (i === 0) [firstX, firstY] = [vx, vy];
    [ux, uy] = [vx, vy];
  }
  const contour = left.points;
  const ends = new Side();
  cap(ends, path[last]!, path[last + 1]!, ux, uy);
  contour.push(...ends.points);
  for (let i = right.points.length - 2; i >= 0; i -= 2) contour.push(right.points[i]!, right.points[i + 1]!);
  const starts = new Side();
  cap(starts, path[0]!, path[1]!, -firstX, -firstY);
  contour.push(...starts.points);
  return onPixels(contour);
}

/** Control points of a quarter of a round end are this far from its ends, in half widths. */
const CONTROL = 35 / 64;
/** Halvings of its curve. */
const HALVINGS = 3;

/** Add what lies between one side of a round end and the other; (ux, uy) points outwards, as long as half the width. */
function cap(side: PointSink, x: number, y: number, ux: number, uy: number): void {
  const cx = Math.trunc(ux * CONTROL);
  const cy = Math.trunc(uy * CONTROL);
  const [topX, topY] = [x + ux, y + uy];
  addCubic(side, x + uy, y - ux, x + uy + cx, y - ux + cy, topX + cy, topY - cx, topX, topY, HALVINGS);
  addCubic(side, topX, topY, topX - cy, topY + cx, x - uy + cx, y + ux + cy, x - uy, y + ux, HALVINGS);
}

function middle(a: number, b: number): number {
  return Math.trunc((a + b) / 2);
}

/** Add a cubic curve, its first point left out, in chords of whole units. */
function addCubic(
  side: PointSink,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
  halvings: number,
): void {
  if (halvings === 0) {
    side.add(dx, dy);
    return;
  }
  const [abx, aby] = [middle(ax, bx), middle(ay, by)];
  const [bcx, bcy] = [middle(bx, cx), middle(by, cy)];
  const [cdx, cdy] = [middle(cx, dx), middle(cy, dy)];
  const [ex, ey] = [middle(abx, bcx), middle(aby, bcy)];
  const [fx, fy] = [middle(bcx, cdx), middle(bcy, cdy)];
  const [mx, my] = [middle(ex, fx), middle(ey, fy)];
  addCubic(side, ax, ay, abx, aby, ex, ey, mx, my, halvings - 1);
  addCubic(side, mx, my, fx, fy, cdx, cdy, dx, dy, halvings - 1);
}

/**
 * Go around a bend from one piece's side to the next one's, in pieces of 45 degrees and the rest, both sides left out. The
 * rest is a curve whose control point takes the sides for equally long: where they are not, it is too near or too far.
 */
function turn(side: Side, x: number, y: number, ux: number, uy: number, vx: number, vy: number, way: 1 | -1): void {
  let [nx, ny] = [uy * way, -ux * way];
  const [mx, my] = [vy * way, -vx * way];
  const square = nx * nx + ny * ny;
  while (nx * mx + ny * my < Math.SQRT1_2 * (mx * mx + my * my)) {
    [nx, ny] = [(nx - ny * way) * Math.SQRT1_2, (ny + nx * way) * Math.SQRT1_2];
    side.add(x + nx, y + ny);
  }
  const nearness = Math.trunc((256 * (nx * mx + ny * my)) / square);
  const reach = (150 - Math.trunc((22 * (nearness - 181)) / 75)) >> 2;
  const [cx, cy] = [Math.trunc(((nx + mx) * reach) / 64), Math.trunc(((ny + my) * reach) / 64)];
  side.add(x + (nx + 2 * cx + mx) / 4, y + (ny + 2 * cy + my) / 4);
}
