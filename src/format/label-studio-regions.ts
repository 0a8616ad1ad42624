/** Label Studio's results as annotations. Lengths are percent of the picture's sides. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { direction } from "../model/angles.ts";
import { parse } from "../model/rle.ts";
import type { Annotation, Box, Keypoint } from "../model/scene.ts";
import { MAX_COORDINATE } from "./coco-segmentation.ts";
import { type Fields, isFields, isList, readNumber, readText, toNumber } from "./fields.ts";
import type { Reading } from "./tree-reading.ts";

/** What the results of one task become. */
export interface Regions {
  readonly drafts: readonly RegionDraft[];
  readonly choices: readonly { readonly name: string; readonly score: number | undefined }[];
  readonly captions: readonly string[];
}

/** An object whose category and pose are known when all tasks are read. */
export interface RegionDraft {
  readonly annotation: Annotation;
  /** Label of the object. */
  label: string | undefined;
  /** Points that name this object as their parent, by label. */
  readonly points: Map<string, Keypoint>;
}

interface Draft {
  annotation: { -readonly [K in keyof Annotation]: Annotation[K] };
  label: string | undefined;
  readonly points: Map<string, Keypoint>;
  readonly kind: string;
  readonly parent: string | undefined;
}

/** Read the results of a task. @param size - `[width, height]`, 0 where it is not known */
export function readRegions(
  results: ArrayLike<unknown>,
  path: string,
  [width, height]: readonly [number, number],
  group: string,
  score: number | undefined,
  reading: Reading,
): Regions {
  const drafts: Draft[] = [];
  const byId = new Map<string, Draft>();
  const choices: { name: string; score: number | undefined }[] = [];
  const captions: string[] = [];
  for (let i = 0; i < results.length; i++) {
    const place = `${path}[${i}]`;
    reading.part(place, () => {
      const result = results[i];
      if (!isFields(result)) throw new ImageError("ARGUMENT", `expected a result, got ${show(result)}`);
      const value = isFields(result["value"]) ? result["value"] : {};
      const type = readText(result["type"]) ?? "";
      const id = readText(result["id"]) ?? (typeof result["id"] === "number" ? String(result["id"]) : undefined);
      const known = id === undefined ? undefined : byId.get(id);
      const own = Number.isFinite(toNumber(result["score"])) ? toNumber(result["score"]) : undefined;
      if (addWords(type, value, result, known, own, choices, captions)) return;
      const kind = type.replace(/labels$/, "");
      if (!KINDS.includes(kind) && type !== "labels")
        throw new ImageError("UNSUPPORTED", `a result of the type ${show(type)} cannot be held and is left out`);
      const labels = labelsOf(value, type);
      if (known) {
        known.label ??= labels[0];
        return;
      }
      if (toNumber(result["image_rotation"] ?? 0) !== 0)
        throw new ImageError(
          "UNSUPPORTED",
          `expected image_rotation 0, got ${show(result["image_rotation"])}; the object is left out`,
        );
      const draft = newDraft(result, labels, kind, group, own ?? score, id);
      Object.assign(draft.annotation, readShape(kind, value, width, height));
      drafts.push(draft);
      if (id !== undefined) byId.set(id, draft);
    });
  }
  return { drafts: drafts.filter((draft) => !joinParent(draft, byId)), choices, captions };
}

const KINDS: readonly string[] = ["rectangle", "polygon", "keypoint", "ellipse", "brush", "vector"];

function newDraft(
  result: Fields,
  labels: readonly string[],
  kind: string,
  group: string,
  score: number | undefined,
  id: string | undefined,
): Draft {
  const attributes = new Map<string, unknown>(isFields(result["meta"]) ? Object.entries(result["meta"]) : []);
  if (labels.length > 1) attributes.set("labels", labels);
  const parent = readText(result["parentID"]);
  return {
    annotation: {
      id: id !== undefined && isWhole(id) ? Number(id) : id,
      group,
      score,
      attributes: attributes.size > 0 ? attributes : undefined,
    },
    label: labels[0],
    points: new Map(),
    kind,
    parent,
  };
}

/** Choices and texts, of a region or of the picture. @returns true when the result was one of these */
function addWords(
  type: string,
  value: Fields,
  result: Fields,
  region: Draft | undefined,
  score: number | undefined,
  choices: { name: string; score: number | undefined }[],
  captions: string[],
): boolean {
  if (type === "choices" || type === "taxonomy" || type === "textarea" || type === "number" || type === "rating") {
    const given = value[type === "textarea" ? "text" : type];
    const words = (isList(given) ? Array.from(given) : [given]).flatMap((word) =>
      isList(word) ? [Array.from(word).join("/")] : word === undefined || word === null ? [] : [String(word)],
    );
    if (region && type === "textarea") region.annotation.text = words.join("\n");
    else if (region) {
      const attributes = new Map(region.annotation.attributes);
      attributes.set(readText(result["from_name"]) ?? type, words.length === 1 ? words[0] : words);
      region.annotation.attributes = attributes;
    } else if (type === "textarea") captions.push(...words);
    else for (const name of words) choices.push({ name, score });
    return true;
  }
  return false;
}

