import { describe, expect, test } from "vitest";
import { resizeRows } from "../reference/resize.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

/** Random weights that add up to 16384, negative ones among them. */
function someTaps(next: () => number, count: number, length: number) {
  const taps = randomInt(next, 1, Math.min(count, 12));
  const first = Int32Array.from({ length }, () => randomInt(next, 0, count - taps));
  const weights = new Int16Array(length * taps);
  for (let i = 0; i < length; i++) {
    let rest = 16384;
    for (let j = 0; j < taps - 1; j++) {
      const weight = randomInt(next, -3000, 5000);
      weights[i * taps + j] = weight;
      rest -= weight;
    }
    weights[i * taps + taps - 1] = Math.max(-32768, Math.min(32767, rest));
  }
  return { length, taps, first, weights };
}

/** As the binding packs them. */
function table(
  { length, taps, first, weights }: ReturnType<typeof someTaps>,
  pairs: number,
  even: boolean,
): Int32Array {
  const words = new Int32Array(length * (1 + pairs));
  const halves = new Int16Array(words.buffer);
  for (let i = 0; i < length; i++) {
    const odd = even ? first[i]! & 1 : 0;
    words[i * (1 + pairs)] = first[i]! - odd;
    halves.set(weights.subarray(i * taps, i * taps + taps), i * (1 + pairs) * 2 + 2 + odd);
  }
  return words;
}

describe.each(VARIANTS)("resizeRows (%s)", (variant) => {
  const core = newCore(variant);

  test("equals the reference for windows of 1 to 21 columns, any weights and any alpha, and touches nothing else", () => {
    const next = random(5);
    for (let round = 0; round < 400; round++) {
      const columns = randomInt(next, 1, 21);
      const rows = randomInt(next, 1, 9);
      const stride = (columns + randomInt(next, 0, 3)) * 4;
      const translucent = round % 2 === 1;
      const extreme = round % 5 === 0;
      const pixels = Uint8Array.from({ length: stride * rows }, (_, i) =>
        i % 4 === 3
          ? translucent
            ? [0, 255, 1, randomInt(next, 0, 255)][randomInt(next, 0, 3)]!
            : 255
          : extreme
            ? 255 * randomInt(next, 0, 1)
            : randomInt(next, 0, 255),
      );
      const x = someTaps(next, columns, randomInt(next, 1, 18));
      const y = someTaps(next, rows, randomInt(next, 1, 5));
      const xPairs = (x.taps + 2) >> 1;
      const bytes = x.length * y.length * 4;
      const actual = core.run((scratch) => {
        const src = scratch.copyIn(pixels);
        const xTable = scratch.copyIn(table(x, xPairs, true));
        const yTable = scratch.copyIn(table(y, (y.taps + 1) >> 1, false));
        const lineBytes = (columns + 2 * xPairs + 8) * 8;
        const line = scratch.alloc(lineBytes + 16);
        core.u8(line, lineBytes + 16).fill(0x7b); // what an earlier line left must not be seen
        const dst = scratch.alloc(bytes + 16);
        core.u8(dst, bytes + 16).fill(0xee);
        core.kernels.resizeRows(
          dst,
          x.length,
          y.length,
          src,
          stride,
          columns,
          xTable,
          xPairs,
          yTable,
          y.taps,
          line,
          translucent ? 1 : 0,
        );
        expect([...core.u8(dst + bytes, 16)]).toEqual(Array(16).fill(0xee));
        expect([...core.u8(line + lineBytes, 16)]).toEqual(Array(16).fill(0x7b));
        return core.u8(dst, bytes).slice();
      });
      expect(actual).toEqual(resizeRows(pixels, stride, columns, x, y, translucent));
    }
  });
});

describe.each(VARIANTS)("resizeNearest (%s)", (variant) => {
  const core = newCore(variant);

  test("takes the pixels named, rows that repeat too", () => {
    const next = random(6);
    for (let round = 0; round < 200; round++) {
      const [width, height] = [randomInt(next, 1, 9), randomInt(next, 1, 9)];
      const pixels = Uint32Array.from({ length: width * height }, () => Math.floor(next() * 2 ** 32));
      const columns = Uint32Array.from({ length: randomInt(next, 1, 19) }, () => randomInt(next, 0, width - 1));
      const rows = Uint32Array.from({ length: randomInt(next, 1, 9) }, () => randomInt(next, 0, height - 1));
      const count = columns.length * rows.length;
      const actual = core.run((scratch) => {
        const src = scratch.copyIn(pixels);
        const columnPtr = scratch.copyIn(columns.map((column) => column * 4));
        const rowPtr = scratch.copyIn(rows);
        const dst = scratch.alloc(count * 4 + 4);
        core.u32(dst, count + 1).fill(0xeeeeeeee);
        core.kernels.resizeNearest(dst, columns.length, rows.length, src, width * 4, columnPtr, rowPtr);
        expect(core.u32(dst, count + 1)[count]).toBe(0xeeeeeeee);
        return core.u32(dst, count).slice();
      });
      const expected = Array.from(rows, (row) => Array.from(columns, (column) => pixels[row * width + column]!));
      expect([...actual]).toEqual(expected.flat());
    }
  });
});
