/** What is published: the files, the entries, and that they work where they are meant to. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/cli.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  exports: Record<string, string | Record<string, string>>;
  bin: Record<string, string>;
  main: string;
};

/** Run a program below the project, so that it finds the package by its name. */
function run(program: string, ...flags: string[]): string {
  return execFileSync(process.execPath, [...flags, "-e", program], { encoding: "utf8" });
}

describe("the package", () => {
  const packed = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { encoding: "utf8" }),
  ) as { files: { path: string }[] }[] | Record<string, { files: { path: string }[] }>;
  const files = Object.values(packed)[0]!.files.map(({ path }) => path);

  test("holds what its manifest names", () => {
    const named = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : [entry["types"]!, entry["default"]!],
    );
    for (const name of [...named, manifest.main, ...Object.values(manifest.bin)])
      expect(files).toContain(name.replace("./", ""));
    for (const name of ["README.md", "LICENSE", "THIRD-PARTY-NOTICES", "CHANGELOG.md"]) expect(files).toContain(name);
  });

  test("holds nothing else: no sources, tests, data or native code", () => {
    expect(
      files.filter(
        (file) =>
          !/^(dist\/|schema\/limn-jsonl\.schema\.json$|README\.md|LICENSE|THIRD-PARTY-NOTICES|CHANGELOG\.md|package\.json)/.test(
            file,
          ),
      ),
    ).toEqual([]);
    expect(files.filter((file) => !/\.(js|d\.ts|wasm|md|json)$|^(LICENSE|THIRD-PARTY-NOTICES)$/.test(file))).toEqual(
      [],
    );
  });

  test("declares no name of a source file", () => {
    for (const file of files.filter((path) => path.endsWith(".d.ts")))
      expect(readFileSync(file, "utf8")).not.toMatch(/from "\.[^"]*\.ts"/);
  });
});

describe("the entries", () => {
  test("are imported and required, with one ImageError for all", () => {
    const program = `
      import("limn").then(async ({ ImageError, decodeImage }) => {
        const names = ["limn/format", "limn/batch", "limn/node"];
        const [format, batch, node] = await Promise.all(names.map((name) => import(name)));
        try { format.readCoco("{"); } catch (error) { console.log(error instanceof ImageError, error.code); }
        try { node.decodeImage(new Uint8Array(4)); } catch (error) { console.log(error instanceof ImageError); }
        console.log(node.decodeImage === decodeImage, typeof batch.renderDataset);
      });`;
    expect(run(program)).toBe("true DECODE\ntrue\ntrue function\n");
    // a note that require of ES modules is young may come on stderr
    const required = `const { Frame, encodePng } = require("limn"); console.log(encodePng(Frame.create(2, 2, { fill: 0 }))[1]);`;
    expect(run(required, "--input-type=commonjs")).toBe("80\n");
  });

  test("hold a viewer that can be imported where there are no elements, and scripts of pages that load nothing", () => {
    const program = `
      import("limn/viewer").then(({ defineLimnImage, LimnImageElement }) => {
        console.log(typeof defineLimnImage, typeof LimnImageElement);
        try { defineLimnImage(); } catch (error) { console.log(error.name); }
      });`;
    expect(run(program)).toBe("function function\nReferenceError\n");
    for (const file of ["viewer-page", "viewer-page-fonts"]) {
      const text = readFileSync(`dist/${file}.js`, "utf8");
      expect(text).not.toMatch(
        /<\/script|<!--|innerHTML|outerHTML|insertAdjacentHTML|\beval\b|new Function|https?:\/\/(?!www\.w3\.org)/i,
      );
      if (file === "viewer-page-fonts") expect(text).not.toMatch(/\bimport\(/);
    }
  });

  test("cost no compiling before the first call", () => {
    const program = `
      const compile = WebAssembly.Module;
      let count = 0;
      WebAssembly.Module = class extends compile { constructor(bytes) { super(bytes); count++; } };
      import("limn").then(({ Frame }) => { const before = count; Frame.create(1, 1); console.log(before, count); });`;
    expect(run(program)).toBe("0 1\n");
  });

  test("slim says what to call before its wasm is there, and works after", () => {
    const program = `
      import("limn/slim").then(async ({ Frame, loadCore, encodePng }) => {
        try { Frame.create(1, 1); } catch ({ code, message }) { console.log(code, message.includes("loadCore")); }
        await loadCore(Promise.resolve(new Uint8Array(3))).catch(({ code }) => console.log(code));
        const path = require.resolve("limn/core.wasm");
        await Promise.all([loadCore(require("fs").readFileSync(path)), loadCore(require("fs").readFileSync(path))]);
        console.log(encodePng(Frame.create(1, 1)).length > 60);
      });`;
    expect(run(program)).toBe("STATE true\nARGUMENT\ntrue\n");
  });

  test("bundle for a browser without help, with nothing of Node in the result", async () => {
    const entry = join(temporaryFolder(), "entry.mjs");
    writeFileSync(entry, `export { decodeImage, rle, renderToPng } from ${JSON.stringify(resolve("dist/index.js"))};`);
    const warnings: string[] = [];
    const bundle = await rollup({
      input: entry,
      plugins: [nodeResolve({ browser: true })],
      onwarn: ({ message }) => void warnings.push(message),
    });
    const { output } = await bundle.generate({ format: "es", inlineDynamicImports: true });
    expect(warnings).toEqual([]);
    const text = output[0].code;
    expect(text).not.toMatch(/from "node:|require\("node:|import\("node:/);
    expect(text).not.toMatch(/^await /m);
  });

  test("load HarfBuzz with the first font only, from files that need nothing else", () => {
    const program = `
      const compile = WebAssembly.compile;
      let count = 0;
      WebAssembly.compile = (bytes) => (count++, compile(bytes));
      const { readFileSync } = require("fs");
      import("limn").then(async ({ registerFont }) => {
        const before = count;
        const names = ["arabic.woff2", "thai.ttf", "devanagari.woff"].map((name) => readFileSync("test/fonts/" + name));
        for (const bytes of names) console.log(await registerFont(bytes));
        console.log(before, count);
      });`;
    expect(run(program)).toBe("Noto Sans Arabic Regular\nNoto Sans Thai Regular\nNoto Sans Devanagari Regular\n0 2\n");
    for (const file of ["shaping", "woff2"]) {
      const text = readFileSync(`dist/${file}.js`, "utf8");
      expect(text).not.toMatch(/\bimport\b|\brequire\b|\bawait import\b|\bprocess\b|new Function|\beval\b|\bnode:/);
      expect(text).not.toMatch(/\.wasm\b/);
      expect(text).not.toMatch(/^await /m);
    }
  });

  test("register fonts from every bundle", () => {
    const program = (entry: string): string => `
      import(${JSON.stringify(entry)}).then(async ({ registerFont }) =>
        console.log(await registerFont(require("fs").readFileSync("test/fonts/arabic.woff2"))));`;
    for (const entry of ["limn", "limn/slim", "limn/node", resolve("dist/limn.min.js")])
      expect(run(program(entry))).toBe("Noto Sans Arabic Regular\n");
  });
});
