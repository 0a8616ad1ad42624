/** COCO in memory: what is read, what is told as wrong. Long: COCO has more kinds of records than other formats. */
import { describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { type CocoOptions, COCO_PERSON, readCoco, readDataset } from "../../src/format/index.ts";
import { segmentRuns } from "../../src/format/coco-panoptic.ts";
import { checkCompressedCounts } from "../../src/format/coco-segmentation.ts";
import type { Dataset, Scene } from "../../src/model/scene.ts";
import { random } from "../support/random.ts";

const IMAGE = { id: 1, width: 8, height: 6, file_name: "a.png" };
const scenesOf = (dataset: Dataset): Scene[] => [...(dataset.scenes as Iterable<Scene>)];

/** A file with one 8 x 6 picture, one category and these annotations of it. */
function one(annotations: object[], more: object = {}, options: CocoOptions = {}) {
  const records = annotations.map((record, i) => ({ id: i, image_id: 1, category_id: 7, ...record }));
  const categories = [{ id: 7, name: "cat" }];
  const dataset = readCoco({ images: [IMAGE], categories, annotations: records, ...more }, options);
  const scenes = scenesOf(dataset);
  return { dataset, scenes, annotations: scenes[0]!.annotations, problems: dataset.problems ?? [] };
}

function caught(run: () => unknown): ImageError {
  try {
    run();
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("sources", () => {
  const text = JSON.stringify({ images: [{ ...IMAGE, file_name: "é.png" }], annotations: [] });
  const utf16 = (order: boolean) => {
    const bytes = new DataView(new ArrayBuffer(2 + text.length * 2));
    bytes.setUint16(0, 0xfeff, order);
    for (let i = 0; i < text.length; i++) bytes.setUint16(2 + i * 2, text.charCodeAt(i), order);
    return new Uint8Array(bytes.buffer);
  };

  test.each([
    ["text", text],
    ["text with a byte order mark", `\ufeff${text}`],
    ["UTF-8", new TextEncoder().encode(text)],
    ["UTF-8 with a byte order mark", new TextEncoder().encode(`\ufeff${text}`)],
    ["UTF-16, little end first", utf16(true)],
    ["UTF-16, big end first", utf16(false)],
    ["the parsed value", JSON.parse(text)],
  ])("%s is read", (_, source) => {
    expect(scenesOf(readDataset(source))[0]).toMatchObject({ fileName: "é.png", width: 8, height: 6, imageId: 1 });
  });

  test.each([
    ["", "DECODE", "empty text"],
    ['{"images": [', "DECODE", "a text that is not"],
    ['{"annotations": [{"score": NaN}]}', "DECODE", "the number NaN at character 27"],
    [new Uint8Array([0x22, 0xff, 0x22]), "DECODE", "UTF-8"],
    ["3", "UNSUPPORTED", "known format"],
    ['{"shapes": []}', "UNSUPPORTED", "known format"],
    ["[]", "UNSUPPORTED", "known format"],
    ["[[]]", "UNSUPPORTED", "known format"],
  ])("%j is refused", (source, code, words) => {
    const error = caught(() => readDataset(source));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });

  test("an empty result list beside a ground truth is a model that found nothing", () => {
    const dataset = readDataset("[]", { groundTruth: { images: [IMAGE] } });
    expect(scenesOf(dataset).map(({ annotations }) => annotations)).toEqual([[]]);
  });

  test("a value that is no COCO is refused by readCoco", () => {
    expect(caught(() => readCoco({ shapes: [] })).code).toBe("ARGUMENT");
    expect(caught(() => readCoco({ images: [], annotations: 3 })).path).toBe("annotations");
    expect(caught(() => readCoco([], { groundTruth: {} })).path).toBe("groundTruth");
    expect(caught(() => readCoco(null as unknown as object)).code).toBe("ARGUMENT");
  });
});

describe("annotations", () => {
  test("boxes, polygons of several parts, runs and flags come through", () => {
    const ring = [0.5, 0, 4, 0, 4, 3.25];
    const { annotations, problems } = one([
      { bbox: [1, 2.5, 3, 0.25], segmentation: [ring, [1, 1, 2, 1, 2, 2, 1, 2]], area: 5.5, track_id: 9, score: 0.5 },
      { segmentation: { size: [6, 8], counts: [10, 2, 36] }, iscrowd: 1, attributes: { occluded: true } },
      { bbox: [0, 0, 2, 2], attributes: { rotation: 30 } },
    ]);
    expect(problems).toEqual([]);
    expect(annotations).toMatchObject([
      { id: 0, box: { x: 1, y: 2.5, width: 3, height: 0.25 }, area: 5.5, trackId: 9, score: 0.5, isCrowd: false },
      { isCrowd: true, segmentation: { kind: "rle", rle: { size: [6, 8], counts: [10, 2, 36] } } },
      { box: { rotation: 30 }, categoryId: 7, category: "cat", group: "ground truth" },
    ]);
    expect(annotations[0]!.segmentation).toEqual({
      kind: "polygon",
      parts: [{ outline: ring }, { outline: [1, 1, 2, 1, 2, 2, 1, 2] }],
    });
    expect(annotations[1]!.isOccluded).toBe(true);
  });

  test("the colour of a category is that of its objects", () => {
    const { scenes } = readCoco({
      images: [{ id: 1, width: 8, height: 6, file_name: "a.png" }],
      categories: [
        { id: 7, name: "cat", color: [18, 52, 86] },
        { id: 8, name: "dog" },
      ],
      annotations: [
        { id: 1, image_id: 1, category_id: 7, bbox: [0, 0, 2, 2] },
        { id: 2, image_id: 1, category_id: 8, bbox: [0, 0, 2, 2] },
      ],
    });
    expect([...scenes][0]!.annotations.map(({ color }) => color)).toEqual([0x123456, undefined]);
  });

  test("numbers written as strings are numbers", () => {
    const { scenes, problems } = one(
      [{ image_id: "1", category_id: "7", bbox: ["1", "2.5", " 3e0", "4"], segmentation: [["0", 0, 4, "0.5", 4, 4]] }],
      { images: [{ ...IMAGE, width: "8", height: "6" }] },
    );
    expect(problems).toEqual([]);
    expect(scenes[0]).toMatchObject({ width: 8, height: 6 });
    expect(scenes[0]!.annotations[0]).toMatchObject({
      box: { x: 1, y: 2.5, width: 3, height: 4 },
      category: "cat",
      segmentation: { parts: [{ outline: [0, 0, 4, 0.5, 4, 4] }] },
    });
  });

  test.each<[string, object, string, string]>([
    ["NaN in a box", { bbox: [0, NaN, 1, 1] }, "bbox[1]", "finite"],
    ["Infinity in a box", { bbox: [0, 0, Infinity, 1] }, "bbox[2]", "finite"],
    ["a word in a box", { bbox: [0, 0, "wide", 1] }, "bbox[2]", '"wide"'],
    ["an empty string in a box", { bbox: [0, 0, "", 1] }, "bbox[2]", '""'],
    ["three numbers in a box", { bbox: [0, 0, 1] }, "bbox", "3 numbers"],
    ["a negative width", { bbox: [0, 0, -1, 1] }, "bbox", "-1"],
    ["a box at the end of the world", { bbox: [0, 1e7, 1, 1] }, "bbox[1]", "1000000"],
    ["a box that is no list", { bbox: { x: 1 } }, "bbox", "list"],
    ["an odd polygon", { segmentation: [[0, 0, 1, 1, 2, 2, 3]] }, "segmentation[0]", "got 7"],
    ["a polygon of two points", { segmentation: [[0, 0, 1, 1]] }, "segmentation[0]", "got 4"],
    ["NaN in a polygon", { segmentation: [[0, 0, 1, NaN, 2, 2]] }, "segmentation[0][3]", "finite"],
    ["a far point", { segmentation: [[0, 0, 1, 2e9, 2, 2]] }, "segmentation[0][3]", "1000000"],
    [
      "points as pairs",
      {
        segmentation: [
          [
            [0, 0],
            [1, 1],
            [2, 2],
          ],
        ],
      },
      "segmentation[0][0]",
      "finite",
    ],
    ["a segmentation that is a word", { segmentation: "mask.png" }, "segmentation", "mask.png"],
    ["runs without size", { segmentation: { counts: [48] } }, "segmentation.size", "list"],
    ["runs of size 0", { segmentation: { size: [0, 0], counts: [] } }, "segmentation.size", "got 0"],
    ["runs of another size", { segmentation: { size: [8, 6], counts: [48] } }, "segmentation.size", "[6, 8]"],
    ["a side of 65501", { segmentation: { size: [65501, 1], counts: [65501] } }, "segmentation.size", "65500"],
    ["runs that sum to less", { segmentation: { size: [6, 8], counts: [47] } }, "segmentation.counts", "got 47"],
    ["a negative run", { segmentation: { size: [6, 8], counts: [50, -2] } }, "segmentation.counts", "-2 at index 1"],
    ["half a run", { segmentation: { size: [6, 8], counts: [0.5, 47.5] } }, "segmentation.counts", "0.5"],
    ["no runs", { segmentation: { size: [6, 8] } }, "segmentation.counts", "list"],
    ["an empty string of runs", { segmentation: { size: [6, 8], counts: "" } }, "segmentation.counts", "got 0"],
    ["a broken string", { segmentation: { size: [6, 8], counts: "0 0" } }, "segmentation.counts", "character 1"],
    ["keypoints in pairs", { keypoints: [1, 2, 3, 4] }, "keypoints", "got 4"],
    ["NaN in keypoints", { keypoints: [1, NaN, 2] }, "keypoints[1]", "finite"],
    ["nothing to draw", { category_id: undefined }, "", "expected a box"],
  ])("%s is a problem with its place, and the record goes", (_, record, path, words) => {
    const { annotations, problems } = one([{ bbox: [0, 0, 1, 1] }, record]);
    expect(annotations.length).toBe(1);
    expect(problems.map((problem) => problem.path)).toEqual([`annotations[1]${path && "."}${path}`]);
    expect(problems[0]!.message).toContain(words);
  });

  test("what is sound in a record stays when another part is not", () => {
    const { annotations, problems } = one([
      { bbox: [0, 0, 2, 2], segmentation: [[0, 0, 1]], score: "high" },
      { segmentation: [[0, 0, 1], [0, 0, 2, 0, 2, 2], [1]] },
    ]);
    expect(annotations).toMatchObject([{ box: { width: 2 } }, { segmentation: { parts: [{}] } }]);
    expect(problems.map(({ path }) => path)).toEqual([
      "annotations[0].segmentation[0]",
      "annotations[0].score",
      "annotations[1].segmentation[0]",
      "annotations[1].segmentation[2]",
    ]);
  });

  test("a ring without the list around it is one polygon, and empty fields are none", () => {
    const { annotations, problems } = one([{ segmentation: [0, 0, 2, 0, 2, 2], bbox: [], keypoints: [] }]);
    expect(annotations[0]).toMatchObject({ box: undefined, keypoints: undefined, segmentation: { parts: [{}] } });
    expect(problems).toEqual([]);
  });

  test("in strict reading the first problem becomes the error of its scene, other scenes stay", () => {
    const images = [IMAGE, { ...IMAGE, id: 2 }];
    const { scenes } = one(
      [{ bbox: [0, 0, 1] }, { bbox: [NaN, 0, 1, 1] }, { bbox: [0, 0, 1, 1], image_id: 2 }],
      { images },
      { strict: true },
    );
    expect(scenes[0]!.error).toBeInstanceOf(ImageError);
    expect(scenes[0]!.error?.path).toBe("annotations[0].bbox");
    expect(scenes[1]!.error).toBeUndefined();
  });

  test("a record whose shapes are all empty is a problem, not a label for the whole picture", () => {
    const { scenes, problems } = one([{ bbox: [], segmentation: [] }]);
    expect(scenes[0]).toMatchObject({ annotations: [], classifications: undefined });
    expect(problems.map(({ path }) => path)).toEqual(["annotations[0]"]);
  });

  test("a category alone is a label for the whole picture", () => {
    const { scenes, problems } = one([{ score: 0.75 }]);
    expect(problems).toEqual([]);
    expect(scenes[0]!.classifications).toEqual([{ category: "cat", categoryId: 7, score: 0.75 }]);
  });

  test("a problem list stops at 1000 and counts the rest", () => {
    const { problems } = one(Array.from({ length: 1500 }, () => ({ bbox: [0] })));
    expect(problems.length).toBe(1001);
    expect(problems[1000]!.message).toBe("and 500 more problems");
  });
});

describe("keypoints", () => {
  const pose = (category: object, keypoints: number[]) =>
    one([{ keypoints }], { categories: [{ id: 7, name: "x", ...category }] });

  test("edges count from 1 in the file and from 0 in the model", () => {
    const { annotations, problems } = pose({ keypoints: ["a", "b"], skeleton: [[1, 2]] }, [1, 2, 0, 3, 4, 1]);
    expect(problems).toEqual([]);
    expect(annotations[0]!.keypoints).toEqual({
      points: [
        { x: 1, y: 2, visibility: 0 },
        { x: 3, y: 4, visibility: 1 },
      ],
      skeleton: { name: "x", points: ["a", "b"], edges: [[0, 1]] },
    });
  });

  test("a file that counts edges from 0 is read so; an edge to nowhere is left out", () => {
    const { annotations, problems } = pose(
      { keypoints: ["a", "b"], skeleton: [[0, 1], [1, 5], [0]] },
      [1, 2, 2, 3, 4, 2],
    );
    expect(annotations[0]!.keypoints?.skeleton?.edges).toEqual([[0, 1]]);
    expect(problems.map(({ path }) => path)).toEqual(["categories[0].skeleton[2]", "categories[0].skeleton[1]"]);
  });

  test("confidences in the place of the visibility become scores", () => {
    const { annotations } = pose({ keypoints: ["a", "b", "c"] }, [1, 2, 0.25, 3, 4, 1, 5, 6, 0]);
    expect(annotations[0]!.keypoints?.points).toEqual([
      { x: 1, y: 2, visibility: 2, score: 0.25 },
      { x: 3, y: 4, visibility: 2, score: 1 },
      { x: 5, y: 6, visibility: 0 },
    ]);
  });

  test("17 points of a category without a skeleton are a person; another count than the category's has no skeleton", () => {
    const points = Array.from({ length: 17 }, (_, i) => [i, i, 2]).flat();
    expect(pose({}, points).annotations[0]!.keypoints?.skeleton).toBe(COCO_PERSON);
    const other = pose({ keypoints: ["a", "b"] }, points);
    expect(other.annotations[0]!.keypoints).toMatchObject({ points: { length: 17 }, skeleton: undefined });
    expect(other.problems[0]?.path).toBe("annotations[0].keypoints");
  });
});

describe("pictures and categories", () => {
  test("ids with gaps, double ids, missing categories and strangers are told", () => {
    const { dataset, scenes, problems } = one(
      [
        { bbox: [0, 0, 1, 1], category_id: 90 },
        { bbox: [0, 0, 1, 1], category_id: 8 },
        { bbox: [0, 0, 1, 1], id: 0 },
        { bbox: [0, 0, 1, 1], image_id: 5 },
        { bbox: [0, 0, 1, 1], image_id: 5 },
        { bbox: [0, 0, 1, 1], image_id: undefined },
      ],
      {
        images: [IMAGE, { ...IMAGE, id: 3, file_name: "b.png" }, { ...IMAGE, file_name: "c.png" }, 7],
        categories: [{ id: 90, name: "far" }, { id: 7, name: "cat" }, { id: 7, name: "dog" }, { id: 11 }],
      },
    );
    expect(scenes.map(({ fileName, annotations }) => [fileName, annotations.length])).toEqual([
      ["a.png", 3],
      ["b.png", 0],
    ]);
    expect(scenes[0]!.annotations.map(({ category }) => category)).toEqual(["far", undefined, "cat"]);
    expect(dataset.categories.map(({ name }) => name)).toEqual(["far", "cat", "11"]);
    expect(problems.map(({ path }) => path)).toEqual([
      "categories[2].id",
      "categories[3].name",
      "images[2].id",
      "images[3]",
      "annotations[1].category_id",
      "annotations[2].id",
      "annotations[3].image_id",
      "annotations[5].image_id",
    ]);
  });

  test.each([
    ["0", { width: 0, height: 5 }, "ARGUMENT"],
    ["half a pixel", { width: 5.5, height: 5 }, "ARGUMENT"],
    ["NaN", { width: NaN, height: 5 }, "ARGUMENT"],
    ["one side only", { width: 5 }, "ARGUMENT"],
    ["too long a side", { width: 65501, height: 5 }, "LIMIT"],
    ["too many pixels", { width: 65500, height: 65500 }, "LIMIT"],
  ])("a size of %s is the error of its scene", (_, size, code) => {
    const scenes = scenesOf(readCoco({ images: [{ id: 1, file_name: "a.png", ...size }], annotations: [] }));
    expect(scenes[0]).toMatchObject({ error: { code, path: "images[0]" } });
  });

  test("a picture without a size takes that of its mask, and has an error where there is none", () => {
    const images = [
      { id: 1, file_name: "a.png" },
      { id: 2, file_name: "b.png" },
    ];
    const { scenes } = one([{ segmentation: { size: [6, 8], counts: [48] } }], { images });
    expect(scenes[0]).toMatchObject({ width: 8, height: 6, error: undefined });
    expect(scenes[1]!.error?.message).toContain("width and height are not known");
  });

  test("__proto__ and constructor are names like any other", () => {
    const text = `{"images": [{"id": "__proto__", "width": 8, "height": 6, "file_name": "__proto__.png"}],
      "categories": [{"id": "__proto__", "name": "__proto__"}, {"id": "constructor", "name": "toString"}],
      "annotations": [{"id": "__proto__", "image_id": "__proto__", "category_id": "__proto__", "bbox": [0, 0, 1, 1],
        "attributes": {"__proto__": 4}}, {"image_id": "__proto__", "category_id": "hasOwnProperty", "bbox": [0, 0, 1, 1]}]}`;
    const dataset = readCoco(text);
    const [first, second] = scenesOf(dataset)[0]!.annotations;
    expect(first).toMatchObject({ category: "__proto__", id: "__proto__" });
    expect(first!.attributes?.get("__proto__")).toBe(4);
    expect(second!.category).toBeUndefined();
    expect(({} as Record<string, unknown>)["4"]).toBeUndefined();
  });

  test("colours and kinds of panoptic categories come through", () => {
    const categories = [{ id: 1, name: "sky", color: [70, 130, 180], isthing: 0, supercategory: "solid" }];
    expect(readCoco({ images: [], annotations: [], categories }).categories).toEqual([
      { id: 1, name: "sky", color: 0x4682b4, isThing: false, supercategory: "solid" },
    ]);
  });
});

describe("panoptic", () => {
  test.each([
    [1, 1, 1],
    [7, 5, 3],
    [1, 9, 2],
    [16, 17, 40],
  ])("runs of a %i x %i picture are those of each id looked at alone", (width, height, ids) => {
    const next = random(width * 1000 + ids);
    const rgba = new Uint8Array(width * height * 4);
    for (let i = 0; i < rgba.length; i += 4)
      rgba.set([Math.floor(next() * ids), Math.floor(next() * 2), Math.floor(next() * 2), 255 - (i % 3)], i);
    const runs = segmentRuns(rgba, width, height);
    const idAt = (x: number, y: number) => {
      const [r, g, b] = rgba.subarray((y * width + x) * 4);
      return r! + 256 * g! + 65536 * b!;
    };
    const seen = new Set<number>();
    for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) seen.add(idAt(x, y));
    expect(new Set(runs.keys())).toEqual(seen);
    for (const id of seen) {
      const mask: number[] = [];
      for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) mask.push(Number(idAt(x, y) === id));
      const expanded = Array.from(runs.get(id)!.counts as number[]).flatMap((run, i) => Array<number>(run).fill(i % 2));
      expect(expanded).toEqual(mask);
    }
  });

  const record = { image_id: 1, file_name: "a.png", segments_info: [{ id: 3, category_id: 7 }] };

  test("without a way to read the PNG the scene has an error that says so", () => {
    expect(one([record]).scenes[0]!.error?.message).toContain("options.readMask");
  });

  test("a PNG that cannot be read is the error of its scene, with its name", () => {
    const readMask = () => {
      throw new Error("gone");
    };
    expect(one([record], {}, { readMask }).scenes[0]!.error).toMatchObject({ code: "IO", path: "a.png" });
    const error = one([record], {}, { readMask: () => new Uint8Array(40) }).scenes[0]!.error;
    expect(error).toMatchObject({ code: "DECODE", path: "a.png" });
  });
});

describe("compressed runs", () => {
  test.each([
    ["0", 0],
    ["o0", 31],
    ["PPPP1", 2 ** 20],
  ])("%j is %i pixels", (counts, area) => {
    checkCompressedCounts(counts, area);
    expect(caught(() => checkCompressedCounts(counts, area + 1)).code).toBe("DECODE");
  });

  test.each([
    ["an end inside a run", "P", "go on"],
    ["a character below 0", "/", "character 0"],
    ["a character above o", "1p", "character 1"],
    ["a run below 0", "O", "0 or more"],
    ["a run without end", "PPPPPPPPPPPPPPPPPPP0", "a run length"],
    ["more than the area", "1oo00", "more at character 1"],
  ])("%s is named with its position", (_, counts, words) => {
    const error = caught(() => checkCompressedCounts(counts, 48));
    expect(error).toMatchObject({ code: "DECODE", path: "segmentation.counts" });
    expect(error.message).toContain(words);
  });
});

describe("hostile values", () => {
  const ODD: readonly unknown[] = [
    null,
    NaN,
    -1,
    1e308,
    "",
    "7",
    "__proto__",
    true,
    [],
    [[]],
    {},
    { size: [6, 8], counts: [48] },
    [NaN, 1, 2, 3],
    Array(51).fill(1),
    new Float32Array(6),
    new DataView(new ArrayBuffer(4)),
    () => 1,
    Symbol("odd"),
    10n,
  ];

  /** A copy in which values have been replaced, taken away or given twice. */
  function spoiled(value: unknown, next: () => number, rate: number): unknown {
    if (next() < rate) return ODD[Math.floor(next() * ODD.length)];
    if (Array.isArray(value)) {
      const copy = value.filter(() => next() > rate).map((item) => spoiled(item, next, rate));
      return next() < rate ? [...copy, ...copy] : copy;
    }
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(() => next() > rate);
    return Object.fromEntries(kept.map(([key, item]) => [key, spoiled(item, next, rate)]));
  }

  const base = {
    images: [IMAGE, { ...IMAGE, id: 2 }],
    categories: [{ id: 7, name: "cat", keypoints: ["a", "b"], skeleton: [[1, 2]], color: [1, 2, 3], isthing: 1 }],
    annotations: [
      {
        id: 1,
        image_id: 1,
        category_id: 7,
        bbox: [1, 2, 3, 4],
        segmentation: [[0, 0, 4, 0, 4, 4]],
        area: 8,
        iscrowd: 0,
      },
      { id: 2, image_id: 1, category_id: 7, segmentation: { size: [6, 8], counts: [10, 2, 36] }, attributes: { a: 1 } },
      { id: 3, image_id: 2, category_id: 7, segmentation: { size: [6, 8], counts: "`1" }, score: 0.5 },
      { id: 4, image_id: 2, category_id: 7, keypoints: [1, 2, 2, 3, 4, 1] },
      { id: 5, image_id: 2, caption: "a cat" },
      { image_id: 2, file_name: "a.png", segments_info: [{ id: 3, category_id: 7, bbox: [0, 0, 1, 1], area: 1 }] },
    ],
  };

  test("give scenes of sound numbers or an ImageError, never another error", () => {
    const sound = one(base.annotations, base);
    expect(sound.problems).toEqual([]);
    const next = random(20);
    let [read, refused] = [0, 0];
    for (let round = 0; round < 3000; round++) {
      const source = spoiled(base, next, 0.02 + 0.1 * next()) as object;
      const results = (source as Partial<typeof base> | null)?.annotations ?? [];
      const options = { strict: next() < 0.5, readMask: () => new Uint8Array(9) };
      try {
        const dataset =
          next() < 0.2 ? readCoco(results, { ...options, groundTruth: source }) : readCoco(source, options);
        for (const scene of scenesOf(dataset)) {
          if (scene.error) expect(scene.error).toBeInstanceOf(ImageError);
          else expect(scene.width * scene.height).toBeGreaterThan(0);
          for (const { box, segmentation, keypoints, score } of scene.annotations) {
            const numbers = [
              box?.x,
              box?.y,
              box?.width,
              box?.height,
              score,
              ...(keypoints?.points ?? []).map(({ x }) => x),
            ];
            if (segmentation?.kind === "polygon")
              numbers.push(...segmentation.parts.flatMap((part) => Array.from(part.outline)));
            expect(numbers.filter((number) => number !== undefined && !Number.isFinite(number))).toEqual([]);
          }
        }
        read += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(ImageError);
        refused += 1;
      }
    }
    expect(read).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(100);
  });
});
