/** `limn serve` as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { encodePng, Frame } from "../../src/index.ts";
import { runCli, temporaryFolder } from "../support/cli.ts";
import { RawClient, until } from "../support/service.ts";

const photo = encodePng(Frame.create(640, 480, { fill: 0x557799 }));
const image = `data:image/png;base64,${Buffer.from(photo).toString("base64")}`;
/** Takes a worker long enough for a signal to come meanwhile. */
const SLOW = { input: { image, width: 2500, height: 2000 }, output: { level: "small" } };

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly ended: Promise<number | null>;
  output(): string;
  errors(): string;
}

async function serve(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Served> {
  const child = spawn(process.execPath, ["dist/cli.js", "serve", "--port", "0", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => void (stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => void (stderr += text));
  const ended = once(child, "close").then(([code]) => code as number | null);
  await until(() => stdout.includes('"listening"') || child.exitCode !== null, 20_000);
  const { url } = JSON.parse(stdout.split("\n")[0]!) as { url: string };
  return { child, url, port: Number(new URL(url).port), ended, output: () => stdout, errors: () => stderr };
}

/** A port that is free, for a moment at least. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/v1/tasks/resize`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", accept: "image/png" },
  });

test("limn serve answers, logs lines of JSON, and stops when it is told to", async () => {
  const { child, url, ended, output, errors } = await serve(["--workers", "1"]);
  await until(() => errors() !== "");
  expect(errors()).toBe(`limn: serving on ${url} (Ctrl+C stops)\n`);
  expect((await post(url, { image, width: 8 })).status).toBe(200);
  expect((await (await fetch(url)).text()).startsWith("<!doctype html>")).toBe(true);
  const evil = "\u001b[2J\u202e";
  expect((await fetch(`${url}/${encodeURIComponent(evil)}${evil}`)).status).toBe(404);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  const lines = output().trimEnd().split("\n");
  const events = lines.map((line) => JSON.parse(line) as { event: string; time: string; status?: number });
  expect(events.map(({ event }) => event)).toEqual([
    "listening",
    "request",
    "request",
    "request",
    "stopping",
    "stopped",
  ]);
  expect(events.map(({ status }) => status).slice(1, 4)).toEqual([200, 200, 404]);
  expect(events.every(({ time }) => time === new Date(time).toISOString())).toBe(true);
  // oxlint-disable-next-line no-control-regex
  expect(output()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

test("a service that is stopped under load finishes what it accepted, refuses the rest, and loses nothing", async () => {
  const { child, url, port, ended, output } = await serve(["--workers", "2", "--queue", "100"]);
  await post(url, { image, width: 8 });
  // half of a body is there when the signal comes; it is accepted too
  const body = JSON.stringify({ image, width: 8 });
  const slow = new RawClient(port);
  slow.send(
    `POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  slow.send(body.slice(0, 1000));
  const accepted = Array.from({ length: 6 }, () => post(url, SLOW));
  const active = async (): Promise<boolean> =>
    /^limn_tasks_active 7$/m.test(await (await fetch(`${url}/metrics`)).text());
  await until(active, 20_000);
  child.kill("SIGTERM");
  await until(() => output().includes('"stopping"'));
  const late = await post(url, SLOW);
  expect([late.status, late.headers.get("connection")]).toEqual([503, "close"]);
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
  slow.send(body.slice(1000));
  for (const answer of await Promise.all(accepted)) {
    expect(answer.status).toBe(200);
    const bytes = new DataView(await answer.arrayBuffer());
    expect([bytes.getUint32(16), bytes.getUint32(20)]).toEqual([2500, 2000]);
  }
  await slow.closed;
  // a body that ends after the service began to stop was accepted before
  expect(slow.status).toBe(200);
  expect(await ended).toBe(0);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  expect(output()).toContain('"finished":true');
});

test("stopping has an end: what takes longer than the grace is cut off, and a second signal ends at once", async () => {
  const first = await serve(["--workers", "1", "--grace", "1"]);
  const client = new RawClient(first.port);
  client.send(
    "POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  );
  await until(async () => /^limn_tasks_active 1$/m.test(await (await fetch(`${first.url}/metrics`)).text()));
  first.child.kill("SIGINT");
  expect(await first.ended).toBe(1);
  expect(first.output()).toContain('"finished":false');

  const second = await serve(["--workers", "1"]);
  const other = new RawClient(second.port);
  other.send(
    "POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  );
  await until(async () => /^limn_tasks_active 1$/m.test(await (await fetch(`${second.url}/metrics`)).text()));
  second.child.kill("SIGTERM");
  await until(() => second.output().includes('"stopping"'));
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(143);
});

test("the token comes from the environment or a file, and what is no token is wrong use", async () => {
  const file = join(temporaryFolder(), "token");
  writeFileSync(file, "token-of-a-file\n");
  const { url, errors } = await serve(["--token-file", file, "--host", "0.0.0.0", "--allow-host", "draw.example"]);
  expect((await post(url, { image, width: 8 })).status).toBe(401);
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: "Bearer token-of-a-file" } });
  expect(answer.status).toBe(200);
  expect(errors()).not.toContain("no token");
  const both = await runCli(["serve", "--token-file", file], { env: { LIMN_TOKEN: "another-token" } });
  expect([both.code, both.stderr]).toEqual([2, "limn: expected --token-file or LIMN_TOKEN, got both\n"]);
  const short = await runCli(["serve"], { env: { LIMN_TOKEN: "short" } });
  expect([short.code, short.stderr]).toEqual([2, expect.stringContaining("expected a token of 8 characters")]);
  expect(short.stderr).not.toContain("short");
  const missing = await runCli(["serve", "--token-file", `${file}.not`]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("cannot be read")]);
});

test("a port that is taken, an address that is none and options that are none are told", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const taken = await runCli(["serve", "--workers", "1", "--port", String(port)]);
  expect([taken.code, taken.stderr]).toEqual([1, `limn: 127.0.0.1:${port}: cannot listen (the port is in use)\n`]);
  const far = await runCli(["serve", "--workers", "1", "--host", "192.0.2.1", "--port", "0"]);
  expect([far.code, far.stderr]).toEqual([1, expect.stringContaining("cannot listen")]);
  for (const args of [
    ["--port", "70000"],
    ["--cors", "https://a.example/path"],
    ["--queue", "-1"],
    ["--style", "van-gogh"],
    ["--allow-host", "a/b"],
  ])
    expect((await runCli(["serve", ...args])).code, args.join(" ")).toBe(2);
});

test("fonts are the workers' too", async () => {
  const font = ["--font", "test/fonts/hangul.ttf"];
  const input = {
    image,
    objects: [{ text: "보행자", "bounding-box": { left: 200, top: 200, width: 90, height: 40 } }],
  };
  const ask = async (...args: string[]): Promise<unknown> => {
    const { url } = await serve(["--workers", "1", ...args]);
    const headers = { "content-type": "application/json" };
    return (await fetch(`${url}/v1/tasks/ocr`, { method: "POST", body: JSON.stringify(input), headers })).json();
  };
  const file = join(temporaryFolder(), "job.json");
  writeFileSync(file, JSON.stringify({ task: "TASK_DRAW_OCR", input }));
  const expected = JSON.parse((await runCli(["task", "--input", file, ...font])).stdout) as object;
  expect(await ask(...font)).toEqual(expected);
  expect(await ask()).not.toEqual(expected);
  expect(await runCli(["serve", "--port", "0", "--font", "no-such.ttf"])).toMatchObject({ code: 2 });
});

test("a host that cannot be one is refused before anything listens", async () => {
  const ended = await runCli(["serve", "--port", "0", "--allow-fetch", "https://example.org/pictures"]);
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("expected a host, as in example.org") });
});

test.skipIf(process.platform !== "linux")("a service whose log cannot be written goes on without it", async () => {
  for (const log of ["> /dev/full", "| head -n 1"]) {
    const port = await freePort();
    const script = `"$0" dist/cli.js serve --port ${port} --workers 1 ${log}`;
    const child = spawn("sh", ["-c", script, process.execPath], { stdio: ["ignore", "pipe", "pipe"], detached: true });
    onTestFinished(() => void process.kill(-child.pid!, "SIGKILL"));
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (errors += text));
    await until(() => errors.includes("serving on"), 20_000);
    for (let i = 0; i < 3; i++) expect((await post(`http://127.0.0.1:${port}`, { image, width: 8 })).status).toBe(200);
    await until(() => errors.includes("limn: serving goes on, without a log\n"));
    expect(errors.match(/without a log/g)).toHaveLength(1);
  }
});

test("an address of version 6 may stand in brackets", async () => {
  const { url } = await serve(["--host", "[::1]", "--workers", "1"]);
  expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test("the help tells how to ask, and every option", async () => {
  const { stdout, code } = await runCli(["serve", "--help"]);
  expect(code).toBe(0);
  for (const word of [
    "--port",
    "--token-file",
    "--allow-fetch",
    "--cors",
    "curl http://127.0.0.1:8080/v1/tasks/detection",
    "Exit codes:",
    "instance-segmentation",
  ])
    expect(stdout).toContain(word);
  expect(stdout.split("\n").filter((line) => line.length > 120 && !line.startsWith("Styles:"))).toEqual([]);
});
