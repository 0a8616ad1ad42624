/** The JSON that a reader is handed: text, bytes or the parsed value. */
import { ImageError, show } from "../errors.ts";

/** JSON text, its bytes (UTF-8 or UTF-16, with or without a byte order mark), or the value parsed from it. */
export type JsonSource = string | Uint8Array | object;

/** How {@link parseJson} reads. */
export interface ParseJsonOptions {
  /** Take the NaN and Infinity that Python writes, as null. Default: they are errors. */
  readonly python?: boolean | undefined;
}

/**
 * The value of a source. A parsed value is returned as it is, not copied.
 *
 * @throws {ImageError} `DECODE` if the text is not JSON, `LIMIT` if it is longer than the host's strings can be
 */
export function parseJson(source: JsonSource, options: ParseJsonOptions = {}): unknown {
  if (source === null || (typeof source !== "string" && typeof source !== "object"))
    throw new ImageError("ARGUMENT", `expected JSON text, its bytes or the parsed value, got ${show(source)}`);
  if (typeof source !== "string" && !(source instanceof Uint8Array)) return source;
  let text = typeof source === "string" ? source : decodeText(source);
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (options.python && BARE_NUMBER.test(text)) return parseJson(withoutBareNumbers(text));
    throw new ImageError("DECODE", notJson(text, cause), { cause });
  }
}

function decodeText(bytes: Uint8Array): string {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  const big = bytes[0] === 0xfe && bytes[1] === 0xff;
  try {
    return new TextDecoder(little ? "utf-16le" : big ? "utf-16be" : "utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    // the longest string of V8 has 2^29 - 24 characters; a decoder that meets it does not say so
    if (bytes.length >= 2 ** 29 - 24)
      throw new ImageError("LIMIT", `expected JSON of less than 512 MB, got ${bytes.length} bytes`, { cause });
    throw new ImageError("DECODE", "expected JSON text in UTF-8, got bytes that are not", { cause });
  }
}

const BARE_NUMBER = /[[:,]\s*(?:-?Infinity|NaN)\s*[\],}]/;

/** The text with null for NaN and Infinity; strings stay as they are. */
function withoutBareNumbers(text: string): string {
  let out = "";
  let at = 0;
  for (const { index } of text.matchAll(/"|-?Infinity|NaN/g)) {
    if (index < at) continue; // inside a string
    out += text.slice(at, index);
    let end = index;
    if (text[index] === '"') {
      do end = text.indexOf('"', end + 1);
      while (end > 0 && isEscaped(text, end));
      end = end < 0 ? text.length : end + 1;
      out += text.slice(index, end);
    } else {
      end += text.startsWith("NaN", index) ? 3 : text[index] === "-" ? 9 : 8;
      out += "null";
    }
    at = end;
  }
  return out + text.slice(at);
}

/** True behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text[at - 1 - count] === "\\") count++;
  return count % 2 === 1;
}

/** The line and character where a text is no JSON, and what stands there. */
function whereIn(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const place = `line ${line}, character ${at - before.lastIndexOf("\n")}`;
  if (at >= text.length) return `it ends at ${place}`;
  const isTrailing = /[\]}]/.test(text[at]!) && before.trimEnd().endsWith(",");
  return `${isTrailing ? "a comma before" : "unexpected"} ${show(text[at])} in ${place}`;
}

/** Python writes NaN and Infinity into what it calls JSON; that deserves a better word than "unexpected token". */
function notJson(text: string, cause: unknown): string {
  const found = /[[:,]\s*(-?Infinity|NaN)\s*[\],}]/.exec(text);
  if (found) {
    const at = found.index + found[0].indexOf(found[1]!);
    return `expected JSON, got the number ${found[1]} at character ${at}, which JSON does not have`;
  }
  if (text.trim() === "") return "expected JSON, got an empty text";
  const said = cause instanceof Error ? cause.message : "";
  const at = /at position (\d+)/.exec(said)?.[1] ?? (/end of JSON/.test(said) ? text.length : undefined);
  if (at !== undefined) return `expected JSON, got a text that is not (${whereIn(text, Number(at))})`;
  return `expected JSON, got a text that is not (${show(cause instanceof Error ? cause.message : cause).slice(1, -1)})`;
}
