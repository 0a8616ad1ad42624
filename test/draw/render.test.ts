import { afterAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { layoutLabels } from "../../src/draw/label-layout.ts";
import { render, renderToJpeg, renderToPng } from "../../src/draw/render.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

function randomScene(seed: number, width: number, height: number, n: number): Scene {
  const next = random(seed);
  const annotations = Array.from({ length: n }, (): Annotation => {
    const x = randomInt(next, -50, width);
    const y = randomInt(next, -50, height);
    const w = next() * width * 0.4;
    const h = next() * height * 0.4;
    const categoryId = randomInt(next, 0, 30);
    return {
      categoryId,
      category: ["person", "Auto", "Ünïcode", "собака", "犬"][categoryId % 5]!,
      score: next(),
      ...(next() < 0.8 && { box: { x, y, width: w, height: h, rotation: next() < 0.2 ? next() * 360 : 0 } }),
      ...(next() < 0.4 && {
        segmentation: { kind: "polygon" as const, parts: [{ outline: [x, y, x + w, y, x + w / 2, y + h] }] },
      }),
      ...(next() < 0.3 && {
        keypoints: {
          points: Array.from({ length: 4 }, () => ({
            x: x + next() * w,
            y: y + next() * h,
            visibility: randomInt(next, 0, 2) as 0 | 1 | 2,
          })),
          skeleton: {
            name: "s",
            points: ["a", "b", "c", "d"],
            edges: [
              [0, 1],
              [1, 2],
              [2, 3],
            ] as const,
          },
        },
      }),
    };
  });
  return { width, height, annotations };
}

function noise(seed: number, width: number, height: number): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : randomInt(next, 0, 255)));
}

function drawn(scene: Scene, style = {}): Uint8Array {
  using frame = Frame.fromRgba(noise(1, scene.width, scene.height), scene.width, scene.height, "RGB");
  return render(frame, scene, style).toRgba();
}

