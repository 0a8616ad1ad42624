/** The OpenAPI document: sound by itself, and true of the service. */
import { expect, test } from "vitest";
import { PROBLEMS } from "../../src/service/problem.ts";
import { OFFERED } from "../../src/service/tasks.ts";
import { violations } from "../support/json-schema.ts";
import { json, startService } from "../support/service.ts";
import { sharedJson, sharedTest } from "../support/shared.ts";

type Node = Record<string, unknown>;

interface Document extends Node {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, Node>>;
}

interface Operation extends Node {
  readonly operationId?: string;
  readonly parameters?: { name: string; in: string; schema: Node }[];
  readonly requestBody?: { content: Record<string, { schema: Node; examples?: Record<string, { value: unknown }> }> };
  readonly responses: Record<string, Node>;
}

async function documentOf(url: string): Promise<Document> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as Document;
}

function* nodes(value: unknown, path = "#"): Generator<[path: string, node: Node]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Node];
  for (const [key, inner] of Object.entries(value)) yield* nodes(inner, `${path}/${key}`);
}

/** A schema of the document for the checker, which finds references below `$defs`. */
function standalone(document: Document, schema: Node): Node {
  const text = JSON.stringify({ ...schema, $defs: document.components["schemas"] }).replaceAll(
    "#/components/schemas/",
    "#/$defs/",
  );
  return JSON.parse(text) as Node;
}

test("the document is OpenAPI 3.1: every part is where it belongs, and every reference leads somewhere", async () => {
  const { url } = await startService({ token: "a-good-token" });
  const document = await documentOf(url);
  expect(document.openapi).toBe("3.1.0");
  expect(
    Object.keys(document).filter((key) => !["openapi", "info", "servers", "paths", "components"].includes(key)),
  ).toEqual([]);
  expect(document["info"]).toMatchObject({ title: "limn", version: expect.any(String) as string });
  const ids = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    expect(path).toMatch(/^\/[\w./-]+$/);
    for (const [method, operation] of Object.entries(item)) {
      expect(["get", "post"]).toContain(method);
      expect(Object.keys(operation.responses).every((status) => /^[1-5]\d\d$/.test(status))).toBe(true);
      if (operation.operationId !== undefined) {
        expect(ids.has(operation.operationId)).toBe(false);
        ids.add(operation.operationId);
      }
      for (const parameter of operation.parameters ?? [])
        expect([parameter.in, typeof parameter.schema, typeof parameter.name]).toEqual(["query", "object", "string"]);
    }
  }
  for (const [path, node] of nodes(document)) {
    if (path.includes("/value/") || typeof node["$ref"] !== "string") continue;
    expect(Object.keys(node), path).toEqual(["$ref"]);
    const target = node["$ref"]
      .slice(2)
      .split("/")
      .reduce<unknown>((at, key) => (at as Node | undefined)?.[key], document);
    expect(target, `${path} -> ${node["$ref"]}`).toBeDefined();
  }
  for (const operation of Object.values(document.paths).flatMap((item) => Object.values(item)))
    for (const response of Object.values(operation.responses))
      if (!("$ref" in response)) expect(typeof response["description"]).toBe("string");
});

test("what the document promises is so: its examples are answered, its statuses are those of the code", async () => {
  const { url } = await startService();
  const document = await documentOf(url);
  expect(Object.keys(document.paths).filter((path) => path.startsWith("/v1/"))).toEqual(
    OFFERED.map(({ slug }) => `/v1/tasks/${slug}`),
  );
  const result = standalone(document, document.components["schemas"]!["Result"]!);
  for (const [path, { post }] of Object.entries(document.paths)) {
    if (!post) {
      expect((await fetch(url + path)).status, path).toBe(200);
      continue;
    }
    const { schema, examples } = post.requestBody!.content["application/json"]!;
    for (const { value } of Object.values(examples!)) {
      expect(violations(standalone(document, schema), value), path).toEqual([]);
      for (const [type, { schema: answer }] of Object.entries(
        (post.responses["200"] as { content: Record<string, { schema: Node }> }).content,
      )) {
        const found = await fetch(url + path, json(value, { accept: type }));
        expect([found.status, found.headers.get("content-type")], path).toEqual([200, type]);
        if (type === "application/json") expect(violations(result, await found.json())).toEqual([]);
        else expect(answer["contentMediaType"]).toBe(type);
      }
    }
    const statuses = new Set(Object.values(PROBLEMS).map(({ status }) => String(status)));
    statuses.delete("401"); // this service asks for no token
    expect(new Set(Object.keys(post.responses))).toEqual(new Set(["200", ...statuses]));
  }
  const problem = standalone(document, document.components["schemas"]!["Problem"]!);
  for (const [path, init] of [
    ["detection", json({ objects: [] })],
    ["detection", json({ image: "AAAA", objects: [{}] })],
    ["nothing", json({})],
  ] as const) {
    const answer = await fetch(`${url}/v1/tasks/${path}`, init);
    expect(violations(problem, await answer.json())).toEqual([]);
  }
});

sharedTest("the schemas take the real inputs of every task", async () => {
  const { url } = await startService();
  const document = await documentOf(url);
  for (const [file, slug] of [
    ["classification", "classification"],
    ["detection", "detection"],
    ["keypoint", "keypoint"],
    ["ocr", "ocr"],
    ["instance", "instance-segmentation"],
    ["semantic", "semantic-segmentation"],
  ]) {
    const schema = document.paths[`/v1/tasks/${slug}`]!["post"]!.requestBody!.content["application/json"]!.schema;
    const input = sharedJson(`golden/instill/inputs/${file}.json`) as object;
    expect(violations(standalone(document, schema), { image: "AAAA", ...input }), file).toEqual([]);
    const renamed = JSON.parse(
      JSON.stringify(input).replaceAll("bounding-box", "bounding_box").replaceAll("show-score", "showScore"),
    ) as object;
    expect(violations(standalone(document, schema), { image: "AAAA", ...renamed }), file).toEqual([]);
    expect(violations(standalone(document, schema), { ...input }), file).not.toEqual([]);
  }
});
