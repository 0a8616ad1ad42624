/**
 * Limn Sans, the built-in font: Latin, Greek, Cyrillic and common symbols, in one weight that reads well on a plate.
 * The data is baked by scripts/bake-font.mjs and decoded on first use.
 *
 * Outlines are fitted to the pixel grid vertically: the baseline, the height of small letters and the height of capitals
 * fall on whole pixels at every size, so that tops and feet of letters are crisp; horizontally letters keep their shape.
 */
import { type Outline, SUBPIXEL } from "../core/raster.ts";
import type { GlyphSource, Line } from "../core/text.ts";
import { FONT } from "./font-data.ts";

/** Ids from here on are code points that the font has no glyph for: MISSING + code point. */
export const MISSING = 0x10000;
/** As SMALL of scripts/bake-font.mjs. */
const SMALL = 82;
/** As KERN_UNIT of scripts/bake-font.mjs. */
const KERN_UNIT = 10;
/** Sizes of the box that stands for a missing glyph, in units of 1000 to the em. */
const TOFU = { side: 60, line: 45, digit: 300, gap: 40, margin: 75 };

/** Heights of a font at one size, in whole pixels above the baseline; `descent` below it. */
export interface FontMetrics {
  readonly xHeight: number;
  readonly capHeight: number;
  readonly descent: number;
}

/** A font as the layout of labels needs it. */
export interface Font extends GlyphSource {
  /** Units of the em, in which advances and kerning are given. */
  readonly unitsPerEm: number;
  /** Glyph of a code point; a code point without glyph gets an id of its own, whose outline is a box with its number. */
  glyphOf(codePoint: number): number;
  /** From this glyph's pen to the next one's. */
  advance(glyph: number): number;
  /** Correction of the distance between two neighbours. */
  kerning(left: number, right: number): number;
  metrics(size: number): FontMetrics;
  /**
   * A line of a text that needs more than one glyph after the other, as `layoutLine` gives it; undefined where it does not.
   */
  layout?(text: string, size: number, maxWidth: number): Line | undefined;
}

interface Glyph {
  readonly x: number[];
  readonly y: number[];
  readonly flags: number[];
  readonly ends: number[];
}

/** Reads the numbers that scripts/bake-font.mjs wrote as text. */
class NumberReader {
  /** Value of each character: below SMALL the number ends, else more of it follows. */
  readonly #digits: Uint8Array = new Uint8Array(128);
  readonly #more: number;
  at = 0;

  constructor(
    alphabet: string,
    readonly text: string,
  ) {
    for (let i = 0; i < alphabet.length; i++) this.#digits[alphabet.charCodeAt(i)] = i;
    this.#more = alphabet.length - SMALL;
  }

  take(): number {
    let digit = this.#digits[this.text.charCodeAt(this.at++)]!;
    let value = digit;
    for (let scale = this.#more; digit >= SMALL; scale *= this.#more) {
      digit = this.#digits[this.text.charCodeAt(this.at++)]!;
      value += digit * scale;
    }
    return value;
  }

  takeSigned(): number {
    const value = this.take();
    return value & 1 ? -((value + 1) >> 1) : value >> 1;
  }

  takeList(count: number): Uint16Array {
    const list = new Uint16Array(count);
    for (let i = 0; i < count; i++) list[i] = this.take();
    return list;
  }
}

/** Tables are decoded at once; outlines and rows of kerning, which are most of the data, when they are first asked for. */
class BakedFont implements Font {
  readonly unitsPerEm: number;
  readonly #reader: NumberReader;
  readonly #descender: number;
  readonly #xHeight: number;
  readonly #capHeight: number;
  readonly #advances: Uint16Array;
  /** Glyph of each code point below 0x2800, 0xffff for none. */
  readonly #glyphOf: Uint16Array = new Uint16Array(0x2800).fill(0xffff);
  readonly #leftClass: Uint16Array;
  readonly #rightClass: Uint16Array;
  readonly #rightClasses: number;
  /** Where in the text each glyph begins, and each row of kerning. */
  readonly #glyphStarts: Int32Array;
  readonly #rowStarts: Int32Array;
  readonly #glyphs: (Glyph | undefined)[] = [];
  readonly #rows: (Int16Array | undefined)[] = [];

