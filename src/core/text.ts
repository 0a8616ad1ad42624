/** Binding of `assembly/text.ts`: glyphs, from a cache of coverage bitmaps in wasm memory, on their plates. */
import { BLEND_ROUND } from "./blend.ts";
import { coreOf, type Frame, pointerOf } from "./frame.ts";
import { type Outline, pixelBounds, SUBPIXEL } from "./raster.ts";
import type { Core } from "./wasm.ts";

export interface TextKernels {
  drawGlyphs(frame: number, width: number, height: number, glyphs: number, n: number, bias: number): void;
}

/** Where outlines of glyphs come from; the object itself is the key of the cache. */
export interface GlyphSource {
  /**
   * The outline of a glyph about its pen position (y down, the baseline at 0), undefined where there is nothing to draw.
   *
   * @param size - pixels of the em, a whole number
   */
  outline(glyph: number, size: number): Outline | undefined;
}

/** Positions of a glyph within a pixel: its pen stands on a quarter. */
const QUARTERS = 4;
/** The cache is emptied before a drawing when it holds more than this. */
const CACHE_BYTES = 4 * 2 ** 20;
/** Bitmaps are cut from blocks of this size. */
const BLOCK_BYTES = 65536;

/** Coverage bitmaps of glyphs in the memory of one core. */
class GlyphCache {
  readonly #core: Core;
  /** Pointer of a bitmap by glyph * 4 + quarter, for each source and size; 0 for a glyph without ink. */
  #bitmaps: Map<GlyphSource, Map<number, Map<number, number>>> = new Map();
  #blocks: number[] = [];
  #free = 0;
  #end = 0;
  #bytes = 0;

  constructor(owner: Core) {
    this.#core = owner;
  }

  /** Forget everything when there is too much of it; pointers given out before are dead then. */
  trim(): void {
    if (this.#bytes <= CACHE_BYTES) return;
    for (const block of this.#blocks) this.#core.heap.free(block);
    this.#core.cachedBlocks -= this.#blocks.length;
    this.#bitmaps = new Map();
    this.#blocks = [];
    this.#free = this.#end = this.#bytes = 0;
  }

  /** The bitmaps of one source and size. */
  face(source: GlyphSource, size: number): Map<number, number> {
    let sizes = this.#bitmaps.get(source);
    if (!sizes) this.#bitmaps.set(source, (sizes = new Map()));
    let face = sizes.get(size);
    if (!face) sizes.set(size, (face = new Map()));
    return face;
  }

  /** Make a bitmap: four i16 (columns, rows, left, top), then rows padded to a multiple of 4. May grow memory. */
  draw(outline: Outline | undefined, quarter: number): number {
    if (!outline || outline.points.length === 0) return 0;
    const shift = (quarter * SUBPIXEL) / QUARTERS;
    const points = outline.points.slice();
    for (let i = 0; i < points.length; i += 2) points[i]! += shift;
    const { left, top, right, bottom } = pixelBounds(points);
    for (let i = 0; i < points.length; i += 2) {
      points[i]! -= left * SUBPIXEL;
      points[i + 1]! -= top * SUBPIXEL;
    }
    const columns = right - left;
    const rows = bottom - top;
    if (columns <= 0 || rows <= 0) return 0;
    const stride = (columns + 3) & ~3;
    const bitmap = this.#reserve(8 + stride * rows);
    this.#core.run((scratch) => {
      const cells = scratch.allocZeroed(rows * (stride + 4) * 4);
      const pointPtr = scratch.copyIn(points);
      const flagPtr = outline.flags ? scratch.copyIn(outline.flags) : 0;
      const endPtr = scratch.copyIn(outline.ends);
      new Int16Array(this.#core.memory.buffer, bitmap, 4).set([columns, rows, left, top]);
      const contours = outline.ends.length;
      scratch.kernels.coverContours(bitmap + 8, stride, columns, rows, cells, pointPtr, flagPtr, endPtr, contours, 0);
    });
    return bitmap;
  }

  #reserve(bytes: number): number {
    const size = (bytes + 7) & ~7;
    if (this.#free + size > this.#end) {
      const blockBytes = Math.max(BLOCK_BYTES, size);
      this.#free = this.#core.heap.alloc(blockBytes);
      this.#end = this.#free + blockBytes;
      this.#blocks.push(this.#free);
      this.#core.cachedBlocks++;
      this.#bytes += blockBytes;
    }
    const ptr = this.#free;
    this.#free += size;
    return ptr;
  }
}

