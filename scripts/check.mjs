// Types (neutral floors, Node floors, assembly, tests), lint, format, the published files, the size of a bundle; after a build.
import { spawnSync } from "node:child_process";

const steps = [
  ["types: neutral floors", "tsc", "-p", "tsconfig.json", "--noEmit"],
  ["types: Node floors", "tsc", "-p", "tsconfig.node.json"],
  ["types: assembly", "tsc", "-p", "assembly/tsconfig.json"],
  ["types: tests", "tsc", "-p", "test/tsconfig.json"],
  ["lint", "oxlint", "--deny-warnings", "src"],
  ["format", "prettier", "--check", "."],
  ["package", "publint", "--strict"],
  ["size", "node", "scripts/check-size.mjs"],
];

let failed = 0;
for (const [name, command, ...args] of steps) {
  const { status } =
    command === "node"
      ? spawnSync(process.execPath, args, { stdio: "inherit" })
      : spawnSync("npx", ["--no-install", command, ...args], { stdio: "inherit" });
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name}`);
  if (status !== 0) failed++;
}
process.exit(failed ? 1 : 0);
