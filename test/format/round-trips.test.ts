import fc from "../support/property.ts";
import { describe, expect, test } from "vitest";
import {
  classificationFolders,
  coco,
  cocoResults,
  comet,
  createml,
  cvat,
  type DatasetFormat,
  datumaro,
  deepdriverFiles,
  formats,
  instill,
  labelme,
  labelStudio,
  limnJsonl,
  lvis,
  MemoryFiles,
  via,
  viaCsv,
  voc,
  wandbFiles,
  yolo,
} from "../../src/format/index.ts";
import type { Annotation, Dataset, Scene } from "../../src/model/scene.ts";
import {
  datasets,
  differences,
  type PartName,
  picturesOf,
  type RandomParts,
  scenesOf,
} from "../support/random-datasets.ts";

const SIDES: PartName[] = ["box", "segmentation", "keypoints", "polyline", "ellipse", "points"];
const ALL: PartName[] = [
  ...SIDES,
  "id",
  "trace",
  "icon",
  "text",
  "quad",
  "group",
  "category",
  "score",
  "scores",
  "color",
  "isOccluded",
  "caption",
  "trackId",
  "isCrowd",
  "area",
  "attributes",
];
const ABOUT: PartName[] = ["category", "score", "attributes"];

/** What each format holds without loss; `said` are losses that must be there all the same. */
const HELD: [name: string, format: DatasetFormat, parts: RandomParts, said?: RegExp][] = [
  [
    "COCO",
    coco,
    {
      about: true,
      parts: [
        "id",
        "box",
        "segmentation",
        "keypoints",
        "caption",
        "trackId",
        "isCrowd",
        "isOccluded",
        "area",
        ...ABOUT,
      ],
      shapes: ["box", "segmentation", "keypoints"],
      always: ["id", "category"],
      scene: ["classifications", "captions", "attributes", "split"],
    },
  ],
  [
    "LVIS",
    lvis,
    {
      about: true,
      parts: ["id", "box", "segmentation", "category", "area"],
      shapes: ["box", "segmentation"],
      always: ["id", "category"],
      scene: ["attributes", "split"],
    },
    /^skeleton$/,
  ],
  ...(["box", "ellipse", "polyline", "points"] as const).flatMap(
    (shape): [string, DatasetFormat, RandomParts, RegExp][] =>
      [via, viaCsv].map((format) => [
        `${format.name} (${shape})`,
        format,
        { parts: [shape, ...ABOUT], always: [shape, "category"], scene: ["attributes"] },
        /^skeleton$|^category without objects$|^ids of categories/,
      ]),
  ),
  [
    "Create ML",
    createml,
    { parts: ["box", "category"], always: ["box", "category"], scene: ["split"] },
    /^skeleton$|^category without objects$|^ids of categories/,
  ],
  [
    "Datumaro",
    datumaro,
    {
      about: true,
      parts: ["id", ...SIDES, "isOccluded", "isCrowd", "trackId", ...ABOUT],
      shapes: SIDES,
      always: ["category"],
      scene: ["classifications", "captions", "attributes", "split"],
    },
    /^category id$/,
  ],
  [
    "W&B",
    wandbFiles,
    { parts: ["box", "caption", ...ABOUT], always: ["box", "category"], scene: ["labelMaps"] },
    /^skeleton$|differently$/,
  ],
  ["W&B (named scores)", wandbFiles, { parts: ["box", "scores"], always: ["box"] }, /^skeleton$/],
  ["W&B (groups)", wandbFiles, { parts: ["box", "group", "category"], always: ["box"], annotations: 1 }, /^skeleton$/],
  [
    "deepdriver",
    deepdriverFiles,
    { parts: ["box", "caption", "group", ...ABOUT], always: ["box", "category", "score"] },
    /^skeleton$|^score "loss"|^category without objects$/,
  ],
  [
    "Instill (detection)",
    instill,
    { parts: ["box", "category", "score"], always: ["box", "category", "score"] },
    /^skeleton$|^category without objects$|^ids of categories/,
  ],
  [
    "Instill (texts)",
    instill,
    { parts: ["box", "text", "score"], always: ["box", "text", "score"] },
    /^skeleton$|^category w|^ids of categories/,
  ],
  [
    "Comet",
    comet,
    { parts: ["box", ...ABOUT], always: ["box", "category"] },
    /^skeleton$|^category without objects$|^ids of categories/,
  ],
  [
    "Comet (layers)",
    comet,
    { parts: ["box", "group", "category"], always: ["box", "group", "category"], annotations: 1 },
    /^skeleton$|^category w|^ids of categories/,
  ],
  [
    "limn",
    limnJsonl,
    { about: true, parts: ALL, scene: ["classifications", "captions", "labelMaps", "attributes", "split"] },
  ],
];

async function throughFormat(format: DatasetFormat, dataset: Dataset) {
  const files = new MemoryFiles();
  const images = picturesOf(dataset);
  const losses = await format.write!(dataset, files, { images });
  const back = await format.read(files, { images, strict: true });
  return { files, images, losses, back, scenes: await scenesOf(back) };
}

/** The scene of a picture; formats with a file for each picture or split have their own order. */
function partner(scene: Scene, scenes: readonly Scene[]): Scene | undefined {
  return scenes.find(({ fileName }) => fileName === scene.fileName);
}

