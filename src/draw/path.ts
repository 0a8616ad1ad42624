/**
 * Paths: points in pixels, joined by straight lines. Curves become points so near to each other that no corner shows.
 * Sums, products and square roots only, which round alike in every runtime.
 */
import { direction } from "../model/angles.ts";

export interface Path {
  /** x, y of each point; neighbours differ. */
  readonly points: readonly number[];
  /** True: the last point is joined to the first. */
  readonly closed: boolean;
  /** Indices of the points that are corners of a box, the first one 0: dashes keep their ink there. */
  readonly corners?: readonly number[] | undefined;
}

/** How far a curve may be from its chord, in pixels. */
const FLATNESS = 0.05;
/** Points nearer than this, in pixels, are one. */
const SAME = 1 / 512;

/** A path through points, without those that stand where the one before stands. */
export function pathOf(points: ArrayLike<number>, closed: boolean): Path {
  const kept: number[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) addPoint(kept, points[i]!, points[i + 1]!);
  return finished(kept, closed);
}

/** Points being put together. */
class PointList implements PointSink {
  readonly points: number[] = [];

  add(x: number, y: number): void {
    addPoint(this.points, x, y);
  }
}

function finished(points: number[], closed: boolean, corners?: readonly number[]): Path {
  if (closed)
    while (points.length > 2 && near(points[0]!, points[1]!, points.at(-2)!, points.at(-1)!)) points.length -= 2;
  return { points, closed: closed && points.length > 4, corners };
}

function addPoint(points: number[], x: number, y: number): void {
  const { length } = points;
  if (length === 0 || !near(points[length - 2]!, points[length - 1]!, x, y)) points.push(x, y);
}

function near(x0: number, y0: number, x1: number, y1: number): boolean {
  return Math.abs(x1 - x0) < SAME && Math.abs(y1 - y0) < SAME;
}

/**
 * An ellipse, or a part of one.
 *
 * @param shape - rotation in degrees, clockwise
 * @param arc - degrees, clockwise from the ellipse's own x axis; default: all around
 */
export function ellipsePath(
  shape: { x: number; y: number; radiusX: number; radiusY: number; rotation?: number | undefined },
  arc?: readonly [from: number, to: number],
): Path {
  const { x, y, radiusX, radiusY, rotation = 0 } = shape;
  const [from, to] = arc ?? [0, 360];
  const around = Math.PI * Math.sqrt(Math.max(radiusX, radiusY) / (2 * FLATNESS));
  const count = Math.max(8, Math.ceil((around * (to - from)) / 360));
  // corners a little outside, sides a little inside: the area is right
  const angle = ((to - from) * Math.PI) / 180 / count;
  const outset = 1 + (angle * angle) / 12;
  const axis = direction(rotation);
  const step = direction((to - from) / count);
  let { cos, sin } = direction(from);
  const points: number[] = [];
  for (let i = arc ? -1 : 0; i < count; i++) {
    const u = radiusX * outset * cos;
    const v = radiusY * outset * sin;
    addPoint(points, x + u * axis.cos - v * axis.sin, y + u * axis.sin + v * axis.cos);
    [cos, sin] = [cos * step.cos - sin * step.sin, sin * step.cos + cos * step.sin];
  }
  return finished(points, !arc);
}

/**
 * A closed polygon; `radius` rounds its corners as far as its sides have room. It begins in the middle of its first corner.
 *
 * @param vertices - x, y of each
 */
