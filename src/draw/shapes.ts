/** Ellipses, lines with and without arrow heads, and single points. */
import { packColor } from "../core/raster.ts";
import { ImageError, show } from "../errors.ts";
import type { Ellipse, Polyline } from "../model/scene.ts";
import { dashesOf } from "./dashes.ts";
import { linePatternOf } from "./groups.ts";
import type { Layer, Plan } from "./layer.ts";
import { type Bounds, checkCoordinate, checkExtent, checkPoints, type Mark } from "./marks.ts";
import { LIGHT, markerBounds, MarkerList } from "./markers.ts";
import { distances, ellipsePath, type Path, PathCutter, pathOf, polygonPath, unit } from "./path.ts";
import { OutlineList, type StrokeOptions } from "./stroke.ts";

/** The ellipses, lines and points of a scene; the points lie above. */
export function planShapes(plan: Plan): Layer | undefined {
  const outlines = new OutlineList();
  const points = new MarkerList();
  let any = false;
  for (const mark of plan.marks) {
    const { ellipse, polyline, points: single } = mark.annotation;
    if (!ellipse && !polyline && !single) continue;
    any = true;
    if (ellipse) addEllipse(outlines, plan, mark, ellipse);
    if (polyline) addPolyline(outlines, plan, mark, polyline);
    if (single) addPoints(points, plan, mark, single);
  }
  if (!any) return undefined;
  const { bias } = plan.style;
  return {
    draw(frame) {
      outlines.draw(frame, bias);
      points.draw(frame, bias);
    },
  };
}

function addEllipse(outlines: OutlineList, plan: Plan, mark: Mark, ellipse: Ellipse): void {
  const path = `${mark.path}.ellipse`;
  const shape = {
    x: checkCoordinate(ellipse.x, `${path}.x`),
    y: checkCoordinate(ellipse.y, `${path}.y`),
    radiusX: checkExtent(ellipse.radiusX, `${path}.radiusX`),
    radiusY: checkExtent(ellipse.radiusY, `${path}.radiusY`),
    rotation: checkCoordinate(ellipse.rotation ?? 0, `${path}.rotation`),
  };
  const line = ellipsePath(shape);
  cover(plan, mark, line.points);
  addShape(outlines, plan, mark, line, { width: plan.style.shapeWidth });
}

const ARROWS = ["none", "start", "end", "both"] as const;

function addPolyline(
  outlines: OutlineList,
  plan: Plan,
  mark: Mark,
  { points, closed = false, arrow = "none" }: Polyline,
): void {
  const { shapeWidth: width } = plan.style;
  const path = `${mark.path}.polyline`;
  const vertices = checkPoints(points, `${path}.points`, 2);
  if (!ARROWS.includes(arrow))
    throw new ImageError("ARGUMENT", `expected one of ${ARROWS.join(", ")}, got ${show(arrow)}`, {
      path: `${path}.arrow`,
    });
  cover(plan, mark, vertices);
  let line = closed && vertices.length > 4 ? polygonPath(vertices, 0) : pathOf(vertices, false);
  // the sides of a small polygon are dashed one by one; a drawn outline of many points as a whole
  if (line.closed && vertices.length > 24) line = { points: line.points, closed: true };
  const heads: number[][] = [];
  if (!line.closed && arrow !== "none" && width > 0 && line.points.length >= 4) {
    const along = distances(line);
    const total = along.at(-1)!;
    const length = Math.min(3.5 * width + 4, total / (arrow === "both" ? 2 : 1.25));
    const ends = { none: [], start: [false], end: [true], both: [false, true] }[arrow];
    for (const atEnd of ends) heads.push(arrowHead(line, along, atEnd, length));
    // the line ends within its heads
    const inset = length * (1 - NOTCH / 2);
    line = new PathCutter(line, along).cut(arrow === "end" ? 0 : inset, arrow === "start" ? total : total - inset);
  }
  addShape(outlines, plan, mark, line, { width, join: "round", cap: heads.length > 0 ? "butt" : "round" });
  for (const head of heads) outlines.addPolygon(head);
  outlines.fill(packColor(mark.color));
}

/** By how much of its length the back of an arrow head is cut in. */
const NOTCH = 0.24;

/** The corners of an arrow head whose tip is an end of a line and whose back lies on the line, `length` pixels away. */
function arrowHead(line: Path, along: Float64Array, atEnd: boolean, length: number): number[] {
  const total = along.at(-1)!;
  const [from, to] = atEnd ? [total - length, total] : [0, length];
  const { points } = new PathCutter(line, along).cut(from, to);
  const [x, y] = atEnd ? points.slice(-2) : points.slice(0, 2);
  const [backX, backY] = atEnd ? points.slice(0, 2) : points.slice(-2);
  const [ux, uy] = unit(backX!, backY!, x!, y!);
  const at = (back: number, aside: number): [number, number] => [
    x! - (ux * back + uy * aside) * length,
    y! - (uy * back - ux * aside) * length,
  ];
  return [x!, y!, ...at(1, 0.42), ...at(1 - NOTCH, 0), ...at(1, -0.42)];
}

/** Add the inside of a closed line, then the line. */
function addShape(outlines: OutlineList, plan: Plan, mark: Mark, line: Path, stroke: StrokeOptions): void {
  const { style } = plan;
  if (style.shapeFill > 0 && line.closed) {
    outlines.addPolygon(line.points);
    outlines.fill(packColor(mark.color, style.shapeFill));
  }
  if (stroke.width === 0) return;
  const pattern = linePatternOf(mark, plan, style.shapeLine);
  const cap = pattern === "solid" ? stroke.cap : "butt";
  for (const piece of dashesOf(line, { pattern, width: Math.max(1, stroke.width) }, plan)) {
    outlines.addStroke(piece, { ...stroke, cap });
    outlines.fill(packColor(mark.color));
  }
}

function addPoints(markers: MarkerList, plan: Plan, mark: Mark, list: ArrayLike<number>): void {
  const { pointMarker: marker, pointRadius: radius } = plan.style;
  const points = checkPoints(list, `${mark.path}.points`, 0);
  if (points.length === 0 || radius === 0) return;
  const rim = Math.max(0.6, radius * 0.28);
  const look = { marker, radius, rim, fill: packColor(mark.color), edge: LIGHT };
  for (let i = 0; i < points.length; i += 2) markers.addMarker(look, points[i]!, points[i + 1]!);
  plan.cover(mark, "shape", markerBounds(points, radius + rim)!);
}

function cover(plan: Plan, mark: Mark, points: readonly number[]): void {
  const bounds: Bounds | undefined = markerBounds(points, plan.style.shapeWidth / 2);
  if (bounds) plan.cover(mark, "shape", bounds);
}
