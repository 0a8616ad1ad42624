import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { unpack } from "../../src/core/unpack.ts";
import { WASM } from "../../src/core/wasm-bytes.ts";
import { random, randomInt } from "../support/random.ts";

const next = random(7);
const { pack } = (await import(new URL("../../scripts/pack.mjs", import.meta.url).href)) as {
  pack(bytes: Uint8Array): string;
};

/** Bytes that repeat at all distances and lengths, with noise between. */
function mixed(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const run = Math.min(length - at, randomInt(next, 1, 400));
    const distance = randomInt(next, 1, 3000);
    const repeat = distance <= at && randomInt(next, 0, 2) > 0;
    for (const end = at + run; at < end; at++) bytes[at] = repeat ? bytes[at - distance]! : randomInt(next, 0, 255);
  }
  return bytes;
}

test("what was packed comes back, whatever its length and repeats", () => {
  for (const length of [0, 1, 2, 3, 255, 256, 257, 258, 259, 600, 5000, 40000]) {
    const flat = new Uint8Array(Math.min(length, 600));
    for (const bytes of [flat, flat.map(() => 255), mixed(length)])
      expect(Buffer.compare(unpack(pack(bytes)), bytes)).toBe(0);
  }
});

test("the text in the bundle is the core that was built", () => {
  expect(Buffer.compare(unpack(WASM!.text), readFileSync("build/core.wasm"))).toBe(0);
});
