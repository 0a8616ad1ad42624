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
import { decideStyle } from "./known-styles.ts";
import { selectMarks } from "./marks.ts";
import { planMasks } from "./masks.ts";
import { checkScene } from "./scene-check.ts";
import { planShapes } from "./shapes.ts";
import { planPrivacy } from "./privacy.ts";
import { planTexts } from "./texts.ts";
import type { ResolvedStyle, Style } from "./style.ts";
import { planTraces } from "./traces.ts";

/** A kind of mark, and the name by which a style leaves it out. */
type Kind = readonly [plan: (plan: Plan) => Layer | undefined, name?: MarkKind];

const MASKS: Kind = [planMasks, "masks"];
const TRACES: Kind = [planTraces, "traces"];
const BOXES: Kind = [planBoxes, "boxes"];
const BOX_MARKS: Kind = [planBoxMarks, "boxes"];
const SHAPES: Kind = [planShapes, "shapes"];
const POSES: Kind = [planPoses, "keypoints"];
const ICONS: Kind = [planIcons, "icons"];

// In the order of drawing. Icons stand at what the others cover, and so do labels, beside the blocks that name classes and
// values.
const GROUND: readonly Kind[] = [[planPrivacy], [planDim], [planLabelMaps, "labelMaps"], [planHeatMaps, "heatMaps"]];
const OBJECTS: readonly Kind[] = [MASKS, TRACES, BOXES, BOX_MARKS, SHAPES, POSES, ICONS];
/** Of one object: its box goes around everything else. */
const PARTS: readonly Kind[] = [MASKS, TRACES, POSES, BOXES, BOX_MARKS, SHAPES, ICONS];
const BLOCKS: readonly Kind[] = [[planClassification, "classifications"], [planLegend], [planColorBar, "heatMaps"]];
const WORDS: readonly Kind[] = [[planTexts, "texts"], [planLabels]];

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
 * @throws {ImageError} with the path of what cannot be drawn
 */
export function planScene(source: Scene, style: Style): PlannedScene {
  const scene = checkScene(source);
  const { width, height } = scene;
  checkSize(width, height, "scene");
  const resolved = decideStyle(style, width, height);
  const plan = new Plan(scene, resolved, selectMarks(scene, resolved));
  const layers: Layer[] = [];
  /** Blocks are put in place before the words and, object by object, drawn after them. */
  const blocks: Layer[] = [];
  const free = (): void => {
    for (const layer of [...layers, ...blocks]) layer.free?.();
  };
  try {
    const put = (kinds: readonly Kind[], part: Plan, onto: Layer[]): void => {
      for (const [kind, name] of kinds) {
        if (name && resolved.hideMarks?.has(name)) continue;
        const layer = kind(part);
        if (layer) onto.push(layer);
      }
    };
    put(GROUND, plan, layers);
    if (resolved.drawOrder === "kind") for (const kinds of [OBJECTS, BLOCKS, WORDS]) put(kinds, plan, layers);
    else {
      put(BLOCKS, plan, blocks);
      for (const mark of plan.marks) {
        const part = new Plan(scene, resolved, [mark], plan);
        put(PARTS, part, layers);
        put(WORDS, part, layers);
      }
    }
    layers.push(...blocks.splice(0));
  } catch (error) {
    free();
    throw error;
  }
  return { plan, layers, style: resolved, free };
}
