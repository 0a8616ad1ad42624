/** `limn task`: one task, as JSON or as files. */
import { basename, dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { readFile, resolveFolder, writeFileInside } from "#platform";
import { Command } from "commander";
import { namedStyles } from "../draw/named-styles.ts";
import { registerFont } from "../draw/fonts/registry.ts";
import { ImageError, show } from "../errors.ts";
import { isFields, isList } from "../format/fields.ts";
import { parseJson } from "../format/source.ts";
import { runTask, type Task, type TaskName, taskNames, type TaskOutput, type TaskStyle } from "../task/index.ts";
import { slugOf, taskNamed } from "../task/names.ts";
import { gathered, wholeNumber } from "./args.ts";
import { EXIT } from "./exit.ts";
import { loadTaskStyle, TASK_STYLE_NAMES } from "./style.ts";
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
  A job may say how to draw and what to give too: {"task", "input", "style": "instill-b", "output": {"type": "jpeg", "quality": 90}}
  With files; the input may be any output of the model, with or without its picture:
    $ limn task --task TASK_DRAW_DETECTION --image photo.jpg --input det.json --out annotated.png

Tasks: ${taskNames.join(", ")},
       or short: ${taskNames.map(slugOf).join(", ")}.
Styles: ${TASK_STYLE_NAMES.join(", ")}, or a .json file.

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
    const given = flags.style === undefined ? undefined : loadTaskStyle(flags.style);
    for (const font of flags.font ?? []) await registerFont(font);
    const { task, style, output = {} } = await jobOf(flags);
    const { quality } = flags;
    if (quality !== undefined && (out === undefined ? output.type : type) !== "jpeg")
      throw new ImageError("ARGUMENT", "--quality is for JPEGs");
    const folder = out === undefined ? undefined : resolveFolder(dirname(out));
    misuse = false;
    const options = { style: given ?? style, output: quality === undefined ? output : { ...output, quality } };
    if (out === undefined || folder === undefined) {
      const { image } = runTask(task, options);
      process.stdout.write(`${JSON.stringify({ image })}\n`);
    } else {
      const { image } = runTask(task, { ...options, output: { ...options.output, type, as: "bytes" } });
      await writeFileInside(folder, basename(out), image);
    }
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    process.stderr.write(`limn: ${safeText(error.message)}\n`);
    return misuse ? EXIT.misuse : EXIT.failed;
  }
}

interface Job {
  readonly task: Task;
  readonly style?: TaskStyle | undefined;
  readonly output?: TaskOutput | undefined;
}

/** What the JSON says: a whole job, the input of the task that is named, or what a model said, with or without its task. */
async function jobOf({ task, image, input }: TaskFlags): Promise<Job> {
  const found = await readJson(input);
  const named = task === undefined ? undefined : taskNamed(task);
  if (task !== undefined && !named)
    throw new ImageError("ARGUMENT", `expected --task to be one of ${taskNames.join(", ")}, got ${show(task)}`);
  const whole = isFields(found) ? found : {};
  const said = whole["task"];
  const isJob = "input" in whole;
  const own = typeof said === "string" ? taskNamed(said) : undefined;
  // another task may draw what a model said, but a job is one of its own
  if (isJob && named && own && named !== own)
    throw new ImageError("ARGUMENT", `expected a job for ${named}, as --task says, got one for ${own}`);
  const name = named ?? own ?? said;
  if (name === undefined) throw new ImageError("ARGUMENT", 'expected --task, or JSON of {"task", "input"}');
  const inner = isJob ? whole["input"] : isList(found) ? { data: found } : found;
  const beside = isJob && whole["image"] !== undefined ? { image: whole["image"] } : {};
  const picture = image === undefined ? {} : { image: await readFile(image) };
  const { style, output } = isJob ? whole : {};
  return {
    // what is wrong with it is told by the task
    task: { task: name as TaskName, input: (isFields(inner) ? { ...beside, ...inner, ...picture } : inner) as object },
    style: (typeof style === "string" ? (namedStyles.get(style) ?? style) : style) as TaskStyle | undefined,
    output: outputOf(output),
  };
}

function outputOf(output: unknown): TaskOutput | undefined {
  if (output === undefined) return undefined;
  if (!isFields(output)) throw new ImageError("ARGUMENT", `expected options, got ${show(output)}`, { path: "output" });
  if (output["as"] !== "bytes") return output as TaskOutput;
  throw new ImageError("ARGUMENT", "expected data-uri or base64; --out writes a file", { path: "output.as" });
}

async function readJson(file: string | undefined): Promise<unknown> {
  if (file === undefined && process.stdin.isTTY)
    process.stderr.write("limn: reading JSON from the terminal; Ctrl+D ends it, limn task --help tells more\n");
  const bytes = file === undefined ? await buffer(process.stdin) : await readFile(file);
  try {
    return parseJson(bytes);
  } catch (error) {
    throw error instanceof ImageError ? error.at(file ?? "standard input") : error;
  }
}
