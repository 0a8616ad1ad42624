import { describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { COCO_PERSON, INSTILL_PERSON, instill, MemoryFiles, readInstill } from "../../src/format/index.ts";
import { decodeMask } from "../../src/core/rle.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import { encode } from "../../src/model/rle.ts";
import { toBase64 } from "../../src/format/base64.ts";
import type { Segmentation } from "../../src/model/scene.ts";
import { scenesOf } from "../support/random-datasets.ts";

const box = { left: 1, top: 2, width: 3, height: 3 };
const dog = { category: "dog", score: 0.5, "bounding-box": box };

describe("documents", () => {
  test.each<[string, unknown]>([
    ["the inner object", { objects: [dog] }],
    ["a task output", { task: "TASK_DETECTION", task_outputs: [{ detection: { objects: [dog] } }] }],
    ["one of the SDK", { data: { objects: [dog] } }],
    ["a draw task", { task: "TASK_DRAW_DETECTION", input: { image: "data:,", objects: [dog] } }],
    ["snake_case", { objects: [{ category: "dog", score: 0.5, bounding_box: box }] }],
    ["camelCase", { taskOutputs: [{ objects: [{ category: "dog", score: 0.5, boundingBox: box }] }] }],
    ["a list", [{ objects: [dog] }]],
  ])("%s", (_, value) => {
    const [result, ...more] = readInstill(value);
    expect(more).toEqual([]);
    expect(result!.task).toBe("DETECTION");
    expect(result!.annotations).toEqual([{ category: "dog", score: 0.5, box: { x: 1, y: 2, width: 3, height: 3 } }]);
  });

  test("several outputs are several pictures", () => {
    const outputs = [{ detection: { objects: [dog] } }, { detection: { objects: [] } }];
    expect(
      readInstill({ task: "TASK_DETECTION", task_outputs: outputs }).map(({ annotations }) => annotations.length),
    ).toEqual([1, 0]);
  });

  test.each([true, false])("show-score in every spelling: %s", (value) => {
    for (const key of ["show-score", "show_score", "showScore"])
      expect(readInstill({ objects: [], image: "x", [key]: value })[0]).toMatchObject({ showScore: value, image: "x" });
  });

  test.each([null, 3, "x", {}, { task: "TASK_DETECTION" }, { objects: 3 }, []])("%j is none", (value) => {
    expect(() => readInstill(value)).toThrow(ImageError);
  });
});

describe("tasks", () => {
  test("classification", () => {
    const value = { task: "TASK_CLASSIFICATION", task_outputs: [{ classification: { category: "cat", score: 0.25 } }] };
    expect(readInstill(value)[0]).toMatchObject({
      task: "CLASSIFICATION",
      classifications: [{ category: "cat", score: 0.25 }],
    });
  });

  test("keypoints carry their scores, and Instill's skeleton where they are 17", () => {
    const points = Array.from({ length: 17 }, (_, i) => ({ x: i, y: 2 * i, v: i / 16 }));
    const [{ annotations, task }] = readInstill({
      objects: [{ keypoints: points, score: 1, "bounding-box": box }, { keypoints: [{ x: 1, y: 1, v: 2 }] }],
    }) as [never];
    expect(task).toBe("KEYPOINT");
    const [person, point] = annotations as { keypoints: { points: object[]; skeleton: unknown } }[];
    expect(person!.keypoints.points[0]).toEqual({ x: 0, y: 0, visibility: 0, score: 0 });
    expect(person!.keypoints.points[8]).toEqual({ x: 8, y: 16, visibility: 2, score: 0.5 });
    expect(person!.keypoints.skeleton).toBe(INSTILL_PERSON);
    expect(point!.keypoints).toEqual({ points: [{ x: 1, y: 1, visibility: 2, score: 1 }], skeleton: undefined });
  });

  test("the skeleton has Instill's colours", () => {
    expect(INSTILL_PERSON.edges).toBe(COCO_PERSON.edges);
    const at = (from: number, to: number) =>
      INSTILL_PERSON.edgeColors![INSTILL_PERSON.edges.findIndex(([a, b]) => a === from && b === to)];
    // left knee to left ankle, left to right hip, left elbow to wrist, nose to an eye
    expect([at(15, 13), at(11, 12), at(7, 9), at(0, 1)]).toEqual([0x3399ff, 0xff33ff, 0xff8000, 0x00ff00]);
    expect([INSTILL_PERSON.pointColors!.length, INSTILL_PERSON.edgeColors!.length]).toEqual([17, 19]);
    expect([0, 5, 11].map((i) => INSTILL_PERSON.pointColors![i])).toEqual([0x00ff00, 0xff8000, 0x3399ff]);
  });

  test("texts", () => {
    const [result] = readInstill({ objects: [{ text: "EXIT", score: 0.9, "bounding-box": box }] });
    expect(result).toMatchObject({ task: "OCR", annotations: [{ text: "EXIT", score: 0.9, box: { x: 1 } }] });
  });

  test("masks of instances lie in their box, and may reach out of the picture", () => {
    const object = {
      category: "plus",
      score: 1,
      "bounding-box": { left: 1.9, top: -0.5, width: 3.2, height: 3 },
      rle: "1,1,1,3,1,1,1",
    };
    const [result] = readInstill({ objects: [object] });
    const { segmentation, box: own } = result!.annotations[0]!;
    expect(own).toEqual({ x: 1.9, y: -0.5, width: 3.2, height: 3 });
    expect(segmentation).toMatchObject({ left: 1, top: 0, rle: { size: [3, 3], counts: [1, 1, 1, 3, 1, 1, 1] } });
    expect([...decodeMask(segmentation as Segmentation, 3, 3)]).toEqual([0, 0, 1, 0, 1, 1, 0, 0, 1]);
  });

  test("a mask may be what COCO has, or rows of 0 and 1: in its box, or in the picture, by its size", () => {
    const inside = { left: 1, top: 0, width: 3, height: 3 };
    const [width, height] = [6, 4];
    const plus = [
      [0, 1, 0],
      [1, 1, 1],
      [0, 1, 0],
    ];
    const whole = Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => plus[y]?.[x - 1] ?? 0),
    );
    const pixels = Uint8Array.from(whole.flat());
    const runs = (data: ArrayLike<number>, w: number, h: number, compressed: boolean): unknown =>
      encode({ data, width: w, height: h }, { compressed });
    const read = (fields: object, size?: [number, number]): Segmentation =>
      readInstill({ objects: [{ category: "plus", ...fields }] }, { size, canonical: false })[0]!.annotations[0]!
        .segmentation as Segmentation;
    const forms: object[] = [{ rle: "1,1,1,3,1,1,1" }, { mask: plus }, { mask: whole }];
    for (const compressed of [true, false])
      for (const rle of [runs(plus.flat(), 3, 3, compressed), runs(pixels, width, height, compressed)])
        forms.push({ rle }, { segmentation: rle });
    for (const form of forms)
      expect(
        [...decodeMask(read({ "bounding-box": inside, ...form }, [height, width]), width, height)],
        JSON.stringify(form),
      ).toEqual([...pixels]);
    // polygons are in the coordinates of the picture, and need no box
    expect(read({ segmentation: [[1, 1, 4, 1, 4, 2, 1, 2]] })).toMatchObject({ kind: "polygon" });
    const [{ annotations }] = readInstill(
      { task: "INSTANCE_SEGMENTATION", objects: [{ mask: whole }] },
      { size: [4, 6] },
    ) as [ReturnType<typeof readInstill>[number]];
    expect(annotations).toMatchObject([
      { box: { x: 1, y: 0, width: 3, height: 3 }, segmentation: { rle: { size: [4, 6] } } },
    ]);
    for (const [form, message] of [
      [{ "bounding-box": inside, mask: [[1, 0]] }, "objects[0].mask: expected [4, 6] as the picture has or [3, 3]"],
      [{ mask: [[1, 0], [1]] }, "objects[0].mask[1]: expected 2 numbers"],
      [{ mask: [] }, "objects[0].mask: expected rows of 0 and 1"],
      [{ mask: [["a"]] }, "objects[0].mask[0]"],
      [{ rle: { size: [3, 3], counts: [1] } }, "objects[0].rle.counts"],
      [{ segmentation: [[1, 2]] }, "objects[0].segmentation[0]"],
      [{ rle: "1,2" }, "objects[0].bounding-box"],
    ] as const)
      expect(() => readInstill({ task: "INSTANCE_SEGMENTATION", objects: [form] }, { size: [height, width] })).toThrow(
        expect.objectContaining({ message: expect.stringContaining(message) as string }),
      );
  });

  test("stuffs cover the picture", () => {
    const value = { stuffs: [{ category: "left half", rle: "0,4,4" }] };
    const [result] = readInstill(value, { size: [2, 4] });
    expect([...decodeMask(result!.annotations[0]!.segmentation as Segmentation, 4, 2)]).toEqual([
      1, 1, 0, 0, 1, 1, 0, 0,
    ]);
    expect(() => readInstill(value)).toThrow(/options\.size/);
  });

  test("runs that are too long are refused, or cut off", () => {
    const value = { objects: [{ category: "x", score: 1, "bounding-box": box, rle: "0,99" }] };
    expect(() => readInstill(value)).toThrow(ImageError);
    expect(readInstill(value, { lenient: true })[0]!.annotations[0]!.segmentation).toMatchObject({
      rle: { counts: [0, 9] },
    });
  });

  test("what is wrong is named by its place, and the rest stays when it is reported", () => {
    const value = { task: "TASK_DETECTION", task_outputs: [{ detection: { objects: [{ category: "x" }, dog] } }] };
    const path = "task_outputs[0].detection.objects[0].bounding-box";
    expect(() => readInstill(value)).toThrow(path);
    const errors: ImageError[] = [];
    const [result] = readInstill(value, { report: (error) => errors.push(error) });
    expect(errors.map((error) => error.path)).toEqual([path]);
    expect(result!.annotations).toHaveLength(1);
  });
});

test("files take the size of the picture inside, or of the one beside", async () => {
  const png = encodePng({ data: new Uint8Array(4 * 2), shape: [2, 4] });
  const stuffs = [{ category: "a", rle: "0,4,4" }];
  const inside = JSON.stringify({ image: toBase64(png), stuffs });
  const uri = JSON.stringify({ image: `data:image/png;base64,${toBase64(png)}`, stuffs });
  const files = new MemoryFiles([
    ["a.json", inside],
    ["b.json", uri],
    ["c.json", JSON.stringify({ stuffs })],
    ["c.png", png],
  ]);
  const scenes = await scenesOf(await instill.read(files, { strict: true }));
  expect(
    scenes.map(({ width, height, fileName, annotations }) => [width, height, fileName, annotations.length]),
  ).toEqual([
    [4, 2, "a", 1],
    [4, 2, "b", 1],
    [4, 2, "c.png", 1],
  ]);
});
