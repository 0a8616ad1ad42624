/** Files as others write them, of the five formats that most tools have. Long: each has layouts, oddities and faults of its own. */
import { describe, expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import { ImageError } from "../../src/errors.ts";
import type { DatasetFormat } from "../../src/format/dataset-format.ts";
import { MemoryFiles } from "../../src/format/file-tree.ts";
import { cvat, labelme, labelStudio, voc, yolo } from "../../src/format/index.ts";
import type { Scene } from "../../src/model/scene.ts";
import { random } from "../support/random.ts";

const PICTURE = encodePng({ data: new Uint8Array(200), shape: [10, 20] });

interface Result {
  readonly scenes: Scene[];
  readonly names: string[];
  readonly splits: readonly string[] | undefined;
  readonly problems: string[];
}

async function read(format: DatasetFormat, files: Record<string, string | Uint8Array>, options = {}): Promise<Result> {
  const dataset = await format.read(new MemoryFiles(Object.entries(files)), options);
  const scenes: Scene[] = [];
  for await (const scene of dataset.scenes) scenes.push(scene);
  // what was listed is not listed again
  const first = dataset.problems!.length;
  for await (const _ of dataset.scenes);
  expect(dataset.problems!.length).toBe(first);
  return {
    scenes,
    names: dataset.categories.map(({ id, name }) => `${id} ${name}`),
    splits: dataset.splits,
    problems: dataset.problems!.map(({ path, message }) => `${path}: ${message}`),
  };
}

/** With `strict` the first problem is thrown, with its place. */
async function expectStrict(format: DatasetFormat, files: Record<string, string | Uint8Array>): Promise<void> {
  const { problems } = await read(format, files);
  expect(problems.length).toBeGreaterThan(0);
  await expect(read(format, files, { strict: true })).rejects.toThrow(problems[0]);
}

describe("YOLO", () => {
  const yaml =
    "path: ../datasets/x\ntrain: ../train/images\nval: /home/me/x/valid/images\nnc: 2\nnames: ['cat', 'dog']\n";

  test("Roboflow's layout, mixed line ends, a byte order mark, upper-case extensions", async () => {
    const { scenes, names, splits, problems } = await read(yolo, {
      "data.yaml": yaml,
      "train/images/A.JPG.PNG": PICTURE,
      "train/labels/A.JPG.txt": "\ufeff0 0.5 0.5 0.5 1\r\n\r1.0 0.25 0.5 5e-1 .5\n\n",
      "valid/images/b.PNG": PICTURE,
      "valid/labels/b.TXT": "",
      "README.roboflow.txt": "made by somebody",
      "valid/images/c.png": PICTURE,
    });
    expect([names, splits, problems]).toEqual([["0 cat", "1 dog"], ["train", "val"], []]);
    expect(scenes.map(({ fileName, split, annotations }) => [fileName, split, annotations.length])).toEqual([
      ["train/images/A.JPG.PNG", "train", 2],
      ["valid/images/b.PNG", "val", 0],
      ["valid/images/c.png", "val", 0],
    ]);
    expect(scenes[0]!.annotations[1]).toMatchObject({ category: "dog", box: { x: 0, y: 2.5, width: 10, height: 5 } });
  });

  test("darknet's layout with a list of pictures", async () => {
    const { scenes, names, splits } = await read(yolo, {
      "obj.data": "classes = 2\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n",
      "obj.names": "cat\r\ndog\r\n",
      "train.txt": "data/obj_train_data/a.png\n",
      "obj_train_data/a.png": PICTURE,
      "obj_train_data/a.txt": "1 0.5 0.5 0.1 0.1\n",
    });
    expect([names, splits, scenes[0]!.split, scenes[0]!.annotations[0]!.category]).toEqual([
      ["0 cat", "1 dog"],
      ["train"],
      "train",
      "dog",
    ]);
  });

  test("rows are told apart by their counts, and by the configuration", async () => {
    const one = async (rows: string, config = "names: {0: cat}\nval: .\n"): Promise<Scene["annotations"]> =>
      (await read(yolo, { "data.yaml": config, "a.png": PICTURE, "a.txt": rows })).scenes[0]!.annotations;
    expect((await one("0 .5 .5 .2 .2 .9"))[0]).toMatchObject({ score: 0.9, group: "predictions", box: { width: 4 } });
    expect((await one("0 .1 .1 .3 .1 .3 .4 .1 .4"))[0]!.box).toMatchObject({
      x: expect.closeTo(2, 9),
      width: expect.closeTo(4, 9),
    });
    expect((await one("0 .1 .1 .3 .2 .3 .4 .1 .4"))[0]!.quad).toHaveLength(8);
    expect((await one("0 .1 .1 .3 .1 .3 .4 .1 .4\n0 .1 .1 .3 .1 .3 .4"))[0]!.segmentation?.kind).toBe("polygon");
    expect(
      (await one("0 .1 .1 .3 .1 .3 .4 .1 .4", "names: {0: cat}\ntask: segment\nval: ."))[0]!.segmentation?.kind,
    ).toBe("polygon");
    expect((await one("0 .1 .1 .3 .1 .3 .4 .8"))[0]).toMatchObject({ score: 0.8, segmentation: { kind: "polygon" } });
    const flat = (await one("0 .5 .5 1 1 .5 .5 0 0", "names: {0: cat}\nkpt_shape: [2, 2]\nval: ."))[0]!.keypoints!
      .points;
    expect(flat).toEqual([
      { x: 10, y: 5, visibility: 2 },
      { x: 0, y: 0, visibility: 0 },
    ]);
    const guessed = (await one("0 .5 .5 1 1 .5 .5 2 0 0 0 .1 .1 1"))[0]!.keypoints!.points;
    expect(guessed.map(({ visibility }) => visibility)).toEqual([2, 0, 1]);
  });

  test("what is wrong is listed with file and line, the rest is read", async () => {
    const files = {
      "data.yaml": "names: {0: cat, 7: __proto__, x: bad}\nnc: 9\nval: nowhere\n",
      "labels/a.txt":
        "0 0,5 0,5 0,1 0,1\n-1 .5 .5 .1 .1\n0 nan .5 .1 .1\n0 .5 .5\n0 120 45 30 30\n0 .5 .5 -1 .1\n3 .5 .5 .1 .1\n3 .5 .5 .1 .1\n7 .5 .5 .1 .1\n0 .5 .5 .1 .1 7\n1e999 1 1 1 1\n",
      "images/a.png": PICTURE,
      "labels/lonely.txt": "0 .5 .5 .1 .1",
      "labels/b.txt": Uint8Array.of(0xff, 0xfe, 0x00),
      "images/broken.png": Uint8Array.of(1, 2, 3),
    };
    const { scenes, problems } = await read(yolo, files);
    expect(problems.map((problem) => /^[^:]*(?::\d+)?/.exec(problem)![0])).toEqual(
      expect.arrayContaining([
        "data.yaml.nc",
        "data.yaml.val",
        "labels/a.txt:1",
        "labels/a.txt:2",
        "labels/a.txt:3",
        "labels/a.txt:4",
        "labels/a.txt:5",
        "labels/a.txt:6",
        "labels/a.txt:7",
        "labels/a.txt:10",
        "labels/a.txt:11",
        "labels/lonely.txt",
        "images/broken.png",
      ]),
    );
    expect(problems.filter((problem) => problem.includes("no class has the id 3")).length).toBe(1);
    expect(
      scenes.find(({ fileName }) => fileName === "images/a.png")!.annotations.map(({ category }) => category),
    ).toEqual([undefined, undefined, "__proto__"]);
    expect(scenes.filter(({ error }) => error).length).toBe(3);
    await expectStrict(yolo, files);
  });

  test("nothing at all is an error", async () => {
    await expect(read(yolo, { "x.md": "" })).rejects.toThrow(ImageError);
  });
});

const object = (inside: string): string => `<object><name>cat</name>${inside}</object>`;
const box = (...[left, top, right, bottom]: (number | string)[]): string =>
  `<bndbox><xmin>${left}</xmin><ymin>${top}</ymin><xmax>${right}</xmax><ymax>${bottom}</ymax></bndbox>`;
const vocFile = (inside: string, size = "<size><width>20</width><height>10</height></size>"): string =>
  `<annotation><filename>a.png</filename>${size}${inside}</annotation>`;

describe("Pascal VOC", () => {
  test("a box covers the pixels from xmin to xmax, counted from 1", async () => {
    const { scenes } = await read(voc, { "a.xml": vocFile(object(box(1, 1, 20, 10))) });
    expect(scenes[0]!.annotations[0]!.box).toEqual({ x: 0, y: 0, width: 20, height: 10 });
    const zero = await read(voc, { "a.xml": vocFile(object(box(0, 0, 20, 10))) });
    expect(zero.scenes[0]!.annotations[0]!.box).toEqual({ x: 0, y: 0, width: 20, height: 10 });
  });

  test("flags, pose, parts, actions, splits and sizes from pictures", async () => {
    const whole = `<pose>Left</pose><truncated>1</truncated><difficult>1</difficult><occluded>1</occluded>${box(2, 2, "9.5", " 8 ")}<part><name>head</name>${box(3, 3, 4, 4)}</part><actions><jumping>1</jumping><other>0</other></actions>`;
    const files = {
      "Annotations/a.xml": vocFile(object(whole), ""),
      "JPEGImages/a.png": PICTURE,
      "ImageSets/Main/trainval.txt": "a\r\nmissing\r\n",
      "ImageSets/Main/val.txt": "a\n",
      "ImageSets/Main/cat_val.txt": "a  1\n",
    };
    const { scenes, splits, problems } = await read(voc, files);
    expect(scenes[0]).toMatchObject({ width: 20, height: 10, fileName: "JPEGImages/a.png", split: "val" });
    expect(scenes[0]!.annotations).toMatchObject([
      { id: 1, category: "cat", isOccluded: true, box: { x: 1, y: 1, width: 8.5, height: 7 } },
      { category: "head", box: { x: 2, y: 2, width: 2, height: 2 }, attributes: new Map([["part of", 1]]) },
    ]);
    expect([...scenes[0]!.annotations[0]!.attributes!]).toEqual([
      ["pose", "Left"],
      ["truncated", true],
      ["difficult", true],
      ["actions", ["jumping"]],
    ]);
    expect([splits, problems]).toEqual([
      ["val", "trainval"],
      ["trainval: missing: a list names this picture, but it has no annotations"],
    ]);
    // all of it is written and read again
    const sink = new MemoryFiles();
    await voc.write!({ categories: [], scenes }, sink);
    sink.files.set("JPEGImages/a.png", PICTURE);
    const again = await voc.read(sink);
    for await (const scene of again.scenes)
      expect(scene.annotations.map(({ categoryId: _, ...rest }) => rest)).toEqual(
        scenes[0]!.annotations.map(({ categoryId: _, ...rest }) => rest),
      );
  });

  test("what is wrong is listed with file and line, the rest is read", async () => {
    const files = {
      "a.xml": vocFile(
        `\n${object("")}\n${object(box(1, "x", 3, 4))}\n<object>${box(1, 1, 2, 2)}</object>\n${object(box(9, 9, 2, 2))}\n${object(box(1, 1, "1,5", 2))}\n${object(box("NaN", 1, 1, 2))}`,
      ),
      "b.xml": "<annotation><object>",
      "c.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><annotation>&b;</annotation>',
      "d.xml": "<other/>",
      "e.xml": vocFile(object(box(1, 1, 2, 2)), "<size><width>1e9</width><height>1e9</height></size>"),
      "f.xml": vocFile("", "").replace("a.png", "..\\..\\etc\\passwd.png"),
    };
    const { scenes, problems } = await read(voc, files);
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(": ")))).toEqual(
      expect.arrayContaining([
        "a.xml:2",
        "a.xml:3",
        "a.xml:4",
        "a.xml:5",
        "a.xml:6",
        "a.xml:7",
        "b.xml:1",
        "c.xml:1",
        "d.xml:1",
        "e.xml",
        "f.xml",
      ]),
    );
    expect(scenes[0]!.annotations.map((annotation) => annotation.box)).toEqual([{ x: 1, y: 1, width: 8, height: 8 }]);
    expect(scenes.find(({ fileName }) => fileName === "passwd.png")!.error).toBeInstanceOf(ImageError);
    await expectStrict(voc, files);
  });
});

