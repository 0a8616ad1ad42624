import { describe, expect, test } from "vitest";
import {
  type Element,
  ELEMENTS,
  RULE_BYTE,
  RULE_BYTE_CLIPPED,
  RULE_SIGNED,
  RULE_SIGNED_CLIPPED,
  RULE_UNIT,
  RULE_UNIT_CLIPPED,
} from "../../src/core/pixels.ts";
import type { Core } from "../../src/core/wasm.ts";
import * as reference from "../reference/pixels.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { float16Bits, float16Value } from "../support/float16.ts";
import { random, randomInt } from "../support/random.ts";

const COUNTS = [1, 2, 3, 15, 16, 17, 31, 33, 100, 8191, 8192 + 17];

type Values =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** Numbers as an array of the element type, and what they have become. */
function typed(element: Element, numbers: number[]): { data: Values; values: number[] } {
  const types = {
    uint8: Uint8Array,
    int8: Int8Array,
    uint16: Uint16Array,
    int16: Int16Array,
    uint32: Uint32Array,
    int32: Int32Array,
    float32: Float32Array,
    float64: Float64Array,
  } as const;
  if (element === "float16") {
    const data = Uint16Array.from(numbers, float16Bits);
    return { data, values: Array.from(data, float16Value) };
  }
  const data =
    element === "uint64" || element === "int64"
      ? new (element === "uint64" ? BigUint64Array : BigInt64Array)(numbers.map((x) => BigInt(Math.trunc(x))))
      : types[element].from(numbers);
  return { data, values: Array.from(data as Iterable<number | bigint>, Number) };
}

/** One kernel call by element type, with guards behind the output. */
function toBytes(core: Core, element: Element, data: Values, rule: number): { agreed: number; bytes: number[] } {
  const n = data.length;
  return core.run(({ kernels }) => {
    const src = core.heap.alloc(data.byteLength);
    const dst = core.heap.alloc(n + 16);
    core.u8(src, data.byteLength).set(new Uint8Array(data.buffer));
    core.u8(dst, n + 16).fill(0xa5);
    const agreed = element.startsWith("float")
      ? kernels[element === "float32" ? "f32ToBytes" : element === "float64" ? "f64ToBytes" : "f16ToBytes"](
          dst,
          src,
          n,
          rule,
        )
      : kernels.intToBytes(dst, src, n, ELEMENTS.indexOf(element), rule);
    expect([...core.u8(dst + n, 16)]).toEqual(Array(16).fill(0xa5));
    const bytes = [...core.u8(dst, n)];
    core.heap.free(src);
    core.heap.free(dst);
    return { agreed, bytes };
  });
}

const SPECIAL = [
  NaN,
  Infinity,
  -Infinity,
  -0,
  1,
  -1,
  1e-7,
  -1e-7,
  5e-8,
  0.999999,
  254.999,
  255,
  255.5,
  256,
  65504,
  1e20,
  -1e20,
];

/** Random values of a range, some of them at edges. */
function picture(next: () => number, n: number, low: number, high: number, whole: boolean, special = 0): number[] {
  return Array.from({ length: n }, () => {
    if (next() < special) return SPECIAL[randomInt(next, 0, SPECIAL.length - 1)]!;
    if (next() < 0.2)
      return Math.max(low, Math.min(high, next() < 0.5 ? randomInt(next, 0, 255) / 255 : randomInt(next, low, high)));
    return whole ? randomInt(next, low, high) : low + next() * (high - low);
  });
}

