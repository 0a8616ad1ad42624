/** Tasks: JSON and a picture in, a picture out. */
import type { Frame } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import { type Fields, isFields } from "../format/fields.ts";
import type { InstillTask } from "../format/instill.ts";
import { checkTaskStyle, drawTask, type TaskStyle } from "./draw-tasks.ts";
import { type TaskName, taskNames } from "./names.ts";
import { concatTask, cropTask, resizeTask } from "./picture-tasks.ts";
import { checkOutput, openPicture, type TaskOutput, type TaskPicture, writePicture, type Written } from "./picture.ts";

export type { TaskStyle } from "./draw-tasks.ts";
export { fetchPictures, type PictureFetch } from "./fetch-pictures.ts";
export { type TaskName, taskNames } from "./names.ts";
export type { TaskOutput, TaskPicture } from "./picture.ts";

/** A task and what it is about. */
export interface Task {
  readonly task: TaskName;
  /**
   * What the task takes, keys in kebab-case, snake_case or camelCase; for a draw task any output of a model as well:
   * `{ objects }`, `{ stuffs }`, `{ category, score }`, `{ data }`, `{ task, task_outputs }`.
   */
  readonly input: object;
}

/** How tasks are run. */
export interface TaskOptions {
  /** How to draw: what is left out is decided by the task. */
  readonly style?: TaskStyle | undefined;
  /** How the result is written. Default: a PNG as data URI. */
  readonly output?: TaskOutput | undefined;
}

/** What a task gives. */
export interface TaskResult<O extends TaskOptions = TaskOptions> {
  readonly image: Written<O["output"]>;
}

/**
 * Run one task: a picture and what is known about it in, a picture out.
 *
 * `input.image` is Base64, a data URI, the bytes of a PNG, JPEG or BMP, or a Frame. Nothing is fetched:
 * {@link fetchPictures} does that, with a `fetch` of the caller's choice.
 *
 * @throws {ImageError} naming task, object and field: `TASK_DRAW_INSTANCE_SEGMENTATION: objects[3].rle: …`
 * @example
 * const { image } = runTask({
 *   task: "TASK_DRAW_DETECTION",
 *   input: {
 *     image: photo,
 *     objects: [{ category: "dog", score: 0.97, "bounding-box": { left: 60, top: 80, width: 180, height: 140 } }],
 *   },
 * });
 */
export function runTask<const O extends TaskOptions>(task: Task, options?: O): TaskResult<O> {
  const { name, input } = checkTask(task);
  return naming(name, () => {
    checkOptions(options);
    return finish(
      name === "TASK_CONCAT" ? concatTask(input) : open(input),
      name === "TASK_CONCAT" ? [] : [task],
      options,
    );
  });
}

/**
 * Run several tasks, one after the other, on one picture, which is decoded and encoded once.
 *
 * @param tasks - any but `TASK_CONCAT`; pictures in their inputs are not looked at
 * @throws {ImageError} as {@link runTask}, with `tasks[1]` in the path
 * @example
 * const { image } = runTasks(photo, [
 *   { task: "TASK_DRAW_SEMANTIC_SEGMENTATION", input: { stuffs } },
 *   { task: "TASK_DRAW_DETECTION", input: { objects } },
 * ]);
 */
export function runTasks<const O extends TaskOptions>(
  image: TaskPicture,
  tasks: readonly Task[],
  options?: O,
): TaskResult<O> {
  checkOptions(options);
  if (!Array.isArray(tasks)) throw new ImageError("ARGUMENT", `expected a list of tasks, got ${show(tasks)}`);
  return finish(openPicture(image), tasks, options);
}

/** Run tasks on a frame, which is freed, and write what they leave. */
function finish<O extends TaskOptions>(frame: Frame, tasks: readonly Task[], options: O | undefined): TaskResult<O> {
  let picture = frame;
  try {
    for (const [i, task] of tasks.entries()) {
      const next =
        tasks.length === 1 ? step(picture, task, options) : at(`tasks[${i}]`, () => step(picture, task, options));
      if (next === picture) continue;
      picture.free();
      picture = next;
    }
    return { image: writePicture<O["output"]>(picture, options?.output) };
  } finally {
    picture.free();
  }
}

/** Run a task on a picture. @returns the same frame, drawn on, or a new one */
function step(frame: Frame, task: Task, options: TaskOptions | undefined): Frame {
  const { name, input } = checkTask(task);
  if (name === "TASK_CROP") return cropTask(frame, input);
  if (name === "TASK_RESIZE") return resizeTask(frame, input);
  if (name === "TASK_CONCAT") throw new ImageError("ARGUMENT", "expected a task of one picture, got TASK_CONCAT");
  drawTask(frame, name.slice("TASK_DRAW_".length) as InstillTask, input, options?.style ?? {});
  return frame;
}

