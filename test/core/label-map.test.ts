import { afterAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { lineBrush } from "../../src/core/brush.ts";
import { countLabels, paintLabelBorders, paintLabelMap } from "../../src/core/label-map.ts";
import { packColor } from "../../src/core/raster.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { blendPixel } from "../reference/blend.ts";
import { paintLabels } from "../reference/label-map.ts";
import { paintThrough } from "../reference/mask-paint.ts";
import { line, rimCoverage } from "../reference/mask-rim.ts";
import { newCore, VARIANTS, variantModule } from "../support/cores.ts";
import { randomMask, randomSides } from "../support/mask.ts";
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

describe.each(VARIANTS)("regions (%s)", (variant) => {
  afterAll(() => useModule(variantModule("simd")));

  test("are counted, whatever their number and the length of the map", () => {
    useModule(variantModule(variant));
    const next = random(41);
    for (const n of [0, 1, 2, 15, 16, 17, 1000, 70001]) {
      const most = randomInt(next, 0, 255);
      const labels = Uint8Array.from({ length: n }, () => randomInt(next, 0, most));
      const expected = new Uint32Array(256);
      for (const label of labels) expected[label]!++;
      expect(countLabels(labels)).toEqual(expected);
    }
  });

  test("have borders, each in its own colour inside of it or all as one line", () => {
    useModule(variantModule(variant));
    const next = random(42);
    for (let round = 0; round < 40; round++) {
      const [h, w] = randomSides(next);
      const labels = new Uint8Array(h * w);
      for (const id of [3, 255, 7]) randomMask(next, h, w).forEach((set, i) => set && (labels[i] = id));
      const classes = [0, 3, 7, 255]
        .filter(() => next() < 0.7)
        .map((id) => [id, randomInt(next, 0, 0xffffff)] as const);
      const pixels = Uint8Array.from({ length: h * w * 4 }, (_, i) => (i % 4 === 3 ? 255 : randomInt(next, 0, 255)));
      const width = [1, 2, 3.5, 30][randomInt(next, 0, 3)]!;
      const shared = next() < 0.5;
      const expected = pixels.slice();
      const together = new Uint8Array(h * w);
      for (const [id, color] of classes) {
        const own = labels.map((label) => (label === id ? 1 : 0));
        // the regions go on beyond the picture
        const far = 40;
        const wide = w + 2 * far;
        const clamp = (v: number, side: number): number => Math.max(0, Math.min(side - 1, v - far));
        const padded = Uint8Array.from(
          { length: (h + 2 * far) * wide },
          (_, i) => own[clamp(Math.floor(i / wide), h) * w + clamp(i % wide, w)]!,
        );
        const around = rimCoverage(padded, h + 2 * far, wide, line(width));
        const cover = own.map((_, i) => around[(Math.floor(i / w) + far) * wide + (i % w) + far]!);
        if (shared) cover.forEach((value, i) => (together[i] = Math.max(together[i]!, value)));
        else {
          const inside = cover.map((value, i) => value * own[i]!);
          paintThrough(expected, inside, color, 255, 127);
        }
      }
      if (shared) paintThrough(expected, together, 0x987654, 255, 127);
      const frame = Frame.fromRgba(pixels, w, h, "RGB");
      const entries = classes.flatMap(([id, color]) => [id, packColor(shared ? 0x987654 : color)]);
      paintLabelBorders(frame, labels, Uint32Array.from(entries), lineBrush(width), shared);
      expect(frame.toRgba().findIndex((byte, i) => byte !== expected[i])).toBe(-1);
      frame.free();
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
