/**
 * Decoding hostile files in a process of its own: an endless loop is killed, and the memory that was touched is known.
 *
 * The process runs the built library: `build.ts` has made it from the sources.
 */
import { type ChildProcess, fork } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What came of one decode. `crash` is anything that is not a picture and not an ImageError. */
export type Outcome =
  | { readonly kind: "picture"; readonly width: number; readonly height: number }
  | { readonly kind: "error"; readonly code: string; readonly message: string }
  | { readonly kind: "crash"; readonly message: string }
  | { readonly kind: "hang" };

/** An exported function. */
export interface Decoder {
  /** URL of its module. */
  readonly module: string;
  readonly name: string;
}

const root = resolve(import.meta.dirname, "../..");

/** URL of the built library. */
export const LIBRARY: string = pathToFileURL(resolve(root, "dist/index.js")).href;

/** A process that decodes one file after the other; it is started again after a hang or a crash. */
export class DecodeProcess {
  /** The most memory that any of the processes held at once, in bytes. */
  peakBytes = 0;
  #child: ChildProcess | undefined;
  #id = 0;

  /** Decode; a call that takes longer than `limitMs` is a hang. One call at a time. */
  async run({ module, name }: Decoder, bytes: Uint8Array, limitMs: number): Promise<Outcome> {
    const child = (this.#child ??= await this.#start());
    const id = ++this.#id;
    return new Promise((done) => {
      const finish = (outcome: Outcome): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (outcome.kind === "hang" || child.exitCode !== null || child.signalCode !== null) this.close();
        done(outcome);
      };
      const timer = setTimeout(() => finish({ kind: "hang" }), limitMs);
      child.on("message", (answer: { id: number; outcome: Outcome; peakBytes: number }) => {
        if (answer.id !== id) return;
        this.peakBytes = Math.max(this.peakBytes, answer.peakBytes);
        finish(answer.outcome);
      });
      child.on("exit", (code, signal) => finish({ kind: "crash", message: `the process ended: ${signal ?? code}` }));
      child.send({ id, module, name, bytes });
    });
  }

  close(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  /** Started and ready: the time of a start is not the time of a decode. */
  async #start(): Promise<ChildProcess> {
    const child = fork(resolve(root, "test/support/in-child.mjs"), {
      execArgv: ["--conditions=unbundled", "--max-old-space-size=256"],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    await new Promise<void>((ready) => child.once("spawn", ready));
    await new Promise<void>((ready) => {
      child.once("message", () => ready());
      child.send({ id: 0, module: "node:os", name: "cpus", bytes: new Uint8Array(0) });
    });
    return child;
  }
}
