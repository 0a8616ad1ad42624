/** Folders of the disk: relative names only, and no links out. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { limits } from "../../src/limits.ts";
import { Folder } from "../../src/platform/node-folder.ts";
import { temporaryFolder } from "../support/cli.ts";

const before = { ...limits };
afterEach(() => void Object.assign(limits, before));

test("files are listed by relative names; hidden ones, folders and links out are not", async () => {
  const root = temporaryFolder();
  const outside = temporaryFolder();
  writeFileSync(join(outside, "secret.json"), "{}");
  mkdirSync(join(root, "a"));
  writeFileSync(join(root, "a", "b.json"), "0123456789");
  writeFileSync(join(root, ".hidden"), "");
  symlinkSync(join(outside, "secret.json"), join(root, "link.json"));
  symlinkSync(outside, join(root, "folder"));
  symlinkSync(join(root, "a", "b.json"), join(root, "inside.json"));
  symlinkSync(root, join(root, "a", "loop"));
  const folder = new Folder(root);
  expect(await folder.list()).toEqual(["a/b.json", "inside.json"]);
  expect(await folder.size("a/b.json")).toBe(10);
  expect(new TextDecoder().decode(await folder.readPart("a/b.json", 7, 100))).toBe("789");
  expect(new TextDecoder().decode(await folder.readHead("a/b.json", 2))).toBe("01");
  await expect(folder.read("link.json")).rejects.toThrow(/link out of it/);
  await expect(folder.read("folder/secret.json")).rejects.toThrow(/link out of it/);
  await expect(folder.read("../x")).rejects.toThrow(/"\.\."/);
  await expect(folder.readPart("none", 0, 1)).rejects.toThrow(/no such file/);
});

test("what is written is listed; names that lead outside are refused", async () => {
  const folder = new Folder(temporaryFolder());
  expect(await folder.list()).toEqual([]);
  await folder.write("x/y.txt", "é");
  expect(await folder.list()).toEqual(["x/y.txt"]);
  expect(await folder.size("x/y.txt")).toBe(2);
  await expect(folder.write("../y.txt", "")).rejects.toThrow(/"\.\."/);
});

test("a folder of too many files is refused", async () => {
  const folder = new Folder(temporaryFolder());
  for (const name of ["a", "b", "c"]) await folder.write(name, "");
  limits.maxFiles = 2;
  await expect(folder.list()).rejects.toThrow(/at most 2 files/);
  expect(() => new Folder("/no/such")).toThrow(/no such file/);
});
