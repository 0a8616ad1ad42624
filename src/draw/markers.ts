/** Markers of single points: discs and small figures of the same weight, with a light rim. */
import type { Frame } from "../core/frame.ts";
import { fillCapsules, packColor, SUBPIXEL } from "../core/raster.ts";
import { direction } from "../model/angles.ts";
import { coarseDisc, coarseLine } from "./coarse-outline.ts";
import { type Bounds, boundsOf } from "./marks.ts";
import { OutlineList } from "./stroke.ts";

export type Marker = "circle" | "square" | "diamond" | "triangle" | "cross" | "star";
export const MARKERS: readonly Marker[] = ["circle", "square", "diamond", "triangle", "cross", "star"];

/** Corners of the figures about their point, in radii of a disc that looks as large. */
const FIGURES: Readonly<Record<Exclude<Marker, "circle">, readonly number[]>> = {
  square: [-0.9, -0.9, 0.9, -0.9, 0.9, 0.9, -0.9, 0.9],
  diamond: [0, -1.3, 1.3, 0, 0, 1.3, -1.3, 0],
  triangle: [0, -1.45, 1.3, 0.8, -1.3, 0.8],
  cross: turned([-0.45, -1.4, 0.45, -1.4, 0.45, -0.45, 1.4, -0.45, 1.4, 0.45, 0.45, 0.45], 45),
  star: star(),
};

/** The first half of a figure that looks the same from behind, and its other half, turned about the point. */
function turned(half: readonly number[], degrees: number): number[] {
  const { cos, sin } = direction(degrees);
  const points: number[] = [];
  for (const side of [1, -1])
    for (let i = 0; i < half.length; i += 2)
      points.push(side * (half[i]! * cos - half[i + 1]! * sin), side * (half[i]! * sin + half[i + 1]! * cos));
  return points;
}

function star(): number[] {
  const points: number[] = [];
  for (let i = 0; i < 10; i++) {
    const { cos, sin } = direction(i * 36 - 90);
    const reach = i % 2 ? 0.72 : 1.65;
    points.push(cos * reach, sin * reach);
  }
  return points;
}

/** Thick lines and markers being put together; figures are drawn behind everything that is round. */
export class MarkerList {
  readonly #capsules: number[] = [];
  readonly #colors: number[] = [];
  readonly #figures: OutlineList = new OutlineList();
  readonly #isCoarse: boolean;

  constructor(curves: "exact" | "coarse" = "exact") {
    this.#isCoarse = curves === "coarse";
  }

  /** Add a line with round ends, `width` pixels wide. */
  addLine(x0: number, y0: number, x1: number, y1: number, width: number, color: number): void {
    if (this.#isCoarse) {
      const isDisc = x0 === x1 && y0 === y1;
      this.#figures.addContour(isDisc ? coarseDisc(x0, y0, width / 2) : coarseLine(x0, y0, x1, y1, width));
      this.#figures.fill(color);
      return;
    }
    this.#capsules.push(fixed(x0), fixed(y0), fixed(x1), fixed(y1), Math.max(1, fixed(width / 2)));
    this.#colors.push(color);
  }

  /**
   * Add a marker.
   *
   * @param radius - of the disc that looks as large; the rim comes on top
   * @param fill - one of `packColor`
   */
  addMarker(
    { marker, radius, rim, fill, edge }: { marker: Marker; radius: number; rim: number; fill: number; edge: number },
    x: number,
    y: number,
  ): void {
    if (marker === "circle") {
      if (rim > 0) this.addLine(x, y, x, y, 2 * (radius + rim), edge);
      this.addLine(x, y, x, y, 2 * radius, fill);
      return;
    }
    const points = FIGURES[marker].map((value, i) => value * radius + (i % 2 ? y : x));
    if (rim > 0) {
      this.#figures.addPolygon(points);
      this.#figures.addStroke({ points, closed: true }, { width: 2 * rim });
      this.#figures.fill(edge);
    }
    this.#figures.addPolygon(points);
    this.#figures.fill(fill);
  }

  draw(frame: Frame, bias: number): void {
    if (this.#colors.length > 0)
      fillCapsules(frame, new Int32Array(this.#capsules), new Uint32Array(this.#colors), bias);
    this.#figures.draw(frame, bias);
  }
}

/** The pixels that markers around a set of points reach; undefined for no points. */
export function markerBounds(points: readonly number[], radius: number): Bounds | undefined {
  return points.length === 0 ? undefined : boundsOf(points, radius);
}

function fixed(pixels: number): number {
  return Math.round(pixels * SUBPIXEL);
}

/** The light rim of markers, as `packColor`. */
export const LIGHT: number = packColor(0xffffff);
