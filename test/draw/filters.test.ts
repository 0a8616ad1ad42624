import { describe, expect, test } from "vitest";
import { selectMarks } from "../../src/draw/marks.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import { Frame } from "../../src/core/frame.ts";
import { render } from "../../src/draw/render.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";

const box = { x: 1, y: 1, width: 10, height: 10 };
const ring = [0, 0, 10, 0, 10, 4, 0, 4];

const ANNOTATIONS: readonly Annotation[] = [
  { category: "car", categoryId: 3, score: 0.9, group: "predictions", box },
  { category: "car", categoryId: 3, score: 0.3, group: "predictions", box: { ...box, width: 2 } },
  { category: "dog", categoryId: 18, score: 0.5, group: "predictions", isOccluded: true, box },
  { category: "dog", categoryId: 18, group: "ground truth", isCrowd: true, area: 4 },
  { category: "cat", score: 0.5, attributes: new Map<string, unknown>([["occluded", 1]]), box },
  { segmentation: { kind: "polygon", parts: [{ outline: ring, holes: [[1, 1, 3, 1, 3, 2, 1, 2]] }] } },
];

function shown(style: Style, annotations: readonly Annotation[] = ANNOTATIONS): number[] {
  const scene: Scene = { width: 100, height: 50, annotations };
  return selectMarks(scene, resolveStyle(style, 100, 50)).map(({ path }) => Number(/\d+/.exec(path)![0]));
}

