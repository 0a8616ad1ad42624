/** The course of a request, from its headers to its line in the log. */
import type { RequestRecord } from "./options.ts";
import { problemOf } from "./problem.ts";

/** What is known of a request while it is answered. */
export interface Course {
  readonly id: string;
  readonly start: number;
  route: string;
  task?: string;
  work?: number;
  received?: number;
  /** The answer of a task, in memory that can be used again. */
  answer?: Uint8Array<ArrayBuffer>;
  error?: unknown;
}

/** Status of a request whose client went away: what proxies log for it. */
const CLIENT_GONE = 499;

/** What the log tells of a request. @param answered - the status of its answer */
export function recordOf(
  request: Request,
  answered: number,
  course: Course,
  client: string | undefined,
): RequestRecord {
  const { id, start, task, work, received, answer, error } = course;
  const ms = performance.now() - start;
  const status = error !== undefined && request.signal.aborted ? CLIENT_GONE : answered;
  const problem = error === undefined ? undefined : problemOf(error, id, task);
  const isDefect = problem?.code === "INTERNAL" && status !== CLIENT_GONE;
  return {
    time: new Date().toISOString(),
    level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
    event: "request",
    id,
    method: request.method.slice(0, 16),
    path: new URL(request.url).pathname.slice(0, 200),
    ...(client === undefined ? {} : { client }),
    ...(task === undefined ? {} : { task }),
    status,
    ms: Math.round(ms * 10) / 10,
    ...(work === undefined ? {} : { work: Math.round(work * 10) / 10 }),
    ...(received === undefined ? {} : { received }),
    ...(answer === undefined ? {} : { sent: answer.length }),
    ...(problem && status !== CLIENT_GONE ? { code: problem.code } : {}),
    ...(problem?.path === undefined ? {} : { at: problem.path }),
    ...(isDefect ? { cause: causeOf(error) } : {}),
  };
}

/** What happened in words, for the log alone. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${text}${cause instanceof Error ? `; caused by ${cause.message}` : ""}`.slice(0, 2000);
}
