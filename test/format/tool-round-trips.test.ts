import fc from "../support/property.ts";
import { describe, expect, test } from "vitest";
import type { DatasetFormat } from "../../src/format/dataset-format.ts";
import { cvat, labelme, labelStudio, voc, yolo } from "../../src/format/index.ts";
import { toBbox } from "../../src/model/rle.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { comparable, type Held, POSE, scenes, through } from "../support/random-scenes.ts";

const CASES: readonly (readonly [name: string, format: DatasetFormat, held: Held])[] = [
  ["YOLO boxes", yolo, { shapes: ["box"], scores: true }],
  ["YOLO segments", yolo, { shapes: ["polygon"], scores: true }],
  ["YOLO oriented boxes", yolo, { shapes: ["turned box", "quad"], scores: true }],
  ["YOLO poses", yolo, { shapes: ["pose"] }],
  ["VOC", voc, { shapes: ["box", "turned box", "whole box"], attributes: "text", occluded: true }],
  [
    "CVAT",
    cvat,
    {
      shapes: ["box", "turned box", "polygon", "mask", "ellipse", "turned ellipse", "polyline", "points", "point"],
      attributes: "text",
      occluded: true,
    },
  ],
  [
    "LabelMe",
    labelme,
    {
      shapes: ["box", "turned box", "polygon", "mask", "circle", "polyline", "points", "point"],
      attributes: "json",
      scores: true,
    },
  ],
  [
    "Label Studio",
    labelStudio,
    {
      shapes: ["box", "turned box", "polygon", "mask", "ellipse", "turned ellipse", "polyline", "point", "full pose"],
      attributes: "json",
      scores: true,
    },
  ],
];

