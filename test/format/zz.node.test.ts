import { test } from "vitest";
import { yolo } from "../../src/format/index.ts";
import { MemoryFiles } from "../../src/format/file-tree.ts";
import { folderTree } from "../support/folder-tree.ts";
const D = "/work/shared/data/";
test.each([["yolo/coco128","photos/coco"],["yolo/bus"],["yolo/multi","photos/multi"],["yolo/multi"],["yolo/coco128/labels_seg","photos/coco"]])("%s", async (a, b) => {
  const tree = folderTree(D + a);
  console.log(a, await yolo.detect(tree));
  const d = await yolo.read(tree, { images: b ? folderTree(D + b) : undefined });
  const scenes = [];
  for await (const s of d.scenes) scenes.push(s);
  console.log(d.categories.length, d.splits, d.size, scenes.length, scenes.map(s => s.annotations.length).reduce((a,b)=>a+b,0), JSON.stringify(scenes[0]).slice(0,400), d.problems?.slice(0,6));
  const out = new MemoryFiles();
  console.log(await yolo.write!(d, out));
  console.log([...out.files.keys()].slice(0,4), new TextDecoder().decode(out.files.get("data.yaml")).slice(0,200));
});
