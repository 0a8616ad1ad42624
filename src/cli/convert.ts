/** `limn convert`: a dataset in another format. */
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { ImageError } from "../errors.ts";
import { formatNamed, formats, openDataset } from "../format/dataset.ts";
import type { Loss } from "../format/dataset-format.ts";
import type { Dataset, DatasetProblem, Scene } from "../model/scene.ts";
import { type DatasetTarget, openFiles, openPictures, openTarget } from "./dataset-files.ts";
import { EXIT } from "./exit.ts";
import { safeJson, safeText } from "./terminal.ts";

interface ConvertFlags {
  readonly to: string;
  readonly from?: string;
  readonly images?: string;
  readonly split?: string;
  readonly strict?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const SHOWN = 20;
const LIST = formats.map(({ name, title, write }) => `  ${name.padEnd(22)} ${title}${write ? "" : " (read only)"}`);

const EXAMPLES = `
Formats:
${LIST.join("\n")}

Examples:
  COCO as a YOLO folder:
    $ limn convert instances.json yolo --to yolo
  YOLO keeps no sizes: the pictures tell them:
    $ limn convert labels coco --to coco --images photos
  From an archive to an archive, everything that is lost as JSON:
    $ limn convert export.zip voc.zip --to voc --json

Exit codes:
  0  converted; what the format cannot hold is listed
  1  with --strict: something of the dataset is wrong or would be lost; nothing usable is written
  2  wrong use, or nothing that can be read or written
`;

/** The command; the exit code goes to `done`. */
export function convertCommand(done: (code: number) => void): Command {
  return new Command("convert")
    .summary("write a dataset in another format")
    .description("Read a dataset of any format and write it in another one; what cannot be held is listed.")
    .argument("<in>", "a folder, a .zip, or one file of annotations")
    .argument("<out>", "a folder, or a name that ends with .zip")
    .requiredOption("--to <format>", "the format to write; they are listed below")
    .option("--from <format>", "read as this format (default: told by content)")
    .option("--images <dir>", "folder or .zip of the pictures, for formats that keep no sizes")
    .option("--split <name>", "the part that pictures without one go to (default: train)")
    .addOption(new Option("--strict", "stop at what is wrong or would be lost"))
    .option("--force", "write over files that are there")
    .option("--json", "what was done as one line of JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (input: string, output: string, flags: ConvertFlags) => done(await run(input, output, flags)));
}

async function run(input: string, output: string, flags: ConvertFlags): Promise<number> {
  const { strict = false, force = false, json = false } = flags;
  let target: DatasetTarget | undefined;
  const fail = (code: number, error: { message: string; code?: string; path?: string | undefined }): number => {
    target?.discard();
    const { message, code: kind, path } = error;
    if (json) process.stdout.write(`${safeJson({ type: "error", code: kind, path, message })}\n`);
    process.stderr.write(`limn: error: ${safeText(message)}\n`);
    return code;
  };
  try {
    const format = formatNamed(flags.to);
    if (!format.write) throw new ImageError("UNSUPPORTED", `${format.name} is read, not written`);
    if (resolve(input) === resolve(output))
      throw new ImageError("ARGUMENT", "expected another place than that of the dataset", { path: output });
    const { tree, look } = await openFiles(input);
    const images = flags.images === undefined ? undefined : await openPictures(flags.images);
    target = openTarget(output, force);
    const dataset = await openDataset(tree, { look, images, format: flags.from });
    if (strict && dataset.problems[0]) return fail(EXIT.failed, { message: problemText(dataset.problems[0]) });
    const counted = new Counted(dataset);
    const losses = await format.write(counted, target.sink, { split: flags.split, images: images ?? tree });
    const problems = [...dataset.problems, ...counted.errors];
    if (strict && problems[0]) return fail(EXIT.failed, { message: problemText(problems[0]) });
    if (strict && losses[0]) return fail(EXIT.failed, { message: `lost: ${lossText(losses[0])}` });
    await target.finish();
    const files = target.files.length;
    const { format: from, otherFormats } = dataset;
    if (json) {
      const done = { from, otherFormats, to: format.name, out: output, pictures: counted.pictures };
      process.stdout.write(`${safeJson({ ...done, annotations: counted.objects, files, losses, problems })}\n`);
      return EXIT.done;
    }
    const say = (text: string): boolean => process.stderr.write(`limn: ${safeText(text)}\n`);
    if (otherFormats.length > 0)
      say(`warning: read as ${from}; ${otherFormats.join(", ")} would fit as well (--from chooses)`);
    for (const problem of problems.slice(0, SHOWN)) say(`warning: ${problemText(problem)}`);
    if (problems.length > SHOWN) say(`warning: and ${problems.length - SHOWN} more problems (all of them: --json)`);
    for (const loss of losses) say(`lost: ${lossText(loss)}`);
    const { pictures, objects } = counted;
    const what = `${pictures} ${pictures === 1 ? "picture" : "pictures"}, ${objects} ${objects === 1 ? "annotation" : "annotations"}`;
    process.stdout.write(
      `${what}: ${from} -> ${format.name}, ${files} ${files === 1 ? "file" : "files"} -> ${safeText(output)}\n`,
    );
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return fail(EXIT.misuse, error);
  }
}

function problemText({ path, message }: DatasetProblem): string {
  return path === "" ? message : `${path}: ${message}`;
}

function lossText({ what, count, first }: Loss): string {
  return `${what}: ${count} (first: ${first})`;
}

/** A dataset whose scenes are counted as they go by. Pictures that are too broken to draw are left out and listed. */
class Counted implements Dataset {
  readonly categories: Dataset["categories"];
  readonly splits: Dataset["splits"];
  readonly size: Dataset["size"];
  readonly attributes: Dataset["attributes"];
  readonly scenes: AsyncIterable<Scene>;
  pictures = 0;
  objects = 0;
  errors: DatasetProblem[] = [];

  constructor(dataset: Dataset) {
    ({ categories: this.categories, splits: this.splits, size: this.size, attributes: this.attributes } = dataset);
    this.scenes = { [Symbol.asyncIterator]: () => this.#count(dataset) };
  }

  /** A writer may read the scenes more than once; the last time counts. */
  async *#count(dataset: Dataset): AsyncGenerator<Scene> {
    [this.pictures, this.objects, this.errors] = [0, 0, []];
    for await (const scene of dataset.scenes) {
      if (scene.error) {
        const { path = "", message } = scene.error;
        const name = scene.fileName ?? `image ${scene.imageId ?? this.pictures}`;
        this.errors.push({
          path: name,
          message: `left out: ${path === "" ? message : message.slice(path.length + 2)}`,
        });
        continue;
      }
      this.pictures += 1;
      this.objects += scene.annotations.length;
      yield scene;
    }
  }
}
