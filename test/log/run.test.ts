import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { finish, init, log, Run } from "../../src/log/run.ts";
import { mediaName } from "../../src/log/media-names.ts";
import { pythonJson } from "../../src/log/python-json.ts";
import { Html } from "../../src/media/html.ts";
import { Image } from "../../src/media/image.ts";
import { sha256Hex } from "../../src/model/digest.ts";

const pixels = (seed = 0): { data: Uint8Array; shape: number[] } => ({
  data: Uint8Array.from({ length: 48 }, (_, i) => (i * 11 + seed) & 255),
  shape: [4, 4, 3],
});
const BOXES = { box_data: [{ position: { minX: 0, maxX: 1, minY: 0, maxY: 1 }, class_id: 7 }] };

const text = (run: Run, name: string): string => new TextDecoder().decode(run.files().get(name));
// oxlint-disable-next-line no-explicit-any
const rows = (run: Run): any[] =>
  text(run, "files/wandb-history.jsonl")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe("a run in memory", () => {
  test("leaves as a ZIP archive with every file", async () => {
    const run = init({ mode: "memory", project: "demo" });
    await run.log({ img: new Image(pixels(), { boxes: { p: BOXES } }), loss: 0.5 });
    await run.finish();
    const zip = unzipSync(run.toZip());
    expect(Object.keys(zip).sort()).toEqual([...run.files().keys()].sort());
    const [{ img }] = rows(run);
    expect(sha256Hex(zip[`files/${img.path}`]!)).toBe(img.sha256);
    expect(zip[`files/${img.boxes.p.path}`]).toBeTruthy();
  });

  test("is what log and finish mean after init, and ends with its block", async () => {
    {
      using run = init({ mode: "memory" });
      await log({ a: 1 });
      expect(rows(run)).toMatchObject([{ a: 1, _step: 0 }]);
    }
    await expect(log({ a: 2 })).rejects.toMatchObject({ code: "STATE" });
    await finish();
  });

  test("closes steps as upstream does", async () => {
    using run = init({ mode: "memory" });
    await run.log({ a: 1 }, { commit: false });
    await run.log({ b: 2 });
    await run.log({ c: 3 }, { step: 5 });
    await run.log({ d: 4 }, { step: 5 });
    await run.log({ e: 5 }, { step: 9, commit: true });
    expect(run.step).toBe(10);
    await expect(run.log({}, { step: 3 })).rejects.toMatchObject({ code: "ARGUMENT", path: "step" });
    const kept = rows(run).map(({ _timestamp: _, _runtime: __, ...row }) => row);
    expect(kept).toEqual([
      { a: 1, b: 2, _step: 0 },
      { c: 3, d: 4, _step: 5 },
      { e: 5, _step: 9 },
    ]);
    expect(Object.fromEntries(run.summary.entries())).toMatchObject({ a: 1, d: 4, e: 5, _step: 9 });
  });

  test("keeps every image of a list and every caption, unlike W&B's generations", async () => {
    const images = Array.from(
      { length: 110 },
      (_, i) => new Image(pixels(i), { caption: i === 0 ? undefined : `${i}` }),
    );
    using run = init({ mode: "memory" });
    await run.log({ images });
    const [{ images: record }] = rows(run);
    expect(record).toMatchObject({ _type: "images/separated", count: 110 });
    expect(record.filenames).toHaveLength(110);
    expect(record.captions.slice(0, 2)).toEqual([null, "1"]);
  });

  test("writes one file for equal content, and each object once", async () => {
    using run = init({ mode: "memory" });
    const image = new Image(pixels());
    await run.log({ a: [image, new Image(pixels())] });
    await run.log({ b: image });
    const [{ a }, { b }] = rows(run);
    expect(new Set([...a.filenames, b.path]).size).toBe(1);
    expect(image.isBound()).toBe(true);
  });

  test("gives pixels up once they are in a file, and still gives them back", async () => {
    using run = init({ mode: "memory" });
    const image = new Image(pixels());
    const before = image.toDataArray();
    await run.log({ image });
    expect(image.toDataArray()).toEqual(before);
    expect(image.mode).toBe("RGB");
    expect(image.rule).toBe("byte");
  });

  test("decodes no file of a list, and none that stands alone: their headers say all that a record holds", async () => {
    const files = Array.from({ length: 3 }, (_, i) => {
      const bytes = new Image(pixels(i)).toPng();
      bytes.fill(0, 41, bytes.length - 12); // what is behind the header is broken
      return bytes;
    });
    for (const bytes of files) expect(() => new Image(bytes).toFrame()).toThrow(/IDAT|CRC|checksum|DECODE|got/);
    using run = init({ mode: "memory" });
    const images = files.map((bytes) => new Image(bytes));
    await run.log({ images, one: images[0] });
    await run.log({ again: images });
    const [{ images: list, one }, { again }] = rows(run);
    expect(list).toMatchObject({ count: 3, width: 4, height: 4, format: "png" });
    expect(one).toMatchObject({ width: 4, height: 4 });
    expect(again.filenames).toEqual(list.filenames);
    for (const [i, name] of list.filenames.entries()) expect(run.files().get(`files/${name}`)).toEqual(files[i]);
  });

  test("refuses what it cannot log, and names where it is", async () => {
    using run = init({ mode: "memory" });
    const loop: Record<string, unknown> = {};
    loop["loop"] = loop;
    for (const value of [() => 1, Symbol("x"), loop])
      await expect(run.log({ "a b": { deep: value } })).rejects.toMatchObject({ code: "ARGUMENT" });
    await expect(run.log({ far: new Image("s3://bucket/cat.png") })).rejects.toMatchObject({ code: "ARGUMENT" });
    expect(() => run.config.set("image", new Image(pixels()))).toThrow(/expected a value of JSON/);
    expect(rows(run)).toEqual([]);
  });

  test("keeps keys of any spelling, and no key leads out of its folder", async () => {
    using run = init({ mode: "memory" });
    const keys = [
      "__proto__",
      "",
      "../../etc/passwd",
      "/root",
      "a/../../b",
      "C:\\x",
      "nul\0byte",
      "x".repeat(400),
      "[1]*?",
    ];
    for (const key of keys) await run.log(new Map([[key, new Image(pixels(), { caption: key })]]));
    const lines = text(run, "files/wandb-history.jsonl").trim().split("\n");
    for (const [i, key] of keys.entries()) expect(lines[i], key).toContain(pythonJson(key));
    for (const name of run.files().keys()) {
      expect(name).toMatch(/^files\/(?:media\/images\/|wandb-|config)/);
      expect(name.split("/").every((part) => part !== ".." && part.length < 255)).toBe(true);
    }
  });

  test("logs pages, nested values and typed arrays", async () => {
    using run = init({ mode: "memory" });
    await run.log({
      page: new Html("<b>x</b>"),
      nest: { deep: { list: Float32Array.of(0.5, 1) } },
      when: new Date(0),
      big: 12n,
    });
    const [row] = rows(run);
    expect(row.page._type).toBe("html-file");
    expect(text(run, `files/${row.page.path}`)).toContain("<b>x</b>");
    expect(row).toMatchObject({ nest: { deep: { list: [0.5, 1] } }, when: "1970-01-01T00:00:00.000Z", big: 12 });
  });

  test("refuses options that cannot be meant", () => {
    for (const options of [{ mode: "online" }, { id: "../x" }, { project: "a/b" }, { generation: "new" }])
      expect(() => init({ mode: "memory", ...(options as object) })).toThrow(
        expect.objectContaining({ code: "ARGUMENT" }),
      );
  });

  test("keeps nothing when it is disabled", async () => {
    using run = init({ mode: "disabled" });
    await run.log({ image: new Image(pixels()) });
    expect(run.files().size).toBe(0);
  });
});

