/** Poses: limbs of a skeleton as thick lines, points as markers. */
import { packColor } from "../core/raster.ts";
import { ImageError, show } from "../errors.ts";
import type { Keypoint, Keypoints, Skeleton } from "../model/scene.ts";
import { skeletons, usualSkeleton } from "../model/skeletons.ts";
import { parseColor } from "./colors.ts";
import type { Layer, Plan } from "./layer.ts";
import { LIGHT, markerBounds, MarkerList } from "./markers.ts";
import { type Bounds, checkCoordinate, type Mark } from "./marks.ts";
import type { ResolvedStyle } from "./style.ts";

/** The light edge of limbs lets some of the picture through. */
const LIMB_EDGE = packColor(0xffffff, 150);
/** Poses of more points than this have them so close together that their size follows their distances. */
const DENSE = 30;

/** The poses of a scene. */
export function planPoses(plan: Plan): Layer | undefined {
  const markers = new MarkerList(plan.style.curves);
  let any = false;
  for (const mark of plan.marks) {
    const { keypoints } = mark.annotation;
    if (!keypoints) continue;
    any = true;
    const bounds = addPose(markers, mark, keypoints, plan.style, plan.side);
    if (bounds) plan.cover(mark, "pose", bounds);
  }
  return any ? { draw: (frame) => markers.draw(frame, plan.style.bias) } : undefined;
}

/**
 * Add the shapes of a pose: limbs between points that are both there, then the points. A visible point is a marker with a
 * light rim, a hidden one is light with a rim of colour. Sizes follow the picture, and shrink with a small pose.
 *
 * @param side - square root of the picture's area
 * @returns what the drawn points cover; undefined when there is none
 * @throws {ImageError} `ARGUMENT` for coordinates that cannot be drawn, or an edge to a point that the pose has not
 */
export function addPose(
  markers: MarkerList,
  mark: Mark,
  pose: Keypoints,
  style: ResolvedStyle,
  side: number,
): Bounds | undefined {
  const path = `${mark.path}.keypoints`;
  const { points } = pose;
  const skeleton = pose.skeleton ?? skeletonFor(points.length, style);
  const drawn = points.map((point) => isDrawn(point, style));
  const at: number[] = [];
  for (const [i, { x, y }] of points.entries())
    if (drawn[i]) at.push(checkCoordinate(x, `${path}.points[${i}].x`), checkCoordinate(y, `${path}.points[${i}].y`));
  const limbs = limbsOf(points, skeleton, drawn, path);
  if (at.length === 0) return undefined;
  const extent = extentOf(at);

  const crowd = points.length > DENSE && limbs.length === 0;
  const base = style.keypointRadius ?? sizeOf(extent, crowd ? points.length : 0, side);
  const radii = points.map((_, i) => (points.length > DENSE ? denseRadius(i, limbs, base, style) : base));
  const limbWidth = (radius: number): number => style.limbWidth ?? Math.max(radius < 1.25 ? 1 : 1.25, radius * 0.85);
  const rimOf = (radius: number): number => style.keypointRim ?? Math.max(radius < 1.25 ? 0.35 : 0.6, radius * 0.28);
  const colors = style.keypointColors === "skeleton" ? skeleton : undefined;
  const colorOf = (list: readonly number[] | undefined, i: number, name: string): number =>
    list?.[i] === undefined ? mark.color : parseColor(list[i], `${path}.skeleton.${name}[${i}]`);

  const lines = limbs.flatMap(({ from, to, edge }) => {
    const radius = Math.min(radii[from]!, radii[to]!);
    const width = limbWidth(radius);
    if (width === 0) return [];
    const color = packColor(colorOf(colors?.edgeColors, edge, "edgeColors"));
    return [{ a: points[from]!, b: points[to]!, width, rim: rimOf(radius), color }];
  });
  const addLimbs = (): void => {
    // a light edge keeps limbs apart from a mask of the same colour
    for (const { a, b, width, rim } of lines)
      if (rim > 0) markers.addLine(a.x, a.y, b.x, b.y, width + 2 * rim, LIMB_EDGE);
    for (const { a, b, width, color } of lines) markers.addLine(a.x, a.y, b.x, b.y, width, color);
  };
  if (style.keypointTop === "points") addLimbs();
  let reach = 0;
  for (const [i, { x, y, visibility }] of points.entries()) {
    const radius = radii[i]!;
    if (!drawn[i] || radius === 0) continue;
    const color = packColor(colorOf(colors?.pointColors, i, "pointColors"));
    const rim = rimOf(radius);
    const [fill, edge] = (visibility ?? 2) === 2 ? [color, LIGHT] : [LIGHT, color];
    markers.addMarker({ marker: style.keypointMarker, radius, rim, fill, edge }, x, y);
    reach = Math.max(reach, radius + rim);
  }
  if (style.keypointTop === "limbs") addLimbs();
  return markerBounds(at, reach);
}

function isDrawn({ visibility, score }: Keypoint, { keypointScore }: ResolvedStyle): boolean {
  return visibility !== 0 && (score ?? Infinity) >= keypointScore;
}

/** The skeleton that the style lends to a pose without one. */
function skeletonFor(count: number, { keypointSkeleton: name }: ResolvedStyle): Skeleton | undefined {
  if (name === "none") return undefined;
  const skeleton = name === "auto" ? usualSkeleton(count) : skeletons[name];
  return skeleton?.points.length === count ? skeleton : undefined;
}

/** An edge of the skeleton whose ends are both drawn. */
interface Limb {
  readonly from: number;
  readonly to: number;
  readonly edge: number;
  readonly length: number;
}

function limbsOf(
  points: readonly Keypoint[],
  skeleton: Skeleton | undefined,
  drawn: readonly boolean[],
  path: string,
): Limb[] {
  const limbs: Limb[] = [];
  for (const [edge, [from, to]] of (skeleton?.edges ?? []).entries()) {
    const [a, b] = Number.isInteger(from) && Number.isInteger(to) ? [points[from], points[to]] : [];
    if (!a || !b)
      throw new ImageError("ARGUMENT", `expected two of ${points.length} points, got ${show([from, to])}`, {
        path: `${path}.skeleton.edges[${edge}]`,
      });
    if (!drawn[from] || !drawn[to]) continue;
    const length = Math.sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
    limbs.push({ from, to, edge, length });
  }
  return limbs;
}

/** Radius of the points of a pose: that of the picture, less where the pose is small or its points are a crowd. */
function sizeOf(extent: number, crowd: number, side: number): number {
  const room = crowd > 0 ? extent / (18 * Math.sqrt(crowd)) : Infinity;
  return Math.max(1.25, Math.min(1 + side / 480, extent / 56, room));
}

/** The longer side of the box around some points. */
function extentOf(at: readonly number[]): number {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < at.length; i += 2) {
    left = Math.min(left, at[i]!);
    right = Math.max(right, at[i]!);
    top = Math.min(top, at[i + 1]!);
    bottom = Math.max(bottom, at[i + 1]!);
  }
  return Math.max(right - left, bottom - top);
}

/** Radius of one point of a dense pose: a part of the mean length of its limbs. */
function denseRadius(point: number, limbs: readonly Limb[], base: number, style: ResolvedStyle): number {
  if (style.keypointRadius !== undefined) return base;
  let sum = 0;
  let count = 0;
  for (const { from, to, length } of limbs)
    if (from === point || to === point) {
      sum += length;
      count++;
    }
  return count === 0 ? base : Math.max(0.8, Math.min(base, (0.16 * sum) / count));
}
