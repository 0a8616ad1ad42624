/** Real servers on this machine, for one test file each (Node only). */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";

const redis = process.env["LIMN_REDIS"] ?? spawnSync("sh", ["-c", "command -v redis-server"]).stdout.toString().trim();
const s3 = process.env["LIMN_S3"] ?? [join(process.env["HOME"] ?? "", ".cache/limn-s3/serve")].find(existsSync) ?? "";

for (const [found, name, variable] of [
  [redis, "Redis server", "LIMN_REDIS"],
  [s3, "S3 server", "LIMN_S3"],
] as const) {
  if (!found && process.env["CI"]) throw new Error(`CI is set and no ${name} was found (${variable})`);
  if (!found) console.warn(`no ${name} found (${variable}): the tests that need it are skipped`);
}

/** `test` where there is a Redis server, `test.skip` elsewhere. */
export const redisTest: typeof test = (redis ? test : test.skip) as typeof test;
/** `test` where there is an S3 server, `test.skip` elsewhere. */
export const s3Test: typeof test = (s3 ? test : test.skip) as typeof test;
export const hasS3: boolean = s3 !== "";
export const hasRedis: boolean = redis !== "";

/** A server and how to end it. */
export interface Server {
  readonly port: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A Redis that keeps everything in memory. */
export async function startRedis({ password = "", port = 0 } = {}): Promise<Server> {
  const chosen = port || (await freePort());
  const secret = password === "" ? [] : ["--requirepass", password];
  const args = ["--port", String(chosen), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...secret];
  return start(redis, args, chosen, {});
}

/** Credentials of the store. */
export const S3_ENV = {
  AWS_ACCESS_KEY_ID: "limn",
  AWS_SECRET_ACCESS_KEY: "limn-secret",
  AWS_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
};

/** An S3 store without a bucket. */
export async function startS3(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "limn-s3-"));
  mkdirSync(join(folder, "store"));
  const port = await freePort();
  const server = await start(s3, [join(folder, "store"), String(port)], port, S3_ENV);
  return {
    ...server,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(program: string, args: string[], port: number, env: object): Promise<Server> {
  const child = spawn(program, args, { stdio: "ignore", cwd: tmpdir(), env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 300 || child.exitCode !== null) throw new Error(`${program} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port,
    child,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const say = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.on("connect", () => say(true)).on("error", () => say(false));
  });
}
