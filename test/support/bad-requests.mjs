/**
 * A listener of `bad-worker.mjs`: requests that misbehave. A body with `@hang` keeps its thread for ever, `@crash` ends it,
 * `@wait-300` sleeps so many milliseconds first; `@once:<file>` before these means: only if that file is not there yet.
 */
import { existsSync, writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";

parentPort.addEventListener("message", (event) => {
  const body = event.data.job?.job.body;
  const [, mark, what, time] =
    /(?:@once:([^"@]+))?@(hang|crash|wait)(?:-(\d+))?/.exec(body ? Buffer.concat(body).toString() : "") ?? [];
  if (!what) return;
  if (mark) {
    if (existsSync(mark)) return;
    writeFileSync(mark, "");
  }
  if (what === "wait") return void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(time));
  event.stopImmediatePropagation();
  if (what === "crash") process.exit(3);
  for (;;);
});
