/** Points of Label Studio that belong to a region, where they cannot be placed. */
import { expect, test } from "vitest";
import { labelStudio, MemoryFiles } from "../../src/format/index.ts";

test("a point without coordinates of a picture without a size is a problem, not a crash", async () => {
  const region = { from_name: "a", to_name: "b", original_width: 0, original_height: 0 };
  const task = {
    data: { image: "none.png" },
    annotations: [
      {
        result: [
          {
            ...region,
            id: "r",
            type: "rectanglelabels",
            value: { x: 1, y: 1, width: 9, height: 9, rectanglelabels: ["x"] },
          },
          {
            ...region,
            id: "k",
            type: "keypointlabels",
            parentID: "r",
            value: { x: 2, y: 2, keypointlabels: ["nose"] },
          },
        ],
      },
    ],
  };
  const dataset = await labelStudio.read(new MemoryFiles([["tasks.json", JSON.stringify([task])]]));
  const scenes = [];
  for await (const scene of dataset.scenes) scenes.push(scene);
  expect(scenes.length).toBe(1);
  expect(dataset.problems!.length).toBeGreaterThan(0);
});
