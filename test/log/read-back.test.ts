import { expect, test } from "vitest";
import { MemoryFiles } from "../../src/format/file-tree.ts";
import { wandbFiles } from "../../src/format/wandb-files.ts";
import { init } from "../../src/log/run.ts";
import { Image } from "../../src/media/image.ts";

test("a run is read back as a dataset: pictures, every set of boxes, masks and captions", async () => {
  const pixels = { data: new Uint8Array(16 * 16 * 3).fill(90), shape: [16, 16, 3] };
  const box = (id: number) => ({ position: { minX: 0.25, maxX: 0.5, minY: 0.25, maxY: 0.75 }, class_id: id });
  using run = init({ mode: "memory" });
  const image = new Image(pixels, {
    caption: "one",
    boxes: {
      truth: { box_data: [box(1)], class_labels: { 1: "car" } },
      predictions: { box_data: [box(2)], class_labels: { 2: "bus" } },
    },
    masks: { m: { mask_data: { data: new Uint8Array(256).fill(3), shape: [16, 16] } } },
  });
  await run.log({ image, loss: NaN });
  await run.log({ list: [new Image(pixels, { caption: "two" })] });
  await run.finish();
  const { scenes, problems } = await wandbFiles.read(new MemoryFiles(run.files()));
  const read = [];
  for await (const scene of scenes) read.push(scene);
  expect(problems).toEqual([]);
  const first = read.find(({ caption }) => caption === "one")!;
  expect(first).toMatchObject({ width: 16, height: 16 });
  expect(first.annotations.map(({ group, box: at }) => [group, at])).toEqual([
    ["truth", { x: 4, y: 4, width: 4, height: 8 }],
    ["predictions", { x: 4, y: 4, width: 4, height: 8 }],
  ]);
  expect(first.labelMaps).toHaveLength(1);
});
