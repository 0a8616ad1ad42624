/** The worker of a batch: does the jobs that its parent sends. A file of its own in every build. */
import "./core/wasm-bytes.ts"; // first, as in index.ts
import "./draw/font-data.ts";
import { hearParent } from "#platform";
import { type Order, packError, type Reply } from "./batch/messages.ts";
import { keepSpare } from "./batch/spare-memory.ts";
import { runJob, transferOf } from "./batch/worker-job.ts";
import { useModule } from "./core/wasm.ts";
import { registerFont } from "./draw/fonts/registry.ts";
import { limits } from "./limits.ts";

/** Set while fonts are loaded: what comes meanwhile waits, and fails if they do. */
let loading: Promise<void> | undefined;

const reply: (message: Reply, transfer?: ArrayBuffer[]) => void = hearParent((message) => {
  const order = message as Order;
  if (order.kind === "start") {
    useModule(order.module);
    Object.assign(limits, order.limits);
    reply({ kind: "ready" });
  } else if (order.kind === "fonts") {
    const before = loading;
    loading = (async () => {
      await before;
      for (const { bytes, name, index } of order.fonts) await registerFont(bytes, { name, index });
      loading = undefined;
    })();
    loading.catch(() => undefined); // it is the error of the jobs that wait for it
  } else void work(order);
});

async function work({ id, job, spare }: Extract<Order, { kind: "job" }>): Promise<void> {
  try {
    if (spare) keepSpare(new Uint8Array(spare));
    if (loading) await loading;
    const result = await runJob(job);
    reply({ kind: "done", id, result }, transferOf(result));
  } catch (error) {
    reply({ kind: "failed", id, error: packError(error) });
  }
}
