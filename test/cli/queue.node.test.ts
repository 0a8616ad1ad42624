/** Runs by `limn render --queue` and `limn worker` on a real Redis. Long: all of them need the same server, workers and places. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { filesBelow, runCli, temporaryFolder } from "../support/cli.ts";
import { random } from "../support/random.ts";
import { freePort, hasRedis, redisTest, type Server, startRedis } from "../support/servers.ts";
import { slowDataset } from "../support/slow-pictures.ts";

let server: Server;
let url: string;
let redis: Redis;
const workers = new Set<ChildProcess>();

beforeAll(async () => {
  if (!hasRedis) return;
  server = await startRedis();
  url = `redis://127.0.0.1:${server.port}`;
  redis = new Redis(server.port, "127.0.0.1");
});

afterEach(async () => {
  for (const child of workers) child.kill("SIGKILL");
  workers.clear();
  if (hasRedis) await redis.flushall();
});

afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

interface Places {
  readonly images: string;
  readonly out: string;
}

/** Start `limn worker`. */
function startWorker({ images, out }: Places, ...more: string[]) {
  const args = ["dist/cli.js", "worker", "--queue", url, "--images", images, "--out", out, "--jobs", "1"];
  const child = spawn(process.execPath, [...args, "--stalled-after", "1", ...more], { stdio: "pipe" });
  workers.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => {
      workers.delete(child);
      resolve({ code, output });
    }),
  );
  const said = async (text: string, orElse = (): boolean => false): Promise<void> => {
    while (!output.includes(text) && child.exitCode === null && !orElse()) await sleep(10);
  };
  return { child, ended, said };
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const submit = (file: string, { images }: Places, ...more: string[]) =>
  runCli(["render", file, "--images", images, "--queue", url, ...more]);

/** The drawn files are those of a run on this machine alone, byte for byte, and nothing else is there. */
async function expectLocal(file: string, { images, out, local }: Places & { local: string }): Promise<void> {
  if (!existsSync(local)) expect((await runCli(["render", file, "--images", images, "--out", local])).code).toBe(0);
  const names = filesBelow(local);
  expect(filesBelow(out)).toEqual(names);
  expect(names.filter((name) => !readFileSync(join(out, name)).equals(readFileSync(join(local, name))))).toEqual([]);
}

/** Keys that do not go by themselves. */
async function litter(): Promise<string[]> {
  const keys = await redis.keys("*");
  const lives = await Promise.all(keys.map((key) => redis.ttl(key)));
  return keys.filter((_, i) => lives[i] === -1);
}