const cvatFile = (images: string, labels = ""): string =>
  `<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version><meta><task><labels>${labels}</labels></task></meta>${images}</annotations>`;
const image = (shapes: string, more = 'width="20" height="10"'): string =>
  `<image id="0" name="a.png" ${more}>${shapes}</image>`;

describe("CVAT", () => {
  test("skeletons with edges, hidden points and points outside", async () => {
    const svg =
      "&lt;line data-node-from=&quot;1&quot; data-node-to=&quot;2&quot;&gt;&lt;/line&gt;&lt;circle data-node-id=&quot;1&quot; data-label-name=&quot;nose&quot;/&gt;&lt;circle data-node-id=&quot;2&quot; data-label-name=&quot;tail&quot;/&gt;";
    const labels = `<label><name>cat</name><color>#ff0000</color><type>skeleton</type><svg>${svg}</svg></label><label><name>nose</name><parent>cat</parent></label><label><name>tail</name><parent>cat</parent></label>`;
    const shapes =
      '<skeleton label="cat" z_order="3"><points label="tail" occluded="1" outside="0" points="3,4"/><points label="nose" outside="1" points="1.5,2"/></skeleton>';
    const { scenes, names, problems } = await read(cvat, { "a.xml": cvatFile(image(shapes), labels) });
    expect([names, problems]).toEqual([["1 cat"], []]);
    const { keypoints, attributes } = scenes[0]!.annotations[0]!;
    expect(keypoints).toEqual({
      points: [
        { x: 1.5, y: 2, visibility: 0 },
        { x: 3, y: 4, visibility: 1 },
      ],
      skeleton: { name: "cat", points: ["nose", "tail"], edges: [[0, 1]] },
    });
    expect(attributes).toEqual(new Map([["z_order", 3]]));
  });

  test("tracks of a video become a scene for each frame", async () => {
    const track = (frame: number, more = ""): string =>
      `<box frame="${frame}" outside="0" occluded="0" keyframe="1" xtl="1" ytl="2" xbr="3" ybr="4" ${more}><attribute name="a">b</attribute></box>`;
    const text = `<annotations><version>1.1</version><meta><task><original_size><width>20</width><height>10</height></original_size></task></meta><track id="4" label="cat" source="auto">${track(0)}${track(2)}${track(3).replace('outside="0"', 'outside="1"')}</track></annotations>`;
    const { scenes } = await read(cvat, { "a.xml": text });
    expect(scenes.map(({ imageId, width, annotations }) => [imageId, width, annotations.length])).toEqual([
      [0, 20, 1],
      [2, 20, 1],
    ]);
    expect(scenes[0]!.annotations[0]).toMatchObject({
      trackId: 4,
      category: "cat",
      attributes: new Map([
        ["source", "auto"],
        ["a", "b"],
      ]),
    });
  });

  test("what is wrong is listed with file and line, the rest is read", async () => {
    const shapes = [
      '<box label="cat" xtl="1" ytl="1" xbr="x" ybr="2"/>',
      '<polygon label="cat" points="1,2;3,4"/>',
      '<polygon label="cat" points="1,2;3;4,5"/>',
      '<polygon label="cat" points="1,2;1e300,4;4,5"/>',
      '<mask label="cat" left="0" top="0" width="2" height="2" rle="1, 2"/>',
      '<mask label="cat" left="0" top="0" width="99999999" height="99999999" rle="1"/>',
      '<cuboid label="cat" xtl1="1"/>',
      '<box xtl="1" ytl="1" xbr="2" ybr="2"/>',
      '<box label="stranger" xtl="1" ytl="1" xbr="2" ybr="2"/>',
      '<box label="__proto__" xtl="1" ytl="1" xbr="2" ybr="2"/>',
      '<ellipse label="cat" cx="1" cy="1" rx="-1" ry="2"/>',
    ];
    const files = {
      "a.xml": cvatFile(
        image(`\n${shapes.join("\n")}`),
        "<label><name>cat</name></label><label><name>__proto__</name></label><label/>",
      ),
      "b.xml": cvatFile(image("", "").replace("a.png", "/etc/passwd.png")),
      "c.xml": cvatFile(image("", 'width="0" height="9"')),
    };
    const { scenes, problems, names } = await read(cvat, files);
    expect(
      problems.map((problem) => /^\w\.xml:\d+/.exec(problem)?.[0]).filter((place) => place?.startsWith("a")),
    ).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "12"].map((line) => `a.xml:${line}`));
    expect(names).toEqual(["1 cat", "2 __proto__", "3 stranger"]);
    expect(scenes.map(({ annotations, error }) => [annotations.length, error !== undefined])).toEqual([
      [3, false],
      [0, true],
      [0, true],
    ]);
    await expectStrict(cvat, files);
  });
});

