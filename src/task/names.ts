/** The tasks by their names. */
import { INSTILL_TASKS, type InstillTask } from "../format/instill.ts";

/** The tasks. */
export type TaskName = `TASK_DRAW_${InstillTask}` | "TASK_CONCAT" | "TASK_CROP" | "TASK_RESIZE";

/** Every task. */
export const taskNames: readonly TaskName[] = [
  ...INSTILL_TASKS.map((name) => `TASK_DRAW_${name}` as const),
  "TASK_CONCAT",
  "TASK_CROP",
  "TASK_RESIZE",
];

/** A task as addresses and shells name it: `detection`. */
export function slugOf(name: TaskName): string {
  return name
    .replace(/^TASK_(?:DRAW_)?/, "")
    .toLowerCase()
    .replaceAll("_", "-");
}

const BY_SLUG: ReadonlyMap<string, TaskName> = new Map(taskNames.map((name) => [slugOf(name), name]));

/** The task of a name: `TASK_DRAW_DETECTION`, `draw-detection`, `detection`. */
export function taskNamed(text: string): TaskName | undefined {
  return BY_SLUG.get(
    text
      .toLowerCase()
      .replaceAll("_", "-")
      .replace(/^task-/, "")
      .replace(/^draw-/, ""),
  );
}