redisTest(
  "two workers, one of them killed again and again: nothing is lost, doubled or torn, and Redis is left empty",
  async () => {
    const places = slowDataset(240);
    const run = submit(places.file, places, "--json");
    const next = random(7);
    let kills = 0;
    let over = false;
    void run.then(() => (over = true));
    let steady: ReturnType<typeof startWorker> | undefined;
    while (!over && kills < 6) {
      if (kills === 2) steady = startWorker(places); // earlier, and it might draw everything before anybody is killed
      const victim = startWorker(places, "--json");
      await victim.said('"type":"shard"', () => over);
      await sleep(next() * 150);
      if (!over) kills += 1;
      victim.child.kill("SIGKILL");
      await victim.ended;
    }
    const { code, stdout } = await run;
    expect([code, kills > 1]).toEqual([0, true]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(
      lines
        .filter(({ type }) => type === "picture")
        .map(({ fileName }) => fileName)
        .sort(),
    ).toEqual([...places.names].sort());
    expect(lines.at(-1)).toMatchObject({ type: "summary", done: 240, failed: 0 });
    await expectLocal(places.file, places);
    steady?.child.kill("SIGTERM");
    expect((await steady?.ended)?.code).toBe(0);
    expect(await litter()).toEqual([]);
  },
  120_000,
);

redisTest(
  "a picture that fails is told with its reason, the others are drawn, and a worker ends when all is done",
  async () => {
    const places = slowDataset(40);
    rmSync(join(places.images, "1/4.png"));
    writeFileSync(join(places.images, "2/5.png"), "no picture");
    const worker = startWorker(places, "--exit-when-empty");
    const { code, stderr, stdout } = await submit(places.file, places);
    expect(code).toBe(1);
    expect(stderr).toContain("failed: 1/4.png: cannot be read (no such file or folder)\n");
    expect(stderr).toMatch(/failed: 2\/5\.png: .*\n/);
    expect(stdout).toMatch(/^38 pictures in .*, 2 failed -> the workers of redis:/);
    const { code: workerCode, output } = await worker.ended;
    expect([workerCode, output]).toEqual([0, expect.stringContaining("38 pictures in ")]);
    expect(filesBelow(places.out).length).toBe(38);
    expect(await litter()).toEqual([]);
  },
  60_000,
);

redisTest(
  "who submits may stop and attach again, or submit twice: nothing is drawn twice",
  async () => {
    const count = 480; // more than a worker draws while the other side ends
    const places = slowDataset(count);
    const args = ["render", places.file, "--images", places.images, "--queue", url, "--json"];
    const told = (text: string): number => text.split('"type":"picture"').length - 1;
    // on a busy machine a worker of one second of patience may be taken for lost, and its shard be drawn again
    const patient = ["--json", "--stalled-after", "60"];
    const first = startWorker(places, ...patient);
    const cut = await runCli(args, { signal: "SIGINT", signalAfter: '"type":"picture"' });
    expect(cut.code).toBe(130);
    expect(told(cut.stdout)).toBeLessThan(count);
    first.child.kill("SIGTERM");
    const before = await first.ended;
    const both = [0, 1].map(() => runCli([...args, "--resume"]));
    // the first worker may have drawn everything before it ended: then nobody stays to watch
    let over = false;
    for (const run of both) void run.then(() => (over = true));
    while (!over && (await redis.zcard("limn:default:watching")) < 2) await sleep(20);
    const worker = startWorker(places, ...patient);
    const ends = await Promise.all(both);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(ends.map(({ stdout }) => told(stdout))).toEqual([count, count]);
    await expectLocal(places.file, places);
    worker.child.kill("SIGTERM");
    const { output } = await worker.ended;
    const drawn = [...(before.output + output).matchAll(/"type":"shard",.*?"done":(\d+)/g)].reduce(
      (sum, [, done]) => sum + Number(done),
      0,
    );
    expect(drawn).toBe(count);
    expect(await litter()).toEqual([]);
  },
  60_000,
);

redisTest(
  "a shard that is sent once more behind its collected result is not drawn again",
  async () => {
    const places = slowDataset(1);
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const scene = { fileName: "0/0.png", width: 480, height: 360, annotations: [] };
    const run = "0".repeat(32);
    const shard = {
      format: 1,
      run,
      version,
      into: "",
      type: "png",
      names: ["a.png"],
      scenes: `{"format":"limn","version":1,"categories":[],"skeletons":[]}\n${JSON.stringify(scene)}\n`,
    };
    const kept = JSON.stringify({ pictures: [[7, 480, 360, 0, 0, 0, 0, 0]] });
    await redis.hset(`limn:default:run:${run}`, "1", kept);
    const queue = new Queue("default", { connection: redis as never, prefix: "limn" });
    for (const name of ["1", "2"])
      await queue.add("shard", { ...shard, names: [`${name}.png`] }, { jobId: `${run}-${name}` });
    const worker = startWorker(places, "--exit-when-empty");
    expect((await worker.ended).code).toBe(0);
    expect(await redis.hget(`limn:default:${run}-1`, "returnvalue")).toBe(kept);
    expect(filesBelow(places.out)).toEqual(["2.png"]);
    await queue.close();
  },
  30_000,
);

redisTest(
  "a worker that is asked to end finishes its shards; asked twice, it gives them back",
  async () => {
    const places = slowDataset(120);
    const run = submit(places.file, places);
    const first = startWorker(places, "--json");
    await first.said('"type":"shard"');
    first.child.kill("SIGTERM");
    const finished = await first.ended;
    expect([finished.code, finished.output]).toEqual([0, expect.stringContaining('"type":"summary"')]);
    const second = startWorker(places, "--json");
    await second.said('"type":"shard"');
    second.child.kill("SIGTERM");
    await sleep(30);
    second.child.kill("SIGTERM");
    expect((await second.ended).code).toBe(0);
    const start = performance.now();
    startWorker(places, "--stalled-after", "600"); // given back, not taken for lost
    expect((await run).code).toBe(0);
    expect(performance.now() - start).toBeLessThan(30_000);
    await expectLocal(places.file, places);
  },
  90_000,
);

redisTest(
  "a Redis that loses everything in the middle of a run loses no picture",
  async () => {
    const own = await startRedis();
    const address = `redis://127.0.0.1:${own.port}`;
    const places = slowDataset(160);
    const args = ["--queue", address, "--images", places.images];
    const child = spawn(
      process.execPath,
      ["dist/cli.js", "worker", ...args, "--out", places.out, "--jobs", "1", "--stalled-after", "1"],
      { stdio: "ignore" },
    );
    workers.add(child);
    const run = runCli(["render", places.file, ...args, "--json"]);
    while (!existsSync(places.out) || filesBelow(places.out).length < 20) await sleep(20);
    await own.stop();
    await sleep(500);
    const again = await startRedis({ port: own.port });
    try {
      const { code, stdout } = await run;
      expect([code, stdout.split('"type":"picture"').length - 1]).toEqual([0, 160]);
      await expectLocal(places.file, places);
    } finally {
      child.kill("SIGKILL");
      await again.stop();
    }
  },
  90_000,
);

redisTest(
  "a Redis that is gone, or refuses, ends both sides with a reason and without the password",
  async () => {
    const places = slowDataset(1);
    const nowhere = `redis://:secret-word@127.0.0.1:${await freePort()}`;
    const locked = await startRedis({ password: "open-sesame" });
    try {
      const wrong = `redis://:secret-word@127.0.0.1:${locked.port}/1`;
      const sides = [
        ["render", places.file, "--images", places.images],
        ["worker", "--images", places.images, "--out", places.out],
      ];
      for (const side of sides) {
        const gone = await runCli([...side, "--queue", nowhere, "--patience", "1"]);
        expect(gone.code).not.toBe(0);
        expect(gone.stderr).toMatch(/limn: error: redis:\/\/127\.0\.0\.1:\d+: gave no answer for 1 s\n/);
        const refused = await runCli([...side, "--queue", wrong]);
        expect(refused.stderr).toMatch(/limn: error: redis:\/\/127\.0\.0\.1:\d+\/1: refuses: WRONGPASS/);
        const misspelt = await runCli([...side, "--queue", "redis:/:secret-word@127.0.0.1"]);
        expect([misspelt.code, misspelt.stderr]).toEqual([
          2,
          expect.stringContaining("expected --queue redis://host:port"),
        ]);
        for (const { stdout, stderr } of [gone, refused, misspelt])
          expect(stdout + stderr).not.toContain("secret-word");
      }
      const right = ["--queue", `redis://127.0.0.1:${locked.port}`, "--exit-when-empty"];
      const worker = runCli([...sides[1]!, ...right], { env: { LIMN_QUEUE_PASSWORD: "open-sesame" } });
      const run = runCli([...sides[0]!, ...right.slice(0, 2)], { env: { LIMN_QUEUE_PASSWORD: "open-sesame" } });
      expect([(await run).code, (await worker).code]).toEqual([0, 0]);
    } finally {
      await locked.stop();
    }
  },
  60_000,
);

redisTest(
  "what a stranger puts on the queue is refused, and nothing outside of the roots is touched",
  async () => {
    const places = slowDataset(2);
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const header = '{"format":"limn","version":1,"categories":[],"skeletons":[]}';
    const scene = (fileName: string): string => JSON.stringify({ fileName, width: 480, height: 360, annotations: [] });
    const good = {
      format: 1,
      run: "0".repeat(32),
      version,
      into: "",
      type: "png",
      names: ["a.png"],
      scenes: `${header}\n${scene("0/0.png")}\n`,
    };
    const outside = temporaryFolder();
    writeFileSync(join(outside, "x.png"), readFileSync(join(places.images, "0/0.png")));
    const refused: [string, unknown][] = [
      ["an object", [1, 2]],
      ["of limn", { ...good, version: "0.0.1" }],
      ["of limn", { ...good, format: 2 }],
      ["known fields only", { ...good, images: "/etc" }],
      ["hexadecimal", { ...good, run: "../../x" }],
      ["below its folder", { ...good, into: "../up" }],
      ["below its folder", { ...good, into: "/tmp" }],
      ["below its folder", { ...good, names: ["/etc/x.png"] }],
      ["the name of a .png file", { ...good, names: ["../x.png"] }],
      ["the name of a .png file", { ...good, names: [".hidden.png"] }],
      ["the name of a .png file", { ...good, names: ["a.sh"] }],
      ["the name of a .png file", { ...good, names: [{}] }],
      ["1 to 32 names", { ...good, names: Array.from({ length: 33 }, (_, i) => `${i}.png`) }],
      ["2 scenes", { ...good, names: ["a.png", "b.png"] }],
      ["names that differ", { ...good, names: ["x//a.png", "x/a.png"] }],
      ["png or jpg", { ...good, type: "exe" }],
      ["1 to 100", { ...good, quality: "85; rm -rf" }],
      ["", { ...good, style: { boxWidth: "wide" } }],
      ["", { ...good, style: JSON.parse('{"__proto__":{"a":1}}') }],
      ["", { ...good, scenes: `${header}\n{"fileName":` }],
      ["", { ...good, scenes: `${header}\n${scene("0/0.png").replace("annotations", "anything")}\n` }],
    ];
    const queue = new Queue("default", { connection: redis as never, prefix: "limn" });
    for (const [i, [, data]] of refused.entries()) await queue.add("shard", data, { jobId: `bad-${i}`, attempts: 5 });
    await queue.add("shard", good, { jobId: "good-1" });
    for (const [i, fileName] of [join(outside, "x.png"), `../${outside}/x.png`].entries())
      await queue.add(
        "shard",
        { ...good, scenes: `${header}\n${scene(fileName)}\n`, names: ["b.png"] },
        { jobId: `out-${i}` },
      );
    const worker = startWorker(places, "--exit-when-empty");
    expect((await worker.ended).code).toBe(0);
    for (const [i, [reason]] of refused.entries()) {
      const [failed, value] = await redis.hmget(`limn:default:bad-${i}`, "failedReason", "returnvalue");
      expect([i, failed, value]).toEqual([i, expect.stringContaining(reason), null]);
    }
    for (const i of [0, 1])
      expect(await redis.hget(`limn:default:out-${i}`, "returnvalue")).toContain("below its folder");
    expect(await redis.hmget("limn:default:good-1", "failedReason", "returnvalue")).toEqual([
      null,
      expect.stringContaining("[["),
    ]);
    expect(filesBelow(places.out)).toEqual(["a.png"]);
    await queue.close();
  },
  60_000,
);

redisTest(
  "queues are told apart by their names, and runs by the folder they go into",
  async () => {
    const places = slowDataset(3);
    startWorker({ ...places, out: join(places.folder, "other") }, "--queue-name", "other");
    const worker = startWorker(places, "--queue-name", "mine");
    for (const into of ["first", "second/deep"])
      expect((await submit(places.file, places, "--queue-name", "mine", "--into", into)).code).toBe(0);
    expect(filesBelow(places.out)).toEqual(
      ["first", "second/deep"].flatMap((into) => [...places.names].sort().map((name) => `${into}/${name}`)),
    );
    expect(filesBelow(join(places.folder, "other"))).toEqual([]);
    worker.child.kill("SIGTERM");
    await worker.ended;
    for (const wrong of [
      ["--into", "../up"],
      ["--queue-name", "a:b"],
      ["--jobs", "2"],
    ])
      expect((await submit(places.file, places, ...wrong)).code).toBe(2);
  },
  60_000,
);
