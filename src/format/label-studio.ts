/** Label Studio: tasks with annotations and predictions as JSON. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { Annotation, Category, Dataset, Keypoint, Scene, Skeleton } from "../model/scene.ts";
import { COCO_PERSON } from "./coco-categories.ts";
import { readColor } from "./cvat-labels.ts";
import type { DatasetFormat, ReadTreeOptions } from "./dataset-format.ts";
import { type Fields, isFields, isList, toNumber } from "./fields.ts";
import type { FileTree } from "./file-tree.ts";
import { type RegionDraft, readRegions } from "./label-studio-regions.ts";
import { pictureOfUrl, type ResultSet, resultSets } from "./label-studio-sets.ts";
import { writeLabelStudio } from "./label-studio-writer.ts";
import { PictureFiles } from "./picture-files.ts";
import { baseName, headText, namesEnding, Reading, readJson } from "./tree-reading.ts";
import { parseXml, type XmlElement } from "./xml.ts";

/**
 * Label Studio's JSON export (`JSON` and `JSON_MIN`), and lists of predictions as its machine learning backends give them.
 *
 * Rectangles (turned about their top-left corner), polygons, keypoints, ellipses, brushes in run lengths, choices and texts
 * are read; percents become pixels by `original_width` and `original_height`, else by the picture. Keypoints whose `parentID`
 * is a region are its pose. Of several people's annotations of a task, the first that is marked `ground_truth` is taken, else
 * the first that was not skipped; the others are listed. Predictions are read beside them, in the group `predictions`. Of a
 * region with several labels the first is the category, and all are in the attribute `labels`; `meta` and choices of a region
 * are attributes, a text of a region is its text. A text of the picture is a caption, a choice a classification.
 */
export const labelStudio: DatasetFormat = {
  name: "label-studio",
  title: "Label Studio JSON: rectangles, polygons, keypoints, ellipses, brushes, choices, texts",
  detect: detectLabelStudio,
  read: readLabelStudio,
  write: writeLabelStudio,
};

