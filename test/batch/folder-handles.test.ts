/** Folders that a page was given, as places of pictures. Node has none. */
import { expect, onTestFinished, test } from "vitest";
import {
  type BatchJob,
  renderBatch,
  type RenderBatchOptions,
  renderDataset,
  TarArchive,
  ZipArchive,
} from "../../src/batch/index.ts";
import { encodePng } from "../../src/codec/png-encode.ts";
import { Frame } from "../../src/core/frame.ts";
import { ImageError } from "../../src/errors.ts";
import { openZip } from "../../src/format/index.ts";
import { openHandle } from "../../src/platform/handle-store.ts";
import { workerFile } from "../support/batch-workers.ts";
import { readTar } from "../support/tar.ts";

const inPage = typeof navigator !== "undefined" && "storage" in navigator;
const pageTest = test.skipIf(!inPage);

test.runIf(!inPage)("Node says that it takes paths", async () => {
  const folder = { kind: "directory" } as never;
  for (const options of [
    { images: folder, output: { as: "bytes" } },
    { output: { folder } },
  ] satisfies RenderBatchOptions[])
    await expect(renderBatch([], options).next()).rejects.toMatchObject({ code: "UNSUPPORTED" });
});

/** A folder of the page's own that goes when the test ends. */
async function temporaryHandle(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  const name = `test-${crypto.randomUUID()}`;
  onTestFinished(() => root.removeEntry(name, { recursive: true }));
  return root.getDirectoryHandle(name, { create: true });
}

async function put(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array | string): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  const stream = await file.createWritable();
  await stream.write(bytes as Uint8Array<ArrayBuffer>);
  await stream.close();
}

/** Every file and empty folder below a folder. */
async function filesOf(folder: FileSystemDirectoryHandle, prefix = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const [name, entry] of folder.entries()) {
    const below = entry.kind === "directory" ? await filesOf(entry, `${prefix}${name}/`) : [];
    names.push(...(below.length > 0 ? below : [`${prefix}${name}${entry.kind === "directory" ? "/" : ""}`]));
  }
  return names.sort();
}

async function bytesOf(folder: FileSystemDirectoryHandle, name: string): Promise<Uint8Array> {
  return new Uint8Array(await (await (await folder.getFileHandle(name)).getFile()).arrayBuffer());
}

async function workspace(names: readonly string[]) {
  const [images, folder] = [await temporaryHandle(), await temporaryHandle()];
  for (const [i, name] of names.entries()) {
    using frame = Frame.create(16, 12, { fill: i * 7919 });
    const parts = name.split("/");
    const sub = parts.length > 1 ? await images.getDirectoryHandle(parts[0]!, { create: true }) : images;
    await put(sub, parts.at(-1)!, encodePng(frame));
  }
  return { images, folder };
}

const sceneOf = (fileName: string) => ({
  fileName,
  width: 16,
  height: 12,
  annotations: [{ box: { x: 2, y: 2, width: 8, height: 6 }, category: "thing" }],
});

pageTest.each([1, 2])("pictures are read from one folder and written to another (%i threads)", async (concurrency) => {
  const names = ["a/1.png", "b/1.png", "1.png", "ü %2f.png"];
  const { images, folder } = await workspace(names);
  const missing = ["gone.png", "a", "../1.png", "/1.png", "a/../../1.png"];
  const scenes = [...names, ...missing].map(sceneOf);
  const drawn: (string | undefined)[] = [];
  const summary = await renderDataset(
    { categories: [], scenes },
    { images, out: folder, concurrency, workerFile, onProgress: ({ outcome }) => drawn.push(outcome.picture?.path) },
  );
  expect(await filesOf(folder)).toEqual([...names].sort());
  expect(summary.failures.map(({ error }) => [error instanceof ImageError, error?.code])).toEqual([
    [true, "IO"],
    [true, "IO"],
    [true, "ARGUMENT"],
    [true, "ARGUMENT"],
    [true, "ARGUMENT"],
  ]);
  expect(drawn.slice(0, 4)).toEqual(names.map((name) => `${folder.name}/${name}`));
  const image = await bytesOf(images, "1.png");
  const bytes = renderBatch([{ scene: sceneOf("1.png"), image }], { output: { as: "bytes" } });
  expect(await bytesOf(folder, "1.png")).toEqual((await bytes.next()).value!.picture!.encoded);
});

