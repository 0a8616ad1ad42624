import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256Hex } from "../../src/model/digest.ts";
import { frameRecord } from "../../src/log/offline-file.ts";
import { init } from "../../src/log/run.ts";
import { Table } from "../../src/log/table.ts";
import { Image } from "../../src/media/image.ts";
import { offlineRecords } from "../support/offline-records.ts";
import { pythonTest, runPython } from "../support/python.ts";
import { runChild } from "../support/run-child.ts";
import { sharedBytes, sharedJson, sharedTest } from "../support/shared.ts";

const PIXELS = { data: Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 255), shape: [10, 10, 3] };
const MASK = { data: Uint8Array.from({ length: 100 }, (_, i) => i % 3), shape: [10, 10] };
const BOXES = {
  box_data: [{ position: { minX: 0.1, maxX: 0.4, minY: 0.2, maxY: 0.6 }, class_id: 1, scores: { acc: 0.5 } }],
  class_labels: { 1: "car" },
};

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "limn-run-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

function logEverything(mode: "disk" | "offline", id: string, clock?: () => number): string {
  using run = init({
    dir,
    mode,
    id,
    project: "demo",
    name: "first",
    config: { lr: 0.01, nested: { a: [1, 2] } },
    clock,
  });
  const image = (caption?: string): Image =>
    new Image(PIXELS, { caption, boxes: { p: BOXES }, masks: { m: { mask_data: MASK } } });
  void run.log({ img: image("ü 漢"), loss: 0.5, bad: NaN }, { step: 0 });
  void run.log({ imgs: [image("a"), image()], nest: { x: image("n") }, words: "text", list: [1, 2, 3] }, { step: 3 });
  void run.log({ "key.with/slash": 1, tab: new Table({ columns: ["a", "i"], data: [[1, image()]] }) });
  run.summary.set("best", image("s"));
  return run.path!;
}

