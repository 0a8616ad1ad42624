/** What a service does when it is asked for too much, too slowly, or by somebody who has gone. */
import { existsSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodePng, Frame } from "../../src/index.ts";
import type { Problem } from "../../src/service/problem.ts";
import { ByteBudget } from "../../src/service/read-body.ts";
import { createService } from "../../src/service/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { badWorker, json, metric, RawClient, type Running, startService, until } from "../support/service.ts";

const photo = encodePng(Frame.create(32, 24, { fill: 0x557799 }));
const image = `data:image/png;base64,${Buffer.from(photo).toString("base64")}`;

/** A task that is answered as soon as a worker has it, or misbehaves; see `bad-requests.mjs`. */
const job = (more = "", signal?: AbortSignal): RequestInit => ({
  ...json({ input: { image, width: 8 }, note: more }),
  ...(signal ? { signal } : {}),
});
const ask = (running: Running, more = "", signal?: AbortSignal): Promise<Response> =>
  fetch(`${running.url}/v1/tasks/resize`, job(more, signal));
const problem = async (answer: Response): Promise<Problem> => (await answer.json()) as Problem;

test("a body that says that it is too large is refused before it is sent", async () => {
  const { port } = await startService({ maxBody: 1000 });
  const client = new RawClient(port);
  client.send(
    `POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n`,
  );
  await client.closed;
  expect(client.status).toBe(413);
  expect(client.text).toContain('"code":"TOO_LARGE"');
});

test("a body without a length is counted while it comes", async () => {
  const { url, port } = await startService({ maxBody: 100_000 });
  const client = new RawClient(port);
  client.send(
    `POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const chunk = `4000\r\n${" ".repeat(0x4000)}\r\n`;
  for (let i = 0; i < 40 && client.status === 0; i++) {
    client.send(chunk);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await client.closed;
  expect(client.status).toBe(413);
  await until(async () => (await metric(url, "limn_body_bytes")) === 0);
  // one byte less than too many, in chunks, is a body like any other
  const text = JSON.stringify({ image, width: 8 });
  const body = text + " ".repeat(100_000 - text.length);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const options = { method: "POST", headers: { "content-type": "application/json", "transfer-encoding": "chunked" } };
    const request = httpRequest(`${url}/v1/tasks/resize`, options, (answer) => resolve(answer.resume().statusCode));
    request.on("error", reject);
    for (let at = 0; at < body.length; at += 9999) request.write(body.slice(at, at + 9999));
    request.end();
  });
  expect(status).toBe(200);
});

test("headers that do not end are cut off", async () => {
  const running = await startService({}, { headerTime: 300, requestTime: 600 });
  const client = new RawClient(running.port).send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  const start = performance.now();
  const drip = setInterval(() => client.send("a"), 50);
  await client.closed;
  clearInterval(drip);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(client.status).toBe(408);
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
});

test("a body that does not end is refused, and gives its bytes back", async () => {
  const running = await startService({ bodyTime: 300 });
  const client = new RawClient(running.port);
  client.send(
    `POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
  );
  const drip = setInterval(() => client.send(" "), 50);
  await until(() => client.status !== 0);
  clearInterval(drip);
  expect(client.status).toBe(408);
  expect(client.text).toContain('"code":"SLOW_CLIENT"');
  await client.closed;
  expect(running.records).toMatchObject([{ status: 408, code: "SLOW_CLIENT" }]);
  expect(await metric(running.url, "limn_body_bytes")).toBe(0);
  expect((await ask(running)).status).toBe(200);
});

test("an answer that is not read is cut off", async () => {
  const { port, url } = await startService({}, { stallTime: 300 });
  const client = new RawClient(port);
  client.socket.pause();
  // more than a socket holds: a large picture that is stored, not compressed
  const body = JSON.stringify({ image, width: 2000, height: 2000 });
  const head = `POST /v1/tasks/resize?level=store HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: image/png`;
  client.send(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await until(async () => (await metric(url, 'limn_job_duration_seconds_count{task="TASK_RESIZE"}')) === 1);
  await new Promise((resolve) => setTimeout(resolve, 900));
  client.socket.resume();
  await client.closed;
  expect(client.text.length).toBeLessThan(12_000_000);
});

test("nonsense on the wire is answered or cut off, and nothing else suffers", async () => {
  const running = await startService();
  for (const text of [
    "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"a".repeat(40_000)}\r\n\r\n`,
    "GET / HTTP/1.1\r\nHost: localhost:99999999\r\n\r\n",
    "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
  ]) {
    const client = new RawClient(running.port).send(text);
    await Promise.race([client.closed, until(() => client.status !== 0)]);
    expect(client.status === 0 || client.status >= 400, JSON.stringify(text.slice(0, 60))).toBe(true);
  }
  expect((await ask(running)).status).toBe(200);
});

test("a full queue refuses with Retry-After, and what waits is done", async () => {
  const running = await startService({ workers: 1, queue: 2, workerFile: badWorker });
  expect((await ask(running)).status).toBe(200);
  const accepted = [ask(running, "@wait-600")];
  await until(async () => (await metric(running.url, "limn_workers_busy")) === 1);
  accepted.push(ask(running), ask(running));
  await until(async () => (await metric(running.url, "limn_queue_length")) === 2);
  const refused = await ask(running);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(await problem(refused)).toMatchObject({ code: "BUSY" });
  expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await ask(running)).status).toBe(200);
});