describe("names of media", () => {
  test.each([
    ["a/b", "a/b", "a/b"],
    ["a//b", "a/b", "a/b"],
    ["////a", "a", "a"],
    ["../x", "__/x", "__/x"],
    ["./x", "_/x", "_/x"],
    ["glob[1]*?", "glob[1]*?", "glob_1___"],
    ["ü漢", "ü漢", "ü漢"],
  ])("%s", (key, head, own) => {
    expect(mediaName(key, "head")).toBe(head);
    expect(mediaName(key, "limn")).toBe(own);
  });

  test("older generations refuse what leads out", () => {
    expect(mediaName("a/../b", "mid")).toBe("b");
    for (const key of ["/a", "../x", "a/../../b"]) expect(() => mediaName(key, "old")).toThrow(/inside its run/);
  });

  test("long keys stay apart", () => {
    const [a, b] = [mediaName(`${"漢".repeat(200)}a`, "limn"), mediaName(`${"漢".repeat(200)}b`, "limn")];
    expect(a).not.toBe(b);
    expect(new TextEncoder().encode(a).length).toBeLessThan(170);
  });
});

describe("JSON as Python writes it", () => {
  test.each([
    [{ a: [1, 2.5, true, null], b: "é\n" }, '{"a": [1, 2.5, true, null], "b": "\\u00e9\\n"}'],
    [[NaN, -Infinity, 0.00001, 1e-7, 1e21, -0], "[NaN, -Infinity, 1e-05, 1e-07, 1e+21, -0.0]"],
    ["\ud800x😀\u007f", '"\\ufffdx\\ud83d\\ude00\\u007f"'],
    [
      new Map([
        ["2", 1],
        ["1", 2],
      ]),
      '{"2": 1, "1": 2}',
    ],
    [{ a: undefined, b: 1 }, '{"b": 1}'],
  ])("%j", (value, expected) => expect(pythonJson(value)).toBe(expected));

  test("sorts keys by code points", () => {
    expect(pythonJson({ "\uffff": 1, "😀": 2, a: 3 }, { sorted: true })).toBe(
      '{"a": 3, "\\uffff": 1, "\\ud83d\\ude00": 2}',
    );
  });
});
