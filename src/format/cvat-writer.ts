/** Scenes as CVAT XML 1.1 "for images". Longer than other files: everything that it cannot hold is counted where it is met. */
import { checkedOptions } from "../errors.ts";
import type { Annotation, Box, Category, Dataset, Keypoints, Scene, Segmentation } from "../model/scene.ts";
import { format } from "../model/rle.ts";
import { writeCvatLabel } from "./cvat-labels.ts";
import { type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { soundScenes } from "./sound-scenes.ts";
import { boxOfCorners, countsOf, loseBox, pixelBounds } from "./shapes.ts";
import { loseCategoryParts, loseDatasetParts, loseParts, loseSceneParts, loseSkeletonParts } from "./lost-parts.ts";
import { harden, isHard, pixelBox, TextFile } from "./written.ts";
import { cleanXml, formatXml, tag, type XmlOutput } from "./xml.ts";

type Attributes = [name: string, value: string | number][];

const HELD: ReadonlySet<keyof Annotation> = new Set([
  "box",
  "segmentation",
  "keypoints",
  "polyline",
  "ellipse",
  "points",
  "quad",
  "category",
  "categoryId",
  "isOccluded",
  "attributes",
]);
const SCENE_HELD: ReadonlySet<keyof Scene> = new Set(["imageId", "classifications", "split"]);
const CATEGORY_HELD: ReadonlySet<keyof Category> = new Set(["color", "skeleton"]);

/** Write `annotations.xml`. */
export async function writeCvat(
  dataset: Dataset,
  sink: FileSink,
  options: WriteTreeOptions = {},
): Promise<readonly Loss[]> {
  const { split } = checkedOptions(options);
  const writer = new CvatWriter(dataset);
  const images = new TextFile();
  let size = 0;
  for await (const { scene, index } of soundScenes(dataset, writer.losses)) {
    images.add(formatXml(writer.image(scene, index, split), "  "));
    size += 1;
  }
  const labels = tag("labels", writer.categories.flatMap(writeCvatLabel));
  const meta = tag("meta", [tag("task", [tag("name", "limn"), tag("size", size), tag("mode", "annotation"), labels])]);
  const file = new TextFile();
  file.add(`<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n${formatXml(meta, "  ")}`);
  file.addFile(images);
  file.add("</annotations>\n");
  await sink.write("annotations.xml", file.bytes());
  loseDatasetParts(dataset, writer.losses, writer.splits);
  return writer.losses.list;
}

class CvatWriter {
  readonly losses = new Losses();
  readonly categories: Category[];
  readonly splits: Set<string> = new Set();
  readonly #names = new Set<string>();
  readonly #byId = new Map<string, string>();

  constructor({ categories }: Dataset) {
    this.categories = [];
    for (const [i, category] of categories.entries()) {
      this.#byId.set(String(category.id), category.name);
      if (this.#names.has(category.name)) this.losses.add("second category of the same name", `categories[${i}]`);
      else this.categories.push(category);
      this.#names.add(category.name);
      const { skeleton, name } = category;
      if (!skeleton) continue;
      loseSkeletonParts(skeleton, name, this.losses, `categories[${i}].skeleton`);
    }
    if (categories.some(({ id }, i) => id !== i + 1))
      this.losses.add("ids of categories (counted from 1)", "categories");
    loseCategoryParts(categories, CATEGORY_HELD, this.losses);
  }

  image(scene: Scene, index: number, split: string | undefined): XmlOutput {
    const path = `scenes[${index}]`;
    const { width, height, imageId, fileName = typeof imageId === "string" ? imageId : `image-${index + 1}` } = scene;
    const { losses } = this;
    loseSceneParts(scene, SCENE_HELD, losses, path);
    if (imageId !== undefined && !Number.isInteger(imageId))
      losses.add("id of a picture that is no number", `${path}.imageId`);
    const subset = scene.split ?? split;
    const attributes: Attributes = [
      ["id", Number.isInteger(imageId) ? (imageId as number) : index],
      ["name", this.#clean(fileName, `${path}.fileName`)],
    ];
    if (subset !== undefined) {
      this.splits.add(subset);
      attributes.push(["subset", subset]);
    }
    attributes.push(["width", width], ["height", height]);
    const shapes = scene.annotations.flatMap((annotation, i) =>
      this.#shapes(annotation, scene, `${path}.annotations[${i}]`),
    );
    const tags = (scene.classifications ?? []).map(({ category, score }, i) => {
      if (score !== undefined) losses.add("score of a classification", `${path}.classifications[${i}].score`);
      return tag(
        "tag",
        [],
        [
          ["label", this.#label(category)],
          ["source", "manual"],
        ],
      );
    });
    return tag("image", [...shapes, ...tags], attributes);
  }

  /** One element: CVAT's objects have one shape. */
  #shapes(annotation: Annotation, scene: Scene, path: string): XmlOutput[] {
    const { losses } = this;
    const name = annotation.category ?? this.#byId.get(String(annotation.categoryId));
    if (name === undefined) {
      losses.add("object without a category", path);
      return [];
    }
    const { points, keypoints } = annotation;
    const shape = this.#shape(annotation, scene, path);
    if (!shape) {
      losses.add("object without a shape that CVAT has", path);
      return [];
    }
    // a skeleton without points of its own label is a set of points
    if (shape.name === "points" && !points && keypoints)
      losses.add("keypoints (written as points)", `${path}.keypoints`);
    loseParts(annotation, HELD, losses, path);
    for (const part of ["segmentation", "keypoints", "ellipse", "quad", "polyline", "points"] as const)
      if (annotation[part] !== undefined && part !== shape.part)
        losses.add(`${part} beside another shape`, `${path}.${part}`);
    loseBox(annotation, shape.part, scene, losses, path);

    const rest = new Map(annotation.attributes);
    const own: Attributes = [["label", this.#label(name)]];
    const source = rest.get("source");
    const isSource = typeof source === "string" && source !== "" && source !== "manual";
    own.push(["source", isSource ? this.#clean(source, `${path}.attributes`) : "manual"]);
    if (isSource) rest.delete("source");
    own.push(["occluded", annotation.isOccluded ? 1 : 0], ...shape.attributes);
    for (const [key, always] of [
      ["z_order", true],
      ["group_id", false],
    ] as const) {
      const value = rest.get(key);
      const held = Number.isInteger(value) && value !== 0;
      if (held) rest.delete(key);
      if (held || always) own.push([key, held ? (value as number) : 0]);
    }
    const inside = [...shape.inside];
    for (const [key, value] of rest) {
      if (value === undefined || value === null || typeof value === "object") {
        losses.add("attribute that is no text", `${path}.attributes`);
        continue;
      }
      if (typeof value !== "string") losses.add("type of an attribute (written as text)", `${path}.attributes`);
      inside.push(
        tag("attribute", this.#clean(String(value), `${path}.attributes`), [
          ["name", this.#clean(key, `${path}.attributes`)],
        ]),
      );
    }
    return [tag(shape.name, inside, own)];
  }

  #shape(annotation: Annotation, scene: Scene, path: string): Shape | undefined {
    const { segmentation, keypoints, ellipse, quad, polyline, points } = annotation;
    const { width, height } = scene;
    const box = annotation.box && (annotation.box.normalized && !width ? undefined : pixelBox(annotation.box, scene));
    // a pose that nobody marked would hide the mask or the box that is there
    const isMarked = keypoints?.points.some(({ visibility }) => visibility !== 0);
    if (keypoints && (isMarked || !(segmentation || box))) return this.#pose(keypoints, annotation, path);
    if (segmentation?.kind === "polygon") {
      const [first, ...others] = segmentation.parts;
      if (first && others.length === 0 && !first.holes?.length)
        return shapeOf("polygon", "segmentation", [["points", pairs(first.outline)]]);
      this.losses.add("several outlines (written as a mask)", `${path}.segmentation`);
    }
    if (segmentation && width > 0 && height > 0) {
      if (!isHard(segmentation)) this.losses.add("soft mask (cut at one half)", `${path}.segmentation`);
      const mask = maskAttributes(isHard(segmentation) ? segmentation : harden(segmentation), width, height);
      if (mask) return shapeOf("mask", "segmentation", mask);
      this.losses.add("mask without pixels", `${path}.segmentation`);
    }
    if (ellipse) {
      const { x, y, radiusX, radiusY, rotation } = ellipse;
      return shapeOf("ellipse", "ellipse", [
        ["cx", x],
        ["cy", y],
        ["rx", radiusX],
        ["ry", radiusY],
        ...turned(rotation),
      ]);
    }
    if (box && !quad) return boxShape(box, "box");
    if (quad) {
      const turnedBox = boxOfCorners(quad, 0.01);
      if (turnedBox) {
        this.losses.add("four corners of a rectangle (written as a box)", `${path}.quad`);
        return boxShape(turnedBox, "quad");
      }
      this.losses.add("four corners (written as a polygon)", `${path}.quad`);
      return shapeOf("polygon", "quad", [["points", pairs(quad)]]);
    }
    if (polyline) {
      if (polyline.arrow !== undefined && polyline.arrow !== "none")
        this.losses.add("arrow of a line", `${path}.polyline.arrow`);
      const closed = polyline.closed
        ? [...Array.from(polyline.points), polyline.points[0]!, polyline.points[1]!]
        : polyline.points;
      if (polyline.closed) this.losses.add("closed line (its first point is repeated)", `${path}.polyline.closed`);
      return shapeOf("polyline", "polyline", [["points", pairs(closed)]]);
    }
    return points && points.length > 0 ? shapeOf("points", "points", [["points", pairs(points)]]) : undefined;
  }

  #pose({ points, skeleton }: Keypoints, { category, categoryId }: Annotation, path: string): Shape {
    const own = this.categories.find(({ name, id }) => name === category || id === categoryId)?.skeleton;
    if (points.some(({ score }) => score !== undefined)) this.losses.add("score of a point", `${path}.keypoints`);
    const names = own?.points ?? skeleton?.points;
    if (!own || names?.length !== points.length)
      return shapeOf("points", "keypoints", [["points", points.map(({ x, y }) => `${x},${y}`).join(";")]]);
    const inside = points.map(({ x, y, visibility = 2 }, i) =>
      tag(
        "points",
        [],
        [
          ["label", this.#clean(names[i]!, path)],
          ["source", "manual"],
          ["outside", visibility === 0 ? 1 : 0],
          ["occluded", visibility === 1 ? 1 : 0],
          ["points", `${x},${y}`],
        ],
      ),
    );
    return { ...shapeOf("skeleton", "keypoints", []), inside };
  }

  #label(name: string): string {
    if (!this.#names.has(name)) {
      this.#names.add(name);
      this.categories.push({ id: this.categories.length + 1, name });
    }
    return this.#clean(name, "categories");
  }

  #clean(text: string, path: string): string {
    const clean = cleanXml(text);
    if (clean !== text) this.losses.add("characters that XML does not have", path);
    return clean;
  }
}

interface Shape {
  readonly name: string;
  /** Part of the annotation that it holds. */
  readonly part: keyof Annotation;
  readonly attributes: Attributes;
  readonly inside: readonly XmlOutput[];
}

function shapeOf(name: string, part: keyof Annotation, attributes: Attributes): Shape {
  return { name, part, attributes, inside: [] };
}

function boxShape({ x, y, width, height, rotation }: Box, part: keyof Annotation): Shape {
  return shapeOf("box", part, [["xtl", x], ["ytl", y], ["xbr", x + width], ["ybr", y + height], ...turned(rotation)]);
}

function turned(rotation: number | undefined): Attributes {
  return rotation ? [["rotation", rotation]] : [];
}

function pairs(points: ArrayLike<number>): string {
  const list: string[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) list.push(`${points[i]},${points[i + 1]}`);
  return list.join(";");
}

/** Runs by rows as they are, or those of the part of the picture that the mask covers; undefined for an empty mask. */
function maskAttributes(segmentation: Segmentation, width: number, height: number): Attributes | undefined {
  if (segmentation.kind === "rle" && segmentation.order === "row" && typeof segmentation.rle.counts !== "string") {
    const { rle, left = 0, top = 0 } = segmentation;
    return attributesOf(Array.from(rle.counts as ArrayLike<number>).join(", "), left, top, rle.size[1], rle.size[0]);
  }
  const bounds = pixelBounds(segmentation, width, height);
  if (!bounds) return undefined;
  const rle = { size: [height, width] as const, counts: countsOf(segmentation, width, height) };
  const box = [bounds.x, bounds.y, bounds.width, bounds.height] as const;
  return attributesOf(format(rle, { layout: "cvat", box }), bounds.x, bounds.y, bounds.width, bounds.height);
}

function attributesOf(rle: string, left: number, top: number, width: number, height: number): Attributes {
  return [
    ["rle", rle],
    ["left", left],
    ["top", top],
    ["width", width],
    ["height", height],
  ];
}
