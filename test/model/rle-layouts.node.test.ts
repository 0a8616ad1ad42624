/** Runs as real tools wrote them. */
import { describe, expect } from "vitest";
import { MaskSet, type Segmentation } from "../../src/core/masks.ts";
import * as rle from "../../src/model/rle.ts";
import { place, toDense } from "../reference/rle.ts";
import { sharedBytes, sharedJson, sharedTest } from "../support/shared.ts";

interface InstillObject {
  rle: string;
  "bounding-box"?: { left: number; top: number; width: number; height: number };
}

describe("real run-length texts", () => {
  sharedTest("of Instill fill their boxes, one of which is a pixel too wide for its photo", () => {
    // sizes of the photos inside the files
    const files: [name: string, size: [height: number, width: number], masks: number][] = [
      ["inst-seg-coco-1", [0, 0], 0],
      ["inst-seg-coco-2", [0, 0], 0],
      ["inst-seg-stomata", [0, 0], 0],
      ["sem-seg-cityscape", [1024, 2048], 12],
    ];
    let count = 0;
    let clipped = 0;
    for (const [name, stated] of files) {
      const file = sharedJson(`data/instill/${name}.json`) as { objects?: InstillObject[]; stuffs?: InstillObject[] };
      const objects = file.objects ?? file.stuffs ?? [];
      const boxes = objects.map((object) => object["bounding-box"]);
      const size: [number, number] =
        stated[0] > 0
          ? stated
          : [
              Math.max(...boxes.map((box) => box!.top + box!.height)),
              // one less than the widest box reaches: that one is cut off
              Math.max(...boxes.map((box) => box!.left + box!.width)) - 1,
            ];
      objects.forEach((object, i) => {
        const box = boxes[i];
        const text = object.rle;
        const options = { layout: "instill", size, compressed: false } as const;
        const own = box ? ([box.height, box.width] as const) : size;
        const dense = toDense(text.split(",").map(Number), own[0], own[1]);
        const expected = box ? place(dense, own[0], own[1], box.left, box.top, size[0], size[1]) : dense;
        const parsed = rle.parse(text, box ? { ...options, box: [box.left, box.top, box.width, box.height] } : options);
        expect(Buffer.compare(rle.decode(parsed).data, expected)).toBe(0);
        if (box && box.left + box.width > size[1]) clipped++;
        if (!box) expect(rle.format(parsed, { layout: "instill" })).toBe(text);
        count++;
      });
    }
    expect(count).toBe(58);
    expect(clipped).toBeGreaterThan(0);
  });

  sharedTest(
    "of CVAT read and write the same 245 crops, alone and as a set",
    () => {
      const xml = new TextDecoder().decode(sharedBytes("data/cvat/urban/annotations.xml"));
      let count = 0;
      for (const [, width, height, body] of xml.matchAll(
        /<image [^>]*width="(\d+)" height="(\d+)"[^>]*>(.*?)<\/image>/gs,
      )) {
        const size = [Number(height), Number(width)] as const;
        const sources: Segmentation[] = [];
        const areas: number[] = [];
        for (const [tag] of body!.matchAll(/<mask [^>]*>/g)) {
          const value = (name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(tag)![1]!;
          const box = ["left", "top", "width", "height"].map((name) => Number(value(name))) as [
            number,
            number,
            number,
            number,
          ];
          const parsed = rle.parse(value("rle"), { layout: "cvat", size, box });
          // six of the nineteen that end in foreground carry a run of 0 behind it
          expect(rle.format(parsed, { layout: "cvat", box })).toBe(value("rle").replace(/, 0$/, ""));
          const counts = value("rle").split(",").map(Number);
          const area = counts.reduce((sum, run, i) => sum + (i % 2 === 1 ? run : 0), 0);
          expect(rle.area(parsed)).toBe(area);
          areas.push(area);
          const [left, top, w, h] = box;
          sources.push({ kind: "rle", order: "row", rle: { size: [h, w], counts }, left, top });
          if (count++ === 0) {
            // rows are the columns of the mask turned over its diagonal
            const turned = toDense(counts, w, h);
            const crop = turned.map((_, i) => turned[(i % w) * h + Math.floor(i / w)]!);
            const expected = place(crop, h, w, left, top, size[0], size[1]);
            expect(Buffer.compare(rle.decode(parsed).data, expected)).toBe(0);
          }
        }
        const set = MaskSet.from(sources, size[1], size[0]);
        expect(Array.from(set.areas)).toEqual(areas);
        set.free();
      }
      expect(count).toBe(245);
    },
    120_000,
  );

  sharedTest("of Label Studio lie on the polygons that the same model gave", () => {
    interface Result {
      original_width: number;
      original_height: number;
      value: { rle?: number[]; points?: [number, number][]; brushlabels?: string[]; polygonlabels?: string[] };
    }
    const results = (name: string): Result[] =>
      (sharedJson(`data/labelstudio/${name}.json`) as { result: Result[] }[])[0]!.result;
    const brushes = results("test_brush_labels").filter(({ value }) => value.rle);
    const polygons = results("test_polygon_labels").filter(({ value }) => value.points);
    expect(brushes.length).toBe(3);
    for (const { value, original_height: height, original_width: width } of brushes) {
      const mask = rle.parse(value.rle!, { layout: "label-studio", size: [height, width] });
      const shapes = polygons.map(({ value: { points } }) =>
        rle.fromPolygons([points!.flatMap(([x, y]) => [(x * width) / 100, (y * height) / 100])], height, width),
      );
      const best = Math.max(...rle.iou([mask], shapes));
      expect(best).toBeGreaterThan(0.9);
      const bytes = rle.format(mask, { layout: "label-studio" });
      expect(rle.parse(bytes, { layout: "label-studio", size: [height, width] })).toEqual(mask);
    }
  });
});
