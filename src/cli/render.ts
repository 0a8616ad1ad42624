/** `limn render`: annotations and photos in, drawn pictures out. */
import { basename, dirname, join } from "node:path";
import { makeFolder, readFile, readFileSync, removeTemporaryFiles, resolveFolder, resolveInside } from "#platform";
import { Command, Option } from "commander";
import { type RenderProgress, renderDataset } from "../batch/render-dataset.ts";
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import { readDataset } from "../format/dataset.ts";
import type { Dataset } from "../model/scene.ts";
import { pictureType, wholeNumber } from "./args.ts";
import { Report } from "./report.ts";
import { loadStyle, STYLE_NAMES } from "./style.ts";

interface RenderFlags {
  readonly images: string;
  readonly out: string;
  readonly type: "png" | "jpg";
  readonly quality?: number;
  readonly style?: string;
  readonly groundTruth?: string;
  readonly masks?: string;
  readonly jobs: number;
  readonly limit?: number;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Exit codes. */
export const EXIT = { done: 0, failed: 1, misuse: 2, interrupted: 130, terminated: 143 } as const;

const EXAMPLES = `
Examples:
  Draw every picture of a COCO file:
    $ limn render instances.json --images photos --out drawn
  A quick look at the first ten, as JPEG, each object in its own colour:
    $ limn render instances.json --images photos --out drawn --limit 10 --type jpg --style instances
  Predictions, which name pictures and categories by id only:
    $ limn render results.json --ground-truth instances.json --images photos --out drawn
  For a script:
    $ limn render instances.json --images photos --out drawn --json > log.jsonl

Styles: ${STYLE_NAMES.join(", ")}.
A style file is JSON, for example {"colorBy": "instance", "maskAlpha": 0.3, "minScore": 0.5}.

Exit codes:
  0    every picture is drawn
  1    some pictures failed; each is named with its reason
  2    wrong use: options, folders or files that cannot be used
  130  interrupted; what is written is whole
`;

/** The command; the exit code goes to `done`. */
export function renderCommand(done: (code: number) => void): Command {
  return new Command("render")
    .summary("draw annotations on their pictures")
    .description("Draw the annotations of a dataset file on its pictures and write the drawn pictures.")
    .argument("<annotations.json>", "COCO: instances, keypoints, captions, panoptic or results")
    .requiredOption("--images <dir>", "folder of the pictures")
    .requiredOption("--out <dir>", "folder for the drawn pictures; sub-folders are kept")
    .option("--type <png|jpg>", "format of the drawn pictures", pictureType, "png" as const)
    .option("--quality <N>", "quality of JPEGs, 1 to 100 (default: 85)", wholeNumber(1, 100))
    .option("--style <NAME|file.json>", "how to draw; names are listed below")
    .option("--ground-truth <file.json>", "the file with the pictures and categories of a result file")
    .option("--masks <dir>", "folder of panoptic PNGs (default: the file's name without .json)")
    .addOption(new Option("--jobs <N>", "pictures at the same time").argParser(wholeNumber(1, 1024)).default(1))
    .option("--limit <N>", "draw at most N pictures", wholeNumber(1, Infinity))
    .option("--strict", "a picture with anything wrong in its annotations fails")
    .option("--json", "one line of JSON for each picture, and one at the end")
    .option("--quiet", "say nothing but errors")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: RenderFlags) => done(await run(file, flags)));
}

async function run(file: string, flags: RenderFlags): Promise<number> {
  const { type, quality, limit, json = false, quiet = false } = flags;
  const report = new Report({ json, quiet });
  let dataset: Dataset;
  let style: Style | undefined;
  try {
    if (quality !== undefined && type !== "jpg") throw new ImageError("ARGUMENT", "--quality is for --type jpg");
    style = flags.style === undefined ? undefined : loadStyle(flags.style);
    const images = resolveFolder(flags.images);
    dataset = await readAnnotations(file, flags);
    if (makeFolder(flags.out) === images)
      throw new ImageError("ARGUMENT", "--out is the folder of the pictures, whose files would be overwritten");
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    report.error(error.message);
    return EXIT.misuse;
  }
  const problems = dataset.problems ?? [];
  report.problems(problems);
  if (flags.jobs > 1) report.note(`--jobs ${flags.jobs}: pictures are drawn one at a time in this version`);
  if (dataset.size === 0) report.note("the annotations list no pictures");

  const stop = new AbortController();
  let stopCode: number = EXIT.interrupted;
  const halt = (signal: NodeJS.Signals): void => {
    stopCode = signal === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    if (stop.signal.aborted) {
      report.stop();
      removeTemporaryFiles();
      process.exit(stopCode); // asked twice: now
    }
    stop.abort(new Error("stopped"));
  };
  process.on("SIGINT", halt).on("SIGTERM", halt);
  let last: RenderProgress | undefined;
  const onProgress = (progress: RenderProgress): void => report.progress((last = progress));
  try {
    report.start(Math.min(dataset.size ?? 0, limit ?? Infinity));
    const { images, out } = flags;
    const options = { images, out, type, quality, style, limit, signal: stop.signal, onProgress };
    const summary = await renderDataset(dataset, options);
    report.problems(problems);
    report.finish(summary, out);
    return summary.failures.length > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (stop.signal.aborted) {
      report.interrupted(last);
      return stopCode;
    }
    report.stop();
    if (!(error instanceof ImageError)) throw error;
    report.error(error.message);
    return EXIT.misuse;
  } finally {
    process.off("SIGINT", halt).off("SIGTERM", halt);
  }
}

async function readAnnotations(file: string, { groundTruth, masks, strict }: RenderFlags): Promise<Dataset> {
  const bytes = await readFile(file);
  const truth = groundTruth === undefined ? undefined : await readFile(groundTruth);
  const folder = masks ?? join(dirname(file), basename(file).replace(/\.json$/i, ""));
  if (masks !== undefined) resolveFolder(masks);
  const readMask = (name: string): Uint8Array => {
    try {
      return readFileSync(resolveInside(resolveFolder(folder), name));
    } catch (error) {
      if (masks !== undefined || !(error instanceof ImageError)) throw error;
      throw new ImageError("IO", `${error.message}; --masks names the folder of the panoptic PNGs`, { cause: error });
    }
  };
  try {
    const dataset = readDataset(bytes, { groundTruth: truth, strict, readMask });
    const results = groundTruth === undefined && !hasFileNames(dataset);
    if (results)
      throw new ImageError("ARGUMENT", "expected --ground-truth, the file that lists the pictures of these results");
    return dataset;
  } catch (error) {
    throw error instanceof ImageError ? error.at(file) : error;
  }
}

/** False when there are pictures and none has a name: a result file on its own. */
function hasFileNames({ scenes, size }: Dataset): boolean {
  return !Array.isArray(scenes) || size === 0 || scenes.some(({ fileName }) => fileName !== undefined);
}
