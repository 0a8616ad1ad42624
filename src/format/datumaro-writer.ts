/** Datasets as Datumaro's JSON. Longer than other files: everything that it cannot hold is counted where it is met. */
import { checkedOptions } from "../errors.ts";
import type { Annotation, Category, Dataset, Scene } from "../model/scene.ts";
import { type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { splitName } from "./scene-names.ts";
import { soundScenes } from "./sound-scenes.ts";
import { stemOf } from "./tree-reading.ts";
import { loseCategoryParts, loseParts, loseSceneParts, loseSkeletonParts, loseSplits } from "./lost-parts.ts";
import { CategoryNames, harden, isHard, jsonAttributes, jsonFile, JsonList, pixelBox, runsOfMask } from "./written.ts";

const KEPT: ReadonlySet<keyof Annotation> = new Set([
  "id",
  "box",
  "segmentation",
  "keypoints",
  "polyline",
  "ellipse",
  "points",
  "category",
  "score",
  "isOccluded",
  "trackId",
  "isCrowd",
  "attributes",
]);
const KEPT_OF_SCENES: ReadonlySet<keyof Scene> = new Set([
  "imageId", // counted where it differs
  "classifications",
  "caption",
  "captions",
  "split",
  "attributes",
]);

/** Labels by name: their ids are their places in the list. */
class Labels {
  readonly #names: CategoryNames;
  readonly #list: Category[] = [];
  readonly #ids = new Map<string, number>();

  constructor(categories: readonly Category[], losses: Losses) {
    this.#names = new CategoryNames(categories);
    for (const [i, category] of categories.entries())
      if (this.#ids.has(category.name)) losses.add("second category of the same name", `categories[${i}]`);
      else if (this.#add(category) !== category.id) losses.add("category id", `categories[${i}].id`);
  }

  idOf(annotation: Pick<Annotation, "category" | "categoryId">): number | undefined {
    const name = this.#names.of(annotation);
    return name === undefined ? undefined : (this.#ids.get(name) ?? this.#add({ id: this.#list.length, name }));
  }

  at(id: number): Category {
    return this.#list[id]!;
  }

  setSkeleton(id: number, skeleton: NonNullable<Category["skeleton"]>): void {
    this.#list[id] = { ...this.#list[id]!, skeleton };
  }

  categories(losses: Losses): object {
    for (const [i, { name, skeleton }] of this.#list.entries()) {
      if (skeleton) loseSkeletonParts(skeleton, name, losses, `categories[${i}].skeleton`);
    }
    const colored = this.#list.flatMap(({ color }, i) => (color === undefined ? [] : [[i, color] as const]));
    const posed = this.#list.flatMap(({ skeleton }, i) => (skeleton ? [[i, skeleton] as const] : []));
    return {
      label: {
        labels: this.#list.map(({ name, supercategory, attributes }) => ({
          name,
          parent: supercategory ?? "",
          attributes: attributes?.get("attributes") ?? [],
        })),
        label_groups: [],
        attributes: [],
      },
      ...(colored.length > 0 && {
        mask: {
          colormap: colored.map(([label_id, color]) => ({
            label_id,
            r: color >> 16,
            g: (color >> 8) & 255,
            b: color & 255,
          })),
        },
      }),
      ...(posed.length > 0 && {
        points: {
          items: posed.map(([label_id, { points, edges }]) => ({
            label_id,
            labels: points,
            joints: edges.map(([from, to]) => [from + 1, to + 1]),
          })),
        },
      }),
    };
  }

  #add(category: Category): number {
    this.#ids.set(category.name, this.#list.length);
    return this.#list.push(category) - 1;
  }
}

