import { describe, expect, test } from "vitest";
import { codesOf, usualTables } from "../../src/codec/jpeg-huffman.ts";
import type { Core } from "../../src/core/wasm.ts";
import { entropyBytes, type Picture, symbols, zigzag } from "../reference/jpeg-encode.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

const GUARD = 0xa5;

/** Random pixels of three kinds: noise, extremes, and a noisy gradient, as `channels` bytes each. */
function randomPixels(seed: number, width: number, height: number, channels: number): Uint8Array {
  const next = random(seed);
  const kind = randomInt(next, 0, 2);
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    if (kind === 0) return randomInt(next, 0, 255);
    if (kind === 1) return next() < 0.5 ? 0 : 255;
    const at = Math.floor(i / channels);
    return ((at % width) * 3 + Math.floor(at / width) * 2 + (i % channels) * 40 + randomInt(next, 0, 12)) & 255;
  });
}

interface Case {
  width: number;
  height: number;
  channels: number;
  components: 1 | 3;
  h: number;
  v: number;
  quantisers: [number[], number[]];
  data: Uint8Array;
}

function picture({ width, height, channels, components, h, v, quantisers, data }: Case): Picture {
  return {
    width,
    height,
    components,
    h,
    v,
    quantisers,
    pixel(x, y) {
      const at = (y * width + x) * channels;
      return channels < 3 ? [data[at]!, data[at]!, data[at]!] : [data[at]!, data[at + 1]!, data[at + 2]!];
    },
  };
}

/** Run the kernels with the least room there may be, so that they stop and go on as often as they can. */
function encode(core: Core, { width, height, channels, components, h, v, quantisers, data }: Case, codes: Uint32Array) {
  return core.run((scratch) => {
    const { kernels } = core;
    const job = scratch.alloc(kernels.jpegEncodeJobBytes() + 64);
    const room = kernels.jpegEncodeLeastRoom();
    const out = scratch.alloc(room + 64);
    const codesPtr = scratch.copyIn(codes);
    const counts = scratch.allocZeroed(544 * 4 + 64);
    const quantiserPtr = scratch.copyIn(Uint8Array.from(quantisers.flat()));
    const pixels = scratch.copyIn(data);
    core.u8(job + kernels.jpegEncodeJobBytes(), 64).fill(GUARD);
    core.u8(out + room, 64).fill(GUARD);
    core.u8(counts + 544 * 4, 64).fill(GUARD);

    kernels.jpegEncodeStart(job, quantiserPtr, width, height, channels, components, h, v);
    kernels.jpegCountRows(job, pixels, width * channels, 0, height, counts);
    expect(kernels.jpegEncodeDone(job, height)).toBe(1);

    kernels.jpegEncodeStart(job, quantiserPtr, width, height, channels, components, h, v);
    kernels.jpegEncodeCodes(job, codesPtr);
    const bytes: number[] = [];
    const strip = 8 * v;
    for (let top = 0; top < height; top += strip) {
      const at = pixels + top * width * channels;
      while (!kernels.jpegEncodeDone(job, top + strip)) {
        const rows = Math.min(strip, height - top);
        const n = kernels.jpegEncodeRows(job, at, width * channels, top, rows, out, room);
        expect(n).toBeGreaterThanOrEqual(0);
        bytes.push(...core.u8(out, n));
      }
    }
    bytes.push(...core.u8(out, kernels.jpegEncodeEnd(job, out)));
    expect(new Set(core.u8(job + kernels.jpegEncodeJobBytes(), 64))).toEqual(new Set([GUARD]));
    expect(new Set(core.u8(out + room, 64))).toEqual(new Set([GUARD]));
    expect(new Set(core.u8(counts + 544 * 4, 64))).toEqual(new Set([GUARD]));
    return { bytes, counts: core.u32(counts, 544).slice() };
  });
}

const tables = usualTables().map(codesOf);
const flatCodes = Uint32Array.from([
  ...tables[0]!.subarray(0, 16),
  ...tables[1]!,
  ...tables[2]!.subarray(0, 16),
  ...tables[3]!,
]);

test("the zigzag of the reference begins and ends as the standard's figure", () => {
  expect(zigzag.slice(0, 10)).toEqual([0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
  expect(zigzag.slice(-4)).toEqual([61, 54, 47, 55, 62, 63].slice(-4));
  expect(new Set(zigzag).size).toBe(64);
});

describe.each(VARIANTS)("JPEG encoding kernels (%s)", (variant) => {
  const core = newCore(variant);

  const sizes = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33];
  test.each([
    [1, 1, 3, 4],
    [2, 1, 3, 4],
    [2, 2, 3, 4],
    [2, 2, 3, 3],
    [1, 1, 3, 3],
    [1, 1, 1, 1],
    [1, 1, 1, 2],
    [1, 1, 1, 4],
    [1, 1, 1, 3],
  ] as const)(
    "equal the reference: sampling %i x %i, %i components, %i bytes a pixel",
    (h, v, components, channels) => {
      const next = random(h * 1000 + v * 100 + components * 10 + channels);
      for (let round = 0; round < 14; round++) {
        const width = sizes[randomInt(next, 0, sizes.length - 1)]!;
        const height = sizes[randomInt(next, 0, sizes.length - 1)]!;
        const steps = [1, 1, 2, 3, 16, 255];
        const step = steps[randomInt(next, 0, steps.length - 1)]!;
        const table = (): number[] => Array.from({ length: 64 }, () => randomInt(next, 1, step));
        const data = randomPixels(round * 7 + width, width, height, channels);
        const one: Case = { width, height, channels, components, h, v, quantisers: [table(), table()], data };
        const list = symbols(picture(one));
        const { bytes, counts } = encode(core, one, flatCodes);
        expect(bytes, `${width} x ${height}, round ${round}`).toEqual(entropyBytes(list, tables));
        const expected = new Uint32Array(544);
        for (const { table: t, symbol } of list) expected[[0, 16, 272, 288][t]! + symbol]!++;
        expect(counts).toEqual(expected);
      }
    },
  );

  test("equal the reference over chunk borders and with the least room (600 x 18)", () => {
    for (const [h, v] of [
      [2, 2],
      [1, 1],
    ] as const) {
      const ones = Array.from({ length: 64 }, () => 1);
      const data = randomPixels(3, 600, 18, 4);
      const one: Case = { width: 600, height: 18, channels: 4, components: 3, h, v, quantisers: [ones, ones], data };
      expect(encode(core, one, flatCodes).bytes).toEqual(entropyBytes(symbols(picture(one)), tables));
    }
  });

  test("refuse less room than one chunk may need", () => {
    core.run((scratch) => {
      const job = scratch.alloc(core.kernels.jpegEncodeJobBytes());
      const quantisers = scratch.copyIn(new Uint8Array(128).fill(1));
      core.kernels.jpegEncodeStart(job, quantisers, 8, 8, 4, 3, 1, 1);
      const room = core.kernels.jpegEncodeLeastRoom() - 1;
      expect(core.kernels.jpegEncodeRows(job, scratch.allocZeroed(256), 32, 0, 8, scratch.alloc(room), room)).toBe(-3);
    });
  });
});
