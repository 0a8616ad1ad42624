import { beforeAll, describe, expect, test } from "vitest";
import { Frame } from "../../../src/core/frame.ts";
import { builtinFont } from "../../../src/draw/font.ts";
import { fontOf, registerFont } from "../../../src/draw/fonts/registry.ts";
import { render } from "../../../src/draw/render.ts";
import { parseStyle, type Style } from "../../../src/draw/style.ts";
import { layoutLine } from "../../../src/draw/text.ts";
import { limits } from "../../../src/limits.ts";
import { projectBytes, sha256 } from "../../support/files.ts";
import { registerTestFonts, TEST_FONTS, type TestFont, testFont } from "../../support/fonts.ts";
import { random, randomInt } from "../../support/random.ts";

const NAMES = Object.keys(TEST_FONTS) as TestFont[];

/** Bytes of a picture with one label. */
async function labelled(category: string, style: Style = {}): Promise<string> {
  const frame = Frame.create(320, 120, { fill: 0x808080 });
  const annotations = [{ box: { x: 20, y: 50, width: 200, height: 50 }, category }];
  render(frame, { width: 320, height: 120, annotations }, { fontSize: 20, ...style });
  const digest = await sha256(frame.toRgba());
  frame.free();
  return digest;
}

test("without registered fonts the built-in one draws, and names are refused", async () => {
  expect(fontOf([])).toBe(builtinFont());
  expect(fontOf(["Limn Sans"])).toBe(builtinFont());
  expect(() => fontOf(["Nobody"])).toThrow(/style\.fonts\[0\]: expected the name of a registered font/);
  await expect(async () => labelled("x", { fonts: ["Nobody"] })).rejects.toThrow(/style\.fonts\[0\]/);
  expect(() => parseStyle({ fonts: "Nobody" })).toThrow(/style\.fonts/);
});

