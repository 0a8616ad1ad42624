/** What may stand in for a box: an ellipse around its foot, a circle, a dot, a triangle that points at it. */
import { packColor } from "../core/raster.ts";
import type { BoxAnchor } from "./box-style.ts";
import { checkBox } from "./boxes.ts";
import { dashesOf } from "./dashes.ts";
import { direction } from "../model/angles.ts";
import { linePatternOf } from "./groups.ts";
import type { Layer, Plan } from "./layer.ts";
import type { Bounds, Mark } from "./marks.ts";
import { LIGHT, markerBounds, MarkerList } from "./markers.ts";
import { ellipsePath, type Path } from "./path.ts";
import { OutlineList } from "./stroke.ts";

/** A box about its centre. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
  readonly rotation: number;
}

/** The marks that the style puts in place of boxes. */
export function planBoxMarks(plan: Plan): Layer | undefined {
  const { boxMark, bias } = plan.style;
  if (boxMark === "box") return undefined;
  const outlines = new OutlineList();
  const dots = new MarkerList();
  for (const mark of plan.marks) {
    const { box, quad, text } = mark.annotation;
    if (!box || (quad && text === undefined)) continue;
    const { x, y, width, height, rotation } = checkBox(mark, box, plan);
    const place = { x: x + width / 2, y: y + height / 2, halfWidth: width / 2, halfHeight: height / 2, rotation };
    plan.cover(
      mark,
      "box",
      boxMark === "dot" ? addDot(dots, plan, mark, place) : ADD[boxMark](outlines, plan, mark, place),
    );
  }
  return {
    draw(frame) {
      outlines.draw(frame, bias);
      dots.draw(frame, bias);
    },
  };
}

type Adder = (outlines: OutlineList, plan: Plan, mark: Mark, place: Place) => Bounds;

/** Each adds a mark and gives what it and its label should stand clear of. */
const ADD: Readonly<Record<"ellipse" | "circle" | "triangle", Adder>> = {
  ellipse(outlines, plan, mark, place) {
    const [x, y] = anchorOf(place, "bottom");
    const radiusX = 2 * place.halfWidth;
    // open at the back, as if the object stood in it
    const path = ellipsePath({ x, y, radiusX, radiusY: 0.35 * radiusX }, [-45, 235]);
    addLine(outlines, plan, mark, path);
    // its label belongs to the box, above the object's head
    const { halfWidth, halfHeight } = place;
    return around(plan, [x - halfWidth, place.y - halfHeight, x + halfWidth, y + 0.35 * radiusX]);
  },
  circle(outlines, plan, mark, { x, y, halfWidth, halfHeight }) {
    const radius = Math.sqrt(halfWidth * halfWidth + halfHeight * halfHeight);
    const path = ellipsePath({ x, y, radiusX: radius, radiusY: radius });
    if (plan.style.boxFill > 0) {
      outlines.addPolygon(path.points);
      outlines.fill(packColor(mark.color, plan.style.boxFill));
    }
    addLine(outlines, plan, mark, path);
    return around(plan, path.points);
  },
  triangle(outlines, plan, mark, place) {
    const { boxMarkSize: half, boxAnchor = "top", boxWidth } = plan.style;
    const [x, tip] = anchorOf(place, boxAnchor);
    const y = tip - boxWidth;
    const points = [x, y, x - half, y - 1.7 * half, x + half, y - 1.7 * half];
    addFigure(outlines, mark, points, half);
    const { halfWidth, halfHeight } = place;
    return around(plan, [
      ...points,
      place.x - halfWidth,
      place.y - halfHeight,
      place.x + halfWidth,
      place.y + halfHeight,
    ]);
  },
};

function addDot(dots: MarkerList, plan: Plan, mark: Mark, place: Place): Bounds {
  const { boxMarkSize: radius, boxAnchor = "center" } = plan.style;
  const [x, y] = anchorOf(place, boxAnchor);
  const rim = Math.max(0.6, radius * 0.25);
  dots.addMarker({ marker: "circle", radius, rim, fill: packColor(mark.color), edge: LIGHT }, x, y);
  return markerBounds([x, y], radius + rim)!;
}

function addLine(outlines: OutlineList, plan: Plan, mark: Mark, path: Path): void {
  const { boxWidth: width, boxLine } = plan.style;
  if (width === 0) return;
  for (const piece of dashesOf(path, { pattern: linePatternOf(mark, plan, boxLine), width }, plan)) {
    outlines.addStroke(piece, { width, join: "round" });
    outlines.fill(packColor(mark.color));
  }
}

/** A figure with a light rim. */
function addFigure(outlines: OutlineList, mark: Mark, points: readonly number[], radius: number): void {
  outlines.addPolygon(points);
  outlines.addStroke({ points, closed: true }, { width: Math.max(1.2, radius * 0.5), join: "round" });
  outlines.fill(LIGHT);
  outlines.addPolygon(points);
  outlines.fill(packColor(mark.color));
}

/** A place of a box; of a turned one, the same place turned. */
function anchorOf({ x, y, halfWidth, halfHeight, rotation }: Place, anchor: BoxAnchor): [x: number, y: number] {
  const u = anchor.includes("left") ? -halfWidth : anchor.includes("right") ? halfWidth : 0;
  const v = anchor.includes("top") ? -halfHeight : anchor.includes("bottom") ? halfHeight : 0;
  const { cos, sin } = direction(rotation);
  return [x + u * cos - v * sin, y + u * sin + v * cos];
}

function around(plan: Plan, points: readonly number[]): Bounds {
  return markerBounds(points, plan.style.boxWidth / 2)!;
}
