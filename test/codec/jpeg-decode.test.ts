/** JPEGs decoded: against the plain decoder, damaged, partial, hostile. Long: the file mirrors the one decoder. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeJpeg } from "../../src/codec/jpeg-decode.ts";
import { Heap, SLACK } from "../../src/core/heap.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { ImageError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { decodeReference } from "../reference/jpeg.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { jpegCase } from "../support/jpeg-cases.ts";
import { type WrittenJpeg, writeJpeg } from "../support/jpeg-writer.ts";
import { random, randomInt } from "../support/random.ts";

/** Grey, `side` x `side`, each block of one brightness. */
function greyJpeg(side: number, more: Partial<WrittenJpeg> = {}): Uint8Array<ArrayBuffer> {
  return writeJpeg({
    width: side,
    height: side,
    components: [{ id: 1, h: 1, v: 1, quantisation: 0 }],
    quantisation: [new Array<number>(64).fill(8)],
    block: (_, x, y) => [((x * 13 + y * 29) % 200) - 100, 2, ...new Array<number>(62).fill(0)],
    ...more,
  });
}

/** 2048 x 2048: block x, y has cb = x and cr = y. DC steps of 8 are steps of one level. */
let chroma: Uint8Array | undefined;
function chromaJpeg(): Uint8Array {
  chroma ??= writeJpeg({
    width: 2048,
    height: 2048,
    components: [1, 2, 3].map((id) => ({ id, h: 1, v: 1, quantisation: 0 })),
    quantisation: [new Array<number>(64).fill(8)],
    block: (c, x, y) => [[chromaLuma(x, y), x, y][c]! - 128, ...new Array<number>(63).fill(0)],
  });
  return chroma;
}
const chromaLuma = (x: number, y: number): number => (x * 7 + y * 31) & 255;

describe.each(VARIANTS)("decodeJpeg (%s)", (variant) => {
  beforeAll(() => useModule(variantModule(variant)));
  afterAll(() => useModule(variantModule("simd")));

  test("equals the plain decoder on seeded files of every sampling, scan script and code length", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const { name, bytes } = jpegCase(seed);
      const expected = decodeReference(bytes);
      const actual = decodeJpeg(bytes, { as: "native" });
      expect(actual.shape.slice(0, 2), name).toEqual([expected.height, expected.width]);
      expect(firstDifference(actual.data, expected.data), name).toBe(-1);
    }
    expect(core().heap.blocks).toBe(0);
  });

  test("converts all 65536 chroma pairs as the fixed-point tables of libjpeg do", () => {
    using frame = decodeJpeg(chromaJpeg());
    const pixels = frame.view();
    const clamp = (v: number): number => Math.max(0, Math.min(255, v));
    let wrong = 0;
    for (let cr = 0; cr < 256; cr++)
      for (let cb = 0; cb < 256; cb++) {
        const y = chromaLuma(cb, cr);
        const [u, v] = [cb - 128, cr - 128];
        const expected = [
          clamp(y + ((Math.round(1.402 * 65536) * v + 32768) >> 16)),
          clamp(y + ((-Math.round(0.34414 * 65536) * u - Math.round(0.71414 * 65536) * v + 32768) >> 16)),
          clamp(y + ((Math.round(1.772 * 65536) * u + 32768) >> 16)),
          255,
        ];
        // two corners of the block: both halves of a vector
        for (const at of [(cr * 8 * 2048 + cb * 8) * 4, ((cr * 8 + 7) * 2048 + cb * 8 + 7) * 4])
          for (let i = 0; i < 4; i++) if (pixels[at + i] !== expected[i]) wrong++;
      }
    expect(wrong).toBe(0);
  });

  test("refuses every prefix of a file, or decodes it whole; with `partial` takes what is there", () => {
    for (const progressive of [false, true]) {
      const scans = [{ components: [0] }, { components: [0], from: 1, to: 63 }];
      const bytes = greyJpeg(40, progressive ? { progressive, scans } : {});
      const whole = decodeJpeg(bytes, { as: "native" });
      let refused = 0;
      for (let length = 0; length < bytes.length; length++) {
        const prefix = bytes.subarray(0, length);
        const strict = attempt(() => decodeJpeg(prefix, { as: "native" }));
        if (strict instanceof ImageError) {
          expect(strict.code).toBe("DECODE");
          refused++;
        } else expect(strict.data).toEqual(whole.data);
        const partial = attempt(() => decodeJpeg(prefix, { as: "native", partial: true }));
        if (partial instanceof ImageError) expect(partial.code).toBe("DECODE");
        else expect(partial.shape).toEqual(whole.shape);
      }
      expect(refused).toBeGreaterThan(bytes.length - 6);
    }
    expect(core().heap.blocks).toBe(0);
  });

  test("never traps and leaves no memory behind, whatever a few bytes become", () => {
    const next = random(11);
    const files = Array.from({ length: 40 }, (_, i) => jpegCase(300 + i).bytes);
    const codes = new Set<string>();
    for (let round = 0; round < 1500; round++) {
      const bytes = files[round % files.length]!.slice();
      for (let i = randomInt(next, 1, 8); i > 0; i--)
        bytes[randomInt(next, 2, bytes.length - 1)] = [0, 255, 0xd0, randomInt(next, 0, 255)][randomInt(next, 0, 3)]!;
      const result = attempt(() => decodeJpeg(bytes, { as: "native", partial: round % 2 === 1 }));
      if (result instanceof ImageError) codes.add(result.code);
    }
    codes.delete("UNSUPPORTED");
    codes.delete("LIMIT");
    expect([...codes]).toEqual(["DECODE"]);
    expect(core().heap.blocks).toBe(0);
  });
});

