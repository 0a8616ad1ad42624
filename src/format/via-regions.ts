/** The regions of VIA as objects. */
import { ImageError, show } from "../errors.ts";
import type { Annotation } from "../model/scene.ts";
import { type Fields, isFields, readNumber, readNumbers, toNumber } from "./fields.ts";
import type { NameCategories } from "./name-categories.ts";

/** Attributes that name the class of a region, the likeliest first; letters of either case. */
export const CLASS_KEYS: readonly string[] = [
  "label",
  "labels",
  "class",
  "category",
  "class_name",
  "name",
  "type",
  "object",
];
const NUMBER_LIMIT = 1e6;

/** A region's one shape, its class and its other attributes. @throws {ImageError} with a path below the region */
export function readRegion(shape: Fields, attributes: Fields, categories: NameCategories): Annotation {
  const { name, rest } = readClass(attributes);
  const score = rest.get("score");
  const sure = typeof score === "number" || (typeof score === "string" && score !== "") ? toNumber(score) : NaN;
  const scored = sure >= 0 && sure <= 1;
  if (scored) rest.delete("score");
  const category = name === undefined ? undefined : categories.of(name);
  return {
    ...readShape(shape),
    categoryId: category?.id,
    category: category?.name,
    score: scored ? sure : undefined,
    attributes: rest.size > 0 ? rest : undefined,
  };
}

/** The attribute that names the class, by its key, else the only one that is a text. */
function readClass(attributes: Fields): { name: string | undefined; rest: Map<string, unknown> } {
  const rest = new Map(Object.entries(attributes));
  const keys = [...rest.keys()];
  const chosen =
    CLASS_KEYS.map((wanted) => keys.find((key) => key.toLowerCase() === wanted)).find(
      (key) => key !== undefined && classOf(rest.get(key)) !== undefined,
    ) ??
    (keys.length === 1 && typeof rest.get(keys[0]!) === "string" && rest.get(keys[0]!) !== "" ? keys[0] : undefined);
  if (chosen === undefined) {
    if (rest.get("label") === "") rest.delete("label");
    return { name: undefined, rest };
  }
  const name = classOf(rest.get(chosen));
  rest.delete(chosen);
  return { name, rest };
}

/** A text, or the first choice of boxes that are ticked (`{ cat: true }`). */
function classOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "number") return String(value);
  return isFields(value) ? Object.keys(value).find((key) => value[key] === true) : undefined;
}

function readShape(shape: Fields): Pick<Annotation, "box" | "ellipse" | "segmentation" | "polyline" | "points"> {
  const kind = shape["name"];
  const number = (key: string): number => {
    const value = readNumber(shape[key], `shape_attributes.${key}`);
    if (Math.abs(value) <= NUMBER_LIMIT) return value;
    throw new ImageError("LIMIT", `expected a number up to ${NUMBER_LIMIT}, got ${value}`, {
      path: `shape_attributes.${key}`,
    });
  };
  const size = (key: string): number => {
    const value = number(key);
    if (value >= 0) return value;
    throw new ImageError("ARGUMENT", `expected a number of 0 or more, got ${value}`, {
      path: `shape_attributes.${key}`,
    });
  };
  const points = (least: number): number[] => {
    const [x, y] = ["all_points_x", "all_points_y"].map((key) =>
      readNumbers(shape[key], `shape_attributes.${key}`, NUMBER_LIMIT),
    );
    if (x!.length !== y!.length || x!.length < least)
      throw new ImageError("ARGUMENT", `expected ${least} points or more, got ${x!.length} and ${y!.length} numbers`, {
        path: "shape_attributes",
      });
    return Array.from({ length: x!.length * 2 }, (_, i) => (i % 2 ? y : x)![i >> 1]!);
  };
  switch (kind) {
    case "rect":
      return { box: { x: number("x"), y: number("y"), width: size("width"), height: size("height") } };
    case "circle":
      return { ellipse: { x: number("cx"), y: number("cy"), radiusX: size("r"), radiusY: size("r") } };
    case "ellipse": {
      const theta = shape["theta"] === undefined ? 0 : number("theta");
      const ellipse = { x: number("cx"), y: number("cy"), radiusX: size("rx"), radiusY: size("ry") };
      return { ellipse: theta === 0 ? ellipse : { ...ellipse, rotation: (theta * 180) / Math.PI } };
    }
    case "polygon":
      return { segmentation: { kind: "polygon", parts: [{ outline: points(3) }] } };
    case "polyline":
      return { polyline: { points: points(2) } };
    case "point":
      return { points: [number("cx"), number("cy")] };
    default:
      throw new ImageError("UNSUPPORTED", `expected a shape of VIA, got ${show(kind)}`, {
        path: "shape_attributes.name",
      });
  }
}
