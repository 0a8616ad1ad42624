/** The one error class of limn and its codes. */

/**
 * Whose fault an error is.
 *
 * | code | means |
 * | --- | --- |
 * | `ARGUMENT` | the caller passed something that cannot be meant |
 * | `DECODE` | the bytes break the rules of their format |
 * | `LIMIT` | too big for a cap of {@link limits} or for memory |
 * | `UNSUPPORTED` | valid, but not built or not available here |
 * | `STATE` | right call, wrong moment (use after `free()`) |
 * | `IO` | a file, a network or a disk refused |
 * | `INTERNAL` | a defect of limn |
 */
export type ImageErrorCode = "ARGUMENT" | "DECODE" | "LIMIT" | "UNSUPPORTED" | "STATE" | "IO" | "INTERNAL";

/** What an {@link ImageError} may carry beside code and message. */
export interface ImageErrorOptions {
  /** Where in the caller's data: `boxes.predictions.box_data[3].position.minX`, or a file's path. */
  readonly path?: string | undefined;
  /** The error below this one. */
  readonly cause?: unknown;
}

/**
 * Every error that limn throws on purpose. The message reads `expected <what>, got <value>`; when a path is known the
 * message begins with it.
 *
 * @example
 * try {
 *   rle.decode({ size: [2, 2], counts: [3] });
 * } catch (error) {
 *   if (error instanceof ImageError && error.code === "DECODE") console.log(error.message);
 * }
 */
export class ImageError extends Error {
  readonly code: ImageErrorCode;
  readonly path: string | undefined;

  constructor(code: ImageErrorCode, message: string, { path, cause }: ImageErrorOptions = {}) {
    super(path === undefined ? message : `${path}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = "ImageError";
    this.code = code;
    this.path = path;
  }

  /** The same error seen from further out: `at("annotations[3]")` puts that before the path. */
  at(outer: string): ImageError {
    const bare = this.path === undefined ? this.message : this.message.slice(this.path.length + 2);
    const path = this.path === undefined ? outer : `${outer}${this.path.startsWith("[") ? "" : "."}${this.path}`;
    return new ImageError(this.code, bare, { path, cause: this.cause ?? this });
  }
}

/** What it is, where it is of a kind of its own (a Promise, a Blob), else what it holds. */
function objectShown(value: object): string {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return kind === "Object" ? `an object (${Object.keys(value).slice(0, 5).join(", ")})` : kind;
}

/** Options as they were given: an object, or none. @throws {ImageError} `ARGUMENT` for anything else */
export function checkedOptions<O>(options: O): O {
  if (options !== undefined && (typeof options !== "object" || options === null || Array.isArray(options)))
    throw new ImageError("ARGUMENT", `expected options, got ${show(options)}`);
  return options;
}

/** A short, safe picture of any value for an error message: at most 60 characters, no control characters. */
export function show(value: unknown): string {
  return shown(value, 0);
}

function shown(value: unknown, depth: number): string {
  let text: string;
  if (typeof value === "string") text = JSON.stringify(value);
  else if (typeof value === "function") text = "a function";
  else if (ArrayBuffer.isView(value)) text = `${value.constructor.name}(${value.byteLength} bytes)`;
  else if (Array.isArray(value) && depth > 3) text = "[…]";
  else if (Array.isArray(value)) {
    const start = value.slice(0, 8).map((entry) => shown(entry, depth + 1));
    text = `[${start.join(", ")}${value.length > 8 ? ", …" : ""}]`;
  } else if (typeof value === "object" && value !== null) text = objectShown(value);
  else text = String(value);
  // oxlint-disable-next-line no-control-regex
  text = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "?");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
