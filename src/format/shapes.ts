/** Geometry that several formats need to put an annotation into the shapes that they have. Longer by the docs of its parts. */
import { decodeMask, measureMasks, toCounts } from "../core/rle.ts";
import { degreesOf, direction } from "../model/angles.ts";
import { ringArea } from "../model/polygon.ts";
import type { Annotation, Box, Ellipse, PolygonPart, Quad, Scene, Segmentation } from "../model/scene.ts";
import type { Losses } from "./dataset-format.ts";
import { boundsOf, pixelBox } from "./written.ts";

/** Corners of a box, clockwise from its top-left corner before rotation. */
export function cornersOf({ x, y, width, height, rotation = 0 }: Box): Quad {
  if (rotation === 0) return [x, y, x + width, y, x + width, y + height, x, y + height];
  const { cos, sin } = direction(rotation % 360);
  const [cx, cy, w, h] = [x + width / 2, y + height / 2, width / 2, height / 2];
  const [ux, uy, vx, vy] = [w * cos, w * sin, -h * sin, h * cos];
  return [
    cx - ux - vx,
    cy - uy - vy,
    cx + ux - vx,
    cy + uy - vy,
    cx + ux + vx,
    cy + uy + vy,
    cx - ux + vx,
    cy - uy + vy,
  ];
}

/**
 * The box whose corners these are; undefined where they are not those of a rectangle.
 *
 * @param tolerance - how far, in pixels, a corner may be from where the rectangle has it
 */
export function boxOfCorners(corners: ArrayLike<number>, tolerance: number): Box | undefined {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = Array.from(corners) as [...Quad];
  const cx = (x0 + x1 + x2 + x3) / 4;
  const cy = (y0 + y1 + y2 + y3) / 4;
  // half of the first and of the second pair of sides
  const [ux, uy] = [(x1 - x0 + x2 - x3) / 4, (y1 - y0 + y2 - y3) / 4];
  let [vx, vy] = [(x3 - x0 + x2 - x1) / 4, (y3 - y0 + y2 - y1) / 4];
  const [w, h] = [lengthOf(ux, uy), lengthOf(vx, vy)];
  if (w === 0 || h === 0) return undefined;
  // a parallelogram has its first corner where both sides lead to; in a rectangle they are at right angles
  if (Math.abs(cx - ux - vx - x0) > tolerance || Math.abs(cy - uy - vy - y0) > tolerance) return undefined;
  if (Math.abs(ux * vx + uy * vy) > tolerance * Math.max(w, h)) return undefined;
  if (Math.min(Math.abs(ux), Math.abs(uy)) <= tolerance / 4 && Math.min(Math.abs(vx), Math.abs(vy)) <= tolerance / 4) {
    const [halfWidth, halfHeight] = Math.abs(ux) > Math.abs(uy) ? [w, h] : [h, w];
    return { x: cx - halfWidth, y: cy - halfHeight, width: halfWidth * 2, height: halfHeight * 2 };
  }
  if (ux * vy - uy * vx < 0) [vx, vy] = [-vx, -vy]; // counter-clockwise: the same rectangle the other way round
  return { x: cx - w, y: cy - h, width: w * 2, height: h * 2, rotation: degreesOf(ux, uy) };
}

/** A ring of `count` points on an ellipse, which covers as much as the ellipse does. */
export function ellipseRing({ x, y, radiusX, radiusY, rotation = 0 }: Ellipse, count = 64): number[] {
  const turn = direction(rotation % 360);
  // a ring of points on the curve would lie inside of it
  const step = direction(360 / count);
  const grow = Math.sqrt((2 * Math.PI) / (count * step.sin));
  const ring: number[] = [];
  for (let i = 0; i < count; i++) {
    const { cos, sin } = direction((360 * i) / count);
    const [a, b] = [radiusX * grow * cos, radiusY * grow * sin];
    ring.push(x + a * turn.cos - b * turn.sin, y + a * turn.sin + b * turn.cos);
  }
  return ring;
}

/** The rings of polygons, outlines clockwise, holes the other way. */
export function directedRings(parts: readonly PolygonPart[]): number[][] {
  return parts.flatMap(({ outline, holes = [] }) => [
    directed(outline, true),
    ...holes.map((hole) => directed(hole, false)),
  ]);
}

/**
 * Several rings as one: each further ring is reached by a line without width and left by the same one. Covers the same
 * pixels by the even-odd rule, and, where holes run the other way, by the non-zero rule.
 */
