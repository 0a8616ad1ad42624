import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect } from "vitest";
import { filesBelow, runCli } from "../support/cli.ts";
import type { FaultyProxy } from "../support/faulty-proxy.ts";
import { S3Store } from "../support/s3-store.ts";
import { hasS3, S3_ENV, s3Test } from "../support/servers.ts";
import { slowDataset } from "../support/slow-pictures.ts";

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

async function put(key: string, path: string): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: "data", Key: key, Body: readFileSync(path) }));
}

async function checksCredentials(): Promise<boolean> {
  const credentials = { accessKeyId: S3_ENV.AWS_ACCESS_KEY_ID, secretAccessKey: "wrong" };
  const { endpoint } = store;
  const stranger = new S3Client({ endpoint, region: S3_ENV.AWS_REGION, credentials, forcePathStyle: true });
  const answer = stranger.send(new ListObjectsV2Command({ Bucket: "data" })).then(
    () => false,
    () => true,
  );
  return answer.finally(() => stranger.destroy());
}

const filesOf = (folder: string): Map<string, string> =>
  new Map(filesBelow(folder).map((name) => [name, readFileSync(join(folder, name), "base64")]));

s3Test(
  "a run from a store to a store gives the bytes of a run on a disk, through a way that fails",
  async () => {
    const { images, local, file, names, folder } = slowDataset(24, { width: 64, height: 48 });
    expect((await runCli(["render", file, "--images", images, "--out", local])).code).toBe(0);
    await put("one/instances.json", file);
    for (const name of names) await put(`one/photos/${name}`, join(images, name));
    proxy.faults = (_, __, count) =>
      count % 7 === 3
        ? { kind: "status", status: 503, code: "SlowDown" }
        : count % 11 === 5
          ? { kind: "reset" }
          : undefined;
    const places = ["--images", "s3://data/one/photos", "--out", "s3://data/one/drawn"];
    const args = ["render", "s3://data/one/instances.json", ...places, "--jobs", "2"];
    const { code, stdout, stderr } = await runCli(args, { env });
    proxy.faults = () => undefined;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^24 pictures in .* -> s3:\/\/data\/one\/drawn\n$/);
    expect(await store.objects("one/drawn/")).toEqual(filesOf(local));
    // from a store to a disk, one picture missing
    const out = join(folder, "other");
    await put("one/others/other.png", join(images, names[0]!));
    const missing = ["render", file, "--images", "s3://data/one/others", "--out", out, "--limit", "1"];
    const { code: failed, stderr: reason } = await runCli(missing, { env });
    expect([failed, reason]).toEqual([
      1,
      "limn: failed: 0/0.png: s3://data/one/others/0/0.png: cannot be read (no such file)\n",
    ]);
    const plan = await runCli(["render", file, ...places, "--dry-run", "--limit", "1"], { env });
    expect([plan.code, plan.stdout]).toEqual([0, "0/0.png -> s3://data/one/drawn/0/0.png\n"]);
  },
  60_000,
);

s3Test(
  "a run to a store that is killed and resumed draws what is missing, and no more",
  async () => {
    const { folder, images, local, file } = slowDataset(60);
    expect((await runCli(["render", file, "--images", images, "--out", local])).code).toBe(0);
    const args = ["render", file, "--images", images, "--out", "s3://data/two", "--jobs", "1", "--resume", "--json"];
    const start = () => {
      const words = [resolve("dist/cli.js"), ...args];
      const child = spawn(process.execPath, words, { cwd: folder, env: { ...process.env, ...env } });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
      const ended = new Promise<number | null>((done) => child.on("close", done));
      return { child, ended, told: () => output.split('"type":"picture"').length - 1 };
    };
    let before = 0;
    for (const most of [5, 12]) {
      const run = start();
      while (run.told() < most && run.child.exitCode === null) await new Promise((done) => setTimeout(done, 5));
      run.child.kill("SIGKILL");
      await run.ended;
      before += run.told();
    }
    expect(existsSync(join(folder, ".limn-run-s3-data-two/journal.jsonl"))).toBe(true);
    proxy.seen.length = 0;
    const last = start();
    expect(await last.ended).toBe(0);
    // of the pictures that were told, each journal may lack the line of the last
    expect(last.told()).toBeLessThanOrEqual(60 - before + 2);
    expect(proxy.seen.filter((line) => line.startsWith("PUT")).length).toBe(last.told());
    expect(await store.objects("two/")).toEqual(filesOf(local));
    expect(readdirSync(folder).filter((name) => name.startsWith(".limn"))).toEqual([]);
  },
  60_000,
);

s3Test(
  "what cannot be used is said before anything is drawn",
  async () => {
    const { images, file, folder, names } = slowDataset(1);
    await put(`a/${names[0]}`, join(images, names[0]!));
    const out = join(folder, "drawn");
    for (const [places, reason] of [
      [["--images", "s3://none-such/x", "--out", out], "s3://none-such/x/: cannot be opened (no such bucket)"],
      [["--images", images, "--out", "s3://none-such"], "no such bucket"],
      [["--images", "s3://data/a", "--out", "s3://data/a/"], "--out is the place of the pictures"],
      [["--images", images, "--out", "s3://data/../x"], '".." in'],
      [["--images", images, "--out", "s3://none-such/x.zip"], "no such bucket"],
      [["--images", images, "--out", "s3://data/x.tar.gz"], "expected .tar or .zip"],
      [["--images", images, "--out", "s3://data/../x.zip"], '".." in'],
      [["--images", images, "--out", "s3://data/x", "--shard-size", "5"], "--shard-size is for tar shards"],
    ] as const) {
      const { code, stderr } = await runCli(["render", file, ...places], { env });
      expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
    }
    // a server that checks no signatures, as the one without Go, cannot refuse them
    const wrong = (await checksCredentials()) ? { ...env, AWS_SECRET_ACCESS_KEY: "wrong" } : undefined;
    const gone = { ...env, AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "2" };
    for (const [settings, reason] of [
      [wrong, "credentials are refused"],
      [gone, "ECONNREFUSED 127.0.0.1:9"],
    ] as const) {
      if (!settings) continue;
      const { code, stderr } = await runCli(["render", file, "--images", "s3://data", "--out", out], { env: settings });
      expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
    }
  },
  60_000,
);
