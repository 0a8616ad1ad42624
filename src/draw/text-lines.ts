/** Lines of text beside pictures: titles, captions, the numbers of a bar. */
import type { Frame } from "../core/frame.ts";
import { packColor } from "../core/raster.ts";
import { drawPlates, type Line, type Plate } from "../core/text.ts";
import { fontOf } from "./fonts/registry.ts";
import { layoutLine } from "./text.ts";

/** A line where it is drawn. */
export interface TextLine {
  readonly line: Line;
  /** Where it begins, whole pixels. */
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  /** 0xRRGGBB. */
  readonly ink: number;
}

/** A line of text, cut with an ellipsis where it is wider than `maxWidth` pixels. */
export function lineOf(text: string, size: number, maxWidth?: number): Line {
  return layoutLine(text, fontOf([]), size, maxWidth);
}

/** Heights of a line in whole pixels: of capitals, of what hangs below the baseline, and from line to line. */
export function lineMetrics(size: number): { capHeight: number; descent: number; pitch: number } {
  const { capHeight, descent } = fontOf([]).metrics(size);
  return { capHeight, descent, pitch: Math.round(size * 1.3) };
}

/** Draw lines without plates. */
export function drawLines(frame: Frame, lines: readonly TextLine[], size: number, bias?: number): void {
  const plates = lines.map(({ line, x, y, ink }): Plate => ({
    left: 0,
    top: 0,
    right: 0,
    bottom: 0,
    color: 0,
    ink: packColor(ink),
    lines: [{ line, penX: x, penY: y - (line.lift ?? 0) }],
  }));
  drawPlates(frame, { plates, radius: 0, source: fontOf([]), size }, bias);
}

/** Draw a plate with round corners and nothing on it. */
export function drawPlate(
  frame: Frame,
  edges: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  color: number,
  alpha: number,
  radius: number,
  bias?: number,
): void {
  const plate: Plate = { ...edges, color: packColor(color, alpha), ink: 0, lines: [] };
  drawPlates(frame, { plates: [plate], radius, source: fontOf([]), size: 10 }, bias);
}