export function joinRings(rings: readonly (readonly number[])[]): ArrayLike<number> {
  const [first, ...others] = rings;
  let joined = first ?? [];
  for (const ring of others) {
    const [at, from] = nearest(joined, ring);
    const turned = [...ring.slice(from), ...ring.slice(0, from), ring[from]!, ring[from + 1]!];
    joined = [...joined.slice(0, at + 2), ...turned, ...joined.slice(at)];
  }
  return joined;
}

function directed(ring: ArrayLike<number>, clockwise: boolean): number[] {
  const points = Array.from(ring);
  if (ringArea(points) >= 0 === clockwise) return points;
  const turned: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) turned.push(points[i]!, points[i + 1]!);
  return turned;
}

/** Indices of the two points that are closest; of long rings only every so many points are tried. */
function nearest(a: readonly number[], b: readonly number[]): [number, number] {
  const [stepA, stepB] = [a, b].map((ring) => 2 * Math.max(1, Math.ceil(ring.length / 1000))) as [number, number];
  let [best, atA, atB] = [Infinity, 0, 0];
  for (let i = 0; i < a.length; i += stepA)
    for (let k = 0; k < b.length; k += stepB) {
      const [dx, dy] = [a[i]! - b[k]!, a[i + 1]! - b[k + 1]!];
      const distance = dx * dx + dy * dy;
      if (distance < best) [best, atA, atB] = [distance, i, k];
    }
  return [atA, atB];
}

const UNNAMED = { pathOf: () => "" } as const;

/** Row-major pixels (0 and 1) of a segmentation on a picture. */
export function pixelsOf(segmentation: Segmentation, width: number, height: number): Uint8Array {
  return decodeMask(segmentation, width, height, UNNAMED);
}

/** Compressed COCO counts of a segmentation on a picture. */
export function countsOf(segmentation: Segmentation, width: number, height: number): string {
  return toCounts(segmentation, width, height, true, UNNAMED) as string;
}

/** Whole pixels that a segmentation covers; undefined for an empty one. */
export function pixelBounds(segmentation: Segmentation, width: number, height: number): Box | undefined {
  const { box } = measureMasks([segmentation], width, height, UNNAMED)[0]!;
  return box[2] === 0 ? undefined : { x: box[0], y: box[1], width: box[2], height: box[3] };
}

/**
 * The upright box around an annotation's own box, else around its other shapes; undefined where it has none.
 *
 * @param width - of the picture
 * @param height - of the picture
 */
export function uprightBox(annotation: Annotation, width: number, height: number): Box | undefined {
  const { box, segmentation, quad, ellipse, polyline, points, keypoints } = annotation;
  if (box) {
    const absolute = pixelBox(box, { width, height });
    return absolute.rotation ? boundsOf(cornersOf(absolute)) : absolute;
  }
  if (segmentation?.kind === "soft") return undefined;
  if (segmentation?.kind === "polygon")
    return boundsOf(segmentation.parts.flatMap(({ outline }) => Array.from(outline)));
  if (segmentation) return pixelBounds(segmentation, width, height);
  if (quad) return boundsOf(quad);
  if (ellipse) return boundsOfEllipse(ellipse);
  if (polyline) return boundsOf(polyline.points);
  if (points) return boundsOf(points);
  const seen = (keypoints?.points ?? []).filter(({ visibility = 2 }) => visibility > 0);
  return boundsOf(seen.flatMap(({ x, y }) => [x, y]));
}

function boundsOfEllipse({ x, y, radiusX, radiusY, rotation = 0 }: Ellipse): Box {
  const { cos, sin } = direction(rotation % 360);
  const halfWidth = lengthOf(radiusX * cos, radiusY * sin);
  const halfHeight = lengthOf(radiusX * sin, radiusY * cos);
  return { x: x - halfWidth, y: y - halfHeight, width: halfWidth * 2, height: halfHeight * 2 };
}

/** True when a box says no more than what it surrounds: each side within a pixel. */
export function isBoundOf(box: Box, inner: Box | undefined): boolean {
  if (!inner || box.rotation) return false;
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1;
  return (
    near(box.x, inner.x) &&
    near(box.y, inner.y) &&
    near(box.x + box.width, inner.x + inner.width) &&
    near(box.y + box.height, inner.y + inner.height)
  );
}

/** Count the box of an object that is written as another shape, unless it says no more than that shape. */
export function loseBox(
  annotation: Annotation,
  written: keyof Annotation,
  scene: Pick<Scene, "width" | "height">,
  losses: Losses,
  path: string,
): void {
  if (!annotation.box || written === "box") return;
  const inner = uprightBox({ [written]: annotation[written] }, scene.width, scene.height);
  if (!isBoundOf(pixelBox(annotation.box, scene), inner)) losses.add("box beside another shape", `${path}.box`);
}

/** Length of a vector. */
export function lengthOf(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
