/** Threads of Node; the same names as `browser-workers.ts`. */
import { availableParallelism } from "node:os";
import { parentPort, Worker } from "node:worker_threads";
import type { Thread, ThreadEvents } from "./browser-workers.ts";

/** Cores that this process may use. */
export function coreCount(): number {
  return availableParallelism();
}

/**
 * MiB in which the objects of a thread are young: V8's own bound is 48, which each thread reaches in a long run and which makes
 * none faster.
 */
const YOUNG_GENERATION = 6;

/**
 * Start a thread.
 *
 * @param file - its module; default: limn's own, published beside this one
 */
export function openThread({ onMessage, onEnd }: ThreadEvents, file?: string | URL): Thread {
  // what the process was started with (a test runner's loaders and conditions) is not for a built file
  const options = { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION } };
  // written out, so that bundlers see the file
  const worker = file ? new Worker(file, options) : new Worker(new URL("../batch-worker.js", import.meta.url), options);
  let reason = "";
  worker
    .on("message", onMessage)
    .on("messageerror", (error) => onEnd(String(error)))
    .on("error", (error) => (reason = String(error)))
    .on("exit", (code) => onEnd(reason || `exit code ${code}`));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    close: async () => void (await worker.terminate()),
  };
}

/** Inside a thread: hear its parent. @returns the way back */
export function hearParent(
  onMessage: (message: unknown) => void,
): (message: unknown, transfer?: ArrayBuffer[]) => void {
  const port = parentPort;
  if (!port) return () => undefined; // loaded outside of a thread: nobody speaks
  port.on("message", onMessage);
  return (message, transfer) => port.postMessage(message, transfer);
}
