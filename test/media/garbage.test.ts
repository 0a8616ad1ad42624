import fc from "../support/property.ts";
import { expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import * as deepdriver from "../../src/log/deepdriver.ts";
import { Image } from "../../src/media/image.ts";

const PIXELS = { data: new Uint8Array(12), shape: [2, 2, 3] };

/** Anything, with the keys that matter often among it. */
const anything = fc.object({
  key: fc.oneof(
    fc.constantFrom(
      "box_data",
      "class_labels",
      "position",
      "minX",
      "maxX",
      "minY",
      "maxY",
      "middle",
      "width",
      "height",
    ),
    fc.constantFrom(
      "class_id",
      "scores",
      "domain",
      "unit",
      "caption",
      "mask_data",
      "data",
      "shape",
      "path",
      "dims",
      "type",
    ),
    fc.string(),
  ),
  values: [
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.constantFrom(null, undefined, NaN, new Uint8Array(4), new Float32Array(8), new Map([["a", 1]]), 1n),
    fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.double())),
  ],
  maxDepth: 4,
});

/** A picture, or an ImageError: nothing else may come out. */
function survives(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    expect(["ARGUMENT", "LIMIT", "DECODE", "IO", "UNSUPPORTED"]).toContain(error.code);
    expect(error.message).not.toBe("");
  }
}

test("dictionaries of any content give a scene or an ImageError", () => {
  fc.assert(
    fc.property(anything, fc.boolean(), (value, strict) => {
      const box = { box_data: [value, { position: value, ...value }] };
      for (const boxes of [value, { a: value }, { a: box }, { a: { box_data: value } }]) {
        survives(() => new Image(PIXELS, { boxes: boxes as never, strict }).toScene());
        survives(() => new deepdriver.Image(PIXELS, { boxes: boxes as never, strict }).toScene());
      }
      const { path: _path, ...mask } = value as Record<string, unknown>;
      for (const masks of [value, { a: mask }, { a: { mask_data: mask } }])
        if (!("path" in masks)) survives(() => new Image(PIXELS, { masks: masks as never, strict }).toScene());
    }),
    { seed: 7, numRuns: 400 },
  );
});

test("sources of any content give a picture or an ImageError", () => {
  const shape = fc.array(fc.oneof(fc.integer({ min: -1, max: 5 }), fc.double()), { maxLength: 4 });
  const data = fc.constantFrom<unknown>(
    new Uint8Array(12),
    new Float32Array(12),
    new Uint16Array(12),
    [1, 2],
    "a",
    null,
  );
  const source = fc.oneof(
    anything,
    fc.record({
      data,
      shape,
      layout: fc.constantFrom(undefined, "CHW", "HWC", 7),
      dtype: fc.constantFrom(undefined, "bool", "float16", "x"),
    }),
    fc.record({ data, shape, stride: shape, offset: fc.oneof(fc.integer(), fc.double()) }),
    fc.record({ data, width: fc.double(), height: fc.integer() }),
    fc.record({ data, dims: shape, type: fc.constantFrom("bool", "float16", "float32") }),
    fc.uint8Array(),
  );
  fc.assert(
    fc.property(source, (value) => {
      survives(() => new Image(value as never).toPng());
      survives(() => Image.toUint8(value as never, { policy: "minmax" }));
      survives(() => Image.guessMode(value as never));
    }),
    { seed: 7, numRuns: 600 },
  );
});
