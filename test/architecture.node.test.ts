import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as rules from "./support/architecture.ts";
import { importsOf, withoutComments } from "./support/source-text.ts";

function read(folder: string): [path: string, text: string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith("wasm-bytes.ts"))
    .map((file) => [join(folder, file).replaceAll("\\", "/"), readFileSync(join(folder, file), "utf8")]);
}

const project: rules.Sources = new Map([...read("src"), ...read("assembly")]);

/** Sources that hold only what a test plants. */
function planted(files: Record<string, string>): rules.Sources {
  return new Map(Object.entries(files));
}

test("there are sources to look at", () => {
  expect(project.size).toBeGreaterThan(30);
  expect(project.has("src/core/frame.ts") && project.has("assembly/index.ts")).toBe(true);
});

describe("floors", () => {
  test("imports go down only, never sideways", () => {
    expect(rules.floorViolations(project)).toEqual([]);
  });

  test.each([
    ["src/core/x.ts", 'import { a } from "../model/pixels.ts";', "core/x.ts -> model/pixels.ts: up"],
    ["src/core/x.ts", 'import type { a } from "../model/pixels.ts";', "core/x.ts -> model/pixels.ts: up"],
    ["src/core/x.ts", 'import {\n  a,\n  b as c,\n} from "../codec/a.ts";', "core/x.ts -> codec/a.ts: up"],
    ["src/core/x.ts", 'import "../codec/a.ts";', "core/x.ts -> codec/a.ts: up"],
    ["src/core/x.ts", "import * as a from '../codec/a.ts'", "core/x.ts -> codec/a.ts: up"],
    ["src/core/x.ts", 'export * from "../codec/a.ts";', "core/x.ts -> codec/a.ts: up"],
    ["src/core/x.ts", 'export { a } from "../codec/a.ts";', "core/x.ts -> codec/a.ts: up"],
    ["src/core/x.ts", 'const a = await import("../codec/a.ts");', "core/x.ts -> codec/a.ts: up"],
    ["src/core/x.ts", 'let a: import("../codec/a.ts").A;', "core/x.ts -> codec/a.ts: up"],
    ["src/core/x.ts", "const a = import(`../codec/a.ts`);", "core/x.ts -> codec/a.ts: up"],
    ["src/core/x.ts", "const a = `${await import('../codec/a.ts')}`;", "core/x.ts -> codec/a.ts: up"],
    [
      "src/draw/x.ts",
      'new Worker(new URL("../batch/worker.ts", import.meta.url));',
      "draw/x.ts -> batch/worker.ts: up",
    ],
    ["src/platform/x.ts", 'import { a } from "../core/heap.ts";', "platform/x.ts -> core/heap.ts: up"],
    ["src/media/x.ts", 'import { a } from "../task/y.ts";', "media/x.ts -> task/y.ts: sideways"],
    ["src/batch/deep/x.ts", 'import { a } from "../../viewer/y.ts";', "batch/deep/x.ts -> viewer/y.ts: sideways"],
    ["src/cli/x.ts", 'import { a } from "../index.ts";', "cli/x.ts -> index.ts: sideways"],
    ["src/format/x.ts", 'import { a } from "../index.ts";', "format/x.ts -> index.ts: up"],
    ["src/errors.ts", 'import { a } from "./core/heap.ts";', "errors.ts -> core/heap.ts: up"],
    [
      "src/core/x.ts",
      'import { a } from "../../assembly/status.ts";',
      "core/x.ts -> ../assembly/status.ts: leaves src",
    ],
    ["src/core/x.ts", "const a = import(name);", "core/x.ts: imports a computed name"],
    ["src/core/x.ts", "const a = import(`./${name}.ts`);", "core/x.ts: imports a computed name"],
    ["src/tools/x.ts", "", "tools/x.ts: its folder has no floor"],
  ])("%s with %j is caught", (path, text, line) => {
    expect(rules.floorViolations(planted({ [path]: text }))).toEqual([line]);
  });

  test.each([
    ["src/cli/x.ts", 'import { a } from "../batch/y.ts";'],
    ["src/node.ts", 'export * from "./index.ts";'],
    ["src/core/x.ts", 'import { coreFile } from "#platform";'],
    [
      "src/core/x.ts",
      '/** @example import { a } from "../draw/a.ts" */ // import("../draw/b.ts")\nimport "./heap.ts";',
    ],
    ["src/core/wasm-url.ts", 'new URL("../core.wasm", import.meta.url);'],
    ["src/core/x.ts", "const quote = /[\"']/; // import('../draw/a.ts')\nconst half = 4 / 2; // '"],
  ])("%s with %j is allowed", (path, text) => {
    expect(rules.floorViolations(planted({ [path]: text }))).toEqual([]);
  });
});

