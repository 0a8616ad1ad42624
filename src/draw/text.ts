/** One line of text as glyphs. */
import type { Line } from "../core/text.ts";
import type { Font } from "./font.ts";

const ELLIPSIS = 0x2026;

/**
 * Lay a line out: composed form (NFC), line breaks and control characters as spaces, kerning applied. A line that is
 * wider than `maxWidth` loses its end to an ellipsis. A font of several shapes text that needs it, and puts it in order
 * where it runs from right to left.
 *
 * @param size - pixels of the em, a whole number
 * @param maxWidth - whole pixels
 */
export function layoutLine(text: string, font: Font, size: number, maxWidth: number = Infinity): Line {
  const shaped = font.layout?.(text, size, maxWidth);
  if (shaped) return shaped;
  const glyphs: number[] = [];
  // below U+0300 nothing composes
  const composed = /[^\0-\u02ff]/.test(text) ? text.normalize("NFC") : text;
  for (let i = 0; i < composed.length; i++) {
    const code = composed.codePointAt(i)!;
    if (code > 0xffff) i++;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) glyphs.push(font.glyphOf(0x20));
    else if (!isInvisible(code)) glyphs.push(font.glyphOf(code));
  }
  const line = place(glyphs, font, size);
  if (line.width <= maxWidth) return line;

  const dots = font.glyphOf(ELLIPSIS);
  const dotsWidth = Math.ceil((font.advance(dots) * size) / font.unitsPerEm) + 1;
  if (dotsWidth > maxWidth) return { glyphs: [], penX: [], width: 0 };
  let kept = 0;
  while (kept + 1 < glyphs.length && line.penX[kept + 1]! <= (maxWidth - dotsWidth) * 4) kept++;
  const space = font.glyphOf(0x20);
  while (kept > 0 && glyphs[kept - 1] === space) kept--;
  return place([...glyphs.slice(0, kept), dots], font, size);
}

function place(glyphs: readonly number[], font: Font, size: number): Line {
  const penX: number[] = [];
  let pen = 0;
  for (let i = 0; i < glyphs.length; i++) {
    if (i > 0) pen += font.kerning(glyphs[i - 1]!, glyphs[i]!);
    penX.push(Math.round((pen * size * 4) / font.unitsPerEm));
    pen += font.advance(glyphs[i]!);
  }
  return { glyphs, penX, width: Math.ceil((pen * size) / font.unitsPerEm) };
}

/** Joiners, direction marks, variation selectors and the like: they shape text, but are not seen. */
function isInvisible(code: number): boolean {
  return (
    code === 0xad ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2069) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff
  );
}
