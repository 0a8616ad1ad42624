/** Scenes as YOLO label files. Longer than other files: everything that it cannot hold is counted where it is met. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Annotation, Box, Category, Dataset, Keypoints, Scene } from "../model/scene.ts";
import { maskOutlines } from "../model/mask-outlines.ts";
import { COCO_PERSON } from "./coco-categories.ts";
import { type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { SceneNames, splitName } from "./scene-names.ts";
import { soundScenes } from "./sound-scenes.ts";
import {
  boxOfCorners,
  cornersOf,
  directedRings,
  ellipseRing,
  isBoundOf,
  joinRings,
  pixelsOf,
  uprightBox,
} from "./shapes.ts";
import { loseCategoryParts, loseDatasetParts, loseParts, loseSceneParts, loseSkeletonParts } from "./lost-parts.ts";
import { harden, isHard, pixelBox } from "./written.ts";
import { formatYaml, type YamlValue } from "./yaml.ts";
import type { YoloTask } from "./yolo-layout.ts";

/** Scenes that are looked at to choose what the rows are. */
const AHEAD = 1000;

/** How YOLO is written. */
export interface YoloWriteOptions extends WriteTreeOptions {
  /**
   * What the rows are. Default, by the first 1000 scenes: `pose` where an object has keypoints, else `segment` where one
   * has a mask, else `obb` where a box is turned or has free corners, else `detect`.
   */
  readonly task?: YoloTask | undefined;
}

/**
 * Write `data.yaml` and a label file for each scene. Classes count from 0 in the order of the categories; objects get a
 * confidence where they have a score.
 */
export async function writeYolo(
  dataset: Dataset,
  sink: FileSink,
  options: YoloWriteOptions = {},
): Promise<readonly Loss[]> {
  const { task } = checkedOptions(options);
  if (task !== undefined && !Object.hasOwn(HELD, task))
    throw new ImageError("ARGUMENT", `expected ${Object.keys(HELD).join(", ")}, got ${show(task)}`, { path: "task" });
  const losses = new Losses();
  const iterator = soundScenes(dataset, losses);
  const ahead: Scene[] = [];
  let next = await iterator.next();
  for (; !next.done && ahead.length < AHEAD; next = await iterator.next()) ahead.push(next.value.scene);
  const writer = new YoloWriter(dataset, task ?? taskOf(ahead, dataset), pointsOf(ahead), losses);
  const write = async (scene: Scene): Promise<void> => {
    const { file, text } = writer.scene(scene, options);
    await sink.write(file, text);
  };
  for (const scene of ahead) await write(scene);
  for (; !next.done; next = await iterator.next()) await write(next.value.scene);
  await sink.write("data.yaml", writer.config());
  loseDatasetParts(dataset, losses, writer.splits);
  return writer.losses.list;
}

function taskOf(scenes: readonly Scene[], { categories }: Dataset): YoloTask {
  const some = (test: (annotation: Annotation) => unknown): boolean =>
    scenes.some(({ annotations }) => annotations.some(test));
  const isEmpty = scenes.every(({ annotations }) => annotations.length === 0);
  if (some(({ keypoints }) => keypoints) || (isEmpty && categories.some(({ skeleton }) => skeleton?.points.length)))
    return "pose";
  if (some(({ segmentation }) => segmentation)) return "segment";
  return some(({ box, quad }) => box?.rotation || quad) ? "obb" : "detect";
}

/** Points of the first pose. */
function pointsOf(scenes: readonly Scene[]): number {
  for (const { annotations } of scenes)
    for (const { keypoints } of annotations) if (keypoints) return keypoints.points.length;
  return 0;
}

type Part = keyof Annotation;
const COMMON: readonly Part[] = ["box", "category", "categoryId", "score", "group"];
const HELD: Readonly<Record<YoloTask, ReadonlySet<Part>>> = {
  detect: new Set<Part>(COMMON),
  obb: new Set<Part>([...COMMON, "quad"]),
  // what is written in another form is counted where that is done
  segment: new Set<Part>([...COMMON, "segmentation", "ellipse", "quad"]),
  pose: new Set<Part>([...COMMON, "keypoints"]),
};

class YoloWriter {
  readonly losses: Losses;
  readonly #task: YoloTask;
  readonly #held: ReadonlySet<Part>;
  readonly #classes: string[] = [];
  readonly #byId = new Map<string, number>();
  readonly #byName = new Map<string, number>();
  readonly #names = new SceneNames();
  readonly splits: Set<string> = new Set<string>();
  readonly #pointNames = new Map<number, readonly string[]>();
  readonly #points: number;
  #index = 0;