test("bodies of all requests together have a bound", async () => {
  const running = await startService({ maxBody: 100_000, maxBodies: 150_000 });
  const slow = [0, 1].map(() => {
    const client = new RawClient(running.port);
    client.send(
      `POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n`,
    );
    return client;
  });
  slow[0]!.send(" ".repeat(89_000));
  await until(async () => (await metric(running.url, "limn_body_bytes")) === 89_000);
  slow[1]!.send(" ".repeat(89_000));
  await slow[1]!.closed;
  expect(slow[1]!.status).toBe(429);
  slow[0]!.socket.destroy();
  await until(async () => (await metric(running.url, "limn_body_bytes")) === 0);
  const budget = new ByteBudget(10);
  const holder = budget.hold();
  expect([holder.add(6), holder.add(5), holder.add(4), budget.used]).toEqual([true, false, true, 10]);
  holder.free();
  holder.free();
  expect(budget.used).toBe(0);
});

test("a request whose client has gone leaves the queue, and is never begun", async () => {
  const running = await startService({ workers: 1, queue: 1, workerFile: badWorker });
  await ask(running);
  const first = ask(running, "@wait-800");
  await until(async () => (await metric(running.url, "limn_workers_busy")) === 1);
  const mark = join(temporaryFolder(), "begun");
  const leave = new AbortController();
  const gone = ask(running, `@once:${mark}@wait-1`, leave.signal);
  await until(async () => (await metric(running.url, "limn_queue_length")) === 1);
  leave.abort();
  await expect(gone).rejects.toThrow();
  await until(async () => (await metric(running.url, "limn_queue_length")) === 0);
  const next = ask(running);
  expect((await first).status).toBe(200);
  expect((await next).status).toBe(200);
  expect(existsSync(mark)).toBe(false);
  expect(running.records.filter(({ status }) => status === 499)).toMatchObject([
    { task: "TASK_RESIZE", level: "warn" },
  ]);
});

test("a client that goes away while it sends leaves nothing behind", async () => {
  const running = await startService();
  const client = new RawClient(running.port);
  client.send(
    `POST /v1/tasks/resize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n${" ".repeat(100)}`,
  );
  await until(async () => (await metric(running.url, "limn_body_bytes")) === 100);
  client.socket.destroy();
  await until(async () => (await metric(running.url, "limn_body_bytes")) === 0);
  expect(await metric(running.url, "limn_tasks_active")).toBe(0);
  expect((await ask(running)).status).toBe(200);
});

test("a job that takes too long ends its worker, not the service", async () => {
  const running = await startService({ workers: 1, timeLimit: 700, workerFile: badWorker });
  await ask(running);
  const hung = ask(running, "@hang");
  await until(async () => (await metric(running.url, "limn_workers_busy")) === 1);
  const waiting = ask(running);
  const answer = await hung;
  expect(answer.status).toBe(504);
  expect(await problem(answer)).toMatchObject({ code: "TIME", task: "TASK_RESIZE" });
  expect((await waiting).status).toBe(200);
});

test("a worker that ends is replaced: the request is tried once more, and refused if it ends that one too", async () => {
  const running = await startService({ workers: 1, workerFile: badWorker });
  const mark = join(temporaryFolder(), "crashed");
  expect((await ask(running, `@once:${mark}@crash`)).status).toBe(200);
  expect(existsSync(mark)).toBe(true);
  const answer = await ask(running, "@crash");
  expect(answer.status).toBe(500);
  expect((await problem(answer)).code).toBe("INTERNAL");
  expect(running.records.at(-1)!.level).toBe("error");
  expect((await ask(running)).status).toBe(200);
});

test("options that cannot be meant are refused", () => {
  for (const options of [{ workers: 0 }, { queue: -1 }, { timeLimit: NaN }, { maxBody: 1.5 }, { token: "" }])
    expect(() => createService(options)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  expect(() => createService({ style: { boxWidth: -1 } })).toThrow(/boxWidth/);
});
