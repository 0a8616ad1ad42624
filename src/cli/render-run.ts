/** A run of `limn render`, from its flags to its exit code. */
import { basename, resolve } from "node:path";
import type { ShardSize } from "../batch/archives.ts";
import { type RenderProgress, renderDataset } from "../batch/render-dataset.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import type { AnnotationFlags } from "./annotations.ts";
import { tellUnknownCategories } from "./category-flags.ts";
import { checkSheetFile, SheetPages } from "./contact-sheet.ts";
import { openDatasets, type RunDataset } from "./datasets.ts";
import { dryRun } from "./dry-run.ts";
import { EXIT } from "./exit.ts";
import { registerFonts } from "./fonts.ts";
import { Interrupt } from "./interrupt.ts";
import { namesFor, openOutput, placeOf, type RunOutput } from "./output.ts";
import { renderByQueue } from "./queue-render.ts";
import { Report } from "./report.ts";
import { runKey } from "./run-key.ts";
import { checkPipe, drawJobs, type PipeFlags } from "./stdin-jobs.ts";
import { loadStyle } from "./style.ts";
import { pictureCount } from "./terminal.ts";

/** Options of the command, as they are parsed. */
export interface RenderFlags extends AnnotationFlags, PipeFlags {
  readonly images: string;
  readonly out?: string;
  readonly type: "png" | "jpg";
  readonly quality?: number;
  readonly shardSize?: ShardSize;
  readonly contactSheet?: string;
  readonly style?: string;
  readonly font?: readonly string[];
  readonly jobs?: number;
  readonly limit?: number;
  readonly shard?: readonly [part: number, parts: number];
  readonly resume?: boolean;
  readonly dryRun?: boolean;
  readonly minScore?: number;
  readonly minArea?: number;
  readonly maxCount?: number;
  readonly categories?: string[];
  readonly hideCategories?: string[];
  readonly hideCrowd?: boolean;
  readonly hideOccluded?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly queue?: string;
  readonly queueName: string;
  readonly into?: string;
  readonly patience: number;
}

/** What a run works with. */
interface Prepared {
  readonly source: RunDataset;
  readonly style: Style | undefined;
  readonly output: RunOutput;
  readonly sheet: SheetPages | undefined;
}

/** Draw the datasets. @returns the exit code */
export async function runRender(args: readonly string[], flags: RenderFlags): Promise<number> {
  const { json = false, quiet = false } = flags;
  const report = new Report({ json, quiet });
  let prepared: Prepared | number;
  try {
    prepared = await prepare(args, flags, report);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    report.error(error.message);
    return EXIT.misuse;
  }
  return typeof prepared === "number" ? prepared : draw(prepared, flags, report);
}

/**
 * Read and check everything; nothing is drawn yet.
 *
 * @returns the exit code of a dry run, of jobs that came by a pipe, or of a run that workers draw
 */
async function prepare(args: readonly string[], flags: RenderFlags, report: Report): Promise<Prepared | number> {
  const { type, quality, out, shard, shardSize: size, contactSheet, from, groundTruth, masks, strict } = flags;
  const { font: fontFiles = [] } = flags;
  if (quality !== undefined && type !== "jpg") throw new ImageError("ARGUMENT", "--quality is for --type jpg");
  if (contactSheet !== undefined) checkSheetFile(contactSheet);
  const style = styleOf(flags);
  const fonts = await registerFonts(fontFiles);
  checkPipe(args, flags);
  if (flags.stdinJobs) return drawJobs(flags, style);
  const place = placeOf(out ?? "", shard, size);
  const source = await openDatasets(args, flags);
  const { dataset, images, paths } = source;
  if (flags.dryRun) return await dryRun(source, { ...flags, place, names: namesFor(place) }, report);
  const files = [...paths, ...(groundTruth === undefined ? [] : [groundTruth]), ...fontFiles];
  // a pattern decides about names; a path may be written in many ways
  const pattern = flags.images.includes("{") ? flags.images : undefined;
  const others = [images, pattern, type, quality, from, masks && resolve(masks), strict];
  const key = await runKey({ files, style, others });
  if (flags.queue !== undefined)
    return await renderByQueue(source, { ...flags, url: flags.queue, style, fonts, run: key }, report);
  const output = await openOutput(place, { images, key, part: shard, size, resume: flags.resume === true });
  const more = paths.length === 1 ? "" : ` and ${paths.length - 1} more`;
  const title = `${basename(resolve(paths[0]!))}${more}`;
  const sheet = contactSheet === undefined ? undefined : new SheetPages(contactSheet, title, output.journal);
  report.problems(dataset.problems ?? []);
  const { size: there } = output.finished;
  if (there > 0) report.note(`resumed: ${pictureCount(there)} ${there === 1 ? "is" : "are"} there already`);
  if (dataset.size === 0) report.note("the annotations list no pictures");
  return { source, style, output, sheet };
}

async function draw({ source, style, output, sheet }: Prepared, flags: RenderFlags, report: Report): Promise<number> {
  const { dataset, images, sourceOf } = source;
  const { type, quality, limit, shard, jobs } = flags;
  const interrupt = new Interrupt(() => report.stop());
  let last: RenderProgress | undefined;
  const onProgress = (progress: RenderProgress): void => {
    const { outcome } = (last = progress);
    report.progress(progress, { dataset: sourceOf(outcome.index), archive: output.file });
    if (isDiskFull(outcome.error)) throw outcome.error;
    output.written(outcome);
  };
  let ended = false;
  try {
    const { finished, target } = output;
    const [, parts] = shard ?? [1, 1];
    const total = Math.max(0, Math.ceil(Math.min(dataset.size ?? 0, limit ?? Infinity) / parts) - finished.size);
    report.start(total);
    const concurrency: number | "auto" = jobs ?? "auto";
    const drawing = { type, quality, style, limit, shard, finished, concurrency, thumbnails: sheet?.thumbnails };
    const summary = await renderDataset(dataset, {
      images,
      ...target,
      ...drawing,
      signal: interrupt.signal,
      onProgress,
    });
    const remark = await output.finish();
    const sheets = sheet?.finish();
    ended = true;
    report.problems(dataset.problems ?? []);
    tellUnknownCategories(dataset, flags, report);
    report.finish(summary, output.place, sheets);
    if (remark) report.warn(remark);
    return summary.failures.length > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (interrupt.signal.aborted && error === interrupt.signal.reason) {
      report.interrupted(last, true);
      return interrupt.code;
    }
    report.stop();
    if (!(error instanceof ImageError)) throw error;
    if (error.code !== "IO") {
      report.error(error.message);
      return EXIT.misuse;
    }
    report.interrupted(last, output.journal.isThere);
    report.error(isDiskFull(error) ? "the disk is full; with --resume the run goes on from here" : error.message);
    return EXIT.failed;
  } finally {
    if (!ended) await output.keep();
    if (ended) output.journal.remove();
    else output.journal.keep();
    interrupt.release();
  }
}

/** The style that is named, with the filters of the command line over its own. */
function styleOf(flags: RenderFlags): Style | undefined {
  const style = flags.style === undefined ? undefined : loadStyle(flags.style);
  const { minScore, minArea, maxCount, categories, hideCategories, hideCrowd, hideOccluded } = flags;
  const filters = { minScore, minArea, maxCount, categories, hideCategories, hideCrowd, hideOccluded };
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? style : parseStyle({ ...style, ...Object.fromEntries(given) }, "options");
}

function isDiskFull(error: ImageError | undefined): boolean {
  const { code } = (error?.cause ?? {}) as { code?: unknown };
  return code === "ENOSPC" || code === "EDQUOT";
}
