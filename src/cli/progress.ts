/** The progress bar of a run; the door to cli-progress. */
import { SingleBar } from "cli-progress";
import { duration } from "./terminal.ts";

/** How far a run is. */
export interface RunState {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Of the files written so far. */
  readonly bytes: number;
  /** Milliseconds since its start. */
  readonly elapsed: number;
}

/** A bar on a terminal, with pictures per second and the time that is left. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #bar: SingleBar;
  readonly #start: number = performance.now();
  #state: RunState;

  /** @param total - pictures of the run */
  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#state = { done: 0, failed: 0, total, bytes: 0, elapsed: 0 };
    this.#bar = new SingleBar({
      stream,
      // the width is asked for each time: a terminal may become another
      format: () => progressLine(this.#state, stream.columns ?? 80),
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      gracefulExit: false, // an interrupt is answered in one place, which ends the run cleanly
    });
    this.#bar.start(total, 0);
  }

  /** @param bytes - of the files written so far */
  update(done: number, failed: number, total: number, bytes: number): void {
    this.#state = { done, failed, total, bytes, elapsed: performance.now() - this.#start };
    this.#bar.setTotal(total);
    this.#bar.update(done + failed);
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

const [SHORTEST_BAR, LONGEST_BAR] = [8, 40];

/** One line of at most `columns - 1` characters: what matters least goes first where there is no room. */
export function progressLine({ done, failed, total, bytes, elapsed }: RunState, columns: number): string {
  const finished = done + failed;
  const rate = (finished / elapsed) * 1000;
  const hasRate = finished > 0 && elapsed > 0;
  const parts = [
    { text: `${finished}/${total}`, rank: 0 },
    { text: hasRate ? `${rate.toFixed(rate < 10 ? 1 : 0)} images/s` : "- images/s", rank: 3 },
    { text: hasRate ? `${(bytes / elapsed / 1000).toFixed(1)} MB/s` : "- MB/s", rank: 4 },
    { text: `${hasRate ? duration(((total - finished) * elapsed) / finished) : "-"} left`, rank: 1 },
    { text: failed > 0 ? `${failed} failed` : "", rank: 2 },
  ].filter(({ text }) => text !== "");
  for (let most = 4; ; most--) {
    const line = parts.flatMap(({ text, rank }) => (rank <= most ? [text] : [])).join(" | ");
    const room = columns - 1 - line.length;
    if (room < 0 && most > 0) continue;
    const size = Math.min(LONGEST_BAR, room - 1);
    if (size < SHORTEST_BAR) return line.slice(0, Math.max(0, columns - 1));
    const full = total === 0 ? size : Math.round((Math.min(finished, total) / total) * size);
    return `${"█".repeat(full)}${"░".repeat(size - full)} ${line}`;
  }
}
