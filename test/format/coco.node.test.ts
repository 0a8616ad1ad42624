import { describe, expect } from "vitest";
import { COCO_PERSON, readCoco, readDataset } from "../../src/format/index.ts";
import type { Annotation, Dataset, Scene } from "../../src/model/scene.ts";
import { sharedBytes, sharedJson, sharedTest } from "../support/shared.ts";

const scenesOf = (dataset: Dataset): Scene[] => [...(dataset.scenes as Iterable<Scene>)];
const annotationsOf = (dataset: Dataset): Annotation[] => scenesOf(dataset).flatMap(({ annotations }) => annotations);
const kinds = (annotations: Annotation[]) => {
  const masks = annotations.map(({ segmentation }) => segmentation);
  const polygons = masks.flatMap((mask) => (mask?.kind === "polygon" ? mask.parts : []));
  return {
    polygons: masks.filter((mask) => mask?.kind === "polygon").length,
    parts: polygons.length,
    points: polygons.reduce((sum, { outline }) => sum + outline.length / 2, 0),
    lists: masks.filter((mask) => mask?.kind === "rle" && typeof mask.rle.counts !== "string").length,
    strings: masks.filter((mask) => mask?.kind === "rle" && typeof mask.rle.counts === "string").length,
    crowds: annotations.filter(({ isCrowd }) => isCrowd).length,
  };
};

