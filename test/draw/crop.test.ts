import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { crop, type CropOptions } from "../../src/draw/crop.ts";
import type { Box } from "../../src/model/scene.ts";
import { random, randomInt } from "../support/random.ts";
import { testFrame } from "../support/scenes.ts";

const pixelAt = (frame: Frame, x: number, y: number): number[] => [
  ...frame.view().subarray((y * frame.width + x) * 4, (y * frame.width + x) * 4 + 4),
];

describe("crop", () => {
  test("gives the pixels of a box, cut off or filled at the picture's edges", () => {
    const next = random(12);
    using frame = testFrame(23, 17);
    for (let round = 0; round < 300; round++) {
      const box = {
        x: randomInt(next, -30, 30),
        y: randomInt(next, -30, 30),
        width: randomInt(next, 1, 40),
        height: randomInt(next, 1, 40),
      };
      using part = crop(frame, box, { outside: "pad", background: 0x123456 });
      expect([part.width, part.height, part.mode]).toEqual([box.width, box.height, "RGB"]);
      for (let y = 0; y < box.height; y++)
        for (let x = 0; x < box.width; x++) {
          const [fromX, fromY] = [box.x + x, box.y + y];
          const isInside = fromX >= 0 && fromY >= 0 && fromX < 23 && fromY < 17;
          const expected = isInside ? pixelAt(frame, fromX, fromY) : [0x12, 0x34, 0x56, 255];
          if (pixelAt(part, x, y).join() !== expected.join()) expect(pixelAt(part, x, y)).toEqual(expected);
        }
      const [left, top] = [Math.max(0, box.x), Math.max(0, box.y)];
      const [right, bottom] = [Math.min(23, box.x + box.width), Math.min(17, box.y + box.height)];
      if (left >= right || top >= bottom) {
        expect(() => crop(frame, box)).toThrow(/touches the picture/);
        continue;
      }
      using clipped = crop(frame, box);
      expect([clipped.width, clipped.height]).toEqual([right - left, bottom - top]);
      expect(pixelAt(clipped, 0, 0)).toEqual(pixelAt(frame, left, top));
      expect(pixelAt(clipped, clipped.width - 1, clipped.height - 1)).toEqual(pixelAt(frame, right - 1, bottom - 1));
    }
  });

  test.each([
    [{ x: 10, y: 5, width: 4, height: 3 }, {}, 4, 3],
    [{ x: 10.4, y: 5.6, width: 4.2, height: 3 }, {}, 5, 3],
    [{ x: 10, y: 5, width: 0.01, height: 0.01 }, {}, 1, 1],
    [{ x: 0.5, y: 0.25, width: 0.25, height: 0.5, normalized: true }, {}, 25, 25],
    [{ x: 10, y: 5, width: 20, height: 10, rotation: 90 }, {}, 10, 20],
    [{ x: 10, y: 5, width: 10, height: 10, rotation: 45 }, { outside: "pad" }, 14, 14],
    [{ x: 10, y: 5, width: 4, height: 3 }, { padding: 2 }, 8, 7],
    [{ x: 10, y: 5, width: 4, height: 3 }, { padding: -1 }, 2, 1],
    [{ x: 10, y: 5, width: 4, height: 3 }, { padding: { left: 3, bottom: 1 } }, 7, 4],
    [{ x: 10, y: 5, width: 4, height: 3 }, { padding: 1000 }, 100, 50],
    [{ x: 10, y: 5, width: 40, height: 21 }, { circle: true }, 21, 21],
  ] as [Box, CropOptions, number, number][])("%j with %j is %i x %i", (box, options, width, height) => {
    using frame = testFrame(100, 50);
    using part = crop(frame, box, options);
    expect([part.width, part.height]).toEqual([width, height]);
  });

  test("has alpha only where there is something to see through", () => {
    using frame = testFrame(100, 50);
    const box = { x: 90, y: 5, width: 20, height: 20 };
    const modeOf = (options: CropOptions): string => {
      using part = crop(frame, box, options);
      return part.mode;
    };
    expect(modeOf({})).toBe("RGB");
    expect(modeOf({ outside: "pad" })).toBe("RGBA");
    expect(modeOf({ outside: "pad", background: "#fff" })).toBe("RGB");
    expect(modeOf({ cornerRadius: 3 })).toBe("RGBA");
    expect(modeOf({ circle: true })).toBe("RGBA");
  });

  test("rounds corners with the area of a circle, alike on all sides", () => {
    using frame = Frame.create(80, 80, { fill: 0x4080c0 });
    for (const radius of [0.5, 1, 5, 12.5, 30, 40]) {
      using part = crop(frame, { x: 0, y: 0, width: 80, height: 80 }, { cornerRadius: radius });
      const alphas = part.view().filter((_, i) => i % 4 === 3);
      const sum = alphas.reduce((total, alpha) => total + alpha / 255, 0);
      const expected = 6400 - (4 - Math.PI) * radius * radius;
      expect(Math.abs(sum - expected)).toBeLessThan(1 + radius * 0.1);
      expect([...alphas]).toEqual([...alphas].reverse());
      expect(alphas[0]).toBe(alphas[79]);
      for (let i = 0; i < 6400; i++) if (alphas[i] === 0) expect(part.view()[i * 4]).toBe(0);
    }
  });

  test("of one pixel has no corners to lose", () => {
    using frame = Frame.create(5, 5, { fill: 0xffffff });
    for (const options of [{ circle: true }, { cornerRadius: 9 }]) {
      using part = crop(frame, { x: 2, y: 2, width: 1, height: 1 }, options);
      expect(part.view()[3]).toBeGreaterThan(150);
    }
  });

  test("keeps the alpha of the picture under round corners, and the picture itself", () => {
    using frame = testFrame(60, 40, 1, true);
    const before = frame.toRgba();
    const blocks = core().heap.blocks;
    using part = crop(frame, { x: 10, y: 0, width: 50, height: 40 }, { cornerRadius: 10 });
    expect(pixelAt(part, 25, 20)).toEqual(pixelAt(frame, 35, 20));
    expect(core().heap.blocks).toBe(blocks + 1);
    expect(frame.toRgba()).toEqual(before);
  });

  test.each([
    [{ x: 1, y: 1, width: 0, height: 5 }, {}, "ARGUMENT", "box"],
    [{ x: 1, y: 1, width: -1, height: 5 }, {}, "ARGUMENT", "box.width"],
    [{ x: NaN, y: 1, width: 1, height: 5 }, {}, "ARGUMENT", "box.x"],
    [{ x: 1, y: 1e12, width: 1, height: 5 }, {}, "ARGUMENT", "box.y"],
    [{ x: 1, y: 1, width: Infinity, height: 5 }, {}, "ARGUMENT", "box.width"],
    [null, {}, "ARGUMENT", "box.width"],
    [{ x: 200, y: 1, width: 5, height: 5 }, {}, "ARGUMENT", "box"],
    [{ x: 1, y: 1, width: 5, height: 5 }, { padding: -3 }, "ARGUMENT", "box"],
    [{ x: 1, y: 1, width: 5, height: 5 }, { padding: -3, outside: "pad" }, "ARGUMENT", "padding"],
    [{ x: 1, y: 1, width: 5, height: 5 }, { padding: 0.5 }, "ARGUMENT", "padding"],
    [{ x: 1, y: 1, width: 5, height: 5 }, { padding: { top: NaN } }, "ARGUMENT", "padding.top"],
    [{ x: 1, y: 1, width: 5, height: 5 }, { outside: "wrap" }, "ARGUMENT", "outside"],
    [{ x: 1, y: 1, width: 5, height: 5 }, { circle: 1 }, "ARGUMENT", "circle"],
    [{ x: 1, y: 1, width: 5, height: 5 }, { cornerRadius: -1 }, "ARGUMENT", "cornerRadius"],
    [{ x: 1, y: 1, width: 5, height: 5 }, { background: "red" }, "ARGUMENT", "background"],
    [{ x: 0, y: 0, width: 70000, height: 5 }, { outside: "pad" }, "LIMIT", "box"],
    [{ x: 0, y: 0, width: 60000, height: 60000 }, { outside: "pad" }, "LIMIT", "box"],
  ])("of %j with %j is refused", (box, options, code, path) => {
    using frame = testFrame(20, 20);
    const blocks = core().heap.blocks;
    expect(() => crop(frame, box as Box, options as CropOptions)).toThrow(expect.objectContaining({ code, path }));
    expect(core().heap.blocks).toBe(blocks);
  });
});
