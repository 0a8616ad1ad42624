import { expect, test } from "vitest";
import { encodePng } from "../src/codec/png-encode.ts";
import { MemoryFiles } from "../src/format/file-tree.ts";
import { openZip } from "../src/format/zip-read.ts";
import { projectBytes } from "./support/files.ts";

test("the single file for script tags works by itself", async () => {
  const bytes = await projectBytes("dist/limn.min.js");
  const url =
    typeof process !== "undefined" && process.versions?.node
      ? `data:text/javascript;base64,${Buffer.from(bytes).toString("base64")}`
      : URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "text/javascript" }));
  const limn = (await import(/* @vite-ignore */ url)) as typeof import("../src/index.ts");
  const frame = limn.Frame.create(64, 48, { fill: 0x336699 });
  limn.render(frame, {
    width: 64,
    height: 48,
    annotations: [{ box: { x: 4, y: 9, width: 30, height: 20 }, category: "a" }],
  });
  const back = limn.decodePng(limn.encodePng(frame));
  expect(back.toRgba()).toEqual(frame.toRgba());

  // fflate is run on first use there: what it makes is the same
  const pixels = { data: frame.toRgba(), shape: [48, 64, 4] };
  expect(limn.encodePng(pixels, { level: "small" })).toEqual(encodePng(pixels, { level: "small" }));
  const run = limn.init({ mode: "memory" });
  await run.log({ loss: 1 });
  await run.finish();
  expect([...run.toZip().subarray(0, 4)]).toEqual([0x50, 0x4b, 3, 4]);
  const files = new MemoryFiles([...run.files()]);
  const zipped = await openZip(run.toZip());
  expect(await zipped.list()).toEqual(await files.list());
  for (const name of await files.list()) expect(await zipped.read(name)).toEqual(await files.read(name));
});
