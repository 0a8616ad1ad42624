/** Jobs as lines of JSON: scenes of limn's own format, each with its picture. */
import type { Annotation, Scene, Skeleton } from "../model/scene.ts";
import { isFields } from "./fields.ts";
import { type Codec, id, list, named, type ReadingContext, record, type Schema, string, wrong } from "./limn-codec.ts";
import { ABOUT_SCENE, annotation, fields, side, SKELETONS } from "./limn-fields.ts";
import { readHeader } from "./limn-jsonl.ts";

/** What a line asks for, of those that `limn render --stdin-jobs` reads: a scene with its picture. */
export interface LimnJob extends Omit<Scene, "width" | "height" | "annotations"> {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly annotations?: readonly Annotation[] | undefined;
  /** Name of the picture's file, a `data:` URL, or base64. In place of `fileName`. */
  readonly image?: string | { readonly base64: string } | undefined;
  /** Comes back with the result. */
  readonly id?: string | number | undefined;
  /** Name of the drawn picture. */
  readonly name?: string | undefined;
  /** Over that of the command. */
  readonly style?: object | undefined;
  /** Those that poses refer to by their place here; default: the header's. */
  readonly skeletons?: readonly Skeleton[] | undefined;
}

/** A value of JSON as it is. */
function plain<T>(what: string, test: (value: unknown) => boolean, schema: Schema): Codec<T> {
  return {
    write: (value) => value,
    read: (value, path) => {
      if (test(value)) return value as T;
      throw wrong(what, value, path);
    },
    schema,
  };
}

/** A line of `limn render --stdin-jobs`. */
export const JOB: Codec<LimnJob> & { readonly definition: Schema } = named(
  "job",
  record<LimnJob>(
    fields({
      "id?": plain("a string or a number", (value) => typeof value === "string" || typeof value === "number", {
        type: ["string", "number"],
      }),
      "image?": plain(
        "a name, a data: URL or { base64 }",
        (value) => typeof value === "string" || (isFields(value) && typeof value["base64"] === "string"),
        {
          anyOf: [
            { type: "string" },
            {
              type: "object",
              properties: { base64: string.schema },
              required: ["base64"],
              additionalProperties: false,
            },
          ],
        },
      ),
      "name?": string,
      "style?": plain("a style", isFields, { type: "object" }),
      "skeletons?": SKELETONS,
      "width?": side,
      "height?": side,
      "fileName?": string,
      "imageId?": id,
      "annotations?": list(annotation),
      ...ABOUT_SCENE,
    }),
  ),
);

/** Reads jobs one after the other. */
export class JobReader {
  #context: ReadingContext = { at: () => undefined };

  /**
   * The job of a line. The header of a `.limn.jsonl` file asks for nothing; poses of the lines behind it refer to its skeletons.
   *
   * @param value - the line, parsed
   * @throws {ImageError} `DECODE` with the path of what is wrong
   */
  read(value: unknown): LimnJob | undefined {
    if (isFields(value) && value["format"] === "limn") {
      [, this.#context] = readHeader(value);
      return undefined;
    }
    const own = isFields(value) ? value["skeletons"] : undefined;
    if (own === undefined) return JOB.read(value, "", this.#context);
    const skeletons = SKELETONS.read(own, "skeletons", this.#context);
    return JOB.read(value, "", { at: (index) => skeletons[index] });
  }
}
