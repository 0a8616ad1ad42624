import { describe, expect, test } from "vitest";
import { builtinFont } from "../../src/draw/font.ts";
import { layoutParagraph } from "../../src/draw/paragraph.ts";
import { layoutLine } from "../../src/draw/text.ts";
import { random, randomInt } from "../support/random.ts";

const font = builtinFont();
const width = (text: string): number => layoutLine(text, font, 12).width;

function rows(text: string, maxWidth: number, maxLines = Infinity): string[] {
  return layoutParagraph(text, font, 12, maxWidth, maxLines).lines.map((line) => line.text);
}

describe("layoutParagraph", () => {
  test("keeps what fits on one line, and begins a new one where the text does", () => {
    expect(rows("one line", 400)).toEqual(["one line"]);
    expect(rows("one\ntwo\nthree", 400)).toEqual(["one", "two", "three"]);
  });

  test("breaks behind words and hyphens, as late as possible", () => {
    expect(rows("the quick brown fox jumps", width("the quick brown "))).toEqual(["the quick brown", "fox jumps"]);
    expect(rows("a well-known thing", width("a well-"))).toEqual(["a well-", "known", "thing"]);
  });

  test("breaks a word that is wider than a line, but not an accent from its letter", () => {
    const [first, second] = rows("incomprehensibility", width("incompre"));
    expect(first).toBe("incompre");
    expect(second!.length).toBeGreaterThan(4);
    for (const row of rows("e\u0301".repeat(40), 60)) expect(row.startsWith("\u0301")).toBe(false);
  });

  test("breaks between characters of scripts without spaces, and keeps punctuation off the beginning", () => {
    const text = "東京都庁、東京都庁。東京都庁、東京都庁。";
    for (let maxWidth = 30; maxWidth < 120; maxWidth += 7) {
      const lines = rows(text, maxWidth);
      expect(lines.join("")).toBe(text);
      for (const line of lines) expect(line).not.toMatch(/^[、。]/);
    }
  });

  test("ends what is left out with an ellipsis, also behind a line that is short", () => {
    expect(rows("one\ntwo\nthree", 400, 2)).toEqual(["one", "two…"]);
    expect(rows("one two three four", width("one two…"), 1)).toEqual(["one two…"]);
    expect(rows("a\nb", 400, 1)).toEqual(["a…"]);
  });

  test("every line fits, and together they have all the words", () => {
    const next = random(4);
    for (let round = 0; round < 300; round++) {
      const words = Array.from({ length: randomInt(next, 1, 30) }, () => "abcdefghij".slice(0, randomInt(next, 1, 10)));
      const maxWidth = randomInt(next, 70, 200);
      const paragraph = layoutParagraph(words.join(" "), font, 12, maxWidth);
      for (const { text, line } of paragraph.lines) {
        expect(line.width).toBeLessThanOrEqual(maxWidth);
        expect(line).toEqual(layoutLine(text, font, 12));
      }
      expect(paragraph.lines.map(({ text }) => text).join(" ")).toBe(words.join(" "));
      expect(paragraph.width).toBe(Math.max(...paragraph.lines.map(({ line }) => line.width)));
      // the next word would not have fitted
      for (const [i, { text }] of paragraph.lines.slice(0, -1).entries()) {
        const following = paragraph.lines[i + 1]!.text.split(" ")[0]!;
        expect(width(`${text} ${following}`)).toBeGreaterThan(maxWidth);
      }
    }
  });

  test("has no lines where nothing fits, and takes long texts", () => {
    expect(rows("text", 3)).toEqual([]);
    expect(rows("text", 100, 0)).toEqual([]);
    const long = rows("word ".repeat(100_000), 300);
    expect(long.at(-1)).toMatch(/…$/);
    expect(rows("x".repeat(1_000_000), 300, 3)).toHaveLength(3);
  });
});
