/** Scenes as LabelMe JSON files. */
import { encodePng } from "../codec/png-encode.ts";
import type { Annotation, Category, Dataset, Scene, Segmentation } from "../model/scene.ts";
import { toBase64 } from "./base64.ts";
import { type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { SceneNames } from "./scene-names.ts";
import { soundScenes } from "./sound-scenes.ts";
import { boxOfCorners, cornersOf, ellipseRing, loseBox, pixelBounds, pixelsOf } from "./shapes.ts";
import {
  loseCategoryParts,
  loseIds,
  loseDatasetParts,
  loseParts,
  loseSceneParts,
  loseUnused,
  NamesByFile,
} from "./lost-parts.ts";
import { CategoryNames, harden, isHard, isJson, pixelBox } from "./written.ts";

/** The version of LabelMe whose files these are. */
const VERSION = "5.2.1";

const HELD: ReadonlySet<keyof Annotation> = new Set([
  "box",
  "segmentation",
  "polyline",
  "ellipse",
  "points",
  "quad",
  "category",
  "categoryId",
  "score",
  "group",
  "attributes",
]);
const SCENE_HELD: ReadonlySet<keyof Scene> = new Set(["attributes"]);
const NOTHING: ReadonlySet<keyof Category> = new Set();

/** Write `<name>.json` for each scene; pictures are named, not put inside. */
export async function writeLabelMe(
  dataset: Dataset,
  sink: FileSink,
  _options: WriteTreeOptions = {},
): Promise<readonly Loss[]> {
  const writer = new LabelMeWriter(dataset);
  for await (const { scene, index } of soundScenes(dataset, writer.losses)) {
    const { name, text } = writer.scene(scene, index);
    await sink.write(`${name}.json`, text);
  }
  writer.finish(dataset);
  loseDatasetParts(dataset, writer.losses);
  return writer.losses.list;
}

/** A shape of the file without label, group and flags. */
interface Shape {
  readonly points: readonly (readonly [number, number])[];
  readonly shape_type: string;
  readonly mask?: string;
}

class LabelMeWriter {
  readonly losses = new Losses();
  readonly #names = new SceneNames();
  readonly #categories: CategoryNames;
  readonly #used = new NamesByFile();

  constructor({ categories }: Dataset) {
    this.#categories = new CategoryNames(categories);
    loseCategoryParts(categories, NOTHING, this.losses);
  }

  finish({ categories }: Dataset): void {
    loseUnused(categories, this.#used.order, this.losses);
    loseIds(categories, this.#used.order, this.losses);
  }

  scene(scene: Scene, index: number): { readonly name: string; readonly text: string } {
    const path = `scenes[${index}]`;
    const { losses } = this;
    loseSceneParts(scene, SCENE_HELD, losses, path);
    const name = this.#names.next(scene, index, losses);
    const flags: [string, unknown][] = [];
    for (const [key, value] of scene.attributes ?? [])
      if (typeof value === "boolean") flags.push([key, value]);
      else losses.add("attribute of a picture that is not true or false", `${path}.attributes`);
    const shapes: object[] = [];
    // groups that somebody gave stay theirs
    let group = scene.annotations.reduce((most, { attributes }) => {
      const id = attributes?.get("group_id");
      return typeof id === "number" && id > most ? Math.floor(id) : most;
    }, 0);
    for (const [i, annotation] of scene.annotations.entries()) {
      const place = `${path}.annotations[${i}]`;
      const own = this.#shapes(annotation, scene, place);
      if (own.length > 1 && annotation.attributes?.get("group_id") == null) group += 1;
      shapes.push(...this.#records(annotation, own, group, name, place));
    }
    const folders = "../".repeat(name.split("/").length - 1);
    const file = {
      version: VERSION,
      flags: Object.fromEntries(flags),
      shapes,
      imagePath: `${folders}${scene.fileName ?? name}`,
      imageData: null,
      imageHeight: scene.height > 0 ? scene.height : null,
      imageWidth: scene.width > 0 ? scene.width : null,
    };
    return { name, text: `${JSON.stringify(file, undefined, 2)}\n` };
  }

  #records(annotation: Annotation, shapes: readonly Shape[], group: number, name: string, place: string): object[] {
    const { losses } = this;
    if (shapes.length === 0) {
      losses.add("object without a shape that LabelMe has", place);
      return [];
    }
    const label = this.#categories.of(annotation);
    if (label === undefined || label === "") {
      losses.add("object without a category", place);
      return [];
    }
    this.#used.add(`${name}.json`, label);
    loseParts(annotation, HELD, losses, place);
    const { score, group: set } = annotation;
    if (set !== undefined && set !== (score === undefined ? "ground truth" : "predictions"))
      losses.add("group", `${place}.group`);
    if (score !== undefined && !Number.isFinite(score)) losses.add("score that is no number", `${place}.score`);
    const rest = new Map(annotation.attributes);
    const groupId = rest.get("group_id");
    const hasGroup = typeof groupId === "number" || typeof groupId === "string";
    if (hasGroup) rest.delete("group_id");
    const description = rest.get("description");
    const hasDescription = typeof description === "string" && description !== "";
    if (hasDescription) rest.delete("description");
    const flags = [...rest].filter(([, value]) => typeof value === "boolean");
    const others: [string, unknown][] = [];
    for (const [key, value] of rest) {
      if (typeof value === "boolean") continue;
      if (isJson(value, 0) && value !== null) others.push([key, value]);
      else losses.add("attribute that is no JSON", `${place}.attributes`);
    }
    return shapes.map((shape) => ({
      label,
      points: shape.points,
      group_id: hasGroup ? groupId : shapes.length > 1 ? group : null,
      description: hasDescription ? description : "",
      shape_type: shape.shape_type,
      flags: Object.fromEntries(flags),
      ...(shape.mask === undefined ? {} : { mask: shape.mask }),
      ...(score !== undefined && Number.isFinite(score) ? { score } : {}),
      ...(others.length > 0 ? { attributes: Object.fromEntries(others) } : {}),
    }));
  }

  #shapes(annotation: Annotation, scene: Scene, path: string): Shape[] {
    const { losses } = this;
    const shapes = this.#main(annotation, scene, path);
    const main = shapes[0] && shapes[0].part;
    for (const part of ["segmentation", "ellipse", "quad", "polyline", "points"] as const)
      if (annotation[part] !== undefined && part !== main && main !== undefined)
        losses.add(`${part} beside another shape`, `${path}.${part}`);
    if (main) loseBox(annotation, main, scene, losses, path);
    return shapes.map(({ part: _part, ...shape }) => shape);
  }

  #main(annotation: Annotation, scene: Scene, path: string): (Shape & { readonly part: keyof Annotation })[] {
    const { losses } = this;
    const { segmentation, ellipse, quad, polyline, points, keypoints } = annotation;
    const { width, height } = scene;
    const one = (
      part: keyof Annotation,
      type: string,
      ring: ArrayLike<number>,
    ): (Shape & { part: keyof Annotation })[] => [{ part, shape_type: type, points: pairs(ring) }];
    if (segmentation?.kind === "polygon" && segmentation.parts.every(({ holes }) => !holes?.length))
      return segmentation.parts.flatMap(({ outline }) => one("segmentation", "polygon", outline));
    if (segmentation && width > 0 && height > 0) {
      if (segmentation.kind === "polygon") losses.add("outline with holes (written as a mask)", `${path}.segmentation`);
      if (!isHard(segmentation)) losses.add("soft mask (cut at one half)", `${path}.segmentation`);
      const mask = maskShape(isHard(segmentation) ? segmentation : harden(segmentation), width, height);
      if (mask) return [{ part: "segmentation", ...mask }];
      losses.add("mask without pixels", `${path}.segmentation`);
    }
    if (ellipse) {
      const { x, y, radiusX, radiusY } = ellipse;
      if (radiusX === radiusY) return one("ellipse", "circle", [x, y, x + radiusX, y]);
      losses.add("ellipse (written as an outline)", `${path}.ellipse`);
      return one("ellipse", "polygon", ellipseRing(ellipse));
    }
    if (annotation.box && !(annotation.box.normalized && !(width > 0)) && !quad) {
      const box = pixelBox(annotation.box, scene);
      if (box.rotation && (box.width === 0 || box.height === 0))
        losses.add("box without an area (written as its corners)", `${path}.box`);
      if (box.rotation) return one("box", "oriented_rectangle", cornersOf(box));
      return one("box", "rectangle", [box.x, box.y, box.x + box.width, box.y + box.height]);
    }
    if (quad) {
      if (boxOfCorners(quad, 0.01)) {
        losses.add("four corners of a rectangle (written as a box)", `${path}.quad`);
        return one("quad", "oriented_rectangle", quad);
      }
      losses.add("four corners (written as a polygon)", `${path}.quad`);
      return one("quad", "polygon", quad);
    }
    if (polyline) {
      if (polyline.arrow !== undefined && polyline.arrow !== "none")
        losses.add("arrow of a line", `${path}.polyline.arrow`);
      if (polyline.closed) losses.add("closed line (its first point is repeated)", `${path}.polyline.closed`);
      const line = Array.from(polyline.points);
      return one("polyline", "linestrip", polyline.closed ? [...line, line[0]!, line[1]!] : line);
    }
    const spots =
      points ?? keypoints?.points.filter(({ visibility = 2 }) => visibility > 0).flatMap(({ x, y }) => [x, y]);
    if (!spots || spots.length === 0) return [];
    return one(points ? "points" : "keypoints", spots.length === 2 ? "point" : "points", spots);
  }
}

function pairs(points: ArrayLike<number>): [number, number][] {
  const list: [number, number][] = [];
  for (let i = 0; i + 1 < points.length; i += 2) list.push([points[i]!, points[i + 1]!]);
  return list;
}

/** A PNG of the part of the picture that the mask covers, both corners of which belong to it. */
function maskShape(segmentation: Segmentation, width: number, height: number): Shape | undefined {
  const bounds = pixelBounds(segmentation, width, height);
  if (!bounds) return undefined;
  const { x, y, width: wide, height: high } = bounds;
  const pixels = pixelsOf(segmentation, width, height);
  const part = new Uint8Array(wide * high);
  for (let row = 0; row < high; row++)
    part.set(pixels.subarray((y + row) * width + x, (y + row) * width + x + wide), row * wide);
  return {
    shape_type: "mask",
    points: [
      [x, y],
      [x + wide - 1, y + high - 1],
    ],
    mask: toBase64(encodePng({ data: part, shape: [high, wide] })),
  };
}
