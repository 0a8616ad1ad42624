/** PNGs written at every level, of every kind of pixels. Long: the three calls share pictures and the check on all builds. */
import { describe, expect, test } from "vitest";
import { encodeClassMap, encodeIndexedPng, encodePng, type PngLevel } from "../../src/codec/png-encode.ts";
import { Frame } from "../../src/core/frame.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { limits } from "../../src/limits.ts";
import { readPng } from "../reference/png-encode.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

type Kind = "noise" | "photo" | "grain" | "flat" | "map" | "stripes" | "black";
const KINDS: readonly Kind[] = ["noise", "photo", "grain", "flat", "map", "stripes", "black"];

/** Pictures of all kinds: what cannot be compressed, smooth and grainy content, few colours, long runs. */
function picture(kind: Kind, seed: number, width: number, height: number, channels: number): Uint8Array {
  const next = random(seed);
  const data = new Uint8Array(width * height * channels);
  const colors = Array.from({ length: 8 }, () => Array.from({ length: channels }, () => randomInt(next, 0, 255)));
  const boxes = Array.from({ length: 6 }, () => [next() * width, next() * height, next() * width, next() * height]);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const box = boxes.findIndex(([l, t, w, h]) => x >= l! && x < l! + w! / 2 && y >= t! && y < t! + h! / 2);
      for (let c = 0; c < channels; c++, at++) {
        const smooth = 128 + 90 * Math.sin(x / 37 + c) * Math.cos(y / 23 + seed);
        const grain = kind === "photo" ? next() * 4 : next() * 40;
        if (kind === "noise") data[at] = next() * 256;
        else if (kind === "photo" || kind === "grain") data[at] = box === 0 ? colors[0]![c]! : smooth + grain - 2;
        else if (kind === "flat") data[at] = colors[1]![c]!;
        else if (kind === "map") data[at] = colors[box + 1]![c]!;
        else if (kind === "stripes") data[at] = colors[(y >> 3) & 7]![c]!;
      }
    }
  return data;
}

function rowsOf(data: ArrayLike<number>, rowBytes: number): number[][] {
  return Array.from({ length: data.length / rowBytes }, (_, y) =>
    Array.from({ length: rowBytes }, (_, i) => data[y * rowBytes + i]!),
  );
}

