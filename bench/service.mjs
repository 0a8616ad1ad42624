/**
 * The service under load: a photo of 640 x 480 as JPEG and ten boxes in, the drawn PNG out, connections kept
 * alive. Two services, of one worker and of two, take turns; what is reported beside requests per second is the time that a
 * request took. Everything stays on this machine, and ends after a number of seconds.
 *
 * Two rows, as a second worker brings what the rest of the machine leaves it: at the default level a picture takes a worker
 * little more time than moving its bytes takes the service's own thread, the collector and the load's process, which share
 * the cores with the workers; at level `small` the worker's time is nearly all there is.
 */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { atLeast, median } from "./harness.mjs";
import { photos, scene } from "./inputs.mjs";

const [WIDTH, HEIGHT] = [640, 480];
const ROUNDS = Number(process.env.LIMN_BENCH_ROUNDS ?? 5);
const SECONDS = 3;
/** Seconds of load before the first figure: so long V8 compiles beside the work, at a third of a core. */
const WARM_SECONDS = 10;
/** Enough that no worker waits for a request. */
const CONNECTIONS = 8;
/** What a service of two workers must reach against one of one. */
const FLOOR = 1.7;

const autocannon = await import("./peers/node_modules/autocannon/autocannon.js").then(
  ({ default: load }) => load,
  () => undefined,
);
if (autocannon) await main();
else console.log("\nservice: no figures without autocannon (npm run bench:peers installs it)");

async function main() {
  const { body, contentType } = await request();
  const services = [await start(1), await start(2)];
  try {
    for (const level of ["fast", "small"]) {
      const title = `service, ${WIDTH} x ${HEIGHT}: JPEG and ten boxes in, PNG (${level}) out`;
      const ask = { path: `/v1/tasks/detection?level=${level}`, body, contentType };
      for (const { url } of services) {
        await check(url, ask);
        await load(url, ask, WARM_SECONDS);
      }
      const found = [[], []];
      for (let round = 0; round < ROUNDS; round++)
        // in turns, and each first as often as the other
        for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
          const [service, own] = [cpuOf(services[i].child), process.cpuUsage()];
          const result = await load(services[i].url, ask, SECONDS);
          const { user, system } = process.cpuUsage(own);
          result.cpu = (cpuOf(services[i].child) - service) / result.count;
          result.loadCpu = (user + system) / 1000 / result.count;
          found[i].push(result);
        }
      console.log(`\n${title}`);
      for (const [i, results] of found.entries()) {
        const [rate, p50, p99, cpu, loadCpu] = ["rate", "p50", "p99", "cpu", "loadCpu"].map((key) =>
          median(results.map((result) => result[key])),
        );
        const name = i === 0 ? "1 worker " : "2 workers";
        console.log(
          `  ${name}  ${rate.toFixed(0).padStart(5)} requests/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  ` +
            `a request takes ${cpu.toFixed(2)} ms of the cores, the load ${loadCpu.toFixed(2)} ms more`,
        );
      }
      atLeast(title, "one worker", median(found[1].map(({ rate }, i) => rate / found[0][i].rate)), FLOOR);
    }
  } finally {
    await Promise.all(services.map(stop));
  }
}

/** A form with the photo and what a model said about it. */
async function request() {
  const [{ jpeg }] = photos(WIDTH, HEIGHT, 1);
  const { annotations } = scene(WIDTH, HEIGHT, { group: 0 });
  const objects = annotations
    .filter(({ box }) => box)
    .slice(0, 10)
    .map(({ box: { x, y, width, height }, category, score }) => ({
      category,
      score,
      "bounding-box": { left: x, top: y, width, height },
    }));
  const form = new FormData();
  form.append("image", new Blob([jpeg], { type: "image/jpeg" }), "photo.jpg");
  form.append("input", JSON.stringify({ objects, "show-score": true }));
  const whole = new Response(form);
  return { contentType: whole.headers.get("content-type"), body: Buffer.from(await whole.arrayBuffer()) };
}

/** The service as a user starts it. */
async function start(workers) {
  const entry = new URL("../dist/cli.js", import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, "serve", "--port", "0", "--workers", String(workers), "--quiet"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, url: JSON.parse(line).url };
}

/** Milliseconds of the cores that a process has had, where the system tells. */
function cpuOf({ pid }) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10; // in hundredths of a second
  } catch {
    return NaN;
  }
}

async function stop({ child }) {
  child.kill("SIGTERM");
  await once(child, "exit");
}

async function check(url, { path, body, contentType }) {
  const answer = await fetch(url + path, {
    method: "POST",
    body,
    headers: { "content-type": contentType, accept: "image/png" },
  });
  assert.equal(answer.status, 200);
  const view = new DataView(await answer.arrayBuffer());
  assert.deepEqual([view.getUint32(16), view.getUint32(20)], [WIDTH, HEIGHT]);
}

async function load(url, { path, body, contentType }, seconds) {
  const result = await autocannon({
    url: url + path,
    method: "POST",
    headers: { "content-type": contentType, accept: "image/png" },
    body,
    connections: CONNECTIONS,
    duration: seconds,
    // it would read every picture as text, which costs as much as drawing it
    setupClient: (client) => (client.pipelinedRequests.addBody = () => undefined),
  });
  assert.equal(result.non2xx + result.errors + result.timeouts, 0);
  return {
    count: result["2xx"],
    rate: result["2xx"] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}