describe("filters of a style", () => {
  test.each([
    [{}, [0, 1, 2, 3, 4, 5]],
    [{ minScore: 0.5 }, [0, 2, 3, 4, 5]],
    [{ minScore: 0.5, minScores: { car: 0.2 } }, [0, 1, 2, 3, 4, 5]],
    [{ minScores: { 18: 0.6, cat: 0.6 } }, [0, 1, 3, 5]],
    [{ categories: ["car", 18] }, [0, 1, 2, 3]],
    [{ categories: ["3"] }, [0, 1]],
    [{ categories: [] }, []],
    [{ hideCategories: ["car", 18] }, [4, 5]],
    [{ categories: ["car", "dog"], hideCategories: ["dog"] }, [0, 1]],
    [{ groups: ["predictions"] }, [0, 1, 2]],
    [{ hideGroups: ["predictions"] }, [3, 4, 5]],
    [{ hideCrowd: true }, [0, 1, 2, 4, 5]],
    [{ hideOccluded: true }, [0, 1, 3, 5]],
    [{ minArea: 5 }, [0, 1, 2, 4, 5]],
    [{ minArea: 38 }, [0, 2, 4, 5]],
    [{ minArea: 39 }, [0, 2, 4]],
    [{ maxCount: 3 }, [0, 3, 5]],
    [{ maxCount: 4 }, [0, 2, 3, 5]],
    [{ maxCount: 2, groups: ["predictions"] }, [0, 2]],
    [{ maxCount: 0 }, []],
    [{ scoreLimits: { score: { min: 0.5 } } }, [0, 2, 3, 4, 5]],
    [{ scoreLimits: { score: { max: 0.5 } } }, [1, 2, 3, 4, 5]],
    [{ scoreLimits: { score: { min: 0.4, max: 0.6 } } }, [2, 3, 4, 5]],
    [{ scoreLimits: { loss: { max: 0 } } }, [0, 1, 2, 3, 4, 5]],
    [{ scoreLimits: { score: {} } }, [0, 1, 2, 3, 4, 5]],
  ] as [Style, number[]][])("%j draws %j", (style, expected) => {
    expect(shown(style)).toEqual(expected);
  });

  test("scores by name keep to their limits, each on its own", () => {
    const annotations: Annotation[] = [
      {
        box,
        score: 0.9,
        scores: new Map([
          ["acc", 0.2],
          ["loss", 1.5],
        ]),
      },
      {
        box,
        score: 0.1,
        scores: new Map([
          ["score", 0.8],
          ["acc", 0.7],
        ]),
      },
      { box, scores: new Map([["__proto__", 3]]) },
    ];
    expect(shown({ scoreLimits: { acc: { min: 0.5 } } }, annotations)).toEqual([1, 2]);
    expect(shown({ scoreLimits: { acc: { max: 0.5 }, loss: { max: 1 } } }, annotations)).toEqual([2]);
    // a score of that name stands before the object's own
    expect(shown({ scoreLimits: { score: { max: 0.5 } } }, annotations)).toEqual([2]);
    const odd = JSON.parse('{"__proto__": {"max": 2}}') as Record<string, { max: number }>;
    expect(shown({ scoreLimits: odd }, annotations)).toEqual([0, 1]);
  });

  test.each([
    [{ scoreLimits: { acc: 0.5 } }, "style.scoreLimits.acc"],
    [{ scoreLimits: { acc: { least: 1 } } }, "style.scoreLimits.acc"],
    [{ scoreLimits: { acc: { min: NaN } } }, "style.scoreLimits.acc.min"],
    [{ hideMarks: ["box"] }, "style.hideMarks"],
    [{ hideLabelMapGroups: [true] }, "style.hideLabelMapGroups"],
  ])("%j is refused", (style, path) => {
    expect(() => resolveStyle(style as Style, 10, 10)).toThrow(expect.objectContaining({ code: "ARGUMENT", path }));
  });

  test("a kind of mark that is left out is as if no object had it", () => {
    const annotation: Annotation = {
      box: { x: 4, y: 4, width: 20, height: 12 },
      segmentation: { kind: "polygon", parts: [{ outline: [2, 20, 30, 20, 30, 40] }] },
      keypoints: { points: [{ x: 50, y: 10 }] },
      points: [60, 30],
      trace: [70, 5, 90, 20],
    };
    const scene: Scene = { width: 100, height: 50, annotations: [annotation] };
    const drawn = (of: Scene, style: Style): string => {
      using frame = Frame.create(100, 50, { fill: 0x808080 });
      return render(frame, of, style).view().join();
    };
    for (const [kind, part] of [
      ["boxes", "box"],
      ["masks", "segmentation"],
      ["keypoints", "keypoints"],
      ["shapes", "points"],
      ["traces", "trace"],
    ] as const) {
      const without = { ...scene, annotations: [{ ...annotation, [part]: undefined }] };
      expect(drawn(scene, { hideMarks: [kind] }), kind).toBe(drawn(without, {}));
      expect(drawn(scene, {}), kind).not.toBe(drawn(without, {}));
    }
    // what is hidden for privacy stays hidden
    const privacy: Style = { privacyCategories: ["face"], privacyMode: "fill" };
    const face: Scene = { ...scene, annotations: [{ category: "face", box: annotation.box }] };
    expect(drawn(face, { ...privacy, hideMarks: ["boxes"], showLabels: false })).not.toBe(
      drawn(face, { hideMarks: ["boxes"], showLabels: false }),
    );
  });

  test("label maps are left out by groups of their own, or all of them", () => {
    const map = { data: Uint8Array.of(1), width: 1, height: 1, group: "p" };
    const scene: Scene = {
      width: 1,
      height: 1,
      annotations: [{ group: "p", box: { x: 0, y: 0, width: 1, height: 1 } }],
      labelMaps: [map],
    };
    const painted = (style: Style): boolean => {
      using frame = Frame.create(1, 1, { fill: 0x808080 });
      return render(frame, scene, { ...style, boxWidth: 0, showLabels: false }).view()[0] !== 0x80;
    };
    expect(painted({ hideLabelMapGroups: ["p"] })).toBe(false);
    expect(painted({ hideGroups: ["p"] })).toBe(false);
    expect(painted({ hideGroups: ["p"], hideLabelMapGroups: [] })).toBe(true);
    expect(painted({ hideMarks: ["labelMaps"] })).toBe(false);
  });

  test("area is the source's, else the box's, also where it is normalized, else the runs'", () => {
    const annotations: Annotation[] = [
      { area: 7, box },
      { box: { x: 0, y: 0, width: 0.1, height: 0.1, normalized: true } },
      { segmentation: { kind: "rle", rle: { size: [50, 100], counts: [10, 8, 100, 4, 4878] } } },
      { keypoints: { points: [] } },
    ];
    expect(shown({ minArea: 8 }, annotations)).toEqual([1, 2, 3]);
    expect(shown({ minArea: 12 }, annotations)).toEqual([1, 2, 3]);
    expect(shown({ minArea: 13 }, annotations)).toEqual([1, 3]);
    expect(shown({ minArea: 51 }, annotations)).toEqual([3]);
  });

  test.each([
    ["a part of nothing", { kind: "polygon", parts: [{}] }],
    ["a ring that only says how long it is", { kind: "polygon", parts: [{ outline: { length: 1e15 } }] }],
    ["a corner that is nowhere", { kind: "polygon", parts: [{ outline: [0, 0, NaN, 4, 2, 2] }] }],
    ["runs that only say how many they are", { kind: "rle", rle: { size: [9, 9], counts: { length: 1e9 } } }],
  ])("what breaks the rules is still named by the mask that it is: %s", (_, value) => {
    const segmentation = value as unknown as Annotation["segmentation"];
    using frame = Frame.create(9, 9);
    const scene: Scene = { width: 9, height: 9, annotations: [{ segmentation }] };
    expect(() => render(frame, scene, { minArea: 4 })).toThrow(
      expect.objectContaining({ path: expect.stringContaining("annotations[0].segmentation") }),
    );
  });

  test("groups and categories of label maps are left out too", () => {
    const data = Uint8Array.of(1, 2);
    const map = { data, width: 2, height: 1, group: "sky", classes: new Map([[2, "cloud"]]) };
    const scene: Scene = { width: 2, height: 1, annotations: [], labelMaps: [map] };
    const painted = (style: Style): boolean[] => {
      using frame = Frame.create(2, 1, { fill: 0x808080 });
      render(frame, scene, style);
      return [0, 1].map((i) => [...frame.view().subarray(i * 4, i * 4 + 3)].some((value) => value !== 0x80));
    };
    expect(painted({})).toEqual([true, true]);
    expect(painted({ hideGroups: ["sky"] })).toEqual([false, false]);
    expect(painted({ groups: ["sky"] })).toEqual([true, true]);
    expect(painted({ hideCategories: ["cloud"] })).toEqual([true, false]);
    expect(painted({ categories: [2] })).toEqual([false, true]);
  });
});

