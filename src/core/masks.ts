/**
 * The masks of one picture, as runs in wasm memory. Longer than most files: it is one class, which alone sees the memory.
 */
import { ImageError, show } from "../errors.ts";
import { BLEND_ROUND, toBgr } from "./blend.ts";
import { coreOf, type Frame, pointerOf } from "./frame.ts";
import { type BeyondRecord, MARGIN, type MaskPaint, orderPaints } from "./mask-paint.ts";
import { copyTable, type MaskTable, parseTable, RECORD_WORDS, type TableOptions } from "./mask-table.ts";
import { decodeRecord, decodeTable, planeBytes, planeStride, recordOf, runsOf, textOf } from "./rle.ts";
import type { DenseSegmentation, Rle, RleSegmentation, Segmentation } from "./segmentation.ts";
import { type Core, core, type Scratch } from "./wasm.ts";

export type {
  DenseSegmentation,
  PolygonPart,
  PolygonSegmentation,
  Rle,
  RleSegmentation,
  Segmentation,
} from "./segmentation.ts";

/** `HIDE_` of assembly/mask-hide.ts. */
const HIDE = { fill: 0, pixelate: 1, blur: 2 } as const;
/** A mask without a colour, for `averageMasks`. */
const LEFT_OUT = 0xff000000;
/** Working memory of `averageMasks`. */
const BAND_BYTES = 1 << 21;
const forgotten = new FinalizationRegistry<{ owner: Core; blocks: number[] }>(({ owner, blocks }) => {
  for (const block of blocks) owner.heap.free(block);
});

/**
 * The masks of one picture, as run lengths in wasm memory: measured, painted and converted without ever becoming pixels.
 *
 * Owned by whoever holds it: call {@link free} or declare it with `using`.
 *
 * @example
 * const masks = MaskSet.from([{ kind: "polygon", parts: [{ outline: [10, 10, 90, 10, 50, 80] }] }], 100, 100);
 * masks.paint(frame, [{ index: 0, color: 0xff8800, alpha: 128, outline: { color: 0xffffff, alpha: 255, brush: lineBrush(2) } }]);
 * masks.free();
 */
export class MaskSet {
  readonly width: number;
  readonly height: number;
  /** Number of masks. */
  readonly count: number;
  /** Pixels of each mask inside the picture. */
  readonly areas: Uint32Array<ArrayBuffer>;
  /** Tight boxes `x, y, width, height`, four numbers for each mask; all 0 where a mask is empty. */
  readonly boxes: Int32Array<ArrayBuffer>;
  #core: Core;
  #table: MaskTable | undefined;
  /** Masks that go on outside of the picture, of a picture with {@link MARGIN} around it, and which of the set they are. */
  #beyond: { table: MaskTable; readonly of: readonly number[] } | undefined;
  /** All blocks of this set, shared with the finalizer. */
  #blocks: number[];
  /** The block behind {@link view}. */
  #room = 0;
  /** The mask that {@link view} shows now; -1: none, all of it is 0. */
  #shown = -1;
  #pixels = 0;

