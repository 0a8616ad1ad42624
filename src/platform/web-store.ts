/** Pictures below a URL, for pages and for Node. They are only read. */
import { ImageError, show } from "../errors.ts";
import { joinBytes } from "../join-bytes.ts";
import { limits } from "../limits.ts";
import type { PictureStore } from "./browser-store.ts";
import { relativeName } from "./relative-name.ts";

/** Pictures below a URL. */
export interface WebStore extends PictureStore {
  /** The URL, whole. */
  readonly base: string;
}

/** True for a URL of the web. */
export function isWebUrl(place: unknown): place is string | URL {
  return place instanceof URL || (typeof place === "string" && /^https?:\/\//i.test(place));
}

/**
 * Open a URL. A name is put behind it letter by letter, so that no name reaches another host, another folder or a query; an
 * answer that points elsewhere is refused. No cookies go to other hosts.
 *
 * @throws {ImageError} `ARGUMENT` if it does not end in `/`, has a query, or is to be written
 */
export function openWeb(place: string | URL, use: "read" | "write" = "read"): WebStore {
  const url = URL.canParse(place) ? new URL(place) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || !url.pathname.endsWith("/") || url.search || url.hash)
    throw new ImageError(
      "ARGUMENT",
      `expected a URL that ends in "/" for the folder of the pictures, got ${show(String(place))}`,
    );
  if (use === "write") throw new ImageError("ARGUMENT", "expected a folder for the drawn pictures, got a URL");
  const base = url.href;
  const refuse = (): Promise<never> => Promise.reject(new ImageError("ARGUMENT", "pictures below a URL are only read"));
  return { base, read: (name) => fetchBelow(base, name), write: refuse };
}

async function fetchBelow(base: string, name: string): Promise<Uint8Array> {
  const url = base + relativeName(name).split("/").map(encodeURIComponent).join("/");
  let response: Response;
  try {
    response = await fetch(url, { redirect: "error" });
  } catch (cause) {
    throw new ImageError("IO", "cannot be fetched", { path: name, cause });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new ImageError("IO", `cannot be fetched (status ${response.status})`, { path: name });
  }
  const most = limits.maxUnpackedBytes;
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (const reader = response.body!.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
      if (size <= most) continue;
      await reader.cancel();
      throw new ImageError("LIMIT", `expected at most ${most} bytes, got more`, { path: name });
    }
  } catch (cause) {
    throw cause instanceof ImageError ? cause : new ImageError("IO", "broke off", { path: name, cause });
  }
  return joinBytes(parts);
}
