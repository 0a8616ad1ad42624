/** BMP in every form that decoders meet. Long: each form is built byte by byte by the one builder here. */
import { describe, expect, test } from "vitest";
import { decodeBmp, encodeBmp } from "../../src/codec/bmp.ts";
import { Frame } from "../../src/core/frame.ts";
import { ImageError } from "../../src/errors.ts";
import { random, randomInt } from "../support/random.ts";
import { difference, SAME } from "../support/reference-images.ts";

interface BmpParts {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly pixels: readonly number[];
  readonly compression?: number;
  /** Size of the second header. */
  readonly header?: number;
  /** Entries as [r, g, b]. */
  readonly palette?: readonly (readonly number[])[];
  readonly masks?: readonly number[];
  readonly colorsUsed?: number;
}

function bmp({
  width,
  height,
  bits,
  pixels,
  compression = 0,
  header = 40,
  palette = [],
  masks = [],
  colorsUsed = 0,
}: BmpParts): Uint8Array {
  const old = header === 12;
  const masksBehind = header === 40 ? masks.length * 4 : 0;
  const paletteAt = 14 + header + masksBehind;
  const offset = paletteAt + palette.length * (old ? 3 : 4);
  const bytes = new Uint8Array(offset + pixels.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x4d42, true);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, offset, true);
  view.setUint32(14, header, true);
  if (old) for (const [i, v] of [width, height, 1, bits].entries()) view.setUint16(18 + i * 2, v, true);
  else {
    for (const [i, v] of [width, height, 1 | (bits << 16)].entries()) view.setInt32(18 + i * 4, v, true);
    if (header >= 40) {
      view.setUint32(30, compression, true);
      view.setUint32(46, colorsUsed, true);
    }
    for (const [i, mask] of masks.entries()) view.setUint32(54 + i * 4, mask, true);
  }
  for (const [i, [r = 0, g = 0, b = 0]] of palette.entries()) bytes.set([b, g, r], paletteAt + i * (old ? 3 : 4));
  bytes.set(pixels, offset);
  return bytes;
}

function rgba(bytes: Uint8Array): number[][] {
  using frame = decodeBmp(bytes);
  const view = frame.view();
  return Array.from({ length: view.length / 4 }, (_, i) => [...view.subarray(i * 4, i * 4 + 4)]);
}

function codeOf(bytes: Uint8Array): string {
  try {
    decodeBmp(bytes).free();
    return "picture";
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return error.code;
  }
}

const COLORS = [
  [1, 2, 3],
  [40, 50, 60],
  [70, 80, 90],
  [200, 210, 220],
];
const opaque = (rows: readonly number[]): number[][] => rows.map((i) => [...(COLORS[i] ?? [0, 0, 0]), 255]);

