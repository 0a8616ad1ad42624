import { afterAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { FULL_WEIGHT, packColor } from "../../src/core/raster.ts";
import { useModule } from "../../src/core/wasm.ts";
import { dashesOf } from "../../src/draw/dashes.ts";
import { distances, ellipsePath, type Path, pathOf, polygonPath } from "../../src/draw/path.ts";
import { OutlineList, type StrokeOptions } from "../../src/draw/stroke.ts";
import { pieceOf, strokeCoverage } from "../reference/stroke.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

const SIZE = 48;

/** Coverage of strokes, each piece filled by itself. */
function drawn(paths: readonly Path[], options: StrokeOptions): Uint8Array {
  using frame = Frame.create(SIZE, SIZE, { fill: 0 });
  const list = new OutlineList();
  for (const path of paths) {
    list.addStroke(path, options);
    list.fill(packColor(0xffffff));
  }
  list.draw(frame, 127);
  const pixels = frame.toRgba();
  return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => pixels[i * 4]!);
}

/** How far two coverages are apart: the mean of all pixels that either covers, and how many are far off. */
function distance(actual: Uint8Array, expected: Uint8Array): { mean: number; far: number } {
  let sum = 0;
  let count = 0;
  let far = 0;
  for (const [i, value] of actual.entries()) {
    if (value === 0 && expected[i] === 0) continue;
    const off = Math.abs(value - expected[i]!);
    sum += off;
    count++;
    if (off > 24) far++;
  }
  return { mean: count ? sum / count : 0, far };
}

/** A path that does not cross itself: from left to right, or around the middle. */
function randomPath(next: () => number, closed: boolean): Path {
  const points: number[] = [];
  const n = randomInt(next, 3, 5);
  for (let i = 0; i < n; i++) {
    const [angle, reach] = [((i + next() * 0.5) * 2 * Math.PI) / n, 11 + next() * 9];
    if (closed) points.push(24 + reach * Math.cos(angle), 24 + reach * Math.sin(angle));
    else points.push(6 + (i * 36) / (n - 1), 14 + next() * 20);
  }
  return pathOf(points, closed);
}

