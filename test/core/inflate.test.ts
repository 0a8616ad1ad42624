import { deflateSync, zlibSync } from "fflate";
import { describe, expect, test } from "vitest";
import { BAD_DATA, NO_ROOM, OK, TRUNCATED } from "../../src/core/status.ts";
import { newCore, VARIANTS } from "../support/cores.ts";
import { join } from "../support/png-builder.ts";
import { random, randomInt } from "../support/random.ts";
import { difference, SAME } from "../support/reference-images.ts";

describe.each(VARIANTS)("inflateZlib (%s)", (variant) => {
  const core = newCore(variant);

  /** Inflate with known bytes behind input and output; the ones behind the output must survive. */
  function inflate(stream: Uint8Array, size: number): { status: number; used: number; out: Uint8Array } {
    return core.run((scratch) => {
      const work = scratch.alloc(16384);
      const src = scratch.alloc(stream.length + 64);
      core
        .u8(src, stream.length + 64)
        .fill(0xa5)
        .set(stream);
      const dst = scratch.alloc(size + 64);
      core.u8(dst, size + 64).fill(0x5a);
      const status = core.kernels.inflateZlib(dst, size, src, stream.length, work);
      expect(core.u8(dst + size, 64).every((byte) => byte === 0x5a)).toBe(true);
      const [used = 0, written = 0] = core.u32(work, 2);
      return { status, used, out: core.u8(dst, written).slice() };
    });
  }

  /** Data of one of several natures, from noise to long repeats. */
  function sample(next: () => number, n: number, kind: number): Uint8Array {
    const data = new Uint8Array(n);
    for (let i = 0; i < n; i++)
      data[i] = [
        () => next() * 256,
        () => next() * 3,
        () => -Math.log(next() + 1e-9) * 9,
        () => (i > 40 && next() < 0.97 ? data[i - 1 - Math.floor(next() ** 4 * 40)]! : next() * 256),
        () => (i * i) >> 9,
        () => 7,
      ][kind]!();
    return data;
  }

  test("gives back what was deflated, at every level and length, and uses the whole stream", () => {
    const next = random(11);
    for (const n of [0, 1, 2, 15, 16, 17, 258, 259, 319, 320, 321, 5551, 5552, 5553, 70_000])
      for (let kind = 0; kind < 6; kind++) {
        const data = sample(next, n, kind);
        const stream = zlibSync(data, { level: [0, 1, 6, 9][(n + kind) % 4] as 0 | 1 | 6 | 9 });
        const { status, used, out } = inflate(stream, n);
        expect([n, kind, status, used]).toEqual([n, kind, OK, stream.length]);
        expect(difference(out, data)).toEqual(SAME);
      }
  });

  test("copies every distance from 1 to 40 and every match length", () => {
    for (let distance = 1; distance <= 40; distance++) {
      // one match of each length: pattern, then a byte that breaks it
      const data: number[] = [];
      for (let length = 3; length <= 258; length += 5) {
        for (let i = 0; i < distance; i++) data.push((length * 7 + i * 31) & 255);
        for (let i = 0; i < length; i++) data.push(data[data.length - distance]!);
      }
      const { status, out } = inflate(zlibSync(Uint8Array.from(data), { level: 9 }), data.length);
      expect(status).toBe(OK);
      expect(difference(out, data)).toEqual(SAME);
    }
  });

  test("ignores bytes behind the stream and says how many it used", () => {
    const stream = zlibSync(Uint8Array.of(1, 2, 3, 4));
    const { status, used } = inflate(join([stream, Uint8Array.of(9, 9, 9)]), 4);
    expect([status, used]).toEqual([OK, stream.length]);
  });

  test("says NO_ROOM for a stream that holds more, and writes nothing behind its room", () => {
    for (const level of [0, 9] as const) {
      const data = sample(random(3), 5000, 3);
      for (const size of [0, 1, 500, 4700, 4999]) expect(inflate(zlibSync(data, { level }), size).status).toBe(NO_ROOM);
    }
  });

  test("says BAD_DATA for a stream that holds less", () => {
    const { status, out } = inflate(zlibSync(Uint8Array.of(1, 2, 3)), 4);
    expect(status).toBe(BAD_DATA);
    expect(out).toHaveLength(3);
  });

  test("says TRUNCATED for every prefix of a stream", () => {
    const next = random(5);
    for (const [n, level] of [
      [300, 0],
      [40, 1],
      [700, 9],
    ] as const) {
      const data = sample(next, n, 3);
      const stream = zlibSync(data, { level });
      for (let length = 0; length < stream.length; length++)
        expect([length, inflate(stream.subarray(0, length), n).status]).toEqual([length, TRUNCATED]);
    }
  });

  test("checks the Adler-32", () => {
    const stream = zlibSync(sample(random(6), 400, 2));
    for (let i = stream.length - 4; i < stream.length; i++) {
      const damaged = stream.slice();
      damaged[i]! ^= 1;
      expect(inflate(damaged, 400).status).toBe(BAD_DATA);
    }
  });

  test.each([
    ["a method other than deflate", [0x79, 0x00]],
    ["a window over 32 kB", [0x88, 0x1c]],
    ["wrong check bits", [0x78, 0x9d]],
    ["a preset dictionary", [0x78, 0xbb]],
  ])("refuses a header with %s", (_, head) => {
    const stream = zlibSync(Uint8Array.of(1, 2, 3));
    stream.set(head);
    expect(inflate(stream, 3).status).toBe(BAD_DATA);
  });

  test.each([
    ["block type 3", "1 11"],
    ["a stored block whose length is not matched by its complement", `1 00 00000 ${lsb(3, 16)} ${lsb(3, 16)}`],
    ["287 length codes", `1 01 ${lsb(30, 5)} 00000 0000`],
    ["31 distance codes", `1 01 00000 ${lsb(30, 5)} 0000`],
    [
      "an over-subscribed code length code",
      `1 01 00000 00000 0000 ${lsb(1, 3)} ${lsb(1, 3)} ${lsb(1, 3)} ${lsb(1, 3)}`,
    ],
    ["an incomplete code length code", `1 01 00000 00000 0000 ${lsb(1, 3)} 000 000 000`],
    ["no code length code", `1 01 00000 00000 0000 000 000 000 000`],
    ["a repeat with nothing before it", `1 01 00000 00000 0000 ${lsb(1, 3)} ${lsb(1, 3)} 000 000 0 00`],
    // codes for 18 (0) and 1 (1); 256 zeros and then only one distance: symbol 256 has no code
    ["no end of block", `1 01 00000 00000 1110 ${orderOf({ 18: 1, 1: 1 })} 0 ${lsb(127, 7)} 0 ${lsb(109, 7)}`],
    [
      "repeats past the last code",
      `1 01 00000 00000 1110 ${orderOf({ 18: 1, 1: 1 })} ${`0 ${lsb(127, 7)} `.repeat(2)}`,
    ],
    ["a fixed code of a length that is not used", `1 10 11000110`],
    ["a fixed code of a distance that is not used", `1 10 00110000 0000001 11110`],
    ["a distance before the start", `1 10 00110000 0000001 00001`],
  ])("refuses %s", (_, bits) => {
    // zlib header, then the bits as RFC 1951 packs them, and enough behind them
    const text = bits.replaceAll(" ", "");
    const stream = join([Uint8Array.of(0x78, 0x9c), pack(text + "0".repeat(400))]);
    const { status, used, out } = inflate(stream, 5);
    expect(status).toBe(BAD_DATA);
    // at the place itself, not later at the checksum
    expect(used).toBeLessThanOrEqual(2 + Math.ceil(text.length / 8));
    expect(out.length).toBeLessThanOrEqual(1);
  });

  test("takes a block whose only distance code has one bit, and one without any", () => {
    // fflate writes both for data without and with matches of a single distance
    for (const data of [Uint8Array.of(1, 2, 3, 4, 5), new Uint8Array(3000).fill(9)])
      expect(difference(inflate(zlibSync(data, { level: 9 }), data.length).out, data)).toEqual(SAME);
  });

  test("gives equal answers on the damaged streams of a seeded campaign: data or a status, within its memory", () => {
    const next = random(77);
    const clean = deflateSync(sample(next, 900, 3), { level: 9 }).length;
    expect(clean).toBeGreaterThan(100);
    for (let round = 0; round < 600; round++) {
      const data = sample(next, randomInt(next, 1, 900), randomInt(next, 0, 5));
      const stream = zlibSync(data, { level: randomInt(next, 0, 9) as 0 });
      for (let flips = randomInt(next, 1, 4); flips > 0; flips--)
        stream[randomInt(next, 2, Math.min(stream.length - 1, 90))]! ^= 1 << randomInt(next, 0, 7);
      const { status, out } = inflate(stream, data.length);
      // Adler-32 catches what the rules let pass, unless the flips undid each other
      if (status === OK) expect(difference(out, data)).toEqual(SAME);
      else expect([BAD_DATA, NO_ROOM, TRUNCATED]).toContain(status);
    }
  });
});

