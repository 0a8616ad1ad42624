/**
 * The size of what a page loads: build/js bundled with the browser's platform and minified, gzip -9, against a ceiling.
 * The wasm core and the font are text in the bundle; how much each takes is the difference that leaving it out makes.
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { rollup } from "rollup";

const KB = 1024;
const DRAWING = "decodeImage, render, encodePng, encodeJpeg, rle";
const EMPTY = {
  font: ["/draw/font-data.js", 'export const FONT = ["", ""];'],
  wasm: ["/core/wasm-bytes.js", "export const WASM = undefined;"],
};
const path = (file) => fileURLToPath(new URL(`../build/js/${file}`, import.meta.url));

/** Raw and compressed bytes of a bundle of `names`, without the texts in `without`. */
async function bundle(names, ...without) {
  const entry = {
    name: "entry",
    resolveId: (id) => (id === "entry" ? id : id === "#platform" ? path("platform/browser.js") : null),
    load(id) {
      if (id === "entry") return `export { ${names} } from ${JSON.stringify(path("index.js"))};`;
      for (const [end, code] of without.map((part) => EMPTY[part])) if (id.endsWith(end)) return code;
      return null;
    },
  };
  // what registered fonts need is loaded with the first one
  const external = /\/fonts\/(?:shaping|woff2)\.js$/;
  const rolled = await rollup({ input: "entry", external, plugins: [entry, resolve({ browser: true })] });
  const { output } = await rolled.generate({
    format: "es",
    inlineDynamicImports: true,
    plugins: [terser({ module: true, ecma: 2022, compress: { passes: 2 } })],
  });
  const code = Buffer.from(output[0].code);
  return { raw: code.length, gzip: gzipSync(code, { level: 9 }).length };
}

const figure = (bytes) => `${(bytes / KB).toFixed(1)} KB`.padStart(9);
const line = (name, { raw, gzip }, note = "") =>
  console.log(`${name.padEnd(38)}${figure(raw)} ${figure(gzip)} gzip  ${note}`);

const whole = await bundle(DRAWING);
const withoutFont = await bundle(DRAWING, "font");
const code = await bundle(DRAWING, "font", "wasm");
const part = (a, b) => ({ raw: a.raw - b.raw, gzip: a.gzip - b.gzip });

// The goal was set for masks, boxes, poses and labels; with every mark of the renderer inside, a bundle is larger. The
// ceiling keeps it from growing unnoticed: raise it only together with a line in the changelog that says what for.
let failed = false;
for (const [name, size, goal, ceiling] of [
  ["drawing, without font", withoutFont, 60 * KB, 105 * KB],
  ["drawing, with font", whole, 90 * KB, 131 * KB],
]) {
  failed ||= size.gzip > ceiling;
  const state = size.gzip <= goal ? "within the goal" : size.gzip <= ceiling ? "over the goal" : "OVER THE CEILING";
  line(name, size, `${state} (goal ${goal / KB} KB, ceiling ${ceiling / KB} KB)`);
}
line("  JavaScript", code);
line("  wasm", part(withoutFont, code));
line("  font", part(whole, withoutFont));
for (const name of ["rle", "decodeImage", "encodePng", "encodeJpeg"])
  line(`${name} alone, without wasm`, await bundle(name, "wasm"));

// a budget is also kept by a bundle that lacks what it is meant to hold
const LEAST = 10 * KB;
for (const [name, { gzip }] of Object.entries({
  JavaScript: code,
  wasm: part(withoutFont, code),
  font: part(whole, withoutFont),
}))
  if (gzip < LEAST) {
    console.log(`the ${name} of the bundle takes ${gzip} bytes, too few: something is missing from it`);
    failed = true;
  }
process.exit(failed ? 1 : 0);
