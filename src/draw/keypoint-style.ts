/** How poses are drawn: part of the style. */
import { type Checks, number } from "./style-checks.ts";

/** Part of {@link Style}. */
export interface KeypointStyle {
  /** Radius of keypoints in pixels. Default: follows the picture and the pose. */
  readonly keypointRadius?: number | undefined;
  /** Width of the limbs between keypoints in pixels, 0 for none. Default: follows the picture and the pose. */
  readonly limbWidth?: number | undefined;
}

export const KEYPOINT_CHECKS: Checks<KeypointStyle> = {
  keypointRadius: number(0, 1000),
  limbWidth: number(0, 1000),
};

export interface ResolvedKeypointStyle {
  readonly keypointRadius: number | undefined;
  readonly limbWidth: number | undefined;
}

export function resolveKeypointStyle(style: KeypointStyle): ResolvedKeypointStyle {
  return { keypointRadius: style.keypointRadius, limbWidth: style.limbWidth };
}
