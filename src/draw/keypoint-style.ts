/** How poses are drawn: part of the style. */
import { type SkeletonName, skeletons } from "../model/skeletons.ts";
import { type Marker, MARKERS } from "./markers.ts";
import { type Checks, number, oneOf } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface KeypointStyle {
  /** Radius of keypoints in pixels. Default: follows the picture and the pose. */
  readonly keypointRadius?: number | undefined;
  /** Width of the limbs between keypoints in pixels, 0 for none. Default: follows the picture and the pose. */
  readonly limbWidth?: number | undefined;
  /** Width of the light rim around points and along limbs in pixels, 0 for none. Default: follows the points' size. */
  readonly keypointRim?: number | undefined;
  /** What lies on top, points or limbs. Default `points`. */
  readonly keypointTop?: "points" | "limbs" | undefined;
  /** How keypoints are marked. Default `circle`. */
  readonly keypointMarker?: Marker | undefined;
  /** Keypoints with a lower score are not drawn, nor their limbs; those without a score are. Default 0.3. */
  readonly keypointScore?: number | undefined;
  /**
   * How the points of a pose that brings no skeleton are joined: by the built-in skeleton of this name, where it has as many
   * points; `auto`: by the one that poses of so many points usually have; `none`: not at all. Default `none`: limbs
   * between the wrong points would show a pose that nobody has seen.
   */
  readonly keypointSkeleton?: "none" | "auto" | SkeletonName | undefined;
  /** `skeleton`: colours of limbs and points that a skeleton brings win; `object`: all have the object's. Default `skeleton`. */
  readonly keypointColors?: "skeleton" | "object" | undefined;
}

export const KEYPOINT_CHECKS: Checks<KeypointStyle> = {
  keypointRadius: number(0, 1000),
  limbWidth: number(0, 1000),
  keypointRim: number(0, 1000),
  keypointTop: oneOf(["points", "limbs"]),
  keypointMarker: oneOf(MARKERS),
  keypointScore: number(-1e9, 1e9),
  keypointSkeleton: oneOf(["none", "auto", ...Object.keys(skeletons)]),
  keypointColors: oneOf(["skeleton", "object"]),
};

export interface ResolvedKeypointStyle {
  readonly keypointRadius: number | undefined;
  readonly limbWidth: number | undefined;
  readonly keypointRim: number | undefined;
  readonly keypointTop: "points" | "limbs";
  readonly keypointMarker: Marker;
  readonly keypointScore: number;
  readonly keypointSkeleton: "none" | "auto" | SkeletonName;
  readonly keypointColors: "skeleton" | "object";
}

export function resolveKeypointStyle(style: KeypointStyle): ResolvedKeypointStyle {
  return {
    keypointRadius: style.keypointRadius,
    limbWidth: style.limbWidth,
    keypointRim: style.keypointRim,
    keypointTop: style.keypointTop ?? "points",
    keypointMarker: style.keypointMarker ?? "circle",
    keypointScore: style.keypointScore ?? 0.3,
    keypointSkeleton: style.keypointSkeleton ?? "none",
    keypointColors: style.keypointColors ?? "skeleton",
  };
}
