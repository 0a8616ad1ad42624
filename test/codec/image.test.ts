import { describe, expect, test } from "vitest";
import { chooseOrientation, decodeImage, decodeImageAsync } from "../../src/codec/image.ts";
import { encodeJpeg } from "../../src/codec/jpeg-encode.ts";
import { core } from "../../src/core/wasm.ts";
import { ImageError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { exifBlock, PICTURES, withExif } from "../support/pictures.ts";

function failure(work: () => unknown): ImageError {
  try {
    work();
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error("expected an ImageError");
}

// a grey ramp from left to right, 24 x 16
const ramp = encodeJpeg(
  { data: Uint8Array.from({ length: 24 * 16 }, (_, i) => (i % 24) * 10), shape: [16, 24] },
  { quality: 100 },
);
const turned = withExif(ramp, exifBlock(6));

describe("the orientation that decodeImage applies", () => {
  const wide = { width: 24, height: 16 };
  const tall = { width: 16, height: 24 };

  test("is the EXIF one by default, and none on demand", () => {
    expect(chooseOrientation(wide, 6, {})).toBe(6);
    expect(chooseOrientation(wide, 6, { orientation: "ignore" })).toBe(1);
    expect(chooseOrientation(wide, 1, {})).toBe(1);
  });

  test("is the one whose size equals the expected size", () => {
    expect(chooseOrientation(wide, 6, { expect: tall })).toBe(6);
    expect(chooseOrientation(wide, 6, { expect: wide })).toBe(1);
    expect(chooseOrientation(wide, 3, { expect: wide })).toBe(3); // both fit: the default
    expect(chooseOrientation({ width: 9, height: 9 }, 8, { expect: { width: 9, height: 9 } })).toBe(8);
  });

  test("is an error naming the sizes where none fits", () => {
    const error = failure(() => chooseOrientation(wide, 6, { expect: { width: 20, height: 20 } }));
    expect(error.code).toBe("ARGUMENT");
    expect(error.path).toBe("expect");
    expect(error.message).toBe(
      "expect: expected a picture of 20 x 20, got 24 x 16 (16 x 24 with its orientation applied)",
    );
    expect(failure(() => chooseOrientation(wide, 6, { orientation: "ignore", expect: tall })).message).toBe(
      "expect: expected a picture of 16 x 24, got 24 x 16",
    );
  });
});

describe("decodeImage", () => {
  test("turns a JPEG with an EXIF orientation, and leaves it as stored on demand", () => {
    using applied = decodeImage(turned);
    expect([applied.width, applied.height]).toEqual([16, 24]);
    using stored = decodeImage(turned, { orientation: "ignore" });
    expect([stored.width, stored.height]).toEqual([24, 16]);
    using plain = decodeImage(ramp);
    expect(stored.toRgba()).toEqual(plain.toRgba());
    // clockwise: the left edge becomes the top
    const red = (frame: typeof applied, x: number, y: number): number => frame.view()[(y * frame.width + x) * 4]!;
    for (let y = 0; y < 24; y++) expect(red(applied, 3, y)).toBe(red(stored, y, 16 - 1 - 3));
  });

  test("takes the orientation that fits the expected size", () => {
    using stored = decodeImage(turned, { expect: { width: 24, height: 16 } });
    expect([stored.width, stored.height]).toEqual([24, 16]);
    using applied = decodeImage(turned, { expect: { width: 16, height: 24 } });
    expect([applied.width, applied.height]).toEqual([16, 24]);
  });

  test("keeps no memory after a size that does not fit", () => {
    const before = core().heap.blocks;
    expect(failure(() => decodeImage(turned, { expect: { width: 5, height: 5 } })).code).toBe("ARGUMENT");
    expect(core().heap.blocks).toBe(before);
  });

  test.each(["gif", "webp", "tiff", "avif"] as const)("names the way to decode a %s", async (type) => {
    const error = failure(() => decodeImage(PICTURES[type]));
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain('decodeImageAsync(bytes, { decoder: "platform" })');
    await expect(decodeImageAsync(PICTURES[type])).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  test("refuses what is no picture, and options that do not exist", () => {
    expect(failure(() => decodeImage(new Uint8Array(0))).code).toBe("DECODE");
    expect(failure(() => decodeImage(Uint8Array.of(1, 2, 3))).message).toContain("got 3 bytes that begin 01 02 03");
    expect(failure(() => decodeImage("cat.png" as never)).code).toBe("ARGUMENT");
    expect(failure(() => decodeImage(ramp, { orientation: "none" as never })).code).toBe("ARGUMENT");
    expect(failure(() => decodeImage(ramp, { expect: { width: 0, height: 5 } })).code).toBe("ARGUMENT");
  });
});

describe("decodeImageAsync", () => {
  test("decodes what decodeImage decodes", async () => {
    using sync = decodeImage(turned);
    for (const options of [{}, { decoder: "platform" }] as const) {
      using frame = await decodeImageAsync(turned, options);
      expect([frame.width, frame.height]).toEqual([16, 24]);
      expect(frame.toRgba()).toEqual(sync.toRgba());
    }
  });

  test("refuses a picture over the limit by its header, before any decoder sees it", async () => {
    const before = limits.maxPixels;
    limits.maxPixels = 100;
    try {
      await expect(decodeImageAsync(PICTURES.webp, { decoder: "platform" })).rejects.toMatchObject({ code: "LIMIT" });
    } finally {
      limits.maxPixels = before;
    }
  });

  test("refuses another decoder, and a broken header", async () => {
    await expect(decodeImageAsync(ramp, { decoder: "magic" as never })).rejects.toMatchObject({ code: "ARGUMENT" });
    await expect(decodeImageAsync(PICTURES.webp.subarray(0, 20), { decoder: "platform" })).rejects.toMatchObject({
      code: "DECODE",
    });
  });
});
