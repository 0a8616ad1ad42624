import { afterAll, describe, expect, test } from "vitest";
import type { Segmentation } from "../../src/core/masks.ts";
import { iouMasks, MERGE_AND, MERGE_OR, mergeMasks, parseDecimals } from "../../src/core/rle.ts";
import { core, coreModule, useModule } from "../../src/core/wasm.ts";
import { toRuns, toText } from "../reference/rle.ts";
import { newCore, VARIANTS, variantModule } from "../support/cores.ts";
import { randomMask, randomSides } from "../support/mask.ts";
import { random, randomInt } from "../support/random.ts";

const shipped = coreModule();
afterAll(() => useModule(shipped));

describe.each(VARIANTS)("run-length kernels (%s)", (variant) => {
  test("merge and compare masks as pixel by pixel would", () => {
    useModule(variantModule(variant));
    const next = random(41);
    for (let round = 0; round < 120; round++) {
      const [h, w] = randomSides(next);
      const masks = Array.from({ length: randomInt(next, 2, 4) }, () => randomMask(next, h, w));
      const sources = masks.map((mask): Segmentation => ({
        kind: "rle",
        rle: { size: [h, w], counts: toText(toRuns(mask, h, w)) },
      }));
      const any = masks[0]!.map((_, i) => (masks.some((mask) => mask[i]) ? 1 : 0));
      const every = masks[0]!.map((_, i) => (masks.every((mask) => mask[i]) ? 1 : 0));
      expect(mergeMasks(sources, w, h, MERGE_OR, false)).toEqual(toRuns(any, h, w));
      expect(mergeMasks(sources, w, h, MERGE_AND, true)).toBe(toText(toRuns(every, h, w)));
      const crowd = Uint8Array.from(masks.slice(1), () => randomInt(next, 0, 1));
      const expected = masks.slice(1).map((mask, j) => {
        const common = mask.reduce((sum, value, i) => sum + (value & masks[0]![i]!), 0);
        const whole = masks[0]!.reduce((sum, value, i) => sum + (crowd[j] ? value : value | mask[i]!), 0);
        return whole === 0 ? 0 : common / whole;
      });
      expect(Array.from(iouMasks(sources, 1, w, h, crowd))).toEqual(expected);
    }
    expect(core().heap.blocks).toBe(0);
  });

  test("read decimal numbers with signs and blanks", () => {
    useModule(variantModule(variant));
    expect(Array.from(parseDecimals("", " ", false))).toEqual([]);
    expect(Array.from(parseDecimals(" \n\t", " ", false))).toEqual([]);
    expect(Array.from(parseDecimals("0,+1 ,\t22,4294967295", ",", false))).toEqual([0, 1, 22, 4294967295]);
    expect(Array.from(parseDecimals(" 3  14\n15 ", " ", false))).toEqual([3, 14, 15]);
    expect(Array.from(parseDecimals("5,-7,-0", ",", true))).toEqual([5, 0, 0]);
    for (const [text, separator, message] of [
      ["4294967296", ",", /larger one at character 0/],
      ["1,99999999999999999999999", ",", /larger one at character 2/],
      ["1,,2", ",", /"," at character 2/],
      ["1,2,", ",", /end of the text at character 4/],
      ["1 2", ",", /"2" at character 2/],
      ["1,2", " ", /"," at character 1/],
      ["+", ",", /end of the text at character 0/],
      ["--1", ",", /"-" at character 1/],
      ["1,-2", ",", /negative one at character 2/],
      ["１", ",", /"１" at character 0/],
    ] as const)
      expect(() => parseDecimals(text, separator, false)).toThrow(message);
    expect(core().heap.blocks).toBe(0);
  });

  test("count the changes of a mask and clear a rectangle, and touch nothing else", () => {
    const owner = newCore(variant);
    const next = random(43);
    for (let round = 0; round < 200; round++) {
      const [h, w] = randomSides(next);
      const mask = randomMask(next, h, w);
      owner.run((scratch) => {
        const columns = scratch.alloc(w * 4 + 4);
        const dense = scratch.copyIn(mask);
        owner.u32(columns, w + 1)[w] = 0xdeadbeef;
        const changes = owner.kernels.denseChanges(columns, dense, h, w);
        expect(changes + 1).toBe(toRuns(mask, h, w).length);
        expect(owner.u32(columns, w + 1)[w]).toBe(0xdeadbeef);
        // a rectangle of ones among zeros is cleared; bytes before it stay
        const out = scratch.alloc(h * w + 32);
        owner.u8(out, h * w + 32).fill(0);
        owner.u8(out, 1)[0] = 9;
        const [x, y] = [randomInt(next, 0, w - 1), randomInt(next, 0, h - 1)];
        const [bw, bh] = [randomInt(next, 1, w - x), randomInt(next, 1, h - y)];
        for (let row = y; row < y + bh; row++) owner.u8(out + 1 + row * w + x, bw).fill(1);
        owner.kernels.clearBox(out + 1 + y * w + x, w, bw, bh);
        expect([...owner.u8(out, h * w + 32)].filter((value) => value !== 0)).toEqual([9]);
      });
    }
  });
});
