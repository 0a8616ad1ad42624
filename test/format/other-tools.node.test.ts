/** What limn writes, read by the tools that the formats are of. */
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { coco, cocoPanoptic, createml, datumaro, type DatasetFormat, MemoryFiles } from "../../src/format/index.ts";
import { toCounts } from "../../src/core/rle.ts";
import type { Annotation, Dataset, Scene, Segmentation } from "../../src/model/scene.ts";
import { folderTree } from "../support/folder-tree.ts";
import { hasPythonPackage, runPython } from "../support/python.ts";
import { scenesOf } from "../support/random-datasets.ts";
import { sharedPath, sharedTest } from "../support/shared.ts";

const withPackage = (name: string): typeof test => (hasPythonPackage(name) ? sharedTest : test.skip) as typeof test;
const pycocotools = withPackage("pycocotools");
const datumaroTest = withPackage("datumaro");

/** Write a dataset with its pictures into a folder of the disk for the time of `use`. */
async function onDisk<T>(files: MemoryFiles, use: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "limn-format-"));
  try {
    for (const [name, bytes] of files.files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), bytes);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function source(
  path: string,
): Promise<{ dataset: Dataset; scenes: Scene[]; objects: { scene: Scene; annotation: Annotation }[] }> {
  const dataset = await coco.read(folderTree(sharedPath(`data/coco/${path}`)), { strict: true });
  const scenes = await scenesOf(dataset);
  return {
    dataset,
    scenes,
    objects: scenes.flatMap((scene) => scene.annotations.map((annotation) => ({ scene, annotation }))),
  };
}

async function write(format: DatasetFormat, dataset: Dataset): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await format.write!(dataset, files, { split: "val" });
  return files;
}

describe("pycocotools", () => {
  pycocotools.for(["instances_mini_open.json", "person_keypoints_mini_open.json"])(
    "loads our %s and sees the same masks",
    async (path, { expect }) => {
      const { dataset, objects } = await source(path);
      // masks that were made elsewhere too, as dense pixels
      const scenes = (await scenesOf(dataset)).map((scene) => ({
        ...scene,
        annotations: scene.annotations.map((annotation, i) => (i % 3 ? annotation : denseOf(annotation, scene))),
      }));
      const files = await write(coco, { ...dataset, scenes });
      const kind = path.split("_mini")[0]!;
      const answer = await onDisk(files, (folder) =>
        runPython(
          `import sys, json, io, contextlib
from pycocotools.coco import COCO
from pycocotools import mask
with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO(sys.argv[1])
found = {}
for id, ann in coco.anns.items():
    if "segmentation" in ann:
        rle = coco.annToRLE(ann)
        found[id] = [rle["counts"].decode(), float(mask.area(rle)), ann["bbox"], ann.get("keypoints")]
print(json.dumps([found, len(coco.imgs), len(coco.cats)]))`,
          [join(folder, `annotations/${kind}_val.json`)],
        ),
      );
      const [found, images, categories] = JSON.parse(answer.toString());
      expect([images, categories]).toEqual([dataset.size, dataset.categories.length]);
      let seen = 0;
      for (const { scene, annotation } of objects) {
        const [counts, , box, keypoints] = found[String(annotation.id)] ?? [];
        if (counts === undefined) continue;
        seen += 1;
        const { x, y, width, height } = annotation.box!;
        expect(counts).toBe(toCounts(annotation.segmentation as Segmentation, scene.width, scene.height, true));
        expect(box).toEqual([x, y, width, height]);
        if (keypoints)
          expect(keypoints).toEqual(annotation.keypoints!.points.flatMap(({ x, y, visibility }) => [x, y, visibility]));
      }
      expect(seen).toBe(kind === "instances" ? 255 : 83);
    },
  );
});

function denseOf(annotation: Annotation, { width, height }: Scene): Annotation {
  const counts = toCounts(annotation.segmentation as Segmentation, width, height, false);
  return { ...annotation, segmentation: { kind: "rle", rle: { size: [height, width], counts } } };
}

const READ_DATUMARO = `import sys, json, logging
logging.disable(logging.CRITICAL)
import datumaro
dataset = datumaro.Dataset.import_from(sys.argv[1], sys.argv[2])
names = [label.name for label in dataset.categories()[datumaro.AnnotationType.label].items]
counts = {}
boxes = []
for item in dataset:
    for ann in item.annotations:
        kind = ann.type.name
        counts[kind] = counts.get(kind, 0) + 1
        if kind == "bbox":
            boxes.append([names[ann.label], [round(v, 2) for v in ann.get_bbox()]])
print(json.dumps([len(dataset), counts, sorted(boxes), sorted(dataset.subsets())]))`;

