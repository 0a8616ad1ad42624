/** Labels that stand at one exact place, cut at the picture's edge and over each other: the look of other tools. */
import type { Frame } from "../core/frame.ts";
import { fillOutlines, type Outline, packColor, SUBPIXEL } from "../core/raster.ts";
import { parseColor } from "./colors.ts";
import type { Font } from "./font.ts";
import type { LabelTag } from "./label-style.ts";
import { labelText } from "./label-template.ts";
import type { LabelLayer } from "./labels.ts";
import type { Plan } from "./layer.ts";
import { polygonPath } from "./path.ts";
import { blockOutline, setLine, type TextBlock } from "./text-block.ts";

/** Labels on tags, in the scene's order, at the boxes of objects or what else they cover. */
export function planTags(plan: Plan, tag: LabelTag): LabelLayer {
  const { style } = plan;
  const outlines: Outline[] = [];
  const colors: number[] = [];
  const plateColor = style.labelPlate;
  for (const mark of plan.marks) {
    const { box } = mark.annotation;
    const cover = plan.coverOf(mark);
    if (plan.hasSpoken(mark) || !(box ?? cover)) continue;
    const [sx, sy] = box?.normalized ? [plan.width, plan.height] : [1, 1];
    const x = (box ? box.x * sx : cover!.left) + tag.x;
    const y = (box ? box.y * sy : cover!.top) + tag.y;
    const block = setLine(labelText(mark.annotation, style.label), style.font, style.fontSize);
    const right = x + Math.floor(widthOf(block)) + 2 * tag.padding;
    const bottom = y + tag.height;
    const { points } = polygonPath([x, y, right, y, right, bottom, x, bottom], tag.radius ?? 0);
    outlines.push(polygonOutline(points));
    colors.push(packColor(plateColor ?? mark.color, style.labelPlateAlpha));
    const [{ y: baseline }] = block.lines as [TextBlock["lines"][number]];
    const penX = x + tag.padding;
    const penY = y + tag.baseline - baseline;
    const words = blockOutline(block, (u, v) => [penX + u, penY + v]);
    if (words.points.length === 0) continue;
    outlines.push(words);
    colors.push(packColor(tinted(parseColor(tag.ink ?? 0xffffff), mark.color, tag.tint ?? 0)));
  }
  return { labels: [], draw: (frame) => drawOutlines(frame, outlines, colors, style.bias) };
}

/** Of one line, without rounding: advances and kerning. */
function widthOf({ font, size, lines }: TextBlock): number {
  const { glyphs, width, penY } = lines[0]!.line;
  return glyphs.length === 0 || penY ? width : (sumOf(glyphs, font) * size) / font.unitsPerEm;
}

function sumOf(glyphs: readonly number[], font: Font): number {
  return glyphs.reduce(
    (sum, glyph, i) => sum + font.advance(glyph) + (i > 0 ? font.kerning(glyphs[i - 1]!, glyph) : 0),
    0,
  );
}

/** A colour that takes a part of another one, rounded down. */
function tinted(color: number, other: number, part: number): number {
  const mix = (shift: number): number => {
    const [own, its] = [(color >> shift) & 255, (other >> shift) & 255];
    return Math.floor(own * (1 - part) + its * part + 1e-9) << shift;
  };
  return mix(16) | mix(8) | mix(0);
}

function polygonOutline(points: readonly number[]): Outline {
  return {
    points: Int32Array.from(points, (value) => Math.round(value * SUBPIXEL)),
    ends: Uint32Array.of(points.length / 2),
  };
}

/** Fill outlines one after the other. */
function drawOutlines(frame: Frame, outlines: readonly Outline[], colors: readonly number[], bias: number): void {
  const sum = outlines.reduce((count, { points }) => count + points.length, 0);
  const points = new Int32Array(sum);
  const flags = new Uint8Array(sum / 2).fill(1);
  const ends: number[] = [];
  let first = 0;
  for (const outline of outlines) {
    points.set(outline.points, first * 2);
    if (outline.flags) flags.set(outline.flags, first);
    for (const end of outline.ends) ends.push(first + end);
    first += outline.points.length / 2;
  }
  const counts = Uint32Array.from(outlines, (outline) => outline.ends.length);
  fillOutlines(
    frame,
    { points, flags, ends: new Uint32Array(ends), counts, colors: new Uint32Array(colors) },
    { bias },
  );
}
