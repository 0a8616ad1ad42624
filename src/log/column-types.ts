/** The types of a table's columns, as W&B writes them down. */
import { isFields, isList } from "../format/fields.ts";
import type { ClassId } from "../format/class-labels.ts";
import { Image } from "../media/image.ts";
import type { JsonValue } from "../media/media-run.ts";
import type { Generation } from "../model/guess-mode.ts";

/** Class ids by layer, and names of classes by layer. */
type Layers = ReadonlyMap<string, ReadonlySet<ClassId>>;
type ClassMaps = ReadonlyMap<string, ReadonlyMap<ClassId, string>>;

interface ImageType {
  readonly kind: "image-file";
  readonly boxLayers: Layers;
  readonly scoreKeys: ReadonlySet<string>;
  readonly maskLayers: Layers;
  readonly boxMaps: ClassMaps;
  readonly maskMaps: ClassMaps;
  readonly classMap: ReadonlyMap<ClassId, string>;
}

/** A type of cells. */
export type CellType =
  | { readonly kind: "unknown" | "none" | "any" | "number" | "string" | "boolean" }
  | { readonly kind: "list"; readonly element: CellType; readonly length: number | undefined }
  | { readonly kind: "typedDict"; readonly members: ReadonlyMap<string, CellType> }
  | { readonly kind: "optional"; readonly of: CellType }
  | ImageType;

/** The type of a value; undefined for what a table cannot hold. */
export function typeOf(value: unknown): CellType | undefined {
  if (value === null || value === undefined) return { kind: "none" };
  if (typeof value === "number" || typeof value === "bigint") return { kind: "number" };
  if (typeof value === "string") return { kind: "string" };
  if (typeof value === "boolean") return { kind: "boolean" };
  if (value instanceof Image) return imageType(value);
  if (isList(value)) {
    let element: CellType | undefined = { kind: "unknown" };
    for (let i = 0; i < value.length && element; i++) {
      const next = typeOf(value[i]);
      element = next && joined(element, next);
    }
    return element && { kind: "list", element, length: value.length };
  }
  if (!isFields(value) || value instanceof Map) return undefined;
  const members = new Map<string, CellType>();
  for (const [key, entry] of Object.entries(value)) {
    const type = typeOf(entry);
    if (!type) return undefined;
    members.set(key, type);
  }
  return { kind: "typedDict", members };
}

/** A type that holds both; undefined where there is none. */
export function joined(a: CellType, b: CellType): CellType | undefined {
  if (a.kind === "any" || b.kind === "unknown") return a;
  if (a.kind === "unknown") return b;
  if (a.kind === "optional" || b.kind === "optional" || (a.kind === "none") !== (b.kind === "none")) {
    const inner = joined(presentOf(a), presentOf(b));
    return inner && { kind: "optional", of: inner };
  }
  if (a.kind === "image-file" && b.kind === "image-file") return joinedImages(a, b);
  if (a.kind === "list" && b.kind === "list") {
    const element = joined(a.element, b.element);
    return element && { kind: "list", element, length: b.length };
  }
  if (a.kind === "typedDict" && b.kind === "typedDict") {
    const members = new Map<string, CellType>();
    for (const key of new Set([...a.members.keys(), ...b.members.keys()])) {
      const type = joined(a.members.get(key) ?? { kind: "none" }, b.members.get(key) ?? { kind: "none" });
      if (!type) return undefined;
      members.set(key, type);
    }
    return { kind: "typedDict", members };
  }
  return a.kind === b.kind ? a : undefined;
}

function presentOf(type: CellType): CellType {
  if (type.kind === "optional") return type.of;
  return type.kind === "none" ? { kind: "unknown" } : type;
}

/** The type of a column: its cells may always be empty. */
export function columnType(type: CellType): CellType {
  return type.kind === "any" ? type : { kind: "optional", of: presentOf(type) };
}

