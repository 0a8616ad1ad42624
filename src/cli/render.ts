/** `limn render`: annotations and photos in, drawn pictures out. */
import { makeFolder, removeTemporaryFiles, resolveFolder } from "#platform";
import { Command, Option } from "commander";
import { type RenderProgress, renderDataset } from "../batch/render-dataset.ts";
import type { Style } from "../draw/style.ts";
import { ImageError } from "../errors.ts";
import type { Dataset } from "../model/scene.ts";
import { openAnnotations } from "./annotations.ts";
import { pictureType, wholeNumber } from "./args.ts";
import { EXIT } from "./exit.ts";
import { Report } from "./report.ts";
import { loadStyle, STYLE_NAMES } from "./style.ts";

interface RenderFlags {
  readonly images: string;
  readonly out: string;
  readonly type: "png" | "jpg";
  readonly quality?: number;
  readonly style?: string;
  readonly from?: string;
  readonly groundTruth?: string;
  readonly masks?: string;
  readonly jobs: number;
  readonly limit?: number;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

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
    .description("Draw the annotations of a dataset on its pictures and write the drawn pictures.")
    .argument("<dataset>", "a file of annotations, a folder or a .zip, of any format (limn convert --help lists them)")
    .requiredOption("--images <dir>", "folder of the pictures")
    .requiredOption("--out <dir>", "folder for the drawn pictures; sub-folders are kept")
    .option("--type <png|jpg>", "format of the drawn pictures", pictureType, "png" as const)
    .option("--quality <N>", "quality of JPEGs, 1 to 100 (default: 85)", wholeNumber(1, 100))
    .option("--style <NAME|file.json>", "how to draw; names are listed below")
    .option("--from <format>", "read as this format (default: told by content)")
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
    dataset = await openAnnotations(file, flags);
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