function labelsOf(value: Fields, type: string): string[] {
  const given = value[type] ?? value["labels"];
  return isList(given)
    ? Array.from(given).filter((label): label is string => typeof label === "string" && label !== "")
    : [];
}

/** A point whose parent is an object becomes one of its pose. */
function joinParent({ kind, parent, label, annotation }: Draft, byId: ReadonlyMap<string, Draft>): boolean {
  if (parent === undefined) return false;
  const whole = byId.get(parent);
  const isPoint = kind === "keypoint" && annotation.points !== undefined && label !== undefined;
  if (isPoint && whole && whole.kind !== "keypoint" && !whole.points.has(label)) {
    const [x, y] = annotation.points as unknown as [number, number];
    whole.points.set(label, { x, y, visibility: 2, score: annotation.score });
    return true;
  }
  annotation.attributes = new Map([...(annotation.attributes ?? []), ["parentID", parent]]);
  return false;
}

/** @throws {ImageError} with the path below the result */
/** True for an id that spells a whole number. */
export function isWhole(id: string): boolean {
  return /^(?:0|[1-9]\d{0,14})$/.test(id);
}

function readShape(kind: string, value: Fields, width: number, height: number): Annotation {
  const across = (name: string): number => percent(value[name], `value.${name}`, width);
  const down = (name: string): number => percent(value[name], `value.${name}`, height);
  const rotation = value["rotation"] == null ? 0 : readNumber(value["rotation"], "value.rotation");
  // nobody knows the picture: fractions of it
  if (width === 0 && kind === "rectangle" && rotation === 0) {
    const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => percent(value[name], `value.${name}`, 1)) as [
      number,
      number,
      number,
      number,
    ];
    return { box: { x, y, width: w, height: h, normalized: true } };
  }
  if (width === 0) return {};
  switch (kind) {
    case "rectangle":
      return { box: turnedAboutCorner(across("x"), down("y"), across("width"), down("height"), rotation) };
    case "ellipse": {
      const ellipse = { x: across("x"), y: down("y"), radiusX: across("radiusX"), radiusY: down("radiusY") };
      return { ellipse: rotation === 0 ? ellipse : { ...ellipse, rotation } };
    }
    case "keypoint":
      return { points: [across("x"), down("y")] };
    case "brush": {
      const bytes = value["rle"];
      if (!isList(bytes))
        throw new ImageError("UNSUPPORTED", `expected a brush in "rle", got ${show(value["format"])}`, {
          path: "value",
        });
      checkSize(width, height);
      try {
        const numbers = Array.from(bytes, toNumber);
        return {
          segmentation: { kind: "rle", rle: parse(numbers, { layout: "label-studio", size: [height, width] }) },
        };
      } catch (error) {
        throw error instanceof ImageError ? error.at("value.rle") : error;
      }
    }
    case "polygon": {
      const points = readPolygon(value["points"], width, height);
      if (value["closed"] === false) return { polyline: { points } };
      if (points.length < 6)
        throw new ImageError("ARGUMENT", `expected 3 points or more, got ${points.length / 2}`, {
          path: "value.points",
        });
      return { segmentation: { kind: "polygon", parts: [{ outline: points }] } };
    }
    default:
      throw new ImageError("UNSUPPORTED", `a ${kind} cannot be held and is left out`);
  }
}

function readPolygon(value: unknown, width: number, height: number): number[] {
  if (!isList(value))
    throw new ImageError("ARGUMENT", `expected a list of points, got ${show(value)}`, { path: "value.points" });
  return Array.from(value).flatMap((point, i) => {
    const path = `value.points[${i}]`;
    if (!isList(point) || point.length !== 2)
      throw new ImageError("ARGUMENT", `expected [x, y], got ${show(point)}`, { path });
    return [percent(point[0], path, width), percent(point[1], path, height)];
  });
}

function percent(value: unknown, path: string, side: number): number {
  const pixels = (readNumber(value, path) * side) / 100;
  if (Math.abs(pixels) <= MAX_COORDINATE) return pixels;
  throw new ImageError("LIMIT", `expected a place within ${MAX_COORDINATE} pixels, got ${pixels}`, { path });
}

/** Label Studio turns a rectangle about its top-left corner, a {@link Box} turns about its centre. */
function turnedAboutCorner(x: number, y: number, width: number, height: number, rotation: number): Box {
  if (width < 0 || height < 0)
    throw new ImageError("ARGUMENT", `expected width and height of 0 or more, got ${width} and ${height}`, {
      path: "value",
    });
  if (rotation === 0) return { x, y, width, height };
  const { cos, sin } = direction(rotation % 360);
  const [w, h] = [width / 2, height / 2];
  return { x: x + w * cos - h * sin - w, y: y + w * sin + h * cos - h, width, height, rotation };
}
