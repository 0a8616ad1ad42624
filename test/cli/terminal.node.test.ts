import { expect, test } from "vitest";
import { duration, red, safeJson, safeText } from "../../src/cli/terminal.ts";

test.each([
  ["plain ümläut 写真 😀.png", "plain ümläut 写真 😀.png"],
  ["a\u001b[31mb\u0007\r\n\t", "a\\u{1b}[31mb\\u{7}\\u{d}\\u{a}\\u{9}"],
  ["\u202eabc\u2066\u200f\u061c", "\\u{202e}abc\\u{2066}\\u{200f}\\u{61c}"],
  ["\u009b31m\u007f\u2028", "\\u{9b}31m\\u{7f}\\u{2028}"],
  ["\ud800x\u{e0041}", "\\u{d800}x\\u{e0041}"],
])("%j is shown as %j", (text, shown) => {
  expect(safeText(text)).toBe(shown);
});

test("JSON without a character that acts reads back as the same value", () => {
  const value = { name: "\u001b\u009b\u202e\ud800\u{e0041}ü😀\u2028" };
  expect(safeJson(value)).toMatch(/^[\u0020-\u007eü😀]*$/u);
  expect(JSON.parse(safeJson(value))).toEqual(value);
});

test.each([
  [0, "0.0 s"],
  [9940, "9.9 s"],
  [9960, "10 s"],
  [59_600, "1 min 0 s"],
  [200_000, "3 min 20 s"],
  [7_500_000, "2 h 5 min"],
  [7_199_000, "2 h 0 min"],
])("%i ms are %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test("colours come only to a terminal that has them, and not when NO_COLOR is set", () => {
  const terminal = { isTTY: true, hasColors: () => true } as unknown as NodeJS.WriteStream;
  const file = { isTTY: false, hasColors: () => false } as unknown as NodeJS.WriteStream;
  const before = process.env["NO_COLOR"];
  try {
    delete process.env["NO_COLOR"];
    expect(red("x", terminal)).toBe("\u001b[31mx\u001b[39m");
    expect(red("x", file)).toBe("x");
    process.env["NO_COLOR"] = "1";
    expect(red("x", terminal)).toBe("x");
  } finally {
    if (before === undefined) delete process.env["NO_COLOR"];
    else process.env["NO_COLOR"] = before;
  }
});
