import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { S3File, S3Folder } from "../../src/platform/node-s3-files.ts";
import { listObjects } from "../../src/platform/node-s3.ts";
import { openStore, resolvePlace } from "../../src/platform/node-store.ts";
import { keyOf, parseS3, s3Name, splitS3 } from "../../src/platform/s3-place.ts";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import { random } from "../support/random.ts";
import { hasS3, S3_ENV, s3Test, type Server, startS3 } from "../support/servers.ts";

describe("names of places", () => {
  test.each([
    ["s3://bucket", "s3://bucket", ""],
    ["s3://bucket/", "s3://bucket", ""],
    ["s3://bucket/a/b", "s3://bucket/a/b", "a/b/"],
    ["s3://my.bucket-1/a//b/", "s3://my.bucket-1/a/b", "a/b/"],
    ["s3://bucket/ä ö/%2e%2e", "s3://bucket/ä ö/%2e%2e", "ä ö/%2e%2e/"],
  ])("%s is a place", (text, name, prefix) => {
    const place = parseS3(text);
    expect([s3Name(place), place.prefix]).toEqual([name, prefix]);
  });

  test.each([
    "s3://",
    "s3:///a",
    "s3:/bucket",
    "s3://b",
    "s3://bu cket/a",
    "s3://bucket/../a",
    "s3://bucket/a/..",
    "S3://b",
  ])("%s is none", (text) => {
    expect(() => parseS3(text)).toThrow(ImageError);
  });

  test("files cannot leave their place", () => {
    const place = parseS3("s3://bucket/photos");
    expect(keyOf(place, "./a//b.jpg")).toBe("photos/a/b.jpg");
    for (const name of ["../x", "a/../../x", "/x", "", "a\0b", "x".repeat(1020)])
      expect(() => keyOf(place, name)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
    expect(splitS3("s3://bucket/a/b.json")).toEqual({ place: { bucket: "bucket", prefix: "a/" }, name: "b.json" });
    expect(splitS3("s3://bucket/b.json")).toEqual({ place: { bucket: "bucket", prefix: "" }, name: "b.json" });
    expect(() => splitS3("s3://bucket/")).toThrow(ImageError);
  });
});

let server: Server;
let proxy: FaultyProxy;
let client: S3Client;
const PLACE = "s3://pictures/deep/photos";

beforeAll(async () => {
  if (!hasS3) return;
  Object.assign(process.env, S3_ENV);
  server = await startS3();
  proxy = await FaultyProxy.open(server.port);
  process.env["AWS_ENDPOINT_URL"] = proxy.url;
  client = new S3Client({ endpoint: `http://127.0.0.1:${server.port}`, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: "pictures" }));
}, 60_000);

afterEach(() => {
  if (!proxy) return;
  proxy.faults = () => undefined;
  proxy.seen.length = 0;
});

afterAll(async () => {
  proxy?.close();
  client?.destroy();
  await server?.stop();
}, 60_000);

function noise(length: number, seed = 1): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
}

const read = async (name: string): Promise<Uint8Array> => openStore(PLACE).read(name);
const write = async (name: string, bytes: Uint8Array): Promise<string> => openStore(PLACE).write(name, bytes);

