/** YAML as plain values. The one door to `yaml`; mappings become Maps, so that `__proto__` is a key like any other. */
import { parseDocument, stringify } from "yaml";
import { ImageError, show } from "../errors.ts";
import { textOf } from "./tree-reading.ts";

/** Characters of a configuration file; the largest known class lists have under 100,000. */
const MAX_LENGTH = 2 ** 22;

/** Deepest nesting: the parser takes time that grows with its square. */
const MAX_DEPTH = 200;

/** Text, number, true or false, null, a list, or a Map. */
export type YamlValue =
  string | number | bigint | boolean | null | readonly YamlValue[] | ReadonlyMap<YamlValue, YamlValue>;

/**
 * The value of a YAML document.
 *
 * @param file - the file's name, for errors
 * @throws {ImageError} `DECODE` with file and line for what is not YAML, `LIMIT` for a text that is too long or whose
 *   aliases grow beyond 100 uses
 */
export function parseYaml(source: string | Uint8Array, file: string): YamlValue {
  const text = typeof source === "string" ? source : decodeNamed(source, file);
  if (text.length > MAX_LENGTH)
    throw new ImageError("LIMIT", `expected at most ${MAX_LENGTH} characters of YAML, got ${text.length}`, {
      path: file,
    });
  if (isDeep(text))
    throw new ImageError("LIMIT", `expected values at most ${MAX_DEPTH} deep, got more`, { path: file });
  try {
    const document = parseDocument(text, { schema: "core", merge: false, logLevel: "silent", prettyErrors: true });
    const [error] = document.errors;
    if (error) {
      const line = error.linePos?.[0].line;
      throw new ImageError("DECODE", `expected YAML, got ${show(error.message.split("\n")[0]).slice(1, -1)}`, {
        path: line === undefined ? file : `${file}:${line}`,
        cause: error,
      });
    }
    return document.toJS({ mapAsMap: true, maxAliasCount: 100 }) as YamlValue;
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    // too many aliases, or nested so deep that the stack ends
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ImageError("LIMIT", `expected YAML of a reasonable shape, got ${show(message).slice(1, -1)}`, {
      path: file,
      cause,
    });
  }
}

/** True where brackets, or dashes of lists in lists, nest too deep; those inside of texts count too. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const character of text.match(/[[\]{}]/g) ?? []) {
    depth += character === "[" || character === "{" ? 1 : -1;
    if (depth > MAX_DEPTH) return true;
  }
  return new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH}}|\\n {${MAX_DEPTH}}`).test(text);
}

/** Maps as mappings, lists as lists; short lists of numbers stand on one line. */
export function formatYaml(value: YamlValue): string {
  return stringify(value, { lineWidth: 0 });
}

function decodeNamed(bytes: Uint8Array, file: string): string {
  try {
    return textOf(bytes, true);
  } catch (error) {
    throw error instanceof ImageError ? error.at(file) : error;
  }
}
