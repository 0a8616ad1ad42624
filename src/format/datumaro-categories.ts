/** The categories of a Datumaro file: labels, with the colours and poses that lists beside them give. */
import { show } from "../errors.ts";
import type { Category, Skeleton } from "../model/scene.ts";
import { type Fields, isFields, isList, readText, toNumber } from "./fields.ts";
import type { Reading } from "./tree-reading.ts";

/** The categories of a file; ids are the places of labels in its list. */
export function readCategories(value: unknown, at: string, reading: Reading): Category[] {
  const labels = isFields(value) && isFields(value["label"]) ? value["label"]["labels"] : undefined;
  if (!isList(labels)) return [];
  const colors = byLabel(value, "mask", "colormap");
  const poses = byLabel(value, "points", "items");
  return Array.from(labels, (given, id): Category => {
    const record = isFields(given) ? given : {};
    const name = typeof given === "string" ? given : readText(record["name"]);
    if (name === undefined)
      reading.note(`${at}.label.labels[${id}].name`, `expected a name, got ${show(record["name"])}`);
    const own = name ?? String(id);
    const color = colors.get(id);
    const rgb = color && ["r", "g", "b"].map((key) => toNumber(color[key]));
    const pose = poses.get(id);
    const attributes = record["attributes"];
    return {
      id,
      name: own,
      supercategory: readText(record["parent"]),
      color: rgb?.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)
        ? (rgb[0]! << 16) | (rgb[1]! << 8) | rgb[2]!
        : undefined,
      skeleton: pose && readSkeleton(pose, own),
      attributes: isList(attributes) && attributes.length > 0 ? new Map([["attributes", attributes]]) : undefined,
    };
  });
}

function byLabel(value: unknown, kind: string, list: string): Map<number, Fields> {
  const inner = isFields(value) ? value[kind] : undefined;
  const entries = isFields(inner) ? inner[list] : undefined;
  const found = new Map<number, Fields>();
  if (isList(entries))
    for (const entry of Array.from(entries)) if (isFields(entry)) found.set(toNumber(entry["label_id"]), entry);
  return found;
}

/** Joints count from 1, as in COCO, unless one of them is 0. */
function readSkeleton(record: Fields, name: string): Skeleton | undefined {
  const { labels, joints } = record;
  if (!isList(labels) || labels.length === 0) return undefined;
  const pairs = isList(joints) ? Array.from(joints).filter((pair) => isList(pair) && pair.length === 2) : [];
  const numbers = pairs.map((pair) => Array.from(pair as ArrayLike<unknown>, toNumber) as [number, number]);
  const first = numbers.some((pair) => pair.includes(0)) ? 0 : 1;
  const inside = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < labels.length;
  return {
    name,
    points: Array.from(labels, String),
    edges: numbers.map(([from, to]) => [from - first, to - first] as const).filter((pair) => pair.every(inside)),
  };
}
