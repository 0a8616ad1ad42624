import { describe, expect, test } from "vitest";
import { blendFrame } from "../../src/core/blend.ts";
import { Frame } from "../../src/core/frame.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { blendRgba } from "../reference/blend-rgba.ts";
import { newCore, VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";
import { testFrame } from "../support/scenes.ts";

/** Bytes of pixels whose alpha is 0, 255 or anything, in runs. */
function pixels(next: () => number, count: number, opaque: number): Uint8Array {
  let alpha = 255;
  return Uint8Array.from({ length: count * 4 }, (_, i) => {
    if (i % 4 !== 3) return randomInt(next, 0, 255);
    if (next() < 0.3) alpha = next() < opaque ? 255 : [0, 1, 254, randomInt(next, 0, 255)][randomInt(next, 0, 3)]!;
    return alpha;
  });
}

describe.each(VARIANTS)("blendRgba (%s)", (variant) => {
  const owner = newCore(variant);

  test("equals the reference for rows of 0 to 19 pixels, any alpha on both sides, and touches nothing else", () => {
    const next = random(31);
    for (let round = 0; round < 1200; round++) {
      const width = randomInt(next, 0, 19);
      const height = randomInt(next, 1, 3);
      const [dstStride, srcStride] = [(width + randomInt(next, 0, 3)) * 4, (width + randomInt(next, 0, 3)) * 4];
      const under = pixels(next, (dstStride / 4) * height, [1, 0.5][round % 2]!);
      const over = pixels(next, (srcStride / 4) * height, [0.3, 0.9, 1][round % 3]!);
      const alpha = [255, 255, 0, randomInt(next, 0, 255)][randomInt(next, 0, 3)]!;
      const bias = next() < 0.5 ? 127 : 0;
      const expected = under.slice();
      blendRgba(expected, dstStride, over, srcStride, [width, height], alpha, bias);
      const actual = owner.run((scratch) => {
        const dst = scratch.alloc(under.length + 16);
        owner.u8(dst, under.length).set(under);
        owner.u8(dst + under.length, 16).fill(0xee);
        const src = scratch.copyIn(over);
        owner.kernels.blendRgba(dst, dstStride, src, srcStride, width, height, alpha, bias);
        expect([...owner.u8(dst + under.length, 16)]).toEqual(Array(16).fill(0xee));
        return owner.u8(dst, under.length).slice();
      });
      expect(actual).toEqual(expected);
    }
  });

  test("equals the rule for all 256 x 256 x 256 of old, colour and alpha", () => {
    let wrong = 0;
    owner.run((scratch) => {
      const dst = scratch.alloc(1024);
      const src = scratch.alloc(1024);
      const under = Uint8Array.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 : i >> 2));
      const over = new Uint8Array(1024);
      for (let colour = 0; colour < 256; colour++)
        for (let alpha = 0; alpha < 256; alpha++) {
          for (let i = 0; i < 1024; i += 4) over.set([colour, colour, colour, alpha], i);
          owner.u8(dst, 1024).set(under);
          owner.u8(src, 1024).set(over);
          owner.kernels.blendRgba(dst, 1024, src, 1024, 256, 1, 255, 127);
          const out = owner.u8(dst, 1024);
          for (let i = 0; i < 256; i++) {
            const expected = Math.floor((i * (255 - alpha) + colour * alpha + 127) / 255);
            if (out[i * 4] !== expected || out[i * 4 + 2] !== expected || out[i * 4 + 3] !== 255) wrong++;
          }
        }
    });
    expect(wrong).toBe(0);
  });
});

describe("blendFrame", () => {
  test("sets a picture anywhere, cut off at the edges, and gives its memory back", () => {
    const next = random(8);
    const blocks = core().heap.blocks;
    for (let round = 0; round < 300; round++) {
      using frame = testFrame(randomInt(next, 1, 12), randomInt(next, 1, 12));
      using picture = testFrame(randomInt(next, 1, 9), randomInt(next, 1, 9), 2, true);
      const [x, y] = [randomInt(next, -12, 14), randomInt(next, -12, 14)];
      const expected = frame.toRgba();
      for (let row = 0; row < picture.height; row++)
        for (let column = 0; column < picture.width; column++) {
          const [toX, toY] = [x + column, y + row];
          if (toX < 0 || toY < 0 || toX >= frame.width || toY >= frame.height) continue;
          const to = (toY * frame.width + toX) * 4;
          const from = (row * picture.width + column) * 4;
          blendRgba(expected.subarray(to, to + 4), 4, picture.view().slice(from, from + 4), 4, [1, 1], 200, 127);
        }
      blendFrame(frame, picture, x, y, 200);
      expect(frame.toRgba()).toEqual(expected);
    }
    expect(core().heap.blocks).toBe(blocks);
  });

  test("takes a picture that lives in another instance", () => {
    using frame = Frame.create(4, 4, { fill: 0 });
    const owner = core();
    useModule(variantModule("simd"));
    using picture = Frame.create(2, 2, { fill: 0xff0000 });
    expect(core()).not.toBe(owner);
    blendFrame(frame, picture, 3, 3);
    expect([...frame.view().subarray(60)]).toEqual([255, 0, 0, 255]);
  });
});
