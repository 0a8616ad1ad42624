// npm start: renders the sample dataset and says where the pictures are.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const out = path("../out/sample");
const { status } = spawnSync(
  process.execPath,
  [path("../dist/cli.js"), "render", path("sample/instances.json"), "--images", path("sample/images"), "--out", out],
  { stdio: "inherit" },
);
if (status === 0) console.log(`The annotated pictures are in ${out}`);
process.exit(status ?? 1);
