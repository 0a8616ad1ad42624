import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import { Image } from "../../src/media/image.ts";
import { ImageMask } from "../../src/media/image-mask.ts";
import { sharedBytes, sharedTest } from "../support/shared.ts";

const folder = mkdtempSync(join(tmpdir(), "limn-image-"));
afterAll(() => rmSync(folder, { recursive: true }));
const png = encodePng({ data: Uint8Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] });
const path = join(folder, "a cat.PNG");
writeFileSync(path, png);

test("a path is read at once, and its extension is the format", () => {
  const image = new Image(path);
  expect(image).toMatchObject({ width: 3, height: 2, format: "PNG", fileName: path });
  expect(Buffer.compare(image.toFile(), png)).toBe(0);
  expect(() => new Image(join(folder, "none.png"))).toThrow(expect.objectContaining({ code: "IO" }));
});

test("open takes paths and file URLs", async () => {
  expect((await Image.open(path)).width).toBe(3);
  expect((await Image.open(pathToFileURL(path))).fileName).toBe(path);
  expect((await Image.open(createReadStream(path))).width).toBe(3);
  await expect(Image.open(createReadStream(join(folder, "none.png")))).rejects.toMatchObject({ code: "IO" });
  await expect(Image.open(join(folder, "none.png"))).rejects.toMatchObject({ code: "IO" });
});

test("a mask from a path has the file's grey values as ids, and keeps its labels", () => {
  const mask = new ImageMask({ path, class_labels: { 1: "road" } }, "m");
  expect(Buffer.compare(mask.file!, png)).toBe(0);
  expect([...mask.data]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(mask.toLabelMap().classes).toEqual(new Map([[1, "road"]]));
  expect(() => new ImageMask({ path: join(folder, "none.png") }, "m")).toThrow(expect.objectContaining({ code: "IO" }));
});

sharedTest("a real photo keeps its bytes and is decoded to the size that was told before", () => {
  const bytes = sharedBytes("data/photos/coco/000000000030.jpg");
  const image = new Image(bytes);
  expect(image.toFile()).toBe(bytes);
  using frame = image.toFrame();
  expect([frame.width, frame.height]).toEqual([image.width, image.height]);
});