  constructor(alphabet: string, text: string) {
    const reader = new NumberReader(alphabet, text);
    this.#reader = reader;
    this.unitsPerEm = reader.take();
    reader.take(); // ascender
    this.#descender = reader.take();
    this.#xHeight = reader.take();
    this.#capHeight = reader.take();
    const count = reader.take();
    this.#advances = reader.takeList(count);
    const glyphLengths = reader.takeList(count);
    let code = 0;
    let id = -1;
    for (let left = reader.take(); left > 0; left--) {
      code += reader.take();
      id += 1 + reader.takeSigned();
      this.#glyphOf[code] = id;
    }
    const leftClasses = reader.take();
    this.#leftClass = reader.takeList(count);
    this.#rightClasses = reader.take();
    this.#rightClass = reader.takeList(count);
    const rowLengths = reader.takeList(leftClasses);
    this.#glyphStarts = startsOf(reader.at, glyphLengths);
    this.#rowStarts = startsOf(this.#glyphStarts[count]!, rowLengths);
  }

  #glyph(id: number): Glyph {
    const known = this.#glyphs[id];
    if (known) return known;
    const reader = this.#reader;
    reader.at = this.#glyphStarts[id]!;
    const glyph: Glyph = { x: [], y: [], flags: [], ends: [] };
    this.#glyphs[id] = glyph;
    const head = reader.take();
    if (head & 1) {
      const parts = Array.from({ length: head >> 1 }, () => [reader.take(), reader.takeSigned(), reader.takeSigned()]);
      for (const [part, dx, dy] of parts) append(glyph, this.#glyph(part!), dx!, dy!, 1);
      return glyph;
    }
    let x = 0;
    let y = 0;
    for (let contour = head >> 1; contour > 0; contour--) {
      const points = reader.take();
      for (let i = 0; i < points; i += 5) {
        const bits = reader.take();
        for (let bit = 0; bit < Math.min(5, points - i); bit++) glyph.flags.push((bits >> bit) & 1);
      }
      for (let i = 0; i < points; i++) glyph.x.push((x += reader.takeSigned()));
      for (let i = 0; i < points; i++) glyph.y.push((y += reader.takeSigned()));
      glyph.ends.push(glyph.x.length);
    }
    return glyph;
  }

  glyphOf(codePoint: number): number {
    const glyph = codePoint < 0x2800 ? this.#glyphOf[codePoint]! : 0xffff;
    return glyph === 0xffff ? MISSING + codePoint : glyph;
  }

  advance(glyph: number): number {
    return glyph >= MISSING ? tofuAdvance(glyph - MISSING) : this.#advances[glyph]!;
  }

  kerning(left: number, right: number): number {
    if (left >= MISSING || right >= MISSING) return 0;
    const row = this.#leftClass[left]!;
    const column = this.#rightClass[right]!;
    return row && column ? this.#row(row - 1)[column - 1]! : 0;
  }

