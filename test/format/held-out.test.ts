/** Layouts of exports that are tried on people's own data: Roboflow's, Datumaro's, files of several disks. */
import { describe, expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import type { DatasetFormat } from "../../src/format/dataset-format.ts";
import {
  classificationFolders,
  coco,
  comet,
  createml,
  cvat,
  detectFormats,
  instill,
  labelme,
  MemoryFiles,
  openDataset,
  via,
  voc,
  yolo,
} from "../../src/format/index.ts";
import type { Scene } from "../../src/model/scene.ts";

const PICTURE = encodePng({ data: new Uint8Array(200), shape: [10, 20] });
const COMPOSED = "m\u00fcller \u00e9";
const APART = COMPOSED.normalize("NFD");

async function read(format: DatasetFormat, files: Record<string, string | Uint8Array | object>) {
  const text = (value: string | Uint8Array | object): string | Uint8Array =>
    typeof value === "string" || value instanceof Uint8Array ? value : JSON.stringify(value);
  const tree = new MemoryFiles(Object.entries(files).map(([name, value]) => [name, text(value)]));
  const dataset = await format.read(tree);
  const scenes: Scene[] = [];
  for await (const scene of dataset.scenes) scenes.push(scene);
  const problems = dataset.problems!.map(({ path, message }) => `${path}: ${message}`);
  return { tree, dataset, scenes, problems, names: scenes.map(({ fileName, split }) => [fileName, split]) };
}

const record = (fileName: string, more: object = {}) => ({
  images: [{ id: 1, file_name: fileName, width: 20, height: 10 }],
  categories: [{ id: 1, name: "cat" }],
  annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 2, 3, 4] }],
  ...more,
});

const vocXml = (fileName: string): string =>
  `<annotation><filename>${fileName}</filename><size><width>20</width><height>10</height></size><object><name>cat</name><bndbox><xmin>1</xmin><xmax>9</xmax><ymin>1</ymin><ymax>9</ymax></bndbox></object></annotation>`;

describe("pictures of one name in the folders of two parts", () => {
  const pictures = { "train/a.png": PICTURE, "valid/a.png": PICTURE };
  const both = [
    ["train/a.png", "train"],
    ["valid/a.png", "valid"],
  ];
  const region = { shape_attributes: { name: "rect", x: 1, y: 1, width: 2, height: 2 }, region_attributes: {} };
  const viaFile = { "a.png9": { filename: "a.png", size: 9, regions: [region], file_attributes: {} } };
  const boxes = [{ label: "cat", coordinates: { x: 5, y: 5, width: 2, height: 2 } }];

  test.each<[string, DatasetFormat, string, (name: string) => string | object]>([
    ["COCO", coco, "_annotations.coco.json", record],
    ["Create ML", createml, "_annotations.createml.json", (image) => [{ image, annotations: boxes }]],
    ["VOC", voc, "a.xml", vocXml],
    ["VIA", via, "via_region_data.json", () => viaFile],
    ["LabelMe", labelme, "a.json", (imagePath) => ({ version: "5", shapes: [], imagePath })],
  ])("%s", async (_, format, name, file) => {
    const { names, problems, scenes, dataset } = await read(format, {
      ...pictures,
      [`train/${name}`]: file("a.png"),
      [`valid/${name}`]: file("a.png"),
    });
    expect(names).toEqual(both);
    expect(scenes.every(({ width, error }) => width === 20 && !error)).toBe(true);
    expect([dataset.splits, problems]).toEqual([["train", "valid"], []]);
  });
});

