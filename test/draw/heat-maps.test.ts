import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { ticksOf } from "../../src/draw/color-bar.ts";
import { COLOR_MAPS, colorStops, mixStops } from "../../src/draw/color-maps.ts";
import { placeHeatMap } from "../../src/draw/heat-grid.ts";
import { render } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import type { HeatMap } from "../../src/model/scene.ts";
import { random, randomInt } from "../support/random.ts";
import { testFrame } from "../support/scenes.ts";
import { ciede2000, lab } from "../reference/color-difference.ts";

function drawn(map: HeatMap, style: Style = {}, size: readonly [number, number] = [64, 48]): number[] {
  using frame = Frame.create(...size, { fill: 0x808080 });
  const blocks = core().heap.blocks;
  render(frame, { width: size[0], height: size[1], annotations: [], heatMaps: [map] }, style);
  // the cache of glyphs may have grown
  expect(core().heap.blocks).toBeLessThanOrEqual(blocks + 2);
  expect(frame.view().every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
  const view = frame.view();
  return Array.from(
    { length: size[0] * size[1] },
    (_, i) => (view[i * 4]! << 16) | (view[i * 4 + 1]! << 8) | view[i * 4 + 2]!,
  );
}

describe("heat maps from arrays", () => {
  const gray: Style = { heatMapColors: "gray", heatMapAlpha: 1, heatMapBar: "none" };

  test("go from the first colour to the last over their range", () => {
    const array = { kind: "array", data: [-5, 0, 5], width: 3, height: 1 } as const;
    expect(drawn(array, gray, [3, 1])).toEqual([0, 0x808080, 0xffffff]);
    expect(drawn({ ...array, range: [0, 10] }, gray, [3, 1])).toEqual([0, 0, 0x808080]);
    expect(drawn(array, { ...gray, heatMapRange: [0, 10] }, [3, 1])).toEqual([0, 0, 0x808080]);
    expect(drawn({ ...array, range: [-5, 5] }, { ...gray, heatMapRange: [0, 10] }, [3, 1])).toEqual([
      0, 0x808080, 0xffffff,
    ]);
  });

  test("leave what is not a finite number clear", () => {
    const data = [1, NaN, 3, Infinity, -Infinity, 5];
    expect(drawn({ kind: "array", data, width: 6, height: 1 }, gray, [6, 1])).toEqual([
      0, 0x808080, 0x808080, 0x808080, 0x808080, 0xffffff,
    ]);
    expect(new Set(drawn({ kind: "array", data: [NaN], width: 1, height: 1 }))).toEqual(new Set([0x808080]));
  });

  test("of equal values have the first colour", () => {
    expect(new Set(drawn({ kind: "array", data: [7, 7], width: 2, height: 1 }, gray))).toEqual(new Set([0]));
  });

  test("take means of blocks where they are finer than the picture", () => {
    const data = Float32Array.from({ length: 400 * 300 }, (_, i) => ((i % 400) ^ Math.floor(i / 400)) & 1);
    expect(new Set(drawn({ kind: "array", data, width: 400, height: 300, range: [0, 1] }, gray, [40, 30]))).toEqual(
      new Set([0x808080]),
    );
  });

  test("fade with their value when asked to", () => {
    const array = { kind: "array", data: [0, 1], width: 2, height: 1 } as const;
    const style: Style = {
      heatMapColors: ["#ff0000", "#ff0000"],
      heatMapBar: "none",
      heatMapAlpha: 1,
      heatMapFade: true,
    };
    expect(drawn(array, style, [2, 1])).toEqual([0x808080, 0xff0000]);
  });
});

describe("heat maps from points", () => {
  test("are highest at a point, fall off evenly on all sides, and count points that meet", () => {
    const map: HeatMap = { kind: "points", points: [32, 24], radius: 5 };
    const placed = placeHeatMap(map, 64, 48, undefined, "heatMaps[0]")!;
    expect(placed.range[1]).toBeGreaterThan(0.9);
    expect(placed.range[1]).toBeLessThanOrEqual(1);
    const two = placeHeatMap({ ...map, points: [32, 24, 32, 24] }, 64, 48, undefined, "heatMaps[0]")!;
    expect(two.range[1]).toBeCloseTo(2 * placed.range[1], 9);
    const weighed = placeHeatMap({ ...map, weights: [3] }, 64, 48, undefined, "heatMaps[0]")!;
    expect(weighed.range[1]).toBeCloseTo(3 * placed.range[1], 9);

    const { values, width, height } = placed.grid;
    const at = (x: number, y: number): number =>
      values[Math.floor((y * height) / 48) * width + Math.floor((x * width) / 64)]!;
    expect(at(32, 24)).toBeGreaterThan(0.8 * 32512);
    // a Gaussian has fallen to 0.61 after one radius, to 0.14 after two
    const one = (at(37, 24) + at(26, 24) + at(32, 29) + at(32, 18)) / 4 / 32512;
    expect(one).toBeGreaterThan(0.45);
    expect(one).toBeLessThan(0.75);
    expect(at(42, 24) / 32512).toBeLessThan(0.25);
    expect(at(60, 24)).toBe(0);
  });

  test("leave the rest of the picture as it is", () => {
    const pixels = drawn({ kind: "points", points: [10, 10], radius: 2 }, { heatMapBar: "none" });
    expect(pixels[10 * 64 + 10]).not.toBe(0x808080);
    expect(pixels[40 * 64 + 50]).toBe(0x808080);
  });

  test("that are none, without weight or far outside change nothing", () => {
    for (const map of [
      { kind: "points", points: [] },
      { kind: "points", points: [5, 5], weights: [0] },
      { kind: "points", points: [-5000, 5000] },
    ] as HeatMap[])
      expect(new Set(drawn(map))).toEqual(new Set([0x808080]));
  });
});

describe("any heat map", () => {
  test("is drawn on any picture without damage to its alpha", () => {
    const next = random(51);
    for (let round = 0; round < 300; round++) {
      const [width, height] = [randomInt(next, 1, 60), randomInt(next, 1, 60)];
      const alpha = round % 3 === 0;
      using frame = testFrame(width, height, round, alpha);
      const before = frame.toRgba();
      const [columns, rows] = [randomInt(next, 1, 70), randomInt(next, 1, 9)];
      const value = (): number =>
        [NaN, Infinity, 0, 1e300, -1e-300, next()][randomInt(next, 0, round % 2 ? 5 : 0) || 5]!;
      const map: HeatMap =
        round % 2
          ? { kind: "array", data: Array.from({ length: columns * rows }, value), width: columns, height: rows }
          : {
              kind: "points",
              points: Array.from({ length: 2 * columns }, () => (next() - 0.3) * 90),
              radius: next() * 50 + 0.1,
            };
      const style: Style = {
        heatMapColors: COLOR_MAPS[randomInt(next, 0, COLOR_MAPS.length - 1)],
        heatMapFade: next() < 0.5,
        heatMapAlpha: next(),
        fontSize: 6,
      };
      render(frame, { width, height, annotations: [], heatMaps: [map] }, style);
      const after = frame.view();
      expect(after.every((byte, i) => i % 4 !== 3 || (alpha ? byte >= before[i]! : byte === 255))).toBe(true);
    }
  });
});

describe("bad heat maps", () => {
  test.each([
    [{ kind: "array", data: [1, 2], width: 3, height: 1 }, "heatMaps[0].data"],
    [{ kind: "array", data: null, width: 3, height: 1 }, "heatMaps[0].data"],
    [{ kind: "array", data: [], width: 0, height: 0 }, "heatMaps[0]"],
    [{ kind: "array", data: [], width: 1e9, height: 1e9 }, "heatMaps[0]"],
    [{ kind: "array", data: [1], width: 1, height: 1, range: [1, 1] }, "heatMaps[0].range"],
    [{ kind: "array", data: [1], width: 1, height: 1, range: [0, NaN] }, "heatMaps[0].range"],
    [{ kind: "points", points: [1] }, "heatMaps[0].points"],
    [{ kind: "points", points: 7 }, "heatMaps[0].points"],
    [{ kind: "points", points: [1, NaN] }, "heatMaps[0].points[1]"],
    [{ kind: "points", points: [1e12, 1] }, "heatMaps[0].points[0]"],
    [{ kind: "points", points: [1, 1], weights: [] }, "heatMaps[0].weights"],
    [{ kind: "points", points: [1, 1], weights: [-1] }, "heatMaps[0].weights[0]"],
    [{ kind: "points", points: [1, 1], radius: 0 }, "heatMaps[0].radius"],
    [{ kind: "points", points: [1, 1], radius: NaN }, "heatMaps[0].radius"],
    [{ kind: "contour" }, "heatMaps[0].kind"],
    [null, "heatMaps[0]"],
  ])("%j is refused at %s", (map, path) => {
    expect(() => drawn(map as HeatMap)).toThrow(expect.objectContaining({ name: "ImageError", path }));
  });
});

describe("colour maps", () => {
  test.each(COLOR_MAPS)("%s begins and ends with its first and last colour", (name) => {
    const stops = colorStops(name);
    const colors = mixStops(stops, 255);
    expect((colors[0]! << 16) | (colors[1]! << 8) | colors[2]!).toBe(stops[0]);
    expect((colors[762]! << 16) | (colors[763]! << 8) | colors[764]!).toBe(stops.at(-1));
  });

  test.each(["viridis", "magma", "inferno", "cividis", "gray"])("%s grows brighter all the way", (name) => {
    const colors = mixStops(colorStops(name), 64);
    const light = Array.from(
      { length: 64 },
      (_, i) => lab((colors[i * 3]! << 16) | (colors[i * 3 + 1]! << 8) | colors[i * 3 + 2]!)[0],
    );
    for (let i = 1; i < 64; i++) expect(light[i]).toBeGreaterThan(light[i - 1]!);
  });

  test("the default is even: no step looks more than twice as large as another", () => {
    const colors = mixStops(colorStops("viridis"), 33);
    const at = (i: number): number => (colors[i * 3]! << 16) | (colors[i * 3 + 1]! << 8) | colors[i * 3 + 2]!;
    const steps = Array.from({ length: 32 }, (_, i) => ciede2000(lab(at(i)), lab(at(i + 1))));
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(2.2);
  });
});

describe("the colour bar", () => {
  test.each([
    [
      [0, 1],
      ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"],
    ],
    [
      [0, 5.7],
      ["0", "1", "2", "3", "4", "5"],
    ],
    [
      [-40, 185],
      ["0", "50", "100", "150"],
    ],
    [
      [0, 100],
      ["0", "20", "40", "60", "80", "100"],
    ],
    [
      [-1, 1],
      ["-1.0", "-0.5", "0.0", "0.5", "1.0"],
    ],
    [
      [0.001, 0.0021],
      ["0.0010", "0.0012", "0.0014", "0.0016", "0.0018", "0.0020"],
    ],
    [
      [3, 4],
      ["3.0", "3.2", "3.4", "3.6", "3.8", "4.0"],
    ],
    [
      [0, 2e9],
      ["0", "5.0e+8", "1.0e+9", "1.5e+9", "2.0e+9"],
    ],
    [
      [0, 2.5e-9],
      ["0", "5.0e-10", "1.0e-9", "1.5e-9", "2.0e-9", "2.5e-9"],
    ],
  ] as [[number, number], string[]][])("of %j shows %j", (range, expected) => {
    const ticks = ticksOf(range);
    expect(ticks.map(({ text }) => text)).toEqual(expected);
    expect(ticks.every(({ value }) => value >= range[0] && value <= range[1])).toBe(true);
  });

  test("has two ticks or more for any range", () => {
    for (let i = 1; i < 3000; i++) {
      const ticks = ticksOf([-i / 700, (i * i) / 1e4]);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(11);
    }
    expect(ticksOf([-1e300, 1e300]).length).toBeGreaterThan(1);
    expect(ticksOf([0, 1e-300]).length).toBeGreaterThan(0);
    expect(ticksOf([1e15, 1e15 + 2]).length).toBeGreaterThan(0);
  });

  test("stands in its corner, and not at all where there is no room", () => {
    const map: HeatMap = { kind: "array", data: [0, 1], width: 2, height: 1 };
    const style: Style = { heatMapAlpha: 0 };
    const changed = (corner: NonNullable<Style["heatMapBar"]>, size: readonly [number, number]): number[] =>
      drawn(map, { ...style, heatMapBar: corner }, size).flatMap((pixel, i) => (pixel === 0x808080 ? [] : [i]));
    expect(changed("none", [320, 240])).toEqual([]);
    expect(changed("top-left", [60, 40])).toEqual([]);
    for (const [corner, right, bottom] of [
      ["top-left", false, false],
      ["top-right", true, false],
      ["bottom-left", false, true],
      ["bottom-right", true, true],
    ] as const) {
      const pixels = changed(corner, [320, 240]);
      expect(pixels.length).toBeGreaterThan(500);
      expect(pixels.every((i) => i % 320 >= 160 === right && i / 320 >= 120 === bottom)).toBe(true);
    }
  });
});