  /** @param points - of a pose; all rows have as many */
  constructor(dataset: Dataset, task: YoloTask, points: number, losses: Losses) {
    this.losses = losses;
    this.#points =
      points || (dataset.categories.find(({ skeleton }) => skeleton?.points.length)?.skeleton?.points.length ?? 0);
    this.#task = task;
    this.#held = HELD[task];
    for (const category of dataset.categories) this.#addCategory(category, task);
    if (dataset.categories.some(({ id }, i) => id !== i))
      this.losses.add("ids of categories (counted from 0)", "categories");
    loseCategoryParts(dataset.categories, new Set(task === "pose" ? ["skeleton"] : []), this.losses);
  }

  #addCategory({ id, name, skeleton }: Category, task: YoloTask): void {
    const index = this.#classes.push(name) - 1;
    this.#byId.set(String(id), index);
    if (!this.#byName.has(name)) this.#byName.set(name, index);
    if (task !== "pose" || !skeleton) return;
    const path = `categories[${index}].skeleton`;
    if (skeleton.points.length === this.#points && this.#points > 0) this.#pointNames.set(index, skeleton.points);
    else this.losses.add("skeleton of another count of points", path);
    loseSkeletonParts(skeleton, name, this.losses, path);
    // the seventeen points of COCO come with their edges
    if (skeleton.edges.length > 0 && skeleton !== COCO_PERSON) this.losses.add("edges of a skeleton", path);
  }

  scene(scene: Scene, options: WriteTreeOptions): { readonly file: string; readonly text: string } {
    const index = this.#index++;
    const path = `scenes[${index}]`;
    const split = splitName(scene, options, this.losses, path);
    this.splits.add(split);
    loseSceneParts(scene, new Set(["split"]), this.losses, path);
    const rows = scene.annotations.map((annotation, i) => this.#row(annotation, scene, `${path}.annotations[${i}]`));
    const inside = insideOf(scene.fileName ?? "", split);
    const name = this.#names.next(scene, index, this.losses, inside === "" ? undefined : `${split}/${inside}`);
    const inSplit = name.startsWith(`${split}/`) ? name : `${split}/${name}`;
    return { file: `labels/${inSplit}.txt`, text: rows.join("") };
  }

  config(): string {
    const map = new Map<YamlValue, YamlValue>([["path", "."]]);
    for (const split of this.splits) map.set(split, `images/${split}`);
    map.set("names", new Map(this.#classes.map((name, i) => [i, name])));
    // Ultralytics takes it from the model; here it tells outlines of four points from oriented boxes
    const isPose = this.#task === "pose" && this.#points > 0;
    map.set("task", this.#task === "pose" && !isPose ? "detect" : this.#task);
    if (isPose) {
      map.set("kpt_shape", [this.#points, 3]);
      if (this.#pointNames.size > 0) map.set("kpt_names", this.#pointNames);
    }
    return formatYaml(map);
  }

  #row(annotation: Annotation, scene: Scene, path: string): string {
    const { losses } = this;
    const id = this.#class(annotation);
    if (id === undefined) {
      losses.add("object without a category", path);
      return "";
    }
    const { score, group } = annotation;
    loseParts(annotation, this.#held, losses, path);
    const isScore = score !== undefined && score >= 0 && score <= 1;
    if (group !== undefined && group !== (isScore ? "predictions" : "ground truth"))
      losses.add("group", `${path}.group`);
    // fractions stay fractions where nobody knows the picture
    const known = scene.width > 0 && scene.height > 0;
    const width = known ? scene.width : 1;
    const height = known ? scene.height : 1;
    if (!known && !annotation.box?.normalized) {
      losses.add("object of a picture of unknown size", path);
      return "";
    }
    const points = this.#pointsOf(annotation, width, height, path);
    const box = points ? undefined : uprightBox(annotation, width, height);
    if (!points && !box) {
      losses.add("object without a shape that YOLO has", path);
      return "";
    }
    const values = points
      ? Array.from(points, (value, i) => value / (i % 2 === 0 ? width : height))
      : [
          (box!.x + box!.width / 2) / width,
          (box!.y + box!.height / 2) / height,
          box!.width / width,
          box!.height / height,
        ];
    if (!points && this.#task === "pose") values.push(...this.#pose(annotation, id, width, height, path));
    if (!values.every((value) => value >= -2 && value <= 3)) {
      losses.add("object far out of its picture", path);
      return "";
    }
    if (isScore) values.push(score);
    else if (score !== undefined) losses.add("score that is not from 0 to 1", `${path}.score`);
    return `${id} ${values.join(" ")}\n`;
  }

  /** Outline or corners; undefined where the row is a box. */
  #pointsOf(annotation: Annotation, width: number, height: number, path: string): ArrayLike<number> | undefined {
    const { segmentation, ellipse, quad } = annotation;
    const box: Box | undefined = annotation.box && pixelBox(annotation.box, { width, height });
    const { losses } = this;
    if (this.#task === "detect" || this.#task === "pose") {
      if (box?.rotation) losses.add("rotation of a box", `${path}.box.rotation`);
      return undefined;
    }
    if (this.#task === "obb") {
      if (box) {
        if (quad) losses.add("four corners beside a box", `${path}.quad`);
        if (box.width === 0 || box.height === 0)
          losses.add("box without an area (written as its corners)", `${path}.box`);
        return cornersOf(box);
      }
      if (quad && boxOfCorners(quad, 0.01))
        losses.add("four corners of a rectangle (written as a box)", `${path}.quad`);
      const upright = quad ? undefined : uprightBox(annotation, width, height);
      return quad ?? (upright && cornersOf(upright));
    }
    if (segmentation) {
      if (ellipse) losses.add("ellipse beside a mask", `${path}.ellipse`);
      if (quad) losses.add("four corners beside a mask", `${path}.quad`);
      if (box && !isBoundOf(box, uprightBox({ segmentation }, width, height)))
        losses.add("box beside a mask", `${path}.box`);
      const ring = this.#outline(segmentation, width, height, `${path}.segmentation`);
      if (ring.length >= 6) return ring;
    }
    if (ellipse) {
      losses.add("ellipse (written as an outline)", `${path}.ellipse`);
      return ellipseRing(ellipse);
    }
    if (quad) {
      losses.add("four corners (written as an outline)", `${path}.quad`);
      return quad;
    }
    const rest = box ?? uprightBox(annotation, width, height);
    if (rest) losses.add("box (written as an outline)", `${path}.box`);
    return rest && cornersOf(rest);
  }

  #outline(
    segmentation: NonNullable<Annotation["segmentation"]>,
    width: number,
    height: number,
    path: string,
  ): ArrayLike<number> {
    const { losses } = this;
    if (segmentation.kind === "polygon") {
      const { parts } = segmentation;
      if (parts.length === 1 && !parts[0]!.holes?.length) return parts[0]!.outline;
      losses.add("several outlines (written as one)", path);
      return joinRings(directedRings(parts));
    }
    if (!isHard(segmentation)) losses.add("soft mask (cut at one half)", path);
    losses.add("mask of pixels (written as an outline)", path);
    const data = pixelsOf(isHard(segmentation) ? segmentation : harden(segmentation), width, height);
    return joinRings(maskOutlines({ data, width, height }));
  }

  /** The names of the points belong to the class: the first object that has any tells them. */
  #skeleton({ skeleton }: Keypoints, id: number, path: string): void {
    if (!skeleton) {
      this.losses.add("keypoints without a skeleton (their class has names for them)", `${path}.keypoints`);
      return;
    }
    const known = this.#pointNames.get(id);
    if (!known && skeleton.points.length === this.#points) {
      this.#pointNames.set(id, skeleton.points);
      if (skeleton.edges.length > 0 && skeleton !== COCO_PERSON)
        this.losses.add("edges of a skeleton", `${path}.keypoints.skeleton`);
    } else if (JSON.stringify(known) !== JSON.stringify(skeleton.points))
      this.losses.add("second skeleton of a category", `${path}.keypoints.skeleton`);
  }

  #pose({ keypoints }: Annotation, id: number, width: number, height: number, path: string): number[] {
    const points = keypoints?.points ?? [];
    const fits = points.length === this.#points;
    if (points.length > 0 && !fits) this.losses.add("keypoints of another count", `${path}.keypoints`);
    else if (points.length > 0 && points.every(({ visibility }) => visibility === 0))
      this.losses.add("keypoints of which none is labelled", `${path}.keypoints`);
    else if (keypoints) this.#skeleton(keypoints, id, path);
    if (fits && points.some(({ score }) => score !== undefined))
      this.losses.add("score of a point", `${path}.keypoints`);
    return Array.from({ length: this.#points }, (_, i) => {
      const { x, y, visibility = 2 } = (fits && points[i]) || { x: 0, y: 0, visibility: 0 as const };
      return [x / width, y / height, visibility];
    }).flat();
  }

  #class({ categoryId, category }: Annotation): number | undefined {
    const known = categoryId === undefined ? undefined : this.#byId.get(String(categoryId));
    // a name that is given is the class, whatever its number means here
    if (known !== undefined && (category === undefined || this.#classes[known] === category)) return known;
    const name = category ?? (categoryId === undefined ? undefined : String(categoryId));
    if (name === undefined) return undefined;
    const index = this.#byName.get(name) ?? this.#classes.push(name) - 1;
    this.#byName.set(name, index);
    if (categoryId !== undefined && known === undefined) this.#byId.set(String(categoryId), index);
    return index;
  }
}

/** A picture's name below the folder of its split: `images/train/a.jpg` is `a.jpg`. */
function insideOf(name: string, split: string): string {
  const parts = name
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..");
  while (parts.length > 1 && (parts[0] === "images" || parts[0] === split)) parts.shift();
  return parts.join("/");
}
