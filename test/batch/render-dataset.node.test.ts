import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type RenderProgress, renderDataset, renderJob } from "../../src/batch/index.ts";
import { core } from "../../src/core/wasm.ts";
import { ImageError } from "../../src/errors.ts";
import { readCoco } from "../../src/format/index.ts";
import { filesBelow, temporaryFolder } from "../support/cli.ts";
import { cocoOf, writePicture } from "../support/dataset-files.ts";

/** A folder of pictures, a folder for the drawn ones, and the dataset that names these files. */
function workspace(names: readonly string[], make: readonly string[] = names) {
  const folder = temporaryFolder();
  const [images, out] = [join(folder, "photos"), join(folder, "drawn")];
  mkdirSync(images);
  for (const name of make) writePicture(images, name);
  return { folder, images, out, dataset: readCoco(cocoOf(names)) };
}

test("each picture is drawn and written below the folder, with its sub-folder", async () => {
  const { images, out, dataset } = workspace(["a/1.png", "b/1.png", "1.png"]);
  const summary = await renderDataset(dataset, { images, out });
  expect(filesBelow(out)).toEqual(["1.png", "a/1.png", "b/1.png"]);
  expect(summary).toMatchObject({ done: 3, failures: [], pixels: 3 * 16 * 12 });
  expect(summary.bytes).toBe(filesBelow(out).reduce((sum, name) => sum + readFileSync(join(out, name)).length, 0));
  expect(Object.keys(summary.times)).toEqual(["read", "decode", "draw", "encode", "write"]);
  expect(Object.values(summary.times).every((time) => time > 0)).toBe(true);
  const { decode, draw, encode } = summary.times;
  expect(decode + draw + encode).toBeLessThanOrEqual(summary.elapsed);
});

test("a picture that fails becomes a result with its error, and the others go on", async () => {
  const { images, out, dataset } = workspace(
    ["1.png", "gone.png", "text.png", "large.png", "5.png"],
    ["1.png", "5.png"],
  );
  writeFileSync(join(images, "text.png"), "no picture");
  writePicture(images, "large.png", { width: 17 });
  const seen: RenderProgress[] = [];
  const summary = await renderDataset(dataset, { images, out, onProgress: (progress) => seen.push(progress) });
  expect(filesBelow(out)).toEqual(["1.png", "5.png"]);
  expect(summary.done).toBe(2);
  expect(summary.failures.map(({ index, fileName, error }) => [index, fileName, error?.code])).toEqual([
    [1, "gone.png", "IO"],
    [2, "text.png", expect.stringMatching(/^(DECODE|UNSUPPORTED)$/)],
    [3, "large.png", expect.stringMatching(/^(DECODE|ARGUMENT)$/)],
  ]);
  expect(seen.map(({ done, failed, total }) => [done, failed, total])).toEqual([
    [1, 0, 5],
    [1, 1, 5],
    [1, 2, 5],
    [1, 3, 5],
    [2, 3, 5],
  ]);
});

test("no file name leads out of the image folder", async () => {
  const names = [
    "../secret.png",
    "/etc/hostname",
    "link.png",
    "folder/secret.png",
    "inner.png",
    "a\0b.png",
    "sub",
    "pipe.png",
  ];
  const { folder, images, out, dataset } = workspace(names, []);
  writePicture(folder, "secret.png");
  writePicture(images, "real/inner.png");
  mkdirSync(join(images, "sub"));
  symlinkSync(join(folder, "secret.png"), join(images, "link.png"));
  symlinkSync(folder, join(images, "folder"));
  symlinkSync(join(images, "real/inner.png"), join(images, "inner.png"));
  execFileSync("mkfifo", [join(images, "pipe.png")]);
  const { done, failures } = await renderDataset(dataset, { images, out });
  expect(done).toBe(1);
  expect(filesBelow(out)).toEqual(["inner.png"]);
  expect(failures.map(({ error }) => error?.code)).toEqual([
    ...Array<string>(5).fill("ARGUMENT"),
    ...Array<string>(2).fill("IO"),
  ]);
  expect(failures[2]?.error?.message).toContain("a link out of it");
});

test("the image folder itself may be a link", async () => {
  const { folder, images, out, dataset } = workspace(["1.png"]);
  symlinkSync(images, join(folder, "linked"));
  expect((await renderDataset(dataset, { images: join(folder, "linked"), out })).done).toBe(1);
});

test("the drawn pictures cannot go to the folder of the pictures, by whatever path", async () => {
  const { folder, images, dataset } = workspace(["1.png"]);
  symlinkSync(images, join(folder, "same"));
  const before = readFileSync(join(images, "1.png"));
  await expect(renderDataset(dataset, { images, out: join(folder, "same") })).rejects.toThrow(/another folder/);
  expect(readFileSync(join(images, "1.png")).equals(before)).toBe(true);
});

test("missing folders are errors before anything is written", async () => {
  const { folder, images, out, dataset } = workspace(["1.png"]);
  await expect(renderDataset(dataset, { images: join(folder, "none"), out })).rejects.toMatchObject({ code: "IO" });
  expect(existsSync(out)).toBe(false);
  await expect(renderDataset(dataset, { images, out: join(images, "1.png") })).rejects.toMatchObject({ code: "IO" });
});

