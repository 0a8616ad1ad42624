import { expect, test } from "vitest";
import { extendsCluster, isBlank, isInvisible, scriptOf } from "../../../src/draw/fonts/scripts.ts";

/** Scripts that are shaped by rules of their own; those that fonts and shapers treat as one stand together. */
const SCRIPTS = [
  "Latin Greek Cyrillic Coptic",
  "Armenian",
  "Hebrew",
  "Arabic",
  "Syriac",
  "Thaana",
  "Nko",
  "Devanagari",
  "Bengali",
  "Gurmukhi",
  "Gujarati",
  "Oriya",
  "Tamil",
  "Telugu",
  "Kannada",
  "Malayalam",
  "Sinhala",
  "Thai",
  "Lao",
  "Tibetan",
  "Myanmar",
  "Georgian",
  "Hangul",
  "Ethiopic",
  "Cherokee",
  "Khmer",
  "Mongolian",
  "Hiragana Katakana",
  "Bopomofo",
  "Han",
  "Yi",
  "Tifinagh",
  "Javanese",
  "Balinese",
].map(
  (names) =>
    new RegExp(
      `^(?:${names
        .split(" ")
        .map((name) => `\\p{Script=${name}}`)
        .join("|")})$`,
      "u",
    ),
);

test("no two scripts are shaped as one, and letters belong to one", () => {
  const owner = new Map<number, number>();
  for (const [script, pattern] of SCRIPTS.entries()) {
    let letters = 0;
    let unknown = 0;
    for (let code = 0x41; code < 0x30000; code++) {
      const character = String.fromCodePoint(code);
      if (!/\p{L}/u.test(character) || !pattern.test(character)) continue;
      letters++;
      const number = scriptOf(code);
      if (number === 0) unknown++;
      // planes beyond the first number their blocks, which are of one script each
      else if (code < 0x10000) {
        expect([code.toString(16), owner.get(number) ?? script]).toEqual([code.toString(16), script]);
        owner.set(number, script);
      }
    }
    expect(letters).toBeGreaterThan(20);
    expect(unknown / letters).toBeLessThan(0.06);
  }
});

test("digits, spaces and punctuation go with any script", () => {
  for (const character of " 0123456789.,:;!?()[]{}-–—…“”„«»/\\|@#&%*+=<>~^_\u0301\u200d。、「」\u{1f600}")
    expect([character, scriptOf(character.codePointAt(0)!)]).toEqual([character, 0]);
});

test("marks, joiners and tones stay with the letter before", () => {
  const extend = (before: number, code: number): boolean => extendsCluster(code, before);
  expect(extend(0x65, 0x301)).toBe(true);
  expect(extend(0x928, 0x93f)).toBe(true);
  expect(extend(0x1f469, 0x200d)).toBe(true);
  expect(extend(0x200d, 0x1f680)).toBe(true);
  expect(extend(0x1f44d, 0x1f3fd)).toBe(true);
  expect(extend(0x1100, 0x1161)).toBe(true);
  expect(extend(0x2764, 0xfe0f)).toBe(true);
  expect(extend(0x61, 0x62)).toBe(false);
  expect(extend(0xac00, 0xac01)).toBe(false);
});

test("what has no ink is known", () => {
  for (const code of [0x20, 0xa0, 0x3000, 0x200b, 0x2003, 0x3164]) expect(isBlank(code)).toBe(true);
  for (const code of [0x200d, 0xfe0f, 0xad, 0x202e]) expect(isInvisible(code)).toBe(true);
  for (const code of [0x41, 0xac00, 0x301]) expect(isBlank(code) || isInvisible(code)).toBe(false);
});
