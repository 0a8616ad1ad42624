/** `limn render --stdin-jobs`, as the program at the other end of the pipe sees it. Long: all share the pipe that is made here. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coco, limnJsonl, limnJsonlSchema, MemoryFiles } from "../../src/format/index.ts";
import { type Ended, filesBelow, runCli, temporaryFolder } from "../support/cli.ts";
import { cocoOf, writeNoise, writePicture } from "../support/dataset-files.ts";
import { violations } from "../support/json-schema.ts";

interface Result {
  readonly id: string | number | null;
  readonly line: number;
  readonly ok: boolean;
  readonly name?: string;
  readonly path?: string;
  readonly image?: string;
  readonly bytes?: number;
  readonly error?: { code: string; path?: string; message: string };
}

const PIPE = ["render", "--stdin-jobs", "--stdout-results"];

function start(...args: string[]) {
  return spawn(process.execPath, ["dist/cli.js", ...PIPE, ...args], { stdio: ["pipe", "pipe", "pipe"] });
}

/** Send lines, read results. */
async function pipe(input: string | Buffer, ...args: string[]): Promise<Ended & { results: Result[] }> {
  const child = start(...args);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined).end(input);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const results = stdout.split("\n").filter((line) => line !== "");
  return { code, stdout, stderr, results: results.map((line) => JSON.parse(line) as Result) };
}

const lines = (jobs: readonly unknown[]): string => jobs.map((job) => `${JSON.stringify(job)}\n`).join("");
const annotations = [{ box: { x: 2, y: 2, width: 8, height: 6 }, category: "thing", categoryId: 1 }];

function photos(names: readonly string[]): { folder: string; images: string } {
  const folder = temporaryFolder();
  const images = join(folder, "photos");
  for (const [i, name] of names.entries()) writePicture(images, name, { fill: i * 7919 });
  return { folder, images };
}

test.each(["1", "2"])("each line is a job and gives a line, in order (%s threads)", async (jobs) => {
  const { folder, images } = photos(["a.png", "sub/b.png"]);
  const png = readFileSync(join(images, "a.png")).toString("base64");
  const out = join(folder, "drawn");
  const input = [
    JSON.stringify({ id: "first", image: "a.png", annotations }),
    "",
    JSON.stringify({ id: 2, image: `data:image/png;base64,${png}`, annotations }),
    JSON.stringify({ id: "3/three", image: { base64: png }, annotations, width: 16, height: 12 }),
    '{"id": 4, "image": "sub/b.png", "annotations": [',
    JSON.stringify({ id: 5, image: "gone.png", annotations }),
    JSON.stringify({ id: 6, fileName: "sub/b.png", width: 16, height: 12, annotations: [], name: "x/y.png" }),
    JSON.stringify({ id: 7, image: "sub/b.png" }),
  ].join("\r\n");
  const inline = await pipe(input, "--images", images, "--jobs", jobs);
  const files = await pipe(input, "--images", images, "--jobs", jobs, "--out", out);
  for (const { code, results } of [inline, files]) {
    expect(code).toBe(1);
    expect(results.map(({ id, line, ok }) => [id, line, ok])).toEqual([
      ["first", 1, true],
      [2, 3, true],
      ["3/three", 4, true],
      [null, 5, false],
      [5, 6, false],
      [6, 7, true],
      [7, 8, true],
    ]);
    expect(results.map(({ error }) => error?.code).filter(Boolean)).toEqual(["DECODE", "IO"]);
    expect(results[4]!.error).toMatchObject({ path: "gone.png", message: expect.stringContaining("gone.png: ") });
  }
  const names = ["a.png", "2.png", "3/three.png", undefined, undefined, "x/y.png", "sub/b.png"];
  expect(files.results.map(({ name }) => name)).toEqual(names);
  expect(files.results.map(({ path }) => path)).toEqual(names.map((name) => name && join(out, name)));
  expect(filesBelow(out)).toEqual(names.filter((name) => name !== undefined).sort());
  for (const [i, { image, bytes }] of inline.results.entries()) {
    const { path, bytes: written } = files.results[i]!;
    expect(bytes).toBe(written);
    if (path) expect(image).toBe(`data:image/png;base64,${readFileSync(path).toString("base64")}`);
  }
  expect(files.stderr).toMatch(/^limn: 5 pictures in .*, 2 failed\n$/);
});