test("a scene's own error is the error of its job", async () => {
  const { images, out } = workspace(["1.png"]);
  const dataset = readCoco({
    images: [
      { id: 1, file_name: "1.png", width: 0, height: 9 },
      { id: 2, width: 9, height: 9 },
    ],
    annotations: [],
  });
  const { failures } = await renderDataset(dataset, { images, out });
  expect(failures.map(({ error }) => error?.path ?? error?.message)).toEqual([
    "images[0]",
    "expected the picture, or the name of its file, got none",
  ]);
});

test("a limit stops after so many pictures", async () => {
  const { images, out, dataset } = workspace(["1.png", "2.png", "3.png"]);
  const totals: unknown[] = [];
  const options = { images, out, limit: 2, onProgress: ({ total }: RenderProgress) => totals.push(total) };
  expect((await renderDataset(dataset, options)).done).toBe(2);
  expect(totals).toEqual([2, 2]);
  expect(filesBelow(out)).toEqual(["1.png", "2.png"]);
});

test("an abort rejects with its reason, and what was told as drawn is what is there, whole", async () => {
  const { images, out, dataset } = workspace(Array.from({ length: 30 }, (_, i) => `${i}.png`));
  const stop = new AbortController();
  const reason = new Error("enough");
  const drawn: string[] = [];
  const onProgress = ({ done, outcome }: RenderProgress) => {
    drawn.push(outcome.fileName!);
    if (done === 2) stop.abort(reason);
  };
  await expect(renderDataset(dataset, { images, out, signal: stop.signal, onProgress })).rejects.toBe(reason);
  expect(drawn.length).toBeGreaterThanOrEqual(2);
  expect(drawn.length).toBeLessThan(6);
  expect(filesBelow(out)).toEqual([...drawn].sort());
  const size = readFileSync(join(out, drawn[0]!)).length;
  expect(drawn.every((name) => readFileSync(join(out, name)).length === size)).toBe(true);
  await expect(renderDataset(dataset, { images, out, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("an abort after the last picture changes nothing", async () => {
  const { images, out, dataset } = workspace(["1.png", "2.png"]);
  const stop = new AbortController();
  const onProgress = ({ done }: RenderProgress) => void (done === 2 && stop.abort());
  expect((await renderDataset(dataset, { images, out, signal: stop.signal, onProgress })).done).toBe(2);
});

test("an error of the caller's onProgress or of the scenes ends the run, with whole files only", async () => {
  const { images, out, dataset } = workspace(["1.png", "2.png", "3.png", "4.png", "5.png"]);
  const mistake = new Error("mine");
  const onProgress = () => {
    throw mistake;
  };
  await expect(renderDataset(dataset, { images, out, onProgress })).rejects.toBe(mistake);
  async function* scenes() {
    yield* dataset.scenes;
    throw mistake;
  }
  await expect(renderDataset({ categories: [], scenes: scenes() }, { images, out })).rejects.toBe(mistake);
  expect(filesBelow(out)).toEqual(["1.png", "2.png", "3.png", "4.png", "5.png"]);
});

test("a write that fails leaves nothing behind", async () => {
  const { images, out, dataset } = workspace(["1.png"]);
  mkdirSync(join(out, "1.png"), { recursive: true });
  const { failures } = await renderDataset(dataset, { images, out });
  expect(failures[0]?.error).toMatchObject({ code: "IO" });
  expect(filesBelow(out)).toEqual([]);
});

test("a second run writes the same bytes over the first", async () => {
  const { images, out, dataset } = workspace(["1.png"]);
  await renderDataset(dataset, { images, out });
  const first = readFileSync(join(out, "1.png"));
  await renderDataset(dataset, { images, out });
  expect(readFileSync(join(out, "1.png")).equals(first)).toBe(true);
  expect(filesBelow(out)).toEqual(["1.png"]);
});

test("pictures of mixed sizes, drawn and failing over and over, leave the memory as it was", async () => {
  const sizes = [8, 64, 200, 33, 120];
  const { images, out } = workspace([]);
  for (const side of sizes) writePicture(images, `${side}.png`, { width: side, height: side });
  const records = sizes.map((side) => ({ id: side, file_name: `${side}.png`, width: side, height: side }));
  const wrong = sizes.map((side) => ({ id: -side, file_name: `${side}.png`, width: side + 1, height: side }));
  const dataset = readCoco({ images: [...records, ...wrong], annotations: [] });
  const run = () => renderDataset(dataset, { images, out });
  await run();
  const before = core().memory.buffer.byteLength;
  for (let round = 0; round < 20; round++) expect((await run()).failures.length).toBe(5);
  expect(core().memory.buffer.byteLength).toBe(before);
});

test("one job can be run by itself", async () => {
  const { images, out, dataset } = workspace(["1.png"]);
  mkdirSync(out);
  const [scene] = dataset.scenes as Iterable<never>;
  const picture = await renderJob({ scene: scene!, images, out, output: "deep/er.jpg", type: "jpg", quality: 50 });
  expect(picture).toMatchObject({ path: join(out, "deep/er.jpg"), width: 16, height: 12 });
  expect([...readFileSync(picture.path!).subarray(0, 2)]).toEqual([0xff, 0xd8]);
  const refused = renderJob({ scene: scene!, images, out, output: "../er.jpg", type: "jpg" });
  await expect(refused).rejects.toBeInstanceOf(ImageError);
});
