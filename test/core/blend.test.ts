import { describe, expect, test } from "vitest";
import { blendPixel } from "../reference/blend.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

describe.each(VARIANTS)("blendSpan (%s)", (variant) => {
  const core = newCore(variant);

  test.each([127, 0])("equals the rule for all 256 x 256 x 256 of old, colour and alpha (bias %i)", (bias) => {
    // one span per colour and alpha: red runs 0..255, green backwards, blue constant
    const span = new Uint8Array(256 * 4);
    for (let i = 0; i < 256; i++) span.set([i, 255 - i, 77, 255], i * 4);
    let wrong = 0;
    core.run((scratch) => {
      const ptr = scratch.alloc(span.length);
      for (let colour = 0; colour < 256; colour++) {
        for (let alpha = 0; alpha < 256; alpha++) {
          core.u8(ptr, span.length).set(span);
          core.kernels.blendSpan(ptr, 256, colour | (colour << 8) | (200 << 16), alpha, bias);
          const out = core.u8(ptr, span.length);
          for (let i = 0; i < 256; i++) {
            const expected = Math.floor((i * (255 - alpha) + colour * alpha + bias) / 255);
            const blue = Math.floor((77 * (255 - alpha) + 200 * alpha + bias) / 255);
            if (out[i * 4] !== expected || out[(255 - i) * 4 + 1] !== expected) wrong++;
            if (out[i * 4 + 2] !== blue || out[i * 4 + 3] !== 255) wrong++;
          }
        }
      }
    });
    expect(wrong).toBe(0);
  });

  test("equals the reference on pixels of any alpha, for spans of 0 to 17 pixels", () => {
    const next = random(7);
    for (let round = 0; round < 2000; round++) {
      const n = randomInt(next, 0, 17);
      const pixels = Uint8Array.from({ length: n * 4 }, (_, i) =>
        i % 4 === 3 && next() < 0.6 ? 255 : randomInt(next, 0, 255),
      );
      const color = randomInt(next, 0, 0xffffff);
      const alpha = [0, 255, randomInt(next, 0, 255)][randomInt(next, 0, 2)]!;
      const bias = next() < 0.5 ? 127 : 0;
      const expected = Array.from({ length: n }, (_, i) =>
        blendPixel(pixels.subarray(i * 4, i * 4 + 4), color, alpha, bias),
      );
      const actual = core.run((scratch) => {
        const ptr = scratch.alloc(n * 4 + 4);
        core.u8(ptr, n * 4).set(pixels);
        core.u8(ptr + n * 4, 4).set([1, 2, 3, 4]); // guard
        core.kernels.blendSpan(ptr, n, ((color & 255) << 16) | (color & 0xff00) | (color >> 16), alpha, bias);
        expect([...core.u8(ptr + n * 4, 4)]).toEqual([1, 2, 3, 4]);
        return core.u8(ptr, n * 4).slice();
      });
      expect([...actual]).toEqual(expected.flat());
    }
  });
});
