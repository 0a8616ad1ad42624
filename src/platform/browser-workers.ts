/** Module workers of browsers; the same names as `node-workers.ts`. */

/** A thread, seen from its parent. */
export interface Thread {
  /**
   * @param transfer - memory that goes to the thread and is gone here
   * @throws `DataCloneError` for what cannot go to another thread
   */
  post(message: unknown, transfer?: ArrayBuffer[]): void;
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
  const worker = file === undefined ? startOwn() : start(file);
  worker.onmessage = ({ data }: MessageEvent<unknown>) => onMessage(data);
  worker.onmessageerror = () => onEnd("a message that cannot be read");
  worker.onerror = (event) => {
    event.preventDefault(); // it is told to whoever has the job, and need not be the page's error too
    onEnd(event.message || "its file could not be loaded");
  };
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    close: async () => worker.terminate(),
  };
}

const OWN = "../batch-worker.browser.js";
const HERE = import.meta.url; // a name, so that no bundler looks for the file a second time

function startOwn(): Worker {
  try {
    // written out in one piece, so that bundlers see the file
    return new Worker(new URL("../batch-worker.browser.js", import.meta.url), { type: "module" });
  } catch {
    return startFromElsewhere(new URL(OWN, HERE).href);
  }
}

function start(file: string | URL): Worker {
  try {
    return new Worker(file, { type: "module" });
  } catch {
    return startFromElsewhere(new URL(file, location.href).href);
  }
}

/** No worker may be another host's file, such as that of a CDN, but one of this page may import it. */
function startFromElsewhere(url: string): Worker {
  const own = new Blob([`import ${JSON.stringify(url)};`], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(own), { type: "module" });
}

/** Inside a worker: hear its parent. @returns the way back */
export function hearParent(
  onMessage: (message: unknown) => void,
): (message: unknown, transfer?: ArrayBuffer[]) => void {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  scope.onmessage = ({ data }: MessageEvent<unknown>) => onMessage(data);
  return (message, transfer = []) => scope.postMessage(message, transfer);
}
