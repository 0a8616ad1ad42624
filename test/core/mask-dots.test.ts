import { afterAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { MaskSet } from "../../src/core/masks.ts";
import { coreModule, useModule } from "../../src/core/wasm.ts";
import { blendPixel } from "../reference/blend.ts";
import { stampDots } from "../reference/mask-dots.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

describe.each(VARIANTS)("dots along rims (%s)", (variant) => {
  afterAll(() => useModule(coreModule()));

  test.each([0, 127])("equal the reference at widths around words and vectors (bias %i)", (bias) => {
    useModule(variantModule(variant));
    const next = random(11);
    for (const width of [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 200])
      for (const opaque of [true, false]) {
        const height = randomInt(next, 1, 20);
        const density = [0.5, 0.97, 1][randomInt(next, 0, 2)]!;
        const data = Uint8Array.from({ length: width * height }, () => (next() < density ? 1 : 0));
        const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
          i % 4 === 3 && opaque ? 255 : randomInt(next, 0, 255),
        );
        const paint = { color: randomInt(next, 0, 0xffffff), alpha: next() < 0.5 ? 255 : randomInt(next, 1, 255) };
        using frame = Frame.fromRgba(pixels, width, height);
        using set = MaskSet.from([{ kind: "mask", data, width, height }], width, height);
        set.paint(frame, [{ index: 0, color: 0, alpha: 0, dots: paint }], bias);
        stampDots(pixels, data, width, height, { ...paint, bias });
        expect(frame.toRgba(), `${width} x ${height}`).toEqual(pixels);
      }
  });

  test("are the reference's over a fill of the same mask, row by row", () => {
    useModule(variantModule(variant));
    const next = random(12);
    for (const width of [1, 16, 65, 130]) {
      const height = randomInt(next, 2, 30);
      const data = Uint8Array.from({ length: width * height }, () => (next() < 0.9 ? 1 : 0));
      const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
        i % 4 === 3 ? 255 : randomInt(next, 0, 255),
      );
      const color = randomInt(next, 0, 0xffffff);
      const dots = { color: randomInt(next, 0, 0xffffff), alpha: 255 };
      using frame = Frame.fromRgba(pixels, width, height);
      using set = MaskSet.from([{ kind: "mask", data, width, height }], width, height);
      set.paint(frame, [{ index: 0, color, alpha: 128, dots }], 0);
      for (let p = 0; p < data.length; p++)
        if (data[p]) pixels.set(blendPixel(pixels.slice(p * 4, p * 4 + 4), color, 128, 0), p * 4);
      stampDots(pixels, data, width, height, { ...dots, bias: 0 });
      expect(frame.toRgba(), `${width} x ${height}`).toEqual(pixels);
    }
  });

  test("know what lies outside of the picture: its edge is no rim where the mask goes on", () => {
    useModule(variantModule(variant));
    const next = random(13);
    const [width, height] = [70, 24];
    for (const [left, top] of [
      [50, 3],
      [-9, 3],
      [20, -5],
      [20, 15],
      [-30, -10],
      [69, 23],
      [70, 4],
      [4, 24],
      [200, 200],
    ] as const) {
      const [w, h] = [randomInt(next, 30, 140), randomInt(next, 12, 60)];
      const data = Uint8Array.from({ length: w * h }, () => (next() < 0.95 ? 1 : 0));
      const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
        i % 4 === 3 ? 255 : randomInt(next, 0, 255),
      );
      const dots = { color: 0xffffff, alpha: 255 };
      using frame = Frame.fromRgba(pixels, width, height);
      using set = MaskSet.from([{ kind: "mask", data, width: w, height: h, left, top }], width, height, {
        beyond: true,
      });
      set.paint(frame, [{ index: 0, color: 0, alpha: 0, dots }], 0);
      stampDots(pixels, data, width, height, { ...dots, bias: 0 }, { left, top, width: w, height: h });
      expect(frame.toRgba(), `at ${left}, ${top}`).toEqual(pixels);
    }
  });
});

describe.each(VARIANTS)("masks as floats mix them (%s)", (variant) => {
  afterAll(() => useModule(coreModule()));

  test("have the products of doubles, cut off, at every old value of every colour", () => {
    useModule(variantModule(variant));
    const a = 156 / 255;
    for (let own = 0; own < 256; own++) {
      const pixels = Uint8Array.from({ length: 256 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i >> 2) ^ ((i & 3) * 85)));
      const color = own * 0x10000 + (255 - own) * 0x100 + (own >> 1);
      const width = 1 + (own % 7);
      const data = Uint8Array.from({ length: 256 }, (_, p) => (p % 9 < width ? 1 : 0));
      using frame = Frame.fromRgba(pixels, 256, 1);
      using set = MaskSet.from([{ kind: "mask", data, width: 256, height: 1 }], 256, 1);
      set.paint(frame, [{ index: 0, color, alpha: 156, inFloats: true }], 0);
      for (let i = 0; i < pixels.length; i++) {
        if (i % 4 === 3 || data[i >> 2] === 0) continue;
        pixels[i] = Math.trunc(pixels[i]! * (1 - a) + ((color >> (16 - 8 * (i % 4))) & 255) * a);
      }
      expect(frame.toRgba(), `${own}`).toEqual(pixels);
    }
  });

  test("leave pixels that are not opaque to the usual blend", () => {
    useModule(variantModule(variant));
    const pixels = Uint8Array.from({ length: 32 }, (_, i) => (i % 4 === 3 ? 100 + i : 85));
    using usual = Frame.fromRgba(pixels, 8, 1);
    using frame = Frame.fromRgba(pixels, 8, 1);
    using set = MaskSet.from([{ kind: "mask", data: new Uint8Array(8).fill(1), width: 8, height: 1 }], 8, 1);
    set.paint(usual, [{ index: 0, color: 0, alpha: 156 }], 0);
    set.paint(frame, [{ index: 0, color: 0, alpha: 156, inFloats: true }], 0);
    expect(frame.toRgba()).toEqual(usual.toRgba());
  });
});
