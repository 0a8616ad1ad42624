/** Words set for a quad: one line, or one character above the other; and their outlines, put anywhere. */
import { MAX_COORDINATE, type Outline, SUBPIXEL } from "../core/raster.ts";
import type { Line } from "../core/text.ts";
import type { Font } from "./font.ts";
import { layoutLine } from "./text.ts";

/** Words at a size of whole pixels, to be scaled; a line may be smaller. */
export interface TextBlock {
  readonly font: Font;
  readonly size: number;
  /** Lines with the place of their first pen, pixels from the block's upper left corner. */
  readonly lines: readonly { readonly line: Line; readonly size: number; readonly x: number; readonly y: number }[];
  readonly width: number;
  readonly height: number;
}

/** Room that words get above and below, in ems, with marks of any script. */
const ABOVE = 0.92;
const BELOW = 0.28;
/** From one character to the one below it, in ems. */
const PITCH = 1.06;
const STACKED = /[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\u{20000}-\u{3ffff}]/u;

/** Whether words may be written from top to bottom: those of China, Japan and Korea. */
export function canStack(text: string): boolean {
  return STACKED.test(text);
}

/** Set words in one line. */
export function setLine(text: string, font: Font, size: number): TextBlock {
  const line = layoutLine(text, font, size);
  return {
    font,
    size,
    lines: [{ line, size, x: 0, y: ABOVE * size - (line.lift ?? 0) }],
    width: line.width,
    height: (ABOVE + BELOW) * size,
  };
}

/**
 * Set words from top to bottom, each character in the middle of the column; a short number or word between them lies across
 * it, as small as it must be.
 */
export function setColumn(text: string, font: Font, size: number): TextBlock {
  const cells = text.match(/[!-~]{2,4}(?![!-~])|(?!\s)\P{M}\p{M}*/gu) ?? [];
  const lines = cells.map((cell, i) => {
    const whole = layoutLine(cell, font, size);
    const own = whole.width > size ? Math.max(6, Math.floor((size * size) / whole.width)) : size;
    const line = own === size ? whole : layoutLine(cell, font, own);
    // the middle of capitals and of square characters is about a third of an em above the baseline
    return { line, size: own, x: (size - line.width) / 2, y: (i + 0.5) * PITCH * size + 0.36 * own };
  });
  return { font, size, lines, width: size, height: lines.length * PITCH * size };
}

function gridValue(pixels: number): number {
  return Math.round(Math.max(-MAX_COORDINATE, Math.min(MAX_COORDINATE, pixels)) * SUBPIXEL);
}

/** Where a point of a block, in pixels from its upper left corner, lies in the picture. */
export type BlockMap = (x: number, y: number) => readonly [x: number, y: number];

/** The outlines of all glyphs of a block as one, in the picture. */
export function blockOutline({ font, lines }: TextBlock, map: BlockMap): Outline {
  const parts: { outline: Outline; x: number; y: number }[] = [];
  let count = 0;
  let contours = 0;
  for (const { line, size, x, y } of lines)
    for (const [i, glyph] of line.glyphs.entries()) {
      const outline = font.outline(glyph, size);
      if (!outline) continue;
      parts.push({ outline, x: x + line.penX[i]! / 4, y: y + (line.penY ? line.penY[i]! / 4 : 0) });
      count += outline.points.length;
      contours += outline.ends.length;
    }
  const points = new Int32Array(count);
  const flags = new Uint8Array(count / 2).fill(1);
  const ends = new Uint32Array(contours);
  let at = 0;
  let contour = 0;
  for (const { outline, x, y } of parts) {
    const first = at / 2;
    if (outline.flags) flags.set(outline.flags, first);
    for (const end of outline.ends) ends[contour++] = first + end;
    for (let i = 0; i < outline.points.length; i += 2) {
      const [px, py] = map(x + outline.points[i]! / SUBPIXEL, y + outline.points[i + 1]! / SUBPIXEL);
      points[at++] = gridValue(px);
      points[at++] = gridValue(py);
    }
  }
  return { points, flags, ends };
}
