/** Layouts of files that tools have and the writers have not. Long: one for each tool. */
import { describe, expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import { coco, cocoResults, createml, datumaro, lvis, MemoryFiles, via, wandbFiles } from "../../src/format/index.ts";
import { scenesOf } from "../support/random-datasets.ts";

const picture = encodePng({ data: new Uint8Array(8 * 6), shape: [6, 8] });
const ids = Uint8Array.from({ length: 48 }, (_, i) => i % 3);
const mask = encodePng({ data: ids, shape: [6, 8] });
const boxes = {
  box_data: [{ position: { minX: 0, maxX: 0.5, minY: 0, maxY: 0.5 }, class_id: 1, scores: { acc: 0.5 } }],
  class_labels: { 1: "cat" },
};

describe("W&B", () => {
  const record = {
    _type: "image-file",
    path: "media/images/k_5_b633.png",
    width: 8,
    height: 6,
    caption: "c",
    boxes: { p: { _type: "boxes2D", path: "media/metadata/boxes2D/k_5_d07b.boxes2D.json" } },
    masks: { m: { _type: "mask", path: "media/images/mask/k_5_811e.mask.png" } },
  };
  const media: [string, string | Uint8Array][] = [
    ["files/media/images/k_5_b633.png", picture],
    ["files/media/metadata/boxes2D/k_5_d07b.boxes2D.json", JSON.stringify(boxes)],
    ["files/media/images/mask/k_5_811e.mask.png", mask],
  ];
  const wanted = {
    width: 8,
    height: 6,
    annotations: [{ box: { x: 0, y: 0, width: 4, height: 3 }, category: "cat", categoryId: 1, score: 0.5 }],
    labelMaps: [{ width: 8, height: 6, data: ids }],
  };

  test.each<[string, [string, string]]>([
    ["the summary of a run", ["files/wandb-summary.json", JSON.stringify({ loss: 1, img: record })]],
    [
      "a history of a run",
      [
        "files/wandb-history.jsonl",
        `{"loss":1}\n${JSON.stringify({ img: record, _step: 5 })}\n${JSON.stringify({ img: record })}\n`,
      ],
    ],
    [
      "an artifact, boxes in the record",
      [
        "img.image-file.json",
        JSON.stringify({ ...record, boxes: { p: boxes.box_data }, classes: { path: "cls.json" } }),
      ],
    ],
    [
      "a list of pictures",
      [
        "files/wandb-summary.json",
        JSON.stringify({
          img: {
            _type: "images/separated",
            filenames: [record.path],
            captions: ["c"],
            all_boxes: [record.boxes],
            all_masks: [record.masks],
          },
        }),
      ],
    ],
  ])("%s", async (_, file) => {
    const files = new MemoryFiles([
      ...media,
      file,
      ["cls.json", '{"_type":"classes","class_set":[{"id":1,"name":"cat"}]}'],
    ]);
    const dataset = await wandbFiles.read(files, { strict: true });
    const scenes = await scenesOf(dataset);
    expect(scenes).toMatchObject([{ ...wanted, fileName: record.path, caption: "c" }]);
    expect([scenes[0]!.annotations[0]!.group, scenes[0]!.labelMaps![0]!.group]).toEqual(["p", "m"]);
    expect(dataset.categories).toEqual([{ id: 1, name: "cat" }]);
  });

  test("files alone, which only their names join", async () => {
    const scenes = await scenesOf(await wandbFiles.read(new MemoryFiles(media), { strict: true }));
    expect(scenes).toMatchObject([{ ...wanted, fileName: "files/media/images/k_5_b633.png" }]);
  });

  test("a mask that is missing or in colours is a problem, the boxes stay", async () => {
    const colours = encodePng({ data: new Uint8Array(8 * 6 * 3), shape: [6, 8, 3] });
    for (const odd of [colours, "no picture", undefined]) {
      const files = new MemoryFiles([...media.slice(0, 2), ["img.image-file.json", JSON.stringify(record)]]);
      if (odd !== undefined) await files.write(media[2]![0], odd);
      const dataset = await wandbFiles.read(files);
      const [scene] = await scenesOf(dataset);
      expect([scene!.annotations.length, scene!.labelMaps, dataset.problems!.length]).toEqual([1, undefined, 1]);
      expect(dataset.problems![0]!.path).toContain('masks["m"]');
    }
  });
});

describe("VIA", () => {
  const region = (label: unknown) => ({
    shape_attributes: { name: "circle", cx: 3, cy: 2, r: 1 },
    region_attributes: { Type: label, note: "" },
  });
  const image = (regions: unknown) => ({ filename: "a.png", size: 9, regions, file_attributes: { place: "x" } });

  test.each<[string, unknown]>([
    [
      "a project",
      {
        _via_settings: {},
        _via_img_metadata: { k: image([region("cat")]) },
        _via_attributes: { region: { Type: { type: "radio", options: { dog: "", cat: "" } } }, file: {} },
        _via_image_id_list: ["k"],
      },
    ],
    ["version 1, regions by number", { k: image({ 0: region("cat") }) }],
    ["ticked boxes", { k: image([region({ cat: true, dog: false })]) }],
  ])("%s", async (_, value) => {
    const files = new MemoryFiles([
      ["v.json", JSON.stringify(value)],
      ["a.png", picture],
    ]);
    expect(await via.detect(files)).toBeGreaterThan(0.9);
    const dataset = await via.read(files, { strict: true });
    const [scene] = await scenesOf(dataset);
    expect(scene).toMatchObject({
      width: 8,
      annotations: [{ category: "cat", ellipse: { x: 3, y: 2, radiusX: 1, radiusY: 1 } }],
    });
    expect(scene!.attributes).toEqual(new Map([["place", "x"]]));
    expect(scene!.annotations[0]!.attributes).toEqual(new Map([["note", ""]]));
    if ("_via_settings" in (value as object))
      expect(dataset.categories.map(({ name }) => name)).toEqual(["dog", "cat"]);
  });

  test("the angle of an ellipse is in radians", async () => {
    const shape = { name: "ellipse", cx: 3, cy: 2, rx: 2, ry: 1, theta: Math.PI / 6 };
    const files = new MemoryFiles([
      ["v.json", JSON.stringify({ k: image([{ shape_attributes: shape, region_attributes: {} }]) })],
      ["a.png", picture],
    ]);
    const [scene] = await scenesOf(await via.read(files));
    expect(scene!.annotations[0]!.ellipse!.rotation).toBeCloseTo(30, 10);
  });

  test("the only text about an object without a class is not taken for its class", async () => {
    const attributes = new Map([["truncated", "yes"]]);
    const annotation = { points: [1, 2], attributes };
    const files = new MemoryFiles([["a.png", picture]]);
    const scenes = [{ width: 6, height: 4, fileName: "a.png", annotations: [annotation] }];
    expect(await via.write!({ categories: [], scenes }, files)).toEqual([]);
    const [scene] = await scenesOf(await via.read(files));
    expect(scene!.annotations[0]).toMatchObject({ categoryId: undefined, attributes });
  });
});

test("Create ML: the older spelling, and pictures with a class alone", async () => {
  const coordinates = { x: 4, y: 3, width: 2, height: 4 };
  const files = new MemoryFiles([
    ["a.png", picture],
    [
      "b.json",
      JSON.stringify([
        { imagefilename: "a.png", annotation: [{ label: "cat", coordinates }] },
        { image: "a.png", annotations: [{ label: "dog" }] },
      ]),
    ],
  ]);
  expect(await scenesOf(await createml.read(files, { strict: true }))).toMatchObject([
    { annotations: [{ category: "cat", box: { x: 3, y: 1, width: 2, height: 4 } }] },
    { annotations: [], classifications: [{ category: "dog" }] },
  ]);
});

test("Datumaro: groups of several objects stay apart, drawing order counts, skeletons of elements are poses", async () => {
  const categories = {
    label: {
      labels: [
        { name: "a", parent: "" },
        { name: "b", parent: "a" },
      ],
    },
    mask: { colormap: [{ label_id: 1, r: 1, g: 2, b: 3 }] },
  };
  const annotations = [
    { type: "bbox", id: 1, group: 5, label_id: 0, z_order: 2, bbox: [0, 0, 1, 1] },
    { type: "bbox", id: 2, group: 5, label_id: 0, z_order: 1, bbox: [1, 1, 1, 1] },
    {
      type: "bbox",
      id: 3,
      group: 6,
      label_id: 1,
      z_order: 3,
      bbox: [2, 2, 1, 1],
      attributes: { score: 0.5, occluded: true, rotation: 10, mood: "x" },
    },
    { type: "mask", id: 3, group: 6, label_id: 1, z_order: 3, rle: { size: [6, 8], counts: [10, 2, 36] } },
    {
      type: "skeleton",
      id: 4,
      group: 0,
      label_id: 0,
      z_order: 4,
      elements: [
        { points: [1, 2], visibility: [1] },
        { points: [3, 4], visibility: [2] },
      ],
    },
  ];
  const files = new MemoryFiles([
    [
      "annotations/default.json",
      JSON.stringify({ categories, items: [{ id: "a", attr: { frame: 7 }, image: { path: "a.png" }, annotations }] }),
    ],
    ["images/default/a.png", picture],
  ]);
  const dataset = await datumaro.read(files, { strict: true });
  const [scene] = await scenesOf(dataset);
  expect(dataset.categories).toMatchObject([
    { id: 0, name: "a" },
    { id: 1, name: "b", supercategory: "a", color: 0x010203 },
  ]);
  expect(scene).toMatchObject({ width: 8, height: 6, split: undefined, attributes: new Map([["frame", 7]]) });
  expect(scene!.annotations).toMatchObject([
    { id: 2, attributes: new Map([["group", 5]]) },
    { id: 1, attributes: new Map([["group", 5]]) },
    {
      id: 3,
      category: "b",
      score: 0.5,
      isOccluded: true,
      box: { x: 2, rotation: 10 },
      segmentation: { kind: "rle" },
      attributes: new Map([["mood", "x"]]),
    },
    {
      id: 4,
      keypoints: {
        points: [
          { x: 1, y: 2, visibility: 1 },
          { x: 3, y: 4, visibility: 2 },
        ],
      },
    },
  ]);
});

test("LVIS: names in addresses, what was looked for, how often a category is", async () => {
  const root = {
    images: [
      {
        id: 1,
        width: 8,
        height: 6,
        coco_url: "http://images.cocodataset.org/train2017/000000391895.jpg",
        neg_category_ids: [2],
        not_exhaustive_category_ids: [],
      },
    ],
    categories: [
      { id: 1, name: "aerosol_can", frequency: "c", synset: "aerosol.n.02", synonyms: ["aerosol_can"], def: "a can" },
      { id: 2, name: "x", frequency: "r" },
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 2, 2], area: 4, segmentation: [[0, 0, 2, 0, 2, 2]] },
    ],
  };
  const files = new MemoryFiles([["lvis_v1_train.json", JSON.stringify(root)]]);
  const [sure, other] = [await lvis.detect(files), await coco.detect(files)];
  expect(sure).toBeGreaterThan(other);
  const dataset = await lvis.read(files, { strict: true });
  const [scene] = await scenesOf(dataset);
  expect(scene).toMatchObject({ fileName: "train2017/000000391895.jpg", split: "train" });
  expect(scene!.attributes!.get("neg_category_ids")).toEqual([2]);
  const out = new MemoryFiles();
  expect(await lvis.write!(dataset, out)).toEqual([]);
  const written = JSON.parse(new TextDecoder().decode(out.files.get("annotations/lvis_v1_train.json")));
  expect(written.categories).toMatchObject(root.categories);
  expect(written.images).toMatchObject(root.images);
  expect(written.annotations).toMatchObject(root.annotations);
});

