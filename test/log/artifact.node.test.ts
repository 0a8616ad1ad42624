import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodePng } from "../../src/codec/png-encode.ts";
import { Artifact } from "../../src/log/artifact.ts";
import { Table } from "../../src/log/table.ts";
import { Classes } from "../../src/media/classes.ts";
import { Html } from "../../src/media/html.ts";
import { Image } from "../../src/media/image.ts";
import { pythonTest, runPython } from "../support/python.ts";

let dir: string;
let cat: string;
let mask: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "limn-artifact-"));
  cat = join(dir, "cat.png");
  mask = join(dir, "mask.png");
  writeFileSync(cat, encodePng({ data: Uint8Array.from({ length: 12 }, (_, i) => i * 20), shape: [2, 2, 3] }));
  writeFileSync(mask, encodePng({ data: Uint8Array.of(0, 1, 2, 1), shape: [2, 2] }));
});
afterAll(() => rmSync(dir, { recursive: true }));

const BOXES = {
  p: {
    box_data: [
      { position: { minX: 0.1, maxX: 0.5, minY: 0.25, maxY: 0.75 }, class_id: 1, scores: { acc: 0.5, b: 0.00001 } },
    ],
    class_labels: { 1: 'it\'s "a" car', 2: "büs\t漢😀" },
  },
};

/** With one score: a column's type lists their names in the order of a Python set, which differs from machine to machine. */
const ONE_SCORE = {
  p: { ...BOXES.p, box_data: BOXES.p.box_data.map((box) => ({ ...box, scores: { acc: 0.5 } })) },
};

/** Manifest, digest and JSON texts of the same artifact, made by the real package. */
const MADE = `
import json, os, sys
os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true")
import wandb
cat, mask = sys.argv[1:3]
boxes = {"p": {"box_data": [{"position": {"minX": 0.1, "maxX": 0.5, "minY": 0.25, "maxY": 0.75}, "class_id": 1,
    "scores": {"acc": 0.5, "b": 0.00001}}], "class_labels": {1: "it's \\"a\\" car", 2: "büs\\t漢😀"}}}
one_score = {"p": {**boxes["p"], "box_data": [{**box, "scores": {"acc": 0.5}} for box in boxes["p"]["box_data"]]}}
a = wandb.Artifact("made", "dataset")
a.add(wandb.Image(cat, caption="ü", grouping=2, boxes=boxes, masks={"m": {"path": mask}}), "one")
a.add(wandb.Image(cat), "two")
a.add_file(mask, "files/mask.png")
a.add(wandb.Classes([{"id": 0, "name": "x"}]), "names")
a.add(wandb.Table(columns=["n", "s", "b", "none", "list", "dict", "img"], data=[
    [1, "x", True, None, [1, 2], {"a": 1}, wandb.Image(cat)],
    [2.5, None, False, None, [3], {"a": 2}, wandb.Image(cat, boxes=one_score)]]), "tab")
print(json.dumps({"digest": a.digest, "contents": a.manifest.to_manifest_json()["contents"],
    "texts": {n: open(e.local_path).read() for n, e in a.manifest.entries.items() if n.endswith(".json")},
    "html": [wandb.Html(t).html for t in ("<h1>x</h1>", "<html><body>x</body></html>", " <head><title>a</title></head> ")]}))
`;

