/** What `limn render` writes to, and how it goes on after everything that can happen to it. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { decodeImage } from "../../src/codec/image.ts";
import { openZip } from "../../src/format/index.ts";
import { filesBelow, runCli, runWithFileLimit, temporaryFolder } from "../support/cli.ts";
import { cocoOf, writeNoise } from "../support/dataset-files.ts";
import { killAndResume } from "../support/kill.ts";
import { readTar } from "../support/tar.ts";

const SIZE = { width: 60, height: 40 };
const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i % 3}/${i}.png`);

function workspace(names: readonly string[]) {
  const folder = temporaryFolder();
  const [images, file] = [join(folder, "photos"), join(folder, "instances.json")];
  mkdirSync(join(folder, "out"));
  for (const [i, name] of names.entries()) writeNoise(images, name, { ...SIZE, seed: i });
  writeFileSync(file, JSON.stringify(cocoOf(names, SIZE)));
  const at = (place: string): string => join(folder, "out", place);
  const args = (place: string): string[] => ["render", file, "--images", images, "--out", at(place)];
  return { folder, images, file, at, args };
}

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("archives hold what a folder would get, the same for any number of jobs, and nothing else is left", async () => {
  const { at, args } = workspace(numbers(30));
  expect((await runCli(args("drawn"))).code).toBe(0);
  const seen = await runCli([...args("a.zip"), "--jobs", "2"]);
  expect([seen.code, seen.stderr, seen.stdout]).toEqual([0, "", expect.stringMatching(/^30 pictures in .*a\.zip\n$/)]);
  await runCli([...args("b.zip"), "--jobs", "1"]);
  const shards = await runCli([...args("x-%03d.tar"), "--shard-size", "12", "--json"]);
  expect(jsonLines(shards.stdout).at(12)).toMatchObject({ name: "0/12.png", archive: at("x-001.tar") });
  expect(readdirSync(at("")).sort()).toEqual(["a.zip", "b.zip", "drawn", "x-000.tar", "x-001.tar", "x-002.tar"]);
  expect(bytesOf(at("a.zip"))).toEqual(bytesOf(at("b.zip")));
  const tree = await openZip(bytesOf(at("a.zip")));
  expect(await tree.list()).toEqual(filesBelow(at("drawn")));
  const files = ["x-000.tar", "x-001.tar", "x-002.tar"].map((name) => readTar(bytesOf(at(name))));
  expect(files.map(({ length }) => length)).toEqual([24, 24, 12]);
  const pictures = files.flat().filter(({ name }) => name.endsWith(".png"));
  expect(pictures.map(({ name }) => name)).toEqual(numbers(30));
  for (const { name, bytes } of pictures) expect(readFileSync(join(at("drawn"), name)).equals(bytes)).toBe(true);
}, 60_000);

test.each([
  { out: "x.zip", jobs: 2 },
  { out: "x-%03d.tar", jobs: 1, extra: ["--shard-size", "20", "--contact-sheet", "{sheet}"] },
])(
  "a run into $out that is killed and resumed gives the same files",
  async (options) => {
    await killAndResume({ ...options, pictures: 60, kills: 2, seed: 1 });
  },
  120_000,
);

test("an interrupted archive is gone on with; asked twice, the run ends at once and can be resumed too", async () => {
  const { at, args } = workspace(numbers(120));
  await runCli(args("whole.zip"));
  const cut = await runCli([...args("x.zip"), "--json"], { signal: "SIGINT", signalAfter: '"index":9,' });
  expect([cut.code, jsonLines(cut.stdout).at(-1)!["type"], existsSync(at("x.zip"))]).toEqual([130, "stopped", false]);
  const child = spawn(process.execPath, ["dist/cli.js", ...args("x.zip"), "--resume", "--json"]);
  child.stdout.once("data", () => [0, 1].forEach(() => child.kill("SIGINT")));
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
  const end = await runCli([...args("x.zip"), "--resume"], { signal: "SIGTERM", signalAfter: "no such words" });
  expect([end.code, end.stderr]).toEqual([
    0,
    expect.stringMatching(/^limn: resumed: \d+ pictures are there already\n$/),
  ]);
  expect(bytesOf(at("x.zip"))).toEqual(bytesOf(at("whole.zip")));
  expect(readdirSync(at("")).sort()).toEqual(["whole.zip", "x.zip"]);
  const stopped = await runCli([...args("y.tar"), "--json"], { signal: "SIGTERM", signalAfter: '"index":9,' });
  expect(stopped.code).toBe(143);
}, 120_000);

test("a draft that was changed is believed as far as it is whole", async () => {
  const { at, args } = workspace(numbers(90));
  await runCli(args("whole.tar"));
  const cut = await runCli([...args("x.tar"), "--json"], { signal: "SIGINT", signalAfter: '"index":20,' });
  expect(cut.code).toBe(130);
  const draft = join(at(".limn-run-x.tar"), "x.tar.part");
  const bytes = readFileSync(draft);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(draft, bytes);
  const other = await runCli([...args("x.tar"), "--resume", "--min-score", "0.5"]);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("other annotations or options")]);
  const end = await runCli([...args("x.tar"), "--resume"]);
  const there = Number(/resumed: (\d+)/.exec(end.stderr)?.[1]);
  expect(there).toBeGreaterThan(0);
  expect(there).toBeLessThan(jsonLines(cut.stdout).length - 2);
  expect(bytesOf(at("x.tar"))).toEqual(bytesOf(at("whole.tar")));
}, 60_000);

test("shards that are whole are kept, lost ones are drawn again, and those of an earlier run are named", async () => {
  const { at, args } = workspace(numbers(200));
  const words = [...args("x-%02d.tar"), "--shard-size", "10"];
  await runCli([...words, "--shard-size", "4", "--limit", "104"]);
  const old = readdirSync(at("")).length;
  const cut = await runCli([...words, "--json"], { signal: "SIGINT", signalAfter: '"index":45,' });
  expect([cut.code, old]).toEqual([130, 26]);
  rmSync(at("x-02.tar"));
  const end = await runCli([...words, "--resume"]);
  expect(end.stderr).toContain("limn: resumed: 20 pictures are there already\n");
  expect(end.stderr).toMatch(/warning: .*x-20\.tar is there from an earlier run/);
  const files = Array.from({ length: 20 }, (_, i) => readTar(bytesOf(at(`x-${String(i).padStart(2, "0")}.tar`))));
  expect(
    files
      .flat()
      .map(({ name }) => name)
      .filter((name) => name.endsWith(".png")),
  ).toEqual(numbers(200));
}, 60_000);

test("parts have archives of their own", async () => {
  const { at, args } = workspace(numbers(5));
  for (const part of ["1/2", "2/2"]) expect((await runCli([...args("x.zip"), "--shard", part])).code).toBe(0);
  const names = await Promise.all(
    ["x-1-of-2.zip", "x-2-of-2.zip"].map(async (name) => (await openZip(bytesOf(at(name)))).list()),
  );
  expect(names.flat().sort()).toEqual(numbers(5).sort());
});

test("several datasets are one run; errors name theirs, pictures keep what tells them apart", async () => {
  const { folder, images, at } = workspace(["1.png", "2.png"]);
  const ann = join(folder, "ann");
  for (const name of ["b", "a"]) {
    mkdirSync(join(ann, name), { recursive: true });
    const records = cocoOf(name === "a" ? ["1.png", "gone.png"] : ["1.png", "2.png"], SIZE) as {
      annotations: object[];
    };
    if (name === "b") records.annotations.push({ image_id: 1, category_id: 9, bbox: [0, 0, 4, 4] });
    writeFileSync(join(ann, name, "labels.json"), JSON.stringify(records));
    writeNoise(join(ann, name, "images"), "1.png", SIZE);
    if (name === "b") writeNoise(join(ann, name, "images"), "2.png", SIZE);
  }
  const pattern = join(ann, "*/labels.json");
  const flat = await runCli(["render", pattern, "--images", images, "--out", at("flat")]);
  expect([flat.code, flat.stderr.split("\n")]).toEqual([
    1,
    [
      `limn: warning: ${ann}/b/labels.json: annotations[2].category_id: no category has the id 9`,
      `limn: failed: ${ann}/a/labels.json: gone.png: cannot be read (no such file or folder)`,
      "",
    ],
  ]);
  expect(filesBelow(at("flat"))).toEqual(["1.png", "1.png.png", "2.png"]);
  const own = await runCli(["render", pattern, "--images", "{dir}/images", "--out", at("own.zip"), "--json"]);
  expect(jsonLines(own.stdout).filter(({ type }) => type === "picture")).toMatchObject([
    { dataset: join(ann, "a/labels.json"), name: "a/images/1.png", ok: true },
    { dataset: join(ann, "a/labels.json"), fileName: "a/images/gone.png", ok: false },
    { dataset: join(ann, "b/labels.json"), name: "b/images/1.png", ok: true },
    { dataset: join(ann, "b/labels.json"), name: "b/images/2.png", ok: true },
  ]);
  const none = await runCli(["render", join(ann, "*.xml"), "--images", images, "--out", at("none")]);
  expect([none.code, none.stderr, existsSync(at("none"))]).toEqual([2, expect.stringContaining("no file has"), false]);
});

