/** LabelMe: a JSON file (version 3 to 6 of the desktop tool) or an XML file (3.0, of the web tool) for each picture. */
import { decodePng } from "../codec/png-decode.ts";
import { sniff } from "../codec/sniff.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { encode } from "../model/rle.ts";
import type { Annotation, Category, Dataset, PolygonPart, Scene } from "../model/scene.ts";
import { fromBase64 } from "./base64.ts";
import { MAX_COORDINATE } from "./coco-segmentation.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import { type Fields, isFields, isList, readNumber, readNumbers, readText, toNumber } from "./fields.ts";
import type { FileTree } from "./file-tree.ts";
import { writeLabelMe } from "./labelme-writer.ts";
import { cornersAnnotation, findPicture, type LabelMeContext } from "./labelme-context.ts";
import { readLabelMeXml } from "./labelme-xml.ts";
import { NameCategories } from "./name-categories.ts";
import { PictureFiles } from "./picture-files.ts";
import { lengthOf } from "./shapes.ts";
import { folderSplit, headText, namesEnding, Reading, readJson } from "./tree-reading.ts";
import { parseXml } from "./xml.ts";

/**
 * LabelMe datasets. JSON is read and written, XML 3.0 (with its masks) is read.
 *
 * A `line` or `linestrip` is a polyline, a `circle` an ellipse, a `point` points, a `mask` a segmentation. Polygons with the
 * same label, `group_id` and flags are the parts of one object, as LabelMe's own converters take them. `group_id`,
 * `description` and flags are attributes, as are the entries of `attributes` that other tools add; flags of the picture are
 * attributes of the scene. The picture inside a file gives the size where the file does not say it, and is not kept
 * otherwise. Categories are numbered from 1 as their labels appear.
 */
export const labelme: DatasetFormat = {
  name: "labelme",
  title: "LabelMe JSON; LabelMe 3.0 XML is read",
  detect: detectLabelMe,
  read: readLabelMe,
  write: writeLabelMe,
};

async function detectLabelMe(tree: FileTree): Promise<number> {
  for (const file of (await namesEnding(tree, ".json")).slice(0, 5)) {
    const head = await headText(tree, file);
    if (
      head.startsWith("{") &&
      /"(?:shapes|shape_type)"\s*:/.test(head) &&
      /"(?:imagePath|imageData|version|flags)"\s*:/.test(head)
    )
      return 0.95;
  }
  for (const file of (await namesEnding(tree, ".xml")).slice(0, 5)) {
    const head = await headText(tree, file);
    if (/<annotation[\s>]/.test(head) && /<imagesize>|<polygon>\s*<pt>|<deleted>/.test(head)) return 0.95;
  }
  return 0;
}

async function readLabelMe(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const categories = new NameCategories();
  const context: LabelMeContext = { reading, categories, pictures: new PictureFiles(options.images ?? tree), tree };
  const scenes: Scene[] = [];
  for (const file of await namesEnding(tree, ".json", ".xml")) {
    const scene = await reading.partAsync("", async () => {
      if (/\.xml$/i.test(file)) return readLabelMeXml(parseXml(await tree.read(file), file), file, context);
      const value = await readJson(tree, file);
      // settings and other tools' files lie beside
      if (!isFields(value) || !isList(value["shapes"])) {
        reading.note(file, "expected LabelMe's shapes, got something else; the file is left out");
        return undefined;
      }
      return new LabelMeReader(file, context).scene(value);
    });
    if (scene) scenes.push({ ...scene, split: folderSplit(file) });
  }
  const splits = [...new Set(scenes.flatMap(({ split }) => split ?? []))];
  if (scenes.length === 0) throw new ImageError("ARGUMENT", "expected LabelMe files, got none that can be read");
  return {
    categories: categories.list,
    scenes,
    splits: splits.length > 0 ? splits : undefined,
    size: scenes.length,
    problems: reading.problems.list,
  };
}

/** Objects that polygons of one group make together. */
interface Joined {
  readonly index: number;
  readonly parts: PolygonPart[];
}

class LabelMeReader {
  readonly #file: string;
  readonly #context: LabelMeContext;

  constructor(file: string, context: LabelMeContext) {
    this.#file = file;
    this.#context = context;
  }

