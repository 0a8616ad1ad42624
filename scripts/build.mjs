// The whole build: assembly -> build/*.wasm -> src/core/wasm-bytes.ts; font -> src/draw/font-data.ts; src -> build/js -> dist.
// Skipped when nothing that it reads has changed since the last one; `--force` builds anyway.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const GENERATED = /^src\/(?:core\/wasm-bytes|draw\/font-data|draw\/fonts\/[^/]*-bytes|service\/page-files)\.ts$/;
const STAMP = "build/stamp";

const files = (folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => !GENERATED.test(file) && statSync(file).isFile());

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const hash = createHash("sha256");
const settings = [
  "asconfig.json",
  "package.json",
  "rollup.config.mjs",
  "tsconfig.build.json",
  "tsconfig.json",
  "tsconfig.node.json",
];
for (const file of [...["assembly", "scripts", "src"].flatMap(files), ...settings].sort())
  hash.update(file).update("\0").update(readFileSync(file)).update("\0");
const digest = hash.digest("hex");
const fresh = existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest && existsSync("dist/index.js");
if (fresh && !process.argv.includes("--force")) {
  console.log("build: up to date");
  process.exit(0);
}

mkdirSync("build", { recursive: true });
for (const old of [STAMP, "build/js", "dist"]) rmSync(old, { recursive: true, force: true });
run("scripts/build-wasm.mjs");
run("scripts/bake-font.mjs");
run("scripts/embed-shaping.mjs");
run("scripts/embed-page.mjs");
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
// declarations name their neighbours as the published files are called
for (const file of files("dist/types"))
  writeFileSync(file, readFileSync(file, "utf8").replace(/((?:from|import\() ?"\.{1,2}\/[^"]+)\.ts"/g, '$1.js"'));
run("node_modules/rollup/dist/bin/rollup", "-c", "--silent");
copyFileSync("build/core.wasm", "dist/core.wasm");
chmodSync("dist/cli.js", 0o755);
writeFileSync(STAMP, digest);
for (const file of ["core.wasm", "limn.min.js", "shaping.js", "slim.js", "woff2.js"])
  console.log(`dist/${file}  ${statSync(`dist/${file}`).size} bytes`);
