import { describe, expect, test } from "vitest";
import { boxAnnotations, readClasses, readMaskData, readWandbBoxes, writeWandbBoxes } from "../../src/format/wandb.ts";
import { readDeepdriverBoxes, writeDeepdriverBoxes } from "../../src/format/deepdriver.ts";

const POSITION = { minX: 0.1, maxX: 0.2, minY: 0.3, maxY: 0.5 };

function problem(path: string, message?: string): unknown {
  return expect.objectContaining({
    code: "ARGUMENT",
    path,
    ...(message ? { message: expect.stringContaining(message) } : {}),
  });
}

describe("boxes", () => {
  test("fractions, pixels and both forms of position become pixels", () => {
    const set = readWandbBoxes(
      {
        box_data: [
          { position: POSITION, class_id: 1 },
          { position: { minX: 10, maxX: 30, minY: 5, maxY: 9 }, domain: "pixel", class_id: 1 },
          { position: { middle: [0.5, 0.5], width: 0.2, height: 0.4 } },
          { position: { middle: Float32Array.of(100, 50), width: 20, height: 10 }, unit: "pixel" },
          { position: { minX: 30, maxX: 10, minY: 9, maxY: 5 }, domain: "pixel" },
        ],
      },
      false,
    );
    const boxes = boxAnnotations(set, "g", 200, 100).map(({ box }) => box!);
    const expected = [
      [20, 30, 20, 20],
      [10, 5, 20, 4],
      [80, 30, 40, 40],
      [90, 45, 20, 10],
      [10, 5, 20, 4],
    ];
    for (const [i, { x, y, width, height }] of boxes.entries())
      for (const [j, value] of [x, y, width, height].entries()) expect(value).toBeCloseTo(expected[i]![j]!, 10);
  });

  test("ids, labels, captions, scores and further keys reach the annotation", () => {
    const set = readWandbBoxes(
      {
        box_data: [
          { position: POSITION, class_id: "1", scores: { acc: 0.5, loss: 1.2 }, box_caption: "a car", track: 7 },
          { position: POSITION, class_id: 1, scores: { conf: 0.25, iou: 0.9 } },
          { position: POSITION, class_id: 2, scores: { area: 0.75 }, box_caption: null },
          { position: POSITION, class_id: "cat", scores: { logit: 3 } },
          { position: POSITION },
        ],
        class_labels: { 1: "car" },
      },
      false,
    );
    expect(set.labels).toEqual(new Map([[1, "car"]]));
    const found = boxAnnotations(set, "predictions", 100, 100);
    expect(found.map(({ category }) => category)).toEqual(["car", "car", "class_2", "cat", undefined]);
    expect(found.map(({ categoryId }) => categoryId)).toEqual([1, 1, 2, "cat", undefined]);
    expect(found.map(({ score }) => score)).toEqual([undefined, 0.25, 0.75, undefined, undefined]);
    expect(found[0]).toMatchObject({ caption: "a car", group: "predictions", attributes: new Map([["track", 7]]) });
    expect(found[0]!.scores).toEqual(
      new Map([
        ["acc", 0.5],
        ["loss", 1.2],
      ]),
    );
    expect(found[2]!.caption).toBeUndefined();
  });

  test("labels that are left out follow from the ids, in order", () => {
    const box_data = [3, "b", 1, 3, "a"].map((class_id) => ({ position: POSITION, class_id }));
    expect([...readWandbBoxes({ box_data }, false).labels]).toEqual([
      [1, "class_1"],
      [3, "class_3"],
      ["a", "a"],
      ["b", "b"],
    ]);
  });

  test("a __proto__ label is a label like any other", () => {
    const val = JSON.parse('{"box_data":[],"class_labels":{"__proto__":"x","1":"y"}}');
    expect(readWandbBoxes(val, false).labels.get("__proto__")).toBe("x");
  });

  test("rows of numbers are boxes in pixels, with score and class where there are six", () => {
    const four = readWandbBoxes({ box_data: { data: Float32Array.of(1, 2, 11, 22), shape: [1, 4] } }, false);
    expect(boxAnnotations(four, "p", 100, 100)[0]).toMatchObject({ box: { x: 1, y: 2, width: 10, height: 20 } });
    const data = Float64Array.of(1, 2, 11, 22, 0.5, 3, 0, 0, 5, 5, 0.25, 4);
    const six = readWandbBoxes({ box_data: { data, shape: [2, 6] }, class_labels: { 3: "car" } }, false);
    expect(boxAnnotations(six, "p", 100, 100)[0]).toMatchObject({ score: 0.5, category: "car" });
    expect(six.records[1]).toMatchObject({ class_id: 4, domain: "pixel" });
    expect(() => readWandbBoxes({ box_data: { data, shape: [3, 5] } }, false)).toThrow(problem("box_data"));
  });

  test.each([
    [{ position: { ...POSITION, minX: NaN } }, "position.minX"],
    [{ position: { ...POSITION, maxY: "7" } }, "position.maxY"],
    [{ position: { minX: 1, maxX: 2, minY: 3 } }, "position.maxY"],
    [{ position: { middle: [1, Infinity], width: 1, height: 1 } }, "position.middle[1]"],
    [{ position: { middle: [1, 2], width: 1 } }, "position.height"],
    [{ position: {} }, "position"],
    [{ class_id: 1 }, "position"],
    [{ position: POSITION, class_id: 1.5 }, "class_id"],
    [{ position: POSITION, class_id: NaN }, "class_id"],
    [{ position: POSITION, box_caption: 5 }, "box_caption"],
    [{ position: POSITION, scores: [1] }, "scores"],
    [{ position: POSITION, scores: { a: NaN } }, "scores.a"],
    [{ position: POSITION, domain: "percent" }, "domain"],
  ])("%j is refused at its field", (box, path) => {
    const box_data = [{ position: POSITION, class_id: 0 }, box];
    expect(() => readWandbBoxes({ box_data }, false)).toThrow(problem(`box_data[1].${path}`));
  });

  test.each([
    [{}, "box_data"],
    [{ box_data: "boxes" }, "box_data"],
    [{ box_data: [null] }, "box_data[0]"],
    [{ box_data: [], class_labels: 7 }, "class_labels"],
    [{ box_data: [], class_labels: { 1: 5 } }, "class_labels"],
    [{ box_data: [], class_labels: { car: 5 } }, "class_labels.car"],
  ])("the set %j is refused", (val, path) => {
    expect(() => readWandbBoxes(val, false)).toThrow(
      expect.objectContaining({ code: "ARGUMENT", path: expect.stringContaining(path) }),
    );
  });

  test("annotations are written as either dictionary and read again", () => {
    const [box, attributes] = [{ x: 10, y: 20, width: 30, height: 40 }, new Map<string, unknown>([["track", 7]])];
    const annotations = [
      { box, categoryId: 3, category: "car", caption: "mine", score: 0.5, attributes },
      { keypoints: { points: [] } },
      { box, category: "dog" },
    ];
    const wandb = writeWandbBoxes(annotations);
    expect(wandb.box_data).toEqual([
      {
        position: { minX: 10, maxX: 40, minY: 20, maxY: 60 },
        class_id: 3,
        box_caption: "mine",
        scores: { score: 0.5 },
        domain: "pixel",
        track: 7,
      },
      { position: { minX: 10, maxX: 40, minY: 20, maxY: 60 }, class_id: "dog", domain: "pixel" },
    ]);
    const fractions = writeDeepdriverBoxes(annotations, { fractionOf: { width: 100, height: 200 } });
    expect(fractions.box_data).toMatchObject([{ caption: "mine", position: { minX: 0.1, maxY: 0.3 } }, {}]);
    expect("unit" in (fractions.box_data as object[])[0]!).toBe(false);
    const again = boxAnnotations(readDeepdriverBoxes(fractions, false), "g", 100, 200);
    expect(again[0]).toMatchObject({ box, categoryId: 3, category: "car", caption: "mine", score: 0.5, attributes });
  });
});

