/** Archives: what is written comes back, what is broken or dangerous is refused. */
import { unzipSync, zipSync } from "fflate";
import { afterEach, describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { isZip, openZip, ZipSink } from "../../src/format/index.ts";
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
