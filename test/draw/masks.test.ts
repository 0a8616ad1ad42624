/** Masks, label maps and what is dimmed around them, as they are drawn. Long: they share scenes and pixels. */
import { afterAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { presentClasses } from "../../src/draw/label-maps.ts";
import { render } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import type { Annotation, LabelMap, Scene, Segmentation } from "../../src/model/scene.ts";
import { polygonToDense } from "../reference/rle.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

const BARE: Style = { boxWidth: 0, showLabels: false, maskOutline: 0 };

function noise(seed: number, width: number, height: number, alpha = false): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 && !alpha ? 255 : randomInt(next, 0, 255),
  );
}

function drawn(scene: Scene, style: Style, pixels = noise(1, scene.width, scene.height)): Uint8Array {
  using frame = Frame.fromRgba(pixels, scene.width, scene.height, "RGB");
  return render(frame, scene, { ...BARE, ...style }).toRgba();
}

function sceneOf(width: number, height: number, ...annotations: Annotation[]): Scene {
  return { width, height, annotations };
}

const dense = (data: object, width: number, height: number): Segmentation =>
  ({ kind: "mask", data, width, height }) as Segmentation;

/** A picture's colour at a pixel. */
const at = (pixels: Uint8Array, width: number, x: number, y: number): number[] =>
  Array.from(pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3));

const square = (x: number, y: number, side: number): Segmentation => ({
  kind: "polygon",
  parts: [{ outline: [x, y, x + side, y, x + side, y + side, x, y + side] }],
});