describe("deepdriver's own checks", () => {
  const box = { position: POSITION, class_id: 1, caption: "road", scores: { acc: 0.2, loss: 1.2 } };
  test("take what deepdriver takes and refuse what it refuses", () => {
    const read = (part: object) => () => readDeepdriverBoxes({ box_data: [{ ...box, ...part }] }, true);
    expect(read({})).not.toThrow();
    expect(read({ class_id: "1" })).toThrow(problem("box_data[0].class_id"));
    expect(read({ caption: undefined })).toThrow(problem("box_data[0].caption"));
    expect(read({ scores: { acc: 1 } })).toThrow(problem("box_data[0].scores.loss"));
    expect(() => readDeepdriverBoxes({ box_data: [{ position: POSITION }] }, false)).not.toThrow();
  });
});

describe("masks", () => {
  test("take pixels of any type, one-channel images and rows", () => {
    for (const value of [
      { data: Uint8Array.of(0, 1, 2, 255), shape: [2, 2] },
      { data: BigInt64Array.of(0n, 1n, 2n, 255n), shape: [2, 2, 1] },
      { data: Float32Array.of(0, 1, 2.9, 255), width: 2, height: 2 },
      [
        [0, 1],
        [2, 255],
      ],
      [Uint8Array.of(0, 1), Uint8Array.of(2, 255)],
    ]) {
      const mask = readMaskData(value, false);
      expect([...mask.data]).toEqual([0, 1, 2, 255]);
      expect([mask.width, mask.height]).toEqual([2, 2]);
      expect(mask.ids).toEqual([0, 1, 2, 255]);
    }
  });

  test.each([
    [{ data: Float32Array.of(-1, 0), shape: [1, 2] }, "got -1"],
    [{ data: Float64Array.of(NaN, 0), shape: [1, 2] }, "got NaN"],
    [{ data: Uint16Array.of(256, 0), shape: [1, 2] }, "got 256"],
    [{ data: new Uint8Array(6), shape: [1, 2, 3] }, "[height, width]"],
    [{ data: new Uint8Array(0), shape: [0, 2] }, "height"],
    [[[1, 2], [3]], "expected 2 numbers"],
    [[[1, "2"]], "class id"],
    ["mask.png", "expected pixels"],
  ])("%j is refused", (value, message) => {
    expect(() => readMaskData(value, false)).toThrow(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringContaining(message) }),
    );
  });
});

test("classes need an id and a name each", () => {
  expect(
    readClasses([
      { id: 0, name: "a" },
      { id: "b", name: "b" },
    ]),
  ).toEqual([
    { id: 0, name: "a" },
    { id: "b", name: "b" },
  ]);
  expect(() => readClasses([{ id: 0, name: "a" }, { name: "b" }])).toThrow(problem("[1].id"));
  expect(() => readClasses([{ id: 0 }])).toThrow(problem("[0].name"));
  expect(() => readClasses({ 0: "a" })).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
});
