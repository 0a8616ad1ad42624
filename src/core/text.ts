/** Binding of `assembly/text.ts`: glyphs, from a cache of coverage bitmaps in wasm memory, on their plates. */
import { BLEND_ROUND } from "./blend.ts";
import { coreOf, type Frame, pointerOf } from "./frame.ts";
import { fillCells, type Outline, pixelBounds, SUBPIXEL } from "./raster.ts";
import type { Core, Scratch } from "./wasm.ts";

export interface TextKernels {
  drawGlyphs(frame: number, width: number, height: number, glyphs: number, n: number, bias: number): void;
}

/** Where outlines of glyphs come from. */
export interface GlyphSource {
  /** The key of the cache where it is not the object itself: of sources that have the same glyphs under the same numbers. */
  readonly key?: object;
  /**
   * The outline of a glyph about its pen position (y down, the baseline at 0), undefined where there is nothing to draw.
   *
   * @param size - pixels of the em, a whole number
   */
  outline(glyph: number, size: number): Outline | undefined;
}

/** Positions of a glyph within a pixel: its pen stands on a quarter. */
const QUARTERS = 4;
/** The cache is emptied between plates when it holds more than this. */
const CACHE_BYTES = 4 * 2 ** 20;
/** Bitmaps are cut from blocks of this size. */
const BLOCK_BYTES = 65536;

/** Bytes before a bitmap's coverage. */
const BITMAP_HEAD = 8;
/** Glyphs that most texts are made of are looked up in an array: glyph * 4 + quarter below this. */
const DENSE_KEYS = 4096;
/** Keys of glyphs whose pen is a quarter below a pixel's edge begin here, those of two quarters at twice this. */
const LOWER_KEYS = 2 ** 40;
/** Not drawn yet; 0 stands for a glyph without ink. */
const UNKNOWN = -1;

/** Pointers of the bitmaps of one source and size, by glyph * 4 + quarter, and what {@link LOWER_KEYS} adds. */
interface Face {
  readonly dense: Int32Array;
  readonly sparse: Map<number, number>;
}

/** Coverage bitmaps of glyphs in the memory of one core. */
class GlyphCache {
  readonly #core: Core;
  #faces: Map<object, Map<number, Face>> = new Map();
  #patches: Map<Patch, number> = new Map();
  #blocks: number[] = [];
  #free = 0;
  #end = 0;
  #bytes = 0;

  constructor(owner: Core) {
    this.#core = owner;
  }

  /** More is drawn before it is trimmed only when a single plate needs it. */
  get full(): boolean {
    return this.#bytes > CACHE_BYTES;
  }