describe("LabelMe", () => {
  const file = (shapes: unknown[], more: object = {}): string =>
    JSON.stringify({
      version: "5.2.1",
      flags: {},
      shapes,
      imagePath: "a.png",
      imageData: null,
      imageWidth: 20,
      imageHeight: 10,
      ...more,
    });
  const triangle = [
    [1, 1],
    [5, 1],
    [3, 4],
  ];

  test("polygons of one group are one object, others are not", async () => {
    const shape = (label: string, group_id: number | null): object => ({
      label,
      points: triangle,
      group_id,
      shape_type: "polygon",
      flags: {},
    });
    const { scenes } = await read(labelme, {
      "a.json": file([shape("cat", 1), shape("dog", 1), shape("cat", 1), shape("cat", null), shape("cat", null)]),
    });
    const parts = scenes[0]!.annotations.map(({ segmentation }) =>
      segmentation?.kind === "polygon" ? segmentation.parts.length : 0,
    );
    expect(parts).toEqual([2, 1, 1, 1]);
  });

  test("the picture's size comes from the file, from the picture inside or from the one beside", async () => {
    const inside = btoa(String.fromCharCode(...PICTURE));
    const none = { imageWidth: undefined, imageHeight: null };
    for (const files of [
      { "x/a.json": file([]) },
      { "x/a.json": file([], { ...none, imageData: inside }) },
      { "x/a.json": file([], { ...none, imagePath: "..\\y\\a.png" }), "y/a.png": PICTURE },
    ]) {
      const { scenes, problems } = await read(labelme, files);
      expect([scenes[0]!.width, scenes[0]!.height, problems]).toEqual([20, 10, []]);
    }
  });

  test("what is wrong is listed with its place, the rest is read", async () => {
    const files = {
      "a.json": file(
        [
          { label: "cat", points: triangle, shape_type: "cube" },
          { label: "cat", points: [[1, 2]], shape_type: "polygon" },
          {
            label: "cat",
            points: [
              [1, "x"],
              [2, 2],
            ],
            shape_type: "rectangle",
          },
          { label: "", points: triangle },
          {
            label: "cat",
            points: [
              [1, 1],
              [2, 2],
            ],
            shape_type: "mask",
            mask: "%%%",
          },
          {
            label: "__proto__",
            points: [
              ["1", "2.5"],
              ["3", "4"],
            ],
            shape_type: "rectangle",
          },
          null,
          {
            label: 7,
            points: [
              [1, 1],
              [1e300, 1],
              [0, 0],
            ],
          },
        ],
        { imagePath: "../../x/../../a.png" },
      ),
      "b.json": '{"shapes": [NaN]}',
      "c.json": "{}",
      "d.json": file([], { imageWidth: 1e9 }),
    };
    const { scenes, problems, names } = await read(labelme, files);
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(": ")))).toEqual([
      "a.json",
      "a.json.shapes[0].shape_type",
      "a.json.shapes[1].points",
      "a.json.shapes[2].points[0][1]",
      "a.json.shapes[3].label",
      "a.json.shapes[4].mask",
      "a.json.shapes[6]",
      "a.json.shapes[7].points[1][0]",
      "b.json",
      "c.json",
      "d.json",
    ]);
    expect([names, scenes[0]!.annotations[0]!.box]).toEqual([["1 __proto__"], { x: 1, y: 2.5, width: 2, height: 1.5 }]);
    await expectStrict(labelme, files);
  });
});

