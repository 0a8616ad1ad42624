/** Reads what scripts/pack.mjs wrote: LZ77 under an adaptive binary range coder, as base64. */

/**
 * First context of each kind of decision, as in scripts/pack.mjs. A context is the estimate of one bit.
 *
 * LITERALS   a tree of 8 bits for each value of the upper 6 bits of the byte before
 * FLAGS      literal or match, by whether a match went before and by the byte before
 * REPEATS    whether a match has the distance of the last one, by whether a match went before
 * LENGTHS    a tree of 8 bits, length less 2; another one for repeated distances
 * DISTANCES  a tree of 5 bits, log2 of the distance, for lengths 2, 3, 4 and more
 * MANTISSAS  a tree for each log2: the bits that follow the highest; those behind the first TOP_BITS are not predicted
 */
const LITERALS = 0;
const FLAGS = LITERALS + 64 * 256;
const REPEATS = FLAGS + 2 * 256;
const LENGTHS = REPEATS + 2;
const DISTANCES = LENGTHS + 2 * 256;
const MANTISSAS = DISTANCES + 4 * 32;
const CONTEXTS = MANTISSAS + 32 * 32;
const TOP_BITS = 3;
/** Most that a context's counter reaches: the higher, the slower an estimate moves in the end. */
const SLOWEST = 100;

/** The bytes of a text by scripts/pack.mjs. The text is the build's own, so nothing is checked. */
export function unpack(text: string): Uint8Array<ArrayBuffer> {
  const packed = atob(text);
  // first the length of the bytes, then the range coder's
  let at = 0;
  const next = () => packed.charCodeAt(at++);
  const out = new Uint8Array(next() | (next() << 8) | (next() << 16));
  // range and code, unsigned: as variables they would be boxed until this is compiled, which takes half of the time
  const state = new Uint32Array([0xffffffff, (next() << 24) | (next() << 16) | (next() << 8) | next()]);
  const chances = new Uint16Array(CONTEXTS).fill(32768);
  const counts = new Uint8Array(CONTEXTS);

  /** One or zero, as the code lies below or above `bound`. */
  const decide = (bound: number): 0 | 1 => {
    let range = state[0]!;
    let code = state[1]!;
    const one = code < bound;
    if (one) range = bound;
    else {
      code -= bound;
      range -= bound;
    }
    for (; range < 0x1000000; range *= 256) code = code * 256 + next();
    state[0] = range;
    state[1] = code;
    return one ? 1 : 0;
  };
  const bit = (context: number): 0 | 1 => {
    const chance = chances[context]!;
    const value = decide((state[0]! >>> 12) * (chance >>> 4 || 1));
    chances[context] = chance + Math.trunc(((value ? 65535 : 0) - chance) / (counts[context]! + 1.5));
    if (counts[context]! < SLOWEST) counts[context]!++;
    return value;
  };
  const tree = (base: number, bits: number): number => {
    let node = 1;
    for (let i = 0; i < bits; i++) node = node * 2 + bit(base + node);
    return node - (1 << bits);
  };

  let distance = 1;
  let matched = 0;
  for (let to = 0; to < out.length;) {
    const before = out[to - 1] ?? 0;
    if (bit(FLAGS + matched * 256 + before)) {
      const again = bit(REPEATS + matched);
      const length = tree(LENGTHS + again * 256, 8) + 2;
      if (!again) {
        const exponent = tree(DISTANCES + Math.min(length - 2, 3) * 32, 5);
        const top = Math.min(exponent, TOP_BITS);
        distance = (1 << top) | tree(MANTISSAS + exponent * 32, top);
        for (let i = top; i < exponent; i++) distance = distance * 2 + decide(state[0]! >>> 1);
      }
      for (const end = to + length; to < end; to++) out[to] = out[to - distance]!;
      matched = 1;
    } else {
      out[to++] = tree(LITERALS + (before >> 2) * 256, 8);
      matched = 0;
    }
  }
  return out;
}
