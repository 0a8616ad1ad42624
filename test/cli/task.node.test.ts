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
