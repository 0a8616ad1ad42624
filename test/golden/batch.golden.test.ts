/**
 * A batch gives the same bytes in Node, in a page and in their workers: one list for all of them.
 * `UPDATE=1 npx vitest run --project node test/golden/batch` writes the list anew; look at the pictures before you commit it.
 */
import { expect, test } from "vitest";
import { type BatchJob, renderBatch } from "../../src/batch/index.ts";
import { encodeJpeg } from "../../src/codec/jpeg-encode.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import type { Style } from "../../src/draw/style.ts";
import { workerFile } from "../support/batch-workers.ts";
import { projectBytes, sha256 } from "../support/files.ts";
import { testFrame, testScene } from "../support/scenes.ts";

const LIST = "test/golden/batch.json";
const update = typeof process !== "undefined" && Boolean(process.env?.["UPDATE"]);
const STYLES: readonly Style[] = [
  {},
  { colorBy: "instance", dim: 0.5 },
  { maskHatch: "diagonal", legend: "bottom-right" },
];

function* jobs(): Generator<BatchJob> {
  for (const [i, [width, height]] of (
    [
      [1, 1],
      [64, 48],
      [333, 251],
      [640, 480],
    ] as const
  ).entries())
    for (const style of STYLES) {
      using frame = testFrame(width, height, i + 1, style === STYLES[1]);
      const scene = { ...testScene(width, height, 9, i), caption: "a caption" };
      const encode = style === STYLES[1] ? encodePng : encodeJpeg;
      yield { scene, style, image: new Blob([encode(frame) as Uint8Array<ArrayBuffer>]) };
    }
}

async function hashes(type: "png" | "jpg", concurrency: number): Promise<string[]> {
  const list: string[] = [];
  for await (const { picture, error } of renderBatch(jobs(), {
    output: { as: "bytes", type },
    concurrency,
    workerFile,
  }))
    list.push(picture ? await sha256(picture.encoded!) : String(error));
  return list;
}

test("the bytes of a batch are those of the list, by this thread and by workers", async () => {
  const expected = update
    ? { png: await hashes("png", 1), jpg: await hashes("jpg", 1) }
    : (JSON.parse(new TextDecoder().decode(await projectBytes(LIST))) as Record<"png" | "jpg", string[]>);
  if (update) (await import("node:fs")).writeFileSync(LIST, `${JSON.stringify(expected, null, 2)}\n`);
  for (const hash of [...expected.png, ...expected.jpg]) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  for (const type of ["png", "jpg"] as const)
    for (const concurrency of [1, 2])
      expect([type, concurrency, ...(await hashes(type, concurrency))]).toEqual([type, concurrency, ...expected[type]]);
});
