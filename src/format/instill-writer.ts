/** Datasets as Instill's task outputs. */
import type { Annotation, Dataset, Scene } from "../model/scene.ts";
import { format } from "../model/rle.ts";
import { type Loss, Losses } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { soundScenes } from "./sound-scenes.ts";
import type { InstillTask } from "./instill.ts";
import { UniqueNames } from "./scene-names.ts";
import {
  loseCategoryParts,
  loseDatasetParts,
  loseIds,
  loseParts,
  loseSceneParts,
  loseUnused,
  NamesByFile,
} from "./lost-parts.ts";
import { CategoryNames, harden, isHard, measureMask, pixelBox, pushTo, runsOfMask } from "./written.ts";

const KEPT: Record<InstillTask, ReadonlySet<keyof Annotation>> = {
  CLASSIFICATION: new Set(),
  DETECTION: new Set(["box", "category", "score"]),
  KEYPOINT: new Set(["box", "keypoints", "score"]),
  OCR: new Set(["box", "text", "score"]),
  INSTANCE_SEGMENTATION: new Set(["box", "segmentation", "category", "score"]),
  SEMANTIC_SEGMENTATION: new Set(["segmentation", "category"]),
};

/** Write `<picture>.<task>.json` for each picture and each task that its objects belong to. */
export async function writeInstill(dataset: Dataset, sink: FileSink): Promise<readonly Loss[]> {
  const losses = new Losses();
  loseDatasetParts(dataset, losses);
  loseCategoryParts(dataset.categories, new Set(), losses);
  const names = new CategoryNames(dataset.categories);
  const used = new NamesByFile();
  const pictures = new UniqueNames();
  for await (const { scene, index, path } of soundScenes(dataset, losses)) {
    loseSceneParts(scene, new Set(["classifications", "labelMaps"]), losses, path);
    const name = pictures.take(scene, index, losses, path);
    if (name === undefined) continue;
    const outputs = new Map<InstillTask, object[]>();
    for (const [i, annotation] of scene.annotations.entries()) {
      const place = `${path}.annotations[${i}]`;
      const category = names.of(annotation);
      const written = writeObject(annotation, category ?? "", scene, losses, place);
      if (!written) continue;
      const [task, object] = written;
      if (category !== undefined && KEPT[task].has("category")) used.add(fileOf(name, task), category);
      pushTo(outputs, task, object);
    }
    const stuffs = stuffsOf(scene, losses, path);
    for (const { category } of stuffs) used.add(fileOf(name, "SEMANTIC_SEGMENTATION"), category);
    if (stuffs.length > 0) pushTo(outputs, "SEMANTIC_SEGMENTATION", ...stuffs);
    const [best, ...more] = scene.classifications ?? [];
    if (more.length > 0) losses.add("classification after the first", `${path}.classifications[1]`);
    const file = async (task: InstillTask, content: object): Promise<void> => {
      const outputs = [{ [task.toLowerCase()]: content }];
      await sink.write(fileOf(name, task), JSON.stringify({ task: `TASK_${task}`, task_outputs: outputs }));
    };
    if (best) {
      used.add(fileOf(name, "CLASSIFICATION"), best.category);
      if (best.score === undefined) losses.add("score that is missing (written as 1)", `${path}.classifications[0]`);
      await file("CLASSIFICATION", { category: best.category, score: best.score ?? 1 });
    }
    for (const [task, objects] of outputs)
      await file(task, task === "SEMANTIC_SEGMENTATION" ? { stuffs: objects } : { objects });
    // a picture without anything is a detection without objects
    if (outputs.size === 0 && !best) await file("DETECTION", { objects: [] });
  }
  loseUnused(dataset.categories, used.order, losses);
  loseIds(dataset.categories, used.order, losses);
  return losses.list;
}

function fileOf(name: string, task: InstillTask): string {
  return `${name}.${task.toLowerCase()}.json`;
}

function taskOfAnnotation({ keypoints, text, segmentation, box, score }: Annotation): InstillTask | undefined {
  if (keypoints) return "KEYPOINT";
  if (text !== undefined) return "OCR";
  if (segmentation) return box || score !== undefined ? "INSTANCE_SEGMENTATION" : "SEMANTIC_SEGMENTATION";
  return box ? "DETECTION" : undefined;
}

