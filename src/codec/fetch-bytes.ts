/** The bytes of a file from wherever it has to be waited for. */
import { readFile } from "#platform";
import { ImageError, show } from "../errors.ts";
import { joinBytes } from "../join-bytes.ts";

/**
 * What can be waited for: a path (Node), a URL, a Blob or File, a Response, a stream of bytes (those of Node too); bytes are
 * handed through.
 */
export type OpenSource =
  string | URL | Blob | Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Uint8Array | ArrayBuffer;

/** A file's bytes, and the name of its file where there is one. @throws {ImageError} `IO`, `ARGUMENT` */
export async function fetchBytes(
  source: OpenSource,
  signal: AbortSignal | undefined,
): Promise<{ bytes: Uint8Array; name?: string | undefined }> {
  if (source instanceof Uint8Array) return { bytes: source };
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source) };
  if (source instanceof Blob) {
    const name = "name" in source && typeof source.name === "string" ? source.name : undefined;
    return { bytes: new Uint8Array(await source.arrayBuffer()), name };
  }
  if (source instanceof Response) return readResponse(source);
  if (source instanceof ReadableStream) return readResponse(new Response(source));
  if (typeof source === "object" && source !== null && Symbol.asyncIterator in source)
    return { bytes: await collect(source) };
  if (typeof source === "string" && !/^(?:https?|data|blob|file):/i.test(source))
    return { bytes: await readFile(source), name: source };
  const url = source instanceof URL ? source : parseUrl(source);
  if (url.protocol === "file:") {
    const path = decodeURIComponent(url.pathname);
    return { bytes: await readFile(path), name: path };
  }
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ImageError("IO", "cannot be fetched", { path: shortUrl(url), cause });
  }
  return readResponse(response, url);
}

/** The bytes of a stream, one after the other. @throws {ImageError} `IO` when it breaks, `ARGUMENT` for what is no bytes */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of stream) {
      if (!(part instanceof Uint8Array)) throw new ImageError("ARGUMENT", `expected bytes, got ${show(part)}`);
      parts.push(part);
    }
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError("IO", "cannot be read to its end", { cause });
  }
  return joinBytes(parts);
}

function parseUrl(source: unknown): URL {
  try {
    return new URL(String(source));
  } catch (cause) {
    throw new ImageError("ARGUMENT", `expected a path, a URL, a Blob, a Response or a stream, got ${show(source)}`, {
      cause,
    });
  }
}

async function readResponse(response: Response, url?: URL): Promise<{ bytes: Uint8Array; name?: string | undefined }> {
  const from = url ?? (response.url ? new URL(response.url) : undefined);
  const path = from && shortUrl(from);
  if (!response.ok) throw new ImageError("IO", `expected a file, got status ${response.status}`, { path });
  try {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return {
      bytes,
      name: from && from.protocol !== "data:" ? from.pathname.split("/").at(-1) || undefined : undefined,
    };
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ImageError("IO", "cannot be read to its end", { path, cause });
  }
}

/** A URL for a message: without query, which may hold secrets, and without the data of a data URL. */
function shortUrl({ protocol, host, pathname }: URL): string {
  return protocol === "data:" || protocol === "blob:" ? protocol : `${protocol}//${host}${pathname}`;
}
