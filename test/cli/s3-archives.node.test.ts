/** Archives that `limn render` writes into a store. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect } from "vitest";
import { filesBelow, runCli, temporaryFolder } from "../support/cli.ts";
import { cocoOf, writeNoise } from "../support/dataset-files.ts";
import type { FaultyProxy } from "../support/faulty-proxy.ts";
import { S3Store } from "../support/s3-store.ts";
import { hasS3, s3Test } from "../support/servers.ts";

let store: S3Store;
let proxy: FaultyProxy;
let client: S3Client;
let env: Record<string, string>;

beforeAll(async () => {
  if (!hasS3) return;
  store = await S3Store.open();
  ({ proxy, client, env } = store);
}, 60_000);

afterAll(() => store?.close(), 60_000);

/** Keys of objects that are begun and not finished. */
async function begun(): Promise<(string | undefined)[]> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: "data" }));
  return Uploads.map(({ Key }) => Key);
}

const filesOf = (folder: string): Map<string, string> =>
  new Map(filesBelow(folder).map((name) => [name, readFileSync(join(folder, name), "base64")]));

/** Pictures of so many bytes or a little more. */
function workspace(count: number, bytes = 5000) {
  const folder = temporaryFolder();
  const size = { width: 100, height: Math.ceil(bytes / 300) };
  const [images, file, local] = [join(folder, "photos"), join(folder, "instances.json"), join(folder, "local")];
  const names = Array.from({ length: count }, (_, i) => `${i}.png`);
  writeNoise(images, names[0]!, size);
  for (const name of names.slice(1)) copyFileSync(join(images, names[0]!), join(images, name));
  writeFileSync(file, JSON.stringify(cocoOf(names, size)));
  mkdirSync(local);
  const args = (out: string, ...more: string[]): string[] => [
    "render",
    file,
    "--images",
    images,
    "--out",
    out,
    ...more,
  ];
  const journals = (): string[] => readdirSync(folder).filter((name) => name.startsWith(".limn"));
  return { folder, images, local, args, journals };
}

/** Run in a folder, where the journal comes to lie; with a signal when a condition holds. */
function runIn(folder: string, args: readonly string[], signal?: NodeJS.Signals, isTime?: (output: string) => boolean) {
  const child = spawn(process.execPath, [resolve("dist/cli.js"), ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (signal && !child.killed && isTime?.(output)) child.kill(signal);
    });
  return new Promise<{ code: number | null; output: string }>((done) =>
    child.on("close", (code) => done({ code, output })),
  );
}

const shardsOf = (output: string): number => new Set(output.match(/x-\d+\.tar/g)).size;

s3Test(
  "archives in a store have the bytes of those on a disk, and parts of a run have their own",
  async () => {
    const { folder, local, args, journals } = workspace(9);
    const places: string[][] = [
      ["a.zip"],
      ["a.tar"],
      ["x-%02d.tar", "--shard-size", "4"],
      ["b.zip", "--shard", "1/2"],
      ["y-%d.tar", "--shard", "2/2"],
    ];
    for (const [name = "", ...more] of places) {
      expect((await runCli(args(join(local, name), ...more))).code).toBe(0);
      const { code, output } = await runIn(folder, args(`s3://data/one/sub/${name}`, ...more));
      expect([code, output]).toEqual([0, expect.stringMatching(/^\d pictures in .* -> s3:\/\/data\/one\/sub\/[^/]+/)]);
    }
    const found = await store.objects("one/sub/");
    expect([...found.keys()]).toEqual([
      ...["a.tar", "a.zip", "b-1-of-2.zip", "x-00.tar", "x-01.tar", "x-02.tar", "y-2-of-2-0.tar"],
    ]);
    expect(found).toEqual(filesOf(local));
    expect(journals()).toEqual([]);
    const fewer = await runIn(folder, args("s3://data/one/sub/x-%02d.tar", "--limit", "3", "--json"));
    expect(fewer.output).toContain("s3://data/one/sub/x-01.tar is there from an earlier run");
    const plan = await runIn(folder, args("s3://data/one/sub/c.zip", "--dry-run", "--limit", "1"));
    expect(plan.output).toBe("0.png -> s3://data/one/sub/c.zip: 0.png\n");
    expect(await store.objects("one/sub/c")).toEqual(new Map());
  },
  90_000,
);

