import { expect, test } from "vitest";
import { decideStyle, lastingStyle } from "../../src/draw/known-styles.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import { Frame, render } from "../../src/index.ts";

const SIZE = [640, 480] as const;

test("a style is decided once for each size, whichever object it is", () => {
  const first = decideStyle({ boxWidth: 5, colors: { car: "#ff0000" } }, ...SIZE);
  expect(first).toEqual(resolveStyle({ boxWidth: 5, colors: { car: "#ff0000" } }, ...SIZE));
  expect(decideStyle({ boxWidth: 5, colors: { car: "#ff0000" } }, ...SIZE)).toBe(first);
  expect(decideStyle({ boxWidth: 6, colors: { car: "#ff0000" } }, ...SIZE)).not.toBe(first);
  expect(decideStyle({ boxWidth: 5, colors: { car: "#ff0000" } }, 480, 640)).not.toBe(first);
});

test("a style that its owner changes is decided anew, and the former one is what it was", () => {
  const style = { labelTag: { x: 1, y: 2, height: 20, padding: 3, baseline: 14 }, colors: { car: 1 } };
  const before = decideStyle(style, ...SIZE);
  const text = JSON.stringify(style);
  style.labelTag.x = 9;
  style.colors.car = 2;
  expect(decideStyle(style, ...SIZE)).toEqual(resolveStyle(style, ...SIZE));
  expect(decideStyle(JSON.parse(text) as Style, ...SIZE)).toBe(before);
  expect(before).toEqual(resolveStyle(JSON.parse(text) as Style, ...SIZE));
});

test("what JSON does not tell is not taken for something else", () => {
  const plain = decideStyle({}, ...SIZE);
  expect(decideStyle({ boxWidth: undefined }, ...SIZE)).toBe(plain);
  const outcome = (decide: typeof decideStyle, style: Style): unknown => {
    try {
      return decide(style, ...SIZE);
    } catch (error) {
      return String(error);
    }
  };
  for (const style of [{ maxCount: Infinity }, { maxCount: NaN }, { minScore: -Infinity }, { minScore: Infinity }, {}])
    expect(outcome(decideStyle, style)).toEqual(outcome(resolveStyle, style));
  const hidden = Object.create({ boxWidth: 9 }) as Style;
  expect(decideStyle(hidden, ...SIZE)).toEqual(resolveStyle(hidden, ...SIZE));
  for (const wrong of [
    { boxWidth: () => 3 },
    { boxWidth: Symbol("3") },
    { boxWidth: 3n },
    { palette: new Map() },
    [],
    null,
  ])
    expect(() => decideStyle(wrong as Style, ...SIZE)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
});

test("a lasting style is known by itself", () => {
  const own = lastingStyle({ boxWidth: 7 });
  const found = decideStyle(own, ...SIZE);
  expect(decideStyle(own, ...SIZE)).toBe(found);
  expect(found).toEqual(decideStyle({ boxWidth: 7 }, ...SIZE));
});

test("more styles than are kept are drawn as they are told", () => {
  const scene = { width: 60, height: 50, annotations: [{ box: { x: 20, y: 20, width: 20, height: 20 } }] };
  const widths: number[] = [];
  for (let i = 0; i < 600; i++) {
    using frame = Frame.create(60, 50, { fill: 0xffffff });
    // every one is another style, some of them large
    const colors = Object.fromEntries(Array.from({ length: i % 100 === 0 ? 20_000 : 1 }, (_, k) => [`c${i} ${k}`, 0]));
    render(frame, scene, { boxWidth: 1 + (i % 3), showLabels: false, colors, boxSnap: true });
    const row = frame.toRgba().subarray(30 * 60 * 4, 31 * 60 * 4);
    widths.push(Array.from({ length: 30 }, (_, x) => row[x * 4]!).filter((red) => red < 200).length);
  }
  expect(new Set(widths.map((width, i) => `${i % 3} ${width}`)).size).toBe(3);
  expect(widths[1]).toBe(widths[0]! + 1);
});
