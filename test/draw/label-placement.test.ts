import { describe, expect, test } from "vitest";
import { type LabelPlace, type LabelRequest, placeLabels } from "../../src/draw/label-placement.ts";
import { random, randomInt } from "../support/random.ts";

function randomRequests(seed: number, n: number, width: number, height: number): LabelRequest[] {
  const next = random(seed);
  return Array.from({ length: n }, () => {
    const left = randomInt(next, -20, width - 10);
    const top = randomInt(next, -20, height - 10);
    return {
      left,
      top,
      right: left + randomInt(next, 4, 300),
      bottom: top + randomInt(next, 4, 200),
      width: randomInt(next, 50, 130),
      height: 22,
    };
  });
}

function overlapping(requests: readonly LabelRequest[], places: readonly LabelPlace[]): number {
  let pairs = 0;
  for (const [i, a] of places.entries())
    for (const [j, b] of places.slice(0, i).entries())
      if (
        a.x < b.x + requests[j]!.width &&
        b.x < a.x + requests[i]!.width &&
        a.y < b.y + requests[j]!.height &&
        b.y < a.y + requests[i]!.height
      )
        pairs++;
  return pairs;
}

describe("placeLabels", () => {
  test("keeps 60 labels of random boxes inside 1280 x 720 and apart, in 1,000 scenes", () => {
    let overlaps = 0;
    let outside = 0;
    let unfree = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const requests = randomRequests(seed, 60, 1280, 720);
      const places = placeLabels(requests, 1280, 720, 2);
      overlaps += overlapping(requests, places);
      unfree += places.filter(({ free }) => !free).length;
      for (const [i, { x, y }] of places.entries())
        if (x < 0 || y < 0 || x + requests[i]!.width > 1280 || y + requests[i]!.height > 720) outside++;
    }
    expect({ overlaps, outside, unfree }).toEqual({ overlaps: 0, outside: 0, unfree: 0 });
  });

  test("stands above the object, then inside of it, then below", () => {
    const object = { left: 100, right: 300, width: 80, height: 20 };
    const place = (top: number, bottom: number): LabelPlace =>
      placeLabels([{ ...object, top, bottom }], 400, 300, 2)[0]!;
    expect(place(100, 200)).toEqual({ x: 100, y: 78, free: true });
    expect(place(10, 200)).toEqual({ x: 100, y: 10, free: true });
    expect(place(10, 20)).toEqual({ x: 100, y: 22, free: true });
  });

  test("stays where it is when a box that comes later moves", () => {
    const requests = randomRequests(5, 40, 1280, 720);
    const moved = [...requests.slice(0, 30), ...randomRequests(6, 10, 1280, 720)];
    expect(placeLabels(moved, 1280, 720, 2).slice(0, 30)).toEqual(placeLabels(requests, 1280, 720, 2).slice(0, 30));
  });

  test("says so when there is no room, and still stays inside", () => {
    const requests = randomRequests(7, 200, 300, 100);
    const places = placeLabels(requests, 300, 100, 2);
    expect(places.some(({ free }) => !free)).toBe(true);
    for (const [i, { x, y }] of places.entries()) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x + requests[i]!.width).toBeLessThanOrEqual(300);
      expect(y + requests[i]!.height).toBeLessThanOrEqual(100);
    }
  });

  test("a place that is called free really is: counted the slow way for crowded pictures", () => {
    for (let seed = 0; seed < 30; seed++) {
      const requests = randomRequests(seed, 150, 800, 400);
      const places = placeLabels(requests, 800, 400, 3);
      for (const [i, a] of places.entries()) {
        const shares = places.slice(0, i).some((b, j) => {
          const w = Math.min(a.x + requests[i]!.width + 3, b.x + requests[j]!.width) - Math.max(a.x - 3, b.x);
          const h = Math.min(a.y + 22 + 3, b.y + 22) - Math.max(a.y - 3, b.y);
          return w > 0 && h > 0;
        });
        expect(shares).toBe(!a.free);
      }
    }
  });

  test("takes objects outside of the picture, plates of the picture's size, and no labels at all", () => {
    const outside = { left: 500, top: -900, right: 600, bottom: -800, width: 100, height: 50 };
    const [first, second] = placeLabels([outside, outside], 100, 50, 2) as [LabelPlace, LabelPlace];
    expect(first).toEqual({ x: 0, y: 0, free: true });
    expect(second).toEqual({ x: 0, y: 0, free: false });
    expect(placeLabels([], 100, 50, 2)).toEqual([]);
  });

  test("tries a bounded number of places for each of 10,000 labels", () => {
    const start = performance.now();
    placeLabels(randomRequests(8, 10_000, 1920, 1080), 1920, 1080, 2);
    // some 100 ms; searching every place of every label takes minutes
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
