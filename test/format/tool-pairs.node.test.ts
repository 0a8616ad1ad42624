/**
 * What other libraries write, read by limn; and what limn writes, read by them, where other-*.node.test.ts have it not.
 * Long: one round trip for each pair of library and format.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import { toCounts } from "../../src/core/rle.ts";
import {
  classificationFolders,
  coco,
  cocoPanoptic,
  cocoResults,
  type DatasetFormat,
  datumaro,
  MemoryFiles,
  openDataset,
  voc,
  yolo,
} from "../../src/format/index.ts";
import type { Annotation, Scene, Segmentation } from "../../src/model/scene.ts";
import { folderTree } from "../support/folder-tree.ts";
import { hasPythonPackage, runPython } from "../support/python.ts";

const withPackage = (name: string): typeof test => (hasPythonPackage(name) ? test : test.skip) as typeof test;
const pycocotools = withPackage("pycocotools");
const datumaroTest = withPackage("datumaro");
const supervision = withPackage("supervision");

const WIDTH = 64;
const HEIGHT = 48;
const PICTURE = encodePng({ data: new Uint8Array(WIDTH * HEIGHT * 3), shape: [HEIGHT, WIDTH, 3] });
const CATEGORIES = ["cat", "traffic light"].map((name, i) => ({ id: i + 1, name }));
const NAMES = ["first.png", "of two.png"];

/** Pixels of a rectangle with a hole. */
const MASK = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
  return x >= 5 && x < 30 && y >= 4 && y < 20 && !(x > 9 && x < 14 && y > 7 && y < 12) ? 1 : 0;
});

