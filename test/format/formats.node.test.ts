/** The formats on real files of other tools. */
import { describe, expect } from "vitest";
import {
  coco,
  cocoPanoptic,
  cocoResults,
  createml,
  type DatasetFormat,
  deepdriverFiles,
  formats,
  instill,
  labelStudio,
  MemoryFiles,
  via,
  viaCsv,
  voc,
  yolo,
} from "../../src/format/index.ts";
import type { Annotation, Dataset, Scene } from "../../src/model/scene.ts";
import { folderTree } from "../support/folder-tree.ts";
import { differences, scenesOf } from "../support/random-datasets.ts";
import { sharedJson, sharedPath, sharedTest } from "../support/shared.ts";

const tree = (path: string) => folderTree(sharedPath(`data/${path}`));

async function detected(path: string): Promise<string[]> {
  const sure = await Promise.all(
    formats.map(async (format) => [format.name, await format.detect(tree(path))] as const),
  );
  return sure
    .filter(([, value]) => value >= 0.5)
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name);
}

async function all(dataset: Dataset): Promise<{ scenes: Scene[]; annotations: Annotation[] }> {
  const scenes = await scenesOf(dataset);
  return { scenes, annotations: scenes.flatMap(({ annotations }) => annotations) };
}

describe("detection tells formats by content", () => {
  sharedTest.for<[path: string, names: string[]]>([
    ["coco/instances_mini_open.json", ["coco"]],
    ["coco/person_keypoints_mini_open.json", ["coco"]],
    ["coco/captions_mini_open.json", ["coco"]],
    ["coco/panoptic_coco128_open.json", ["coco"]],
    ["coco/results", ["coco"]],
    ["coco/multi", ["coco"]],
    ["via", ["via"]],
    ["createml", ["createml"]],
    ["instill/ocr-mm.json", []],
    ["instill/cls-dog.json", ["instill"]],
    ["labelstudio", ["label-studio"]],
    ["yolo", ["yolo"]],
    ["voc", ["voc"]],
    ["cvat", ["cvat"]],
    ["labelme", ["labelme"]],
    ["ocr", []],
  ])("%s", async ([path, names], { expect }) => {
    expect((await detected(path)).filter((name) => name !== "coco-panoptic")).toEqual(names);
  });
});

describe("COCO", () => {
  sharedTest("the records of a real file are written as they were read", async () => {
    for (const [file, kind] of [
      ["coco/instances_mini_open.json", "instances"],
      ["coco/instances_coco128_open.json", "instances"],
      ["coco/person_keypoints_mini_open.json", "person_keypoints"],
    ] as const) {
      const source = sharedJson(`data/${file}`);
      const files = new MemoryFiles();
      expect(await coco.write!(await coco.read(tree(file), { strict: true }), files)).toEqual([]);
      const text = new TextDecoder().decode(files.files.get(`annotations/${kind}_train.json`));
      const written = JSON.parse(text);
      expect(written.images).toEqual(source.images);
      expect(written.categories).toEqual(source.categories);
      const given = source.annotations.filter(
        (record: { num_keypoints?: number }) => kind === "instances" || record.num_keypoints !== 0,
      );
      const records = new Map(written.annotations.map((record: { id: number }) => [record.id, record]));
      for (const record of given) expect(records.get(record.id)).toEqual(record);
    }
  });

  sharedTest("several files of one set are one set of pictures", async () => {
    const files = new MemoryFiles();
    for (const [name, file] of [
      ["annotations/instances_val2017.json", "instances_mini_open.json"],
      ["annotations/person_keypoints_val2017.json", "person_keypoints_mini_open.json"],
      ["annotations/captions_val2017.json", "captions_mini_open.json"],
      ["annotations/instances_train2017.json", "instances_coco128_open.json"],
    ] as const)
      await files.write(name, await tree("coco").read(file));
    const dataset = await coco.read(files, { strict: true });
    const { scenes, annotations } = await all(dataset);
    expect([scenes.length, annotations.length, [...dataset.splits!].sort()]).toEqual([
      48,
      501,
      ["train2017", "val2017"],
    ]);
    expect(scenes.filter(({ split }) => split === "val2017").every(({ captions }) => captions?.length === 5)).toBe(
      true,
    );
    const posed = annotations.filter(({ keypoints }) => keypoints);
    expect(posed.length).toBe(83);
    expect(posed.every(({ segmentation, area }) => segmentation && area !== undefined)).toBe(true);
  });

  sharedTest("panoptic PNGs come back pixel by pixel", async () => {
    const source = await all(await coco.read(panopticTree(), { strict: true }));
    const files = new MemoryFiles();
    const losses = await cocoPanoptic.write!({ categories: [], scenes: source.scenes }, files);
    expect(losses.filter(({ what }) => !/^category/.test(what))).toEqual([]);
    const back = await all(await cocoPanoptic.read(files, { strict: true }));
    expect(source.annotations.length).toBe(285);
    for (const [i, scene] of source.scenes.entries())
      expect(differences(scene, back.scenes[i] && { ...back.scenes[i], split: scene.split })).toEqual([]);
  });
});

function panopticTree(): MemoryFiles {
  const source = tree("coco");
  return Object.assign(new MemoryFiles(), {
    list: async () =>
      (await source.list()).filter((name) => name.startsWith("panoptic_png/") || name === "panoptic_coco128_open.json"),
    read: source.read,
  });
}

