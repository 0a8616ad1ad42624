/** Fonts as the parts of a chain: HarfBuzz's, and the built-in one, which also draws what no font has. */
import type { Outline } from "../../core/raster.ts";
import type { Font, FontMetrics } from "../font.ts";
import { type HarfBuzz, HarfBuzzFont, type ShapedRun } from "./harfbuzz.ts";
import { isBlank, isInvisible } from "./scripts.ts";

/** Glyphs of a run from left to right, in ems. */
export interface SetRun {
  /** {@link NO_GLYPH} where the font had nothing after all. */
  readonly glyphs: number[];
  /** For each glyph: index in the text of the first UTF-16 unit that it stands for. */
  readonly clusters: number[];
  readonly advances: number[];
  /** From the pen, y down. */
  readonly x: number[];
  readonly y: number[];
  /** How far ink reaches above the baseline and below it; 0 where no plate is too small for it. */
  readonly above: number;
  readonly below: number;
}

/** One font of a chain. Its glyphs have numbers that no other font's have. */
export interface Typeface {
  /** Whether it has a glyph with ink for a character that should have ink. */
  covers(codePoint: number): boolean;
  /** Whether it has all of a letter and its marks, in one form or the other. */
  coversAll(cluster: string): boolean;
  set(text: string, start: number, end: number, rightToLeft: boolean): SetRun;
  /** As in `GlyphSource`. */
  outline(glyph: number, size: number): Outline | undefined;
  metrics(size: number): FontMetrics;
}

/** Numbers of glyphs that each font has for itself; the built-in one needs 0x120000 for its boxes. */
export const GLYPHS_PER_FACE: number = 2 ** 21;
export const NO_GLYPH = -1;
/** Ids of the built-in font from here on are code points that it has not. */
const MISSING = 0x10000;
/** Outlines reach no further from the pen than this, in ems: what a broken font says beyond it is cut. */
const REACH = { left: -4, right: 16, up: 3, down: 2 } as const;
/** Characters that a font remembers whether it has them. */
const KNOWN = 65536;
const SUBPIXEL = 256;

/** The built-in font: no shaping, but a glyph or a box for every character. */
export class BuiltinTypeface implements Typeface {
  /** @param mirror - the other bracket of a pair, in text that runs from right to left */
  constructor(
    readonly font: Font,
    readonly mirror: (character: string) => string | null,
  ) {}

  covers(codePoint: number): boolean {
    return isInvisible(codePoint) || this.font.glyphOf(codePoint) < MISSING;
  }

  coversAll(cluster: string): boolean {
    return everyCode(cluster, (code) => this.covers(code));
  }

  set(text: string, start: number, end: number, rightToLeft: boolean): SetRun {
    const { font } = this;
    const run: SetRun = { glyphs: [], clusters: [], advances: [], x: [], y: [], above: 0, below: 0 };
    for (let i = start; i < end; i++) {
      let code = text.codePointAt(i)!;
      const at = i;
      if (code > 0xffff) i++;
      if (isInvisible(code)) continue;
      if (rightToLeft) code = this.mirror(String.fromCodePoint(code))?.codePointAt(0) ?? code;
      run.glyphs.push(font.glyphOf(code));
      run.clusters.push(at);
      run.x.push(0);
      run.y.push(0);
    }
    if (rightToLeft) {
      run.glyphs.reverse();
      run.clusters.reverse();
    }
    for (const [i, glyph] of run.glyphs.entries()) {
      const next = run.glyphs[i + 1];
      const kerning = next === undefined ? 0 : font.kerning(glyph, next);
      run.advances.push((font.advance(glyph) + kerning) / font.unitsPerEm);
    }
    return run;
  }

  outline(glyph: number, size: number): Outline | undefined {
    return this.font.outline(glyph, size);
  }

  metrics(size: number): FontMetrics {
    return this.font.metrics(size);
  }
}

/** A registered font. A font that breaks HarfBuzz after all has no glyphs from then on. */
export class Face implements Typeface {
  readonly name: string;
  readonly #font: HarfBuzzFont;
  readonly #firstGlyph: number;
  readonly #known: Map<number, boolean> = new Map();
  readonly #xHeight: number;
  readonly #capHeight: number;
  readonly #descent: number;
  #broken = false;

