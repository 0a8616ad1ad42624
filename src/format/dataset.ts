/** Every dataset format that limn reads, told apart by content. A new format is one file here and one line below. */
import { ImageError } from "../errors.ts";
import type { Dataset } from "../model/scene.ts";
import { type CocoOptions, isCoco, readCoco } from "./coco.ts";
import { type JsonSource, parseJson } from "./source.ts";

/** What {@link readDataset} takes; each reader uses what it knows. */
export interface DatasetOptions extends CocoOptions {}

interface JsonFormat {
  readonly name: string;
  /** Looks at a parsed value, without reading it through. */
  matches(value: unknown): boolean;
  read(value: object, options: DatasetOptions): Dataset;
}

const FORMATS: readonly JsonFormat[] = [{ name: "COCO", matches: isCoco, read: readCoco }];

/**
 * Read annotations of whatever known format they are in.
 *
 * @param source - JSON text, its bytes, or the parsed value
 * @throws {ImageError} `DECODE` if the source cannot be parsed, `UNSUPPORTED` if no format fits
 *
 * @example
 * const dataset = readDataset('{"images": [], "annotations": []}');
 * dataset.size; // 0
 */
export function readDataset(source: JsonSource, options: DatasetOptions = {}): Dataset {
  const value = parseJson(source);
  const format = FORMATS.find(({ matches }) => matches(value));
  if (format) return format.read(value as object, options);
  // an empty list of results is a model that found nothing
  if (Array.isArray(value) && value.length === 0 && options.groundTruth) return readCoco(value, options);
  const known = FORMATS.map(({ name }) => name).join(", ");
  throw new ImageError("UNSUPPORTED", `expected annotations of a known format (${known}), got something else`);
}