describe("real COCO files", () => {
  sharedTest("instances: counts of pictures, polygons, parts, points and crowds are those of the data", () => {
    const coco128 = readCoco(sharedBytes("data/coco/instances_coco128_open.json"));
    const annotations = annotationsOf(coco128);
    expect(coco128.problems).toEqual([]);
    expect([coco128.size, annotations.length, coco128.categories.length]).toEqual([33, 246, 80]);
    expect(kinds(annotations)).toEqual({ polygons: 243, parts: 274, points: 5794, lists: 3, strings: 0, crowds: 3 });
    expect(new Set(annotations.map(({ category }) => category)).size).toBe(44);
    expect(scenesOf(coco128).find(({ imageId }) => imageId === 508)?.annotations).toEqual([]);

    const mini = readCoco(sharedBytes("data/coco/instances_mini_open.json"));
    expect(mini.problems).toEqual([]);
    expect([mini.size, annotationsOf(mini).length]).toEqual([15, 255]);
    expect(kinds(annotationsOf(mini))).toMatchObject({ polygons: 248, parts: 283, points: 5160, lists: 7 });
  });

  sharedTest("keypoints: every labelled point is there, and the skeleton counts from 0", () => {
    const dataset = readCoco(sharedJson("data/coco/person_keypoints_mini_open.json"));
    const poses = annotationsOf(dataset).map(({ keypoints }) => keypoints?.points ?? []);
    const labelled = poses.map((points) => points.filter(({ visibility = 2 }) => visibility > 0).length);
    expect(dataset.problems).toEqual([]);
    expect(poses.length).toBe(83);
    expect(labelled.filter((count) => count > 0).length).toBe(38);
    expect(labelled.reduce((sum, count) => sum + count, 0)).toBe(380);
    expect(dataset.categories[0]?.skeleton).toEqual(COCO_PERSON);
  });

  sharedTest("captions: five for each picture, the first of them under it", () => {
    const scenes = scenesOf(readCoco(sharedJson("data/coco/captions_mini_open.json")));
    expect(scenes.map(({ captions }) => captions?.length)).toEqual(Array(15).fill(5));
    expect(scenes.every(({ caption, captions }) => caption === captions?.[0])).toBe(true);
    expect(scenes.flatMap(({ annotations }) => annotations)).toEqual([]);
  });

  sharedTest("the export of another tool: box-only objects stay, its attributes too", () => {
    const dataset = readDataset(sharedBytes("data/coco/multi/instances_default.json"));
    const annotations = annotationsOf(dataset);
    expect(dataset.problems).toEqual([]);
    expect(annotations.length).toBe(23);
    expect(kinds(annotations)).toMatchObject({ polygons: 3, lists: 2 });
    expect(annotations.filter(({ segmentation }) => segmentation === undefined).length).toBe(18);
    expect(annotations[0]?.attributes).toEqual(new Map([["occluded", false]]));
  });

  sharedTest("results: masks, boxes and poses land on the pictures of the ground truth", () => {
    const truths = ["instances_coco128_open", "instances_mini_open"].map((name) =>
      sharedJson(`data/coco/${name}.json`),
    );
    const groundTruth = { images: truths.flatMap(({ images }) => images), categories: truths[0].categories };
    const read = (name: string) => readCoco(sharedBytes(`data/coco/results/${name}_results.json`), { groundTruth });
    const masks = annotationsOf(read("instances_val2014_fakesegm100"));
    expect(kinds(masks)).toMatchObject({ strings: 86, polygons: 0 });
    expect(masks.every(({ score, category, group }) => score! > 0 && category && group === "predictions")).toBe(true);
    const boxes = read("instances_val2014_fakebbox100");
    expect(annotationsOf(boxes).filter(({ box }) => box).length).toBe(86);
    expect(scenesOf(boxes).filter(({ annotations }) => annotations.length > 0).length).toBe(11);
    expect(boxes.problems?.[0]?.message).toBe("no image has the id 42; its annotations are left out");
    const poses = annotationsOf(read("person_keypoints_val2014_fakekeypoints100"));
    expect(poses.length).toBe(11);
    expect(poses.every(({ keypoints }) => keypoints?.skeleton === COCO_PERSON)).toBe(true);
  });

  sharedTest("mask results without a ground truth take the sizes from their masks", () => {
    const dataset = readCoco(sharedBytes("data/coco/results/instances_val2014_fakesegm100_results.json"));
    expect(dataset.problems).toEqual([]);
    expect(annotationsOf(dataset).length).toBe(734);
    expect(scenesOf(dataset)[0]).toMatchObject({ width: 640, height: 478, imageId: 42, error: undefined });
  });

  sharedTest("panoptic: the runs of every segment have the area that its record states", () => {
    const dataset = readCoco(sharedBytes("data/coco/panoptic_coco128_open.json"), {
      readMask: (name) => sharedBytes(`data/coco/panoptic_png/${name}`),
    });
    const scenes = scenesOf(dataset);
    const annotations = scenes.flatMap((scene) => scene.annotations);
    expect([scenes.length, annotations.length, dataset.problems]).toEqual([26, 285, []]);
    expect(scenes.every(({ error }) => error === undefined)).toBe(true);
    for (const { segmentation, area } of annotations) {
      if (segmentation?.kind !== "rle") throw new Error("no mask");
      const counts = Array.from(segmentation.rle.counts as number[]);
      expect(counts.filter((_, i) => i % 2 === 1).reduce((sum, run) => sum + run, 0)).toBe(area);
    }
  });

  sharedTest("panoptic: runs equal the compressed strings of the same masks", async () => {
    const read = (name: string) => sharedBytes(`data/coco/panopticapi/${name}`);
    const fromPng = readCoco(read("panoptic_examples.json"), {
      readMask: (name) => read(`panoptic_examples/${name}`),
    });
    const strings = readCoco(read("panoptic_coco_detection_format.json"));
    const runs = (annotations: Annotation[]) =>
      annotations.map(({ segmentation, categoryId, area }) => {
        const counts = segmentation?.kind === "rle" ? segmentation.rle.counts : [];
        const list = typeof counts === "string" ? slowRuns(counts) : Array.from(counts);
        return `${categoryId} ${area} ${list.join(" ")}`;
      });
    expect(runs(annotationsOf(strings)).sort()).toEqual(runs(annotationsOf(fromPng)).sort());
    expect(annotationsOf(fromPng).length).toBe(50);
  });
});

/** COCO's compressed runs, read bit by bit. */
function slowRuns(text: string): number[] {
  const runs: number[] = [];
  let bits: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0) - 48;
    bits.push(...[0, 1, 2, 3, 4].map((bit) => (code >> bit) & 1));
    if (code & 32) continue;
    const value = bits.reduce((sum, bit, i) => sum + bit * 2 ** i, 0) - (bits.at(-1) ? 2 ** bits.length : 0);
    runs.push(value + (runs.length > 2 ? runs[runs.length - 2]! : 0));
    bits = [];
  }
  return runs;
}
