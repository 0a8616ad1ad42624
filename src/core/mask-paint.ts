/** How masks of a set are painted, and the orders that this makes for `assembly/mask-paint.ts`. */
import { ImageError, show } from "../errors.ts";
import { toBgr } from "./blend.ts";
import { type Brush, rimBytes } from "./brush.ts";
import type { Pattern } from "./pattern.ts";
import { planeStride } from "./rle.ts";
import type { Scratch } from "./wasm.ts";

export interface MaskPaintKernels {
  paintMasks(
    frame: number,
    h: number,
    w: number,
    records: number,
    paints: number,
    n: number,
    plane: number,
    cover: number,
    union: number,
    solid: number,
    bias: number,
  ): void;
  averageMasks(
    frame: number,
    h: number,
    w: number,
    records: number,
    colours: number,
    n: number,
    plane: number,
    sums: number,
    band: number,
    alpha: number,
    bias: number,
  ): void;
  uniteMasks(union: number, h: number, w: number, records: number, n: number, plane: number): void;
  paintOutside(
    frame: number,
    h: number,
    w: number,
    union: number,
    mode: number,
    colour: number,
    alpha: number,
    solid: number,
    bias: number,
  ): void;
  hideMask(
    frame: number,
    h: number,
    w: number,
    record: number,
    plane: number,
    cells: number,
    block: number,
    mode: number,
    colour: number,
  ): void;
}

/** How to paint one mask of a set. */
export interface MaskPaint {
  /** Which mask. */
  readonly index: number;
  /** 0xRRGGBB */
  readonly color: number;
  /** 0..255; 0 leaves the inside alone. */
  readonly alpha: number;
  /** True: the inside has the values that floats cut off give, see {@link floatFaults}. */
  readonly inFloats?: boolean | undefined;
  /** Over the colour: the same or another one through a pattern that begins at the picture's corner. */
  readonly hatch?: { readonly color: number; readonly alpha: number; readonly pattern: Pattern } | undefined;
  /**
   * Over all of these: a line along the rim, centred on it. The picture's edge is a rim too for a mask that it cuts off.
   */
  readonly outline?: { readonly color: number; readonly alpha: number; readonly brush: Brush } | undefined;
  /** Over all of these: a dot of radius 1/2 at the upper left corner of every pixel of the rim. */
  readonly dots?: { readonly color: number; readonly alpha: number } | undefined;
  /** Under all of these: what a brush leaves outside of all masks of the set. */
  readonly halo?: { readonly color: number; readonly alpha: number; readonly brush: Brush } | undefined;
}

/** `STEP_` of assembly/mask-paint.ts. */
const STEP = { fill: 0, pattern: 1, rim: 2, outside: 3, dots: 4 } as const;
/** Words of a step. */
const STEP_WORDS = 8;

/** `MARGIN` of assembly/mask-paint.ts: a mask's rim at the picture's edge depends on this many pixels outside. */
export const MARGIN = 2;

/** A mask of a picture with {@link MARGIN} on all sides. */
export interface BeyondRecord {
  readonly pointer: number;
  readonly width: number;
  readonly height: number;
}

/** What `paintMasks` needs for a list of paints. */
export interface PaintOrders {
  readonly orders: number;
  readonly count: number;
  /** Bytes for the planes of one mask. */
  readonly planeRoom: number;
  readonly coverRoom: number;
  readonly halos: boolean;
}

/**
 * Check paints and lay them out, step by step; brushes and patterns are copied in once.
 *
 * @param boxes - of the masks: x, y, width, height
 * @param beyond - the mask with what is near the picture outside of it, where there is something
 * @throws {ImageError} `ARGUMENT` for a paint out of range
 */