describe("Label Studio", () => {
  const region = (id: string, type: string, value: object, more: object = {}): object => ({
    id,
    type,
    from_name: "a",
    to_name: "image",
    original_width: 20,
    original_height: 10,
    value,
    ...more,
  });
  const rectangle = { x: 50, y: 50, width: 10, height: 20, rotation: 90, rectanglelabels: ["cat"] };
  const task = (results: object[], more: object = {}): string =>
    JSON.stringify([
      { id: 3, data: { image: "/data/upload/1/0123abcd-a%20b.png?x=1" }, annotations: [{ result: results }], ...more },
    ]);

  test("a rectangle turns about its top-left corner", async () => {
    const { scenes } = await read(labelStudio, { "a.json": task([region("r", "rectanglelabels", rectangle)]) });
    // its corner is (10, 5); 2 to the right become 2 down, 2 down become 2 to the left
    expect(scenes[0]!.annotations[0]!.box).toEqual({
      x: expect.closeTo(8, 9),
      y: expect.closeTo(5, 9),
      width: 2,
      height: 2,
      rotation: 90,
    });
  });

  test("one person's annotations are taken, predictions beside them, the picture by its name", async () => {
    const result = [region("r", "rectanglelabels", rectangle)];
    const text = task([], {
      annotations: [
        { was_cancelled: true, result },
        { result: [] },
        { ground_truth: true, result: [...result, ...result.map((entry) => ({ ...entry, id: "s" }))] },
      ],
      predictions: [{ score: 0.5, result }],
    });
    const { scenes, problems } = await read(labelStudio, { "a.json": text, "images/a b.png": PICTURE });
    expect(scenes[0]!.annotations.map(({ group, score }) => [group, score])).toEqual([
      ["ground truth", undefined],
      ["ground truth", undefined],
      ["predictions", 0.5],
    ]);
    expect([scenes[0]!.fileName, problems]).toEqual([
      "images/a b.png",
      ["a.json[0].annotations: 3 annotations of one task; number 2 is read"],
    ]);
  });

  test("texts, choices and second labels go to the region of the same id, else to the picture", async () => {
    const { scenes } = await read(labelStudio, {
      "a.json": task([
        region("r", "rectangle", { x: 0, y: 0, width: 50, height: 50, rotation: 0 }),
        region("r", "labels", { x: 0, y: 0, width: 50, height: 50, labels: ["sign", "old"] }),
        region("r", "textarea", { text: ["STOP"] }),
        region("r", "choices", { choices: ["clear"] }),
        region("c", "choices", { choices: ["day"] }),
        region("t", "textarea", { text: ["a street"] }),
      ]),
    });
    expect(scenes[0]).toMatchObject({
      classifications: [{ category: "day" }],
      captions: ["a street"],
      caption: "a street",
    });
    expect(scenes[0]!.annotations).toMatchObject([
      { category: "sign", text: "STOP", box: { width: 10 }, attributes: new Map([["a", "clear"]]) },
    ]);
  });

  test("the minimal export", async () => {
    const min = [
      {
        id: 1,
        image: "s3://bucket/a.png",
        annotator: 1,
        label: [{ ...rectangle, rotation: 0, original_width: 20, original_height: 10 }],
        choice: "day",
      },
    ];
    const { scenes, names } = await read(labelStudio, { "a.json": JSON.stringify(min) });
    expect([names, scenes[0]!.fileName, scenes[0]!.classifications]).toEqual([
      ["1 cat"],
      "a.png",
      [{ category: "day", score: undefined }],
    ]);
    expect(scenes[0]!.annotations[0]!.box).toEqual({ x: 10, y: 5, width: 2, height: 2 });
  });

  test("what is wrong is listed with its place, the rest is read", async () => {
    const files = {
      "a.json": task([
        region("a", "rectanglelabels", { ...rectangle, x: "NaN" }),
        region("b", "brushlabels", { format: "rle", rle: [1, 2, 3], brushlabels: ["cat"] }),
        region("c", "polygonlabels", { points: [[1, 2], [3]], polygonlabels: ["cat"] }),
        region("d", "videorectangle", {}),
        region("e", "rectanglelabels", rectangle, { image_rotation: 90 }),
        region("f", "rectanglelabels", { ...rectangle, width: 1e300 }),
        region("g", "rectanglelabels", { ...rectangle, rotation: 0, rectanglelabels: ["__proto__"] }),
      ]),
      "b.json": "[{}, 3]",
    };
    const { scenes, problems, names } = await read(labelStudio, files);
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(": ")))).toEqual([
      "a.json[0].annotations[0].result[0].value.x",
      "a.json[0].annotations[0].result[1].value.rle",
      "a.json[0].annotations[0].result[2].value.points[1]",
      "a.json[0].annotations[0].result[3]",
      "a.json[0].annotations[0].result[4]",
      "a.json[0].annotations[0].result[5].value.width",
      "b.json[0]",
      "b.json[1]",
    ]);
    expect([names, scenes[0]!.annotations.length]).toEqual([["1 __proto__"], 1]);
    await expectStrict(labelStudio, files);
  });
});

