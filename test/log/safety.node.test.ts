/** Runs that end badly, and runs that others get in the way of. A little longer than most: all share the child that is killed. */
import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Artifact } from "../../src/log/artifact.ts";
import { init } from "../../src/log/run.ts";
import { Table } from "../../src/log/table.ts";
import { Image } from "../../src/media/image.ts";
import type { Generation } from "../../src/model/guess-mode.ts";
import { offlineRecords } from "../support/offline-records.ts";
import { pythonTest, runPython } from "../support/python.ts";
import { random } from "../support/random.ts";
import { checkRun, ENDLESS, killChild, program, runChild } from "../support/run-child.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "limn-safety-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const PIXELS = { data: Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 255), shape: [10, 10, 3] };
const said = (text: string): [path: string, steps: number[]] => {
  const [path, ...steps] = text.split("\n");
  return [path!, steps.slice(0, -1).map(Number)];
};

describe("a process that is killed at any moment", () => {
  test("leaves everything that it was told is logged, and whole records only", async () => {
    const next = random(7);
    let rows = 0;
    for (let round = 0; round < 8; round++) {
      const id = `killed-${round}`;
      const [path, steps] = said(await killChild(ENDLESS, { dir, id, mode: "offline" }, next() * 90));
      rows += checkRun(path, steps, `run-${id}.wandb`);
    }
    expect(rows).toBeGreaterThan(8);
  });

  pythonTest("leaves a run that the real `wandb sync` uploads up to its last row", { timeout: 60_000 }, async () => {
    const [path, steps] = said(await killChild(ENDLESS, { dir, id: "killedup", mode: "offline" }, 60));
    const synced = JSON.parse(runPython(readFileSync("test/support/sync-server.py", "utf8"), [path]).toString());
    const rows = synced.stream["wandb-history.jsonl"].map((row: string) => JSON.parse(row));
    expect(steps.length).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThanOrEqual(steps.length);
    for (const [i, row] of rows.entries()) expect(row).toMatchObject({ i, _step: i, img: { _type: "image-file" } });
  });
});

describe("two processes", () => {
  test("never share a folder: of several that want one, one gets it and the others are told", async () => {
    const body = `
      try {
        const run = init({ ...options, clock: () => 1.7e12 });
        await run.log({ pid: process.pid });
        await run.finish();
        console.log("mine");
      } catch (error) { console.log(error.code, error.path); }`;
    for (const options of [
      { dir, id: "wanted" },
      { dir, id: "wanted", mode: "offline" },
    ]) {
      const ends = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const child = spawn(process.execPath, ["--input-type=module", "-e", program(body), JSON.stringify(options)]);
          let text = "";
          child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
          await new Promise((done) => child.on("close", done));
          return text.trim();
        }),
      );
      const mine = ends.filter((end) => end === "mine");
      const told = ends.filter((end) => end.startsWith("STATE ") && end.includes("wanted"));
      expect([mine.length, told.length], ends.join()).toEqual([1, 3]);
      const [folder] = readdirSync(join(dir, "wandb")).filter(
        (name) => name.endsWith("-wanted") && name.startsWith("offline") === (options.mode === "offline"),
      );
      const rows = readFileSync(join(dir, "wandb", folder!, "files/wandb-history.jsonl"), "utf8")
        .trim()
        .split("\n");
      expect(rows).toHaveLength(1);
    }
  });

  test("nor one of deepdriver's", () => {
    const body = `
      const names = { dir: options.dir, expName: "e", runName: "one" };
      try { const run = deepdriver.init(names); await run.log({ a: 1 }); console.log("mine"); }
      catch (error) { console.log(error.code); }`;
    expect([0, 1].map(() => runChild(body, { dir }).stdout.trim())).toEqual(["mine", "STATE"]);
  });
});

