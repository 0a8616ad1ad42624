// to_uint8 of float32 pixels against memory.copy of the input and the one-pass JS twin: data in wasm memory, and foreign.
import assert from "node:assert/strict";
import { RULE_BYTE, RULE_SIGNED, RULE_UNIT } from "../build/js/core/pixels.js";
import { core } from "../build/js/core/wasm.js";
import { pixelsToFrame, toUint8 } from "../build/js/model/to-uint8.js";
import { compare } from "./harness.mjs";
import { SIZES } from "./inputs.mjs";
import * as twin from "./twins/to-uint8.mjs";

const RANGES = [
  ["[0, 1]", (x) => x, RULE_UNIT],
  ["[-1, 1]", (x) => x * 2 - 1, RULE_SIGNED],
  ["[0, 255]", (x) => x * 255, RULE_BYTE],
];
const only = process.argv[2];

for (const [width, height] of SIZES) {
  const n = width * height * 3;
  for (const [range, map, rule] of RANGES) {
    if (only && !range.includes(only)) continue;
    // a smooth picture with noise
    const data = Float32Array.from({ length: n }, (_, i) =>
      map((((i * 48271) % 65521) / 65521 + (i % 5760) / 5760) / 2),
    );
    const reused = new Uint8Array(n);
    const expected = twin.toUint8(data, reused).slice();
    const { heap, kernels, memory } = core();
    const src = heap.alloc(n * 4);
    const copy = heap.alloc(n * 4);
    const dst = heap.alloc(n);
    new Float32Array(memory.buffer, src, n).set(data);
    const bytes = new Uint8Array(memory.buffer);
    const inside = new Float32Array(memory.buffer, src, n);
    await compare(
      `to_uint8, float32 in ${range}, ${width}x${height}x3, data in wasm memory`,
      [
        {
          name: "limn",
          run() {
            // the guess that toUint8 makes, on the same number of values
            let seen = 0;
            for (let i = 0; i < n; i += Math.floor(n / 256) | 1) seen += Math.abs(inside[i]) > 1 ? 1 : 0;
            return kernels.f32ToBytes(dst, src, n, rule) + (seen < 0 ? 1 : 0);
          },
          check(agreed) {
            assert.equal(agreed, n);
            assert.deepEqual(bytes.slice(dst, dst + n), expected);
          },
        },
        { name: "memory.copy of the input", within: 1.2, run: () => bytes.copyWithin(copy, src, src + n * 4) },
        {
          name: "plain JS twin, output reused",
          floor: 5,
          run: () => twin.toUint8(data, reused),
          check: (out) => assert.deepEqual(out, expected),
        },
      ],
      { bytes: n * 4 },
    );
    for (const ptr of [src, copy, dst]) heap.free(ptr);
    const pixels = { data, shape: [height, width, 3] };
    await compare(
      `to_uint8, float32 in ${range}, ${width}x${height}x3, data in an array of its own`,
      [
        {
          name: "limn, to a Frame",
          run() {
            pixelsToFrame(pixels).free();
          },
        },
        {
          name: "limn, to a new Uint8Array",
          run: () => toUint8(pixels),
          check: (out) => assert.deepEqual(out.data, expected),
        },
        {
          name: "plain JS twin, to a new Uint8Array",
          floor: 5,
          run: () => twin.toUint8(data, new Uint8Array(n)),
          check: (out) => assert.deepEqual(out, expected),
        },
      ],
      { bytes: n * 4 },
    );
  }
}
