/**
 * Packs bytes into base64 text that src/core/unpack.ts reads: smaller than gzip makes them, and incompressible after.
 *
 * Matches and literals as in LZ77, each decision a bit written by an adaptive binary range coder; what is foretold from is
 * the place in a wasm instruction, which is worth 6 % of the core. The parse is optimal by the prices of the pass before; a
 * few passes settle it.
 */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const options = ["--ignoreConfig", "--target", "es2022", "--module", "esnext", "--outDir", file("build/pack")];
execFileSync(process.execPath, [file("node_modules/typescript/bin/tsc"), file("src/core/unpack-model.ts"), ...options]);
const {
  LITERALS,
  PLACES,
  FLAGS,
  REPEATS,
  LENGTHS,
  DISTANCES,
  MANTISSAS,
  CONTEXTS,
  TOP_BITS,
  SLOWEST,
  movingRates,
  placeReader,
} = await import("../build/pack/unpack-model.js");
const RATES = movingRates();

const LONGEST = 257;
const PASSES = 6;
/** Earlier places that are looked at for one match. */
const TRIES = 4000;

/** Probabilities of a one in 1/65536, and how often each was met: the more often, the slower it moves. */
class Model {
  chances = new Uint16Array(CONTEXTS).fill(32768);
  counts = new Uint8Array(CONTEXTS);

  /** Of a one, in 1/4096. */
  chance(context) {
    return this.chances[context] >>> 4 || 1;
  }

  update(context, bit) {
    const distance = (bit ? 65535 : 0) - this.chances[context];
    this.chances[context] += (distance * RATES[this.counts[context]]) >> 15;
    if (this.counts[context] < SLOWEST) this.counts[context]++;
  }

  /** Bits that coding `bit` takes. */
  price(context, bit) {
    const chance = this.chance(context) / 4096;
    return -Math.log2(bit ? chance : 1 - chance);
  }

  treePrice(base, bits, value) {
    let sum = 0;
    for (let node = 1, shift = bits - 1; shift >= 0; shift--) {
      const bit = (value >> shift) & 1;
      sum += this.price(base + node, bit);
      node = node * 2 + bit;
    }
    return sum;
  }
}

/** The range coder: `low` keeps up to 31 bits, whose topmost is the carry into bytes that are held back. No
 * number is over 30 bits, so that JavaScript keeps them as small integers before it compiles the reader. */
class Coder {
  model = new Model();
  out = [];
  #low = 0;
  #range = 2 ** 30 - 1;
  #held = -1;
  #ones = 0;

  bit(context, bit) {
    this.#decide((this.#range >>> 12) * this.model.chance(context), bit);
    this.model.update(context, bit);
  }

  /** A bit that is a one as often as not. */
  even(bit) {
    this.#decide(this.#range >>> 1, bit);
  }

  tree(base, bits, value) {
    for (let node = 1, shift = bits - 1; shift >= 0; shift--) {
      const bit = (value >> shift) & 1;
      this.bit(base + node, bit);
      node = node * 2 + bit;
    }
  }

  end() {
    for (let i = 0; i < 5; i++) this.#shift();
    // two bits of zero in front: the reader's first 30 bits then are four whole bytes
    this.out = this.out.map((byte, i) => (((this.out[i - 1] ?? 0) << 6) | (byte >> 2)) & 255);
  }

  #decide(bound, bit) {
    if (bit) this.#range = bound;
    else {
      this.#low += bound;
      this.#range -= bound;
    }
    while (this.#range < 2 ** 22) {
      this.#range *= 256;
      this.#shift();
    }
  }

  #shift() {
    if (this.#low < 255 * 2 ** 22 || this.#low >= 2 ** 30) {
      const carry = this.#low >= 2 ** 30 ? 1 : 0;
      if (this.#held >= 0) this.out.push((this.#held + carry) & 255);
      for (; this.#ones > 0; this.#ones--) this.out.push((255 + carry) & 255);
      this.#held = (this.#low >>> 22) & 255;
    } else this.#ones++;
    this.#low = (this.#low & 0x3fffff) * 256;
  }
}

const exponentOf = (distance) => 31 - Math.clz32(distance);
const distances = (length) => DISTANCES + Math.min(length - 2, 3) * 32;
const topBits = (distance, exponent, top) => (distance >> (exponent - top)) & ((1 << top) - 1);