describe("an artifact", () => {
  pythonTest("of files by path has the names, texts and digests of the real package", () => {
    const made = JSON.parse(runPython(MADE, [cat, mask]).toString());
    const artifact = new Artifact("made", "dataset");
    artifact.add(new Image(cat, { caption: "ü", grouping: 2, boxes: BOXES, masks: { m: { path: mask } } }), "one");
    artifact.add(new Image(cat), "two");
    artifact.addFile(mask, "files/mask.png");
    artifact.add(new Classes([{ id: 0, name: "x" }]), "names");
    const data = [
      [1, "x", true, null, [1, 2], { a: 1 }, new Image(cat)],
      [2.5, null, false, null, [3], { a: 2 }, new Image(cat, { boxes: ONE_SCORE })],
    ];
    artifact.add(new Table({ columns: ["n", "s", "b", "none", "list", "dict", "img"], data }), "tab");
    for (const [name, text] of Object.entries(made.texts))
      expect(new TextDecoder().decode(artifact.files().get(name)), name).toBe(text);
    expect(artifact.manifest["contents"]).toEqual(made.contents);
    expect(artifact.digest).toBe(made.digest);
    const pages = ["<h1>x</h1>", "<html><body>x</body></html>", " <head><title>a</title></head> "];
    expect(pages.map((page) => new Html(page).html)).toEqual(made.html);
  });

  test("is saved whole, its manifest last", async () => {
    const artifact = new Artifact("saved", "dataset");
    artifact.add([new Image(cat), new Image(cat)], "cats");
    artifact.addFile(new TextEncoder().encode("hello"), "notes/a.txt");
    artifact.addReference("s3://bucket/far.png");
    const folder = mkdtempSync(join(dir, "saved-"));
    await artifact.save(folder);
    const manifest = JSON.parse(readFileSync(join(folder, "wandb_manifest.json"), "utf8"));
    expect(Object.keys(manifest.contents).sort()).toEqual([
      "cats/0.image-file.json",
      "cats/1.image-file.json",
      "far.png",
      expect.stringMatching(/^media\/images\/[0-9a-f]{20}\/cat\.png$/),
      "notes/a.txt",
    ]);
    expect(readFileSync(join(folder, "notes/a.txt"), "utf8")).toBe("hello");
  });

  test("holds a reference to a picture by its address alone", () => {
    const artifact = new Artifact("far", "dataset");
    const url = "http://127.0.0.1:8765/puppy.jpg";
    artifact.add(new Image(url, { caption: "c" }), "img");
    expect(artifact.manifest["contents"]).toEqual({
      "media/images/e5bf98d3e1294a22cbf2/puppy.jpg": { digest: url, ref: url },
      // the digest that the real package gives the same record
      "img.image-file.json": { digest: "bvBJrP2LP5FL1/Pc5Q0Gmg==", size: 189 },
    });
  });

  test("holds every file below a folder", () => {
    const artifact = new Artifact("dir", "dataset");
    artifact.addDir(dir, "all");
    expect([...artifact.entries().keys()]).toEqual(expect.arrayContaining(["all/cat.png", "all/mask.png"]));
  });

  test("refuses names that leave it, boxes without classes, and two files of one name", () => {
    const artifact = new Artifact("bad", "dataset");
    expect(() => artifact.addFile(cat, "../x.png")).toThrow(/relative file name/);
    expect(() => artifact.add(new Image(cat, { masks: { m: { path: mask } } }), "i")).toThrow(/expected classes/);
    artifact.addFile(cat, "x.png");
    expect(() => artifact.addFile(mask, "x.png")).toThrow(/another file/);
    expect(() => new Artifact("a/b", "dataset")).toThrow(/letters/);
  });

  test("has a digest that tells what is in it, in whatever order it came", () => {
    const [a, b, c] = [new Artifact("a", "t"), new Artifact("b", "t"), new Artifact("c", "t")];
    a.addFile(cat).digest;
    a.addFile(mask);
    b.addFile(mask);
    b.addFile(cat);
    c.addFile(cat);
    expect(a.digest).toBe(b.digest);
    expect(a.digest).not.toBe(c.digest);
  });
});

describe("a table", () => {
  test("refuses a cell of another type, and a row of another length", () => {
    const table = new Table({ columns: ["a", "b"], data: [[1, "x"]] });
    expect(() => table.addData("y", "x")).toThrow(/^data\[1\]\.a: /);
    expect(() => table.addData(1)).toThrow(/2 cells/);
    table.addData(null, null);
    expect(table.data).toHaveLength(2);
  });
});
