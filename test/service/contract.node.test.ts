/** The service as a client sees it: a real client, a real socket, every task. A little longer than most: one contract. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeImage, encodeBmp, encodePng, Frame, ImageError, runTask, type TaskName } from "../../src/index.ts";
import type { Problem } from "../../src/service/problem.ts";
import { OFFERED } from "../../src/service/tasks.ts";
import { form, json, startService } from "../support/service.ts";
import { sharedBytes, sharedJson, sharedPath, sharedTest } from "../support/shared.ts";

const photo = encodePng(Frame.create(96, 72, { fill: 0x557799 }));
const dataUri = `data:image/png;base64,${Buffer.from(photo).toString("base64")}`;
const BOX = { left: 20, top: 30, width: 40, height: 30 };
const DOG = { category: "dog", score: 0.9, "bounding-box": BOX };

function twice(made: FormData, name: string, value: string): FormData {
  made.append(name, value);
  return made;
}

/** What runs here, without a service. */
function here(task: TaskName, input: object, options: Parameters<typeof runTask>[1] = {}): Uint8Array {
  const output = { ...options.output, as: "bytes" } as const;
  return runTask({ task, input }, { ...options, output }).image as Uint8Array;
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function problem(answer: Response): Promise<Problem> {
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const found = (await answer.json()) as Problem;
  expect(found).toMatchObject({ type: "about:blank", status: answer.status });
  expect(found.requestId).toBe(answer.headers.get("x-request-id"));
  return found;
}

test("every task gives what it gives without the service: as JSON, as a form, under each of its names", async () => {
  const { url } = await startService({ workers: 2 });
  for (const { name, slug, example } of OFFERED) {
    const isGrid = name === "TASK_CONCAT";
    const pictures = isGrid ? [photo, photo, photo] : [photo];
    // 32 x 32 is what the example of regions is for
    const input =
      name === "TASK_DRAW_SEMANTIC_SEGMENTATION" ? { stuffs: [{ category: "a", rle: "10,3000" }] } : example;
    const expected = here(name, { ...input, ...(isGrid ? { images: pictures } : { image: photo }) });
    const image = isGrid ? { images: [dataUri, dataUri, dataUri] } : { image: dataUri };
    const asJson = await fetch(`${url}/v1/tasks/${slug}`, json({ ...input, ...image }));
    expect(asJson.headers.get("content-type")).toBe("application/json");
    const { image: written } = (await asJson.json()) as { image: string };
    expect(written).toBe(`data:image/png;base64,${Buffer.from(expected).toString("base64")}`);
    for (const path of [slug, name, name.toLowerCase(), `draw_${slug}`]) {
      const answer = await fetch(`${url}/v1/tasks/${path}`, {
        method: "POST",
        body: form(pictures, input),
        headers: { accept: "image/png" },
      });
      expect(answer.headers.get("content-type")).toBe("image/png");
      expect(Buffer.from(await bytesOf(answer)).equals(expected)).toBe(true);
    }
  }
});

test("every spelling and every wrapping of an input gives the same picture", async () => {
  const { url } = await startService();
  const spelled = ["bounding-box", "bounding_box", "boundingBox"].map((key) => ({
    objects: [{ category: "dog", score: 0.9, [key]: BOX }],
  }));
  const base64 = dataUri.slice(dataUri.indexOf(",") + 1);
  const bodies: unknown[] = [
    ...spelled.map((input) => ({ image: dataUri, ...input })),
    { image: base64, ...spelled[0] },
    { input: { image: dataUri, ...spelled[0] } },
    { image: dataUri, input: spelled[0] },
    { task: "TASK_DRAW_DETECTION", input: { image: dataUri, ...spelled[1] } },
    { image: dataUri, task: "TASK_DETECTION", task_outputs: [{ detection: spelled[1] }] },
    { image: dataUri, data: spelled[2] },
  ];
  const found = new Set<string>();
  for (const body of bodies) {
    const answer = await fetch(`${url}/v1/tasks/detection`, json(body, { accept: "image/png" }));
    found.add(Buffer.from(await bytesOf(answer)).toString("base64"));
  }
  for (const input of [
    spelled[0],
    [spelled[0]],
    { task: "TASK_DETECTION", task_outputs: [{ detection: spelled[1] }] },
  ]) {
    const sent = { method: "POST", body: form([photo], input), headers: { accept: "image/png" } };
    found.add(Buffer.from(await bytesOf(await fetch(`${url}/v1/tasks/detection`, sent))).toString("base64"));
  }
  expect(found.size).toBe(1);
  const scores = new Set<string>();
  for (const key of ["show-score", "show_score", "showScore"]) {
    const answer = await fetch(`${url}/v1/tasks/detection`, json({ image: dataUri, objects: [DOG], [key]: true }));
    scores.add(((await answer.json()) as { image: string }).image);
  }
  expect(scores.size).toBe(1);
  expect(found.has([...scores][0]!.slice(dataUri.indexOf(",") + 1))).toBe(false);
});

test("the answer is what Accept asks for, drawn as the style says", async () => {
  const { url } = await startService({ style: "instill-a" });
  const input = { objects: [DOG] };
  const ask = async (query: string, accept: string, more?: Record<string, string>): Promise<Uint8Array> =>
    bytesOf(
      await fetch(`${url}/v1/tasks/detection${query}`, {
        method: "POST",
        body: form([photo], input, more),
        headers: { accept },
      }),
    );
  const task = { ...input, image: photo };
  const drawn = (options: Parameters<typeof here>[2]): Buffer =>
    Buffer.from(here("TASK_DRAW_DETECTION", task, options));
  expect(drawn({ style: "instill-a" }).equals(await ask("", "image/png"))).toBe(true);
  expect(drawn({ style: "instill-b" }).equals(await ask("?style=instill-b", "image/png;q=0.5, text/html"))).toBe(true);
  expect(drawn({ style: "instill-b" }).equals(await ask("", "image/*", { style: "instill-b" }))).toBe(true);
  expect(drawn({ style: { boxWidth: 9 } }).equals(await ask("", "image/png", { style: '{"boxWidth":9}' }))).toBe(true);
  expect(drawn({ style: { colorBy: "instance" } }).equals(await ask("?style=instances", "image/png"))).toBe(true);
  const jpeg = drawn({ style: "instill-a", output: { type: "jpeg", quality: 30, subsampling: "4:4:4" } });
  expect(jpeg.equals(await ask("?quality=30&subsampling=4:4:4", "image/jpeg"))).toBe(true);
  const asPart = await ask("", "image/jpeg", { output: '{"quality":30,"subsampling":"4:4:4"}' });
  expect(jpeg.equals(asPart)).toBe(true);
  const textual = form([], input, { image: dataUri, style: "instill-b" });
  const asText = await fetch(`${url}/v1/tasks/detection`, {
    method: "POST",
    body: textual,
    headers: { accept: "image/png" },
  });
  expect(drawn({ style: "instill-b" }).equals(await bytesOf(asText))).toBe(true);
  const body = {
    input: { image: dataUri, objects: [DOG] },
    style: { boxWidth: 9 },
    output: { type: "jpeg", as: "base64" },
  };
  const written = ((await (await fetch(`${url}/v1/tasks/detection`, json(body))).json()) as { image: string }).image;
  expect(drawn({ style: { boxWidth: 9 }, output: { type: "jpeg" } }).toString("base64")).toBe(written);
});

test("an answer tells how long it took, and the log tells the same without what was sent", async () => {
  const { url, records } = await startService();
  const secret = "Zq8-not-for-the-log";
  const sent = json({ image: dataUri, objects: [{ ...DOG, category: secret }] }, { "x-request-id": "my-id.1" });
  const answer = await fetch(`${url}/v1/tasks/detection?style=instill-b`, sent);
  expect(answer.headers.get("server-timing")).toMatch(/^body;dur=[\d.]+, queue;dur=[\d.]+, work;dur=[\d.]+$/);
  expect(answer.headers.get("x-request-id")).toBe("my-id.1");
  await fetch(`${url}/v1/tasks/detection`, json({ image: dataUri, objects: [{ category: secret }] }));
  expect(records).toMatchObject([
    { event: "request", level: "info", id: "my-id.1", method: "POST", path: "/v1/tasks/detection", status: 200 },
    { level: "warn", task: "TASK_DRAW_DETECTION", status: 422, code: "ARGUMENT", at: "objects[0].bounding-box" },
  ]);
  expect(records[0]!.received).toBe(String(sent.body).length);
  expect(JSON.stringify(records)).not.toContain(secret);
  expect(JSON.stringify(records)).not.toContain("iVBOR");
  const forged = await fetch(`${url}/healthz`, { headers: { "x-request-id": "a b{}" } });
  expect(forged.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
});

test("a wrong object is named: its index, its field, and what was expected", async () => {
  const { url } = await startService();
  const objects = [DOG, { ...DOG, rle: "0,1200" }, { ...DOG, rle: "0,1201" }].map((object) => ({
    rle: "0,1200",
    ...object,
  }));
  const answer = await fetch(`${url}/v1/tasks/instance-segmentation`, json({ image: dataUri, objects }));
  expect(await problem(answer)).toMatchObject({
    status: 422,
    title: "Unprocessable Content",
    code: "DECODE",
    task: "TASK_DRAW_INSTANCE_SEGMENTATION",
    path: "objects[2].rle",
    object: 2,
    field: "rle",
    detail: expect.stringMatching(/^objects\[2\]\.rle: expected .*1200 .*1201/) as string,
  });
});

test.each([
  [
    "a body that is no JSON",
    "detection",
    { method: "POST", body: "{", headers: { "content-type": "application/json" } },
    400,
    "BODY",
  ],
  [
    "a form that is none",
    "detection",
    { method: "POST", body: "x", headers: { "content-type": "multipart/form-data; boundary=b" } },
    400,
    "BODY",
  ],
  [
    "a form without a boundary",
    "detection",
    { method: "POST", body: "x", headers: { "content-type": "multipart/form-data" } },
    400,
    "BODY",
  ],
  [
    "a part that nobody knows",
    "detection",
    { method: "POST", body: form([photo], { objects: [] }, { more: "1" }) },
    400,
    "BODY",
  ],
  ["an input that is no JSON", "detection", { method: "POST", body: form([photo], "{objects}") }, 422, "DECODE"],
  [
    "a picture that is none",
    "detection",
    { method: "POST", body: form([new Uint8Array(50)], { objects: [] }) },
    422,
    "DECODE",
  ],
  ["no picture", "detection", json({ objects: [] }), 422, "ARGUMENT"],
  [
    "two inputs",
    "detection",
    { method: "POST", body: twice(form([photo], { objects: [] }), "input", "{}") },
    422,
    "ARGUMENT",
  ],
  ["two pictures", "detection", { method: "POST", body: form([photo, photo], { objects: [] }) }, 422, "ARGUMENT"],
  ["an address", "detection", json({ image: "http://127.0.0.1:1/a.png", objects: [] }), 422, "UNSUPPORTED"],
  ["a file of the host", "detection", json({ image: "file:///etc/passwd", objects: [] }), 422, "UNSUPPORTED"],
  [
    "another task than its address says",
    "detection",
    json({ task: "TASK_CROP", input: { image: dataUri } }),
    422,
    "ARGUMENT",
  ],
  [
    "a style that is none",
    "detection",
    json({ style: "van-gogh", input: { image: dataUri, objects: [] } }),
    422,
    "ARGUMENT",
  ],
  [
    "a style with a part that is none",
    "detection",
    json({ style: { boxWidth: "x" }, input: { image: dataUri, objects: [] } }),
    422,
    "ARGUMENT",
  ],
  [
    "bytes inside of JSON",
    "detection",
    json({ output: { as: "bytes" }, input: { image: dataUri, objects: [] } }),
    422,
    "ARGUMENT",
  ],
  ["a task that is none", "paint", json({}), 404, "NOT_FOUND"],
  ["a task called as nothing is", "__proto__", json({}), 404, "NOT_FOUND"],
  ["a question that nobody knows", "detection?colour=red", json({ image: dataUri, objects: [] }), 422, "ARGUMENT"],
  ["a quality out of range", "detection?quality=101", json({ image: dataUri, objects: [] }), 422, "ARGUMENT"],
  [
    "an answer that is none of ours",
    "detection",
    json({ image: dataUri, objects: [] }, { accept: "image/webp" }),
    406,
    "NOT_ACCEPTABLE",
  ],
  ["a body of no type", "detection", { method: "POST", body: new Uint8Array(3) }, 415, "MEDIA_TYPE"],
  [
    "a picture as the body",
    "detection",
    { method: "POST", body: photo, headers: { "content-type": "image/png" } },
    415,
    "MEDIA_TYPE",
  ],
  ["a compressed body", "detection", json({}, { "content-encoding": "gzip" }), 415, "MEDIA_TYPE"],
  ["another method", "detection", { method: "DELETE" }, 405, "METHOD"],
] as const)("is refused: %s", async (_, path, init, status, code) => {
  const { url, records } = await startService();
  const answer = await fetch(`${url}/v1/tasks/${path}`, init as RequestInit);
  expect(await problem(answer)).toMatchObject({ status, code });
  expect(records).toMatchObject([{ status, code }]);
});

test("what is too many pixels is refused before memory is touched", async () => {
  const { url } = await startService();
  const bomb = encodeBmp(Frame.create(4, 4)) as Uint8Array<ArrayBuffer>;
  for (const at of [18, 22]) new DataView(bomb.buffer, bomb.byteOffset).setInt32(at, 60_000, true);
  const answer = await fetch(`${url}/v1/tasks/resize`, { method: "POST", body: form([bomb], { width: 10 }) });
  expect(await problem(answer)).toMatchObject({ status: 413, code: "LIMIT", field: "image" });
  const grown = await fetch(`${url}/v1/tasks/resize`, {
    method: "POST",
    body: form([photo], { width: 60_000, height: 60_000 }),
  });
  expect(await problem(grown)).toMatchObject({ status: 413, code: "LIMIT" });
});

test("health, tasks and metrics are told", async () => {
  const { url } = await startService();
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok", waiting: 0, busy: 0, workers: 1 });
  expect((await fetch(`${url}/healthz`, { method: "HEAD" })).status).toBe(200);
  const { tasks } = (await (await fetch(`${url}/v1/tasks`)).json()) as { tasks: { name: string }[] };
  expect(tasks.map(({ name }) => name)).toEqual(OFFERED.map(({ name }) => name));
  await fetch(`${url}/v1/tasks/resize`, { method: "POST", body: form([photo], { width: 10 }) });
  await fetch(`${url}/v1/tasks/resize`, { method: "POST", body: form([photo], { width: -1 }) });
  await fetch(`${url}/no/such/page"}\n`);
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await answer.text();
  for (const line of [
    'limn_requests_total{route="/v1/tasks/:task",task="TASK_RESIZE",status="200"} 1',
    'limn_requests_total{route="/v1/tasks/:task",task="TASK_RESIZE",status="422"} 1',
    'limn_requests_total{route="other",task="",status="404"} 1',
    'limn_request_duration_seconds_count{route="/v1/tasks/:task",task="TASK_RESIZE"} 2',
    'limn_request_duration_seconds_bucket{route="/v1/tasks/:task",task="TASK_RESIZE",le="+Inf"} 2',
    'limn_job_duration_seconds_count{task="TASK_RESIZE"} 1',
    "limn_queue_length 0",
    "limn_workers_busy 0",
    "limn_workers 1",
    "limn_body_bytes 0",
  ])
    expect(text).toContain(`${line}\n`);
  // every line is a comment or a sample
  expect(
    text.split("\n").filter((line) => !/^(?:# (?:HELP|TYPE) .+|\w+(?:\{[^{}]*\})? -?[\d.e+-]+|)$/.test(line)),
  ).toEqual([]);
});

/** Tasks of the malformed inputs, by the beginning of their names. */
function taskOf(file: string): TaskName {
  if (/^(?:det|empty|neg-box|no-box)/.test(file)) return "TASK_DRAW_DETECTION";
  if (file.startsWith("kp")) return "TASK_DRAW_KEYPOINT";
  return file.startsWith("sem") ? "TASK_DRAW_SEMANTIC_SEGMENTATION" : "TASK_DRAW_INSTANCE_SEGMENTATION";
}

sharedTest("malformed inputs give the errors that they give without the service, and the service lives", async () => {
  const { url } = await startService();
  const white = sharedBytes("golden/instill/inputs/white-96x72.png").slice() as Uint8Array<ArrayBuffer>;
  let refused = 0;
  const files = readdirSync(sharedPath("golden/instill/inputs/err"));
  for (const file of files) {
    const input = sharedJson(`golden/instill/inputs/err/${file}`) as object;
    const tasks = new Set<TaskName>([taskOf(file), "TASK_DRAW_INSTANCE_SEGMENTATION"]);
    for (const task of tasks) {
      let expected: Uint8Array | ImageError;
      try {
        expected = here(task, { ...input, image: white });
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        expected = error;
      }
      const answer = await fetch(`${url}/v1/tasks/${task}`, {
        method: "POST",
        body: form([white], input),
        headers: { accept: "image/png" },
      });
      if (expected instanceof ImageError) {
        refused += 1;
        const found = await problem(answer);
        expect(found, file).toMatchObject({ code: expected.code, task });
        expect(`${task}${found.path ? `.${found.path}` : ""}`, file).toBe(expected.path);
        expect(expected.message, file).toContain(found.detail);
      } else expect(Buffer.from(await bytesOf(answer)).equals(expected), file).toBe(true);
    }
  }
  expect(files.length).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(15);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

sharedTest("the real inputs of every task are drawn", async () => {
  const { url } = await startService();
  for (const file of ["classification", "detection", "keypoint", "ocr", "instance", "semantic"]) {
    const {
      task = undefined,
      input = undefined,
      ...rest
    } = sharedJson(`golden/instill/inputs/${file}.json`) as Record<string, unknown>;
    const slug = { instance: "instance-segmentation", semantic: "semantic-segmentation" }[file] ?? file;
    const base = sharedBytes("golden/instill/inputs/base-640x480.png").slice() as Uint8Array<ArrayBuffer>;
    const answer = await fetch(`${url}/v1/tasks/${slug}`, {
      method: "POST",
      body: form([base], { ...(task === undefined ? {} : { task }), ...(input === undefined ? rest : { input }) }),
      headers: { accept: "image/png" },
    });
    const frame = decodeImage(await bytesOf(answer));
    expect([frame.width, frame.height]).toEqual([640, 480]);
    frame.free();
  }
});
