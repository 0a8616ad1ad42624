/** The legend: the classes that are drawn, with their colours and how often each is there. */
import type { Line, PlacedLine } from "../core/text.ts";
import type { Font } from "./font.ts";
import { isLabelMapShown } from "./filter-style.ts";
import { drawnClasses } from "./label-maps.ts";
import { plateMetrics } from "./labels.ts";
import type { Layer, Plan } from "./layer.ts";
import type { LegendPlace } from "./legend-style.ts";
import type { Bounds, Mark } from "./marks.ts";
import { drawPanel, type Panel, type Swatch } from "./panel.ts";
import type { ResolvedStyle } from "./style.ts";
import { layoutLine } from "./text.ts";

/** One class. */
interface Entry {
  readonly name: string;
  /** Undefined where its objects have several colours. */
  color: number | undefined;
  readonly count: string;
}

const GROUND = 0xffffff;
const GROUND_ALPHA = 224;
const SMALLEST_FONT = 8;
/** Part of the picture's height and width that a legend takes before it gets smaller letters or another column. */
const SHARE = 0.6;

/** The legend of a scene. */
export function planLegend(plan: Plan): Layer | undefined {
  const { style, reserved } = plan;
  if (style.legend === "none") return undefined;
  const entries = [...objectEntries(plan), ...mapEntries(plan)];
  if (entries.length === 0) return undefined;
  const block = fit(entries, style, plan.width, plan.height);
  if (!block) return undefined;
  const corner = cornerFor(block, plan, style.legend);
  if (!corner) return undefined;
  const panel = panelAt(block, ...corner);
  reserved.push(panel);
  return { draw: (frame) => drawPanel(frame, panel, style.bias) };
}

/** Classes of the objects (groups, where these have the colours), in the order of their first object. */
function objectEntries({ marks, style }: Plan): Entry[] {
  const counts = new Map<string, { color: number | undefined; count: number }>();
  for (const { annotation, color } of marks) {
    const { category, categoryId, group } = annotation;
    const name = String((style.colorBy === "group" ? group : undefined) ?? category ?? categoryId ?? "");
    if (name === "") continue;
    const known = counts.get(name);
    if (!known) counts.set(name, { color, count: 1 });
    else {
      known.count++;
      if (known.color !== color) known.color = undefined;
    }
  }
  return Array.from(counts, ([name, { color, count }]) => ({ name, color, count: String(count) }));
}

/** Classes of the label maps that are drawn, each with its part of the picture. */
function mapEntries({ scene: { labelMaps = [] }, style }: Plan): Entry[] {
  return labelMaps.flatMap((map) =>
    isLabelMapShown(map, style)
      ? drawnClasses(map, style).map(([id, color, count]): Entry => {
          const percent = (count * 100) / map.data.length;
          return {
            name: map.classes?.get(id) ?? String(id),
            color,
            count: percent < 1 ? "<1%" : `${Math.round(percent)}%`,
          };
        })
      : [],
  );
}

/** A legend without its place. */
interface Block {
  readonly width: number;
  readonly height: number;
  readonly font: Font;
  readonly fontSize: number;
  readonly lines: readonly PlacedLine[];
  readonly swatches: readonly Swatch[];
}

/**
 * Set the entries: letters as large as a label's, in one column, while that takes no more than its share of the picture;
 * then more columns, then smaller letters, then all of the picture; and at last as many as there is room for.
 */
function fit(entries: readonly Entry[], style: ResolvedStyle, width: number, height: number): Block | undefined {
  for (const share of [SHARE, 1])
    for (let fontSize = style.fontSize; ; fontSize = Math.max(SMALLEST_FONT, fontSize - 1 - (fontSize >> 4))) {
      const block = columnsOf(entries, style.font, fontSize, width * share, height * share);
      if (block) return block;
      if (fontSize <= SMALLEST_FONT) break;
    }
  const fontSize = Math.min(SMALLEST_FONT, style.fontSize);
  for (let kept = Math.min(entries.length, 4096) - 1; kept > 0; kept -= 1 + (kept >> 3)) {
    const more = { name: `+${entries.length - kept}`, color: undefined, count: "" };
    const block = columnsOf([...entries.slice(0, kept), more], style.font, fontSize, width, height);
    if (block) return block;
  }
  return undefined;
}

