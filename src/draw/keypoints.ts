/** Poses: limbs of a skeleton as thick lines, points as discs. */
import type { Frame } from "../core/frame.ts";
import { fillCapsules, packColor, SUBPIXEL } from "../core/raster.ts";
import { ImageError, show } from "../errors.ts";
import type { Keypoint, Keypoints } from "../model/scene.ts";
import type { Layer, Plan } from "./layer.ts";
import { type Bounds, checkCoordinate, type Mark } from "./marks.ts";
import type { ResolvedStyle } from "./style.ts";

/** Thick lines and discs of one pose, in drawing order. */
export interface PlacedPose {
  /** x0, y0, x1, y1, radius of each in 1/256 pixel. */
  readonly capsules: readonly number[];
  /** One of `packColor` for each. */
  readonly colors: readonly number[];
  /** What the drawn points cover; undefined when there is none. */
  readonly bounds: Bounds | undefined;
}

const RIM = 0xffffff;
/** Opacity of the light edge of limbs. */
const EDGE_ALPHA = 150;

/** The poses of a scene. */
export function planPoses(plan: Plan): Layer | undefined {
  const poses: PlacedPose[] = [];
  for (const mark of plan.marks) {
    const { keypoints } = mark.annotation;
    if (!keypoints) continue;
    const pose = placePose(mark, keypoints, plan.style, plan.side);
    poses.push(pose);
    if (pose.bounds) plan.cover(mark, "pose", pose.bounds);
  }
  return poses.length > 0 ? { draw: (frame) => drawPoses(frame, poses, plan.style) } : undefined;
}

/**
 * Make the shapes of a pose: limbs between points that are both there, then the points. A visible point is a disc with a
 * light rim, a hidden one is light with a rim of colour. Sizes follow the picture, and shrink with a small pose.
 *
 * @param side - square root of the picture's area
 * @throws {ImageError} `ARGUMENT` for coordinates that cannot be drawn, or an edge to a point that the skeleton has not
 */
export function placePose(mark: Mark, pose: Keypoints, style: ResolvedStyle, side: number): PlacedPose {
  const { points, skeleton } = pose;
  const { color, path } = mark;
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const [i, { x, y, visibility = 2 }] of points.entries()) {
    if (visibility === 0) continue;
    checkCoordinate(x, `${path}.keypoints.points[${i}].x`);
    checkCoordinate(y, `${path}.keypoints.points[${i}].y`);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const capsules: number[] = [];
  const colors: number[] = [];
  if (left > right) return { capsules, colors, bounds: undefined };

  const extent = Math.max(right - left, bottom - top);
  const radius = style.keypointRadius ?? Math.max(1.25, Math.min(1 + side / 480, extent / 56));
  const limb = style.limbWidth ?? Math.max(1.25, radius * 0.85);
  const rim = Math.max(0.6, radius * 0.28);
  const add = (x0: number, y0: number, x1: number, y1: number, r: number, fill: number, alpha = 255): void => {
    capsules.push(fixed(x0), fixed(y0), fixed(x1), fixed(y1), Math.max(1, fixed(r)));
    colors.push(packColor(fill, alpha));
  };

  const limbs: (readonly [Keypoint, Keypoint])[] = [];
  for (const [i, [from, to]] of (skeleton?.edges ?? []).entries()) {
    const a = points[from];
    const b = points[to];
    if (!a || !b)
      throw new ImageError("ARGUMENT", `expected two of ${points.length} points, got ${show([from, to])}`, {
        path: `${path}.keypoints.skeleton.edges[${i}]`,
      });
    if (limb > 0 && a.visibility !== 0 && b.visibility !== 0) limbs.push([a, b]);
  }
  // a light edge keeps limbs apart from a mask of the same colour
  for (const [a, b] of limbs) add(a.x, a.y, b.x, b.y, limb / 2 + rim, RIM, EDGE_ALPHA);
  for (const [a, b] of limbs) add(a.x, a.y, b.x, b.y, limb / 2, color);
  for (const { x, y, visibility = 2 } of points) {
    if (visibility === 0 || radius === 0) continue;
    const seen = visibility === 2;
    add(x, y, x, y, radius + rim, seen ? RIM : color);
    add(x, y, x, y, radius, seen ? color : RIM);
  }
  const reach = radius + rim;
  return {
    capsules,
    colors,
    bounds: {
      left: Math.floor(left - reach),
      top: Math.floor(top - reach),
      right: Math.ceil(right + reach),
      bottom: Math.ceil(bottom + reach),
    },
  };
}

/** Draw poses in order. */
export function drawPoses(frame: Frame, poses: readonly PlacedPose[], style: ResolvedStyle): void {
  const capsules = poses.flatMap((pose) => pose.capsules);
  if (capsules.length === 0) return;
  fillCapsules(frame, Int32Array.from(capsules), Uint32Array.from(poses.flatMap(({ colors }) => colors)), style.bias);
}

function fixed(pixels: number): number {
  return Math.round(pixels * SUBPIXEL);
}
