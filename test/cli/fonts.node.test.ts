/** `--font`: of a run on one machine, and of workers. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderBatch } from "../../src/batch/index.ts";
import { registerFont } from "../../src/draw/fonts/registry.ts";
import { filesBelow, runCli } from "../support/cli.ts";
import { redisTest, startRedis } from "../support/servers.ts";
import { slowDataset } from "../support/slow-pictures.ts";

const HANGUL = "test/fonts/hangul.ttf";
const THAI = "test/fonts/thai.ttf";

/** Pictures whose one category is in Korean. */
function koreanDataset(count: number) {
  const dataset = slowDataset(count, { width: 200, height: 150 });
  writeFileSync(dataset.file, readFileSync(dataset.file, "utf8").replaceAll('"thing"', '"보행자"'));
  return dataset;
}

test("fonts of the command line draw, whatever the number of threads, as registered ones do", async () => {
  const { folder, images, file } = koreanDataset(8);
  const draw = async (name: string, ...more: string[]): Promise<Buffer[]> => {
    const out = join(folder, name);
    const ended = await runCli(["render", file, "--images", images, "--out", out, ...more]);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    return [0, 7].map((i) => readFileSync(join(out, `${i % 3}/${i}.png`)));
  };
  const bare = await draw("bare");
  const one = await draw("one", "--font", HANGUL, "--jobs", "1");
  expect(one[0]!.equals(bare[0]!)).toBe(false);
  expect(await draw("two", "--font", HANGUL, "--jobs", "2")).toEqual(one);
  expect(await draw("more", "--font", HANGUL, "--font", THAI)).toEqual(one);
  await registerFont(HANGUL);
  const scene = {
    fileName: "0/0.png",
    annotations: [{ box: { x: 0, y: 0, width: 60, height: 40 }, category: "보행자", categoryId: 1 }],
  };
  const { value } = await renderBatch([{ scene }], { images, output: { as: "bytes" } }).next();
  expect(one[0]!.equals(value!.picture!.encoded!)).toBe(true);
}, 60_000);

test("a font that cannot be used is wrong use, and one of another run is another run", async () => {
  const { folder, images, file } = koreanDataset(80);
  const args = ["render", file, "--images", images, "--out", join(folder, "out"), "--jobs", "1"];
  for (const [font, words] of [
    ["none-such.ttf", "none-such.ttf: cannot be read (no such file or folder)"],
    [file, "instances.json: "],
  ] as const) {
    const { code, stderr } = await runCli([...args, "--font", font]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  }
  const cut = await runCli([...args, "--font", HANGUL, "--json"], { signal: "SIGINT", signalAfter: '"index":5,' });
  expect(cut.code).toBe(130);
  const other = await runCli([...args, "--font", THAI, "--resume"]);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("other annotations or options")]);
  expect((await runCli([...args, "--font", HANGUL, "--resume"])).code).toBe(0);
}, 60_000);

redisTest(
  "a run meets only workers with its fonts, and says when those that are there have others",
  async () => {
    const server = await startRedis();
    const workers: ChildProcess[] = [];
    try {
      const { images, file, out, local } = koreanDataset(6);
      const queue = ["--queue", `redis://127.0.0.1:${server.port}`];
      const words = ["worker", ...queue, "--images", images, "--out", out, "--jobs", "1"];
      const bad = await runCli([...words, "--font", "none-such.ttf"]);
      expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining("none-such.ttf: cannot be read")]);
      expect((await runCli(["render", file, "--images", images, "--out", local, "--font", HANGUL])).code).toBe(0);
      // none of these may take a shard
      for (const fonts of [[], ["--font", THAI], ["--font", THAI, "--font", HANGUL]])
        workers.push(spawn(process.execPath, ["dist/cli.js", ...words, ...fonts], { stdio: "ignore" }));
      const run = runCli(["render", file, "--images", images, ...queue, "--font", HANGUL]);
      await new Promise((resolve) => setTimeout(resolve, 7000)); // the run looks for workers every five seconds
      expect(existsSync(out) ? filesBelow(out) : []).toEqual([]);
      const right = runCli([...words, "--font", HANGUL, "--exit-when-empty"]);
      const { code, stdout, stderr } = await run;
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^6 pictures in /)]);
      expect(stderr).toContain("no worker with the fonts of this run is there, but some with others");
      expect(filesBelow(out)).toEqual(filesBelow(local));
      for (const name of filesBelow(local))
        expect(readFileSync(join(out, name)).equals(readFileSync(join(local, name))), name).toBe(true);
      expect((await right).stdout).toMatch(/^6 pictures in /);
    } finally {
      for (const worker of workers) worker.kill("SIGKILL");
      await server.stop();
    }
  },
  90_000,
);
