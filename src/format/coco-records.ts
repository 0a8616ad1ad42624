/** Pictures, categories and objects as the records of COCO. */
import type { Annotation, Category, Dataset, Scene, Skeleton } from "../model/scene.ts";
import { Losses } from "./dataset-format.ts";
import { CATEGORY_FIELDS } from "./coco-categories.ts";
import { IMAGE_FIELDS } from "./coco-reader.ts";
import { loseParts, loseSkeletonParts } from "./lost-parts.ts";
import {
  boundsOf,
  CategoryNames,
  harden,
  isHard,
  isJson,
  jsonAttributes,
  measureMask,
  pixelBox,
  runsOfMask,
} from "./written.ts";

/** Name that objects without a category get: COCO has none without. */
const NAMELESS = "object";

const KEPT: ReadonlySet<keyof Annotation> = new Set([
  "id",
  "box",
  "segmentation",
  "keypoints",
  "category",
  "score",
  "caption",
  "trackId",
  "isCrowd",
  "isOccluded",
  "area",
  "attributes",
]);
/** Categories with the whole-numbered ids that COCO's tools ask for. */
export class CocoCategories {
  readonly #names: CategoryNames;
  readonly #ids = new Map<string, { id: number; index: number }>();
  readonly #byName = new Map<string, number>();
  readonly #records: { category: Category; id: number }[] = [];
  #next = 1;

  constructor(categories: readonly Category[], losses: Losses) {
    this.#names = new CategoryNames(categories);
    const ids = categories.map(({ id }) => id);
    const whole = ids.every(isId) && new Set(ids).size === ids.length;
    for (const [i, category] of categories.entries()) {
      if (!whole && !isId(category.id)) losses.add("category id that is no whole number", `categories[${i}].id`);
      const id = whole ? (category.id as number) : i + 1;
      this.#add(category, id, String(category.id));
    }
  }

  /** The id of an annotation's category; one that the dataset does not list is added. */
  idOf(annotation: Pick<Annotation, "category" | "categoryId">, losses: Losses, path: string): number {
    const { categoryId } = annotation;
    const name = this.#names.of(annotation);
    const listed = categoryId === undefined ? undefined : this.#ids.get(String(categoryId));
    // an id that means something else here belongs to another file's categories
    if (listed !== undefined && (name === undefined || this.#records[listed.index]!.category.name === name))
      return listed.id;
    if (name === undefined) losses.add(`category that is missing (written as "${NAMELESS}")`, path);
    const own = name ?? NAMELESS;
    const known = this.#byName.get(own);
    if (known !== undefined) return known;
    const id = isId(categoryId) && !this.#records.some((record) => record.id === categoryId) ? categoryId : this.#next;
    this.#add({ id, name: own }, id, String(categoryId ?? id));
    return id;
  }

  /** The skeleton that the category already has, or gets now. */
  skeletonOf(id: number, skeleton: Skeleton): Skeleton {
    const record = this.#records.find((entry) => entry.id === id)!;
    if (!record.category.skeleton) record.category = { ...record.category, skeleton };
    return record.category.skeleton!;
  }

  get count(): number {
    return this.#records.length;
  }

  records(losses: Losses): object[] {
    return this.#records.map(({ category, id }, i) => {
      const { name, supercategory, skeleton, color, isThing, attributes } = category;
      if (skeleton) loseSkeletonParts(skeleton, name, losses, `categories[${i}].skeleton`);
      return {
        ...(attributes && jsonAttributes(attributes, losses, `categories[${i}]`, CATEGORY_FIELDS)),
        id,
        name,
        supercategory: supercategory ?? "",
        ...(skeleton && {
          keypoints: skeleton.points,
          skeleton: skeleton.edges.map(([from, to]) => [from + 1, to + 1]),
        }),
        ...(color !== undefined && { color: [color >> 16, (color >> 8) & 255, color & 255] }),
        ...(isThing !== undefined && { isthing: isThing ? 1 : 0 }),
      };
    });
  }