describe("accents that are composed in one name and apart in the other", () => {
  test("VOC, YOLO and Create ML find their pictures", async () => {
    const annotations: unknown[] = [];
    for (const [label, picture] of [
      [COMPOSED, APART],
      [APART, COMPOSED],
    ] as const) {
      const inVoc = await read(voc, {
        [`JPEGImages/${picture}.png`]: PICTURE,
        [`Annotations/${label}.xml`]: vocXml(`${label}.png`),
      });
      const inYolo = await read(yolo, {
        [`images/${picture}.png`]: PICTURE,
        [`labels/${label}.txt`]: "0 .5 .5 .1 .1",
        "classes.txt": "cat\n",
      });
      expect([inVoc.names, inYolo.names]).toEqual([
        [[`JPEGImages/${picture}.png`, undefined]],
        [[`images/${picture}.png`, undefined]],
      ]);
      annotations.push(inYolo.scenes[0]!.annotations.length, inYolo.scenes[0]!.width);
    }
    expect(annotations).toEqual([1, 20, 1, 20]);
  });

  test("with `images`, every format names a picture by its place there", async () => {
    const images = new MemoryFiles([[`photos/${APART}.PNG`, PICTURE]]);
    for (const [name, text] of [
      ["coco.json", JSON.stringify(record(`C:\\data\\${COMPOSED}.png`))],
      ["a.xml", vocXml(`${COMPOSED}.jpg`)],
      ["a.json", JSON.stringify([{ image: `${COMPOSED}.png`, annotations: [] }])],
      [
        "cvat.xml",
        `<annotations><version>1.1</version><image id="0" name="sub/${COMPOSED}" width="20" height="10"></image></annotations>`,
      ],
    ] as const) {
      const format = name === "a.json" ? "createml" : undefined;
      const dataset = await openDataset(new MemoryFiles([[name, text]]), { images, format });
      const found: unknown[] = [];
      for await (const { fileName, width } of dataset.scenes) found.push([fileName, width]);
      expect([name, found]).toEqual([name, [[`photos/${APART}.PNG`, 20]]]);
    }
  });
});

describe("COCO", () => {
  test("pictures without a size are measured", async () => {
    const images = [{ id: 1, file_name: "a.png" }];
    const { scenes } = await read(coco, { "x.json": record("", { images }), "images/a.png": PICTURE });
    expect(scenes).toMatchObject([{ width: 20, height: 10, error: undefined, annotations: [{ category: "cat" }] }]);
    const without = await read(coco, { "x.json": record("", { images }) });
    expect(without.scenes[0]!.error?.message).toMatch("width and height are not known");
  });

  test("NaN is a problem of its record", async () => {
    const text = JSON.stringify(record("a.png", { info: { note: "NaN, Infinity" } })).replace(
      '"bbox":[1,',
      '"bbox":[NaN,',
    );
    const { scenes, problems, dataset } = await read(coco, { "x.json": text });
    expect(problems[0]).toBe("x.json.annotations[0].bbox[0]: expected a finite number, got null");
    expect([problems.length, scenes.length, scenes[0]!.annotations.length]).toEqual([1, 1, 0]);
    expect(dataset.attributes!.get("info")).toEqual({ note: "NaN, Infinity" });
  });

  test("counts that Python's str made of bytes", async () => {
    // 44 pixels without, 156 with: the first run begins with a backslash
    const plain = { size: [10, 20], counts: "\\1l4" };
    const annotations = [plain, { ...plain, counts: "b'\\\\1l4'" }].map((segmentation, i) => ({
      id: i,
      image_id: 1,
      category_id: 1,
      segmentation,
    }));
    const { scenes, problems } = await read(coco, { "x.json": record("a.png", { annotations }) });
    const masks = scenes[0]!.annotations.map(({ segmentation }) => segmentation);
    expect([problems, masks[1]]).toEqual([[], masks[0]]);
    expect(masks[0]).toBeDefined();
  });

  test("a file without categories says so once", async () => {
    const { problems } = await read(coco, { "x.json": record("a.png", { categories: undefined }) });
    expect(problems).toEqual(["x.json.categories: expected the categories, got none; their ids stand for their names"]);
  });

  test("a comma too many is named with its line", async () => {
    await expect(read(coco, { "x.json": '{"images": [],\n "annotations": [],\n}' })).rejects.toThrow(
      'x.json: expected JSON, got a text that is not (a comma before "}" in line 3, character 1)',
    );
    await expect(read(coco, { "x.json": '{"images": [], "annotations": [' })).rejects.toThrow("it ends at line 1");
  });
});

