/** Class ids and their names, as W&B and deepdriver write them. */
import { ImageError, show } from "../errors.ts";
import { isFields } from "./fields.ts";

/** Id of a class. Whole numbers written as text (the keys of a JavaScript object) are numbers. */
export type ClassId = number | string;

/** Names of classes: an object (`{ 1: "car" }`), a Map, or pairs. */
export type ClassLabels =
  Readonly<Record<string, string>> | ReadonlyMap<ClassId, string> | readonly (readonly [id: ClassId, name: string])[];

/** "7" and 7 are the same class; "007" and "car" are names. */
export function classId(id: ClassId): ClassId {
  return typeof id === "string" && /^(?:0|-?[1-9]\d{0,14})$/.test(id) ? Number(id) : id;
}

/**
 * Read class labels; the order stays.
 *
 * @param strict - ids must be numbers, as upstream asks (the keys of a plain object must be numbers in decimal)
 * @throws {ImageError} `ARGUMENT` with the path below the labels
 */
export function readClassLabels(value: unknown, strict: boolean): Map<ClassId, string> {
  const plain = !Array.isArray(value) && !(value instanceof Map);
  if (plain && !isFields(value))
    throw new ImageError("ARGUMENT", `expected class labels ({ id: name }), got ${show(value)}`);
  const labels = new Map<ClassId, string>();
  for (const entry of plain ? Object.entries(value) : (value as Iterable<unknown>)) {
    const [key, name] = (Array.isArray(entry) ? entry : []) as unknown[];
    const id = typeof key === "string" && (plain || !strict) ? classId(key) : key;
    const number = typeof id === "number" && !Number.isNaN(id);
    if (!number && (strict || typeof id !== "string"))
      throw new ImageError(
        "ARGUMENT",
        `expected class ids to be ${strict ? "numbers" : "numbers or strings"}, got ${show(key)}`,
      );
    if (typeof name !== "string")
      throw new ImageError("ARGUMENT", `expected the name of a class, got ${show(name)}`, {
        path: pathKey(String(id)),
      });
    labels.set(id as ClassId, name);
  }
  return labels;
}

/** A key of foreign data in a path: `predictions`, `["ground truth"]`. */
export function pathKey(key: string): string {
  return /^[A-Za-z_$][\w$-]*$/.test(key) ? key : `[${show(key)}]`;
}

/** Run `read` and put `path` before the path of what goes wrong in it. */
export function within<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ImageError ? error.at(path) : error;
  }
}

/** The entries of a group dictionary (an object or a Map), in order. */
export function entriesOf(value: unknown, what: string): [key: string, value: unknown][] {
  if (value instanceof Map) return [...value.entries()].map(([key, entry]) => [String(key), entry]);
  if (!isFields(value)) throw new ImageError("ARGUMENT", `expected ${what} by name, got ${show(value)}`);
  return Object.entries(value);
}
