import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import type { DatasetFormat } from "../../src/format/dataset-format.ts";
import { MemoryFiles } from "../../src/format/file-tree.ts";
import { cvat, labelme, voc, yolo } from "../../src/format/index.ts";
import { cornersOf } from "../../src/format/shapes.ts";
import { boundsOf } from "../../src/format/written.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { pythonTest, runPython } from "../support/python.ts";
import { folderTree } from "../support/folder-tree.ts";
import { CONVERT_DATUMARO, FIND_PACKAGES, READ_DATUMARO, READ_SUPERVISION } from "../support/python-formats.ts";

type Row = readonly [label: string, kind: string, numbers: readonly number[]];
type Rows = Record<string, readonly Row[]>;

const has =
  process.env["LIMN_PYTHON"] === undefined
    ? []
    : runPython(FIND_PACKAGES, ["supervision", "datumaro"]).toString().trim().split(" ");
const missing = ["supervision", "datumaro"].filter((name) => !has.includes(name));
if (missing.length > 0) console.warn(`no ${missing.join(", ")} in Python: the comparisons with them are skipped`);
const supervisionTest = (has.includes("supervision") ? pythonTest : test.skip) as typeof test;
const datumaroTest = (has.includes("datumaro") ? pythonTest : test.skip) as typeof test;

const CATEGORIES = ["cat", "dog"].map((name, i) => ({ id: i + 1, name }));

function scenes(...annotations: readonly Annotation[][]): Scene[] {
  return annotations.map((list, i) => ({
    width: 60,
    height: 40,
    fileName: `picture${i}.png`,
    annotations: list.map((annotation, k) => ({
      ...annotation,
      category: CATEGORIES[(i + k) % 2]!.name,
      categoryId: ((i + k) % 2) + 1,
    })),
  }));
}

/** What a Python program finds in the files that a format writes, the pictures being in `folder`. */
async function found(
  program: string,
  kind: string,
  format: DatasetFormat,
  list: readonly Scene[],
  folder: string,
): Promise<Rows> {
  const files = new MemoryFiles();
  await format.write!({ categories: CATEGORIES, scenes: list }, files);
  const root = mkdtempSync(join(tmpdir(), "limn-"));
  try {
    for (const { fileName, width, height } of list)
      files.files.set(
        `${folder}/${fileName}`,
        encodePng({ data: new Uint8Array(width * height * 3), shape: [height, width, 3] }),
      );
    for (const [name, bytes] of files.files) {
      mkdirSync(join(root, dirname(name)), { recursive: true });
      writeFileSync(join(root, name), bytes);
    }
    const lines = runPython(program, [kind, root]).toString().trim().split("\n");
    return JSON.parse(lines.at(-1)!) as Rows;
  } finally {
    rmSync(root, { recursive: true });
  }
}

function expectRows(
  rows: Rows,
  list: readonly Scene[],
  numbers: (annotation: Annotation) => readonly [kind: string, numbers: ArrayLike<number>],
  tolerance: number,
): void {
  expect(Object.keys(rows).length).toBe(list.length);
  for (const { fileName, annotations } of list) {
    const own = rows[fileName!.replace(".png", "")]!;
    expect(own.map(([label, kind]) => [label, kind])).toEqual(
      annotations.map((annotation) => [annotation.category, numbers(annotation)[0]]),
    );
    for (const [i, annotation] of annotations.entries()) {
      const expected = Array.from(numbers(annotation)[1]);
      expect(own[i]![2].length).toBe(expected.length);
      for (const [k, value] of expected.entries())
        expect(Math.abs(own[i]![2][k]! - value)).toBeLessThanOrEqual(tolerance);
    }
  }
}

const sides = ({ box }: Annotation): readonly [string, number[]] => ["box", [box!.x, box!.y, box!.width, box!.height]];
const WHOLE = scenes(
  [{ box: { x: 0, y: 0, width: 60, height: 40 } }, { box: { x: 3, y: 5, width: 20, height: 7 } }],
  [{ box: { x: 9, y: 1, width: 1, height: 30 } }],
);
const PARTS = scenes(
  [{ box: { x: 1.25, y: 2.5, width: 20.5, height: 9.75 } }],
  [{ box: { x: 9, y: 1, width: 3.5, height: 30 } }],
);