describe("decodeBmp", () => {
  test.each([1, 2, 4, 8])(
    "reads indices of %i bits in every header, rows padded to 4 bytes, lowest row first",
    (bits) => {
      const next = random(bits);
      for (const header of [12, 16, 40, 52, 56, 64, 108, 124])
        for (const width of [1, 3, 8, 9, 33]) {
          const rows = [0, 1, 2].map(() =>
            Array.from({ length: width }, () => randomInt(next, 0, Math.min(3, 2 ** bits - 1))),
          );
          const pixels = rows.toReversed().flatMap((row) => {
            const text = row.map((i) => i.toString(2).padStart(bits, "0")).join("");
            const padded = text.padEnd(Math.ceil(text.length / 32) * 32, "1");
            return padded.match(/.{8}/g)!.map((byte) => parseInt(byte, 2));
          });
          const entries = Array.from({ length: 2 ** bits }, (_, i) => COLORS[i] ?? [9, 9, 9]);
          expect(rgba(bmp({ width, height: 3, bits, pixels, header, palette: entries }))).toEqual(opaque(rows.flat()));
        }
    },
  );

  test("reads a picture whose rows run from the top", () => {
    const pixels = [0, 1, 0, 0, 2, 3, 0, 0];
    expect(rgba(bmp({ width: 2, height: -2, bits: 8, pixels, palette: COLORS, colorsUsed: 4 }))).toEqual(
      opaque([0, 1, 2, 3]),
    );
  });

  test("takes an index past the end of the palette as black", () => {
    const file = bmp({ width: 2, height: 1, bits: 8, pixels: [3, 250, 0, 0], palette: COLORS, colorsUsed: 4 });
    expect(rgba(file)).toEqual(opaque([3, 250]));
  });

  test("reads 16 bits as 5-5-5, and by masks as 5-6-5 and 4-4-4-4", () => {
    const plain = bmp({ width: 2, height: 1, bits: 16, pixels: [0xff, 0x7f, 0x01, 0x80] });
    expect(rgba(plain)).toEqual([
      [255, 255, 255, 255],
      [0, 0, 8, 255],
    ]);
    const masks = [0xf800, 0x07e0, 0x001f];
    expect(
      rgba(bmp({ width: 2, height: 1, bits: 16, compression: 3, masks, pixels: [0x00, 0xf8, 0x20, 0x00] })),
    ).toEqual([
      [255, 0, 0, 255],
      [0, 4, 0, 255],
    ]);
    const alpha = [0x0f00, 0x00f0, 0x000f, 0xf000];
    for (const header of [40, 56, 108])
      expect(
        rgba(
          bmp({
            width: 1,
            height: 1,
            bits: 16,
            header,
            compression: header === 40 ? 6 : 3,
            masks: alpha,
            pixels: [0x21, 0x83, 0, 0],
          }),
        ),
      ).toEqual([[51, 34, 17, 136]]);
  });

  test("reads 24 and 32 bits, the fourth byte being alpha only where a mask says so", () => {
    expect(rgba(bmp({ width: 1, height: 2, bits: 24, pixels: [1, 2, 3, 0, 4, 5, 6, 0] }))).toEqual([
      [6, 5, 4, 255],
      [3, 2, 1, 255],
    ]);
    const pixels = [1, 2, 3, 77];
    expect(rgba(bmp({ width: 1, height: 1, bits: 32, pixels }))).toEqual([[3, 2, 1, 255]]);
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    expect(rgba(bmp({ width: 1, height: 1, bits: 32, header: 124, compression: 3, masks, pixels }))).toEqual([
      [3, 2, 1, 77],
    ]);
    expect(
      rgba(bmp({ width: 1, height: 1, bits: 32, header: 40, compression: 3, masks: masks.slice(0, 3), pixels })),
    ).toEqual([[3, 2, 1, 255]]);
  });

  test("scales fields of more than 8 bits", () => {
    const masks = [0x3ff00000, 0x000ffc00, 0x000003ff];
    const pixel = ((1023 << 20) | (512 << 10) | 1) >>> 0;
    const pixels = [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255, pixel >>> 24];
    expect(rgba(bmp({ width: 1, height: 1, bits: 32, compression: 3, masks, pixels }))).toEqual([[255, 128, 0, 255]]);
  });

  test("reads RLE8: runs, plain pixels, end of line, a jump, and leaves out what is not written", () => {
    const pixels = [3, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 2, 1, 1, 1, 2, 0, 1];
    // row 0 (lowest): 1 1 1; row 1: 1 2 3 then a jump of 1 right and 1 down: row 2 at column 4
    expect(rgba(bmp({ width: 5, height: 3, bits: 8, compression: 1, pixels, palette: COLORS, colorsUsed: 4 }))).toEqual(
      opaque([0, 0, 0, 0, 2, 1, 2, 3, 0, 0, 1, 1, 1, 0, 0]),
    );
  });

  test("reads RLE4: alternating runs and plain pixels", () => {
    const pixels = [5, 0x12, 0, 0, 0, 3, 0x32, 0x10, 0, 1];
    expect(rgba(bmp({ width: 5, height: 2, bits: 4, compression: 2, pixels, palette: COLORS, colorsUsed: 4 }))).toEqual(
      opaque([3, 2, 1, 0, 0, 1, 2, 1, 2, 1]),
    );
  });

  test("drops runs that reach past the end of a row or behind the last row", () => {
    const pixels = [255, 1, 0, 0, 0, 4, 1, 2, 3, 1, 0, 2, 0, 200, 9, 9];
    expect(rgba(bmp({ width: 2, height: 2, bits: 8, compression: 1, pixels, palette: COLORS, colorsUsed: 4 }))).toEqual(
      opaque([1, 2, 1, 1]),
    );
  });

  test.each<[string, Partial<BmpParts>, string]>([
    ["width 0", { width: 0 }, "DECODE"],
    ["a negative width", { width: -1 }, "DECODE"],
    ["height 0", { height: 0 }, "DECODE"],
    ["the smallest height", { height: -(2 ** 31) }, "LIMIT"],
    ["a large side", { width: 65501 }, "LIMIT"],
    ["too many pixels", { width: 60000, height: 60000 }, "LIMIT"],
    ["7 bits", { bits: 7 }, "DECODE"],
    ["a header of 41 bytes", { header: 41 }, "DECODE"],
    ["compression 9", { compression: 9 }, "DECODE"],
    ["RLE8 of 4 bits", { bits: 4, compression: 1 }, "DECODE"],
    ["bit fields of 8 bits", { compression: 3 }, "DECODE"],
    ["an embedded JPEG", { compression: 4 }, "UNSUPPORTED"],
    ["Huffman data of OS/2", { bits: 16, header: 64, compression: 3 }, "UNSUPPORTED"],
    ["masks with a gap", { bits: 16, compression: 3, masks: [5, 8, 16], pixels: [0, 0, 0, 0] }, "DECODE"],
    ["masks that overlap", { bits: 16, compression: 3, masks: [3, 6, 16], pixels: [0, 0, 0, 0] }, "DECODE"],
    ["a mask outside the pixel", { bits: 16, compression: 3, masks: [0x10000, 1, 2], pixels: [0, 0, 0, 0] }, "DECODE"],
    ["a palette that is cut off", { palette: [], pixels: [] }, "DECODE"],
    ["too few pixels", { height: 2 }, "DECODE"],
  ])("refuses %s", (_, change, code) => {
    const palette = Array.from({ length: 256 }, () => [0, 0, 0]);
    expect(codeOf(bmp({ width: 1, height: 1, bits: 8, pixels: [0, 0, 0, 0], palette, ...change }))).toBe(code);
  });

  test("refuses a large picture made of next to nothing; a small one that is left empty is a picture", () => {
    const parts = { bits: 8, compression: 1, palette: COLORS, colorsUsed: 4, pixels: [0, 1] };
    expect(codeOf(bmp({ ...parts, width: 2048, height: 2048 }))).toBe("picture");
    expect(codeOf(bmp({ ...parts, width: 8000, height: 8000 }))).toBe("DECODE");
  });

  test("gives DECODE for every prefix of a file", () => {
    for (const file of [
      bmp({ width: 3, height: 2, bits: 24, pixels: new Array<number>(21).fill(7) }),
      bmp({
        width: 2,
        height: 2,
        bits: 4,
        compression: 2,
        pixels: [2, 0x12, 0, 0, 2, 0x21],
        palette: COLORS,
        colorsUsed: 4,
      }),
      bmp({ width: 1, height: 1, bits: 16, compression: 3, masks: [0xf800, 0x7e0, 31], pixels: [1, 2] }),
    ]) {
      expect(codeOf(file)).toBe("picture");
      for (let length = 0; length < file.length; length++)
        expect([length, codeOf(file.subarray(0, length))]).toEqual([length, "DECODE"]);
    }
  });

  test("gives a picture or an ImageError for 3000 damaged files", () => {
    const next = random(99);
    const files = [
      bmp({
        width: 9,
        height: 4,
        bits: 8,
        compression: 1,
        pixels: [9, 1, 0, 0, 0, 5, 1, 2, 3, 1, 2, 0, 0, 2, 1, 1, 5, 3, 0, 1],
        palette: COLORS,
        colorsUsed: 4,
      }),
      bmp({
        width: 5,
        height: 2,
        bits: 32,
        compression: 3,
        masks: [0xff0000, 0xff00, 0xff, 0],
        pixels: new Array<number>(40).fill(3),
      }),
    ];
    const seen = new Set<string>();
    for (let round = 0; round < 3000; round++) {
      const file = files[round % 2]!.slice();
      for (let i = randomInt(next, 1, 3); i > 0; i--)
        file[randomInt(next, 2, file.length - 1)] = randomInt(next, 0, 255);
      // keep the damaged sizes small, so that the test is about the rest
      file.fill(0, 20, 22).fill(0, 24, 26);
      seen.add(codeOf(file));
    }
    expect([...seen].sort()).toEqual(["DECODE", "picture"]);
  });
});

