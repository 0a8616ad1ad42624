/** Labels: words on plates in the object's colour, inside the picture and apart from each other. */
import type { Frame } from "../core/frame.ts";
import { packColor } from "../core/raster.ts";
import { drawPlates, type Line } from "../core/text.ts";
import type { Annotation } from "../model/scene.ts";
import { textColorOn } from "./colors.ts";
import type { Font } from "./font.ts";
import { type LabelRequest, placeLabels } from "./label-placement.ts";
import type { Layer, Plan } from "./layer.ts";
import type { Bounds, Mark } from "./marks.ts";
import { parseTemplate, type TemplatePart } from "./label-template.ts";
import type { ResolvedStyle } from "./style.ts";
import { layoutLine } from "./text.ts";

/** A label on its plate. */
export interface PlacedLabel extends Bounds {
  readonly text: string;
  /** Fill of the plate, 0xRRGGBB. */
  readonly color: number;
  readonly line: Line;
  /** False when the plate covers another one, for want of room. */
  readonly free: boolean;
}

/** A plate's measures for one font size, whole pixels. */
interface PlateMetrics {
  readonly height: number;
  readonly paddingX: number;
  /** From the plate's top to the baseline. */
  readonly baseline: number;
  readonly radius: number;
  readonly gap: number;
}

const DEFAULT_TEMPLATE: readonly TemplatePart[] = parseTemplate("{category} {score:.2f}");

/** The labels of a scene, ready to be drawn, and where they stand. */
export interface LabelLayer extends Layer {
  readonly labels: readonly PlacedLabel[];
}

/** The labels of a scene, at what its other marks cover. */
export function planLabels(plan: Plan): LabelLayer | undefined {
  const { style, width, height } = plan;
  if (!style.showLabels) return undefined;
  const objects = plan.marks.flatMap((mark): (readonly [Mark, Bounds])[] => {
    const bounds = plan.coverOf(mark);
    return bounds && !plan.hasSpoken(mark) ? [[mark, bounds]] : [];
  });
  const labels = arrangeLabels(objects, style, width, height);
  return { labels, draw: (frame) => drawLabels(frame, labels, style) };
}

/**
 * Lay out the labels of marks; the smaller an object, the earlier its label chooses a place, since a large one has many
 * places to offer. A label that is wider than the
 * picture is cut with an ellipsis; a picture that is lower than a plate has no labels.
 *
 * @param objects - the marks with the rectangles that they cover
 */
export function arrangeLabels(
  objects: readonly (readonly [Mark, Bounds])[],
  style: ResolvedStyle,
  width: number,
  height: number,
): PlacedLabel[] {
  const { font, fontSize } = style;
  const plate = plateMetrics(font, fontSize);
  const maxWidth = width - 2 * plate.paddingX;
  if (plate.height > height || maxWidth < fontSize) return [];
  const labels: { text: string; color: number; line: Line; request: LabelRequest; area: number }[] = [];
  for (const [{ annotation, color }, { left, top, right, bottom }] of objects) {
    const text = labelText(annotation, style);
    if (text === "") continue;
    const line = layoutLine(text, font, fontSize, maxWidth);
    if (line.glyphs.length === 0) continue;
    const request = { left, top, right, bottom, width: line.width + 2 * plate.paddingX, height: plate.height };
    labels.push({ text, color, line, request, area: (right - left) * (bottom - top) });
  }
  // equal sizes stay in order, so the same scene always gives the same places
  labels.sort((a, b) => a.area - b.area);
  const places = placeLabels(
    labels.map(({ request }) => request),
    width,
    height,
    plate.gap,
  );
  return labels.map(({ text, color, line, request }, i) => {
    const { x, y, free } = places[i]!;
    return { text, color, line, free, left: x, top: y, right: x + request.width, bottom: y + request.height };
  });
}

/** Draw labels in order. */
export function drawLabels(frame: Frame, labels: readonly PlacedLabel[], style: ResolvedStyle): void {
  if (labels.length === 0) return;
  const { paddingX, baseline, radius } = plateMetrics(style.font, style.fontSize);
  const plates = labels.map(({ left, top, right, bottom, color, line }) => ({
    left,
    top,
    right,
    bottom,
    color: packColor(color),
    ink: packColor(textColorOn(color)),
    penX: left + paddingX,
    penY: top + baseline - (line.lift ?? 0),
    line,
  }));
  drawPlates(frame, { plates, radius, source: style.font, size: style.fontSize }, style.bias);
}

/** The words of an object's label; empty when it has nothing to say. */
export function labelText(annotation: Annotation, { label }: ResolvedStyle): string {
  if (label === undefined && annotation.caption !== undefined) return tidy(annotation.caption);
  let text = "";
  let filled = false;
  for (const part of label ?? DEFAULT_TEMPLATE) {
    if (part.kind === "words") {
      text += part.words;
      continue;
    }
    const value = fieldText(annotation, part);
    filled ||= value !== "";
    text += value;
  }
  return filled || label?.every(({ kind }) => kind === "words") ? tidy(text) : "";
}

function fieldText(annotation: Annotation, part: TemplatePart & { kind: "field" }): string {
  const { field, decimals, percent } = part;
  let value: unknown;
  if (field.startsWith("attributes.")) value = annotation.attributes?.get(field.slice("attributes.".length));
  else if (field === "category") value = annotation.category ?? annotation.categoryId;
  else value = annotation[field as "score" | "categoryId" | "trackId" | "group" | "id" | "text" | "caption"];
  if (value === undefined || value === null) return "";
  if (decimals !== undefined && typeof value === "number")
    return percent ? `${(value * 100).toFixed(decimals)}%` : value.toFixed(decimals);
  return String(value);
}

function tidy(text: string): string {
  return /\s\s|[^\S ]|^ | $/.test(text) ? text.replace(/\s+/g, " ").trim() : text;
}

/** Measures that look right: capitals stand in the middle, with room for descenders below. */
function plateMetrics(font: Font, fontSize: number): PlateMetrics {
  const { capHeight, descent } = font.metrics(fontSize);
  const paddingY = Math.max(descent + 1, Math.round(fontSize * 0.32));
  return {
    height: capHeight + 2 * paddingY,
    paddingX: Math.round(fontSize * 0.42),
    baseline: paddingY + capHeight,
    radius: Math.round(fontSize * 0.25),
    gap: Math.max(1, Math.round(fontSize * 0.12)),
  };
}
