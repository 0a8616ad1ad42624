/** Labels: words on plates in the object's colour, inside the picture and apart from each other. */
import type { Frame } from "../core/frame.ts";
import { packColor } from "../core/raster.ts";
import { drawPlates, type PlacedLine } from "../core/text.ts";
import { readablePlate } from "./colors.ts";
import { CoverMap } from "./cover-map.ts";
import type { Font } from "./font.ts";
import { type LabelRequest, placeLabels } from "./label-placement.ts";
import { planTags } from "./label-tags.ts";
import { labelText } from "./label-template.ts";
import type { Layer, Plan } from "./layer.ts";
import { drawLeaders, type Leader } from "./leaders.ts";
import type { Bounds, Mark } from "./marks.ts";
import { layoutParagraph, type Paragraph } from "./paragraph.ts";
import type { ResolvedStyle } from "./style.ts";

/** A label on its plate. */
export interface PlacedLabel extends Bounds {
  readonly text: string;
  /** The words of each line, as they are drawn. */
  readonly rows: readonly string[];
  readonly lines: readonly PlacedLine[];
  /** Of the object, 0xRRGGBB. */
  readonly color: number;
  /** Fill of the plate, 0xRRGGBB, its opacity 0..255, and the colour of the text. */
  readonly plate: number;
  readonly alpha: number;
  readonly ink: number;
  /** False when the plate may share pixels with others, for want of room; it is drawn below those that are free. */
  readonly free: boolean;
  /** From the plate to its object, when the label had to move away. */
  readonly leader: Leader | undefined;
}

/** A plate's measures for one font size, whole pixels. */
export interface PlateMetrics {
  /** Of a plate with one line. */
  readonly height: number;
  /** From one baseline to the next. */
  readonly lineHeight: number;
  readonly paddingX: number;
  /** From the plate's top to the first baseline. */
  readonly baseline: number;
  readonly radius: number;
  readonly gap: number;
}

/** The labels of a scene, ready to be drawn, and where they stand. */
export interface LabelLayer extends Layer {
  readonly labels: readonly PlacedLabel[];
}

/** The labels of a scene, at what its other marks cover. */
export function planLabels(plan: Plan): LabelLayer | undefined {
  const { style, width, height } = plan;
  if (!style.showLabels) return undefined;
  if (style.labelTag) return planTags(plan, style.labelTag);
  const objects = plan.marks.flatMap((mark): (readonly [Mark, Bounds])[] => {
    const bounds = plan.coverOf(mark);
    return bounds && !plan.hasSpoken(mark) ? [[mark, bounds]] : [];
  });
  const labels = arrangeLabels(objects, style, width, height, plan.reserved);
  return { labels, draw: (frame) => drawLabels(frame, labels, style) };
}

/**
 * Lay out the labels of marks; the smaller an object, the earlier its label chooses a place, since a large one has many
 * places to offer, and under `top` the better its score. What is wider than the picture is broken into lines, what is
 * longer is cut with an ellipsis; a picture that is lower than a plate has no labels, and neither have objects outside.
 *
 * @param objects - the marks with the rectangles that they cover
 * @param reserved - rectangles that are kept clear
 * @returns in the order of drawing
 */
