/** Pictures out of pictures. Long: five ways, which share frames and checks. */
import { describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { concat, type ConcatOptions, contactSheet, type ContactSheetOptions } from "../../src/draw/contact-sheet.ts";
import { cropGallery, type CropGalleryOptions } from "../../src/draw/crop-gallery.ts";
import { DIFFERENCE_COLORS, differenceOverlay, type DifferenceOptions } from "../../src/draw/difference.ts";
import { render } from "../../src/draw/render.ts";
import { sideBySide, type SideBySideOptions } from "../../src/draw/side-by-side.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { ciede2000, DEFICIENCIES, lab } from "../reference/color-difference.ts";
import { random, randomInt } from "../support/random.ts";
import { testFrame, testScene } from "../support/scenes.ts";

function colorAt(frame: Frame, x: number, y: number): number {
  const [r, g, b] = frame.view().subarray((y * frame.width + x) * 4) as unknown as [number, number, number];
  return (r << 16) | (g << 8) | b;
}

const red = (): Frame => Frame.create(10, 6, { fill: 0xff0000 });
const blue = (): Frame => Frame.create(4, 8, { fill: 0x0000ff });

describe("concat", () => {
  test.each([
    [{}, 14, 8, [0, 1], [10, 0]],
    [{ gap: 3 }, 17, 8, [0, 1], [13, 0]],
    [{ align: "start" }, 14, 8, [0, 0], [10, 0]],
    [{ align: "end" }, 14, 8, [0, 2], [10, 0]],
    [{ direction: "column" }, 10, 14, [0, 0], [3, 6]],
    [{ direction: "column", align: "end", gap: 1 }, 10, 15, [0, 0], [6, 7]],
  ] as [ConcatOptions, number, number, [number, number], [number, number]][])(
    "with %j is %i x %i",
    (options, width, height, first, second) => {
      using a = red();
      using b = blue();
      using sheet = concat([a, b], { background: 0x00ff00, ...options });
      expect([sheet.width, sheet.height, sheet.mode]).toEqual([width, height, "RGB"]);
      const colors = Array.from({ length: width * height }, (_, i) => colorAt(sheet, i % width, Math.floor(i / width)));
      expect(colors.filter((color) => color === 0xff0000)).toHaveLength(60);
      expect(colors.filter((color) => color === 0x0000ff)).toHaveLength(32);
      expect(colors.filter((color) => color === 0x00ff00)).toHaveLength(width * height - 92);
      expect(colors.indexOf(0xff0000)).toBe(first[1] * width + first[0]);
      expect(colors.indexOf(0x0000ff)).toBe(second[1] * width + second[0]);
    },
  );

  test("lets the background through where a picture is clear", () => {
    using clear = Frame.create(2, 2);
    using sheet = concat([clear], { background: 0x123456 });
    expect(colorAt(sheet, 1, 1)).toBe(0x123456);
  });

  test.each([
    [[], {}, "ARGUMENT"],
    [[null], {}, "ARGUMENT"],
    ["frames", {}, "ARGUMENT"],
    [undefined, { direction: "diagonal" }, "ARGUMENT"],
    [undefined, { align: "left" }, "ARGUMENT"],
    [undefined, { gap: -1 }, "ARGUMENT"],
    [undefined, { gap: NaN }, "ARGUMENT"],
    [undefined, { gap: 65500 }, "LIMIT"],
    [undefined, { background: "white" }, "ARGUMENT"],
  ])("of %j with %j is refused", (frames, options, code) => {
    using a = red();
    using b = blue();
    const blocks = core().heap.blocks;
    expect(() => concat((frames as Frame[] | undefined) ?? [a, b], options as ConcatOptions)).toThrow(
      expect.objectContaining({ name: "ImageError", code }),
    );
    expect(core().heap.blocks).toBe(blocks);
  });
});

describe("contactSheet", () => {
  test("puts pictures in rows, resized to fit, each in the middle of its place", () => {
    using wide = Frame.create(100, 50, { fill: 0xff0000 });
    using high = Frame.create(10, 20, { fill: 0x0000ff });
    using sheet = contactSheet([wide, high, wide], {
      columns: 2,
      cellWidth: 40,
      cellHeight: 40,
      gap: 4,
      background: 0,
    });
    expect([sheet.width, sheet.height]).toEqual([92, 92]);
    expect(colorAt(sheet, 4, 13)).toBe(0);
    expect(colorAt(sheet, 4, 14)).toBe(0xff0000);
    expect(colorAt(sheet, 43, 33)).toBe(0xff0000);
    expect(colorAt(sheet, 43, 34)).toBe(0);
    expect(colorAt(sheet, 57, 4)).toBe(0);
    expect(colorAt(sheet, 58, 4)).toBe(0x0000ff);
    expect(colorAt(sheet, 77, 43)).toBe(0x0000ff);
    expect(colorAt(sheet, 20, 70)).toBe(0xff0000);
    expect(colorAt(sheet, 60, 70)).toBe(0);
  });

  test("makes room for captions, stripes and a title, and only where there are some", () => {
    using frame = Frame.create(40, 40, { fill: 0x808080 });
    const heightOf = (options: ContactSheetOptions): number => {
      using sheet = contactSheet([frame, frame], { columns: 2, gap: 4, ...options });
      return sheet.height;
    };
    expect(heightOf({})).toBe(48);
    expect(heightOf({ captions: ["", undefined] })).toBe(48);
    expect(heightOf({ captions: ["", "b"] })).toBeGreaterThan(56);
    expect(heightOf({ colors: [undefined, "#f00"] })).toBeGreaterThan(48);
    expect(heightOf({ title: "All" })).toBeGreaterThan(58);
    expect(heightOf({ captions: ["a", "b"], fontSize: 40 })).toBeGreaterThan(80);
  });

  test("writes in a colour that can be read, and never over a picture", () => {
    using frame = Frame.create(60, 60, { fill: 0x808080 });
    for (const [background, ink] of [
      [0xffffff, 0x1f2328],
      [0x101010, 0xf6f8fa],
    ] as const) {
      using sheet = contactSheet([frame], { captions: ["A very long caption"], background, gap: 4, title: "T" });
      const seen = new Set<number>();
      let gray = 0;
      for (let y = 0; y < sheet.height; y++)
        for (let x = 0; x < sheet.width; x++) {
          if (colorAt(sheet, x, y) === 0x808080) gray++;
          seen.add(colorAt(sheet, x, y));
        }
      expect(gray).toBeGreaterThanOrEqual(3600);
      expect(seen.has(ink)).toBe(true);
    }
  });

  test("of many pictures is about four by three, of large ones has places of 480 pixels", () => {
    using frame = Frame.create(32, 32, { fill: 0 });
    using sheet = contactSheet(Array<Frame>(100).fill(frame));
    expect(sheet.width / sheet.height).toBeGreaterThan(1.1);
    expect(sheet.width / sheet.height).toBeLessThan(1.6);
    using large = Frame.create(2000, 1000, { fill: 0 });
    using one = contactSheet([large], { gap: 0 });
    expect([one.width, one.height]).toEqual([480, 240]);
  });

  test.each([
    [{ columns: 0 }, "ARGUMENT"],
    [{ columns: 1.5 }, "ARGUMENT"],
    [{ cellWidth: 0 }, "ARGUMENT"],
    [{ cellHeight: NaN }, "ARGUMENT"],
    [{ cellWidth: 1e9 }, "LIMIT"],
    [{ cellWidth: 60000, cellHeight: 60000 }, "LIMIT"],
    [{ gap: 1e9 }, "ARGUMENT"],
    [{ gap: -1 }, "ARGUMENT"],
    [{ captions: [7] }, "ARGUMENT"],
    [{ title: 7 }, "ARGUMENT"],
    [{ colors: ["red"] }, "ARGUMENT"],
    [{ background: "red" }, "ARGUMENT"],
    [{ fontSize: 3 }, "ARGUMENT"],
    [{ fontSize: NaN }, "ARGUMENT"],
  ])("with %j is refused", (options, code) => {
    using frame = red();
    const blocks = core().heap.blocks;
    expect(() => contactSheet([frame], options as unknown as ContactSheetOptions)).toThrow(
      expect.objectContaining({ name: "ImageError", code }),
    );
    expect(core().heap.blocks).toBe(blocks);
  });
});

describe("cropGallery", () => {
  test("shows each object in the picture that the style draws, with its colour", () => {
    using frame = Frame.create(200, 100, { fill: 0x808080 });
    const annotations: Annotation[] = [
      { box: { x: 10, y: 10, width: 30, height: 30 }, category: "car", score: 0.9, color: 0xff0000 },
      { box: { x: 100, y: 10, width: 60, height: 30 }, category: "dog", score: 0.2, color: 0x00ff00 },
      { box: { x: 500, y: 10, width: 60, height: 30 }, category: "far", color: 0x0000ff },
      { category: "nowhere", color: 0x0000ff },
    ];
    const scene: Scene = { width: 200, height: 100, annotations };
    const countOf = (sheet: Frame, color: number): number => {
      let count = 0;
      for (let i = 0; i < sheet.width * sheet.height; i++)
        if (colorAt(sheet, i % sheet.width, Math.floor(i / sheet.width)) === color) count++;
      return count;
    };
    using all = cropGallery(frame, scene, {}, { columns: 4, cellWidth: 64, cellHeight: 64 });
    const stripe = countOf(all, 0xff0000);
    expect(stripe).toBeGreaterThanOrEqual(128);
    expect(countOf(all, 0x00ff00)).toBe(stripe);
    expect(countOf(all, 0x0000ff)).toBe(0);
    expect(countOf(all, 0x808080)).toBe(2 * 64 * 64);
    using one = cropGallery(frame, scene, { minScore: 0.5, categories: ["car"] }, { cellWidth: 64, cellHeight: 64 });
    expect(countOf(one, 0x00ff00)).toBe(0);
    using marked = cropGallery(frame, scene, { boxWidth: 3 }, { cellWidth: 64, cellHeight: 64, annotated: true });
    expect(countOf(marked, 0xff0000)).toBeGreaterThan(stripe);
    expect(colorAt(frame, 10, 10)).toBe(0x808080);
  });

  test("takes any scene, leaves the picture alone and gives memory back", () => {
    const next = random(14);
    for (let round = 0; round < 25; round++) {
      const [width, height] = [randomInt(next, 1, 90), randomInt(next, 1, 90)];
      using frame = testFrame(width, height, round, round % 3 === 0);
      const before = frame.toRgba();
      const scene = testScene(width, height, 7, round + 1);
      const options: CropGalleryOptions = {
        cellWidth: randomInt(next, 1, 70),
        cellHeight: randomInt(next, 1, 70),
        annotated: round % 2 === 0,
        padding: next() * 3,
      };
      cropGallery(frame, scene, {}, options).free();
      const blocks = core().heap.blocks;
      cropGallery(frame, scene, {}, options).free();
      expect(core().heap.blocks).toBe(blocks);
      expect(frame.toRgba()).toEqual(before);
    }
  });

  test("refuses scenes without objects, of another size, and nonsense", () => {
    using frame = red();
    const scene: Scene = { width: 10, height: 6, annotations: [{ box: { x: 1, y: 1, width: 3, height: 3 } }] };
    expect(() => cropGallery(frame, { ...scene, annotations: [] })).toThrow(/expected objects/);
    expect(() => cropGallery(frame, { ...scene, width: 11 })).toThrow(/frame's size/);
    expect(() => cropGallery(frame, scene, {}, { padding: NaN })).toThrow(expect.objectContaining({ path: "padding" }));
    expect(() => cropGallery(frame, scene, {}, { cellWidth: 1e6 })).toThrow(expect.objectContaining({ code: "LIMIT" }));
    expect(() => cropGallery(frame, scene, { minScore: NaN })).toThrow(
      expect.objectContaining({ path: "style.minScore" }),
    );
  });
});

const PAIR: Scene = {
  width: 60,
  height: 40,
  annotations: [
    { box: { x: 0, y: 0, width: 20, height: 20 }, group: "predictions", category: "a" },
    { box: { x: 10, y: 10, width: 20, height: 20 }, group: "ground truth", category: "a" },
  ],
};

describe("sideBySide", () => {
  test("draws the ground truth on the left and the predictions on the right, as render does", () => {
    using frame = testFrame(60, 40);
    const before = frame.toRgba();
    using pair = sideBySide(frame, PAIR, {}, { gap: 5 });
    expect(pair.width).toBe(60 * 2 + 15);
    expect(pair.height).toBeGreaterThan(40 + 10);
    expect(frame.toRgba()).toEqual(before);
    const top = pair.height - 45;
    for (const [left, group] of [
      [5, "ground truth"],
      [70, "predictions"],
    ] as const) {
      using drawn = render(frame.clone(), PAIR, { groups: [group] });
      for (let y = 0; y < 40; y += 3)
        for (let x = 0; x < 60; x++) expect(colorAt(pair, left + x, top + y)).toBe(colorAt(drawn, x, y));
    }
  });

  test("takes groups by name, two scenes, and both directions", () => {
    using frame = testFrame(60, 40);
    using swapped = sideBySide(
      frame,
      PAIR,
      {},
      { groups: ["predictions", "ground truth"], titles: ["A", "A"], gap: 5 },
    );
    using plain = sideBySide(frame, PAIR, {}, { titles: ["A", "A"], gap: 5 });
    const half = (sheet: Frame, left: number): number[] =>
      Array.from({ length: 60 * sheet.height }, (_, i) => colorAt(sheet, left + (i % 60), Math.floor(i / 60)));
    expect(half(swapped, 5)).toEqual(half(plain, 70));
    const only = (group: string): Scene => ({
      ...PAIR,
      annotations: PAIR.annotations.filter((a) => a.group === group),
    });
    using scenes = sideBySide(frame, [only("ground truth"), only("predictions")], {}, { titles: ["A", "A"], gap: 5 });
    expect(scenes.toRgba()).toEqual(plain.toRgba());
    using column = sideBySide(frame, PAIR, {}, { direction: "column", gap: 5 });
    expect(column.width).toBe(70);
  });

  test.each([
    [{ ...PAIR, annotations: PAIR.annotations.slice(1) }, {}, "groups"],
    [{ ...PAIR, annotations: [] }, {}, "groups"],
    [[PAIR], {}, "scene"],
    [PAIR, { titles: ["one"] }, "titles"],
    [PAIR, { titles: [1, 2] }, "titles[0]"],
    [PAIR, { direction: "up" }, "direction"],
    [PAIR, { gap: -1 }, "gap"],
    [PAIR, { background: "x" }, "background"],
    [
      {
        ...PAIR,
        annotations: [...PAIR.annotations, { group: "predictions", box: { x: NaN, y: 0, width: 1, height: 1 } }],
      },
      {},
      "annotations[2].box.x",
    ],
  ])("of %j with %j is refused at %s", (scene, options, path) => {
    using frame = testFrame(60, 40);
    const blocks = core().heap.blocks;
    expect(() => sideBySide(frame, scene as Scene, {}, options as SideBySideOptions)).toThrow(
      expect.objectContaining({ name: "ImageError", path }),
    );
    expect(core().heap.blocks).toBe(blocks);
  });

  test("of a picture too large for a pair is refused", () => {
    using frame = Frame.create(40000, 1, { fill: 0 });
    const scene: Scene = { ...PAIR, width: 40000, height: 1 };
    expect(() => sideBySide(frame, scene)).toThrow(expect.objectContaining({ code: "LIMIT" }));
  });
});

describe("differenceOverlay", () => {
  const kinds = (scene: Scene | readonly [Scene, Scene], options: DifferenceOptions = {}): string[] => {
    using frame = Frame.create(60, 40, { fill: 0 });
    expect(differenceOverlay(frame, scene, {}, { alpha: 1, legend: "none", ...options })).toBe(frame);
    const names = new Map([[0, "."], ...DIFFERENCE_COLORS.map((color, i) => [color, "ab+"[i]!] as const)]);
    return Array.from({ length: 40 }, (_, y) =>
      Array.from({ length: 60 }, (_, x) => names.get(colorAt(frame, x, y)) ?? "?").join(""),
    );
  };

  test("paints pixels by who has them: boxes, masks, and what turns", () => {
    const rows = kinds(PAIR);
    expect(rows[5]).toBe(`${"b".repeat(20)}${".".repeat(40)}`);
    expect(rows[15]).toBe(`${"b".repeat(10)}${"+".repeat(10)}${"a".repeat(10)}${".".repeat(30)}`);
    expect(rows[25]).toBe(`${".".repeat(10)}${"a".repeat(20)}${".".repeat(30)}`);
    expect(rows[35]).toBe(".".repeat(60));
    const ring = [0, 0, 20, 0, 20, 20, 0, 20];
    const mask: Annotation = { group: "predictions", segmentation: { kind: "polygon", parts: [{ outline: ring }] } };
    expect(kinds({ ...PAIR, annotations: [mask, PAIR.annotations[1]!] })).toEqual(rows);
    const turned = { ...PAIR.annotations[0]!, box: { ...PAIR.annotations[0]!.box!, rotation: 90 } };
    expect(kinds({ ...PAIR, annotations: [turned, PAIR.annotations[1]!] })).toEqual(rows);
  });

  test("takes two scenes, one of which may be empty", () => {
    const only = (i: number): Scene => ({ ...PAIR, annotations: [PAIR.annotations[i]!] });
    expect(kinds([only(1), only(0)])).toEqual(kinds(PAIR));
    expect(kinds([only(1), { ...PAIR, annotations: [] }])[15]).toBe(
      `${".".repeat(10)}${"a".repeat(20)}${".".repeat(30)}`,
    );
  });

  test("has a legend where there is room", () => {
    const changed = (width: number, height: number): number => {
      using frame = Frame.create(width, height, { fill: 0 });
      const far = { x: 0, y: 0, width: 1, height: 1 };
      const annotations = [
        { box: far, group: "a" },
        { box: far, group: "b" },
      ];
      differenceOverlay(frame, { width, height, annotations }, {}, { legend: "bottom-right" });
      return frame.view().filter((value, i) => i % 4 !== 3 && value > 0).length;
    };
    expect(changed(640, 480)).toBeGreaterThan(5000);
    expect(changed(40, 30)).toBeLessThan(4);
    expect(changed(1, 1)).toBeLessThan(4);
  });

  test("has colours that every kind of colour vision tells apart: CIEDE2000 of 10 or more", () => {
    for (const matrix of [undefined, ...Object.values(DEFICIENCIES)])
      for (const [i, a] of DIFFERENCE_COLORS.entries())
        for (const b of DIFFERENCE_COLORS.slice(i + 1))
          expect(ciede2000(lab(a, matrix), lab(b, matrix))).toBeGreaterThanOrEqual(10);
  });

  test("takes any scene and gives memory back", () => {
    for (let seed = 1; seed < 25; seed++) {
      using frame = testFrame(50 + seed, 40, seed, seed % 4 === 0);
      const scene = testScene(50 + seed, 40, 9, seed);
      const groups = ["ground truth", "predictions"] as const;
      differenceOverlay(frame, scene, {}, { groups });
      const { blocks } = core().heap;
      differenceOverlay(frame, scene, {}, { groups });
      expect(core().heap.blocks).toBe(blocks);
    }
  });

  test.each([
    [{ alpha: 2 }, "alpha"],
    [{ alpha: NaN }, "alpha"],
    [{ legend: "middle" }, "legend"],
    [{ colors: ["#fff"] }, "colors"],
    [{ colors: ["#fff", "#000", "red"] }, "colors[2]"],
  ])("with %j is refused, and nothing is drawn", (options, path) => {
    using frame = Frame.create(60, 40, { fill: 0 });
    expect(() => differenceOverlay(frame, PAIR, {}, options as unknown as DifferenceOptions)).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path }),
    );
    expect(frame.view().every((value, i) => i % 4 === 3 || value === 0)).toBe(true);
  });
});
