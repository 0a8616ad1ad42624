import { describe, expect, test } from "vitest";
import { CoverMap } from "../../src/draw/cover-map.ts";
import { FreeRows } from "../../src/draw/free-rows.ts";
import { TakenPlaces } from "../../src/draw/taken-places.ts";
import { random, randomInt } from "../support/random.ts";

type Rect = [left: number, top: number, right: number, bottom: number];
type Segment = [x0: number, y0: number, x1: number, y1: number];

function randomRect(next: () => number, width: number, height: number, most = 60): Rect {
  const left = randomInt(next, 0, width - 2);
  const top = randomInt(next, 0, height - 2);
  return [left, top, left + randomInt(next, 1, most), top + randomInt(next, 1, most)];
}

function overlap(a: Rect, b: Rect): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/** By clipping the line to the rectangle's sides. */
function meets([x0, y0, x1, y1]: Segment, [left, top, right, bottom]: Rect): boolean {
  let from = 0;
  let to = 1;
  for (const [start, delta, low, high] of [
    [x0, x1 - x0, left, right],
    [y0, y1 - y0, top, bottom],
  ] as const) {
    if (delta === 0) {
      if (start <= low || start >= high) return false;
      continue;
    }
    const [a, b] = [(low - start) / delta, (high - start) / delta];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  return from < to;
}

describe("TakenPlaces", () => {
  test("finds rectangles and lines as comparing with all of them does", () => {
    const next = random(9);
    let found = 0;
    for (let round = 0; round < 40; round++) {
      const width = randomInt(next, 20, 400);
      const height = randomInt(next, 20, 300);
      const taken = new TakenPlaces(width, height, randomInt(next, 8, 90), randomInt(next, 8, 40));
      const rects: Rect[] = [];
      const lines: Segment[] = [];
      for (let i = 0; i < 60; i++) {
        const asked = randomRect(next, width, height);
        const hits = rects.filter((rect) => overlap(rect, asked));
        const id = taken.takenIn(...asked);
        expect(id >= 0).toBe(hits.length > 0);
        if (id >= 0) expect(hits.map(([, , right]) => right)).toContain(taken.rightOf(id));
        // halves and odd ends, so that no line just touches a corner
        const line: Segment = [next() * width, next() * height, next() * width, next() * height];
        if (i % 5 === 0) line[2] = line[0];
        expect(taken.hasLineIn(...asked)).toBe(lines.some((other) => meets(other, asked)));
        const crossed = taken.crossedBy(...line);
        expect(crossed === 2).toBe(rects.some((rect) => meets(line, rect)));
        if (crossed !== 2) expect(crossed === 1).toBe(lines.some((other) => crosses(line, other)));
        found += crossed;
        if (i % 3 === 0) {
          rects.push(asked);
          taken.take(...asked);
        }
        if (i % 4 === 0) {
          lines.push(line);
          taken.addLine(...line);
        }
      }
      // free rows that are asked for late know what was taken before, and those asked for early what came after
      const early = taken.rowsFor(8, 2);
      taken.take(0, 0, width, height >> 1);
      rects.push([0, 0, width, height >> 1]);
      const fresh = new FreeRows(width, height, 8, 2);
      for (const rect of rects) fresh.take(...rect);
      expect(taken.rowsFor(8, 2)).toBe(early);
      for (let row = 0; row < fresh.count; row++)
        for (let x = 0; x < width; x += 9) expect(early.rightOf(row, x, 12)).toBe(fresh.rightOf(row, x, 12));
    }
    expect(found).toBeGreaterThan(500);
  });
});

function crosses([ax, ay, bx, by]: Segment, [cx, cy, dx, dy]: Segment): boolean {
  const det = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
  if (det === 0) return false;
  const t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / det;
  const u = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / det;
  return t > 0 && t < 1 && u > 0 && u < 1;
}

describe("FreeRows", () => {
  test("gives the nearest free place of a row, as trying every pixel does", () => {
    const next = random(10);
    for (let round = 0; round < 60; round++) {
      const width = randomInt(next, 20, 160);
      const height = randomInt(next, 10, 90);
      const plateHeight = randomInt(next, 4, Math.min(height, 20));
      const gap = randomInt(next, 0, 4);
      const rows = new FreeRows(width, height, plateHeight, gap);
      const rects: Rect[] = [];
      for (let i = randomInt(next, 0, 10); i > 0; i--) {
        const rect = randomRect(next, width, height, 40);
        rects.push(rect);
        rows.take(...rect);
      }
      const w = randomInt(next, 1, 30);
      const free = (x: number, y: number): boolean =>
        x >= 0 &&
        x + w <= width &&
        !rects.some((rect) => overlap(rect, [x - gap, y - gap, x + w + gap, y + plateHeight + gap]));
      expect(rows.topOf(rows.count - 1)).toBe(height - plateHeight);
      for (let row = 0; row < rows.count; row++) {
        const y = rows.topOf(row);
        const x = randomInt(next, -5, width + 5);
        let right = Math.max(0, x);
        while (right < width && !free(right, y)) right++;
        let left = Math.min(width, x);
        while (left >= 0 && !free(left, y)) left--;
        expect(rows.rightOf(row, x, w)).toBe(right < width ? right : -1);
        expect(rows.leftOf(row, x, w)).toBe(Math.max(-1, left));
      }
    }
  });
});

describe("CoverMap", () => {
  test("adds up the parts of small objects that a rectangle hides, as comparing with all of them does", () => {
    const next = random(11);
    for (let round = 0; round < 40; round++) {
      const width = randomInt(next, 1, 300);
      const height = randomInt(next, 1, 200);
      const large = randomInt(next, 1, 4000);
      const objects = Array.from({ length: randomInt(next, 0, 40) }, () => {
        const left = randomInt(next, -30, width - 1);
        const top = randomInt(next, -30, height - 1);
        return { left, top, right: left + randomInt(next, 1, 90), bottom: top + randomInt(next, 1, 90) };
      });
      const map = new CoverMap(objects, width, height, randomInt(next, 5, 90), randomInt(next, 5, 30), large);
      for (let i = 0; i < 30; i++) {
        const left = randomInt(next, 0, width - 1);
        const top = randomInt(next, 0, height - 1);
        const right = randomInt(next, left + 1, width);
        const bottom = randomInt(next, top + 1, height);
        let expected = 0;
        for (const object of objects) {
          const area = (object.right - object.left) * (object.bottom - object.top);
          const w = Math.min(right, object.right) - Math.max(left, object.left);
          const h = Math.min(bottom, object.bottom) - Math.max(top, object.top);
          if (w > 0 && h > 0) expected += ((w * h) / area) * Math.max(0, 1 - area / large);
        }
        expect(map.covered(left, top, right, bottom)).toBeCloseTo(expected, 9);
      }
    }
  });
});