function boxesOf(objects: readonly { annotation: Annotation }[]): unknown[] {
  const boxes = objects.flatMap(({ annotation: { box, category } }) =>
    box ? [[category, [box.x, box.y, box.width, box.height]]] : [],
  );
  return boxes as unknown[];
}

function near(found: unknown[], wanted: unknown[]): void {
  const rows = (list: unknown[]) =>
    (list as [string, number[]][])
      .map(([name, box]) => `${name} ${box.map((value) => Math.round(value)).join(" ")}`)
      .sort();
  const [a, b] = [rows(found), rows(wanted)];
  expect(a.length).toBe(b.length);
  // halves are rounded both ways
  expect(a.filter((row) => !b.includes(row)).length).toBeLessThanOrEqual(a.length * 0.05);
}

describe("Datumaro", () => {
  datumaroTest("imports our Datumaro files", { timeout: 120_000 }, async () => {
    const { dataset, objects, scenes } = await source("person_keypoints_mini_open.json");
    const files = await write(datumaro, { ...dataset, scenes });
    const [size, counts, boxes, subsets] = await onDisk(files, (folder) =>
      JSON.parse(runPython(READ_DATUMARO, [folder, "datumaro"]).toString()),
    );
    expect([size, subsets]).toEqual([15, ["val"]]);
    near(boxes, boxesOf(objects));
    const count = (test: (annotation: Annotation) => unknown) =>
      objects.filter(({ annotation }) => test(annotation)).length;
    expect(counts.bbox).toBe(83);
    expect(counts.mask).toBe(count(({ segmentation }) => segmentation?.kind === "rle"));
    expect(counts.points).toBe(count(({ keypoints }) => keypoints));
    const parts = objects.map(({ annotation: { segmentation } }) =>
      segmentation?.kind === "polygon" ? segmentation.parts.length : 0,
    );
    expect(counts.polygon).toBe(parts.reduce((sum, length) => sum + length, 0));
  });

  datumaroTest("imports our COCO instances and panoptic files", { timeout: 120_000 }, async () => {
    const { dataset, scenes, objects } = await source("instances_mini_open.json");
    const files = await write(coco, dataset);
    // its reader wants a folder of pictures
    const photos = folderTree(sharedPath("data/photos/coco"));
    for (const { fileName } of scenes) files.files.set(`images/val/${fileName}`, await photos.read(fileName!));
    const [size, counts, boxes] = await onDisk(files, (folder) =>
      JSON.parse(runPython(READ_DATUMARO, [folder, "coco_instances"]).toString()),
    );
    expect(size).toBe(15);
    near(boxes, boxesOf(objects));
    expect(counts.bbox ?? 0).toBe(255);
    const segments = await write(cocoPanoptic, dataset);
    for (const { fileName } of scenes) segments.files.set(`images/val/${fileName}`, await photos.read(fileName!));
    const answer = await onDisk(segments, (folder) =>
      JSON.parse(runPython(READ_DATUMARO, [folder, "coco_panoptic"]).toString()),
    );
    expect(answer[0]).toBe(15);
    expect(answer[1].mask).toBeGreaterThan(150);
  });

  datumaroTest("imports our Create ML files", { timeout: 120_000 }, async () => {
    const { dataset, scenes, objects } = await source("instances_mini_open.json");
    const files = await write(createml, dataset);
    // its reader wants the pictures beside the file, in a folder of the split
    const moved = new MemoryFiles([
      ["train/_annotations.createml.json", files.files.get("_annotations.createml.json")!],
    ]);
    const photos = folderTree(sharedPath("data/photos/coco"));
    for (const { fileName } of scenes) moved.files.set(`train/${fileName}`, await photos.read(fileName!));
    const [size, , boxes] = await onDisk(moved, (folder) =>
      JSON.parse(runPython(READ_DATUMARO, [folder, "roboflow_create_ml"]).toString()),
    );
    expect(size).toBe(15);
    // it takes the middle for the corner
    const middles = objects.map(({ annotation }) => {
      const { x, y, width, height } = annotation.box!;
      return { annotation: { ...annotation, box: { x: x + width / 2, y: y + height / 2, width, height } } };
    });
    near(boxes, boxesOf(middles));
  });
});
