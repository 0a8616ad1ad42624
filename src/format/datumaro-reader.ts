/** The annotations of a Datumaro item, joined by their groups. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Category, Classification, Keypoint, PolygonPart } from "../model/scene.ts";
import { type Fields, isFields, isList, readNumber, readNumbers, readText, toNumber } from "./fields.ts";
import { pushTo } from "./written.ts";
import type { Reading } from "./tree-reading.ts";

const LIMIT = 1e6;

/** What the annotations of one item are. */
export interface ItemContent {
  readonly annotations: readonly Annotation[];
  readonly classifications: readonly Classification[];
  readonly captions: readonly string[];
}

interface Part extends Annotation {
  readonly order: number;
  readonly set: number;
}

/** The annotations of an item. Those of a group with one label become one object where they are its different sides. */
export function readItem(
  list: ArrayLike<unknown>,
  at: string,
  categories: readonly Category[],
  size: { readonly width: number; readonly height: number } | undefined,
  reading: Reading,
): ItemContent {
  const parts: Part[] = [];
  const classifications: Classification[] = [];
  const captions: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const path = `${at}[${i}]`;
    const record = list[i];
    if (!isFields(record)) {
      reading.note(path, `expected an annotation, got ${show(record)}`);
      continue;
    }
    reading.part(path, () => {
      if (record["type"] === "caption") {
        const caption = readText(record["caption"]);
        if (caption === undefined)
          throw new ImageError("ARGUMENT", `expected words, got ${show(record["caption"])}`, { path: "caption" });
        captions.push(caption);
        return;
      }
      const common = readCommon(record, categories, path, reading);
      if (record["type"] === "label") {
        if (common.category === undefined)
          throw new ImageError("ARGUMENT", "expected a label, got none", { path: "label_id" });
        classifications.push({ category: common.category, categoryId: common.categoryId, score: common.score });
      } else {
        const order = toNumber(record["z_order"]);
        const shaped = { ...common, ...readShape(record, common, categories, size) };
        parts.push({ ...shaped, order: Number.isFinite(order) ? order : 0, set: toNumber(record["group"]) || 0 });
      }
    });
  }
  parts.sort((a, b) => a.order - b.order);
  return { annotations: joinGroups(parts), classifications, captions };
}

function readCommon(record: Fields, categories: readonly Category[], path: string, reading: Reading): Annotation {
  const label = record["label_id"];
  const category = typeof label === "number" ? categories[label] : undefined;
  if (typeof label === "number" && label >= 0 && !category)
    reading.note(`${path}.label_id`, `no label has the id ${label}`);
  const attributes = new Map(isFields(record["attributes"]) ? Object.entries(record["attributes"]) : []);
  const take = (key: string, fits: (value: unknown) => boolean): unknown => {
    const value = attributes.get(key);
    if (!fits(value)) return undefined;
    attributes.delete(key);
    return value;
  };
  const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
  const score = take("score", isNumber) as number | undefined;
  const track = take("track_id", (value) => isNumber(value) || (typeof value === "string" && value !== ""));
  const object = record["object_id"];
  const id = record["id"];
  return {
    id:
      (typeof id === "number" && Number.isFinite(id)) || (typeof id === "string" && id !== "")
        ? (id as number | string)
        : undefined,
    categoryId: category?.id,
    category: category?.name,
    score,
    trackId: (track as number | string | undefined) ?? (typeof object === "number" && object >= 0 ? object : undefined),
    isCrowd: take("is_crowd", (value) => value === true) === true ? true : undefined,
    isOccluded: take("occluded", (value) => value === true) === true ? true : undefined,
    attributes: attributes.size > 0 ? attributes : undefined,
  };
}

type Shape = Pick<Annotation, "box" | "segmentation" | "polyline" | "ellipse" | "points" | "keypoints" | "attributes">;