  private constructor(
    owner: Core,
    table: MaskTable,
    width: number,
    height: number,
    beyond?: { table: MaskTable; readonly of: readonly number[] },
  ) {
    this.width = width;
    this.height = height;
    this.count = table.count;
    this.areas = new Uint32Array(table.count);
    this.boxes = new Int32Array(table.count * 4);
    const words = owner.u32(table.records, table.count * RECORD_WORDS);
    for (let i = 0; i < table.count; i++) {
      this.areas[i] = words[i * RECORD_WORDS + 10]!;
      for (let j = 0; j < 4; j++) this.boxes[i * 4 + j] = words[i * RECORD_WORDS + 11 + j]!;
    }
    this.#core = owner;
    this.#table = table;
    this.#beyond = beyond;
    this.#blocks = [table, beyond?.table].flatMap((part) => (part ? [part.records, part.runs] : []));
    forgotten.register(this, { owner, blocks: this.#blocks }, this);
  }

  /**
   * Parse the masks of a picture, all in one call. Run lengths without `left` and `top` must have the picture's size;
   * placed ones are cut off at the picture's edge, and so are polygons.
   *
   * @param options.beyond - true: keep what placed masks cover just outside of the picture, which decides where their rim is
   *   for `dots`
   * @param width - of the picture, in pixels
   * @param height - of the picture, in pixels
   * @throws {ImageError} `ARGUMENT`, `DECODE` (with the position in the string or list) or `LIMIT`; the path is `masks[i]`
   */
  static from(
    sources: readonly Segmentation[],
    width: number,
    height: number,
    options: TableOptions & { readonly beyond?: boolean } = {},
  ): MaskSet {
    const owner = core();
    return owner.run((scratch) => {
      const table = parseTable(scratch, sources, width, height, options);
      const of = options.beyond ? sources.flatMap((source, i) => (reachesOut(source, width, height) ? [i] : [])) : [];
      const shifted = of.map((i): Segmentation => {
        const source = sources[i] as RleSegmentation | DenseSegmentation;
        return { ...source, left: (source.left ?? 0) + MARGIN, top: (source.top ?? 0) + MARGIN };
      });
      const margin = 2 * MARGIN;
      const beyond =
        of.length > 0
          ? { table: parseTable(scratch, shifted, width + margin, height + margin, options), of }
          : undefined;
      for (const part of [table, beyond?.table])
        if (part) for (const block of [part.records, part.runs]) scratch.keep(block);
      return new MaskSet(owner, table, width, height, beyond);
    });
  }

  /**
   * Paint masks onto a frame of the same size, one over the other in the order given, straight from the runs.
   *
   * @param bias - how the blend rounds: `BLEND_ROUND` (default) or `BLEND_TRUNCATE`
   * @throws {ImageError} `ARGUMENT` for a frame of another size, or a paint out of range
   */
  paint(frame: Frame, paints: readonly MaskPaint[], bias: number = BLEND_ROUND): void {
    const { owner, pixels, table } = this.#meet(frame);
    owner.run((scratch) => {
      const { orders, count, planeRoom, coverRoom, halos } = orderPaints(scratch, paints, this.boxes, (index) =>
        this.#beyondOf(index, owner),
      );
      const union = halos ? this.#unite(scratch, table) : 0;
      const plane = scratch.alloc(planeRoom);
      const cover = scratch.alloc(coverRoom);
      scratch.kernels.paintMasks(
        pixels,
        this.height,
        this.width,
        table.records,
        orders,
        count,
        plane,
        cover,
        union,
        frame.opaque ? 1 : 0,
        bias,
      );
    });
  }

  /**
   * Put the pixels of a mask on black: where the picture lets something through, it is opaque after.
   *
   * @throws {ImageError} `ARGUMENT` for a frame of another size
   */
  ground(frame: Frame, index: number): void {
    this.#meet(frame);
    const inside = this.decode(index);
    const pixels = frame.view();
    for (let i = 0, at = 0; i < inside.length; i++, at += 4) {
      const alpha = pixels[at + 3]!;
      if (inside[i] === 0 || alpha === 255) continue;
      for (let channel = at; channel < at + 3; channel++)
        pixels[channel] = Math.round((pixels[channel]! * alpha) / 255);
      pixels[at + 3] = 255;
    }
  }

  /**
   * Paint all masks at once: a pixel under several of them gets the mean of their colours, once, so that their order does
   * not matter.
   *
   * @param colors - 0xRRGGBB of each mask; one that has none is left out
   * @param alpha - 0..255
   * @throws {ImageError} `ARGUMENT` for a frame of another size, or colours of another number
   */
  paintAverage(frame: Frame, colors: readonly (number | undefined)[], alpha: number, bias: number = BLEND_ROUND): void {
    if (colors.length !== this.count)
      throw new ImageError("ARGUMENT", `expected ${this.count} colours, got ${colors.length}`);
    const { owner, pixels, table } = this.#meet(frame);
    const { width, height } = this;
    owner.run((scratch) => {
      const plane = scratch.alloc(planeBytes(owner, table));
      const band = Math.max(1, Math.floor(BAND_BYTES / (width * 16)));
      const sums = scratch.alloc(Math.min(band, height) * width * 16);
      const bgr = scratch.copyIn(Uint32Array.from(colors, (color) => (color === undefined ? LEFT_OUT : toBgr(color))));
      scratch.kernels.averageMasks(
        pixels,
        height,
        width,
        table.records,
        bgr,
        this.count,
        plane,
        sums,
        band,
        alpha,
        bias,
      );
    });
  }

  /**
   * Blend what no mask covers with a colour, or with the grey of each pixel's own lightness.
   *
   * @param color - 0xRRGGBB, or `"gray"`
   * @param alpha - 0..255
   * @throws {ImageError} `ARGUMENT` for a frame of another size
   */
  paintOutside(frame: Frame, color: number | "gray", alpha: number, bias: number = BLEND_ROUND): void {
    const { owner, pixels, table } = this.#meet(frame);
    const { width, height } = this;
    owner.run((scratch) => {
      const union = this.#unite(scratch, table);
      const solid = frame.opaque ? 1 : 0;
      const grey = color === "gray";
      const bgr = grey ? 0 : toBgr(color);
      scratch.kernels.paintOutside(pixels, height, width, union, grey ? 1 : 0, bgr, alpha, solid, bias);
    });
  }

  /**
   * Make the pixels of masks unrecognisable, one mask after the other; alpha is left alone. Each mask's box is cut into
   * blocks of `blockOf(width, height)` pixels, and all that is kept of a block is the mean of the mask's own pixels, five
   * bits for each channel: `pixelate` shows it, `blur` goes from block to block without steps. `fill` keeps nothing.
   *
   * @param blockOf - pixels of a block's side, 1..4096, for a mask whose box has this size
   * @param color - 0xRRGGBB of `fill`
   * @throws {ImageError} `ARGUMENT` for a frame of another size
   */
  hide(frame: Frame, mode: keyof typeof HIDE, blockOf: (width: number, height: number) => number, color: number): void {
    const { owner, pixels, table } = this.#meet(frame);
    owner.run((scratch) => {
      const plane = scratch.alloc(planeBytes(owner, table));
      for (let i = 0; i < this.count; i++) {
        const width = this.boxes[i * 4 + 2]!;
        const height = this.boxes[i * 4 + 3]!;
        const block = blockOf(width, height);
        const cells = scratch.alloc((Math.ceil(width / block) * Math.ceil(height / block) + 1) * 16);
        const record = table.records + i * RECORD_WORDS * 4;
        scratch.kernels.hideMask(
          pixels,
          this.height,
          this.width,
          record,
          plane,
          cells,
          block,
          HIDE[mode],
          toBgr(color),
        );
        scratch.free(cells);
      }
    });
  }

  /** Run lengths of one mask over the whole picture, column by column, background first; a copy. */
  toRuns(index: number): Uint32Array<ArrayBuffer> {
    return this.#run((scratch, table) => runsOf(scratch, table, this.#check(index)));
  }

  /** One mask as a COCO RLE over the whole picture, its counts compressed to a string. */
  toRle(index: number): Rle & { readonly counts: string } {
    const counts = this.#run((scratch, table) => textOf(scratch, table, this.#check(index)));
    return { size: [this.height, this.width], counts };
  }

  /** One mask as bytes of 0 and 1, row-major, `width * height` of them. */
  decode(index: number): Uint8Array<ArrayBuffer> {
    return this.#run((scratch, table) => decodeRecord(scratch, table, this.#check(index), this.width, this.height));
  }

  /**
   * One mask as bytes of 0 and 1, row-major, in wasm memory: not a copy, so about three times as fast as {@link decode}.
   * The next `view` of this set writes over it, and it is dead (length 0) after the next call that allocates: use it and
   * drop it.
   */
  view(index: number): Uint8Array<ArrayBuffer> {
    const { width, height } = this;
    this.#check(index);
    return this.#run(({ core: owner, kernels }, table) => {
      if (this.#room === 0) {
        const planeRoom = planeBytes(owner, table);
        // the plane goes first: what is written behind the last pixel falls into the block's slack
        const block = owner.heap.alloc(planeRoom + width * height);
        this.#blocks.push(block);
        this.#room = block;
        owner.u8(block + planeRoom, width * height).fill(0);
        this.#shown = -1;
        this.#pixels = block + planeRoom;
      }
      const plane = this.#room;
      const pixels = this.#pixels;
      if (this.#shown >= 0) {
        const box = this.#shown * 4;
        const corner = pixels + this.boxes[box + 1]! * width + this.boxes[box]!;
        kernels.clearBox(corner, width, this.boxes[box + 2]!, this.boxes[box + 3]!);
      }
      this.#shown = index;
      const top = this.boxes[index * 4 + 1]!;
      const record = table.records + index * RECORD_WORDS * 4;
      kernels.masksToRows(pixels + top * width, record, 1, plane, height, width, top, this.boxes[index * 4 + 3]!, 0);
      return owner.u8(pixels, width * height);
    });
  }

