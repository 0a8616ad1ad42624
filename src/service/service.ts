/**
 * The service as a function of requests, for any runtime with workers: the six draw tasks and their like over HTTP. It reads
 * bodies and moves bytes; everything else is done by workers.
 */
import { coreCount } from "#platform";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { imageErrorOf } from "../batch/messages.ts";
import { WorkerPool } from "../batch/pool.ts";
import type { RequestAnswer, RequestJob } from "../batch/request-job.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { limits } from "../limits.ts";
import { checkTaskStyle } from "../task/draw-tasks.ts";
import { answerType, ANSWER_TYPES } from "./accept.ts";
import { type Course, recordOf } from "./course.ts";
import { checkHost, checkOrigin, tokenCheck } from "./guards.ts";
import { Metrics } from "./metrics.ts";
import { openApi, SMALL_PICTURE } from "./openapi.ts";
import type { Service, ServiceOptions } from "./options.ts";
import { pageFile } from "./page.ts";
import { problemOf, Refusal, titleOf } from "./problem.ts";
import { askedFor } from "./query.ts";
import { ByteBudget, type Holder, readBody } from "./read-body.ts";
import { offeredTask, OFFERED } from "./tasks.ts";

const MIB = 2 ** 20;
/**
 * Make a service. Its workers start with the first tasks.
 *
 * @throws {ImageError} `ARGUMENT` for options that cannot be meant
 * @example
 * const service = createService({ workers: 2, token: "secret" });
 * const answer = await service.fetch(new Request("http://localhost/healthz"));
 * await service.close();
 */