describe("registerFont", () => {
  let latinBefore: string;
  let hangulBefore: string;

  beforeAll(async () => {
    latinBefore = await labelled("traffic light");
    hangulBefore = await labelled("보행자 자동차");
    await registerTestFonts(...NAMES);
  });

  test("gives what the font calls itself, in every format", async () => {
    // the same fonts again: names of their own beside those they have already
    const names = await Promise.all(NAMES.map(async (name) => registerFont(await testFont(name))));
    expect(names).toEqual([
      "Noto Sans Arabic Regular",
      "Noto Sans Hebrew Thin Regular",
      "Noto Sans Devanagari Regular",
      "Noto Sans Thai Regular",
      "Noto Sans KR Thin Regular",
      "Noto Sans JP Thin Regular",
      "Test Sans CFF",
      "Noto Sans Regular",
    ]);
  });

  test("takes views, buffers and blobs, and copies them", async () => {
    const bytes = (await testFont("thai")).slice();
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(await registerFont(shifted.subarray(3), { name: "thai" })).toBe("thai");
    expect(await registerFont(bytes.buffer as ArrayBuffer, { name: "thai" })).toBe("thai");
    expect(await registerFont(new Blob([bytes]), { name: "thai" })).toBe("thai");
    const before = await labelled("ภาษาไทย");
    bytes.fill(0);
    expect(await labelled("ภาษาไทย")).toBe(before);
  });

  test("refuses a name that another font has, and the built-in one's", async () => {
    const bytes = await testFont("thai");
    await expect(registerFont(bytes, { name: "arabic" })).rejects.toThrow(
      /options\.name: expected a name that no other/,
    );
    await expect(registerFont(bytes, { name: "Limn Sans" })).rejects.toThrow(/options\.name/);
    await expect(registerFont(bytes, { name: "" })).rejects.toThrow(/options\.name/);
    for (const index of [-1, 1.5, NaN, 256])
      await expect(registerFont(bytes, { index })).rejects.toThrow(/options\.index/);
    await expect(registerFont(bytes, { index: 1 })).rejects.toThrow(/expected a font of 0\.\.0, got 1/);
  });

  test("leaves the look of Latin text as it is, unless a style names a font", async () => {
    expect(await labelled("traffic light")).toBe(latinBefore);
    expect(await labelled("Cafe", { fonts: ["cff"] })).not.toBe(await labelled("Cafe"));
    expect(await labelled("Cafe", { fonts: ["Limn Sans", "cff"] })).toBe(await labelled("Cafe"));
  });

  test("draws what was a row of boxes", async () => {
    expect(await labelled("보행자 자동차")).not.toBe(hangulBefore);
  });

  test("takes any font of a collection", async () => {
    const bytes = await projectBytes("test/fonts/collection.ttc");
    expect(await registerFont(bytes, { name: "first of two" })).toBe("first of two");
    const second = await registerFont(bytes, { index: 1, name: "second of two" });
    expect(await labelled("안녕", { fonts: [second] })).toBe(await labelled("안녕", { fonts: ["hangul"] }));
    await expect(registerFont(bytes, { index: 2 })).rejects.toThrow(/expected a font of 0\.\.1, got 2/);
  });

  test("keeps the box with its number for what no font has, mapped to nothing or not", () => {
    const line = layoutLine("자동차 뷁", fontOf([]), 20);
    expect(line.glyphs.at(-1)).toBe(0x10000 + "뷁".codePointAt(0)!);
    expect(line.glyphs.slice(0, 3).every((glyph) => glyph >= 2 ** 21)).toBe(true);
    expect(layoutLine("자동차 가", fontOf([]), 20).glyphs.at(-1)).toBe(0x10000 + "가".codePointAt(0)!);
    const emoji = layoutLine("자동차 👩‍🚀", fontOf([]), 20);
    expect(emoji.glyphs.slice(-2)).toEqual([0x10000 + 0x1f469, 0x10000 + 0x1f680]);
  });

  test("sets right-to-left text in order, brackets mirrored, digits as they are", () => {
    const font = fontOf([]);
    const glyph = (character: string): number => builtinFont().glyphOf(character.codePointAt(0)!);
    const line = layoutLine("كلب (123)", font, 20);
    // from left to right: (123) and then the word
    expect(line.glyphs.slice(0, 5)).toEqual(["(", "1", "2", "3", ")"].map(glyph));
  });

  test("lifts a line whose letters hang low, so that its plate holds them", () => {
    expect(layoutLine("مرحبا بالعالم", fontOf([]), 40).lift).toBeGreaterThan(1);
    expect(layoutLine("보행자", fontOf([]), 40).lift).toBe(0);
    const [width, height, top] = [300, 120, 30];
    const frame = Frame.create(width, height, { fill: 0xffffff });
    const annotations = [{ box: { x: 10, y: 90, width: 250, height: 20 }, caption: "مرحبا بالعالم", categoryId: 0 }];
    render(frame, { width, height, annotations }, { fontSize: 40, boxWidth: 0 });
    const rgba = frame.toRgba();
    frame.free();
    // white but for the plate, whose rows have its colour at both ends: no dark pixel stands in a row without plate
    const dark = (y: number): boolean =>
      rgba.slice(y * width * 4, (y + 1) * width * 4).some((value, i) => i % 4 === 2 && value < 40);
    const plate = (y: number): boolean => rgba[(y * width + 12) * 4 + 2] !== 255;
    let rows = 0;
    for (let y = 0; y < height; y++) {
      if (dark(y)) expect([y, plate(y)]).toEqual([y, true]);
      if (plate(y)) rows++;
    }
    expect(rows).toBeGreaterThan(top);
  });

  test("cuts shaped lines with an ellipsis between letters, to any width", () => {
    const font = fontOf([]);
    const dots = builtinFont().glyphOf(0x2026);
    for (const text of ["안녕하세요 세계 보행자", "مرحبا بالعالم كلب", "नमस्ते हिन्दी क्षत्रिय"]) {
      const whole = layoutLine(text, font, 16);
      let last = 0;
      for (let maxWidth = 0; maxWidth <= whole.width; maxWidth += 7) {
        const line = layoutLine(text, font, 16, maxWidth);
        expect(line.width).toBeLessThanOrEqual(maxWidth);
        if (line.glyphs.length > 0) expect(line.glyphs).toContain(dots);
        expect(line.glyphs.length).toBeGreaterThanOrEqual(last);
        last = Math.min(line.glyphs.length, last + 1);
      }
      expect(layoutLine(text, font, 16, whole.width)).toEqual(whole);
    }
  });

  test("lays out a very long text in a moment, and ends it with an ellipsis", () => {
    const line = layoutLine("보행자 ".repeat(100_000), fontOf([]), 12);
    expect(line.glyphs.length).toBeLessThan(5000);
    expect(line.glyphs.at(-1)).toBe(builtinFont().glyphOf(0x2026));
    expect(layoutLine("자" + "\u0301".repeat(100_000), fontOf([]), 12).glyphs.length).toBeLessThan(5000);
  });

  test("draws lone surrogates, controls and direction marks without harm", async () => {
    for (const text of [
      "\ud800자",
      "자\udc00",
      "\u202e자동\u202c",
      "\u200d\u200d자",
      "\u0301\u0301",
      "\u2028ك\u0000ل",
      "\ufeff자",
    ])
      await labelled(text);
  });
});

