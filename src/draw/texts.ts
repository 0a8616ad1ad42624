/** Texts that were read in a picture: the outline of each, and its words in its direction. */
import type { Frame } from "../core/frame.ts";
import { fillCapsules, fillOutline, packColor, strokeBoxes, SUBPIXEL } from "../core/raster.ts";
import { drawPlates, type Plate } from "../core/text.ts";
import { ImageError, show } from "../errors.ts";
import { direction } from "../model/angles.ts";
import type { Annotation } from "../model/scene.ts";
import { textColorOn } from "./colors.ts";
import type { Font } from "./font.ts";
import { labelText } from "./label-template.ts";
import type { Layer, Plan } from "./layer.ts";
import { checkCoordinate, checkExtent, type Mark } from "./marks.ts";
import type { ResolvedStyle } from "./style.ts";
import { blockOutline, type BlockMap, canStack, setColumn, setLine, type TextBlock } from "./text-block.ts";
import {
  type Corners,
  cornersOfStrip,
  Obstacles,
  placeBesideStrip,
  type Side,
  type Strip,
  stripAlong,
  stripOf,
} from "./text-placement.ts";

/** A text, ready to be drawn. */
interface PlacedText {
  readonly color: number;
  readonly corners: Corners;
  /** False where the object has a box, which is drawn with the boxes. */
  readonly outlined: boolean;
  readonly words: PlacedWords | undefined;
}

/** Words on their plate. */
interface PlacedWords {
  readonly plate: Corners;
  readonly block: TextBlock;
  readonly map: BlockMap;
  /** Set for an upright plate on whole pixels: what the block's pen is there. */
  readonly upright: { readonly penX: number; readonly penY: number } | undefined;
}

/** A quad that is this much higher than wide holds a column, or a line that runs down. */
const TALL = 1.5;
/** No quad holds more UTF-16 units that can be told apart. */
const MAX_WORDS = 2000;
/** Part of a quad's height that an em takes when the words are as large as those in the picture. */
const EM = 0.78;
/** Where words are smaller than what they stand for. */
const SHRINK = [1, 0.8, 0.65, 0.5] as const;
const SIDES: Readonly<Record<"under" | "beside", readonly Side[]>> = {
  under: ["under", "over", "behind", "before"],
  beside: ["behind", "before", "under", "over"],
};
/** As a tall quad's line runs down, what is beside it is under the line. */
const SIDES_TALL: readonly Side[] = ["behind", "before", "over", "under"];

/** The texts of a scene. */
export function planTexts(plan: Plan): Layer | undefined {
  const { style } = plan;
  const found: { mark: Mark; corners: Corners; outlined: boolean }[] = [];
  for (const mark of plan.marks) {
    const { text, quad, box } = mark.annotation;
    if (text === undefined || !(quad ?? box)) continue;
    if (typeof text !== "string")
      throw new ImageError("ARGUMENT", `expected a text, got ${show(text)}`, { path: `${mark.path}.text` });
    const corners = quad ? checkQuad(quad, mark.path) : cornersOfBox(mark, plan);
    found.push({ mark, corners, outlined: quad !== undefined });
    const [left, top, right, bottom] = boundsOf(corners);
    plan.cover(mark, "quad", { left, top, right, bottom });
  }
  if (found.length === 0) return undefined;
  const obstacles = new Obstacles(plan.width, plan.height);
  const rim = style.boxWidth / 2;
  const { textPlacement } = style;
  if (textPlacement === "under" || textPlacement === "beside") for (const { corners } of found) obstacles.add(corners);
  const texts = found.map(({ mark, corners, outlined }): PlacedText => {
    const base = { color: mark.color, corners, outlined };
    if (textPlacement === "none") return { ...base, words: undefined };
    plan.speak(mark);
    const words = wordsOf(mark.annotation, style);
    if (words === "") return { ...base, words: undefined };
    if (textPlacement === "inside") return { ...base, words: fitInside(words, corners, style) };
    const placed = placeBeside(words, corners, SIDES[textPlacement], obstacles, rim, style);
    if (placed) obstacles.add(placed.plate);
    return { ...base, words: placed };
  });
  return { draw: (frame) => drawTexts(frame, texts, style) };
}

/** What is written: as the label says where the style has one, else the text as it was read. */
function wordsOf(annotation: Annotation, style: ResolvedStyle): string {
  const words = style.label === undefined ? annotation.text! : labelText(annotation, style.label);
  return words.slice(0, MAX_WORDS).replace(/\s+/g, " ").trim();
}