export function createService(options: ServiceOptions = {}): Service {
  const {
    workers = coreCount(),
    queue = 64,
    timeLimit = 30_000,
    maxBody = 32 * MIB,
    bodyTime = 30_000,
  } = checkedOptions(options);
  const { maxBodies = 8 * maxBody, origins = [], token, fetchPicture, log, version = "0", workerFile } = options;
  for (const [name, value, least] of [
    ["workers", workers, 1],
    ["queue", queue, 0],
    ["timeLimit", timeLimit, 1],
    ["maxBody", maxBody, 1],
    ["maxBodies", maxBodies, 1],
    ["bodyTime", bodyTime, 1],
  ] as const)
    if (!(Number.isInteger(value) && value >= least))
      throw new ImageError("ARGUMENT", `expected a whole number of ${least} or more, got ${show(value)}`, {
        path: name,
      });
  for (const [name, list] of Object.entries({ origins, hosts: options.hosts, gauges: options.gauges }))
    if (list !== undefined && !Array.isArray(list))
      throw new ImageError("ARGUMENT", `expected a list, got ${show(list)}`, { path: name });
  if (token === "") throw new ImageError("ARGUMENT", "expected a token, got an empty text", { path: "token" });
  const style = options.style === undefined ? undefined : checkTaskStyle(options.style);

  const pool = new WorkerPool({ size: workers, timeLimit, refuseSlow: true, jobsPerWorker: 1, workerFile });
  const budget = new ByteBudget(maxBodies);
  const metrics = new Metrics([
    { name: "limn_queue_length", help: "Requests that wait for a worker.", read: () => pool.load.waiting },
    { name: "limn_workers_busy", help: "Workers that have a job.", read: () => pool.load.busy },
    { name: "limn_workers", help: "Workers that there may be.", read: () => workers },
    { name: "limn_tasks_active", help: "Tasks that were accepted and not answered.", read: () => active },
    { name: "limn_body_bytes", help: "Bytes of bodies that are held.", read: () => budget.used },
    { name: "limn_draining", help: "1 while the service is stopping.", read: () => (draining ? 1 : 0) },
    ...(options.gauges ?? []),
  ]);
  const hosts = options.hosts && new Set(options.hosts.map((name) => name.toLowerCase()));
  const checkToken = token === undefined ? undefined : tokenCheck(token);
  const document = JSON.stringify(
    openApi({ version, maxBody, maxPixels: limits.maxPixels, hasToken: token !== undefined, fetches: !!fetchPicture }),
  );
  let active = 0;
  let draining = false;
  let drained: (() => void) | undefined;

  const app = new Hono<{ Bindings: { course: Course } }>();
  app.use(async (c, next) => {
    if (hosts) checkHost(c.req.raw, hosts, options.anyAddress === true);
    await next();
  });
  if (origins.length > 0)
    app.use(
      cors({
        origin: origins.includes("*") ? "*" : [...origins],
        allowMethods: ["GET", "HEAD", "POST"],
        allowHeaders: ["authorization", "content-type", "x-request-id"],
        exposeHeaders: ["retry-after", "server-timing", "x-request-id"],
        maxAge: 600,
      }),
    );

  app.get("/healthz", ({ env }) => {
    env.course.route = "/healthz";
    return json({ status: draining ? "draining" : "ok", ...pool.load, workers }, draining ? 503 : 200);
  });
  app.get("/metrics", ({ env, req }) => {
    env.course.route = "/metrics";
    checkToken?.(req.raw);
    return new Response(metrics.text(), { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
  });
  app.get("/openapi.json", ({ env }) => {
    env.course.route = "/openapi.json";
    return new Response(document, { headers: { "content-type": "application/json", "cache-control": "no-cache" } });
  });
  app.get("/v1/tasks", ({ env }) => {
    env.course.route = "/v1/tasks";
    return json({ tasks: OFFERED.map(({ name, slug, summary }) => ({ name, path: `/v1/tasks/${slug}`, summary })) });
  });
  app.post("/v1/tasks/:task", ({ env: { course }, req }) => answerTask(req.raw, req.param("task"), course));
  for (const path of ["/v1/tasks/:task", "/v1/tasks", "/healthz", "/metrics", "/openapi.json"])
    app.all(path, () => {
      throw new Refusal("METHOD", `expected ${path.endsWith(":task") ? "POST" : "GET"}`, {
        allow: path.endsWith(":task") ? "POST" : "GET, HEAD",
      });
    });
  app.get("*", ({ env, req }) => {
    const file = pageFile(req.path);
    if (!file) throw new Refusal("NOT_FOUND", "there is nothing at this address; / tells what there is");
    env.course.route = "/";
    return file;
  });
  app.notFound(() => {
    throw new Refusal("NOT_FOUND", "there is nothing at this address");
  });
  app.onError((error, { env }) => refuse(error, env.course));

  return { fetch: answer, warm, drain, close: () => pool.close() };

  async function answer(request: Request, client?: string, sent?: PromiseLike<void>): Promise<Response> {
    const given = request.headers.get("x-request-id") ?? "";
    const id = /^[\w.-]{1,64}$/.test(given) ? given : crypto.randomUUID();
    const course: Course = { id, start: performance.now(), route: "other" };
    let response: Response;
    try {
      response = await app.fetch(request, { course });
    } catch (error) {
      response = refuse(error, course);
    }
    const headers = response.headers;
    headers.set("x-request-id", id);
    headers.set("x-content-type-options", "nosniff");
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
    if (!headers.has("content-security-policy"))
      headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    if (draining) headers.set("connection", "close");
    record(request, response, course, client);
    if (course.answer) void sent?.then(() => pool.giveBack(course.answer!));
    return response;
  }

  async function answerTask(request: Request, name: string, course: Course): Promise<Response> {
    course.route = "/v1/tasks/:task";
    const task = offeredTask(name);
    if (task) course.task = task.name;
    checkToken?.(request);
    checkOrigin(request, origins);
    if (!task) throw new Refusal("NOT_FOUND", `expected one of ${OFFERED.map(({ slug }) => slug).join(", ")}`);
    const type = answerType(request.headers.get("accept") ?? undefined);
    if (!type) throw new Refusal("NOT_ACCEPTABLE", `expected to be asked for one of ${ANSWER_TYPES.join(", ")}`);
    const contentType = request.headers.get("content-type") ?? "";
    if (!/^(?:application\/(?:[\w.-]+\+)?json|multipart\/form-data)\s*(?:;|$)/i.test(contentType))
      throw new Refusal(
        "MEDIA_TYPE",
        `expected application/json or multipart/form-data, got ${contentType === "" ? "nothing" : show(contentType)}`,
      );
    const asked = askedFor(new URL(request.url).searchParams, type);
    // what was accepted before the service began to stop is done
    if (draining) throw new Refusal("DRAINING", "the service is stopping", { "retry-after": "1" });
    checkQueue();

    active += 1;
    const holder = budget.hold();
    try {
      const { signal } = request;
      const body = await whileThere(signal, readBody(request, { maxBytes: maxBody, time: bodyTime, holder }));
      course.received = body.reduce((sum, { length }) => sum + length, 0);
      const read = performance.now() - course.start;
      checkQueue();
      const job: RequestJob = { task: task.name, body, contentType, style: asked.style ?? style, output: asked.output };
      const found = await whileThere(signal, run(job, signal, holder));
      course.work = found.time;
      course.answer = found.body;
      metrics.job(task.name, found.time / 1000);
      const wait = performance.now() - course.start - read - found.time;
      return new Response(found.body, {
        headers: {
          "content-type": found.contentType,
          "server-timing": `body;dur=${read.toFixed(1)}, queue;dur=${wait.toFixed(1)}, work;dur=${found.time.toFixed(1)}`,
          vary: "accept, origin",
        },
      });
    } finally {
      holder.free();
      active -= 1;
      if (draining && active === 0) drained?.();
    }
  }

  /** @throws {Refusal} `BUSY` */
  function checkQueue(): void {
    const { waiting, busy } = pool.load;
    if (busy < workers || waiting < queue) return;
    const seconds = Math.ceil(((waiting + 1) * metrics.meanJob) / workers);
    throw new Refusal("BUSY", `all ${workers} workers are busy and ${waiting} requests wait`, {
      "retry-after": String(Math.min(60, Math.max(1, seconds))),
    });
  }

  /** Run a job; pictures that it gives by their addresses are fetched, where that is allowed, and it is run again. */
  async function run(
    job: RequestJob,
    signal: AbortSignal,
    holder: Holder,
  ): Promise<Extract<RequestAnswer, { kind: "answer" }>> {
    if (!fetchPicture) return answered(await pool.run({ kind: "request", job }, signal));
    const fetched = new Map<string, Uint8Array>();
    const first = await pool.run({ kind: "request", job: { ...job, fetched } }, signal);
    if (first.kind === "answer") return first;
    for (const { address, path } of first.pictures) {
      const bytes = await fetchPicture(address, signal).catch((error: unknown) => {
        throw error instanceof ImageError ? error.at(path) : error;
      });
      if (!holder.add(bytes.length)) throw new Refusal("BUSY", "the pictures of all requests are over their bound");
      fetched.set(address, bytes);
    }
    return answered(await pool.run({ kind: "request", job: { ...job, fetched } }, signal));
  }

  function refuse(error: unknown, course: Course): Response {
    course.error = error;
    const problem = problemOf(error, course.id, course.task);
    const headers = { "content-type": "application/problem+json", ...(error instanceof Refusal ? error.headers : {}) };
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      statusText: titleOf(problem.status),
      headers,
    });
  }

  function record(request: Request, response: Response, course: Course, client: string | undefined): void {
    const entry = recordOf(request, response.status, course, client);
    metrics.request(course.route, course.task, entry.status, (performance.now() - course.start) / 1000);
    log?.(entry);
  }

  async function warm(): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify({ image: SMALL_PICTURE, width: 1 }));
    const job: RequestJob = { task: "TASK_RESIZE", body: [body], contentType: "application/json", output: {} };
    await Promise.all(Array.from({ length: workers }, () => pool.run({ kind: "request", job })));
  }

  function drain(): Promise<void> {
    draining = true;
    return active === 0 ? Promise.resolve() : new Promise((resolve) => void (drained = resolve));
  }
}

function answered(answer: RequestAnswer): Extract<RequestAnswer, { kind: "answer" }> {
  if (answer.kind === "answer") return answer;
  throw new ImageError("INTERNAL", "pictures were fetched, and asked for again");
}

/** The result, or the reason for which the client went away, whatever is first. */
async function whileThere<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let leave: (() => void) | undefined;
  const gone = new Promise<never>((_, reject) => {
    leave = () => reject(imageErrorOf(signal.reason));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([work, gone]);
  } finally {
    if (leave) signal.removeEventListener("abort", leave);
    work.catch(() => undefined);
  }
}

function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
}
