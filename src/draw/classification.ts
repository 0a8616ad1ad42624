/** Classes of the whole picture: a banner with the best one, or a bar for each of the best. */
import type { Line, PlacedLine } from "../core/text.ts";
import { ImageError, show } from "../errors.ts";
import type { Classification, Scene } from "../model/scene.ts";
import { plateMetrics } from "./labels.ts";
import type { Layer, Plan } from "./layer.ts";
import { paletteColor, paletteIndex } from "./palettes.ts";
import { drawPanel, type Panel, type Swatch } from "./panel.ts";
import type { ResolvedStyle } from "./style.ts";
import { layoutLine } from "./text.ts";

/** Ground of the bars, its opacity, and of what a bar lacks to 1. */
const GROUND = 0x16181d;
const GROUND_ALPHA = 208;
const TRACK = 0x4a4e57;
/** Part of the picture's height that bars take at most, if there is more than one. */
const SHARE = 0.6;

/** The classes of a scene. */
export function planClassification({ scene, style, width, height, reserved }: Plan): Layer | undefined {
  const classes = checkClasses(scene);
  const scored = classes.filter(({ score }) => score !== undefined).length;
  const { classificationStyle: kind = scored > 1 ? "bars" : "banner" } = style;
  if (classes.length === 0 || kind === "none") return undefined;
  const panel = kind === "bars" ? barsOf(classes, style, width, height) : bannerOf(classes[0]!, style, width, height);
  if (!panel) return undefined;
  reserved.push(panel);
  return { draw: (frame) => drawPanel(frame, panel, style.bias) };
}

function checkClasses({ classifications = [] }: Scene): readonly Classification[] {
  if (!Array.isArray(classifications))
    throw new ImageError("ARGUMENT", `expected a list, got ${show(classifications)}`, { path: "classifications" });
  for (const [i, item] of (classifications as readonly unknown[]).entries()) {
    const { category, categoryId, score } = (item ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof category !== "string")
      throw new ImageError("ARGUMENT", `expected a name, got ${show(category)}`, {
        path: `classifications[${i}].category`,
      });
    if (categoryId !== undefined && typeof categoryId !== "string" && typeof categoryId !== "number")
      throw new ImageError("ARGUMENT", `expected a name or number, got ${show(categoryId)}`, {
        path: `classifications[${i}].categoryId`,
      });
    if (score !== undefined && !Number.isFinite(score))
      throw new ImageError("ARGUMENT", `expected a number, got ${show(score)}`, {
        path: `classifications[${i}].score`,
      });
  }
  return classifications as readonly Classification[];
}

function colorOf({ category, categoryId }: Classification, { colors, palette }: ResolvedStyle): number {
  const own = colors.get(category) ?? (categoryId === undefined ? undefined : colors.get(String(categoryId)));
  return own ?? paletteColor(palette, paletteIndex(categoryId ?? category));
}

/** The best class on a plate of its colour at the top; larger than a label. */
function bannerOf(best: Classification, style: ResolvedStyle, width: number, height: number): Panel | undefined {
  const text = best.score === undefined ? best.category : `${best.category} ${best.score.toFixed(2)}`;
  const fontSize = Math.min(400, Math.round(style.fontSize * 1.4));
  const { font } = style;
  const metrics = plateMetrics(font, fontSize);
  const { left, top, room } = cornerOf(metrics.gap, style, width);
  const line = layoutLine(text, font, fontSize, room - 2 * metrics.paddingX);
  if (line.glyphs.length === 0 || top + metrics.height > height) return undefined;
  return {
    left,
    top,
    right: left + line.width + 2 * metrics.paddingX,
    bottom: top + metrics.height,
    font,
    fontSize,
    color: colorOf(best, style),
    alpha: 255,
    lines: [{ line, penX: left + metrics.paddingX, penY: top + metrics.baseline - (line.lift ?? 0) }],
    swatches: [],
  };
}

/** Names, bars and scores of the best classes, as many as there is room for. */
function barsOf(
  classes: readonly Classification[],
  style: ResolvedStyle,
  width: number,
  height: number,
): Panel | undefined {
  const { font, fontSize } = style;
  const metrics = plateMetrics(font, fontSize);
  const { paddingX, baseline, lineHeight, gap } = metrics;
  const { left, top, room } = cornerOf(gap, style, width);
  const pitch = Math.max(lineHeight, metrics.height - gap);
  if (top + metrics.height > height) return undefined;
  const most = Math.min(style.topK, Math.max(1, Math.floor((height * SHARE - top - metrics.height) / pitch) + 1));
  const rows = classes.slice(0, most);
  const scores = rows.map(({ score }) => layoutLine(score === undefined ? "" : score.toFixed(2), font, fontSize));
  const scoreWidth = widest(scores);
  const inner = room - 2 * paddingX;
  const nameRoom = Math.min(fontSize * 12, inner - (scoreWidth > 0 ? scoreWidth + paddingX : 0));
  const names = rows.map(({ category }) => layoutLine(category, font, fontSize, nameRoom));
  if (nameRoom < fontSize || names.some(({ glyphs }, i) => glyphs.length === 0 && rows[i]!.category !== ""))
    return undefined;
  const nameWidth = widest(names);
  // bars take what names and scores leave, if it is enough to tell them apart
  const rest = Math.min(fontSize * 7, inner - nameWidth - scoreWidth - 2 * paddingX);
  const barWidth = scoreWidth > 0 && rest >= fontSize * 2 ? rest : 0;
  const barLeft = left + paddingX + nameWidth + paddingX;
  const scoreRight = barLeft + (barWidth > 0 ? barWidth + paddingX : 0) + scoreWidth;

  const lines: PlacedLine[] = [];
  const swatches: Swatch[] = [];
  const { capHeight } = font.metrics(fontSize);
  for (const [i, item] of rows.entries()) {
    const penY = top + baseline + i * pitch;
    lines.push({ line: names[i]!, penX: left + paddingX, penY: penY - (names[i]!.lift ?? 0) });
    lines.push({ line: scores[i]!, penX: scoreRight - scores[i]!.width, penY });
    if (barWidth === 0 || item.score === undefined) continue;
    const filled = Math.round(barWidth * Math.max(0, Math.min(1, item.score)));
    const bar = { top: penY - capHeight, bottom: penY };
    swatches.push({ ...bar, left: barLeft, right: barLeft + barWidth, color: TRACK });
    if (filled > 0) swatches.push({ ...bar, left: barLeft, right: barLeft + filled, color: colorOf(item, style) });
  }
  return {
    left,
    top,
    right: scoreWidth > 0 ? scoreRight + paddingX : barLeft,
    bottom: top + metrics.height + (rows.length - 1) * pitch,
    font,
    fontSize,
    color: GROUND,
    alpha: GROUND_ALPHA,
    lines,
    swatches,
  };
}

/** Upper left corner of what stands at the top, and the width that is left for it. */
function cornerOf(
  gap: number,
  { fontSize }: ResolvedStyle,
  width: number,
): { left: number; top: number; room: number } {
  // a thumbnail has no room for a margin
  const margin = width > fontSize * 10 ? Math.max(gap, Math.round(fontSize * 0.4)) : 0;
  return { left: margin, top: margin, room: width - 2 * margin };
}

function widest(lines: readonly Line[]): number {
  return lines.reduce((width, line) => Math.max(width, line.width), 0);
}
