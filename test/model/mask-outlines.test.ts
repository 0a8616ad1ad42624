import { describe, expect, test } from "vitest";
import { directedRings, joinRings } from "../../src/format/shapes.ts";
import { degreesOf, direction } from "../../src/model/angles.ts";
import { maskOutlines } from "../../src/model/mask-outlines.ts";
import { fromPolygons, decode } from "../../src/model/rle.ts";
import { random } from "../support/random.ts";

/** Pixels whose middle lies in an odd number of rings. */
function fill(rings: readonly ArrayLike<number>[], width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [px, py] = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
    let inside = false;
    for (const ring of rings)
      for (let i = 0, k = ring.length - 2; i < ring.length; k = i, i += 2) {
        const [x0, y0, x1, y1] = [ring[k]!, ring[k + 1]!, ring[i]!, ring[i + 1]!];
        if (y0 > py !== y1 > py && px < x0 + ((py - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
      }
    return inside ? 1 : 0;
  });
}

function randomMask(seed: number): { data: Uint8Array; width: number; height: number } {
  const next = random(seed);
  const [width, height] = [1 + Math.floor(next() * 12), 1 + Math.floor(next() * 12)];
  const density = next();
  return { data: Uint8Array.from({ length: width * height }, () => (next() < density ? 1 : 0)), width, height };
}

describe("outlines of masks", () => {
  test("filled by the even-odd rule they give the mask back, also joined to one ring", () => {
    for (let seed = 0; seed < 300; seed++) {
      const mask = randomMask(seed);
      const rings = maskOutlines(mask);
      expect(fill(rings, mask.width, mask.height)).toEqual(mask.data);
      expect(fill([joinRings(rings)], mask.width, mask.height)).toEqual(mask.data);
    }
  });

  test("the core's rasteriser gives the mask back from one joined ring", () => {
    for (let seed = 0; seed < 100; seed++) {
      const mask = randomMask(seed);
      const ring = joinRings(maskOutlines(mask));
      if (ring.length < 6) continue;
      expect(decode(fromPolygons([ring], mask.height, mask.width)).data).toEqual(mask.data);
    }
  });

  test("a hole runs the other way than what it is in, and joined it stays one", () => {
    const data = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1);
    expect(maskOutlines({ data, width: 3, height: 3 })).toEqual([
      [0, 0, 3, 0, 3, 3, 0, 3],
      [1, 2, 2, 2, 2, 1, 1, 1],
    ]);
    const parts = [{ outline: [0, 0, 3, 0, 3, 3, 0, 3], holes: [[1, 1, 2, 1, 2, 2, 1, 2]] }];
    expect(fill([joinRings(directedRings(parts))], 3, 3)).toEqual(data);
  });

  test("an empty mask has none", () => {
    expect(maskOutlines({ data: new Uint8Array(4), width: 2, height: 2 })).toEqual([]);
  });
});

test("degrees of a vector agree with the engine's arc tangent and with cosine and sine", () => {
  for (let i = 0; i < 720; i++) {
    const { cos, sin } = direction(i / 2);
    expect(degreesOf(cos * 7, sin * 7)).toBeCloseTo(i / 2, 9);
  }
  const next = random(1);
  for (let i = 0; i < 1000; i++) {
    const [x, y] = [next() - 0.5, next() - 0.5];
    const expected = (Math.atan2(y, x) * 180) / Math.PI;
    expect(degreesOf(x, y)).toBeCloseTo(expected < 0 ? expected + 360 : expected, 9);
  }
  expect([degreesOf(0, 0), degreesOf(1, 0), degreesOf(0, 1), degreesOf(-1, 0), degreesOf(0, -1)]).toEqual([
    0, 0, 90, 180, 270,
  ]);
});