describe("COCO", () => {
  const image = { id: 1, width: 8, height: 6, file_name: "a.png" };
  const file = (name: string, annotation: object, category = "x") =>
    [
      name,
      JSON.stringify({
        images: [image],
        categories: [{ id: 1, name: category }],
        annotations: [{ id: 1, image_id: 1, category_id: 1, ...annotation }],
      }),
    ] as const;

  test.each([
    ["train/_annotations.coco.json", "train"],
    ["annotations/instances_val2017.json", "val2017"],
    ["annotations/instances_default.json", undefined],
    ["result.json", undefined],
    ["coco_test.json", "test"],
  ])("%s is the split %s", async (name, split) => {
    const dataset = await coco.read(new MemoryFiles([file(name, { bbox: [0, 0, 1, 1] })]), { strict: true });
    expect((await scenesOf(dataset)).map((scene) => scene.split)).toEqual([split]);
    expect(dataset.splits).toEqual(split === undefined ? undefined : [split]);
  });

  test("files about different things with the same ids stay apart", async () => {
    const files = new MemoryFiles([
      file("a.json", { bbox: [0, 0, 1, 1] }),
      file("b.json", { bbox: [0, 0, 2, 2] }, "y"),
    ]);
    const dataset = await coco.read(files);
    const scenes = await scenesOf(dataset);
    expect(scenes.map(({ annotations }) => annotations.map(({ category }) => category))).toEqual([["x"], ["y"]]);
    expect(dataset.problems).toHaveLength(1);
    const out = new MemoryFiles();
    await coco.write!(dataset, out);
    const back = await scenesOf(await coco.read(out, { strict: true }));
    expect(back.flatMap(({ annotations }) => annotations.map(({ category }) => category))).toEqual(["x", "y"]);
  });

  test("lists of results alone name their pictures, in whatever number of files", async () => {
    const result = { image_id: 7, category_id: 1, score: 0.5, segmentation: { size: [6, 8], counts: [10, 2, 36] } };
    const files = new MemoryFiles([
      ["a.json", JSON.stringify([result])],
      ["b.json", JSON.stringify([{ ...result, image_id: 8 }])],
    ]);
    expect(await cocoResults.detect(files)).toBe(0);
    expect(await coco.detect(files)).toBeGreaterThan(0.5);
    const scenes = await scenesOf(await coco.read(files, { strict: true }));
    expect(scenes).toMatchObject([
      { imageId: 7, width: 8, height: 6, annotations: [{ group: "predictions", score: 0.5 }] },
      { imageId: 8, width: 8, height: 6 },
    ]);
  });

  test("a broken file beside a good one is a problem", async () => {
    const files = new MemoryFiles([file("a.json", { bbox: [0, 0, 1, 1] }), ["b.json", '{"images": [']]);
    const dataset = await coco.read(files);
    expect([dataset.size, dataset.problems!.map(({ path }) => path)]).toEqual([1, ["b.json"]]);
    await expect(coco.read(files, { strict: true })).rejects.toThrow("b.json");
  });
});