export function polygonPath(vertices: ArrayLike<number>, radius: number): Path {
  const { points: ring } = pathOf(vertices, true);
  const n = ring.length / 2;
  const list = new PointList();
  const corners: number[] = [];
  const markCorner = (): number => corners.push(list.points.length / 2 - 1);
  let start: PointList | undefined;
  for (let i = 0; i < n; i++) {
    const x = ring[i * 2]!;
    const y = ring[i * 2 + 1]!;
    const [ux, uy, before] = unit(ring.at(i * 2 - 2)!, ring.at(i * 2 - 1)!, x, y);
    const [vx, vy, after] = unit(x, y, ring[(i * 2 + 2) % ring.length]!, ring[(i * 2 + 3) % ring.length]!);
    const cross = ux * vy - uy * vx;
    // tangent of half the angle by which the path turns
    const tangent = Math.abs(cross) / (1 + ux * vx + uy * vy);
    if (radius === 0 || n < 3 || !(tangent > 0.01 && tangent < 100)) {
      list.add(x, y);
      markCorner();
      continue;
    }
    const reach = Math.min(radius * tangent, before / 2, after / 2);
    const r = Math.abs(reach / tangent);
    const side = cross > 0 ? r : -r;
    // from the centre of the rounding to where it begins, to its middle and its end
    const [ax, ay, bx, by] = [uy * side, -ux * side, vy * side, -vx * side];
    const [cx, cy] = [x - ux * reach - ax, y - uy * reach - ay];
    const [mx, my] = unit(0, 0, ax + bx, ay + by).map((part) => part * r) as [number, number];
    const first = i === 0 ? (start = new PointList()) : list;
    first.add(cx + ax, cy + ay);
    addArc(first, cx, cy, ax, ay, mx, my, r);
    list.add(cx + mx, cy + my);
    markCorner();
    addArc(list, cx, cy, mx, my, bx, by, r);
    list.add(cx + bx, cy + by);
  }
  for (let p = 0; start && p < start.points.length; p += 2) list.add(start.points[p]!, start.points[p + 1]!);
  return finished(list.points, true, corners);
}

/** Direction and length from one point to another. */
export function unit(x0: number, y0: number, x1: number, y1: number): [x: number, y: number, length: number] {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = Math.sqrt(dx * dx + dy * dy);
  return length > 0 ? [dx / length, dy / length, length] : [1, 0, 0];
}

/** What takes points, in pixels. */
export interface PointSink {
  add(x: number, y: number): void;
}

/** Add the points of an arc about a centre, both ends left out; they are less than half a turn apart. */
export function addArc(
  sink: PointSink,
  cx: number,
  cy: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  radius: number,
): void {
  const x = ax + bx;
  const y = ay + by;
  const sum = Math.sqrt(x * x + y * y);
  if (radius - sum / 2 <= FLATNESS) return;
  const mx = (x / sum) * radius;
  const my = (y / sum) * radius;
  addArc(sink, cx, cy, ax, ay, mx, my, radius);
  sink.add(cx + mx, cy + my);
  addArc(sink, cx, cy, mx, my, bx, by, radius);
}

/** Distance along a path from its first point to each point, and to the first again where it is closed. */
export function distances({ points, closed }: Path): Float64Array {
  const n = points.length / 2;
  const along = new Float64Array(closed ? n + 1 : n);
  for (let i = 1; i < along.length; i++) {
    const j = (i % n) * 2;
    const dx = points[j]! - points[i * 2 - 2]!;
    const dy = points[j + 1]! - points[i * 2 - 1]!;
    along[i] = along[i - 1]! + Math.sqrt(dx * dx + dy * dy);
  }
  return along;
}

/** Cuts pieces out of one path of two points or more, each behind the one before. */
export class PathCutter {
  readonly #path: Path;
  readonly #along: Float64Array;
  #segment = 0;

  constructor(path: Path, along: Float64Array) {
    this.#path = path;
    this.#along = along;
  }

  /** The piece between two distances; in a closed path it may reach beyond the end, to go on at the start. */
  cut(from: number, to: number): Path {
    const { points, closed } = this.#path;
    const along = this.#along;
    const last = along.length - 2;
    const total = along[last + 1]!;
    const end = closed ? to : Math.min(to, total);
    while (this.#segment < last && along[this.#segment + 1]! <= from) this.#segment++;
    const piece: number[] = [];
    this.#addAt(piece, this.#segment, from);
    let segment = this.#segment;
    let behind = 0;
    while (along[segment + 1]! + behind < end) {
      const next = segment * 2 + 2;
      addPoint(piece, points[next % points.length]!, points[(next + 1) % points.length]!);
      if (++segment > last) {
        segment = 0;
        behind += total;
      }
    }
    this.#addAt(piece, segment, end - behind);
    return { points: piece, closed: false };
  }

  #addAt(piece: number[], segment: number, at: number): void {
    const { points } = this.#path;
    const start = this.#along[segment]!;
    const t = (at - start) / (this.#along[segment + 1]! - start);
    const [x, y] = [points[segment * 2]!, points[segment * 2 + 1]!];
    const next = segment * 2 + 2;
    addPoint(piece, x + t * (points[next % points.length]! - x), y + t * (points[(next + 1) % points.length]! - y));
  }
}
