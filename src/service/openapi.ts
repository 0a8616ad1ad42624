/** The service as OpenAPI 3.1 says it, made from what the service itself goes by. */
import { ANSWER_TYPES } from "./accept.ts";
import { type ProblemCode, PROBLEMS, titleOf } from "./problem.ts";
import { QUERY } from "./query.ts";
import { OFFERED, type OfferedTask, type Schema, spellingsOf } from "./tasks.ts";

/** What a document depends on. */
export interface OpenApiOptions {
  readonly version: string;
  readonly maxBody: number;
  readonly maxPixels: number;
  readonly hasToken: boolean;
  /** Pictures may be given by their address. */
  readonly fetches: boolean;
}

/** The document. */
export function openApi(options: OpenApiOptions): Schema {
  const { version, hasToken } = options;
  const paths: Record<string, Schema> = {};
  for (const task of OFFERED) paths[`/v1/tasks/${task.slug}`] = { post: taskOperation(task, options) };
  const plain = (
    summary: string,
    type: string,
    statuses: Readonly<Record<string, string>>,
    secured = false,
  ): Schema => ({
    get: {
      summary,
      ...(hasToken && secured ? { security: [{ token: [] }] } : {}),
      responses: Object.fromEntries(
        Object.entries(statuses).map(([status, description]) => [
          status,
          { description, content: { [type]: { schema: { type: type === "application/json" ? "object" : "string" } } } },
        ]),
      ),
    },
  });
  paths["/healthz"] = plain("Is the service well?", "application/json", {
    200: "It takes requests.",
    503: "It is stopping.",
  });
  paths["/metrics"] = plain("Counters, for Prometheus", "text/plain", { 200: "Text format 0.0.4." }, true);
  paths["/openapi.json"] = plain("This document", "application/json", { 200: "OpenAPI 3.1." });
  return {
    openapi: "3.1.0",
    info: {
      title: "limn",
      version,
      summary: "A picture and what a model said about it in, the annotated picture out.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: {
        Picture: {
          type: "string",
          description: `PNG, JPEG or BMP of at most ${options.maxPixels} pixels, as Base64 or a data URI${
            options.fetches ? ", or its address" : ""
          }.`,
        },
        Result: {
          type: "object",
          properties: { image: { type: "string", description: "The picture as a data URI." } },
          required: ["image"],
        },
        Output: {
          type: "object",
          properties: {
            type: QUERY.type,
            quality: QUERY.quality,
            subsampling: QUERY.subsampling,
            level: QUERY.level,
            as: { type: "string", enum: ["data-uri", "base64"], description: "Default data-uri." },
          },
        },
        Problem: PROBLEM,
      },
      responses: problemResponses(hasToken),
      ...(hasToken ? { securitySchemes: { token: { type: "http", scheme: "bearer" } } } : {}),
    },
  };
}

/** What a task takes, with its picture. */
export function inputSchema({ name, fields, required }: OfferedTask): Schema {
  const picture = { $ref: "#/components/schemas/Picture" };
  const isGrid = name === "TASK_CONCAT";
  const own: Record<string, Schema> = isGrid
    ? { images: { type: "array", items: picture, minItems: 1 } }
    : { image: picture };
  for (const [field, schema] of Object.entries(fields))
    for (const spelling of spellingsOf(field)) own[spelling] = schema;
  return {
    title: `${name} input`,
    type: "object",
    properties: own,
    required: [isGrid ? "images" : "image", ...required],
  };
}

