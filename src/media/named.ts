/** Things by the name of their set: boxes and masks of a picture. */
import { entriesOf, pathKey, within } from "../format/class-labels.ts";

/** Things by the name of their set: an object, or a Map where a name could be anything. */
export type Named<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>;

/** The layers by name; dictionaries are made into layers, their errors told where they stand. */
export function readNamed<T extends object>(
  what: string,
  value: unknown,
  Layer: abstract new (...args: never[]) => T,
  make: (val: unknown, key: string) => T,
): ReadonlyMap<string, T> {
  if (value === undefined || value === null) return new Map();
  return within(what, () => {
    const entries = entriesOf(value, what).map(([key, entry]) => {
      const layer = entry instanceof Layer ? entry : within(pathKey(key), () => make(entry, key));
      return [key, layer] as const;
    });
    return new Map(entries);
  });
}
