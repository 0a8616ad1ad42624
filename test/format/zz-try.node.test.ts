import { test } from "vitest";
import { coco, cocoPanoptic } from "../../src/format/coco-format.ts";
import { MemoryFiles } from "../../src/format/file-tree.ts";
import { folderTree } from "../support/folder-tree.ts";
const D = "/work/shared/data/";
test("x", async () => {
  for (const f of ["coco", "coco/instances_mini_open.json","coco/person_keypoints_mini_open.json", "coco/multi"]) {
    const tree = folderTree(D + f);
    console.log(f, await coco.detect(tree), await cocoPanoptic.detect(tree));
    const ds = await coco.read(tree);
    const scenes = []; for await (const s of ds.scenes) scenes.push(s);
    console.log(ds.splits, ds.size, scenes.length, scenes.reduce((n,s)=>n+s.annotations.length,0), ds.problems?.slice(0,5), ds.problems?.length);
    const out = new MemoryFiles();
    console.log(await coco.write!(ds, out));
    console.log([...out.files].map(([n,b])=>n+" "+b.length));
    if (f==="coco") { const o2 = new MemoryFiles(); console.log(await cocoPanoptic.write!(ds, o2)); console.log([...o2.files].length); }
  }
});
