/**
 * build/js (tsc's output, one file a source) -> dist.
 *
 * dist/*.js share chunks, so that nothing is loaded twice; `#platform` stays an import and is resolved by
 * package.json#imports at run time. dist/limn.min.js and dist/slim.js are self-contained single files with the browser's
 * platform: the first for plain `<script type="module">`, the second without the wasm bytes.
 */
import { fileURLToPath } from "node:url";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { onFirstUse } from "./scripts/on-first-use.mjs";

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const browserPlatform = {
  name: "browser-platform",
  resolveId: (id) => (id === "#platform" ? path("build/js/platform/browser.js") : null),
};
const withoutWasm = {
  name: "without-wasm",
  load: (id) => (id.endsWith("/core/wasm-bytes.js") ? "export const WASM = undefined;" : null),
};
/** What only registered fonts need: files of their own, which every bundle loads when the first font is registered. */
const fontParts = {
  name: "font-parts",
  resolveId(id, importer) {
    const part = importer && /^\.\/(shaping|woff2)\.(?:js|ts)$/.exec(id)?.[1];
    return part ? { id: `font-part:${part}`, external: true } : null;
  },
};
const fontPartsIn = (folder) => (id) => id.replace(/^font-part:(.*)/, `${folder}$1.js`);
/**
 * What the main entry loads is one chunk: Node reads modules file by file, and each level of imports waits for the one above
 * it. What only the command line and batches need stays outside, and so does the ground floor, which the platform's files need too.
 */
const MAIN = path("build/js/index.js");
let ofMain;
const library = (id, { getModuleInfo }) => {
  if (/\/build\/js\/(?:errors|join-bytes|limits)\.js$/.test(id)) return "errors";
  ofMain ??= importsOf(MAIN, getModuleInfo);
  return ofMain.has(id) ? "limn" : undefined;
};

/** Everything that a module imports, and what that imports, without the module itself. */
function importsOf(entry, getModuleInfo) {
  const found = new Set();
  const queue = [entry];
  for (let id = queue.pop(); id !== undefined; id = queue.pop())
    for (const next of getModuleInfo(id)?.importedIds ?? []) {
      if (found.has(next) || getModuleInfo(next)?.isExternal !== false) continue;
      found.add(next);
      queue.push(next);
    }
  return found;
}
const fflate = onFirstUse("/fflate/esm/browser.js", ["deflateSync", "inflateSync", "zlibSync"]);
const minify = terser({ module: true, compress: { passes: 2 } });
/** A script that stands inside a page must not hold what ends it, nor anything that an encoding could change. */
const insideHtml = [
  terser({ module: true, compress: { passes: 2 }, format: { ascii_only: true } }),
  {
    name: "inside-html",
    renderChunk: {
      order: "post",
      handler(code) {
        if (/<\/script|<!--/i.test(code)) this.error("this script cannot stand inside a page");
        if (/[^\x20-\x7e\n]/.test(code)) this.error("this script holds more than ASCII");
      },
    },
  },
];

export default [
  {
    input: {
      index: "build/js/index.js",
      node: "build/js/node.js",
      format: "build/js/format/index.js",
      batch: "build/js/batch/index.js",
      service: "build/js/service/index.js",
      "service-node": "build/js/service/node.js",
      viewer: "build/js/viewer/index.js",
      cli: "build/js/cli/main.js",
      "batch-worker": "build/js/batch-worker.js",
      "platform/node": "build/js/platform/node.js",
      "platform/browser": "build/js/platform/browser.js",
    },
    external: [
      /^node:/,
      /^@aws-sdk\//,
      "#platform",
      "@hono/node-server",
      "bullmq",
      "cli-progress",
      "commander",
      "fast-xml-parser",
      /^hono(?:\/|$)/,
      "ioredis",
      "sharp",
      "tar-stream",
      "tinyglobby",
      "yaml",
    ],
    plugins: [fontParts, fflate, resolve()],
    output: {
      dir: "dist",
      format: "es",
      chunkFileNames: "shared/[name].js",
      manualChunks: library,
      paths: fontPartsIn("../"),
    },
  },
  {
    input: "build/js/index.js",
    plugins: [browserPlatform, fontParts, fflate, resolve({ browser: true }), minify],
    output: { file: "dist/limn.min.js", format: "es", inlineDynamicImports: true, paths: fontPartsIn("./") },
  },
  {
    input: "build/js/slim.js",
    plugins: [browserPlatform, withoutWasm, fontParts, fflate, resolve({ browser: true }), minify],
    output: { file: "dist/slim.js", format: "es", inlineDynamicImports: true, paths: fontPartsIn("./") },
  },
  // the second holds what registered fonts need too
  ...[
    ["viewer-page.js", [fontParts]],
    ["viewer-page-fonts.js", []],
  ].map(([file, parts]) => ({
    input: "build/js/viewer-page.js",
    plugins: [browserPlatform, ...parts, fflate, resolve({ browser: true }), insideHtml],
    output: { file: `dist/${file}`, format: "es", inlineDynamicImports: true, paths: fontPartsIn("./") },
  })),
  {
    input: "build/js/batch-worker.js",
    plugins: [browserPlatform, withoutWasm, fontParts, fflate, resolve({ browser: true }), minify],
    output: {
      file: "dist/batch-worker.browser.js",
      format: "es",
      inlineDynamicImports: true,
      paths: fontPartsIn("./"),
    },
  },
  ...["shaping", "woff2"].map((part) => ({
    input: `build/js/draw/fonts/${part}.js`,
    plugins: [resolve({ browser: true }), minify],
    output: { file: `dist/${part}.js`, format: "es" },
  })),
];