pageTest("a file that is there is replaced, and a folder of that name is not", async () => {
  const { images, folder } = await workspace(["1.png", "2.png", "3.png"]);
  await put(folder, "1.png", "old and much longer than nothing");
  await folder.getDirectoryHandle("2.png", { create: true });
  const { failures } = await renderDataset(
    { categories: [], scenes: ["1.png", "2.png", "3.png"].map(sceneOf) },
    { images, out: folder },
  );
  expect(failures.map(({ fileName, error }) => [fileName, error?.code])).toEqual([["2.png", "IO"]]);
  expect(await filesOf(folder)).toEqual(["1.png", "2.png/", "3.png"]);
  expect([...(await bytesOf(folder, "1.png")).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
});

pageTest("who stops reading ends the batch, with whole files and no drafts", async () => {
  const names = Array.from({ length: 30 }, (_, i) => `${i}.png`);
  const { images, folder } = await workspace(names);
  const jobs = names.map((name): BatchJob => ({ scene: sceneOf(name) }));
  for await (const { index } of renderBatch(jobs, { images, output: { folder }, concurrency: 2, workerFile }))
    if (index === 2) break;
  const files = await filesOf(folder);
  expect(files.length).toBeGreaterThanOrEqual(3);
  expect(files.length).toBeLessThan(25);
  expect(files.filter((name) => !/^\d+\.png$/.test(name))).toEqual([]);
  for (const name of files) expect([...(await bytesOf(folder, name)).slice(-8, -4)]).toEqual([0x49, 0x45, 0x4e, 0x44]);
});

pageTest("the folder of the pictures is not that of the drawn ones", async () => {
  const { images } = await workspace(["1.png"]);
  const same = await (await navigator.storage.getDirectory()).getDirectoryHandle(images.name);
  await expect(renderBatch([], { images, output: { folder: same } }).next()).rejects.toMatchObject({
    code: "ARGUMENT",
  });
  expect(await filesOf(images)).toEqual(["1.png"]);
});

pageTest("paths and what is no folder are errors before anything is drawn", async () => {
  const file = await (await temporaryHandle()).getFileHandle("x", { create: true });
  for (const wrong of ["photos", "", 3, null, file, {}])
    await expect(renderBatch([], { images: wrong as never, output: { as: "bytes" } }).next()).rejects.toBeInstanceOf(
      ImageError,
    );
});

pageTest("where files cannot be renamed a failed write leaves nothing, and an old file as it was", async () => {
  const folder = await temporaryHandle();
  const bytes = new TextEncoder().encode("new");
  const without = (broken: boolean) => {
    const wrap = (real: FileSystemDirectoryHandle): object => ({
      kind: "directory",
      name: "",
      getDirectoryHandle: async (name: string, options: object) => wrap(await real.getDirectoryHandle(name, options)),
      getFileHandle: async (name: string, options: object) => {
        const file = await real.getFileHandle(name, options);
        const createWritable = async () => {
          const stream = await file.createWritable();
          const write = async () => {
            throw new DOMException("no room", "QuotaExceededError");
          };
          return broken && !name.endsWith(".tmp")
            ? { write, close: () => stream.close(), abort: () => stream.abort() }
            : stream;
        };
        return { kind: "file", getFile: () => file.getFile(), createWritable };
      },
      removeEntry: (name: string, options: object) => real.removeEntry(name, options),
    });
    return openHandle(wrap(folder) as never);
  };
  await without(false).write("a/b.png", bytes, "drafts");
  expect(await filesOf(folder)).toEqual(["a/b.png", "drafts/"]);
  await expect(async () => without(true).write("a/c.png", bytes, "drafts")).rejects.toMatchObject({
    code: "IO",
    message: "a/c.png: cannot be written (the disk is full)",
  });
  await expect(async () => without(true).write("a/b.png", bytes)).rejects.toMatchObject({ code: "IO" });
  expect(await filesOf(folder)).toEqual(["a/b.png", "drafts/"]);
  expect(await bytesOf(await folder.getDirectoryHandle("a"), "b.png")).toEqual(bytes);
});

pageTest.each([1, 2])("archives are written to files of a page's folder (%i threads)", async (concurrency) => {
  const names = ["a/1.png", "b.x/1.png", "1.png", "ü %2f.png", "2.png"];
  const { images, folder } = await workspace(names);
  const dataset = { categories: [], scenes: [...names, "gone.png"].map(sceneOf) };
  const options = { images, concurrency, workerFile };
  await renderDataset(dataset, { ...options, out: folder });
  const files = await temporaryHandle();
  const open = async (name: string) => (await files.getFileHandle(name, { create: true })).createWritable();
  const { done, failures } = await renderDataset(dataset, { ...options, archive: new ZipArchive(await open("x.zip")) });
  expect([done, failures.length]).toEqual([5, 1]);
  const tree = await openZip(await bytesOf(files, "x.zip"));
  expect(await tree.list()).toEqual([...names].sort());
  const drawn = async (name: string): Promise<Uint8Array> => {
    const [file = "", sub] = name.split("/").reverse();
    return bytesOf(sub === undefined ? folder : await folder.getDirectoryHandle(sub), file);
  };
  for (const name of names) expect(await tree.read(name)).toEqual(await drawn(name));
  const archive = new TarArchive((shard) => open(`x-${shard}.tar`), { pictures: 2 });
  await renderDataset(dataset, { ...options, archive });
  expect(await filesOf(files)).toEqual(["x-0.tar", "x-1.tar", "x-2.tar", "x.zip"]);
  const shards = await Promise.all([0, 1, 2].map(async (shard) => readTar(await bytesOf(files, `x-${shard}.tar`))));
  const pictures = shards.flat().filter(({ name }) => name.endsWith(".png"));
  expect(shards.map(({ length }) => length)).toEqual([4, 4, 2]);
  for (const [i, { bytes }] of pictures.entries()) expect(bytes).toEqual(await drawn(names[i]!));
});

pageTest("a file whose archive is given up stays as it was", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `${i}.png`);
  const { images } = await workspace(names);
  const files = await temporaryHandle();
  await put(files, "x.zip", "old");
  const stream = await (await files.getFileHandle("x.zip")).createWritable();
  const stop = new AbortController();
  const run = renderDataset(
    { categories: [], scenes: names.map(sceneOf) },
    {
      images,
      archive: new ZipArchive(stream),
      signal: stop.signal,
      onProgress: ({ done }) => done === 3 && stop.abort(new Error("enough")),
    },
  );
  await expect(run).rejects.toThrow("enough");
  await stream.abort();
  expect(await filesOf(files)).toEqual(["x.zip"]);
  expect(new TextDecoder().decode(await bytesOf(files, "x.zip"))).toBe("old");
});
