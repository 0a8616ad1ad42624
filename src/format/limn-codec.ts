/**
 * Pieces that limn's own format is described with. Each piece writes a value as JSON, reads it back and tells its JSON
 * Schema, so that the three cannot disagree.
 */
import { ImageError, show } from "../errors.ts";
import type { Losses } from "./dataset-format.ts";
import { isFields } from "./fields.ts";

/** What writing knows. */
export interface Writing {
  readonly losses: Losses;
  /** The place of a value in a list of the header, which grows; see {@link reference}. */
  indexOf(value: object): number;
}

/** What reading knows: the lists of the header. */
export interface ReadingContext {
  at(index: number): object | undefined;
}

export type Schema = Readonly<Record<string, unknown>>;

/** A value of JSON and what it means. */
export interface Codec<T> {
  /** @returns undefined for what cannot be written, after it was counted */
  write(value: T, path: string, writing: Writing): unknown;
  /** @throws {ImageError} `DECODE` with a path below `path` */
  read(value: unknown, path: string, context: ReadingContext): T;
  readonly schema: Schema;
}

export function wrong(expected: string, value: unknown, path: string): ImageError {
  return new ImageError("DECODE", `expected ${expected}, got ${show(value)}`, { path: path || undefined });
}

export const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0", -0],
]);

export function writeNumber(value: number): number | string {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value);
}

export function readAnyNumber(value: unknown, path: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const special = typeof value === "string" ? SPECIAL.get(value) : undefined;
  if (special === undefined) throw wrong("a number", value, path);
  return special;
}

/** Any number; those that JSON has not are words. */
export const number: Codec<number> = {
  write: writeNumber,
  read: readAnyNumber,
  schema: { $ref: "#/$defs/number" },
};

/** Whole numbers of a range. */
export function integer(low: number, high: number): Codec<number> {
  return {
    write: (value, path, { losses }) => {
      if (Number.isInteger(value) && value >= low && value <= high) return value;
      losses.add(`number that is not whole or out of range`, path);
      return undefined;
    },
    read: (value, path) => {
      if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high) return value as number;
      throw wrong(`a whole number from ${low} to ${high}`, value, path);
    },
    schema: { type: "integer", minimum: low, maximum: high },
  };
}

export const string: Codec<string> = {
  write: (value) => value,
  read: (value, path) => {
    if (typeof value === "string") return value;
    throw wrong("a string", value, path);
  },
  schema: { type: "string" },
};

export const boolean: Codec<boolean> = {
  write: (value) => value,
  read: (value, path) => {
    if (typeof value === "boolean") return value;
    throw wrong("true or false", value, path);
  },
  schema: { type: "boolean" },
};

/** An id: a string, or any number. A string is written with `#` before it, so that `"NaN"` stays a string. */
export const id: Codec<number | string> = {
  write: (value) => (typeof value === "string" ? `#${value}` : writeNumber(value)),
  read: (value, path) =>
    typeof value === "string" && value.startsWith("#") ? value.slice(1) : readAnyNumber(value, path),
  schema: { anyOf: [{ $ref: "#/$defs/number" }, { type: "string", pattern: "^#" }] },
};

/** One of some words or numbers. */
export function oneOf<T extends string | number>(...values: readonly T[]): Codec<T> {
  return {
    write: (value, path, { losses }) => {
      if (values.includes(value)) return value;
      losses.add(`value that is not ${values.map((entry) => JSON.stringify(entry)).join(" or ")}`, path);
      return undefined;
    },
    read: (value, path) => {
      if (values.includes(value as T)) return value as T;
      throw wrong(values.map((entry) => JSON.stringify(entry)).join(" or "), value, path);
    },
    schema: { enum: values },
  };
}

/** A list; with `length`, of exactly so many. */
export function list<T>(of: Codec<T>, length?: number): Codec<readonly T[]> {
  return {
    // what could not be written was counted; a list of a fixed length is nothing without it
    write: (value, path, writing) => {
      const written = Array.from(value, (entry, i) => of.write(entry, `${path}[${i}]`, writing)).filter(
        (entry) => entry !== undefined,
      );
      return length === undefined || written.length === length ? written : undefined;
    },
    read: (value, path, context) => {
      if (!Array.isArray(value) || (length !== undefined && value.length !== length))
        throw wrong(length === undefined ? "a list" : `a list of ${length}`, value, path);
      return value.map((entry: unknown, i) => of.read(entry, `${path}[${i}]`, context));
    },
    schema: {
      type: "array",
      items: of.schema,
      ...(length !== undefined && { minItems: length, maxItems: length }),
    },
  };
}