function taskOperation(task: OfferedTask, { maxBody, hasToken }: OpenApiOptions): Schema {
  const input = inputSchema(task);
  const isGrid = task.name === "TASK_CONCAT";
  const file: Schema = { type: "string", contentMediaType: "application/octet-stream" };
  const image = isGrid ? { type: "array", items: file, minItems: 1 } : file;
  const withPicture = {
    ...task.example,
    ...(isGrid ? { images: [SMALL_PICTURE, SMALL_PICTURE] } : { image: SMALL_PICTURE }),
  };
  return {
    operationId: task.slug,
    tags: ["tasks"],
    summary: task.summary,
    description: `${task.description} The task is called ${task.name} as well.`,
    "x-task": task.name,
    "x-example": task.example,
    ...(hasToken ? { security: [{ token: [] }] } : {}),
    parameters: Object.entries(QUERY).map(([name, { description, ...schema }]) => ({
      name,
      in: "query",
      required: false,
      description,
      schema,
    })),
    requestBody: {
      required: true,
      description: `At most ${maxBody} bytes.`,
      content: {
        "application/json": {
          schema: {
            anyOf: [
              input,
              {
                title: `${task.name} with options`,
                type: "object",
                properties: {
                  input,
                  style: {
                    description: "The name of a style, or a style.",
                    anyOf: [{ type: "string" }, { type: "object" }],
                  },
                  output: { $ref: "#/components/schemas/Output" },
                },
                required: ["input"],
              },
            ],
          },
          examples: { input: { summary: "The input alone", value: withPicture } },
        },
        "multipart/form-data": {
          schema: {
            type: "object",
            properties: {
              image,
              input: {
                type: "string",
                contentMediaType: "application/json",
                description: "The input without its picture, or any output of the model.",
              },
              style: { type: "string", description: "The name of a style, or a style as JSON." },
              output: {
                type: "string",
                contentMediaType: "application/json",
                description: "How the result is written, as `output` of a JSON body.",
              },
            },
            required: ["image"],
          },
        },
      },
    },
    responses: {
      200: {
        description: "The drawn picture, as the Accept header asks for it.",
        headers: {
          "x-request-id": { description: "Also in the log.", schema: { type: "string" } },
          "server-timing": { description: "Milliseconds of body, queue and work.", schema: { type: "string" } },
        },
        content: Object.fromEntries(
          ANSWER_TYPES.map((type) => [
            type,
            type === "application/json"
              ? { schema: { $ref: "#/components/schemas/Result" } }
              : { schema: { type: "string", contentMediaType: type } },
          ]),
        ),
      },
      ...Object.fromEntries(
        statuses(hasToken).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
      ),
    },
  };
}

const PROBLEM: Schema = {
  type: "object",
  description: "RFC 9457.",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What was expected and what was there." },
    code: { type: "string", enum: Object.keys(PROBLEMS) },
    requestId: { type: "string" },
    task: { type: "string" },
    path: { type: "string", description: "Where in the input: objects[3].rle." },
    object: { type: "integer", minimum: 0, description: "Index of the object, from 0." },
    field: { type: "string", description: "Field of the object or of the input." },
  },
  required: ["type", "title", "status", "detail", "code", "requestId"],
};

function statuses(hasToken: boolean): number[] {
  const all = Object.values(PROBLEMS).map(({ status }) => status);
  return [...new Set(all)].filter((status) => hasToken || status !== PROBLEMS.TOKEN.status).sort((a, b) => a - b);
}

function problemResponses(hasToken: boolean): Schema {
  const entries = Object.entries(PROBLEMS) as [ProblemCode, { status: number; means: string }][];
  return Object.fromEntries(
    statuses(hasToken).map((status) => {
      const codes = entries.filter((entry) => entry[1].status === status);
      return [
        `Problem${status}`,
        {
          description: `${titleOf(status)}. ${codes.map(([code, { means }]) => `${code}: ${means}`).join(" ")}`,
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
          ...(status === PROBLEMS.BUSY.status
            ? { headers: { "retry-after": { description: "Seconds.", schema: { type: "integer" } } } }
            : {}),
        },
      ];
    }),
  );
}

/** A grey PNG of 32 x 32 pixels. */
export const SMALL_PICTURE: string =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAK0lEQVR4Ae3NMQ0AAAgDMORjAQuoxAT7mvRv9WxU9WyUQCAQCAQCgUAg+HLQZCxqCgTpWgAAAABJRU5ErkJggg==";
