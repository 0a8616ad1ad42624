/**
 * Lines as outlines to be filled. A stroke is the sum of pieces that all turn the same way: a quad for each straight piece,
 * cut in half along the path, and a wedge on the outer side of each joint. They meet without gap or overlap on the outer
 * side, so that nothing there is covered twice.
 */
import type { Frame } from "../core/frame.ts";
import { fillOutlines, type FillRule, SUBPIXEL } from "../core/raster.ts";
import { addArc, type Path, unit } from "./path.ts";

/** How a line is drawn. */
export interface StrokeOptions {
  /** Width in pixels. */
  readonly width: number;
  /** Width at the end of the path, where it differs. */
  readonly endWidth?: number | undefined;
  /** How pieces meet. A miter that would be longer than four widths is cut off. Default `miter`. */
  readonly join?: "miter" | "round" | undefined;
  /** How the ends of an open path look; `half-round` is round at its last point only. Default `butt`. */
  readonly cap?: "butt" | "half-round" | "round" | undefined;
}

/** Outlines being put together: contours first, then the colour that fills them. */
export class OutlineList {
  readonly #points: number[] = [];
  readonly #ends: number[] = [];
  readonly #weights: number[] = [];
  readonly #counts: number[] = [];
  readonly #colors: number[] = [];
  #closed = 0;
  left: number = Infinity;
  top: number = Infinity;
  right: number = -Infinity;
  bottom: number = -Infinity;

  /** Add a polygon to the outline at hand. It covers what strokes of the same outline do not cover yet. */
  addPolygon(points: readonly number[], weight = 1): void {
    let twice = 0;
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2)
      twice += points[j]! * points[i + 1]! - points[i]! * points[j + 1]!;
    // strokes turn against the clock as it is seen
    this.#addContour(twice > 0 ? reversed(points) : points, weight);
  }

  /** Add a stroke to the outline at hand. */
  addStroke(path: Path, options: StrokeOptions, weight = 1): void {
    for (const contour of strokeContours(path, options)) this.#addContour(contour, weight);
  }

  /**
   * End the outline at hand and begin the next one.
   *
   * @param color - one of `packColor`
   */
  fill(color: number): void {
    const count = this.#ends.length - this.#closed;
    if (count === 0) return;
    this.#closed = this.#ends.length;
    this.#counts.push(count);
    this.#colors.push(color);
  }

  draw(frame: Frame, bias: number, rule: FillRule = "any-turn"): void {
    const points = Int32Array.from(this.#points);
    const ends = Uint32Array.from(this.#ends);
    const counts = Uint32Array.from(this.#counts);
    const colors = Uint32Array.from(this.#colors);
    const weights = rule === "weighted" ? Uint8Array.from(this.#weights) : undefined;
    fillOutlines(frame, { points, ends, counts, colors, weights }, { rule, bias });
  }

  #addContour(points: readonly number[], weight: number): void {
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i]!;
      const y = points[i + 1]!;
      if (x < this.left) this.left = x;
      if (x > this.right) this.right = x;
      if (y < this.top) this.top = y;
      if (y > this.bottom) this.bottom = y;
      this.#points.push(Math.round(x * SUBPIXEL), Math.round(y * SUBPIXEL));
    }
    this.#ends.push(this.#points.length / 2);
    this.#weights.push(weight);
  }
}

function reversed(points: readonly number[]): number[] {
  const back: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) back.push(points[i]!, points[i + 1]!);
  return back;
}

/** The contours of a stroke: one for an open path, an outer and an inner one for a closed path. */
export function strokeContours(path: Path, options: StrokeOptions): number[][] {
  const { points, closed } = path;
  const n = points.length / 2;
  const half = options.width / 2;
  if (n === 0) return [];
  if (n === 1) return [disc(points[0]!, points[1]!, half)];
  const segments = new Segments(path, half, (options.endWidth ?? options.width) / 2);
  const round = options.join === "round";
  const left: number[] = [];
  const right: number[] = [];
  for (let i = closed ? 0 : 1; i < (closed ? n : n - 1); i++) {
    segments.joint(left, i, 1, round);
    segments.joint(right, i, -1, round);
  }
  if (closed) return [left, reversed(right)];
  const contour: number[] = [];
  segments.end(contour, 0, 0, 1);
  contour.push(...left);
  segments.end(contour, n - 1, n - 2, 1);
  if (options.cap === "round" || options.cap === "half-round") segments.cap(contour, n - 1, n - 2, 1);
  segments.end(contour, n - 1, n - 2, -1);
  contour.push(...reversed(right));
  segments.end(contour, 0, 0, -1);
  if (options.cap === "round") segments.cap(contour, 0, 0, -1);
  return [contour];
}