describe("doors", () => {
  test("Node and npm packages come in by their doors", () => {
    expect(rules.doorViolations(project)).toEqual([]);
  });

  test.each([
    ["src/codec/x.ts", 'import { readFileSync } from "node:fs";', "codec/x.ts -> node:fs"],
    ["src/codec/x.ts", 'const { a } = await import("node:zlib");', "codec/x.ts -> node:zlib"],
    ["src/batch/render-job.ts", 'import "node:fs";', "batch/render-job.ts -> node:fs"],
    ["src/index.ts", 'export { join } from "node:path";', "index.ts -> node:path"],
    ["src/format/x.ts", 'import { unzlibSync } from "fflate";', "format/x.ts -> fflate"],
    [
      "src/core/x.ts",
      'import { instantiateSync } from "@assemblyscript/loader/umd";',
      "core/x.ts -> @assemblyscript/loader",
    ],
    ["src/cli/x.ts", 'import { x } from "left-pad";', "cli/x.ts -> left-pad"],
    ["src/codec/x.ts", 'const sharp = require("sharp");', "codec/x.ts -> sharp"],
    ["src/codec/x.ts", 'import { a } from "limn";', "codec/x.ts -> limn"],
  ])("%s with %j is caught", (path, text, line) => {
    expect(rules.doorViolations(planted({ [path]: text }))).toEqual([line]);
  });

  test.each([
    ["src/batch/node-pool.ts", 'import { Worker } from "node:worker_threads";'],
    ["src/cli/x.ts", 'import { join } from "node:path";'],
  ])("%s with %j is allowed", (path, text) => {
    expect(rules.doorViolations(planted({ [path]: text }))).toEqual([]);
  });
});

describe("pointers", () => {
  test("stay in the core", () => {
    expect(rules.pointerViolations(project)).toEqual([]);
  });

  test("are caught outside, and not in comments", () => {
    const import_ = 'import { pointerOf as p } from "../core/frame.ts"; // coreOf';
    expect(rules.pointerViolations(planted({ "src/draw/x.ts": import_ }))).toEqual(["draw/x.ts: pointerOf"]);
    expect(rules.pointerViolations(planted({ "src/index.ts": "frame.adoptFrame();" }))).toEqual([
      "index.ts: adoptFrame",
    ]);
  });
});

describe("names of pages", () => {
  test("stay in the viewer", () => {
    expect(rules.pageViolations(project)).toEqual([]);
  });

  test("are caught outside, and not in comments", () => {
    const planted = new Map([
      ["src/draw/a.ts", 'const a = document.createElement("b"); // document.body'],
      ["src/viewer/b.ts", "document.body;"],
      ["src/draw/c.ts", "const text = options.document.body; type T = HTMLElement;"],
    ]);
    expect(rules.pageViolations(planted)).toEqual(["draw/a.ts: document.createElement", "draw/c.ts: HTMLElement"]);
  });
});

