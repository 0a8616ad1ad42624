/** What a worker does: the jobs that it knows, and what each gives. */
import { runTask, type Task, type TaskOptions } from "../task/index.ts";
import { type RenderedPicture, type RenderJob, renderJob } from "./render-job.ts";

/** A draw task, whose input must be plain data. */
export interface TaskJob {
  readonly task: Task;
  readonly options?: TaskOptions | undefined;
}

/** A job for a worker: plain data. */
export type WorkerJob =
  { readonly kind: "picture"; readonly job: RenderJob } | { readonly kind: "task"; readonly job: TaskJob };

/** What each kind of job gives. */
export interface WorkerResults {
  readonly picture: RenderedPicture;
  /** As `TaskOptions.output` asks: text or bytes. */
  readonly task: { readonly image: Uint8Array<ArrayBuffer> | string };
}

/** Do a job, in this thread. @throws {ImageError} */
export async function runJob({ kind, job }: WorkerJob): Promise<WorkerResults[WorkerJob["kind"]]> {
  return kind === "picture" ? renderJob(job) : runTask(job.task, job.options);
}

/** Memory of a result, which goes to the other thread without a copy. */
export function transferOf(result: WorkerResults[WorkerJob["kind"]]): ArrayBuffer[] {
  const parts = "image" in result ? [result.image] : [result.encoded, result.thumbnail?.rgba];
  return parts.flatMap((bytes) => (bytes instanceof Uint8Array ? [bytes.buffer] : []));
}