test("a dataset in limn's own format is a pipe's input as it is, to the same files", async () => {
  const names = ["a.png", "sub/b.png", "c.png"];
  const { folder, images } = photos(names);
  const json = join(folder, "instances.json");
  const poses = {
    ...(cocoOf(names) as { annotations: object[] }),
    categories: [{ id: 1, name: "thing", keypoints: ["head", "tail"], skeleton: [[1, 2]] }],
  };
  Object.assign(poses.annotations[1]!, { keypoints: [3, 3, 2, 9, 9, 2], num_keypoints: 2 });
  writeFileSync(json, JSON.stringify(poses));
  const files = new MemoryFiles();
  const source = new MemoryFiles([["instances.json", readFileSync(json)]]);
  await limnJsonl.write!(await coco.read(source), files);
  const [expected, out] = [join(folder, "expected"), join(folder, "drawn")];
  const style = ["--style", "instances", "--type", "jpg", "--quality", "70"];
  expect((await runCli(["render", json, "--images", images, "--out", expected, ...style])).code).toBe(0);
  const { code, results } = await pipe(
    Buffer.from(files.files.get("dataset.limn.jsonl")!),
    ...["--images", images, "--out", out, ...style],
  );
  expect([code, results.map(({ line }) => line)]).toEqual([0, [2, 3, 4]]);
  expect(filesBelow(out)).toEqual(filesBelow(expected));
  for (const name of filesBelow(out)) expect(readFileSync(join(out, name))).toEqual(readFileSync(join(expected, name)));
});

test("lines fit the schema that is published, and what does not is refused", async () => {
  const schema = limnJsonlSchema();
  const job = { ...schema, oneOf: [{ $ref: "#/$defs/job" }] };
  const skeletons = [{ name: "s", points: ["a", "b"], edges: [[0, 1]] }];
  const good = [
    { image: "a.png" },
    { image: { base64: "aGk=" }, id: "x", name: "n", style: { colorBy: "instance" } },
    {
      fileName: "a.png",
      imageId: "#7",
      skeletons,
      annotations: [
        {
          keypoints: {
            points: [
              { x: 2, y: 2 },
              { x: 9, y: 9 },
            ],
            skeleton: 0,
          },
        },
      ],
    },
  ];
  const bad = [
    { image: 3 },
    { id: true },
    { id: {} },
    { style: [] },
    { extra: 1 },
    { image: { base64: 4 } },
    [],
    7,
    null,
  ];
  for (const line of good) expect(violations(job, line)).toEqual([]);
  for (const line of bad) expect(violations(job, line)).not.toEqual([]);
  const { images } = photos(["a.png"]);
  const { results } = await pipe(lines([...good, ...bad]), "--images", images);
  expect(results.map(({ ok }) => ok)).toEqual([true, false, true, ...bad.map(() => false)]);
  expect(results.slice(1).map(({ error }) => error?.code)).toEqual(["DECODE", undefined, ...bad.map(() => "DECODE")]);
});

