import { deflateSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { OK } from "../../src/core/status.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";
import { difference, SAME } from "../support/reference-images.ts";

describe.each(VARIANTS)("inflateZlib beside zlib (%s)", (variant) => {
  const core = newCore(variant);

  /** The bytes, or undefined where the stream is refused. */
  function ours(stream: Uint8Array, size: number): Uint8Array | undefined {
    return core.run((scratch) => {
      const work = scratch.alloc(16384);
      const src = scratch.copyIn(stream);
      const dst = scratch.alloc(size);
      const status = core.kernels.inflateZlib(dst, size, src, stream.length, work);
      return status === OK ? core.u8(dst, size).slice() : undefined;
    });
  }

  function theirs(stream: Uint8Array, size: number): Uint8Array | undefined {
    try {
      const bytes = inflateSync(stream, { maxOutputLength: size + 1 });
      return bytes.length === size ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  test("takes what zlib takes and refuses what zlib refuses, whole, damaged and cut off", () => {
    const next = random(2024);
    let refused = 0;
    for (let round = 0; round < 200; round++) {
      const n = randomInt(next, 1, round % 20 === 0 ? 60_000 : 1500);
      const kind = randomInt(next, 0, 3);
      const data = new Uint8Array(n);
      for (let i = 0; i < n; i++)
        data[i] = [
          () => next() * 256,
          () => next() * 4,
          () => -Math.log(next() + 1e-9) * 12,
          () => (i > 9 && next() < 0.9 ? data[i - 1 - Math.floor(next() * 9)]! : next() * 256),
        ][kind]!();
      const stream = deflateSync(data, {
        level: randomInt(next, 0, 9),
        strategy: randomInt(next, 0, 4),
        memLevel: randomInt(next, 1, 9),
      });
      const whole = ours(stream, n);
      expect(whole).toBeDefined();
      expect(difference(whole!, data)).toEqual(SAME);
      for (let k = 0; k < 6; k++) {
        const damaged = new Uint8Array(stream);
        // mostly in the first bytes, where the codes are described
        const reach = k < 3 ? 100 : damaged.length;
        for (let flips = randomInt(next, 1, 3); flips > 0; flips--)
          damaged[randomInt(next, 0, Math.min(damaged.length, reach) - 1)]! ^= 1 << randomInt(next, 0, 7);
        const cut = k === 5 ? damaged.subarray(0, randomInt(next, 0, damaged.length)) : damaged;
        const expected = theirs(cut, n);
        const actual = ours(cut, n);
        expect([round, k, actual === undefined]).toEqual([round, k, expected === undefined]);
        if (expected !== undefined) expect(difference(actual!, expected)).toEqual(SAME);
        else refused++;
      }
    }
    expect(refused).toBeGreaterThan(600);
  });
});