describe("the core", () => {
  test("imports only itself", () => {
    expect(rules.assemblyViolations(project)).toEqual([]);
    const outside = planted({ "assembly/x.ts": 'import { a } from "../src/core/status"; import { b } from "./math";' });
    expect(rules.assemblyViolations(outside)).toEqual(["assembly/x.ts -> ../src/core/status"]);
  });

  test("has the status codes that src has", () => {
    expect(rules.statusViolations(project)).toEqual([]);
    const other = planted({
      "assembly/status.ts": "export const OK: i32 = 0;\n/** No. */\nexport const NO_ROOM: i32 = -3;",
      "src/core/status.ts":
        "export const OK = 0;\nexport const NO_ROOM = -9; // export const A = 1;\nexport const MORE = -7;",
    });
    expect(rules.statusViolations(other)).toEqual([
      "NO_ROOM: -3 in the core, -9 in src",
      "MORE: undefined in the core, -7 in src",
    ]);
    expect(rules.statusViolations(new Map())).toEqual(["no status codes found"]);
  });

  test("exports the kernels that src declares, with the same number of parameters", () => {
    expect(rules.kernelViolations(project)).toEqual([]);
  });

  const core = (index: string, kernel: string, interfaces: string): rules.Sources =>
    new Map([
      ["assembly/index.ts", index],
      ["assembly/k.ts", kernel],
      ["src/core/kernels.ts", interfaces],
    ]);
  const kernel = "export function one(a: usize, // first, of two\n  b: i32): i32 { return 0; }";
  const kernels = "export interface Kernels extends AKernels {\n readonly memory: Memory;\n}";

  test.each([
    ['export { one } from "./k";', `interface AKernels { one(a: number, b: number): number; } ${kernels}`, []],
    ['export { one as two } from "./k";', `interface AKernels { two(a: number, b: number): number; } ${kernels}`, []],
    ['export { one } from "./k";', kernels, ["one: exported, but in no Kernels interface"]],
    [
      'export { one } from "./k";',
      `interface AKernels { one(a: number): number; } ${kernels}`,
      ["one: 2 parameters, 1 declared"],
    ],
    [
      'export { one } from "./k";',
      `interface BKernels { one(a: number, b: number): number; } ${kernels}`,
      ["BKernels: Kernels does not extend it"],
    ],
    [
      'export { one } from "./k";',
      `interface AKernels { one(a: number, b: number): number;\n  gone(): void; } ${kernels}`,
      ["gone: declared, but not exported"],
    ],
    ['export { none } from "./k";', kernels, ["none: not a function of assembly/k.ts", "no kernels found"]],
  ])("%j with %j gives %j", (index, interfaces, lines) => {
    expect(rules.kernelViolations(core(index, kernel, interfaces))).toEqual(lines);
  });
});

describe("length", () => {
  test("a file of more than 300 lines says why at its head", () => {
    expect(rules.lengthViolations(project)).toEqual([]);
  });

  test("one that does not is caught", () => {
    const body = "export {};\n".repeat(301);
    const long = new Map([
      ["src/a.ts", body],
      ["src/b.ts", `/** Tables.\n * Long because they belong together. */\n${body}`],
      ["src/c.ts", `/** Tables. */\n${body}// long\n`],
      ["src/d.ts", "export {};\n".repeat(300)],
    ]);
    expect(rules.lengthViolations(long)).toEqual(["src/a.ts: 301 lines", "src/c.ts: 303 lines"]);
  });
});

describe("reading sources", () => {
  test("comments go, strings and templates and regular expressions stay", () => {
    const text = "a('//'); `/* ${b /* c */ + `//`} */`; /[/*]\\//.test(d); // e\n/* f\n */ g / h / i";
    expect(withoutComments(text)).toBe(
      `a('//'); \`/* \${b ${" ".repeat(7)} + \`//\`} */\`; /[/*]\\//.test(d); \n    \n    g / h / i`,
    );
  });

  test("words that look like imports are none", () => {
    expect(importsOf('const text = "import x from y"; important("x"); obj.imported("y");')).toEqual([]);
  });
});
