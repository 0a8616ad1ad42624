/** A scene put in place: every mark with its colour and pixels, and nothing drawn yet. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Scene } from "../model/scene.ts";
import { placeBox, type PlacedBox } from "./boxes.ts";
import { placePose, type PlacedPose } from "./keypoints.ts";
import { arrangeLabels, type PlacedLabel } from "./labels.ts";
import { type Bounds, type Mark, selectMarks } from "./marks.ts";
import { checkLabelMap, type PlacedMasks, placeMasks } from "./masks.ts";
import { type ResolvedStyle, resolveStyle, type Style } from "./style.ts";

/** What will be drawn, in the order of drawing. The masks hold memory: free them. */
export interface Plan {
  readonly style: ResolvedStyle;
  readonly masks: PlacedMasks | undefined;
  readonly boxes: readonly PlacedBox[];
  readonly poses: readonly PlacedPose[];
  readonly labels: readonly PlacedLabel[];
}

/**
 * Check a scene as a whole and put everything in its place.
 *
 * @throws {ImageError} with the path of what cannot be drawn
 */
export function planScene(scene: Scene, style: Style): Plan {
  checkScene(scene);
  const { width, height } = scene;
  checkSize(width, height, "scene");
  const resolved = resolveStyle(style, width, height);
  for (const [i, map] of (scene.labelMaps ?? []).entries()) checkLabelMap(map, `labelMaps[${i}]`, scene);
  const marks = selectMarks(scene, resolved);
  const side = Math.sqrt(width * height);
  const boxes: PlacedBox[] = [];
  const poses: PlacedPose[] = [];
  /** The rectangle that a label stands at: the box, else the mask, else the pose. */
  const covered = new Map<Mark, Bounds>();
  for (const mark of marks) {
    const { box, keypoints } = mark.annotation;
    if (keypoints) {
      const pose = placePose(mark, keypoints, resolved, side);
      poses.push(pose);
      if (pose.bounds) covered.set(mark, pose.bounds);
    }
    if (box) {
      const placed = placeBox(mark, box, resolved);
      boxes.push(placed);
      covered.set(mark, placed.bounds);
    }
  }
  const masked = marks.filter(({ annotation }) => annotation.segmentation);
  const masks = masked.length > 0 ? placeMasks(masked, width, height) : undefined;
  try {
    for (const [i, mark] of masked.entries()) {
      const bounds = masks!.bounds[i];
      if (bounds && !mark.annotation.box) covered.set(mark, bounds);
    }
    const objects = marks.flatMap((mark): (readonly [Mark, Bounds])[] => {
      const bounds = covered.get(mark);
      return bounds ? [[mark, bounds]] : [];
    });
    const labels = resolved.showLabels ? arrangeLabels(objects, resolved, width, height) : [];
    return { style: resolved, masks, boxes, poses, labels };
  } catch (error) {
    masks?.set.free();
    throw error;
  }
}

/** What the types promise of a scene's lists; a scene may come out of JSON. */
function checkScene({ annotations, labelMaps }: Scene): void {
  checkObjects(annotations, "annotations");
  if (labelMaps !== undefined) checkObjects(labelMaps, "labelMaps");
  for (const [i, { keypoints }] of annotations.entries()) {
    if (!keypoints) continue;
    checkObjects(keypoints.points, `annotations[${i}].keypoints.points`);
    const edges: unknown = keypoints.skeleton?.edges;
    if (edges !== undefined && !(Array.isArray(edges) && edges.every(Array.isArray)))
      throw new ImageError("ARGUMENT", `expected pairs of points, got ${show(edges)}`, {
        path: `annotations[${i}].keypoints.skeleton.edges`,
      });
  }
}

function checkObjects(value: unknown, path: string): void {
  if (!Array.isArray(value)) throw new ImageError("ARGUMENT", `expected a list, got ${show(value)}`, { path });
  for (const [i, item] of value.entries())
    if (typeof item !== "object" || item === null)
      throw new ImageError("ARGUMENT", `expected an object, got ${show(item)}`, { path: `${path}[${i}]` });
}

/** Where a label stands. */
export interface LabelLayout {
  readonly text: string;
  /** The plate: left, top, right, bottom in whole pixels, right and bottom exclusive. */
  readonly xyxy: readonly [number, number, number, number];
  /** 0xRRGGBB of the plate. */
  readonly color: number;
  /** False when the plate covers another one, for want of room. */
  readonly free: boolean;
}

/**
 * Where `render` puts the labels of a scene, without drawing.
 *
 * @returns one for each object that has a label, in the order in which they are drawn
 * @throws {ImageError} as `render` does
 * @example
 * for (const { text, xyxy } of layoutLabels(scene, { fontSize: 14 })) console.log(text, ...xyxy);
 */
export function layoutLabels(scene: Scene, style: Style = {}): LabelLayout[] {
  const { labels, masks } = planScene(scene, style);
  masks?.set.free();
  return labels.map(({ text, left, top, right, bottom, color, free }) => ({
    text,
    xyxy: [left, top, right, bottom],
    color,
    free,
  }));
}
