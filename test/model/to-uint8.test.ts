import { describe, expect, test } from "vitest";
import { core } from "../../src/core/wasm.ts";
import type { DType, PixelArray, PixelData } from "../../src/model/pixels.ts";
import { pixelsToFrame, pixelsToUint8, toUint8, type Uint8Policy } from "../../src/model/to-uint8.ts";
import * as reference from "../reference/pixels.ts";
import { float16Bits, float16Value } from "../support/float16.ts";
import { random, randomInt } from "../support/random.ts";

const FLOATS: [DType, (numbers: number[]) => PixelData, (data: PixelData) => number[]][] = [
  ["float16", (x) => Uint16Array.from(x, float16Bits), (data) => Array.from(data as Uint16Array, float16Value)],
  ["float32", (x) => Float32Array.from(x), (data) => [...(data as Float32Array)]],
  ["float64", (x) => Float64Array.from(x), (data) => [...(data as Float64Array)]],
];

describe.each(FLOATS)("toUint8 of %s", (dtype, make, read) => {
  const round = reference.roundOf(dtype);
  const to = (data: PixelData, policy: Uint8Policy) => toUint8({ data, shape: [data.length], dtype }, { policy });

  test("auto equals the rule over the whole picture, wherever the value lies that decides", () => {
    const next = random(5);
    for (const [base, odd, rule] of [
      [0.5, 0.25, "unit"],
      [0.5, -0.25, "signed"],
      [0.5, -0, "unit"],
      [0.5, 1.01, "byte"],
      [0.5, NaN, "byte"],
      [-0.5, -1.01, "byte"],
      [0, Infinity, "byte"],
      [100, -3, "byte"],
    ] as const) {
      for (const n of [1, 100, 16_400]) {
        for (const at of [n - 1, randomInt(next, 0, n - 1)]) {
          const numbers: number[] = Array(n).fill(base);
          numbers[at] = odd;
          const data = make(numbers);
          const result = to(data, "auto");
          if (n > 1) expect(result.rule, `${odd} at ${at} of ${n}`).toBe(rule);
          expect(result.data).toEqual(Uint8Array.from(reference.auto(read(data), round)));
        }
      }
    }
  });

  test("minmax takes the finite range to 0..255, NaN to 0 and infinities to the ends", () => {
    const next = random(6);
    const numbers = Array.from({ length: 1000 }, () => -30 + next() * 70);
    const plain = make(numbers);
    const values = read(plain);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    expect([...to(plain, "minmax").data]).toEqual(reference.stretch(values, low, high, round));
    const data = make([NaN, ...numbers, Infinity, -Infinity]);
    expect([...to(data, "minmax").data]).toEqual([0, ...reference.stretch(values, low, high, round), 255, 0]);
    expect([...to(make([7, 7, 7]), "minmax").data]).toEqual([0, 0, 0]);
    expect([...to(make([NaN, Infinity]), "minmax").data]).toEqual([0, 255]);
  });

  test("range takes its ends to 0 and 255, and inverts when it falls", () => {
    const data = make([-1, 0, 0.5, 1, 2, 3, NaN]);
    const ranged = (range: [number, number]) => [...toUint8({ data, shape: [7], dtype }, { range }).data];
    expect(ranged([0, 2])).toEqual(reference.stretch(read(data), 0, 2, round));
    expect(ranged([2, 0])).toEqual([255, 255, 191, 127, 0, 0, 0]);
  });

  test("none cuts off and clips", () => {
    expect([...to(make([-1, -0.5, 0.9, 1.9, 254.9, 256, 300, NaN]), "none").data]).toEqual([
      0, 0, 0, 1, 254, 255, 255, 0,
    ]);
  });
});

