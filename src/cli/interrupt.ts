/** Ctrl-C and SIGTERM during a run: the first one asks it to stop, the second ends the process. */
import { EXIT } from "./exit.ts";

/** Listens from the beginning until `release`. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #lastWords: () => void;
  #code: number = EXIT.interrupted;

  /** @param lastWords - called before the process is ended at once */
  constructor(lastWords: () => void = () => undefined) {
    this.#lastWords = lastWords;
    process.on("SIGINT", this.#halt).on("SIGTERM", this.#halt);
  }

  /** Aborted when the run shall stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Exit code of a run that was stopped. */
  get code(): number {
    return this.#code;
  }

  /** Stop the run; once more: at once. */
  stop(code: number): void {
    if (this.signal.aborted) {
      this.#lastWords();
      process.exit(code);
    }
    this.#code = code;
    this.#controller.abort(new Error("stopped"));
  }

  release(): void {
    process.off("SIGINT", this.#halt).off("SIGTERM", this.#halt);
  }

  readonly #halt = (signal: NodeJS.Signals): void => {
    this.stop(signal === "SIGTERM" ? EXIT.terminated : EXIT.interrupted);
  };
}