function checkTask(task: unknown): { name: TaskName; input: Fields } {
  if (!isFields(task)) throw new ImageError("ARGUMENT", `expected { task, input }, got ${show(task)}`);
  const name = taskNames.find((known) => known === task["task"]);
  if (!name)
    throw new ImageError("UNSUPPORTED", `expected one of ${taskNames.join(", ")}, got ${show(task["task"])}`, {
      path: "task",
    });
  const { input } = task;
  if (typeof input !== "object" || input === null)
    throw new ImageError("ARGUMENT", `expected an object, got ${show(input)}`, { path: "input" });
  return { name, input: input as Fields };
}

function checkOptions(options: unknown): void {
  if (options !== undefined && !isFields(options))
    throw new ImageError("ARGUMENT", `expected options, got ${show(options)}`);
  const style = (options as TaskOptions | undefined)?.style;
  if (style !== undefined) checkTaskStyle(style);
  const output = (options as TaskOptions | undefined)?.output;
  if (output !== undefined) checkOutput(output);
}

/** The picture of an input, which may stand around what the model said. */
function open(input: Fields): Frame {
  const image = input["image"];
  const inner = isFields(input["input"]) ? input["input"]["image"] : undefined;
  return openPicture(image ?? inner);
}

function naming<T>(name: TaskName, work: () => T): T {
  return at(name, work);
}

function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ImageError ? error.at(place) : error;
  }
}

function draw<O extends TaskOptions>(
  task: InstillTask,
  image: TaskPicture,
  output: object,
  options: O | undefined,
): TaskResult<O> {
  const name: TaskName = `TASK_DRAW_${task}`;
  return naming(name, () => {
    checkOptions(options);
    return finish(openPicture(image), [{ task: name, input: output }], options);
  });
}

/**
 * Draw the class of a picture.
 *
 * @param output - `{ category, score }`, or what a model gives around it
 * @throws {ImageError} as {@link runTask}
 */
export function drawClassification<const O extends TaskOptions>(
  image: TaskPicture,
  output: object,
  options?: O,
): TaskResult<O> {
  return draw("CLASSIFICATION", image, output, options);
}

/**
 * Draw boxes with categories.
 *
 * @param output - `{ objects: [{ category, score, "bounding-box": { left, top, width, height } }] }`, or what a model gives around it
 * @throws {ImageError} as {@link runTask}
 * @example
 * const { image } = drawDetection(photo, { objects }, { output: { type: "jpeg", as: "bytes" } });
 */
export function drawDetection<const O extends TaskOptions>(
  image: TaskPicture,
  output: object,
  options?: O,
): TaskResult<O> {
  return draw("DETECTION", image, output, options);
}

/**
 * Draw poses.
 *
 * @param output - `{ objects: [{ keypoints: [{ x, y, v }], score, "bounding-box" }] }`; `v` is a probability, and points
 *   of less than 0.5 are not drawn (`keypointScore` of the style)
 * @throws {ImageError} as {@link runTask}
 */
export function drawKeypoint<const O extends TaskOptions>(
  image: TaskPicture,
  output: object,
  options?: O,
): TaskResult<O> {
  return draw("KEYPOINT", image, output, options);
}

/**
 * Draw texts that were read in a picture.
 *
 * @param output - `{ objects: [{ text, score, "bounding-box" }] }`, or what a model gives around it
 * @throws {ImageError} as {@link runTask}
 */
export function drawOcr<const O extends TaskOptions>(image: TaskPicture, output: object, options?: O): TaskResult<O> {
  return draw("OCR", image, output, options);
}

/**
 * Draw masks of objects.
 *
 * @param output - `{ objects: [{ rle, category, score, "bounding-box" }] }`; runs go down the columns of the box,
 *   background first, and may stop early. In place of `rle`: `{ size, counts }` or a whole `segmentation` as COCO has them
 *   (polygons in pixels of the picture), or `mask`, rows of 0 and 1; of the size of the box, or of the picture, where no box is
 *   needed
 * @throws {ImageError} as {@link runTask}
 */
export function drawInstanceSegmentation<const O extends TaskOptions>(
  image: TaskPicture,
  output: object,
  options?: O,
): TaskResult<O> {
  return draw("INSTANCE_SEGMENTATION", image, output, options);
}

/**
 * Draw regions of a picture.
 *
 * @param output - `{ stuffs: [{ rle, category }] }`; runs go down the columns of the picture, background first
 * @throws {ImageError} as {@link runTask}
 */
export function drawSemanticSegmentation<const O extends TaskOptions>(
  image: TaskPicture,
  output: object,
  options?: O,
): TaskResult<O> {
  return draw("SEMANTIC_SEGMENTATION", image, output, options);
}
