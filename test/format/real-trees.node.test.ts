import { expect } from "vitest";
import type { DatasetFormat, Loss } from "../../src/format/dataset-format.ts";
import { MemoryFiles } from "../../src/format/file-tree.ts";
import { cvat, formats, labelme, labelStudio, readCoco, voc, yolo } from "../../src/format/index.ts";
import { boundsOf } from "../../src/format/written.ts";
import type { Annotation, Dataset, PolygonSegmentation, Scene } from "../../src/model/scene.ts";
import { folderTree } from "../support/folder-tree.ts";
import { comparable } from "../support/random-scenes.ts";
import { sharedBytes, sharedPath, sharedTest } from "../support/shared.ts";

async function scenesOf(dataset: Dataset): Promise<Scene[]> {
  const scenes: Scene[] = [];
  for await (const scene of dataset.scenes) scenes.push(scene);
  return scenes;
}

/** Read a folder, write it, read that; the second time nothing must be different. */
async function twice(
  format: DatasetFormat,
  folder: string,
  pictures?: string,
): Promise<{ dataset: Dataset; scenes: Scene[]; losses: readonly Loss[] }> {
  const tree = folderTree(sharedPath(folder));
  const images = pictures === undefined ? undefined : folderTree(sharedPath(pictures));
  const dataset = await format.read(tree, { images });
  const scenes = await scenesOf(dataset);
  const files = new MemoryFiles();
  const losses = await format.write!({ ...dataset, scenes }, files);
  const again = await scenesOf(await format.read(files, { images: images ?? tree }));
  expect(again.map(comparable)).toEqual(scenes.map(comparable));
  for (const other of formats) expect((await other.detect(tree)) > 0.5).toBe(other === format);
  for (const other of formats) expect((await other.detect(files)) > 0.5).toBe(other === format);
  return { dataset, scenes, losses };
}

function counts(scenes: readonly Scene[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { annotations, classifications = [] } of scenes) {
    for (const annotation of annotations)
      for (const part of ["box", "polyline", "ellipse", "points", "quad", "keypoints", "segmentation"] as const) {
        const name = part === "segmentation" ? annotation.segmentation?.kind : part;
        if (annotation[part] !== undefined && name !== undefined) found[name] = (found[name] ?? 0) + 1;
      }
    if (classifications.length > 0) found["classification"] = (found["classification"] ?? 0) + classifications.length;
  }
  return found;
}

const objects = (scenes: readonly Scene[]): Annotation[] => scenes.flatMap(({ annotations }) => annotations);

sharedTest("YOLO: boxes are those of COCO, outlines lie in them", async () => {
  const { dataset, scenes, losses } = await twice(yolo, "data/yolo/coco128", "data/photos/coco");
  expect([dataset.categories.length, scenes.length, counts(scenes), losses]).toEqual([80, 32, { box: 243 }, []]);
  const coco = readCoco(sharedBytes("data/coco/instances_coco128_open.json"));
  const truth = new Map([...coco.scenes].map((scene) => [scene.fileName, scene]));
  for (const scene of scenes) {
    const expected = truth.get(scene.fileName)!.annotations.filter(({ isCrowd }) => !isCrowd);
    expect(scene.annotations.map(({ category }) => category)).toEqual(expected.map(({ category }) => category));
    for (const [i, { box }] of scene.annotations.entries())
      for (const side of ["x", "y", "width", "height"] as const)
        expect(Math.abs(box![side] - expected[i]!.box![side])).toBeLessThan(0.01);
  }
  const problems = dataset.problems!.map(({ path }) => path);
  expect(problems).toEqual([
    "segmentation_config.yaml",
    "detection_config.yaml.train",
    "detection_config.yaml.val",
    "labels_seg/000000000030.txt",
  ]);

  const outlines = await twice(yolo, "data/yolo/coco128/labels_seg", "data/photos/coco");
  expect([outlines.scenes.length, counts(outlines.scenes)]).toEqual([26, { polygon: 181 }]);
});

sharedTest("YOLO: layouts with pictures inside and with classes.txt alone", async () => {
  const bus = await twice(yolo, "data/yolo/bus");
  expect([
    bus.dataset.categories.map(({ name }) => name),
    bus.scenes.length,
    counts(bus.scenes),
    bus.dataset.problems,
  ]).toEqual([["closed_door", "opened_door", "bus", "number"], 3, { box: 9 }, []]);
  const multi = await twice(yolo, "data/yolo/multi", "data/photos/multi");
  expect([multi.scenes.length, counts(multi.scenes), multi.losses]).toEqual([4, { box: 25 }, []]);
  const alone = await scenesOf(await yolo.read(folderTree(sharedPath("data/yolo/multi"))));
  expect(alone.every(({ error, annotations }) => error && annotations.every(({ box }) => box!.normalized))).toBe(true);
});