describe("colours", () => {
  function colors(style: Style, annotations: readonly Annotation[] = ANNOTATIONS): number[] {
    const scene: Scene = { width: 100, height: 50, annotations };
    return selectMarks(scene, resolveStyle(style, 100, 50)).map(({ color }) => color);
  }

  test("do not change when other objects are left out", () => {
    for (const colorBy of ["category", "instance", "track", "group"] as const)
      for (const colorKey of ["auto", "id", "name"] as const) {
        const all = colors({ colorBy, colorKey });
        expect(colors({ colorBy, colorKey, categories: ["dog"] })).toEqual([all[2], all[3]]);
        expect(colors({ colorBy, colorKey, maxCount: 3 })).toEqual([all[0], all[3], all[5]]);
      }
  });

  test("by name are the same whatever the ids; by id whatever the names", () => {
    const here: Annotation[] = [{ category: "car", categoryId: 3, box }];
    const there: Annotation[] = [{ category: "car", categoryId: 0, box }];
    const renamed: Annotation[] = [{ category: "Auto", categoryId: 3, box }];
    expect(colors({ colorKey: "name" }, here)).toEqual(colors({ colorKey: "name" }, there));
    expect(colors({ colorKey: "name" }, here)).not.toEqual(colors({ colorKey: "name" }, renamed));
    expect(colors({ colorKey: "id" }, here)).toEqual(colors({ colorKey: "id" }, renamed));
    expect(colors({ colorKey: "id" }, here)).not.toEqual(colors({ colorKey: "id" }, there));
    expect(colors({}, here)).toEqual(colors({ colorKey: "id" }, here));
  });

  test("come from the style first, then from the data, then from the palette", () => {
    const annotations: Annotation[] = [
      { category: "car", categoryId: 3, color: 0x123456, group: "a", box },
      { category: "dog", categoryId: 4, color: 0x654321, group: "b", box },
    ];
    expect(colors({}, annotations)).toEqual([0x123456, 0x654321]);
    expect(colors({ colors: { car: "#ffffff", 4: 0 } }, annotations)).toEqual([0xffffff, 0]);
    // asked to tell groups apart, it does
    const [a, b] = colors({ colorBy: "group" }, annotations);
    expect([a, b]).not.toContain(0x123456);
    expect(a).not.toBe(b);
    expect(() => colors({}, [{ color: 2 ** 24, box }])).toThrow(/annotations\[0\]\.color/);
  });
});