describe("a round trip keeps all that the format holds", () => {
  test.each(CASES)("%s", async (_, format, held) => {
    await fc.assert(
      fc.asyncProperty(scenes(held), async ({ categories, scenes: list }) => {
        const result = await through(format, { categories, scenes: list });
        expect(result.losses.filter(({ what }) => !ALLOWED.includes(what))).toEqual([]);
        const byName = (a: Scene, b: Scene): number => (a.fileName! < b.fileName! ? -1 : 1);
        expect(result.scenes.sort(byName).map(comparable)).toEqual(list.map(comparable));
        expect(result.dataset.problems).toEqual([]);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test("VOC: a mask and the box around it", async () => {
    await fc.assert(
      fc.asyncProperty(scenes({ shapes: ["mask"] }), async ({ categories, scenes: list }) => {
        const one = list.map((scene): Scene => ({ ...scene, annotations: scene.annotations.slice(0, 1).map(boxed) }));
        const result = await through(voc, { categories, scenes: one });
        expect(result.losses).toEqual([]);
        expect(result.scenes.map(comparable)).toEqual(one.map(comparable));
      }),
      { seed: 7, numRuns: 60 },
    );
  });
});

/** Numbers that formats give to categories, and such that have no objects, are not what this is about. */
const ALLOWED: readonly string[] = [
  "ids of categories (counted from 0)",
  "ids of categories (counted from 1 as they appear)",
  "category without objects",
  "point of a skeleton that no object has",
];

function boxed(annotation: Annotation): Annotation {
  const { segmentation } = annotation;
  if (segmentation?.kind !== "rle") return annotation;
  const [x, y, width, height] = toBbox(segmentation.rle);
  return { ...annotation, box: { x, y, width, height } };
}

/** One object of every kind that a scene can have, each part on its own beside a box. */
const PARTS: readonly (readonly [part: string, annotation: Annotation])[] = [
  ["id", { id: "an id" }],
  ["turned box", { box: { x: 5, y: 6, width: 20, height: 9, rotation: 33 } }],
  ["polygon", { box: undefined, segmentation: { kind: "polygon", parts: [{ outline: [1, 1, 20, 2, 10, 20] }] } }],
  [
    "polygons with a hole",
    {
      box: undefined,
      segmentation: { kind: "polygon", parts: [{ outline: [1, 1, 30, 2, 10, 30], holes: [[9, 9, 12, 9, 12, 12]] }] },
    },
  ],
  [
    "mask",
    { box: undefined, segmentation: { kind: "mask", data: [1, 1, 0, 1], width: 2, height: 2, left: 9, top: 8 } },
  ],
  [
    "soft mask",
    { box: undefined, segmentation: { kind: "soft", data: [0.2, 0.9, 0.7, 0], width: 2, height: 2, left: 4 } },
  ],
  ["mask away from the box", { segmentation: { kind: "mask", data: [1], width: 1, height: 1, left: 39, top: 39 } }],
  [
    "keypoints",
    {
      keypoints: {
        points: [
          { x: 3, y: 4, score: 0.5 },
          { x: 7, y: 9, visibility: 1 },
          { x: 1, y: 1, visibility: 0 },
        ],
        skeleton: POSE,
      },
    },
  ],
  ["closed line", { box: undefined, polyline: { points: [1, 2, 8, 9, 3, 7], closed: true, arrow: "end" } }],
  ["ellipse", { box: undefined, ellipse: { x: 20, y: 20, radiusX: 9, radiusY: 4, rotation: 20 } }],
  ["points", { box: undefined, points: [3, 4, 9, 9] }],
  ["points beside a box", { points: [3, 4, 9, 9] }],
  ["trace", { trace: [1, 2, 3, 4] }],
  ["icon", { icon: { data: new Uint8Array(4), width: 1, height: 1 } }],
  ["text", { text: "stop" }],
  ["quad", { box: undefined, quad: [1, 1, 20, 3, 22, 17, 2, 12] }],
  ["quad beside a box", { quad: [1, 1, 20, 3, 22, 17, 2, 12] }],
  ["group", { group: "somebody" }],
  ["no category", { category: undefined, categoryId: undefined }],
  ["score", { score: 0.25, group: "predictions" }],
  ["score of ground truth", { score: 0.25 }],
  ["score out of range", { score: 25, group: "predictions" }],
  ["scores", { scores: new Map([["iou", 0.5]]) }],
  ["color", { color: 0xff0000 }],
  ["isOccluded", { isOccluded: true }],
  ["caption", { caption: "words" }],
  ["trackId", { trackId: 4 }],
  ["isCrowd", { isCrowd: true }],
  ["area", { area: 12 }],
  [
    "attributes",
    {
      attributes: new Map<string, unknown>([
        ["a", "text"],
        ["b", 5],
        ["c", { d: [1] }],
        ["e", 5n],
      ]),
    },
  ],
  ["normalized box", { box: { x: 0.1, y: 0.1, width: 0.5, height: 0.5, normalized: true } }],
  ["category that no list has", { category: "another", categoryId: 99 }],
];

const SCENE_PARTS: readonly (readonly [part: string, scene: Partial<Scene>])[] = [
  [
    "label map",
    {
      labelMaps: [{ data: new Uint8Array(1600).fill(1, 0, 40), width: 40, height: 40, classes: new Map([[1, "cat"]]) }],
    },
  ],
  ["heat map", { heatMaps: [{ kind: "array", data: [1], width: 1, height: 1 }] }],
  ["classifications", { classifications: [{ category: "cat", score: 0.5 }] }],
  ["caption", { caption: "a", captions: ["a"] }],
  ["captions", { caption: "a", captions: ["a", "b"] }],
  ["split", { split: "val" }],
  [
    "attributes",
    {
      attributes: new Map<string, unknown>([
        ["day", true],
        ["rain", "much"],
      ]),
    },
  ],
  ["image id", { imageId: "one" }],
  ["no size", { width: 0, height: 0 }],
];

/** Keys of an object that are set. */
function parts(value: object): Record<string, unknown> {
  const entries = Object.entries(value).filter(
    ([key, part]) => part !== undefined && part !== false && key !== "categoryId",
  );
  return JSON.parse(
    JSON.stringify(Object.fromEntries(entries), (_key, part: unknown) => {
      if (part instanceof Map)
        return [...part].map(([key, entry]) => [key, typeof entry === "bigint" ? String(entry) : entry]);
      return typeof part === "number" ? Math.round(part * 1e6) / 1e6 : ArrayBuffer.isView(part) ? "bytes" : part;
    }),
  ) as Record<string, unknown>;
}

describe.each([
  ["YOLO", yolo],
  ["VOC", voc],
  ["CVAT", cvat],
  ["LabelMe", labelme],
  ["Label Studio", labelStudio],
] as const)("%s drops nothing silently", (_, format) => {
  const base: Annotation = {
    category: "cat",
    categoryId: 1,
    group: "ground truth",
    box: { x: 2, y: 3, width: 20, height: 16 },
  };
  const picture: Scene = { width: 40, height: 40, fileName: "a.png", annotations: [base] };

  async function check(scene: Scene): Promise<void> {
    const dataset = { categories: [{ id: 1, name: "cat" }], scenes: [scene] };
    const { scenes: read, losses } = await through(format, dataset, scene.width > 0);
    const said = losses.filter(({ what }) => !ALLOWED.includes(what));
    if (said.length > 0) return;
    // nothing was said to be lost: all of it is there
    expect(read.length).toBe(1);
    expect(parts(read[0]!)).toMatchObject(parts({ ...scene, annotations: undefined }));
    expect(read[0]!.annotations.length).toBe(scene.annotations.length);
    for (const [i, annotation] of scene.annotations.entries()) {
      const { segmentation, ...rest } = annotation;
      const again = read[0]!.annotations[i]!;
      if (rest.box?.normalized) rest.box = { x: 4, y: 4, width: 20, height: 20 };
      expect(parts(again)).toMatchObject(parts(rest));
      expect(comparable({ ...scene, annotations: [{ segmentation: again.segmentation }] })).toEqual(
        comparable({ ...scene, annotations: [{ segmentation }] }),
      );
    }
  }

  test.each(PARTS)("%s of an object", async (_part, more) => {
    await check({ ...picture, annotations: [{ ...base, ...more }] });
  });

  test.each(SCENE_PARTS)("%s of a scene", async (_part, more) => {
    await check({ ...picture, ...more });
  });
});
