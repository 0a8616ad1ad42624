import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { render } from "../../src/draw/render.ts";
import { resizeScene } from "../../src/draw/resize-scene.ts";
import { resize } from "../../src/draw/resize.ts";
import type { Style } from "../../src/draw/style.ts";
import { decode, encode } from "../../src/model/rle.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { random } from "../support/random.ts";
import { testScene } from "../support/scenes.ts";

/** Masks alone, without outlines: what is drawn is what they cover. */
const FLAT: Style = { maskAlpha: 1, maskOutline: 0, boxWidth: 0, showLabels: false, labelMapAlpha: 1 };

const of = (annotation: Annotation, width = 20, height = 10): Scene => ({ width, height, annotations: [annotation] });

function drawn(scene: Scene, style: Style = FLAT): Uint8Array {
  using frame = Frame.create(scene.width, scene.height, { fill: 0 });
  return render(frame, scene, style).toRgba();
}

describe("a resized scene", () => {
  test("is the same scene in its own size", () => {
    const scene = testScene(40, 30, 12);
    expect(resizeScene(scene, 40, 30)).toEqual(scene);
  });

  test("has every coordinate multiplied, along its own direction", () => {
    const annotation: Annotation = {
      box: { x: 1, y: 2, width: 3, height: 4 },
      ellipse: { x: 5, y: 6, radiusX: 2, radiusY: 1 },
      polyline: { points: [1, 2, 3, 4], closed: true, arrow: "end" },
      points: [7, 8],
      trace: [0, 1, 2, 3],
      quad: [0, 0, 4, 0, 4, 2, 0, 2],
      keypoints: { points: [{ x: 3, y: 5, visibility: 1 }] },
      segmentation: { kind: "polygon", parts: [{ outline: [0, 0, 4, 0, 4, 4], holes: [[1, 1, 2, 1, 2, 2]] }] },
      area: 5,
      group: "g",
      category: "c",
    };
    const source: Scene = {
      ...of(annotation),
      heatMaps: [{ kind: "points", points: [1, 1], radius: 2 }],
      caption: "words",
    };
    const { annotations, heatMaps, ...rest } = resizeScene(source, 40, 30);
    expect(rest).toEqual({ width: 40, height: 30, caption: "words", labelMaps: undefined });
    expect(annotations[0]).toEqual({
      box: { x: 2, y: 6, width: 6, height: 12 },
      ellipse: { x: 10, y: 18, radiusX: 4, radiusY: 3 },
      polyline: { points: [2, 6, 6, 12], closed: true, arrow: "end" },
      points: [14, 24],
      trace: [0, 3, 4, 9],
      quad: [0, 0, 8, 0, 8, 6, 0, 6],
      keypoints: { points: [{ x: 6, y: 15, visibility: 1 }] },
      segmentation: {
        kind: "polygon",
        parts: [{ outline: [0, 0, 8, 0, 8, 12], holes: [[2, 3, 4, 3, 4, 6]] }],
      },
      area: 30,
      group: "g",
      category: "c",
    });
    expect(heatMaps).toEqual([{ kind: "points", points: [2, 3], radius: 2 * Math.sqrt(6) }]);
  });

  test("keeps boxes that are fractions, and turned ones in their middle", () => {
    const normalized = { x: 0.1, y: 0.2, width: 0.3, height: 0.4, normalized: true };
    expect(resizeScene(of({ box: normalized }), 40, 20).annotations[0]!.box).toEqual(normalized);
    const { box } = resizeScene(of({ box: { x: 2, y: 4, width: 6, height: 2, rotation: 30 } }), 40, 20).annotations[0]!;
    expect(box).toEqual({ x: 4, y: 8, width: 12, height: 4, rotation: 30 });
  });

  const next = random(5);
  const pixels = Uint8Array.from({ length: 200 }, () => (next() < 0.4 ? 1 : 0));
  const dense: Annotation = { segmentation: { kind: "mask", data: pixels, width: 20, height: 10 } };
  const rle = encode({ data: pixels, width: 20, height: 10 });
  const MASKS: readonly (readonly [string, Annotation["segmentation"]])[] = [
    ["dense", dense.segmentation],
    ["run-length", { kind: "rle", rle }],
    ["soft", { kind: "soft", data: Float32Array.from(pixels), width: 20, height: 10 }],
    ["placed", { kind: "mask", data: pixels.subarray(0, 30), width: 6, height: 5, left: 9, top: 3 }],
    [
      "soft and placed",
      { kind: "soft", data: pixels.subarray(0, 30).map((v) => v * 255), width: 6, height: 5, left: 9, top: 3 },
    ],
    [
      "soft and reaching out",
      { kind: "soft", data: pixels.subarray(0, 30).map((v) => v * 255), width: 6, height: 5, left: -2, top: 7 },
    ],
    ["full", { kind: "mask", data: new Uint8Array(200).fill(1), width: 20, height: 10 }],
    ["empty", { kind: "mask", data: new Uint8Array(200), width: 20, height: 10 }],
  ];

  test.each(
    MASKS.flatMap(([name, segmentation]) =>
      (
        [
          [40, 20],
          [60, 10],
          [7, 3],
          [33, 27],
          [1, 1],
          [20, 11],
        ] as const
      ).map((size) => [name, ...size, segmentation] as const),
    ),
  )("has %s masks of %i x %i as the nearest pixels of the drawn picture", (_, width, height, segmentation) => {
    const scene = of({ segmentation, color: 0xffffff });
    const source = drawn(scene);
    const small = resizeScene(scene, width, height);
    const result = drawn(small);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = Math.floor(((y + 0.5) * 10) / height) * 20 + Math.floor(((x + 0.5) * 20) / width);
        expect(result[(y * width + x) * 4], `${x}, ${y}`).toBe(source[from * 4]);
      }
    const mask = small.annotations[0]!.segmentation!;
    if (mask.kind === "rle") expect(decode(mask.rle).data.length).toBe(width * height);
  });

  test("has label maps of any type as the nearest pixels", () => {
    for (const type of [Uint8Array, Int32Array, Uint16Array]) {
      const data = new type(200);
      for (let i = 0; i < data.length; i++) data[i] = (i * 7) % 5;
      const { labelMaps } = resizeScene(
        { ...of({}), labelMaps: [{ data, width: 20, height: 10, group: "g" }] },
        33,
        27,
      );
      const map = labelMaps![0]!;
      expect([map.width, map.height, map.group, map.data.constructor]).toEqual([33, 27, "g", type]);
      for (let y = 0; y < 27; y++)
        for (let x = 0; x < 33; x++)
          expect(map.data[y * 33 + x]).toBe(
            data[Math.floor(((y + 0.5) * 10) / 27) * 20 + Math.floor(((x + 0.5) * 20) / 33)],
          );
    }
  });

  test("can be drawn on the resized picture, whatever is in it", () => {
    for (let seed = 1; seed <= 12; seed++) {
      const scene = testScene(64, 48, 24, seed);
      using frame = Frame.create(64, 48, { fill: 0x808080 });
      for (const width of [17, 100, 130]) {
        using other = resize(frame, { width });
        render(other, resizeScene(scene, other.width, other.height), {});
        expect(other.view().some((value, i) => i % 4 < 3 && value !== 0x80)).toBe(true);
      }
    }
  });

  test("names what cannot be drawn, as render does", () => {
    for (const [annotation, path] of [
      [{ polyline: { points: [0, 0, NaN, 1] } }, "annotations[0].polyline.points[2]"],
      [{ points: { length: 1e9 } }, "annotations[0].points"],
      [{ segmentation: { kind: "rle", rle: { size: [10, 20], counts: [1, 2] } } }, "annotations[0].segmentation"],
      [{ segmentation: { kind: "polygon", parts: [{ outline: { length: 1e15 } }] } }, "annotations[0].segmentation"],
    ] as const)
      expect(() => resizeScene(of(annotation as unknown as Annotation), 40, 20)).toThrow(
        expect.objectContaining({ path: expect.stringContaining(path) }),
      );
    expect(() => resizeScene(of({}), 0, 20)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
    expect(() => resizeScene(of({}), 1e5, 1e5)).toThrow(expect.objectContaining({ code: "LIMIT" }));
  });
});
