import { afterAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { render } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

const MODES = ["pixelate", "blur", "fill"] as const;
const BARE: Style = { boxWidth: 0, showLabels: false, maskAlpha: 0, maskOutline: 0, privacyCategories: ["face"] };

function noise(seed: number, width: number, height: number, alpha = false): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 && !alpha ? 255 : randomInt(next, 0, 255),
  );
}

function hidden(
  pixels: Uint8Array,
  scene: Omit<Scene, "annotations"> & { annotations: readonly Annotation[] },
  style: Style,
): Uint8Array {
  using frame = Frame.fromRgba(pixels, scene.width, scene.height);
  return render(frame, scene, { ...BARE, ...style }).toRgba();
}

const face = (x: number, y: number, width: number, height: number): Annotation => ({
  category: "face",
  box: { x, y, width, height },
});

describe("privacy", () => {
  afterAll(() => useModule(variantModule("simd")));

  test("keeps one colour for each block, and at most eight blocks across", () => {
    const next = random(1);
    for (let round = 0; round < 60; round++) {
      const [width, height] = [randomInt(next, 1, 150), randomInt(next, 1, 150)];
      const pixels = noise(round, width, height);
      const size = randomInt(next, 4, 40);
      const out = hidden(pixels, { width, height, annotations: [face(0, 0, width, height)] }, { privacySize: size });
      const block = Math.max(size, Math.ceil(Math.max(width, height) / 8));
      const colors = new Map<number, string>();
      for (let i = 0; i < width * height; i++) {
        const cell = Math.floor(Math.floor(i / width) / block) * 8 + Math.floor((i % width) / block);
        const color = out.subarray(i * 4, i * 4 + 3).join();
        expect(colors.get(cell) ?? color).toBe(color);
        colors.set(cell, color);
      }
      expect(colors.size).toBeLessThanOrEqual(64);
    }
  });

  test.each(["pixelate", "blur"] as const)(
    "%s gives the same bytes for every picture whose blocks have the same means: what was there cannot be told",
    (privacyMode) => {
      const [width, height, block] = [64, 48, 8];
      const next = random(2);
      const pixels = noise(3, width, height);
      const scene = { width, height, annotations: [face(0, 0, width, height)] };
      const expected = hidden(pixels, scene, { privacyMode, privacySize: block });
      // other pictures: the pixels of each block in another order
      for (let round = 0; round < 5; round++) {
        const shuffled = pixels.slice();
        for (let k = 0; k < 20_000; k++) {
          const [x, y] = [randomInt(next, 0, 7) * block, randomInt(next, 0, 5) * block];
          const at = (): number => ((y + randomInt(next, 0, 7)) * width + x + randomInt(next, 0, 7)) * 4;
          const [a, b] = [at(), at()];
          const kept = shuffled.slice(a, a + 4);
          shuffled.copyWithin(a, b, b + 4);
          shuffled.set(kept, b);
        }
        expect(shuffled).not.toEqual(pixels);
        expect(hidden(shuffled, scene, { privacyMode, privacySize: block })).toEqual(expected);
      }
    },
  );

  test("leaves nothing of noise: no pixel of the region keeps its colour but by chance", () => {
    const [width, height] = [90, 70];
    const pixels = noise(4, width, height);
    for (const privacyMode of MODES) {
      const out = hidden(pixels, { width, height, annotations: [face(10, 10, 60, 50)] }, { privacyMode });
      let kept = 0;
      for (let y = 10; y < 60; y++)
        for (let x = 10; x < 70; x++) {
          const at = (y * width + x) * 4;
          if (out[at] === pixels[at] && out[at + 1] === pixels[at + 1] && out[at + 2] === pixels[at + 2]) kept++;
        }
      expect(kept).toBeLessThan(3);
    }
  });

  test("changes the pixels of the mask alone where there is one, else those of the box", () => {
    const [width, height] = [40, 40];
    const pixels = noise(5, width, height);
    const outline = [5, 5, 35, 5, 5, 35];
    const box = { x: 5, y: 5, width: 30, height: 30 };
    const annotations: Annotation[] = [
      { category: "face", box, segmentation: { kind: "polygon", parts: [{ outline }] } },
    ];
    const byMask = hidden(pixels, { width, height, annotations }, { privacyMode: "fill", privacyColor: 0 });
    const at = (x: number, y: number): number => (y * width + x) * 4;
    expect([...byMask.subarray(at(8, 8), at(8, 8) + 4)]).toEqual([0, 0, 0, 255]);
    expect(byMask.subarray(at(33, 33), at(33, 33) + 4)).toEqual(pixels.subarray(at(33, 33), at(33, 33) + 4));
    const empty: Annotation = {
      ...annotations[0]!,
      segmentation: { kind: "rle", rle: { size: [40, 40], counts: [1600] } },
    };
    for (const annotation of [empty, { category: "face", box }]) {
      const byBox = hidden(
        pixels,
        { width, height, annotations: [annotation] },
        { privacyMode: "fill", privacyColor: 0 },
      );
      for (let i = 0; i < width * height; i++) {
        const inside = i % width >= 5 && i % width < 35 && i >= 5 * width && i < 35 * width;
        expect(byBox[i * 4] === 0 && byBox[i * 4 + 1] === 0 && byBox[i * 4 + 2] === 0).toBe(inside);
      }
    }
  });

  test("takes soft masks, quads, ellipses, lines, points, poses and label maps as places too", () => {
    const [width, height] = [40, 40];
    const pixels = noise(6, width, height);
    const data = new Float32Array(1600).fill(0.2, 400, 800);
    const places: Partial<Annotation>[] = [
      { segmentation: { kind: "soft", data, width, height } },
      { quad: [5, 5, 30, 8, 28, 20, 4, 16] },
      { ellipse: { x: 20, y: 20, radiusX: 10, radiusY: 5, rotation: 30 } },
      { box: { x: 0.25, y: 0.25, width: 0.5, height: 0.5, normalized: true } },
      { polyline: { points: [5, 5, 30, 20] } },
      { points: [5, 5, 30, 20] },
      {
        keypoints: {
          points: [
            { x: 3, y: 4 },
            { x: 20, y: 30 },
            { x: 39, y: 39, visibility: 0 },
          ],
        },
      },
    ];
    for (const place of places) {
      const out = hidden(
        pixels,
        { width, height, annotations: [{ category: "face", ...place }] },
        { privacyMode: "fill" },
      );
      expect(out.filter((byte, i) => byte !== pixels[i]).length).toBeGreaterThan(300);
      expect(out.subarray(39 * 160 + 156)).toEqual(pixels.subarray(39 * 160 + 156));
    }
    const labelMaps = [{ data: new Uint8Array(1600).fill(7, 0, 800), width, height, classes: new Map([[7, "face"]]) }];
    const style: Style = { privacyMode: "fill", privacyColor: "#010203", labelMapAlpha: 0 };
    const out = hidden(pixels, { width, height, annotations: [], labelMaps }, style);
    expect([...out.subarray(0, 4)]).toEqual([1, 2, 3, 255]);
    expect(out.subarray(3200)).toEqual(pixels.subarray(3200));
  });

  test("does not ask the filters, and draws marks over what it hides", () => {
    const [width, height] = [40, 40];
    const pixels = noise(7, width, height);
    const annotations = [{ ...face(0, 0, 40, 40), score: 0.1 }];
    const filtered = hidden(pixels, { width, height, annotations }, { minScore: 0.5, categories: ["car"] });
    expect(filtered).toEqual(hidden(pixels, { width, height, annotations }, {}));
    expect(filtered).not.toEqual(pixels);
    const boxed = hidden(pixels, { width, height, annotations }, { boxWidth: 4, colors: { face: 0xff0000 } });
    expect([...boxed.subarray(0, 4)]).toEqual([255, 0, 0, 255]);
  });

  test("never fails and never touches alpha, for any box on any picture, on every build alike", () => {
    const next = random(8);
    for (let round = 0; round < 150; round++) {
      const [width, height] = [randomInt(next, 1, 50), randomInt(next, 1, 50)];
      const pixels = noise(round, width, height, true);
      const annotations = Array.from({ length: 3 }, (): Annotation => {
        const size = [0, 0.3, 1, 5, 60, 1e6][randomInt(next, 0, 5)]!;
        const box = { x: (next() - 0.3) * 90, y: (next() - 0.3) * 90, width: size, height: next() * 60 };
        return { category: "face", box: { ...box, rotation: next() < 0.3 ? next() * 360 : 0 } };
      });
      const privacyMode = MODES[round % 3]!;
      const results = VARIANTS.map((variant) => {
        useModule(variantModule(variant));
        const out = hidden(pixels, { width, height, annotations }, { privacyMode });
        expect(core().heap.blocks - core().cachedBlocks).toBe(0);
        return out;
      });
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
      for (let i = 3; i < pixels.length; i += 4) expect(results[0]![i]).toBe(pixels[i]);
    }
  });

  test.each<[object, string]>([
    [{ category: "face", box: { x: NaN, y: 0, width: 1, height: 1 } }, "annotations[0].box.x"],
    [{ category: "face", box: { x: 0, y: 0, width: 1e12, height: 1 } }, "annotations[0].box.width"],
    [{ category: "face", quad: [0, 0, 1, 0, Infinity, 1, 0, 1] }, "annotations[0].quad[4]"],
    [{ category: "face", segmentation: { kind: "polygon", parts: [] } }, "annotations[0].segmentation"],
    [
      { category: "face", segmentation: { kind: "soft", data: [1], width: 2, height: 2 } },
      "annotations[0].segmentation.data",
    ],
  ])("refuses %j at %s, with nothing drawn", (annotation, path) => {
    using frame = Frame.create(8, 8, { fill: 0x808080 });
    const before = frame.toRgba();
    const scene = { width: 8, height: 8, annotations: [annotation as Annotation] };
    expect(() => render(frame, scene, { privacyCategories: ["face"] })).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path }),
    );
    expect(frame.toRgba()).toEqual(before);
  });
});