describe("masks", () => {
  afterAll(() => useModule(variantModule("simd")));

  test("of every type of array are the object where a value is not 0", () => {
    const numbers = [0, 1, -0, 0, 3, 0, 0, 7];
    const expected = drawn(sceneOf(4, 2, { segmentation: dense(numbers, 4, 2) }), {});
    expect(expected).not.toEqual(noise(1, 4, 2));
    for (const Type of [
      Uint8Array,
      Uint8ClampedArray,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
      Float32Array,
      Float64Array,
    ])
      expect(drawn(sceneOf(4, 2, { segmentation: dense(Type.from(numbers), 4, 2) }), {})).toEqual(expected);
    for (const data of [
      BigInt64Array.from([0n, -1n, 0n, 0n, 3n, 0n, 0n, 2n ** 40n]),
      BigUint64Array.from([0n, 1n, 0n, 0n, 3n, 0n, 0n, 7n]),
      [false, true, false, false, true, false, false, true],
      [0, NaN, -0, 0, 1e-300, 0, 0, Infinity],
      Float32Array.from([0, NaN, -0, 0, 0.001, 0, 0, -1]),
    ])
      expect(drawn(sceneOf(4, 2, { segmentation: dense(data, 4, 2) }), {})).toEqual(expected);
    expect(() => drawn(sceneOf(4, 2, { segmentation: dense(new DataView(new ArrayBuffer(8)), 4, 2) }), {})).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: "annotations[0].segmentation" }),
    );
  });

  test("of self-crossing polygons are what an odd number of turns encloses", () => {
    // a star of five points drawn in one go: its middle is crossed twice
    const star = [50, 5, 78, 90, 5, 38, 95, 38, 22, 90];
    const pixels = drawn(
      sceneOf(100, 100, { segmentation: { kind: "polygon", parts: [{ outline: star }] }, color: 0xff0000 }),
      {
        maskAlpha: 1,
      },
    );
    const expected = polygonToDense(star, 100, 100);
    expect(expected[50 * 100 + 50]).toBe(0);
    const before = noise(1, 100, 100);
    for (let i = 0; i < 10_000; i++)
      expect([...pixels.subarray(i * 4, i * 4 + 3)]).toEqual(
        expected[i] ? [255, 0, 0] : [...before.subarray(i * 4, i * 4 + 3)],
      );
  });

  test("that are soft are blended by probability times opacity, from the cut on", () => {
    const next = random(3);
    const [width, height] = [37, 21];
    const data = Float64Array.from({ length: width * height }, () => next() * 1.4 - 0.2);
    const before = noise(1, width, height);
    for (const maskCut of [0, 0.3]) {
      const scene = sceneOf(width, height, { segmentation: { kind: "soft", data, width, height }, color: 0x2080f0 });
      const pixels = drawn(scene, { maskAlpha: 0.6, maskCut });
      for (let i = 0; i < width * height; i++) {
        const probability = Math.round(Math.min(1, Math.max(0, data[i]!)) * 255) / 255;
        const alpha = probability < maskCut ? 0 : probability * 0.6;
        for (const [c, color] of [0x20, 0x80, 0xf0].entries()) {
          const exact = before[i * 4 + c]! * (1 - alpha) + color * alpha;
          // two roundings, of the weight and of the result
          expect(Math.abs(pixels[i * 4 + c]! - exact)).toBeLessThan(1.01);
        }
      }
    }
  });

  test("that are soft have their rim at 0.5, or at the cut, and stand in line with the others by size", () => {
    const width = 60;
    const ramp = Float32Array.from({ length: 3600 }, (_, i) => (i % width) / 59);
    const soft: Annotation = { segmentation: { kind: "soft", data: ramp, width, height: 60 }, color: 0x00ff00 };
    const style: Style = { maskAlpha: 0, maskOutline: 2 };
    expect(at(drawn(sceneOf(width, 60, soft), style), width, 30, 30)).toEqual([0, 255, 0]);
    expect(at(drawn(sceneOf(width, 60, soft), { ...style, maskCut: 0.75 }), width, 45, 30)).toEqual([0, 255, 0]);
    // a large soft mask goes under a small hard one, whatever their order in the scene
    const small: Annotation = { segmentation: square(40, 20, 10), color: 0xff0000 };
    for (const scene of [sceneOf(width, 60, soft, small), sceneOf(width, 60, small, soft)])
      expect(at(drawn(scene, { maskAlpha: 1 }), width, 45, 25)).toEqual([255, 0, 0]);
  });

  test("blend to the mean of their colours, in any order", () => {
    const next = random(4);
    const annotations = Array.from({ length: 6 }, (): Annotation => ({
      segmentation: square(randomInt(next, -5, 30), randomInt(next, -5, 30), randomInt(next, 5, 30)),
      color: randomInt(next, 0, 0xffffff),
    }));
    const style: Style = { maskMode: "blend", maskAlpha: 0.5 };
    const expected = drawn(sceneOf(50, 50, ...annotations), style);
    expect(drawn(sceneOf(50, 50, ...annotations.toReversed()), style)).toEqual(expected);
    const two: Annotation[] = [
      { segmentation: square(0, 0, 30), color: 0xff0000 },
      { segmentation: square(10, 10, 30), color: 0x0000ff },
    ];
    const pixels = drawn(sceneOf(50, 50, ...two), { maskMode: "blend", maskAlpha: 1 });
    expect([5, 20, 35].map((v) => at(pixels, 50, v, v))).toEqual([
      [255, 0, 0],
      [128, 0, 128],
      [0, 0, 255],
    ]);
  });

  test("carry patterns of their own, by category or group", () => {
    const scene = sceneOf(
      90,
      60,
      { segmentation: square(0, 0, 40), category: "car", color: 0xff0000 },
      { segmentation: square(45, 0, 40), group: "predictions", color: 0xff0000 },
    );
    const style: Style = { maskAlpha: 0, maskHatches: { car: "horizontal", predictions: "vertical" } };
    const pixels = drawn(scene, style, new Uint8Array(90 * 60 * 4).fill(255));
    const lines = (points: [x: number, y: number][]): number =>
      new Set(points.map(([x, y]) => at(pixels, 90, x, y).join())).size;
    const steps = Array.from({ length: 30 }, (_, i) => i + 5);
    expect(lines(steps.map((v) => [v, 20]))).toBe(1);
    expect(lines(steps.map((v) => [20, v]))).toBeGreaterThan(1);
    expect(lines(steps.map((v) => [50, v]))).toBe(1);
    expect(lines(steps.map((v) => [v + 45, 20]))).toBeGreaterThan(1);
    for (const maskHatch of ["diagonal", "back", "cross", "dots", "horizontal", "vertical"] as const) {
      const hatched = drawn(scene, { maskAlpha: 0, maskHatch }, new Uint8Array(90 * 60 * 4).fill(255));
      let covered = 0;
      for (let y = 0; y < 40; y++) for (let x = 0; x < 40; x++) if (at(hatched, 90, x, y)[1]! < 128) covered++;
      // neither nothing nor a plane
      expect(covered / 1600).toBeGreaterThan(0.03);
      expect(covered / 1600).toBeLessThan(0.5);
      for (let y = 45; y < 60; y++) expect(at(hatched, 90, 20, y)).toEqual([255, 255, 255]);
    }
  });

  test("glow outwards only, less and less, never over another object", () => {
    const scene = sceneOf(
      80,
      60,
      { segmentation: square(10, 10, 30), color: 0 },
      { segmentation: square(44, 10, 30), color: 0 },
    );
    const white = new Uint8Array(80 * 60 * 4).fill(255);
    const pixels = drawn(scene, { maskAlpha: 0, maskHalo: 10, maskHaloColor: "#000" }, white);
    const column = Array.from({ length: 13 }, (_, i) => at(pixels, 80, 25, 40 + i)[0]!);
    expect(column.every((value, i) => i === 0 || value >= column[i - 1]!)).toBe(true);
    expect(column[0]).toBeLessThan(40);
    expect(column[12]).toBe(255);
    for (let y = 10; y < 40; y++)
      for (let x = 10; x < 74; x++) if (x < 40 || x >= 44) expect(at(pixels, 80, x, y)).toEqual([255, 255, 255]);
    expect(at(pixels, 80, 42, 25)[0]).toBeLessThan(200);
  });

  test("draws the same on every build, or refuses; never traps, never damages alpha", () => {
    const next = random(5);
    const hatches = ["none", "diagonal", "back", "cross", "dots", "horizontal", "vertical"] as const;
    const odd = [NaN, Infinity, 1e12, -1e12, 0, -5, 2 ** 31, 0.5];
    const value = (): number => (next() < 0.03 ? odd[randomInt(next, 0, odd.length - 1)]! : randomInt(next, -20, 60));
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const [width, height] = [randomInt(next, 1, 50), randomInt(next, 1, 50)];
      const annotations = Array.from({ length: randomInt(next, 1, 4) }, (_, k): Annotation => {
        const ring = (): number[] => Array.from({ length: randomInt(next, 3, 8) * 2 }, value);
        const [w, h] = [randomInt(next, 1, 30), randomInt(next, 1, 30)];
        const data = Array.from({ length: w * h }, () => next() * 2 - 0.5);
        const segmentation: Annotation["segmentation"] =
          next() < 0.4
            ? { kind: "polygon", parts: [{ outline: ring(), holes: next() < 0.3 ? [ring()] : [] }] }
            : { kind: next() < 0.5 ? "soft" : "mask", data, width: w, height: h, left: value(), top: value() };
        const box = { x: value(), y: value(), width: Math.abs(value()), height: Math.abs(value()) };
        return { category: `c${k}`, box, ...(next() < 0.8 && { segmentation }) };
      });
      const labelMaps: LabelMap[] =
        next() < 0.3
          ? [{ data: Int16Array.from({ length: width * height }, () => randomInt(next, -1, 3)), width, height }]
          : [];
      const style: Style = {
        maskAlpha: next(),
        maskMode: next() < 0.3 ? "blend" : "over",
        maskCut: next(),
        maskOutline: next() < 0.2 ? 0 : next() * 12,
        maskHatch: hatches[randomInt(next, 0, 6)]!,
        maskHalo: next() < 0.5 ? 0 : next() * 30,
        labelMapBorder: next() < 0.5 ? 0 : next() * 9,
        ...(next() < 0.5 && { labelMapBorderColor: "#fff" }),
        dim: next() < 0.5 ? 0 : next(),
        dimMode: (["dark", "light", "gray"] as const)[randomInt(next, 0, 2)]!,
        privacyCategories: next() < 0.3 ? ["c1", "2"] : [],
        blend: next() < 0.5 ? "round" : "truncate",
      };
      const pixels = noise(round, width, height);
      const results = VARIANTS.map((variant) => {
        useModule(variantModule(variant));
        using frame = Frame.fromRgba(pixels, width, height, "RGB");
        try {
          render(frame, { width, height, annotations, labelMaps }, style);
        } catch (error) {
          expect(error).toMatchObject({ name: "ImageError", path: expect.stringMatching(/^annotations\[\d\]/) });
          expect(frame.toRgba()).toEqual(pixels);
          refused++;
        }
        expect(core().heap.blocks - core().cachedBlocks).toBe(1);
        return frame.toRgba();
      });
      for (const result of results) expect(result.findIndex((byte, i) => byte !== results[0]![i])).toBe(-1);
      expect(results[0]!.every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
    }
    expect(refused / VARIANTS.length).toBeGreaterThan(40);
    expect(refused / VARIANTS.length).toBeLessThan(360);
  });
});

