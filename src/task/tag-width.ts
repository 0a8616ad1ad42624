/** How wide words are in the font of Instill's tags (IBM Plex Sans Regular, 20 pixels): the built-in font is a bolder cut. */
import { builtinFont } from "../draw/font.ts";

/** Advances of the characters 32 to 126 in 1/64 pixel, less 300. */
const ADVANCES: readonly number[] =
  "2 64 236 613 465 887 588 10 129 129 276 468 48 211 48 190 468 468 468 468 468 468 468 468 468 468 74 74 468 468 468 311 840 520 536 495 559 446 416 590 605 212 353 512 341 739 605 606 476 606 519 444 432 568 480 840 485 459 442 106 190 106 468 423 468 384 442 344 442 403 115 376 427 20 20 375 48 817 427 417 442 442 170 323 149 427 330 683 349 339 294 139 102 139 468"
    .split(" ")
    .map(Number);
/** Pixels from a character of ASCII to the next. */
export const TAG_ADVANCES: Readonly<Record<string, number>> = Object.fromEntries(
  ADVANCES.map((advance, i) => [String.fromCharCode(0x20 + i), (advance + 300) / 64]),
);
/** Of a character that the font has not: it is not drawn, and takes room. */
const MISSING = 604;

/** Whole pixels of some words, rounded down. */
export function tagWidth(words: string): number {
  const font = builtinFont();
  const units = 1280 / font.unitsPerEm;
  let sum = 0;
  let before: number | undefined;
  for (const character of words) {
    // an accent takes no room of its own
    const code = character.normalize("NFD").codePointAt(0)!;
    const glyph = font.glyphOf(code);
    const isKnown = glyph < 0x10000 && code >= 0x20;
    if (isKnown && before !== undefined) sum += Math.round(font.kerning(before, glyph) * units);
    const advance = ADVANCES[code - 0x20];
    sum += !isKnown ? MISSING : advance === undefined ? Math.round(font.advance(glyph) * units) : advance + 300;
    before = isKnown ? glyph : undefined;
  }
  return Math.floor(sum / 64);
}
