import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { resize, type ResizeOptions } from "../../src/draw/resize.ts";
import { limits } from "../../src/limits.ts";
import { resizeExactly } from "../reference/resize.ts";
import { random, randomInt } from "../support/random.ts";
import { testFrame } from "../support/scenes.ts";

describe("resize", () => {
  test.each(["area", "lanczos3"] as const)("is within one level of exact arithmetic (%s)", (method) => {
    const next = random(11);
    for (let round = 0; round < 60; round++) {
      const size = [randomInt(next, 1, 40), randomInt(next, 1, 40)] as const;
      const to = [randomInt(next, 1, 60), randomInt(next, 1, 60)] as const;
      const alpha = round % 3 === 0;
      const rgba = Uint8Array.from({ length: size[0] * size[1] * 4 }, (_, i) =>
        i % 4 === 3 && !alpha ? 255 : randomInt(next, 0, 255),
      );
      using frame = Frame.fromRgba(rgba, ...size, alpha ? "RGBA" : "RGB");
      using result = resize(frame, { width: to[0], height: to[1], method });
      const exact = resizeExactly(rgba, size, to, method);
      const actual = result.view();
      let worst = 0;
      for (let i = 0; i < exact.length; i++) {
        // where next to nothing is seen, its colour may be off
        if (alpha && i % 4 < 3 && exact[(i & ~3) + 3]! < 48) continue;
        worst = Math.max(worst, Math.abs(exact[i]! - actual[i]!));
      }
      expect(worst, `${size} to ${to}`).toBeLessThan(alpha ? 1.6 : 1.1);
    }
  });

  test.each([
    [{ width: 50 }, 50, 25],
    [{ height: 50 }, 100, 50],
    [{ width: 30, height: 90 }, 30, 90],
    [{ width: 30, height: 90, fit: "contain" }, 30, 15],
    [{ width: 900, height: 90, fit: "contain" }, 180, 90],
    [{ width: 30, height: 90, fit: "cover" }, 30, 90],
    [{ width: 200, height: 100 }, 200, 100],
    [{ width: 1 }, 1, 1],
  ] as [ResizeOptions, number, number][])("of a picture of 200 x 100 with %j is %i x %i", (options, width, height) => {
    using frame = testFrame(200, 100);
    for (const method of ["area", "lanczos3", "nearest", undefined] as const) {
      using result = resize(frame, { ...options, method });
      expect([result.width, result.height, result.mode]).toEqual([width, height, "RGB"]);
      expect(result.view().every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
    }
  });

  test("keeps a plain colour, with any alpha, at any size", () => {
    for (const pixel of [
      [200, 100, 50, 255],
      [255, 255, 255, 255],
      [0, 1, 254, 255],
      [200, 100, 50, 128],
      [255, 0, 9, 40],
    ]) {
      using frame = Frame.fromRgba(
        Uint8Array.from({ length: 37 * 23 * 4 }, (_, i) => pixel[i % 4]!),
        37,
        23,
      );
      for (const method of ["area", "lanczos3", "nearest"] as const)
        for (const [width, height] of [
          [1, 1],
          [36, 50],
          [100, 3],
        ] as const) {
          using result = resize(frame, { width, height, method });
          const worst = result.view().reduce((most, value, i) => Math.max(most, Math.abs(value - pixel[i % 4]!)), 0);
          expect(worst).toBeLessThanOrEqual(pixel[3]! < 255 ? 1 : 0);
        }
    }
  });

  test("lets colours of clear pixels not bleed in", () => {
    // green that nobody sees beside red
    using frame = Frame.fromRgba(Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 0), 2, 1);
    using result = resize(frame, { width: 1, height: 1 });
    expect([...result.view()]).toEqual([255, 0, 0, 128]);
  });

  test("takes the mean of whole pixels where the size divides", () => {
    using frame = Frame.fromRgba(
      Uint8Array.of(10, 0, 0, 255, 20, 0, 0, 255, 90, 3, 0, 255, 91, 0, 0, 255),
      4,
      1,
      "RGB",
    );
    using result = resize(frame, { width: 2, height: 1 });
    expect([...result.view()]).toEqual([15, 0, 0, 255, 91, 2, 0, 255]);
  });

  test("cuts both sides alike to cover", () => {
    using frame = Frame.create(30, 10, { fill: 0 });
    frame.view().fill(255, 10 * 4, 20 * 4); // the middle of the first row
    for (const method of ["area", "nearest"] as const) {
      using result = resize(frame, { width: 10, height: 10, fit: "cover", method });
      expect(
        result
          .view()
          .subarray(0, 40)
          .every((value) => value === 255),
      ).toBe(true);
      expect(result.view()[40]).toBe(0);
    }
  });

  test("leaves the picture alone and gives back its memory", () => {
    using frame = testFrame(64, 48);
    const before = frame.toRgba();
    const blocks = core().heap.blocks;
    resize(frame, { width: 20, method: "lanczos3" }).free();
    resize(frame, { width: 20, method: "nearest" }).free();
    expect(core().heap.blocks).toBe(blocks);
    expect(frame.toRgba()).toEqual(before);
  });

  test.each([
    [{}, "ARGUMENT"],
    [{ width: 0 }, "ARGUMENT"],
    [{ width: NaN }, "ARGUMENT"],
    [{ width: 1.5 }, "ARGUMENT"],
    [{ height: -3 }, "ARGUMENT"],
    [{ width: "10" }, "ARGUMENT"],
    [{ width: 10, fit: "stretch" }, "ARGUMENT"],
    [{ width: 10, method: "cubic" }, "ARGUMENT"],
    [{ width: 70000 }, "LIMIT"],
    [{ width: 60000, height: 60000 }, "LIMIT"],
    [{ width: 60000 }, "LIMIT"],
  ])("refuses %j with %s", (options, code) => {
    using frame = testFrame(20, 20);
    const blocks = core().heap.blocks;
    expect(() => resize(frame, options as ResizeOptions)).toThrow(expect.objectContaining({ code }));
    expect(core().heap.blocks).toBe(blocks);
    expect(limits.maxSide).toBe(65500);
  });

  test("refuses a frame that was freed", () => {
    const frame = testFrame(20, 20);
    frame.free();
    expect(() => resize(frame, { width: 10 })).toThrow(expect.objectContaining({ code: "STATE" }));
  });

  test("goes from the largest side to one pixel and back", () => {
    using frame = Frame.create(65500, 1, { fill: 0x336699 });
    using one = resize(frame, { width: 1, height: 1 });
    expect([...one.view()]).toEqual([0x33, 0x66, 0x99, 255]);
    using long = resize(one, { width: 65500, height: 1 });
    expect(long.view()[65499 * 4]).toBe(0x33);
  });
});