describe("encodeBmp", () => {
  test.each([
    [1, "L"],
    [3, "RGB"],
    [4, "RGBA"],
  ] as const)("writes %i channels so that they read back, from rows and from planes", (channels, mode) => {
    const next = random(channels);
    for (const [width, height] of [
      [1, 1],
      [2, 3],
      [3, 2],
      [5, 1],
      [16, 4],
    ] as const) {
      const data = Uint8Array.from({ length: width * height * channels }, () => randomInt(next, 0, 255));
      const file = encodeBmp({ data, shape: channels === 1 ? [height, width] : [height, width, channels] });
      const expected = Array.from({ length: width * height }, (_, i) => {
        const [r = 0, g = r, b = r] = data.subarray(i * channels, (i + 1) * channels);
        return [r, g, b, 255];
      });
      expect(rgba(file)).toEqual(expected);
      const planes = data.map((_, i) => data[(i % (width * height)) * channels + Math.floor(i / (width * height))]!);
      expect(encodeBmp({ data: planes, shape: [channels, height, width], layout: "CHW" })).toEqual(file);
      using frame = Frame.fromRgba(
        Uint8Array.from(expected.flatMap((p, i) => (channels === 4 ? [p[0]!, p[1]!, p[2]!, data[i * 4 + 3]!] : p))),
        width,
        height,
        mode,
      );
      expect(encodeBmp(frame)).toEqual(file);
      using back = decodeBmp(file);
      expect(back.mode).toBe(channels === 1 ? "L" : "RGB");
    }
  });

  test("writes grey with alpha as 32 bits", () => {
    const file = encodeBmp({ data: Uint8Array.of(7, 9), shape: [1, 1, 2] });
    expect([file[28], ...file.subarray(54)]).toEqual([32, 7, 7, 7, 9]);
    expect(difference(file, encodeBmp({ data: Uint8Array.of(7, 7, 7, 9), shape: [1, 1, 4] }))).toEqual(SAME);
  });

  test.each([
    [{ data: new Float32Array(4), shape: [2, 2] }],
    [{ data: new Uint8Array(4), shape: [2, 2], dtype: "bool" as const }],
    [{ data: new Uint8Array(4), shape: [4] }],
    [{ data: new Uint8Array(20), shape: [2, 2, 5] }],
    [{ data: new Uint8Array(5), shape: [2, 2] }],
    [{ data: new Uint8Array(0), shape: [0, 2] }],
  ])("refuses %o", (pixels) => {
    expect(() => encodeBmp(pixels)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  });
});
