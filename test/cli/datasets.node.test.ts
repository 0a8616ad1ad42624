/** `limn convert` and `limn info` as a user meets them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openZip } from "../../src/format/index.ts";
import { filesBelow, runCli, temporaryFolder } from "../support/cli.ts";
import { cocoOf, writePicture } from "../support/dataset-files.ts";

function sample(names: readonly string[] = ["a.png", "b.png"]): { root: string; file: string; images: string } {
  const root = temporaryFolder();
  const images = join(root, "images");
  mkdirSync(images);
  for (const name of names) writePicture(images, name);
  const file = join(root, "instances.json");
  writeFileSync(file, JSON.stringify(cocoOf(names)));
  return { root, file, images };
}

test("COCO becomes a YOLO folder, and that COCO again in an archive", async () => {
  const { root, file, images } = sample();
  const yolo = join(root, "yolo");
  const there = await runCli(["convert", file, yolo, "--to", "yolo"]);
  expect([there.code, there.stdout]).toEqual([
    0,
    expect.stringMatching(/^2 pictures, \d+ annotations?: coco -> yolo, /),
  ]);
  expect(filesBelow(yolo)).toContain("data.yaml");
  const zip = join(root, "back.zip");
  const back = await runCli(["convert", yolo, zip, "--to", "coco", "--images", images, "--json"]);
  expect([back.code, back.stderr]).toEqual([0, ""]);
  expect(JSON.parse(back.stdout)).toMatchObject({ from: "yolo", to: "coco", pictures: 2, problems: [] });
  expect((await (await openZip(readFileSync(zip))).list()).length).toBeGreaterThan(0);
  const again = await runCli(["info", zip, "--json"]);
  expect([again.code, JSON.parse(again.stdout)]).toEqual([0, expect.objectContaining({ format: "coco", pictures: 2 })]);
});

test("what is there is not overwritten without --force", async () => {
  const { root, file } = sample();
  const out = join(root, "out");
  expect((await runCli(["convert", file, out, "--to", "voc"])).code).toBe(0);
  const second = await runCli(["convert", file, out, "--to", "voc"]);
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining("not empty; --force")]);
  expect((await runCli(["convert", file, out, "--to", "voc", "--force"])).code).toBe(0);
  const archive = join(root, "x.zip");
  writeFileSync(archive, "mine");
  expect((await runCli(["convert", file, archive, "--to", "voc"])).code).toBe(2);
  expect(readFileSync(archive, "utf8")).toBe("mine");
});

test("losses are told with their number and place; --strict makes them a failure", async () => {
  const { root, file } = sample();
  const loose = await runCli(["convert", file, join(root, "a"), "--to", "yolo"]);
  expect([loose.code, loose.stderr]).toEqual([
    0,
    expect.stringMatching(/lost: id of an object: \d+ \(first: scenes\[0\]\.annotations\[0\]\.id\)/),
  ]);
  const zip = join(root, "b.zip");
  const strict = await runCli(["convert", file, zip, "--to", "yolo", "--strict"]);
  expect([strict.code, strict.stderr]).toEqual([1, expect.stringContaining("lost: ")]);
  expect(filesBelow(root)).not.toContain("b.zip");
});

test("wrong use ends with 2 and says what was expected", async () => {
  const { root, file } = sample();
  const cases = [
    ["convert", file, join(root, "x"), "--to", "nothing"],
    ["convert", file, join(root, "x")],
    ["convert", join(root, "none"), join(root, "x"), "--to", "coco"],
    ["convert", file, file, "--to", "coco", "--force"],
    ["info", join(root, "none")],
    ["info", file, "--from", "nothing"],
  ];
  for (const args of cases) {
    const { code, stderr } = await runCli(args);
    expect([args.join(" "), code, stderr]).toEqual([args.join(" "), 2, expect.stringMatching(/^limn: |error: /)]);
  }
});

test("names cannot act on a terminal", async () => {
  const { root, file } = sample();
  const coco = JSON.parse(readFileSync(file, "utf8"));
  coco.categories[0].name = "\u001b[31mred\u202e\n__proto__";
  coco.annotations.push({ id: 99, image_id: "\u001b[2J", bbox: [0, 0, 1, 1], category_id: 1 });
  writeFileSync(file, JSON.stringify(coco));
  for (const args of [
    ["info", file],
    ["info", file, "--json"],
    ["convert", file, join(root, "x"), "--to", "voc"],
    ["convert", file, join(root, "y"), "--to", "yolo", "--json"],
  ]) {
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(0);
    // oxlint-disable-next-line no-control-regex
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

test("info counts and names the record of each problem", async () => {
  const { file } = sample();
  const coco = JSON.parse(readFileSync(file, "utf8"));
  coco.annotations.push({ id: 99, image_id: 77, bbox: [0, 0, 1, 1], category_id: 1 });
  writeFileSync(file, JSON.stringify(coco));
  const plain = await runCli(["info", file]);
  expect([plain.code, plain.stdout]).toEqual([
    0,
    expect.stringMatching(/problems {5}1\n {2}instances\.json\.annotations\[\d+\]\.image_id: no image/),
  ]);
  expect(plain.stdout).toMatch(/█/);
  expect((await runCli(["info", file, "--strict"])).code).toBe(1);
});

test("render draws an archive and a YOLO folder", async () => {
  const { root, file, images } = sample();
  for (const [out, to] of [
    ["d.zip", "voc"],
    ["d", "yolo"],
  ] as const) {
    const path = join(root, out);
    expect((await runCli(["convert", file, path, "--to", to])).code).toBe(0);
    const drawn = join(root, `drawn-${to}`);
    const { code, stderr } = await runCli(["render", path, "--images", images, "--out", drawn]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(filesBelow(drawn)).toEqual(["a.png", "b.png"]);
  }
});
