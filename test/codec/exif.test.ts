import { describe, expect, test } from "vitest";
import { jpegOrientation, tiffOrientation } from "../../src/codec/exif.ts";
import { encodeJpeg } from "../../src/codec/jpeg-encode.ts";
import { exifBlock, withExif } from "../support/pictures.ts";

const jpeg = encodeJpeg({ data: new Uint8Array(64), shape: [8, 8] });

describe("EXIF orientation", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("%i is found in both byte orders", (orientation) => {
    expect(tiffOrientation(exifBlock(orientation, true))).toBe(orientation);
    expect(tiffOrientation(exifBlock(orientation, false))).toBe(orientation);
    expect(jpegOrientation(withExif(jpeg, exifBlock(orientation)))).toBe(orientation);
  });

  test.each([0, 9, 255, 65535])("%i means none", (orientation) => {
    expect(tiffOrientation(exifBlock(orientation))).toBeUndefined();
  });

  test("is none in a JPEG without EXIF, and in a block that is cut anywhere", () => {
    expect(jpegOrientation(jpeg)).toBeUndefined();
    for (let length = 0; length < 22; length++)
      expect(tiffOrientation(exifBlock(6).subarray(0, length))).toBeUndefined();
  });

  test("is none where offsets and counts point out of the block", () => {
    for (const [at, value] of [
      [4, 0xff],
      [7, 0xff],
      [4, 0],
      [16, 0xff], // 16 million values
      [14, 0], // no value
      [12, 5], // another type
      [12, 200],
    ] as const) {
      const block = exifBlock(6);
      block[at] = value;
      expect(tiffOrientation(block), `byte ${at} = ${value}`).toBeUndefined();
    }
  });

  test("does not read past the entries that are there, whatever their count says", () => {
    const block = exifBlock(6);
    block[8] = 0xff;
    block[9] = 0xff;
    block[10] = 0x13; // another tag
    expect(tiffOrientation(block)).toBeUndefined();
  });

  test("is read from the first EXIF segment only, also behind other segments and fill bytes", () => {
    const other = withExif(withExif(jpeg, exifBlock(3)), exifBlock(5));
    expect(jpegOrientation(other)).toBe(5);
    const filled = Uint8Array.of(0xff, 0xd8, 0xff, 0xff, 0xff, ...withExif(jpeg, exifBlock(7)).subarray(3));
    expect(jpegOrientation(filled)).toBe(7);
  });
});