function checkQuad(quad: ArrayLike<number>, path: string): Corners {
  if (typeof quad !== "object" || quad.length !== 8)
    throw new ImageError("ARGUMENT", `expected 8 numbers, got ${show(quad)}`, { path: `${path}.quad` });
  return Array.from(quad, (value, i) => checkCoordinate(value, `${path}.quad[${i}]`));
}

function cornersOfBox({ annotation, path }: Mark, { width, height }: Plan): Corners {
  const box = annotation.box!;
  const [sx, sy] = box.normalized ? [width, height] : [1, 1];
  const x = checkCoordinate(box.x, `${path}.box.x`, sx);
  const y = checkCoordinate(box.y, `${path}.box.y`, sy);
  const halfWidth = checkExtent(box.width, `${path}.box.width`, sx) / 2;
  const halfHeight = checkExtent(box.height, `${path}.box.height`, sy) / 2;
  const { cos, sin } = direction(checkCoordinate(box.rotation ?? 0, `${path}.box.rotation`) % 360);
  const u = (x + halfWidth) * cos + (y + halfHeight) * sin;
  const v = (y + halfHeight) * cos - (x + halfWidth) * sin;
  return cornersOfStrip({
    ux: cos,
    uy: sin,
    u0: u - halfWidth,
    u1: u + halfWidth,
    v0: v - halfHeight,
    v1: v + halfHeight,
  });
}

/** How the words of a quad run: along it, down it, or as a column. */
function layoutFor(words: string, corners: Corners): { strip: Strip; column: boolean; turned: boolean } {
  const strip = stripOf(corners);
  const tall = strip.v1 - strip.v0 > TALL * (strip.u1 - strip.u0) && words.length > 1;
  if (!tall) return { strip, column: false, turned: false };
  if (canStack(words)) return { strip, column: true, turned: false };
  return { strip: stripAlong(corners, -strip.uy, strip.ux), column: false, turned: true };
}

/** Words in the quad itself, on a plate that is the quad, seen as the quad is seen. */
function fitInside(words: string, corners: Corners, style: ResolvedStyle): PlacedWords | undefined {
  const { strip, column, turned } = layoutFor(words, corners);
  const width = strip.u1 - strip.u0;
  const height = strip.v1 - strip.v0;
  if (width < 2 || height < 2) return undefined;
  const { font } = style;
  const set = column ? setColumn : setLine;
  const trial = set(words, font, 64);
  if (trial.width === 0 || trial.height === 0) return undefined;
  const wanted = style.textSize ?? (column ? width : height) * EM;
  const size = Math.min(wanted, (64 * width * 0.97) / trial.width, (64 * height) / trial.height);
  const block = set(words, font, Math.min(400, Math.max(6, Math.ceil(size))));
  const scale = size / block.size;
  const left = (width - block.width * scale) / 2;
  const top = (height - block.height * scale) / 2;
  // a line that runs down begins at the quad's upper right corner
  const q = turned ? [...corners.slice(2), ...corners.slice(0, 2)] : corners;
  const map: BlockMap = (x, y) => {
    const s = (left + x * scale) / width;
    const t = (top + y * scale) / height;
    const mix = (k: number): number =>
      (1 - t) * ((1 - s) * q[k]! + s * q[k + 2]!) + t * ((1 - s) * q[k + 6]! + s * q[k + 4]!);
    return [mix(0), mix(1)];
  };
  return { plate: corners, block, map, upright: undefined };
}

/** Words at a side of the quad where they cover nothing; undefined where there is no room. */
function placeBeside(
  words: string,
  corners: Corners,
  sides: readonly Side[],
  obstacles: Obstacles,
  rim: number,
  style: ResolvedStyle,
): PlacedWords | undefined {
  const { strip: along, column, turned } = layoutFor(words, corners);
  // words beside a text can always be read: they never stand on their heads
  const strip = along.ux < -1e-9 ? stripAlong(corners, -along.ux, -along.uy) : along;
  const { font, textSizes, textSize } = style;
  const [smallest, largest] = textSizes;
  const natural = (column ? strip.u1 - strip.u0 : strip.v1 - strip.v0) * EM;
  const wanted = Math.round(textSize ?? Math.min(largest, Math.max(smallest, natural)));
  const set = column ? setColumn : setLine;
  const sizes = new Set(SHRINK.map((part) => Math.max(Math.min(wanted, smallest), Math.round(wanted * part))));
  for (const size of sizes) {
    const block = set(words, font, Math.max(6, size));
    if (block.width === 0) return undefined;
    const padding = Math.max(2, Math.round(size * 0.2));
    const width = block.width + 2 * padding;
    const gap = rim + Math.max(1, Math.round(size * 0.08));
    let snapped = strip;
    let plate: Corners = corners;
    const isGood = (candidate: Strip): boolean => {
      snapped = candidate.ux > 1 - 1e-9 ? onPixels(candidate) : candidate;
      plate = cornersOfStrip(snapped);
      return obstacles.isFree(plate);
    };
    const place = placeBesideStrip(strip, column || turned ? SIDES_TALL : sides, width, block.height, gap, isGood);
    if (!place) continue;
    const { ux, uy, u0, v0 } = snapped;
    const map: BlockMap = (x, y) => {
      const u = u0 + padding + x;
      const v = v0 + y;
      return [u * ux - v * uy, u * uy + v * ux];
    };
    return {
      plate,
      block,
      map,
      upright: snapped === place ? undefined : { penX: Math.round(u0) + padding, penY: Math.round(v0) },
    };
  }
  return undefined;
}

