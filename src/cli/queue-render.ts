/** `limn render --queue`: submits a run, shows how far it is, and tells its end. */
import { createHash } from "node:crypto";
import type { RenderProgress } from "../batch/render-dataset.ts";
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import { relativeName } from "../platform/relative-name.ts";
import { type CategoryFlags, tellUnknownCategories } from "./category-flags.ts";
import type { RunDataset } from "./datasets.ts";
import { EXIT } from "./exit.ts";
import { Interrupt } from "./interrupt.ts";
import { ShardQueue } from "./queue.ts";
import { submitRun } from "./queue-submit.ts";
import type { Report } from "./report.ts";
import { version } from "./version.ts";

/** What the command line says about a run for the queue. */
export interface QueueRun extends CategoryFlags {
  readonly url: string;
  readonly queueName: string;
  readonly patience: number;
  readonly into?: string;
  readonly out?: string;
  readonly jobs?: number;
  readonly contactSheet?: string;
  readonly type: "png" | "jpg";
  readonly quality?: number;
  readonly style: Style | undefined;
  /** As `registerFonts` gives it. */
  readonly fonts: string;
  readonly limit?: number;
  readonly shard?: readonly [part: number, parts: number];
  readonly resume?: boolean;
  /** Stands for everything that decides about the bytes of the files. */
  readonly run: string;
}

/** Let workers draw a dataset. @returns the exit code */
export async function renderByQueue(
  { dataset, sourceOf }: RunDataset,
  flags: QueueRun,
  report: Report,
): Promise<number> {
  const { url, queueName, patience, type, quality, style, limit, shard, resume = false } = flags;
  const into = flags.into === undefined ? "" : relativeName(flags.into);
  if (flags.jobs !== undefined) throw new ImageError("ARGUMENT", "--jobs is for limn worker, or without --queue");
  if (flags.contactSheet !== undefined) throw new ImageError("ARGUMENT", "--contact-sheet is for runs without --queue");
  if (flags.out !== undefined) report.note("with --queue, pictures go below the --out of the workers");
  const problems = dataset.problems ?? [];
  report.problems(problems);
  const onNote = (text: string): void => report.note(text);

  const interrupt = new Interrupt(() => report.stop());
  let last: RenderProgress | undefined;
  let queue: ShardQueue | undefined;
  try {
    queue = await ShardQueue.open({ url, name: queueName, fonts: flags.fonts, patience, onNote });
    const [, parts] = shard ?? [1, 1];
    report.start(Math.ceil(Math.min(dataset.size ?? 0, limit ?? Infinity) / parts));
    // one run is one set of files: parts and folders make others
    const identity = JSON.stringify([flags.run, version(), into, limit ?? null, shard ?? null]);
    const run = createHash("sha256").update(identity).digest("hex").slice(0, 32);
    const summary = await submitRun(dataset, queue, {
      settings: { run, version: version(), into, type, quality, style },
      type,
      limit,
      shard,
      resume,
      signal: interrupt.signal,
      onNote,
      onProgress: (progress) => report.progress((last = progress), { dataset: sourceOf(progress.outcome.index) }),
    });
    report.problems(problems);
    tellUnknownCategories(dataset, flags, report);
    report.finish(summary, `the workers of ${queue.shown}`);
    return summary.failures.length > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (interrupt.signal.aborted) {
      report.interrupted(last, true);
      return interrupt.code;
    }
    report.stop();
    if (!(error instanceof ImageError)) throw error;
    report.error(error.message);
    // what was begun goes on without us
    return last ? EXIT.failed : EXIT.misuse;
  } finally {
    interrupt.release();
    await queue?.close();
  }
}
