/** Where labels go, without drawing them: for viewers and tests. */
import type { Scene } from "../model/scene.ts";
import type { LabelLayer } from "./labels.ts";
import { planScene } from "./plan.ts";
import type { Style } from "./style.ts";

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
  const plan = planScene(scene, style);
  plan.free();
  const layer = plan.layers.find((candidate): candidate is LabelLayer => "labels" in candidate);
  return (layer?.labels ?? []).map(({ text, left, top, right, bottom, color, free }) => ({
    text,
    xyxy: [left, top, right, bottom],
    color,
    free,
  }));
}
