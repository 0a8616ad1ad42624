/** Reads what scripts/pack.mjs wrote: LZ77 under an adaptive binary range coder that knows wasm's instructions, as base64. */
import {
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
} from "./unpack-model.ts";

/** The bytes of a text by scripts/pack.mjs. The text is the build's own, so nothing is checked. */
export function unpack(text: string): Uint8Array<ArrayBuffer> {
  const packed = atob(text);
  // first the length of the bytes, then the range coder's
  let at = 0;
  const next = () => packed.charCodeAt(at++);
  const out = new Uint8Array(next() | (next() << 8) | (next() << 16));
  // range and code; both stay below 2^30, which JavaScript keeps as small integers even before it compiles this
  const state = new Int32Array([0x3fffffff, (next() << 24) | (next() << 16) | (next() << 8) | next()]);
  const chances = new Uint16Array(CONTEXTS).fill(32768);
  const counts = new Uint8Array(CONTEXTS);
  const rates = movingRates();

  /** A number of so many bits, highest first, each by the context of those before it; `bits` of 1 reads the context `base + 1`. */
  const tree = (base: number, bits: number): number => {
    let range = state[0]!;
    let code = state[1]!;
    let node = 1;
    for (let i = 0; i < bits; i++) {
      const context = base + node;
      const chance = chances[context]!;
      const count = counts[context]!;
      const bound = (range >>> 12) * (chance >>> 4 || 1);
      node *= 2;
      let target = 0;
      if (code < bound) {
        range = bound;
        node++;
        target = 65535;
      } else {
        code -= bound;
        range -= bound;
      }
      for (; range < 0x400000; range <<= 8) code = (code << 8) | next();
      chances[context] = chance + (((target - chance) * rates[count]!) >> 15);
      if (count < SLOWEST) counts[context] = count + 1;
    }
    state[0] = range;
    state[1] = code;
    return node - (1 << bits);
  };
  const bit = (context: number): number => tree(context - 1, 1);
  /** A bit that is a one as often as not. */
  const even = (): number => {
    const bound = state[0]! >>> 1;
    const one = state[1]! < bound;
    let range = one ? bound : state[0]! - bound;
    let code = one ? state[1]! : state[1]! - bound;
    for (; range < 0x400000; range <<= 8) code = (code << 8) | next();
    state[0] = range;
    state[1] = code;
    return one ? 1 : 0;
  };

  const placeAfter = placeReader();
  let place = 0;
  let distance = 1;
  let matched = 0;
  for (let to = 0; to < out.length;) {
    if (bit(FLAGS + matched * PLACES + place)) {
      const again = bit(REPEATS + matched);
      const length = tree(LENGTHS + again * 256, 8) + 2;
      if (!again) {
        const exponent = tree(DISTANCES + Math.min(length - 2, 3) * 32, 5);
        const top = Math.min(exponent, TOP_BITS);
        distance = (1 << top) | tree(MANTISSAS + exponent * 32, top);
        for (let i = top; i < exponent; i++) distance = distance * 2 + even();
      }
      for (const end = to + length; to < end; to++) place = placeAfter((out[to] = out[to - distance]!));
      matched = 1;
    } else {
      place = placeAfter((out[to++] = tree(LITERALS + place * 256, 8)));
      matched = 0;
    }
  }
  return out;
}
