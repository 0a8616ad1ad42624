/** A way to a server that is not good: it cuts, stalls, resets and answers with errors, as it is told (Node only). */
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";

/** What happens to a request. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly code: string }
  /** The body ends after so many bytes, though more were announced. */
  | { readonly kind: "cut"; readonly bytes: number }
  | { readonly kind: "reset" }
  | { readonly kind: "delay"; readonly milliseconds: number };

/** Says what happens to a request, by its method, path, and number among all. */
export type Faults = (method: string, path: string, count: number) => Fault | undefined;

/** A proxy on a port of its own. */
export class FaultyProxy {
  faults: Faults = () => undefined;
  /** Requests that came, as `GET /bucket/key`. */
  readonly seen: string[] = [];
  readonly #target: number;
  readonly #server = createServer((incoming, answer) => void this.#handle(incoming, answer));

  private constructor(target: number) {
    this.#target = target;
  }

  static async open(target: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = incoming;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return; // who asked was killed
    }
    this.seen.push(`${method} ${url}`);
    const fault = this.faults(method, url, this.seen.length);
    if (fault?.kind === "reset") return void incoming.socket.resetAndDestroy();
    if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    if (fault?.kind === "status") {
      const body = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>as told</Message></Error>`;
      answer.writeHead(fault.status, { "content-type": "application/xml" }).end(method === "HEAD" ? "" : body);
      return;
    }
    const onward = request({ port: this.#target, host: "127.0.0.1", method, path: url, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      if (fault?.kind !== "cut") return void reply.pipe(answer);
      reply.once("data", (chunk: Buffer) => {
        reply.destroy();
        answer.write(chunk.subarray(0, fault.bytes), () => incoming.socket.destroy());
      });
    });
    onward.on("error", () => incoming.socket.destroy());
    onward.end(Buffer.concat(chunks));
  }
}
