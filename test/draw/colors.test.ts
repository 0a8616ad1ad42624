import { describe, expect, test } from "vitest";
import { contrast, luminance, parseColor, TEXT_CONTRAST, textColorOn } from "../../src/draw/colors.ts";
import { paletteColor, palettes } from "../../src/draw/palettes.ts";
import { random, randomInt } from "../support/random.ts";

describe("parseColor", () => {
  test("reads #rrggbb, #rgb and numbers", () => {
    expect(parseColor("#1A2b3c")).toBe(0x1a2b3c);
    expect(parseColor("#f80")).toBe(0xff8800);
    expect(parseColor(0xabcdef)).toBe(0xabcdef);
  });

  test.each(["red", "#12345", "#12345g", -1, 0x1000000, 1.5, NaN, null, undefined, {}])("refuses %j", (value) => {
    expect(() => parseColor(value, "style.colors.car")).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: "style.colors.car" }),
    );
  });
});

describe("text on a plate", () => {
  test("contrast is 21 between black and white and 1 between equals", () => {
    expect(contrast(0, 0xffffff)).toBeCloseTo(21, 10);
    expect(contrast(0x777777, 0x777777)).toBe(1);
    expect(luminance(0xff0000)).toBeCloseTo(0.2126, 4);
  });

  test("has a contrast of 4.5 or more on every palette's colours, 500 of each", () => {
    for (const palette of Object.values(palettes))
      for (let i = 0; i < 500; i++) {
        const color = paletteColor(palette, i);
        expect(contrast(color, textColorOn(color))).toBeGreaterThanOrEqual(TEXT_CONTRAST);
      }
  });

  test("has a contrast of 4.5 or more on greys and on 20,000 random colours", () => {
    const next = random(31);
    const colors = Array.from({ length: 20_000 }, () => randomInt(next, 0, 0xffffff));
    for (let grey = 0; grey < 256; grey++) colors.push(grey * 0x10101);
    const worst = Math.min(...colors.map((color) => contrast(color, textColorOn(color))));
    expect(worst).toBeGreaterThanOrEqual(TEXT_CONTRAST);
  });
});
