import { expect, test } from "vitest";
import { OutputNames } from "../../src/batch/output-names.ts";
import { ImageError } from "../../src/errors.ts";
import { relativeName } from "../../src/platform/relative-name.ts";

test("folders are kept and no name is given twice", () => {
  const names = new OutputNames();
  const given = [
    "a/1.jpg",
    "b/1.jpg",
    "1.jpg",
    "1.png",
    "1.jpg",
    "1.jpg",
    "./b//2.jpeg",
    ".hidden",
    "v1.2",
    "x.tar.gz",
    "noext",
  ];
  expect(given.map((name) => names.next(name, "png"))).toEqual([
    "a/1.png",
    "b/1.png",
    "1.png",
    "1.png.png",
    "1.jpg.png",
    "1.jpg-2.png",
    "b/2.png",
    ".hidden.png",
    "v1.png",
    "x.tar.png",
    "noext.png",
  ]);
});

test("names that some disks do not tell apart are told apart", () => {
  const names = new OutputNames();
  expect(["A.jpg", "a.jpg", "\u00e9.jpg", "e\u0301.jpg"].map((name) => names.next(name, "jpg"))).toEqual([
    "A.jpg",
    "a.jpg.jpg",
    "\u00e9.jpg",
    "e\u0301.jpg.jpg",
  ]);
});

test.each([
  7 as never,
  null as never,
  "",
  ".",
  "/",
  "/etc/passwd",
  "\\\\host\\share",
  "C:\\a.png",
  "c:a.png",
  "..",
  "../a.png",
  "a/../../b",
  "a\\..\\b",
  "a\0.png",
])("%j is no name below a folder", (name) => {
  expect(() => relativeName(name)).toThrow(ImageError);
  expect(() => new OutputNames().next(name, "png")).toThrow(/expected the name of a file below its folder/);
});

test.each([
  ["a..b/..c", "a..b/..c"],
  ["./a/./b.png", "a/b.png"],
  ["__proto__", "__proto__"],
])("%j is a name below a folder", (name, relative) => {
  expect(relativeName(name)).toBe(relative);
});
