/** A service on a real port, and clients that speak to it as they should not (Node only). */
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { createService, type RequestRecord, type Service, type ServiceOptions } from "../../src/service/index.ts";
import { hostsOf, listen, type ListenOptions, type Listening } from "../../src/service/node.ts";

const workerFile = new URL("../../dist/batch-worker.js", import.meta.url);
/** See `bad-requests.mjs`. */
export const badWorker: URL = new URL("bad-worker.mjs", import.meta.url);

/** A service that listens. */
export interface Running {
  readonly url: string;
  readonly port: number;
  readonly service: Service;
  readonly listening: Listening;
  /** What it has logged. */
  readonly records: RequestRecord[];
}

/** Start a service on a free port of this machine; it is stopped when the test ends. */
export async function startService(options: ServiceOptions = {}, where: ListenOptions = {}): Promise<Running> {
  const records: RequestRecord[] = [];
  const { names: hosts } = hostsOf("127.0.0.1");
  const service = createService({
    workers: 1,
    workerFile,
    hosts,
    log: (record) => void records.push(record),
    ...options,
  });
  const listening = await listen(service, { port: 0, ...where });
  onTestFinished(async () => void (await listening.close(2000)));
  const { url, port } = listening;
  return { url, port, service, listening, records };
}

/** A form of pictures and an input. */
export function form(
  pictures: readonly Uint8Array<ArrayBuffer>[],
  input: unknown,
  more: Record<string, string> = {},
): FormData {
  const made = new FormData();
  for (const picture of pictures) made.append("image", new Blob([picture]), "photo.png");
  if (input !== undefined) made.append("input", typeof input === "string" ? input : JSON.stringify(input));
  for (const [name, value] of Object.entries(more)) made.append(name, value);
  return made;
}

/** The options of a `fetch` that posts JSON. */
export function json(value: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: JSON.stringify(value), headers: { "content-type": "application/json", ...headers } };
}

/** A connection that sends what it is told, and keeps what comes back. */
export class RawClient {
  readonly socket: Socket;
  text = "";
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.setEncoding("latin1").on("data", (text: string) => void (this.text += text));
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
    onTestFinished(() => void this.socket.destroy());
  }

  send(text: string | Uint8Array): this {
    this.socket.write(text);
    return this;
  }

  /** Status of the first answer, 0 before it is there. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.text)?.[1] ?? 0);
  }
}

/** Wait until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>, milliseconds = 10_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The value of a line of `/metrics`. */
export async function metric(url: string, line: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = text.split("\n").find((own) => own.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}