/** A disc as a polygon. */
export function disc(x: number, y: number, radius: number): number[] {
  const points: number[] = [];
  let [ax, ay] = [radius, 0];
  // against the clock, as strokes
  for (let quarter = 0; quarter < 4; quarter++) {
    points.push(x + ax, y + ay);
    addArc(points, x, y, ax, ay, ay, -ax, radius);
    [ax, ay] = [ay, -ax];
  }
  return points;
}

/** The straight pieces of a path, their directions and lengths, and half the line's width at each point. */
class Segments {
  readonly #points: readonly number[];
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #length: Float64Array;
  readonly #half: number;
  readonly #growth: number;
  readonly #along: Float64Array;

  constructor({ points, closed }: Path, half: number, endHalf: number) {
    const n = points.length / 2;
    const count = closed ? n : n - 1;
    this.#points = points;
    this.#x = new Float64Array(count);
    this.#y = new Float64Array(count);
    this.#length = new Float64Array(count);
    this.#along = new Float64Array(count + 1);
    for (let i = 0; i < count; i++) {
      const next = ((i + 1) % n) * 2;
      const [x, y, length] = unit(points[i * 2]!, points[i * 2 + 1]!, points[next]!, points[next + 1]!);
      this.#x[i] = x;
      this.#y[i] = y;
      this.#length[i] = length;
      this.#along[i + 1] = this.#along[i]! + length;
    }
    this.#half = half;
    this.#growth = endHalf === half ? 0 : (endHalf - half) / this.#along[count]!;
  }

  #halfAt(point: number): number {
    return this.#half + this.#growth * this.#along[point]!;
  }

  /** One side of a line at an end of a piece, square to it. */
  end(contour: number[], point: number, segment: number, side: number): void {
    const h = this.#halfAt(point) * side;
    contour.push(
      this.#points[point * 2]! - this.#y[segment]! * h,
      this.#points[point * 2 + 1]! + this.#x[segment]! * h,
    );
  }

  /** A half circle about an end, without its own ends; `side` 1 at the end of a path, -1 at its start. */
  cap(contour: number[], point: number, segment: number, side: number): void {
    const h = this.#halfAt(point) * side;
    const [x, y] = [this.#points[point * 2]!, this.#points[point * 2 + 1]!];
    const [ux, uy] = [this.#x[segment]! * h, this.#y[segment]! * h];
    addArc(contour, x, y, -uy, ux, ux, uy, Math.abs(h));
    contour.push(x + ux, y + uy);
    addArc(contour, x, y, ux, uy, uy, -ux, Math.abs(h));
  }

  /** One side of a line where two pieces meet: `side` 1 is the side of the direction turned by 90 degrees clockwise. */
  joint(contour: number[], point: number, side: number, round: boolean): void {
    const count = this.#x.length;
    const before = (point + count - 1) % count;
    const [x, y] = [this.#points[point * 2]!, this.#points[point * 2 + 1]!];
    const h = this.#halfAt(point);
    const [ux, uy] = [this.#x[before]!, this.#y[before]!];
    const [vx, vy] = [this.#x[point]!, this.#y[point]!];
    const cross = (ux * vy - uy * vx) * side;
    const turn = 1 + ux * vx + uy * vy;
    const [ax, ay, bx, by] = [-uy * h * side, ux * h * side, -vy * h * side, vx * h * side];
    const inner = cross > 0 || (cross === 0 && side > 0);
    // on the inner side the two edges cross, if both pieces are long enough to reach the crossing; on the outer side they
    // meet in a point where the turn is slight, or where the join asks for it
    const pointed = inner
      ? turn > 1e-6 && cross * h <= (turn * Math.min(this.#length[before]!, this.#length[point]!)) / 2
      : turn > (round ? 1.98 : 0.125);
    if (pointed) {
      contour.push(x + (ax + bx) / turn, y + (ay + by) / turn);
      return;
    }
    contour.push(x + ax, y + ay);
    if (inner) contour.push(x, y);
    else if (round) {
      if (turn < 1) {
        // half a turn and nearly so: by way of the direction between the two, which is forwards
        const [mx, my] = turn < 1e-9 ? [ux, uy] : unit(0, 0, ax + bx, ay + by);
        addArc(contour, x, y, ax, ay, mx * h, my * h, h);
        contour.push(x + mx * h, y + my * h);
        addArc(contour, x, y, mx * h, my * h, bx, by, h);
      } else addArc(contour, x, y, ax, ay, bx, by, h);
    }
    contour.push(x + bx, y + by);
  }
}
