/** The fonts of test/fonts, one for each script and format. */
import { registerFont } from "../../src/draw/fonts/registry.ts";
import { projectBytes } from "./files.ts";

export const TEST_FONTS = {
  arabic: "arabic.woff2",
  hebrew: "hebrew.woff2",
  devanagari: "devanagari.woff",
  thai: "thai.ttf",
  hangul: "hangul.ttf",
  japanese: "japanese.ttf",
  cff: "latin-cff.otf",
  variable: "latin-variable.woff2",
} as const;

export type TestFont = keyof typeof TEST_FONTS;

export const testFont = (name: TestFont): Promise<Uint8Array> => projectBytes(`test/fonts/${TEST_FONTS[name]}`);

/** Register fonts by their short names, in order. */
export async function registerTestFonts(...names: TestFont[]): Promise<void> {
  for (const name of names) await registerFont(await testFont(name), { name });
}

/** A line for each script: the font and the text. */
export const SAMPLES: readonly (readonly [script: string, font: TestFont, text: string])[] = [
  ["Hangul", "hangul", "안녕하세요 세계 보행자"],
  ["kana and Han", "japanese", "日本語、東京のバス停カナ"],
  ["Thai", "thai", "ภาษาไทย ที่นี่ น้ำ ผู้"],
  ["Arabic", "arabic", "مرحبا بالعالم"],
  ["Arabic with digits", "arabic", "كلب ١٢٣ سيارة"],
  ["Hebrew", "hebrew", "שלום עולם כלב"],
  ["Devanagari", "devanagari", "नमस्ते हिन्दी क्षत्रिय कुत्ता"],
  ["combining accents", "cff", "Re\u0301sume\u0301 nai\u0308ve a\u0327q\u0301x\u0308\u0301"],
  ["cubic curves", "cff", "Cafe 0123 AVToqgQ"],
  ["the default of a variable font", "variable", "Variable Hamburg 0123"],
];
