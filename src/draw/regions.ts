/** Which pixels an object stands on, whatever it is given by. */
import type { Segmentation } from "../core/segmentation.ts";
import { softMask } from "../core/soft-mask.ts";
import type { Annotation, Box } from "../model/scene.ts";
import { direction } from "../model/angles.ts";
import { markerBounds } from "./markers.ts";
import { checkCoordinate, checkExtent, checkPoints } from "./marks.ts";
import { solidPart } from "./masks.ts";

/** Where an object is, as a mask. */
export interface Region {
  readonly source: Segmentation;
  /** What it was made of: `annotations[3].box`. */
  readonly path: string;
}

/**
 * The region of an object: its mask (a soft one where the probability reaches `least` of 255), else its box, its quad, its
 * ellipse; else the rectangle around its line, its points or its pose. Undefined where it has none of them, or nothing of
 * its rectangle lies in the picture.
 *
 * @throws {ImageError} `ARGUMENT` for coordinates that are none
 */
export function regionOf(
  annotation: Annotation,
  path: string,
  width: number,
  height: number,
  least = 128,
): Region | undefined {
  const { segmentation, box, quad, ellipse, polyline, points, keypoints } = annotation;
  if (segmentation) {
    path += ".segmentation";
    if (segmentation.kind !== "soft") return { source: segmentation, path };
    return { source: solidPart(softMask(segmentation, { width, height }, path), least), path };
  }
  if (box) return region(boxPoints(box, `${path}.box`, width, height), (box.rotation ?? 0) % 360 !== 0);
  if (quad) return region(checkPoints(quad, `${path}.quad`, 4), true);
  if (ellipse) {
    const { x, y, radiusX, radiusY, rotation } = ellipse;
    const around = { x: x - radiusX, y: y - radiusY, width: 2 * radiusX, height: 2 * radiusY, rotation };
    return region(boxPoints(around, `${path}.ellipse`, width, height), (rotation ?? 0) % 360 !== 0);
  }
  if (polyline) return region(checkPoints(polyline.points, `${path}.polyline.points`, 2), false);
  if (points) return region(checkPoints(points, `${path}.points`, 0), false);
  if (keypoints) {
    const seen = keypoints.points.filter(({ visibility }) => visibility !== 0);
    return region(
      checkPoints(
        seen.flatMap(({ x, y }) => [x, y]),
        `${path}.keypoints.points`,
        0,
      ),
      false,
    );
  }
  return undefined;

  /** The polygon of the points, or all pixels that the rectangle around them touches. */
  function region(corners: readonly number[], polygon: boolean): Region | undefined {
    if (corners.length === 0) return undefined;
    if (polygon) return { source: { kind: "polygon", parts: [{ outline: corners }] }, path };
    const around = markerBounds(corners, 0)!;
    const left = Math.max(0, around.left);
    const top = Math.max(0, around.top);
    const w = Math.min(width, around.right) - left;
    const h = Math.min(height, around.bottom) - top;
    if (w <= 0 || h <= 0) return undefined;
    return { source: { kind: "rle", rle: { size: [h, w], counts: [0, w * h] }, left, top }, path };
  }
}

/** Corners of a box, turned about its centre. */
function boxPoints(box: Box, path: string, width: number, height: number): number[] {
  const [sideX, sideY] = box.normalized ? [width, height] : [1, 1];
  const x = checkCoordinate(box.x, `${path}.x`, sideX);
  const y = checkCoordinate(box.y, `${path}.y`, sideY);
  const w = checkExtent(box.width, `${path}.width`, sideX);
  const h = checkExtent(box.height, `${path}.height`, sideY);
  const { cos, sin } = direction(checkCoordinate(box.rotation ?? 0, `${path}.rotation`) % 360);
  return [
    [-w, -h],
    [w, -h],
    [w, h],
    [-w, h],
  ].flatMap(([u, v]) => [x + w / 2 + (u! / 2) * cos - (v! / 2) * sin, y + h / 2 + (u! / 2) * sin + (v! / 2) * cos]);
}
