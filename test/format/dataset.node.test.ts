/** One door for every format: detection on real files and on files that each writer gives. */
import { describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { detectFormats, formats, MemoryFiles, openDataset } from "../../src/format/index.ts";
import { folderTree } from "../support/folder-tree.ts";
import { sharedPath, sharedTest } from "../support/shared.ts";
import { dataset } from "../support/small-dataset.ts";

describe("real files are told by content", () => {
  sharedTest.for<[path: string, format: string]>([
    ["coco/instances_mini_open.json", "coco"],
    ["coco/person_keypoints_mini_open.json", "coco"],
    ["coco/captions_mini_open.json", "coco"],
    ["coco/multi", "coco"],
    ["coco/results", "coco"],
    ["yolo/coco128/labels", "yolo"],
    ["yolo/bus", "yolo"],
    ["yolo/multi", "yolo"],
    ["voc/bccd", "voc"],
    ["voc/multi_voc11", "voc"],
    ["voc/multi_labelimg", "voc"],
    ["cvat/multi", "cvat"],
    ["cvat/urban", "cvat"],
    ["cvat/estop_points", "cvat"],
    ["labelme", "labelme"],
    ["labelme/labelme30_xml", "labelme"],
    ["labelstudio", "label-studio"],
    ["via", "via"],
    ["createml", "createml"],
    ["instill", "instill"],
  ])("%s is %s", async ([path, format], { expect }) => {
    const tree = folderTree(sharedPath(`data/${path}`));
    expect((await detectFormats(tree))[0]?.format.name).toBe(format);
  });
});

describe("what each format writes is told as it", () => {
  const same: ReadonlyMap<string, string> = new Map([
    ["coco-panoptic", "coco"],
    ["coco-results", "coco"],
    ["via-csv", "via"],
  ]);
  test.for(formats.filter(({ write }) => write).map((format) => [format.name, format] as const))(
    "%s",
    async ([name, format], { expect }) => {
      const files = new MemoryFiles();
      await format.write!(dataset(), files, { images: pictures() });
      const opened = await openDataset(files, { images: pictures() });
      expect(opened.format).toBe(same.get(name) ?? name);
      expect(opened.otherFormats).toEqual([]);
    },
  );
});

function pictures(): MemoryFiles {
  return new MemoryFiles([
    ["a.png", PNG],
    ["b.png", PNG],
  ]);
}
// an 8 x 4 picture's header is all that sizes need
const PNG = new Uint8Array([
  137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 8, 0, 0, 0, 4, 8, 2, 0, 0, 0, 60, 175, 233,
  167,
]);

test("a format can be named; other names and trees of none are errors", async () => {
  const files = new MemoryFiles([["x.json", '{"images": [], "annotations": []}']]);
  expect((await openDataset(files, { format: "COCO" })).format).toBe("coco");
  await expect(openDataset(files, { format: "nothing" })).rejects.toThrow(/expected a format \(coco, /);
  await expect(openDataset(new MemoryFiles([["a.txt", "hello"]]))).rejects.toThrow(ImageError);
  await expect(openDataset(new MemoryFiles())).rejects.toThrow(/known format/);
});

test("files of two formats are reported", async () => {
  const files = new MemoryFiles();
  await formats.find(({ name }) => name === "cvat")!.write!(dataset(), files);
  const other = formats.find(({ name }) => name === "label-studio")!;
  await other.write!(dataset(), files);
  const opened = await openDataset(files);
  expect([opened.format, ...opened.otherFormats].sort()).toEqual(["cvat", "label-studio"]);
});
