// Import to first PNG in a fresh Node, beside a Node that does nothing: whole processes.
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { atMost, median } from "./harness.mjs";

const ROUNDS = 15;
const index = new URL("../dist/index.js", import.meta.url).href;
const first = `import(${JSON.stringify(index)}).then(({ Frame, encodePng, render }) => {
  const frame = Frame.create(640, 480, { fill: 0x336699 });
  render(frame, { width: 640, height: 480, annotations: [{ box: { x: 90, y: 80, width: 200, height: 150 }, category: "car" }] });
  if (encodePng(frame).length < 100) process.exit(1);
});`;

function time(program) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, ["-e", program]);
  if (status !== 0) throw new Error("the program failed");
  return performance.now() - start;
}

const variants = { "node -e 0": "0", "import, draw, encode a PNG": first };
const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (let round = -1; round < ROUNDS; round++)
  for (const [name, program] of Object.entries(variants)) {
    const ms = time(program);
    if (round >= 0) times[name].push(ms);
  }
console.log("\nStart: import to first PNG, whole processes");
const [nothing, work] = Object.values(times);
for (const [name, list] of Object.entries(times))
  console.log(`  ${name.padEnd(28)} ${median(list).toFixed(1).padStart(7)} ms`);
atMost("import to first PNG in Node", "node -e 0", median(work.map((ms, i) => ms / nothing[i])), 2);
