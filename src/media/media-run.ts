/** What images ask of a run, which is built above them. */
import type { Image } from "./image.ts";

/** A value of JSON; a Map stands for an object whose keys keep their order. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>
  | { readonly [key: string]: JsonValue };

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** A step of a run; `summary` stands for its end. */
export type Step = number | "summary";

/** A run, as images see it; see `Run`. */
export interface MediaRun {
  /** Write an image with its boxes and masks. @returns its record */
  writeImage(image: Image, key: string, step: Step): JsonObject;
  /** Write several as one list. @returns its record */
  writeImages(images: readonly Image[], key: string, step: Step): JsonObject;
  /** Write the boxes or the masks of several. */
  writeLayers(
    images: readonly Image[],
    kind: "boxes" | "masks",
    key: string,
    step: Step,
  ): (JsonObject | null)[] | false;
}
