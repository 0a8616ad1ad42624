/** Every field of limn's own format: how it is written and read, and its JSON Schema. */
import { ImageError, type ImageErrorCode } from "../errors.ts";
import type {
  Annotation,
  Box,
  Category,
  Classification,
  Ellipse,
  HeatMap,
  Icon,
  Keypoint,
  Keypoints,
  LabelMap,
  PolygonPart,
  Polyline,
  Quad,
  Rle,
  Scene,
  Segmentation,
  Skeleton,
  SoftSegmentation,
} from "../model/scene.ts";
import {
  boolean,
  type Codec,
  id,
  integer,
  kinds,
  list,
  map,
  named,
  number,
  oneOf,
  record,
  reference,
  type Schema,
  string,
} from "./limn-codec.ts";
import { bytes, data, integers, numbers } from "./limn-values.ts";

/** Version of the format; readers refuse others. */
export const VERSION = 1;

/** The first line of a file. */
export interface LimnHeader {
  readonly format: "limn";
  readonly version: number;
  readonly categories: readonly Category[];
  /** Skeletons that objects refer to by their place here. */
  readonly skeletons: readonly Skeleton[];
  readonly splits?: readonly string[] | undefined;
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

/** Fields with a question mark may be missing. */
export type Fields = Readonly<Record<string, Codec<never>>>;
export const fields = (of: Readonly<Record<string, unknown>>): Fields => of as Fields;

const color = integer(0, 0xffffff);
const index = integer(0, 2 ** 31 - 1);
/** Of a picture. */
export const side: Codec<number> = integer(0, 2 ** 31 - 1);
const classNumber = integer(-(2 ** 31), 2 ** 32 - 1);

const skeleton = named(
  "skeleton",
  record<Skeleton>(
    fields({
      name: string,
      points: list(string),
      edges: list(list(index, 2)),
      "edgeColors?": list(color),
      "pointColors?": list(color),
    }),
  ),
);

const category = named(
  "category",
  record<Category>(
    fields({
      id,
      name: string,
      "supercategory?": string,
      "skeleton?": reference<Skeleton>(),
      "color?": color,
      "isThing?": boolean,
      "attributes?": map(string, data),
    }),
  ),
);

const box = named(
  "box",
  record<Box>(
    fields({ x: number, y: number, width: number, height: number, "rotation?": number, "normalized?": boolean }),
  ),
);

const counts: Codec<Rle["counts"]> = {
  write: (value, path, writing) => (typeof value === "string" ? value : numbers.write(value, path, writing)),
  read: (value, path, context) => (typeof value === "string" ? value : numbers.read(value, path, context)),
  schema: { anyOf: [string.schema, numbers.schema] },
};

const rle = record<Rle>(fields({ size: list(side, 2), counts }));
const part = record<PolygonPart>(fields({ outline: numbers, "holes?": list(numbers) }));
const placed = { "left?": number, "top?": number };

const segmentation = named(
  "segmentation",
  kinds<Segmentation | SoftSegmentation>({
    rle: fields({ rle, ...placed, "order?": oneOf("column", "row") }),
    polygon: fields({ parts: list(part) }),
    mask: fields({ data: numbers, width: side, height: side, ...placed }),
    soft: fields({ data: numbers, width: side, height: side, ...placed }),
  }),
);

const keypoint = record<Keypoint>(fields({ x: number, y: number, "visibility?": oneOf(0, 1, 2), "score?": number }));
const keypoints = named(
  "keypoints",
  record<Keypoints>(fields({ points: list(keypoint), "skeleton?": reference<Skeleton>() })),
);

/** One object. */
export const annotation: Codec<Annotation> & { readonly definition: Schema } = named(
  "annotation",
  record<Annotation>(
    fields({
      "id?": id,
      "box?": box,
      "segmentation?": segmentation,
      "keypoints?": keypoints,
      "polyline?": record<Polyline>(
        fields({ points: numbers, "closed?": boolean, "arrow?": oneOf("none", "start", "end", "both") }),
      ),
      "ellipse?": record<Ellipse>(
        fields({ x: number, y: number, radiusX: number, radiusY: number, "rotation?": number }),
      ),
      "points?": numbers,
      "trace?": numbers,
      "icon?": record<Icon>(fields({ data: bytes, width: side, height: side })),
      "text?": string,
      "quad?": list(number, 8) as Codec<readonly number[]> as unknown as Codec<Quad>,
      "group?": string,
      "categoryId?": id,
      "category?": string,
      "score?": number,
      "scores?": map(string, number),
      "color?": color,
      "isOccluded?": boolean,
      "caption?": string,
      "trackId?": id,
      "isCrowd?": boolean,
      "area?": number,
      "attributes?": map(string, data),
    }),
  ),
);

const labelMap = named(
  "labelMap",
  record<LabelMap>(
    fields({
      data: integers,
      width: side,
      height: side,
      "group?": string,
      "classes?": map(classNumber, string),
      "colors?": map(classNumber, color),
    }),
  ),
);

const heatMap = named(
  "heatMap",
  kinds<HeatMap>({
    array: fields({ data: numbers, width: side, height: side, "range?": list(number, 2) }),
    points: fields({ points: numbers, "weights?": numbers, "radius?": number }),
  }),
);

const CODES: readonly ImageErrorCode[] = ["ARGUMENT", "DECODE", "LIMIT", "UNSUPPORTED", "STATE", "IO", "INTERNAL"];
interface PlainError {
  readonly code: ImageErrorCode;
  readonly message: string;
  readonly path?: string | undefined;
}
const plainError = record<PlainError>(fields({ code: oneOf(...CODES), message: string, "path?": string }));

const error: Codec<ImageError> = {
  write: ({ code, message, path }, place, writing) => {
    const bare = path === undefined ? message : message.slice(path.length + 2);
    return plainError.write({ code, message: bare, path }, place, writing);
  },
  read: (value, place, context) => {
    const { code, message, path } = plainError.read(value, place, context);
    return new ImageError(code, message, { path });
  },
  schema: plainError.schema,
};

/** Fields of a scene beside its size, names and objects. */
export const ABOUT_SCENE: Fields = fields({
  "labelMaps?": list(labelMap),
  "heatMaps?": list(heatMap),
  "classifications?": list(record<Classification>(fields({ category: string, "categoryId?": id, "score?": number }))),
  "caption?": string,
  "captions?": list(string),
  "split?": string,
  "attributes?": map(string, data),
  "error?": error,
});

/** A line after the first. */
export const SCENE: Codec<Scene> & { readonly definition: Schema } = named(
  "scene",
  record<Scene>(
    fields({
      width: side,
      height: side,
      "fileName?": string,
      "imageId?": id,
      annotations: list(annotation),
      ...ABOUT_SCENE,
    }),
  ),
);

/** The skeletons of a header, which its categories refer to. */
export const SKELETONS: Codec<readonly Skeleton[]> = list(skeleton);

/** The first line. */
export const HEADER: Codec<LimnHeader> & { readonly definition: Schema } = named(
  "header",
  record<LimnHeader>(
    fields({
      format: oneOf("limn"),
      version: oneOf(VERSION),
      categories: list(category),
      skeletons: SKELETONS,
      "splits?": list(string),
      "attributes?": map(string, data),
    }),
  ),
);

/** What the schema names. */
export const PARTS: Readonly<Record<string, { readonly definition: Schema }>> = {
  annotation,
  category,
  skeleton,
  box,
  segmentation,
  keypoints,
  labelMap,
  heatMap,
};
