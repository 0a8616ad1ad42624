/** Datasets as W&B's media files. */
import type { Annotation, Category, Dataset, Scene } from "../model/scene.ts";
import { type Loss, Losses } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { soundScenes } from "./sound-scenes.ts";
import { confidence } from "./box-sets.ts";
import { stemOf } from "./tree-reading.ts";
import { writeWandbBoxes } from "./wandb.ts";
import { writeMaskPng } from "./wandb-mask-files.ts";
import { loseCategoryParts, loseDatasetParts, loseParts, loseSceneParts } from "./lost-parts.ts";
import { CategoryNames, jsonAttributes, pixelBox, pushTo } from "./written.ts";

/** What a dictionary of boxes holds. */
export const BOX_PARTS: ReadonlySet<keyof Annotation> = new Set([
  "box",
  "group",
  "category",
  "score",
  "scores",
  "caption",
  "attributes",
]);
const KEPT_OF_SCENES: ReadonlySet<keyof Scene> = new Set(["labelMaps", "caption"]);
const OWN_KEYS: ReadonlySet<string> = new Set([
  "position",
  "class_id",
  "scores",
  "box_caption",
  "caption",
  "domain",
  "unit",
]);

/** Whole numbers for categories, as W&B and deepdriver ask for. */
export class ClassNumbers {
  readonly #names: CategoryNames;
  readonly #ids = new Map<string, number>();
  readonly #taken = new Set<number>();

