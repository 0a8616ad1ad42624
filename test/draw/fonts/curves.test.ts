import { expect, test } from "vitest";
import { toQuadratics } from "../../../src/draw/fonts/curves.ts";
import { random, randomInt } from "../../support/random.ts";

type Point = readonly [x: number, y: number];

const mix = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

/** A point of a curve of any degree, by de Casteljau. */
function pointAt(points: readonly Point[], t: number): Point {
  let level = points;
  while (level.length > 1) level = level.slice(1).map((point, i) => mix(level[i]!, point, t));
  return level[0]!;
}

const distance = (a: Point, b: Point): number => Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2);

test("cubic curves become quadratic ones within 1/2000 em, end where they end, and need few pieces", () => {
  const next = random(31);
  let pieces = 0;
  for (let round = 0; round < 200; round++) {
    const cubic = Array.from({ length: 4 }, (): Point => [randomInt(next, -200, 900), randomInt(next, -200, 900)]);
    const [a, b, c, d] = cubic as [Point, Point, Point, Point];
    const made: { point: Point; flag: 0 | 1 }[] = [];
    toQuadratics(...a, ...b, ...c, ...d, 1000, (x, y, flag) => made.push({ point: [x, y], flag }));
    expect(made.length % 2).toBe(0);
    expect(made.map(({ flag }) => flag)).toEqual(made.map((_, i) => i % 2));
    expect(made.at(-1)!.point).toEqual(d);
    let from = a;
    const n = made.length / 2;
    for (let i = 0; i < n; i++) {
      const quadratic = [from, made[i * 2]!.point, made[i * 2 + 1]!.point];
      for (let t = 0; t <= 1; t += 0.125)
        expect(distance(pointAt(quadratic, t), pointAt(cubic, (i + t) / n))).toBeLessThan(0.5);
      from = made[i * 2 + 1]!.point;
    }
    pieces += n;
  }
  expect(pieces / 200).toBeLessThan(9);
});

test("a straight line as a cubic is one piece", () => {
  const made: number[][] = [];
  toQuadratics(0, 0, 10, 10, 20, 20, 30, 30, 1000, (...point) => made.push(point));
  expect(made).toEqual([
    [15, 15, 0],
    [30, 30, 1],
  ]);
});
