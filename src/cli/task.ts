/** `limn task`: one task, as JSON or as files. */
import { basename, dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { readFile, resolveFolder, writeFileInside } from "#platform";
import { Command } from "commander";
import { registerFont } from "../draw/fonts/registry.ts";
import { ImageError, show } from "../errors.ts";
import { isFields } from "../format/fields.ts";
import { parseJson } from "../format/source.ts";
import { runTask, type Task, type TaskName, taskNames, type TaskStyle } from "../task/index.ts";
import { gathered, wholeNumber } from "./args.ts";
import { EXIT } from "./exit.ts";
import { loadStyle, STYLE_NAMES } from "./style.ts";
import { safeText } from "./terminal.ts";

interface TaskFlags {
  readonly task?: string;
  readonly image?: string;
  readonly input?: string;
  readonly out?: string;
  readonly style?: string;
  readonly font?: readonly string[];
  readonly quality?: number;
}

const EXAMPLES = `
Examples:
  A job as JSON, {"task": "TASK_DRAW_DETECTION", "input": {"image": "data:image/png;base64,…", "objects": […]}}:
    $ limn task < job.json > result.json
  With files; the input may be any output of the model, with or without its picture:
    $ limn task --task TASK_DRAW_DETECTION --image photo.jpg --input det.json --out annotated.png

Tasks: ${taskNames.join(", ")}.
Styles: instill-a, instill-b, ${STYLE_NAMES.join(", ")}, or a .json file.

Exit codes:
  0  done
  1  the task failed; the reason is given
  2  wrong use
`;

/** The command; the exit code goes to `done`. */
export function taskCommand(done: (code: number) => void): Command {
  return new Command("task")
    .summary("draw what a model said about one picture")
    .description("Run one task: JSON in and JSON out, or files in and a picture out.")
    .option("--task <TASK>", "the task; without it the job is read as JSON from the standard input")
    .option("--image <file>", "the picture, where the input has none")
    .option("--input <file.json>", "what the task is about (default: the standard input)")
    .option("--style <NAME|file.json>", "how to draw; names are listed below")
    .option("--font <file>", "a font for scripts that the built-in one has not; may come again", gathered)
    .option("--quality <N>", "quality of a JPEG, 1 to 100 (default: 85)", wholeNumber(1, 100))
    .option("--out <file>", "the drawn picture: .png, .jpg; without it {image} goes to the standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: TaskFlags) => done(await run(flags)));
}

async function run(flags: TaskFlags): Promise<number> {
  let misuse = true;
  try {
    const { out } = flags;
    const type = out === undefined || /\.png$/i.test(out) ? "png" : /\.jpe?g$/i.test(out) ? "jpeg" : undefined;
    if (!type) throw new ImageError("ARGUMENT", `expected --out to end in .png or .jpg, got ${show(out)}`);
    if (flags.quality !== undefined && type !== "jpeg") throw new ImageError("ARGUMENT", "--quality is for JPEGs");
    const style = flags.style === undefined ? undefined : styleOf(flags.style);
    for (const font of flags.font ?? []) await registerFont(font);
    const task = await taskOf(flags);
    const folder = out === undefined ? undefined : resolveFolder(dirname(out));
    misuse = false;
    const { quality } = flags;
    if (out === undefined || folder === undefined) {
      const { image } = runTask(task, { style, output: { type, quality } });
      process.stdout.write(`${JSON.stringify({ image })}\n`);
    } else {
      const { image } = runTask(task, { style, output: { type, quality, as: "bytes" } });
      await writeFileInside(folder, basename(out), image);
    }
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    process.stderr.write(`limn: ${safeText(error.message)}\n`);
    return misuse ? EXIT.misuse : EXIT.failed;
  }
}

function styleOf(name: string): TaskStyle {
  return name === "instill-a" || name === "instill-b" ? name : loadStyle(name);
}

async function taskOf({ task, image, input }: TaskFlags): Promise<Task> {
  const found = await readJson(input);
  // a whole job, or the input of the task that is named
  const isJob = isFields(found) && isFields(found["input"]) && typeof found["task"] === "string";
  const inner = isJob ? found["input"] : found;
  const name = task ?? (isJob ? found["task"] : undefined);
  if (name === undefined) throw new ImageError("ARGUMENT", 'expected --task, or JSON of {"task", "input"}');
  const own = isFields(inner) ? inner : { data: inner };
  return {
    task: name as TaskName,
    input: image === undefined ? own : { ...own, image: await readFile(image) },
  };
}

async function readJson(file: string | undefined): Promise<unknown> {
  const bytes = file === undefined ? await buffer(process.stdin) : await readFile(file);
  try {
    return parseJson(bytes);
  } catch (error) {
    throw error instanceof ImageError ? error.at(file ?? "standard input") : error;
  }
}
