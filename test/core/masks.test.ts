/** The masks of a picture against their slow twins. Long: as its source, it is about one class. */
import { afterAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { MaskSet, type Segmentation } from "../../src/core/masks.ts";
import { core, coreModule, useModule } from "../../src/core/wasm.ts";
import { ImageError } from "../../src/errors.ts";
import { glowBrush, lineBrush } from "../../src/core/brush.ts";
import { hide, paintAverage, paintDense, paintOutside, paintThrough } from "../reference/mask-paint.ts";
import { glow, line, rimCoverage } from "../reference/mask-rim.ts";
import { boxOf, place, polygonToDense, toRuns, toText } from "../reference/rle.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { randomMask, randomSides } from "../support/mask.ts";
import { random, randomInt } from "../support/random.ts";

const shipped = coreModule();
afterAll(() => useModule(shipped));

describe.each(VARIANTS)("MaskSet (%s)", (variant) => {
  const inVariant = (work: () => void): void => {
    useModule(variantModule(variant));
    const blocks = core().heap.blocks;
    work();
    expect(core().heap.blocks).toBe(blocks);
  };

  test("gives runs, string, area, box and pixels of random masks in every form they come in", () => {
    inVariant(() => {
      const next = random(11);
      for (let round = 0; round < 150; round++) {
        const [h, w] = randomSides(next);
        const masks = Array.from({ length: randomInt(next, 0, 5) }, () => randomMask(next, h, w));
        const sources = masks.map((mask): Segmentation => {
          const counts = toRuns(mask, h, w);
          const size = [h, w] as const;
          const kind = randomInt(next, 0, 4);
          if (kind === 0) return { kind: "rle", rle: { size, counts } };
          if (kind === 1) return { kind: "rle", rle: { size, counts: toText(counts) } };
          if (kind === 2) return { kind: "mask", data: mask.map((value) => value * 7), width: w, height: h };
          if (kind === 3) return { kind: "rle", rle: { size, counts: Uint32Array.from(counts) } };
          const rows = toRuns(mask, 1, h * w); // in a picture of one row, both orders are the same
          return { kind: "rle", order: "row", rle: { size, counts: rows } };
        });
        const set = MaskSet.from(sources, w, h);
        expect(set.count).toBe(masks.length);
        masks.forEach((mask, i) => {
          expect(Array.from(set.toRuns(i))).toEqual(toRuns(mask, h, w));
          expect(set.toRle(i)).toEqual({ size: [h, w], counts: toText(toRuns(mask, h, w)) });
          expect(set.areas[i]).toBe(mask.reduce((a, b) => a + b, 0));
          expect(Array.from(set.boxes.subarray(i * 4, i * 4 + 4))).toEqual(boxOf(mask, h, w));
          expect(set.decode(i)).toEqual(mask);
        });
        for (let k = 0; k < 4 && masks.length > 0; k++) {
          const i = randomInt(next, 0, masks.length - 1);
          expect(set.view(i)).toEqual(masks[i]);
        }
        expect(set.decodeAll()).toEqual(Uint8Array.from(masks.flatMap((mask) => Array.from(mask))));
        set.free();
      }
    });
  });

  test("cuts a placed mask off at the edges of the picture", () => {
    inVariant(() => {
      const next = random(12);
      for (let round = 0; round < 200; round++) {
        const [h, w] = randomSides(next);
        const [height, width] = randomSides(next);
        const mask = randomMask(next, h, w);
        const left = randomInt(next, -w - 1, width + 1);
        const top = randomInt(next, -h - 1, height + 1);
        const source: Segmentation =
          next() < 0.5
            ? { kind: "rle", rle: { size: [h, w], counts: toRuns(mask, h, w) }, left, top }
            : { kind: "mask", data: Array.from(mask), width: w, height: h, left, top };
        const set = MaskSet.from([source, source], width, height);
        const expected = place(mask, h, w, left, top, height, width);
        expect(set.decode(1)).toEqual(expected);
        expect(Array.from(set.toRuns(0))).toEqual(toRuns(expected, height, width));
        set.free();
      }
    });
  });

  test("fills polygons as cocoapi does, joins their parts and cuts out their holes", () => {
    inVariant(() => {
      const next = random(13);
      for (let round = 0; round < 300; round++) {
        const [height, width] = randomSides(next);
        const fine = next() < 0.5;
        const ring = (): number[] =>
          Array.from({ length: randomInt(next, 3, next() < 0.1 ? 80 : 8) * 2 }, (_, i) => {
            const side = i % 2 === 0 ? width : height;
            const value = (next() * 1.6 - 0.3) * side;
            return fine ? value : Math.round(value);
          });
        const parts = Array.from({ length: randomInt(next, 1, 3) }, () => ({
          outline: ring(),
          holes: Array.from({ length: Math.max(0, randomInt(next, -2, 2)) }, ring),
        }));
        const expected = new Uint8Array(height * width);
        for (const { outline, holes } of parts) {
          const part = polygonToDense(outline, height, width);
          for (const hole of holes) {
            const cut = polygonToDense(hole, height, width);
            for (let i = 0; i < part.length; i++) if (cut[i]) part[i] = 0;
          }
          for (let i = 0; i < part.length; i++) expected[i]! |= part[i]!;
        }
        const set = MaskSet.from([{ kind: "polygon", parts }], width, height);
        expect(Array.from(set.toRuns(0))).toEqual(toRuns(expected, height, width));
        set.free();
      }
    });
  });

  test("sorts a column with thousands of crossings", () => {
    inVariant(() => {
      const next = random(14);
      const outline = Array.from({ length: 6000 }, (_, i) => (i % 2 === 0 ? ((i / 2) % 2) * 3 : next() * 50));
      const set = MaskSet.from([{ kind: "polygon", parts: [{ outline }] }], 4, 50);
      expect(set.decode(0)).toEqual(polygonToDense(outline, 50, 4));
      set.free();
    });
  });

  test("paints as one blend per pixel would, in the order given, with outlines, on pixels of any alpha", () => {
    inVariant(() => {
      const next = random(15);
      for (let round = 0; round < 70; round++) {
        const [h, w] = randomSides(next);
        const masks = Array.from({ length: randomInt(next, 1, 4) }, () => randomMask(next, h, w));
        const sources = masks.map((mask): Segmentation => ({
          kind: "rle",
          rle: { size: [h, w], counts: toRuns(mask, h, w) },
        }));
        const opaque = next() < 0.5;
        const pixels = Uint8Array.from({ length: h * w * 4 }, (_, i) =>
          i % 4 === 3 && (opaque || next() < 0.9) ? 255 : randomInt(next, 0, 255),
        );
        const bias = next() < 0.5 ? 127 : 0;
        const width = [0.3, 1, 1.5, 2, 2.25, 3, 5.5, 9, 17][randomInt(next, 0, 8)]!;
        const period = randomInt(next, 4, 40);
        const tile = Uint8Array.from({ length: period * period }, () => Math.max(0, randomInt(next, -100, 255)));
        const pattern = {
          period,
          bytes: Uint8Array.from(
            { length: period * (period + 16) },
            (_, i) => tile[Math.floor(i / (period + 16)) * period + ((i % (period + 16)) % period)]!,
          ),
        };
        const look = (): { color: number; alpha: number } => ({
          color: randomInt(next, 0, 0xffffff),
          alpha: randomInt(next, 0, 255),
        });
        const paints = Array.from({ length: randomInt(next, 0, 5) }, () => ({
          index: randomInt(next, 0, masks.length - 1),
          color: randomInt(next, 0, 0xffffff),
          alpha: [0, 255, randomInt(next, 0, 255)][randomInt(next, 0, 2)]!,
          hatch: next() < 0.3 ? { ...look(), pattern } : undefined,
          outline: next() < 0.4 ? { ...look(), brush: lineBrush(width) } : undefined,
          halo: next() < 0.3 ? { ...look(), brush: glowBrush(width * 2) } : undefined,
        }));
        const expected = pixels.slice();
        for (const { index, color, alpha, hatch, outline, halo } of paints) {
          const mask = masks[index]!;
          if (halo) {
            const light = rimCoverage(mask, h, w, glow(width * 2)).map((v, i) => (masks.some((m) => m[i]) ? 0 : v));
            paintThrough(expected, light, halo.color, halo.alpha, bias);
          }
          paintDense(expected, mask, color, alpha, bias);
          if (hatch) {
            const through = mask.map(
              (value, i) => value * tile[(Math.floor(i / w) % period) * period + ((i % w) % period)]!,
            );
            paintThrough(expected, through, hatch.color, hatch.alpha, bias);
          }
          if (outline) paintThrough(expected, rimCoverage(mask, h, w, line(width)), outline.color, outline.alpha, bias);
        }
        const frame = Frame.fromRgba(pixels, w, h, opaque ? "RGB" : "RGBA");
        const guard = Frame.create(1, 1, { fill: 0x123456 });
        const set = MaskSet.from(sources, w, h);
        set.paint(frame, paints, bias);
        expect(frame.toRgba()).toEqual(expected);
        expect(Array.from(guard.view())).toEqual([0x12, 0x34, 0x56, 255]);
        set.free();
        frame.free();
        guard.free();
      }
    });
  });
});

describe.each(VARIANTS)("masks together (%s)", (variant) => {
  /** Random masks on a random picture, drawn on by the set and by its twin. */
  const compare = (
    seed: number,
    draw: (set: MaskSet, frame: Frame, next: () => number) => void,
    twin: (pixels: Uint8Array, masks: readonly Uint8Array[], set: MaskSet, next: () => number) => void,
  ): void => {
    useModule(variantModule(variant));
    const blocks = core().heap.blocks;
    const next = random(seed);
    for (let round = 0; round < 80; round++) {
      const [h, w] = randomSides(next);
      const masks = Array.from({ length: randomInt(next, 1, 5) }, () => randomMask(next, h, w));
      const sources = masks.map((data): Segmentation => ({ kind: "mask", data, width: w, height: h }));
      const opaque = next() < 0.5;
      const pixels = Uint8Array.from({ length: h * w * 4 }, (_, i) =>
        i % 4 === 3 && (opaque || next() < 0.9) ? 255 : randomInt(next, 0, 255),
      );
      const expected = pixels.slice();
      const frame = Frame.fromRgba(pixels, w, h, opaque ? "RGB" : "RGBA");
      const guard = Frame.create(1, 1, { fill: 0x123456 });
      const set = MaskSet.from(sources, w, h);
      const choices = randomInt(next, 0, 2 ** 30);
      draw(set, frame, random(choices));
      twin(expected, masks, set, random(choices));
      expect(frame.toRgba().findIndex((byte, i) => byte !== expected[i])).toBe(-1);
      expect(Array.from(guard.view())).toEqual([0x12, 0x34, 0x56, 255]);
      set.free();
      frame.free();
      guard.free();
    }
    expect(core().heap.blocks).toBe(blocks);
  };
  const colorsOf = (next: () => number): (number | undefined)[] =>
    Array.from({ length: 5 }, () => (next() < 0.2 ? undefined : randomInt(next, 0, 0xffffff)));
  const biasOf = (next: () => number): number => (next() < 0.5 ? 127 : 0);

  test("average their colours where they overlap", () => {
    compare(
      31,
      (set, frame, next) =>
        set.paintAverage(frame, colorsOf(next).slice(0, set.count), randomInt(next, 0, 255), biasOf(next)),
      (pixels, masks, _, next) =>
        paintAverage(pixels, masks, colorsOf(next).slice(0, masks.length), randomInt(next, 0, 255), biasOf(next)),
    );
  });

  test("leave what is outside of all of them to a colour or to grey", () => {
    const colorOf = (next: () => number): number | "gray" => (next() < 0.5 ? "gray" : randomInt(next, 0, 0xffffff));
    compare(
      32,
      (set, frame, next) => set.paintOutside(frame, colorOf(next), randomInt(next, 0, 255), biasOf(next)),
      (pixels, masks, _, next) => paintOutside(pixels, masks, colorOf(next), randomInt(next, 0, 255), biasOf(next)),
    );
  });

  test("are hidden behind one mean for each block", () => {
    const modeOf = (next: () => number) => (["fill", "pixelate", "blur"] as const)[randomInt(next, 0, 2)]!;
    compare(
      33,
      (set, frame, next) => {
        const block = randomInt(next, 1, 30);
        set.hide(frame, modeOf(next), () => block, 0x102030);
      },
      (pixels, masks, set, next) => {
        const block = randomInt(next, 1, 30);
        const mode = modeOf(next);
        masks.forEach((mask, i) => {
          if (set.areas[i]! > 0)
            hide(pixels, mask, set.width, set.boxes.subarray(i * 4, i * 4 + 4), block, mode, 0x102030);
        });
      },
    );
  });
});

describe("rims", () => {
  /** Coverage that a white line leaves on a black picture. */
  const coverageOf = (source: Segmentation, side: number, width: number): Uint8Array => {
    const set = MaskSet.from([source], side, side);
    const frame = Frame.create(side, side, { fill: 0 });
    set.paint(frame, [
      { index: 0, color: 0, alpha: 0, outline: { color: 0xffffff, alpha: 255, brush: lineBrush(width) } },
    ]);
    const pixels = frame.toRgba();
    set.free();
    frame.free();
    return Uint8Array.from({ length: side * side }, (_, i) => pixels[i * 4]!);
  };
  const box: Segmentation = { kind: "polygon", parts: [{ outline: [20, 20, 60, 20, 60, 60, 20, 60] }] };

  test.each([
    [1, [0, 0, 128, 128, 0, 0]],
    [2, [0, 0, 255, 255, 0, 0]],
    [2.5, [0, 64, 255, 255, 64, 0]],
    [0.5, [0, 0, 64, 64, 0, 0]],
    [4, [0, 255, 255, 255, 255, 0]],
  ])("of straight sides carry lines of width %f, half of it on each side", (width, expected) => {
    const cover = coverageOf(box, 80, width);
    expect([17, 18, 19, 20, 21, 22].map((y) => cover[y * 80 + 40]!)).toEqual(expected);
    expect([17, 18, 19, 20, 21, 22].map((x) => cover[40 * 80 + x]!)).toEqual(expected);
  });

  test.each([1, 1.5, 2, 3, 6, 20])("of a circle carry a ring of width %f, by exact distance", (width) => {
    const side = 120;
    const data = Uint8Array.from({ length: side * side }, (_, i) =>
      Math.hypot((i % side) + 0.5 - 60, Math.floor(i / side) + 0.5 - 60) < 40 ? 1 : 0,
    );
    const cover = coverageOf({ kind: "mask", data, width: side, height: side }, side, width);
    let worst = 0;
    let sum = 0;
    let lit = 0;
    cover.forEach((value, i) => {
      const d = Math.abs(Math.hypot((i % side) + 0.5 - 60, Math.floor(i / side) + 0.5 - 60) - 40);
      const error = Math.abs(value / 255 - Math.max(0, Math.min(1, width / 2 + 0.5 - d, width)));
      worst = Math.max(worst, error);
      if (error > 0 || value > 0) lit++;
      sum += error;
    });
    // a mask of whole pixels knows its edge to half a pixel; smoothing finds it to about a tenth
    expect(worst).toBeLessThan(0.42);
    expect(sum / lit).toBeLessThan(0.08);
  });

  test("of a mask that the picture cuts off run along the picture's edge", () => {
    const cover = coverageOf({ kind: "mask", data: new Uint8Array(1600).fill(1), width: 40, height: 40 }, 40, 4);
    expect([0, 1, 2, 3].map((y) => cover[y * 40 + 20]!)).toEqual([255, 255, 0, 0]);
    expect(cover[39 * 40 + 20]).toBe(255);
  });

  test("take only widths that there are", () => {
    for (const width of [0, -1, NaN, 201, "2"]) {
      expect(() => lineBrush(width as number)).toThrow(/more than 0 to 200/);
      expect(() => glowBrush(width as number)).toThrow(/more than 0 to 200/);
    }
  });
});

describe("MaskSet", () => {
  const square: Segmentation = { kind: "polygon", parts: [{ outline: [1, 1, 3, 1, 3, 3, 1, 3] }] };

  test.each<[sources: unknown[], code: string, path: string, message: RegExp]>([
    [[square, { kind: "rle", rle: { size: [4, 4], counts: [3] } }], "DECODE", "masks[1]", /fewer.*run 1/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: [3, 14] } }], "DECODE", "masks[0]", /more at run 1/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: [-3, 19] } }], "DECODE", "masks[0]", /-3 at run 0/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: [1.5, 14.5] } }], "DECODE", "masks[0]", /1.5 at run 0/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: [NaN] } }], "DECODE", "masks[0]", /NaN at run 0/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: [] } }], "DECODE", "masks[0]", /fewer.*run 0/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: [3, 14] }, order: "row" }], "DECODE", "masks[0]", /more at run 1/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: "" } }], "DECODE", "masks[0]", /fewer.*character 0/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: "1~" } }], "DECODE", "masks[0]", /"~" at character 1/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: "1é" } }], "DECODE", "masks[0]", /"é" at character 1/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: "1P" } }], "DECODE", "masks[0]", /complete.*character 1/],
    [
      [{ kind: "rle", rle: { size: [4, 4], counts: "1PPPPPPPPP0" } }],
      "DECODE",
      "masks[0]",
      /7 characters.*character 1/,
    ],
    [[{ kind: "rle", rle: { size: [4, 4], counts: "O" } }], "DECODE", "masks[0]", /negative one at character 0/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: "1`0" } }], "DECODE", "masks[0]", /more at character 1/],
    [[{ kind: "rle", rle: { size: [4, 5], counts: [20] } }], "ARGUMENT", "masks[0]", /4 x 4 pixels or a place/],
    [[{ kind: "rle", rle: { size: [0, 4], counts: [0] } }], "ARGUMENT", "masks[0]", /height/],
    [[{ kind: "rle", rle: { size: [65500, 65500], counts: [1] } }], "LIMIT", "masks[0]", /pixels/],
    [[{ kind: "rle", rle: { counts: [16] } }], "ARGUMENT", "masks[0]", /size/],
    [[{ kind: "rle", rle: { size: [4, 4] } }], "ARGUMENT", "masks[0]", /counts/],
    [[{ kind: "rle", rle: { size: [4, 4], counts: [16] }, left: 0.5 }], "ARGUMENT", "masks[0]", /left/],
    [[{ kind: "polygon", parts: [] }], "ARGUMENT", "masks[0]", /at least one part/],
    [[{ kind: "polygon", parts: [{ outline: [1, 2, 3, 4] }] }], "ARGUMENT", "masks[0].parts[0].outline", /three/],
    [
      [{ kind: "polygon", parts: [{ outline: [1, 2, 3, 4, 5, 6, 7] }] }],
      "ARGUMENT",
      "masks[0].parts[0].outline",
      /three/,
    ],
    [
      [{ kind: "polygon", parts: [{ outline: [1, 2, 3, 4, 5, NaN] }] }],
      "ARGUMENT",
      "masks[0].parts[0].outline[5]",
      /NaN/,
    ],
    [
      [{ kind: "polygon", parts: [{ outline: [1, 2, 3, 4, 5, 6], holes: [[1e9, 0, 0, 0, 0, 0]] }] }],
      "ARGUMENT",
      "masks[0].parts[0].holes[0][0]",
      /1000000000/,
    ],
    [[{ kind: "mask", data: [1, 0], width: 4, height: 4 }], "ARGUMENT", "masks[0]", /16 values/],
    [[{ kind: "mask", data: [1, 0], width: 2, height: 1 }], "ARGUMENT", "masks[0]", /or a place/],
    [[{ kind: "points" }], "ARGUMENT", "masks[0]", /kind/],
    [[null], "ARGUMENT", "masks[0]", /a mask/],
  ])("refuses %j with %s at %s", (sources, code, path, message) => {
    const blocks = core().heap.blocks;
    let error: unknown;
    try {
      MaskSet.from(sources as Segmentation[], 4, 4);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ code, path });
    expect((error as ImageError).message).toMatch(message);
    expect(core().heap.blocks).toBe(blocks);
  });

  test("refuses a frame of another size, paints out of range and use after free", () => {
    const set = MaskSet.from([square], 4, 4);
    const small = Frame.create(3, 4);
    const frame = Frame.create(4, 4);
    const paint = { index: 0, color: 0, alpha: 0 };
    expect(() => set.paint(small, [])).toThrow(/frame of 4 x 4, got 3 x 4/);
    expect(() => set.paint(frame, [{ ...paint, index: 1 }])).toThrow(/paints\[0\].index/);
    expect(() => set.paint(frame, [paint, { ...paint, alpha: 256 }])).toThrow(/paints\[1\].alpha/);
    expect(() => set.paint(frame, [{ ...paint, color: -1 }])).toThrow(/color/);
    const brush = lineBrush(2);
    expect(() => set.paint(frame, [{ ...paint, outline: { color: 0, alpha: -1, brush } }])).toThrow(/outline.alpha/);
    expect(() => set.paint(frame, [{ ...paint, halo: { color: 2 ** 24, alpha: 1, brush } }])).toThrow(/halo.color/);
    expect(() => set.paintAverage(frame, [], 1)).toThrow(/expected 1 colours, got 0/);
    expect(() => set.paintOutside(small, 0, 1)).toThrow(/frame of 4 x 4, got 3 x 4/);
    expect(() => set.decode(1)).toThrow(/index below 1/);
    set.free();
    set.free();
    expect(() => set.paint(frame, [])).toThrow(/freed/);
    expect(() => set.toRuns(0)).toThrow(/freed/);
    small.free();
    frame.free();
  });

  test("follows a frame that lives in another instance", () => {
    useModule(shipped);
    const set = MaskSet.from([square, square], 4, 4);
    const before = core();
    useModule(shipped);
    const frame = Frame.create(4, 4, { fill: 0 });
    set.paint(frame, [{ index: 1, color: 0xff0000, alpha: 255 }]);
    expect(before.heap.blocks).toBe(0);
    expect(frame.view()[(1 * 4 + 1) * 4]).toBe(255);
    expect(set.areas[0]).toBe(4);
    expect(set.decode(0)[5]).toBe(1);
    set.free();
    frame.free();
  });
});
