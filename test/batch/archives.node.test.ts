import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type PictureArchive,
  renderBatch,
  renderDataset,
  type RenderDatasetOptions,
  TarArchive,
  type Thumbnail,
  ZipArchive,
} from "../../src/batch/index.ts";
import { openZip } from "../../src/format/index.ts";
import type { Dataset, Scene } from "../../src/model/scene.ts";
import { temporaryFolder } from "../support/cli.ts";
import { writeNoise } from "../support/dataset-files.ts";
import { readTar } from "../support/tar.ts";

const WORKER = { workerFile: new URL("../../dist/batch-worker.js", import.meta.url) };
const SIZE = { width: 30, height: 20 };

/** Pictures of noise on disk, one that is missing among them. */
function workspace(names: readonly string[], missing: readonly number[] = []) {
  const folder = temporaryFolder();
  const [images, out] = [join(folder, "photos"), join(folder, "drawn")];
  mkdirSync(images);
  for (const [i, name] of names.entries()) if (!missing.includes(i)) writeNoise(images, name, { ...SIZE, seed: i });
  const scenes = names.map((fileName, i): Scene => ({
    ...SIZE,
    fileName,
    imageId: i,
    caption: i === 0 ? "a first picture" : undefined,
    annotations: [
      { box: { x: 2, y: 2, width: 9, height: 9 }, category: "cat", score: 0.9 },
      { box: { x: 9, y: 2, width: 9, height: 9 }, category: "dog", score: 0.1 },
      { box: { x: 9, y: 9, width: 9, height: 9 }, category: "cat" },
    ],
  }));
  const dataset: Dataset = { categories: [], scenes, size: scenes.length };
  return { images, out, dataset };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i % 3}/${i}.png`);

function memory() {
  const parts: Uint8Array[] = [];
  const sink = { write: (bytes: Uint8Array) => void parts.push(bytes) };
  return { sink, bytes: () => new Uint8Array(Buffer.concat(parts)) };
}

async function zipOf(dataset: Dataset, options: Partial<RenderDatasetOptions> & { images: string }) {
  const { sink, bytes } = memory();
  const summary = await renderDataset(dataset, { ...options, ...WORKER, archive: new ZipArchive(sink) });
  return { summary, bytes: bytes() };
}

test("a ZIP archive holds the files that a folder would get, the same for any number of threads", async () => {
  const { images, out, dataset } = workspace(numbers(20), [4]);
  await renderDataset(dataset, { images, out });
  const { summary, bytes } = await zipOf(dataset, { images });
  expect([summary.done, summary.failures.length]).toEqual([19, 1]);
  const tree = await openZip(bytes);
  const names = numbers(20).filter((_, i) => i !== 4);
  expect(await tree.list()).toEqual(names.toSorted());
  for (const name of names) expect(readFileSync(join(out, name)).equals(await tree.read(name))).toBe(true);
  for (const concurrency of [2, 3]) expect((await zipOf(dataset, { images, concurrency })).bytes).toEqual(bytes);
});

test("tar shards hold each picture beside its JSON, and end with the picture before they would be too large", async () => {
  const { images, dataset } = workspace(["a/1.png", "a/2.x.png", "a/2_x.png", ".b.png", "c.v1/7.jpg.png"]);
  const shards: Uint8Array[][] = [];
  const archive = (size: { pictures?: number; bytes?: number }) => {
    shards.length = 0;
    return new TarArchive((shard) => {
      expect(shard).toBe(shards.length);
      const parts: Uint8Array[] = [];
      shards.push(parts);
      return { write: (bytes) => void parts.push(bytes) };
    }, size);
  };
  const files = () => shards.map((parts) => readTar(new Uint8Array(Buffer.concat(parts))));
  await renderDataset(dataset, { images, style: { minScore: 0.5 }, archive: archive({ pictures: 2 }) });
  const keys = ["a/1", "a/2_x", "a/2_x_png", "_b", "c.v1/7_jpg"];
  expect(files().map((shard) => shard.length)).toEqual([4, 4, 2]);
  expect(files().flatMap((shard) => shard.map(({ name }) => name))).toEqual(
    keys.flatMap((key) => [`${key}.png`, `${key}.json`]),
  );
  const [first, second] = files()[0]!.filter(({ name }) => name.endsWith(".json"));
  expect(JSON.parse(new TextDecoder().decode(first!.bytes))).toEqual({
    fileName: "a/1.png",
    imageId: 0,
    ...SIZE,
    caption: "a first picture",
    categories: ["cat"],
  });
  expect(JSON.parse(new TextDecoder().decode(second!.bytes))).toMatchObject({ fileName: "a/2.x.png", imageId: 1 });
  const whole = Buffer.concat(shards[1]!).length;
  for (const [bytes, counts] of [
    [whole, [2, 2, 1]],
    [whole - 1, [1, 1, 1, 1, 1]],
    [1, [1, 1, 1, 1, 1]],
    [1e6, [5]],
  ] as const) {
    await renderDataset(dataset, { images, style: { minScore: 0.5 }, archive: archive({ bytes }) });
    expect(files().map((shard) => shard.length / 2)).toEqual(counts);
  }
  await renderDataset({ ...dataset, scenes: [] }, { images, archive: archive({}) });
  expect(files()).toEqual([[]]);
});

test("the writer of a stream is a sink, is waited for, and is closed at the end", async () => {
  const { images, dataset } = workspace(numbers(6));
  const { bytes } = await zipOf(dataset, { images });
  const stream = new TransformStream<Uint8Array, Uint8Array>();
  const response = new Response(stream.readable).arrayBuffer();
  await renderDataset(dataset, { images, archive: new ZipArchive(stream.writable.getWriter()) });
  expect(new Uint8Array(await response)).toEqual(bytes);
});

test("an archive that is slow slows the batch", async () => {
  const { images, dataset } = workspace(numbers(60));
  let [asked, added, ahead] = [0, 0, 0];
  function* jobs() {
    for (const scene of dataset.scenes as Scene[]) {
      asked += 1;
      yield { scene };
    }
  }
  const archive: PictureArchive = {
    add: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      ahead = Math.max(ahead, asked - ++added);
    },
    finish: () => undefined,
  };
  for await (const _ of renderBatch(jobs(), { images, output: { archive }, concurrency: 2, ...WORKER }));
  expect(added).toBe(60);
  expect(ahead).toBeLessThanOrEqual(13);
});

test("an archive that fails ends the batch with its error; one that is stopped is not finished", async () => {
  const { images, dataset } = workspace(numbers(30));
  const full = new ZipArchive({
    write: () => {
      throw new Error("full");
    },
  });
  await expect(renderDataset(dataset, { images, archive: full })).rejects.toThrow("full");
  for (const concurrency of [1, 2]) {
    const stop = new AbortController();
    const names: string[] = [];
    let finished = false;
    const archive: PictureArchive = {
      add: ({ name }) => {
        names.push(name);
        if (names.length === 5) stop.abort(new Error("enough"));
      },
      finish: () => (finished = true),
    };
    const run = renderDataset(dataset, { images, archive, signal: stop.signal, concurrency, ...WORKER });
    await expect(run).rejects.toThrow("enough");
    expect(finished).toBe(false);
    // without a gap, so that it can be gone on with
    expect(names).toEqual(numbers(30).slice(0, names.length));
  }
});

test("a folder and an archive, or neither, are refused", async () => {
  const { images, out, dataset } = workspace(["a.png"]);
  const archive = new ZipArchive(memory().sink);
  for (const place of [{ out, archive }, {}])
    await expect(renderDataset(dataset, { images, ...place })).rejects.toMatchObject({ code: "ARGUMENT" });
  expect(() => new TarArchive(() => memory().sink, { pictures: 0 })).toThrow("one picture");
});

test("thumbnails come in order, from any thread, also of pictures that are written already", async () => {
  const { images, out, dataset } = workspace(numbers(9));
  for (const concurrency of [1, 2]) {
    const seen: [number, Thumbnail][] = [];
    const thumbnails = {
      width: 12,
      height: 12,
      from: 2,
      use: (small: Thumbnail, { index }: { index: number }) => void seen.push([index, small]),
    };
    const finished = new Set(numbers(9).slice(0, 5));
    const summary = await renderDataset(dataset, { images, out, thumbnails, finished, concurrency, ...WORKER });
    expect(summary.done).toBe(4);
    expect(seen.map(([index]) => index)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    for (const [, { rgba, width, height }] of seen) expect([width, height, rgba.length]).toEqual([12, 8, 12 * 8 * 4]);
  }
});