test("a contact sheet has a page for each 48 pictures", async () => {
  const { at, args } = workspace(numbers(50));
  const sheet = at("sheet.png");
  const sample = await runCli([...args("a.zip"), "--limit", "5", "--contact-sheet", sheet]);
  expect([sample.code, sample.stdout]).toEqual([0, expect.stringContaining(`contact sheet: ${sheet}\n`)]);
  using small = decodeImage(readFileSync(sheet));
  expect(small.width).toBe(3 * (320 + 18) + 18);
  const all = await runCli([...args("b.zip"), "--contact-sheet", sheet, "--jobs", "2"]);
  expect(all.stdout).toContain(`contact sheet: ${sheet} … ${at("sheet-2.png")}\n`);
  using first = decodeImage(readFileSync(sheet));
  using second = decodeImage(readFileSync(at("sheet-2.png")));
  expect([first.width, second.width]).toEqual([8 * (320 + 18) + 18, 2 * (320 + 18) + 18]);
  expect(first.height).toBeGreaterThan(4 * second.height);
  expect(readdirSync(at("")).sort()).toEqual(["a.zip", "b.zip", "sheet-2.png", "sheet.png"]);
}, 60_000);

test("--dry-run names archives and writes nothing", async () => {
  const { at, args } = workspace(["v1.2.png"]);
  const { stdout } = await runCli([...args("x-%03d.tar"), "--dry-run"]);
  expect([stdout, readdirSync(at(""))]).toEqual([`v1.2.png -> ${at("x-%03d.tar")}: v1_2.png\n`, []]);
});