  /** Forget everything when there is too much of it; pointers given out before are dead then. */
  trim(): void {
    if (!this.full) return;
    for (const block of this.#blocks) this.#core.heap.free(block);
    this.#core.cachedBlocks -= this.#blocks.length;
    this.#faces = new Map();
    this.#patches = new Map();
    this.#blocks = [];
    this.#free = this.#end = this.#bytes = 0;
  }

  /** The bitmaps of one source and size. */
  face(source: object, size: number): Face {
    let sizes = this.#faces.get(source);
    if (!sizes) this.#faces.set(source, (sizes = new Map()));
    let face = sizes.get(size);
    if (!face) {
      face = { dense: new Int32Array(DENSE_KEYS).fill(UNKNOWN), sparse: new Map() };
      sizes.set(size, face);
      this.#bytes += face.dense.byteLength;
    }
    return face;
  }

  /** The bitmap of a patch. */
  patch(patch: Patch): number {
    let bitmap = this.#patches.get(patch);
    if (bitmap === undefined) this.#patches.set(patch, (bitmap = this.draw(patch.outline, 0, 0)));
    return bitmap;
  }

  /** Make a bitmap: four i16 (columns, rows, left, top), then rows padded to a multiple of 4. May grow memory. */
  draw(outline: Outline | undefined, quarter: number, quarterDown: number): number {
    if (!outline || outline.points.length === 0) return 0;
    const points = outline.points.slice();
    for (let i = 0; i < points.length; i += 2) {
      points[i]! += (quarter * SUBPIXEL) / QUARTERS;
      points[i + 1]! += (quarterDown * SUBPIXEL) / QUARTERS;
    }
    const { left, top, right, bottom } = pixelBounds(points);
    for (let i = 0; i < points.length; i += 2) {
      points[i]! -= left * SUBPIXEL;
      points[i + 1]! -= top * SUBPIXEL;
    }
    const columns = right - left;
    const rows = bottom - top;
    if (columns <= 0 || rows <= 0) return 0;
    const stride = (columns + 3) & ~3;
    const bitmap = this.#reserve(BITMAP_HEAD + stride * rows);
    this.#core.run((scratch) => {
      const cells = scratch.allocZeroed(rows * (stride + 4) * 4);
      const pointPtr = scratch.copyIn(points);
      const flagPtr = outline.flags ? scratch.copyIn(outline.flags) : 0;
      const endPtr = scratch.copyIn(outline.ends);
      new Int16Array(this.#core.memory.buffer, bitmap, 4).set([columns, rows, left, top]);
      const contours = outline.ends.length;
      scratch.kernels.coverContours(
        bitmap + BITMAP_HEAD,
        stride,
        columns,
        rows,
        cells,
        pointPtr,
        flagPtr,
        endPtr,
        contours,
        0,
      );
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

/** Glyphs of one line, the first pen at 0. */
export interface Line {
  readonly glyphs: readonly number[];
  /** Pen of each glyph in quarters of a pixel. */
  readonly penX: readonly number[];
  /** How far below the baseline each pen is, in quarters of a pixel; without it: on the baseline. */
  readonly penY?: readonly number[] | undefined;
  /** Whole pixels from the first pen to behind the last glyph. */
  readonly width: number;
  /** Whole pixels that the baseline should be higher than usual, lower if negative, for all ink to be on its plate. */
  readonly lift?: number | undefined;
}

/** A line of text where it stands. */
export interface PlacedLine {
  readonly line: Line;
  /** Where the line begins, whole pixels; penY is the baseline. */
  readonly penX: number;
  readonly penY: number;
}

/** One plate and the lines of text on it. */
export interface Plate {
  /** Whole pixels, right and bottom exclusive. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Fill, made by `packColor`. */
  readonly color: number;
  /** Colour of the text, made by `packColor`. */
  readonly ink: number;
  readonly lines: readonly PlacedLine[];
  /** A polygon that is filled in place of the rectangle: x, y of each corner in 1/256 pixel. */
  readonly shape?: Int32Array | undefined;
  /** What is drawn around the rectangle in its place; the rectangle is not smaller than the patch's. */
  readonly patch?: Patch | undefined;
}

/** A shape around a rectangle that can be made wider and higher in its middle. */
export interface Patch {
  /** Around a rectangle that begins at the picture's corner. */
  readonly outline: Outline;
  /** Of that rectangle, pixels. */
  readonly width: number;
  readonly height: number;
}

/** Plates of one kind. */
export interface PlateTable {
  readonly plates: readonly Plate[];
  /** Radius of the corners, whole pixels; at most half of a plate's shorter side. */
  readonly radius: number;
  readonly source: GlyphSource;
  /** Pixels of the em, a whole number. */
  readonly size: number;
}

/** Draw plates with their text; where plates overlap, a later one covers an earlier one and its text. */
export function drawPlates(frame: Frame, table: PlateTable, bias: number = BLEND_ROUND): void {
  const owner = coreOf(frame);
  let cache = caches.get(owner);
  if (!cache) caches.set(owner, (cache = new GlyphCache(owner)));
  for (let first = 0; first < table.plates.length;) first = drawSome(frame, table, first, cache, bias);
}

/** Draw plates until the cache is full. @returns the first plate that is not drawn */
function drawSome(frame: Frame, table: PlateTable, first: number, cache: GlyphCache, bias: number): number {
  cache.trim();
  const { source, size, radius } = table;
  const plates = first === 0 ? table.plates : table.plates.slice(first);
  const face = cache.face(source.key ?? source, size);
  let most = 0;
  for (const { lines } of plates) for (const { line } of lines) most += line.glyphs.length;
  const boxes = new Int32Array(plates.length * 4);
  const colors = new Uint32Array(plates.length);
  const rows = new Int32Array(most * 4);
  /** Rows of glyphs that come before each plate's end: glyphs without ink have none. */
  const ends = new Uint32Array(plates.length);
  let at = 0;
  let count = 0;
  while (count < plates.length && !cache.full) {
    const { left, top, right, bottom, color, ink, lines } = plates[count]!;
    boxes[count * 4] = left;
    boxes[count * 4 + 1] = top;
    boxes[count * 4 + 2] = right;
    boxes[count * 4 + 3] = bottom;
    colors[count] = color;
    for (const { line, penX, penY } of lines) {
      const { penY: below } = line;
      for (let g = 0; g < line.glyphs.length; g++) {
        const glyph = line.glyphs[g]!;
        const quarters = line.penX[g]!;
        const down = below ? below[g]! : 0;
        const key = glyph * QUARTERS + (quarters & 3) + (down & 3) * LOWER_KEYS;
        let bitmap = key < DENSE_KEYS ? face.dense[key]! : (face.sparse.get(key) ?? UNKNOWN);
        if (bitmap === UNKNOWN) {
          bitmap = cache.draw(source.outline(glyph, size), quarters & 3, down & 3);
          if (key < DENSE_KEYS) face.dense[key] = bitmap;
          else face.sparse.set(key, bitmap);
        }
        if (bitmap === 0) continue;
        rows[at] = penX + (quarters >> 2);
        rows[at + 1] = penY + (down >> 2);
        rows[at + 2] = bitmap;
        rows[at + 3] = ink;
        at += 4;
      }
    }
    ends[count++] = at / 4;
  }
  let cornerCoverage = BITMAP_HEAD;
  if (radius > 0) {
    const corners = cache.face(corner, radius);
    if (corners.dense[0] === UNKNOWN) corners.dense[0] = cache.draw(corner.outline(0, radius), 0, 0);
    cornerCoverage += corners.dense[0]!;
  }

  const patches = plates.map(({ patch }) => patch && cache.patch(patch));

  coreOf(frame).run((scratch) => {
    const { kernels } = scratch;
    const boxPtr = scratch.copyIn(boxes);
    const colorPtr = scratch.copyIn(colors);
    const rowPtr = scratch.copyIn(rows.subarray(0, at));
    const { width, height } = frame;
    const pixels = pointerOf(frame);
    const shapes = copyShapes(scratch, plates, count);
    const cellCount = fillCells(frame);
    const cells = shapes ? scratch.allocZeroed(cellCount * 4) : 0;
    // plate by plate: a plate is still in the cache when its text is drawn
    for (let i = 0, start = 0, at = 0; i < count; start = ends[i++]!) {
      const plate = boxPtr + i * 16;
      const color = colorPtr + i * 4;
      const { shape, patch } = plates[i]!;
      const bitmap = patches[i];
      if (patch && bitmap)
        kernels.fillPatches(pixels, width, height, plate, color, 1, bitmap, patch.width, patch.height, bias);
      else if (shapes && shape) {
        const { points, lengths, one } = shapes;
        const end = lengths + i * 4;
        kernels.fillOutlines(pixels, width, height, cells, cellCount, points + at, 0, end, 0, one, color, 1, 0, bias);
        at += shape.byteLength;
      } else kernels.fillPlates(pixels, width, height, plate, color, 1, cornerCoverage, radius, bias);
      kernels.drawGlyphs(pixels, width, height, rowPtr + start * 16, ends[i]! - start, bias);
    }
  });
  return first + count;
}

/** The polygons of some plates, one after the other, for each plate how many points it has, and a 1; undefined for none. */
function copyShapes(
  scratch: Scratch,
  plates: readonly Plate[],
  count: number,
): { points: number; lengths: number; one: number } | undefined {
  const sizes = Uint32Array.from({ length: count + 1 }, (_, i) =>
    i < count ? (plates[i]!.shape?.length ?? 0) / 2 : 1,
  );
  const sum = sizes.reduce((total, size) => total + size, -1);
  if (sum === 0) return undefined;
  const points = scratch.alloc(sum * 8);
  const lengths = scratch.copyIn(sizes);
  const all = scratch.core.i32(points, sum * 2);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { shape } = plates[i]!;
    if (!shape) continue;
    all.set(shape, at);
    at += shape.length;
  }
  return { points, lengths, one: lengths + count * 4 };
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
