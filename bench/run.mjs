// Runs the benches: `node --conditions=unbundled bench/run.mjs [--peers] [name …]`, each file in a process of its own.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith("--"));
const env = { ...process.env, ...(args.includes("--peers") ? { LIMN_PEERS: "1" } : {}) };
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
process.exit(failed ? 1 : 0);
