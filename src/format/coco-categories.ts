/** COCO's categories and the poses that they describe. */
import { ImageError, show } from "../errors.ts";
import type { Category, Skeleton } from "../model/scene.ts";
import { skeletons } from "../model/skeletons.ts";
import { type Fields, isList, othersOf, readFlag, readNumbers, readText, toNumber } from "./fields.ts";

/**
 * The person of COCO: 17 points, 19 edges, as pairs of 0-based indices. Legs, trunk, arms, head.
 *
 * @example
 * COCO_PERSON.points[COCO_PERSON.edges[0][0]]; // "left_ankle"
 */
export const COCO_PERSON: Skeleton = skeletons.person;

/**
 * The skeleton of a category record, or undefined where it names no points. COCO counts points from 1; a file whose edges
 * use 0 counts from 0 and is read so.
 *
 * @param report - gets an error for each edge that is left out
 */
function readSkeleton(record: Fields, name: string, report: (error: ImageError) => void): Skeleton | undefined {
  const names = record["keypoints"];
  if (!isList(names) || names.length === 0) return undefined;
  const points = Array.from(names, (point, i) => (typeof point === "string" ? point : String(i)));
  const source = isList(record["skeleton"]) ? Array.from(record["skeleton"]) : [];
  const pairs: { pair: ArrayLike<number>; path: string }[] = [];
  for (const [i, entry] of source.entries()) {
    const path = `skeleton[${i}]`;
    try {
      const pair = readNumbers(entry, path, 1e6);
      if (pair.length !== 2) throw new ImageError("ARGUMENT", `expected 2 points, got ${pair.length}`, { path });
      pairs.push({ pair, path });
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      report(error);
    }
  }
  const first = pairs.some(({ pair }) => pair[0] === 0 || pair[1] === 0) ? 0 : 1;
  const edges: [number, number][] = [];
  for (const { pair, path } of pairs) {
    const [from, to] = [pair[0]! - first, pair[1]! - first];
    if ([from, to].every((index) => Number.isInteger(index) && index >= 0 && index < points.length))
      edges.push([from, to]);
    else
      report(
        new ImageError("ARGUMENT", `expected two points of ${points.length}, got ${show(Array.from(pair))}`, { path }),
      );
  }
  return { name, points, edges };
}

/**
 * A category record.
 *
 * @param report - gets an error, its path below the record, for what is missing or left out
 */
export function readCategory(record: Fields, id: number | string, report: (error: ImageError) => void): Category {
  const given = readText(record["name"]);
  if (given === undefined)
    report(new ImageError("ARGUMENT", `expected a name, got ${show(record["name"])}`, { path: "name" }));
  const name = given ?? String(id);
  return {
    id,
    name,
    supercategory: readText(record["supercategory"]),
    skeleton: readSkeleton(record, name, report),
    color: readColor(record["color"]),
    isThing: record["isthing"] === undefined ? undefined : readFlag(record["isthing"]),
    attributes: othersOf(record, CATEGORY_FIELDS),
  };
}

/** Fields of a category record that have a place of their own. */
export const CATEGORY_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "name",
  "supercategory",
  "keypoints",
  "skeleton",
  "color",
  "isthing",
]);

/** `[r, g, b]` as 0xRRGGBB. */
function readColor(value: unknown): number | undefined {
  if (!isList(value) || value.length !== 3) return undefined;
  const [r, g, b] = Array.from(value, toNumber);
  const bytes = [r!, g!, b!];
  if (!bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)) return undefined;
  return (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!;
}
