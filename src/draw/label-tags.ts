/** Labels that stand at one exact place, cut at the picture's edge and over each other: the look of other tools. */
import type { Frame } from "../core/frame.ts";
import { fillOutlines, type Outline, packColor, SUBPIXEL } from "../core/raster.ts";
import { parseColor } from "./colors.ts";
import type { Font } from "./font.ts";
import type { LabelTag } from "./label-style.ts";
import { labelText } from "./label-template.ts";
import type { LabelLayer } from "./labels.ts";
import type { Plan } from "./layer.ts";
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
    const natural = widthOf(block);
    const width = tag.fit === "box" && box ? box.width * sx : Math.floor(natural) + 2 * tag.padding;
    const stretch = tag.fit === "box" && natural > 0 ? Math.max(0, width - 2 * tag.padding) / natural : 1;
    const right = x + width;
    const bottom = y + tag.height;
    outlines.push(plateOutline(x, y, right, bottom, tag.radius ?? 0));
    colors.push(packColor(plateColor ?? mark.color, style.labelPlateAlpha));
    const [{ y: baseline }] = block.lines as [TextBlock["lines"][number]];
    const penX = x + tag.padding;
    const penY = y + tag.baseline - baseline;
    const words = blockOutline(block, (u, v) => [penX + u * stretch, penY + v]);
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

/** A rectangle with round corners, two quadratic curves for each. */
function plateOutline(left: number, top: number, right: number, bottom: number, radius: number): Outline {
  const r = Math.min(radius, (right - left) / 2, (bottom - top) / 2);
  // how far the control points and the middle of the curve are from the corner
  const [far, middle] = [r * (2 - Math.SQRT2), r * (1 - Math.SQRT1_2)];
  const points: number[] = [];
  const flags: number[] = [];
  const add = (x: number, y: number, flag: 0 | 1): void => {
    points.push(Math.round(x * SUBPIXEL), Math.round(y * SUBPIXEL));
    flags.push(flag);
  };
  for (const [x, y, ax, ay, bx, by] of [
    [left, top, 0, 1, 1, 0],
    [right, top, -1, 0, 0, 1],
    [right, bottom, 0, -1, -1, 0],
    [left, bottom, 1, 0, 0, -1],
  ] as const) {
    // from the side that comes to the corner to the one that leaves it
    add(x + ax * r, y + ay * r, 1);
    add(x + ax * far, y + ay * far, 0);
    add(x + (ax + bx) * middle, y + (ay + by) * middle, 1);
    add(x + bx * far, y + by * far, 0);
    add(x + bx * r, y + by * r, 1);
  }
  return { points: new Int32Array(points), flags: new Uint8Array(flags), ends: Uint32Array.of(flags.length) };
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