describe("render", () => {
  afterAll(() => useModule(variantModule("simd")));

  test("gives the same bytes every time and on every build of the core", () => {
    for (let seed = 0; seed < 12; seed++) {
      const scene = randomScene(seed, randomInt(random(seed), 40, 200), 120, 12);
      const style = seed % 2 ? {} : { blend: "truncate", boxFill: 0.2, maskAlpha: 0.7, colorBy: "instance" };
      const results = VARIANTS.map((variant) => {
        useModule(variantModule(variant));
        const first = drawn(scene, style);
        const again = drawn(scene, style);
        expect(first.findIndex((byte, i) => byte !== again[i])).toBe(-1);
        return first;
      });
      for (const result of results) expect(result.findIndex((byte, i) => byte !== results[0]![i])).toBe(-1);
    }
  });

  test("returns the frame it drew on, opaque as before", () => {
    using frame = Frame.create(64, 48, { fill: 0x404040 });
    expect(render(frame, randomScene(3, 64, 48, 20))).toBe(frame);
    expect(frame.toRgba().every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
  });

  test("changes nothing when a later object is wrong", () => {
    const scene = randomScene(4, 64, 48, 5);
    const wrong = { ...scene, annotations: [...scene.annotations, { box: { x: NaN, y: 0, width: 1, height: 1 } }] };
    using frame = Frame.create(64, 48, { fill: 0x404040 });
    const before = frame.toRgba();
    expect(() => render(frame, wrong)).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: "annotations[5].box.x" }),
    );
    expect(frame.toRgba()).toEqual(before);
  });

  test("refuses a scene of another size", () => {
    using frame = Frame.create(64, 48, { fill: 0 });
    expect(() => render(frame, { width: 48, height: 64, annotations: [] })).toThrow(/64 x 48, got 48 x 64/);
  });

  test("refuses a style that is none, and says where", () => {
    using frame = Frame.create(8, 8, { fill: 0 });
    expect(() => render(frame, { width: 8, height: 8, annotations: [] }, { boxWidth: -1 })).toThrow(
      expect.objectContaining({ path: "style.boxWidth" }),
    );
  });

  test("leaves out what the filters name, without changing the colours of the rest", () => {
    const box = { x: 10, y: 10, width: 20, height: 20 };
    const other = { x: 50, y: 10, width: 8, height: 8 };
    const scene: Scene = {
      width: 64,
      height: 48,
      annotations: [
        { box: other, category: "dog", score: 0.2 },
        { box, category: "cat", score: 0.9 },
        { box: other, category: "cow" },
      ],
    };
    const only = { width: 64, height: 48, annotations: [scene.annotations[1]!] };
    const style = { showLabels: false };
    expect(drawn(scene, { ...style, categories: ["cat"] })).toEqual(drawn(only, style));
    const scored = drawn({ ...scene, annotations: scene.annotations.slice(1) }, style);
    expect(drawn(scene, { ...style, minScore: 0.5 })).toEqual(scored);
  });

  test("takes a category's own colour before the palette's, by name or id", () => {
    const box = { x: 10, y: 10, width: 20, height: 20 };
    const scene = { width: 64, height: 48, annotations: [{ box, category: "cat", categoryId: 7 }] };
    for (const colors of [{ cat: "#010203" }, { "7": 0x010203 }]) {
      const pixels = drawn(scene, { colors, showLabels: false, boxWidth: 3 });
      expect([...pixels.subarray((10 * 64 + 15) * 4, (10 * 64 + 15) * 4 + 4)]).toEqual([1, 2, 3, 255]);
    }
  });

  test("draws 1 x 1 pictures, empty scenes and crowds of labels", () => {
    expect(drawn({ width: 1, height: 1, annotations: [] })).toEqual(noise(1, 1, 1));
    drawn(randomScene(5, 1, 1, 10));
    drawn(randomScene(6, 300, 200, 400));
  });

  test("paints large masks first, so that small ones stay visible", () => {
    const square = (side: number) => ({
      kind: "polygon" as const,
      parts: [{ outline: [5, 5, 5 + side, 5, 5 + side, 5 + side, 5, 5 + side] }],
    });
    const annotations = [
      { segmentation: square(10), category: "small" },
      { segmentation: square(40), category: "large" },
    ];
    const colors = { small: 0xff0000, large: 0x0000ff };
    const pixels = drawn(
      { width: 64, height: 48, annotations },
      { colors, maskAlpha: 1, maskOutline: 0, showLabels: false },
    );
    expect([...pixels.subarray((10 * 64 + 10) * 4, (10 * 64 + 10) * 4 + 3)]).toEqual([255, 0, 0]);
    expect([...pixels.subarray((30 * 64 + 30) * 4, (30 * 64 + 30) * 4 + 3)]).toEqual([0, 0, 255]);
  });

  test("says which mask is wrong", () => {
    const annotations: Annotation[] = [
      { category: "a" },
      { segmentation: { kind: "rle", rle: { size: [48, 64], counts: [5] } } },
    ];
    using frame = Frame.create(64, 48, { fill: 0 });
    expect(() => render(frame, { width: 64, height: 48, annotations })).toThrow(
      expect.objectContaining({ path: expect.stringContaining("annotations[1].segmentation") }),
    );
  });

  test("paints a label map under everything else, in the colours of the categories", () => {
    const data = new Uint8Array(64 * 48).fill(3, 64);
    const scene = { width: 64, height: 48, annotations: [], labelMaps: [{ data, width: 64, height: 48 }] };
    const pixels = drawn(scene, { labelMapAlpha: 1, colors: { "3": 0x112233 } });
    expect([...pixels.subarray(64 * 4, 64 * 4 + 3)]).toEqual([0x11, 0x22, 0x33]);
    expect(pixels.subarray(0, 64 * 4)).toEqual(noise(1, 64, 48).subarray(0, 64 * 4));
    using frame = Frame.create(64, 48, { fill: 0 });
    expect(() => render(frame, { ...scene, labelMaps: [{ data, width: 48, height: 64 }] })).toThrow(
      expect.objectContaining({ path: "labelMaps[0]" }),
    );
  });

  test("gives all memory back but the cache of glyphs, over 200 pictures of mixed sizes", () => {
    const work = (round: number): void => {
      drawn(randomScene(round, 30 + ((round * 37) % 170), 30 + ((round * 53) % 130), 10));
    };
    for (let round = 0; round < 200; round++) work(round);
    const { blocks, memory } = {
      blocks: core().heap.blocks - core().cachedBlocks,
      memory: core().memory.buffer.byteLength,
    };
    for (let round = 0; round < 200; round++) work(round);
    expect(core().heap.blocks - core().cachedBlocks).toBe(blocks);
    expect(core().memory.buffer.byteLength).toBe(memory);
  });

  test("draws or refuses whatever numbers come: never a trap, never alpha damage, nothing half drawn", () => {
    const next = random(77);
    const odd = [NaN, Infinity, -Infinity, 1e12, -1e12, 2 ** 20, -(2 ** 20), 0, -0, 1e-300, -5, 65500];
    const number = (): number => (next() < 0.15 ? odd[randomInt(next, 0, odd.length - 1)]! : next() * 120 - 20);
    let refused = 0;
    for (let round = 0; round < 600; round++) {
      const width = randomInt(next, 1, 80);
      const height = randomInt(next, 1, 60);
      const annotations = Array.from({ length: randomInt(next, 1, 3) }, (): Annotation => {
        const box = {
          x: number(),
          y: number(),
          width: number(),
          height: number(),
          rotation: next() < 0.4 ? number() : 0,
        };
        const points = Array.from({ length: 3 }, () => ({
          x: number(),
          y: number(),
          visibility: randomInt(next, 0, 2) as 0 | 1 | 2,
        }));
        const skeleton = {
          name: "s",
          points: [],
          edges: [
            [0, 1],
            [1, 2],
          ] as const,
        };
        return { category: "x", score: number(), box, ...(next() < 0.3 && { keypoints: { points, skeleton } }) };
      });
      const pixels = noise(round, width, height);
      using frame = Frame.fromRgba(pixels, width, height, "RGB");
      try {
        render(frame, { width, height, annotations }, { boxWidth: randomInt(next, 0, 9), boxFill: next() });
        expect(frame.toRgba().every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: "ARGUMENT", path: expect.stringMatching(/^annotations\[\d\]/) });
        expect(frame.toRgba().findIndex((byte, i) => byte !== pixels[i])).toBe(-1);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(590);
  });

  test("renders to files: the frame is drawn on and stays alive", () => {
    using frame = Frame.create(64, 48, { fill: 0x404040 });
    const png = renderToPng(frame, randomScene(7, 64, 48, 3));
    expect([...png.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    const jpeg = renderToJpeg(frame, randomScene(7, 64, 48, 3), {}, { quality: 90 });
    expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    expect(frame.freed).toBe(false);
  });
});

describe("layoutLabels", () => {
  test("says where render puts the plates", () => {
    const annotations = [
      { box: { x: 100, y: 100, width: 300, height: 200 }, category: "car", score: 0.87 },
      { box: { x: 10, y: 200, width: 30, height: 20 }, category: "dog" },
      {
        segmentation: { kind: "polygon" as const, parts: [{ outline: [400, 50, 500, 50, 500, 150] }] },
        category: "kite",
      },
    ];
    const scene = { width: 640, height: 480, annotations };
    const labels = layoutLabels(scene, { colors: { car: 0xff00ff } });
    expect(labels.map(({ text }) => text).sort()).toEqual(["car 0.87", "dog", "kite"]);
    const car = labels.find(({ text }) => text === "car 0.87")!;
    expect(car).toMatchObject({ color: 0xff00ff, free: true });
    expect(car.xyxy[0]).toBe(99);
    expect(car.xyxy[3]).toBeLessThan(100);
    const pixels = drawn(scene, { colors: { car: 0xff00ff } });
    const [left, top, , bottom] = car.xyxy;
    const at = (Math.floor((top + bottom) / 2) * 640 + left + 1) * 4;
    expect([...pixels.subarray(at, at + 3)]).toEqual([255, 0, 255]);
    expect(core().heap.blocks - core().cachedBlocks).toBe(0);
  });

  test("refuses a scene without a size", () => {
    expect(() => layoutLabels({ width: 0, height: 5, annotations: [] })).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: "scene" }),
    );
  });
});