describe.each(VARIANTS)("bytes from numbers (%s)", (variant) => {
  const core = newCore(variant);

  describe.each(ELEMENTS)("%s", (element) => {
    const round = reference.roundOf(element);
    const float = element.startsWith("float");
    const unsigned = element.startsWith("u");
    const big = element.endsWith("64")
      ? 2 ** 40
      : element.endsWith("8")
        ? 127
        : element.endsWith("16")
          ? 32767
          : 2 ** 31 - 1;

    test("unit: values in [0, 1] equal the reference and are verified", () => {
      for (const n of COUNTS) {
        const { data, values } = typed(element, picture(random(n), n, 0, 1, !float));
        const { agreed, bytes } = toBytes(core, element, data, RULE_UNIT);
        expect(agreed).toBe(n);
        expect(bytes).toEqual(reference.unit(values, round));
      }
    });

    if (!unsigned)
      test("signed: values in [-1, 1] equal the reference and are verified", () => {
        for (const n of COUNTS) {
          const { data, values } = typed(element, picture(random(n), n, -1, 1, !float));
          const { agreed, bytes } = toBytes(core, element, data, RULE_SIGNED);
          expect(agreed).toBe(n);
          expect(bytes).toEqual(reference.signed(values, round));
        }
      });

    test("byte: values of 0 to 32767 equal the reference and are verified", () => {
      for (const n of COUNTS) {
        const high = Math.min(big, 32767);
        const { data, values } = typed(element, picture(random(n + 2), n, 0, high, !float));
        expect(toBytes(core, element, data, RULE_BYTE)).toEqual({ agreed: n, bytes: values.map(reference.toByte) });
      }
    });

    test("byte and the clipped rules: values of any size equal the reference", () => {
      for (const n of COUNTS) {
        const next = random(n + 1);
        for (const [low, high] of [
          [-1, 2],
          [-20, 300],
          [-big, big],
        ] as const) {
          const numbers = picture(next, n, unsigned ? 0 : low, high, !float, float ? 0.2 : 0);
          const { data, values } = typed(element, numbers);
          expect(toBytes(core, element, data, RULE_BYTE_CLIPPED)).toEqual({
            agreed: n,
            bytes: values.map(reference.toByte),
          });
          const unit = reference.unit(values, round);
          expect(toBytes(core, element, data, RULE_UNIT_CLIPPED)).toEqual({ agreed: n, bytes: unit });
          const signed = reference.signed(values, round);
          expect(toBytes(core, element, data, RULE_SIGNED_CLIPPED)).toEqual({ agreed: n, bytes: signed });
        }
      }
    });

    test("a single value anywhere contradicts a rule", () => {
      const against: [rule: number, values: number[]][] = float
        ? [
            [RULE_UNIT, [NaN, -0.5, -Infinity, Infinity, -0, element === "float16" ? 1.001 : 1.0000002, 1e9, -6e-8]],
            ...(element === "float16"
              ? []
              : [[RULE_BYTE, [NaN, -0, -1e-9, -Infinity, Infinity, 32768] as number[]] as [number, number[]]]),
            [RULE_SIGNED, [NaN, Infinity, -Infinity, 2, 1e9]],
            // the float32 next to -1 and to 1; x + 1 is rounded to 2 for the latter
            [RULE_SIGNED, element === "float16" ? [-1.001, 1.001] : [-1.0000001, 1.0000001]],
          ]
        : [
            [RULE_UNIT, unsigned ? [2, big] : [2, big, -1, -big]],
            [RULE_SIGNED, unsigned ? [2, big] : [2, -2, big, -big]],
          ];
      for (const [rule, values] of against) {
        for (const value of values) {
          for (const [n, at] of [
            [1, 0],
            [16, 15],
            [17, 16],
            [33, 0],
            [20_000, 7],
            [20_000, 12_345],
            [20_000, 19_999],
          ] as const) {
            for (const rest of [0, 1]) {
              const numbers: number[] = Array(n).fill(rest);
              numbers[at] = value;
              const { agreed } = toBytes(core, element, typed(element, numbers).data, rule);
              expect(agreed, `${value} at ${at} of ${n}`).toBeLessThan(n);
            }
          }
        }
      }
    });
  });

  test("float32: the floor is exact beside every whole number, in all three rules", () => {
    const bits = new Uint32Array(1);
    const value = new Float32Array(bits.buffer);
    const near = (x: number): number[] => {
      value[0] = x;
      const middle = bits[0]!;
      return Array.from({ length: 41 }, (_, i) => {
        bits[0] = Math.max(0, middle + i - 20);
        return value[0]!;
      });
    };
    const whole = Array.from({ length: 256 }, (_, k) => k);
    const unit = whole.flatMap((k) => near(k / 255)).filter((x) => x <= 1);
    const signed = whole
      .flatMap((k) => near(Math.abs((2 * k) / 255 - 1)).map((x) => (k < 128 ? -x : x)))
      .filter((x) => Math.abs(x) <= 1);
    const byte = [...whole.flatMap(near), 256, 257.5, 32766.99, 32767, 1e5];
    for (const [rule, numbers, expected] of [
      [RULE_UNIT, unit, reference.unit(unit, Math.fround)],
      [RULE_SIGNED, signed, reference.signed(signed, Math.fround)],
      [RULE_BYTE, byte.slice(0, -1), byte.slice(0, -1).map(reference.toByte)],
      [RULE_BYTE_CLIPPED, byte, byte.map(reference.toByte)],
    ] as const) {
      const { bytes } = toBytes(core, "float32", Float32Array.from(numbers), rule);
      expect(bytes).toEqual(expected);
    }
  });

  test("float16: every one of the 65,536 values in every rule", () => {
    const data = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const values = Array.from(data, float16Value);
    const { float16: round } = { float16: reference.roundOf("float16") };
    expect(toBytes(core, "float16", data, RULE_UNIT_CLIPPED).bytes).toEqual(reference.unit(values, round));
    expect(toBytes(core, "float16", data, RULE_SIGNED_CLIPPED).bytes).toEqual(reference.signed(values, round));
    expect(toBytes(core, "float16", data, RULE_BYTE).bytes).toEqual(values.map(reference.toByte));
    const unit = data.slice(0, 0x3c01);
    expect(toBytes(core, "float16", unit, RULE_UNIT).bytes).toEqual(reference.unit(values.slice(0, 0x3c01), round));
  });

  test.each([1, 15, 16, 17, 100])("channels: %i pixels of every mode become every other", (n) => {
    const next = random(n);
    for (const from of [1, 2, 3, 4]) {
      const src = Uint8Array.from({ length: n * from }, () => randomInt(next, 0, 255));
      const pixels = Array.from({ length: n }, (_, i) => [...src.subarray(i * from, (i + 1) * from)]);
      core.run((scratch) => {
        const { kernels } = scratch;
        const ptr = scratch.copyIn(src);
        const out = scratch.alloc(n * 4 + 16);
        const guarded = (length: number, run: () => void): number[] => {
          core.u8(out, n * 4 + 16).fill(0x5a);
          run();
          expect([...core.u8(out + length, 16)]).toEqual(Array(16).fill(0x5a));
          return [...core.u8(out, length)];
        };
        for (const to of [1, 2, 3, 4]) {
          const expected = pixels.flatMap((pixel) => reference.convertPixel(pixel, to));
          expect(guarded(n * to, () => kernels.convertChannels(out, ptr, n, from, to))).toEqual(expected);
          if (to === 4) expect(guarded(n * 4, () => kernels.expandToRgba(out, ptr, n, from))).toEqual(expected);
        }
        const planes = [...Array(from).keys()].flatMap((c) => pixels.map((pixel) => pixel[c]!));
        expect(guarded(n * from, () => kernels.deinterleave(out, ptr, n, from, n))).toEqual(planes);
        const planar = scratch.copyIn(Uint8Array.from(planes));
        expect(guarded(n * from, () => kernels.interleave(out, planar, n, from, n))).toEqual([...src]);
      });
    }
  });
});
