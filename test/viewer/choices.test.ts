import { describe, expect, test } from "vitest";
import { selectMarks } from "../../src/draw/marks.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { canLeaveOut, noChoices, styleOf } from "../../src/viewer/choices.ts";
import { contentsOf } from "../../src/viewer/contents.ts";
import { readPageData, writePageData } from "../../src/viewer/page-data.ts";
import { testScene } from "../support/scenes.ts";

const box = { x: 0, y: 0, width: 4, height: 4 };
const ANNOTATIONS: readonly Annotation[] = [
  { category: "car", score: 0.5, group: "a", box },
  { category: "car", score: 0.9, scores: new Map([["iou", 3]]), group: "b", box },
  {
    categoryId: 7,
    scores: new Map([
      ["iou", -2],
      ["score", 4],
    ]),
    score: 0.1,
    group: "b",
    box,
  },
  { box, group: "a" },
  { category: "dog", box, points: [1, 1] },
];
const scene = (annotations = ANNOTATIONS): Scene => ({ width: 8, height: 4, annotations });
const maps = (group?: string): Scene => ({
  ...scene([]),
  labelMaps: [
    {
      data: Uint8Array.from({ length: 32 }, (_, i) => i >> 4),
      width: 8,
      height: 4,
      group,
      classes: new Map([[1, "sky"]]),
    },
  ],
});

describe("what pictures hold", () => {
  test("classes with their counts, the most frequent first", () => {
    const { classes, counts } = contentsOf([scene(), scene(ANNOTATIONS.slice(4)), maps()], {});
    expect(classes.map(({ key, total, pixels }) => [key, total, pixels])).toEqual([
      ["car", 2, 0],
      ["dog", 2, 0],
      [undefined, 1, 0],
      ["7", 1, 0],
      ["sky", 0, 16],
    ]);
    expect(counts.map((each) => [each.get("car")?.objects, each.get("dog")?.objects, each.get("sky")?.part])).toEqual([
      [2, 1, undefined],
      [undefined, 1, undefined],
      [undefined, undefined, 0.5],
    ]);
  });

  test("groups, scores with their ranges, kinds of marks", () => {
    const { groups, scores, marks, captions } = contentsOf([scene(), maps("a")], {});
    expect(groups.map(({ key, of, total, line }) => [key, of, total, line])).toEqual([
      ["a", "objects", 2, "solid"],
      ["b", "objects", 2, "dotted"],
      [undefined, "objects", 1, "dotted"],
      ["a", "labelMaps", 1, "solid"],
    ]);
    expect(scores).toEqual([
      { name: "score", low: 0.5, high: 4 },
      { name: "iou", low: -2, high: 3 },
    ]);
    expect([...marks]).toEqual(["boxes", "shapes", "labelMaps"]);
    expect(captions).toBe(false);
  });

  test("nothing that the style leaves out, and nothing of a scene that cannot be drawn", () => {
    const broken = { ...scene(), annotations: [null] } as unknown as Scene;
    const { classes } = contentsOf([broken, scene()], { hideCategories: ["car"] });
    expect(classes.map(({ key }) => key)).toEqual([undefined, "7", "dog"]);
  });

  test("one colour for a class that has one, in the order of the numbers in their names", () => {
    const names = ["class 10", "class 2"].map((category): Annotation => ({ category, box }));
    const { classes } = contentsOf([scene(names)], {});
    expect(classes.map(({ key }) => key)).toEqual(["class 2", "class 10"]);
    for (const { color } of classes) expect(color).toBeTypeOf("number");
    const two = contentsOf([scene([names[0]!, names[0]!])], { colorBy: "instance" });
    expect(two.classes[0]!.color).toBeUndefined();
  });
});

describe("choices as a style", () => {
  const contents = contentsOf([scene()], {});
  function shown(change: (choices: ReturnType<typeof noChoices>) => void, base: Style = {}): number[] {
    const choices = noChoices(base);
    change(choices);
    const style = styleOf(base, choices, contents);
    return selectMarks(scene(), resolveStyle(style, 8, 4)).map(({ path }) => Number(/\d+/.exec(path)![0]));
  }

  test("none leave the style as it is", () => {
    const base: Style = { boxWidth: 4, hideGroups: ["x"], showLabels: false };
    expect(styleOf(base, noChoices(base), contents)).toEqual(base);
  });

  test.each([
    ["a class", ["car"], [2, 3, 4]],
    ["a class that only has an id", ["7"], [0, 1, 3, 4]],
    ["objects without a class", [undefined], [0, 1, 2, 4]],
    ["both", [undefined, "car"], [2, 4]],
    ["all", [undefined, "car", "dog", "7"], []],
  ])("leave out %s", (_, keys, expected) => {
    expect(shown(({ classes }) => keys.forEach((key) => classes.add(key)))).toEqual(expected);
  });

  test.each([
    ["a", [1, 2, 4]],
    ["b", [0, 3, 4]],
    [undefined, [0, 1, 2, 3]],
  ])("leave out the group %s", (key, expected) => {
    const group = contents.groups.find((each) => each.key === key)!;
    expect(canLeaveOut(group, contents)).toBe(true);
    expect(shown(({ groups }) => groups.add(group))).toEqual(expected);
  });

  test("come on top of what the style leaves out", () => {
    const hide = ({ classes, scores }: ReturnType<typeof noChoices>): void => {
      classes.add("dog");
      scores.set("iou", { sign: "<=", value: 0 });
    };
    expect(shown(hide, { hideCategories: ["7"], scoreLimits: { score: { min: 0.3 } } })).toEqual([0, 3]);
  });
});

test("the data of a page comes back whole, in characters that no page takes for markup", () => {
  const evil = "</script><!--<img src=x onerror=alert(1)>&lt;\u2028\u2029\ud800 __proto__";
  const scenes: Scene[] = [
    testScene(40, 30, 8),
    { ...maps(evil), caption: evil, attributes: new Map<string, unknown>([["__proto__", evil]]) },
    { ...scene([]), labelMaps: [{ data: Int32Array.from({ length: 32 }, (_, i) => i), width: 8, height: 4 }] },
  ];
  const style: Style = { colors: JSON.parse('{"__proto__": "#ffffff"}') as Record<string, string> };
  const written = writePageData({ pictures: scenes.map((each) => ({ scene: each, name: evil })), style });
  expect(written).not.toMatch(/[<>&\u2028\u2029]/);
  const { pictures, style: read } = readPageData(written);
  expect(Object.entries(read.colors!)).toEqual([["__proto__", "#ffffff"]]);
  expect(pictures.map(({ name }) => name)).toEqual([evil, evil, evil]);
  expect(pictures[0]!.scene).toEqual(scenes[0]);
  expect(pictures[1]!.scene).toEqual(scenes[1]);
  expect([...pictures[2]!.scene.labelMaps![0]!.data]).toEqual([...scenes[2]!.labelMaps![0]!.data]);
  const wide = { ...scene([]), labelMaps: [{ data: new Int32Array(32).fill(256), width: 8, height: 4 }] };
  expect(() => writePageData({ pictures: [{ scene: wide }], style: {} })).toThrow(
    /pictures\[0\]\.scene\.labelMaps\[0\]/,
  );
});