function readShape(
  record: Fields,
  common: Annotation,
  categories: readonly Category[],
  size: { readonly width: number; readonly height: number } | undefined,
): Shape {
  const points = (even = true, least = 2): number[] => {
    const list = Array.from(readNumbers(record["points"], "points", LIMIT));
    if (list.length >= least && !(even && list.length % 2)) return list;
    throw new ImageError("ARGUMENT", `expected an even count of ${least} or more numbers, got ${list.length}`, {
      path: "points",
    });
  };
  switch (record["type"]) {
    case "bbox": {
      const [x, y, width, height] = four(record["bbox"], "bbox");
      if (width < 0 || height < 0)
        throw new ImageError("ARGUMENT", `expected width and height of 0 or more, got ${width} and ${height}`, {
          path: "bbox",
        });
      return turned(common, (rotation) => ({ box: { x, y, width, height, ...rotation } }));
    }
    case "rotated_bbox": {
      const [cx, cy, width, height, rotation] = points(false, 5) as [number, number, number, number, number];
      return { box: { x: cx - width / 2, y: cy - height / 2, width, height, rotation } };
    }
    case "polygon":
      return { segmentation: { kind: "polygon", parts: [{ outline: points(true, 6) }] } };
    case "polyline":
      return { polyline: { points: points(true, 4) } };
    case "mask":
      return { segmentation: { kind: "rle", rle: readRle(record["rle"], size) } };
    case "ellipse": {
      const [left, top, right, bottom] = four(record["points"], "points");
      const ellipse = {
        x: (left + right) / 2,
        y: (top + bottom) / 2,
        radiusX: (right - left) / 2,
        radiusY: (bottom - top) / 2,
      };
      return turned(common, (rotation) => ({ ellipse: { ...ellipse, ...rotation } }));
    }
    case "points":
      return readPoints(points(), record["visibility"], common, categories);
    case "skeleton": {
      const elements = isList(record["elements"]) ? Array.from(record["elements"]).filter(isFields) : [];
      const flat = elements.flatMap(({ points: own }) =>
        Array.from(readNumbers(own, "elements.points", LIMIT)).slice(0, 2),
      );
      const seen = elements.flatMap(({ visibility }) => (isList(visibility) ? [visibility[0]] : [2]));
      return { keypoints: readPoints(flat, seen, common, categories, true).keypoints };
    }
    default:
      throw new ImageError("UNSUPPORTED", `expected a type that is drawn on pictures, got ${show(record["type"])}`, {
        path: "type",
      });
  }
}

function four(value: unknown, path: string): [number, number, number, number] {
  const list = readNumbers(value, path, LIMIT);
  if (list.length !== 4) throw new ImageError("ARGUMENT", `expected 4 numbers, got ${list.length}`, { path });
  return Array.from(list) as [number, number, number, number];
}

/** The attribute `rotation` turns boxes and ellipses. */
function turned(common: Annotation, shape: (rotation: { rotation?: number }) => Shape): Shape {
  const rotation = common.attributes?.get("rotation");
  if (typeof rotation !== "number" || !Number.isFinite(rotation) || rotation === 0) return shape({});
  const attributes = new Map(common.attributes);
  attributes.delete("rotation");
  return { ...shape({ rotation }), attributes: attributes.size > 0 ? attributes : undefined };
}

/** Points of a label that has a skeleton of as many are a pose, others are points. */
function readPoints(
  points: number[],
  visibility: unknown,
  { categoryId }: Annotation,
  categories: readonly Category[],
  pose = false,
): Shape {
  const skeleton = categories.find(({ id }) => id === categoryId)?.skeleton;
  const fits = skeleton?.points.length === points.length / 2;
  const seen = isList(visibility) ? Array.from(visibility, toNumber) : [];
  if (!fits && !pose && seen.every((v) => v === 2)) return { points };
  const list = Array.from({ length: points.length / 2 }, (_, i): Keypoint => {
    const v = seen[i];
    return { x: points[i * 2]!, y: points[i * 2 + 1]!, visibility: v === 0 || v === 1 ? v : 2 };
  });
  return { keypoints: { points: list, skeleton: fits ? skeleton : undefined } };
}

