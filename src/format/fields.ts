/**
 * Fields of foreign JSON, checked. Errors carry the path below the value that was handed in; whoever knows where that
 * value stands puts the rest before it with {@link ImageError.at}. So a path costs nothing until something is wrong.
 */
import { ImageError, show } from "../errors.ts";

/** An object of foreign JSON. */
export type Fields = Readonly<Record<string, unknown>>;

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/** True for an object that is neither null nor an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** True for an array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** The number itself, or the one that a decimal string spells; NaN for anything else. */
export function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMBER.test(value) ? Number(value) : NaN;
}

/** @throws {ImageError} `ARGUMENT` unless the value is finite */
export function readNumber(value: unknown, path: string): number {
  const number = toNumber(value);
  if (!Number.isFinite(number))
    throw new ImageError("ARGUMENT", `expected a finite number, got ${show(value)}`, { path });
  return number;
}

/**
 * A list of finite numbers no further from 0 than `bound`; the list itself where it holds nothing else.
 *
 * @throws {ImageError} `ARGUMENT`, with the index, for what is not a finite number; `LIMIT` beyond the bound
 */
export function readNumbers(value: unknown, path: string, bound: number): ArrayLike<number> {
  if (!isList(value)) throw new ImageError("ARGUMENT", `expected a list of numbers, got ${show(value)}`, { path });
  for (let i = 0; i < value.length; i++) {
    const item = value[i];
    if (typeof item === "number" && item >= -bound && item <= bound) continue;
    if (typeof item === "string")
      return readNumbers(
        Array.from(value, (entry, at) => readNumber(entry, `${path}[${at}]`)),
        path,
        bound,
      );
    const number = readNumber(item, `${path}[${i}]`);
    throw new ImageError("LIMIT", `expected a number from ${-bound} to ${bound}, got ${number}`, {
      path: `${path}[${i}]`,
    });
  }
  return value as ArrayLike<number>;
}

/** An id: a finite number or a string that is not empty. @throws {ImageError} `ARGUMENT` */
export function readId(value: unknown, path: string): number | string {
  if ((typeof value === "number" && Number.isFinite(value)) || (typeof value === "string" && value !== ""))
    return value;
  throw new ImageError("ARGUMENT", `expected an id (number or string), got ${show(value)}`, { path });
}

/** A string that is not empty, else undefined. */
export function readText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** True for 1, true and "1". */
export function readFlag(value: unknown): boolean {
  return value === 1 || value === true || value === "1";
}

/** The fields of a record but for the known ones, undefined where there are none. */
export function othersOf(record: Fields, known: ReadonlySet<string>): ReadonlyMap<string, unknown> | undefined {
  let others: Map<string, unknown> | undefined;
  for (const key of Object.keys(record)) if (!known.has(key)) (others ??= new Map()).set(key, record[key]);
  return others;
}
