/** A service on a port of Node's. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { hostName } from "./guards.ts";
import type { Service } from "./options.ts";

/** Where and how {@link listen} listens. */
export interface ListenOptions {
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string | undefined;
  /** 0 is any that is free. Default 8080. */
  readonly port?: number | undefined;
  /** Milliseconds in which the headers of a request must be there. Default 10,000. */
  readonly headerTime?: number | undefined;
  /** Milliseconds in which a whole request must be there; the service's own `bodyTime` should be shorter. Default 45,000. */
  readonly requestTime?: number | undefined;
  /** Milliseconds for which a client may leave an answer unread. Default 30,000. */
  readonly stallTime?: number | undefined;
  /** Connections at a time. Default 1024. */
  readonly connections?: number | undefined;
}

/** A service that listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /**
   * Stop: new tasks are refused, those that were accepted are finished, then everything is closed.
   *
   * @param grace - milliseconds after which what is left is cut off
   * @returns true if everything was finished
   */
  close(grace: number): Promise<boolean>;
}

/**
 * Let a service listen.
 *
 * @throws {ImageError} `IO` if the port cannot be had
 * @example
 * const service = createService({ hosts: hostsOf("127.0.0.1").names });
 * const { url, close } = await listen(service, { port: 0 });
 * console.log((await fetch(`${url}/healthz`)).status);
 * await close(10_000);
 */
export async function listen(service: Service, options: ListenOptions = {}): Promise<Listening> {
  const {
    host = "127.0.0.1",
    port = 8080,
    headerTime = 10_000,
    stallTime = 30_000,
    connections = 1024,
  } = checkedOptions(options);
  const requestTime = Math.max(headerTime, options.requestTime ?? 45_000);
  for (const [name, value] of Object.entries({ headerTime, requestTime, stallTime, connections }))
    if (!(Number.isInteger(value) && value >= 0))
      throw new ImageError("ARGUMENT", `expected a whole number of 0 or more, got ${show(value)}`, { path: name });
  if (typeof host !== "string" || !(Number.isInteger(port) && port >= 0 && port < 65536))
    throw new ImageError("ARGUMENT", `expected a host and a port, got ${show(host)} and ${show(port)}`);
  const answer = getRequestListener((request, env) => {
    const { incoming, outgoing } = env as HttpBindings;
    return service.fetch(request, incoming.socket.remoteAddress, sent(incoming, outgoing));
  });
  const server = createServer(
    {
      headersTimeout: headerTime,
      requestTimeout: requestTime,
      connectionsCheckingInterval: Math.min(1000, Math.ceil(headerTime / 2)),
      keepAliveTimeout: 10_000,
    },
    (incoming, outgoing) => void answer(incoming, outgoing),
  );
  server.maxConnections = connections;
  // whoever does not read is cut off; whoever waits for a worker is not
  server.setTimeout(stallTime, (socket) => {
    if (socket.writableLength > 0) socket.destroy();
  });

  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true }, resolve);
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === "EADDRINUSE" ? "the port is in use" : code === "EACCES" ? "the port needs more rights" : String(code);
    throw new ImageError("IO", `cannot listen (${reason})`, { path: `${host}:${port}`, cause });
  }
  const own = (server.address() as AddressInfo).port;
  const shown = host.includes(":") ? `[${host}]` : host;

  return {
    host,
    port: own,
    url: `http://${/^(?:0\.0\.0\.0|\[::\])$/.test(shown) ? "localhost" : shown}:${own}`,
    async close(grace) {
      const end = performance.now() + grace;
      const left = (): number => Math.max(0, end - performance.now());
      let isDone = await within(left(), service.drain());
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      // connections that are kept alive become idle when their answer is sent
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      isDone = (await within(isDone ? left() : 0, closed)) && isDone;
      clearInterval(sweep);
      server.closeAllConnections();
      await service.close();
      return isDone;
    },
  };
}

/** Resolves when the system has taken over the last byte of an answer; never where the connection broke before that. */
function sent(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { socket } = incoming;
  return new Promise((resolve) => {
    outgoing.once("finish", () => {
      if (!socket.destroyed && !outgoing.errored) resolve();
    });
  });
}

/** True if work ends in so many milliseconds. */
async function within(milliseconds: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => void (timer = setTimeout(() => resolve(false), milliseconds)));
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Names by which a host that is listened on is called. */
export interface Hosts {
  /** Undefined: any. */
  readonly names: readonly string[] | undefined;
  /** Any address in numbers is right too. */
  readonly anyAddress: boolean;
}

/**
 * The names that requests may be for: those of the host that is listened on, and more; `*` among these allows any.
 *
 * @throws {ImageError} `ARGUMENT` for what is no name
 */
export function hostsOf(host: string, more: readonly string[] = []): Hosts {
  if (more.includes("*")) return { names: undefined, anyAddress: true };
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const isEvery = host === "0.0.0.0" || host === "::";
  const isLoopback = /^(?:localhost|127\..*|\[::1\])$/i.test(bracketed);
  const own = isEvery ? ["localhost", hostname()] : isLoopback ? ["localhost", "127.0.0.1", "[::1]"] : [];
  const names = [bracketed, ...own, ...more].map((name) => {
    const found = hostName(name);
    if (found === undefined) throw new ImageError("ARGUMENT", `expected the name of a host, got ${name}`);
    return found;
  });
  return { names, anyAddress: isEvery };
}

/** True for a host that other machines can reach. */
export function isReachable(host: string): boolean {
  return !/^(?:localhost|127\..*|::1)$/i.test(host);
}
