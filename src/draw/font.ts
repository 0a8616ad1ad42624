/**
 * Limn Sans, the built-in font: Latin, Greek, Cyrillic and common symbols, in one weight that reads well on a plate.
 * The data is baked by scripts/bake-font.mjs and decoded on first use.
 *
 * Outlines are fitted to the pixel grid vertically: the baseline, the height of small letters and the height of capitals
 * fall on whole pixels at every size, so that tops and feet of letters are crisp; horizontally letters keep their shape.
 */
import { type Outline, SUBPIXEL } from "../core/raster.ts";
import type { GlyphSource } from "../core/text.ts";
import { FONT_ALPHABET, FONT_TEXT } from "./font-data.ts";

/** Ids from here on are code points that the font has no glyph for: MISSING + code point. */
const MISSING = 0x10000;
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
}

interface Glyph {
  readonly x: number[];
  readonly y: number[];
  readonly flags: number[];
  readonly ends: number[];
}

class BakedFont implements Font {
  readonly unitsPerEm: number;
  readonly #descender: number;
  readonly #xHeight: number;
  readonly #capHeight: number;
  readonly #advances: number[];
  readonly #glyphs: Glyph[] = [];
  readonly #glyphOf: Map<number, number> = new Map();
  /** Of a composite glyph its first component, else the glyph itself. */
  readonly #base: number[] = [];
  readonly #leftClass: number[];
  readonly #rightClass: number[];
  readonly #kerning: Int16Array;
  readonly #rightClasses: number;

  constructor(alphabet: string, text: string) {
    const digits = new Map(Array.from(alphabet, (character, i) => [character.charCodeAt(0), i]));
    const small = 60;
    const more = alphabet.length - small;
    let at = 0;
    const take = (): number => {
      let value = 0;
      let scale = 1;
      for (;;) {
        const digit = digits.get(text.charCodeAt(at++))!;
        if (digit < small) return value + digit * scale;
        value += scale * digit;
        scale *= more;
      }
    };
    const takeSigned = (): number => {
      const value = take();
      return value & 1 ? -((value + 1) >> 1) : value >> 1;
    };

    this.unitsPerEm = take();
    take(); // ascender
    this.#descender = take();
    this.#xHeight = take();
    this.#capHeight = take();
    const count = take();
    this.#advances = Array.from({ length: count }, take);
    for (let id = 0; id < count; id++) this.#glyphs.push(this.#takeGlyph(take, takeSigned));
    let code = 0;
    let id = -1;
    for (let left = take(); left > 0; left--) {
      code += take();
      id += 1 + takeSigned();
      this.#glyphOf.set(code, id);
    }
    const leftClasses = take();
    this.#leftClass = Array.from({ length: count }, take);
    this.#rightClasses = take();
    this.#rightClass = Array.from({ length: count }, take);
    this.#kerning = Int16Array.from({ length: leftClasses * this.#rightClasses }, () => takeSigned() * KERN_UNIT);
  }

  #takeGlyph(take: () => number, takeSigned: () => number): Glyph {
    const glyph: Glyph = { x: [], y: [], flags: [], ends: [] };
    const head = take();
    if (head & 1) {
      for (let part = head >> 1; part > 0; part--) {
        const id = take();
        if (glyph.ends.length === 0) this.#base.push(this.#base[id]!);
        append(glyph, this.#glyphs[id]!, takeSigned(), takeSigned(), 1);
      }
      return glyph;
    }
    this.#base.push(this.#base.length);
    let x = 0;
    let y = 0;
    for (let contour = head >> 1; contour > 0; contour--) {
      const points = take();
      for (let i = 0; i < points; i += 5) {
        const bits = take();
        for (let bit = 0; bit < Math.min(5, points - i); bit++) glyph.flags.push((bits >> bit) & 1);
      }
      for (let i = 0; i < points; i++) glyph.x.push((x += takeSigned()));
      for (let i = 0; i < points; i++) glyph.y.push((y += takeSigned()));
      glyph.ends.push(glyph.x.length);
    }
    return glyph;
  }

  glyphOf(codePoint: number): number {
    return this.#glyphOf.get(codePoint) ?? MISSING + codePoint;
  }

  advance(glyph: number): number {
    return glyph >= MISSING ? tofuAdvance(glyph - MISSING) : this.#advances[glyph]!;
  }

  kerning(left: number, right: number): number {
    if (left >= MISSING || right >= MISSING) return 0;
    const row = this.#leftClass[this.#base[left]!]!;
    const column = this.#rightClass[this.#base[right]!]!;
    return row && column ? this.#kerning[(row - 1) * this.#rightClasses + column - 1]! : 0;
  }

  metrics(size: number): FontMetrics {
    const xHeight = Math.max(1, Math.round((this.#xHeight * size) / this.unitsPerEm));
    const capHeight = Math.max(xHeight + 1, Math.round((this.#capHeight * size) / this.unitsPerEm));
    return { xHeight, capHeight, descent: Math.ceil((0.8 * this.#descender * size) / this.unitsPerEm) };
  }

  outline(glyph: number, size: number): Outline | undefined {
    const { x, y, flags, ends } = glyph >= MISSING ? this.#tofu(glyph - MISSING) : this.#glyphs[glyph]!;
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
      append(glyph, this.#glyphs[id]!, left, bottom, scale);
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

let font: BakedFont | undefined;

/** The built-in font. */
export function builtinFont(): Font {
  font ??= new BakedFont(FONT_ALPHABET, FONT_TEXT);
  return font;
}