describe("dim", () => {
  test("takes away what is outside of masks, and of boxes where there are none", () => {
    const scene = sceneOf(
      40,
      30,
      { segmentation: square(2, 2, 10), box: { x: 0, y: 0, width: 20, height: 20 } },
      { box: { x: 25, y: 5, width: 10.2, height: 10 } },
    );
    const before = noise(1, 40, 30);
    for (const [dimMode, expected] of [
      ["dark", [0, 0, 0]],
      ["light", [255, 255, 255]],
    ] as const) {
      const pixels = drawn(scene, { dim: 1, dimMode, maskAlpha: 0 });
      for (let y = 0; y < 30; y++)
        for (let x = 0; x < 40; x++) {
          const inside = (x >= 2 && x < 12 && y >= 2 && y < 12) || (x >= 25 && x < 36 && y >= 5 && y < 15);
          expect(at(pixels, 40, x, y)).toEqual(inside ? at(before, 40, x, y) : expected);
        }
    }
    const gray = at(drawn(scene, { dim: 1, dimMode: "gray", maskAlpha: 0 }), 40, 15, 15);
    const [r, g, b] = at(before, 40, 15, 15) as [number, number, number];
    expect(gray).toEqual(new Array(3).fill(Math.floor((77 * r + 150 * g + 29 * b + 128) / 256)));
  });

  test("leaves a picture without objects as it is, and does not count what filters leave out", () => {
    const before = noise(1, 20, 20);
    expect(drawn(sceneOf(20, 20), { dim: 1 })).toEqual(before);
    expect(drawn(sceneOf(20, 20, { segmentation: square(0, 0, 9), score: 0.1 }), { dim: 1, minScore: 0.5 })).toEqual(
      before,
    );
  });
});

