/** Binding of `assembly/raster*.ts`: boxes, plates, thick lines, discs and outlines on a frame. */
import { ImageError } from "../errors.ts";
import { BLEND_ROUND, toBgr } from "./blend.ts";
import { coreOf, type Frame, pointerOf } from "./frame.ts";

export interface RasterKernels {
  coverContours(
    dst: number,
    stride: number,
    columns: number,
    rows: number,
    cells: number,
    points: number,
    flags: number,
    ends: number,
    contours: number,
    rule: number,
  ): void;
  fillOutlines(
    frame: number,
    width: number,
    height: number,
    cells: number,
    cellCount: number,
    points: number,
    flags: number,
    ends: number,
    weights: number,
    counts: number,
    colours: number,
    n: number,
    rule: number,
    bias: number,
  ): void;
  fillBoxes(
    frame: number,
    width: number,
    height: number,
    boxes: number,
    colours: number,
    n: number,
    bias: number,
  ): void;
  strokeBoxes(
    frame: number,
    width: number,
    height: number,
    boxes: number,
    colours: number,
    thickness: number,
    n: number,
    bias: number,
  ): void;
  fillPlates(
    frame: number,
    width: number,
    height: number,
    boxes: number,
    colours: number,
    n: number,
    corner: number,
    radius: number,
    bias: number,
  ): void;
  fillPatches(
    frame: number,
    width: number,
    height: number,
    boxes: number,
    colours: number,
    n: number,
    patch: number,
    sideX: number,
    sideY: number,
    bias: number,
  ): void;
  fillCapsules(
    frame: number,
    width: number,
    height: number,
    cells: number,
    cellCount: number,
    scratch: number,
    capsules: number,
    colours: number,
    n: number,
    bias: number,
  ): void;
}

/** Grid units of one pixel in outlines and capsules. */
export const SUBPIXEL = 256;
/** Largest distance from the picture's corner, in pixels, that outlines and capsules may have. */
export const MAX_COORDINATE: number = 2 ** 20;

/** Closed contours of straight lines and quadratic curves, in TrueType's form. */
export interface Outline {
  /** x, y of each point in 1/256 pixel, x to the right, y down. */
  readonly points: Int32Array;
  /** For each point: 1 on the curve, 0 control point (two in a row have a point on the curve half-way). Without it: polygons. */
  readonly flags?: Uint8Array | undefined;
  /** For each contour: index behind its last point. */
  readonly ends: Uint32Array;
}

/** Accumulator cells of one fill: enough for two rows of any picture, else what stays in a core's nearest cache. */
const CELLS = 8192;

/** Accumulator cells that are enough for fills of few points in a picture. */
export function fillCells({ width }: Frame): number {
  return Math.max(CELLS, 2 * (width + 4));
}

/** `CAPSULE_SCRATCH` of assembly/raster-capsules.ts. */
const CAPSULE_SCRATCH = 34 * 8 + 36 + 4;

/** 0xRRGGBB and an opacity of 0..255 as the kernels' tables hold them. */
export function packColor(color: number, alpha = 255): number {
  return ((alpha << 24) | toBgr(color)) >>> 0;
}

/**
 * Fill boxes in order.
 *
 * @param boxes - left, top, right, bottom of each, whole pixels, right and bottom exclusive; clipped at the picture
 * @param colors - one of {@link packColor} for each
 */
export function fillBoxes(frame: Frame, boxes: Int32Array, colors: Uint32Array, bias: number = BLEND_ROUND): void {
  const n = countOf(boxes, 4, colors);
  coreOf(frame).run((scratch) => {
    const boxPtr = scratch.copyIn(boxes);
    const colorPtr = scratch.copyIn(colors);
    scratch.kernels.fillBoxes(pointerOf(frame), frame.width, frame.height, boxPtr, colorPtr, n, bias);
  });
}

/**
 * Draw the outlines of boxes in order; an outline lies inside of its box.
 *
 * @param boxes - as in {@link fillBoxes}: the outer edge
 * @param colors - one of {@link packColor} for each
 * @param thickness - pixels, 1 or more, for each
 */
export function strokeBoxes(
  frame: Frame,
  boxes: Int32Array,
  colors: Uint32Array,
  thickness: Int32Array,
  bias: number = BLEND_ROUND,
): void {
  const n = countOf(boxes, 4, colors);
  countOf(thickness, 1, colors);
  coreOf(frame).run((scratch) => {
    const boxPtr = scratch.copyIn(boxes);
    const colorPtr = scratch.copyIn(colors);
    const thicknessPtr = scratch.copyIn(thickness);
    scratch.kernels.strokeBoxes(pointerOf(frame), frame.width, frame.height, boxPtr, colorPtr, thicknessPtr, n, bias);
  });
}

/**
 * Draw thick lines with round ends in order; a line of no length is a disc.
 *
 * @param capsules - x0, y0, x1, y1, radius of each in 1/256 pixel, coordinates within {@link MAX_COORDINATE}
 * @param colors - one of {@link packColor} for each
 */
