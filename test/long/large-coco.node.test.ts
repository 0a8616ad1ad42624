/** A COCO file of 1 GB, larger than a string can be, is drawn in less than 512 MB of memory. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesBelow, temporaryFolder } from "../support/cli.ts";
import { writePicture } from "../support/dataset-files.ts";
import { writeLargeCoco } from "../support/large-coco.ts";

test("limn render draws from a file of 1 GB in less than 512 MB", async () => {
  const root = temporaryFolder();
  const images = join(root, "images");
  mkdirSync(images);
  const names = Array.from({ length: 20_000 }, (_, i) => `${i % 10}.png`);
  for (const name of names.slice(0, 10)) writePicture(images, name, { width: 640, height: 480 });
  const file = join(root, "large.json");
  writeLargeCoco(file, 2 ** 30, names.length, names);
  const out = join(root, "out");
  const args = ["dist/cli.js", "render", file, "--images", images, "--out", out, "--limit", "100", "--quiet"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let [stderr, peak] = ["", 0];
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const watch = setInterval(() => {
    const found = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
    if (found) peak = Math.max(peak, Number(found[1]) / 1024);
  }, 50);
  const code = await new Promise((resolve) => child.on("exit", resolve)).finally(() => clearInterval(watch));
  expect([code, stderr]).toEqual([0, ""]);
  expect(filesBelow(out).length).toBe(100);
  console.log(`${peak.toFixed(0)} MB at most`);
  expect(peak).toBeGreaterThan(30);
  expect(peak).toBeLessThan(512);
}, 600_000);
