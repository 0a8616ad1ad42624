/** Panels: text and small coloured boxes on a ground of their own, for legends and bars. */
import type { Frame } from "../core/frame.ts";
import { packColor } from "../core/raster.ts";
import { drawPlates, type Plate, type PlacedLine } from "../core/text.ts";
import { readablePlate } from "./colors.ts";
import type { Font } from "./font.ts";
import { plateMetrics } from "./labels.ts";
import type { Bounds } from "./marks.ts";

/** A coloured box on a panel. */
export interface Swatch extends Bounds {
  readonly color: number;
}

/** Everything that is on a panel, in whole pixels of the picture. */
export interface Panel extends Bounds {
  readonly font: Font;
  readonly fontSize: number;
  readonly color: number;
  /** 0..255, if the text can be read then. */
  readonly alpha: number;
  readonly lines: readonly PlacedLine[];
  readonly swatches: readonly Swatch[];
}

/** Draw a panel. */
export function drawPanel(frame: Frame, panel: Panel, bias: number): void {
  const { left, top, right, bottom, font: source, fontSize, color, lines, swatches } = panel;
  const { alpha, ink } = readablePlate(color, panel.alpha);
  const { radius } = plateMetrics(source, fontSize);
  const plate: Plate = {
    left,
    top,
    right,
    bottom,
    color: packColor(color, alpha),
    ink: packColor(ink),
    lines,
  };
  drawPlates(frame, { plates: [plate], radius, source, size: fontSize }, bias);
  const boxes = swatches.map((swatch): Plate => ({ ...swatch, color: packColor(swatch.color), ink: 0, lines: [] }));
  if (boxes.length === 0) return;
  let least = Infinity;
  for (const box of boxes) least = Math.min(least, box.right - box.left, box.bottom - box.top);
  drawPlates(frame, { plates: boxes, radius: Math.min(radius >> 1, least >> 1), source, size: fontSize }, bias);
}
