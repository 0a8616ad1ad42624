/**
 * Runs the benches: `node --conditions=unbundled bench/run.mjs [--peers] [name …]`, each file in a process of its own, and
 * ends with a table (Markdown) of everything that has a floor.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith("--"));
const folder = mkdtempSync(join(tmpdir(), "limn-bench-"));
const log = join(folder, "rows.jsonl");
const env = { ...process.env, LIMN_BENCH_LOG: log, ...(args.includes("--peers") ? { LIMN_PEERS: "1" } : {}) };
const files = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".mjs") && !["run.mjs", "harness.mjs", "inputs.mjs"].includes(file))
  .filter((file) => names.length === 0 || names.includes(file.replace(/\.mjs$/, "")))
  .sort();
if (files.length === 0) throw new Error(`no bench is called ${names.join(" or ")}`);

console.log(
  `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB. ` +
    "Times are medians over rounds; x is the median of (that time / the first row's time), round by round.",
);
let failed = 0;
for (const file of files) {
  const { status } = spawnSync(process.execPath, ["--conditions=unbundled", new URL(file, import.meta.url).pathname], {
    stdio: "inherit",
    env,
  });
  if (status !== 0) failed++;
}
const rows = existsSync(log)
  ? readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
  : [];
rmSync(folder, { recursive: true });
console.log("\n| what | against | wanted | reached | |\n| --- | --- | --- | --- | --- |");
for (const { title, against, wanted, reached, ok } of rows)
  console.log(`| ${title} | ${against} | ${wanted} | ${reached} | ${ok ? "ok" : "**MISSED**"} |`);
console.log(`\n${rows.filter(({ ok }) => ok).length} of ${rows.length} floors reached`);
process.exit(failed ? 1 : 0);
