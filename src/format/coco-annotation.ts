/** One record of COCO's `annotations` (or one of a result file) as an {@link Annotation}. */
import { ImageError, show } from "../errors.ts";
import type { Annotation, Box, Category, Keypoint, Keypoints, Skeleton } from "../model/scene.ts";
import { MAX_COORDINATE, readSegmentation } from "./coco-segmentation.ts";
import { COCO_PERSON } from "./coco-categories.ts";
import { type Fields, isFields, isList, readFlag, readId, readNumber, readNumbers, readText } from "./fields.ts";

/** What a record is read against. */
export interface AnnotationContext {
  /** Of the picture in pixels; 0 where it is not known. */
  readonly width: number;
  readonly height: number;
  /** By `String(id)`. */
  readonly categories: ReadonlyMap<string, Category>;
  readonly group: string | undefined;
  /** Gets an error, its path below the record, for each part that is left out. */
  report(error: ImageError): void;
}

/** The record's annotation; parts that break the rules are reported and left out. */
export function readAnnotation(record: Fields, context: AnnotationContext): Annotation {
  const part = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      context.report(error);
      return undefined;
    }
  };
  const { width, height } = context;
  const attributes = isFields(record["attributes"]) ? record["attributes"] : undefined;
  const categoryId = part(() => optional(record["category_id"], (value) => readId(value, "category_id")));
  const category = categoryId === undefined ? undefined : context.categories.get(String(categoryId));
  if (categoryId !== undefined && category === undefined && context.categories.size > 0)
    context.report(new ImageError("ARGUMENT", `no category has the id ${show(categoryId)}`, { path: "category_id" }));
  return {
    id: part(() => optional(record["id"], (value) => readId(value, "id"))),
    box: part(() => readBox(record["bbox"], attributes?.["rotation"])),
    segmentation: part(() => readSegmentation(record["segmentation"], width, height, (error) => context.report(error))),
    keypoints: part(() => readKeypoints(record["keypoints"], category, (error) => context.report(error))),
    group: context.group,
    categoryId,
    category: category?.name,
    color: category?.color,
    score: part(() => optional(record["score"], (value) => readNumber(value, "score"))),
    caption: readText(record["caption"]),
    trackId: part(() => optional(record["track_id"], (value) => readId(value, "track_id"))),
    isCrowd: readFlag(record["iscrowd"]),
    area: part(() => optional(record["area"], (value) => readNumber(value, "area"))),
    isOccluded: attributes?.["occluded"] === true ? true : undefined,
    attributes: attributes && attributesOf(attributes),
  };
}

/** What CVAT keeps among attributes and has a place of its own here is left out. */
function attributesOf(attributes: Fields): ReadonlyMap<string, unknown> {
  const map = new Map(Object.entries(attributes));
  if (map.get("occluded") === true) map.delete("occluded");
  const rotation = map.get("rotation");
  if (typeof rotation === "number" && rotation !== 0) map.delete("rotation");
  return map;
}

/** True when there is anything of the annotation to draw on the picture. */
export function hasShape({ box, segmentation, keypoints }: Annotation): boolean {
  return box !== undefined || segmentation !== undefined || keypoints !== undefined;
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

/** `[left, top, width, height]`; `rotation` in degrees, clockwise, is CVAT's addition. */
export function readBox(value: unknown, rotation?: unknown): Box | undefined {
  if (value === undefined || value === null || (isList(value) && value.length === 0)) return undefined;
  const box = readNumbers(value, "bbox", MAX_COORDINATE);
  if (box.length !== 4)
    throw new ImageError("ARGUMENT", `expected [x, y, width, height], got ${box.length} numbers`, { path: "bbox" });
  const [x, y, width, height] = [box[0]!, box[1]!, box[2]!, box[3]!];
  if (width < 0 || height < 0)
    throw new ImageError("ARGUMENT", `expected width and height of 0 or more, got ${width} and ${height}`, {
      path: "bbox",
    });
  const degrees = optional(rotation, (given) => readNumber(given, "attributes.rotation")) ?? 0;
  return degrees === 0 ? { x, y, width, height } : { x, y, width, height, rotation: degrees };
}

/**
 * `[x, y, v, x, y, v, …]`. In annotations `v` is the visibility 0, 1 or 2; models write a confidence in its place, so a
 * list with any other number in it is read as confidences.
 */
function readKeypoints(
  value: unknown,
  category: Category | undefined,
  report: (error: ImageError) => void,
): Keypoints | undefined {
  if (value === undefined || value === null) return undefined;
  const path = "keypoints";
  const list = readNumbers(value, path, MAX_COORDINATE);
  if (list.length === 0) return undefined;
  if (list.length % 3 !== 0)
    throw new ImageError("ARGUMENT", `expected three numbers for each point, got ${list.length}`, { path });
  let scored = false;
  for (let i = 2; i < list.length; i += 3) scored ||= list[i] !== 0 && list[i] !== 1 && list[i] !== 2;
  const points: Keypoint[] = [];
  for (let i = 0; i < list.length; i += 3) {
    const [x, y, v] = [list[i]!, list[i + 1]!, list[i + 2]!];
    if (scored) points.push({ x, y, visibility: v > 0 ? 2 : 0, score: v > 0 && v <= 1 ? v : undefined });
    else points.push({ x, y, visibility: v as 0 | 1 | 2 });
  }
  return { points, skeleton: fitting(category?.skeleton, points.length, report) };
}

function fitting(
  skeleton: Skeleton | undefined,
  count: number,
  report: (error: ImageError) => void,
): Skeleton | undefined {
  if (skeleton?.points.length === count) return skeleton;
  if (skeleton)
    report(
      new ImageError("ARGUMENT", `expected ${skeleton.points.length} points as the category has, got ${count}`, {
        path: "keypoints",
      }),
    );
  return !skeleton && count === COCO_PERSON.points.length ? COCO_PERSON : undefined;
}
