import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodePng, Frame, runTask } from "../../src/index.ts";
import { runCli, temporaryFolder } from "../support/cli.ts";

const OBJECTS = [{ category: "dog", score: 0.9, "bounding-box": { left: 20, top: 30, width: 40, height: 30 } }];

function files(): { readonly at: (name: string) => string; readonly photo: Uint8Array } {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const photo = encodePng(Frame.create(96, 72, { fill: 0x557799 }));
  writeFileSync(at("photo.png"), photo);
  writeFileSync(at("det.json"), JSON.stringify({ objects: OBJECTS }));
  return { at, photo };
}

test("limn task draws an input on a picture and writes the picture", async () => {
  const { at, photo } = files();
  const args = ["task", "--task", "TASK_DRAW_DETECTION", "--image", at("photo.png"), "--input", at("det.json")];
  const ended = await runCli([...args, "--style", "instill-b", "--out", at("out.png")]);
  expect(ended).toEqual({ code: 0, stdout: "", stderr: "" });
  const task = { task: "TASK_DRAW_DETECTION", input: { image: photo, objects: OBJECTS } } as const;
  const expected = runTask(task, { style: "instill-b", output: { as: "bytes" } }).image;
  expect(new Uint8Array(readFileSync(at("out.png")))).toEqual(expected);
});

test("limn task takes a whole job and gives its result as JSON", async () => {
  const { at, photo } = files();
  const image = `data:image/png;base64,${Buffer.from(photo).toString("base64")}`;
  const job = { task: "TASK_DRAW_DETECTION", input: { image, objects: OBJECTS } } as const;
  writeFileSync(at("job.json"), JSON.stringify(job));
  const ended = await runCli(["task", "--input", at("job.json")]);
  expect(JSON.parse(ended.stdout)).toEqual(runTask(job));
  expect(ended.code).toBe(0);
});

test("limn task says what is wrong, and whose mistake it is", async () => {
  const { at } = files();
  writeFileSync(at("bad.json"), JSON.stringify({ objects: [{ category: "dog" }] }));
  const args = ["task", "--task", "TASK_DRAW_DETECTION", "--image", at("photo.png")];
  const failed = await runCli([...args, "--input", at("bad.json"), "--out", at("out.png")]);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("TASK_DRAW_DETECTION.objects[0].bounding-box: expected left, top, width, height");
  const misused = await runCli([...args, "--input", at("det.json"), "--out", at("out.gif")]);
  expect(misused.code).toBe(2);
  expect(misused.stderr).toContain("expected --out to end in .png or .jpg");
});

test("limn task knows tasks by short names, and takes what a model said with its own task", async () => {
  const { at, photo } = files();
  const expected = runTask({ task: "TASK_DRAW_DETECTION", input: { image: photo, objects: OBJECTS } }).image;
  const said = { task: "TASK_DETECTION", task_outputs: [{ detection: { objects: OBJECTS } }] };
  writeFileSync(at("said.json"), JSON.stringify(said));
  writeFileSync(at("list.json"), JSON.stringify([{ objects: OBJECTS }]));
  const image = ["--image", at("photo.png")];
  for (const args of [
    ["--task", "detection", "--input", at("det.json")],
    ["--task", "draw_detection", "--input", at("list.json")],
    ["--input", at("said.json")],
  ])
    expect(JSON.parse((await runCli(["task", ...args, ...image])).stdout), args[1]).toEqual({ image: expected });
  const misused = await runCli(["task", "--task", "nonsense", "--input", at("det.json"), ...image]);
  expect(misused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("expected --task to be one of TASK_DRAW_"),
  });
});

test("limn task does what a job says of its style and its output, where no option says otherwise", async () => {
  const { at, photo } = files();
  const image = Buffer.from(photo).toString("base64");
  const task = { task: "TASK_DRAW_DETECTION", input: { image, objects: OBJECTS } } as const;
  const output = { type: "jpeg", quality: 40, subsampling: "4:4:4", as: "base64" } as const;
  const run = async (job: object, ...args: string[]): Promise<unknown> => {
    writeFileSync(at("job.json"), JSON.stringify(job));
    const { stdout, stderr } = await runCli(["task", "--input", at("job.json"), ...args]);
    return stdout === "" ? stderr : (JSON.parse(stdout) as { image: string }).image;
  };
  const job = { ...task, style: { boxWidth: 9 }, output };
  expect(await run(job)).toBe(runTask(task, { style: { boxWidth: 9 }, output }).image);
  expect(await run(job, "--style", "instill-a", "--quality", "70")).toBe(
    runTask(task, { style: "instill-a", output: { ...output, quality: 70 } }).image,
  );
  expect(await run({ ...task, style: "instill-b" })).toBe(runTask(task, { style: "instill-b" }).image);
  await run(job, "--out", at("out.png"));
  expect(new Uint8Array(readFileSync(at("out.png")))).toEqual(
    runTask(task, { style: { boxWidth: 9 }, output: { as: "bytes" } }).image,
  );
  expect(await run({ ...task, output: { as: "bytes" } })).toContain("output.as: expected data-uri or base64");
  expect(await run({ ...task, output: { tpye: "jpeg" } })).toContain("output: expected one of type, quality");
  expect(await run({ ...task, style: { boxWidht: 9 } })).toContain("boxWidht");
  expect(await run(task, "--quality", "70")).toContain("--quality is for JPEGs");
});

test("limn task says what is wrong with a job, not that there is none", async () => {
  const { at } = files();
  const run = async (job: unknown, ...args: string[]): Promise<string> => {
    writeFileSync(at("job.json"), JSON.stringify(job));
    return (await runCli(["task", "--input", at("job.json"), ...args])).stderr;
  };
  expect(await run({ task: "TASK_DRAW_OCR", input: null })).toContain("input: expected an object, got null");
  expect(await run({ task: "TASK_NOPE", input: {} })).toContain('got "TASK_NOPE"');
  expect(await run({ task: 5, input: {} })).toContain("task: expected one of");
  expect(await run({ objects: [] })).toContain("expected --task, or JSON of");
  expect(await run({ task: "TASK_DRAW_OCR", input: {} }, "--task", "detection")).toContain("got one for TASK_DRAW_OCR");
  expect(await run({ objects: [] }, "--task", "detection", "--style", "nope")).toContain(
    "instill-a, instill-b, default",
  );
});

test.skipIf(process.platform !== "linux")("a full disk behind the standard output is told in a line", async () => {
  const { at, photo } = files();
  const image = Buffer.from(photo).toString("base64");
  writeFileSync(at("job.json"), JSON.stringify({ task: "TASK_DRAW_DETECTION", input: { image, objects: OBJECTS } }));
  const script = 'exec "$@" > /dev/full';
  const args = [process.execPath, "dist/cli.js", "task", "--input", at("job.json")];
  const { status, stderr } = spawnSync("sh", ["-c", script, "sh", ...args], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toBe("limn: the standard output cannot be written (ENOSPC: no space left on device, write)\n");
});
