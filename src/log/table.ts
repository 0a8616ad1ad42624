/** W&B's Table: rows of cells, of which some are images. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import { isList } from "../format/fields.ts";
import { Image } from "../media/image.ts";
import type { JsonObject, JsonValue } from "../media/media-run.ts";
import type { Generation } from "../model/guess-mode.ts";
import { type CellType, columnType, joined, typeJson, typeOf } from "./column-types.ts";
import { pythonJson } from "./python-json.ts";

/** What a {@link Table} is made from. */
export interface TableOptions {
  readonly columns: readonly string[];
  /** Rows, each with a cell for every column. */
  readonly data?: readonly (readonly unknown[])[] | undefined;
  /** Let a column hold values of several types. Default false. */
  readonly allowMixedTypes?: boolean | undefined;
  /** Whose form of the file. Default `limn`, which is that of `head`. */
  readonly generation?: Generation | undefined;
}

/**
 * A table: numbers, strings, booleans, null, lists, objects and images, of one type for each column.
 *
 * @throws {ImageError} `ARGUMENT` with the path of a cell that does not fit: `data[3].label`
 * @example
 * const table = new Table({ columns: ["image", "label"] });
 * table.addData(new Image(bytes), "cat");
 */
export class Table {
  readonly columns: readonly string[];
  readonly generation: Generation;
  readonly #rows: (readonly unknown[])[] = [];
  readonly #types: CellType[];

  constructor(options: TableOptions) {
    const { columns, data = [], allowMixedTypes = false, generation = "limn" } = checkedOptions(options ?? {});
    if (!Array.isArray(columns) || columns.some((column) => typeof column !== "string"))
      throw new ImageError("ARGUMENT", `expected names of columns, got ${show(columns)}`, { path: "columns" });
    if (!Array.isArray(data) || !data.every(Array.isArray))
      throw new ImageError("ARGUMENT", `expected rows, got ${show(data)}`, { path: "data" });
    this.columns = [...(columns as readonly string[])];
    this.generation = generation;
    this.#types = this.columns.map(() => ({ kind: allowMixedTypes ? "any" : "unknown" }));
    for (const row of data) this.addData(...row);
  }

  /** The rows. */
  get data(): readonly (readonly unknown[])[] {
    return this.#rows;
  }

  /** Add a row. */
  addData(...row: readonly unknown[]): void {
    const at = `data[${this.#rows.length}]`;
    if (row.length !== this.columns.length)
      throw new ImageError("ARGUMENT", `expected ${this.columns.length} cells, got ${row.length}`, { path: at });
    const types = row.map((cell, i): CellType => {
      const own = typeOf(cell);
      const type = own && joined(this.#types[i]!, own);
      if (type === undefined)
        throw new ImageError("ARGUMENT", `expected a cell of the column's type, got ${show(cell)}`, {
          path: `${at}.${this.columns[i]}`,
        });
      return type;
    });
    this.#types.splice(0, types.length, ...types);
    this.#rows.push([...row]);
  }

  /** The types of the columns, as the file has them. */
  columnTypes(): JsonValue {
    const map = this.columns.map(
      (column, i) => [column, typeJson(columnType(this.#types[i]!), this.generation)] as const,
    );
    return { wb_type: "typedDict", params: { type_map: new Map(map) } };
  }

  /** The file's content; `place` puts an image away and gives its record. @internal */
  toJson(place: (image: Image) => JsonValue): JsonObject {
    const cell = (value: unknown): JsonValue => {
      if (value instanceof Image) return place(value);
      if (isList(value)) return Array.from(value, cell);
      return (value ?? null) as JsonValue;
    };
    const newest = this.generation === "head" || this.generation === "limn";
    return {
      _type: "table",
      column_types: this.columnTypes(),
      columns: this.columns,
      data: this.#rows.map((row) => row.map(cell)),
      ncols: this.columns.length,
      nrows: this.#rows.length,
      ...(newest ? { log_mode: "IMMUTABLE" } : {}),
    };
  }

  /** The record of the table in a history. @internal */
  toRunJson(place: (image: Image) => JsonObject, write: (bytes: Uint8Array) => JsonObject): JsonObject {
    const text = pythonJson(this.toJson(place), { sorted: true });
    const { _type, ...file } = write(new TextEncoder().encode(text));
    return { _type: _type!, ncols: this.columns.length, nrows: this.#rows.length, ...file };
  }
}
