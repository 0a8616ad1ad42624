import { describe, expect, test } from "vitest";
import { reduce16, sampleAt, unfilterRow } from "../reference/png.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";
import { difference, SAME } from "../support/reference-images.ts";

/** Bytes of the kernels' documented spill, behind which nothing may change. */
const SPILL = 64;
const COUNTS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100];

function randomBytes(next: () => number, n: number): Uint8Array {
  return Uint8Array.from({ length: n }, () =>
    next() < 0.2 ? [0, 255][randomInt(next, 0, 1)]! : randomInt(next, 0, 255),
  );
}

describe.each(VARIANTS)("png rows to pixels (%s)", (variant) => {
  const core = newCore(variant);
  const { kernels } = core;

  /** What a kernel writes: `n` bytes; the guard that begins `spill` bytes behind them must survive. */
  function run(n: number, src: Uint8Array, work: (dst: number, src: number) => void, spill = SPILL): Uint8Array {
    return core.run((scratch) => {
      const from = scratch.copyIn(src);
      const dst = scratch.alloc(n + spill + 32);
      core.u8(dst, n + spill + 32).fill(0x5a);
      work(dst, from);
      expect(core.u8(dst + n + spill, 32).every((byte) => byte === 0x5a)).toBe(true);
      return core.u8(dst, n).slice();
    });
  }

  test.each([1, 2, 3, 4, 6, 8])("unfilter equals the reference for all filters at %i bytes per pixel", (bpp) => {
    const next = random(bpp);
    for (const width of [1, 2, 3, 5, 6, 11, 16, 17, 64]) {
      const n = width * bpp;
      const rows = 20;
      const src = randomBytes(next, rows * (n + 1));
      const above = randomBytes(next, n);
      const expected: number[] = [];
      let prior = above;
      for (let y = 0; y < rows; y++) {
        // each filter once on its own, then pairs and threes of Paeth, then anything
        const type = (src[y * (n + 1)] = y < 5 ? y : y < 13 ? [4, 4, 0, 4, 4, 4, 1, 4][y - 5]! : randomInt(next, 0, 4));
        prior = unfilterRow(type, src.subarray(y * (n + 1) + 1, (y + 1) * (n + 1)), prior, bpp);
        expected.push(...prior);
      }
      const actual = run(rows * n, src, (dst, from) =>
        core.run((scratch) => {
          const priorPtr = scratch.copyIn(above);
          expect(kernels.pngUnfilter(dst, from, rows, n, bpp, priorPtr)).toBe(rows);
        }),
      );
      expect(difference(actual, expected)).toEqual(SAME);
    }
  });

  test.each([1, 4])(
    "Paeth is right for all 256 x 256 x 256 of left, above and above left (%i bytes per pixel)",
    (bpp) => {
      // Pixels in pairs, one pair for each byte above: the left pixel is made to be a, the right one is the bare prediction.
      // The bytes of a pixel hold neighbouring values of c, so that one row tests as many of them.
      const n = 512 * bpp;
      let wrong = 0;
      core.run((scratch) => {
        const prior = scratch.alloc(n);
        const src = scratch.alloc(n + 1);
        const dst = scratch.alloc(n);
        const above = new Uint8Array(n);
        const row = new Uint8Array(n + 1);
        row[0] = 4;
        for (let a = 0; a < 256; a++)
          for (let c = 0; c < 256; c += bpp) {
            for (let k = 0; k < bpp; k++) {
              let last = 0;
              let lastAbove = 0;
              for (let b = 0; b < 256; b++) {
                const at = 2 * b * bpp + k;
                above[at] = c + k;
                above[at + bpp] = b;
                row[1 + at] = a - predictor(last, c + k, lastAbove);
                last = predictor(a, b, c + k);
                lastAbove = b;
              }
            }
            core.u8(prior, n).set(above);
            core.u8(src, n + 1).set(row);
            kernels.pngUnfilter(dst, src, 1, n, bpp, prior);
            const out = core.u8(dst, n);
            for (let b = 0; b < 256; b++)
              for (let k = 0; k < bpp; k++) {
                const at = 2 * b * bpp + k;
                if (out[at] !== a || out[at + bpp] !== predictor(a, b, c + k)) wrong++;
              }
          }
      });
      expect(wrong).toBe(0);
    },
  );

  test.each([1, 3, 4])("unfilter takes the last row of its own output as the row above (%i bytes per pixel)", (bpp) => {
    const next = random(4);
    for (const width of [1, 2, 5, 16, 33])
      for (const types of [
        [4, 3, 3, 2],
        [4, 4, 4, 4],
        [1, 3, 2, 4],
      ]) {
        const n = width * bpp;
        const src = randomBytes(next, 4 * (n + 1));
        for (const [y, type] of types.entries()) src[y * (n + 1)] = type;
        const plain: Uint8Array[] = [];
        for (const [y, type] of types.entries())
          plain.push(
            unfilterRow(type, src.subarray(y * (n + 1) + 1, (y + 1) * (n + 1)), plain[y - 1] ?? new Uint8Array(n), bpp),
          );
        const actual = run(2 * n, src, (dst, from) =>
          core.run((scratch) => {
            kernels.pngUnfilter(dst, from, 2, n, bpp, scratch.allocZeroed(n));
            expect([...core.u8(dst, 2 * n)]).toEqual([...plain[0]!, ...plain[1]!]);
            kernels.pngUnfilter(dst, from + 2 * (n + 1), 2, n, bpp, dst + n);
          }),
        );
        expect([...actual]).toEqual([...plain[2]!, ...plain[3]!]);
      }
  });

  test("unfilter stops at a row whose filter type is over 4", () => {
    const src = Uint8Array.of(0, 1, 2, 2, 3, 4, 5, 9, 9);
    run(6, src, (dst, from) =>
      core.run((scratch) => expect(kernels.pngUnfilter(dst, from, 3, 2, 1, scratch.allocZeroed(2))).toBe(2)),
    );
  });

  test.each([1, 2, 4])("unpack equals the reference at %i bits", (depth) => {
    const next = random(depth);
    for (const n of COUNTS.slice(1))
      for (const factor of [1, 255 / (2 ** depth - 1)]) {
        const rowBytes = Math.ceil((n * depth) / 8);
        const src = randomBytes(next, rowBytes * 3);
        const expected = [0, 1, 2].flatMap((y) =>
          Array.from({ length: n }, (_, x) => sampleAt(src.subarray(y * rowBytes), x, depth) * factor),
        );
        const actual = run(3 * n, src, (dst, from) => kernels.pngUnpack(dst, from, 3, n, depth, factor), 0);
        expect([...actual]).toEqual(expected);
      }
  });

  test("reduce16 equals the nearest of v / 257 for all 65536 values, and swap16 keeps them", () => {
    const src = new Uint8Array(131072);
    const view = new DataView(src.buffer);
    for (let v = 0; v < 65536; v++) view.setUint16(v * 2, v);
    const bytes = run(65536, src, (dst, from) => kernels.pngReduce16(dst, from, 65536));
    expect(
      difference(
        bytes,
        Array.from({ length: 65536 }, (_, v) => reduce16(v)),
      ),
    ).toEqual(SAME);
    const words = run(131072, src, (dst, from) => kernels.pngSwap16(dst, from, 65536));
    expect(
      difference(
        new Uint16Array(words.buffer),
        Array.from({ length: 65536 }, (_, v) => v),
      ),
    ).toEqual(SAME);
  });

  test("the expansions to RGBA equal the reference for counts with every tail", () => {
    const next = random(21);
    for (const n of COUNTS) {
      const src = randomBytes(next, n * 4);
      const pixels = (each: (i: number) => number[]): number[] => Array.from({ length: n }, (_, i) => each(i)).flat();
      for (const key of [-1, 0, 255, 77]) {
        expect([...run(n * 4, src, (dst, from) => kernels.pngGreyToRgba(dst, from, n, key))]).toEqual(
          pixels((i) => [src[i]!, src[i]!, src[i]!, src[i] === key ? 0 : 255]),
        );
      }
      for (const key of [-1, 0, 0xffffff, src[0]! | (src[1]! << 8) | (src[2]! << 16)]) {
        expect([...run(n * 4, src, (dst, from) => kernels.pngRgbToRgba(dst, from, n, key))]).toEqual(
          pixels((i) => {
            const [r = 0, g = 0, b = 0] = src.subarray(i * 3, i * 3 + 3);
            return [r, g, b, (r | (g << 8) | (b << 16)) === key ? 0 : 255];
          }),
        );
      }
      expect([...run(n * 4, src, (dst, from) => kernels.pngGreyAlphaToRgba(dst, from, n))]).toEqual(
        pixels((i) => [src[i * 2]!, src[i * 2]!, src[i * 2]!, src[i * 2 + 1]!]),
      );
      const table = randomBytes(next, 1024);
      const painted = run(
        n * 4,
        src,
        (dst, from) => core.run((scratch) => kernels.pngPaletteToRgba(dst, from, n, scratch.copyIn(table))),
        0,
      );
      expect([...painted]).toEqual(pixels((i) => [...table.subarray(src[i]! * 4, src[i]! * 4 + 4)]));
    }
  });

  test("key16 clears the alpha of the pixels that equal the colour in all 16 bits, and nothing else", () => {
    const grey = Uint8Array.of(1, 2, 1, 3, 2, 2, 1, 2);
    const opaque = new Uint8Array(16).fill(200);
    const run16 = (n: number, channels: number, src: Uint8Array, color: [number, number, number]): number[] => [
      ...run(
        n * 4,
        src,
        (dst, from) => {
          core.u8(dst, n * 4).set(opaque.subarray(0, n * 4));
          kernels.pngKey16(dst, from, n, channels, ...color);
        },
        0,
      ),
    ];
    const alpha = (values: number[]): number[] => values.flatMap((a) => [200, 200, 200, a]);
    expect(run16(4, 1, grey, [0x0102, 0, 0])).toEqual(alpha([0, 200, 200, 0]));
    const rgb = Uint8Array.of(1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7, 1, 2, 3, 5, 5, 6);
    expect(run16(3, 3, rgb, [0x0102, 0x0304, 0x0506])).toEqual(alpha([0, 200, 200]));
  });

  test.each([1, 2, 3, 4, 6, 8])("scatter puts pixels of %i bytes to their places and touches nothing else", (size) => {
    const src = randomBytes(random(size), 3 * 5 * size);
    const [rowStep, pixelStep] = [64 * size, 4 * size];
    const expected = new Uint8Array(3 * rowStep).fill(0x5a);
    for (let y = 0; y < 3; y++)
      for (let x = 0; x < 5; x++)
        expected.set(src.subarray((y * 5 + x) * size, (y * 5 + x + 1) * size), y * rowStep + x * pixelStep);
    const actual = run(
      3 * rowStep,
      src,
      (dst, from) => kernels.pngScatter(dst, rowStep, pixelStep, from, 3, 5, size),
      0,
    );
    expect(difference(actual, expected)).toEqual(SAME);
  });
});

/** Which of left, above, above left the specification takes. */
function predictor(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
