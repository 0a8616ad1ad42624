/** The examples of docs/engines.md, run with the engines that are here. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesBelow, runCli, temporaryFolder } from "../support/cli.ts";

const EXAMPLES = "examples/engines";
const PHOTOS = resolve("examples/sample/images");
const DATASET = resolve("examples/sample/instances.json");
const LIMN = `${process.execPath} ${resolve("dist/cli.js")}`;
const python = process.env["LIMN_PYTHON"] ?? "python3";

function has(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 60_000 }).status === 0;
}

function run(command: string, args: readonly string[], env: Record<string, string> = {}): string {
  return execFileSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, LIMN, PYTHONDONTWRITEBYTECODE: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const hasPython = has(python, "-c", "import json");
const shared = mkdtempSync(join(tmpdir(), "limn-test-"));
const [whole, lines, jobs] = ["whole", "lines", "jobs.jsonl"].map((name) => join(shared, name)) as [
  string,
  string,
  string,
];
afterAll(() => rmSync(shared, { recursive: true }));

/** What limn draws of the sample by itself, and the sample as jobs. */
beforeAll(async () => {
  expect((await runCli(["render", DATASET, "--images", PHOTOS, "--out", whole, "--quiet"])).code).toBe(0);
  expect((await runCli(["convert", DATASET, lines, "--to", "limn"])).code).toBe(0);
  if (hasPython) writeFileSync(jobs, run(python, [`${EXAMPLES}/jobs.py`, join(lines, "dataset.limn.jsonl")]));
});

/** A folder for the drawn pictures, which are to be those that limn draws by itself. */
function workspace() {
  const folder = temporaryFolder();
  const out = join(folder, "drawn");
  const same = () => {
    expect(filesBelow(out)).toEqual(filesBelow(whole));
    for (const name of filesBelow(whole))
      expect(readFileSync(join(out, name))).toEqual(readFileSync(join(whole, name)));
  };
  return { folder, out, same };
}

test("every example of the guide is one of the scripts'", () => {
  const scripts = readdirSync(EXAMPLES).map((name) => readFileSync(join(EXAMPLES, name), "utf8"));
  const blocks = [...readFileSync("docs/engines.md", "utf8").matchAll(/```(?:sh|python)\n([\s\S]*?)```/g)].slice(1);
  expect(blocks.length).toBeGreaterThan(7);
  for (const [, code] of blocks) expect(scripts.some((script) => script.includes(code!))).toBe(true);
});

test.skipIf(!hasPython)(
  "Python draws through one process, in order, and may leave early",
  { timeout: 60_000 },
  async () => {
    const { folder, out, same } = workspace();
    const script = join(folder, "use.py");
    writeFileSync(
      script,
      `
import itertools, json, sys, time
sys.path.insert(0, ${JSON.stringify(resolve(EXAMPLES))})
from limn_pipe import draw
options = ["--images", ${JSON.stringify(PHOTOS)}, "--jobs", "1"]
jobs = [json.loads(line) for line in open(${JSON.stringify(jobs)}, encoding="utf-8")]
print([result["id"] for result in draw(jobs, "--out", ${JSON.stringify(out)}, *options)])
small = ({"id": i, "image": "square/bench.jpg"} for i in itertools.count())  # for ever
print([result["id"] for result in itertools.islice(draw(small, *options), 3)])
def broken():
    yield {"id": 0, "image": "gone.jpg"}
    raise ValueError("mine")
try:
    print([result["ok"] for result in draw(broken(), *options)])
except ValueError as error:
    print(error)
try:
    list(draw([], "--images", "no/such/folder"))
except RuntimeError as error:
    print(error)
# one at a time: each job's result is there before the next job
def turns():
    for i in range(3):
        assert len(seen) == i
        yield {"id": i, "image": "square/bench.jpg"}
        while len(seen) == i: time.sleep(0.001)
seen = []
for result in draw(turns(), *options): seen.append(result["id"])
print(seen)
`,
    );
    expect(run(python, [script]).trimEnd().split("\n")).toEqual([
      "[0, 1, 2, 3, 4]",
      "[0, 1, 2]",
      "mine",
      "limn ended with exit code 2",
      "[0, 1, 2]",
    ]);
    same();
  },
);

test.skipIf(!hasPython || !has("parallel", "--version"))(
  "GNU parallel shares out jobs",
  { timeout: 60_000 },
  async () => {
    const { folder, out, same } = workspace();
    const results = join(folder, "results.jsonl");
    run(`${EXAMPLES}/parallel.sh`, [jobs, PHOTOS, out, results], { LIMN_PROCESSES: "2" });
    const found = readFileSync(results, "utf8").trimEnd().split("\n");
    const told = found.map((line) => JSON.parse(line) as { id: number; ok: boolean });
    expect(told.map(({ id, ok }) => [id, ok]).sort()).toEqual([0, 1, 2, 3, 4].map((id) => [id, true]));
    same();
  },
);

for (const LIMN_WITH of ["parallel", "xargs"])
  test.skipIf(!has(LIMN_WITH, "--version"))(`${LIMN_WITH} draws a dataset in parts`, { timeout: 60_000 }, async () => {
    const { out, same } = workspace();
    run(`${EXAMPLES}/shards.sh`, [DATASET, PHOTOS, out, "3"], { LIMN_WITH });
    same();
  });

test("tasks of a Slurm array draw the whole dataset", { timeout: 60_000 }, async () => {
  const { out, same } = workspace();
  for (const task of ["1", "2"])
    run(`${EXAMPLES}/slurm.sh`, [DATASET, PHOTOS, out], { SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_COUNT: "2" });
  same();
});

test.skipIf(!has(python, "-c", "import pyspark"))("Spark draws lines and rows", { timeout: 300_000 }, async () => {
  const { folder, out, same } = workspace();
  mkdirSync(join(folder, "tmp"));
  const printed = run(python, [`${EXAMPLES}/spark.py`, jobs, PHOTOS, out], {
    SPARK_LOCAL_DIRS: join(folder, "tmp"),
    PYSPARK_PYTHON: python,
  });
  expect(printed).toContain("drawn 5 failed []");
  expect(printed).toContain("rows 5 with a picture 5");
  same();
});

test.skipIf(!has(python, "-c", "import ray"))("Ray draws by tasks and by actors", { timeout: 300_000 }, async () => {
  const { out, same } = workspace();
  const printed = run(python, [`${EXAMPLES}/ray_parts.py`, jobs, PHOTOS, out]);
  expect(printed).toContain("drawn 5 failed []");
  expect(printed).toContain("pictures 5");
  same();
});