describe.each(VARIANTS)("memory around the blocks of a decode (%s)", (variant) => {
  afterAll(() => useModule(variantModule("simd")));

  test("is left alone, by sound files and by damaged ones", () => {
    const next = random(23);
    for (let round = 0; round < 240; round++) {
      if (round % 60 === 0) useModule(variantModule(variant)); // a new heap: nothing is freed below
      const { name, bytes: sound } = jpegCase(700 + round);
      const bytes = sound.slice();
      if (round % 2)
        for (let i = randomInt(next, 1, 6); i > 0; i--)
          bytes[randomInt(next, 20, bytes.length - 1)] = randomInt(next, 0, 255);
      const guards = guardHeap(core().heap);
      attempt(() => decodeJpeg(bytes, { as: round % 4 < 2 ? "native" : "rgba8", partial: round % 8 < 4 }));
      expect(guards(), name).toBe(true);
    }
  });
});

describe("decodeJpeg", () => {
  test("gives a frame of mode L or RGB, and native channels of mode L, RGB or CMYK", () => {
    using frame = decodeJpeg(greyJpeg(20));
    expect([frame.width, frame.height, frame.mode]).toEqual([20, 20, "L"]);
    expect(decodeJpeg(greyJpeg(20), { as: "native" })).toMatchObject({ shape: [20, 20], mode: "L" });
    const many = (n: number): Uint8Array =>
      greyJpeg(20, { components: Array.from({ length: n }, (_, i) => ({ id: i + 1, h: 1, v: 1, quantisation: 0 })) });
    expect(decodeJpeg(many(3), { as: "native" })).toMatchObject({ shape: [20, 20, 3], mode: "RGB" });
    expect(decodeJpeg(many(4), { as: "native" })).toMatchObject({ shape: [20, 20, 4], mode: "CMYK" });
    using inks = decodeJpeg(many(4));
    expect(inks.mode).toBe("RGB");
  });

  test("turns inks into what they leave of white, complements where an Adobe segment says so", () => {
    const levels = [10, 100, 200, 60];
    const cmyk = (adobe?: number): Uint8Array =>
      greyJpeg(8, {
        components: [1, 2, 3, 4].map((id) => ({ id, h: 1, v: 1, quantisation: 0 })),
        block: (c) => [levels[c]! - 128, ...new Array<number>(63).fill(0)],
        ...(adobe === undefined ? {} : { adobe }),
      });
    const pixel = (bytes: Uint8Array): number[] => {
      using frame = decodeJpeg(bytes);
      return [...frame.view().subarray(0, 4)];
    };
    const left = (ink: number, black: number): number => Math.round(((255 - ink) * (255 - black)) / 255);
    expect(pixel(cmyk())).toEqual([left(10, 60), left(100, 60), left(200, 60), 255]);
    expect(pixel(cmyk(0))).toEqual([left(245, 195), left(155, 195), left(55, 195), 255]);
  });

  test("leaves the rest grey where a scan of a partial picture ends", () => {
    const bytes = greyJpeg(64);
    const whole = decodeJpeg(bytes, { as: "native" });
    const part = decodeJpeg(bytes.subarray(0, bytes.length - 60), { as: "native", partial: true });
    expect(part.data.subarray(0, 64 * 8)).toEqual(whole.data.subarray(0, 64 * 8));
    expect(part.data.subarray(64 * 56)).toEqual(new Uint8Array(64 * 8).fill(128));
  });

  test("finds its place again at a restart marker of a partial picture", () => {
    const bytes = greyJpeg(64, { scans: [{ components: [0], interval: 8 }] });
    const whole = decodeJpeg(bytes, { as: "native" });
    // the second segment is cut out, marker and all: its row of blocks is grey, those below are in place
    const markers = [...bytes.keys()].filter(
      (i) => bytes[i] === 0xff && bytes[i + 1]! >= 0xd0 && bytes[i + 1]! <= 0xd7,
    );
    const cut = Uint8Array.from([...bytes.subarray(0, markers[0]), ...bytes.subarray(markers[1])]);
    expect(attempt(() => decodeJpeg(cut))).toMatchObject({ code: "DECODE" });
    const part = decodeJpeg(cut, { as: "native", partial: true });
    expect(part.data.subarray(0, 64 * 8)).toEqual(whole.data.subarray(0, 64 * 8));
    expect(part.data.subarray(64 * 8, 64 * 16)).toEqual(new Uint8Array(64 * 8).fill(128));
    expect(part.data.subarray(64 * 16)).toEqual(whole.data.subarray(64 * 16));
  });

  test("refuses a picture of which nothing was decoded, `partial` or not", () => {
    const bytes = greyJpeg(16);
    const scan = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda);
    bytes[scan + 6] = 0x22; // tables that do not exist
    expect(attempt(() => decodeJpeg(bytes, { partial: true }))).toMatchObject({ code: "DECODE" });
  });

  test("takes the standard Huffman tables where a file leaves them out", () => {
    // the standard AC code of an end of block is 1010, the DC code of zero 00: a grey block is 001010, padded with ones
    const bytes = greyJpeg(8, { block: () => new Array<number>(64).fill(0) });
    const stripped: number[] = [];
    let at = 2;
    stripped.push(...bytes.subarray(0, 2));
    for (; bytes[at + 1] !== 0xda;) {
      const end = at + 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
      if (bytes[at + 1] !== 0xc4) stripped.push(...bytes.subarray(at, end));
      at = end;
    }
    stripped.push(...bytes.subarray(at, at + 10), 0b00101011, 0xff, 0xd9);
    expect(decodeJpeg(Uint8Array.from(stripped), { as: "native" }).data).toEqual(new Uint8Array(64).fill(128));
  });

  test("reads the height behind the first scan where the header has none", () => {
    const bytes = greyJpeg(16);
    const header = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    const without = [...bytes];
    without.splice(header + 5, 2, 0, 0);
    expect(attempt(() => decodeJpeg(Uint8Array.from(without)))).toMatchObject({ code: "DECODE" });
    without.splice(-2, 0, 0xff, 0xdc, 0, 4, 0, 16);
    expect(decodeJpeg(Uint8Array.from(without), { as: "native" }).data).toEqual(
      decodeJpeg(bytes, { as: "native" }).data,
    );
  });

  test("passes over fill bytes, bytes between segments, and bytes behind the end", () => {
    const bytes = greyJpeg(16);
    const whole = decodeJpeg(bytes, { as: "native" });
    expect(decodeJpeg(Uint8Array.from([...bytes, 7, 0xff, 7]), { as: "native" }).data).toEqual(whole.data);
    const header = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    for (const filling of [
      [0xff, 0xff],
      [1, 2, 3],
    ])
      expect(
        decodeJpeg(Uint8Array.from([...bytes.subarray(0, header), ...filling, ...bytes.subarray(header)]), {
          as: "native",
        }).data,
      ).toEqual(whole.data);
  });

  test("refuses a header that promises more than the file can hold, before it takes memory", () => {
    const bytes = greyJpeg(16);
    const header = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    bytes.set([0x1f, 0x40, 0x1f, 0x40], header + 5); // 8000 x 8000
    const before = core().memory.buffer.byteLength;
    expect(attempt(() => decodeJpeg(bytes))).toMatchObject({ code: "DECODE" });
    expect(core().memory.buffer.byteLength).toBe(before);
    bytes.set([0x7f, 0xff, 0x7f, 0xff], header + 5);
    expect(attempt(() => decodeJpeg(bytes, { partial: true }))).toMatchObject({ code: "LIMIT" });
  });

  test("refuses more scans than the limit", () => {
    const scans = [
      { components: [0] },
      ...Array.from({ length: 5 }, (_, i) => ({ components: [0], from: i + 1, to: i + 1 })),
    ];
    const bytes = greyJpeg(16, { progressive: true, scans });
    const before = limits.maxScans;
    try {
      limits.maxScans = 6;
      expect(decodeJpeg(bytes, { as: "native" }).mode).toBe("L");
      limits.maxScans = 5;
      expect(attempt(() => decodeJpeg(bytes))).toMatchObject({ code: "LIMIT" });
    } finally {
      limits.maxScans = before;
    }
  });

  test("names what it does not decode, and what is wrong", () => {
    const base = greyJpeg(16);
    const header = base.findIndex((byte, i) => byte === 0xff && base[i + 1] === 0xc0);
    const scan = base.findIndex((byte, i) => byte === 0xff && base[i + 1] === 0xda);
    const changed = (offset: number, ...values: number[]): string => {
      const bytes = base.slice();
      bytes.set(values, offset);
      const error = attempt(() => decodeJpeg(bytes, { as: "native" }));
      return error instanceof ImageError ? `${error.code}: ${error.message}` : "decoded";
    };
    expect(changed(0, 0)).toBe("DECODE: expected a JPEG (ff d8 ff), got other bytes");
    expect(changed(header + 1, 0xc3)).toMatch(/^UNSUPPORTED: .* a lossless one$/);
    expect(changed(header + 1, 0xc6)).toMatch(/^UNSUPPORTED: .* a hierarchical one$/);
    expect(changed(header + 1, 0xca)).toMatch(/^UNSUPPORTED: .* an arithmetic-coded one$/);
    expect(changed(header + 4, 12)).toMatch(/^UNSUPPORTED: .* got 12$/);
    expect(changed(header + 4, 9)).toMatch(/^DECODE: expected 8 bits per sample/);
    expect(changed(header + 7, 0, 0)).toMatch(/^DECODE: expected a width and height of 1 or more/);
    expect(changed(header + 11, 0x51)).toMatch(/^DECODE: expected sampling factors of 1 to 4/);
    expect(changed(header + 12, 3)).toMatch(/^DECODE: expected quantisation table 3 before its first use/);
    expect(changed(header + 2, 0, 12)).toMatch(/^DECODE: expected a frame header of/);
    expect(changed(scan + 5, 9)).toMatch(/^DECODE: expected a component of the frame/);
    expect(changed(scan + 6, 0x22)).toMatch(/^DECODE: expected sound Huffman tables/);
    expect(changed(scan + 6, 0x44)).toMatch(/^DECODE: expected Huffman tables of 0 to 3/);
    expect(changed(2, 0xff, 0xdb, 0, 1)).toMatch(/^DECODE: expected a length of 2 or more/);
    expect(changed(2, 0xff, 0xdb, 0xff, 0xff)).toMatch(/^DECODE: expected all of marker db/);
    const third = greyJpeg(16, {
      components: [[3, 1], [2, 1], [1, 1]].map(([h, v], i) => ({ id: i + 1, h: h!, v: v!, quantisation: 0 })), // prettier-ignore
    });
    expect(attempt(() => decodeJpeg(third))).toMatchObject({ code: "UNSUPPORTED" });
  });
});

/**
 * From now on every block of the heap has a guard block on either side, and none is reused.
 *
 * @returns a test whether all guards are as they were; it makes the heap an ordinary one again
 */
function guardHeap(heap: Heap): () => boolean {
  const guards: number[] = [];
  const bytes = 64 + SLACK;
  const guard = (): void => {
    const ptr = Heap.prototype.alloc.call(heap, 64);
    new Uint8Array(heap.memory.buffer, ptr, bytes).fill(0xa5);
    guards.push(ptr);
  };
  guard();
  const alloc = (size: number): number => {
    const ptr = Heap.prototype.alloc.call(heap, size);
    guard();
    return ptr;
  };
  Object.assign(heap, { alloc, free: () => undefined });
  return () => {
    Object.assign(heap, { alloc: Heap.prototype.alloc, free: Heap.prototype.free });
    return guards.every((ptr) => new Uint8Array(heap.memory.buffer, ptr, bytes).every((byte) => byte === 0xa5));
  };
}

/** The result, or the ImageError; anything else is thrown on. */
function attempt<T>(work: () => T): T | ImageError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ImageError && error.code !== "INTERNAL") return error;
    throw error;
  }
}

/** Index of the first byte that differs, -1 when there is none. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((value, i) => value !== b[i]);
}