supervisionTest("supervision reads the boxes of YOLO", async () => {
  expectRows(await found(READ_SUPERVISION, "yolo", yolo, PARTS, "images"), PARTS, sides, 1e-4);
});

supervisionTest("supervision reads oriented boxes of YOLO", async () => {
  const list = scenes([{ box: { x: 20, y: 10, width: 20, height: 8, rotation: 30 } }]);
  const bounds = ({ box }: Annotation): readonly [string, number[]] => sides({ box: boundsOf(cornersOf(box!))! });
  expectRows(await found(READ_SUPERVISION, "yolo-obb", yolo, list, "images"), list, bounds, 1e-3);
});

supervisionTest("supervision reads the boxes of VOC: pixels count from 1", async () => {
  expectRows(await found(READ_SUPERVISION, "voc", voc, WHOLE, "images"), WHOLE, sides, 1e-4);
});

datumaroTest("Datumaro reads the shapes of CVAT", async () => {
  const data = new Uint8Array(60 * 40);
  for (const at of [61, 62, 121, 500]) data[at] = 1;
  const list = scenes(
    [
      { box: { x: 1.25, y: 2.5, width: 20.5, height: 9.75 } },
      { segmentation: { kind: "polygon", parts: [{ outline: [1, 2, 30, 4, 8.5, 22] }] } },
      { polyline: { points: [1, 2, 3, 4, 5.5, 6] } },
    ],
    [{ points: [3, 4, 5, 6] }, { segmentation: { kind: "mask", data, width: 60, height: 40 } }],
  );
  const numbers = ({ box, segmentation, polyline, points }: Annotation): readonly [string, ArrayLike<number>] => {
    if (box) return ["box", [box.x, box.y, box.width, box.height]];
    if (segmentation?.kind === "polygon") return ["polygon", segmentation.parts[0]!.outline];
    if (segmentation) return ["mask", [4]];
    return polyline ? ["polyline", polyline.points] : ["points", points!];
  };
  // it rounds to two decimals
  expectRows(await found(READ_DATUMARO, "cvat", cvat, list, "images"), list, numbers, 0.01);
});

datumaroTest("Datumaro reads the boxes of YOLO", async () => {
  const list = PARTS.map((scene): Scene => ({ ...scene, split: "train" }));
  expectRows(await found(READ_DATUMARO, "yolo", yolo, list, "images/train"), list, sides, 1e-2);
});

const TARGETS: readonly (readonly [target: string, format: DatasetFormat])[] = [
  ["voc", voc],
  ["cvat", cvat],
  ["label_me", labelme],
  ["yolo", yolo],
];

datumaroTest.each(TARGETS)("boxes that Datumaro writes as %s are read", async (target, format) => {
  const list = PARTS;
  const root = mkdtempSync(join(tmpdir(), "limn-"));
  try {
    const files = new MemoryFiles();
    await cvat.write!({ categories: CATEGORIES, scenes: list }, files);
    for (const { fileName, width, height } of list)
      files.files.set(
        `images/${fileName}`,
        encodePng({ data: new Uint8Array(width * height * 3), shape: [height, width, 3] }),
      );
    for (const [name, bytes] of files.files) {
      mkdirSync(join(root, "in", dirname(name)), { recursive: true });
      writeFileSync(join(root, "in", name), bytes);
    }
    runPython(CONVERT_DATUMARO, ["cvat", join(root, "in"), target, join(root, "out")]);
    const tree = folderTree(join(root, "out"));
    expect(await format.detect(tree)).toBeGreaterThan(0.5);
    const dataset = await format.read(tree, { strict: true });
    const found: Rows = {};
    for await (const { fileName, annotations } of dataset.scenes)
      found[/picture\d/.exec(fileName!)![0]] = annotations.map((annotation) => [
        annotation.category!,
        ...sides(annotation),
      ]);
    expectRows(found, list, sides, 0.01);
  } finally {
    rmSync(root, { recursive: true });
  }
});