/** A Map, as pairs in order. */
export function map<K, V>(keys: Codec<K>, values: Codec<V>): Codec<ReadonlyMap<K, V>> {
  return {
    write: (value, path, writing) =>
      Array.from(value).flatMap(([key, entry]) => {
        const place = `${path}[${show(key)}]`;
        const written = values.write(entry, place, writing);
        return written === undefined ? [] : [[keys.write(key, place, writing), written]];
      }),
    read: (value, path, context) => {
      if (!Array.isArray(value)) throw wrong("a list of pairs", value, path);
      return new Map(
        value.map((pair: unknown, i) => {
          if (!Array.isArray(pair) || pair.length !== 2) throw wrong("a pair", pair, `${path}[${i}]`);
          return [keys.read(pair[0], `${path}[${i}][0]`, context), values.read(pair[1], `${path}[${i}][1]`, context)];
        }),
      );
    },
    schema: {
      type: "array",
      items: { type: "array", prefixItems: [keys.schema, values.schema], minItems: 2, maxItems: 2 },
    },
  };
}

/** Fields of an object; those with `?` at the end of their name may be missing. Others are errors. */
export function record<T extends object>(fields: Readonly<Record<string, Codec<never>>>): Codec<T> {
  const known = Object.entries(fields).map(([name, codec]) => ({
    name: name.replace("?", ""),
    optional: name.endsWith("?"),
    codec: codec as Codec<unknown>,
  }));
  const names = new Set(known.map(({ name }) => name));
  return {
    write: (value, path, writing) => {
      const source = value as Readonly<Record<string, unknown>>;
      const out: Record<string, unknown> = {};
      for (const { name, optional, codec } of known) {
        const entry = source[name];
        const written = entry === undefined ? undefined : codec.write(entry, `${path}.${name}`, writing);
        if (written !== undefined) out[name] = written;
        else if (!optional) {
          writing.losses.add(`value without its ${name}`, path);
          return undefined;
        }
      }
      for (const key of Object.keys(source))
        if (!names.has(key) && source[key] !== undefined)
          writing.losses.add("field that is not of limn", `${path}.${key}`);
      return out;
    },
    read: (value, path, context) => {
      if (!isFields(value)) throw wrong("an object", value, path);
      for (const key of Object.keys(value))
        if (!names.has(key))
          throw new ImageError("DECODE", `expected one of ${[...names].join(", ")}, got the field ${show(key)}`, {
            path: path || undefined,
          });
      const out: Record<string, unknown> = {};
      for (const { name, optional, codec } of known) {
        const place = path === "" ? name : `${path}.${name}`;
        if (Object.hasOwn(value, name)) out[name] = codec.read(value[name], place, context);
        else if (!optional) throw new ImageError("DECODE", "expected a value, got none", { path: place });
      }
      return out as T;
    },
    schema: {
      type: "object",
      properties: Object.fromEntries(known.map(({ name, codec }) => [name, codec.schema])),
      required: known.filter(({ optional }) => !optional).map(({ name }) => name),
      additionalProperties: false,
    },
  };
}

/** Objects told apart by their field `kind`. */
export function kinds<T extends { readonly kind: string }>(
  options: Readonly<Record<string, Readonly<Record<string, Codec<never>>>>>,
): Codec<T> {
  const codecs = new Map(
    Object.entries(options).map(([kind, fields]) => [
      kind,
      record<T>({ kind: oneOf(kind) as Codec<never>, ...fields }),
    ]),
  );
  return {
    write: (value, path, writing) => {
      const codec = codecs.get(value.kind);
      if (codec) return codec.write(value, path, writing);
      writing.losses.add(`value of the kind ${show(value.kind)}`, path);
      return undefined;
    },
    read: (value, path, context) => {
      const codec = isFields(value) && typeof value["kind"] === "string" ? codecs.get(value["kind"]) : undefined;
      if (!codec) throw wrong(`an object of the kind ${[...codecs.keys()].join(", ")}`, value, path);
      return codec.read(value, path, context);
    },
    schema: { oneOf: [...codecs.values()].map(({ schema }) => schema) },
  };
}

/** The place of an object in a list of the header. */
export function reference<T extends object>(): Codec<T> {
  return {
    write: (value, _, writing) => writing.indexOf(value),
    read: (value, path, context) => {
      const found = Number.isInteger(value) ? context.at(value as number) : undefined;
      if (found === undefined) throw wrong("a place in the header's list", value, path);
      return found as T;
    },
    schema: { type: "integer", minimum: 0 },
  };
}

/** The same codec under a name of the schema's `$defs`. */
export function named<T>(name: string, codec: Codec<T>): Codec<T> & { readonly definition: Schema } {
  return { write: codec.write, read: codec.read, schema: { $ref: `#/$defs/${name}` }, definition: codec.schema };
}