describe("toUint8", () => {
  test("none wraps whole numbers, of any size", () => {
    const data = Int32Array.of(-1, 256, 300, -300, 7);
    const expected = [255, 0, 44, 212, 7];
    expect([...toUint8(data, { policy: "none" }).data]).toEqual(expected);
    expect([...toUint8(BigInt64Array.from([...data].map(BigInt)), { policy: "none" }).data]).toEqual(expected);
    expect([...toUint8(Int16Array.from(data), { policy: "none" }).data]).toEqual(expected);
    expect(toUint8(data, { policy: "none" }).rule).toBe("wrap");
  });

  test("minmax of whole numbers spans their whole type without a wrap", () => {
    expect([...toUint8(Int16Array.of(-32768, 0, 32767), { policy: "minmax" }).data]).toEqual([0, 127, 255]);
    expect([...toUint8(Uint32Array.of(0, 2 ** 31, 2 ** 32 - 1), { policy: "minmax" }).data]).toEqual([0, 127, 255]);
    expect([...toUint8(BigUint64Array.of(0n, 2n ** 64n - 1n), { policy: "minmax" }).data]).toEqual([0, 255]);
  });

  test("wandb-mid wraps the differences of signed whole numbers in their own type", () => {
    const mid = (data: PixelData): number[] => [...toUint8(data, { policy: "wandb-mid" }).data];
    expect(mid(Int16Array.of(-32768, -1, 0, 1, 32767))).toEqual([0, 0, 255, 255, 1]);
    expect(mid(Int8Array.of(-100, 0, 50, 100))).toEqual([0, 0, 1, 1]);
    expect(mid(Int8Array.of(-100, 0, 100))).toEqual([0, 0, 255]);
    expect(mid(Int32Array.of(-4, -4))).toEqual([0, 0]);
  });

  test("reads a view that does not start at byte 0, and leaves the input alone", () => {
    const data = Float32Array.of(9, 0.5, 1, 0).subarray(1);
    expect([...toUint8(data).data]).toEqual([127, 255, 0]);
    expect([...data]).toEqual([0.5, 1, 0]);
  });

  test("reads data that lies in the core's own memory, even when that grows", () => {
    const { heap, memory } = core();
    const n = 3_000_000;
    const ptr = heap.alloc(n * 4);
    const view = new Float32Array(memory.buffer, ptr, n).fill(0.5);
    view[n - 1] = -0.25; // the first guess is contradicted at the very end
    const result = toUint8(view);
    expect(result.rule).toBe("signed");
    expect(result.data[0]).toBe(191);
    expect(result.data[n - 1]).toBe(95);
    heap.free(ptr);
  });

  test.each([
    [{ data: new Uint8Array(3), shape: [2, 2] }, "4 elements"],
    [{ data: new Uint8Array(0), shape: [0, 2] }, "at least one"],
    [{ data: new Uint8Array(4), shape: [2, 2], dtype: "float32" }, "dtype"],
    [{ data: new Uint8Array(4), shape: [2, -2] }, "whole numbers"],
    [{ data: [1, 2, 3, 4], shape: [2, 2] }, "typed array"],
    [{ data: new DataView(new ArrayBuffer(4)), shape: [2, 2] }, "typed array"],
    [[[1, 2]], "array of pixels"],
    [null, "array of pixels"],
    ["pixels", "array of pixels"],
  ])("refuses %o", (input, message) => {
    expect(() => toUint8(input as PixelArray)).toThrow(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringContaining(message) }),
    );
  });

  test("refuses an unknown policy and a range that is none", () => {
    const data = new Float32Array(4);
    for (const options of [{ policy: "wandb" }, { range: [1, 1] }, { range: [0, NaN] }, { range: [0] }])
      expect(() => toUint8(data, options as never)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  });
});