test.each([
  ["x.tgz", [], "compressed already"],
  ["x-%s.tar", [], "got another %"],
  ["x.zip", ["--shard-size", "5"], "--shard-size is for tar shards"],
  ["x-%d.tar", ["--shard-size", "5,6"], "Expected pictures, bytes or both"],
  ["x", ["--contact-sheet", "sheet.gif"], "is a .png or a .jpg"],
  ["x", ["--contact-sheet", "none/of/these/sheet.png"], "its folder is not there"],
])("--out %s %j is wrong use", async (place, more, words) => {
  const { at, args } = workspace(["1.png"]);
  const { code, stdout, stderr } = await runCli([...args(place), ...more]);
  expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(words)]);
  expect(readdirSync(at(""))).toEqual([]);
});

test.skipIf(process.platform === "win32")(
  "an archive that may not grow ends the run, which goes on elsewhere",
  async () => {
    const { at, args } = workspace(numbers(20));
    await runCli(args("whole.zip"));
    const { code, stderr } = await runWithFileLimit(65_536, args("x.zip"));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/goes on from there\n.*x\.zip: cannot be written/s)]);
    expect(existsSync(at("x.zip"))).toBe(false);
    const end = await runCli([...args("x.zip"), "--resume"]);
    expect([end.code, end.stderr]).toEqual([0, expect.stringMatching(/resumed: \d pictures are there/)]);
    expect(bytesOf(at("x.zip"))).toEqual(bytesOf(at("whole.zip")));
  },
  60_000,
);