function readRle(
  value: unknown,
  size: { readonly width: number; readonly height: number } | undefined,
): {
  size: readonly [number, number];
  counts: string | ArrayLike<number>;
} {
  const path = "rle";
  if (!isFields(value)) throw new ImageError("ARGUMENT", `expected runs, got ${show(value)}`, { path });
  const [height, width] = Array.from(readNumbers(value["size"], `${path}.size`, 1e9)) as [number, number];
  checkSize(width, height, `${path}.size`);
  if (size && (size.width !== width || size.height !== height))
    throw new ImageError(
      "ARGUMENT",
      `expected [${size.height}, ${size.width}] as the picture has, got [${height}, ${width}]`,
      {
        path: `${path}.size`,
      },
    );
  const { counts } = value;
  if (typeof counts === "string") return { size: [height, width], counts };
  const runs = readNumbers(counts, `${path}.counts`, 2 ** 32);
  let sum = 0;
  for (let i = 0; i < runs.length; i++) sum += readNumber(runs[i], `${path}.counts[${i}]`);
  if (sum !== width * height)
    throw new ImageError("DECODE", `expected runs of ${width * height} pixels together, got ${sum}`, {
      path: `${path}.counts`,
    });
  return { size: [height, width], counts: runs };
}

const SIDES: readonly (keyof Annotation)[] = ["box", "segmentation", "polyline", "ellipse", "points", "keypoints"];

function joinGroups(parts: readonly Part[]): Annotation[] {
  const groups = new Map<number, Part[]>();
  for (const part of parts) if (part.set !== 0) pushTo(groups, part.set, part);
  const joined = new Map<number, Annotation | undefined>();
  for (const [set, members] of groups) joined.set(set, joinSides(members));
  const annotations: Annotation[] = [];
  const done = new Set<number>();
  for (const { order: _, set, ...annotation } of parts) {
    const whole = joined.get(set);
    if (whole === undefined) {
      const alone = set === 0 || groups.get(set)!.length === 1;
      const attributes = alone ? annotation.attributes : new Map([...(annotation.attributes ?? []), ["group", set]]);
      annotations.push(attributes ? { ...annotation, attributes } : annotation);
    } else if (!done.has(set)) annotations.push(whole);
    done.add(set);
  }
  return annotations;
}

/** One object of a box, a mask, points …; undefined where the members are different objects. */
function joinSides(members: readonly Part[]): Annotation | undefined {
  if (members.length < 2 || members.some(({ category }) => category !== members[0]!.category)) return undefined;
  const sides: Partial<Record<keyof Annotation, unknown>> = {};
  const polygons: PolygonPart[] = [];
  for (const member of members)
    for (const side of SIDES) {
      const value = member[side];
      if (value === undefined) continue;
      if (side === "segmentation" && member.segmentation!.kind === "polygon")
        polygons.push(...member.segmentation!.parts);
      else if (sides[side] !== undefined) return undefined;
      else sides[side] = value;
    }
  if (polygons.length > 0) {
    if (sides.segmentation !== undefined) return undefined;
    sides.segmentation = { kind: "polygon", parts: polygons };
  }
  // a loose set of objects may be of one label too: two boxes would have ended above
  const attributes = new Map(members.flatMap((member) => [...(member.attributes ?? [])]));
  const { order: _, set: __, ...first } = members[0]!;
  return {
    ...first,
    score: members.find(({ score }) => score !== undefined)?.score,
    isCrowd: members.some(({ isCrowd }) => isCrowd) || undefined,
    isOccluded: members.some(({ isOccluded }) => isOccluded) || undefined,
    attributes: attributes.size > 0 ? attributes : undefined,
    ...(sides as Shape),
  };
}