  #row(index: number): Int16Array {
    const known = this.#rows[index];
    if (known) return known;
    this.#reader.at = this.#rowStarts[index]!;
    const row = Int16Array.from({ length: this.#rightClasses }, () => this.#reader.takeSigned() * KERN_UNIT);
    this.#rows[index] = row;
    return row;
  }

  metrics(size: number): FontMetrics {
    const xHeight = Math.max(1, Math.round((this.#xHeight * size) / this.unitsPerEm));
    const capHeight = Math.max(xHeight + 1, Math.round((this.#capHeight * size) / this.unitsPerEm));
    return { xHeight, capHeight, descent: Math.ceil((0.8 * this.#descender * size) / this.unitsPerEm) };
  }

  outline(glyph: number, size: number): Outline | undefined {
    const { x, y, flags, ends } = glyph >= MISSING ? this.#tofu(glyph - MISSING) : this.#glyph(glyph);
    if (x.length === 0) return undefined;
    const { xHeight, capHeight } = this.metrics(size);
    const scale = (size * SUBPIXEL) / this.unitsPerEm;
    const points = new Int32Array(x.length * 2);
    for (let i = 0; i < x.length; i++) {
      points[i * 2] = Math.round(x[i]! * scale);
      points[i * 2 + 1] = -Math.round(fit(y[i]!, this.#xHeight, this.#capHeight, xHeight, capHeight, scale));
    }
    return { points, flags: Uint8Array.from(flags), ends: Uint32Array.from(ends) };
  }

  /** A box with the code point in it, in two rows of hexadecimal digits. */
  #tofu(codePoint: number): Glyph {
    const glyph: Glyph = { x: [], y: [], flags: [], ends: [] };
    const width = tofuAdvance(codePoint);
    const { side, line } = TOFU;
    const top = this.#capHeight;
    rectangle(glyph, side, 0, width - side, top, false);
    rectangle(glyph, side + line, line, width - side - line, top - line, true);
    const digits = hexadecimal(codePoint);
    const perRow = digits.length / 2;
    const scale = TOFU.digit / this.#capHeight;
    const cell = (width - 2 * TOFU.margin - 2 * side) / perRow;
    for (const [i, digit] of Array.from(digits).entries()) {
      const id = this.glyphOf(digit.codePointAt(0)!);
      const left = side + TOFU.margin + (i % perRow) * cell + (cell - this.#advances[id]! * scale) / 2;
      const middle = top / 2;
      const bottom = i < perRow ? middle + TOFU.gap / 2 : middle - TOFU.gap / 2 - TOFU.digit;
      append(glyph, this.#glyph(id), left, bottom, scale);
    }
    return glyph;
  }
}

/**
 * Height above the baseline in units to 1/256 pixel: 0, x-height and cap height go to their whole pixels, what lies
 * between is stretched, and the slight overshoot of round letters is flattened onto those lines.
 */
function fit(y: number, xHeight: number, capHeight: number, xPixels: number, capPixels: number, scale: number): number {
  const overshoot = 16;
  if (y < 0) return y >= -overshoot ? 0 : y * scale;
  if (y <= xHeight) return (y * xPixels * SUBPIXEL) / xHeight;
  if (y <= xHeight + overshoot) return xPixels * SUBPIXEL;
  if (y <= capHeight) return (xPixels + ((y - xHeight) * (capPixels - xPixels)) / (capHeight - xHeight)) * SUBPIXEL;
  if (y <= capHeight + overshoot) return capPixels * SUBPIXEL;
  return capPixels * SUBPIXEL + (y - capHeight) * scale;
}

function append(into: Glyph, from: Glyph, dx: number, dy: number, scale: number): void {
  const first = into.x.length;
  for (let i = 0; i < from.x.length; i++) {
    into.x.push(from.x[i]! * scale + dx);
    into.y.push(from.y[i]! * scale + dy);
    into.flags.push(from.flags[i]!);
  }
  for (const end of from.ends) into.ends.push(first + end);
}

/** A rectangle, turning with TrueType's filled contours, or against them as a hole. */
function rectangle(into: Glyph, left: number, bottom: number, right: number, top: number, hole: boolean): void {
  const middle = hole ? [right, bottom] : [left, top];
  const opposite = hole ? [left, top] : [right, bottom];
  into.x.push(left, middle[0]!, right, opposite[0]!);
  into.y.push(bottom, middle[1]!, top, opposite[1]!);
  into.flags.push(1, 1, 1, 1);
  into.ends.push(into.x.length);
}

function hexadecimal(codePoint: number): string {
  return codePoint
    .toString(16)
    .toUpperCase()
    .padStart(codePoint > 0xffff ? 6 : 4, "0");
}

function tofuAdvance(codePoint: number): number {
  return codePoint > 0xffff ? 1000 : 760;
}

/** Where pieces of these lengths begin that stand one after the other, and where the last one ends. */
function startsOf(first: number, lengths: Uint16Array): Int32Array {
  const starts = new Int32Array(lengths.length + 1);
  starts[0] = first;
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i]! + lengths[i]!;
  return starts;
}

let font: BakedFont | undefined;

/** The built-in font. */
export function builtinFont(): Font {
  font ??= new BakedFont(...FONT);
  return font;
}
