/**
 * One request of a service: the bytes of its body in, the bytes of its answer out. All reading is done here, where a worker
 * does it, so that whoever takes requests only moves bytes.
 */
import { namedStyles } from "../draw/named-styles.ts";
import { ImageError, show } from "../errors.ts";
import { type Fields, isFields } from "../format/fields.ts";
import { parseJson } from "../format/source.ts";
import { joinBytes } from "../join-bytes.ts";
import { replacePictures } from "../task/given-pictures.ts";
import { keepSpare, takeSpare } from "./spare-memory.ts";
import { runTask, type TaskName, type TaskOutput, type TaskStyle } from "../task/index.ts";

/** Everything that a request needs: plain data, so that it can go to another thread. */
export interface RequestJob {
  readonly task: TaskName;
  /**
   * JSON (`{ input, style, output }`, or the input itself), or a form with the parts `image` (one file, or several; or
   * texts, as in JSON), `input`, `style` and `output`. In parts, as it came.
   */
  readonly body: readonly Uint8Array[];
  /** Content type of the body, with the boundary of a form. */
  readonly contentType: string;
  /** How to draw where the body does not say: a style or the name of one. */
  readonly style?: TaskStyle | string | undefined;
  /** What the request itself says about its result; it comes before what the body says. */
  readonly output: TaskOutput;
  /** Pictures that the body gives by their address. Undefined: addresses are refused. */
  readonly fetched?: ReadonlyMap<string, Uint8Array> | undefined;
}

/** What a request gives. */
export type RequestAnswer =
  | {
      readonly kind: "answer";
      /** A picture, or JSON: `{ "image": … }`. */
      readonly body: Uint8Array<ArrayBuffer>;
      readonly contentType: "application/json" | "image/png" | "image/jpeg";
      /** Milliseconds of its work. */
      readonly time: number;
    }
  /** The pictures at these addresses have to be fetched first. */
  | { readonly kind: "wanted"; readonly pictures: readonly WantedPicture[] };

/** A picture that is given by its address. */
export interface WantedPicture {
  readonly address: string;
  /** Where in the input: `image`, `images[3]`. */
  readonly path: string;
}

/** Addresses of one request. */
const MOST_ADDRESSES = 16;

/**
 * Read a request, run its task and write the answer.
 *
 * @throws {ImageError} `ARGUMENT` or `DECODE` with the path `body` for a body that cannot be read; those of `runTask`
 */
export async function requestJob(job: RequestJob): Promise<RequestAnswer> {
  const start = performance.now();
  const { task, fetched } = job;
  const said = await readBody(job);
  const { input, wanted } = withPictures(said.input, fetched);
  if (wanted.length > 0) return { kind: "wanted", pictures: wanted };

  const into = takeSpare();
  const output: TaskOutput = { ...said.output, ...job.output, into };
  const style = said.style ?? namedStyle(job.style);
  const { image } = runTask({ task, input }, { style, output }) as { image: string | Uint8Array<ArrayBuffer> };
  const isPicture = typeof image !== "string";
  if (into && !isPicture) keepSpare(into);
  return {
    kind: "answer",
    body: isPicture ? image : new TextEncoder().encode(`{"image":${JSON.stringify(image)}}`),
    contentType: isPicture ? `image/${output.type ?? "png"}` : "application/json",
    time: performance.now() - start,
  };
}

/** What a body says. */
interface Said {
  readonly input: Fields;
  readonly style?: TaskStyle | undefined;
  readonly output?: TaskOutput | undefined;
}

function readBody({ task, body: parts, contentType }: RequestJob): Said | Promise<Said> {
  const body = joinBytes(parts);
  if (/^multipart\/form-data\b/i.test(contentType)) return readForm(task, body, contentType);
  return readDocument(task, parseAt("body", body));
}

/** `{ input, style, output }`, a job with its own name, or the input itself. */
function readDocument(task: TaskName, document: unknown): Said {
  // a list is what a model said about its pictures
  if (!isFields(document)) return { input: { data: document } };
  const { input, image, style, output } = document;
  if (!isFields(input)) return { input: document };
  const name = document["task"];
  if (typeof name === "string" && /^TASK_(?:DRAW|CONCAT|CROP|RESIZE)/.test(name) && name !== task)
    throw new ImageError("ARGUMENT", `expected ${task}, as the address says, got ${show(name)}`, { path: "task" });
  return {
    input: image === undefined ? input : { image, ...input },
    style: namedStyle(style),
    output: withoutPlace(output),
  };
}