  async scene(root: Fields): Promise<Scene> {
    const { reading } = this.#context;
    const { fileName, found } = await findPicture(readText(root["imagePath"]), this.#file, this.#context);
    const { width, height, error } = await reading.size(() => {
      if (root["imageWidth"] == null || root["imageHeight"] == null)
        return this.#size(root["imageData"], found ? fileName : undefined);
      const said = { width: toNumber(root["imageWidth"]), height: toNumber(root["imageHeight"]) };
      checkSize(said.width, said.height, this.#file);
      return said;
    });
    const annotations: Annotation[] = [];
    const groups = new Map<string, Joined>();
    const shapes = root["shapes"] as ArrayLike<unknown>;
    for (let i = 0; i < shapes.length; i++) {
      const path = `${this.#file}.shapes[${i}]`;
      const shape = shapes[i];
      if (!isFields(shape)) {
        reading.note(path, `expected a shape, got ${show(shape)}`);
        continue;
      }
      const annotation = reading.part(path, () => this.#shape(shape));
      if (annotation) join(annotations, groups, annotation);
    }
    const flags = attributesOf(root["flags"]);
    return {
      width,
      height,
      fileName,
      annotations,
      attributes: flags.size > 0 ? flags : undefined,
      error,
    };
  }

  async #size(imageData: unknown, picture: string | undefined): Promise<{ width: number; height: number }> {
    if (typeof imageData === "string") {
      // the header is at the beginning
      const found = sniff(fromBase64(imageData.slice(0, 2 ** 17)));
      if (found) {
        checkSize(found.width, found.height, this.#file);
        return (found.orientation ?? 1) >= 5 ? { width: found.height, height: found.width } : found;
      }
    }
    if (picture !== undefined) return this.#context.pictures.size(picture);
    throw new ImageError("ARGUMENT", "no imageWidth and imageHeight and no picture tell its size", {
      path: this.#file,
    });
  }

  #shape(shape: Fields): Annotation {
    const name = shape["label"];
    if ((typeof name !== "string" && typeof name !== "number") || name === "")
      throw new ImageError("ARGUMENT", `expected a label, got ${show(name)}`, { path: "label" });
    const geometry = readGeometry(shape);
    const category: Category = this.#context.categories.of(String(name));
    const attributes = new Map<string, unknown>();
    if (shape["group_id"] !== undefined && shape["group_id"] !== null) attributes.set("group_id", shape["group_id"]);
    const description = readText(shape["description"]);
    if (description !== undefined) attributes.set("description", description);
    if (shape["difficult"] === true) attributes.set("difficult", true);
    for (const [key, value] of [...attributesOf(shape["flags"]), ...attributesOf(shape["attributes"])])
      attributes.set(key, value);
    const score = toNumber(shape["score"]);
    return {
      ...geometry,
      categoryId: category.id,
      category: category.name,
      group: Number.isFinite(score) ? "predictions" : "ground truth",
      score: Number.isFinite(score) ? score : undefined,
      attributes: attributes.size > 0 ? attributes : undefined,
    };
  }
}

function attributesOf(value: unknown): Map<string, unknown> {
  return new Map(isFields(value) ? Object.entries(value) : []);
}

/** Add an object; a polygon goes to those of its group. */
function join(annotations: Annotation[], groups: Map<string, Joined>, annotation: Annotation): void {
  const { segmentation, attributes, category, score } = annotation;
  if (segmentation?.kind !== "polygon" || attributes?.get("group_id") === undefined) {
    annotations.push(annotation);
    return;
  }
  const key = JSON.stringify([category, score, [...attributes]]);
  const known = groups.get(key);
  if (!known) {
    const parts = [...segmentation.parts];
    groups.set(key, { index: annotations.length, parts });
    annotations.push(annotation);
    return;
  }
  known.parts.push(...segmentation.parts);
  annotations[known.index] = {
    ...annotations[known.index],
    segmentation: { kind: "polygon", parts: [...known.parts] },
  };
}

/** The part of an annotation that a shape is. @throws {ImageError} */
function readGeometry(shape: Fields): Annotation {
  const type = shape["shape_type"] ?? "polygon";
  const points = readPoints(shape["points"]);
  const count = points.length / 2;
  const need = (least: number, most = Infinity): void => {
    if (count < least || count > most)
      throw new ImageError(
        "ARGUMENT",
        `expected ${least === most ? least : `${least} or more`} points for a ${String(type)}, got ${count}`,
        { path: "points" },
      );
  };
  switch (type) {
    case "polygon":
      need(3);
      return { segmentation: { kind: "polygon", parts: [{ outline: points }] } };
    case "rectangle": {
      if (count === 4) return cornersAnnotation(points);
      need(2, 2);
      const [x0, y0, x1, y1] = points as [number, number, number, number];
      const [x, y] = [Math.min(x0, x1), Math.min(y0, y1)];
      return { box: { x, y, width: Math.max(x0, x1) - x, height: Math.max(y0, y1) - y } };
    }
    case "rotation": // of AnyLabeling
    case "oriented_rectangle":
      need(4, 4);
      return cornersAnnotation(points);
    case "circle": {
      need(2, 2);
      const [x, y, x1, y1] = points as [number, number, number, number];
      const radius = lengthOf(x1 - x, y1 - y);
      return { ellipse: { x, y, radiusX: radius, radiusY: radius } };
    }
    case "line":
    case "linestrip":
      need(2);
      return { polyline: { points } };
    case "point":
    case "points":
      need(1);
      return { points };
    case "mask":
      need(2);
      return { segmentation: readMask(shape["mask"], Math.trunc(points[0]!), Math.trunc(points[1]!)) };
    default:
      throw new ImageError("UNSUPPORTED", `expected a shape type of LabelMe, got ${show(type)}`, {
        path: "shape_type",
      });
  }
}

function readPoints(value: unknown): number[] {
  if (!isList(value))
    throw new ImageError("ARGUMENT", `expected a list of points, got ${show(value)}`, { path: "points" });
  const points: number[] = [];
  for (let i = 0; i < value.length; i++) {
    const pair = readNumbers(value[i], `points[${i}]`, MAX_COORDINATE);
    if (pair.length !== 2)
      throw new ImageError("ARGUMENT", `expected [x, y], got ${pair.length} numbers`, { path: `points[${i}]` });
    points.push(readNumber(pair[0], "points"), readNumber(pair[1], "points"));
  }
  return points;
}

/** A PNG of the part of the picture that the mask covers. */
function readMask(value: unknown, left: number, top: number): Annotation["segmentation"] {
  const path = "mask";
  if (typeof value !== "string")
    throw new ImageError("ARGUMENT", `expected a PNG in base64, got ${show(value)}`, { path });
  try {
    const { data, shape, mode } = decodePng(fromBase64(value), { as: "native" });
    const [height, width, channels = 1] = shape as [number, number, number?];
    if (channels > 1) throw new ImageError("UNSUPPORTED", `expected a mask of one channel, got ${mode}`);
    return { kind: "rle", rle: encode({ data, width, height }), left, top };
  } catch (error) {
    throw error instanceof ImageError ? error.at(path) : error;
  }
}