  /**
   * @param bytes - TrueType or OpenType
   * @param index - which font of a collection
   * @param number - 1 or more, another one for each font
   * @throws if HarfBuzz cannot work with it
   */
  constructor(engine: HarfBuzz, bytes: Uint8Array, index: number, number: number) {
    const font = new HarfBuzzFont(engine, bytes, index);
    this.#font = font;
    this.#firstGlyph = number * GLYPHS_PER_FACE;
    if (font.characters === 0) {
      font.free();
      throw new RangeError("the font maps no characters");
    }
    this.name = font.name;
    const em = (units: number, fallback: number): number => {
      const part = units / font.unitsPerEm;
      return part > 0.1 && part < 2 ? part : fallback;
    };
    this.#xHeight = em(font.metric("xhgt"), 0.5);
    this.#capHeight = em(font.metric("cpht"), 0.7);
    this.#descent = em(-font.metric("hdsc"), 0.25);
    // what a font breaks at once is better known now
    font.contours(font.shape("x", 0, 1, false).glyphs[0]!);
  }

  get file(): Uint8Array<ArrayBuffer> {
    return this.#font.file;
  }

  covers(codePoint: number): boolean {
    const known = this.#known.get(codePoint);
    if (known !== undefined) return known;
    const covers = this.#try(() => {
      const glyph = this.#font.glyphOf(codePoint);
      if (glyph === undefined) return isInvisible(codePoint);
      return this.#font.contours(glyph).ends.length > 0 || isBlank(codePoint);
    }, false);
    if (this.#known.size >= KNOWN) this.#known.clear();
    this.#known.set(codePoint, covers);
    return covers;
  }

  coversAll(cluster: string): boolean {
    const covers = (code: number): boolean => this.covers(code);
    // HarfBuzz takes letters apart where the font has only the parts
    return everyCode(cluster, covers) || everyCode(cluster.normalize("NFD"), covers);
  }

  set(text: string, start: number, end: number, rightToLeft: boolean): SetRun {
    const none: number[] = [];
    const empty: ShapedRun = {
      glyphs: none,
      clusters: none,
      advances: none,
      offsetsX: none,
      offsetsY: none,
      top: 0,
      bottom: 0,
    };
    const run = this.#try(() => this.#font.shape(text, start, end, rightToLeft), empty);
    const em = 1 / this.#font.unitsPerEm;
    return {
      glyphs: run.glyphs.map((glyph) => (glyph === 0 ? NO_GLYPH : this.#firstGlyph + glyph)),
      clusters: run.clusters.slice(),
      above: sane(run.top * em),
      below: -sane(run.bottom * em),
      advances: run.advances.map((units) => sane(units * em)),
      x: run.offsetsX.map((units) => sane(units * em)),
      y: run.offsetsY.map((units) => -sane(units * em)),
    };
  }

  outline(glyph: number, size: number): Outline | undefined {
    const shape = this.#try(() => this.#font.contours(glyph - this.#firstGlyph), undefined);
    if (!shape || shape.ends.length === 0) return undefined;
    const scale = (size * SUBPIXEL) / this.#font.unitsPerEm;
    const em = size * SUBPIXEL;
    const points = new Int32Array(shape.points.length);
    for (let i = 0; i < points.length; i += 2) {
      points[i] = Math.round(clamp(shape.points[i]! * scale, REACH.left * em, REACH.right * em));
      points[i + 1] = Math.round(clamp(-shape.points[i + 1]! * scale, -REACH.up * em, REACH.down * em));
    }
    return { points, flags: Uint8Array.from(shape.flags), ends: Uint32Array.from(shape.ends) };
  }

  metrics(size: number): FontMetrics {
    const xHeight = Math.max(1, Math.round(this.#xHeight * size));
    const capHeight = Math.max(xHeight + 1, Math.round(this.#capHeight * size));
    return { xHeight, capHeight, descent: Math.ceil(0.8 * this.#descent * size) };
  }

  #try<T>(work: () => T, otherwise: T): T {
    if (this.#broken) return otherwise;
    try {
      return work();
    } catch {
      this.#broken = true;
      this.#known.clear();
      return otherwise;
    }
  }
}

function everyCode(text: string, test: (code: number) => boolean): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    if (!test(code)) return false;
  }
  return true;
}

/** Nothing stands further than this from where it should, in ems. */
function sane(ems: number): number {
  return clamp(ems, -16, 16);
}

/** NaN becomes the lower end. */
function clamp(value: number, low: number, high: number): number {
  return value > low ? (value < high ? value : high) : low;
}
