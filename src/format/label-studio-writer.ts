/** Scenes as tasks of Label Studio. Longer than other files: everything that it cannot hold is counted where it is met. */
import { format } from "../model/rle.ts";
import type { Annotation, Category, Dataset, Scene, Segmentation } from "../model/scene.ts";
import { COCO_PERSON } from "./coco-categories.ts";
import { formatColor } from "./cvat-labels.ts";
import { type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { soundScenes } from "./sound-scenes.ts";
import { isWhole } from "./label-studio-regions.ts";
import { boxOfCorners, cornersOf, countsOf, loseBox, uprightBox } from "./shapes.ts";
import { loseCategoryParts, loseDatasetParts, loseParts, loseSceneParts, loseSkeletonParts } from "./lost-parts.ts";
import { CategoryNames, harden, isHard, jsonAttributes, JsonList, pixelBox, TextFile } from "./written.ts";
import { formatXml, tag, type XmlOutput } from "./xml.ts";

const HELD: ReadonlySet<keyof Annotation> = new Set([
  "id",
  "box",
  "segmentation",
  "keypoints",
  "polyline",
  "ellipse",
  "points",
  "quad",
  "text",
  "category",
  "categoryId",
  "score",
  "group",
  "attributes",
]);
const SCENE_HELD: ReadonlySet<keyof Scene> = new Set(["imageId", "classifications", "caption", "captions"]);
const CATEGORY_HELD: ReadonlySet<keyof Category> = new Set(["color", "skeleton"]);
const CONTROLS = ["rectangle", "polygon", "ellipse", "brush"] as const;

/** Write `label-studio.json`, to be imported, and `label_config.xml` for the project's labelling interface. */
export async function writeLabelStudio(
  dataset: Dataset,
  sink: FileSink,
  _options: WriteTreeOptions = {},
): Promise<readonly Loss[]> {
  const writer = new LabelStudioWriter(dataset);
  const tasks = new JsonList();
  for await (const { scene, index } of soundScenes(dataset, writer.losses)) tasks.push(writer.task(scene, index));
  const file = new TextFile();
  tasks.into(file);
  file.add("\n");
  await sink.write("label-studio.json", file.bytes());
  await sink.write("label_config.xml", writer.config());
  loseDatasetParts(dataset, writer.losses);
  return writer.losses.list;
}

/** A region's kind and its `value` without labels. */
interface Region {
  readonly kind: "rectangle" | "polygon" | "ellipse" | "brush" | "keypoint";
  readonly part: keyof Annotation;
  readonly value: Readonly<Record<string, unknown>>;
}

class LabelStudioWriter {
  readonly losses = new Losses();
  readonly #names: CategoryNames;
  readonly #labels = new Map<string, number | undefined>();
  readonly #pointLabels = new Set<string>();
  /** Names of the points that objects of a category could have, and whether one has them. */
  readonly #points = new Map<string, Map<string, boolean>>();
  readonly #choices = new Set<string>();

  constructor({ categories }: Dataset) {
    this.#names = new CategoryNames(categories);
    for (const [i, { name, color, skeleton }] of categories.entries()) {
      this.#labels.set(name, color);
      for (const point of skeleton?.points ?? []) {
        this.#pointLabels.add(point);
        this.#mark(name, point, skeleton === COCO_PERSON);
      }
      if (!skeleton) continue;
      const path = `categories[${i}].skeleton`;
      loseSkeletonParts(skeleton, name, this.losses, path);
      if (skeleton !== COCO_PERSON && skeleton.edges.length > 0) this.losses.add("edges of a skeleton", path);
    }
    if (categories.some(({ id }, i) => id !== i + 1))
      this.losses.add("ids of categories (counted from 1)", "categories");
    loseCategoryParts(categories, CATEGORY_HELD, this.losses);
  }

  #mark(category: string, point: string, isThere: boolean): void {
    const points = this.#points.get(category) ?? new Map<string, boolean>();
    points.set(point, isThere || points.get(point) === true);
    this.#points.set(category, points);
  }

  /** The labelling interface; counts what no task told of the categories. */
  config(): string {
    for (const [category, points] of this.#points)
      for (const [point, isThere] of points)
        if (!isThere) this.losses.add("point of a skeleton that no object has", `categories: ${category}.${point}`);
    const labels = (names: Iterable<readonly [string, number | undefined]>, element = "Label"): XmlOutput[] =>
      Array.from(names, ([name, color]) =>
        tag(
          element,
          [],
          [["value", name], ...(color === undefined ? [] : [["background", formatColor(color)] as const])],
        ),
      );
    const control = (name: string, inside: readonly XmlOutput[]): XmlOutput[] =>
      inside.length === 0
        ? []
        : [
            tag(`${name[0]!.toUpperCase()}${name.slice(1)}`, inside, [
              ["name", name.toLowerCase()],
              ["toName", "image"],
            ]),
          ];
    const view = [
      tag(
        "Image",
        [],
        [
          ["name", "image"],
          ["value", "$image"],
        ],
      ),
      ...CONTROLS.flatMap((kind) => control(`${kind}Labels`, labels(this.#labels))),
      ...control(
        "keyPointLabels",
        labels([...new Set([...this.#labels.keys(), ...this.#pointLabels])].map((name) => [name, undefined])),
      ),
      ...control(
        "choices",
        labels(
          [...this.#choices].map((name) => [name, undefined]),
          "Choice",
        ),
      ),
      tag(
        "TextArea",
        [],
        [
          ["name", "text"],
          ["toName", "image"],
        ],
      ),
    ];
    return formatXml(tag("View", view));
  }

  task(scene: Scene, index: number): object {
    const path = `scenes[${index}]`;
    const { losses } = this;
    loseSceneParts(scene, SCENE_HELD, losses, path);
    const { width, height, fileName, imageId } = scene;
    const size = width > 0 && height > 0 ? { original_width: width, original_height: height, image_rotation: 0 } : {};
    const result: object[] = [];
    const predicted: object[] = [];
    const ids = new Set<string>();
    for (const [i, annotation] of scene.annotations.entries()) {
      const place = `${path}.annotations[${i}]`;
      const { group } = annotation;
      if (group !== undefined && group !== "ground truth" && group !== "predictions")
        losses.add("group", `${place}.group`);
      const regions = this.#regions(annotation, scene, place, idOf(annotation, i, ids, losses, place));
      (group === "predictions" ? predicted : result).push(...regions.map((region) => ({ ...region, ...size })));
    }
    for (const [i, { category, score }] of (scene.classifications ?? []).entries()) {
      this.#choices.add(category);
      if (score !== undefined && !Number.isFinite(score)) losses.add("score", `${path}.classifications[${i}]`);
      result.push({ ...control("choices", "choices", undefined, score), value: { choices: [category] }, ...size });
    }
    const captions = scene.captions ?? (scene.caption === undefined ? [] : [scene.caption]);
    for (const caption of captions)
      result.push({ ...control("textarea", "text"), value: { text: [caption] }, ...size });
    const isEmpty = result.length === 0 && predicted.length > 0;
    return {
      ...(imageId === undefined ? {} : { id: imageId }),
      data: fileName === undefined ? {} : { image: fileName },
      annotations: isEmpty ? [] : [{ result }],
      predictions: predicted.length > 0 ? [{ model_version: "limn", result: predicted }] : [],
    };
  }

  #regions(annotation: Annotation, scene: Scene, path: string, id: string): object[] {
    const { losses } = this;
    const regions = this.#shapes(annotation, scene, path);
    const [first] = regions;
    if (!first) {
      losses.add("object without a shape that Label Studio has", path);
      return [];
    }
    loseParts(annotation, HELD, losses, path);
    for (const part of ["segmentation", "ellipse", "quad", "polyline", "points"] as const)
      if (annotation[part] !== undefined && part !== first.part)
        losses.add(`${part} beside another shape`, `${path}.${part}`);
    const { score, text } = annotation;
    loseBox(annotation, first.part, scene, losses, path);
    const name = this.#names.of(annotation);
    if (name !== undefined && !this.#labels.has(name)) this.#labels.set(name, undefined);
    const given = annotation.attributes?.get("labels");
    const isLabels =
      Array.isArray(given) &&
      given.length > 1 &&
      given[0] === name &&
      given.every((label) => typeof label === "string");
    const parent = annotation.attributes?.get("parentID");
    const rest = new Map(annotation.attributes);
    if (isLabels) rest.delete("labels");
    if (typeof parent === "string") rest.delete("parentID");
    const meta = rest.size > 0 ? { meta: jsonAttributes(rest, losses, path) } : {};
    const labels = isLabels ? (given as string[]) : name === undefined ? undefined : [name];
    const written = regions.map(({ kind, value }, i) => ({
      ...control(labels ? `${kind}labels` : kind, `${kind}labels`, i === 0 ? id : `${id}-${i}`, score),
      ...(typeof parent === "string" ? { parentID: parent } : {}),
      value: labels ? { ...value, [`${kind}labels`]: labels } : value,
      ...meta,
    }));
    const words =
      text === undefined ? [] : [{ ...control("textarea", "text", id), value: { ...first.value, text: [text] } }];
    return [...written, ...words, ...this.#pose(annotation, name, scene, path, id)];
  }

  /** Points of a pose, whose parent is the object. */
  #pose(
    { keypoints }: Annotation,
    name: string | undefined,
    { width, height }: Scene,
    path: string,
    id: string,
  ): object[] {
    if (!keypoints || !(width > 0)) return [];
    const names = keypoints.skeleton?.points;
    return keypoints.points.flatMap(({ x, y, visibility = 2, score }, i) => {
      this.#mark(name ?? "", names?.[i] ?? String(i), visibility > 0);
      if (visibility === 0) return [];
      if (visibility === 1) this.losses.add("hidden point (written as a visible one)", `${path}.keypoints`);
      const label = names?.[i] ?? String(i);
      this.#pointLabels.add(label);
      const value = { x: (x / width) * 100, y: (y / height) * 100, width: 0.5, keypointlabels: [label] };
      return { ...control("keypointlabels", "keypointlabels", `${id}.${i}`, score), parentID: id, value };
    });
  }

  #shapes(annotation: Annotation, scene: Scene, path: string): Region[] {
    const { losses } = this;
    const { segmentation, ellipse, quad, polyline, points, keypoints, box } = annotation;
    const { width, height } = scene;
    if (!(width > 0 && height > 0)) {
      if (!box?.normalized || box.rotation) return [];
      return [
        {
          kind: "rectangle",
          part: "box",
          value: { x: box.x * 100, y: box.y * 100, width: box.width * 100, height: box.height * 100, rotation: 0 },
        },
      ];
    }
    const across = (value: number): number => (value / width) * 100;
    const down = (value: number): number => (value / height) * 100;
    const polygon = (part: keyof Annotation, ring: ArrayLike<number>, closed: boolean): Region => ({
      kind: "polygon",
      part,
      value: {
        points: Array.from({ length: ring.length / 2 }, (_, i) => [across(ring[i * 2]!), down(ring[i * 2 + 1]!)]),
        closed,
      },
    });
    if (segmentation?.kind === "polygon") {
      const [first, ...others] = segmentation.parts;
      if (first && others.length === 0 && !first.holes?.length) return [polygon("segmentation", first.outline, true)];
      losses.add("several outlines (written as a brush)", `${path}.segmentation`);
    }
    if (segmentation) {
      if (!isHard(segmentation)) losses.add("soft mask (cut at one half)", `${path}.segmentation`);
      return [brush(isHard(segmentation) ? segmentation : harden(segmentation), width, height)];
    }
    if (ellipse) {
      const { x, y, radiusX, radiusY, rotation = 0 } = ellipse;
      return [
        {
          kind: "ellipse",
          part: "ellipse",
          value: { x: across(x), y: down(y), radiusX: across(radiusX), radiusY: down(radiusY), rotation },
        },
      ];
    }
    const around = box ?? (keypoints && !quad && !polyline ? uprightBox({ keypoints }, width, height) : undefined);
    const turned = around ? pixelBox(around, scene) : quad && boxOfCorners(quad, 0.01);
    if (turned) {
      if (!around) losses.add("four corners of a rectangle (written as a box)", `${path}.quad`);
      const [x, y] = cornersOf(turned);
      const value = {
        x: across(x),
        y: down(y),
        width: across(turned.width),
        height: down(turned.height),
        rotation: turned.rotation ?? 0,
      };
      return [{ kind: "rectangle", part: around ? "box" : "quad", value }];
    }
    if (quad) {
      losses.add("four corners (written as a polygon)", `${path}.quad`);
      return [polygon("quad", quad, true)];
    }
    if (polyline) {
      if (polyline.arrow !== undefined && polyline.arrow !== "none")
        losses.add("arrow of a line", `${path}.polyline.arrow`);
      if (polyline.closed) losses.add("closed line (its first point is repeated)", `${path}.polyline.closed`);
      const line = Array.from(polyline.points);
      return [polygon("polyline", polyline.closed ? [...line, line[0]!, line[1]!] : line, false)];
    }
    if (!points) return [];
    if (points.length > 2) losses.add("points (written one by one)", `${path}.points`);
    return Array.from({ length: points.length / 2 }, (_, i): Region => ({
      kind: "keypoint",
      part: "points",
      value: { x: across(points[i * 2]!), y: down(points[i * 2 + 1]!), width: 0.5 },
    }));
  }
}

/** What every result begins with. */
function control(type: string, name: string, id?: string, score?: number): object {
  return {
    ...(id === undefined ? {} : { id }),
    type,
    from_name: name,
    to_name: "image",
    ...(score !== undefined && Number.isFinite(score) ? { score } : {}),
  };
}

/** A region's id: the object's own where no other has it. */
function idOf({ id }: Annotation, index: number, taken: Set<string>, losses: Losses, path: string): string {
  let own = id === undefined ? `object-${index}` : String(id);
  // ids are texts: those that spell a whole number are read as one
  if (id !== undefined && typeof id !== (isWhole(own) ? "number" : "string"))
    losses.add("id of an object that is no whole number (written as text)", `${path}.id`);
  if (taken.has(own)) {
    if (id !== undefined) losses.add("id that another object has", `${path}.id`);
    while (taken.has(own)) own = `${own}-${index}`;
  }
  taken.add(own);
  return own;
}

function brush(segmentation: Segmentation, width: number, height: number): Region {
  const rle = { size: [height, width] as const, counts: countsOf(segmentation, width, height) };
  return {
    kind: "brush",
    part: "segmentation",
    value: { format: "rle", rle: format(rle, { layout: "label-studio" }) },
  };
}
