/**
 * A font made of several: each character is set in the first that has it, words in their script's order and joins.
 *
 * Text whose characters are all in the built-in font is left to the plain layout, unless a font is named before it.
 */
import type { Outline } from "../../core/raster.ts";
import type { GlyphSource, Line } from "../../core/text.ts";
import type { Font, FontMetrics } from "../font.ts";
import bidiFactory from "bidi-js";
import { MAX_TEXT } from "./harfbuzz.ts";
import { extendsCluster, isInvisible, scriptOf } from "./scripts.ts";
import { BuiltinTypeface, GLYPHS_PER_FACE, NO_GLYPH, type SetRun, type Typeface } from "./typeface.ts";

// its types speak of the module for Node, which TypeScript takes for an object
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)();
/** Letters of scripts that run from right to left, and marks that turn the direction. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ELLIPSIS = "…";
/** UTF-16 units of the texts that a chain remembers, each with an overhead. */
const REMEMBERED = 2 ** 18;
const OVERHEAD = 32;

/** A part of the text that is set at once. */
interface Run {
  readonly start: number;
  end: number;
  readonly level: number;
  readonly face: Typeface;
  /** 0 as long as nothing in it says which. */
  script: number;
}

/** A text with its glyphs in place, in ems. */
interface SetText extends SetRun {
  readonly width: number;
  /** The line made of it last: labels are of one size mostly. */
  last?: { readonly size: number; readonly maxWidth: number; readonly line: Line };
}

/** Every registered font, by its number; the built-in one is number 0. */
export class FontSet implements GlyphSource {
  readonly builtin: BuiltinTypeface;
  readonly #faces: Typeface[];

  constructor(builtin: Font) {
    this.builtin = new BuiltinTypeface(builtin, (character) => bidi.getMirroredCharacter(character));
    this.#faces = [this.builtin];
  }

  /** Number of the next face. */
  get size(): number {
    return this.#faces.length;
  }

  add(face: Typeface): void {
    this.#faces.push(face);
  }

  outline(glyph: number, size: number): Outline | undefined {
    return this.#faces[Math.floor(glyph / GLYPHS_PER_FACE)]!.outline(glyph, size);
  }
}

export class FontChain implements Font {
  /** Bitmaps of glyphs are shared by all chains. */
  readonly key: FontSet;
  readonly #builtin: Font;
  readonly #faces: readonly Typeface[];
  readonly #texts: Map<string, SetText> = new Map();
  #remembered = 0;

  /** @param faces - in the order in which they are asked; the built-in one is among them */
  constructor(set: FontSet, faces: readonly Typeface[]) {
    this.key = set;
    this.#builtin = set.builtin.font;
    this.#faces = faces;
  }

  get unitsPerEm(): number {
    return this.#builtin.unitsPerEm;
  }

  glyphOf(codePoint: number): number {
    return this.#builtin.glyphOf(codePoint);
  }

  advance(glyph: number): number {
    return this.#builtin.advance(glyph);
  }

  kerning(left: number, right: number): number {
    return this.#builtin.kerning(left, right);
  }

  metrics(size: number): FontMetrics {
    return this.#faces[0]!.metrics(size);
  }

  outline(glyph: number, size: number): Outline | undefined {
    return this.key.outline(glyph, size);
  }

  /** As {@link Font.layout}. */
  layout(text: string, size: number, maxWidth: number): Line | undefined {
    let set = this.#texts.get(text);
    if (!set) {
      if (this.#isPlain(text)) return undefined;
      set = this.#remember(text, this.#set(text.length > MAX_TEXT ? cutShort(text) : text));
    }
    const { last } = set;
    if (last && last.size === size && last.maxWidth === maxWidth) return last.line;
    const fits = Math.ceil(set.width * size) <= maxWidth;
    const line = fits ? place(set, size) : this.#shorten(text, set, size, maxWidth);
    set.last = { size, maxWidth, line };
    return line;
  }

  /** Whether the plain layout does: the built-in font comes first, and has everything. */
  #isPlain(text: string): boolean {
    const { builtin } = this.key;
    // below U+0300 nothing composes
    return this.#faces[0] === builtin && builtin.coversAll(/[^\0-\u02ff]/.test(text) ? text.normalize("NFC") : text);
  }

