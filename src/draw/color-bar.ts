/** The bar in a corner of the picture that says which colour means which value. */
import type { Frame } from "../core/frame.ts";
import { fillBoxes, packColor } from "../core/raster.ts";
import type { Line } from "../core/text.ts";
import { mixStops } from "./color-maps.ts";
import type { Corner } from "./heat-map-style.ts";
import type { Bounds } from "./marks.ts";
import { drawLines, drawPlate, lineMetrics, lineOf } from "./text-lines.ts";

const PAPER = 0xffffff;
const PAPER_ALPHA = 225;
const INK = 0x1f2328;

/** A bar where it is drawn. */
export interface ColorBar {
  readonly plate: Bounds;
  readonly radius: number;
  readonly bar: Bounds;
  readonly fontSize: number;
  /** Values beside the bar: where each begins, and where its mark stands. */
  readonly ticks: readonly { readonly line: Line; readonly x: number; readonly mark: number }[];
  readonly baseline: number;
  readonly markWidth: number;
}

/** Put a bar into a corner; undefined where the picture has no room for it. */
export function placeColorBar(
  range: readonly [low: number, high: number],
  corner: Corner,
  labelSize: number,
  width: number,
  height: number,
): ColorBar | undefined {
  const fontSize = Math.max(8, Math.round(labelSize * 0.85));
  const { capHeight, descent } = lineMetrics(fontSize);
  const padding = Math.round(fontSize * 0.7);
  const length = Math.round(fontSize * 11);
  const thickness = Math.round(fontSize * 0.75);
  const markWidth = Math.max(1, Math.round(fontSize / 14));
  const gap = Math.round(fontSize * 0.45);
  const values = ticksOf(range);
  const places = values.map(({ value, text }) => {
    const line = lineOf(text, fontSize);
    const mark = Math.round(((value - range[0]) / (range[1] - range[0])) * (length - markWidth));
    return { line, mark, x: mark - Math.floor((line.width - markWidth) / 2) };
  });
  // values at the ends may reach out of the bar
  const left = Math.max(0, ...places.map(({ x }) => -x));
  const right = Math.max(0, ...places.map(({ x, line }) => x + line.width - length));
  const plateWidth = left + length + right + 2 * padding;
  const plateHeight = thickness + gap + capHeight + Math.max(descent, padding) + padding;
  const margin = Math.max(1, Math.round(fontSize * 0.6));
  if (plateWidth + 2 * margin > width || (plateHeight + 2 * margin) * 2 > height) return undefined;
  const x = corner.endsWith("left") ? margin : width - margin - plateWidth;
  const y = corner.startsWith("top") ? margin : height - margin - plateHeight;
  const barLeft = x + padding + left;
  const barTop = y + padding;
  return {
    plate: { left: x, top: y, right: x + plateWidth, bottom: y + plateHeight },
    radius: Math.round(fontSize * 0.3),
    bar: { left: barLeft, top: barTop, right: barLeft + length, bottom: barTop + thickness },
    fontSize,
    ticks: places.map((place) => ({ line: place.line, x: barLeft + place.x, mark: barLeft + place.mark })),
    baseline: barTop + thickness + gap + capHeight,
    markWidth,
  };
}

/** Draw a bar. */
export function drawColorBar(frame: Frame, placed: ColorBar, stops: readonly number[], bias: number): void {
  const { plate, radius, bar, ticks, baseline, fontSize, markWidth } = placed;
  drawPlate(frame, plate, PAPER, PAPER_ALPHA, radius, bias);
  const length = bar.right - bar.left;
  const colors = mixStops(stops, length);
  const boxes: number[] = [];
  const fills: number[] = [];
  for (let i = 0; i < length; i++) {
    boxes.push(bar.left + i, bar.top, bar.left + i + 1, bar.bottom);
    fills.push(packColor((colors[i * 3]! << 16) | (colors[i * 3 + 1]! << 8) | colors[i * 3 + 2]!));
  }
  const below = Math.max(2, Math.round(fontSize * 0.22));
  for (const { mark } of ticks) {
    boxes.push(mark, bar.bottom, mark + markWidth, bar.bottom + below);
    fills.push(packColor(INK));
  }
  fillBoxes(frame, Int32Array.from(boxes), Uint32Array.from(fills), bias);
  drawLines(
    frame,
    ticks.map(({ line, x }) => ({ line, x, y: baseline, ink: INK })),
    fontSize,
    bias,
  );
}

/** Round values within a range, three to six of them, as they are written. */
export function ticksOf([low, high]: readonly [low: number, high: number]): { value: number; text: string }[] {
  // 1, 2 or 5 times a power of ten; a loop, since logarithms differ between runtimes
  let power = 0;
  let unit = 1;
  const extent = high - low;
  while (unit * 10 <= extent && power < 300) unit = tenTo(++power);
  while (unit > extent && power > -300) unit = tenTo(--power);
  // the unit goes into the range 1 to 10 times
  const [factor, finer] =
    extent < 1.5 * unit ? [2, 1] : extent < 3 * unit ? [5, 1] : extent < 6 * unit ? [1, 0] : [2, 0];
  const step = factor * tenTo(power - finer);
  const decimals = Math.max(0, finer - power);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const short = decimals <= 6 && largest < 1e7;
  const ticks: { value: number; text: string }[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9 && ticks.length < 12; n++) {
    const value = n * step;
    const text = short ? value.toFixed(decimals) : value === 0 ? "0" : value.toExponential(1);
    ticks.push({ value: Math.min(high, Math.max(low, value)), text: text.replace(/^-(?=0(\.0*)?$)/, "") });
  }
  return ticks;
}

function tenTo(power: number): number {
  return Number(`1e${power}`);
}