/** Runs a script with a small disk of its own at `$1`; where a container allows no mounts, these tests are left out. */
function withSmallDisk(script: string, folder: string, args: readonly string[]) {
  const words = ["-c", `mount -t tmpfs -o size=300k none "$1" && shift && ${script}`, "sh", folder, ...args];
  return spawnSync("unshare", ["-rm", "sh", ...words], { encoding: "utf8" });
}
const canMount = withSmallDisk("true", "/mnt", []).status === 0;

test.runIf(canMount).each(["drawn", "x.zip", "x-%02d.tar"])(
  "a full disk ends a run into %s; it can be resumed when there is room",
  async (place) => {
    const { at, args } = workspace(numbers(60));
    await runCli([...args(join("whole", place)), "--shard-size", "10"].slice(0, place.endsWith("tar") ? 99 : -2));
    const words = args(join("full", place)).concat(place.endsWith("tar") ? ["--shard-size", "10"] : []);
    mkdirSync(at("full"));
    const node = [process.execPath, "dist/cli.js"];
    // the disk is larger the second time
    const script = `"$@"; a=$?; mount -o remount,size=9m none ${at("full")}; "$@" --resume; b=$?; cp -r ${at("full")} ${at("copy")}; echo $a $b`;
    const { stdout, stderr } = withSmallDisk(script, at("full"), [...node, ...words]);
    expect([stdout.trimEnd().split("\n").at(-1), stderr]).toEqual(["1 0", expect.stringContaining("the disk is full")]);
    expect(filesBelow(at("copy"))).toEqual(filesBelow(at("whole")));
    for (const name of filesBelow(at("whole")))
      expect(bytesOf(join(at("copy"), name))).toEqual(bytesOf(join(at("whole"), name)));
  },
  60_000,
);

test.each(["drawn", "x.zip"])(
  "an output that is moved away while the run goes on ends it: %s",
  async (place) => {
    const { at, args, folder } = workspace(numbers(400));
    const child = spawn(process.execPath, ["dist/cli.js", ...args(place), "--json"]);
    let told = "";
    child.stderr.on("data", (text: Buffer) => (told += text.toString()));
    child.stdout.once("data", () => renameSync(at(""), join(folder, "moved")));
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
    expect(told).toContain("is gone");
    expect(existsSync(dirname(at("x")))).toBe(false);
  },
  60_000,
);

// whoever is root may write everywhere: then the command is run by nobody
test.skipIf(process.platform === "win32")(
  "a folder that may not be written is told before anything is drawn",
  async () => {
    const { folder, at, args } = workspace(["1.png"]);
    chmodSync(folder, 0o755);
    chmodSync(at(""), 0o555);
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    for (const place of ["drawn", "x.zip", "x-%d.tar"]) {
      const { status, stderr } = spawnSync(process.execPath, ["dist/cli.js", ...args(place)], {
        encoding: "utf8",
        ...asNobody,
      });
      expect([status, stderr]).toEqual([2, expect.stringContaining("cannot be made (no permission)")]);
    }
    expect(readdirSync(at(""))).toEqual([]);
  },
);

test("a picture that is changed or cut off between two runs is told or drawn as it is then", async () => {
  const { images, at, args } = workspace(numbers(60));
  const cut = await runCli([...args("drawn"), "--json"], { signal: "SIGINT", signalAfter: '"index":5,' });
  expect(cut.code).toBe(130);
  const first = bytesOf(at("drawn/0/0.png"));
  writeNoise(images, "0/0.png", { ...SIZE, seed: 99 }); // is drawn already and stays
  writeFileSync(join(images, "2/59.png"), readFileSync(join(images, "2/59.png")).subarray(0, 1000));
  const end = await runCli([...args("drawn"), "--resume"]);
  expect([end.code, end.stderr]).toEqual([1, expect.stringMatching(/failed: 2\/59\.png: /)]);
  expect(bytesOf(at("drawn/0/0.png"))).toEqual(first);
  expect(filesBelow(at("drawn"))).toEqual(numbers(59).sort());
}, 60_000);
