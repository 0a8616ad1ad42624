/** Archives: what is written comes back, what is broken or dangerous is refused. */
import { unzipSync, zipSync } from "fflate";
import { afterEach, describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { isZip, openZip, ZipSink } from "../../src/format/index.ts";
import { ZipWriter } from "../../src/format/zip-write.ts";
import { limits } from "../../src/limits.ts";

const before = { ...limits };
afterEach(() => void Object.assign(limits, before));

async function sample(): Promise<Uint8Array> {
  const sink = new ZipSink();
  await sink.write("a/b.json", '{"x": 1}');
  await sink.write("a/c.png", new Uint8Array([1, 2, 3]));
  await sink.write("z.txt", "many ".repeat(1000));
  return sink.bytes();
}

async function failure(promise: Promise<unknown>): Promise<ImageError> {
  const error = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ImageError);
  return error as ImageError;
}

/** The archive with one field of every directory entry (and local header, where it is there too) set. */
function withField(zip: Uint8Array, central: number, bytes: readonly number[]): Uint8Array {
  const copy = zip.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 4 <= copy.length; at++)
    if (view.getUint32(at, true) === 0x02014b50) copy.set(bytes, at + central);
  return copy;
}

test("files come back, in order, whole and in parts", async () => {
  const zip = await sample();
  const tree = await openZip(zip);
  expect(await tree.list()).toEqual(["a/b.json", "a/c.png", "z.txt"]);
  expect(new TextDecoder().decode(await tree.read("a/b.json"))).toBe('{"x": 1}');
  expect(await tree.read("a/c.png")).toEqual(new Uint8Array([1, 2, 3]));
  expect(await tree.readHead!("z.txt", 7)).toEqual(new TextEncoder().encode("many ma"));
  expect(await tree.size!("z.txt")).toBe(5000);
  expect((await failure(tree.read("none"))).code).toBe("IO");
});

test("the same files give the same bytes, which another reader reads", async () => {
  const zip = await sample();
  expect(await sample()).toEqual(zip);
  expect(Object.keys(unzipSync(zip))).toEqual(["a/b.json", "a/c.png", "z.txt"]);
  expect(isZip(zip)).toBe(true);
  expect(isZip(new Uint8Array([0x50, 0x4b]))).toBe(false);
});

test("hidden files, folders and what systems add are left out", async () => {
  const zip = zipSync({
    "a/": new Uint8Array(),
    "__MACOSX/a.json": new Uint8Array(1),
    "a/.DS_Store": new Uint8Array(1),
    "a/x": new Uint8Array(1),
  });
  expect(await (await openZip(zip)).list()).toEqual(["a/x"]);
});

describe("refused", () => {
  test.for(["../a.json", "/etc/passwd", "a/../../b", "C:\\x", "a\\..\\..\\b"])(
    "the name %j",
    async (name, { expect }) => {
      expect((await failure(openZip(zipSync({ [name]: new Uint8Array(1) })))).code).toBe("ARGUMENT");
    },
  );

  test("names that leave the root, and a name twice, when writing", async () => {
    const sink = new ZipSink();
    await sink.write("a", "");
    expect((await failure(sink.write("../a", ""))).code).toBe("ARGUMENT");
    expect((await failure(sink.write("a", ""))).code).toBe("ARGUMENT");
  });

  test("no archive, and every archive that is cut short", async () => {
    const zip = await sample();
    for (let length = 0; length < zip.length; length++)
      expect((await failure(openZip(zip.subarray(0, length)))).code).toBe("DECODE");
  });

  test("a file whose bytes are changed", async () => {
    const zip = await sample();
    zip[30 + "a/b.json".length]! ^= 1;
    const tree = await openZip(zip);
    const names = await tree.list();
    const results = await Promise.allSettled(names.map((name) => tree.read(name)));
    const failed = results.filter((result) => result.status === "rejected");
    expect(failed.length).toBeGreaterThan(0);
    for (const { reason } of failed) expect(reason).toBeInstanceOf(ImageError);
  });

  test("a bomb: by its ratio, by its size, by a size that lies", async () => {
    const zeros = zipSync({ "x.json": new Uint8Array(2 ** 25) });
    expect((await failure(openZip(zeros))).code).toBe("LIMIT");
    limits.maxUnpackedBytes = 4000;
    expect((await failure((await openZip(await sample())).read("z.txt"))).code).toBe("LIMIT");
    limits.maxUnpackedBytes = 2 ** 30;
    const lying = await openZip(withField(zeros, 24, [100, 0, 0, 0]));
    expect((await failure(lying.read("x.json"))).code).toBe("DECODE");
  });

  test("too many files, encrypted ones, unknown methods, files that overlap", async () => {
    const zip = await sample();
    limits.maxFiles = 2;
    expect((await failure(openZip(zip))).code).toBe("LIMIT");
    limits.maxFiles = 100;
    expect((await failure(openZip(withField(zip, 8, [1, 0])))).code).toBe("UNSUPPORTED");
    expect((await failure(openZip(withField(zip, 10, [12, 0])))).code).toBe("UNSUPPORTED");
    expect((await failure(openZip(withField(zip, 42, [0, 0, 0, 0])))).code).toBe("DECODE");
  });
});

test("more than 65,535 files are a ZIP64 archive", async () => {
  const sink = new ZipSink();
  for (let i = 0; i < 70_000; i++) sink.add(`${i}.png`, new Uint8Array([i & 255]));
  const tree = await openZip(sink.bytes());
  expect((await tree.list()).length).toBe(70_000);
  expect(await tree.read("69999.png")).toEqual(new Uint8Array([69_999 & 255]));
});

test("a writer that goes on behind the files of another gives the same archive", () => {
  const files = ["a.png", "b/ü.txt", "c.png"].map((name, i) => [name, new Uint8Array(100 + i).fill(i)] as const);
  const whole = new ZipWriter();
  const parts = files.map(([name, bytes]) => joined(whole.add(name, bytes)));
  const end = joined(whole.end());
  const second = new ZipWriter();
  for (const part of parts.slice(0, 2)) second.adopt(part);
  expect(second.size).toBe(parts[0]!.length + parts[1]!.length);
  expect(joined(second.add(...files[2]!))).toEqual(parts[2]);
  expect(joined(second.end())).toEqual(end);
  expect(() => new ZipWriter().adopt(parts[0]!.subarray(1))).toThrow(ImageError);
  expect(() => new ZipWriter().adopt(parts[0]!.subarray(0, -1))).toThrow(ImageError);
  expect(() => second.add("d", "")).toThrow(ImageError);
});

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
}
