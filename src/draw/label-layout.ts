/** Where labels go, without drawing them: for viewers and tests. */
import type { Scene } from "../model/scene.ts";
import type { LabelLayer } from "./labels.ts";
import { planScene } from "./plan.ts";
import type { Style } from "./style.ts";

/** Where a label stands. */
export interface LabelLayout {
  /** The words of the label. */
  readonly text: string;
  /** The words of each of its lines as they are drawn: broken, and cut with an ellipsis where they are too long. */
  readonly lines: readonly string[];
  /** The plate: left, top, right, bottom in whole pixels, right and bottom exclusive. */
  readonly xyxy: readonly [number, number, number, number];
  /** Line from the plate to its object, in pixels: x0, y0 at the plate, x1, y1 at the object; for labels that had to move. */
  readonly leader?: readonly [number, number, number, number] | undefined;
  /** 0xRRGGBB of the plate. */
  readonly color: number;
  /** 0xRRGGBB of the text. */
  readonly textColor: number;
  /** False when the plate may share pixels with others, for want of room. Free plates share none and are drawn above. */
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
  const layers = plan.layers.filter((candidate): candidate is LabelLayer => "labels" in candidate);
  return layers
    .flatMap(({ labels }) => labels)
    .map(({ text, rows, left, top, right, bottom, leader, plate, ink, free }) => ({
      text,
      lines: rows,
      xyxy: [left, top, right, bottom],
      leader,
      color: plate,
      textColor: ink,
      free,
    }));
}