/** The bytes, fewer than 2^24, as text; see the head of this file. */
export function pack(bytes) {
  const matches = findMatches(bytes);
  const places = [0, ...Array.from(bytes, placeReader())];
  let best;
  for (let pass = 0, model = new Model(); pass < PASSES; pass++) {
    const coder = write(bytes, places, parse(bytes, places, matches, model));
    model = coder.model;
    if (!best || coder.out.length < best.length) best = coder.out;
  }
  const { length } = bytes;
  return Buffer.from([length & 255, (length >> 8) & 255, length >> 16, ...best]).toString("base64");
}

/** At each place the matches [length, distance] that no nearer one is as long as, by length. */
function findMatches(bytes) {
  const last = new Map();
  const before = new Int32Array(bytes.length);
  return Array.from(bytes, (_, at) => {
    const found = [];
    if (at + 1 >= bytes.length) return found;
    const key = bytes[at] | (bytes[at + 1] << 8);
    before[at] = last.get(key) ?? -1;
    last.set(key, at);
    let longest = 1;
    for (
      let from = before[at], tries = 0;
      from >= 0 && tries < TRIES && longest < LONGEST;
      from = before[from], tries++
    ) {
      const length = matchLength(bytes, at, from);
      if (length > longest) found.push([(longest = length), at - from]);
    }
    return found;
  });
}

function matchLength(bytes, at, from) {
  let length = 0;
  const most = Math.min(LONGEST, bytes.length - at);
  while (length < most && bytes[from + length] === bytes[at + length]) length++;
  return length;
}

/** The cheapest way through the bytes, as steps [at, length, distance]; distance 0 is a literal. */
function parse(bytes, places, matches, model) {
  const nodes = Array.from({ length: bytes.length + 1 }, () => ({ cost: Infinity }));
  nodes[0] = { cost: 0, from: 0, distance: 0, repeat: 1, matched: 0 };
  const lengthPrices = [0, 256].map((kind) =>
    Float64Array.from({ length: 256 }, (_, i) => model.treePrice(LENGTHS + kind, 8, i)),
  );
  for (let at = 0; at < bytes.length; at++) {
    const { cost, repeat, matched } = nodes[at];
    const place = places[at];
    const step = (length, price, distance, next) => {
      const node = nodes[at + length];
      if (price < node.cost)
        Object.assign(node, { cost: price, from: at, distance, repeat: next, matched: distance ? 1 : 0 });
    };
    const flag = FLAGS + matched * PLACES + place;
    step(1, cost + model.price(flag, 0) + model.treePrice(LITERALS + place * 256, 8, bytes[at]), 0, repeat);

    const match = cost + model.price(flag, 1);
    const again = match + model.price(REPEATS + matched, 1);
    const most = at >= repeat ? matchLength(bytes, at, at - repeat) : 0;
    for (let length = 2; length <= most; length++) step(length, again + lengthPrices[1][length - 2], repeat, repeat);

    const fresh = match + model.price(REPEATS + matched, 0);
    let length = 2;
    for (const [longest, distance] of matches[at]) {
      const exponent = exponentOf(distance);
      const top = Math.min(exponent, TOP_BITS);
      const rest = exponent - top + model.treePrice(MANTISSAS + exponent * 32, top, topBits(distance, exponent, top));
      for (; length <= longest; length++) {
        const where = model.treePrice(distances(length), 5, exponent) + rest;
        step(length, fresh + lengthPrices[0][length - 2] + where, distance, distance);
      }
    }
  }
  const steps = [];
  for (let at = bytes.length; at > 0; at = nodes[at].from)
    steps.push([nodes[at].from, at - nodes[at].from, nodes[at].distance]);
  return steps.reverse();
}

function write(bytes, places, steps) {
  const coder = new Coder();
  let repeat = 1;
  let matched = 0;
  for (const [at, length, distance] of steps) {
    const place = places[at];
    coder.bit(FLAGS + matched * PLACES + place, distance ? 1 : 0);
    if (distance) {
      const again = distance === repeat;
      coder.bit(REPEATS + matched, again ? 1 : 0);
      coder.tree(LENGTHS + (again ? 256 : 0), 8, length - 2);
      if (!again) putDistance(coder, length, distance);
      repeat = distance;
    } else coder.tree(LITERALS + place * 256, 8, bytes[at]);
    matched = distance ? 1 : 0;
  }
  coder.end();
  return coder;
}

function putDistance(coder, length, distance) {
  const exponent = exponentOf(distance);
  const top = Math.min(exponent, TOP_BITS);
  coder.tree(distances(length), 5, exponent);
  coder.tree(MANTISSAS + exponent * 32, top, topBits(distance, exponent, top));
  for (let shift = exponent - top - 1; shift >= 0; shift--) coder.even((distance >> shift) & 1);
}