test.each([yolo, voc, cvat, labelme, labelStudio])(
  "$name writes no file outside, whatever the names are",
  async (format) => {
    const scene = (fileName: string, split: string): Scene => ({
      width: 20,
      height: 10,
      fileName,
      split,
      annotations: [{ category: "../x\0", box: { x: 1, y: 1, width: 2, height: 2 } }],
    });
    const sink = new MemoryFiles();
    const names = ["../../a.png", "/etc/b.png", "C:\\c.png", "..", "", "d\0.png", "../../a.png"];
    // the sink refuses names that leave it
    await format.write!(
      { categories: [], splits: ["../up"], scenes: names.map((name, i) => scene(name, i % 2 ? "../up" : "..")) },
      sink,
    );
    expect([...sink.files.keys()].length).toBeGreaterThan(0);
  },
);

describe("damaged files give an ImageError or a list of problems, nothing else", () => {
  const seeds: readonly (readonly [DatasetFormat, string, string])[] = [
    [yolo, "data.yaml", "names: [cat, dog]\ntrain: images\nval: images\nkpt_shape: [2, 3]\n"],
    [yolo, "labels/a.txt", "0 .5 .5 .1 .1\n1 .1 .1 .2 .2 .3 .3\n"],
    [voc, "a.xml", vocFile(object(`${box(1, 1, 2, 2)}<part><name>x</name>${box(1, 1, 2, 2)}</part>`))],
    [
      cvat,
      "a.xml",
      cvatFile(
        image(
          '<mask label="cat" left="0" top="0" width="2" height="2" rle="1, 3"/><polygon label="cat" points="1,2;3,4;5,6"/>',
        ),
        "<label><name>cat</name></label>",
      ),
    ],
    [
      labelme,
      "a.json",
      '{"version":"5","flags":{"a":true},"shapes":[{"label":"cat","points":[[1,2],[3,4]],"shape_type":"rectangle","flags":{}}],"imagePath":"a.png","imageHeight":10,"imageWidth":20}',
    ],
    [
      labelStudio,
      "a.json",
      '[{"id":1,"data":{"image":"a.png"},"annotations":[{"result":[{"id":"r","type":"rectanglelabels","original_width":20,"original_height":10,"value":{"x":1,"y":2,"width":3,"height":4,"rectanglelabels":["cat"]}}]}]}]',
    ],
  ];

  test.each(seeds)("$name $1", async (format, name, text) => {
    const bytes = new TextEncoder().encode(text);
    for (let seed = 0; seed < 150; seed++) {
      const next = random(seed);
      const damaged = bytes.slice(0, next() < 0.3 ? Math.floor(next() * bytes.length) : bytes.length);
      for (let i = 0; i < 1 + next() * 4 && damaged.length > 0; i++)
        damaged[Math.floor(next() * damaged.length)] =
          next() < 0.5 ? Math.floor(next() * 256) : '<>"[]{}0,.:-'.charCodeAt(Math.floor(next() * 12));
      try {
        await read(format, { [name]: damaged, "images/a.png": PICTURE });
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        expect(error.code).not.toBe("INTERNAL");
      }
    }
  });
});
