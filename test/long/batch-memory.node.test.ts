/** Memory of a long batch: after 20,000 pictures within 5 % of what it was after 2,000, in a process of its own. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeNoise } from "../support/dataset-files.ts";

/** Sizes that differ, so that nothing is kept that fits one of them only. */
const SIZES = [
  [160, 120],
  [213, 97],
  [320, 240],
  [64, 64],
] as const;

const PROGRAM = `
  import { readFileSync, unlinkSync } from "node:fs";
  const { renderBatch } = await import(process.argv[1]);
  const [folder, concurrency] = [process.argv[2], Number(process.argv[3])];
  const sizes = JSON.parse(process.argv[4]);
  function* jobs() {
    for (let i = 0; i < 20000; i++) {
      const [width, height] = sizes[i % sizes.length];
      const outline = Array.from({ length: 40 + 2 * (i % 30) }, (_, k) => (k % 2 ? height : width) * ((k * 37 + i) % 101) / 101);
      const annotations = [
        { segmentation: { kind: "polygon", parts: [{ outline }] }, category: "thing " + (i % 50), categoryId: i % 50 },
        { box: { x: i % 30, y: 5, width: 40, height: 30 }, category: "box", score: (i % 100) / 100 },
      ];
      yield { scene: { width, height, fileName: (i % sizes.length) + ".png", annotations }, name: i + ".png" };
    }
  }
  const resident = () => Number(/VmRSS:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
  let [early, late] = [[], []];
  let done = 0;
  const options = { images: folder, output: { folder: folder + "-out" }, concurrency };
  for await (const { picture, error } of renderBatch(jobs(), options)) {
    if (error) throw error;
    unlinkSync(picture.path);
    done += 1;
    if (done > 1500 && done <= 2500 && done % 20 === 0) early.push(resident());
    if (done > 19000 && done % 20 === 0) late.push(resident());
  }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  console.log(JSON.stringify({ done, early: median(early), late: median(late) }));`;

test.each([1, 2])("memory after 20,000 pictures is within 5 %% of that after 2,000 (%i threads)", async (threads) => {
  const folder = join(mkdtempSync(join(tmpdir(), "limn-long-")), "photos");
  onTestFinished(() => rmSync(join(folder, ".."), { recursive: true, force: true }));
  mkdirSync(folder);
  SIZES.forEach(([width, height], i) => writeNoise(folder, `${i}.png`, { width, height }));
  const library = new URL("../../dist/batch.js", import.meta.url).href;
  const args = ["--input-type=module", "-e", PROGRAM, library, folder, String(threads), JSON.stringify(SIZES)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(code).toBe(0);
  const { done, early, late } = JSON.parse(text) as { done: number; early: number; late: number };
  console.log(`${threads} threads: ${early.toFixed(1)} MiB, then ${late.toFixed(1)} MiB`);
  expect(done).toBe(20_000);
  expect(late / early).toBeLessThan(1.05);
});