  #add(category: Category, id: number, key: string): void {
    this.#records.push({ category, id });
    if (!this.#ids.has(key)) this.#ids.set(key, { id, index: this.#records.length - 1 });
    if (!this.#byName.has(category.name)) this.#byName.set(category.name, id);
    this.#next = Math.max(this.#next, id + 1);
  }
}

/** Ids that stay where they are whole and free, others made new. */
export class FreeIds {
  readonly #taken = new Set<number>();
  #next = 1;

  take(wanted: number | string | undefined, losses: Losses, what: string, path: string): number {
    if (isId(wanted) && !this.#taken.has(wanted)) {
      this.#taken.add(wanted);
      return wanted;
    }
    if (wanted !== undefined) losses.add(what, path);
    while (this.#taken.has(this.#next)) this.#next++;
    this.#taken.add(this.#next);
    return this.#next;
  }
}

function isId(id: unknown): id is number {
  return Number.isSafeInteger(id) && (id as number) >= 0;
}

/** False, and a loss, for a picture that is too broken to be written. */
export function checkScene(scene: Scene, losses: Losses, path: string): boolean {
  if (!scene.error && scene.width > 0 && scene.height > 0) return true;
  losses.add("picture that could not be read", path);
  return false;
}

/** What a dataset says about itself, as the first fields of a file. */
export function datasetFields({ attributes }: Dataset, losses: Losses): Record<string, unknown> {
  const own = attributes ? jsonAttributes(attributes, losses, "dataset", DATASET_FIELDS) : {};
  return { info: {}, licenses: [], ...own };
}

const DATASET_FIELDS: ReadonlySet<string> = new Set(["images", "annotations", "categories"]);

/** Every sentence of a scene. */
export function captionsOf({ caption, captions }: Scene): readonly string[] {
  if (captions?.length) return caption === undefined || captions.includes(caption) ? captions : [caption, ...captions];
  return caption === undefined ? [] : [caption];
}

/** The record of a picture. */
export function imageRecord(scene: Scene, id: number, losses: Losses, path: string): object {
  const { fileName, width, height, attributes } = scene;
  if (fileName === undefined) losses.add("file name that is missing (written as the id)", path);
  return {
    ...(attributes && jsonAttributes(attributes, losses, path, IMAGE_FIELDS)),
    id,
    width,
    height,
    file_name: fileName ?? String(id),
  };
}

interface InstanceRecord {
  readonly [key: string]: unknown;
  readonly keypoints?: readonly number[];
  readonly num_keypoints?: number;
}

/** The record of an object; undefined, with a loss, for one that has no shape COCO knows. */
export function instanceRecord(
  annotation: Annotation,
  scene: Scene,
  image: number,
  categories: CocoCategories,
  ids: FreeIds,
  losses: Losses,
  path: string,
  results = false,
): InstanceRecord | undefined {
  const { box, segmentation, keypoints, isCrowd = false, score, caption, trackId, isOccluded } = annotation;
  loseParts(annotation, results ? RESULT_PARTS : KEPT, losses, path);
  if (!box && !segmentation && !keypoints) {
    losses.add("object without a box, a mask or keypoints", path);
    return undefined;
  }
  const category = categories.idOf(annotation, losses, path);
  const mask = segmentation && writeMask(segmentation, scene, results, losses, path);
  const points = keypoints && writeKeypoints(annotation, category, categories, losses, path);
  const measured =
    mask && (!box || annotation.area === undefined) ? measureMask(mask.mask, scene.width, scene.height) : undefined;
  const own = box ? pixelBox(box, scene) : (measured?.box ?? (points && boundsOf(labelled(points))));
  const { x, y, width, height, rotation } = own ?? { x: 0, y: 0, width: 0, height: 0 };
  const attributes = {
    ...(annotation.attributes && jsonAttributes(annotation.attributes, losses, path, rotation ? TURNED : undefined)),
    ...(rotation && { rotation }),
    ...(isOccluded && { occluded: true }),
  };
  return {
    id: ids.take(annotation.id, losses, "id of an object that is no whole number or taken", path),
    image_id: image,
    category_id: category,
    bbox: [x, y, width, height],
    area: annotation.area ?? measured?.area ?? width * height,
    ...(mask && { segmentation: mask.value }),
    iscrowd: isCrowd ? 1 : 0,
    ...(points && { num_keypoints: points.filter((v, i) => i % 3 === 2 && v > 0).length, keypoints: points }),
    ...(score !== undefined && { score }),
    ...(caption !== undefined && { caption }),
    ...(trackId !== undefined && { track_id: trackId }),
    ...((annotation.attributes || Object.keys(attributes).length > 0) && isJson(attributes, 0) && { attributes }),
  };
}

/** What CVAT writes among attributes. */
const TURNED: ReadonlySet<string> = new Set(["rotation"]);
const RESULT_PARTS: ReadonlySet<keyof Annotation> = new Set([
  "box",
  "segmentation",
  "keypoints",
  "category",
  "score",
  "caption",
  "trackId",
  "isOccluded",
  "area",
  "attributes",
]);

function labelled(points: readonly number[]): number[] {
  const found: number[] = [];
  for (let i = 0; i < points.length; i += 3) if (points[i + 2]! > 0) found.push(points[i]!, points[i + 1]!);
  return found;
}

function writeMask(
  given: NonNullable<Annotation["segmentation"]>,
  { width, height }: Scene,
  results: boolean,
  losses: Losses,
  path: string,
): { value: unknown; mask: Parameters<typeof measureMask>[0] } {
  if (!isHard(given)) losses.add("probabilities of a soft mask (written where 0.5 or more)", `${path}.segmentation`);
  const mask = isHard(given) ? given : harden(given);
  const holes = mask.kind === "polygon" && mask.parts.some((part) => part.holes?.length);
  if (holes) losses.add("outlines of a polygon with holes (written as runs)", `${path}.segmentation`);
  if (results && mask.kind === "polygon" && !holes)
    losses.add("outlines of a polygon (written as runs)", `${path}.segmentation`);
  // tools of results decode runs only
  if (mask.kind === "polygon" && !holes && !results)
    return { value: mask.parts.map(({ outline }) => Array.from(outline)), mask };
  const list = mask.kind === "rle" && typeof mask.rle.counts !== "string" && !results;
  const { size, counts } = runsOfMask(mask, width, height, !list);
  return { value: { size, counts: typeof counts === "string" ? counts : Array.from(counts) }, mask };
}

/** `[x, y, v, …]`, with the number of points that the category's skeleton has. */
function writeKeypoints(
  { keypoints }: Annotation,
  category: number,
  categories: CocoCategories,
  losses: Losses,
  path: string,
): number[] | undefined {
  const { points, skeleton } = keypoints!;
  if (points.length === 0) return undefined;
  const named = categories.skeletonOf(category, skeleton ?? numbered(points.length));
  if (!skeleton) losses.add("keypoints without a skeleton (written with numbers as names)", `${path}.keypoints`);
  else if (!sameSkeleton(named, skeleton)) losses.add("second skeleton of a category", `${path}.keypoints.skeleton`);
  if (points.some(({ score }) => score !== undefined)) losses.add("scores of keypoints", `${path}.keypoints`);
  if (points.length > named.points.length) losses.add("keypoints beyond the skeleton", `${path}.keypoints`);
  return named.points.flatMap((_, i) => {
    const { x, y, visibility = 2 } = points[i] ?? { x: 0, y: 0, visibility: 0 as const };
    return [x, y, visibility];
  });
}

function numbered(count: number): Skeleton {
  return { name: NAMELESS, points: Array.from({ length: count }, (_, i) => String(i)), edges: [] };
}

function sameSkeleton(a: Skeleton, b: Skeleton): boolean {
  return (
    a === b ||
    (JSON.stringify(a.points) === JSON.stringify(b.points) && JSON.stringify(a.edges) === JSON.stringify(b.edges))
  );
}