/** Caches die with their core: its memory and its blocks go together. */
const caches = new WeakMap<Core, GlyphCache>();

/** Glyphs of one source at one size, and the plates that they stand on. */
export interface TextTable {
  /** Left, top, right, bottom of each plate, whole pixels, right and bottom exclusive. */
  readonly plates: Int32Array;
  /** Fill of each plate, made by `packColor`. */
  readonly plateColors: Uint32Array;
  /** Radius of the plates' corners, whole pixels; at most half of a plate's shorter side. */
  readonly radius: number;
  readonly source: GlyphSource;
  /** Pixels of the em, a whole number. */
  readonly size: number;
  /** Glyphs of all plates, one after the other. */
  readonly glyphs: ArrayLike<number>;
  /** Pen of each glyph in quarters of a pixel. */
  readonly penX: ArrayLike<number>;
  /** Baseline of each glyph in pixels. */
  readonly penY: ArrayLike<number>;
  /** Colour of each glyph, made by `packColor`. */
  readonly glyphColors: ArrayLike<number>;
  /** For each plate: index behind its last glyph. */
  readonly glyphEnds: ArrayLike<number>;
  /** True when no two plates overlap: all plates are then drawn in one go, and all glyphs in another. */
  readonly apart: boolean;
}

/** Draw plates with their text; where plates overlap, a later one covers an earlier one and its text. */
export function drawText(frame: Frame, table: TextTable, bias: number = BLEND_ROUND): void {
  const owner = coreOf(frame);
  let cache = caches.get(owner);
  if (!cache) caches.set(owner, (cache = new GlyphCache(owner)));
  cache.trim();

  const { source, size, glyphs, penX, penY, glyphColors, glyphEnds, plateColors, radius } = table;
  const face = cache.face(source, size);
  const rows = new Int32Array(glyphs.length * 4);
  /** Rows of the table that come before each plate's end: glyphs without ink have none. */
  const ends = new Uint32Array(plateColors.length);
  let row = 0;
  let glyph = 0;
  for (let plate = 0; plate < ends.length; plate++) {
    for (; glyph < glyphEnds[plate]!; glyph++) {
      const quarters = penX[glyph]!;
      const key = glyphs[glyph]! * QUARTERS + (quarters & 3);
      let bitmap = face.get(key);
      if (bitmap === undefined) {
        bitmap = cache.draw(source.outline(glyphs[glyph]!, size), quarters & 3);
        face.set(key, bitmap);
      }
      if (bitmap === 0) continue;
      rows[row * 4] = quarters >> 2;
      rows[row * 4 + 1] = penY[glyph]!;
      rows[row * 4 + 2] = bitmap;
      rows[row * 4 + 3] = glyphColors[glyph]!;
      row++;
    }
    ends[plate] = row;
  }
  const corners = cache.face(corner, radius);
  let cornerBitmap = corners.get(0);
  if (cornerBitmap === undefined)
    corners.set(0, (cornerBitmap = radius > 0 ? cache.draw(corner.outline(0, radius), 0) : 0));

  owner.run((scratch) => {
    const { kernels } = scratch;
    const plates = scratch.copyIn(table.plates);
    const colors = scratch.copyIn(plateColors);
    const text = scratch.copyIn(rows.subarray(0, row * 4));
    const { width, height } = frame;
    const pixels = pointerOf(frame);
    const step = table.apart ? Math.max(1, ends.length) : 1;
    for (let first = 0; first < ends.length; first += step) {
      const last = Math.min(first + step, ends.length);
      kernels.fillPlates(
        pixels,
        width,
        height,
        plates + first * 16,
        colors + first * 4,
        last - first,
        cornerBitmap + 8,
        radius,
        bias,
      );
      const start = first === 0 ? 0 : ends[first - 1]!;
      kernels.drawGlyphs(pixels, width, height, text + start * 16, ends[last - 1]! - start, bias);
    }
  });
}

/** The upper left corner of a plate as a glyph: a quarter of a disc whose radius is the size. */
const corner: GlyphSource = {
  outline(_glyph, radius) {
    const r = radius * SUBPIXEL;
    // two curves of 45 degrees: control points at tan(22.5°), the point between them at sin(45°)
    const near = Math.round(r * (1 - 0.41421356));
    const middle = Math.round(r * (1 - 0.70710678));
    return {
      points: Int32Array.of(0, r, 0, near, middle, middle, near, 0, r, 0, r, r),
      flags: Uint8Array.of(1, 0, 1, 0, 1, 1),
      ends: Uint32Array.of(6),
    };
  },
};
