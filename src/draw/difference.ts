/** Where two sets of objects agree and where they do not. */
import { Frame } from "../core/frame.ts";
import { paintLabelMap } from "../core/label-map.ts";
import { fillBoxes, packColor } from "../core/raster.ts";
import { MaskSet } from "../core/masks.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Box, Scene, Segmentation } from "../model/scene.ts";
import { direction } from "../model/angles.ts";
import { type Color, parseColor } from "./colors.ts";
import type { Corner } from "./heat-map-style.ts";
import { checkCoordinate, checkExtent, type Mark } from "./marks.ts";
import { planScene } from "./plan.ts";
import { checkSceneSize } from "./render.ts";
import { sidesOf } from "./side-by-side.ts";
import { resolveStyle, type Style } from "./style.ts";
import { drawLines, drawPlate, lineMetrics, lineOf } from "./text-lines.ts";

/** How a difference looks. */
export interface DifferenceOptions {
  /** The two groups. Default: the scene's group of ground truth (else its first), and the next. */
  readonly groups?: readonly [a: string, b: string] | undefined;
  /** What they are called in the legend. Default: the groups. */
  readonly names?: readonly [a: string, b: string] | undefined;
  /** Colours of what is in the first alone, in the second alone, in both. Default: orange, blue, and a light green, which
   * stay apart for every kind of colour vision. */
  readonly colors?: readonly [onlyA: Color, onlyB: Color, both: Color] | undefined;
  /** Opacity, 0..1. Default 0.6. */
  readonly alpha?: number | undefined;
  /** Corner of the legend, which also says how much of all is in both (IoU); left out where it would hide a quarter of the
   * picture. Default `bottom-left`. */
  readonly legend?: Corner | "none" | undefined;
}

/** In the first alone, in the second alone, in both. */
export const DIFFERENCE_COLORS: readonly [number, number, number] = [0xea5a0c, 0x2563eb, 0xa3e6b4];

const PAPER = 0xffffff;
const INK = 0x1f2328;

/**
 * Paint where two sets of objects lie: pixels of the first alone, of the second alone, and of both. Masks count as they are,
 * boxes as filled ones; objects with neither do not count.
 *
 * @param frame - drawn on in place; of the scene's size
 * @param scene - with two groups, or two scenes
 * @returns the same frame
 * @throws {ImageError} as `render` does; `ARGUMENT` where the scene has not two groups
 * @example
 * differenceOverlay(frame, [truth, predictions], { minScore: 0.5 });
 */
export function differenceOverlay(
  frame: Frame,
  scene: Scene | readonly [a: Scene, b: Scene],
  style: Style = {},
  options: DifferenceOptions = {},
): Frame {
  const { groups, names, alpha = 0.6, legend = "bottom-left", colors = DIFFERENCE_COLORS } = checkedOptions(options);
  if (!(typeof alpha === "number" && alpha >= 0 && alpha <= 1))
    throw new ImageError("ARGUMENT", `expected a number of 0..1, got ${show(alpha)}`, { path: "alpha" });
  if (!["none", "top-left", "top-right", "bottom-left", "bottom-right"].includes(legend))
    throw new ImageError("ARGUMENT", `expected none or a corner, got ${show(legend)}`, { path: "legend" });
  if (!Array.isArray(colors) || colors.length !== 3)
    throw new ImageError("ARGUMENT", `expected three colours, got ${show(colors)}`, { path: "colors" });
  if (names !== undefined && !(Array.isArray(names) && names.length === 2))
    throw new ImageError("ARGUMENT", `expected two names, got ${show(names)}`, { path: "names" });
  const paints = colors.map((color, i) => parseColor(color, `colors[${i}]`));
  const sides = sidesOf(scene, style, groups);
  const { width, height } = frame;
  const kinds = new Uint8Array(width * height);
  for (const [i, side] of sides.entries()) {
    checkSceneSize(frame, side.scene);
    const planned = planScene(side.scene, { ...side.style, showLabels: false });
    planned.free();
    addUnion(kinds, 1 << i, planned.plan.marks, width, height);
  }
  let either = 0;
  let both = 0;
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!;
    if (kind !== 0) either++;
    if (kind === 3) both++;
  }
  const { bias, fontSize } = resolveStyle(style, width, height);
  const table = new Uint8Array(1024);
  for (const [i, color] of paints.entries())
    table.set([color >> 16, (color >> 8) & 255, color & 255, Math.round(alpha * 255)], (i + 1) * 4);
  paintLabelMap(frame, kinds, table, bias);
  if (legend !== "none") {
    const [first, second] = names ?? sides.map(({ name }) => name);
    const share = either > 0 ? `Both (IoU ${(both / either).toFixed(2)})` : "Both";
    drawLegend(frame, [`Only ${lower(first)}`, `Only ${lower(second)}`, share], paints, legend, fontSize, bias);
  }
  return frame;
}

