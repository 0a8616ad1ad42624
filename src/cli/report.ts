/** What a run tells: to people on stderr and in one line on stdout, or to machines as lines of JSON on stdout. */
import type { RenderOutcome } from "../batch/render-batch.ts";
import type { RenderProgress, RenderSummary } from "../batch/render-dataset.ts";
import type { DatasetProblem } from "../model/scene.ts";
import { ProgressBar } from "./progress.ts";
import { duration, pictureCount, red, safeJson, safeText } from "./terminal.ts";

const SHOWN_PROBLEMS = 20;

/** Where a picture is from, if there are several datasets, and the archive that it went to, if there is one. */
export interface PicturePlace {
  readonly dataset?: string | undefined;
  readonly archive?: string | undefined;
}

/** A picture that would be written. */
export interface PlannedPicture extends PicturePlace {
  readonly index: number;
  readonly fileName: string;
  readonly imageId: number | string | undefined;
  /** Of the file, or in the archive. */
  readonly path: string;
}

/** The voice of one run. */
export class Report {
  readonly #json: boolean;
  readonly #quiet: boolean;
  #bar: ProgressBar | undefined;
  #toldProblems = 0;
  #bytes = 0;

  constructor({ json, quiet }: { json: boolean; quiet: boolean }) {
    this.#json = json;
    this.#quiet = quiet;
  }

  /** Begin; the bar appears on a terminal that can move its cursor. */
  start(total: number): void {
    const { stderr } = process;
    if (stderr.isTTY && process.env["TERM"] !== "dumb" && !this.#json && !this.#quiet && total > 0)
      this.#bar = new ProgressBar(stderr, total);
  }

  /** Problems not told before; the list may have grown. */
  problems(problems: readonly DatasetProblem[]): void {
    const fresh = problems.slice(this.#toldProblems);
    this.#toldProblems = problems.length;
    if (this.#json) for (const { path, message } of fresh) this.#line({ type: "problem", path, message });
    if (this.#json || this.#quiet) return;
    for (const { path, message } of fresh.slice(0, SHOWN_PROBLEMS))
      this.#say(`warning: ${path === "" ? "" : `${path}: `}${message}`);
    const more = fresh.length - SHOWN_PROBLEMS;
    if (more > 0) this.#say(`warning: and ${more} more problems in the annotations (all of them: --json)`);
  }

  progress({ done, failed, total, outcome }: RenderProgress, place: PicturePlace = {}): void {
    if (this.#json) this.#line(pictureRecord(outcome, place));
    else if (outcome.error)
      this.#say(red("failed", process.stderr) + `: ${safeText(failureText(outcome, place))}`, true);
    this.#bytes += outcome.picture?.bytes ?? 0;
    this.#bar?.update(done, failed, total ?? done + failed, this.#bytes);
  }

  /** A picture that a run would write. */
  planned(item: PlannedPicture): void {
    if (this.#json) this.#line({ type: "plan", ...item });
    else {
      const { fileName, archive, path } = item;
      process.stdout.write(
        `${safeText(fileName)} -> ${safeText(archive === undefined ? path : `${archive}: ${path}`)}\n`,
      );
    }
  }

  /** Something that is not as it should be, though nothing failed. */
  warn(text: string): void {
    if (this.#json) this.#line({ type: "problem", path: "", message: text });
    else if (!this.#quiet) this.#say(`warning: ${text}`);
  }

  /** A remark that is no failure. */
  note(text: string): void {
    if (!this.#json && !this.#quiet) this.#say(text);
  }

  /** The end of a run that was not stopped. */
  finish({ done, failures, pixels, bytes, elapsed, times }: RenderSummary, out: string, contactSheet?: string[]): void {
    this.stop();
    const failed = failures.length;
    const summary = { done, failed, pixels, bytes, elapsed: round(elapsed), times: rounded(times), out, contactSheet };
    if (this.#json) this.#line({ type: "summary", ...summary });
    if (this.#json || this.#quiet) return;
    const rate = ((done + failed) / Math.max(elapsed, 1)) * 1000;
    const lost = failed === 0 ? "" : `, ${failed} failed`;
    const speed = done === 0 ? "" : ` in ${duration(elapsed)} (${rate.toFixed(rate < 10 ? 1 : 0)} images/s)`;
    process.stdout.write(`${pictureCount(done)}${speed}${lost} -> ${safeText(out)}\n`);
    if (!contactSheet) return;
    const [first = "no picture was drawn", ...others] = contactSheet;
    const more = others.length === 0 ? "" : ` … ${others.at(-1)}`;
    process.stdout.write(`contact sheet: ${safeText(`${first}${more}`)}\n`);
  }

  /** The end of a run that was stopped. @param goesOn - it can be resumed */
  interrupted(progress: RenderProgress | undefined, goesOn: boolean): void {
    this.stop();
    const [done, failed] = [progress?.done ?? 0, progress?.failed ?? 0];
    if (this.#json) this.#line({ type: "stopped", done, failed });
    else {
      const next = goesOn ? "; --resume goes on from there" : "";
      this.#say(`stopped after ${done + failed} of ${progress?.total ?? "?"} pictures${next}`);
    }
  }

  /** An error that ends the run. */
  error(message: string): void {
    this.stop();
    if (this.#json) this.#line({ type: "error", message });
    this.#say(red("error", process.stderr) + `: ${safeText(message)}`, true);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #say(text: string, isSafe = false): void {
    const line = `limn: ${isSafe ? text : safeText(text)}`;
    if (this.#bar) this.#bar.log(line);
    else process.stderr.write(`${line}\n`);
  }

  #line(record: object): void {
    process.stdout.write(`${safeJson(record)}\n`);
  }
}

/** The picture's name and its reason; the name once, also where the error begins with it. */
function failureText({ index, fileName, imageId, error }: RenderOutcome, { dataset }: PicturePlace): string {
  const name = fileName ?? `image ${imageId ?? index}`;
  const message = error?.message ?? "";
  const text = message.startsWith(`${name}: `) ? message : `${name}: ${message}`;
  return dataset === undefined ? text : `${dataset}: ${text}`;
}

function pictureRecord({ index, fileName, imageId, picture, error }: RenderOutcome, place: PicturePlace): object {
  const item = { type: "picture", index, fileName, imageId, dataset: place.dataset };
  if (error) return { ...item, ok: false, error: { code: error.code, path: error.path, message: error.message } };
  const { name, path, bytes, width, height, times } = picture!;
  return { ...item, ok: true, archive: place.archive, name, path, bytes, width, height, times: rounded(times) };
}

function rounded(times: object): object {
  return Object.fromEntries(Object.entries(times).map(([step, value]) => [step, round(Number(value))]));
}

/** Milliseconds to three digits. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