describe("a broken font", () => {
  test.each(NAMES)("cut at any place is an ImageError: %s", async (name) => {
    const bytes = await testFont(name);
    const next = random(3);
    const lengths = [0, 1, 11, 12, 13, 43, 47, 48, bytes.length - 4];
    for (let i = 0; i < 12; i++) lengths.push(randomInt(next, 12, bytes.length - 4));
    for (const length of lengths)
      await expect(
        registerFont(bytes.subarray(0, length), { name: `cut ${length}` }),
        `${length}`,
      ).rejects.toMatchObject({
        name: "ImageError",
        code: "DECODE",
      });
  });

  test("of random bytes behind a right signature is an ImageError", async () => {
    const next = random(5);
    for (const signature of [0x00010000, 0x4f54544f, 0x74746366, 0x774f4646, 0x774f4632, 0x12345678])
      for (let i = 0; i < 20; i++) {
        const bytes = Uint8Array.from({ length: randomInt(next, 12, 3000) }, () => randomInt(next, 0, 255));
        new DataView(bytes.buffer).setUint32(0, signature);
        await expect(registerFont(bytes)).rejects.toMatchObject({ name: "ImageError", code: "DECODE" });
      }
  });

  test.each(["thai", "cff", "hangul"] as const)(
    "with wrong bytes anywhere draws something or is an ImageError: %s",
    { timeout: 60_000 },
    async (name) => {
      const bytes = await testFont(name);
      const next = random(7);
      const text = name === "thai" ? "ที่นี่ น้ำ ผู้" : name === "cff" ? "Re\u0301sume\u0301 0123" : "보행자 자동차";
      let drawn = 0;
      for (let i = 0; i < 60; i++) {
        const broken = bytes.slice();
        for (let k = randomInt(next, 1, 8); k > 0; k--)
          broken[randomInt(next, 300, broken.length - 1)] = randomInt(next, 0, 255);
        const own = `broken ${name} ${i}`;
        try {
          await registerFont(broken, { name: own });
        } catch (error) {
          expect(error).toMatchObject({ name: "ImageError" });
          continue;
        }
        await labelled(text, { fonts: [own] });
        await labelled(text, { fonts: [own], fontSize: 90 });
        drawn++;
      }
      expect(drawn).toBeGreaterThan(5);
    },
  );

  test("that is none at all is an ImageError", async () => {
    for (const bad of [undefined, null, NaN, {}, [], "", "no such file", 5n, new Uint8Array(0)] as never[])
      await expect(registerFont(bad), String(bad)).rejects.toMatchObject({ name: "ImageError" });
  });

  test("over the cap is refused before it is opened", async () => {
    const { maxFontBytes } = limits;
    try {
      const bytes = await testFont("hebrew");
      limits.maxFontBytes = bytes.length - 1;
      await expect(registerFont(bytes)).rejects.toMatchObject({ code: "LIMIT" });
      // it is larger out of its wrapping
      limits.maxFontBytes = bytes.length + 1;
      const other = bytes.slice();
      other[other.length - 1]! ^= 1;
      await expect(registerFont(other)).rejects.toMatchObject({ code: "DECODE" });
    } finally {
      limits.maxFontBytes = maxFontBytes;
    }
  });
});
