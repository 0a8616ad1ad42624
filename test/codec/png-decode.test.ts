import { zlibSync } from "fflate";
import { afterEach, describe, expect, test } from "vitest";
import { decodePng } from "../../src/codec/png-decode.ts";
import { core } from "../../src/core/wasm.ts";
import { ImageError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { decodePngSlowly } from "../reference/png.ts";
import { chunk, ihdr, join, pngFile, randomPng, slowCrc } from "../support/png-builder.ts";
import { random, randomInt } from "../support/random.ts";
import { difference, SAME } from "../support/reference-images.ts";

/** Colour type and its bit depths. */
const KINDS = [
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
] as const;

function codeOf(bytes: Uint8Array): string {
  try {
    decodePng(bytes).free();
    return "picture";
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return error.code;
  }
}

afterEach(() => expect(core().heap.blocks).toBe(0));

describe("decodePng", () => {
  test.each(KINDS.flatMap(([type, depths]) => depths.map((depth) => [type, depth] as const)))(
    "equals the reference for colour type %i at %i bits: sizes, interlace, transparency, many IDAT chunks",
    (colorType, bitDepth) => {
      const next = random(colorType * 100 + bitDepth);
      for (let round = 0; round < 40; round++) {
        const transparent = round % 3 === 0 && colorType < 4;
        const entries = randomInt(next, 1, 2 ** Math.min(bitDepth, 8));
        const file = randomPng(next, {
          width: round < 20 ? randomInt(next, 1, 9) : randomInt(next, 10, 70),
          height: randomInt(next, 1, 20),
          bitDepth,
          colorType,
          interlace: (round % 2) as 0 | 1,
          parts: randomInt(next, 1, 4),
          ...(colorType === 3 && { palette: entries }),
          ...(transparent && {
            transparency: Array.from({ length: colorType === 3 ? entries : colorType === 0 ? 2 : 6 }, () =>
              randomInt(next, 0, 255),
            ),
          }),
        });
        const expected = decodePngSlowly(file);
        const frame = decodePng(file);
        expect([frame.width, frame.height]).toEqual([expected.width, expected.height]);
        expect(difference(frame.view(), expected.rgba)).toEqual(SAME);
        const grey = colorType % 4 === 0;
        expect(frame.mode).toBe((grey ? "L" : "RGB") + (colorType >= 4 || transparent ? "A" : ""));
        frame.free();
        const native = decodePng(file, { as: "native" });
        expect(difference(native.data, expected.samples)).toEqual(SAME);
      }
    },
  );

  test("equals the reference where strips of rows end: one column of many rows, and one row wider than a strip", () => {
    const next = random(8);
    for (const [width, height] of [
      [1, 20_000],
      [20_000, 2],
      [3000, 5],
    ] as const)
      for (const [colorType, bitDepth] of [
        [2, 8],
        [0, 1],
        [0, 8],
      ] as const) {
        const file = randomPng(next, { width, height, bitDepth, colorType });
        const frame = decodePng(file);
        expect(difference(frame.view(), decodePngSlowly(file).rgba)).toEqual(SAME);
        frame.free();
      }
  });

  test("takes a transparent colour that a picture holds, at each depth", () => {
    for (const [colorType, bitDepth] of [
      [0, 1],
      [0, 2],
      [0, 4],
      [0, 8],
      [0, 16],
      [2, 8],
      [2, 16],
    ] as const) {
      const n = colorType === 0 ? 1 : 3;
      const value = bitDepth === 16 ? [0x12, 0x34] : [2 ** bitDepth - 2];
      const packed = bitDepth < 8 ? [value[0]! << (8 - bitDepth)] : Array.from({ length: n }, () => value).flat();
      const file = pngFile(
        ihdr(1, 2, bitDepth, colorType),
        chunk("tRNS", Array.from({ length: n }, () => (bitDepth === 16 ? value : [0, value[0]!])).flat()),
        chunk("IDAT", zlibSync(Uint8Array.of(0, ...packed, 0, ...packed.map(() => 255)))),
        chunk("IEND"),
      );
      using frame = decodePng(file);
      expect([bitDepth, frame.view()[3], frame.view()[7]]).toEqual([bitDepth, 0, 255]);
    }
  });

  test("gives native pixels with shape, mode, depth, palette and transparency", () => {
    const next = random(2);
    const native = (spec: Parameters<typeof randomPng>[1]) => decodePng(randomPng(next, spec), { as: "native" });
    const size = { width: 5, height: 3 };
    const words = native({ ...size, bitDepth: 16, colorType: 2, transparency: [1, 2, 3, 4, 5, 6] });
    expect(words).toMatchObject({ shape: [3, 5, 3], mode: "RGB", bitDepth: 16, transparency: [0x102, 0x304, 0x506] });
    expect(words.data).toBeInstanceOf(Uint16Array);
    const indexed = native({ ...size, bitDepth: 2, colorType: 3, palette: 3, transparency: [7, 8] });
    expect(indexed).toMatchObject({ shape: [3, 5], mode: "P", bitDepth: 2 });
    expect(indexed.palette).toHaveLength(9);
    expect(indexed.transparency).toEqual(Uint8Array.of(7, 8));
    expect(Math.max(...indexed.data)).toBeLessThan(4);
    const grey = native({ ...size, bitDepth: 4, colorType: 0, transparency: [0xff, 0xf3] });
    expect(grey).toMatchObject({ shape: [3, 5], mode: "L", bitDepth: 4, transparency: [3] });
    expect(native({ ...size, bitDepth: 8, colorType: 4 })).toMatchObject({ shape: [3, 5, 2], mode: "LA" });
    expect(native({ ...size, bitDepth: 8, colorType: 6 })).toMatchObject({ shape: [3, 5, 4], mode: "RGBA" });
  });

  test("honours a view that does not start at byte 0, and bytes behind the end", () => {
    const file = randomPng(random(1), { width: 3, height: 3, bitDepth: 8, colorType: 2 });
    const padded = join([Uint8Array.of(1, 2, 3), file, Uint8Array.of(4, 5)]);
    using frame = decodePng(padded.subarray(3));
    expect(difference(frame.view(), decodePngSlowly(file).rgba)).toEqual(SAME);
  });

  test("gives DECODE for every prefix of a file", () => {
    const next = random(31);
    for (const spec of [
      { width: 7, height: 5, bitDepth: 8, colorType: 6, parts: 3 },
      { width: 7, height: 5, bitDepth: 2, colorType: 3, palette: 4, transparency: [1, 2], interlace: 1 },
    ] as const) {
      const file = randomPng(next, spec);
      for (let length = 0; length < file.length; length++)
        expect([length, codeOf(file.subarray(0, length))]).toEqual([length, "DECODE"]);
      expect(codeOf(file)).toBe("picture");
    }
  });

  test("gives DECODE for a flipped bit in any critical chunk", () => {
    const file = randomPng(random(32), { width: 9, height: 4, bitDepth: 8, colorType: 3, palette: 256 });
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice();
      damaged[at]! ^= 1;
      // a changed width or height may be over a limit first; a chunk type may become ancillary, and then one is missing
      expect([at, codeOf(damaged)]).toEqual([at, "DECODE"]);
    }
  });

  test("gives a picture or an ImageError for 3000 damaged files whose checksums are right", () => {
    const next = random(34);
    const seen = new Set<string>();
    for (let round = 0; round < 3000; round++) {
      const [colorType, depths] = KINDS[round % 5]!;
      const file = randomPng(next, {
        width: randomInt(next, 1, 12),
        height: randomInt(next, 1, 12),
        bitDepth: depths[randomInt(next, 0, depths.length - 1)]!,
        colorType,
        interlace: randomInt(next, 0, 1) as 0 | 1,
        ...(colorType === 3 && { palette: 2 }),
        transparency: [1, 2],
      });
      for (let i = randomInt(next, 1, 3); i > 0; i--)
        file[randomInt(next, 16, Math.min(file.length - 1, 110))] = randomInt(next, 0, 255);
      // sizes stay small, so that the damage is not a matter of limits alone
      if (round % 4 > 0) file.fill(0, 16, 19).fill(0, 20, 23);
      seen.add(codeOf(withRightChecksums(file)));
    }
    expect([...seen].sort()).toEqual(["DECODE", "LIMIT", "picture"]);
  });

  test("says where in the file it broke", () => {
    const file = randomPng(random(33), { width: 4, height: 4, bitDepth: 8, colorType: 0 });
    const data = file.slice();
    data[33 + 8 + 5]! ^= 255;
    expect(() => decodePng(data)).toThrow(/CRC.*\(byte 41\)/);
    expect(() => decodePng(file.subarray(0, 40))).toThrow(/end of the bytes.*\(byte 40\)/);
    const filters = pngFile(ihdr(1, 2, 8, 0), chunk("IDAT", zlibSync(Uint8Array.of(0, 1, 5, 1))), chunk("IEND"));
    expect(() => decodePng(filters)).toThrow(/filter type 0 to 4.*row 1/);
  });

  describe("holds to the rules of chunks", () => {
    const data = chunk("IDAT", zlibSync(Uint8Array.of(0, 200)));
    const header = ihdr(1, 1, 8, 0);
    const indexed = ihdr(1, 1, 8, 3);
    const palette = chunk("PLTE", [1, 2, 3]);
    const end = chunk("IEND");
    const wrongCrc = (bytes: Uint8Array): Uint8Array => {
      const damaged = bytes.slice();
      damaged[damaged.length - 1]! ^= 1;
      return damaged;
    };

    test.each<[string, Uint8Array[]]>([
      ["no IHDR", [data, end]],
      ["a chunk before IHDR", [chunk("tEXt"), header, data, end]],
      ["two IHDR", [header, header, data, end]],
      ["an IHDR of 14 bytes", [chunk("IHDR", [...header.subarray(8, 21), 0]), data, end]],
      ["width 0", [ihdr(0, 1, 8, 0), data, end]],
      ["height 0", [ihdr(1, 0, 8, 0), data, end]],
      ["colour type 1", [ihdr(1, 1, 8, 1), data, end]],
      ["RGB of 4 bits", [ihdr(1, 1, 4, 2), data, end]],
      ["interlace method 2", [ihdr(1, 1, 8, 0, 2), data, end]],
      ["no IDAT", [header, end]],
      ["no IEND", [header, data]],
      ["IDAT chunks with another between", [header, data, chunk("tEXt"), data, end]],
      ["no PLTE", [indexed, data, end]],
      ["PLTE behind IDAT", [indexed, data, palette, end]],
      ["two PLTE", [indexed, palette, palette, data, end]],
      ["a PLTE of 4 bytes", [indexed, chunk("PLTE", [1, 2, 3, 4]), data, end]],
      ["an empty PLTE", [indexed, chunk("PLTE"), data, end]],
      ["an unknown critical chunk", [header, chunk("ABCD"), data, end]],
      ["a chunk type with a digit", [header, chunk("te1t"), data, end]],
      ["too little data", [ihdr(2, 1, 8, 0), data, end]],
      ["too much data", [ihdr(1, 1, 8, 0), chunk("IDAT", zlibSync(new Uint8Array(9))), end]],
      ["a wrong CRC of IDAT", [header, wrongCrc(data), end]],
      ["a wrong CRC of PLTE", [indexed, wrongCrc(palette), data, end]],
      ["a wrong CRC of IEND", [header, data, wrongCrc(end)]],
    ])("refuses %s", (_, chunks) => expect(codeOf(pngFile(...chunks))).toBe("DECODE"));

    test.each<[string, Uint8Array[], number[]]>([
      ["text with a wrong CRC", [header, wrongCrc(chunk("tEXt", [1, 2])), data, end], [200, 200, 200, 255]],
      ["tRNS with a wrong CRC", [header, wrongCrc(chunk("tRNS", [0, 200])), data, end], [200, 200, 200, 255]],
      ["tRNS of a wrong length", [header, chunk("tRNS", [200]), data, end], [200, 200, 200, 255]],
      ["tRNS behind IDAT", [header, data, chunk("tRNS", [0, 200]), end], [200, 200, 200, 255]],
      ["a second tRNS", [header, chunk("tRNS", [0, 200]), chunk("tRNS", [0, 1]), data, end], [200, 200, 200, 0]],
      ["tRNS before PLTE", [indexed, chunk("tRNS", [7]), palette, data, end], [0, 0, 0, 255]],
      ["an index past the end of the palette", [indexed, palette, data, end], [0, 0, 0, 255]],
      ["a PLTE of a grey picture, whatever is in it", [header, chunk("PLTE", [1]), data, end], [200, 200, 200, 255]],
      ["an empty IDAT", [header, chunk("IDAT"), data, end], [200, 200, 200, 255]],
      ["chunks behind IEND", [header, data, end, chunk("ABCD")], [200, 200, 200, 255]],
    ])("passes over %s", (_, chunks, pixel) => {
      using frame = decodePng(pngFile(...chunks));
      expect([...frame.view()]).toEqual(pixel);
    });

    test("refuses a palette of more than 256 entries, and takes as many as the depth can name", () => {
      expect(codeOf(pngFile(indexed, chunk("PLTE", new Uint8Array(771)), data, end))).toBe("DECODE");
      const file = pngFile(ihdr(1, 1, 1, 3), chunk("PLTE", new Uint8Array(9)), data, end);
      expect(decodePng(file, { as: "native" }).palette).toHaveLength(6);
    });
  });

  test("gives LIMIT for a header over a cap before it looks further", () => {
    expect(codeOf(pngFile(ihdr(65501, 1, 8, 0), chunk("IEND")))).toBe("LIMIT");
    expect(codeOf(pngFile(ihdr(60000, 60000, 8, 0), chunk("IEND")))).toBe("LIMIT");
    const before = limits.maxPixels;
    try {
      limits.maxPixels = 20;
      expect(codeOf(randomPng(random(1), { width: 7, height: 3, bitDepth: 8, colorType: 0 }))).toBe("LIMIT");
    } finally {
      limits.maxPixels = before;
    }
  });

  test("reserves nothing for a large header with little data", () => {
    const memory = core().memory.buffer.byteLength;
    const file = pngFile(ihdr(8000, 8000, 16, 6), chunk("IDAT", zlibSync(new Uint8Array(100_000))), chunk("IEND"));
    expect(codeOf(file)).toBe("DECODE");
    expect(core().memory.buffer.byteLength).toBe(memory);
  });
});

/** The same bytes with the CRC of each chunk made right, as far as the chunks can be followed. */
function withRightChecksums(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > file.length) break;
    view.setUint32(at + 8 + length, slowCrc(file.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
  return file;
}
