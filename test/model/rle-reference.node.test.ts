/** Real masks against the results of cocoapi's own C code. */
import { describe, expect } from "vitest";
import type { Rle } from "../../src/core/masks.ts";
import * as rle from "../../src/model/rle.ts";
import { sharedJson, sharedTest } from "../support/shared.ts";

interface Reference {
  id?: number;
  index?: number;
  kind?: string;
  size: [number, number];
  area: number;
  bbox: number[];
  runs: number;
  counts?: string;
  first_runs?: number[];
  last_run?: number;
}

type Source = number[][] | { size: [number, number]; counts: string | number[] };

/** Ground truth and results with the table of what cocoapi makes of them. */
const SETS: [reference: string, source: string, masks: number][] = [
  ["instances_coco128_open", "coco/instances_coco128_open.json", 246],
  ["instances_mini_open", "coco/instances_mini_open.json", 255],
  ["multi_instances_default", "coco/multi/instances_default.json", 5],
  ["fakesegm100", "coco/results/instances_val2014_fakesegm100_results.json", 734],
  ["panopticapi", "coco/panopticapi/panoptic_coco_detection_format.json", 50],
];

describe("masks of real data sets", () => {
  sharedTest.each(SETS)("of %s have cocoapi's area, box, runs and string", (name, path, masks) => {
    const references = sharedJson(`data/coco/reference/${name}.masks.json`) as Reference[];
    expect(references.length).toBe(masks);
    const file = sharedJson(`data/${path}`);
    const annotations = (Array.isArray(file) ? file : file.annotations) as { id: number; segmentation: Source }[];
    const byId = new Map(annotations.map((annotation) => [annotation.id, annotation]));
    for (const reference of references) {
      const { segmentation } = reference.id === undefined ? annotations[reference.index!]! : byId.get(reference.id)!;
      const mask: Rle = Array.isArray(segmentation)
        ? rle.fromPolygons(segmentation, reference.size[0], reference.size[1])
        : segmentation;
      expect(mask.size).toEqual(reference.size);
      expect(rle.area(mask)).toBe(reference.area);
      expect(rle.toBbox(mask)).toEqual(reference.bbox);
      const text = rle.merge([mask]).counts;
      if (reference.counts !== undefined) expect(text).toBe(reference.counts);
      if (typeof mask.counts === "string") expect(text).toBe(mask.counts);
      const runs = rle.merge([mask], { compressed: false }).counts;
      expect(runs.length).toBe(reference.runs);
      if (reference.first_runs) expect(runs.slice(0, reference.first_runs.length)).toEqual(reference.first_runs);
      if (reference.last_run !== undefined) expect(runs.at(-1)).toBe(reference.last_run);
      // from pixels and back
      const dense = rle.decode(mask);
      expect(dense.data.reduce((sum, value) => sum + value, 0)).toBe(reference.area);
      expect(rle.encode(dense).counts).toBe(text);
    }
  });
});
