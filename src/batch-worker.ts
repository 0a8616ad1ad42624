/** The worker of a batch: does the jobs that its parent sends. A file of its own in every build. */
import "./core/wasm-bytes.ts"; // first, as in index.ts
import "./draw/font-data.ts";
import { hearParent } from "#platform";
import { type Order, packError, type Reply } from "./batch/messages.ts";
import { runJob, transferOf } from "./batch/worker-job.ts";
import { useModule } from "./core/wasm.ts";
import { limits } from "./limits.ts";

const reply: (message: Reply, transfer?: ArrayBuffer[]) => void = hearParent((message) => {
  const order = message as Order;
  if (order.kind === "start") {
    useModule(order.module);
    Object.assign(limits, order.limits);
    return;
  }
  const { id, job } = order;
  runJob(job).then(
    (result) => reply({ kind: "done", id, result }, transferOf(result)),
    (error: unknown) => reply({ kind: "failed", id, error: packError(error) }),
  );
});
