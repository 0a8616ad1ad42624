/** JSON as Python writes it, in the forms that W&B hashes: separators, escapes, sorted keys, NaN. */
import { ImageError, show } from "../errors.ts";
import { pathKey } from "../format/class-labels.ts";
import { isFields, isList } from "../format/fields.ts";

/** How the text looks. */
export interface JsonStyle {
  /** Keys in order of their code points. Default: as they come. */
  readonly sorted?: boolean | undefined;
}

const MAX_DEPTH = 100;

/**
 * A value as JSON: `", "` and `": "` between its parts, characters beyond ASCII escaped, `NaN` and `Infinity` bare. Maps are
 * objects whose keys keep their order; members that are undefined are left out; lone surrogates become U+FFFD.
 *
 * @throws {ImageError} `ARGUMENT`, with the path, for what JSON cannot hold: functions, symbols, circles
 */
export function pythonJson(value: unknown, style: JsonStyle = {}): string {
  return write(value, style.sorted ?? false, 0);
}

function write(value: unknown, sorted: boolean, depth: number): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (depth > MAX_DEPTH) throw new ImageError("ARGUMENT", `expected JSON of at most ${MAX_DEPTH} levels, got more`);
  if (value instanceof Date) return quoted(value.toISOString());
  if (isList(value)) return `[${Array.from(value, (entry, i) => at(`[${i}]`, entry, sorted, depth)).join(", ")}]`;
  if (!isFields(value)) throw new ImageError("ARGUMENT", `expected a value of JSON, got ${show(value)}`);
  const entries = [...(value instanceof Map ? (value as Map<unknown, unknown>) : Object.entries(value))]
    .filter(([, entry]) => entry !== undefined)
    .map(([key, entry]): [string, unknown] => [String(key), entry]);
  if (sorted) entries.sort(([a], [b]) => compareCodePoints(a, b));
  return `{${entries.map(([key, entry]) => `${quoted(key)}: ${at(pathKey(key), entry, sorted, depth)}`).join(", ")}}`;
}

function at(path: string, value: unknown, sorted: boolean, depth: number): string {
  try {
    return write(value, sorted, depth + 1);
  } catch (error) {
    throw error instanceof ImageError && depth < 8 ? error.at(path) : error;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Fractions below 0.0001 have an exponent of two digits; whole numbers have none. */
function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return "-0.0";
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  const [digits, exponent] = value.toExponential().split("e-");
  return `${digits}e-${exponent!.padStart(2, "0")}`;
}

/** Order of texts by code points, as Python sorts them; JavaScript's own order is by UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const [as, bs] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < as.length && i < bs.length; i++) {
    const difference = as[i]!.codePointAt(0)! - bs[i]!.codePointAt(0)!;
    if (difference) return difference;
  }
  return as.length - bs.length;
}