test("a job's style goes over the command's", async () => {
  const images = temporaryFolder();
  writePicture(images, "a.png", { width: 160, height: 120 });
  const job = { image: "a.png", annotations: [{ box: { x: 20, y: 30, width: 80, height: 60 }, category: "thing" }] };
  const input = lines([
    job,
    { ...job, style: { boxWidth: 0 } },
    { ...job, style: { showLabels: true } },
    { ...job, style: { no: 1 } },
  ]);
  const plain = (await pipe(lines([{ ...job, style: { showLabels: false, boxWidth: 0 } }]), "--images", images))
    .results;
  const { results } = await pipe(input, "--images", images, "--style", "quiet");
  expect(new Set(results.slice(0, 3).map(({ image }) => image)).size).toBe(3);
  expect(results[1]!.image).toBe(plain[0]!.image);
  expect(results[3]!.error).toMatchObject({ code: "ARGUMENT", path: "style" });
});

test("names that lead out, pictures without a name and without --images are errors of their lines", async () => {
  const { folder, images } = photos(["a.png"]);
  writePicture(folder, "secret.png");
  const png = readFileSync(join(images, "a.png")).toString("base64");
  const out = join(folder, "drawn");
  const jobs = [
    { image: "../secret.png" },
    { image: join(folder, "secret.png") },
    { image: "a.png", name: "../b" },
    { image: "a.png", id: "../b" },
    { image: { base64: png }, id: "../b" },
    { image: { base64: png } },
    { image: "data:image/png,abc" },
    { image: "https://a.example/a.png" },
    { annotations },
    { image: "a.png", fileName: "a.png" },
    { image: { base64: "%%%%" }, id: 1 },
    { image: "a.png", error: { code: "DECODE", message: "broken at its source" } },
  ];
  const { results } = await pipe(lines(jobs), "--images", images, "--out", out);
  expect(results.map(({ error }) => error && `${error.code} ${error.path ?? ""}`.trim())).toEqual([
    ...["ARGUMENT", "ARGUMENT", "ARGUMENT", undefined, "ARGUMENT", "ARGUMENT name", "DECODE image"],
    ...["IO https://a.example/a.png", "ARGUMENT image", "ARGUMENT image", "DECODE image", "DECODE"],
  ]);
  expect(filesBelow(folder)).toEqual(["drawn/a.png", "photos/a.png", "secret.png"]);
  const without = await pipe(lines([{ image: "a.png" }, { image: { base64: png } }]));
  expect(without.results.map(({ ok, error }) => [ok, error?.path])).toEqual([
    [false, "image"],
    [true, undefined],
  ]);
});

test("what is no JSON at all gives a result for each line, and an end", async () => {
  const deep = "[".repeat(100_000);
  const garbage = Buffer.concat([Buffer.from([0xff, 0, 0xc3, 10, 0xed, 0xa0, 0x80, 10]), Buffer.from(`${deep}\n{}\n`)]);
  const { code, results } = await pipe(garbage);
  expect([code, results.map(({ line, ok }) => [line, ok])]).toEqual([1, [1, 2, 3, 4].map((line) => [line, false])]);
  expect((await pipe("")).code).toBe(0);
  expect(await pipe("\n \n")).toMatchObject({ code: 0, stdout: "" });
});

test("results that need not be in order are all there", async () => {
  const names = Array.from({ length: 30 }, (_, i) => `${i}.png`);
  const { images } = photos(names);
  const jobs = names.map((image, id) => ({ image, id, annotations }));
  const { code, results } = await pipe(lines(jobs), "--images", images, "--jobs", "2", "--unordered");
  expect(code).toBe(0);
  expect(results.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(names.map((_, i) => i));
});

test("whoever does not read the results is waited for, with no more than a few jobs in memory", async () => {
  const folder = temporaryFolder();
  writeNoise(folder, "noise.png");
  const png = readFileSync(join(folder, "noise.png")).toString("base64");
  const child = start("--jobs", "2");
  child.stderr.resume();
  // a line of 64 kB, and a result of some more
  const line = lines([{ image: { base64: png }, annotations, caption: "x".repeat(64_000) }]);
  let taken = 0;
  for (let waited = 0; waited < 3 && taken < 3000;) {
    if (child.stdin.write(line)) waited = 0;
    else if (!(await drained(child.stdin, 500))) waited += 1;
    taken += 1;
  }
  expect(taken).toBeLessThan(400);
  child.stdin.end();
  let results = 0;
  child.stdout.on("data", (chunk: Buffer) => (results += chunk.filter((byte) => byte === 10).length));
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  expect(results).toBe(taken);
});

function drained(stream: NodeJS.WritableStream, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (value: boolean) => {
      clearTimeout(timer);
      stream.off("drain", yes);
      resolve(value);
    };
    const yes = () => done(true);
    const timer = setTimeout(() => done(false), milliseconds);
    stream.once("drain", yes);
  });
}

