/** deepdriver's dictionary of a picture, both ways. */
import { sniff } from "../codec/sniff.ts";
import { ImageError, show } from "../errors.ts";
import type { ClassId } from "../format/class-labels.ts";
import { isFields } from "../format/fields.ts";
import type { BoxLayer } from "../media/box-layer.ts";
import { DeepdriverImage } from "../media/deepdriver.ts";
import type { Image } from "../media/image.ts";
import type { JsonObject } from "../media/media-run.ts";
import { md5Hex } from "../model/digest.ts";

/** The set that upstream takes every box for. */
const USUAL_SET = "predictions";

/** Extension of a picture's file: the name of its format in capitals. */
export function formatOf(bytes: Uint8Array): string {
  return (sniff(bytes)?.type ?? "png").toUpperCase();
}

/**
 * The dictionary of a picture. One set named `predictions` is written as upstream does; of others each box says its `group`, and
 * `groups` has the labels of each.
 *
 * @param path - of its file
 */
export function imageRecord(image: Image, bytes: Uint8Array, path: string): JsonObject {
  const { width, height, caption = "", boxes } = image;
  return {
    log_type: "IMAGE",
    hash: md5Hex(bytes),
    size: bytes.length,
    path,
    height,
    width,
    format: formatOf(bytes),
    caption,
    boxes: boxes.size === 0 ? "" : boxesRecord(boxes),
  };
}

function boxesRecord(sets: ReadonlyMap<string, BoxLayer>): JsonObject {
  const plain = sets.size === 1 && sets.has(USUAL_SET);
  const labels = new Map<string, string>();
  for (const { classLabels } of sets.values())
    for (const [id, name] of named(classLabels)) if (!labels.has(id)) labels.set(id, name);
  const box_data = [...sets].flatMap(([group, layer]) =>
    layer.boxData.map((box) => (plain ? box : { ...box, group })),
  ) as never;
  const record = { box_data, class_labels: Object.fromEntries(labels) };
  if (plain) return record;
  const groups = [...sets].map(([group, { classLabels }]) => [group, Object.fromEntries(named(classLabels))] as const);
  return { ...record, groups: Object.fromEntries(groups) };
}

function named(labels: ReadonlyMap<ClassId, string>): [string, string][] {
  return [...labels].map(([id, name]) => [String(id), name]);
}

/**
 * A picture out of its file and its dictionary, with caption and all sets of boxes.
 *
 * @throws {ImageError} `DECODE` for bytes whose digest is not the recorded one; `ARGUMENT` for boxes that are none
 */
export function imageFromRecord(record: JsonObject, bytes: Uint8Array, name: string): DeepdriverImage {
  const { hash, caption, boxes } = record;
  if (typeof hash === "string" && hash !== md5Hex(bytes))
    throw new ImageError("DECODE", `expected a file of MD5 ${show(hash)}, got ${md5Hex(bytes)}`, { path: name });
  const sets = new Map<string, { box_data: never[]; class_labels: never }>();
  if (isFields(boxes)) {
    const groups = isFields(boxes["groups"]) ? boxes["groups"] : {};
    for (const group of Object.keys(groups)) sets.set(group, { box_data: [], class_labels: groups[group] as never });
    for (const given of Array.isArray(boxes["box_data"]) ? (boxes["box_data"] as JsonObject[]) : []) {
      const { group = USUAL_SET, ...box } = given;
      const key = String(group);
      const set = sets.get(key) ?? { box_data: [], class_labels: boxes["class_labels"] as never };
      set.box_data.push((Object.hasOwn(groups, key) ? box : { ...box }) as never);
      sets.set(key, set);
    }
    if (sets.size === 0) sets.set(USUAL_SET, { box_data: [], class_labels: boxes["class_labels"] as never });
  }
  return new DeepdriverImage(bytes, {
    caption: typeof caption === "string" && caption !== "" ? caption : undefined,
    boxes: sets.size ? sets : undefined,
    fileName: name,
  });
}