export function fillCapsules(
  frame: Frame,
  capsules: Int32Array,
  colors: Uint32Array,
  bias: number = BLEND_ROUND,
): void {
  const n = countOf(capsules, 5, colors);
  const cellCount = fillCells(frame);
  coreOf(frame).run((scratch) => {
    const cells = scratch.allocZeroed(cellCount * 4);
    const shape = scratch.alloc(CAPSULE_SCRATCH);
    const capsulePtr = scratch.copyIn(capsules);
    const colorPtr = scratch.copyIn(colors);
    scratch.kernels.fillCapsules(
      pointerOf(frame),
      frame.width,
      frame.height,
      cells,
      cellCount,
      shape,
      capsulePtr,
      colorPtr,
      n,
      bias,
    );
  });
}

/** How contours of one outline that lie over each other cover: see {@link fillOutlines}. */
export type FillRule = "any-turn" | "even-odd" | "weighted";

const RULES: readonly FillRule[] = ["any-turn", "even-odd", "weighted"];
/** Weight of a contour that covers wholly by itself. */
export const FULL_WEIGHT = 32;

/** Outlines that are filled one after the other, each with its own colour. */
export interface OutlineBatch extends Outline {
  /** For each outline: how many contours it has. */
  readonly counts: Uint32Array;
  /** For each outline: one of {@link packColor}. */
  readonly colors: Uint32Array;
  /** For each contour, for the rule `weighted`: how much it covers, 1..{@link FULL_WEIGHT}. */
  readonly weights?: Uint8Array | undefined;
}

/**
 * Fill outlines in order, anti-aliased by exact area.
 *
 * @param batch - in the picture's pixels; coordinates within {@link MAX_COORDINATE}
 * @param options.rule - what several contours of an outline cover together. `any-turn`, the default: their union, unless
 *   contours of opposite directions cancel; `even-odd`: what an even number of them encloses is a hole; `weighted`: their
 *   weights are added, so that contours that meet show no seam
 */
export function fillOutlines(
  frame: Frame,
  { points, flags, ends, counts, colors, weights }: OutlineBatch,
  { rule = "any-turn", bias = BLEND_ROUND }: { rule?: FillRule; bias?: number } = {},
): void {
  if (points.length === 0) return;
  const { width, height } = frame;
  // all points are looked at once for each band of rows: outlines of many points get few bands
  const cellCount = Math.max(fillCells(frame), Math.min((width + 4) * height, largest(ends, counts) * 4));
  coreOf(frame).run((scratch) => {
    const cells = scratch.allocZeroed(cellCount * 4);
    const pointPtr = scratch.copyIn(points);
    const flagPtr = flags ? scratch.copyIn(flags) : 0;
    const endPtr = scratch.copyIn(ends);
    const weightPtr = weights ? scratch.copyIn(weights) : 0;
    const countPtr = scratch.copyIn(counts);
    const colorPtr = scratch.copyIn(colors);
    scratch.kernels.fillOutlines(
      pointerOf(frame),
      width,
      height,
      cells,
      cellCount,
      pointPtr,
      flagPtr,
      endPtr,
      weightPtr,
      countPtr,
      colorPtr,
      counts.length,
      RULES.indexOf(rule),
      bias,
    );
  });
}

/** Points of the outline that has most. */
function largest(ends: Uint32Array, counts: Uint32Array): number {
  let most = 0;
  let first = 0;
  let contour = 0;
  for (const count of counts) {
    contour += count;
    const end = contour > 0 ? ends[contour - 1]! : 0;
    most = Math.max(most, end - first);
    first = end;
  }
  return most;
}

/**
 * Fill one outline: {@link fillOutlines} of one.
 *
 * @param color - 0xRRGGBB
 * @param alpha - 0..255
 */
export function fillOutline(
  frame: Frame,
  outline: Outline,
  color: number,
  alpha: number,
  { evenOdd = false, bias = BLEND_ROUND }: { evenOdd?: boolean; bias?: number } = {},
): void {
  const counts = Uint32Array.of(outline.ends.length);
  const colors = Uint32Array.of(packColor(color, alpha));
  fillOutlines(frame, { ...outline, counts, colors }, { rule: evenOdd ? "even-odd" : "any-turn", bias });
}

/** The whole pixels that a set of points in 1/256 pixel touches; right and bottom exclusive. */
export function pixelBounds(points: Int32Array): { left: number; top: number; right: number; bottom: number } {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i]!;
    const y = points[i + 1]!;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return {
    left: Math.floor(left / SUBPIXEL),
    top: Math.floor(top / SUBPIXEL),
    right: Math.ceil(right / SUBPIXEL),
    bottom: Math.ceil(bottom / SUBPIXEL),
  };
}

function countOf(table: Int32Array, columns: number, colors: Uint32Array): number {
  if (table.length !== colors.length * columns)
    throw new ImageError("ARGUMENT", `expected ${colors.length * columns} numbers, got ${table.length}`);
  return colors.length;
}