sharedTest("VOC: pixels count from 1, and from 0 where another tool wrote the files", async () => {
  const bccd = await twice(voc, "data/voc/bccd");
  expect([bccd.scenes.length, counts(bccd.scenes), bccd.losses, bccd.dataset.problems]).toEqual([
    6,
    { box: 107 },
    [],
    [],
  ]);
  expect(objects(bccd.scenes)[0]).toMatchObject({ category: "WBC", box: { x: 259, y: 176, width: 232, height: 200 } });
  const names = objects(bccd.scenes).map(({ category }) => category);
  expect(["RBC", "WBC", "Platelets"].map((name) => names.filter((other) => other === name).length)).toEqual([96, 6, 5]);

  const labelImg = await twice(voc, "data/voc/multi_labelimg", "data/photos/multi");
  expect([counts(labelImg.scenes), labelImg.dataset.problems]).toEqual([{ box: 25 }, []]);

  const exported = await twice(voc, "data/voc/multi_voc11", "data/photos/multi");
  const shapes = exported.scenes.find(({ fileName }) => fileName === "shapes.jpg")!;
  expect(shapes.annotations[0]!.box).toMatchObject({ x: 45.8, y: 45.8 });
  // the masks are of two ellipses, which the XML does not list
  expect(shapes.annotations.slice(1).map(({ category, segmentation }) => [category, segmentation?.kind])).toEqual([
    ["ellipse", "rle"],
    ["ellipse", "rle"],
  ]);
  expect(shapes.labelMaps![0]!.classes).toEqual(new Map([[4, "ellipse"]]));
  expect(exported.dataset.categories.map(({ id, name }) => `${id} ${name}`).slice(0, 2)).toEqual([
    "1 rectangle",
    "2 triangle",
  ]);
});

sharedTest("CVAT: every shape, mask, attribute and tag", async () => {
  const multi = await twice(cvat, "data/cvat/multi", "data/photos/multi");
  expect([counts(multi.scenes), multi.losses, multi.dataset.problems]).toEqual([
    { box: 18, polygon: 3, polyline: 2, ellipse: 2 },
    [],
    [],
  ]);
  expect(multi.dataset.categories[0]).toMatchObject({ id: 1, name: "rectangle", color: 0x832364 });

  const urban = await twice(cvat, "data/cvat/urban");
  expect([counts(urban.scenes), urban.losses, urban.dataset.problems]).toEqual([
    { rle: 245, box: 68, classification: 20 },
    [],
    [],
  ]);
  expect(objects(urban.scenes).filter(({ box }) => box?.rotation).length).toBe(20);
  expect(urban.scenes[0]!.annotations.find(({ attributes }) => attributes)!.attributes!.has("truncated")).toBe(true);

  const points = await twice(cvat, "data/cvat/estop_points");
  expect([counts(points.scenes), points.losses]).toEqual([{ points: 19 }, []]);
  expect(points.scenes.every(({ annotations }) => annotations[0]!.points!.length === 10)).toBe(true);
});

sharedTest("LabelMe: JSON with pictures inside, and the XML of the web tool with its masks", async () => {
  const json = new MemoryFiles();
  for (const name of ["birds", "crack", "shapes", "strawberry"])
    await json.write(`${name}.json`, sharedBytes(`data/labelme/${name}.json`));
  const dataset = await labelme.read(json);
  expect([counts(await scenesOf(dataset)), dataset.problems]).toEqual([
    { box: 18, polygon: 4, polyline: 2, ellipse: 1 },
    [],
  ]);
  const files = new MemoryFiles();
  expect(await labelme.write!(dataset, files)).toEqual([]);
  expect((await scenesOf(await labelme.read(files))).map(comparable)).toEqual(
    (await scenesOf(dataset)).map(comparable),
  );

  const xml = await twice(labelme, "data/labelme/labelme30_xml", "data/photos/multi");
  expect([counts(xml.scenes), xml.dataset.problems]).toEqual([{ box: 18, polygon: 3, rle: 2 }, []]);
  // the same objects through another tool's export
  const other = await scenesOf(await cvat.read(folderTree(sharedPath("data/cvat/multi"))));
  const ellipse = other
    .find(({ fileName }) => fileName === "shapes.jpg")!
    .annotations.filter((object) => object.ellipse)[0]!.ellipse!;
  const mask = xml.scenes
    .find(({ fileName }) => fileName === "shapes.jpg")!
    .annotations.find(({ segmentation }) => segmentation?.kind === "rle")!;
  expect(mask.category).toBe("ellipse");
  expect(ellipse.radiusX).toBeCloseTo(82.09, 2);
});

sharedTest("Label Studio: exports, and predictions with brushes and poses", async () => {
  const exports = await twice(labelStudio, "data/labelstudio/exports_no_image");
  expect(counts(exports.scenes)).toEqual({ box: 31, polygon: 2, points: 2, keypoints: 1 });
  expect(objects(exports.scenes).filter(({ box }) => box?.rotation).length).toBe(25);

  const images = folderTree(sharedPath("data/labelstudio"));
  const read = async (name: string): Promise<Scene> =>
    (await scenesOf(await labelStudio.read(folderTree(sharedPath(`data/labelstudio/${name}`)), { images })))[0]!;
  const brushes = await read("test_brush_labels.json");
  const polygons = await read("test_polygon_labels.json");
  expect([brushes.width, brushes.height, brushes.fileName, counts([brushes]), counts([polygons])]).toEqual([
    768,
    576,
    "car.jpg",
    { rle: 3 },
    { polygon: 3 },
  ]);
  // the same three people, by two models
  for (const { segmentation, group, score } of polygons.annotations) {
    const box = boundsOf((segmentation as PolygonSegmentation).parts[0]!.outline)!;
    expect([group, score! > 0.5, box.x >= 0 && box.x + box.width <= 768]).toEqual(["predictions", true, true]);
  }
  const pose = (await read("test_keypoint_labels_1.json")).annotations[0]!;
  expect(pose.keypoints!.skeleton!.points[5]).toBe("left_shoulder");
  expect(pose.keypoints!.points.filter(({ visibility }) => visibility === 2).length).toBe(6);
});