export function arrangeLabels(
  objects: readonly (readonly [Mark, Bounds])[],
  style: ResolvedStyle,
  width: number,
  height: number,
  reserved: readonly Bounds[] = [],
): PlacedLabel[] {
  const { font, fontSize, labelMaxWidth, labelMaxLines, declutter } = style;
  const metrics = plateMetrics(font, fontSize);
  const { paddingX, lineHeight, gap } = metrics;
  const maxWidth = Math.min(labelMaxWidth, width - 2 * paddingX);
  const maxLines = Math.min(labelMaxLines, 1 + Math.floor((height - metrics.height) / lineHeight));
  if (maxLines < 1 || maxWidth < fontSize) return [];
  const labels: Wanted[] = [];
  const known = new Map<string, Paragraph>();
  for (const [{ annotation, color }, { left, top, right, bottom }] of objects) {
    if (left >= width || top >= height || right <= 0 || bottom <= 0) continue;
    const text = labelText(annotation, style.label);
    if (text === "") continue;
    let paragraph = known.get(text);
    if (!paragraph) known.set(text, (paragraph = layoutParagraph(text, font, fontSize, maxWidth, maxLines)));
    const { lines } = paragraph;
    if (lines.length === 0) continue;
    const request = {
      left,
      top,
      right,
      bottom,
      width: paragraph.width + 2 * paddingX,
      height: metrics.height + (lines.length - 1) * lineHeight,
      outlined: annotation.box !== undefined && style.boxWidth > 0,
    };
    let score = declutter === "top" ? (annotation.score ?? Infinity) : 0;
    if (Number.isNaN(score)) score = -Infinity;
    labels.push({ text, color, paragraph, request, score, area: (right - left) * (bottom - top) });
  }
  // equal ones stay in order, so the same scene always gives the same places
  labels.sort((a, b) => (a.score === b.score ? a.area - b.area : b.score > a.score ? 1 : -1));
  const requests = labels.map(({ request }) => request);
  const plate = metrics.height;
  // labels that fill the picture hide objects wherever they stand
  const crowded = requests.reduce((sum, { width: w, height: h }) => sum + w * h, 0) > FULL * width * height;
  const places = placeLabels(requests, width, height, {
    gap,
    declutter,
    position: style.labelPosition,
    reach: fontSize * REACH,
    reserved,
    cover: crowded ? undefined : new CoverMap(requests, width, height, 3 * plate, plate, LARGE * LARGE * plate * plate),
  });
  // words under other words must not shine through
  const covering = places.some((place) => place && !place.free);
  const alpha = covering ? 255 : style.labelPlateAlpha;
  const placed = labels.flatMap((label, i) => {
    const place = places[i];
    return place ? [placedLabel(label, place, alpha, style, metrics)] : [];
  });
  return covering ? [...placed.filter(({ free }) => !free), ...placed.filter(({ free }) => free)] : placed;
}

/** Heights of the letters that a label may be away from its object under `top`. */
const REACH = 12;

/** Part of the picture under plates from which on it does not matter what they hide. */
const FULL = 0.4;
/** Side of a square object, in heights of a plate, of which a label may hide a part. */
const LARGE = 6;

interface Wanted {
  readonly text: string;
  readonly color: number;
  readonly paragraph: Paragraph;
  readonly request: LabelRequest;
  readonly score: number;
  readonly area: number;
}

function placedLabel(
  { text, color, paragraph, request }: Wanted,
  { x, y, free, leader }: { x: number; y: number; free: boolean; leader: Leader | undefined },
  opacity: number,
  { labelAlign, labelPlate }: ResolvedStyle,
  { paddingX, baseline, lineHeight }: PlateMetrics,
): PlacedLabel {
  const plate = labelPlate ?? color;
  const { alpha, ink } = readablePlate(plate, opacity);
  const lines = paragraph.lines.map(({ line }, i): PlacedLine => {
    const spare = paragraph.width - line.width;
    const indent = labelAlign === "left" ? 0 : labelAlign === "right" ? spare : spare >> 1;
    return { line, penX: x + paddingX + indent, penY: y + baseline + i * lineHeight - (line.lift ?? 0) };
  });
  const rows = paragraph.lines.map((line) => line.text);
  return {
    text,
    rows,
    lines,
    color,
    plate,
    alpha,
    ink,
    free,
    leader,
    left: x,
    top: y,
    right: x + request.width,
    bottom: y + request.height,
  };
}

/** Draw labels in order: all lines to objects, then all plates. */
export function drawLabels(frame: Frame, labels: readonly PlacedLabel[], style: ResolvedStyle): void {
  if (labels.length === 0) return;
  drawLeaders(frame, labels, style.fontSize, style.bias);
  const plates = labels.map(({ left, top, right, bottom, plate, alpha, ink, lines }) => ({
    left,
    top,
    right,
    bottom,
    color: packColor(plate, alpha),
    ink: packColor(ink),
    lines,
  }));
  const { radius } = plateMetrics(style.font, style.fontSize);
  drawPlates(frame, { plates, radius, source: style.font, size: style.fontSize }, style.bias);
}

/** Measures that look right: capitals stand in the middle, with room for descenders below. */
export function plateMetrics(font: Font, fontSize: number): PlateMetrics {
  const { capHeight, descent } = font.metrics(fontSize);
  const paddingY = Math.max(descent + 1, Math.round(fontSize * 0.32));
  return {
    height: capHeight + 2 * paddingY,
    lineHeight: Math.round(fontSize * 1.28),
    paddingX: Math.round(fontSize * 0.42),
    baseline: paddingY + capHeight,
    radius: Math.round(fontSize * 0.25),
    gap: Math.max(1, Math.round(fontSize * 0.12)),
  };
}