function lower(name: string | undefined): string {
  const text = String(name);
  // an abbreviation stays as it is
  return /^.[A-Z]/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** Set a bit (1 or 2) where any of the marks is: they are painted over each other, straight from their runs. */
function addUnion(kinds: Uint8Array, bit: number, marks: readonly Mark[], width: number, height: number): void {
  const sources: Segmentation[] = [];
  const paths: string[] = [];
  for (const { annotation, path } of marks) {
    const { segmentation, box } = annotation;
    if (segmentation) {
      sources.push(segmentation.kind === "soft" ? solid(segmentation) : segmentation);
      paths.push(`${path}.segmentation`);
    } else if (box) {
      sources.push({ kind: "polygon", parts: [{ outline: cornersOf(box, width, height, `${path}.box`) }] });
      paths.push(`${path}.box`);
    }
  }
  if (sources.length === 0) return;
  const set = MaskSet.from(sources, width, height, { pathOf: (i) => paths[i]! });
  const paper = Frame.create(width, height, { fill: 0 });
  try {
    set.paint(
      paper,
      sources.map((_, index) => ({ index, color: 0xffffff, alpha: 255 })),
    );
    const { buffer, byteOffset } = paper.view();
    const pixels = new Uint32Array(buffer, byteOffset, kinds.length);
    for (let i = 0; i < kinds.length; i++) kinds[i]! |= pixels[i]! & bit;
  } finally {
    paper.free();
    set.free();
  }
}

/** A soft mask where it is more likely than not. */
function solid({
  data,
  width,
  height,
  left,
  top,
}: Extract<NonNullable<Mark["annotation"]["segmentation"]>, { kind: "soft" }>): Segmentation {
  const half = data instanceof Uint8Array || data instanceof Uint8ClampedArray ? 128 : 0.5;
  return { kind: "mask", data: Uint8Array.from(data, (value) => (value >= half ? 1 : 0)), width, height, left, top };
}

function cornersOf(box: Box, pictureWidth: number, pictureHeight: number, path: string): number[] {
  const [unitX, unitY] = box.normalized ? [pictureWidth, pictureHeight] : [1, 1];
  const w = (checkExtent(box.width, `${path}.width`) * unitX) / 2;
  const h = (checkExtent(box.height, `${path}.height`) * unitY) / 2;
  const x = checkCoordinate(box.x, `${path}.x`) * unitX + w;
  const y = checkCoordinate(box.y, `${path}.y`) * unitY + h;
  const { cos, sin } = direction((box.rotation ?? 0) % 360);
  return (
    [
      [-w, -h],
      [w, -h],
      [w, h],
      [-w, h],
    ] as const
  ).flatMap(([u, v]) => [x + u * cos - v * sin, y + u * sin + v * cos]);
}

/** Swatches with words on a plate, in one line, or one below the other where the picture is narrow. */
function drawLegend(
  frame: Frame,
  words: readonly string[],
  colors: readonly number[],
  corner: Corner,
  fontSize: number,
  bias: number,
): void {
  const { capHeight } = lineMetrics(fontSize);
  const padding = Math.round(fontSize * 0.6);
  const margin = Math.max(1, Math.round(fontSize * 0.6));
  const swatch = Math.round(capHeight * 1.15);
  const space = Math.round(fontSize * 0.4);
  const between = Math.round(fontSize * 1.1);
  const room = Math.max(0, frame.width - 2 * margin - 2 * padding);
  const lines = words.map((text) => lineOf(text, fontSize, Math.max(0, room - swatch - space)));
  const widths = lines.map(({ width }) => swatch + space + width);
  const wide = widths.reduce((sum, width) => sum + width, between * (words.length - 1));
  const inRow = wide <= room;
  const pitch = swatch + Math.round(fontSize * 0.55);
  const width = (inRow ? wide : Math.max(...widths)) + 2 * padding;
  const height = (inRow ? swatch : swatch + pitch * (words.length - 1)) + 2 * padding;
  // a legend that hides the picture says nothing
  if (width * height * 4 > frame.width * frame.height || width > frame.width || height > frame.height) return;
  const left = corner.endsWith("left") ? margin : frame.width - margin - width;
  const top = corner.startsWith("top") ? margin : frame.height - margin - height;
  const edges = { left, top, right: left + width, bottom: top + height };
  drawPlate(frame, edges, PAPER, 235, Math.round(fontSize * 0.3), bias);
  let [x, y] = [left + padding, top + padding];
  const boxes: number[] = [];
  const placed = lines.map((line, i) => {
    boxes.push(x, y, x + swatch, y + swatch);
    const place = { line, x: x + swatch + space, y: y + ((swatch + capHeight) >> 1), ink: INK };
    if (inRow) x += widths[i]! + between;
    else y += pitch;
    return place;
  });
  fillBoxes(
    frame,
    Int32Array.from(boxes),
    Uint32Array.from(colors, (color) => packColor(color)),
    bias,
  );
  drawLines(frame, placed, fontSize, bias);
}