describe("label maps", () => {
  const [width, height] = [30, 20];
  const bands = (
    ids: readonly number[],
    Type: { from(values: ArrayLike<number>): LabelMap["data"] } = Uint8Array,
  ): LabelMap => ({
    data: Type.from(Array.from({ length: 600 }, (_, i) => ids[Math.floor((i % 30) / (30 / ids.length))]!)),
    width,
    height,
  });
  const mapped = (map: LabelMap, style: Style): Uint8Array =>
    drawn({ width, height, annotations: [], labelMaps: [map] }, { labelMapAlpha: 1, ...style });

  test("have colours, opacities and gaps by class, by name or id", () => {
    const map = { ...bands([1, 2, 0]), classes: new Map([[2, "road"]]) };
    const before = noise(1, width, height);
    const pixels = mapped(map, {
      labelMapClasses: { "1": { color: "#102030" }, road: { hide: true }, "0": { color: 9 } },
    });
    expect(at(pixels, width, 4, 3)).toEqual([0x10, 0x20, 0x30]);
    expect(at(pixels, width, 14, 3)).toEqual(at(before, width, 14, 3));
    expect(at(pixels, width, 24, 3)).toEqual([0, 0, 9]);
    const clear = mapped(map, { labelMapClasses: { "1": { alpha: 0 } } });
    expect(at(clear, width, 4, 3)).toEqual(at(before, width, 4, 3));
    expect(at(clear, width, 14, 3)).not.toEqual(at(before, width, 14, 3));
    expect(at(clear, width, 24, 3)).toEqual(at(before, width, 24, 3));
  });

  test("of wider arrays are drawn as those of bytes, by the same ids", () => {
    const expected = mapped(bands([1, 2, 0]), { labelMapBorder: 3 });
    for (const Type of [Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array])
      expect(mapped(bands([1, 2, 0], Type), { labelMapBorder: 3 })).toEqual(expected);
    const style: Style = { colors: { "70000": "#010203", "-1": "#040506" } };
    const pixels = mapped(bands([70_000, -1, 0], Int32Array), style);
    expect(at(pixels, width, 4, 3)).toEqual([1, 2, 3]);
    expect(at(pixels, width, 14, 3)).toEqual([4, 5, 6]);
    const many = { data: Uint16Array.from({ length: 600 }, (_, i) => i), width, height };
    expect(() => mapped(many, {})).toThrow(expect.objectContaining({ code: "UNSUPPORTED", path: "labelMaps[0].data" }));
    expect(() => mapped({ ...many, data: new Float32Array(600) as never }, {})).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: "labelMaps[0].data" }),
    );
  });

  test("have borders between regions, not along the picture", () => {
    const style: Style = { labelMapAlpha: 0, labelMapBorder: 2, labelMapBorderColor: "#fff" };
    const pixels = mapped(bands([1, 2, 0]), style);
    const before = noise(1, width, height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        expect(at(pixels, width, x, y)).toEqual(
          [9, 10, 19, 20].includes(x) ? [255, 255, 255] : at(before, width, x, y),
        );
    const own = mapped(bands([1, 2, 0]), {
      labelMapAlpha: 0,
      labelMapBorder: 2,
      colors: { "1": 0xff0000, "2": 0x00ff00 },
    });
    expect([9, 10, 19].map((x) => at(own, width, x, 5))).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 255, 0],
    ]);
    expect(at(own, width, 20, 5)).toEqual(at(before, width, 20, 5));
  });

  test("say which classes they hold, and how many pixels of each", () => {
    const expected = new Map([
      [0, 200],
      [1, 200],
      [2, 200],
    ]);
    expect([...presentClasses(bands([2, 1, 0]))]).toEqual([...expected]);
    expect([...presentClasses(bands([2, 1, 0], Int32Array))]).toEqual([...expected]);
    expect([...presentClasses(bands([70_000, -1, 0], Int32Array)).keys()]).toEqual([-1, 0, 70_000]);
  });
});