test("VOC: lists name pictures with blanks in their names", async () => {
  const { names } = await read(voc, {
    "Annotations/a 1.xml": vocXml("a 1.png"),
    "Annotations/b.xml": vocXml("b.png"),
    "ImageSets/Main/train.txt": "a 1\n",
    "ImageSets/Main/val.txt": "b\n",
    "ImageSets/Main/cat_train.txt": "b  1\na 1 -1\n",
  });
  expect(names).toEqual([
    ["a 1.png", "train"],
    ["b.png", "val"],
  ]);
});

test("YOLO: paths of a configuration that lies in a folder", async () => {
  const { dataset, problems } = await read(yolo, {
    "set/data.yaml": "train: ../train/images\nval: ../valid/images\nnames: [cat]\n",
    "set/train/images/a.png": PICTURE,
    "set/train/labels/a.txt": "0 .5 .5 .1 .1",
    "set/valid/images/b.png": PICTURE,
  });
  expect([dataset.splits, problems]).toEqual([["train", "val"], []]);
});

test("CVAT: a file for each part, each numbered from 0", async () => {
  const file = (name: string): string =>
    `<annotations><version>1.1</version><image id="0" name="${name}" width="20" height="10"></image></annotations>`;
  const { names, problems } = await read(cvat, { "train.xml": file("a.png"), "val.xml": file("b.png") });
  expect(names).toEqual([
    ["a.png", "train"],
    ["b.png", "val"],
  ]);
  expect(problems).toEqual([]);
});

test("folders of other formats are no classes", async () => {
  for (const folders of [
    ["image_2", "label_2"],
    ["gtFine", "leftImg8bit"],
    ["bottle/train/good", "bottle/ground_truth/broken"],
  ]) {
    const tree = new MemoryFiles(folders.map((folder) => [`${folder}/0.png`, PICTURE]));
    expect(await classificationFolders.detect(tree)).toBe(0);
    expect(await detectFormats(tree)).toEqual([]);
  }
});

test("VIA 3: shapes and options by their numbers", async () => {
  const project = {
    project: { pid: "__VIA_PROJECT_ID__", data_format_version: "3.1.2", vid_list: ["1"] },
    attribute: { "2": { aname: "class", anchor_id: "FILE1_Z0_XY1", type: 4, options: { "0": "cat", "1": "dog" } } },
    file: { "1": { fid: "1", fname: "a.png", type: 2, loc: 1, src: "a.png" } },
    view: { "1": { fid_list: ["1"] } },
    metadata: {
      "1_a": { vid: "1", flg: 0, z: [], xy: [2, 1, 2, 10, 5], av: { "2": "0" } },
      "1_b": { vid: "1", flg: 0, z: [], xy: [7, 1, 1, 15, 1, 15, 9], av: { "2": "1" } },
      "1_c": { vid: "1", flg: 0, z: [1, 2.5], xy: [], av: {} },
      "1_d": { vid: "9", xy: [], av: {} },
    },
  };
  const { tree, scenes, problems } = await read(via, { "x.json": project, "a.png": PICTURE });
  expect((await detectFormats(tree)).map(({ format }) => format.name)[0]).toBe("via");
  expect(scenes).toMatchObject([
    {
      fileName: "a.png",
      width: 20,
      annotations: [
        { category: "cat", box: { x: 1, y: 2, width: 10, height: 5 } },
        { category: "dog", segmentation: { kind: "polygon", parts: [{ outline: [1, 1, 15, 1, 15, 9] }] } },
      ],
    },
  ]);
  expect(problems).toEqual([
    "x.json.metadata.1_c: a segment of time is left out",
    'x.json.metadata.1_d: expected the id of a view, got "9"',
  ]);
});

test("names of another system do not stop a conversion to files of their names", async () => {
  const names = ["C:\\data\\a.png", "/etc/b.png", "../c.png", ".."];
  const scenes = names.map((fileName): Scene => ({ width: 20, height: 10, fileName, annotations: [] }));
  for (const format of [comet, instill]) {
    const sink = new MemoryFiles();
    const losses = await format.write!({ categories: [], scenes }, sink);
    expect([sink.files.size, losses]).toEqual([
      4,
      [{ what: "name of a picture (made fit for a file)", count: 4, first: "scenes[0].fileName" }],
    ]);
  }
});
