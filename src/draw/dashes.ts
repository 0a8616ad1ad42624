/** Line patterns: where a dashed or dotted line has its gaps. Both ends of a line, and corners of boxes, carry ink. */
import { distances, type Path, PathCutter } from "./path.ts";

export type LinePattern = "solid" | "dashed" | "dotted";
export const LINE_PATTERNS: readonly LinePattern[] = ["solid", "dashed", "dotted"];

/** Lengths of ink and gap in widths of the line. */
export const LENGTHS: Readonly<Record<"dashed" | "dotted", { readonly ink: number; readonly gap: number }>> = {
  dashed: { ink: 3.6, gap: 2.2 },
  dotted: { ink: 1, gap: 1.5 },
};
/** A line with more gaps in the picture than this is drawn solid: it covers the picture many times over. */
const MAX_GAPS = 200_000;

/** Gaps of equal length at equal distances. */
export interface Gaps {
  readonly count: number;
  /** From the start to the first gap. */
  readonly first: number;
  readonly length: number;
  /** From the start of a gap to that of the next. */
  readonly period: number;
}

const NONE: Gaps = { count: 0, first: 0, length: 0, period: 1 };

/**
 * Spread the gaps of a pattern over a length, stretched or shrunk so that they end evenly.
 *
 * @param head - ink before the first gap, in dashes: 1 at an end of a line, a half where another piece goes on
 * @param tail - the same behind the last gap
 */
export function gapsOf(length: number, pattern: LinePattern, width: number, head: number, tail: number): Gaps {
  if (pattern === "solid") return NONE;
  const { ink, gap } = LENGTHS[pattern];
  const period = (ink + gap) * width;
  const rest = (head + tail - 1) * ink * width;
  const count = Math.max(0, Math.round((length - rest) / period));
  if (count === 0) return NONE;
  const scale = length / (rest + count * period);
  return { count, first: head * ink * width * scale, length: gap * width * scale, period: period * scale };
}

/** The part of a picture that is looked at. */
interface View {
  readonly width: number;
  readonly height: number;
}

/** What of a path carries ink. */
export interface DashOptions {
  readonly pattern: LinePattern;
  /** Width of the line in pixels. */
  readonly width: number;
  /** Of a path with corners, only this length on both sides of each. */
  readonly arm?: number | undefined;
}

/** The pieces of a path that carry ink; where nothing of a gap is seen, pieces are joined. */
export function dashesOf(path: Path, { pattern, width, arm }: DashOptions, view: View): Path[] {
  if ((pattern === "solid" && arm === undefined) || path.points.length < 4) return [path];
  const along = distances(path);
  const total = along.at(-1)!;
  const gaps: number[] = [];
  const collector = new GapCollector(path, along, view, width, gaps);
  const { corners } = path;
  if (corners) {
    for (const [i, corner] of corners.entries()) {
      const start = along[corner]!;
      const end = i + 1 < corners.length ? along[corners[i + 1]!]! : total;
      if (arm === undefined || arm * 2 >= end - start)
        collector.add(start, end, gapsOf(end - start, pattern, width, 0.5, 0.5));
      else {
        collector.add(start, start + arm, gapsOf(arm, pattern, width, 0.5, 1));
        collector.add(start, end, { count: 1, first: arm, length: end - start - 2 * arm, period: 1 });
        collector.add(end - arm, end, gapsOf(arm, pattern, width, 1, 0.5));
      }
    }
  } else {
    const edge = path.closed ? 0.5 : 1;
    collector.add(0, total, gapsOf(total, pattern, width, edge, edge));
  }
  if (gaps.length === 0 || gaps.length > 2 * MAX_GAPS) return [path];
  const cutter = new PathCutter(path, along);
  const pieces: Path[] = [];
  if (!path.closed) pieces.push(cutter.cut(0, gaps[0]!));
  for (let i = 1; i < gaps.length; i += 2) {
    const end = i + 1 < gaps.length ? gaps[i + 1]! : path.closed ? total + gaps[0]! : total;
    if (end > gaps[i]!) pieces.push(cutter.cut(gaps[i]!, end));
  }
  return pieces;
}

/** Collects gaps that can be seen: a line that leaves the picture may be endlessly long. */
class GapCollector {
  #segment = 0;

  /** @param gaps - gets start and end of each gap, in order */
  constructor(
    readonly path: Path,
    readonly along: Float64Array,
    readonly view: View,
    readonly width: number,
    readonly gaps: number[],
  ) {}

  /** Add the gaps between two distances of the path, which begin at or behind those added before. */
  add(from: number, to: number, { count, first, length, period }: Gaps): void {
    if (count === 0) return;
    const { along, gaps } = this;
    let next = 0;
    while (this.#segment > 0 && along[this.#segment]! > from) this.#segment--;
    for (; this.#segment < along.length - 1 && along[this.#segment]! < to; this.#segment++) {
      const seen = this.#seen(this.#segment);
      if (!seen) continue;
      const low = Math.ceil((seen[0] - from - first - length) / period);
      const high = Math.min(count - 1, Math.floor((seen[1] - from - first) / period));
      for (let k = Math.max(next, low); k <= high && gaps.length <= 2 * MAX_GAPS; k++) {
        const start = from + first + k * period;
        gaps.push(start, start + length);
      }
      next = Math.max(next, high + 1);
    }
  }

  /** The part of a straight piece that is in the picture, as distances along the path. */
  #seen(segment: number): [from: number, to: number] | undefined {
    const { points } = this.path;
    const i = segment * 2;
    const j = (i + 2) % points.length;
    let from = 0;
    let to = 1;
    for (const [a, b, size] of [
      [points[i]!, points[j]!, this.view.width],
      [points[i + 1]!, points[j + 1]!, this.view.height],
    ] as const) {
      const low = -this.width;
      const high = size + this.width;
      if (a === b) {
        if (a < low || a > high) return undefined;
        continue;
      }
      const [t0, t1] =
        a < b ? [(low - a) / (b - a), (high - a) / (b - a)] : [(high - a) / (b - a), (low - a) / (b - a)];
      from = Math.max(from, t0);
      to = Math.min(to, t1);
    }
    if (from > to) return undefined;
    const start = this.along[segment]!;
    const length = this.along[segment + 1]! - start;
    return [start + from * length, start + to * length];
  }
}
