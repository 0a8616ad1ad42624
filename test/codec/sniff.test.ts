import { describe, expect, test } from "vitest";
import { encodeJpeg } from "../../src/codec/jpeg-encode.ts";
import { imageType, sniff } from "../../src/codec/sniff.ts";
import { exifBlock, PICTURES, withExif } from "../support/pictures.ts";
import { random, randomInt } from "../support/random.ts";

const jpeg = encodeJpeg({ data: new Uint8Array(37 * 21), shape: [21, 37] });

/** A PNG up to its IDAT; checksums are not looked at. */
function png(width: number, height: number, exif?: Uint8Array): Uint8Array {
  const chunk = (name: string, body: readonly number[]): number[] => [
    ...[body.length >>> 24, (body.length >> 16) & 255, (body.length >> 8) & 255, body.length & 255],
    ...[...name].map((c) => c.charCodeAt(0)),
    ...body,
    ...[0, 0, 0, 0],
  ];
  const size = (n: number): number[] => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
  return Uint8Array.of(
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", [...size(width), ...size(height), 8, 2, 0, 0, 0]),
    ...(exif ? chunk("eXIf", [...exif]) : []),
    ...chunk("IDAT", [1, 2, 3]),
    ...chunk("IEND", []),
  );
}

function bmp(header: number, width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(14 + header);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(14, header, true);
  if (header === 12) {
    view.setUint16(18, width, true);
    view.setUint16(20, height, true);
  } else {
    view.setInt32(18, width, true);
    view.setInt32(22, height, true);
  }
  return bytes;
}

/** A TIFF directory with width as SHORT, height as LONG, and an orientation. */
function tiff(little: boolean): Uint8Array {
  const bytes = new Uint8Array(8 + 2 + 36);
  const view = new DataView(bytes.buffer);
  bytes.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 3, little);
  const entries = [
    [0x100, 3, 37],
    [0x101, 4, 21],
    [0x112, 3, 6],
  ] as const;
  entries.forEach(([tag, type, value], i) => {
    const at = 10 + i * 12;
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, 1, little);
    if (type === 3) view.setUint16(at + 8, value, little);
    else view.setUint32(at + 8, value, little);
  });
  return bytes;
}

const ALL: [string, Uint8Array, object][] = [
  ["a JPEG", jpeg, { type: "jpeg", width: 37, height: 21 }],
  ["a JPEG with EXIF", withExif(jpeg, exifBlock(6)), { type: "jpeg", width: 37, height: 21, orientation: 6 }],
  ["a PNG", png(70000, 3), { type: "png", width: 70000, height: 3 }],
  ["a PNG with eXIf", png(37, 21, exifBlock(8, false)), { type: "png", width: 37, height: 21, orientation: 8 }],
  ["a GIF", PICTURES.gif, { type: "gif", width: 37, height: 21 }],
  ["a lossy WebP", PICTURES.webp, { type: "webp", width: 37, height: 21 }],
  ["a lossless WebP", PICTURES.webpLossless300, { type: "webp", width: 300, height: 21 }],
  ["an extended WebP", PICTURES.webpExtended, { type: "webp", width: 37, height: 21 }],
  ["an OS/2 BMP", bmp(12, 37, 21), { type: "bmp", width: 37, height: 21 }],
  ["a BMP", bmp(40, 37, 21), { type: "bmp", width: 37, height: 21 }],
  ["a BMP from the top", bmp(124, 37, -21), { type: "bmp", width: 37, height: 21 }],
  ["a TIFF", PICTURES.tiff, { type: "tiff", width: 37, height: 21 }],
  ["a little-endian TIFF", tiff(true), { type: "tiff", width: 37, height: 21, orientation: 6 }],
  ["a big-endian TIFF", tiff(false), { type: "tiff", width: 37, height: 21, orientation: 6 }],
  ["an AVIF", PICTURES.avif, { type: "avif", width: 37, height: 21 }],
  ["an AVIF with an alpha plane", PICTURES.avif18x50, { type: "avif", width: 18, height: 50 }],
];

describe("sniff", () => {
  test.each(ALL)("finds format and size of %s", (_, bytes, expected) => {
    expect(sniff(bytes)).toEqual(expected);
  });

  test.each(ALL)("gives the size or nothing for every beginning of %s", (_, bytes, expected) => {
    for (let length = 0; length < bytes.length; length++) {
      const found = sniff(bytes.subarray(0, length));
      if (found) {
        expect(found.width * found.height).toBeGreaterThan(0);
        expect(found.type).toBe((expected as { type: string }).type);
      }
    }
  });

  test("never throws and never hangs on damaged headers", () => {
    const next = random(5);
    for (const [, bytes] of ALL)
      for (let round = 0; round < 400; round++) {
        const broken = bytes.slice();
        for (let k = randomInt(next, 1, 6); k > 0; k--)
          broken[randomInt(next, 0, broken.length - 1)] = [0, 1, 0x7f, 0xff, randomInt(next, 0, 255)][
            randomInt(next, 0, 4)
          ]!;
        const found = sniff(broken);
        if (found) {
          expect(Number.isInteger(found.width) && found.width > 0).toBe(true);
          expect(Number.isInteger(found.height) && found.height > 0).toBe(true);
        }
      }
  });

  test("knows nothing about text, emptiness and zero sizes", () => {
    const text = (s: string): Uint8Array => new TextEncoder().encode(s);
    for (const bytes of [
      text(""),
      text("BM"),
      text("BMW is a maker of cars"),
      text("RIFF1234WAVE"),
      text("GIF88a__"),
      png(0, 5),
    ])
      expect(sniff(bytes)).toBeUndefined();
    expect(imageType(text("<svg/>"))).toBeUndefined();
    expect(imageType(png(0, 5))).toBe("png");
  });

  test("reads a view that does not start at byte 0", () => {
    const shifted = Uint8Array.of(9, 9, 9, ...PICTURES.webp).subarray(3);
    expect(sniff(shifted)).toEqual({ type: "webp", width: 37, height: 21 });
  });

  test("takes the size of an AVIF's primary item, not of the first one", () => {
    // the two associations change places: the alpha item, which has no other size, becomes the primary one
    const bytes = PICTURES.avif18x50.slice();
    const at = (name: string): number => new TextDecoder("latin1").decode(bytes).indexOf(name);
    bytes[at("pitm") + 9] = 2;
    expect(sniff(bytes)).toEqual({ type: "avif", width: 18, height: 50 });
    bytes[at("ispe") + 11] = 99; // the width of the one size both items share
    expect(sniff(bytes)).toEqual({ type: "avif", width: 99, height: 50 });
  });
});
