/** The worker of a batch: draws the jobs that its parent sends. A file of its own in every build. */
import "./core/wasm-bytes.ts"; // first, as in index.ts
import "./draw/font-data.ts";
import { hearParent } from "#platform";
import { type Order, packError, type Reply } from "./batch/messages.ts";
import { renderJob } from "./batch/render-job.ts";
import { useModule } from "./core/wasm.ts";
import { limits } from "./limits.ts";

const reply: (message: Reply) => void = hearParent((message) => {
  const order = message as Order;
  if (order.kind === "start") {
    useModule(order.module);
    Object.assign(limits, order.limits);
    return;
  }
  const { id, job } = order;
  renderJob(job).then(
    (picture) => reply({ kind: "drawn", id, picture }),
    (error: unknown) => reply({ kind: "failed", id, error: packError(error) }),
  );
});
