/** Named values of a run: its config, and its summary. */
import { ImageError, show } from "../errors.ts";
import { isFields } from "../format/fields.ts";

/** Values by key: an object, or a Map. */
export type Values = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

/** The entries of values. @throws {ImageError} `ARGUMENT` for anything else */
export function entriesOfValues(values: unknown): [key: string, value: unknown][] {
  if (values instanceof Map) return [...values].map(([key, value]) => [String(key), value]);
  if (!isFields(values)) throw new ImageError("ARGUMENT", `expected values by key, got ${show(values)}`);
  return Object.entries(values);
}

/**
 * Named values that can be set, as `run.config` and `run.summary` are.
 *
 * @example
 * run.config.set("lr", 0.01);
 * run.summary.update({ accuracy: 0.93, best: new Image(bytes) });
 */
export class RunValues {
  readonly #values = new Map<string, unknown>();
  readonly #keep: (key: string, value: unknown) => unknown;

  /** @internal @param keep - makes what is kept of a value */
  constructor(keep: (key: string, value: unknown) => unknown) {
    this.#keep = keep;
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  /** @throws {ImageError} `ARGUMENT` for a value that cannot be kept, `STATE` after the run's end */
  set(key: string, value: unknown): void {
    this.#values.set(key, this.#keep(key, value));
  }

  /** Set several. */
  update(values: Values): void {
    for (const [key, value] of entriesOfValues(values)) this.set(key, value);
  }

  /** The values as they are kept (images as their records), in the order in which their keys came. */
  entries(): [key: string, value: unknown][] {
    return [...this.#values];
  }

  /** What was made elsewhere, kept as it is. @internal */
  keep(key: string, value: unknown): void {
    this.#values.set(key, value);
  }
}
