/** Labels: words on plates in the object's colour, inside the picture and apart from each other. */
import type { Frame } from "../core/frame.ts";
import { packColor } from "../core/raster.ts";
import { drawText } from "../core/text.ts";
import type { Annotation } from "../model/scene.ts";
import { textColorOn } from "./colors.ts";
import { builtinFont } from "./font.ts";
import { type LabelRequest, placeLabels } from "./label-placement.ts";
import type { Bounds, Mark } from "./marks.ts";
import { parseTemplate, type ResolvedStyle, type TemplatePart } from "./style.ts";
import { layoutLine, type Line } from "./text.ts";

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

/**
 * Lay out the labels of marks; those that come first have the first choice of a place. A label that is wider than the
 * picture is cut with an ellipsis; a picture that is lower than a plate has no labels.
 *
 * @param objects - the marks with the rectangles that they cover
 */
export function layoutLabels(
  objects: readonly (readonly [Mark, Bounds])[],
  style: ResolvedStyle,
  width: number,
  height: number,
): PlacedLabel[] {
  const font = builtinFont();
  const { fontSize } = style;
  const plate = plateMetrics(fontSize);
  const maxWidth = width - 2 * plate.paddingX;
  if (plate.height > height || maxWidth < fontSize) return [];
  const labels: { text: string; color: number; line: Line; request: LabelRequest }[] = [];
  for (const [{ annotation, color }, bounds] of objects) {
    const text = labelText(annotation, style);
    if (text === "") continue;
    const line = layoutLine(text, font, fontSize, maxWidth);
    if (line.glyphs.length === 0) continue;
    const request = { ...bounds, width: line.width + 2 * plate.paddingX, height: plate.height };
    labels.push({ text, color, line, request });
  }
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
  const { fontSize } = style;
  const { paddingX, baseline, radius } = plateMetrics(fontSize);
  const plates = new Int32Array(labels.length * 4);
  const glyphs: number[] = [];
  const penX: number[] = [];
  const penY: number[] = [];
  const glyphColors: number[] = [];
  const glyphEnds: number[] = [];
  for (const [i, { left, top, right, bottom, color, line }] of labels.entries()) {
    plates.set([left, top, right, bottom], i * 4);
    const ink = packColor(textColorOn(color));
    const start = (left + paddingX) * 4;
    for (let g = 0; g < line.glyphs.length; g++) {
      glyphs.push(line.glyphs[g]!);
      penX.push(start + line.penX[g]!);
      penY.push(top + baseline);
      glyphColors.push(ink);
    }
    glyphEnds.push(glyphs.length);
  }
  const plateColors = Uint32Array.from(labels, ({ color }) => packColor(color));
  const apart = labels.every(({ free }) => free);
  const source = builtinFont();
  drawText(
    frame,
    { plates, plateColors, radius, source, size: fontSize, glyphs, penX, penY, glyphColors, glyphEnds, apart },
    style.bias,
  );
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
  return text.replace(/\s+/g, " ").trim();
}

/** Measures that look right: capitals stand in the middle, with room for descenders below. */
function plateMetrics(fontSize: number): PlateMetrics {
  const { capHeight, descent } = builtinFont().metrics(fontSize);
  const paddingY = Math.max(descent + 1, Math.round(fontSize * 0.32));
  return {
    height: capHeight + 2 * paddingY,
    paddingX: Math.round(fontSize * 0.42),
    baseline: paddingY + capHeight,
    radius: Math.round(fontSize * 0.25),
    gap: Math.max(1, Math.round(fontSize * 0.12)),
  };
}
