/** Large COCO files: the index gives the scenes that reading the whole gives. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { indexCoco } from "../../src/format/coco-index.ts";
import { readCoco } from "../../src/format/coco.ts";
import type { Scene } from "../../src/model/scene.ts";
import { OpenFile } from "../../src/platform/node-folder.ts";
import { temporaryFolder } from "../support/cli.ts";
import { writeLargeCoco } from "../support/large-coco.ts";
import { sharedBytes, sharedTest } from "../support/shared.ts";

const partsOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
});
const none = async (): Promise<Uint8Array> => Promise.reject(new Error("no masks here"));

async function indexed(text: string | Uint8Array, window?: number): Promise<{ scenes: Scene[]; problems: object }> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const index = await indexCoco(partsOf(bytes), "x.json", { window });
  const scenes: Scene[] = [];
  for await (const scene of index!.scenes(none)) scenes.push(scene);
  return { scenes, problems: index!.problems.list };
}

describe("the scenes are those of the whole file, for every size of the window", () => {
  const tricky = JSON.stringify(
    {
      annotations: [
        { id: 1, image_id: 7, category_id: 2, bbox: [1, 2, 3, 4], note: 'image_id": 9, {[' },
        { id: 2, image_id: "7", category_id: 2, bbox: [0, 0, 1, 1], attributes: { image_id: 3 } },
        { image_id: "pic \\ \u00e9", id: 3, category_id: 2, segmentation: [[0, 0, 4, 0, 4, 4]] },
      ],
      categories: [{ id: 2, name: 'a ] " }' }],
      info: { year: 2024, "}": "\\" },
      images: [
        { width: 8, height: 8, id: 7, file_name: "a.png" },
        { file_name: "b.png", id: "pic \\ \u00e9", width: 8, height: 8 },
        { id: 9, width: 8, height: 8, file_name: "c.png", license: null },
      ],
      licenses: [],
    },
    undefined,
    1,
  );
  test.for([8, 16, 17, 31, 64, 100, 257, 4096])("%d bytes", async (window, { expect }) => {
    const { scenes, problems } = await indexed(tricky, window);
    const whole = readCoco(tricky);
    expect(scenes).toEqual([...whole.scenes]);
    expect(problems).toEqual([]);
  });

  sharedTest.for(["instances_mini_open", "person_keypoints_mini_open", "captions_mini_open"])(
    "%s",
    async (name, { expect }) => {
      const bytes = sharedBytes(`data/coco/${name}.json`);
      const { scenes } = await indexed(bytes, 1000);
      expect(scenes).toEqual([...readCoco(bytes).scenes]);
    },
  );
});

test("problems carry the position in the file", async () => {
  const text = JSON.stringify({
    images: [
      { id: 1, width: 8, height: 8, file_name: "a" },
      { id: 1, width: 8, height: 8, file_name: "b" },
      { id: 2, width: 8, height: 8, file_name: "c" },
    ],
    annotations: [
      { id: 1, image_id: 5, bbox: [0, 0, 1, 1] },
      { id: 2, image_id: 2, bbox: [0, 0, "x", 1], category_id: 1 },
    ],
  });
  const { problems } = await indexed(text);
  expect(problems).toMatchObject([
    { path: "x.json.images[1].id" },
    { path: "x.json.annotations[0].image_id" },
    { path: expect.stringMatching(/^x\.json\.annotations\[1\]/) },
    ...((problems as object[]).length > 3 ? (problems as object[]).slice(3) : []),
  ]);
});

test("every text that is cut or broken is an error, never a hang", async () => {
  const text =
    '{"images": [{"id": 1, "width": 8, "height": 8}], "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4]}]}';
  const outcome = async (broken: string): Promise<unknown> =>
    indexCoco(partsOf(new TextEncoder().encode(broken)), "x", { window: 32 }).then(
      () => "read",
      (error: unknown) => error,
    );
  for (let length = 0; length < text.length; length++)
    expect([length, await outcome(text.slice(0, length))]).toEqual([length, expect.any(ImageError)]);
  for (const broken of [
    "[]",
    "{]",
    '{"a"}',
    '{"images": [}',
    '{"images": [,]}',
    '{"images": 1 2}',
    "{1: 2}",
    '{"a": }',
  ])
    expect([broken, await outcome(broken)]).toEqual([broken, expect.any(ImageError)]);
});

test("a file of 30 MB is indexed in less time than it takes to parse", async () => {
  const path = join(temporaryFolder(), "large.json");
  const count = writeLargeCoco(path, 30e6, 2000);
  const best = { parse: Infinity, index: Infinity };
  let found = 0;
  for (let round = 0; round < 3; round++) {
    let start = performance.now();
    JSON.parse(readFileSync(path, "utf8"));
    best.parse = Math.min(best.parse, performance.now() - start);
    start = performance.now();
    const index = (await indexCoco(new OpenFile(path), "large.json"))!;
    best.index = Math.min(best.index, performance.now() - start);
    if (round > 0) continue;
    for await (const { annotations } of index.scenes(none)) found += annotations.length;
  }
  expect(found).toBe(count);
  expect(statSync(path).size).toBeGreaterThan(30e6);
  expect(best.index).toBeLessThan(best.parse);
}, 60_000);