async function detectLabelStudio(tree: FileTree): Promise<number> {
  for (const file of (await namesEnding(tree, ".json")).slice(0, 5)) {
    const head = await headText(tree, file);
    if (!/^[[{]/.test(head)) continue;
    const region = /"(?:rectangle|polygon|keypoint|ellipse|brush)labels"/.test(head);
    if (/"from_name"\s*:/.test(head) && /"to_name"\s*:/.test(head)) return region ? 0.97 : 0.95;
    if (region && /"original_width"\s*:/.test(head)) return 0.95;
    if (/"(?:total_annotations|was_cancelled)"\s*:/.test(head)) return 0.9;
  }
  return 0;
}

async function readLabelStudio(tree: FileTree, options: ReadTreeOptions = {}): Promise<Dataset> {
  const reading = new Reading(options);
  const pictures = new PictureFiles(options.images ?? tree);
  const reader = new TaskReader(reading, pictures);
  for (const file of await namesEnding(tree, ".xml")) {
    const root = await reading.partAsync("", async () => parseXml(await tree.read(file), file));
    if (root?.name === "View") reader.config(root);
  }
  let found = 0;
  for (const file of await namesEnding(tree, ".json")) {
    const value = await reading.partAsync("", () => readJson(tree, file));
    if (value === undefined) continue;
    const tasks = isList(value) ? value : [value];
    const at = (i: number): string => (isList(value) ? `${file}[${i}]` : file);
    for (let i = 0; i < tasks.length; i++) {
      const task = tasks[i];
      if (!isFields(task)) reading.note(at(i), `expected a task, got ${show(task)}`);
      else if (await reader.task(task, at(i))) found += 1;
      else reading.note(at(i), "expected a task of Label Studio, got something else");
    }
    if (tasks.length === 0) found += 1;
  }
  if (found === 0) throw new ImageError("ARGUMENT", "expected tasks of Label Studio, got none");
  const scenes = reader.finish();
  return { categories: reader.categories, scenes, size: scenes.length, problems: reading.problems.list };
}

interface Task {
  readonly scene: Omit<Scene, "annotations">;
  readonly drafts: readonly RegionDraft[];
}

class TaskReader {
  readonly #reading: Reading;
  readonly #pictures: PictureFiles;
  readonly #tasks: Task[] = [];
  readonly #ids = new Set<unknown>();
  readonly #names = new Map<string, { name: string; color: number | undefined }>();
  /** Names of points in the order of the labelling interface. */
  readonly #pointOrder: string[] = [];
  /** Names of points by label of the object. */
  readonly #points = new Map<string, Set<string>>();
  #categories: readonly Category[] = [];

  constructor(reading: Reading, pictures: PictureFiles) {
    this.#reading = reading;
    this.#pictures = pictures;
  }

  get categories(): readonly Category[] {
    return this.#categories;
  }

  /** Labels and their colours, in order. Labels of points are names of points, not categories. */
  config(view: XmlElement): void {
    const isLabels = /^(?:rectangle|polygon|ellipse|brush|)labels$/i;
    for (const element of view.children) {
      if (isLabels.test(element.name))
        for (const label of element.all("Label")) {
          const name = label.attributes.get("value") ?? "";
          if (name !== "" && !this.#names.has(name))
            this.#names.set(name, { name, color: readColor(label.attributes.get("background")) });
        }
      if (/^keypointlabels$/i.test(element.name))
        for (const label of element.all("Label")) this.#pointOrder.push(label.attributes.get("value") ?? "");
      this.config(element);
    }
  }

  /** @returns false for what is no task */
  async task(task: Fields, path: string): Promise<boolean> {
    const sets = resultSets(task, path, this.#reading);
    if (!sets) return false;
    const id = typeof task["id"] === "number" || typeof task["id"] === "string" ? task["id"] : undefined;
    if (id !== undefined && this.#ids.has(id))
      this.#reading.note(`${path}.id`, `the id ${show(id)} is taken; both tasks are kept`);
    this.#ids.add(id);
    const { fileName, picture } = await this.#pictureOf(task);
    const { width, height, error } = await this.#size(sets, picture, path);
    const drafts: RegionDraft[] = [];
    const classifications: { category: string; score: number | undefined }[] = [];
    const captions: string[] = [];
    for (const { results, path: place, group, score } of sets) {
      const regions = readRegions(results, place, [width, height], group, score, this.#reading);
      drafts.push(...regions.drafts);
      classifications.push(...regions.choices.map(({ name, score: own }) => ({ category: name, score: own })));
      captions.push(...regions.captions);
    }
    for (const { label, points } of drafts) {
      if (label === undefined) continue;
      if (!this.#names.has(label)) this.#names.set(label, { name: label, color: undefined });
      const names = this.#points.get(label) ?? new Set();
      for (const name of points.keys()) names.add(name);
      if (names.size > 0) this.#points.set(label, names);
    }
    this.#tasks.push({
      scene: {
        width,
        height,
        fileName,
        imageId: id,
        classifications: classifications.length > 0 ? classifications : undefined,
        caption: captions[0],
        captions: captions.length > 0 ? captions : undefined,
        error,
      },
      drafts,
    });
    return true;
  }

  /** The scenes, when every point of every pose has been seen. */
  finish(): Scene[] {
    const skeletons = new Map<string, Skeleton>();
    for (const [label, names] of this.#points) {
      const order = (name: string): number => this.#pointOrder.indexOf(name) + 1 || this.#pointOrder.length + 1;
      const points = [...names].sort((a, b) => order(a) - order(b));
      const isPerson = points.every((name) => COCO_PERSON.points.includes(name));
      skeletons.set(label, isPerson ? COCO_PERSON : { name: label, points, edges: [] });
    }
    this.#categories = [...this.#names.values()].map(({ name, color }, i) => ({
      id: i + 1,
      name,
      color,
      skeleton: skeletons.get(name),
    }));
    const ids = new Map(this.#categories.map(({ id, name }) => [name, id]));
    return this.#tasks.map(({ scene, drafts }) => ({
      ...scene,
      annotations: drafts.map(({ annotation, label, points }): Annotation => {
        const skeleton = label === undefined ? undefined : skeletons.get(label);
        const pose = points.size > 0 ? { points: orderedPoints(points, skeleton), skeleton } : undefined;
        return {
          ...annotation,
          category: label,
          categoryId: label === undefined ? undefined : ids.get(label),
          keypoints: pose,
        };
      }),
    }));
  }

  async #pictureOf(task: Fields): Promise<{ fileName: string | undefined; picture: string | undefined }> {
    const data = isFields(task["data"]) ? task["data"] : task;
    const texts = [
      ...["image", "img", "image_url", "picture", "photo", "url"].map((key) => data[key]),
      ...Object.values(data),
      task["file_upload"],
    ];
    const given = texts
      .map((text) => (typeof text === "string" ? pictureOfUrl(text) : undefined))
      .find((name) => name !== undefined);
    if (given === undefined) {
      // nothing names a picture, and there is only one
      const all = await this.#pictures.list();
      return all.length === 1 ? { fileName: all[0], picture: all[0] } : { fileName: undefined, picture: undefined };
    }
    // an upload has eight figures before its name
    const plain = given.replace(/(^|\/)[\da-f]{8}-(?=[^/]+$)/, "$1");
    const picture =
      (await this.#pictures.find(given)) ??
      (await this.#pictures.find(plain)) ??
      (await this.#pictures.find(baseName(plain)));
    return { fileName: picture ?? given, picture };
  }

  async #size(
    sets: readonly ResultSet[],
    picture: string | undefined,
    path: string,
  ): Promise<{ width: number; height: number; error: ImageError | undefined }> {
    try {
      for (const { results } of sets)
        for (let i = 0; i < results.length; i++) {
          const result = results[i];
          if (!isFields(result) || result["original_width"] === undefined) continue;
          const [width, height] = [toNumber(result["original_width"]), toNumber(result["original_height"])];
          checkSize(width, height, path);
          return { width, height, error: undefined };
        }
      if (picture === undefined)
        throw new ImageError("ARGUMENT", "no original_width and no picture tell its size", { path });
      return { ...(await this.#pictures.size(picture)), error: undefined };
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      this.#reading.report(error);
      return { width: 0, height: 0, error };
    }
  }
}

function orderedPoints(points: ReadonlyMap<string, Keypoint>, skeleton: Skeleton | undefined): Keypoint[] {
  return (skeleton?.points ?? [...points.keys()]).map((name) => points.get(name) ?? { x: 0, y: 0, visibility: 0 });
}
