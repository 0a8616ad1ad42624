/** Runs of the command line that are killed at random moments and resumed (Node only). */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { filesBelow, runCli, temporaryFolder } from "./cli.ts";
import { cocoOf, writePicture } from "./dataset-files.ts";
import { random } from "./random.ts";

/** Kill a run with SIGKILL so many times, resume it each time, and compare all its files with those of a run left alone. */
export async function killAndResume({ pictures, kills, seed }: { pictures: number; kills: number; seed: number }) {
  const folder = temporaryFolder();
  const [images, out, whole, file] = ["photos", "drawn", "whole", "instances.json"].map((name) => join(folder, name));
  mkdirSync(images!);
  const names = Array.from({ length: pictures }, (_, i) => `${i % 5}/${i}.png`);
  for (const [i, name] of names.entries()) writePicture(images!, name, { fill: i * 7919 });
  writeFileSync(file!, JSON.stringify(cocoOf(names)));
  const args = ["render", file!, "--images", images!, "--jobs", "2"];
  const next = random(seed);
  const start = performance.now();
  expect((await runCli([...args, "--out", whole!])).code).toBe(0);
  const elapsed = performance.now() - start;
  let cut = 0;
  for (let round = 0; round < kills; round++) {
    const child = spawn(process.execPath, ["dist/cli.js", ...args, "--out", out!, "--resume"], { stdio: "ignore" });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, signal) => resolve(signal)));
    const timer = setTimeout(() => child.kill("SIGKILL"), elapsed * (0.1 + (next() * 1.1) / Math.sqrt(kills)));
    if ((await ended) === "SIGKILL") cut += 1;
    clearTimeout(timer);
  }
  expect(cut).toBeGreaterThan(0);
  const last = await runCli([...args, "--out", out!, "--resume"]);
  expect([last.code, filesBelow(out!)]).toEqual([0, filesBelow(whole!)]);
  for (const name of names) expect(readFileSync(join(out!, name)).equals(readFileSync(join(whole!, name)))).toBe(true);
}
