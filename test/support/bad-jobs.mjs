/** The listener of `bad-worker.mjs`, a module of its own so that it is there before the worker's. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";

parentPort.addEventListener("message", (event) => {
  const order = event.data;
  const [, once, what] = /^(once-)?(crash|hang|throw)/.exec(order.job?.job.output ?? "") ?? [];
  if (!what) return;
  const { images, output, scene } = order.job.job;
  const mark = images ? join(images, `${output}.met`) : join(tmpdir(), `limn-met-${scene.imageId}`);
  if (once) {
    if (existsSync(mark)) return rmSync(mark);
    writeFileSync(mark, "");
  }
  event.stopImmediatePropagation();
  if (what === "crash") process.exit(3);
  if (what === "throw") throw new Error("thrown in the thread");
  for (;;);
});
