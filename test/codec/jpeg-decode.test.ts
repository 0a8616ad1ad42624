import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeJpeg } from "../../src/codec/jpeg-decode.ts";
import { core, useModule } from "../../src/core/wasm.ts";
import { decodeReference } from "../reference/jpeg.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { jpegCase } from "../support/jpeg-cases.ts";

describe.each(VARIANTS)("decodeJpeg (%s)", (variant) => {
  beforeAll(() => useModule(variantModule(variant)));
  afterAll(() => useModule(variantModule("simd")));

  test("equals the plain decoder on seeded files of every sampling, scan script and code length", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const { name, bytes } = jpegCase(seed);
      const expected = decodeReference(bytes);
      const actual = decodeJpeg(bytes, { as: "native" });
      expect(actual.shape.slice(0, 2), name).toEqual([expected.height, expected.width]);
      expect(firstDifference(actual.data, expected.data), name).toBe(-1);
    }
    expect(core().heap.blocks).toBe(0);
  });
});

/** Index of the first byte that differs, -1 when there is none. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((value, i) => value !== b[i]);
}