function writeObject(
  annotation: Annotation,
  category: string,
  scene: Scene,
  losses: Losses,
  path: string,
): [InstillTask, object] | undefined {
  const task = taskOfAnnotation(annotation);
  if (task === undefined || scene.width === 0) {
    loseParts(annotation, KEPT.DETECTION, losses, path);
    losses.add("object without a box, keypoints or a mask", path);
    return undefined;
  }
  loseParts({ ...annotation, category: category === "" ? undefined : category }, KEPT[task], losses, path);
  const { segmentation, keypoints, text, score } = annotation;
  if (score === undefined && task !== "SEMANTIC_SEGMENTATION") losses.add("score that is missing (written as 1)", path);
  const hard = segmentation && (isHard(segmentation) ? segmentation : harden(segmentation));
  if (segmentation && !isHard(segmentation) && KEPT[task].has("segmentation"))
    losses.add("probabilities of a soft mask (written where 0.5 or more)", `${path}.segmentation`);
  const { width, height } = scene;
  if (hard?.kind === "polygon" && KEPT[task].has("segmentation"))
    losses.add("outlines of polygons (written as runs)", `${path}.segmentation`);
  if (task === "SEMANTIC_SEGMENTATION") {
    const rle = format(runsOfMask(hard!, width, height, false), { layout: "instill" });
    return [task, { rle, category }];
  }
  const given = annotation.box ? pixelBox(annotation.box, scene) : hard && measureMask(hard, width, height).box;
  if (given?.rotation) losses.add("rotation of a box", `${path}.box`);
  const points = keypoints?.points.filter(({ visibility }) => visibility !== 0) ?? [];
  const own = given ?? around(points.flatMap(({ x, y }) => [x, y]));
  const box = { left: own.x, top: own.y, width: own.width, height: own.height };
  const common = { bounding_box: box, score: score ?? 1 };
  switch (task) {
    case "KEYPOINT":
      if (keypoints!.points.some(({ visibility, score: sure }) => visibility === 1 && sure === undefined))
        losses.add("hidden keypoints (written as half sure)", `${path}.keypoints`);
      if (keypoints!.skeleton && keypoints!.points.length !== 17) losses.add("skeleton", `${path}.keypoints`);
      return [
        task,
        {
          keypoints: keypoints!.points.map(({ x, y, visibility, score: sure }) => ({
            x,
            y,
            v: sure ?? V[visibility ?? 2],
          })),
          ...common,
        },
      ];
    case "OCR":
      return [task, { text, ...common }];
    case "DETECTION":
      return [task, { category, ...common }];
    default:
      return [task, { rle: maskInBox(hard!, own, scene, losses, path), category, ...common }];
  }
}

const V: readonly number[] = [0, 0.5, 1];

function around(points: readonly number[]): {
  x: number;
  y: number;
  width: number;
  height: number;
  rotation?: number | undefined;
} {
  const [xs, ys] = [0, 1].map((axis) => points.filter((_, i) => i % 2 === axis)) as [number[], number[]];
  if (xs.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** Runs of a mask inside of its box, whose fractions are cut off. */
function maskInBox(
  mask: Parameters<typeof measureMask>[0],
  box: { x: number; y: number; width: number; height: number },
  { width, height }: Scene,
  losses: Losses,
  path: string,
): string {
  const [left, top, w, h] = [box.x, box.y, box.width, box.height].map(Math.trunc) as [number, number, number, number];
  if (w === 0 || h === 0) {
    losses.add("mask in an empty box", `${path}.segmentation`);
    return "0";
  }
  if (mask.kind === "rle" && mask.order !== "row" && mask.left === left && mask.top === top) {
    const [own, across] = mask.rle.size;
    if (own === h && across === w) return format(mask.rle, { layout: "instill" }) as string;
  }
  const runs = runsOfMask(mask, width, height, false);
  const { area, box: tight } = measureMask({ kind: "rle", rle: runs }, width, height);
  if (
    area > 0 &&
    (tight.x < left || tight.y < top || tight.x + tight.width > left + w || tight.y + tight.height > top + h)
  )
    losses.add("mask outside of its box", `${path}.segmentation`);
  return format(runs, { layout: "instill", box: [left, top, w, h] }) as string;
}

/** The classes of label maps as masks. */
function stuffsOf(
  { labelMaps, width, height }: Scene,
  losses: Losses,
  path: string,
): { readonly rle: unknown; readonly category: string }[] {
  return (labelMaps ?? []).flatMap((map, i) => {
    losses.add("label map (written as one mask for each class)", `${path}.labelMaps[${i}]`);
    if (map.width !== width || map.height !== height) {
      losses.add("label map of another size than the picture", `${path}.labelMaps[${i}]`);
      return [];
    }
    const ids = [...new Set(map.data)].filter((id) => id !== 0 || map.classes?.has(0)).sort((a, b) => a - b);
    return ids.map((id) => {
      const data = map.data.map((value) => (value === id ? 1 : 0));
      const runs = runsOfMask({ kind: "mask", data, width, height }, width, height, false);
      return { rle: format(runs, { layout: "instill" }), category: map.classes?.get(id) ?? String(id) };
    });
  });
}
