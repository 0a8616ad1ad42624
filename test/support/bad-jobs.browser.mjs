/**
 * The listener of `bad-worker.browser.mjs`, a module of its own so that it is there before the worker's. A crash is a worker
 * that closes itself, which tells its parent nothing.
 */
self.addEventListener("message", (event) => {
  const order = event.data;
  const [, once, what] = /^(once-)?(crash|hang|throw)/.exec(order.job?.job.output ?? "") ?? [];
  if (!what || order.met) return;
  event.stopImmediatePropagation();
  void metBefore(once ? `met-${order.job.job.scene.imageId}` : undefined).then((met) => {
    if (met) self.dispatchEvent(new MessageEvent("message", { data: { ...order, met } }));
    else if (what === "crash") self.close();
    else if (what === "throw") setTimeout(() => thrown());
    else for (;;);
  });
});

function thrown() {
  throw new Error("thrown in the thread");
}

/** True from the second time on that any worker asks for a name. */
async function metBefore(name) {
  if (name === undefined) return false;
  const root = await navigator.storage.getDirectory();
  const found = await root.getFileHandle(name).catch(() => undefined);
  if (!found) await root.getFileHandle(name, { create: true });
  else await root.removeEntry(name);
  return found !== undefined;
}