describe("a round trip keeps what the format holds, and says of nothing that it was lost:", () => {
  test.each(HELD)("%s", async (_, format, parts, said) => {
    await fc.assert(
      fc.asyncProperty(datasets(parts), async (dataset) => {
        const { files, images, losses, back, scenes } = await throughFormat(format, dataset);
        expect(losses.filter(({ what }) => !said?.test(what))).toEqual([]);
        const before = dataset.scenes as readonly Scene[];
        for (const scene of before) expect(differences(scene, partner(scene, scenes))).toEqual([]);
        expect(scenes.length).toBe(before.length);
        expect(back.attributes).toEqual(dataset.attributes);
        expect(back.problems ?? []).toEqual([]);
        expect(await format.read(files, { images, strict: true }).then(({ size }) => size)).toBe(before.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe("what did not come back is in the list of losses:", () => {
  // results need the file that they are of; the tools' own formats have tests of their kind in tool-round-trips
  const elsewhere: ReadonlySet<DatasetFormat> = new Set([cocoResults, yolo, voc, cvat, labelme, labelStudio]);
  const here = formats.filter((format) => !elsewhere.has(format));

  test.each(here.map((format) => [format.name, format] as const))("%s", async (_, format) => {
    const few = fc.subarray(ALL, { minLength: 1, maxLength: 4 });
    const scene = fc.subarray(["classifications", "captions", "labelMaps", "attributes", "split"] as const, {
      maxLength: 2,
    });
    const one = fc.tuple(few, scene).chain(([parts, more]) =>
      datasets({
        parts,
        always: parts.filter((part) => part !== "category"),
        scene: more,
        scenes: 1,
        annotations: 1,
      }),
    );
    await fc.assert(
      fc.asyncProperty(one, async (dataset) => {
        const files = new MemoryFiles();
        const images = picturesOf(dataset);
        const losses = await format.write!(dataset, files, { images });
        const [before] = dataset.scenes as readonly Scene[];
        const scenes = files.files.size === 0 ? [] : await scenesOf(await format.read(files, { images, strict: true }));
        const places = losses.map(({ first }) => first);
        const after =
          scenes.length === 1 && format === classificationFolders
            ? { ...scenes[0]!, fileName: before!.fileName }
            : partner(before!, scenes);
        for (const difference of differences(before!, after)) {
          // the object or the picture that it is of
          const place = difference.startsWith("annotations[0]") ? "scenes[0].annotations[0]" : "scenes[0]";
          const whole = (first: string): boolean => place !== "scenes[0]" || !first.includes("annotations[");
          const named = places.some(
            (first) => first.startsWith(place) && (difference === "annotations" || whole(first)),
          );
          expect({ difference, named, places }).toMatchObject({ named: true });
        }
      }),
      { numRuns: 150 },
    );
  });
});

test("what a dataset says about itself stays, or is in the list of losses", async () => {
  const attributes = new Map([["info", { year: 2020 }]]);
  const dataset = { categories: [], scenes: [], attributes };
  for (const format of [coco, lvis, via, createml, datumaro, wandbFiles, deepdriverFiles, instill, comet, limnJsonl]) {
    const files = new MemoryFiles();
    const losses = await format.write!(dataset, files);
    if (losses.length > 0) expect(losses).toMatchObject([{ what: "attributes of the dataset", count: 1 }]);
    else expect((await format.read(files, { strict: true })).attributes).toEqual(attributes);
  }
});

test("written results are read with their ground truth", async () => {
  const parts: RandomParts = { parts: ["box", "category", "score"], always: ["box", "category", "score"], scenes: 2 };
  await fc.assert(
    fc.asyncProperty(datasets(parts), async (random) => {
      const scenes = (random.scenes as readonly Scene[]).map((scene, i) => ({ ...scene, imageId: i + 1 }));
      const dataset = { ...random, scenes };
      const files = new MemoryFiles();
      const bare = scenes.map((scene) => ({ ...scene, annotations: [] }));
      await coco.write!({ ...dataset, scenes: bare }, files);
      const predicted = (annotation: Annotation): Annotation => ({ ...annotation, group: "predictions" });
      const guesses = scenes.map((scene) => ({ ...scene, annotations: scene.annotations.map(predicted) }));
      const losses = await cocoResults.write!({ ...dataset, scenes: guesses }, files);
      if (guesses.every(({ annotations }) => annotations.length === 0)) files.files.delete("results.json");
      const back = await scenesOf(await coco.read(files, { strict: true }));
      expect(guesses.flatMap((scene) => differences(scene, partner(scene, back)))).toEqual([]);
      expect(losses.map(({ what }) => what).filter((what) => !/results refer/.test(what))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test("class folders hold the pictures themselves", async () => {
  const parts: RandomParts = { parts: [], annotations: 0, scene: ["classifications", "split"] };
  await fc.assert(
    fc.asyncProperty(datasets(parts), async (random) => {
      const safe = (random.scenes as readonly Scene[]).map((scene, i) => ({
        ...scene,
        classifications: [{ category: ["cat", "__proto__", "日本"][i % 3]! }],
      }));
      const dataset = { ...random, scenes: safe, categories: [] };
      const images = picturesOf(dataset);
      const files = new MemoryFiles();
      expect(await classificationFolders.write!(dataset, files, { images })).toEqual([]);
      const back = await classificationFolders.read(files, { strict: true });
      const scenes = await scenesOf(back);
      for (const { fileName, width, height, split, classifications } of safe) {
        const name = `${split}/${classifications[0]!.category}/${fileName!.split("/").at(-1)}`;
        const found = scenes.find((scene) => scene.fileName === name);
        expect(found).toMatchObject({ width, height, split, classifications });
        expect(files.files.get(name)).toEqual(images.files.get(fileName!));
      }
      expect(await classificationFolders.detect(files)).toBeGreaterThan(0.5);
    }),
    { numRuns: 20 },
  );
});
