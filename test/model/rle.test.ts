import fc from "../support/property.ts";
import { describe, expect, test } from "vitest";
import type { ImageErrorCode } from "../../src/errors.ts";
import { ImageError } from "../../src/errors.ts";
import { core } from "../../src/core/wasm.ts";
import * as rle from "../../src/model/rle.ts";
import { boxOf, parseText, polygonToDense, toDense, toRuns, toText } from "../reference/rle.ts";
import { randomMask, randomSides } from "../support/mask.ts";
import { random, randomInt } from "../support/random.ts";

function errorOf(work: () => unknown): ImageError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ImageError);
    return error as ImageError;
  }
  throw new Error("nothing was thrown");
}

describe("rle", () => {
  test.each<[name: string, size: [number, number], counts: number[], rows: string[]]>([
    ["a run that ends exactly at the end of a column", [3, 3], [1, 2, 6], ["000", "100", "100"]],
    ["a run that begins at the head of a column", [3, 3], [3, 1, 5], ["010", "000", "000"]],
    ["a run over the end of a column", [3, 3], [2, 2, 5], ["010", "000", "100"]],
    ["a run over many columns", [2, 5], [1, 8, 1], ["01111", "11110"]],
    ["whole columns", [2, 4], [2, 4, 2], ["0110", "0110"]],
    ["runs of length 0 inside", [2, 3], [1, 1, 0, 2, 0, 0, 2], ["010", "110"]],
    ["a foreground run of length 0", [2, 2], [1, 0, 3], ["00", "00"]],
    ["a list that ends with a run of length 0", [2, 2], [4, 0], ["00", "00"]],
    ["all background", [2, 3], [6], ["000", "000"]],
    ["all foreground", [2, 3], [0, 6], ["111", "111"]],
    ["one column", [5, 1], [1, 2, 1, 1], ["0", "1", "1", "0", "1"]],
    ["one row", [1, 5], [1, 2, 1, 1], ["01101"]],
    ["one pixel", [1, 1], [0, 1], ["1"]],
  ])("decodes %s", (_, size, counts, rows) => {
    const expected = rows.join("").split("").map(Number);
    for (const source of [counts, toText(counts)]) {
      const mask = rle.decode({ size, counts: source });
      expect([mask.height, mask.width]).toEqual(size);
      expect(Array.from(mask.data)).toEqual(expected);
      expect(rle.area({ size, counts: source })).toBe(expected.filter((value) => value === 1).length);
      expect(rle.toBbox({ size, counts: source })).toEqual(boxOf(expected, ...size));
    }
  });

  test("encodes what it decodes, in both forms", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const next = random(seed);
        const [height, width] = randomSides(next);
        const data = randomMask(next, height, width);
        const counts = toRuns(data, height, width);
        const list = rle.encode({ data, width, height }, { compressed: false });
        const text = rle.encode({ data, width, height });
        expect(list).toEqual({ size: [height, width], counts });
        expect(text).toEqual({ size: [height, width], counts: toText(counts) });
        expect(parseText(text.counts)).toEqual(counts);
        expect(rle.decode(text).data).toEqual(data);
        expect(rle.decode(list).data).toEqual(toDense(counts, height, width));
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  test("takes masks of any array of numbers: what is not 0 is foreground, NaN too", () => {
    const size = { width: 4, height: 1 };
    for (const data of [
      [0, 7, 0, -1],
      Int8Array.of(0, -128, 0, 1),
      Uint16Array.of(0, 256, 0, 1),
      Float32Array.of(0, 0.25, -0, NaN),
      Float64Array.of(0, NaN, 0, Infinity),
      Uint8ClampedArray.of(0, 255, 0, 1),
      Int32Array.of(0, 65536, 0, -65536),
    ])
      expect(rle.encode({ data, ...size }, { compressed: false }).counts).toEqual([1, 1, 1, 1]);
  });

  test("holds differences of runs that need 33 bits apart", () => {
    // the largest size that the caps let through by default is 2^26 pixels
    const size: [number, number] = [8192, 8192];
    const pixels = 2 ** 26;
    const counts = [1, pixels - 5, 1, 1, 1, 1];
    const text = toText(counts);
    expect(rle.area({ size, counts: text })).toBe(pixels - 3);
    expect(rle.merge([{ size, counts: text }]).counts).toBe(text);
    expect(rle.toBbox({ size, counts: text })).toEqual([0, 0, 8192, 8192]);
  });

  test("merges masks by union and intersection", () => {
    const next = random(8);
    for (let round = 0; round < 100; round++) {
      const [h, w] = randomSides(next);
      const masks = Array.from({ length: randomInt(next, 1, 4) }, () => randomMask(next, h, w));
      const rles = masks.map((data) => rle.encode({ data, width: w, height: h }));
      const any = masks[0]!.map((_, i) => (masks.some((mask) => mask[i]) ? 1 : 0));
      const every = masks[0]!.map((_, i) => (masks.every((mask) => mask[i]) ? 1 : 0));
      expect(rle.merge(rles, { compressed: false }).counts).toEqual(toRuns(any, h, w));
      expect(rle.merge(rles, { intersect: true }).counts).toBe(toText(toRuns(every, h, w)));
    }
  });

  test("measures intersection over union, with and without crowds", () => {
    const next = random(9);
    for (let round = 0; round < 40; round++) {
      const [h, w] = randomSides(next);
      const make = (n: number): Uint8Array[] => Array.from({ length: n }, () => randomMask(next, h, w));
      const [dt, gt] = [make(randomInt(next, 0, 4)), make(randomInt(next, 0, 4))];
      const crowd = gt.map(() => next() < 0.4);
      const encode = (data: Uint8Array): rle.Rle => rle.encode({ data, width: w, height: h });
      const expected = dt.flatMap((a) =>
        gt.map((b, j) => {
          const common = a.reduce((sum, value, i) => sum + (value & b[i]!), 0);
          const union = a.reduce((sum, value, i) => sum + (crowd[j] ? value : value | b[i]!), 0);
          return union === 0 ? 0 : common / union;
        }),
      );
      expect(Array.from(rle.iou(dt.map(encode), gt.map(encode), crowd))).toEqual(expected);
    }
    const one = rle.encode({ data: [1, 1, 0, 0], width: 2, height: 2 });
    const half = rle.encode({ data: [1, 0, 0, 0], width: 2, height: 2 });
    expect(Array.from(rle.iou([half, one], [one]))).toEqual([0.5, 1]);
    expect(Array.from(rle.iou([half], [one], [true]))).toEqual([1]);
  });

  test("fills polygons and boxes by cocoapi's rule", () => {
    const next = random(10);
    for (let round = 0; round < 60; round++) {
      const [h, w] = randomSides(next);
      const polygons = Array.from({ length: randomInt(next, 1, 3) }, () =>
        Array.from({ length: 2 * randomInt(next, 3, 9) }, (_, i) => next() * (i % 2 === 0 ? w : h)),
      );
      const dense = polygons.map((polygon) => polygonToDense(polygon, h, w));
      const union = dense[0]!.map((_, i) => (dense.some((mask) => mask[i]) ? 1 : 0));
      expect(rle.fromPolygons(polygons, h, w).counts).toBe(toText(toRuns(union, h, w)));
      const box = [next() * w, next() * h, next() * w, next() * h] as const;
      const [x, y, bw, bh] = box;
      const corners = polygonToDense([x, y, x, y + bh, x + bw, y + bh, x + bw, y], h, w);
      expect(rle.decode(rle.fromBbox(box, h, w)).data).toEqual(corners);
    }
    expect(rle.toBbox(rle.fromBbox([2, 3, 4, 5], 20, 20))).toEqual([2, 3, 4, 5]);
    expect(rle.fromPolygons([[0, 0, 9, 0, 9, 9]], 4, 4, { compressed: false }).counts).toEqual([4, 1, 3, 2, 2, 3, 1]);
  });

  test.each<[counts: unknown, code: ImageErrorCode, message: RegExp]>([
    [[3], "DECODE", /4 pixels, got fewer, ending at run 1/],
    [[2, 3], "DECODE", /4 pixels, got more at run 1/],
    [[2, -1, 3], "DECODE", /-1 at run 1/],
    [[2 ** 32, 0], "DECODE", /4294967296 at run 0/],
    ["4 ", "DECODE", /" " at character 1/],
    ["😀", "DECODE", /"😀" at character 0/],
    ["o", "DECODE", /end of the string at character 0/],
    ["40O", "DECODE", /negative one at character 2/],
    [undefined, "ARGUMENT", /counts/],
    [{ length: 1 }, "ARGUMENT", /counts/],
  ])("refuses counts %j", (counts, code, message) => {
    const blocks = core().heap.blocks;
    const bad = { size: [2, 2], counts } as rle.Rle;
    for (const work of [rle.decode, rle.area, rle.toBbox]) {
      const error = errorOf(() => work(bad));
      expect(error.code).toBe(code);
      expect(error.path).toBeUndefined();
      expect(error.message).toMatch(message);
    }
    expect(errorOf(() => rle.iou([{ size: [2, 2], counts: [4] }], [bad])).path).toBe("gt[0]");
    expect(errorOf(() => rle.merge([{ size: [2, 2], counts: [4] }, bad])).path).toBe("rles[1]");
    expect(core().heap.blocks).toBe(blocks);
  });

  test("never traps on strings of noise, and cannot be talked into more runs than pixels", () => {
    const next = random(77);
    for (let round = 0; round < 3000; round++) {
      const length = randomInt(next, 0, 12);
      const counts = Array.from({ length }, () =>
        String.fromCharCode(next() < 0.95 ? randomInt(next, 48, 111) : randomInt(next, 0, 0xffff)),
      ).join("");
      const size: [number, number] = [randomInt(next, 1, 6), randomInt(next, 1, 6)];
      try {
        const mask = rle.decode({ size, counts });
        expect(mask.data).toEqual(toDense(parseText(counts), ...size));
      } catch (error) {
        expect(error).toBeInstanceOf(ImageError);
        expect((error as ImageError).code).toBe("DECODE");
      }
    }
  });

  test("meets sizes before memory", () => {
    const bytes = core().memory.buffer.byteLength;
    const huge = { size: [65500, 65500], counts: [65500 * 65500] } as const;
    expect(errorOf(() => rle.decode(huge)).code).toBe("LIMIT");
    expect(errorOf(() => rle.area(huge)).code).toBe("LIMIT");
    expect(errorOf(() => rle.fromPolygons([[0, 0, 1, 0, 1, 1]], 65500, 65500)).code).toBe("LIMIT");
    expect(errorOf(() => rle.encode({ data: [], width: 65500, height: 65500 })).code).toBe("LIMIT");
    expect(errorOf(() => rle.parse("1", { layout: "coco", size: [65500, 65500] })).code).toBe("LIMIT");
    expect(errorOf(() => rle.format(huge, { layout: "cvat" })).code).toBe("LIMIT");
    expect(core().memory.buffer.byteLength).toBe(bytes);
  });

  test("refuses arguments that cannot be meant", () => {
    const good: rle.Rle = { size: [2, 2], counts: [4] };
    const other: rle.Rle = { size: [2, 3], counts: [6] };
    expect(errorOf(() => rle.decode(undefined as unknown as rle.Rle)).code).toBe("ARGUMENT");
    expect(errorOf(() => rle.decode({ size: [2] as unknown as [number, number], counts: [2] })).code).toBe("ARGUMENT");
    expect(errorOf(() => rle.decode({ size: [0, 2], counts: [0] })).code).toBe("ARGUMENT");
    expect(errorOf(() => rle.merge([])).message).toMatch(/at least one/);
    expect(errorOf(() => rle.merge([good, other])).message).toMatch(/\[2, 2\] as the first, got \[2, 3\]/);
    expect(errorOf(() => rle.iou([good], [other])).code).toBe("ARGUMENT");
    expect(errorOf(() => rle.iou([good], [good], [])).message).toMatch(/1 values of isCrowd/);
    expect(errorOf(() => rle.encode({ data: [1], width: 2, height: 1 })).message).toMatch(/2 values/);
    expect(errorOf(() => rle.encode(undefined as unknown as rle.MaskLike)).code).toBe("ARGUMENT");
    expect(errorOf(() => rle.fromPolygons([], 2, 2)).code).toBe("ARGUMENT");
    expect(errorOf(() => rle.fromPolygons([[1, 2, 3, 4, 5, Infinity]], 2, 2)).code).toBe("ARGUMENT");
    expect(errorOf(() => rle.fromBbox([0, 0, NaN, 1], 2, 2)).code).toBe("ARGUMENT");
  });
});