  constructor(categories: readonly Category[], losses: Losses) {
    this.#names = new CategoryNames(categories);
    for (const [i, { id, name }] of categories.entries())
      if (this.#ids.has(name)) losses.add("second category of the same name", `categories[${i}]`);
      else if (this.of(name, id) !== id)
        losses.add("category id that is no whole number or taken", `categories[${i}].id`);
  }

  /** Number of a name; new ones get the wanted number where it is whole and free. */
  of(name: string, wanted?: number | string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    let id = Number.isSafeInteger(wanted) && !this.#taken.has(wanted as number) ? (wanted as number) : 1;
    while (this.#taken.has(id)) id += 1;
    this.#taken.add(id);
    this.#ids.set(name, id);
    return id;
  }

  nameOf(annotation: Annotation): string | undefined {
    return this.#names.of(annotation);
  }

  get list(): { id: number; name: string }[] {
    return Array.from(this.#ids, ([name, id]) => ({ id, name }));
  }
}

/** An annotation as a dictionary of boxes can hold it: pixels, class numbers, every score by name. */
export function plainBox(
  annotation: Annotation,
  scene: Scene,
  numbers: ClassNumbers,
  losses: Losses,
  path: string,
): Annotation | undefined {
  loseParts(annotation, BOX_PARTS, losses, path);
  const { box, score, scores, attributes } = annotation;
  if (!box) {
    losses.add("object without a box", path);
    return undefined;
  }
  const { rotation, ...pixels } = pixelBox(box, scene);
  if (rotation) losses.add("rotation of a box", `${path}.box`);
  const name = numbers.nameOf(annotation);
  const held = score === undefined || (scores && confidence(scores) === score);
  if (!held && scores?.has("score")) losses.add("score beside another one named so", `${path}.score`);
  if (score !== undefined && !(score >= 0 && score <= 1))
    losses.add("score that is not from 0 to 1 (a named one)", `${path}.score`);
  const named = held || scores?.has("score") ? scores : new Map([["score", score], ...(scores ?? [])]);
  return {
    box: pixels,
    category: name,
    categoryId: name === undefined ? undefined : numbers.of(name, annotation.categoryId),
    caption: annotation.caption,
    scores: named,
    attributes: attributes && new Map(Object.entries(jsonAttributes(attributes, losses, path, OWN_KEYS))),
  };
}

/** Names of files that belong to pictures, no two alike. */
export class PictureStems {
  readonly #taken = new Set<string>();

  next(scene: Scene, index: number): string {
    const stem = stemOf(scene.fileName ?? String(scene.imageId ?? index))
      .replace(/[/\\:\0]/g, "_")
      .replace(/^\.+/, "_");
    let own = stem;
    for (let round = 2; this.#taken.has(own.toLowerCase()); round++) own = `${stem}-${round}`;
    this.#taken.add(own.toLowerCase());
    return own;
  }
}

/**
 * Write for each picture `<picture>.image-file.json`, its boxes at `media/metadata/boxes2D/<picture>_<n>.boxes2D.json`, its
 * label maps at `media/images/mask/<picture>_<n>.mask.png`, and all classes at `media/classes/limn_cls.classes.json`.
 */
export async function writeWandbFiles(dataset: Dataset, sink: FileSink): Promise<readonly Loss[]> {
  const losses = new Losses();
  loseDatasetParts(dataset, losses);
  loseCategoryParts(dataset.categories, new Set(), losses);
  const numbers = new ClassNumbers(dataset.categories, losses);
  const stems = new PictureStems();
  const classesFile = "media/classes/limn_cls.classes.json";
  const mapNames = new Map<number, string>();
  for await (const { scene, index, path } of soundScenes(dataset, losses)) {
    loseSceneParts(scene, KEPT_OF_SCENES, losses, path);
    if (scene.fileName === undefined) losses.add("file name that is missing", path);
    const stem = stems.next(scene, index);
    const sets = new Map<string, Annotation[]>();
    for (const [i, annotation] of scene.annotations.entries()) {
      const plain = plainBox(annotation, scene, numbers, losses, `${path}.annotations[${i}]`);
      const group = annotation.group ?? "boxes";
      if (plain) pushTo(sets, group, plain);
    }
    const boxes: [string, object][] = [];
    for (const [group, annotations] of sets) {
      const { box_data, class_labels } = writeWandbBoxes(annotations);
      const file = `media/metadata/boxes2D/${stem}_${boxes.length}.boxes2D.json`;
      const labels = Object.fromEntries(class_labels as Iterable<readonly [number, string]>);
      await sink.write(file, JSON.stringify({ box_data, class_labels: labels }));
      boxes.push([group, { _type: "boxes2D", path: file }]);
    }
    const masks: [string, object][] = [];
    for (const [i, map] of (scene.labelMaps ?? []).entries()) {
      if (map.colors?.size) losses.add("colours of a label map", `${path}.labelMaps[${i}].colors`);
      let group = map.group ?? "mask";
      for (let round = 2; masks.some(([name]) => name === group); round++) group = `${map.group ?? "mask"} ${round}`;
      if (group !== (map.group ?? group))
        losses.add("group that another label map has", `${path}.labelMaps[${i}].group`);
      for (const [id, name] of map.classes ?? []) {
        if ((mapNames.get(id) ?? name) !== name)
          losses.add("names of classes that differ between label maps", `${path}.labelMaps[${i}].classes`);
        else mapNames.set(id, name);
      }
      const file = `media/images/mask/${stem}_${i}.mask.png`;
      await sink.write(file, writeMaskPng(map, losses, `${path}.labelMaps[${i}]`));
      masks.push([group, { _type: "mask", path: file }]);
    }
    const { fileName = `${stem}.png`, width, height, caption } = scene;
    await sink.write(
      `${stem}.image-file.json`,
      JSON.stringify({
        ...(caption !== undefined && { caption }),
        _type: "image-file",
        path: fileName,
        format: /\.([^./]*)$/.exec(fileName)?.[1] ?? "",
        ...(width > 0 && { width, height }),
        ...(boxes.length > 0 && { boxes: Object.fromEntries(boxes) }),
        ...(masks.length > 0 && { masks: Object.fromEntries(masks) }),
        classes: { type: "classes-file", path: classesFile },
      }),
    );
  }
  const classes = new Map(Array.from(mapNames, ([id, name]) => [id, name]));
  for (const { id, name } of numbers.list) {
    if ((classes.get(id) ?? name) !== name)
      losses.add("names of classes that label maps and boxes use differently", "categories");
    else classes.set(id, name);
  }
  const class_set = Array.from(classes, ([id, name]) => ({ id, name }));
  await sink.write(classesFile, JSON.stringify({ _type: "classes", class_set }));
  return losses.list;
}
