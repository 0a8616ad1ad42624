/** What the types promise of a scene, asked of the data: a scene may come out of JSON. */
import { ImageError, show } from "../errors.ts";
import type { Annotation, Scene } from "../model/scene.ts";

type Kind = "a number" | "a text" | "a name or number" | "an object" | "a Map";

const ANNOTATION: ReadonlyMap<string, Kind> = new Map([
  ...parts("a number", "score", "area"),
  ...parts("a text", "category", "group", "text", "caption"),
  ...parts("a name or number", "id", "categoryId", "trackId"),
  ...parts("a Map", "scores", "attributes"),
  ...parts("an object", "box", "ellipse", "segmentation", "keypoints", "polyline", "icon", "quad", "points", "trace"),
]);
const SCENE: ReadonlyMap<string, Kind> = new Map(parts("a text", "caption"));
const LABEL_MAP: ReadonlyMap<string, Kind> = new Map(parts("a text", "group"));
const SHAPE: ReadonlyMap<string, Kind> = new Map(
  parts("a number", "x", "y", "width", "height", "radiusX", "radiusY", "rotation"),
);
const KEYPOINT: ReadonlyMap<string, Kind> = new Map(parts("a number", "score"));

function parts(kind: Kind, ...names: string[]): [string, Kind][] {
  return names.map((name) => [name, kind]);
}

/**
 * Check what every kind of mark takes for granted: lists are lists, numbers numbers and words words. What one kind alone
 * asks (a coordinate in range, the runs of a mask) that kind checks.
 *
 * @returns the scene; a copy where it or an annotation says `null`, JSON's word for what is not there
 * @throws {ImageError} `ARGUMENT` with the path of what is wrong; the scene's own `error`
 */
export function checkScene(value: Scene): Scene {
  checkObject(value, "scene");
  if (value.error instanceof Error) throw value.error;
  const scene = checkParts(value, SCENE, () => "");
  checkObjects(scene.annotations, "annotations");
  for (const name of ["heatMaps", "labelMaps"] as const) if (scene[name] !== undefined) checkObjects(scene[name], name);
  for (const [i, map] of scene.labelMaps?.entries() ?? []) checkParts(map, LABEL_MAP, () => `labelMaps[${i}]`);
  let annotations: Annotation[] | undefined;
  for (let i = 0; i < scene.annotations.length; i++) {
    const annotation = scene.annotations[i]!;
    const checked = checkAnnotation(annotation, () => `annotations[${i}]`);
    if (checked !== annotation) (annotations ??= [...scene.annotations])[i] = checked;
  }
  return annotations ? { ...scene, annotations } : scene;
}

function checkAnnotation(value: Annotation, path: () => string): Annotation {
  const annotation = checkParts(value, ANNOTATION, path);
  const { box, ellipse, keypoints } = annotation;
  if (box) checkParts(box, SHAPE, () => `${path()}.box`);
  if (ellipse) checkParts(ellipse, SHAPE, () => `${path()}.ellipse`);
  if (keypoints) {
    const inside = `${path()}.keypoints`;
    checkObjects(keypoints.points, `${inside}.points`);
    for (const [i, point] of keypoints.points.entries()) checkParts(point, KEYPOINT, () => `${inside}.points[${i}]`);
    const edges: unknown = keypoints.skeleton?.edges;
    if (edges !== undefined && !(Array.isArray(edges) && edges.every(Array.isArray)))
      throw new ImageError("ARGUMENT", `expected pairs of points, got ${show(edges)}`, {
        path: `${inside}.skeleton.edges`,
      });
  }
  return annotation;
}

/** @returns the value; a copy without the parts that are null, if there are any */
function checkParts<T extends object>(value: T, kinds: ReadonlyMap<string, Kind>, path: () => string): T {
  let nulls = false;
  // faster than asking for all the parts that there may be
  for (const name in value) {
    const part = value[name];
    if (part === null) nulls = true;
    else if (part !== undefined) {
      const kind = kinds.get(name);
      if (kind !== undefined && !isOf(kind, part)) {
        const outer = path();
        throw new ImageError("ARGUMENT", `expected ${kind}, got ${show(part)}`, {
          path: outer === "" ? name : `${outer}.${name}`,
        });
      }
    }
  }
  return nulls ? (Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null)) as T) : value;
}

function isOf(kind: Kind, value: unknown): boolean {
  const type = typeof value;
  if (kind === "an object") return type === "object";
  if (kind === "a number") return type === "number";
  if (kind === "a text") return type === "string";
  return kind === "a Map" ? value instanceof Map : type === "string" || type === "number";
}

function checkObjects(value: unknown, path: string): void {
  if (!Array.isArray(value)) throw new ImageError("ARGUMENT", `expected a list, got ${show(value)}`, { path });
  for (let i = 0; i < value.length; i++) checkObject(value[i], () => `${path}[${i}]`);
}

function checkObject(value: unknown, path: string | (() => string)): void {
  if (typeof value !== "object" || value === null)
    throw new ImageError("ARGUMENT", `expected an object, got ${show(value)}`, {
      path: typeof path === "string" ? path : path(),
    });
}
