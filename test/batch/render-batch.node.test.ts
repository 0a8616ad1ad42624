import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type BatchJob,
  renderBatch,
  type RenderBatchOptions,
  renderDataset,
  type RenderOutcome,
} from "../../src/batch/index.ts";
import { readCoco } from "../../src/format/index.ts";
import { limits } from "../../src/limits.ts";
import type { Scene } from "../../src/model/scene.ts";
import { filesBelow, temporaryFolder } from "../support/cli.ts";
import { cocoOf, writePicture } from "../support/dataset-files.ts";

/** The built worker: threads do not read TypeScript. */
const workerFile = new URL("../../dist/batch-worker.js", import.meta.url);
const badWorker = new URL("../support/bad-worker.mjs", import.meta.url);

function workspace(names: readonly string[], make: readonly string[] = names) {
  const folder = temporaryFolder();
  const [images, out] = [join(folder, "photos"), join(folder, "drawn")];
  mkdirSync(images);
  for (const name of make) writePicture(images, name);
  const dataset = readCoco(cocoOf(names));
  const jobs = Array.from(dataset.scenes as Iterable<Scene>, (scene): BatchJob => ({ scene }));
  return { images, out, dataset, jobs, options: { images, output: { folder: out }, workerFile } };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}.png`);

async function collect(jobs: Iterable<BatchJob> | AsyncIterable<BatchJob>, options: RenderBatchOptions) {
  const outcomes: RenderOutcome[] = [];
  for await (const outcome of renderBatch(jobs, options)) outcomes.push(outcome);
  return outcomes;
}

test("workers give the same files, results and order as one thread", async () => {
  const names = ["a/1.png", "gone.png", "b/1.png", "../x.png", "1.png", ...numbers(20).slice(2)];
  const { images, out, dataset, options } = workspace(names, [names[0]!, names[2]!, ...names.slice(4)]);
  const other = `${out}-2`;
  const one = await renderDataset(dataset, { images, out });
  const seen: number[] = [];
  const onProgress = ({ outcome }: { outcome: RenderOutcome }) => seen.push(outcome.index);
  const two = await renderDataset(dataset, { images, out: other, concurrency: 2, workerFile, onProgress });
  expect(seen).toEqual(names.map((_, i) => i));
  expect(filesBelow(other)).toEqual(filesBelow(out));
  for (const name of filesBelow(out))
    expect(readFileSync(join(other, name)).equals(readFileSync(join(out, name)))).toBe(true);
  const { elapsed: _, times: __, failures, ...sums } = one;
  expect(two).toMatchObject(sums);
  const told = (list: readonly RenderOutcome[]) => list.map(({ error, ...item }) => [item, error?.message]);
  expect(told(two.failures)).toEqual(told(failures));
  expect(
    two.failures.map(({ error }) => [error?.name, error?.code, error?.path, (error?.cause as { code?: string })?.code]),
  ).toEqual([
    ["ImageError", "IO", "gone.png", "ENOENT"],
    ["ImageError", "ARGUMENT", undefined, undefined],
  ]);
  expect(options.output.folder).toBe(out);
});

test("a worker that crashes, throws or hangs is replaced, and only the job at fault is lost", async () => {
  const names = ["0.png", "1.png", "crash.png", "3.png", "hang.png", "5.png", "throw.png", ...numbers(30).slice(7)];
  const { out, jobs, options } = workspace(names);
  const outcomes = await collect(jobs, { ...options, concurrency: 2, workerFile: badWorker, timeLimit: 1500 });
  expect(outcomes.map(({ index }) => index)).toEqual(names.map((_, i) => i));
  const failures = outcomes.filter(({ error }) => error);
  expect(failures.map(({ fileName, error }) => [fileName, error?.code, error?.message])).toEqual([
    ["crash.png", "INTERNAL", "could not be drawn, twice: its worker ended (exit code 3)"],
    ["hang.png", "INTERNAL", "could not be drawn, twice: its worker was silent for 1.5 s"],
    ["throw.png", "INTERNAL", expect.stringContaining("thrown in the thread")],
  ]);
  expect(filesBelow(out)).toEqual(names.filter((name) => !/^(crash|hang|throw)/.test(name)).sort());
});

test.each(["once-crash.png", "once-hang.png"])("a job that fails its worker once is drawn: %s", async (name) => {
  const names = [...numbers(8), name, "9.png"];
  const { out, jobs, options } = workspace(names);
  const outcomes = await collect(jobs, { ...options, concurrency: 2, workerFile: badWorker, timeLimit: 1500 });
  expect(outcomes.filter(({ error }) => error)).toEqual([]);
  expect(filesBelow(out)).toEqual(names.sort());
});

test("a worker file that cannot be loaded is the error of each job, not a wait without end", async () => {
  const { jobs, options } = workspace(["1.png", "2.png"]);
  const missing = new URL("../support/no-such-worker.mjs", import.meta.url);
  const outcomes = await collect(jobs, { ...options, concurrency: 2, workerFile: missing });
  expect(outcomes.map(({ error }) => error?.code)).toEqual(["INTERNAL", "INTERNAL"]);
});

test("limits hold in workers too", async () => {
  const { jobs, options } = workspace(["1.png", "2.png"]);
  const before = limits.maxPixels;
  limits.maxPixels = 100;
  try {
    const outcomes = await collect(jobs, { ...options, concurrency: 2 });
    expect(outcomes.map(({ error }) => error?.code)).toEqual(["LIMIT", "LIMIT"]);
  } finally {
    limits.maxPixels = before;
  }
});

test("a scene that cannot go to a worker is a result with its error", async () => {
  const { jobs, options } = workspace(["1.png", "2.png"]);
  const scene = { ...jobs[0]!.scene, attributes: new Map([["f", () => 1]]) };
  const outcomes = await collect([{ scene }, jobs[1]!], { ...options, concurrency: 2 });
  expect(outcomes.map(({ error }) => error?.code)).toEqual(["ARGUMENT", undefined]);
});

test.each([1, 2])("a reader who is slow slows the batch (%i threads)", async (concurrency) => {
  const { jobs, options } = workspace(numbers(60));
  let taken = 0;
  function* source() {
    for (const job of jobs) {
      taken += 1;
      yield job;
    }
  }
  let [read, most] = [0, 0];
  for await (const _ of renderBatch(source(), { ...options, concurrency })) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    most = Math.max(most, taken - read++);
  }
  expect([read, taken]).toEqual([60, 60]);
  expect(most).toBeLessThanOrEqual(6 * concurrency + 1);
});

test.each([1, 2])(
  "who stops reading ends the batch, with whole files and no drafts (%i threads)",
  async (concurrency) => {
    const { out, jobs, options } = workspace(numbers(40));
    for await (const { index } of renderBatch(jobs, { ...options, concurrency })) if (index === 2) break;
    const files = filesBelow(out);
    expect(files.length).toBeGreaterThanOrEqual(3);
    expect(files.length).toBeLessThan(30);
    expect(files.every((name) => /^\d+\.png$/.test(name))).toBe(true);
  },
);

test.each([1, 2])("an abort tells what was drawn, then throws its reason (%i threads)", async (concurrency) => {
  const { out, jobs, options } = workspace(numbers(60));
  const stop = new AbortController();
  const told: string[] = [];
  const read = async () => {
    for await (const { fileName, picture } of renderBatch(jobs, { ...options, concurrency, signal: stop.signal })) {
      if (picture) told.push(fileName!);
      if (told.length === 4) stop.abort(new Error("enough"));
    }
  };
  await expect(read()).rejects.toThrow("enough");
  expect(filesBelow(out)).toEqual(told.sort());
  expect(told.length).toBeLessThan(40);
});

test("an abort is heard while the jobs keep us waiting", async () => {
  const { jobs, options } = workspace(["1.png"]);
  async function* source() {
    yield jobs[0]!;
    await new Promise(() => undefined); // for ever
  }
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error("enough"));
  await expect(collect(source(), { ...options, signal: stop.signal, onProgress })).rejects.toThrow("enough");
});

test("results need not be in order, and none is lost", async () => {
  const names = ["hang.png", ...numbers(20)];
  const { jobs, options } = workspace(names);
  const some = { ...options, concurrency: 2, ordered: false, workerFile: badWorker, timeLimit: 1000 };
  const order = (await collect(jobs, some)).map(({ index }) => index);
  expect(order[0]).not.toBe(0);
  expect(order.sort((a, b) => a - b)).toEqual(names.map((_, i) => i));
});

test("parts have no picture in common, and together are the whole with the names of the whole", async () => {
  const names = ["a.png", "a.jpg", "a.gif", "b.png", "b.jpg", "c.png", "d.png"];
  const { images, out, dataset } = workspace(names);
  await renderDataset(dataset, { images, out });
  const parts: string[] = [];
  for (const part of [1, 2, 3]) {
    const folder = `${out}-${part}`;
    const totals: unknown[] = [];
    const { done } = await renderDataset(dataset, {
      images,
      out: folder,
      shard: [part, 3],
      onProgress: ({ total }) => totals.push(total),
    });
    expect(totals).toEqual(Array(done).fill(done));
    parts.push(...filesBelow(folder));
  }
  expect(parts.sort()).toEqual(filesBelow(out));
});
