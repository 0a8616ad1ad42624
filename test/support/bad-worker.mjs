/**
 * limn's worker, made to fail: a job whose picture is to be named `crash…` ends the thread and one named `hang…` keeps it for
 * ever; with `once-` before that, only the first time that any worker meets it (a file beside the pictures remembers).
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import "../../dist/batch-worker.js";

// beside the worker's own listener, whose job waits for its file meanwhile
parentPort.on("message", (order) => {
  const [, once, what] = /^(once-)?(crash|hang|throw)/.exec(order.job?.output ?? "") ?? [];
  if (!what) return;
  const mark = join(order.job.images, `${order.job.output}.met`);
  if (once && existsSync(mark)) return;
  writeFileSync(mark, "");
  if (what === "crash") process.exit(3);
  if (what === "throw") throw new Error("thrown in the thread");
  for (;;);
});
