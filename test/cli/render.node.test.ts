import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesBelow, runCli, runOnTerminal, runWithFileLimit, temporaryFolder } from "../support/cli.ts";
import { cocoOf, writeNoise, writePicture } from "../support/dataset-files.ts";
import { sharedPath, sharedTest } from "../support/shared.ts";

/** Pictures on disk and the annotation file that names `names`. */
function workspace(names: readonly string[] = ["1.png", "sub/1.png"], make: readonly string[] = names) {
  const folder = temporaryFolder();
  const [images, out, file] = [join(folder, "photos"), join(folder, "drawn"), join(folder, "instances.json")];
  mkdirSync(images);
  for (const name of make) writePicture(images, name);
  writeFileSync(file, JSON.stringify(cocoOf(names)));
  return { folder, images, out, file, args: ["render", file, "--images", images, "--out", out] };
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("limn render", () => {
  test("draws every picture, ends with 0 and tells so in one line", async () => {
    const { args, out } = workspace();
    const { code, stdout, stderr } = await runCli(args);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^2 pictures in \d+\.\d s \(\d+(\.\d)? images\/s\) -> .*drawn\n$/);
    expect(filesBelow(out)).toEqual(["1.png", "sub/1.png"]);
  });

  test("ends with 1 when a picture fails, and names each with its reason", async () => {
    const { args, out } = workspace(["gone.png", "1.png", "../photos/1.png"], ["1.png"]);
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(1);
    expect(stderr.split("\n")).toEqual([
      "limn: failed: gone.png: cannot be read (no such file or folder)",
      'limn: failed: ../photos/1.png: expected the name of a file below its folder, got ".." in "../photos/1.png"',
      "",
    ]);
    expect(stdout).toMatch(/^1 picture in .*, 2 failed -> /);
    expect(filesBelow(out)).toEqual(["1.png"]);
  });

  test("--json gives a line for each picture and a summary, and nothing else", async () => {
    const { args, out, file } = workspace(["1.png", "gone.png"], ["1.png"]);
    const records = JSON.parse(readFileSync(file, "utf8")) as { annotations: object[] };
    records.annotations.push({ image_id: 1, category_id: 1, bbox: [0, 0, -1, 1] });
    writeFileSync(file, JSON.stringify(records));
    const { code, stdout, stderr } = await runCli([...args, "--json"]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(linesOf(stdout)).toMatchObject([
      { type: "problem", path: "annotations[2].bbox" },
      { type: "picture", index: 0, fileName: "1.png", imageId: 1, ok: true, path: join(out, "1.png"), width: 16 },
      { type: "picture", index: 1, fileName: "gone.png", ok: false, error: { code: "IO", path: "gone.png" } },
      { type: "summary", done: 1, failed: 1, pixels: 192, out },
    ]);
  });

  test("--quiet says nothing when all is well", async () => {
    const { args } = workspace();
    expect(await runCli([...args, "--quiet"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("problems of the annotations are warnings; with --strict their picture fails", async () => {
    const { args, file } = workspace();
    const records = JSON.parse(readFileSync(file, "utf8")) as { annotations: object[] };
    records.annotations.push({ image_id: 2, category_id: 9, bbox: [0, 0, 1, 1] });
    writeFileSync(file, JSON.stringify(records));
    const lenient = await runCli(args);
    expect([lenient.code, lenient.stderr]).toEqual([
      0,
      "limn: warning: annotations[2].category_id: no category has the id 9\n",
    ]);
    const strict = await runCli([...args, "--strict"]);
    expect(strict.code).toBe(1);
    expect(strict.stderr).toContain("failed: sub/1.png: annotations[2].category_id: no category has the id 9");
  });

  test("--type jpg, --quality, --limit and a style file are followed", async () => {
    const { args, out, folder } = workspace(["1.png", "2.png", "3.png"]);
    const style = join(folder, "style.json");
    writeFileSync(style, '{"palette": "tab10"}');
    const options = ["--type", "jpeg", "--quality", "40", "--limit", "2", "--style", style];
    expect((await runCli([...args, ...options])).code).toBe(0);
    expect(filesBelow(out)).toEqual(["1.jpg", "2.jpg"]);
    expect([...readFileSync(join(out, "1.jpg")).subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  test("names cannot act on a terminal", async () => {
    const evil = "a\u001b[2J\u202egnp\u009b1m\n.png";
    const { args } = workspace([evil], []);
    const plain = await runCli(args);
    expect(plain.stderr).toContain("a\\u{1b}[2J\\u{202e}gnp\\u{9b}1m\\u{a}.png");
    // oxlint-disable-next-line no-control-regex
    const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
    expect(plain.stdout + plain.stderr).not.toMatch(acting);
    const json = await runCli([...args, "--json"]);
    expect(json.stdout).not.toMatch(acting);
    expect(linesOf(json.stdout)[0]).toMatchObject({ fileName: evil });
  });

  test("an interrupt ends with 130, says how far it came, and leaves whole files only", async () => {
    const names = Array.from({ length: 400 }, (_, i) => `${i}.png`);
    const { args, out } = workspace(names);
    const { code, stdout } = await runCli([...args, "--json"], { signal: "SIGINT", signalAfter: '"index":3,' });
    const last = linesOf(stdout).at(-1)!;
    expect([code, last["type"]]).toEqual([130, "stopped"]);
    // what a resumed run needs stays, in a folder of its own
    const files = filesBelow(out).filter((name) => name !== ".limn-run/journal.jsonl");
    expect(files.length).toBe(last["done"]);
    expect(files.length).toBeLessThan(400);
    expect(files.filter((name) => !name.endsWith(".png"))).toEqual([]);
    const size = readFileSync(join(out, files[0]!)).length;
    expect(files.every((name) => readFileSync(join(out, name)).length === size)).toBe(true);
  });

  test.skipIf(process.platform === "win32")("a disk that refuses half-way leaves nothing of the picture", async () => {
    const { args, images, out } = workspace(["1.png", "2.png"]);
    const { stdout } = await runWithFileLimit(512, args); // one-colour pictures fit
    expect([stdout.slice(0, 10), filesBelow(out)]).toEqual(["2 pictures", ["1.png", "2.png"]]);
    const before = readFileSync(join(out, "1.png"));
    writeNoise(images, "1.png");
    const { code, stderr } = await runWithFileLimit(512, args);
    expect([code, stderr]).toEqual([1, expect.stringContaining("1.png: cannot be written (it would be larger than")]);
    expect(filesBelow(out)).toEqual(["1.png", "2.png"]);
    expect(readFileSync(join(out, "1.png")).equals(before)).toBe(true);
  });

  test("results need the ground truth, and are drawn with it", async () => {
    const { file, images, out, folder } = workspace();
    const results = join(folder, "results.json");
    writeFileSync(results, JSON.stringify([{ image_id: 2, category_id: 1, bbox: [1, 1, 4, 4], score: 0.5 }]));
    const args = ["render", results, "--images", images, "--out", out];
    const alone = await runCli(args);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining("--ground-truth")]);
    expect((await runCli([...args, "--ground-truth", file])).code).toBe(0);
    expect(filesBelow(out)).toEqual(["1.png", "sub/1.png"]);
  });

  // `script` of Linux gives a process a terminal
  test.runIf(process.platform === "linux")("a terminal sees a bar with pictures per second and time left", async () => {
    const { args, out } = workspace([...Array.from({ length: 60 }, (_, i) => `${i}.png`), "gone.png"].reverse(), [
      ...Array.from({ length: 60 }, (_, i) => `${i}.png`),
    ]);
    const seen = await runOnTerminal(args);
    expect(seen.code).toBe(1);
    expect(seen.stdout).toMatch(/[█░]+ \d+\/61 \| [\d.]+ images\/s \| [\d.]+ MB\/s \| [\d.]+ s left \| 1 failed/);
    // the line stands above the bar: the place that the bar's end goes back to is saved below it
    expect(seen.stdout).toContain(
      "\u001b[31mfailed\u001b[39m: gone.png: cannot be read (no such file or folder)\r\n\u001b7",
    );
    expect(seen.stdout.lastIndexOf("\u001b[?25h")).toBeGreaterThan(seen.stdout.lastIndexOf("\u001b[?25l"));
    expect(seen.stdout).toMatch(/60 pictures in .*, 1 failed -> /);
    expect(filesBelow(out).length).toBe(60);
    const plain = await runOnTerminal(args, { NO_COLOR: "1" });
    expect(plain.stdout).toContain("limn: failed: gone.png");
    const dumb = await runOnTerminal(args, { TERM: "dumb" });
    expect(dumb.stdout).not.toContain("left");
  });

  sharedTest("panoptic PNGs are found by --masks, and their absence is named", async () => {
    const coco = sharedPath("data/coco");
    const out = join(temporaryFolder(), "drawn");
    const photos = sharedPath("data/photos/coco");
    const args = ["render", `${coco}/panoptic_coco128_open.json`, "--images", photos, "--out", out, "--limit", "2"];
    const found = await runCli([...args, "--masks", `${coco}/panoptic_png`]);
    expect([found.code, found.stderr]).toEqual([0, ""]);
    const lost = await runCli(args);
    expect(lost.code).toBe(1);
    expect(lost.stderr).toContain("--masks names the folder of the panoptic PNGs");
  });
});

describe("wrong use ends with 2, says why on stderr and writes nothing", () => {
  test.each<[string, (place: ReturnType<typeof workspace>) => string[], string]>([
    ["no command", () => [], "Usage: limn"],
    ["an unknown command", () => ["rendr"], "unknown command 'rendr'"],
    ["an unknown option", ({ args }) => [...args, "--fast"], "unknown option '--fast'"],
    ["no --out", ({ args }) => args.slice(0, 4), "'--out <place>' not specified"],
    ["no file", ({ args }) => ["render", ...args.slice(2)], "missing required argument"],
    [
      "a missing file",
      ({ args }) => ["render", "none.json", ...args.slice(2)],
      "none.json: cannot be read (no such file",
    ],
    [
      "a missing folder",
      ({ args }) => [...args, "--images", "none"],
      "none: cannot be opened (no such file or folder)",
    ],
    ["a file for --images", ({ args, file }) => [...args, "--images", file], "expected a folder"],
    ["a file for --out", ({ args, file }) => [...args, "--out", file], "cannot be made"],
    ["a folder that cannot be, for --out", ({ args }) => [...args, "--out", "/proc/none/there"], "cannot be made"],
    ["--out on the pictures", ({ args, images }) => [...args, "--out", `${images}/.`], "would be overwritten"],
    ["--type gif", ({ args }) => [...args, "--type", "gif"], "Expected png or jpg"],
    ["--quality 0", ({ args }) => [...args, "--type", "jpg", "--quality", "0"], "whole number of 1 to 100"],
    ["--quality for PNG", ({ args }) => [...args, "--quality", "50"], "--quality is for --type jpg"],
    ["--limit x", ({ args }) => [...args, "--limit", "1e3"], "whole number of 1 or more"],
    ["--jobs 0", ({ args }) => [...args, "--jobs", "0"], "whole number"],
    ["an unknown style", ({ args }) => [...args, "--style", "fancy"], "one of default, boxes"],
    ["a style file that is none", ({ args, file }) => [...args, "--style", file], "instances.json"],
    [
      "photos as annotations",
      ({ args, images }) => ["render", `${images}/1.png`, ...args.slice(2)],
      "1.png: expected JSON",
    ],
  ])("%s", async (_, argsOf, words) => {
    const place = workspace();
    const { code, stdout, stderr } = await runCli(argsOf(place));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
    expect(filesBelow(place.folder)).toEqual(["instances.json", "photos/1.png", "photos/sub/1.png"]);
  });
});

describe("limn", () => {
  test("--version is that of the package", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("--help has examples and the exit codes", async () => {
    const { code, stdout } = await runCli(["render", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("$ limn render instances.json --images photos --out drawn");
    expect(stdout).toMatch(/Exit codes:\n {2}0 +every picture is drawn/);
  });
});
