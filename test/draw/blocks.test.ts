import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { layoutLabels } from "../../src/draw/label-layout.ts";
import { render } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import type { Annotation, Classification, LabelMap, Scene } from "../../src/model/scene.ts";
import { random, randomInt } from "../support/random.ts";

const GROUND = 0x406080;

/** The smallest rectangle about the pixels that drawing changes: left, top, right, bottom; undefined for none. */
function changed(scene: Scene, style: Style): number[] | undefined {
  using frame = Frame.create(scene.width, scene.height, { fill: GROUND });
  const pixels = render(frame, scene, style).toRgba();
  const edges = [Infinity, Infinity, -Infinity, -Infinity] as [number, number, number, number];
  for (let i = 0; i < pixels.length; i += 4) {
    expect(pixels[i + 3]).toBe(255);
    if (pixels[i] === 0x40 && pixels[i + 1] === 0x60 && pixels[i + 2] === 0x80) continue;
    const x = (i / 4) % scene.width;
    const y = Math.floor(i / 4 / scene.width);
    edges[0] = Math.min(edges[0], x);
    edges[1] = Math.min(edges[1], y);
    edges[2] = Math.max(edges[2], x + 1);
    edges[3] = Math.max(edges[3], y + 1);
  }
  return edges[0] === Infinity ? undefined : edges;
}

function hasColor(scene: Scene, style: Style, color: number): boolean {
  using frame = Frame.create(scene.width, scene.height, { fill: GROUND });
  const pixels = render(frame, scene, style).toRgba();
  for (let i = 0; i < pixels.length; i += 4)
    if ((pixels[i]! << 16) + (pixels[i + 1]! << 8) + pixels[i + 2]! === color) return true;
  return false;
}

const classes: readonly Classification[] = [
  { category: "tabby cat", categoryId: 1, score: 0.87 },
  { category: "tiger cat", categoryId: 2, score: 0.1 },
  { category: "fox", categoryId: 3, score: 0.02 },
];
const empty = { width: 320, height: 240, annotations: [] };

describe("classes of a picture", () => {
  test("stand as a banner at the top in the class's colour, or as bars, or not at all", () => {
    const scene = { ...empty, classifications: classes };
    const colors = { "tabby cat": 0x123456, "tiger cat": 0xabcdef };
    const banner = changed(scene, { classificationStyle: "banner" })!;
    expect(banner[1]).toBeLessThan(10);
    expect(banner[3]).toBeLessThan(40);
    expect(hasColor(scene, { classificationStyle: "banner", colors }, 0x123456)).toBe(true);
    expect(hasColor(scene, { classificationStyle: "banner", colors }, 0xabcdef)).toBe(false);
    const bars = changed(scene, { classificationStyle: "bars" })!;
    expect(bars[3]).toBeGreaterThan(banner[3]! + 10);
    expect(changed(scene, {})).toEqual(bars);
    for (const color of Object.values(colors)) expect(hasColor(scene, { colors }, color)).toBe(true);
    expect(changed(scene, { topK: 2 })![3]).toBeLessThan(bars[3]!);
    expect(changed(scene, { classificationStyle: "none" })).toBeUndefined();
    expect(changed({ ...empty, classifications: [{ category: "cat" }] }, {})![3]).toBe(banner[3]);
  });

  test("a bar is as long as its score", () => {
    const width = (score: number): number => {
      const scene = { ...empty, classifications: [{ category: "cat", score }] };
      using frame = Frame.create(320, 240, { fill: GROUND });
      const style: Style = { classificationStyle: "bars", colors: { cat: 0xff0000 }, fontSize: 14 };
      const pixels = render(frame, scene, style).toRgba();
      let most = 0;
      for (let y = 0; y < 40; y++) {
        let count = 0;
        for (let x = 0; x < 320; x++) if (pixels[(y * 320 + x) * 4] === 255 && !pixels[(y * 320 + x) * 4 + 1]) count++;
        most = Math.max(most, count);
      }
      return most;
    };
    const whole = width(1);
    expect(whole).toBeGreaterThan(60);
    expect(width(0.5)).toBeCloseTo(whole / 2, -0.4);
    expect(width(7)).toBe(whole);
    expect(width(-1)).toBe(0);
  });

  test("are refused when they are none, and say where", () => {
    using frame = Frame.create(320, 240, { fill: GROUND });
    const draw = (classifications: unknown): unknown => render(frame, { ...empty, classifications } as Scene);
    expect(() => draw("cat")).toThrow(expect.objectContaining({ code: "ARGUMENT", path: "classifications" }));
    expect(() => draw([null])).toThrow(expect.objectContaining({ path: "classifications[0].category" }));
    expect(() => draw([classes[0], { category: "x", score: NaN }])).toThrow(
      expect.objectContaining({ path: "classifications[1].score" }),
    );
  });

  test("labels keep out of their way", () => {
    const annotations: Annotation[] = [{ box: { x: 2, y: 20, width: 60, height: 30 }, category: "car" }];
    const scene = { ...empty, annotations };
    expect(layoutLabels(scene)[0]!.xyxy[1]).toBeLessThan(20);
    const [, , , bottom] = changed({ ...empty, classifications: classes }, {})!;
    const [label] = layoutLabels({ ...scene, classifications: classes });
    expect(label!.xyxy[1]).toBeGreaterThanOrEqual(bottom!);
  });
});

