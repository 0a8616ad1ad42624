import { describe, expect, test } from "vitest";
import { builtinFont } from "../../src/draw/font.ts";
import { layoutLine } from "../../src/draw/text.ts";

const font = builtinFont();

describe("the built-in font", () => {
  test.each([
    ["ASCII", " !\"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~"],
    ["Latin-1", "àéîõüßçñåæøÿÀÉÎÕÜÇÑÅÆØ¡¿«»§©®°±²³µ¶·¼½¾×÷€"],
    ["Latin Extended-A", "āăąćčďđēęěğģħīįıĳĵķĺľłńňŋōőœŕřśşšţťŧūůűųŵŷźżžſ"],
    ["Greek", "ΑΒΓΔΩαβγδεζηθικλμνξοπρςστυφχψωάέήίόύώ"],
    ["Cyrillic", "АБВГДЖЗИЙКЛЯабвгджзийклящёЁіїєґўђљњћџ"],
    ["symbols", "–—‘’‚“”„†‡•…‰‹›→←↑↓−≈≠≤≥∞√∑∂◊✓€£¥₩₹™"],
  ])("has a glyph for %s", (_, text) => {
    const missing = [...text].filter((c) => font.glyphOf(c.codePointAt(0)!) >= 0x10000);
    expect(missing).toEqual([]);
  });

  test("puts baseline, small letters and capitals on whole pixels at every size", () => {
    for (let size = 8; size <= 60; size++) {
      const { xHeight, capHeight } = font.metrics(size);
      for (const [letter, height] of [
        ["x", xHeight],
        ["z", xHeight],
        ["H", capHeight],
        ["E", capHeight],
        ["O", capHeight],
        ["o", xHeight],
      ] as const) {
        const { points } = font.outline(font.glyphOf(letter.codePointAt(0)!), size)!;
        const ys = points.filter((_, i) => i % 2 === 1);
        expect([letter, size, Math.min(...ys), Math.max(...ys)]).toEqual([letter, size, -height * 256, 0]);
      }
    }
  });

  test("draws a box with its number for a character that it has not, which differs from character to character", () => {
    const [han, kana, emoji] = ["字", "か", "🚗"].map((c) => font.glyphOf(c.codePointAt(0)!)) as [
      number,
      number,
      number,
    ];
    const outlines = [han, kana, emoji].map((glyph) => font.outline(glyph, 20)!);
    for (const { ends } of outlines) expect(ends.length).toBeGreaterThanOrEqual(2 + 4);
    expect(outlines[0]!.points).not.toEqual(outlines[1]!.points);
    expect(font.advance(emoji)).toBeGreaterThan(font.advance(han));
  });

  test("has no outline for a space, but an advance", () => {
    const space = font.glyphOf(0x20);
    expect(font.outline(space, 20)).toBeUndefined();
    expect(font.advance(space)).toBeGreaterThan(100);
  });
});

describe("layoutLine", () => {
  test("sets pairs closer by their kerning", () => {
    const width = (text: string): number => layoutLine(text, font, 100).width;
    expect(width("AV")).toBeLessThan(width("A") + width("V"));
    expect(width("Yo")).toBeLessThan(width("Y") + width("o"));
    expect(width("ÀV")).toBe(width("AV")); // as the letter below the accent
  });

  test("composes accents, drops invisible characters and takes line breaks for spaces", () => {
    const glyphs = (text: string): readonly number[] => layoutLine(text, font, 20).glyphs;
    expect(glyphs("e\u0301")).toEqual(glyphs("é"));
    expect(glyphs("a\u200b\ufe0fb")).toEqual(glyphs("ab"));
    expect(glyphs("a\nb")).toEqual(glyphs("a b"));
    expect(glyphs("")).toEqual([]);
  });

  test("cuts what is too wide with an ellipsis, and gives nothing when not even that fits", () => {
    const ellipsis = font.glyphOf(0x2026);
    for (let maxWidth = 0; maxWidth < 120; maxWidth++) {
      const { glyphs, width } = layoutLine("traffic light 0.87", font, 12, maxWidth);
      expect(width).toBeLessThanOrEqual(maxWidth);
      if (glyphs.length > 0 && glyphs.length < 18) expect(glyphs.at(-1)).toBe(ellipsis);
    }
    expect(layoutLine("traffic light 0.87", font, 12, 5).glyphs).toEqual([]);
    expect(layoutLine("traffic light 0.87", font, 12, 500).glyphs).toHaveLength(18);
  });
});
