/** What a batch and its workers say to each other: plain data only. */
import type { RegisteredFont } from "../draw/fonts/registry.ts";
import { ImageError, type ImageErrorCode } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { WorkerJob, WorkerResults } from "./worker-job.ts";

/** To a worker. The first one is `start`; jobs wait for the fonts that came before them. */
export type Order =
  | { readonly kind: "start"; readonly module: WebAssembly.Module; readonly limits: Limits }
  | { readonly kind: "fonts"; readonly fonts: readonly RegisteredFont[] }
  | {
      readonly kind: "job";
      readonly id: number;
      readonly job: WorkerJob;
      /** Memory of an answer that has been sent, for the next one. */
      readonly spare?: ArrayBuffer | undefined;
    };

/** From a worker. The first one is `ready`: its code is loaded. */
export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly result: WorkerResults[WorkerJob["kind"]] }
  | { readonly kind: "failed"; readonly id: number; readonly error: PackedError };

/** An {@link ImageError}, whose class and causes would be lost on the way. */
export interface PackedError {
  readonly code: ImageErrorCode;
  /** Without the path. */
  readonly message: string;
  readonly path: string | undefined;
  /** Its cause in words, and the code that the system gave it (`ENOSPC`). */
  readonly cause: { readonly message: string; readonly code: string | undefined } | undefined;
}

/** Any error as an {@link ImageError}; what is none becomes `INTERNAL`. */
export function imageErrorOf(error: unknown): ImageError {
  return error instanceof ImageError ? error : new ImageError("INTERNAL", String(error), { cause: error });
}

/** The error as plain data. */
export function packError(error: unknown): PackedError {
  const { code, message, path, cause } = imageErrorOf(error);
  const causeCode = (cause as { code?: unknown } | undefined)?.code;
  return {
    code,
    message: path === undefined ? message : message.slice(path.length + 2),
    path,
    cause:
      cause === undefined
        ? undefined
        : {
            message: cause instanceof Error ? cause.message : String(cause),
            code: causeCode === undefined ? undefined : String(causeCode),
          },
  };
}

/** The error that was packed. */
export function unpackError({ code, message, path, cause }: PackedError): ImageError {
  if (!cause) return new ImageError(code, message, { path });
  const below = new Error(cause.message);
  if (cause.code !== undefined) Object.assign(below, { code: cause.code });
  return new ImageError(code, message, { path, cause: below });
}
