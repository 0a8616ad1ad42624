import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import type { SoftSegmentation } from "../../src/core/segmentation.ts";
import { paintSoftMask, softMask } from "../../src/core/soft-mask.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { paintThrough } from "../reference/mask-paint.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { randomSides } from "../support/mask.ts";
import { random, randomInt } from "../support/random.ts";

describe.each(VARIANTS)("paintSoftMask (%s)", (variant) => {
  beforeAll(() => useModule(variantModule(variant)));
  afterAll(() => useModule(variantModule("simd")));

  test("blends by probability times alpha, cuts what is low, and clips what reaches out of the picture", () => {
    const next = random(51);
    const blocks = core().heap.blocks;
    for (let round = 0; round < 200; round++) {
      const [h, w] = randomSides(next);
      const [height, width] = randomSides(next);
      const left = randomInt(next, -width - 1, w + 1);
      const top = randomInt(next, -height - 1, h + 1);
      const data = Uint8Array.from({ length: width * height }, () => Math.max(0, randomInt(next, -80, 255)));
      const pixels = Uint8Array.from({ length: h * w * 4 }, (_, i) =>
        i % 4 === 3 && next() < 0.97 ? 255 : randomInt(next, 0, 255),
      );
      const cut = randomInt(next, 0, round % 2 ? 255 : 1);
      const alpha = randomInt(next, 0, 255);
      const bias = next() < 0.5 ? 127 : 0;
      const cover = new Uint8Array(h * w);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const value = data[y * width + x]!;
          if (value >= cut && x + left >= 0 && x + left < w && y + top >= 0 && y + top < h)
            cover[(y + top) * w + x + left] = value;
        }
      const expected = pixels.slice();
      paintThrough(expected, cover, 0x20c0f0, alpha, bias);
      const frame = Frame.fromRgba(pixels, w, h);
      const guard = Frame.create(1, 1, { fill: 0x123456 });
      const before = data.slice();
      paintSoftMask(frame, { data, width, height, left, top }, 0x20c0f0, alpha, cut, bias);
      expect(frame.toRgba().findIndex((byte, i) => byte !== expected[i])).toBe(-1);
      expect(Array.from(guard.view())).toEqual([0x12, 0x34, 0x56, 255]);
      expect(data).toEqual(before);
      frame.free();
      guard.free();
    }
    expect(core().heap.blocks).toBe(blocks);
  });
});

describe("softMask", () => {
  const size = { width: 4, height: 2 };

  test("takes probabilities to the nearest byte: nothing for NaN and below 0, all above 1", () => {
    const numbers = [NaN, -1, 0, 0.5, 1, 7, 0.001, 0.999];
    const bytes = [0, 0, 0, 128, 255, 255, 0, 255];
    for (const data of [numbers, Float32Array.from(numbers), Float64Array.from(numbers)])
      expect(Array.from(softMask({ kind: "soft", data, ...size }, size, "m").data)).toEqual(bytes);
    const own = Uint8Array.from(bytes);
    expect(softMask({ kind: "soft", data: own, ...size }, size, "m").data).toBe(own);
  });

  test.each<[mask: object, path: string, code?: string]>([
    [{ data: [1], width: 4, height: 2 }, "m.data"],
    [{ data: "soft", width: 4, height: 2 }, "m.data"],
    [{ data: new Uint16Array(8), width: 4, height: 2 }, "m.data"],
    [{ data: [1, 1], width: 2, height: 1 }, "m"],
    [{ data: [1, 1], width: 2, height: 1, left: 0.5 }, "m.left"],
    [{ data: [1, 1], width: 2, height: 1, top: Infinity }, "m.top"],
    [{ data: [1, 1], width: -2, height: -1 }, "m"],
    [{ data: [], width: 0, height: 0 }, "m"],
    [{ data: [1], width: 1e9, height: 1e9 }, "m", "LIMIT"],
  ])("refuses %j at %s", (mask, path, code = "ARGUMENT") => {
    expect(() => softMask({ kind: "soft", ...mask } as SoftSegmentation, size, "m")).toThrow(
      expect.objectContaining({ code, path }),
    );
  });
});
