/** Module workers of browsers; the same names as `node-workers.ts`. */

/** A thread, seen from its parent. */
export interface Thread {
  /** @throws `DataCloneError` for what cannot go to another thread */
  post(message: unknown): void;
  /** End it now, whatever it does. */
  close(): Promise<void>;
}

/** What a thread tells. */
export interface ThreadEvents {
  onMessage(message: unknown): void;
  /** It is gone, or cannot be trusted any more; may come more than once. */
  onEnd(reason: string): void;
}

/** Cores of this machine, as far as the browser tells. */
export function coreCount(): number {
  return navigator.hardwareConcurrency || 1;
}

/** Start a worker; see `node-workers.ts`. */
export function openThread({ onMessage, onEnd }: ThreadEvents, file?: string | URL): Thread {
  const worker = file
    ? new Worker(file, { type: "module" })
    : new Worker(new URL("../batch-worker.browser.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<unknown>) => onMessage(data);
  worker.onmessageerror = () => onEnd("a message that cannot be read");
  worker.onerror = ({ message }) => onEnd(message || "its file could not be loaded");
  return { post: (message) => worker.postMessage(message), close: async () => worker.terminate() };
}

/** Inside a worker: hear its parent. @returns the way back */
export function hearParent(
  onMessage: (message: unknown) => void,
): (message: unknown, transfer?: ArrayBuffer[]) => void {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  scope.onmessage = ({ data }: MessageEvent<unknown>) => onMessage(data);
  return (message, transfer = []) => scope.postMessage(message, transfer);
}
