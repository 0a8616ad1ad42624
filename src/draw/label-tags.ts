/** Labels that stand at one exact place, cut at the picture's edge and over each other: the look of other tools. */
import { packColor } from "../core/raster.ts";
import { drawPlates, type Line, type Plate } from "../core/text.ts";
import { coarsePlate } from "./coarse-outline.ts";
import { parseColor } from "./colors.ts";
import { type Font, MISSING } from "./font.ts";
import type { LabelTag } from "./label-style.ts";
import { labelText, rawLabelText } from "./label-template.ts";
import type { LabelLayer } from "./labels.ts";
import type { Plan } from "./layer.ts";
import { layoutLine } from "./text.ts";

/** Labels on tags, in the scene's order, at the boxes of objects or what else they cover. */
export function planTags(plan: Plan, tag: LabelTag): LabelLayer {
  const { font: source, fontSize: size, label, labelPlate, labelPlateAlpha, bias } = plan.style;
  const ink = parseColor(tag.ink ?? 0xffffff);
  const plates: Plate[] = [];
  for (const mark of plan.marks) {
    const { box } = mark.annotation;
    const cover = plan.coverOf(mark);
    if (plan.hasSpoken(mark) || !(box ?? cover)) continue;
    const [sx, sy] = box?.normalized ? [plan.width, plan.height] : [1, 1];
    const left = (box ? box.x * sx : cover!.left) + tag.x;
    const top = (box ? box.y * sy : cover!.top) + tag.y;
    const words = tag.advances
      ? spacedLine(rawLabelText(mark.annotation, label), source, size, tag.advances)
      : layoutLine(labelText(mark.annotation, label), source, size);
    const shape = { left, top, right: left + words.width + 2 * tag.padding, bottom: top + tag.height };
    if (shape.right <= 0 || shape.bottom <= 0 || left >= plan.width || top >= plan.height) continue;
    plates.push({
      ...coarsePlate(shape, tag.radius ?? 0),
      color: packColor(labelPlate ?? mark.color, labelPlateAlpha),
      ink: packColor(tinted(ink, mark.color, tag.tint ?? 0)),
      lines: words.glyphs.length > 0 ? [placed(words, left + tag.padding, top + tag.baseline)] : [],
    });
  }
  return {
    labels: [],
    draw: (frame) => drawPlates(frame, { plates, radius: 0, source, size }, bias),
  };
}

/** A line at a place with fractions, of which the nearest quarters are kept. */
function placed(line: Line, x: number, y: number): Plate["lines"][number] {
  const [quartersX, quartersY] = [Math.round(x * 4), Math.round(y * 4)];
  const [restX, restY] = [quartersX & 3, quartersY & 3];
  const moved = {
    ...line,
    penX: restX === 0 ? line.penX : line.penX.map((pen) => pen + restX),
    penY: restY === 0 ? line.penY : line.glyphs.map((_, i) => (line.penY?.[i] ?? 0) + restY),
  };
  return { line: moved, penX: quartersX >> 2, penY: quartersY >> 2 };
}

/** Words with distances of their own, see `LabelTag.advances`. */
function spacedLine(text: string, font: Font, size: number, advances: Readonly<Record<string, number>>): Line {
  const glyphs: number[] = [];
  const penX: number[] = [];
  const named = (key: string): number | undefined => (Object.hasOwn(advances, key) ? advances[key] : undefined);
  const scale = size / font.unitsPerEm;
  let pen = 0;
  let room = 0;
  let before = "";
  for (const character of text.normalize("NFC")) {
    const code = character.codePointAt(0)!;
    const glyph = font.glyphOf(code);
    if (code < 0x20 || glyph >= MISSING) {
      room += named("") ?? 0;
      continue;
    }
    const letter = code < 0x7f ? character : character.normalize("NFD")[0]!;
    const ownKerning = (): number => (code < 0x7f && before < "\x7f" ? 0 : font.kerning(glyphs.at(-1)!, glyph) * scale);
    if (before !== "") pen += named(before + letter) ?? ownKerning();
    glyphs.push(glyph);
    penX.push(Math.round(pen * 4));
    pen += named(character) ?? named(letter) ?? font.advance(glyph) * scale;
    before = letter;
  }
  return { glyphs, penX, width: Math.floor(pen + room) };
}

/** A colour that takes a part of another one, rounded down. */
function tinted(color: number, other: number, part: number): number {
  const mix = (shift: number): number => {
    const [own, its] = [(color >> shift) & 255, (other >> shift) & 255];
    return Math.floor(own * (1 - part) + its * part + 1e-9) << shift;
  };
  return mix(16) | mix(8) | mix(0);
}