  /** Every mask as bytes of 0 and 1, row-major, one after the other: `count * width * height` bytes, in one call. */
  decodeAll(): Uint8Array<ArrayBuffer> {
    return this.#run((scratch, table) => decodeTable(scratch, table, this.width, this.height));
  }

  /** True after {@link free}. */
  get freed(): boolean {
    return this.#table === undefined;
  }

  /** Give the memory back; a second call does nothing. */
  free(): void {
    if (this.#table === undefined) return;
    forgotten.unregister(this);
    for (const block of this.#blocks) this.#core.heap.free(block);
    this.#blocks = [];
    this.#table = undefined;
  }

  [Symbol.dispose](): void {
    this.free();
  }

  /** All masks as one plane of bits. */
  #unite(scratch: Scratch, table: MaskTable): number {
    const { width, height } = this;
    const plane = scratch.alloc(planeBytes(scratch.core, table));
    const union = scratch.alloc(planeStride(width) * (height + 2));
    scratch.kernels.uniteMasks(union, height, width, table.records, this.count, plane);
    scratch.free(plane);
    return union;
  }

  /** The instance and the memory of a frame, where this set is then too. */
  #meet(frame: Frame): { owner: Core; pixels: number; table: MaskTable } {
    if (frame.width !== this.width || frame.height !== this.height)
      throw new ImageError(
        "ARGUMENT",
        `expected a frame of ${this.width} x ${this.height}, got ${frame.width} x ${frame.height}`,
      );
    const owner = coreOf(frame);
    const pixels = pointerOf(frame);
    return { owner, pixels, table: this.#moveTo(owner) };
  }

  #live(): MaskTable {
    if (this.#table === undefined) throw new ImageError("STATE", "this MaskSet was freed");
    return this.#table;
  }

  #check(index: number): number {
    if (!(Number.isInteger(index) && index >= 0 && index < this.count))
      throw new ImageError("ARGUMENT", `expected an index below ${this.count}, got ${show(index)}`);
    return index;
  }