/** Write `annotations/<split>.json` for each split. */
export async function writeDatumaro(
  dataset: Dataset,
  sink: FileSink,
  options: WriteTreeOptions = {},
): Promise<readonly Loss[]> {
  checkedOptions(options);
  const losses = new Losses();
  loseCategoryParts(dataset.categories, new Set(["supercategory", "skeleton", "color", "attributes"]), losses);
  for (const [i, { attributes }] of dataset.categories.entries())
    if (attributes && !(attributes.size === 1 && isNames(attributes.get("attributes"))))
      losses.add("attributes of a category", `categories[${i}].attributes`);
  const labels = new Labels(dataset.categories, losses);
  const splits = new Map<string, JsonList>();
  for await (const { scene, index, path } of soundScenes(dataset, losses)) {
    loseSceneParts(scene, KEPT_OF_SCENES, losses, path);
    const name = splitName(scene, options, losses, path);
    const list = splits.get(name) ?? new JsonList();
    splits.set(name, list);
    const id = itemId(scene, index);
    if (scene.imageId !== undefined && scene.imageId !== id) losses.add("id of a picture", `${path}.imageId`);
    const captions = scene.captions?.length ? scene.captions : scene.caption === undefined ? [] : [scene.caption];
    list.push({
      id,
      annotations: [
        ...annotationsOf(scene, labels, losses, path),
        ...(scene.classifications ?? []).map((entry) => ({
          id: 0,
          type: "label",
          attributes: entry.score === undefined ? {} : { score: entry.score },
          group: 0,
          label_id: labels.idOf(entry),
        })),
        ...captions.map((caption) => ({ id: 0, type: "caption", attributes: {}, group: 0, caption })),
      ],
      ...(scene.attributes && { attr: jsonAttributes(scene.attributes, losses, path) }),
      image: {
        path: scene.fileName ?? "",
        ...(scene.width > 0 && { size: [scene.height, scene.width] }),
      },
    });
  }
  if (splits.size === 0) splits.set(options.split ?? "train", new JsonList());
  const categories = labels.categories(losses);
  const infos = dataset.attributes ? jsonAttributes(dataset.attributes, losses, "dataset") : {};
  for (const [name, items] of splits) {
    const head = { dm_format_version: "1.0", media_type: 2, infos, categories };
    await sink.write(`annotations/${name}.json`, jsonFile({ ...head, items }));
  }
  loseSplits(dataset, losses, splits);
  return losses.list;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

/** Datumaro's ids are names without extension. */
function itemId({ fileName, imageId }: Scene, index: number): string {
  return fileName === undefined ? String(imageId ?? index) : stemOf(fileName);
}

function annotationsOf(scene: Scene, labels: Labels, losses: Losses, path: string): object[] {
  const records: object[] = [];
  const groups = scene.annotations.map(({ attributes }) => attributes?.get("group"));
  let group = groups.reduce<number>((most, given) => (typeof given === "number" && given > most ? given : most), 0);
  for (const [i, annotation] of scene.annotations.entries()) {
    const place = `${path}.annotations[${i}]`;
    loseParts(annotation, KEPT, losses, place);
    const { id, score, isCrowd, isOccluded, trackId, attributes } = annotation;
    const own = attributes ? jsonAttributes(attributes, losses, place, { has: (key) => isTaken(key, annotation) }) : {};
    const wanted = own["group"];
    const label = labels.idOf(annotation);
    const shapes = shapesOf(annotation, scene, label, labels, losses, place);
    if (shapes.length === 0) losses.add("object without a shape that Datumaro has", place);
    const kept = shapes.length === 1 && Number.isInteger(wanted) && (wanted as number) > 0;
    if (kept) delete own["group"];
    if (id !== undefined && !Number.isInteger(id)) losses.add("id of an object that is no whole number", `${place}.id`);
    const set = kept ? (wanted as number) : shapes.length > 1 ? ++group : 0;
    for (const { rotation, ...shape } of shapes)
      records.push({
        id: Number.isInteger(id) ? id : 0,
        attributes: {
          ...own,
          ...(rotation !== undefined && { rotation }),
          ...(score !== undefined && { score }),
          ...(isCrowd && { is_crowd: true }),
          ...(isOccluded && { occluded: true }),
          ...(trackId !== undefined && { track_id: trackId }),
        },
        group: set,
        label_id: label ?? null,
        z_order: 0,
        ...shape,
      });
  }
  return records;
}

/** True for an attribute with the name of a part that the object has, or that would be read as such a part. */
function isTaken(key: string, { attributes, score, box, ellipse, trackId, isCrowd, isOccluded }: Annotation): boolean {
  const value = attributes!.get(key);
  const isNumber = typeof value === "number";
  if (key === "score") return isNumber || score !== undefined;
  if (key === "rotation") return isNumber || !!box?.rotation || !!ellipse?.rotation;
  if (key === "track_id") return isNumber || (typeof value === "string" && value !== "") || trackId !== undefined;
  return (
    (key === "is_crowd" && (value === true || !!isCrowd)) || (key === "occluded" && (value === true || !!isOccluded))
  );
}

interface Shape {
  readonly type: string;
  readonly rotation?: number | undefined;
  readonly [key: string]: unknown;
}

function shapesOf(
  { box, segmentation, polyline, ellipse, points, keypoints }: Annotation,
  scene: Scene,
  label: number | undefined,
  labels: Labels,
  losses: Losses,
  path: string,
): Shape[] {
  const shapes: Shape[] = [];
  if (box) {
    const { x, y, width, height, rotation } = pixelBox(box, scene);
    shapes.push({ type: "bbox", rotation: rotation || undefined, bbox: [x, y, width, height] });
  }
  if (segmentation) {
    if (!isHard(segmentation))
      losses.add("probabilities of a soft mask (written where 0.5 or more)", `${path}.segmentation`);
    const mask = isHard(segmentation) ? segmentation : harden(segmentation);
    const holes = mask.kind === "polygon" && mask.parts.some((part) => part.holes?.length);
    if (holes) losses.add("outlines of a polygon with holes (written as runs)", `${path}.segmentation`);
    if (mask.kind === "polygon" && !holes)
      for (const { outline } of mask.parts) shapes.push({ type: "polygon", points: Array.from(outline) });
    else if (scene.width > 0) {
      const { size, counts } = runsOfMask(mask, scene.width, scene.height, true);
      shapes.push({ type: "mask", rle: { counts, size } });
    }
  }
  if (polyline) {
    shapes.push({ type: "polyline", points: Array.from(polyline.points) });
    if (polyline.closed) losses.add("closing of a polyline", `${path}.polyline`);
    if (polyline.arrow !== undefined && polyline.arrow !== "none") losses.add("arrows", `${path}.polyline`);
  }
  if (ellipse) {
    const { x, y, radiusX, radiusY, rotation } = ellipse;
    shapes.push({
      type: "ellipse",
      rotation: rotation || undefined,
      points: [x - radiusX, y - radiusY, x + radiusX, y + radiusY],
    });
  }
  const own = keypoints?.skeleton;
  if (keypoints && own && label !== undefined && !labels.at(label).skeleton) labels.setSkeleton(label, own);
  const count = label === undefined ? undefined : labels.at(label).skeleton?.points.length;
  if (keypoints) {
    if (!own || keypoints.points.length !== count || own.points.length !== count)
      losses.add("keypoints without the skeleton of their category", `${path}.keypoints`);
    if (keypoints.points.some(({ score }) => score !== undefined))
      losses.add("scores of keypoints", `${path}.keypoints`);
    shapes.push({
      type: "points",
      points: keypoints.points.flatMap(({ x, y }) => [x, y]),
      visibility: keypoints.points.map(({ visibility = 2 }) => visibility),
    });
  }
  if (points) {
    // both are points in the file: told apart by the count of the skeleton
    const isPose = points.length / 2 === count;
    if (keypoints && (isPose || keypoints.points.length !== count)) {
      losses.add("points beside keypoints", `${path}.points`);
      return shapes;
    }
    if (isPose) losses.add("points of a category with a skeleton of as many", path);
    shapes.push({
      type: "points",
      points: Array.from(points),
      visibility: Array.from({ length: points.length / 2 }, () => 2),
    });
  }
  return shapes;
}