/** The entries in as few columns as fit a size, undefined when they do not. */
function columnsOf(
  entries: readonly Entry[],
  font: Font,
  fontSize: number,
  maxWidth: number,
  maxHeight: number,
): Block | undefined {
  const { height, lineHeight, paddingX, baseline } = plateMetrics(font, fontSize);
  const most = Math.floor((maxHeight - height) / lineHeight) + 1;
  const columns = Math.ceil(entries.length / most);
  // a column takes more than three letters
  if (most < 1 || columns * fontSize * 3 > maxWidth) return undefined;
  const rows = Math.ceil(entries.length / columns);
  const { capHeight } = font.metrics(fontSize);
  const swatchWidth = capHeight + 2;
  const lines: PlacedLine[] = [];
  const swatches: Swatch[] = [];
  let left = paddingX;
  for (let first = 0; first < entries.length; first += rows) {
    const column = entries.slice(first, first + rows);
    const names = column.map(({ name }) => layoutLine(name, font, fontSize, fontSize * 14));
    const counts = column.map(({ count }) => layoutLine(count, font, fontSize));
    const nameLeft = left + swatchWidth + (fontSize >> 1);
    const right = nameLeft + widest(names) + (fontSize >> 1) + widest(counts);
    for (const [i, { color }] of column.entries()) {
      const penY = baseline + i * lineHeight;
      lines.push({ line: names[i]!, penX: nameLeft, penY: penY - (names[i]!.lift ?? 0) });
      lines.push({ line: counts[i]!, penX: right - counts[i]!.width, penY });
      if (color !== undefined)
        swatches.push({ left, top: penY - capHeight, right: left + swatchWidth, bottom: penY, color });
    }
    left = right + paddingX * 2;
  }
  const width = left - paddingX;
  return width <= maxWidth
    ? { width, height: height + (rows - 1) * lineHeight, font, fontSize, lines, swatches }
    : undefined;
}

/** The corner that is asked for, or the one where the least is hidden; none where a banner leaves no room. */
function cornerFor(
  { width: w, height: h, fontSize }: Block,
  plan: Plan,
  wanted: LegendPlace,
): [left: number, top: number] | undefined {
  const margin = Math.max(0, Math.min(Math.round(fontSize * 0.4), (plan.width - w) >> 1, (plan.height - h) >> 1));
  let best: [left: number, top: number] | undefined;
  let least = Infinity;
  for (const corner of ["top-right", "bottom-right", "bottom-left", "top-left"]) {
    if (wanted !== "auto" && wanted !== corner) continue;
    const left = corner.endsWith("left") ? margin : plan.width - margin - w;
    let top = corner.startsWith("top") ? margin : plan.height - margin - h;
    for (const taken of plan.reserved)
      if (corner.startsWith("top") && shared(taken, left, top, w, h) > 0)
        top = Math.max(0, Math.min(plan.height - h, taken.bottom + margin));
    let hidden = 0;
    if (plan.reserved.some((taken) => shared(taken, left, top, w, h) > 0)) continue;
    for (const mark of plan.marks) hidden += partHidden(plan, mark, left, top, w, h);
    if (hidden >= least) continue;
    least = hidden;
    best = [left, top];
  }
  return best;
}

/** Part of an object that a rectangle hides, 0..1. */
function partHidden(plan: Plan, mark: Mark, left: number, top: number, w: number, h: number): number {
  const bounds = plan.coverOf(mark);
  if (!bounds) return 0;
  const area = Math.max(1, (bounds.right - bounds.left) * (bounds.bottom - bounds.top));
  return shared(bounds, left, top, w, h) / area;
}

/** Pixels that two rectangles share. */
function shared({ left, top, right, bottom }: Bounds, x: number, y: number, w: number, h: number): number {
  const columns = Math.min(right, x + w) - Math.max(left, x);
  const rows = Math.min(bottom, y + h) - Math.max(top, y);
  return columns > 0 && rows > 0 ? columns * rows : 0;
}

function panelAt({ width, height, font, fontSize, lines, swatches }: Block, left: number, top: number): Panel {
  return {
    left,
    top,
    right: left + width,
    bottom: top + height,
    font,
    fontSize,
    color: GROUND,
    alpha: GROUND_ALPHA,
    lines: lines.map(({ line, penX, penY }) => ({ line, penX: left + penX, penY: top + penY })),
    swatches: swatches.map((box) => ({
      left: left + box.left,
      top: top + box.top,
      right: left + box.right,
      bottom: top + box.bottom,
      color: box.color,
    })),
  };
}

function widest(lines: readonly Line[]): number {
  return lines.reduce((width, line) => Math.max(width, line.width), 0);
}
