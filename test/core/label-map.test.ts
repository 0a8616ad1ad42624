import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { paintLabelMap } from "../../src/core/label-map.ts";
import { core } from "../../src/core/wasm.ts";
import { blendPixel } from "../reference/blend.ts";
import { paintLabels } from "../reference/label-map.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

describe.each(VARIANTS)("labelMap (%s)", (variant) => {
  const owner = newCore(variant);

  /** Run the kernel at odd addresses with guards around the pixels. */
  function run(pixels: Uint8Array, labels: Uint8Array, table: Uint8Array, bias: number, shift: number): Uint8Array {
    return owner.run((scratch) => {
      const n = labels.length;
      const dst = scratch.alloc(n * 4 + 64) + 16 + (shift & 3) * 4;
      const src = scratch.alloc(n + 32) + shift;
      const colors = scratch.copyIn(table);
      const work = scratch.alloc(4096);
      owner.u8(dst - 16, n * 4 + 32).fill(0xee);
      owner.u8(dst, n * 4).set(pixels);
      owner.u8(src, n).set(labels);
      owner.kernels.labelMap(dst, src, n, colors, work, bias);
      expect(new Set([...owner.u8(dst - 16, 16), ...owner.u8(dst + n * 4, 16)])).toEqual(new Set([0xee]));
      return owner.u8(dst, n * 4).slice();
    });
  }

  test("equals the rule for all 256 x 256 x 256 of old, colour and alpha, in blocks of one class and of many", () => {
    let wrong = 0;
    const pixels = new Uint8Array(256 * 4).map((_, i) => (i % 4 === 3 ? 255 : i >> 2));
    for (const mixed of [false, true]) {
      for (let alpha = 0; alpha < 256; alpha++) {
        for (let colour = 0; colour < 256; colour += mixed ? 16 : 1) {
          // mixed: sixteen neighbouring colours, so that no block is of one class
          const labels = new Uint8Array(256).map((_, i) => (mixed ? colour + (i & 15) : colour));
          const table = new Uint8Array(1024).map((_, i) => (i % 4 === 3 ? alpha : i >> 2));
          for (const bias of alpha % 16 === 1 ? [127, 0] : [127]) {
            const out = run(pixels, labels, table, bias, 0);
            for (let i = 0; i < 256; i++) {
              const expected = Math.floor((i * (255 - alpha) + labels[i]! * alpha + bias) / 255);
              if (out[i * 4] !== expected || out[i * 4 + 2] !== expected || out[i * 4 + 3] !== 255) wrong++;
            }
          }
        }
      }
    }
    expect(wrong).toBe(0);
    expect(blendPixel([10, 20, 30, 255], 0x405060, 100, 127)[3]).toBe(255);
  });

  test("equals the reference on maps of every kind, at any address, on pixels of any alpha", () => {
    const next = random(21);
    for (let round = 0; round < 600; round++) {
      const n = randomInt(next, 0, round % 3 === 0 ? 300 : 40);
      const few = randomInt(next, 1, 5);
      const stretch = randomInt(next, 1, 90);
      let label = 0;
      const labels = new Uint8Array(n).map(() => {
        if (next() * stretch < 1) label = next() < 0.5 ? 0 : randomInt(next, 0, round % 5 === 0 ? 255 : few);
        return label;
      });
      const table = new Uint8Array(1024).map((_, i) =>
        i % 4 === 3 ? [0, 255, randomInt(next, 0, 255)][randomInt(next, 0, 2)]! : randomInt(next, 0, 255),
      );
      if (next() < 0.7) table[3] = 0;
      const opaque = next() < 0.5;
      const pixels = new Uint8Array(n * 4).map((_, i) =>
        i % 4 === 3 && (opaque || next() < 0.95) ? 255 : randomInt(next, 0, 255),
      );
      const bias = next() < 0.5 ? 127 : 0;
      const expected = pixels.slice();
      paintLabels(expected, labels, table, bias);
      expect(run(pixels, labels, table, bias, randomInt(next, 0, 15))).toEqual(expected);
    }
  });
});

describe("paintLabelMap", () => {
  test("paints a frame and gives its memory back", () => {
    const frame = Frame.create(5, 1, { fill: 0x000000 });
    const table = new Uint8Array(1024);
    table.set([200, 100, 50, 255], 7 * 4);
    const blocks = core().heap.blocks;
    paintLabelMap(frame, Uint8Array.of(0, 7, 0, 7, 1), table);
    expect([...frame.view()].filter((_, i) => i % 4 === 0)).toEqual([0, 200, 0, 200, 0]);
    expect(core().heap.blocks).toBe(blocks);
    frame.free();
  });

  test("refuses maps and tables of another length", () => {
    const frame = Frame.create(5, 2);
    expect(() => paintLabelMap(frame, new Uint8Array(9), new Uint8Array(1024))).toThrow(/data: expected 10 class ids/);
    expect(() => paintLabelMap(frame, new Uint8Array(10), new Uint8Array(1023))).toThrow(/table: expected/);
    expect(() => paintLabelMap(frame, [1] as unknown as Uint8Array, new Uint8Array(1024))).toThrow(/data/);
    frame.free();
  });
});
