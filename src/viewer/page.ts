/** Pictures with their annotations as one file of HTML that needs nothing else, and in which nothing of the data can run. */
import { hashBytes } from "#platform";
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import { toBase64 } from "../format/base64.ts";
import { type PageScene, writePageData } from "./page-data.ts";

/** One picture of a page. */
export interface PagePicture extends PageScene {
  /** The bytes of its file. */
  readonly bytes: Uint8Array;
}

/** Where the page's script finds things. */
export const DATA_ID = "limn-data";
export const PICTURE_ID = "limn-picture-";
export const FONT_ID = "limn-font-";

/** What a page is made of. */
export interface PageContent {
  readonly pictures: readonly PagePicture[];
  readonly style: Style;
  /** Words above the pictures; empty for none. */
  readonly title: string;
  /** Files of fonts, for text that the built-in one has not. */
  readonly fonts: readonly Uint8Array[];
}

/** As base64 they must fit into one text. */
const MOST_BYTES = 2 ** 28;

const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181c; --ink: #e6e9ed; } }
body { margin: 0; background: var(--ground); color: var(--ink); }
main { max-width: 1680px; margin: 0 auto; padding: clamp(10px, 2vw, 24px); }
h1 { margin: 0 2px 12px; font: 600 18px/1.3 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
`;

/**
 * The page. Its policy lets nothing load and no other script run than the viewer's own, which is told by its hash.
 *
 * @param script - the viewer: `dist/viewer-page.js`, or with fonts `dist/viewer-page-fonts.js`
 * @throws {ImageError} `LIMIT` for more than a text can hold, `UNSUPPORTED` for scenes that cannot be written
 */
export function pageOf({ pictures, style, title, fonts }: PageContent, script: string): string {
  const size = [...fonts, ...pictures.map(({ bytes }) => bytes)].reduce((sum, { length }) => sum + length, 0);
  if (size > MOST_BYTES)
    throw new ImageError("LIMIT", `expected files of at most ${MOST_BYTES} bytes in one page, got ${size}`);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}' 'wasm-unsafe-eval'`,
    `style-src '${hashOf(PAGE_STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const data = writePageData({ pictures, style });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title || "limn")}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${title && `<h1>${escapeHtml(title)}</h1>\n`}<limn-image></limn-image>
</main>
<script type="application/json" id="${DATA_ID}">${data}</script>
${fonts.map((font, i) => blockOf(FONT_ID + i, font)).join("")}${pictures.map(({ bytes }, i) => blockOf(PICTURE_ID + i, bytes)).join("")}<script type="module">${script}</script>
</body>
</html>
`;
}

/** Bytes as a script that is none: no browser runs it. */
function blockOf(id: string, bytes: Uint8Array): string {
  return `<script type="text/plain" id="${id}">${toBase64(bytes)}</script>\n`;
}

/** As a part of another page, with a document and a policy of its own. */
export function frameOf(page: string, title: string, height: number): string {
  return (
    `<iframe title="${escapeHtml(title || "limn")}" sandbox="allow-scripts allow-downloads" loading="lazy" ` +
    `style="width:100%;height:${height}px;border:0" srcdoc="${escapeHtml(page)}"></iframe>`
  );
}

function hashOf(text: string): string {
  return `sha256-${toBase64(hashBytes("sha256", new TextEncoder().encode(text)))}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
