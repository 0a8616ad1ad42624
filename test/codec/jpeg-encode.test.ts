import { describe, expect, test } from "vitest";
import { encodeJpeg } from "../../src/codec/jpeg-encode.ts";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { ImageError } from "../../src/errors.ts";
import { random, randomInt } from "../support/random.ts";

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ImageError) return error.code;
    throw error;
  }
  return "none";
}

/** Markers of the segments up to the scan. */
function markers(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 2; bytes[at + 1] !== 0xda; at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!))
    found.push(bytes[at + 1]!);
  return found;
}

const noise = (length: number): Uint8Array => {
  const next = random(length);
  return Uint8Array.from({ length }, () => randomInt(next, 0, 255));
};

describe("encodeJpeg", () => {
  test("writes the known bytes of one grey pixel", () => {
    const bytes = encodeJpeg({ data: Uint8Array.of(128), shape: [1, 1] }, { quality: 50 });
    expect([...bytes.subarray(0, 25)]).toEqual(
      // SOI, JFIF 1.01 without density, then the quantisers
      [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xdb, 0, 67, 0],
    );
    expect([...bytes.subarray(-5)]).toEqual([63, 0, 0x2b, 0xff, 0xd9]); // DC size 0 is 00, end of block 1010, ones
  });

  test("orders the segments as libjpeg does", () => {
    const data = noise(48);
    expect(markers(encodeJpeg({ data, shape: [4, 4, 3] }))).toEqual([0xe0, 0xdb, 0xdb, 0xc0, 0xc4, 0xc4, 0xc4, 0xc4]);
    expect(markers(encodeJpeg({ data: data.subarray(0, 16), shape: [4, 4] }))).toEqual([0xe0, 0xdb, 0xc0, 0xc4, 0xc4]);
  });

  test("gives the same bytes for a Frame, an RGBA, an RGB and a CHW array of the same pixels", () => {
    const [width, height] = [37, 300]; // more rows than fit a strip at this width would be slow; strips are tested below
    const rgba = noise(width * height * 4);
    const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)]!);
    const planes = Uint8Array.from(
      { length: rgb.length },
      (_, i) => rgb[(i % (width * height)) * 3 + Math.floor(i / (width * height))]!,
    );
    const frame = Frame.fromRgba(rgba, width, height);
    for (const subsampling of ["4:2:0", "4:2:2", "4:4:4"] as const) {
      const expected = encodeJpeg(frame, { subsampling });
      expect(encodeJpeg({ data: rgba, shape: [height, width, 4] }, { subsampling })).toEqual(expected);
      expect(encodeJpeg({ data: rgb, shape: [height, width, 3] }, { subsampling })).toEqual(expected);
      expect(encodeJpeg({ data: planes, shape: [3, height, width], layout: "CHW" }, { subsampling })).toEqual(expected);
    }
    frame.free();
  });

  test("gives the same bytes for an array that is copied in by strips and a Frame", () => {
    const [width, height] = [1500, 150];
    const rgba = noise(width * height * 4);
    using frame = Frame.fromRgba(rgba, width, height);
    const options = { quality: 100 }; // and more bytes than the core keeps at a time
    const expected = encodeJpeg(frame, options);
    expect(expected.length).toBeGreaterThan(2 ** 18 + 2 ** 17);
    expect(encodeJpeg({ data: rgba, shape: [height, width, 4] }, options)).toEqual(expected);
  });

  test("drops alpha instead of blending it", () => {
    const opaque = noise(16 * 16 * 4).map((v, i) => (i % 4 === 3 ? 255 : v));
    const clear = opaque.map((v, i) => (i % 4 === 3 ? i & 127 : v));
    using a = Frame.fromRgba(opaque, 16, 16);
    using b = Frame.fromRgba(clear, 16, 16);
    expect(encodeJpeg(b)).toEqual(encodeJpeg(a));
  });

  test("writes luma alone for one and two channels, and for a Frame on demand", () => {
    const gray = noise(20 * 9);
    const expected = encodeJpeg({ data: gray, shape: [9, 20] });
    const la = Uint8Array.from({ length: gray.length * 2 }, (_, i) => (i % 2 ? i & 255 : gray[i / 2]!));
    const rgba = Uint8Array.from({ length: gray.length * 4 }, (_, i) => (i % 4 === 3 ? 255 : gray[Math.floor(i / 4)]!));
    using frame = Frame.fromRgba(rgba, 20, 9, "L");
    expect(encodeJpeg({ data: gray, shape: [9, 20, 1] })).toEqual(expected);
    expect(encodeJpeg({ data: la, shape: [9, 20, 2] })).toEqual(expected);
    expect(encodeJpeg(frame, { grayscale: true })).toEqual(expected);
    expect(markers(encodeJpeg(frame))).toContain(0xdb);
    expect(encodeJpeg(frame).length).toBeGreaterThan(expected.length);
  });

  test("makes smaller files with optimized tables", () => {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7) & 127);
    const source = { data, shape: [64, 64, 3] };
    expect(encodeJpeg(source, { optimize: true }).length).toBeLessThan(encodeJpeg(source).length - 200);
  });

  test("leaves nothing behind in the core's memory, also after an error", () => {
    const { heap } = core();
    const before = heap.blocks;
    encodeJpeg({ data: noise(300), shape: [10, 10, 3] }, { optimize: true });
    const frame = Frame.create(4, 4);
    frame.free();
    expect(code(() => encodeJpeg(frame))).toBe("STATE");
    expect(core().heap.blocks).toBe(before);
  });

  test.each([
    ["quality 0", { quality: 0 }],
    ["quality 101", { quality: 101 }],
    ["quality 50.5", { quality: 50.5 }],
    ["quality NaN", { quality: Number.NaN }],
    ["quality as text", { quality: "85" }],
    ["another subsampling", { subsampling: "4:1:1" }],
    ["a subsampling from the prototype", { subsampling: "toString" }],
    ["optimize as a number", { optimize: 1 }],
  ])("refuses %s", (_, options) => {
    expect(code(() => encodeJpeg({ data: noise(12), shape: [2, 2, 3] }, options as never))).toBe("ARGUMENT");
  });

  test.each([
    ["nothing", undefined, "ARGUMENT"],
    ["a path", "cat.png", "ARGUMENT"],
    ["no shape", { data: new Uint8Array(12) }, "ARGUMENT"],
    ["too few bytes", { data: new Uint8Array(11), shape: [2, 2, 3] }, "ARGUMENT"],
    ["five channels", { data: new Uint8Array(20), shape: [2, 2, 5] }, "ARGUMENT"],
    ["no pixels", { data: new Uint8Array(0), shape: [0, 2, 3] }, "ARGUMENT"],
    ["floats", { data: new Float32Array(12), shape: [2, 2, 3] }, "ARGUMENT"],
    ["bool", { data: new Uint8Array(4), shape: [2, 2], dtype: "bool" }, "ARGUMENT"],
    ["a shape of four", { data: new Uint8Array(12), shape: [1, 2, 2, 3] }, "ARGUMENT"],
    ["a side over 65500", { data: new Uint8Array(65501), shape: [1, 65501] }, "LIMIT"],
  ])("refuses %s", (_, source, expected) => {
    expect(code(() => encodeJpeg(source as never))).toBe(expected);
  });

  test("takes a side of 65500", () => {
    expect(encodeJpeg({ data: new Uint8Array(65500), shape: [1, 65500] }).length).toBeGreaterThan(1000);
  });
});
