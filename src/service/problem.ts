/** What goes wrong, as HTTP tells it: `application/problem+json` (RFC 9457). */
import { TIME_LIMIT } from "../batch/pool.ts";
import { ImageError, type ImageErrorCode } from "../errors.ts";

/** What a refusal is about: the codes of limn's errors, and those of the service itself. */
export type ProblemCode =
  | ImageErrorCode
  | "BODY"
  | "BUSY"
  | "DRAINING"
  | "HOST"
  | "MEDIA_TYPE"
  | "METHOD"
  | "NOT_ACCEPTABLE"
  | "NOT_FOUND"
  | "ORIGIN"
  | "SLOW_CLIENT"
  | "TIME"
  | "TOKEN"
  | "TOO_LARGE";

/** The status of each code, and what it means. */
export const PROBLEMS: Readonly<Record<ProblemCode, { readonly status: number; readonly means: string }>> = {
  BODY: { status: 400, means: "The body is neither JSON nor a form that can be read." },
  TOKEN: { status: 401, means: "The bearer token is missing or wrong." },
  ORIGIN: { status: 403, means: "The page that asks is of another origin, which the service was not started for." },
  NOT_FOUND: { status: 404, means: "There is no such task or page." },
  METHOD: { status: 405, means: "The method is not for this address." },
  NOT_ACCEPTABLE: { status: 406, means: "The answer can be JSON, PNG or JPEG." },
  SLOW_CLIENT: { status: 408, means: "The body took too long to arrive." },
  TOO_LARGE: { status: 413, means: "The body is larger than the service takes." },
  LIMIT: { status: 413, means: "The picture, or what is to be drawn, is over a limit." },
  MEDIA_TYPE: { status: 415, means: "The body is of a type or an encoding that is not taken." },
  HOST: { status: 421, means: "The request is for a host that this service is not." },
  ARGUMENT: { status: 422, means: "A part of the input cannot be meant." },
  DECODE: { status: 422, means: "A picture or a mask breaks the rules of its format." },
  UNSUPPORTED: { status: 422, means: "The input is right, but this is not drawn here." },
  BUSY: { status: 429, means: "All workers are busy and the queue is full; Retry-After says when to come again." },
  INTERNAL: { status: 500, means: "A defect of the service." },
  IO: { status: 502, means: "A picture could not be fetched from its address." },
  DRAINING: { status: 503, means: "The service is stopping." },
  STATE: { status: 503, means: "The service is stopping." },
  TIME: { status: 504, means: "The job took longer than the service gives to one." },
};

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** The name of a status. */
export function titleOf(status: number): string {
  return TITLES[status] ?? "Error";
}

/** A request that is refused. */
export class Refusal extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = "Refusal";
    this.code = code;
    this.headers = headers;
  }
}

/** The body of a refusal. */
export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  /** What was expected and what was there: `objects[3].rle: expected …, got …`. */
  readonly detail: string;
  readonly code: ProblemCode;
  /** The id of the request, which is in the log and in `x-request-id`. */
  readonly requestId: string;
  readonly task?: string;
  /** Where in the input: `objects[3].rle`. */
  readonly path?: string;
  /** Index of the object or stuff, from 0. */
  readonly object?: number;
  /** Field of the object, or of the input: `rle`, `bounding-box.left`. */
  readonly field?: string;
}

/** Any error as the problem that it is; what nobody foresaw says nothing of itself. */
export function problemOf(error: unknown, requestId: string, task?: string): Problem {
  const [code, detail, path] = told(error, task);
  const { status } = PROBLEMS[code];
  const place = /^(?:objects|stuffs|tasks|images)\[(\d+)\]\.?(.*)$/.exec(path ?? "");
  const field = place ? place[2] : path;
  return {
    type: "about:blank",
    title: titleOf(status),
    status,
    detail: path === undefined ? detail : `${path}: ${detail}`,
    code,
    requestId,
    ...(task === undefined ? {} : { task }),
    ...(path === undefined ? {} : { path }),
    ...(place ? { object: Number(place[1]) } : {}),
    ...(field ? { field } : {}),
  };
}

function told(error: unknown, task: string | undefined): [code: ProblemCode, detail: string, path?: string] {
  if (error instanceof Refusal) return [error.code, error.message];
  if (!(error instanceof ImageError)) return ["INTERNAL", "a defect of the service; its log says more"];
  const { code, path } = error;
  const bare = path === undefined ? error.message : error.message.slice(path.length + 2);
  if (path === TIME_LIMIT) return ["TIME", "the job took longer than the service gives to one"];
  if (path === "body" || path?.startsWith("body.")) return ["BODY", bare];
  // the problem names its task already
  const inner = task !== undefined && path?.startsWith(task) ? path.slice(task.length).replace(/^\./, "") : path;
  return inner ? [code, bare, inner] : [code, bare];
}
