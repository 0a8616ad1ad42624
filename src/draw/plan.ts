/** A scene put in place: every mark with its colour and pixels, and nothing drawn yet. */
import { checkSize } from "../limits.ts";
import type { Scene } from "../model/scene.ts";
import { planBoxMarks } from "./box-marks.ts";
import { planBoxes } from "./boxes.ts";
import { planColorBar, planHeatMaps } from "./heat-maps.ts";
import type { MarkKind } from "./filter-style.ts";
import { planIcons } from "./icons.ts";
import { planDim } from "./dim.ts";
import { planPoses } from "./keypoints.ts";
import { planClassification } from "./classification.ts";
import { planLabelMaps } from "./label-maps.ts";
import { planLabels } from "./labels.ts";
import { planLegend } from "./legend.ts";
import { type Layer, Plan } from "./layer.ts";
import { selectMarks } from "./marks.ts";
import { planMasks } from "./masks.ts";
import { checkScene } from "./scene-check.ts";
import { planShapes } from "./shapes.ts";
import { planPrivacy } from "./privacy.ts";
import { planTexts } from "./texts.ts";
import { type ResolvedStyle, resolveStyle, type Style } from "./style.ts";
import { planTraces } from "./traces.ts";

/**
 * Put every kind of mark in place, in the order of drawing. Icons stand at what the others cover, and so do labels, beside
 * the blocks that name classes and values.
 */
const KINDS: readonly (readonly [kind: (plan: Plan) => Layer | undefined, name?: MarkKind])[] = [
  [planPrivacy],
  [planDim],
  [planLabelMaps, "labelMaps"],
  [planHeatMaps, "heatMaps"],
  [planMasks, "masks"],
  [planTraces, "traces"],
  [planBoxes, "boxes"],
  [planBoxMarks, "boxes"],
  [planShapes, "shapes"],
  [planPoses, "keypoints"],
  [planIcons, "icons"],
  [planClassification, "classifications"],
  [planLegend],
  [planColorBar, "heatMaps"],
  [planTexts, "texts"],
  [planLabels],
];

/** What will be drawn. It may hold memory: free it. */
export interface PlannedScene {
  readonly plan: Plan;
  readonly layers: readonly Layer[];
  readonly style: ResolvedStyle;
  free(): void;
}

/**
 * Check a scene as a whole and put everything in its place, with nothing drawn yet.
 *
 * @param known - styles that are decided for pictures of this size; this one is added
 * @throws {ImageError} with the path of what cannot be drawn
 */
export function planScene(source: Scene, style: Style, known?: Map<Style, ResolvedStyle>): PlannedScene {
  const scene = checkScene(source);
  const { width, height } = scene;
  checkSize(width, height, "scene");
  const resolved = known?.get(style) ?? resolveStyle(style, width, height);
  known?.set(style, resolved);
  const plan = new Plan(scene, resolved, selectMarks(scene, resolved));
  const layers: Layer[] = [];
  const free = (): void => {
    for (const layer of layers) layer.free?.();
  };
  try {
    for (const [kind, name] of KINDS) {
      if (name && resolved.hideMarks?.has(name)) continue;
      const layer = kind(plan);
      if (layer) layers.push(layer);
    }
  } catch (error) {
    free();
    throw error;
  }
  return { plan, layers, style: resolved, free };
}