  #run<T>(work: (scratch: Scratch, table: MaskTable) => T): T {
    const table = this.#live();
    return this.#core.run((scratch) => work(scratch, table));
  }

  /** A frame may live in a younger instance than its masks: they follow it there. */
  #moveTo(owner: Core): MaskTable {
    const old = this.#live();
    if (owner === this.#core) return old;
    const table = copyTable(old, this.#core, owner);
    const beyond = this.#beyond && { ...this.#beyond, table: copyTable(this.#beyond.table, this.#core, owner) };
    this.free();
    this.#core = owner;
    this.#table = table;
    this.#beyond = beyond;
    this.#blocks = [table, beyond?.table].flatMap((part) => (part ? [part.records, part.runs] : []));
    this.#room = 0;
    forgotten.register(this, { owner, blocks: this.#blocks }, this);
    return table;
  }

  #beyondOf(index: number, owner: Core): BeyondRecord | undefined {
    const at = this.#beyond?.of.indexOf(index) ?? -1;
    if (at < 0) return undefined;
    const { table } = this.#beyond!;
    const record = recordOf(owner, table, at);
    return { pointer: table.records + at * RECORD_WORDS * 4, width: record[13]!, height: record[14]! };
  }
}

/** Whether a mask has pixels of its own outside of the picture. */
function reachesOut(source: Segmentation, width: number, height: number): boolean {
  if (source.kind === "polygon") return false;
  const [h, w] = source.kind === "rle" ? source.rle.size : [source.height, source.width];
  const { left = 0, top = 0 } = source;
  return left < 0 || top < 0 || left + w > width || top + h > height;
}
