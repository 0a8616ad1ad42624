import { describe, expect, test } from "vitest";
import { CoverMap } from "../../src/draw/cover-map.ts";
import { type LabelPlace, type LabelRequest, placeLabels } from "../../src/draw/label-placement.ts";
import type { PlacementOptions } from "../../src/draw/label-places.ts";
import { random, randomInt } from "../support/random.ts";

const H = 22;

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
      height: H,
    };
  });
}

function place(
  requests: readonly LabelRequest[],
  width: number,
  height: number,
  options: Partial<PlacementOptions> = {},
): (LabelPlace | undefined)[] {
  return placeLabels(requests, width, height, {
    gap: 2,
    declutter: "all",
    position: "auto",
    reach: 200,
    reserved: [],
    cover: new CoverMap(requests, width, height, 3 * H, H, 36 * H * H),
    ...options,
  });
}

/** Every place, for `all` and `none`. */
function placeAll(
  requests: readonly LabelRequest[],
  width: number,
  height: number,
  options: Partial<PlacementOptions> = {},
): LabelPlace[] {
  return place(requests, width, height, options).map((at) => at!);
}

type Rect = readonly [left: number, top: number, right: number, bottom: number];

function rectOf({ x, y }: LabelPlace, { width, height }: LabelRequest): Rect {
  return [x, y, x + width, y + height];
}

function overlap(a: Rect, b: Rect, gap = 0): boolean {
  return a[0] < b[2] + gap && b[0] < a[2] + gap && a[1] < b[3] + gap && b[1] < a[3] + gap;
}

function distance({ x, y }: LabelPlace, { left, top, right, bottom, width, height }: LabelRequest): number {
  return Math.hypot(Math.max(0, left - x - width, x - right), Math.max(0, top - y - height, y - bottom));
}

