import { describe, expect, test } from "vitest";
import { contrast, luminance, parseColor, readablePlate, TEXT_CONTRAST, textColorOn } from "../../src/draw/colors.ts";
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

  test("can be read on a plate of any opacity, whatever lies under it, with a plate no more opaque than need be", () => {
    const next = random(32);
    for (let i = 0; i < 1500; i++) {
      const color = i < 256 ? i * 0x10101 : randomInt(next, 0, 0xffffff);
      const wished = randomInt(next, 0, 255);
      const { alpha, ink } = readablePlate(color, wished);
      expect(alpha).toBeGreaterThanOrEqual(wished);
      const worst = (opacity: number, text: number): number =>
        Math.min(
          ...[0, 0xffffff, randomInt(next, 0, 0xffffff)].map((ground) => {
            const channel = (shift: number): number =>
              Math.floor(
                (((ground >> shift) & 255) * (255 - opacity) + ((color >> shift) & 255) * opacity + 127) / 255,
              );
            return contrast(text, (channel(16) << 16) | (channel(8) << 8) | channel(0));
          }),
        );
      expect(worst(alpha, ink)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
      // a few steps less: rounding is allowed for generously
      if (alpha > wished + 5)
        expect(Math.max(worst(alpha - 5, 0), worst(alpha - 5, 0xffffff))).toBeLessThan(TEXT_CONTRAST);
    }
    expect(readablePlate(0x3a86f4, 255)).toEqual({ alpha: 255, ink: textColorOn(0x3a86f4) });
  });

  test("has a contrast of 4.5 or more on greys and on 20,000 random colours", () => {
    const next = random(31);
    const colors = Array.from({ length: 20_000 }, () => randomInt(next, 0, 0xffffff));
    for (let grey = 0; grey < 256; grey++) colors.push(grey * 0x10101);
    const worst = Math.min(...colors.map((color) => contrast(color, textColorOn(color))));
    expect(worst).toBeGreaterThanOrEqual(TEXT_CONTRAST);
  });
});