describe("a disk that is full", () => {
  // the system lets no file become larger than some KiB, which is what a full disk is to the file that grows
  const body = `
    const run = init(options);
    const told = [];
    const small = (i) => new Image({ data: new Uint8Array(12).fill(i), shape: [2, 2, 3] });
    let seed = 1;
    const noise = Uint8Array.from({ length: 3 * 200 * 200 }, () => (seed = (seed * 48271) % 2147483647) >> 8);
    const log = async (values) => {
      try { await run.log(values); told.push(null); } catch (error) { told.push([error.code, error.path, error.message]); }
    };
    await log({ i: 0, img: small(0) });
    await log({ i: "lost", img: new Image({ data: noise, shape: [200, 200, 3] }) });
    for (let i = 1; i < 400 && told.filter(Boolean).length < 4; i++) await log({ i, words: "x".repeat(300), img: small(i) });
    let end = null;
    try { await run.finish(); } catch (error) { end = [error.code, error.path]; }
    console.log(JSON.stringify({ path: run.path, told, end }));`;

  test("is an error that names the file, and everything logged before is there", () => {
    const { stdout } = runChild(body, { dir, id: "full" }, 32);
    const { path, told, end } = JSON.parse(stdout);
    expect(told.slice(0, 3)).toEqual([null, expect.anything(), null]); // the next picture had room again
    expect(told[1][0]).toBe("IO");
    expect(told[1][1]).toMatch(/media\/images\/img_1_[0-9a-f]{20}\.png$/);
    const failed = told.findIndex((each: unknown, i: number) => i > 1 && each !== null);
    expect(told[failed].slice(0, 2)).toEqual(["IO", join(path, "files/wandb-history.jsonl")]);
    expect(told[failed][2]).toMatch(/larger than files may be/);
    const text = readFileSync(join(path, "files/wandb-history.jsonl"), "utf8");
    expect(text.endsWith("\n")).toBe(true);
    const rows = text
      .trim()
      .split("\n")
      .map((row) => JSON.parse(row));
    expect(rows.map(({ i }) => i)).toEqual(Array.from({ length: failed - 1 }, (_, i) => i));
    for (const { img } of rows) expect(statSync(join(path, "files", img.path)).size).toBe(img.size);
    expect(end).toBe(null); // the summary still has room
    expect(JSON.parse(readFileSync(join(path, "files/wandb-summary.json"), "utf8"))).toMatchObject({ i: failed - 2 });
    expect(readdirSync(join(path, "files/media/images")).filter((name) => name.includes("tmp"))).toEqual([]);
  });

  test("leaves an offline file that is whole up to its last record", () => {
    const { stdout } = runChild(body, { dir, id: "fulloff", mode: "offline" }, 48);
    const { path, told, end } = JSON.parse(stdout);
    const failed = told.findIndex((each: unknown, i: number) => i > 1 && each !== null);
    expect(told[failed].slice(0, 2)).toEqual(["IO", join(path, "run-fulloff.wandb")]);
    expect(end[0]).toBe("IO");
    const records = offlineRecords(readFileSync(join(path, "run-fulloff.wandb")));
    const rows = records.flatMap((record) => (record["history"] ? [record["history"] as { _step: string }] : []));
    expect(rows.map(({ _step }) => Number(_step))).toEqual(rows.map((_, i) => i));
    expect(rows.length).toBeGreaterThanOrEqual(failed - 1);
  });

  test.each(["disk", "offline"] as const)(
    "is forgotten when there is room again: nothing twice, nothing lost (%s)",
    async (mode) => {
      const id = `again-${mode}`;
      using run = init({ dir, id, mode });
      await run.log({ a: 1 });
      const media = join(run.path!, "files/media");
      writeFileSync(media, "in the way, for whoever may write everywhere too");
      const image = new Image(PIXELS, {
        boxes: { p: { box_data: [{ position: { minX: 0, maxX: 1, minY: 0, maxY: 1 }, class_id: 3 }] } },
      });
      await expect(run.log({ b: 2, image })).rejects.toMatchObject({
        code: "IO",
        path: expect.stringContaining(media),
      });
      expect(run.step).toBe(1);
      rmSync(media);
      await run.log({ b: 3, image });
      await run.finish();
      const rows = readFileSync(join(run.path!, "files/wandb-history.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((row) => JSON.parse(row));
      expect(rows).toMatchObject([
        { a: 1, _step: 0 },
        { b: 3, image: { width: 10 }, _step: 1 },
      ]);
      const config = JSON.parse(readFileSync(join(run.path!, "files/config.yaml"), "utf8"));
      expect(Object.keys(config._wandb.value["bounding_box/class_labels"])).toEqual(["image_wandb_delimeter_p"]);
      if (mode === "disk") return;
      const records = offlineRecords(readFileSync(join(run.path!, `run-${id}.wandb`)));
      expect(records.filter((record) => record["history"])).toHaveLength(2);
    },
  );

  test("names of labels that could not be written come with the next row", async () => {
    using run = init({ dir, id: "labels" });
    const config = join(run.path!, "files/config.yaml");
    const image = new Image(PIXELS, {
      boxes: { p: { box_data: [{ position: { minX: 0, maxX: 1, minY: 0, maxY: 1 }, class_id: 3 }] } },
    });
    rmSync(config);
    mkdirSync(join(config, "in the way"), { recursive: true });
    await expect(run.log({ image })).rejects.toMatchObject({ code: "IO", path: config });
    rmSync(config, { recursive: true });
    await run.log({ a: 1 });
    expect(readFileSync(config, "utf8")).toContain("image_wandb_delimeter_p");
    const rows = readFileSync(join(run.path!, "files/wandb-history.jsonl"), "utf8").trim().split("\n");
    expect(rows.map((row) => Object.keys(JSON.parse(row))[0])).toEqual(["a"]);
  });
});

describe("keys", () => {
  const KEYS = [
    "/abs",
    "//abs",
    "/etc/passwd",
    "../up",
    "../../../../up",
    "a/../../../b",
    "./x",
    "..",
    ".",
    "a/..",
    "..\\..\\up",
    "C:\\up",
    "C:up",
    "\\\\host\\share",
    "nul\0l",
    "~/x",
    "$HOME/x",
    "%2e%2e/x",
    "．．/x",
    "",
  ];

  test.each(["limn", "head", "mid", "old"] as Generation[])(
    "of %s never name a file outside of the run",
    async (generation) => {
      const root = mkdtempSync(join(dir, `keys-${generation}-`));
      using run = init({ dir: join(root, "deep/er/still"), id: "keys", generation });
      const image = (): Image =>
        new Image(PIXELS, {
          generation,
          boxes: { "../../b": { box_data: [{ position: { minX: 0, maxX: 1, minY: 0, maxY: 1 }, class_id: 3 }] } },
          masks: { "/m": { mask_data: { data: new Uint8Array(100), shape: [10, 10] } } },
          // an extension is a part of a name, never of a path
          fileName: "x./../../../y.png",
        });
      for (const key of KEYS)
        for (const log of [
          () => run.log(new Map<string, unknown>([[key, image()]])),
          () => run.log({ nest: new Map([[key, [image(), image()]]]) }),
          async () => run.summary.set(key, image()),
          () => run.log(new Map([[key, new Table({ columns: [key], data: [[image()]] })]])),
        ])
          await log().catch((error: unknown) => expect(error).toMatchObject({ code: "ARGUMENT" }));
      const files = (
        readdirSync(root, { recursive: true, withFileTypes: true }) as {
          name: string;
          parentPath: string;
          isFile(): boolean;
        }[]
      )
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
      expect(files.length).toBeGreaterThan(20);
      for (const file of files) expect(file.startsWith(join(run.path!, "files/"))).toBe(true);
      for (const file of files)
        expect(file.slice(run.path!.length)).toMatch(/^\/files\/(?:media\/|wandb-history|config)/);
    },
  );

  test("never lead through a link, wherever it was put", async () => {
    const outside = mkdtempSync(join(dir, "outside-"));
    using run = init({ dir, id: "links" });
    await run.log({ a: new Image(PIXELS) });
    const media = join(run.path!, "files/media");
    symlinkSync(outside, join(media, "images/out"));
    symlinkSync(join(media, "images"), join(media, "images/in"));
    symlinkSync(join(outside, "nowhere"), join(media, "images/dangling"));
    const other = new Image({ ...PIXELS, data: PIXELS.data.map((v) => 255 - v) });
    for (const key of ["out/x", "dangling/x", "out/../x/y"].slice(0, 2))
      await expect(run.log({ [key]: other })).rejects.toMatchObject({ code: expect.stringMatching(/ARGUMENT|IO/) });
    await run.log({ "in/x": other });
    rmSync(media, { recursive: true });
    symlinkSync(outside, media);
    await expect(run.log({ b: new Image({ ...PIXELS, data: PIXELS.data.map((v) => v >> 1) }) })).rejects.toMatchObject({
      code: "ARGUMENT",
    });
    expect(readdirSync(outside)).toEqual([]);
  });

  test("of artifacts stay inside them too", () => {
    const artifact = new Artifact("a", "dataset");
    for (const name of ["../x", "/x", "a/../../x"]) {
      try {
        artifact.add(new Image(PIXELS), name);
      } catch (error) {
        expect(error).toMatchObject({ code: "ARGUMENT" });
      }
    }
    for (const path of artifact.files().keys()) expect(resolve("/srv", path).startsWith("/srv/")).toBe(true);
  });
});

test("nothing can be logged after the end, by whatever way", async () => {
  const run = init({ dir, id: "ended" });
  const image = new Image(PIXELS);
  await run.finish();
  const state = expect.objectContaining({ code: "STATE" });
  await expect(run.log({ a: 1 })).rejects.toThrow(state);
  expect(() => run.summary.set("a", 1)).toThrow(state);
  expect(() => run.config.set("a", 1)).toThrow(state);
  expect(() => image.bindToRun(run, "a", 0)).toThrow(state);
  expect(() => Image.seqToJson([image], run, "a", 0)).toThrow(state);
});
