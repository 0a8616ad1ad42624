import { mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BatchJob, renderBatch, type RenderBatchOptions, type RenderOutcome } from "../../src/batch/index.ts";
import { Frame } from "../../src/core/frame.ts";
import { core, trimCore } from "../../src/core/wasm.ts";
import { registerFont } from "../../src/draw/fonts/registry.ts";
import { filesBelow, temporaryFolder } from "../support/cli.ts";
import { writePicture } from "../support/dataset-files.ts";
import { testFont } from "../support/fonts.ts";

/** The built worker: threads do not read TypeScript. */
const workerFile = new URL("../../dist/batch-worker.js", import.meta.url);
const badWorker = new URL("../support/bad-worker.mjs", import.meta.url);
const SIZE = { width: 200, height: 80 };

/** Pictures that differ only in their label. */
function workspace(count: number, label: string, size: { width: number; height: number } = SIZE, last?: string) {
  const folder = temporaryFolder();
  const images = join(folder, "photos");
  mkdirSync(images);
  writePicture(images, "a.png", size);
  const annotations = [{ box: { x: 5, y: 40, width: 150, height: 30 }, category: label }];
  const jobs = Array.from({ length: count }, (_, i): BatchJob => {
    return { scene: { ...size, fileName: "a.png", annotations }, name: i === count - 1 && last ? last : `${i}.png` };
  });
  const draw = async (out: string, some: Partial<RenderBatchOptions>): Promise<RenderOutcome[]> => {
    const outcomes: RenderOutcome[] = [];
    const options = { images, output: { folder: join(folder, out) }, workerFile, ...some };
    for await (const outcome of renderBatch(jobs, options)) {
      if (outcome.error) throw outcome.error;
      outcomes.push(outcome);
    }
    return outcomes;
  };
  return { draw, file: (out: string, i: number) => readFileSync(join(folder, out, `${i}.png`)), folder };
}

test("fonts that are registered here draw in workers too, in the same order, also those that come later", async () => {
  const { draw, file } = workspace(6, "보행자 안녕하세요");
  await draw("boxes", { concurrency: 2 });
  await registerFont(await testFont("devanagari"), { name: "first" });
  await registerFont(await testFont("hangul"), { name: "second" });
  await draw("one", {});
  await draw("two", { concurrency: 2 });
  expect(file("one", 0).equals(file("boxes", 0))).toBe(false);
  for (let i = 0; i < 6; i++) expect(file("two", i).equals(file("one", i)), `picture ${i}`).toBe(true);
  const style = { fonts: ["second", "Limn Sans"] };
  await draw("named-one", { style });
  await draw("named-two", { style, concurrency: 2 });
  expect(file("named-two", 5).equals(file("named-one", 5))).toBe(true);
});

test("a font that is registered while a batch runs is known to the workers of the jobs after it", async () => {
  const { draw, file } = workspace(40, "ภาษาไทย");
  let done: Promise<string> | undefined;
  const onProgress = () => void (done ??= testFont("thai").then((bytes) => registerFont(bytes, { name: "thai" })));
  await draw("before", {});
  await draw("two", { concurrency: 2, onProgress });
  await done;
  await draw("after", {});
  expect(file("before", 0).equals(file("after", 0))).toBe(false);
  const known = [file("before", 0), file("after", 0)];
  for (let i = 0; i < 40; i++) expect(known.some((bytes) => bytes.equals(file("two", i)))).toBe(true);
});

test('"auto" leaves short runs to this thread: a worker that cannot be loaded is never asked for', async () => {
  const { draw } = workspace(30, "car");
  const missing = new URL("../support/no-such-worker.mjs", import.meta.url);
  expect((await draw("out", { concurrency: "auto", workerFile: missing })).length).toBe(30);
});

test.each([["known"], ["unknown"]])(
  '"auto" gives long runs to workers, with the same files in the same order (length %s)',
  async (length) => {
    const size = { width: 1200, height: 900 };
    const count = length === "known" ? 260 : 100;
    const { draw, file, folder } = workspace(count, "car", size);
    const late = workspace(count, "car", size, "crash.png");
    const expected = length === "known" ? 5000 : undefined;
    const outcomes = await draw("auto", { concurrency: "auto", expected });
    expect(outcomes.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(filesBelow(join(folder, "auto")).length).toBe(count);
    for (let i = 1; i < count; i++) expect(file("auto", i).equals(file("auto", 0))).toBe(true);
    // how long a run of unknown length must be for workers, the machine decides
    if (expected === undefined || availableParallelism() === 1) return;
    // the last job ends a worker; this thread would draw it
    const failing = late.draw("auto", { concurrency: "auto", expected, workerFile: badWorker });
    await expect(failing).rejects.toThrow("its worker ended (exit code 3)");
  },
  60_000,
);

test('"auto" goes on in this thread where workers cannot be had', async () => {
  const { draw } = workspace(120, "car", { width: 900, height: 700 });
  const missing = new URL("../support/no-such-worker.mjs", import.meta.url);
  const outcomes = await draw("out", { concurrency: "auto", expected: 100_000, workerFile: missing });
  expect(outcomes.length).toBe(120);
}, 60_000);

test.each([0, 1.5, -1, "all", NaN])("a concurrency that is none is refused: %s", async (concurrency) => {
  const { draw } = workspace(1, "car");
  await expect(draw("out", { concurrency: concurrency as number })).rejects.toMatchObject({ code: "ARGUMENT" });
});

test("the memory of a huge picture is given back once smaller ones follow, and never under a living frame", () => {
  const bytes = () => core().memory.buffer.byteLength;
  const huge = Frame.create(8000, 6000);
  expect(bytes()).toBeGreaterThan(180 * 2 ** 20);
  trimCore(0);
  expect(bytes()).toBeGreaterThan(180 * 2 ** 20);
  huge.free();
  trimCore(8000 * 6000 * 4);
  expect(bytes()).toBeGreaterThan(180 * 2 ** 20);
  trimCore(640 * 480 * 4);
  expect(bytes()).toBeLessThan(16 * 2 ** 20);
});