/** What a body may say about its result: where it goes is the request's to say, and bytes are no JSON. */
function withoutPlace(output: unknown): TaskOutput | undefined {
  if (isFields(output) && output["as"] === "bytes")
    throw new ImageError("ARGUMENT", 'expected data-uri or base64; for bytes send "Accept: image/png"', {
      path: "output.as",
    });
  return output as TaskOutput | undefined;
}

async function readForm(task: TaskName, body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Said> {
  let form: FormData;
  try {
    form = await new Response(body, { headers: { "content-type": contentType } }).formData();
  } catch (cause) {
    throw new ImageError("DECODE", "expected a form (multipart/form-data), got bytes that are none", {
      path: "body",
      cause,
    });
  }
  const pictures: (Uint8Array | string)[] = [];
  let said: Said = { input: {} };
  let style: TaskStyle | undefined;
  let output: TaskOutput | undefined;
  const once = new Set<string>();
  for (const [name, part] of form) {
    if (name === "image" || name === "images") {
      // a text is base64, a data URI or an address, as in JSON
      pictures.push(typeof part === "string" ? part : new Uint8Array(await part.arrayBuffer()));
      continue;
    }
    if (once.has(name)) throw new ImageError("ARGUMENT", "expected this part once, got it twice", { path: name });
    once.add(name);
    if (name === "input") said = readDocument(task, parseAt("input", await textOf(part)));
    else if (name === "style") style = styleOf(await textOf(part));
    else if (name === "output") output = withoutPlace(parseAt("output", await textOf(part)));
    else
      throw new ImageError("ARGUMENT", `expected the parts image, input, style and output, got ${show(name)}`, {
        path: "body",
      });
  }
  const given: Fields =
    task === "TASK_CONCAT"
      ? pictures.length > 0
        ? { images: pictures }
        : {}
      : pictures.length > 0
        ? { image: pictures[0] }
        : {};
  if (task !== "TASK_CONCAT" && pictures.length > 1)
    throw new ImageError("ARGUMENT", `expected one picture, got ${pictures.length}`, { path: "image" });
  return { input: { ...said.input, ...given }, style: style ?? said.style, output: output ?? said.output };
}

function textOf(part: File | string): string | Promise<string> {
  return typeof part === "string" ? part : part.text();
}

/** A style by its name or as JSON. */
function styleOf(text: string): TaskStyle | undefined {
  return namedStyle(text.trimStart().startsWith("{") ? parseAt("style", text) : text.trim());
}

/** The style of a name; what is none is left to the task, which checks it. */
function namedStyle(style: unknown): TaskStyle | undefined {
  return (typeof style === "string" ? (namedStyles.get(style) ?? style) : style) as TaskStyle | undefined;
}

function parseAt(path: string, source: Uint8Array | string): unknown {
  try {
    return parseJson(source);
  } catch (error) {
    throw error instanceof ImageError ? error.at(path) : error;
  }
}

/** The input with fetched pictures in the places of their addresses, and the addresses that are left. */
function withPictures(
  input: Fields,
  fetched: ReadonlyMap<string, Uint8Array> | undefined,
): { readonly input: Fields; readonly wanted: readonly WantedPicture[] } {
  const wanted = new Map<string, string>();
  const resolve = (value: unknown, path: string): unknown => {
    if (typeof value !== "string" || !/^https?:/i.test(value)) return value;
    if (!fetched)
      throw new ImageError("UNSUPPORTED", "expected a picture, got an address: this service fetches nothing", { path });
    const bytes = fetched.get(value);
    if (!bytes && !wanted.has(value)) wanted.set(value, path);
    return bytes ?? value;
  };
  const given = replacePictures(input, resolve);
  if (wanted.size > MOST_ADDRESSES)
    throw new ImageError("LIMIT", `expected at most ${MOST_ADDRESSES} addresses, got ${wanted.size}`);
  return { input: given, wanted: Array.from(wanted, ([address, path]) => ({ address, path })) };
}
