/** Shaped lines against the browser's own text, in the same font at the same place. In Node there is nothing to compare with. */
import { describe, expect, test } from "vitest";
import { fontOf } from "../../../src/draw/fonts/registry.ts";
import { registerTestFonts, SAMPLES, type TestFont, testFont } from "../../support/fonts.ts";
import { type Ink, lineInk, overlap } from "../../support/ink.ts";

const SIZE = 48;
const WIDTH = 640;
const HEIGHT = 96;
const PEN = 24;
const BASELINE = 64;
/** Right text comes to 0.9 and more, text with one wrong join or letter to less than 0.8. */
const ALIKE = 0.88;

/** What a page has and Node has not. */
const { document } = globalThis as unknown as { document?: { fonts: Set<FontFace> } };
const inBrowser = document !== undefined;

async function browserInk(text: string, name: TestFont): Promise<Ink> {
  const bytes = await testFont(name);
  const face = await new FontFace(`test-${name}`, bytes.slice().buffer as ArrayBuffer).load();
  document!.fonts.add(face);
  const context = new OffscreenCanvas(WIDTH, HEIGHT).getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = "#000";
  context.font = `${SIZE}px "test-${name}"`;
  context.direction = /[\u0590-\u06ff]/.test(text) ? "rtl" : "ltr";
  context.textAlign = "left";
  context.fillText(text, PEN, BASELINE);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  return {
    data: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => 255 - data[i * 4]!),
    width: WIDTH,
    height: HEIGHT,
  };
}

const ours = async (text: string, name: TestFont): Promise<Ink> => {
  await registerTestFonts(name);
  return lineInk(text, fontOf([name]), SIZE, WIDTH, HEIGHT, PEN, BASELINE);
};

describe.runIf(inBrowser)("text as the browser sets it", () => {
  test.each(SAMPLES)("%s", async (_, name, text) => {
    const [own, reference] = [await ours(text, name), await browserInk(text, name)];
    expect(reference.data.some((ink) => ink > 200)).toBe(true);
    expect(overlap(own, reference)).toBeGreaterThan(ALIKE);
  });

  // what would go wrong without shaping, or with the wrong order
  test.each([
    [
      "letters that do not join",
      "arabic",
      "مرحبا بالعالم",
      "م\u200cر\u200cح\u200cب\u200cا ب\u200cا\u200cل\u200cع\u200cا\u200cل\u200cم",
    ],
    ["a single missing join", "arabic", "مرحبا بالعالم", "مرحبا بالعال\u200cم"],
    ["left to right", "hebrew", "שלום עולם", "\u202dשלום עולם\u202c"],
    ["vowels in the order of typing", "devanagari", "हिन्दी", "ह\u200cिन्\u200cदी"],
    ["marks beside their letters", "thai", "ที่นี่ น้ำ ผู้", "ท ี่น ี่ น ้ำ ผ ู้"],
  ] as const)("the overlap tells %s", async (_, name, text, wrong) => {
    expect(overlap(await ours(text, name), await browserInk(text, name))).toBeGreaterThan(ALIKE);
    expect(overlap(await ours(wrong, name), await browserInk(text, name))).toBeLessThan(ALIKE - 0.05);
  });
});

test.runIf(!inBrowser)("every sample has ink", async () => {
  for (const [, name, text] of SAMPLES) expect((await ours(text, name)).data.some((ink) => ink > 200)).toBe(true);
});
