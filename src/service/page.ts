/** The page that tries the service: files of the package, never anything from elsewhere. */
import { PAGE_FILES } from "./page-files.ts";

/** What a page of the service may load and run: its own files, and pictures that it was given or has asked for. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  jpg: "image/jpeg",
};

/** The file at a path of the service; undefined where there is none. */
export function pageFile(path: string): Response | undefined {
  const name = path === "/" ? "index.html" : path.slice(1);
  const file = PAGE_FILES.get(name);
  if (file === undefined) return undefined;
  return new Response(file, {
    headers: {
      "content-type": TYPES[name.slice(name.lastIndexOf(".") + 1)]!,
      "cache-control": "no-cache",
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
    },
  });
}
