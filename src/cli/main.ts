#!/usr/bin/env node
/** The command line: `limn <command>`. */
import { Command, CommanderError } from "commander";
import { convertCommand } from "./convert.ts";
import { EXIT } from "./exit.ts";
import { infoCommand } from "./info.ts";
import { renderCommand } from "./render.ts";
import { serveCommand } from "./serve.ts";
import { taskCommand } from "./task.ts";
import { safeText } from "./terminal.ts";
import { version } from "./version.ts";
import { workerCommand } from "./worker.ts";

async function main(): Promise<number> {
  let code: number = EXIT.done;
  const program = new Command("limn")
    .description("Draws annotated images: boxes, masks, keypoints and labels on real pictures.")
    .version(version(), "-V, --version", "print the version")
    .showHelpAfterError("(limn --help, limn <command> --help)")
    .configureOutput({ outputError: (text, write) => write(`limn: ${text.split("\n").map(safeText).join("\n")}`) })
    .exitOverride();
  const done = (result: number): void => void (code = result);
  for (const make of [renderCommand, workerCommand, convertCommand, infoCommand, taskCommand, serveCommand])
    program.addCommand(make(done).copyInheritedSettings(program));
  program.addHelpText(
    "after",
    `
Examples:
  $ limn render instances.json --images photos --out drawn
  $ limn convert instances.json labels --to yolo
  $ limn info export.zip
  $ limn serve
`,
  );
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // help and version end with 0; help because nothing was asked for, and every mistake, is wrong use
    return error.exitCode === 0 ? EXIT.done : EXIT.misuse;
  }
  return code;
}

process.stdout.once("error", (error: NodeJS.ErrnoException) => {
  // whoever reads our output may stop reading (head, a closed pager); all else is worth a word
  if (error.code !== "EPIPE")
    process.stderr.write(`limn: the standard output cannot be written (${safeText(error.message)})\n`);
  // a command that has something to clear away listens itself
  if (process.stdout.listenerCount("error") === 0) process.exit(EXIT.failed);
});

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `limn: ${safeText(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
    );
    process.exitCode = EXIT.failed;
  },
);