describe("tools that were given the same boxes agree", () => {
  sharedTest("VIA JSON, VIA CSV, Create ML and COCO", async () => {
    const images = tree("photos");
    const read = async (format: DatasetFormat, path: string) =>
      (await all(await format.read(tree(path), { images, strict: true }))).scenes;
    const [json, csv, ml, records] = [
      await read(via, "via/via_region_data.json"),
      await read(viaCsv, "via/via_region_data.csv"),
      await read(createml, "createml"),
      await read(coco, "coco/multi"),
    ];
    const kinds = (scenes: Scene[]) =>
      scenes.map(({ annotations }) => annotations.map((one) => Object.keys(one)[0]).join());
    expect(json.map(({ annotations }) => annotations.length)).toEqual([34, 5, 1, 2]);
    expect(csv.map(({ annotations }) => annotations.length)).toEqual([17, 5, 1, 2]);
    expect(kinds(csv).slice(1)).toEqual(kinds(json).slice(1));
    for (const [i, scene] of csv.entries())
      for (const region of scene.annotations) expect(json[i]!.annotations).toContainEqual(region);
    const named = (scenes: Scene[], name: string) => scenes.find(({ fileName }) => fileName!.endsWith(name))!;
    // drawn twice by one person, so not to the pixel
    for (const name of ["birds.jpg", "crack.jpeg", "shapes.jpg", "strawberry.jpg"]) {
      const [a, b, c] = [named(ml, name), named(records, name), named(csv, name)];
      expect([a.width, a.height]).toEqual([b.width, b.height]);
      expect([c.width, c.height]).toEqual([b.width, b.height]);
      expect(a.annotations.length).toBe(c.annotations.length);
      const near = (one: Annotation, other: Annotation) =>
        (["x", "y", "width", "height"] as const).every((key) => Math.abs(one.box![key] - other.box![key]) <= 10);
      // COCO has no boxes of lines
      const boxes = c.annotations.filter(({ box }) => box);
      for (const one of boxes) expect(a.annotations.some((other) => other.box && near(one, other))).toBe(true);
    }
  });
});

describe("Instill", () => {
  sharedTest("the inputs of all draw tasks are read", async () => {
    const dataset = await instill.read(tree("instill"));
    const { scenes, annotations } = await all(dataset);
    // the schema of the tasks is no document
    expect(dataset.problems!.map(({ path }) => path)).toEqual(["tasks.schema.json"]);
    expect(scenes.length).toBe(10);
    expect(scenes.every(({ error }) => error === undefined)).toBe(true);
    const count = (test: (annotation: Annotation) => unknown) => annotations.filter(test).length;
    expect(count(({ keypoints }) => keypoints?.points.length === 17)).toBe(13);
    expect(count(({ text }) => text !== undefined)).toBe(74);
    expect(count(({ segmentation, box }) => segmentation && box)).toBe(46);
    expect(count(({ segmentation, box }) => segmentation && !box)).toBe(12);
    expect(
      count(({ box, keypoints, text, segmentation }) => box && !keypoints && text === undefined && !segmentation),
    ).toBe(29);
    expect(scenes.find(({ fileName }) => fileName === "cls-dog")).toMatchObject({
      width: 640,
      height: 512,
      classifications: [{ category: "golden retriever", score: 0.898938 }],
    });
  });

  sharedTest("what is written is read again", async () => {
    const images = new MemoryFiles();
    const source = await all(await instill.read(tree("instill")));
    const scenes = source.scenes.map((scene) => ({ ...scene, fileName: `${scene.fileName}.jpg` }));
    for (const { fileName } of scenes) {
      const { image } = sharedJson(`data/instill/${fileName.replace(".jpg", ".json")}`);
      await images.write(fileName, Buffer.from(image, "base64"));
    }
    const files = new MemoryFiles();
    expect(await instill.write!({ categories: [], scenes }, files)).toEqual([]);
    const back = await all(await instill.read(files, { images, strict: true }));
    for (const scene of scenes) {
      const found = back.scenes.find(({ fileName }) => fileName === scene.fileName);
      expect(differences(scene, found)).toEqual([]);
    }
  });
});

describe("every format takes every real dataset, and says what it does not hold", () => {
  sharedTest("twice the same", { timeout: 120_000 }, async () => {
    // deepdriver and Instill name files anew, VOC has an order of its own, fractions may move in their last digit
    const changing: ReadonlySet<DatasetFormat> = new Set([deepdriverFiles, instill, voc, yolo, labelStudio]);
    for (const [from, path, photos] of [
      [coco, "coco/person_keypoints_mini_open.json", "coco"],
      [via, "via", "multi"],
      [createml, "createml", "multi"],
      [coco, "coco/multi", "multi"],
    ] as const) {
      const images = tree(`photos/${photos}`);
      const source = await from.read(tree(path), { images });
      for (const format of formats) {
        const [first, second] = [new MemoryFiles(), new MemoryFiles()];
        const losses = await format.write!(source, first, { images });
        for (const { what, count, first: place } of losses) {
          expect(what).not.toBe("");
          expect(count).toBeGreaterThan(0);
          expect(place).toMatch(/^(?:scenes|categories|attributes)/);
        }
        if (first.files.size === 0 || format === cocoResults) continue;
        const back = await format.read(first, { images, strict: true });
        await format.write!(back, second, { images });
        // what came back is written as it was: nothing is lost the second time
        if (!changing.has(format))
          for (const [name, bytes] of first.files)
            expect(Buffer.compare(second.files.get(name)!, bytes), `${format.name} ${name}`).toBe(0);
        expect(second.files.size).toBe(first.files.size);
      }
    }
  });
});