describe("pixelsToFrame and pixelsToUint8", () => {
  const next = random(11);
  test.each([
    ["HWC", 1],
    ["HWC", 2],
    ["HWC", 3],
    ["HWC", 4],
    ["CHW", 1],
    ["CHW", 2],
    ["CHW", 3],
    ["CHW", 4],
  ] as const)("%s of %i channels, larger than a tile", (layout, channels) => {
    const [height, width] = [97, 131];
    const hwc = Float32Array.from({ length: height * width * channels }, () => next());
    const at = (y: number, x: number, c: number): number => hwc[(y * width + x) * channels + c]!;
    const chw = Float32Array.from(hwc, (_, i) => {
      const [c, rest] = [Math.floor(i / (height * width)), i % (height * width)];
      return at(Math.floor(rest / width), rest % width, c);
    });
    const pixels: PixelArray =
      layout === "HWC"
        ? { data: hwc, shape: channels === 1 ? [height, width] : [height, width, channels] }
        : { data: chw, shape: [channels, height, width], layout };
    const bytes = reference.auto([...hwc], Math.fround);
    const result = pixelsToUint8(pixels);
    expect(result.shape).toEqual([height, width, channels]);
    expect(result.data).toEqual(Uint8Array.from(bytes));
    using frame = pixelsToFrame(pixels);
    expect(frame.mode).toBe(["L", "LA", "RGB", "RGBA"][channels - 1]);
    const rgba = Array.from({ length: height * width }, (_, i) =>
      reference.convertPixel(bytes.slice(i * channels, (i + 1) * channels), 4),
    ).flat();
    expect(frame.toRgba()).toEqual(Uint8Array.from(rgba));
  });

  test("a contradicted guess leaves no memory behind", () => {
    const { heap } = core();
    const before = heap.blocks;
    const data = new Float32Array(100 * 100 * 3).fill(0.5);
    data[29_998] = 7;
    pixelsToFrame({ data, shape: [100, 100, 3] }).free();
    expect(heap.blocks).toBe(before);
  });

  test("modes are converted by luma", () => {
    const pixels = { data: Uint8Array.of(255, 0, 0, 0, 255, 0), shape: [1, 2, 3] };
    expect([...pixelsToUint8(pixels, { policy: "byte", mode: "L" }).data]).toEqual([76, 150]);
    expect(pixelsToUint8(pixels, { policy: "byte", mode: "LA" }).shape).toEqual([1, 2, 2]);
  });

  test("channels can come as planes, from arrays of either layout and from frames", () => {
    const planes = [1, 4, 2, 5, 3, 6];
    const whole = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3] };
    const options = { policy: "byte", layout: "CHW" } as const;
    const result = pixelsToUint8(whole, options);
    expect(result).toMatchObject({ shape: [3, 1, 2], layout: "CHW" });
    expect([...result.data]).toEqual(planes);
    const planar = { data: Uint8Array.from(planes), shape: [3, 1, 2], layout: "CHW" } as const;
    expect([...pixelsToUint8(planar, options).data]).toEqual(planes);
    expect([...pixelsToUint8(planar, { policy: "byte" }).data]).toEqual([...whole.data]);
    expect(pixelsToUint8(whole, { ...options, mode: "L" }).shape).toEqual([1, 1, 2]);
    // bytes of a frame are colours, also where all of them are 0 or 1
    using frame = pixelsToFrame({ data: Uint8Array.of(0, 1, 0, 1, 1, 0), shape: [1, 2, 3] }, { policy: "byte" });
    expect([...pixelsToUint8(frame, { mode: "RGB", layout: "CHW" }).data]).toEqual([0, 1, 1, 1, 0, 0]);
    expect(pixelsToUint8(frame).shape).toEqual([1, 2, 4]);
    expect(() => pixelsToUint8(whole, { layout: "WHC" as "CHW" })).toThrow("layout: expected HWC or CHW");
  });

  test("keeps narrow pictures as they are: no axis of length 1 is dropped", () => {
    expect(pixelsToUint8({ data: new Uint8Array(12), shape: [1, 4, 3] }).shape).toEqual([1, 4, 3]);
    expect(pixelsToUint8({ data: new Uint8Array(12), shape: [4, 1, 3] }).shape).toEqual([4, 1, 3]);
  });

  test.each([
    [[2, 2, 5], "ARGUMENT"],
    [[2, 2, 0], "ARGUMENT"],
    [[20], "ARGUMENT"],
    [[1, 2, 2, 5], "ARGUMENT"],
    [[0, 20], "ARGUMENT"],
    [[1, 70_000], "LIMIT"],
    [[65_000, 65_000, 4], "LIMIT"],
  ])("refuses shape %j with %s, before it looks at the data", (shape, code) => {
    expect(() => pixelsToFrame({ data: new Uint8Array(20), shape })).toThrow(expect.objectContaining({ code }));
  });
});
