/** Batches of pictures that come with their jobs and go with their results: the same in Node and in pages. */
import { expect, test } from "vitest";
import { type BatchJob, renderBatch, type RenderBatchOptions, type RenderOutcome } from "../../src/batch/index.ts";
import { decodeImage } from "../../src/codec/image.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import { Frame } from "../../src/core/frame.ts";
import { render } from "../../src/draw/render.ts";
import { ImageError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import type { Scene } from "../../src/model/scene.ts";
import { badWorker, workerFile } from "../support/batch-workers.ts";

const output = { as: "bytes" } as const;

function pictureOf(fill: number, width = 16, height = 12): Uint8Array {
  using frame = Frame.create(width, height, { fill });
  return encodePng(frame);
}

const annotations: Scene["annotations"] = [{ box: { x: 2, y: 2, width: 8, height: 6 }, category: "thing" }];

/** One job for each name; each has a colour of its own. */
function jobsOf(names: readonly string[]): BatchJob[] {
  return names.map((fileName, i) => ({
    scene: { width: 16, height: 12, fileName, annotations, imageId: crypto.randomUUID() },
    image: pictureOf(i * 7919),
  }));
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}.png`);

async function collect(jobs: Iterable<BatchJob> | AsyncIterable<BatchJob>, options: RenderBatchOptions) {
  const outcomes: RenderOutcome[] = [];
  for await (const outcome of renderBatch(jobs, options)) outcomes.push(outcome);
  return outcomes;
}

test.each([1, 2])("a picture comes with its job and goes with its result (%i threads)", async (concurrency) => {
  const jobs = jobsOf(["a/1.png", "a/2.jpg", "a/2.png"]);
  const outcomes = await collect(jobs, { output, concurrency, workerFile });
  expect(outcomes.map(({ index, picture }) => [index, picture?.name])).toEqual([
    [0, "a/1.png"],
    [1, "a/2.png"],
    [2, "a/2.png.png"],
  ]);
  for (const [i, { picture }] of outcomes.entries()) {
    const { scene, image } = jobs[i]!;
    using frame = decodeImage(image as Uint8Array);
    expect(picture!.encoded).toEqual(encodePng(render(frame, scene as Scene)));
    expect(picture!.encoded!.buffer.byteLength).toBe(picture!.bytes);
    expect(picture).toMatchObject({ path: undefined, width: 16, height: 12 });
    expect(Object.keys(picture!.times)).toEqual(["read", "decode", "draw", "encode", "write"]);
  }
});

test.each([1, 2])("bytes, a buffer, a Blob and a File are the same picture (%i threads)", async (concurrency) => {
  const bytes = pictureOf(0x336699) as Uint8Array<ArrayBuffer>;
  const padded = new Uint8Array(bytes.length + 9);
  padded.set(bytes, 4);
  const images = [
    bytes,
    padded.subarray(4, 4 + bytes.length),
    bytes.slice().buffer,
    new Blob([bytes]),
    new File([bytes], "x.png"),
  ];
  const jobs = images.map((image): BatchJob => ({ scene: { annotations }, image }));
  const outcomes = await collect(jobs, { output, concurrency, workerFile });
  expect(outcomes.map(({ picture, error }) => picture?.name ?? error)).toEqual(numbers(5));
  for (const { picture } of outcomes) expect(picture!.encoded).toEqual(outcomes[0]!.picture!.encoded);
  expect(bytes.length).toBeGreaterThan(0); // not taken away from the caller
});

test.each([1, 2])("a scene without size has that of its picture (%i threads)", async (concurrency) => {
  const image = pictureOf(0x336699, 30, 20);
  const sized = { annotations, width: 30, height: 20 };
  const scenes = [sized, { annotations }, { annotations, width: 31, height: 20 }];
  const jobs = scenes.map((scene): BatchJob => ({ scene, image }));
  const outcomes = await collect(jobs, { output: { ...output, type: "jpg" }, concurrency, workerFile });
  expect(outcomes[1]!.picture!.encoded).toEqual(outcomes[0]!.picture!.encoded);
  expect(outcomes.map(({ picture }) => picture?.name)).toEqual(["0.jpg", "1.jpg", undefined]);
  expect(outcomes[2]!.error).toMatchObject({ code: "ARGUMENT" });
});

test.each([1, 2])("what is no picture is the error of its job alone (%i threads)", async (concurrency) => {
  const images = ["cat.png", new Uint8Array(9), new Blob([]), { size: 3 }, undefined, pictureOf(1)] as never[];
  const jobs = images.map((image): BatchJob => ({ scene: { fileName: "a.png", annotations }, image }));
  const outcomes = await collect(jobs, { output, concurrency, workerFile });
  expect(outcomes.map(({ error }) => error && [error instanceof ImageError, error.code, error.path])).toEqual([
    [true, "ARGUMENT", "image"],
    [true, "DECODE", undefined],
    [true, "DECODE", undefined],
    [true, "ARGUMENT", "image"],
    [true, "ARGUMENT", "a.png"],
    undefined,
  ]);
});

test("an output that is no output is an error before anything is drawn", async () => {
  for (const wrong of [{}, { as: "base64" }, { as: "bytes", folder: "x" }, { folder: 7 }])
    await expect(collect(jobsOf(["a.png"]), { output: wrong as never })).rejects.toBeInstanceOf(ImageError);
});

test("a worker that crashes, throws or hangs is replaced, and only the job at fault is lost", async () => {
  const names = ["0.png", "1.png", "crash.png", "3.png", "hang.png", "5.png", "throw.png", ...numbers(20).slice(7)];
  const options = { output, concurrency: 2, workerFile: badWorker, timeLimit: 1500 };
  const outcomes = await collect(jobsOf(names), options);
  expect(outcomes.map(({ fileName }) => fileName)).toEqual(names);
  const failures = outcomes.filter(({ error }) => error);
  expect(failures.map(({ fileName, error }) => [fileName, error?.code, error?.message])).toEqual([
    ["crash.png", "INTERNAL", expect.stringMatching(/^could not be drawn, twice: its worker (ended|was silent)/)],
    ["hang.png", "INTERNAL", "could not be drawn, twice: its worker was silent for 1.5 s"],
    ["throw.png", "INTERNAL", expect.stringContaining("thrown in the thread")],
  ]);
  const [first] = outcomes;
  expect(outcomes.filter(({ picture }) => picture?.encoded?.length).length).toBe(names.length - 3);
  expect(first!.picture!.encoded!.length).toBeGreaterThan(50);
});

test.each(["once-crash.png", "once-hang.png"])("a job that fails its worker once is drawn: %s", async (name) => {
  const names = [...numbers(6), name, "9.png"];
  const options = { output, concurrency: 2, workerFile: badWorker, timeLimit: 1500 };
  const outcomes = await collect(jobsOf(names), options);
  expect(outcomes.map(({ fileName, error }) => [fileName, error])).toEqual(names.map((found) => [found, undefined]));
});

test("a worker file that cannot be loaded is the error of each job, not a wait without end", async () => {
  const missing = new URL("no-such-worker.mjs", badWorker);
  const outcomes = await collect(jobsOf(["1.png", "2.png"]), { output, concurrency: 2, workerFile: missing });
  expect(outcomes.map(({ error }) => error?.code)).toEqual(["INTERNAL", "INTERNAL"]);
});

test("limits hold in workers too", async () => {
  const before = limits.maxPixels;
  const jobs = jobsOf(["1.png", "2.png"]);
  limits.maxPixels = 100;
  try {
    const outcomes = await collect(jobs, { output, concurrency: 2, workerFile });
    expect(outcomes.map(({ error }) => error?.code)).toEqual(["LIMIT", "LIMIT"]);
  } finally {
    limits.maxPixels = before;
  }
});

test("a scene that cannot go to a worker is a result with its error", async () => {
  const [first, second] = jobsOf(["1.png", "2.png"]);
  const bad = { ...first!, scene: { ...first!.scene, attributes: new Map([["f", () => 1]]) } };
  const outcomes = await collect([bad, second!], { output, concurrency: 2, workerFile });
  expect(outcomes.map(({ error }) => error?.code)).toEqual(["ARGUMENT", undefined]);
});

test.each([1, 2])("a reader who is slow slows the batch (%i threads)", async (concurrency) => {
  const jobs = jobsOf(numbers(60));
  let taken = 0;
  function* source() {
    for (const job of jobs) {
      taken += 1;
      yield job;
    }
  }
  let [read, most] = [0, 0];
  for await (const _ of renderBatch(source(), { output, concurrency, workerFile })) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    most = Math.max(most, taken - read++);
  }
  expect([read, taken]).toEqual([60, 60]);
  expect(most).toBeLessThanOrEqual(6 * concurrency + 1);
});

test.each([1, 2])("an abort tells what was drawn, then throws its reason (%i threads)", async (concurrency) => {
  const stop = new AbortController();
  let told = 0;
  const read = async () => {
    for await (const { picture } of renderBatch(jobsOf(numbers(60)), {
      output,
      concurrency,
      workerFile,
      signal: stop.signal,
    })) {
      if (picture) told += 1;
      if (told === 4) stop.abort(new Error("enough"));
    }
  };
  await expect(read()).rejects.toThrow("enough");
  expect(told).toBeGreaterThanOrEqual(4);
  expect(told).toBeLessThan(40);
});

test("an abort is heard while the jobs keep us waiting", async () => {
  async function* source() {
    yield* jobsOf(["1.png"]);
    await new Promise(() => undefined); // for ever
  }
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error("enough"));
  await expect(collect(source(), { output, signal: stop.signal, onProgress })).rejects.toThrow("enough");
});

test("results need not be in order, and none is lost", async () => {
  const names = ["hang.png", ...numbers(20)];
  const some = { output, concurrency: 2, ordered: false, workerFile: badWorker, timeLimit: 1000 };
  const order = (await collect(jobsOf(names), some)).map(({ index }) => index);
  expect(order[0]).not.toBe(0);
  expect(order.sort((a, b) => a - b)).toEqual(names.map((_, i) => i));
});
