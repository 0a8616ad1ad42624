/** What a request says in its address about its result. */
import { namedStyles } from "../draw/named-styles.ts";
import { ImageError, show } from "../errors.ts";
import type { TaskOutput } from "../task/index.ts";
import type { AnswerType } from "./accept.ts";
import type { Schema } from "./tasks.ts";

/** What a request may say in its address about its result. */
export const QUERY: Readonly<Record<"style" | "type" | "quality" | "subsampling" | "level", Schema>> = {
  style: {
    type: "string",
    enum: ["instill-a", "instill-b", ...namedStyles.keys()],
    description: "How to draw; a body may hold a whole style.",
  },
  type: { type: "string", enum: ["png", "jpeg"], description: "Format of the picture in JSON. Default png." },
  quality: { type: "integer", minimum: 1, maximum: 100, description: "Of a JPEG. Default 85." },
  subsampling: {
    type: "string",
    enum: ["4:4:4", "4:2:2", "4:2:0"],
    description: "How much colour a JPEG keeps. Default 4:2:0.",
  },
  level: {
    type: "string",
    enum: ["fast", "small", "store"],
    description: "How hard a PNG is compressed. Default fast.",
  },
};

/** What an address says about the result. @throws {ImageError} `ARGUMENT` */
export function askedFor(query: URLSearchParams, type: AnswerType): { style: string | undefined; output: TaskOutput } {
  for (const [name, value] of query) {
    const schema = Object.hasOwn(QUERY, name) ? QUERY[name as keyof typeof QUERY] : undefined;
    if (!schema)
      throw new ImageError("ARGUMENT", `expected ${Object.keys(QUERY).join(", ")}, got ${show(name)}`, {
        path: "query",
      });
    const { enum: known } = schema as { enum?: readonly string[] };
    if (known ? known.includes(value) : /^(?:[1-9]\d?|100)$/.test(value)) continue;
    throw new ImageError("ARGUMENT", `expected ${known?.join(", ") ?? "1 to 100"}, got ${show(value)}`, { path: name });
  }
  const get = (name: string): string | undefined => query.get(name) ?? undefined;
  const quality = get("quality");
  const fromQuery = {
    type: get("type"),
    quality: quality === undefined ? undefined : Number(quality),
    subsampling: get("subsampling"),
    level: get("level"),
    ...(type === "application/json" ? {} : { type: type.slice("image/".length), as: "bytes" }),
  };
  // what is not said must not stand before what the body says
  const output = Object.fromEntries(Object.entries(fromQuery).filter(([, value]) => value !== undefined)) as TaskOutput;
  return { style: get("style"), output };
}
