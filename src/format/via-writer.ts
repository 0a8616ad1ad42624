/** Objects as the regions of VIA: one shape each. */
import type { Annotation, Scene } from "../model/scene.ts";
import type { Losses } from "./dataset-format.ts";
import { CLASS_KEYS } from "./via-regions.ts";
import { jsonAttributes, pixelBox } from "./written.ts";

/** A region as VIA writes it. */
export interface ViaRegion {
  readonly shape_attributes: Readonly<Record<string, unknown>>;
  readonly region_attributes: Readonly<Record<string, unknown>>;
}

/** What regions hold; {@link viaRegions} counts what is lost of these. */
export const VIA_KEPT: ReadonlySet<keyof Annotation> = new Set([
  "box",
  "segmentation",
  "polyline",
  "ellipse",
  "points",
  "category",
  "score",
  "attributes",
]);
export const VIA_SCENE_KEPT: ReadonlySet<keyof Scene> = new Set(["attributes"]);

/** The regions of an object: several where its mask has several parts or it is several points. */
export function viaRegions(
  annotation: Annotation,
  category: string | undefined,
  scene: Scene,
  losses: Losses,
  path: string,
): ViaRegion[] {
  const { box, segmentation, polyline, ellipse, points, score, attributes } = annotation;
  const shapes: Record<string, unknown>[] = [];
  if (segmentation?.kind === "polygon") {
    for (const { outline, holes } of segmentation.parts) {
      shapes.push({ name: "polygon", ...coordinates(outline) });
      if (holes?.length) losses.add("holes of a polygon", `${path}.segmentation`);
    }
  } else if (segmentation) losses.add("mask that is no polygon", `${path}.segmentation`);
  if (ellipse) {
    const { x, y, radiusX, radiusY, rotation = 0 } = ellipse;
    shapes.push(
      radiusX === radiusY && rotation === 0
        ? { name: "circle", cx: x, cy: y, r: radiusX }
        : { name: "ellipse", cx: x, cy: y, rx: radiusX, ry: radiusY, theta: (rotation * Math.PI) / 180 },
    );
  }
  if (polyline) {
    shapes.push({ name: "polyline", ...coordinates(polyline.points) });
    if (polyline.closed) losses.add("closing of a polyline", `${path}.polyline`);
    if (polyline.arrow !== undefined && polyline.arrow !== "none") losses.add("arrows", `${path}.polyline`);
  }
  if (points) {
    for (let i = 0; i + 1 < points.length; i += 2) shapes.push({ name: "point", cx: points[i], cy: points[i + 1] });
  }
  if (box && shapes.length > 0) losses.add("box beside another shape", `${path}.box`);
  else if (box) {
    const { x, y, width, height, rotation = 0 } = pixelBox(box, scene);
    if (rotation !== 0) losses.add("rotation of a box", `${path}.box`);
    shapes.push({ name: "rect", x, y, width, height });
  }
  if (score !== undefined && !(score >= 0 && score <= 1)) losses.add("score that is not from 0 to 1", `${path}.score`);
  if (shapes.length > 1) losses.add("object of several shapes (written as several)", path);
  if (shapes.length === 0) losses.add("object without a shape that VIA has", path);
  const own = attributes ? jsonAttributes(attributes, losses, path, TAKEN) : {};
  const region_attributes = {
    ...own,
    ...(category !== undefined ? { label: category } : needsLabel(own, score) && { label: "" }),
    ...(score !== undefined && { score }),
  };
  return shapes.map((shape_attributes) => ({ shape_attributes, region_attributes }));
}

/** One text alone would be read as the class: an empty label says that there is none. */
function needsLabel(own: Readonly<Record<string, unknown>>, score: number | undefined): boolean {
  const values = Object.values(own);
  return values.length === 1 && score === undefined && typeof values[0] === "string" && values[0] !== "";
}

/** Attributes of regions that are read as something else, in letters of either case. */
const TAKEN: Pick<ReadonlySet<string>, "has"> = {
  has: (key) => key === "score" || CLASS_KEYS.includes(key.toLowerCase()),
};

function coordinates(points: ArrayLike<number>): { all_points_x: number[]; all_points_y: number[] } {
  const all = Array.from(points);
  return { all_points_x: all.filter((_, i) => i % 2 === 0), all_points_y: all.filter((_, i) => i % 2 === 1) };
}
