/** The progress bar of a run; the door to cli-progress. */
import { SingleBar } from "cli-progress";
import { duration } from "./terminal.ts";

/** A bar on a terminal, with pictures per second and the time that is left. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #bar: SingleBar;
  readonly #start: number = performance.now();

  /** @param total - pictures of the run */
  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#bar = new SingleBar({
      stream,
      format: "{bar} {value}/{total} | {rate} images/s | {speed} MB/s | {left} left{failed}",
      barsize: Math.max(8, Math.min(30, (stream.columns ?? 80) - 68)),
      barCompleteChar: "█",
      barIncompleteChar: "░",
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      gracefulExit: false, // an interrupt is answered in one place, which ends the run cleanly
    });
    this.#bar.start(total, 0, { rate: "-", speed: "-", left: "-", failed: "" });
  }

  /** @param bytes - of the files written so far */
  update(done: number, failed: number, total: number, bytes: number): void {
    const finished = done + failed;
    const elapsed = performance.now() - this.#start;
    const rate = (finished / elapsed) * 1000;
    this.#bar.update(finished, {
      rate: rate.toFixed(rate < 10 ? 1 : 0),
      speed: (bytes / elapsed / 1000).toFixed(1),
      left: duration(((total - finished) * elapsed) / finished),
      failed: failed > 0 ? ` | ${failed} failed` : "",
    });
  }

  /** A line above the bar. */
  log(line: string): void {
    // the bar's own end goes back to the place that was saved last (ESC 7): below this line
    this.#stream.write(`\r\u001b[K${line}\n\u001b7`);
    this.#bar.render();
  }

  /** Take the bar away and show the cursor again. */
  stop(): void {
    this.#bar.stop();
    this.#stream.write("\u001b[?7h"); // some terminals take the line wrap back with the place
  }
}
