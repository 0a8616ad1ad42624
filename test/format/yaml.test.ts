import { expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { formatYaml, parseYaml } from "../../src/format/yaml.ts";

function refused(text: string | Uint8Array): ImageError {
  try {
    parseYaml(text, "data.yaml");
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("mappings are Maps, so that every key is one like any other", () => {
  const value = parseYaml("names:\n  0: cat\n  __proto__: dog\nkpt_shape: [17, 3]\n", "data.yaml");
  const names = new Map<unknown, unknown>([
    [0, "cat"],
    ["__proto__", "dog"],
  ]);
  expect(value).toEqual(
    new Map<unknown, unknown>([
      ["names", names],
      ["kpt_shape", [17, 3]],
    ]),
  );
});

test("what is written is read back", () => {
  const value = new Map<string, string | ReadonlyMap<number, string>>([
    ["path", "."],
    [
      "names",
      new Map([
        [0, "a: b # c"],
        [1, "yes"],
        [2, "1"],
        [3, "😀\n"],
        [4, " - "],
      ]),
    ],
  ]);
  expect(parseYaml(formatYaml(value), "data.yaml")).toEqual(value);
});

test("a tag of another language makes no object", () => {
  expect(parseYaml("a: !!python/object/apply:os.system [ls]", "data.yaml")).toEqual(new Map([["a", ["ls"]]]));
});

test.each([
  ["a: [1, 2", "DECODE", /^data\.yaml:\d+$/],
  ["a: 1\na: 2", "DECODE", /^data\.yaml:2$/],
  [Uint8Array.of(0xff), "DECODE", /^data\.yaml$/],
  ["[".repeat(100_000), "LIMIT", /^data\.yaml$/],
  ["- ".repeat(100_000), "LIMIT", /^data\.yaml$/],
  [
    `a0: &a0 [x, x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`).join("\n")}`,
    "LIMIT",
    /^data\.yaml$/,
  ],
  [" ".repeat(2 ** 22 + 1), "LIMIT", /^data\.yaml$/],
])("%# is refused", (text, code, path) => {
  const error = refused(text);
  expect(error.code).toBe(code);
  expect(error.path).toMatch(path);
});