  #remember(text: string, set: SetText): SetText {
    const cost = text.length + OVERHEAD;
    if (this.#remembered + cost > REMEMBERED) {
      this.#texts.clear();
      this.#remembered = 0;
    }
    this.#remembered += cost;
    this.#texts.set(text, set);
    return set;
  }

  #set(source: string): SetText {
    const text = source
      .normalize("NFC")
      .replace(/[\p{Cc}\u2028\u2029]/gu, " ")
      .slice(0, MAX_TEXT);
    const set = {
      glyphs: [] as number[],
      clusters: [] as number[],
      advances: [] as number[],
      x: [] as number[],
      y: [] as number[],
    };
    let pen = 0;
    let above = 0;
    let below = 0;
    for (const { start, end, level, face } of inVisualOrder(this.#runs(text, levelsOf(text)))) {
      const run = this.#withBoxes(face.set(text, start, end, (level & 1) === 1), text);
      above = Math.max(above, run.above);
      below = Math.max(below, run.below);
      for (let i = 0; i < run.glyphs.length; i++) {
        set.glyphs.push(run.glyphs[i]!);
        set.clusters.push(run.clusters[i]!);
        set.advances.push(run.advances[i]!);
        set.x.push(pen + run.x[i]!);
        set.y.push(run.y[i]!);
        pen += run.advances[i]!;
      }
    }
    return { ...set, above, below, width: Math.max(0, pen) };
  }

  /** Cut a text into runs of one font, one script and one direction, never within a cluster. */
  #runs(text: string, levels: Uint8Array | undefined): Run[] {
    const runs: Run[] = [];
    for (let start = 0, end; start < text.length; start = end) {
      end = clusterEnd(text, start);
      const face = this.#faceOf(text, start, end, runs.at(-1)?.face);
      const level = levels?.[start] ?? 0;
      const script = scriptOf(text.codePointAt(start)!);
      const last = runs.at(-1);
      if (
        last &&
        last.face === face &&
        last.level === level &&
        (script === 0 || last.script === 0 || last.script === script)
      ) {
        last.end = end;
        last.script ||= script;
      } else runs.push({ start, end, level, face, script });
    }
    return runs;
  }

  /** The first font that has a whole cluster, else its first character; a space stays with what is before it. */
  #faceOf(text: string, start: number, end: number, before: Typeface | undefined): Typeface {
    const first = text.codePointAt(start)!;
    if (before && (first === 0x20 || first === 0xa0 || isInvisible(first)) && before.covers(first)) return before;
    const cluster = text.slice(start, end);
    return (
      this.#faces.find((face) => face.coversAll(cluster)) ??
      this.#faces.find((face) => face.covers(first)) ??
      this.key.builtin
    );
  }

  /** Put the box with its number where a font had nothing for a character after all. */
  #withBoxes(run: SetRun, text: string): SetRun {
    for (const [i, glyph] of run.glyphs.entries()) {
      if (glyph !== NO_GLYPH) continue;
      const code = text.codePointAt(run.clusters[i]!)!;
      run.glyphs[i] = isInvisible(code) ? this.#builtin.glyphOf(0x20) : 0x10000 + code;
      run.advances[i] = isInvisible(code) ? 0 : this.#builtin.advance(0x10000 + code) / this.#builtin.unitsPerEm;
      run.x[i] = run.y[i] = 0;
    }
    return run;
  }

  /** The longest beginning that fits with an ellipsis, cut between clusters; an empty line when not even that fits. */
  #shorten(text: string, whole: SetText, size: number, maxWidth: number): Line {
    const widths = new Map<number, number>();
    for (const [i, cluster] of whole.clusters.entries())
      widths.set(cluster, (widths.get(cluster) ?? 0) + whole.advances[i]!);
    const composed = text.slice(0, MAX_TEXT).normalize("NFC").slice(0, MAX_TEXT);
    const dots = this.#set(ELLIPSIS);
    const room = maxWidth / size - dots.width;
    const ends = [0];
    for (let start = 0, used = 0; start < composed.length;) {
      const end = clusterEnd(composed, start);
      for (let i = start; i < end; i++) used += widths.get(i) ?? 0;
      if (used > room) break;
      ends.push((start = end));
    }
    // letters may join otherwise at the cut, so what fits is set anew
    for (let cut = ends.pop(); cut !== undefined; cut = ends.pop()) {
      const set = this.#set(composed.slice(0, cut).trimEnd() + ELLIPSIS);
      if (Math.ceil(set.width * size) <= maxWidth) return place(set, size);
    }
    return { glyphs: [], penX: [], width: 0 };
  }
}

function cutShort(text: string): string {
  const end = clusterEnd(text.slice(0, MAX_TEXT - 1), MAX_TEXT - 40);
  return text.slice(0, end) + ELLIPSIS;
}

function clusterEnd(text: string, start: number): number {
  let code = text.codePointAt(start)!;
  let end = start + (code > 0xffff ? 2 : 1);
  let flags = isFlagLetter(code) ? 1 : 0;
  while (end < text.length) {
    const next = text.codePointAt(end)!;
    if (flags === 1 && isFlagLetter(next)) flags = 2;
    else if (!extendsCluster(next, code)) break;
    end += next > 0xffff ? 2 : 1;
    code = next;
  }
  return end;
}

/** Two of them are the flag of a country. */
function isFlagLetter(code: number): boolean {
  return code >= 0x1f1e6 && code <= 0x1f1ff;
}

/** The level of each UTF-16 unit, odd where text runs from right to left; undefined where none does. */
function levelsOf(text: string): Uint8Array | undefined {
  if (!RIGHT_TO_LEFT.test(text)) return undefined;
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text, "auto");
  // spaces at the end stand at the end of the line
  for (let i = text.length - 1; i >= 0 && /\s/.test(text[i]!); i--) levels[i] = paragraphs[0]!.level;
  return levels;
}

/** Runs from left to right: rule L2 of the bidirectional algorithm. */
function inVisualOrder(runs: Run[]): Run[] {
  const highest = runs.reduce((most, { level }) => Math.max(most, level), 0);
  for (let level = highest; level > 0; level--)
    for (let start = 0; start < runs.length; start++) {
      let end = start;
      while (end < runs.length && runs[end]!.level >= level) end++;
      if (end > start) runs.splice(start, end - start, ...runs.slice(start, end).reverse());
      start = end;
    }
  return runs;
}

/** Ems above and below the baseline that every plate has. */
const ROOM = { above: 0.9, below: 0.27 } as const;

/** How many pixels higher a line should stand, for its marks to be on the plate. */
function liftOf({ above, below }: SetText, size: number): number {
  const up = Math.min(below - ROOM.below, ROOM.above - above);
  const down = Math.min(above - ROOM.above, ROOM.below - below);
  return Math.round((up > 0 ? up : down > 0 ? -down : 0) * size);
}

function place(set: SetText, size: number): Line {
  const quarters = (ems: number): number => Math.round(ems * size * 4);
  const penX = set.x.map(quarters);
  const width = Math.ceil(set.width * size);
  const penY = set.y.every((y) => y === 0) ? undefined : set.y.map(quarters);
  return { glyphs: set.glyphs, penX, penY, width, lift: liftOf(set, size) };
}
