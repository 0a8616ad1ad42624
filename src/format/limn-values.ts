/** Values of limn's own format that JSON has no word for: arrays of numbers, and any data at all. */
import { ImageError } from "../errors.ts";
import type { LabelMap } from "../model/scene.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { isFields } from "./fields.ts";
import { type Codec, readAnyNumber, type Schema, SPECIAL, writeNumber, wrong } from "./limn-codec.ts";

const ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  "uint8-clamped": Uint8ClampedArray,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;
type ArrayName = keyof typeof ARRAYS;
type NumberArray = InstanceType<(typeof ARRAYS)[ArrayName]>;

function writeArray(value: ArrayLike<number>): unknown {
  for (const [type, constructor] of Object.entries(ARRAYS))
    if (value instanceof constructor) {
      const { buffer, byteOffset, byteLength } = value;
      return { type, base64: toBase64(new Uint8Array(buffer, byteOffset, byteLength)) };
    }
  return undefined;
}

function readArray(value: unknown, path: string): NumberArray {
  const { type, base64 } = isFields(value) ? value : {};
  const constructor = typeof type === "string" && Object.hasOwn(ARRAYS, type) ? ARRAYS[type as ArrayName] : undefined;
  if (!constructor || typeof base64 !== "string" || Object.keys(value as object).length !== 2)
    throw wrong("{ type, base64 }", value, path);
  const bytes = within(path, () => fromBase64(base64));
  if (bytes.length % constructor.BYTES_PER_ELEMENT !== 0)
    throw wrong(`a multiple of ${constructor.BYTES_PER_ELEMENT} bytes`, bytes.length, path);
  return new constructor(bytes.buffer);
}

function within<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ImageError ? error.at(path) : error;
  }
}

/** Numbers in any array: lists stay lists, typed arrays become base64 of their little-endian bytes. */
export const numbers: Codec<ArrayLike<number>> = {
  write: (value) => writeArray(value) ?? Array.from(value, writeNumber),
  read: (value, path) =>
    Array.isArray(value)
      ? value.map((entry, i) => (typeof entry === "number" ? entry : readAnyNumber(entry, `${path}[${i}]`)))
      : readArray(value, path),
  schema: { $ref: "#/$defs/numbers" },
};

/** Bytes. */
export const bytes: Codec<Uint8Array | Uint8ClampedArray> = {
  write: (value) => writeArray(value),
  read: (value, path) => {
    const array = readArray(value, path);
    if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return array;
    throw wrong("bytes", value, path);
  },
  schema: { $ref: "#/$defs/bytes" },
};

/** Whole numbers of a label map: any array of integers. */
export const integers: Codec<LabelMap["data"]> = {
  write: (value) => writeArray(value),
  read: (value, path) => {
    const array = readArray(value, path);
    if (array instanceof Float32Array || array instanceof Float64Array)
      throw wrong("an array of whole numbers", value, path);
    return array;
  },
  schema: { $ref: "#/$defs/integers" },
};

const DEPTH = 200;

/**
 * Any data: JSON as it is; what JSON has not as an object with one key that begins with `$`: `$number`, `$map`, `$array`,
 * `$undefined`, and `$object` for objects with such keys of their own.
 */
export const data: Codec<unknown> = {
  write: (value, path, { losses }) => {
    const written = writeData(value, 0);
    if (written === undefined) losses.add("value that is no data", path);
    return written;
  },
  read: (value, path) => readData(value, path, 0),
  schema: { $ref: "#/$defs/data" },
};

