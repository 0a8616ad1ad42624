import { expect, test } from "vitest";
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
});