async function inFolder<T>(use: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "limn-pair-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Write a dataset and its pictures into a folder. */
async function write(
  format: DatasetFormat,
  scenes: readonly Scene[],
  folder: string,
  pictures: string | undefined,
): Promise<void> {
  const images = new MemoryFiles(scenes.map(({ fileName }) => [fileName!, PICTURE]));
  const files = new MemoryFiles();
  await format.write!({ categories: CATEGORIES, scenes }, files, { images, split: "train" });
  if (pictures !== undefined) for (const { fileName } of scenes) files.files.set(`${pictures}/${fileName}`, PICTURE);
  for (const [name, bytes] of files.files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

async function readFolder(folder: string): Promise<{ format: string; scenes: Scene[]; problems: string[] }> {
  const dataset = await openDataset(folderTree(folder));
  const scenes: Scene[] = [];
  for await (const scene of dataset.scenes) scenes.push(scene);
  scenes.sort((a, b) => (a.fileName! < b.fileName! ? -1 : 1));
  return { format: dataset.format, scenes, problems: dataset.problems.map(({ message }) => message) };
}

const scene = (annotations: readonly Annotation[], i: number, more: object = {}): Scene => ({
  width: WIDTH,
  height: HEIGHT,
  fileName: NAMES[i]!,
  imageId: i + 1,
  annotations,
  ...more,
});
const of = (i: number): { category: string; categoryId: number } => ({
  category: CATEGORIES[i]!.name,
  categoryId: i + 1,
});
const BOXES = [
  scene([{ ...of(0), box: { x: 1, y: 2, width: 10, height: 11 } }], 0),
  scene(
    [
      { ...of(1), box: { x: 5, y: 4, width: 25, height: 16 } },
      { ...of(0), box: { x: 0, y: 0, width: 64, height: 48 } },
    ],
    1,
  ),
];
const POLYGON = { kind: "polygon", parts: [{ outline: [1, 1, 20, 1, 20, 20, 3, 17.5, 2, 9] }] } as const;

const rows = (list: readonly Scene[]): unknown =>
  list.map(({ annotations }) =>
    annotations.map(({ category, box }) => [
      category,
      [box!.x, box!.y, box!.width, box!.height].map((value) => Math.round(value * 100) / 100),
    ]),
  );

/** Prints for each picture, sorted by name, `[class, [x, y, width, height], area of the mask]` of each object. */
const SUPERVISION = `
import json, os, sys
import supervision as sv
kind, root = sys.argv[1:3]
images = os.path.join(root, "images")
if kind == "coco":
    data = sv.DetectionDataset.from_coco(images, os.path.join(root, "annotations/instances_train.json"), force_masks=len(sys.argv) > 3)
elif kind == "yolo":
    data = sv.DetectionDataset.from_yolo(images, os.path.join(root, "labels/train"), os.path.join(root, "data.yaml"), force_masks=True)
found = []
for path, _, objects in sorted(data, key=lambda entry: entry[0]):
    found.append([[data.classes[int(objects.class_id[i])], [round(float(v), 2) for v in (b[0], b[1], b[2] - b[0], b[3] - b[1])],
        None if objects.mask is None else int(objects.mask[i].sum())] for i, b in enumerate(objects.xyxy)])
print(json.dumps(found))
`;
const WRITE_SUPERVISION = `
import sys, os, numpy as np
import supervision as sv
kind, root = sys.argv[1:3]
names = [os.path.join(root, "src", n) for n in ("first.png", "of two.png")]
mask = np.zeros((48, 64), bool); mask[4:20, 5:30] = True; mask[10:20, 20:30] = False
boxes = sv.Detections(xyxy=np.array([[1, 2, 11, 13], [5, 4, 30, 20.0]]), class_id=np.array([0, 1]), mask=np.stack([mask, mask]) if kind.endswith("masks") else None)
data = sv.DetectionDataset(classes=["cat", "traffic light"], images=names, annotations={n: boxes for n in names})
out = os.path.join(root, "out"); images = os.path.join(out, "images")
if kind.startswith("coco"): data.as_coco(images_directory_path=images, annotations_path=os.path.join(out, "x.json"))
elif kind.startswith("yolo"): data.as_yolo(images_directory_path=images, annotations_directory_path=os.path.join(out, "labels"), data_yaml_path=os.path.join(out, "data.yaml"))
else: data.as_pascal_voc(images_directory_path=images, annotations_directory_path=os.path.join(out, "xml"))
`;

describe("supervision", () => {
  supervision("reads the boxes and masks of COCO", { timeout: 120_000 }, async () => {
    const answer = await inFolder(async (folder) => {
      await write(coco, BOXES, folder, "images");
      return JSON.parse(runPython(SUPERVISION, ["coco", folder]).toString()) as [string, number[]][][];
    });
    expect(answer.map((list) => list.map((row) => row.slice(0, 2)))).toEqual(rows(BOXES));
    const masked = [0, 1].map((i) =>
      scene([{ ...of(i), segmentation: { kind: "mask", data: MASK, width: WIDTH, height: HEIGHT } }], i),
    );
    const areas = await inFolder(async (folder) => {
      await write(coco, masked, folder, "images");
      return JSON.parse(runPython(SUPERVISION, ["coco", folder, "masks"]).toString()) as [string, number[], number][][];
    });
    const area = MASK.reduce((sum, bit) => sum + bit, 0);
    expect(areas).toEqual(CATEGORIES.map(({ name }) => [[name, [5, 4, 25, 16], area]]));
  });

  supervision("reads the outlines of YOLO", { timeout: 120_000 }, async () => {
    const list = [0, 1].map((i) => scene([{ ...of(i), segmentation: POLYGON }], i));
    const answer = await inFolder(async (folder) => {
      await write(yolo, list, folder, "images");
      return JSON.parse(runPython(SUPERVISION, ["yolo", folder]).toString()) as [string, number[], number][][];
    });
    expect(answer.map(([object]) => [object![0], object![1]])).toEqual(
      CATEGORIES.map(({ name }) => [name, [1, 1, 19, 19]]),
    );
    // its filler covers the pixels on the rim too
    const own = toCounts(POLYGON, WIDTH, HEIGHT, false) as number[];
    const area = own.reduce((sum, run, i) => sum + (i % 2 ? run : 0), 0);
    for (const [object] of answer) expect(Math.abs(object![2] - area)).toBeLessThan(60);
  });

  supervision("reads folders of classes", { timeout: 120_000 }, async () => {
    const list = [0, 1].map((i) => scene([], i, { classifications: [{ category: CATEGORIES[i]!.name }] }));
    const found = await inFolder(async (folder) => {
      await write(classificationFolders, list, folder, undefined);
      const program = `import json, sys, os, supervision as sv
data = sv.ClassificationDataset.from_folder_structure(sys.argv[1])
print(json.dumps(sorted([os.path.basename(p), data.classes[int(c.class_id[0])]] for p, _, c in data)))`;
      return JSON.parse(runPython(program, [join(folder, "train")]).toString()) as unknown;
    });
    expect(found).toEqual(NAMES.map((name, i) => [name, CATEGORIES[i]!.name]));
  });

  supervision.for(["coco", "coco-masks", "yolo", "yolo-masks", "voc", "voc-masks"])(
    "what it writes as %s is read",
    { timeout: 120_000 },
    async (kind) => {
      await inFolder(async (folder) => {
        mkdirSync(join(folder, "src"));
        for (const name of NAMES) writeFileSync(join(folder, "src", name), PICTURE);
        runPython(WRITE_SUPERVISION, [kind, folder]);
        const { format, scenes, problems } = await readFolder(join(folder, "out"));
        expect([format, problems]).toEqual([kind.split("-")[0], []]);
        expect(scenes.map(({ width, height }) => [width, height])).toEqual([
          [WIDTH, HEIGHT],
          [WIDTH, HEIGHT],
        ]);
        for (const { annotations } of scenes) {
          expect(annotations.map(({ category }) => category)).toEqual(["cat", "traffic light"]);
          if (!kind.endsWith("masks")) {
            const [own] = rows([{ ...scenes[0]!, annotations }]) as unknown[];
            expect(own).toEqual([
              ["cat", [1, 2, 10, 11]],
              ["traffic light", [5, 4, 25, 16]],
            ]);
          } else for (const { segmentation } of annotations) expect(segmentation?.kind).toBe("polygon");
        }
      });
    },
  );
});

describe("pycocotools", () => {
  pycocotools("loads our results with their ground truth, and sees the same masks", async () => {
    const segmentations: Segmentation[] = [{ kind: "mask", data: MASK, width: WIDTH, height: HEIGHT }, POLYGON];
    const truth = BOXES.map((one) => ({ ...one, annotations: [] }));
    const guesses = BOXES.map((one, i) => ({
      ...one,
      annotations: [{ ...of(i), segmentation: segmentations[i]!, score: 0.25 + i / 2, group: "predictions" }],
    }));
    const found = await inFolder(async (folder) => {
      await write(coco, truth, folder, "images");
      await write(cocoResults, guesses, folder, "images");
      const program = `import sys, json, io, contextlib
from pycocotools.coco import COCO
with contextlib.redirect_stdout(io.StringIO()):
    results = COCO(sys.argv[1] + "/annotations/instances_train.json").loadRes(sys.argv[1] + "/results.json")
print(json.dumps([[a["image_id"], a["category_id"], a["score"], (lambda c: c if isinstance(c, str) else c.decode())(results.annToRLE(a)["counts"])] for a in results.anns.values()]))`;
      return JSON.parse(runPython(program, [folder]).toString()) as unknown;
    });
    expect(found).toEqual(
      segmentations.map((mask, i) => [i + 1, i + 1, 0.25 + i / 2, toCounts(mask, WIDTH, HEIGHT, true)]),
    );
  });
});

const WRITE_DATUMARO = `
import sys, numpy as np, logging
logging.disable(logging.CRITICAL)
import datumaro as dm
from datumaro.components.annotation import Bbox, Polygon, Mask, Label, Caption, Points
from datumaro.components.media import Image
target, out = sys.argv[1:3]
mask = np.zeros((48, 64), bool); mask[4:20, 5:30] = True
kinds = {
    "coco_instances": lambda: [Bbox(1, 2, 10, 11, label=0, id=1), Polygon([1, 1, 20, 1, 20, 20], label=1, id=2, group=2)],
    "coco_panoptic": lambda: [Mask(mask, label=1, id=1)],
    "coco_captions": lambda: [Caption("a street", id=1)],
    "coco_labels": lambda: [Label(1, id=1)],
    "datumaro": lambda: [Bbox(1, 2, 10, 11, label=0, id=1), Polygon([1, 1, 20, 1, 20, 20], label=1, id=2), Mask(mask, label=1, id=3), Caption("a street")],
    "imagenet_with_subset_dirs": lambda: [Label(1)],
    "voc": lambda: [Bbox(1, 2, 10, 11, label=0, id=1)],
}
pixels = np.zeros((48, 64, 3), np.uint8)
items = [dm.DatasetItem(name, subset=subset, media=Image.from_numpy(pixels), annotations=kinds[target]()) for name, subset in (("first", "train"), ("of two", "val"))]
dm.Dataset.from_iterable(items, categories=["cat", "traffic light"]).export(out, target, save_media=True)
`;

describe("Datumaro", () => {
  datumaroTest.for<[string, string, (scene: Scene) => unknown, unknown]>([
    [
      "coco_instances",
      "coco",
      (one) => one.annotations.map(({ category }) => category).sort(),
      ["cat", "traffic light"],
    ],
    ["coco_panoptic", "coco", (one) => one.annotations.map(({ box }) => box), [{ x: 5, y: 4, width: 25, height: 16 }]],
    ["coco_captions", "coco", (one) => one.captions, ["a street"]],
    ["coco_labels", "coco", (one) => one.classifications?.map(({ category }) => category), ["traffic light"]],
    [
      "datumaro",
      "datumaro",
      (one) => [one.annotations.map(({ segmentation }) => segmentation?.kind), one.caption],
      [[undefined, "polygon", "rle"], "a street"],
    ],
    [
      "imagenet_with_subset_dirs",
      "classification-folders",
      (one) => one.classifications?.map(({ category }) => category),
      ["traffic light"],
    ],
    ["voc", "voc", (one) => one.annotations.map(({ box }) => box), [{ x: 1, y: 2, width: 10, height: 11 }]],
  ])("what it writes as %s is read", { timeout: 120_000 }, async ([target, format, part, wanted]) => {
    await inFolder(async (folder) => {
      runPython(WRITE_DATUMARO, [target, join(folder, "out")]);
      const found = await readFolder(join(folder, "out"));
      expect([found.format, found.problems]).toEqual([format, []]);
      expect(found.scenes.map(({ split }) => split)).toEqual(["train", "val"]);
      for (const one of found.scenes) expect(part(one)).toEqual(wanted);
    });
  });

  datumaroTest.for<[string, DatasetFormat, readonly Scene[], string | undefined, unknown]>([
    [
      "voc",
      voc,
      BOXES,
      "JPEGImages",
      BOXES.map(({ annotations }) => annotations.map(({ category }) => ["bbox", category])),
    ],
    [
      "imagenet_with_subset_dirs",
      classificationFolders,
      [0, 1].map((i) => scene([], i, { classifications: [{ category: CATEGORIES[i]!.name }] })),
      undefined,
      CATEGORIES.map(({ name }) => [["label", name]]),
    ],
    [
      "coco",
      coco,
      [0, 1].map((i) => scene([{ ...of(i), segmentation: POLYGON }], i)),
      "images/train",
      CATEGORIES.map(({ name }) => [
        ["polygon", name],
        ["bbox", name],
      ]),
    ],
    [
      "coco_panoptic",
      cocoPanoptic,
      [0, 1].map((i) =>
        scene([{ ...of(i), segmentation: { kind: "mask", data: MASK, width: WIDTH, height: HEIGHT } }], i),
      ),
      "images/train",
      CATEGORIES.map(({ name }) => [["mask", name]]),
    ],
    [
      "datumaro",
      datumaro,
      [0, 1].map((i) => scene([{ ...of(i), polyline: { points: [1, 2, 30, 20] } }], i)),
      "images/train",
      CATEGORIES.map(({ name }) => [["polyline", name]]),
    ],
  ])("reads our files as %s", { timeout: 120_000 }, async ([kind, format, list, pictures, wanted]) => {
    const program = `import sys, json, logging
logging.disable(logging.CRITICAL)
import datumaro as dm
data = dm.Dataset.import_from(sys.argv[2], sys.argv[1])
names = [label.name for label in data.categories()[dm.AnnotationType.label].items]
print(json.dumps([[[a.type.name, names[a.label]] for a in item.annotations] for item in sorted(data, key=lambda item: item.id.split("/")[-1])]))`;
    const found = await inFolder(async (folder) => {
      await write(format, list, folder, pictures);
      return JSON.parse(runPython(program, [kind, folder]).toString().trim().split("\n").at(-1)!) as unknown;
    });
    expect(found).toEqual(wanted);
  });
});
