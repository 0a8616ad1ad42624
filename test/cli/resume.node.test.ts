import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesBelow, runCli, temporaryFolder } from "../support/cli.ts";
import { cocoOf, writePicture } from "../support/dataset-files.ts";
import { killAndResume } from "../support/kill.ts";

function workspace(names: readonly string[]) {
  const folder = temporaryFolder();
  const [images, out, file] = [join(folder, "photos"), join(folder, "drawn"), join(folder, "instances.json")];
  mkdirSync(images);
  for (const name of names) writePicture(images, name);
  writeFileSync(file, JSON.stringify(cocoOf(names)));
  return { images, out, file, args: ["render", file, "--images", images, "--out", out] };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i % 3}/${i}.png`);
const JOURNAL = ".limn-run/journal.jsonl";

test("a run killed at any moment and resumed gives the same files", async () => {
  await killAndResume({ out: ".", jobs: 2, pictures: 150, kills: 3, seed: 5 });
}, 120_000);

test("an interrupted run is resumed: what is there stays, the rest is drawn, and no journal is left", async () => {
  const { args, out } = workspace(numbers(300));
  const cut = await runCli([...args, "--json", "--jobs", "2"], { signal: "SIGINT", signalAfter: '"index":20,' });
  expect(cut.code).toBe(130);
  const first = filesBelow(out);
  expect(first).toContain(JOURNAL);
  const times = first.map((name) => statSync(join(out, name)).mtimeMs);
  // the same places, written in another way
  const again = args.map((word) => (word.startsWith("/") ? word.replace(/\/([^/]+)$/, "/./$1") : word));
  const rest = await runCli([...again, "--resume", "--jobs", "2"]);
  expect([rest.code, rest.stderr]).toEqual([0, `limn: resumed: ${first.length - 1} pictures are there already\n`]);
  expect(rest.stdout).toMatch(new RegExp(`^${300 - first.length + 1} pictures in `));
  expect(filesBelow(out)).toEqual(numbers(300).sort());
  first.forEach((name, i) => name !== JOURNAL && expect(statSync(join(out, name)).mtimeMs).toBe(times[i]));
}, 60_000);

test("lost, torn and foreign files are drawn again; a journal of another run is refused", async () => {
  const { args, out } = workspace(numbers(40));
  const cut = await runCli([...args, "--json"], { signal: "SIGINT", signalAfter: '"index":5,' });
  expect(cut.code).toBe(130);
  const [lost, torn] = filesBelow(out).filter((name) => name !== JOURNAL);
  rmSync(join(out, lost!));
  writeFileSync(join(out, torn!), "torn");
  appendFileSync(join(out, JOURNAL), '["0/39.png",12]\n["1/3');
  writeFileSync(join(out, ".limn-run/.limn-1-2-3.tmp"), "draft");
  const other = await runCli([...args, "--resume", "--min-score", "0.5"]);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("other annotations or options")]);
  expect((await runCli([...args, "--resume"])).code).toBe(0);
  expect(filesBelow(out)).toEqual(numbers(40).sort());
  const whole = readFileSync(join(out, "0/36.png"));
  expect(readFileSync(join(out, lost!)).equals(whole) && readFileSync(join(out, torn!)).equals(whole)).toBe(true);
}, 60_000);

test("--shard draws a part, and all parts the whole", async () => {
  const { args, out } = workspace(numbers(7));
  const ends = await Promise.all(["1/2", "2/2"].map((part) => runCli([...args, "--shard", part])));
  expect(ends.map(({ code, stdout }) => [code, stdout.split(" ")[0]])).toEqual([
    [0, "4"],
    [0, "3"],
  ]);
  expect(filesBelow(out)).toEqual(numbers(7).sort());
  expect((await runCli([...args, "--shard", "3/2"])).code).toBe(2);
});

test("--dry-run names the files, finds what is missing, and writes nothing", async () => {
  const { args, out, images } = workspace(numbers(3));
  const { code, stdout } = await runCli([...args, "--dry-run", "--type", "jpg"]);
  expect([code, stdout]).toEqual([
    0,
    numbers(3)
      .map((name) => `${name} -> ${join(out, name.replace("png", "jpg"))}\n`)
      .join(""),
  ]);
  rmSync(join(images, "1/1.png"));
  const missing = await runCli([...args, "--dry-run", "--shard", "2/2"]);
  expect([missing.code, missing.stdout]).toEqual([1, ""]);
  expect(missing.stderr).toContain("failed: 1/1.png: cannot be read (no such file or folder)");
  expect(() => statSync(out)).toThrow();
});

test("filters of the command line are those of the style", async () => {
  const { args, out, file } = workspace(["0.png"]);
  const bytes = async (...options: string[]) => {
    expect((await runCli([...args, ...options])).code).toBe(0);
    return readFileSync(join(out, "0.png")).toString("base64");
  };
  const records = JSON.parse(readFileSync(file, "utf8")) as { annotations: Record<string, unknown>[] };
  records.annotations[0]!["score"] = 0.4;
  writeFileSync(file, JSON.stringify(records));
  const [all, none] = [await bytes("--categories", "other, thing"), await bytes("--hide-categories", "thing")];
  expect(all).not.toBe(none);
  expect(await bytes()).toBe(all);
  expect(await bytes("--min-score", "0.3")).toBe(all);
  for (const option of [
    ["--min-score", "0.5"],
    ["--max-count", "0"],
    ["--min-area", "1000"],
    ["--categories", "other"],
  ])
    expect(await bytes(...option)).toBe(none);
  const slip = await runCli([...args, "--categories", "thing,thnig", "--hide-categories", "7"]);
  expect([slip.code, slip.stderr.split("\n")]).toEqual([
    0,
    [
      'limn: warning: no category that was read has the name or id "thnig"',
      'limn: warning: no category that was read has the name or id "7"',
      "",
    ],
  ]);
  expect((await runCli([...args, "--categories", "1"])).stderr).toBe("");
});
