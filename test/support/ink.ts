/** Lines of text as arrays of ink, to be compared. */
import { Frame } from "../../src/core/frame.ts";
import { packColor } from "../../src/core/raster.ts";
import { drawPlates } from "../../src/core/text.ts";
import type { Font } from "../../src/draw/font.ts";
import { layoutLine } from "../../src/draw/text.ts";

/** Ink 0..255 of each pixel, row-major. */
export interface Ink {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A line in black on white, its first pen at `penX`, its baseline at `penY`. */
export function lineInk(
  text: string,
  font: Font,
  size: number,
  width: number,
  height: number,
  penX: number,
  penY: number,
): Ink {
  const frame = Frame.create(width, height, { fill: 0xffffff });
  const line = layoutLine(text, font, size);
  const plate = {
    left: 0,
    top: 0,
    right: width,
    bottom: height,
    color: packColor(0xffffff),
    ink: packColor(0),
    lines: [{ line, penX, penY }],
  };
  drawPlates(frame, { plates: [plate], radius: 0, source: font, size });
  const rgba = frame.toRgba();
  frame.free();
  return { data: Uint8Array.from({ length: width * height }, (_, i) => 255 - rgba[i * 4]!), width, height };
}

/** How much two inks share, 0..1: the smaller of both over the larger, summed. */
export function overlap(a: Ink, b: Ink): number {
  let shared = 0;
  let all = 0;
  for (let i = 0; i < a.data.length; i++) {
    shared += Math.min(a.data[i]!, b.data[i]!);
    all += Math.max(a.data[i]!, b.data[i]!);
  }
  return all === 0 ? 1 : shared / all;
}
