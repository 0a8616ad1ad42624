import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { greatestWrapped, rangeOf } from "../../src/core/pixel-range.ts";
import { type Element, type ElementSource, mapToBytes } from "../../src/core/pixels.ts";
import { useModule } from "../../src/core/wasm.ts";
import * as reference from "../reference/pixels.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { float16Bits, float16Value } from "../support/float16.ts";
import { random, randomInt } from "../support/random.ts";

function source(element: Element, data: ArrayBufferView & { length: number }): ElementSource {
  return { data, element, pixels: data.length, channels: 1, planar: false, inside: -1 };
}

const SIGNED = [
  ["int8", Int8Array, 8],
  ["int16", Int16Array, 16],
  ["int32", Int32Array, 32],
] as const;

describe.each(VARIANTS)("ranges and stretches (%s)", (variant) => {
  beforeAll(() => useModule(variantModule(variant)));
  afterAll(() => useModule(variantModule("simd")));

  test.each(["float16", "float32", "float64"] as const)(
    "rangeOf %s leaves NaN out, and infinities when asked",
    (type) => {
      const next = random(3);
      const make = (x: number[]): ElementSource =>
        type === "float16"
          ? source(type, Uint16Array.from(x, float16Bits))
          : source(type, type === "float32" ? Float32Array.from(x) : Float64Array.from(x));
      for (const n of [1, 2, 3, 4, 5, 15, 16, 17, 40_001]) {
        const x = Array.from({ length: n }, () => float16Value(float16Bits(next() * 200 - 100)));
        const [low, high] = [x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => Math.max(a, b))];
        expect(rangeOf(make(x), false)).toMatchObject({ low, high, nan: false });
        const at = randomInt(next, 0, n - 1);
        expect(rangeOf(make([...x.slice(0, at), NaN, ...x.slice(at)]), false)).toMatchObject({ low, high, nan: true });
        const endless = make([...x.slice(0, at), Infinity, -Infinity, ...x.slice(at)]);
        expect(rangeOf(endless, false)).toMatchObject({ low: -Infinity, high: Infinity, nan: false });
        expect(rangeOf(endless, true)).toMatchObject({ low, high });
      }
      expect(rangeOf(make([NaN, NaN, NaN, NaN, NaN]), false)).toMatchObject({
        low: Infinity,
        high: -Infinity,
        nan: true,
      });
    },
  );

  test("rangeOf whole numbers is exact up to 64 bits", () => {
    const far = [2n ** 63n - 1n, -(2n ** 63n), 5n];
    expect(rangeOf(source("int64", BigInt64Array.from(far)), false)).toMatchObject({
      exactLow: far[1],
      exactHigh: far[0],
    });
    const big = [2n ** 64n - 1n, 2n ** 53n + 1n];
    const found = rangeOf(source("uint64", BigUint64Array.from(big)), false);
    expect(found).toMatchObject({ exactLow: big[1], exactHigh: big[0] });
    expect(rangeOf(source("uint32", Uint32Array.of(2 ** 32 - 1, 7)), false)).toMatchObject({
      low: 7,
      high: 2 ** 32 - 1,
    });
    expect(rangeOf(source("int8", Int8Array.of(3, -128, 127)), false)).toMatchObject({ low: -128, high: 127 });
  });

  test.each(["float16", "float32", "float64", "uint8", "int8", "uint16", "int16", "uint32", "int32"] as const)(
    "the stretch of %s equals the reference",
    (type) => {
      const next = random(9);
      const round = reference.roundOf(type);
      for (const n of [1, 15, 16, 17, 1000]) {
        const x = Array.from({ length: n }, () =>
          next() < 0.1
            ? next() < 0.5
              ? 0
              : 2 ** 31 * next() * (next() < 0.5 ? 1 : 2)
            : Math.floor(next() * 2000) / (type.includes("int") ? 1 : 3),
        );
        const data =
          type === "float16"
            ? Uint16Array.from(x, float16Bits)
            : new {
                float32: Float32Array,
                float64: Float64Array,
                uint8: Uint8Array,
                int8: Int8Array,
                uint16: Uint16Array,
                int16: Int16Array,
                uint32: Uint32Array,
                int32: Int32Array,
              }[type](x);
        const values = type === "float16" ? Array.from(data, float16Value) : Array.from(data);
        for (const [low, high] of [
          [10, 600],
          [0.1, 1.7],
          [600, -3],
        ] as const) {
          const bytes = mapToBytes(source(type, data), { kind: "stretch", low, high })!;
          expect([...bytes]).toEqual(reference.stretch(values, low, high, round));
        }
      }
    },
  );

  test.each(SIGNED)("the wrapped stretch of %s wraps its differences", (type, Type, bits) => {
    const next = random(bits);
    const wrap = (x: number): number => Number(BigInt.asIntN(bits, BigInt(x)));
    for (let round = 0; round < 50; round++) {
      const data = new Type(Array.from({ length: randomInt(next, 2, 40) }, () => (next() - 0.5) * 2 ** bits));
      const [low, high] = [Math.min(...data), Math.max(...data)];
      const ratios = Array.from(data, (x) => wrap(x - low) / wrap(high - low));
      const greatest = Math.max(...ratios);
      expect(greatestWrapped(source(type, data), BigInt(low), BigInt(high))).toBe(greatest);
      const scale = greatest <= 1 ? 255 : 1;
      const bytes = mapToBytes(source(type, data), { kind: "wrapped", low: BigInt(low), high: BigInt(high), scale })!;
      expect([...bytes]).toEqual(ratios.map((ratio) => reference.toByte(ratio * scale)));
    }
  });
});
