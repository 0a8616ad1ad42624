/**
 * Lines as outlines to be filled. A stroke is the sum of pieces that all turn the same way: a quad for each straight piece,
 * cut in half along the path, and a wedge on the outer side of each joint. They meet without gap or overlap on the outer
 * side, so that nothing there is covered twice.
 */
import type { Frame } from "../core/frame.ts";
import { fillOutlines, type FillRule, type OutlineBatch, SUBPIXEL } from "../core/raster.ts";
import { addArc, type Path, type PointSink } from "./path.ts";

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

const NO_POINTS: Int32Array<ArrayBuffer> = new Int32Array(0);

/** Outlines being put together: contours first, then the colour that fills them. */
export class OutlineList implements PointSink {
  #points: Int32Array<ArrayBuffer> = NO_POINTS;
  #length = 0;
  readonly #ends: number[] = [];
  readonly #weights: number[] = [];
  readonly #counts: number[] = [];
  readonly #colors: number[] = [];
  #filled = 0;

  /** Add a polygon to the outline at hand: x, y of each corner. It covers what strokes of the outline do not cover yet. */
  addPolygon(points: readonly number[], weight = 1): void {
    let twice = 0;
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2)
      twice += points[j]! * points[i + 1]! - points[i]! * points[j + 1]!;
    // strokes turn against the clock as it is seen
    if (twice > 0) for (let i = points.length - 2; i >= 0; i -= 2) this.add(points[i]!, points[i + 1]!);
    else for (let i = 0; i < points.length; i += 2) this.add(points[i]!, points[i + 1]!);
    this.endContour(weight);
  }

  /** Add a contour to the outline at hand: x, y of each point in 1/256 pixel. */
  addContour(points: Int32Array, weight = 1): void {
    this.#makeRoom(points.length);
    this.#points.set(points, this.#length);
    this.#length += points.length;
    this.endContour(weight);
  }

  /** Add a stroke to the outline at hand. */
  addStroke(path: Path, options: StrokeOptions, weight = 1): void {
    stroke(this, path, options, weight);
  }

  /**
   * End the outline at hand and begin the next one.
   *
   * @param color - one of `packColor`
   */
  fill(color: number): void {
    const count = this.#ends.length - this.#filled;
    if (count === 0) return;
    this.#filled = this.#ends.length;
    this.#counts.push(count);
    this.#colors.push(color);
  }

  /** Add a point to the contour at hand, in pixels. */
  add(x: number, y: number): void {
    this.#makeRoom(2);
    this.#points[this.#length++] = Math.round(x * SUBPIXEL);
    this.#points[this.#length++] = Math.round(y * SUBPIXEL);
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#points.length) return;
    const larger = new Int32Array(Math.max(256, (this.#length + count) * 2));
    larger.set(this.#points.subarray(0, this.#length));
    this.#points = larger;
  }

  /** End the contour at hand. */
  endContour(weight: number): void {
    this.#ends.push(this.#length / 2);
    this.#weights.push(weight);
  }

  /** What was added, as the kernels take it. */
  batch(): OutlineBatch {
    return {
      points: this.#points.subarray(0, this.#length),
      ends: new Uint32Array(this.#ends),
      counts: new Uint32Array(this.#counts),
      colors: new Uint32Array(this.#colors),
      weights: new Uint8Array(this.#weights),
    };
  }

  draw(frame: Frame, bias: number, rule: FillRule = "any-turn"): void {
    if (this.#counts.length > 0) fillOutlines(frame, this.batch(), { rule, bias });
  }
}

/** Add the contours of a stroke: one for an open path, an outer and an inner one for a closed path. */
function stroke(list: OutlineList, path: Path, options: StrokeOptions, weight: number): void {
  const { points, closed } = path;
  const n = points.length / 2;
  if (n === 0) return;
  if (n === 1) {
    addDisc(list, points[0]!, points[1]!, options.width / 2);
    list.endContour(weight);
    return;
  }
  const { join, cap = "butt" } = options;
  const walk = new Walk(list, path, options);
  if (closed) {
    for (let i = 0; i < n; i++) walk.joint(i, 1, join);
    list.endContour(weight);
    for (let i = n - 1; i >= 0; i--) walk.joint(i, -1, join);
    list.endContour(weight);
    return;
  }
  // along the left side to the end, and back along the other
  walk.end(0, 0, 1);
  for (let i = 1; i < n - 1; i++) walk.joint(i, 1, join);
  walk.end(n - 1, n - 2, 1);
  if (cap !== "butt") walk.cap(n - 1, n - 2, 1);
  walk.end(n - 1, n - 2, -1);
  for (let i = n - 2; i > 0; i--) walk.joint(i, -1, join);
  walk.end(0, 0, -1);
  if (cap === "round") walk.cap(0, 0, -1);
  list.endContour(weight);
}

/** Add the points of a disc. */
function addDisc(sink: PointSink, x: number, y: number, radius: number): void {
  let ax = radius;
  let ay = 0;
  // against the clock, as strokes
  for (let quarter = 0; quarter < 4; quarter++) {
    sink.add(x + ax, y + ay);
    addArc(sink, x, y, ax, ay, ay, -ax, radius);
    const turned = -ax;
    ax = ay;
    ay = turned;
  }
}

/** Directions and lengths of the pieces of the path at hand, and the way along it to each point; kept, to be used again. */
let directionX = new Float64Array(64);
let directionY = new Float64Array(64);
let lengths = new Float64Array(64);
let along = new Float64Array(65);

/** A walk along the sides of a stroke. Only one goes on at a time. */
class Walk {
  readonly #list: PointSink;
  readonly #points: readonly number[];
  readonly #count: number;
  readonly #half: number;
  readonly #growth: number;

  constructor(list: PointSink, { points, closed }: Path, { width, endWidth = width }: StrokeOptions) {
    const n = points.length / 2;
    const count = closed ? n : n - 1;
    if (count > lengths.length) {
      directionX = new Float64Array(count * 2);
      directionY = new Float64Array(count * 2);
      lengths = new Float64Array(count * 2);
      along = new Float64Array(count * 2 + 1);
    }
    for (let i = 0; i < count; i++) {
      const next = i + 1 < n ? i * 2 + 2 : 0;
      const dx = points[next]! - points[i * 2]!;
      const dy = points[next + 1]! - points[i * 2 + 1]!;
      const length = Math.sqrt(dx * dx + dy * dy);
      directionX[i] = dx / length;
      directionY[i] = dy / length;
      lengths[i] = length;
      along[i + 1] = along[i]! + length;
    }
    this.#list = list;
    this.#points = points;
    this.#count = count;
    this.#half = width / 2;
    this.#growth = endWidth === width ? 0 : (endWidth - width) / 2 / along[count]!;
  }

  #halfAt(point: number): number {
    return this.#half + this.#growth * along[point]!;
  }

  /** The left side at an end of a piece, square to it; `way` 1 along the path, -1 back. */
  end(point: number, piece: number, way: 1 | -1): void {
    const h = this.#halfAt(point) * way;
    this.#list.add(
      this.#points[point * 2]! - directionY[piece]! * h,
      this.#points[point * 2 + 1]! + directionX[piece]! * h,
    );
  }

  /** Half a circle from the left side around the point at which the walk turns, its two ends left out. */
  cap(point: number, piece: number, way: 1 | -1): void {
    const h = this.#halfAt(point);
    const x = this.#points[point * 2]!;
    const y = this.#points[point * 2 + 1]!;
    const ux = directionX[piece]! * h * way;
    const uy = directionY[piece]! * h * way;
    addArc(this.#list, x, y, -uy, ux, ux, uy, h);
    this.#list.add(x + ux, y + uy);
    addArc(this.#list, x, y, ux, uy, uy, -ux, h);
  }

  /** The left side where two pieces meet. */
  joint(point: number, way: 1 | -1, join: StrokeOptions["join"] = "miter"): void {
    const count = this.#count;
    const list = this.#list;
    const previous = point === 0 ? count - 1 : point - 1;
    const before = way > 0 ? previous : point;
    const after = way > 0 ? point : previous;
    const x = this.#points[point * 2]!;
    const y = this.#points[point * 2 + 1]!;
    const h = this.#halfAt(point);
    const ux = directionX[before]! * way;
    const uy = directionY[before]! * way;
    const vx = directionX[after]! * way;
    const vy = directionY[after]! * way;
    const cross = ux * vy - uy * vx;
    const turn = 1 + ux * vx + uy * vy;
    const inner = cross > 0 || (cross === 0 && way > 0);
    const ax = -uy * h;
    const ay = ux * h;
    const bx = -vy * h;
    const by = vx * h;
    // on the inner side the two edges cross, if both pieces are long enough to reach the crossing; on the outer side they
    // meet in a point where the turn is slight, or where the join asks for it
    const pointed = inner
      ? turn > 1e-6 && cross * h <= (turn * Math.min(lengths[before]!, lengths[after]!)) / 2
      : turn > (join === "round" ? 1.98 : 0.125);
    if (pointed) {
      list.add(x + (ax + bx) / turn, y + (ay + by) / turn);
      return;
    }
    list.add(x + ax, y + ay);
    if (inner) list.add(x, y);
    else if (join === "round") {
      if (turn < 1) {
        // by way of the direction between the two, which for half a turn is forwards
        const sumX = ax + bx;
        const sumY = ay + by;
        const size = Math.sqrt(sumX * sumX + sumY * sumY);
        const mx = turn < 1e-9 ? ux * h : (sumX / size) * h;
        const my = turn < 1e-9 ? uy * h : (sumY / size) * h;
        addArc(list, x, y, ax, ay, mx, my, h);
        list.add(x + mx, y + my);
        addArc(list, x, y, mx, my, bx, by, h);
      } else addArc(list, x, y, ax, ay, bx, by, h);
    }
    list.add(x + bx, y + by);
  }
}