describe("a run on disk", () => {
  test("leaves history, summary, config and media, and nothing else", () => {
    const path = logEverything("disk", "plain");
    expect(path).toMatch(/wandb\/run-\d{8}_\d{6}-plain$/);
    const rows = readFileSync(join(path, "files/wandb-history.jsonl"), "utf8").trim().split("\n");
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain('"bad": NaN');
    const last = JSON.parse(rows[1]!);
    expect(last._step).toBe(3);
    expect(last.imgs.count).toBe(2);
    const summary = JSON.parse(readFileSync(join(path, "files/wandb-summary.json"), "utf8").replace("NaN", "null"));
    expect(summary.best.path).toMatch(/^media\/images\/best_summary_[0-9a-f]{20}\.png$/);
    for (const record of [last.imgs.filenames[0], last.nest.x.path, summary.best.path])
      expect(readFileSync(join(path, "files", record))).toBeTruthy();
    expect(sha256Hex(readFileSync(join(path, "files", last.nest.x.path)))).toBe(last.nest.x.sha256);
    const config = JSON.parse(readFileSync(join(path, "files/config.yaml"), "utf8"));
    expect(config.lr).toEqual({ value: 0.01 });
    expect(Object.keys(config._wandb.value["bounding_box/class_labels"])).toContain("img_wandb_delimeter_p");
    expect(readdirSync(path)).toEqual(["files"]);
  });

  test("is readable before it is finished", async () => {
    const run = init({ dir, mode: "offline", id: "open" });
    await run.log({ loss: 1, img: new Image(PIXELS) });
    expect(readFileSync(join(run.path!, "files/wandb-history.jsonl"), "utf8")).toMatch(/^\{"loss": 1, .*\}\n$/);
    expect(readFileSync(join(run.path!, "run-open.wandb")).length).toBeGreaterThan(100);
    await run.finish();
    await expect(run.log({ loss: 2 })).rejects.toMatchObject({ code: "STATE" });
    await run.finish();
  });

  test("is never shared with another run", () => {
    const options = { dir, id: "twice", clock: () => 1.7e12 };
    using run = init(options);
    expect(run.path).toContain("twice");
    expect(() => init(options)).toThrow(/another run/);
  });

  test("whose process is killed is readable up to the last row", () => {
    const program = `
      import { Image, init } from ${JSON.stringify(resolve("dist/index.js"))};
      const run = init({ dir: ${JSON.stringify(dir)}, id: "killed", mode: "offline" });
      console.log(run.path);
      for (let i = 0; ; i++) {
        const data = new Uint8Array(3000).fill(i);
        await run.log({ i, img: new Image({ data, shape: [10, 100, 3] }) });
        if (i === 20) process.kill(process.pid, "SIGKILL");
      }`;
    const { stdout, signal } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(signal).toBe("SIGKILL");
    const path = stdout.trim();
    const rows = readFileSync(join(path, "files/wandb-history.jsonl"), "utf8").trim().split("\n");
    expect(rows.map((row) => JSON.parse(row).i)).toEqual([...Array(21).keys()]);
    for (const row of rows) {
      const { img } = JSON.parse(row);
      expect(sha256Hex(readFileSync(join(path, "files", img.path)))).toBe(img.sha256);
    }
    const history = offlineRecords(readFileSync(join(path, "run-killed.wandb"))).filter((record) => record["history"]);
    expect(history).toHaveLength(21);
  });

  test("does not follow a link out of its folder", async () => {
    const outside = mkdtempSync(join(tmpdir(), "limn-outside-"));
    using run = init({ dir, id: "linked" });
    await run.log({ img: new Image(PIXELS) });
    symlinkSync(outside, join(run.path!, "files/media/images/out"));
    await expect(run.log({ "out/x": new Image(PIXELS, { caption: "other" }) })).rejects.toMatchObject({
      code: "ARGUMENT",
    });
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  test("keeps no pixels: images that were logged weigh as much as their files", () => {
    const { stdout } = runChild(
      `
      const { setFlagsFromString } = await import("node:v8");
      const { runInNewContext } = await import("node:vm");
      setFlagsFromString("--expose-gc");
      const gc = runInNewContext("gc");
      const weight = async () => {
        // buffers are given back some time after their arrays are gone
        for (let i = 0; i < 5; i++) await new Promise((done) => setTimeout(done, 20, gc()));
        return process.memoryUsage().arrayBuffers;
      };
      const pixels = (i) => ({ data: new Uint8Array(512 * 512 * 3).fill(i), shape: [512, 512, 3] });
      const run = init(options);
      await run.log({ warm: [new Image(pixels(99))] });
      const before = await weight();
      const images = [];
      for (let i = 0; i < 24; i++) {
        images.push(new Image(pixels(i)));
        await run.log({ one: images[i] });
      }
      await run.log({ all: images });
      console.log((await weight()) - before, images[5].toFile().length, images[5].image.view()[0]);`,
      { dir, id: "weight" },
    );
    const [grown, file, value] = stdout.trim().split(" ").map(Number);
    expect(value).toBe(5); // they can still be had
    expect(grown).toBeLessThan(24 * (file! + 1000) + 2 ** 20);
    expect(24 * 512 * 512 * 3).toBeGreaterThan(8 * grown!);
  });
});

describe("the offline file", () => {
  sharedTest("frames records of every length as the real writers do", () => {
    const { cases } = sharedJson("golden/run-files/wandb-log-vectors.json");
    type Case = { lengths: number[]; size: number; sha256: string };
    for (const [name, { lengths, size, sha256 }] of Object.entries(cases as Record<string, Case>)) {
      let file = Buffer.alloc(0);
      for (const [i, length] of lengths.entries()) {
        const record = Uint8Array.from({ length }, (_, j) => (31 * j + 7 * i) & 255);
        file = Buffer.concat([file, frameRecord(record, file.length)]);
      }
      expect(file.length, name).toBe(size);
      expect(sha256Hex(file), name).toBe(sha256);
    }
  });

  sharedTest("begins as the smallest known file does", () => {
    const tiny = sharedBytes("golden/run-files/tiny/offline-run-20231114_221320-tiny0001/run-tiny0001.wandb");
    const record = tiny.subarray(14, 14 + 28);
    expect(Buffer.from(frameRecord(record, 0))).toEqual(Buffer.from(tiny.subarray(0, 42)));
  });

  pythonTest("is read by the real package: history, summary, config and files", () => {
    const path = logEverything("offline", "synced00");
    expect(path).toMatch(/wandb\/offline-run-\d{8}_\d{6}-synced00$/);
    const read = JSON.parse(
      runPython(
        `
import json, sys
from wandb.proto.wandb_internal_pb2 import Record
def blocks(path):
    # releases after 0.28 read the container outside Python
    data, at, part = open(path, "rb").read(), 7, b""
    while at < len(data):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
            continue
        size, kind = data[at + 4] | data[at + 5] << 8, data[at + 6]
        part += data[at + 7 : at + 7 + size]
        at += 7 + size
        if kind in (1, 4):
            yield part
            part = b""
def records(path):
    try:
        from wandb.sdk.internal.datastore import DataStore
    except ImportError:
        yield from blocks(path)
        return
    store = DataStore()
    store.open_for_scan(path)
    while (data := store.scan_data()) is not None:
        yield data
out = []
for data in records(sys.argv[1]):
    record = Record()
    record.ParseFromString(data)
    assert record.SerializeToString() == data
    kind = record.WhichOneof("record_type")
    body = getattr(record, kind)
    entry = {"kind": kind}
    if kind == "history":
        entry["items"] = {i.key: json.loads(i.value_json) for i in body.item}
        entry["step"] = body.step.num
    elif kind in ("summary", "config"):
        entry["items"] = {i.key: json.loads(i.value_json) for i in body.update}
    elif kind == "files":
        entry["path"] = body.files[0].path
    elif kind == "run":
        entry.update(id=body.run_id, project=body.project, name=body.display_name,
                     start=body.start_time.seconds, config={i.key: json.loads(i.value_json) for i in body.config.update})
    elif kind == "exit":
        entry["code"] = body.exit_code
    out.append(entry)
print(json.dumps(out))
`,
        [join(path, "run-synced00.wandb")],
      )
        .toString()
        .replaceAll("NaN", "null"),
    );
    const kinds = read.map(({ kind }: { kind: string }) => kind);
    expect(kinds.slice(0, 2)).toEqual(["header", "run"]);
    expect(kinds.slice(-4)).toEqual(["summary", "exit", "final", "footer"]);
    // oxlint-disable-next-line no-explicit-any
    const of = (kind: string): any[] => read.filter((entry: { kind: string }) => entry.kind === kind);
    expect(of("run")[0]).toMatchObject({ id: "synced00", project: "demo", name: "first" });
    expect(of("run")[0]!["config"]).toMatchObject({ lr: 0.01, nested: { a: [1, 2] }, _wandb: {} });
    expect(of("history").map(({ step }) => step)).toEqual([0, 3]);
    expect(of("history")[0]!["items"]).toMatchObject({ loss: 0.5, img: { caption: "ü 漢", width: 10 }, _step: 0 });
    expect(of("history")[1]!["items"]).toMatchObject({ "key.with/slash": 1, tab: { _type: "table-file", nrows: 1 } });
    expect(Object.keys(of("config").at(-1)!["items"]["_wandb"])).toEqual([
      "bounding_box/class_labels",
      "mask/class_labels",
    ]);
    expect(of("summary")[0]!["items"]).toMatchObject({ loss: 0.5, words: "text", best: { _type: "image-file" } });
    const files = of("files").map(({ path: file }) => file as string);
    expect(new Set(files).size).toBe(files.length);
    for (const file of files) expect(readFileSync(join(path, "files", file)).length).toBeGreaterThan(0);
    expect(files.filter((file) => file.endsWith(".png")).length).toBeGreaterThan(4);
  });

  pythonTest("is uploaded whole by the real `wandb sync`", { timeout: 60_000 }, () => {
    const path = logEverything("offline", "uploaded");
    const program = readFileSync("test/support/sync-server.py", "utf8");
    const sync = JSON.parse(runPython(program, [path]).toString());
    expect(sync.status, sync.said).toBe(0);
    const rows = sync.stream["wandb-history.jsonl"].map((row: string) => JSON.parse(row.replace("NaN", "null")));
    expect(rows).toMatchObject([
      { loss: 0.5, img: { caption: "ü 漢", width: 10 }, _step: 0 },
      { words: "text", imgs: { count: 2 }, nest: { x: { caption: "n" } }, "key.with/slash": 1, _step: 3 },
    ]);
    const summary = JSON.parse(sync.stream["wandb-summary.json"].at(-1).replace("NaN", "null"));
    expect(summary).toMatchObject({ loss: 0.5, best: { _type: "image-file" } });
    expect(sync.stream.exitcode).toBe(0);
    expect(sync.config.join("")).toContain("img_wandb_delimeter_p");
    const sent = new Map((sync.puts as [string, number][]).map(([name, size]) => [decodeURI(name), size]));
    const media = readdirSync(join(path, "files/media"), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(media.length).toBeGreaterThan(5);
    for (const { name, parentPath } of media) {
      const file = join(parentPath, name);
      expect(sent.get(`/up/${file.slice(join(path, "files").length + 1)}`), name).toBe(readFileSync(file).length);
    }
  });
});
