/** What a service is told, and what it tells. */
import type { TaskStyle } from "../task/index.ts";

/** How a service works. Every part is optional. */
export interface ServiceOptions {
  /** Threads that do the tasks. Default: one for each core. */
  readonly workers?: number | undefined;
  /** Requests that may wait for a worker; those beyond it are refused with 429. Default 64. */
  readonly queue?: number | undefined;
  /** Milliseconds that a worker may take for one request. Default 30,000. */
  readonly timeLimit?: number | undefined;
  /** Bytes of one body. Default 32 MiB. */
  readonly maxBody?: number | undefined;
  /** Bytes of the bodies of all requests together. Default: eight of the largest. */
  readonly maxBodies?: number | undefined;
  /** Milliseconds in which a body must be there. Default 30,000. */
  readonly bodyTime?: number | undefined;
  /** How to draw where a request does not say. Default: as each task draws by itself. */
  readonly style?: TaskStyle | undefined;
  /** Names of the host, without ports; requests for others are refused. Default: any, for where something else checks them. */
  readonly hosts?: readonly string[] | undefined;
  /** With `hosts`: any address in numbers is right too. Default false. */
  readonly anyAddress?: boolean | undefined;
  /** Origins of pages that may use the service from elsewhere, as `https://example.org`; `*` is any. Default: none. */
  readonly origins?: readonly string[] | undefined;
  /** What requests must send as `Authorization: Bearer …`. Default: nothing. */
  readonly token?: string | undefined;
  /** Fetches a picture that is given by its address. Default: addresses are refused. */
  readonly fetchPicture?: ((address: string, signal: AbortSignal) => Promise<Uint8Array>) | undefined;
  /** Gets a record of each request that has ended. */
  readonly log?: ((record: RequestRecord) => void) | undefined;
  /** Values of the host for `/metrics`. */
  readonly gauges?:
    readonly { readonly name: string; readonly help: string; readonly read: () => number }[] | undefined;
  /** What `/openapi.json` calls this version. */
  readonly version?: string | undefined;
  /** The module of the workers, where a bundle has moved it. Default: `limn/dist/batch-worker.js`. */
  readonly workerFile?: string | URL | undefined;
}

/** One request that has ended. Holds nothing of bodies, queries or tokens. */
export interface RequestRecord {
  /** ISO 8601. */
  readonly time: string;
  readonly level: "info" | "warn" | "error";
  readonly event: "request";
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly client?: string;
  readonly task?: string;
  /** 499 where the client went away first. */
  readonly status: number;
  /** Milliseconds from headers to answer. */
  readonly ms: number;
  /** Milliseconds of the worker. */
  readonly work?: number;
  /** Bytes of the body. */
  readonly received?: number;
  /** Bytes of the answer. */
  readonly sent?: number;
  /** Why it was refused, and which part of the input was wrong: its path, not what it holds. */
  readonly code?: string;
  readonly at?: string;
  /** Of a defect. */
  readonly cause?: string;
}

/** A running service. */
export interface Service {
  /**
   * Answer a request; never rejects.
   *
   * @param client - who asks, for the log
   * @param sent - resolves when the answer is on its way to the last byte and its memory may be used for the next one; without
   *   it, or if it never does, that memory is left to the garbage collector
   */
  fetch(request: Request, client?: string, sent?: PromiseLike<void>): Promise<Response>;
  /** Start all workers and let each do something small. @throws {ImageError} if they cannot */
  warm(): Promise<void>;
  /** Refuse new tasks; resolves when those that were accepted have ended. */
  drain(): Promise<void>;
  /** End the workers, whatever they do. */
  close(): Promise<void>;
}
