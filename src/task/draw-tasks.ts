/** The six draw tasks: what a model said about a picture, drawn on it. */
import type { Frame } from "../core/frame.ts";
import { render } from "../draw/render.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { ImageError, show } from "../errors.ts";
import { type InstillResult, type InstillTask, readInstill } from "../format/instill.ts";
import type { Scene } from "../model/scene.ts";
import { type InstillLook, instillPasses, type Pass } from "./instill-styles.ts";

/**
 * How to draw: limn's own look with what a style says, or a look of Instill's component: `instill-b` as it is today,
 * `instill-a` as it was in 2024.
 */
export type TaskStyle = Style | InstillLook;

const LOOKS: readonly unknown[] = ["instill-a", "instill-b"] satisfies readonly InstillLook[];

/** @throws {ImageError} `ARGUMENT` for a name that no look has */
export function checkTaskStyle(style: unknown): TaskStyle {
  if (typeof style !== "string") return parseStyle(style);
  if (LOOKS.includes(style)) return style as InstillLook;
  throw new ImageError("ARGUMENT", `expected a style, instill-a or instill-b, got ${show(style)}`, { path: "style" });
}

/**
 * Draw a task on a frame, which stays the caller's.
 *
 * @param document - the task's input with or without its picture, or an output of the model
 * @throws {ImageError} with object and field in its path: `objects[3].rle`
 */
export function drawTask(frame: Frame, task: InstillTask, document: unknown, style: TaskStyle): void {
  const { width, height } = frame;
  const found = readInstill(document, { task, size: [height, width], canonical: false });
  if (found.length !== 1)
    throw new ImageError("ARGUMENT", `expected the results of one picture, got those of ${found.length}`);
  for (const pass of passesOf(found[0]!, frame, style)) drawPass(frame, pass, task);
}

function drawPass(frame: Frame, { scene, style }: Pass, task: InstillTask): void {
  try {
    render(frame, scene, style);
  } catch (error) {
    throw error instanceof ImageError ? inWordsOfTask(error, task) : error;
  }
}

/** The renderer names the scene's parts; whoever gave a task knows its objects. */
function inWordsOfTask(error: ImageError, task: InstillTask): ImageError {
  const path = error.path
    ?.replace(/^annotations(?=\[)/, task === "SEMANTIC_SEGMENTATION" ? "stuffs" : "objects")
    .replace(/^classifications\[0\]\.?/, "")
    .replace(/\.box\b/, ".bounding-box")
    .replace(/\.segmentation.*$/, ".rle")
    .replace(/\.keypoints\.points\[/, ".keypoints[");
  if (path === error.path) return error;
  const prefix = `${error.path}: `;
  const message = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
  return new ImageError(error.code, message, { path, cause: error });
}

function passesOf(result: InstillResult, frame: Frame, style: TaskStyle): readonly Pass[] {
  if (typeof style === "string") return instillPasses(result, frame, style);
  const { width, height } = frame;
  const { showScore, annotations, classifications } = result;
  const scene: Scene = {
    width,
    height,
    annotations,
    classifications: showScore ? classifications : classifications.map(({ category }) => ({ category })),
  };
  return [{ scene, style: { ...ownStyle(result), ...style } }];
}

/** limn's own look of a task. */
function ownStyle({ task, showScore }: InstillResult): Style {
  switch (task) {
    case "CLASSIFICATION":
      return { classificationStyle: "banner" };
    case "OCR":
      return { label: showScore ? "{text} {score:.2f}" : undefined };
    case "KEYPOINT":
      // v is how sure the model is that a point is visible
      return { keypointScore: 0.5, label: showScore ? "{score:.2f}" : "{category}" };
    case "INSTANCE_SEGMENTATION":
      return { boxWidth: 0, label: showScore ? undefined : "{category}" };
    case "SEMANTIC_SEGMENTATION":
      // a region in several parts has no one place for a label
      return { showLabels: false, legend: "auto" };
    default:
      return { label: showScore ? undefined : "{category}" };
  }
}