function imageType({ boxes, masks, classes }: Image): ImageType {
  const scoreKeys = new Set<string>();
  for (const layer of boxes.values())
    for (const { scores } of layer.boxData) for (const key of Object.keys(scores ?? {})) scoreKeys.add(key);
  const ids = (labels: ReadonlyMap<ClassId, string>): ReadonlySet<ClassId> => new Set(labels.keys());
  const drawn = [...masks].map(([key, mask]) => [key, mask.file === undefined ? mask.classLabels : new Map()] as const);
  return {
    kind: "image-file",
    boxLayers: new Map([...boxes].map(([key, layer]) => [key, ids(layer.classLabels)])),
    scoreKeys,
    maskLayers: new Map(drawn.map(([key, labels]) => [key, ids(labels)])),
    boxMaps: new Map([...boxes].map(([key, layer]) => [key, layer.classLabels])),
    maskMaps: new Map(drawn),
    classMap: new Map((classes?.classSet ?? []).map(({ id, name }) => [id, name])),
  };
}

function joinedImages(a: ImageType, b: ImageType): ImageType {
  const sets = (x: Layers, y: Layers): Layers =>
    joinedMaps(x, y, (one, other) => new Set([...one, ...other]) as ReadonlySet<ClassId>);
  const maps = (x: ClassMaps, y: ClassMaps): ClassMaps => joinedMaps(x, y, (one, other) => new Map([...one, ...other]));
  return {
    kind: "image-file",
    boxLayers: sets(a.boxLayers, b.boxLayers),
    scoreKeys: new Set([...a.scoreKeys, ...b.scoreKeys]),
    maskLayers: sets(a.maskLayers, b.maskLayers),
    boxMaps: maps(a.boxMaps, b.boxMaps),
    maskMaps: maps(a.maskMaps, b.maskMaps),
    classMap: new Map([...a.classMap, ...b.classMap]),
  };
}

function joinedMaps<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>, join: (a: T, b: T) => T): Map<string, T> {
  const result = new Map(a);
  for (const [key, value] of b) result.set(key, a.has(key) ? join(a.get(key)!, value) : value);
  return result;
}

/** A type as JSON. */
export function typeJson(type: CellType, generation: Generation): JsonValue {
  switch (type.kind) {
    case "list": {
      const params = { element_type: typeJson(type.element, generation), length: type.length ?? null };
      return { wb_type: "list", params };
    }
    case "typedDict": {
      const members = [...type.members].map(([key, member]) => [key, typeJson(member, generation)] as const);
      return { wb_type: "typedDict", params: { type_map: new Map(members) } };
    }
    case "optional": {
      const both = [{ kind: "none" } as const, type.of].sort((a, b) => (shownAs(a) < shownAs(b) ? -1 : 1));
      return { wb_type: "union", params: { allowed_types: both.map((part) => typeJson(part, generation)) } };
    }
    case "image-file":
      return { wb_type: "image-file", params: imageParams(type, generation) };
    default:
      return { wb_type: type.kind };
  }
}

/** The names that order the parts of a union. */
function shownAs(type: CellType): string {
  if (type.kind === "list") return `${shownAs(type.element)}[]`;
  if (type.kind === "typedDict") return "{";
  return type.kind[0]!.toUpperCase() + type.kind.slice(1);
}

function imageParams(type: ImageType, generation: Generation): JsonValue {
  const constant = (val: JsonValue, isSet = false): JsonValue => ({ wb_type: "const", params: { val, is_set: isSet } });
  const layers = (all: Layers): JsonValue => constant(new Map([...all].map(([key, ids]) => [key, sortedIds(ids)])));
  const named = (classes: ReadonlyMap<ClassId, string>): ReadonlyMap<string, string> =>
    new Map([...classes].map(([id, name]) => [String(id), name]));
  const maps = (all: ClassMaps): JsonValue => constant(new Map([...all].map(([key, one]) => [key, named(one)])));
  const newest = generation === "head" || generation === "limn";
  return {
    box_layers: layers(type.boxLayers),
    box_score_keys: constant([...type.scoreKeys].sort(), true),
    mask_layers: layers(type.maskLayers),
    ...(newest ? { box_class_maps: maps(type.boxMaps), mask_class_maps: maps(type.maskMaps) } : {}),
    class_map: constant(named(type.classMap)),
  };
}

function sortedIds(ids: ReadonlySet<ClassId>): ClassId[] {
  return [...ids].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1,
  );
}
