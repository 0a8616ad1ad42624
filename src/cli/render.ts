/** `limn render`: annotations and photos in, drawn pictures out. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { coreCount, makePlace, resolvePlace } from "#platform";
import { Command } from "commander";
import { type RenderProgress, renderDataset } from "../batch/render-dataset.ts";
import { parseStyle, type Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import type { Dataset } from "../model/scene.ts";
import { isS3 } from "../platform/s3-place.ts";
import { openAnnotations } from "./annotations.ts";
import { anyNumber, partOf, pictureType, wholeNumber, words } from "./args.ts";
import { lookAt } from "./dataset-files.ts";
import { dryRun } from "./dry-run.ts";
import { EXIT } from "./exit.ts";
import { Journal, type RunJournal } from "./journal.ts";
import { renderByQueue } from "./queue-render.ts";
import { Report } from "./report.ts";
import { S3Journal } from "./s3-journal.ts";
import { loadStyle, STYLE_NAMES } from "./style.ts";

interface RenderFlags {
  readonly images: string;
  readonly out?: string;
  readonly type: "png" | "jpg";
  readonly quality?: number;
  readonly style?: string;
  readonly from?: string;
  readonly groundTruth?: string;
  readonly masks?: string;
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
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly queue?: string;
  readonly queueName: string;
  readonly into?: string;
  readonly patience: number;
}

/** Starting a thread takes about as long as drawing so many. */
const PICTURES_WORTH_A_THREAD = 16;

const EXAMPLES = `
Examples:
  Draw every picture of a COCO file:
    $ limn render instances.json --images photos --out drawn
  A folder of YOLO, VOC, CVAT …, or an archive:
    $ limn render datasets/coco128 --images datasets/coco128/images --out drawn
    $ limn render export.zip --images photos --out drawn
  A quick look at the first ten, as JPEG, each object in its own colour:
    $ limn render instances.json --images photos --out drawn --limit 10 --type jpg --style instances
  Predictions, which name pictures and categories by id only:
    $ limn render results.json --ground-truth instances.json --images photos --out drawn
  On all cores; cut off, and resumed with the pictures that are missing:
    $ limn render instances.json --images photos --out drawn
    $ limn render instances.json --images photos --out drawn --resume
  The second of eight machines that share the work and the folder:
    $ limn render instances.json --images photos --out drawn --shard 2/8
  From a store to a store (npm install @aws-sdk/client-s3 @aws-sdk/lib-storage):
    $ limn render s3://bucket/instances.json --images s3://bucket/photos --out s3://bucket/drawn
  By the workers of a cluster, which limn worker starts (npm install bullmq ioredis):
    $ limn render instances.json --images /data/photos --queue redis://queue.example:6379
  For a script:
    $ limn render instances.json --images photos --out drawn --json > log.jsonl

Styles: ${STYLE_NAMES.join(", ")}.
A style file is JSON, for example {"colorBy": "instance", "maskAlpha": 0.3, "minScore": 0.5}.

Exit codes:
  0    every picture is drawn
  1    some pictures failed, each is named with its reason; or the disk is full
  2    wrong use: options, folders or files that cannot be used
  130  interrupted; what is written is whole, and --resume goes on
`;

/** The command; the exit code goes to `done`. */
export function renderCommand(done: (code: number) => void): Command {
  return new Command("render")
    .summary("draw annotations on their pictures")
    .description("Draw the annotations of a dataset on its pictures and write the drawn pictures.")
    .argument("<dataset>", "a file of annotations, a folder or a .zip, of any format (limn convert --help lists them)")
    .requiredOption("--images <dir>", "folder of the pictures, or s3://bucket/prefix")
    .option("--out <dir>", "folder for the drawn pictures, or s3://bucket/prefix; sub-folders are kept")
    .option("--type <png|jpg>", "format of the drawn pictures", pictureType, "png" as const)
    .option("--quality <N>", "quality of JPEGs, 1 to 100 (default: 85)", wholeNumber(1, 100))
    .option("--style <NAME|file.json>", "how to draw; names are listed below")
    .option("--from <format>", "read as this format (default: told by content)")
    .option("--ground-truth <file.json>", "the file with the pictures and categories of a result file")
    .option("--masks <dir>", "folder of panoptic PNGs (default: the file's name without .json)")
    .option("--jobs <N>", "threads that draw (default: one for each core)", wholeNumber(1, 1024))
    .option("--limit <N>", "draw at most N pictures", wholeNumber(1, Infinity))
    .option("--shard <i/n>", "draw part i of n, for several machines; all parts together are the whole", partOf)
    .option("--resume", "go on with a run that was cut off; pictures that are written are left as they are")
    .option("--dry-run", "name what would be drawn, and write nothing")
    .option("--min-score <N>", "leave out objects with a lower score", anyNumber)
    .option("--min-area <N>", "leave out objects of fewer pixels", anyNumber)
    .option("--max-count <N>", "draw at most the N best objects of a picture", wholeNumber(0, 1e9))
    .option("--categories <LIST>", "draw these categories only: names or ids, with commas between", words)
    .option("--hide-categories <LIST>", "leave these categories out", words)
    .option("--hide-crowd", "leave out regions that hold many objects")
    .option("--hide-occluded", "leave out objects that are partly hidden")
    .option("--strict", "a picture with anything wrong in its annotations fails")
    .option("--json", "one line of JSON for each picture, and one at the end")
    .option("--quiet", "say nothing but errors")
    .option("--queue <url>", "let limn worker draw, by a queue in Redis: redis://host:port[/db]")
    .option("--queue-name <name>", "the queue's name", "default")
    .option("--into <name>", "with --queue: a folder below the --out of the workers")
    .option("--patience <seconds>", "with --queue: how long Redis may give no answer", wholeNumber(1, 1e6), 60)
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: RenderFlags) => done(await run(file, flags)));
}