function onPixels({ ux, uy, u0, u1, v0, v1 }: Strip): Strip {
  const left = Math.round(u0);
  const top = Math.round(v0);
  return { ux, uy, u0: left, u1: left + Math.ceil(u1 - u0), v0: top, v1: top + Math.ceil(v1 - v0) };
}

/** Draw texts in order: all outlines, then all words. */
function drawTexts(frame: Frame, texts: readonly PlacedText[], style: ResolvedStyle): void {
  const { bias, boxWidth } = style;
  for (const { corners, color, outlined } of texts)
    if (outlined && boxWidth > 0) drawOutline(frame, corners, color, boxWidth, bias);
  // plates stand apart from each other, so those of one size can be drawn together
  const tables = new Map<number, { plates: Plate[]; radius: number; source: Font }>();
  for (const { words, color } of texts) {
    if (!words) continue;
    const { plate, block, map, upright } = words;
    const ink = textColorOn(color);
    if (upright && block.lines.length === 1) {
      const [left, top, right, bottom] = boundsOf(plate);
      const { line, size, x, y } = block.lines[0]!;
      const penY = upright.penY + Math.round(y);
      let table = tables.get(size);
      if (!table) {
        const radius = Math.max(1, Math.round(block.size * 0.15));
        tables.set(size, (table = { plates: [], radius, source: block.font }));
      }
      table.plates.push({
        left,
        top,
        right,
        bottom,
        color: packColor(color),
        ink: packColor(ink),
        lines: [{ line, penX: upright.penX + Math.round(x), penY }],
      });
    } else {
      fillOutline(frame, { points: grid(plate), ends: Uint32Array.of(4) }, color, 255, { bias });
      fillOutline(frame, blockOutline(block, map), ink, 255, { bias });
    }
  }
  for (const [size, table] of tables) drawPlates(frame, { ...table, size }, bias);
}

function drawOutline(frame: Frame, corners: Corners, color: number, width: number, bias: number): void {
  const [left, top, right, bottom] = boundsOf(corners);
  const [x0, y0, x1, y1, x2, y2, x3, y3] = corners;
  if (x0 === x3 && x1 === x2 && y0 === y1 && y2 === y3) {
    const out = width >> 1;
    const edges = Int32Array.of(left - out, top - out, right + out, bottom + out);
    strokeBoxes(frame, edges, Uint32Array.of(packColor(color)), Int32Array.of(width), bias);
    return;
  }
  const points = grid(corners);
  const capsules = new Int32Array(20);
  for (let i = 0; i < 4; i++) {
    const next = ((i + 1) % 4) * 2;
    capsules.set([points[i * 2]!, points[i * 2 + 1]!, points[next]!, points[next + 1]!, (width * SUBPIXEL) / 2], i * 5);
  }
  fillCapsules(frame, capsules, new Uint32Array(4).fill(packColor(color)), bias);
}

type Quad8 = readonly [number, number, number, number, number, number, number, number];

/** The whole pixels that corners reach. */
function boundsOf(corners: Corners): [left: number, top: number, right: number, bottom: number] {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = corners as Quad8;
  const left = Math.round(Math.min(x0, x1, x2, x3));
  const top = Math.round(Math.min(y0, y1, y2, y3));
  const right = Math.max(left + 1, Math.round(Math.max(x0, x1, x2, x3)));
  return [left, top, right, Math.max(top + 1, Math.round(Math.max(y0, y1, y2, y3)))];
}

function grid(points: Corners): Int32Array {
  return Int32Array.from(points, (value) => Math.round(value * SUBPIXEL));
}