export function orderPaints(
  scratch: Scratch,
  paints: readonly MaskPaint[],
  boxes: Int32Array,
  beyond: (index: number) => BeyondRecord | undefined,
): PaintOrders {
  let planeRoom = 0;
  let coverRoom = 0;
  let halos = false;
  const tables = new Map<Brush | Pattern, number>();
  const steps: number[] = [];
  paints.forEach((paint, i) => {
    checkPaint(paint, boxes.length / 4, i);
    const { index, color, alpha, hatch, outline, dots, halo } = paint;
    const width = boxes[index * 4 + 2]!;
    const height = boxes[index * 4 + 3]!;
    const add = (
      step: number,
      rgb: number,
      opacity: number,
      table?: Brush | Pattern | number,
      period = 0,
      faults?: Uint8Array,
    ): void => {
      if (typeof table === "object" && !tables.has(table)) tables.set(table, scratch.copyIn(table.bytes));
      const pointer = typeof table === "object" ? tables.get(table)! : (table ?? 0);
      steps.push(index, step, toBgr(rgb), opacity, pointer, period, faults ? scratch.copyIn(faults) : 0, 0);
    };
    const planes = halo || outline ? 2 : 1;
    planeRoom = Math.max(planeRoom, planeStride(width) * (height + 2) * planes);
    for (const line of [halo, outline]) if (line) coverRoom = Math.max(coverRoom, rimBytes(line.brush, width, height));
    if (hatch) coverRoom = Math.max(coverRoom, width + 16);
    if (halo) {
      halos = true;
      add(STEP.outside, halo.color, halo.alpha, halo.brush);
    }
    if (alpha > 0) add(STEP.fill, color, alpha, undefined, 0, paint.inFloats ? floatFaults(color, alpha) : undefined);
    if (hatch) add(STEP.pattern, hatch.color, hatch.alpha, hatch.pattern, hatch.pattern.period);
    if (outline) add(STEP.rim, outline.color, outline.alpha, outline.brush);
    if (dots) {
      const wide = beyond(index);
      if (wide) planeRoom = Math.max(planeRoom, planeStride(wide.width) * (wide.height + 2));
      add(STEP.dots, dots.color, dots.alpha, wide?.pointer);
    }
  });
  const orders = scratch.copyIn(Uint32Array.from(steps));
  return { orders, count: steps.length / STEP_WORDS, planeRoom, coverRoom, halos };
}

/**
 * Where `trunc(old * (1 - a) + colour * a)` of doubles is one below the whole number that it stands for, as
 * `assembly/mask-faults.ts` takes it; undefined if nowhere. Of a channel with more than three such values, as some
 * opacities have it, the first three.
 */
export function floatFaults(color: number, alpha: number): Uint8Array | undefined {
  const a = alpha / 255;
  const table = new Uint8Array(64);
  let any = false;
  for (let channel = 0; channel < 3; channel++) {
    const own = (color >> (16 - 8 * channel)) & 255;
    const values: number[] = [];
    for (let old = 0; old < 256; old++) {
      const sum = old * (255 - alpha) + own * alpha;
      if (sum % 255 === 0 && Math.trunc(old * (1 - a) + own * a) < sum / 255) values.push(old);
    }
    if (values.length === 0) continue;
    any = true;
    for (let pixel = channel; pixel < 16; pixel += 4) {
      for (let i = 0; i < 3; i++) table[i * 16 + pixel] = values[Math.min(i, values.length - 1)]!;
      table[48 + pixel] = 255;
    }
  }
  return any ? table : undefined;
}

function checkPaint({ index, color, alpha, hatch, outline, dots, halo }: MaskPaint, count: number, i: number): void {
  const path = `paints[${i}]`;
  checkInteger(index, 0, count - 1, `${path}.index`);
  checkInteger(color, 0, 0xffffff, `${path}.color`);
  checkInteger(alpha, 0, 255, `${path}.alpha`);
  for (const [name, part] of Object.entries({ hatch, outline, dots, halo })) {
    if (part === undefined) continue;
    checkInteger(part.color, 0, 0xffffff, `${path}.${name}.color`);
    checkInteger(part.alpha, 0, 255, `${path}.${name}.alpha`);
  }
}

function checkInteger(value: number, low: number, high: number, path: string): void {
  if (!(Number.isInteger(value) && value >= low && value <= high))
    throw new ImageError("ARGUMENT", `expected an integer of ${low} to ${high}, got ${show(value)}`, { path });
}