/** Undefined for functions, instances of classes and what is nested too deep: then for all of the value. */
function writeData(value: unknown, depth: number): unknown {
  if (value === undefined) return { $undefined: true };
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    const written = writeNumber(value);
    return typeof written === "number" ? written : { $number: written };
  }
  if (typeof value !== "object" || depth > DEPTH) return undefined;
  if (ArrayBuffer.isView(value)) {
    const array = writeArray(value as never);
    return array && { $array: array };
  }
  const all = (entries: readonly unknown[]): unknown[] | undefined => {
    const written = entries.map((entry) => writeData(entry, depth + 1));
    return written.includes(undefined) ? undefined : written;
  };
  if (Array.isArray(value)) return all(value);
  if (value instanceof Map) {
    const written = all([...value].flat());
    return written && { $map: Array.from({ length: value.size }, (_, i) => [written[i * 2], written[i * 2 + 1]]) };
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const keys = Object.keys(value);
  const written = all(Object.values(value));
  if (!written) return undefined;
  const pairs = keys.map((key, i) => [key, written[i]] as const);
  return keys.some((key) => key.startsWith("$")) ? { $object: pairs } : Object.fromEntries(pairs);
}

function readData(value: unknown, path: string, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEPTH) throw new ImageError("DECODE", `expected at most ${DEPTH} levels, got more`, { path });
  const inner = (entry: unknown): unknown => readData(entry, path, depth + 1);
  if (Array.isArray(value)) return value.map(inner);
  const keys = Object.keys(value);
  if (!keys.some((key) => key.startsWith("$")))
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inner(entry)]));
  const [key, content] = Object.entries(value)[0]!;
  const pairs = (): [unknown, unknown][] => {
    if (!Array.isArray(content) || !content.every((pair) => Array.isArray(pair) && pair.length === 2))
      throw wrong("a list of pairs", content, path);
    return content as [unknown, unknown][];
  };
  if (keys.length === 1)
    switch (key) {
      case "$undefined":
        return undefined;
      case "$number":
        return readAnyNumber(content, path);
      case "$array":
        return readArray(content, path);
      case "$map":
        return new Map(pairs().map(([name, entry]) => [inner(name), inner(entry)]));
      case "$object":
        return Object.fromEntries(pairs().map(([name, entry]) => [String(name), inner(entry)]));
    }
  throw wrong("$number, $map, $array, $undefined or $object", value, path);
}

/** Definitions that the pieces above refer to. */
export const DEFINITIONS: Readonly<Record<string, Schema>> = {
  number: { anyOf: [{ type: "number" }, { enum: [...SPECIAL.keys()] }] },
  array: {
    type: "object",
    properties: { type: { enum: Object.keys(ARRAYS) }, base64: { type: "string", contentEncoding: "base64" } },
    required: ["type", "base64"],
    additionalProperties: false,
  },
  numbers: { anyOf: [{ type: "array", items: { $ref: "#/$defs/number" } }, { $ref: "#/$defs/array" }] },
  bytes: {
    type: "object",
    properties: { type: { enum: ["uint8", "uint8-clamped"] }, base64: { type: "string", contentEncoding: "base64" } },
    required: ["type", "base64"],
    additionalProperties: false,
  },
  integers: {
    type: "object",
    properties: {
      type: { enum: Object.keys(ARRAYS).filter((type) => !type.startsWith("float")) },
      base64: { type: "string", contentEncoding: "base64" },
    },
    required: ["type", "base64"],
    additionalProperties: false,
  },
  data: {
    anyOf: [
      { type: ["null", "boolean", "number", "string"] },
      { type: "array", items: { $ref: "#/$defs/data" } },
      {
        type: "object",
        propertyNames: { not: { pattern: "^\\$" } },
        additionalProperties: { $ref: "#/$defs/data" },
      },
      ...["$map", "$object"].map((key) => ({
        type: "object",
        properties: {
          [key]: { type: "array", items: { type: "array", items: { $ref: "#/$defs/data" }, minItems: 2, maxItems: 2 } },
        },
        required: [key],
        additionalProperties: false,
      })),
      {
        type: "object",
        properties: { $number: { enum: [...SPECIAL.keys()] } },
        required: ["$number"],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: { $array: { $ref: "#/$defs/array" } },
        required: ["$array"],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: { $undefined: { const: true } },
        required: ["$undefined"],
        additionalProperties: false,
      },
    ],
  },
};