/** Same bytes on every build; the result is the shipped build's. */
function onAllBuilds(encode: () => Uint8Array): Uint8Array {
  const results = VARIANTS.map((variant) => {
    useModule(variantModule(variant));
    try {
      const bytes = encode();
      expect(core().heap.blocks).toBe(0);
      return bytes;
    } finally {
      useModule(variantModule("simd"));
    }
  });
  for (const other of results.slice(1)) expect(sameBytes(results[0]!, other)).toBe(true);
  return results[0]!;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

const COLOR_TYPES = [-1, 0, 4, 2, 6];

describe("encodePng", () => {
  test.each(KINDS)("keeps every pixel of %s pictures, with the same bytes on all builds", (kind) => {
    const next = random(KINDS.indexOf(kind) + 1);
    for (let round = 0; round < 12; round++) {
      const channels = (round % 4) + 1;
      const [width, height] = [randomInt(next, 1, 90), randomInt(next, 1, 60)];
      const data = picture(kind, round, width, height, channels);
      const png = onAllBuilds(() => encodePng({ data, shape: [height, width, channels] }));
      const read = readPng(png);
      expect(read).toMatchObject({ width, height, bits: 8, colorType: COLOR_TYPES[channels] });
      expect(read.rows).toEqual(rowsOf(data, width * channels));
      expect(png.length).toBeLessThan(data.length + height + 100);
    }
  });

  test.each(KINDS)("keeps every pixel of a %s picture of several strips, from an array and from a Frame", (kind) => {
    const [width, height] = [401, 420];
    const rgb = picture(kind, 9, width, height, 3);
    const rgba = new Uint8Array(width * height * 4);
    for (let i = 0; i < width * height; i++) rgba.set([rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!, i & 255], i * 4);
    const png = onAllBuilds(() => encodePng({ data: rgb, shape: [height, width, 3] }));
    expect(readPng(png).rows).toEqual(rowsOf(rgb, width * 3));
    expect(png.length).toBeLessThan(rgb.length + height + 300);
    const packed = onAllBuilds(() => {
      using frame = Frame.fromRgba(rgba, width, height, "RGB");
      return withFrameFreed(frame);
    });
    expect(sameBytes(packed, png)).toBe(true);
  });

  test("writes a Frame with alpha as RGBA, an opaque one as RGB, and either as asked", () => {
    const rgba = picture("photo", 3, 33, 20, 4);
    const frame = Frame.fromRgba(rgba, 33, 20, "RGBA");
    const opaque = Frame.fromRgba(rgba, 33, 20, "L");
    const rgb = rgba.filter((_, i) => i % 4 !== 3);
    expect(readPng(encodePng(frame))).toMatchObject({ colorType: 6, rows: rowsOf(rgba, 132) });
    expect(readPng(encodePng(opaque))).toMatchObject({ colorType: 2, rows: rowsOf(rgb, 99) });
    expect(readPng(encodePng(frame, { colorType: "RGB" }))).toMatchObject({ colorType: 2, rows: rowsOf(rgb, 99) });
    expect(readPng(encodePng(opaque, { colorType: "RGBA" }))).toMatchObject({ colorType: 6, rows: rowsOf(rgba, 132) });
    expect([...frame.toRgba()]).toEqual([...rgba]);
    frame.free();
    opaque.free();
    expect(() => encodePng(frame)).toThrow(expect.objectContaining({ code: "STATE" }));
  });

  test.each(["store", "small"] as const)("level %s keeps every pixel too", (level: PngLevel) => {
    for (const kind of KINDS) {
      const data = picture(kind, 2, 77, 450, 3);
      const png = onAllBuilds(() => encodePng({ data, shape: [450, 77, 3] }, { level }));
      expect(readPng(png).rows).toEqual(rowsOf(data, 231));
      if (level === "store") expect(png.length).toBeLessThan(data.length + 450 + 200);
      else expect(png.length).toBeLessThanOrEqual(encodePng({ data, shape: [450, 77, 3] }).length);
      using frame = Frame.fromRgba(picture(kind, 3, 61, 500, 4), 61, 500, "RGB");
      const rgb = frame.toRgba().filter((_, i) => i % 4 !== 3);
      expect(readPng(encodePng(frame, { level })).rows).toEqual(rowsOf(rgb, 183));
    }
  });

  test.each([1, 2, 3, 4])("writes uint16 of %i channels as 16 bits, high byte first, also from planes", (channels) => {
    const next = random(channels);
    const [width, height] = [23, 150];
    const data = Uint16Array.from({ length: width * height * channels }, (_, i) => i * 40 + randomInt(next, 0, 99));
    const planes = new Uint16Array(data.length);
    for (let i = 0; i < data.length; i++) planes[(i % channels) * width * height + Math.floor(i / channels)] = data[i]!;
    const bytes = Array.from(data).flatMap((value) => [value >> 8, value & 255]);
    const png = onAllBuilds(() => encodePng({ data, shape: [height, width, channels] }));
    expect(readPng(png)).toMatchObject({ bits: 16, colorType: COLOR_TYPES[channels] });
    expect(readPng(png).rows).toEqual(rowsOf(bytes, width * channels * 2));
    const other = encodePng({ data: planes, shape: [channels, height, width], layout: "CHW" });
    expect(sameBytes(other, png)).toBe(true);
  });

  test("writes planes, views with an offset, clamped arrays and shapes of two numbers", () => {
    const data = picture("photo", 5, 31, 17, 3);
    const png = encodePng({ data, shape: [17, 31, 3] });
    const planes = Uint8Array.from({ length: data.length }, (_, i) => data[(i % 527) * 3 + Math.floor(i / 527)]!);
    expect([...encodePng({ data: planes, shape: [3, 17, 31], layout: "CHW" })]).toEqual([...png]);
    const larger = new Uint8Array(data.length + 9);
    larger.set(data, 5);
    const view = larger.subarray(5, 5 + data.length);
    expect([...encodePng({ data: view, shape: [17, 31, 3] })]).toEqual([...png]);
    expect([...encodePng({ data: Uint8ClampedArray.from(data), shape: [17, 31, 3] })]).toEqual([...png]);
    const grey = encodePng({ data: data.subarray(0, 527), shape: [17, 31] });
    expect(readPng(grey)).toMatchObject({ colorType: 0, rows: rowsOf(data.subarray(0, 527), 31) });
  });

  test("keeps tiny pictures small: one pixel, one row, one column", () => {
    for (const [width, height] of [
      [1, 1],
      [2, 1],
      [1, 2],
      [16, 1],
      [1, 16],
      [8, 8],
    ] as const) {
      const data = picture("photo", 1, width, height, 3);
      const png = onAllBuilds(() => encodePng({ data, shape: [height, width, 3] }));
      expect(readPng(png).rows).toEqual(rowsOf(data, width * 3));
      expect(png.length).toBeLessThanOrEqual(57 + 11 + (data.length + height) * 1.13 + 6);
    }
    expect(encodePng({ data: new Uint8Array(64 * 64 * 3).fill(9), shape: [64, 64, 3] }).length).toBeLessThan(140);
  });

  test("writes the widest and the highest picture", () => {
    for (const [width, height] of [
      [65500, 2],
      [2, 65500],
    ] as const) {
      const data = picture("photo", 1, width, height, 3);
      const read = readPng(encodePng({ data, shape: [height, width, 3] }));
      expect(read.rows).toEqual(rowsOf(data, width * 3));
    }
    const wide = new Uint16Array(65500 * 4).map((_, i) => (i * 2654435761) >>> 7);
    expect(readPng(encodePng({ data: wide, shape: [1, 65500, 4] })).rows[0]!.length).toBe(65500 * 8);
  });

  test("lets compressed bytes leave in several chunks when there are many", () => {
    const data = picture("noise", 1, 1500, 1300, 3);
    const png = encodePng({ data, shape: [1300, 1500, 3] });
    const read = readPng(png);
    expect(read.idatChunks).toBeGreaterThan(1);
    expect(read.rows.every((row, y) => row.every((value, i) => value === data[y * 4500 + i]))).toBe(true);
    expect(png.length).toBeLessThan(data.length * 1.001 + 1300);
  });

  test("writes into memory that is given, where the file fits, also when it left in chunks", () => {
    for (const [width, height, level] of [
      [90, 70, "fast"],
      [90, 70, "small"],
      [90, 70, "store"],
      [1500, 1300, "fast"],
    ] as const) {
      const source = { data: picture("noise", 2, width, height, 3), shape: [height, width, 3] };
      const expected = encodePng(source, { level });
      const into = new Uint8Array(expected.length + 20).fill(7);
      const png = encodePng(source, { level, into });
      expect(png.buffer).toBe(into.buffer);
      expect(sameBytes(png, expected)).toBe(true);
      expect([...into.subarray(expected.length)]).toEqual(new Array(20).fill(7));
      const small = new Uint8Array(expected.length - 1);
      expect(sameBytes(encodePng(source, { level, into: small }), expected)).toBe(true);
      expect(small.every((byte) => byte === 0)).toBe(true);
    }
  });

  test("holds when rows look different from the sampled ones", () => {
    const [width, height] = [500, 400];
    const next = random(11);
    const data = new Uint8Array(width * height * 3);
    // noise in a few rows at random, in others rows that use one rare value
    for (let y = 0; y < height; y++)
      if (next() < 0.4) for (let i = 0; i < width * 3; i++) data[y * width * 3 + i] = next() * 256;
      else if (next() < 0.2) data.fill(randomInt(next, 0, 255), y * width * 3, (y + 1) * width * 3);
    const png = onAllBuilds(() => encodePng({ data, shape: [height, width, 3] }));
    expect(readPng(png).rows).toEqual(rowsOf(data, width * 3));
  });

  test("takes flat colour pictures down to what class maps take", () => {
    const map = picture("map", 4, 640, 480, 3);
    const png = encodePng({ data: map, shape: [480, 640, 3] });
    expect(png.length).toBeLessThan(6000);
    expect(readPng(png).rows).toEqual(rowsOf(map, 1920));
  });

  test.each([
    ["float32", { data: new Float32Array(4), shape: [2, 2] }, /toUint8/],
    ["bool", { data: new Uint8Array(4), shape: [2, 2], dtype: "bool" }, /toUint8/],
    ["float16", { data: new Uint16Array(4), shape: [2, 2], dtype: "float16" }, /toUint8/],
    ["int8", { data: new Int8Array(4), shape: [2, 2] }, /toUint8/],
    ["five channels", { data: new Uint8Array(20), shape: [2, 2, 5] }, /channels/],
    ["one axis", { data: new Uint8Array(4), shape: [4] }, /shape/],
    ["too few values", { data: new Uint8Array(5), shape: [2, 3] }, /6 values/],
    ["no shape", { data: new Uint8Array(4) }, /shape/],
    ["no width", { data: new Uint8Array(0), shape: [2, 0] }, /width/],
    ["another layout", { data: new Uint8Array(12), shape: [2, 2, 3], layout: "NHWC" }, /layout/],
    ["nothing", null, /Frame/],
  ])("refuses %s with an ARGUMENT that says what was expected", (_, source, message) => {
    const act = (): unknown => encodePng(source as never);
    expect(act).toThrow(expect.objectContaining({ code: "ARGUMENT", message: expect.stringMatching(message) }));
  });

  test("refuses unknown levels and colour types, and sizes over the caps", () => {
    const source = { data: new Uint8Array(3), shape: [1, 1, 3] };
    for (const options of [{ level: "best" }, { colorType: "L" }, { colorType: "RGB" }])
      expect(() => encodePng(source, options as never)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
    const wide = { data: new Uint8Array(limits.maxSide + 1), shape: [1, limits.maxSide + 1] };
    expect(() => encodePng(wide)).toThrow(expect.objectContaining({ code: "LIMIT" }));
  });
});

describe("encodeIndexedPng", () => {
  test.each([1, 2, 4, 8] as const)("packs indices at %i bits", (bits) => {
    const next = random(bits);
    const colors = Math.min(2 ** bits, 200);
    const palette = Uint8Array.from({ length: colors * 3 }, () => randomInt(next, 0, 255));
    for (const [width, height] of [
      [1, 1],
      [7, 5],
      [64, 33],
      [301, 140],
    ] as const)
      for (const level of ["fast", "small", "store"] as const) {
        const indices = Uint8Array.from({ length: width * height }, () => Math.floor(next() ** 3 * colors));
        const png = onAllBuilds(() => encodeIndexedPng(indices, width, height, { palette, bits, level }));
        const read = readPng(png);
        expect(read).toMatchObject({ width, height, bits, colorType: 3, palette: [...palette], alphas: [] });
        expect(unpack(read.rows, width, bits)).toEqual([...indices]);
      }
  });

  test("takes the fewest bits, and writes alpha up to the last colour that has any", () => {
    const palette = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0, 7, 8, 9, 255);
    const read = readPng(encodeIndexedPng(Uint8Array.of(0, 1, 2, 1), 2, 2, { palette, alpha: true }));
    expect(read).toMatchObject({ bits: 2, palette: [1, 2, 3, 4, 5, 6, 7, 8, 9], alphas: [255, 0] });
  });

  test.each([
    ["an index without a colour", [0, 2], { palette: new Uint8Array(6) }],
    ["a palette of no colour", [0, 0], { palette: new Uint8Array(0) }],
    ["a palette of 257 colours", [0, 0], { palette: new Uint8Array(771) }],
    ["a palette that ends inside a colour", [0, 0], { palette: new Uint8Array(7) }],
    ["no palette", [0, 0], {}],
    ["too few bits", [0, 0], { palette: new Uint8Array(15), bits: 2 }],
    ["three bits", [0, 0], { palette: new Uint8Array(6), bits: 3 }],
    ["too many indices", [0, 0, 0], { palette: new Uint8Array(6) }],
  ])("refuses %s", (_, indices, options) => {
    const act = (): unknown => encodeIndexedPng(Uint8Array.from(indices as number[]), 2, 1, options as never);
    expect(act).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  });
});

describe("encodeClassMap", () => {
  const map = (seed: number, width: number, height: number, most: number): Uint8Array =>
    picture("map", seed, width, height, 1).map((value) => value % (most + 1));

  test("without a palette the grey is the class", () => {
    const ids = map(1, 300, 200, 255);
    const png = onAllBuilds(() => encodeClassMap(ids, 300, 200));
    expect(readPng(png)).toMatchObject({ bits: 8, colorType: 0 });
    expect(readPng(png).rows).toEqual(rowsOf(ids, 300));
  });

  test.each([
    [1, 1],
    [3, 2],
    [15, 4],
    [16, 8],
  ])("with a palette and ids up to %i an index has %i bits", (most, bits) => {
    const palette = Uint8Array.from({ length: 768 }, (_, i) => i & 255);
    const ids = map(most, 333, 111, most);
    ids[5] = most;
    const png = onAllBuilds(() => encodeClassMap(ids, 333, 111, { palette }));
    const read = readPng(png);
    expect(read).toMatchObject({ bits, colorType: 3 });
    expect(read.palette).toEqual([...palette.subarray(0, (most + 1) * 3)]);
    expect(unpack(read.rows, 333, bits)).toEqual([...ids]);
  });

  test("writes all of `classes` colours, and refuses ids beyond them or beyond the palette", () => {
    const ids = Uint8Array.of(0, 1, 1, 0);
    const palette = new Uint8Array(21);
    expect(readPng(encodeClassMap(ids, 2, 2, { palette, classes: 5 })).palette).toHaveLength(15);
    for (const options of [{ classes: 1 }, { palette: palette.subarray(0, 3) }, { classes: 0 }, { classes: 257 }])
      expect(() => encodeClassMap(ids, 2, 2, options)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  });

  test("keeps maps of noise, and maps wider than a match can reach", () => {
    for (const [width, height] of [
      [300, 300],
      [40_000, 6],
    ] as const) {
      const ids = picture("noise", width, width, height, 1);
      const read = readPng(onAllBuilds(() => encodeClassMap(ids, width, height)));
      expect(read.rows).toEqual(rowsOf(ids, width));
    }
  });
});

function unpack(rows: number[][], width: number, bits: number): number[] {
  return rows.flatMap((row) =>
    Array.from({ length: width }, (_, x) => (row[(x * bits) >> 3]! >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1)),
  );
}

function withFrameFreed(frame: Frame): Uint8Array {
  const bytes = encodePng(frame);
  frame.free();
  return bytes;
}
