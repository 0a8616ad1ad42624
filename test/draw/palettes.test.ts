import { describe, expect, test } from "vitest";
import { PALETTE_CAPACITY, paletteColor, paletteIndex, palettes } from "../../src/draw/palettes.ts";
import { ciede2000, DEFICIENCIES, lab } from "../reference/color-difference.ts";

function smallestDifference(colors: readonly number[], matrix?: readonly number[]): number {
  let smallest = Infinity;
  for (const [i, a] of colors.entries())
    for (const b of colors.slice(i + 1)) smallest = Math.min(smallest, ciede2000(lab(a, matrix), lab(b, matrix)));
  return smallest;
}

describe("CIEDE2000 of the reference", () => {
  test.each([
    // pairs of the published test data (Sharma, Wu, Dalal 2005)
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, -1, 2], [50, 0, 0], 2.3669],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  ] as const)("of %j and %j is %f", (a, b, expected) => {
    expect(ciede2000(a, b)).toBeCloseTo(expected, 4);
  });
});

describe("the default palette", () => {
  const first = palettes["limn"]!.slice(0, 8);

  test("keeps its first 8 colours apart for normal vision: CIEDE2000 of 20 or more", () => {
    expect(smallestDifference(first)).toBeGreaterThanOrEqual(20);
  });

  test.each(Object.entries(DEFICIENCIES))("keeps its first 8 colours apart for %s vision: 10 or more", (_, matrix) => {
    expect(smallestDifference(first, matrix)).toBeGreaterThanOrEqual(10);
  });

  test("keeps all its listed colours apart for normal vision: 10 or more", () => {
    expect(smallestDifference(palettes["limn"]!)).toBeGreaterThanOrEqual(10);
  });
});

describe("palettes", () => {
  test.each(Object.keys(palettes))("%s goes on without repeating a colour", (name) => {
    const palette = palettes[name]!;
    const colors = Array.from({ length: PALETTE_CAPACITY }, (_, i) => paletteColor(palette, i));
    expect(colors.slice(0, palette.length)).toEqual(palette);
    expect(new Set(colors).size).toBe(PALETTE_CAPACITY);
    expect(colors.every((color) => Number.isInteger(color) && color >= 0 && color <= 0xffffff)).toBe(true);
  });

  test("the list does not depend on the order of questions", () => {
    const palette = [0x112233, 0x445566];
    const late = paletteColor(palette, 900);
    expect(paletteColor([0x112233, 0x445566], 3)).toBe(paletteColor(palette, 3));
    expect(paletteColor(palette, 900)).toBe(late);
  });

  test("an id is its own index, a name always has the same one, and names rarely share", () => {
    expect(paletteIndex(17)).toBe(17);
    expect(paletteIndex("person")).toBe(paletteIndex("person"));
    expect(paletteIndex(-1)).toBeLessThan(PALETTE_CAPACITY);
    expect(paletteIndex(0.5)).toBeGreaterThanOrEqual(0);
    const indices = Array.from({ length: 100 }, (_, i) => paletteIndex(`class ${i}`));
    expect(new Set(indices).size).toBeGreaterThan(88);
  });
});

describe("generated colours", () => {
  const palette = palettes["limn"]!;
  const differences = Array.from({ length: 400 }, (_, i) =>
    ciede2000(lab(paletteColor(palette, palette.length + i)), lab(paletteColor(palette, palette.length + i + 1))),
  );

  test("differ from their neighbour in the list: CIEDE2000 of 10 or more", () => {
    expect(Math.min(...differences)).toBeGreaterThanOrEqual(10);
  });
});
