import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { coco, instill, limnJsonl, limnJsonlSchema, MemoryFiles, via } from "../../src/format/index.ts";
import { folderTree } from "../support/folder-tree.ts";
import { violations } from "../support/json-schema.ts";
import { scenesOf } from "../support/random-datasets.ts";
import { sharedPath, sharedTest } from "../support/shared.ts";

test("the schema that is published is the one that the code has (UPDATE=1 writes it)", () => {
  const path = new URL("../../schema/limn-jsonl.schema.json", import.meta.url);
  const text = `${JSON.stringify(limnJsonlSchema(), null, 2)}\n`;
  if (process.env["UPDATE"]) writeFileSync(path, text);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(text));
});

sharedTest("real datasets come back as they were, and fit the schema", async () => {
  const images = folderTree(sharedPath("data/photos"));
  const sources = [
    await coco.read(folderTree(sharedPath("data/coco/person_keypoints_mini_open.json"))),
    await coco.read(folderTree(sharedPath("data/coco/instances_mini_open.json"))),
    await instill.read(folderTree(sharedPath("data/instill"))),
    await via.read(folderTree(sharedPath("data/via")), { images }),
  ];
  for (const source of sources) {
    const files = new MemoryFiles();
    expect(await limnJsonl.write!(source, files)).toEqual([]);
    const back = await limnJsonl.read(files, { strict: true });
    expect(await scenesOf(back)).toEqual(await scenesOf(source));
    expect(back.categories).toEqual(source.categories);
    const lines = new TextDecoder().decode(files.files.get("dataset.limn.jsonl")).trimEnd().split("\n");
    for (const line of lines) expect(violations(limnJsonlSchema(), JSON.parse(line))).toEqual([]);
  }
});