describe("strokes", () => {
  afterAll(() => useModule(variantModule("simd")));

  test.each([
    ["miter", "butt"],
    ["round", "round"],
    ["round", "butt"],
    ["miter", "round"],
  ] as const)("with %s joins and %s caps cover what lies within half their width", (join, cap) => {
    const next = random(71);
    for (let round = 0; round < 24; round++) {
      const path = randomPath(next, round % 3 === 0);
      const width = [1, 2, 3.5, 7][round % 4]!;
      const options = { width, join, cap };
      const { mean, far } = distance(drawn([path], options), strokeCoverage([{ ...path, ...options }], SIZE, SIZE));
      expect(mean).toBeLessThan(2.5);
      expect(far).toBe(0);
    }
  });

  test("of pieces shorter than the line is wide cover what lies within half their width", () => {
    const next = random(72);
    for (let round = 0; round < 10; round++) {
      const points = [20, 20];
      for (let n = 0; n < 12; n++) points.push(points.at(-2)! + next() * 5 - 1.5, points.at(-1)! + next() * 5 - 2);
      const path = pathOf(points, false);
      const options = { width: 7, join: "round", cap: "round" } as const;
      expect(distance(drawn([path], options), strokeCoverage([{ ...path, ...options }], SIZE, SIZE)).mean).toBeLessThan(
        5,
      );
    }
  });

  test.each(["dashed", "dotted"] as const)("%s carry ink where the pattern says, and nowhere else", (pattern) => {
    const next = random(73);
    for (let round = 0; round < 12; round++) {
      const corners = round % 3 === 0;
      const path = corners
        ? polygonPath([6, 7, 40 - next() * 9, 5, 42, 40, 5 + next() * 9, 43], 0)
        : randomPath(next, round % 3 === 1);
      const width = 2 + (round % 2);
      const pieces = dashesOf(path, { pattern, width }, { width: SIZE, height: SIZE });
      const twins = expectedInk(path, pattern, width).map(([from, to]) => ({
        points: pieceOf(path.points, path.closed, from, to),
        closed: false,
        width,
        join: "miter" as const,
        cap: "butt" as const,
      }));
      const { mean, far } = distance(drawn(pieces, { width }), strokeCoverage(twins, SIZE, SIZE));
      expect(mean).toBeLessThan(5);
      // a dot on a corner has pieces shorter than it is wide, whose edges add up on the inner side
      expect(far).toBeLessThanOrEqual(16);
    }
  });

  /** Start and end of each dash by the rule in words: ends and corners carry ink, and everything is stretched alike. */
  function expectedInk(path: Path, pattern: "dashed" | "dotted", width: number): [number, number][] {
    const [ink, gap] = pattern === "dashed" ? [3.6 * width, 2.2 * width] : [width, 1.5 * width];
    const along = distances(path);
    const marks = path.corners ? [...path.corners.map((i) => along[i]!), along.at(-1)!] : [0, along.at(-1)!];
    const half = path.closed ? 0.5 : 1;
    const dashes: [number, number][] = [];
    for (let i = 1; i < marks.length; i++) {
      const length = marks[i]! - marks[i - 1]!;
      const count = Math.round((length - (2 * half - 1) * ink) / (ink + gap));
      const scale = count === 0 ? 1 : length / ((2 * half - 1) * ink + count * (ink + gap));
      let at = marks[i - 1]!;
      for (let k = 0; k <= count; k++) {
        const part = k === 0 || k === count ? half : 1;
        const end = count === 0 ? marks[i]! : at + part * ink * scale;
        dashes.push([at, end]);
        at = end + gap * scale;
      }
    }
    // halves that meet are one dash with a joint
    for (let i = dashes.length - 1; i > 0; i--)
      if (dashes[i]![0] - dashes[i - 1]![1] < 1e-9) dashes.splice(i - 1, 2, [dashes[i - 1]![0], dashes[i]![1]]);
    if (path.closed && dashes.length > 1) {
      const first = dashes.shift()!;
      dashes[dashes.length - 1]![1] += first[1];
    }
    return dashes;
  }

  test("are whole pixels where their edges are", () => {
    const covered = drawn([pathOf([10, 11.5, 30, 11.5], false)], { width: 3 });
    for (const [i, value] of covered.entries()) {
      const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
      expect(value).toBe(x >= 10 && x < 30 && y >= 10 && y < 13 ? 255 : 0);
    }
  });

  test("of an ellipse are as wide everywhere, and those of a circle a ring", () => {
    const circle = drawn([ellipsePath({ x: 24, y: 24, radiusX: 15, radiusY: 15 })], { width: 4 });
    for (const [i, value] of circle.entries()) {
      const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
      let count = 0;
      for (let s = 0; s < 256; s++) {
        const r = Math.hypot(x + ((s & 15) + 0.5) / 16 - 24, y + ((s >> 4) + 0.5) / 16 - 24);
        if (r >= 13 && r <= 17) count++;
      }
      expect(Math.abs(value - (count * 255) / 256)).toBeLessThan(20);
    }
    const area = (pixels: Uint8Array): number => pixels.reduce((sum, value) => sum + value / 255, 0);
    expect(Math.abs(area(circle) - Math.PI * (17 * 17 - 13 * 13))).toBeLessThan(3);
    // a flat ellipse: width times the length of the path
    const path = ellipsePath({ x: 24, y: 24, radiusX: 20, radiusY: 6, rotation: 30 });
    expect(Math.abs(area(drawn([path], { width: 2 })) - 2 * distances(path).at(-1)!)).toBeLessThan(3);
  });

  test("of a path that turns back, stands still or is a point are drawn", () => {
    const back = drawn([pathOf([10, 20, 30, 20, 10, 20], false)], { width: 6, join: "round", cap: "round" });
    const there = drawn([pathOf([10, 20, 30, 20], false)], { width: 6, join: "round", cap: "round" });
    // where the edges of both ways lie on each other they are added up
    for (const [i, value] of back.entries()) {
      expect(value).toBeGreaterThanOrEqual(there[i]! - 1);
      expect(value).toBeLessThanOrEqual(2 * there[i]! + 2);
    }
    const point = drawn([pathOf([20, 20, 20, 20, 20, 20], true)], { width: 8 });
    expect(Math.abs(point.reduce((sum, value) => sum + value / 255, 0) - Math.PI * 16)).toBeLessThan(1);
    expect(drawn([pathOf([], true)], { width: 8 }).every((value) => value === 0)).toBe(true);
  });

  test("give the same pixels on every build of the core", () => {
    const next = random(74);
    const paths = Array.from({ length: 30 }, (_, i) => randomPath(next, i % 2 === 0));
    const results = VARIANTS.map((variant) => {
      useModule(variantModule(variant));
      return drawn(paths, { width: 2.7, join: "round", cap: "round" });
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });
});

describe("weighted outlines", () => {
  test("cover by their weight and meet without a seam", () => {
    using frame = Frame.create(40, 20, { fill: 0 });
    const list = new OutlineList();
    // two halves of a slanted band that meet within pixels
    list.addPolygon([2, 5, 20.3, 5, 17.6, 15, 2, 15], FULL_WEIGHT / 2);
    list.addPolygon([20.3, 5, 38, 5, 38, 15, 17.6, 15], FULL_WEIGHT / 2);
    list.fill(packColor(0xffffff));
    list.draw(frame, 127, "weighted");
    const pixels = frame.toRgba();
    for (let i = 0; i < 800; i++) {
      const inside = i % 40 >= 2 && i % 40 < 38 && i >= 200 && i < 600;
      expect(pixels[i * 4]).toBe(inside ? 128 : 0);
    }
  });
});

describe("dashesOf", () => {
  const view = { width: 100, height: 100 };

  test("keeps ink at both ends of a line and at all corners of a box", () => {
    const line = dashesOf(pathOf([0, 50, 90, 50], false), { pattern: "dashed", width: 2 }, view);
    expect(line[0]!.points.slice(0, 2)).toEqual([0, 50]);
    expect(line.at(-1)!.points.slice(-2)).toEqual([90, 50]);
    const box = dashesOf(polygonPath([10, 10, 90, 10, 90, 60, 10, 60], 0), { pattern: "dotted", width: 3 }, view);
    const corners = box.filter(({ points }) => points.length > 4).map(({ points }) => points.slice(2, 4));
    expect(corners).toEqual([
      [90, 10],
      [90, 60],
      [10, 60],
      [10, 10],
    ]);
  });

  test("leaves a line solid that is shorter than one gap", () => {
    const path = pathOf([10, 10, 12, 10], false);
    expect(dashesOf(path, { pattern: "dashed", width: 3 }, view)).toEqual([path]);
  });

  test("costs nothing for what is out of the picture", () => {
    const far = dashesOf(pathOf([-1e6, 50, 1e6, 50], false), { pattern: "dotted", width: 1 }, view);
    expect(far.length).toBeGreaterThan(35);
    expect(far.length).toBeLessThan(50);
    const wild = Array.from({ length: 4000 }, (_, i) => (i % 4 < 2 ? -1e6 : 1e6) + i);
    expect(dashesOf(pathOf(wild, true), { pattern: "dashed", width: 1 }, view).length).toBeLessThan(200_001);
  });

  test("with arms draws the corners of a box only", () => {
    const pieces = dashesOf(
      polygonPath([10, 10, 90, 10, 90, 60, 10, 60], 0),
      { pattern: "solid", width: 2, arm: 8 },
      view,
    );
    expect(pieces.map(({ points }) => points)).toEqual([
      [82, 10, 90, 10, 90, 18],
      [90, 52, 90, 60, 82, 60],
      [18, 60, 10, 60, 10, 52],
      [10, 18, 10, 10, 18, 10],
    ]);
  });
});

describe("polygonPath", () => {
  test("rounds corners by arcs that touch both sides, and knows where the corners are", () => {
    const path = polygonPath([0, 0, 40, 0, 40, 30, 0, 30], 10);
    for (let i = 0; i < path.points.length; i += 2) {
      const [x, y] = [path.points[i]!, path.points[i + 1]!];
      const dx = Math.max(0, Math.abs(x - 20) - 10);
      const dy = Math.max(0, Math.abs(y - 15) - 5);
      // on a straight side, or 10 away from the centre of its corner
      expect(Math.abs(Math.hypot(dx, dy) - 10)).toBeLessThan(1e-9);
    }
    expect(path.corners).toHaveLength(4);
    const offset = 10 - 10 / Math.SQRT2;
    expect(path.points[0]).toBeCloseTo(offset, 9);
    expect(path.points[1]).toBeCloseTo(offset, 9);
    expect(distances(path).at(-1)).toBeCloseTo(2 * (20 + 10) + 2 * Math.PI * 10, 0);
  });

  test("never rounds more than a side has room for", () => {
    const { points } = polygonPath([0, 0, 40, 0, 40, 6, 0, 6], 1e5);
    for (let i = 0; i < points.length; i += 2) {
      expect(points[i]!).toBeGreaterThanOrEqual(-1e-9);
      expect(points[i + 1]!).toBeLessThanOrEqual(6 + 1e-9);
    }
  });
});