describe("a store", () => {
  s3Test("gives back what was written, with its media type, below its prefix", async () => {
    for (const [name, size] of [
      ["a.png", 1000],
      ["b/ä +%&=.jpg", 70_000],
      ["empty.bin", 0],
    ] as const) {
      const bytes = noise(size);
      expect(await write(name, bytes)).toBe(`${PLACE}/${name}`);
      expect(Buffer.compare(await read(name), bytes)).toBe(0);
    }
    const { ContentType } = await client.send(
      new HeadObjectCommand({ Bucket: "pictures", Key: "deep/photos/b/ä +%&=.jpg" }),
    );
    expect(ContentType).toBe("image/jpeg");
    // a part of a larger piece of memory
    await write("part.bin", noise(5000).subarray(1000, 1010));
    expect([...(await read("part.bin"))]).toEqual([...noise(5000).subarray(1000, 1010)]);
  });

  s3Test(
    "takes large files in parts, and leaves none of them behind when one fails",
    async () => {
      const large = new Uint8Array(40 * 2 ** 20).map((_, i) => i * 31 + (i >> 8));
      await write("large.bin", large);
      expect(proxy.seen.filter((line) => line.includes("partNumber=")).length).toBe(3);
      expect(Buffer.compare(await read("large.bin"), large)).toBe(0);
      proxy.faults = (method, path) =>
        method === "PUT" && path.includes("partNumber=2")
          ? { kind: "status", status: 403, code: "AccessDenied" }
          : undefined;
      await expect(write("torn.bin", large)).rejects.toMatchObject({
        code: "IO",
        message: expect.stringContaining("no permission"),
      });
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: "pictures" }));
      expect(Uploads).toEqual([]);
      proxy.faults = () => undefined;
      await expect(read("torn.bin")).rejects.toThrow("no such file");
    },
    60_000,
  );

  s3Test("lists its files as a folder does, and reads parts of them", async () => {
    const keys = ["list/b.png", "list/a/1.png", "list/.hidden", "list/a//2.png", "list/x/.git/y", "listed.png"];
    for (const Key of keys)
      await client.send(new PutObjectCommand({ Bucket: "pictures", Key, Body: "12345" })).catch(() => undefined);
    const folder = new S3Folder("s3://pictures/list");
    expect((await folder.list()).filter((name) => name !== "a/2.png")).toEqual(["a/1.png", "b.png"]);
    expect(await folder.size("b.png")).toBe(5);
    const part = async (offset: number, length: number): Promise<string> =>
      Buffer.from(await folder.readPart("b.png", offset, length)).toString();
    expect([await part(0, 2), await part(3, 9), await part(5, 4), await part(9, 4), await part(0, 0)]).toEqual([
      "12",
      "45",
      "",
      "",
      "",
    ]);
    expect((await S3File.open("s3://pictures/list/b.png")).size).toBe(5);
    expect(await S3File.find("s3://pictures/list/none.png")).toBeUndefined();
    limits.maxFiles = 1;
    try {
      await expect(new S3Folder("s3://pictures/list").list()).rejects.toMatchObject({ code: "LIMIT" });
    } finally {
      limits.maxFiles = 2 ** 20;
    }
  });

  s3Test("lists page by page", async () => {
    const names = Array.from({ length: 7 }, (_, i) => `${i}.png`);
    for (const name of names)
      await client.send(new PutObjectCommand({ Bucket: "pictures", Key: `many/${name}`, Body: "x" }));
    proxy.seen.length = 0;
    const found: string[] = [];
    for await (const { name } of listObjects(parseS3("s3://pictures/many"), 3)) found.push(name);
    expect([found, proxy.seen.length]).toEqual([names, 3]);
  });

  s3Test("is asked for no more than the limit", async () => {
    await write("big.bin", noise(2000));
    limits.maxFileBytes = 1999;
    try {
      await expect(read("big.bin")).rejects.toMatchObject({ code: "LIMIT", path: `${PLACE}/big.bin` });
    } finally {
      limits.maxFileBytes = 2 ** 30;
    }
    expect((await read("big.bin")).length).toBe(2000);
  });

  s3Test("says what is missing", async () => {
    await expect(read("none.png")).rejects.toMatchObject({
      code: "IO",
      path: `${PLACE}/none.png`,
      message: expect.stringContaining("cannot be read (no such file)"),
    });
    await expect(read("../x.png")).rejects.toMatchObject({ code: "ARGUMENT" });
    await expect(write("../x.png", noise(3))).rejects.toMatchObject({ code: "ARGUMENT" });
    await expect(resolvePlace("s3://no-such-bucket/x", "read")).rejects.toThrow("no such bucket");
    await expect(resolvePlace("s3://no-such-bucket", "write")).rejects.toThrow("no such bucket");
    expect(await resolvePlace("s3://pictures/a//", "write")).toBe("s3://pictures/a");
  });
});

describe("a store behind a bad way", () => {
  s3Test(
    "is read and written through errors, resets and cut bodies",
    async () => {
      const bytes = noise(300_000, 9);
      const faults = [
        { kind: "status", status: 503, code: "SlowDown" },
        { kind: "reset" },
        { kind: "status", status: 500, code: "InternalError" },
        { kind: "cut", bytes: 1000 },
        { kind: "cut", bytes: 0 },
      ] as const;
      for (const fault of faults) {
        let left = 2;
        proxy.faults = () => (left-- > 0 ? fault : undefined);
        if (fault.kind !== "cut") await write(`bad-${fault.kind}.bin`, bytes);
        else
          await client.send(new PutObjectCommand({ Bucket: "pictures", Key: "deep/photos/bad-cut.bin", Body: bytes }));
        left = 2;
        expect(Buffer.compare(await read(`bad-${fault.kind}.bin`), bytes)).toBe(0);
      }
    },
    60_000,
  );

  s3Test(
    "is given up after so many tries, with a reason",
    async () => {
      await write("there.bin", noise(5000));
      for (const [fault, reason] of [
        [{ kind: "cut", bytes: 10 }, "breaks off"],
        [{ kind: "reset" }, "cannot be reached"],
        [{ kind: "status", status: 503, code: "SlowDown" }, "busy or broken: 503 SlowDown"],
      ] as const) {
        proxy.faults = () => fault;
        await expect(read("there.bin")).rejects.toMatchObject({ code: "IO", message: expect.stringContaining(reason) });
      }
      proxy.faults = () => ({ kind: "status", status: 403, code: "AccessDenied" });
      proxy.seen.length = 0;
      await expect(read("there.bin")).rejects.toThrow("no permission");
      expect(proxy.seen.length).toBe(1);
      // who may not list may read and write nevertheless
      expect(await resolvePlace(PLACE, "read")).toBe(PLACE);
    },
    60_000,
  );
});
