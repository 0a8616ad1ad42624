/** The listener of `bad-worker.mjs`, a module of its own so that it is there before the worker's. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";

parentPort.addEventListener("message", (event) => {
  const order = event.data;
  const [, once, what] = /^(once-)?(crash|hang|throw)/.exec(order.job?.job.output ?? "") ?? [];
  if (!what) return;
  const mark = join(order.job.job.images, `${order.job.job.output}.met`);
  if (once && existsSync(mark)) return;
  writeFileSync(mark, "");
  event.stopImmediatePropagation();
  if (what === "crash") process.exit(3);
  if (what === "throw") throw new Error("thrown in the thread");
  for (;;);
});
