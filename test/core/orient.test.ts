import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { orientFrame } from "../../src/core/orient.ts";
import { orient } from "../reference/orient.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

const SIDES = [1, 2, 3, 4, 5, 15, 16, 17, 33, 65, 131];

describe.each(VARIANTS)("orient (%s)", (variant) => {
  const core = newCore(variant);

  test.each([2, 3, 4, 5, 6, 7, 8])("equals the reference for orientation %i", (orientation) => {
    const next = random(orientation);
    for (const width of SIDES)
      for (const height of SIDES) {
        const src = Uint32Array.from({ length: width * height }, () => randomInt(next, 0, 0xffffffff));
        const actual = core.run((scratch) => {
          const srcPtr = scratch.copyIn(src);
          const dst = scratch.alloc(src.byteLength + 32) + 16;
          core.u8(dst - 16, src.byteLength + 32).fill(0xa5);
          core.kernels.orient(dst, srcPtr, width, height, orientation);
          expect(new Set(core.u8(dst - 16, 16))).toEqual(new Set([0xa5]));
          expect(new Set(core.u8(dst + src.byteLength, 16))).toEqual(new Set([0xa5]));
          return core.u32(dst, src.length).slice();
        });
        const expected = orient(src, width, height, orientation);
        expect(
          actual.findIndex((pixel, i) => pixel !== expected[i]),
          `${width} x ${height}`,
        ).toBe(-1);
      }
  });
});

describe("orientFrame", () => {
  // 1 2 3
  // 4 5 6
  const pixels = Uint8Array.from({ length: 24 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 4) + 1));
  const picture = (frame: Frame): string =>
    Array.from({ length: frame.height }, (_, y) =>
      Array.from({ length: frame.width }, (__, x) => frame.view()[(y * frame.width + x) * 4]).join(""),
    ).join("/");

  test.each([
    [1, "123/456"],
    [2, "321/654"],
    [3, "654/321"],
    [4, "456/123"],
    [5, "14/25/36"],
    [6, "41/52/63"],
    [7, "63/52/41"],
    [8, "36/25/14"],
  ] as const)("turns a picture as EXIF orientation %i says", (orientation, expected) => {
    using frame = Frame.fromRgba(pixels, 3, 2, "RGB");
    using turned = orientFrame(frame, orientation);
    expect(picture(turned)).toBe(expected);
    expect(turned.mode).toBe("RGB");
    expect(picture(frame)).toBe("123/456");
  });

  test("refuses a frame that was freed", () => {
    const frame = Frame.create(2, 2);
    frame.free();
    expect(() => orientFrame(frame, 6)).toThrow("freed");
  });
});