function boxes(count: number, seed = 1, names = 6): Annotation[] {
  const next = random(seed);
  return Array.from({ length: count }, () => {
    const categoryId = randomInt(next, 1, names);
    const box = { x: randomInt(next, 0, 280), y: randomInt(next, 0, 200), width: 30, height: 30 };
    return { box, categoryId, category: `class ${categoryId}` };
  });
}

describe("the legend", () => {
  const quiet: Style = { showLabels: false, boxWidth: 0, maskAlpha: 0, labelMapAlpha: 0 };

  test("stands in the corner that is asked for, inside the picture", () => {
    const scene = { ...empty, annotations: boxes(30) };
    expect(changed(scene, quiet)).toBeUndefined();
    for (const corner of ["top-left", "top-right", "bottom-left", "bottom-right"] as const) {
      const [left, top, right, bottom] = changed(scene, { ...quiet, legend: corner })!;
      expect(left! < 10).toBe(corner.endsWith("left"));
      expect(right! > 310).toBe(corner.endsWith("right"));
      expect(top! < 10).toBe(corner.startsWith("top"));
      expect(bottom! > 230).toBe(corner.startsWith("bottom"));
    }
  });

  test("`auto` takes the corner that hides the least", () => {
    const corners = [
      { x: 5, y: 5 },
      { x: 260, y: 5 },
      { x: 5, y: 180 },
      { x: 260, y: 180 },
    ];
    for (const [free] of corners.entries()) {
      const annotations = corners.flatMap((corner, i) =>
        i === free ? [] : [{ box: { ...corner, width: 50, height: 50 }, category: "a" }],
      );
      const [left, top] = changed({ ...empty, annotations }, { ...quiet, legend: "auto" })!;
      expect([left! > 160, top! > 120]).toEqual([corners[free]!.x > 160, corners[free]!.y > 120]);
    }
  });

  test("names the classes of label maps that are there", () => {
    const data = new Uint8Array(320 * 240).fill(2, 0, 100);
    const labelMaps: LabelMap[] = [{ data, width: 320, height: 240, classes: new Map([[2, "road"]]) }];
    const style = { ...quiet, legend: "auto", colors: { road: 0x010203, "3": 0x040506 } } as const;
    expect(hasColor({ ...empty, labelMaps }, style, 0x010203)).toBe(true);
    expect(hasColor({ ...empty, labelMaps }, style, 0x040506)).toBe(false);
    expect(changed({ ...empty, labelMaps: [{ ...labelMaps[0]!, data: data.fill(0) }] }, style)).toBeUndefined();
  });

  test("shows no colour for a class whose objects have several", () => {
    const annotations = [1, 2].map((id) => ({ ...boxes(1)[0]!, id, color: id }));
    const style = { ...quiet, legend: "auto" } as const;
    expect(hasColor({ ...empty, annotations }, style, 1)).toBe(false);
    expect(hasColor({ ...empty, annotations: annotations.slice(0, 1) }, style, 1)).toBe(true);
  });

  test("is never larger than the picture, however many classes there are", () => {
    for (const [width, height] of [
      [1, 1],
      [5, 5],
      [30, 20],
      [60, 300],
      [320, 30],
      [320, 240],
    ] as const)
      for (const names of [1, 7, 60, 500]) {
        const annotations = boxes(names * 3, 5, names);
        const edges = changed(
          { width, height, annotations },
          { ...quiet, legend: "auto", classificationStyle: "none" },
        );
        if (width > 100 && height > 100) expect(edges).toBeDefined();
      }
  });

  test("labels and classes keep apart from it", () => {
    const scene: Scene = { ...empty, annotations: boxes(12), classifications: classes };
    for (const legend of ["auto", "top-left", "top-right", "bottom-right"] as const) {
      const alone = changed({ ...empty, annotations: scene.annotations }, { ...quiet, legend });
      expect(alone).toBeDefined();
      for (const { xyxy } of layoutLabels({ ...empty, annotations: scene.annotations }, { legend }))
        expect(xyxy[0] >= alone![2]! || xyxy[2] <= alone![0]! || xyxy[1] >= alone![3]! || xyxy[3] <= alone![1]!).toBe(
          true,
        );
    }
    const [, top] = changed(scene, { ...quiet, legend: "top-left", colors: { "class 1": 0x00ff00 } })!;
    expect(top).toBeLessThan(10);
  });

  test("gives all memory back", () => {
    const scene: Scene = { ...empty, annotations: boxes(12), classifications: classes };
    changed(scene, { legend: "auto" });
    expect(core().heap.blocks - core().cachedBlocks).toBe(0);
  });
});
