/** `limn info`: what is in a dataset, and what is wrong with it. */
import { Command } from "commander";
import { ImageError } from "../errors.ts";
import { openDataset, type OpenedDataset } from "../format/dataset.ts";
import type { DatasetProblem } from "../model/scene.ts";
import { openFiles, openPictures } from "./dataset-files.ts";
import { EXIT } from "./exit.ts";
import { type DatasetCounts, countDataset } from "./dataset-counts.ts";
import { histogram } from "./table.ts";
import { safeJson, safeText } from "./terminal.ts";

interface InfoFlags {
  readonly images?: string;
  readonly from?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly all?: boolean;
}

const SHOWN = 20;

const EXAMPLES = `
Examples:
  What is in a COCO file, a YOLO folder, an archive:
    $ limn info instances.json
    $ limn info datasets/coco128
    $ limn info export.zip
  Formats that keep no sizes need the pictures:
    $ limn info labels --images photos
  For a script:
    $ limn info instances.json --json

Exit codes:
  0  the dataset can be read; what is wrong in part is listed
  1  with --strict: something is wrong
  2  wrong use, or nothing that can be read
`;

/** The command; the exit code goes to `done`. */
export function infoCommand(done: (code: number) => void): Command {
  return new Command("info")
    .summary("count what is in a dataset and list what is wrong with it")
    .description("Tell the format of a dataset, count its pictures, objects and categories, and list its problems.")
    .argument("<dataset>", "a folder, a .zip, or one file of annotations")
    .option("--images <dir>", "folder of the pictures, for formats that keep no sizes (default: the dataset's own)")
    .option("--from <format>", "read as this format (default: told by content)")
    .option("--all", "list every category and problem")
    .option("--strict", "end with 1 when anything is wrong")
    .option("--json", "everything as one line of JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, flags: InfoFlags) => done(await run(path, flags)));
}

async function run(path: string, flags: InfoFlags): Promise<number> {
  try {
    const { tree, look } = await openFiles(path);
    const images = flags.images === undefined ? undefined : await openPictures(flags.images);
    const dataset = await openDataset(tree, { look, images, format: flags.from });
    const counts = await countDataset(dataset);
    const problems = [...dataset.problems, ...counts.errors];
    if (flags.json) process.stdout.write(`${safeJson(record(dataset, counts, problems))}\n`);
    else process.stdout.write(`${text(dataset, counts, problems, flags.all === true).join("\n")}\n`);
    return flags.strict && problems.length > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const { code, path: at, message } = error;
    if (flags.json) process.stdout.write(`${safeJson({ type: "error", code, path: at, message })}\n`);
    process.stderr.write(`limn: error: ${safeText(message)}\n`);
    return EXIT.misuse;
  }
}

function record(dataset: OpenedDataset, counts: DatasetCounts, problems: readonly DatasetProblem[]): object {
  const { pictures, empty, broken, objects, kinds, categories, splits, sizes, classifications } = counts;
  return {
    format: dataset.format,
    otherFormats: dataset.otherFormats,
    pictures,
    picturesWithoutAnnotations: empty,
    picturesWithErrors: broken,
    annotations: objects,
    kinds: Object.fromEntries(kinds),
    classifications,
    categories: categories.map(({ id, name, count }) => ({ id, name, count })),
    splits: Object.fromEntries(splits),
    sizes,
    problems,
  };
}

function text(
  dataset: OpenedDataset,
  counts: DatasetCounts,
  problems: readonly DatasetProblem[],
  all: boolean,
): string[] {
  const { pictures, empty, broken, objects, kinds, categories, splits, sizes } = counts;
  const others = dataset.otherFormats.length > 0 ? ` (or ${dataset.otherFormats.join(", ")}: --from chooses)` : "";
  const lines = [`format       ${dataset.format}${others}`];
  const notes = [empty > 0 ? `${empty} without annotations` : "", broken > 0 ? `${broken} that cannot be drawn` : ""];
  lines.push(`pictures     ${pictures}${bracketed(notes.filter((note) => note !== ""))}`);
  if (sizes)
    lines.push(
      sizes.different === 1
        ? `sizes        ${sizes.widest[0]} x ${sizes.widest[1]}`
        : `sizes        ${sizes.smallest.join(" x ")} to ${sizes.widest.join(" x ")}, ${sizes.different} different`,
    );
  lines.push(`annotations  ${objects}${bracketed(Array.from(kinds, ([kind, count]) => `${kind} ${count}`))}`);
  if (splits.size > 0)
    lines.push(`splits       ${Array.from(splits, ([name, n]) => `${safeText(name)} ${n}`).join(", ")}`);
  const sorted = categories.toSorted((a, b) => b.count - a.count);
  lines.push(`categories   ${categories.length}`);
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  lines.push(
    ...histogram(
      shown.map(({ name, count }) => [name, count] as const),
      Math.min(process.stdout.columns ?? 80, 120),
    ),
  );
  if (sorted.length > shown.length) lines.push(`  and ${sorted.length - shown.length} more (--all)`);
  lines.push(`problems     ${problems.length === 0 ? "none" : problems.length}`);
  for (const { path, message } of all ? problems : problems.slice(0, SHOWN))
    lines.push(safeText(`  ${path === "" ? "" : `${path}: `}${message}`));
  if (!all && problems.length > SHOWN) lines.push(`  and ${problems.length - SHOWN} more (--all)`);
  return lines;
}

function bracketed(notes: readonly string[]): string {
  return notes.length === 0 ? "" : ` (${notes.join(", ")})`;
}