describe("placeLabels", () => {
  test("keeps 60 labels of random boxes inside 1280 x 720 and apart, in 1,000 scenes, and drops none", () => {
    let overlaps = 0;
    let outside = 0;
    let unfree = 0;
    let far = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const requests = randomRequests(seed, 60, 1280, 720);
      const places = placeAll(requests, 1280, 720, { declutter: seed % 2 ? "all" : "top" });
      const rects = places.map((at, i) => rectOf(at, requests[i]!));
      for (const [i, a] of rects.entries()) {
        if (rects.slice(0, i).some((b) => overlap(a, b))) overlaps++;
        if (a[0] < 0 || a[1] < 0 || a[2] > 1280 || a[3] > 720) outside++;
        if (distance(places[i]!, requests[i]!) > 200) far++;
      }
      unfree += places.filter(({ free }) => !free).length;
    }
    expect({ overlaps, outside, unfree, far }).toEqual({ overlaps: 0, outside: 0, unfree: 0, far: 0 });
  });

  test("stands above the object, then inside of it, then below", () => {
    const object = { left: 100, right: 300, width: 80, height: 20 };
    const at = (top: number, bottom: number): LabelPlace => placeAll([{ ...object, top, bottom }], 400, 300)[0]!;
    expect(at(100, 200)).toEqual({ x: 100, y: 78, free: true, leader: undefined });
    expect(at(10, 200)).toEqual({ x: 100, y: 10, free: true, leader: undefined });
    expect(at(10, 20)).toEqual({ x: 100, y: 22, free: true, leader: undefined });
  });

  test("takes the place that is asked for while it is free", () => {
    const object = { left: 100, right: 300, top: 100, bottom: 200, width: 80, height: 20 };
    const at = (position: PlacementOptions["position"], taken: PlacementOptions["reserved"] = []): number[] => {
      const { x, y } = placeAll([object], 400, 300, { position, reserved: taken })[0]!;
      return [x, y];
    };
    expect(at("top-left")).toEqual([100, 78]);
    expect(at("top")).toEqual([160, 78]);
    expect(at("top-right")).toEqual([220, 78]);
    expect(at("bottom-left")).toEqual([100, 202]);
    expect(at("bottom")).toEqual([160, 202]);
    expect(at("bottom-right")).toEqual([220, 202]);
    expect(at("left")).toEqual([18, 140]);
    expect(at("right")).toEqual([302, 140]);
    expect(at("inside")).toEqual([100, 100]);
    expect(at("center")).toEqual([160, 140]);
    expect(at("center", [{ left: 200, top: 150, right: 210, bottom: 151 }])).toEqual([100, 78]);
  });

  test("prefers a place that hides no small object", () => {
    const small = { left: 100, top: 70, right: 130, bottom: 90, width: 40, height: 20 };
    const large = { left: 100, top: 100, right: 300, bottom: 200, width: 80, height: 20 };
    const [, moved] = placeAll([small, large], 400, 300) as [LabelPlace, LabelPlace];
    expect(overlap(rectOf(moved, large), [100, 70, 130, 90])).toBe(false);
    expect(moved.leader).toBeUndefined();
  });

  test("joins a label that had to move to its object, from the edge of the plate to the edge of the object", () => {
    const object = { left: 300, top: 200, right: 310, bottom: 210, width: 60, height: 20 };
    const requests = Array.from({ length: 12 }, () => object);
    const places = placeAll(requests, 640, 480);
    const moved = places.filter(({ leader }) => leader);
    expect(moved.length).toBeGreaterThan(3);
    for (const at of moved) {
      const [x0, y0, x1, y1] = at.leader!;
      expect(x0 === at.x || x0 === at.x + 60 || y0 === at.y || y0 === at.y + 20).toBe(true);
      expect(x0 >= at.x && x0 <= at.x + 60 && y0 >= at.y && y0 <= at.y + 20).toBe(true);
      expect(x1 >= 300 && x1 <= 310 && y1 >= 200 && y1 <= 210).toBe(true);
    }
    for (const { x, y, leader } of places)
      if (!leader) expect(distance({ x, y, free: true, leader }, object)).toBeLessThanOrEqual(5);
  });

  test("lines run through no plate where there is room", () => {
    let crossed = 0;
    let lines = 0;
    for (let seed = 0; seed < 200; seed++) {
      const next = random(seed);
      // small crowds in a large picture
      const requests = Array.from({ length: 40 }, (_, i): LabelRequest => {
        const left = (i % 4) * 300 + 150 + randomInt(next, -40, 40);
        const top = 300 + randomInt(next, -40, 40);
        return { left, top, right: left + 20, bottom: top + 20, width: 70, height: H };
      });
      const places = placeAll(requests, 1280, 720);
      for (const [i, { leader }] of places.entries()) {
        if (!leader) continue;
        lines++;
        if (places.some((at, j) => j !== i && runsThrough(leader, rectOf(at, requests[j]!)))) crossed++;
      }
    }
    expect(lines).toBeGreaterThan(1000);
    expect(crossed / lines).toBeLessThan(0.05);
  });

  test("moving one box leaves nearly all other labels where they are", () => {
    let moved = 0;
    let most = 0;
    for (let seed = 0; seed < 200; seed++) {
      const requests = randomRequests(seed, 60, 1280, 720);
      const which = seed % 60;
      const { left, top, right, bottom, ...plate } = requests[which]!;
      const after = requests.with(which, {
        ...plate,
        left: left + 9,
        top: top + 7,
        right: right + 9,
        bottom: bottom + 7,
      });
      const [first, second] = [placeAll(requests, 1280, 720), placeAll(after, 1280, 720)];
      const changed = first.filter(({ x, y }, i) => i !== which && (x !== second[i]!.x || y !== second[i]!.y)).length;
      moved += changed;
      most = Math.max(most, changed);
    }
    expect(moved / 200).toBeLessThan(1);
    expect(most).toBeLessThan(12);
  });

  test("`top` leaves out what finds no free place near its object, in order", () => {
    const object = { left: 300, top: 200, right: 310, bottom: 210, width: 60, height: 20 };
    const requests = Array.from({ length: 400 }, () => object);
    const places = place(requests, 640, 480, { declutter: "top", reach: 100 });
    const kept = places.filter((at) => at !== undefined);
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(100);
    // all want the same places, so the first ones have them
    expect(places.findIndex((at) => at === undefined)).toBe(kept.length);
    for (const [i, a] of kept.entries()) {
      expect(a.free).toBe(true);
      expect(distance(a, object)).toBeLessThanOrEqual(100);
      for (const b of kept.slice(0, i)) expect(overlap(rectOf(a, object), rectOf(b, object))).toBe(false);
    }
  });

  test("`none` keeps labels at their objects, inside the picture, whatever stands there", () => {
    const requests = randomRequests(3, 300, 640, 480);
    for (const [i, at] of placeAll(requests, 640, 480, { declutter: "none" }).entries()) {
      const [left, top, right, bottom] = rectOf(at, requests[i]!);
      expect(left >= 0 && top >= 0 && right <= 640 && bottom <= 480).toBe(true);
      expect(at.leader).toBeUndefined();
      expect(distance(at, requests[i]!)).toBeLessThanOrEqual(12);
    }
  });

  test("keeps reserved rectangles clear", () => {
    const reserved = [
      { left: 0, top: 0, right: 200, bottom: 90 },
      { left: 400, top: 300, right: 640, bottom: 480 },
    ];
    for (let seed = 0; seed < 50; seed++) {
      const requests = randomRequests(seed, 40, 640, 480);
      for (const declutter of ["all", "top"] as const)
        for (const [i, at] of place(requests, 640, 480, { reserved, declutter }).entries())
          if (at)
            for (const { left, top, right, bottom } of reserved)
              expect(at.free && overlap(rectOf(at, requests[i]!), [left, top, right, bottom])).toBe(false);
    }
  });

  test("a place that is called free really is: counted the slow way for crowded pictures", () => {
    for (let seed = 0; seed < 60; seed++) {
      const requests = randomRequests(seed, 150, 800, 400).map((request, i) => ({
        ...request,
        height: H + (i % 3) * 15,
      }));
      const places = place(requests, 800, 400, { gap: 3, declutter: seed % 2 ? "all" : "top" });
      const free = places.flatMap((at, i) => (at?.free ? [rectOf(at, requests[i]!)] : []));
      expect(free.length).toBeGreaterThan(40);
      for (const [i, a] of free.entries())
        for (const b of free.slice(0, i)) if (overlap(a, b, 3)) expect([seed, a, b]).toBe("apart");
      for (const [i, at] of places.entries()) {
        if (!at) continue;
        const [left, top, right, bottom] = rectOf(at, requests[i]!);
        expect(left >= 0 && top >= 0 && right <= 800 && bottom <= 400).toBe(true);
      }
    }
  });

  test("`all` leaves a free place unused only where none fits", () => {
    // plates of one size in rows that hold exactly eight of them
    const requests = Array.from({ length: 400 }, (): LabelRequest => {
      return { left: 300, top: 200, right: 310, bottom: 210, width: 78, height: 20 };
    });
    const free = placeAll(requests, 638, 240).filter((at) => at.free);
    expect(free.length).toBeGreaterThan(0.7 * 8 * 11);
  });

  test("takes objects outside of the picture, plates of the picture's size, and no labels at all", () => {
    const outside = { left: 500, top: -900, right: 600, bottom: -800, width: 100, height: 50 };
    const [first, second] = placeAll([outside, outside], 100, 50) as [LabelPlace, LabelPlace];
    expect(first).toEqual({ x: 0, y: 0, free: true, leader: undefined });
    expect(second).toMatchObject({ x: 0, y: 0, free: false });
    expect(placeAll([], 100, 50)).toEqual([]);
  });

  test("looks at a bounded number of places for each of 10,000 labels", () => {
    const start = performance.now();
    placeAll(randomRequests(8, 10_000, 1920, 1080), 1920, 1080);
    // some 30 ms; searching every place of every label takes minutes
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

/** True when a line has a point inside of a rectangle, tried at 200 of its points. */
function runsThrough([x0, y0, x1, y1]: readonly [number, number, number, number], rect: Rect): boolean {
  for (let i = 0; i <= 200; i++) {
    const x = x0 + ((x1 - x0) * i) / 200;
    const y = y0 + ((y1 - y0) * i) / 200;
    if (x > rect[0] && x < rect[2] && y > rect[1] && y < rect[3]) return true;
  }
  return false;
}
