/** Kernels of the PNG encoder against their slow twins. A little longer than most: there are a dozen of them. */
import { describe, expect, test } from "vitest";
import { adler32, crc32, filterRow, huffmanCost, score } from "../reference/png-encode.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

const GUARD = 0xa5;

function noise(seed: number, n: number): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length: n }, () => randomInt(next, 0, 255));
}

describe.each(VARIANTS)("PNG kernels (%s)", (variant) => {
  const core = newCore(variant);
  const { kernels } = core;

  test("crc32 and crc32Fold equal the bitwise CRC for every length around their block sizes", () => {
    const bytes = noise(1, 30_008);
    core.run((scratch) => {
      const table = scratch.alloc(8192);
      const ptr = scratch.alloc(bytes.length);
      kernels.crc32Table(table);
      const lengths = [...Array.from({ length: 40 }, (_, i) => i), 4799, 4800, 9599, 9600, 9601, 9615, 9616, 9617];
      for (const n of [...lengths, 9663, 9664, 9665, 14_399, 14_401, 20_000, 30_000]) {
        const expected = crc32(bytes.subarray(0, n));
        core.u8(ptr, bytes.length).set(bytes);
        expect(kernels.crc32(0, ptr, n, table) >>> 0).toBe(expected);
        const middle = n >> 1;
        expect(kernels.crc32(kernels.crc32(0, ptr, middle, table), ptr + middle, n - middle, table) >>> 0).toBe(
          expected,
        );
        expect(kernels.crc32Fold(ptr, n, table) >>> 0).toBe(expected);
        expect([...core.u8(ptr + n, 8)]).toEqual([...bytes.subarray(n, n + 8)]);
      }
    });
  });

  test("adler32 equals the sums of the definition, also where they are largest", () => {
    const inputs = [noise(2, 40_000), new Uint8Array(40_000).fill(255)];
    core.run((scratch) => {
      const ptr = scratch.alloc(40_000);
      for (const bytes of inputs)
        for (const start of [1, 65520 * 65536 + 65520]) {
          core.u8(ptr, bytes.length).set(bytes);
          for (const n of [0, 1, 15, 16, 17, 255, 256, 257, 5375, 5376, 5377, 5632, 5633, 11_008, 40_000])
            expect(kernels.adler32(start, ptr, n) >>> 0).toBe(adler32(bytes.subarray(0, n), start));
        }
    });
  });

  test("pngFilter equals the specification for five filters, pixels of 1 to 8 bytes and rows of 1 to 70 bytes", () => {
    const rows = 3;
    for (const bpp of [1, 2, 3, 4, 6, 8])
      for (let pixels = 1; pixels * bpp <= 70; pixels += bpp > 2 ? 1 : 3) {
        const rowBytes = pixels * bpp;
        const stride = rowBytes + 5;
        const source = noise(bpp * 100 + pixels, stride * (rows + 1));
        const row = (y: number): Uint8Array => source.subarray(y * stride, y * stride + rowBytes);
        core.run((scratch) => {
          const src = scratch.alloc(source.length);
          core.u8(src, source.length).set(source);
          const size = rows * (rowBytes + 1);
          const dst = scratch.alloc(size + 48);
          for (let filter = 0; filter < 5; filter++) {
            core.u8(dst, size + 48).fill(GUARD);
            kernels.pngFilter(dst + 16, src + stride, src, rows, stride, rowBytes, bpp, filter);
            const expected = [1, 2, 3].flatMap((y) => filterRow(row(y), row(y - 1), bpp, filter));
            expect([...core.u8(dst + 16, size)]).toEqual(expected);
            expect([...core.u8(dst, 16)]).toEqual(new Array(16).fill(GUARD));
            expect([...core.u8(dst + size + 32, 16)]).toEqual(new Array(16).fill(GUARD));
          }
        });
      }
  });

  test("pngFilterRgb equals filtering the packed rows, for widths of 1 to 40", () => {
    const rows = 3;
    for (let width = 1; width <= 40; width++) {
      const source = noise(width, width * 4 * (rows + 1));
      const row = (y: number): Uint8Array =>
        source.subarray(y * width * 4, (y + 1) * width * 4).filter((_, i) => i % 4 !== 3);
      core.run((scratch) => {
        const src = scratch.alloc(source.length);
        core.u8(src, source.length).set(source);
        const size = rows * (width * 3 + 1);
        const dst = scratch.alloc(size + 48);
        for (let filter = 0; filter < 5; filter++) {
          core.u8(dst, size + 48).fill(GUARD);
          kernels.pngFilterRgb(dst + 16, src + width * 4, src, rows, width, filter);
          expect([...core.u8(dst + 16, size)]).toEqual(
            [1, 2, 3].flatMap((y) => filterRow(row(y), row(y - 1), 3, filter)),
          );
          expect([...core.u8(dst, 16)]).toEqual(new Array(16).fill(GUARD));
          expect([...core.u8(dst + size + 32, 16)]).toEqual(new Array(16).fill(GUARD));
        }
      });
    }
  });

  test("pngFilterBest takes for each row the filter with the smallest residuals", () => {
    const next = random(3);
    for (let round = 0; round < 30; round++) {
      const bpp = [1, 3, 4][round % 3]!;
      const rowBytes = bpp * randomInt(next, 1, 30);
      const step = randomInt(next, 1, 40);
      const source = Uint8Array.from({ length: rowBytes * 5 }, (_, i) => i * step + randomInt(next, 0, 9));
      const rows = [0, 1, 2, 3, 4].map((y) => source.subarray(y * rowBytes, (y + 1) * rowBytes));
      const expected = [1, 2, 3, 4].flatMap((y) => {
        const all = [0, 1, 2, 3, 4].map((filter) => filterRow(rows[y]!, rows[y - 1]!, bpp, filter));
        const scores = all.map(score);
        return all[scores.indexOf(Math.min(...scores))]!;
      });
      core.run((scratch) => {
        const src = scratch.copyIn(source);
        const sums = scratch.alloc(20);
        const dst = scratch.alloc(expected.length);
        kernels.pngFilterBest(dst, src + rowBytes, src, 4, rowBytes, rowBytes, bpp, sums);
        expect([...core.u8(dst, expected.length)]).toEqual(expected);
      });
    }
  });

  test("pngChooseFilter sums whole rows or the next quarter of each, without what the mask hides", () => {
    const next = random(4);
    for (let round = 0; round < 40; round++) {
      const width = randomInt(next, 8, 40);
      const rowBytes = width * 4;
      const [kx, ky] = [randomInt(next, 0, 9), randomInt(next, 0, 9)];
      const rows = Array.from({ length: 9 }, (_, y) =>
        Uint8Array.from({ length: rowBytes }, (_, i) =>
          i % 4 === 3 ? randomInt(next, 0, 255) : (i >> 2) * kx + y * ky + randomInt(next, 0, 5),
        ),
      );
      for (const parts of [1, 4]) {
        const sums = [0, 0, 0, 0, 0];
        const bytes = Math.floor(width / parts) * 4;
        for (const [turn, y] of [1, 3, 5, 7].entries()) {
          const skip = (turn % parts) * bytes;
          const part = (r: Uint8Array): Uint8Array => r.slice(skip, skip + bytes).map((v, i) => (i % 4 === 3 ? 0 : v));
          for (let filter = 0; filter < 5; filter++)
            sums[filter]! += score(filterRow(part(rows[y + 1]!), part(rows[y]!), 4, filter));
        }
        sums[4]! -= sums[4]! >> 3;
        core.run((scratch) => {
          const src = scratch.copyIn(Uint8Array.from(rows.flatMap((r) => [...r])));
          const work = scratch.alloc(20);
          const chosen = kernels.pngChooseFilter(
            src + rowBytes,
            src,
            8,
            2,
            parts,
            rowBytes,
            rowBytes,
            4,
            0xffffff,
            work,
          );
          expect(chosen).toBe(sums.indexOf(Math.min(...sums)));
        });
      }
    }
  });

  describe("huffmanLengths", () => {
    const lengthsOf = (counts: readonly number[], limit: number): number[] =>
      core.run((scratch) => {
        const n = counts.length;
        const ptr = scratch.alloc(n * 4);
        const lengths = scratch.alloc(n + 16);
        const work = scratch.alloc(4672);
        core.u32(ptr, n).set(counts);
        core.u8(lengths, n + 16).fill(GUARD);
        kernels.huffmanLengths(ptr, n, limit, lengths, work);
        expect([...core.u8(lengths + n, 16)]).toEqual(new Array(16).fill(GUARD));
        return [...core.u8(lengths, n)];
      });
    const checkCode = (counts: readonly number[], limit: number): number[] => {
      const lengths = lengthsOf(counts, limit);
      const used = counts.filter((count) => count > 0).length;
      expect(lengths.map((length) => length > 0)).toEqual(counts.map((count) => count > 0));
      expect(Math.max(...lengths)).toBeLessThanOrEqual(limit);
      if (used > 1) expect(lengths.reduce((sum, length) => sum + (length ? 2 ** -length : 0), 0)).toBe(1);
      // no rarer symbol has a shorter word
      const order = counts.map((count, i) => ({ count, length: lengths[i]! })).filter(({ count }) => count > 0);
      order.sort((a, b) => a.count - b.count || b.length - a.length);
      expect(order.every(({ length }, i) => i === 0 || length <= order[i - 1]!.length)).toBe(true);
      return lengths;
    };

    test("is a complete code within its limit, as good as Huffman's where that fits, for random counts", () => {
      const next = random(5);
      for (let round = 0; round < 60; round++) {
        const n = randomInt(next, 2, 60);
        const power = randomInt(next, 1, 5);
        const counts = Array.from({ length: n }, () => (next() < 0.2 ? 0 : Math.floor(1 + 500 * next() ** power)));
        const lengths = checkCode(counts, 15);
        if (counts.filter((count) => count > 0).length < 2) continue;
        expect(counts.reduce((sum, count, i) => sum + count * lengths[i]!, 0)).toBe(huffmanCost(counts));
        checkCode(counts, 7);
      }
    });

    test("is a complete code within its limit for Fibonacci counts, which ask for the longest words", () => {
      for (const n of [5, 16, 20, 30, 45]) {
        const counts = [1, 1];
        while (counts.length < n) counts.push(counts.at(-1)! + counts.at(-2)!);
        for (const limit of [7, 9, 12, 13, 15]) checkCode(counts, limit);
      }
    });

    test("holds 288 symbols in 9 bits, whatever their counts", () => {
      const next = random(6);
      checkCode(new Array<number>(288).fill(1), 9);
      checkCode(
        Array.from({ length: 288 }, (_, i) => (i === 7 ? 4_000_000 : 1)),
        9,
      );
      checkCode(
        Array.from({ length: 288 }, (_, i) => Math.floor(2 ** (i / 10))),
        9,
      );
      checkCode(
        Array.from({ length: 288 }, () => randomInt(next, 1, 1000)),
        9,
      );
    });

    test("gives no symbol no word, and a single one a word of one bit", () => {
      expect(lengthsOf([0, 0, 0], 15)).toEqual([0, 0, 0]);
      expect(lengthsOf([0, 9, 0], 15)).toEqual([0, 1, 0]);
      expect(lengthsOf([3, 9], 15)).toEqual([1, 1]);
    });
  });

  test("maxByte finds the largest byte, wherever it is", () => {
    core.run((scratch) => {
      const ptr = scratch.alloc(80);
      for (let n = 0; n <= 64; n++)
        for (let at = 0; at < n; at += 5) {
          core.u8(ptr, 80).fill(255);
          core.u8(ptr, n).fill(3)[at] = 200;
          expect(kernels.maxByte(ptr, n)).toBe(200);
        }
      expect(kernels.maxByte(ptr, 0)).toBe(0);
    });
  });

  test.each([1, 2, 4, 8])(
    "packIndexRows puts %i-bit indices first pixel highest, for widths of 1 to 40 and around whole vectors",
    (bits) => {
      const next = random(bits);
      const small = Array.from({ length: 40 }, (_, i) => i + 1);
      for (const width of [...small, 63, 64, 65, 95, 96, 97, 127, 128, 129, 130, 159, 255, 256, 257, 300]) {
        const ids = Uint8Array.from({ length: width * 2 }, () => randomInt(next, 0, 2 ** bits - 1));
        const expected = [0, 1].flatMap((y) => {
          const text = [...ids.subarray(y * width, (y + 1) * width)]
            .map((id) => id.toString(2).padStart(bits, "0"))
            .join("");
          const bytes = text.padEnd(Math.ceil(text.length / 8) * 8, "0").match(/.{8}/g)!;
          return [0, ...bytes.map((byte) => parseInt(byte, 2))];
        });
        core.run((scratch) => {
          const src = scratch.copyIn(ids);
          const dst = scratch.alloc(expected.length + 8);
          core.u8(dst, expected.length + 8).fill(GUARD);
          kernels.packIndexRows(dst, src, 2, width, bits);
          expect([...core.u8(dst, expected.length + 8)]).toEqual([...expected, ...new Array(8).fill(GUARD)]);
        });
      }
    },
  );

  test("matchLines gives tokens that stand for its input, and counts them", () => {
    const next = random(8);
    for (let round = 0; round < 60; round++) {
      const left = [1, 3, 4][round % 3]!;
      const line = randomInt(next, 1, 40) * left + 1;
      const input = new Uint8Array(line * randomInt(next, 1, 12));
      for (let i = 0; i < input.length; i++)
        input[i] =
          next() < 0.1 ? randomInt(next, 0, 3) : i >= line && next() < 0.9 ? input[i - line]! : (input[i - left] ?? 7);
      core.run((scratch) => {
        const tokens = scratch.alloc(input.length * 4);
        const counts = scratch.allocZeroed(4352);
        const src = scratch.copyIn(input);
        const n = kernels.matchLines(tokens, input.length, counts, src, input.length, line, left);
        const output: number[] = [];
        let matches = 0;
        for (const token of core.u32(tokens, n)) {
          const [distance, length] = [token >> 9, token & 511];
          if (distance === 0) output.push(length);
          else {
            matches++;
            expect(length).toBeGreaterThanOrEqual(3);
            expect(length).toBeLessThanOrEqual(258);
            expect(distance).toBeLessThanOrEqual(output.length);
            for (let i = 0; i < length; i++) output.push(output[output.length - distance]!);
          }
        }
        expect(output).toEqual([...input]);
        const all = core.u32(counts, 320);
        expect(all.subarray(0, 256).reduce((a, b) => a + b)).toBe(n - matches);
        expect(all.subarray(257, 286).reduce((a, b) => a + b)).toBe(matches);
        expect(all.subarray(288, 318).reduce((a, b) => a + b)).toBe(matches);
        expect(kernels.matchLines(tokens, n - 1, counts, src, input.length, line, left)).toBe(-3);
      });
    }
  });
});