async function run(file: string, flags: RenderFlags): Promise<number> {
  const { type, quality, limit, json = false, quiet = false } = flags;
  const report = new Report({ json, quiet });
  let dataset: Dataset;
  let style: Style | undefined;
  let journal: RunJournal;
  let place = "";
  try {
    if (quality !== undefined && type !== "jpg") throw new ImageError("ARGUMENT", "--quality is for --type jpg");
    style = styleOf(flags);
    const images = await resolvePlace(flags.images);
    dataset = await openAnnotations(file, flags);
    if (flags.queue === undefined && flags.out === undefined)
      throw new ImageError("ARGUMENT", "expected --out, the folder for the drawn pictures, or --queue");
    if (flags.dryRun) return await dryRun(dataset, { ...flags, images, out: flags.out ?? "" }, report);
    if (flags.queue !== undefined) {
      const run = await runKey(file, { ...flags, images }, style);
      return await renderByQueue(dataset, { ...flags, url: flags.queue, style, run }, report);
    }
    const out = await makePlace((place = flags.out!));
    if (out === images)
      throw new ImageError("ARGUMENT", "--out is the folder of the pictures, whose files would be overwritten");
    const key = await runKey(file, { ...flags, images }, style);
    const { shard, resume = false } = flags;
    journal = isS3(out) ? await S3Journal.open(out, key, shard, resume) : new Journal(out, key, shard, resume);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    report.error(error.message);
    return EXIT.misuse;
  }
  const problems = dataset.problems ?? [];
  report.problems(problems);
  if (journal.finished.size > 0) report.note(`resumed: ${journal.finished.size} pictures are there already`);
  if (dataset.size === 0) report.note("the annotations list no pictures");

  const stop = new AbortController();
  let stopCode: number = EXIT.interrupted;
  const halt = (signal: NodeJS.Signals): void => {
    stopCode = signal === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    if (stop.signal.aborted) {
      report.stop();
      process.exit(stopCode); // asked twice: now
    }
    stop.abort(new Error("stopped"));
  };
  process.on("SIGINT", halt).on("SIGTERM", halt);
  let last: RenderProgress | undefined;
  let full = false;
  const onProgress = (progress: RenderProgress): void => {
    report.progress((last = progress));
    full ||= isDiskFull(progress.outcome.error?.cause);
    try {
      journal.add(progress.outcome);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      full = true;
    }
    if (full) stop.abort(new Error("the disk is full"));
  };
  let ended = false;
  try {
    const { images, shard, jobs } = flags;
    const { finished, drafts } = journal;
    const [, parts] = shard ?? [1, 1];
    const total = Math.max(0, Math.ceil(Math.min(dataset.size ?? 0, limit ?? Infinity) / parts) - finished.size);
    report.start(total);
    // threads that nobody asked for must be worth their start
    const concurrency = jobs ?? Math.min(coreCount(), Math.ceil(Math.max(total, 1) / PICTURES_WORTH_A_THREAD));
    const drawing = { type, quality, style, limit, shard, finished, drafts, concurrency };
    const summary = await renderDataset(dataset, { images, out: place, ...drawing, signal: stop.signal, onProgress });
    ended = true;
    report.problems(problems);
    report.finish(summary, place);
    return summary.failures.length > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (stop.signal.aborted) {
      report.interrupted(last);
      if (!full) return stopCode;
      report.error("the disk is full; with --resume the run goes on from here");
      return EXIT.failed;
    }
    report.stop();
    if (!(error instanceof ImageError)) throw error;
    report.error(error.message);
    return EXIT.misuse;
  } finally {
    if (ended) await journal.remove();
    else await journal.keep();
    process.off("SIGINT", halt).off("SIGTERM", halt);
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

/** Stands for everything that decides about the bytes of the files. */
async function runKey(file: string, flags: RenderFlags, style: Style | undefined): Promise<string> {
  const { images, type, quality, from, groundTruth, masks, strict } = flags;
  const sources: unknown[] = [];
  for (const path of [file, groundTruth]) {
    const about = path === undefined ? undefined : await lookAt(path);
    sources.push(path === undefined ? [] : [isS3(path) ? path : resolve(path), about?.size, about?.tag]);
  }
  const parts = [sources, images, type, quality, from, style, masks && resolve(masks), strict];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

function isDiskFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === "ENOSPC" || code === "EDQUOT";
}
