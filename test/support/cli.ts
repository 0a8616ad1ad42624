/** The command line as a process of its own (Node only). */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const ENTRY = "dist/cli.js"; // built before any test runs: support/build.ts

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run. */
export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Sent when the output holds `signalAfter`. */
  readonly signal?: NodeJS.Signals;
  readonly signalAfter?: string;
}

/** Run `limn …`. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(process.execPath, [ENTRY, ...args], options);
}

/** Run `limn …` on a terminal of 80 columns (Linux only); what both streams show comes as `stdout`. */
export function runOnTerminal(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const words = [process.execPath, ENTRY, ...args];
  const command = `stty columns 80; ${words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")}`;
  return run("script", ["-qefc", command, "/dev/null"], { env: { TERM: "xterm-256color", ...env } });
}

/** Run `limn …` where no file can grow beyond so many bytes (a multiple of 512; POSIX only). */
export function runWithFileLimit(bytes: number, args: readonly string[]): Promise<Ended> {
  const script = `ulimit -f ${bytes / 512}; exec "$@"`;
  return run("sh", ["-c", script, "sh", process.execPath, ENTRY, ...args], {});
}

function run(command: string, args: readonly string[], { env = {}, signal, signalAfter }: RunOptions): Promise<Ended> {
  // what would change the colours of a terminal: Node shows none on a CI machine that it does not know
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
  const child = spawn(command, args, { env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr, sent] = ["", "", false];
  const look = (): void => {
    if (!signal || sent || !signalAfter || !(stdout + stderr).includes(signalAfter)) return;
    sent = true;
    child.kill(signal);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => ((stdout += text), look()));
  child.stderr.setEncoding("utf8").on("data", (text: string) => ((stderr += text), look()));
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A new folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "limn-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file below a folder, sorted, with `/`. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}