s3Test(
  "a large archive goes in parts, through a way that fails",
  async () => {
    const { folder, local, args } = workspace(24, 2_500_000);
    expect((await runCli(args(join(local, "x.zip")))).code).toBe(0);
    proxy.faults = (method, _, count) =>
      method !== "PUT" && method !== "POST"
        ? undefined
        : count % 4 === 1
          ? { kind: "status", status: 503, code: "SlowDown" }
          : count % 5 === 2
            ? { kind: "reset" }
            : undefined;
    const { code, output } = await runIn(folder, args("s3://data/two/x.zip"));
    proxy.faults = () => undefined;
    expect([code, output]).toEqual([0, expect.stringMatching(/^24 pictures/)]);
    expect(await store.objects("two/")).toEqual(filesOf(local));
    expect(proxy.seen.filter((line) => /^PUT .*two.*partNumber=4/.test(line)).length).toBeGreaterThan(0);
    expect(await begun()).toEqual([]);
  },
  90_000,
);

s3Test(
  "a run that is interrupted, or whose store refuses, leaves no object and no parts; --resume ends it",
  async () => {
    const { folder, local, args, journals } = workspace(24, 2_500_000);
    expect((await runCli(args(join(local, "x.zip")))).code).toBe(0);
    const words = args("s3://data/three/x.zip", "--json", "--jobs", "1");
    const cut = await runIn(folder, words, "SIGINT", (text) => text.includes('"index":15,'));
    expect([cut.code, await begun()]).toEqual([130, []]);
    proxy.faults = (method, path) =>
      method === "PUT" && path.includes("partNumber=2")
        ? { kind: "status", status: 403, code: "AccessDenied" }
        : undefined;
    const refused = await runIn(folder, words);
    proxy.faults = () => undefined;
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("cannot be written (no permission)")]);
    expect([await begun(), await store.objects("three/"), journals()]).toEqual([[], new Map(), [expect.any(String)]]);
    expect((await runIn(folder, [...words, "--resume"])).code).toBe(0);
    expect([await store.objects("three/"), journals()]).toEqual([filesOf(local), []]);
  },
  90_000,
);

s3Test(
  "shards of a killed run stay, the others are drawn, and nothing else is left in the store",
  async () => {
    const { folder, local, args, journals } = workspace(30, 2_500_000);
    const most = ["--shard-size", "10", "--jobs", "1", "--json"];
    expect((await runCli(args(join(local, "x-%02d.tar"), ...most))).code).toBe(0);
    const words = args("s3://data/four/x-%02d.tar", ...most);
    const cut = await runIn(folder, words, "SIGKILL", (text) => shardsOf(text) > 1);
    expect([cut.code, [...(await store.objects("four/")).keys()]]).toEqual([null, ["x-00.tar"]]);
    // what a killed run leaves of a shard
    await client.send(new CreateMultipartUploadCommand({ Bucket: "data", Key: "four/x-01.tar" }));
    await client.send(new CreateMultipartUploadCommand({ Bucket: "data", Key: "four/x-01.tar.mine" }));
    proxy.seen.length = 0;
    const { code, output } = await runIn(folder, [...words, "--resume"]);
    expect([code, output.split('"type":"picture"').length - 1]).toEqual([0, 20]);
    expect(proxy.seen.filter((line) => line.includes("x-00.tar"))).toEqual([]);
    expect(await store.objects("four/")).toEqual(filesOf(local));
    expect([await begun(), journals()]).toEqual([["four/x-01.tar.mine"], []]);
  },
  90_000,
);