describe.each(VARIANTS)("crc32 (%s)", (variant) => {
  const core = newCore(variant);

  test("equals the bit by bit checksum for lengths 0 to 40, whole and in two parts", () => {
    const next = random(9);
    core.run((scratch) => {
      const tables = scratch.alloc(8192);
      core.kernels.crc32Table(tables);
      for (let n = 0; n <= 40; n++) {
        const bytes = Uint8Array.from({ length: n }, () => randomInt(next, 0, 255));
        const src = scratch.copyIn(bytes);
        let expected = 0xffffffff;
        for (const byte of bytes) {
          expected ^= byte;
          for (let bit = 0; bit < 8; bit++) expected = expected & 1 ? (expected >>> 1) ^ 0xedb88320 : expected >>> 1;
        }
        const half = n >> 1;
        const first = core.kernels.crc32(0, src, half, tables);
        expect(core.kernels.crc32(0, src, n, tables) >>> 0).toBe(~expected >>> 0);
        expect(core.kernels.crc32(first, src + half, n - half, tables) >>> 0).toBe(~expected >>> 0);
      }
    });
  });
});

/** A number as bits, lowest first. */
function lsb(value: number, n: number): string {
  return Array.from({ length: n }, (_, i) => (value >> i) & 1).join("");
}

/** Eighteen code lengths of the code length code, in their order, three bits each. */
function orderOf(lengths: Record<number, number>): string {
  return [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1].map((s) => lsb(lengths[s] ?? 0, 3)).join("");
}

/** Bits in stream order to bytes. */
function pack(bits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) if (bits[i] === "1") bytes[i >> 3]! |= 1 << (i & 7);
  return bytes;
}