test.each([[], ["--out"]])("a reader who leaves ends it quietly, though the input goes on %s", async (...flags) => {
  const { folder, images } = photos(["a.png"]);
  const out = join(folder, "drawn");
  const child = start("--images", images, "--jobs", "2", ...flags.flatMap((flag) => [flag, out]));
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stdin.on("error", () => undefined);
  const more = setInterval(() => child.stdin.write(lines([{ image: "a.png", annotations }])), 2);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdout.destroy();
  expect(await closed).toBe(1);
  clearInterval(more);
  expect(stderr).toMatch(/^limn: \d+ pictures in [^\n]*\n$/);
  if (flags.length > 0) expect(filesBelow(out)).toEqual(["a.png"]);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends it with whole files and results, though the input goes on", async (signal, expected) => {
  const { folder, images } = photos(["a.png"]);
  const out = join(folder, "drawn");
  const child = start("--images", images, "--out", out, "--jobs", "2");
  child.stderr.resume();
  let stdout = "";
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stdin.on("error", () => undefined);
  let sent = 0;
  const more = setInterval(() => child.stdin.write(lines([{ image: "a.png", name: `${sent++}`, annotations }])), 2);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (stdout === "") child.kill(signal);
    stdout += text;
  });
  expect(await closed).toBe(expected);
  clearInterval(more);
  const told = stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as Result).name!);
  expect(filesBelow(out)).toEqual(told.sort());
});

test.each([
  [["--stdin-jobs"], "--stdin-jobs needs --stdout-results"],
  [["--stdout-results", "x.json", "--images", ".", "--out", "o"], "--stdout-results is for --stdin-jobs"],
  [["--unordered", "x.json", "--images", ".", "--out", "o"], "--unordered is for --stdin-jobs"],
  [["--stdin-jobs", "--stdout-results", "x.json"], "takes no dataset"],
  [["--stdin-jobs", "--stdout-results", "--resume"], "--resume is not for --stdin-jobs"],
  [["--stdin-jobs", "--stdout-results", "--ground-truth", "x"], "--ground-truth is not for --stdin-jobs"],
  [["--stdin-jobs", "--stdout-results", "--images", "no/such/folder"], "cannot be opened"],
  [["--stdin-jobs", "--stdout-results", "--images", "test", "--out", "test"], "another folder"],
  [["x.json", "--out", "o"], "--images"],
  [["--images", "photos", "--out", "o"], "dataset"],
])("limn render %j is wrong use", async (args, message) => {
  const { code, stdout, stderr } = await runCli(["render", ...args]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});

test("nothing but results is on the standard output, even when asked to be quiet", async () => {
  const { images } = photos(["a.png"]);
  const { stdout, stderr, code } = await pipe(
    lines([{ image: "a.png" }, { image: "b.png" }]),
    "--images",
    images,
    "--quiet",
  );
  expect([code, stderr, stdout.split("\n").length]).toEqual([1, "", 3]);
  // no character of a foreign name acts on a terminal
  const hostile = await pipe(lines([{ image: "\u001b[2J\u202e.png", id: "\u001b[31m" }]), "--images", images);
  // oxlint-disable-next-line no-control-regex
  expect(hostile.stdout).not.toMatch(/[\u001b\u202e]/);
  expect(hostile.results[0]!.id).toBe("\u001b[31m");
});
