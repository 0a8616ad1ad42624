/** Reads what scripts/pack.mjs wrote: LZ77 under an adaptive binary range coder that knows wasm's instructions, as base64. */

/**
 * First context of each kind of decision, as in scripts/pack.mjs. A context is the estimate of one bit.
 *
 * LITERALS   a tree of 8 bits for each place in an instruction, see {@link placeReader}
 * FLAGS      literal or match, by whether a match went before and by the place in an instruction
 * REPEATS    whether a match has the distance of the last one, by whether a match went before
 * LENGTHS    a tree of 8 bits, length less 2; another one for repeated distances
 * DISTANCES  a tree of 5 bits, log2 of the distance, for lengths 2, 3, 4 and more
 * MANTISSAS  a tree for each log2: the bits that follow the highest; those behind the first TOP_BITS are not predicted
 */
const LITERALS = 0;
const PLACES = 0x202 * 3;
const FLAGS = LITERALS + PLACES * 256;
const REPEATS = FLAGS + 2 * PLACES;
const LENGTHS = REPEATS + 2;
const DISTANCES = LENGTHS + 2 * 256;
const MANTISSAS = DISTANCES + 4 * 32;
const CONTEXTS = MANTISSAS + 32 * 32;
const TOP_BITS = 3;
/** Most that a context's counter reaches: the higher, the slower an estimate moves in the end. */
const SLOWEST = 100;

/**
 * Tells the place of each next byte from the one before it: for an opcode the opcode before it, else the opcode that it
 * belongs to and whether it is the first byte there. Opcodes are one more than in wasm, those behind 0xfd 0x102 more. Only
 * prediction hangs on it, so it need not understand what is no code or rare: it finds its way back by itself.
 */
function placeReader(): (byte: number) => number {
  let before = 0;
  let opcode = 0;
  let lastOpcode = 0;
  let inner = 0;
  // what is left of the instruction: numbers in LEB128, or bytes as they are
  let left = 0;
  let plain = false;
  return (byte) => {
    const among = (first: number, count: number) => byte >= first && byte < first + count;
    inner = 1;
    if (opcode === 0) {
      opcode = byte + 1;
      inner = 0;
      plain = false;
      if (among(0x28, 23)) left = 2;
      else if (among(0x20, 5) || among(2, 3) || among(12, 2) || among(0x3f, 4) || byte === 0x10 || byte > 0xfb)
        left = 1;
      else left = 0;
    } else if (plain || byte < 128) {
      left--;
      if (opcode === 0xfe) {
        // a vector instruction: one byte that names it, or two, of which the first one tells them apart
        if (before !== 0xfd) byte = before;
        opcode = 0x102 + byte;
        inner = 0;
        plain = among(12, 2);
        if (plain) left = 16;
        else if (byte < 12 || among(0x5c, 2)) left = 2;
        else left = among(0x15, 14) ? 1 : 0;
      }
    }
    before = byte;
    if (left === 0) {
      lastOpcode = opcode;
      opcode = 0;
    }
    return opcode === 0 ? lastOpcode : 0x202 + opcode * 2 + inner;
  };
}

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
  /** How far an estimate moves towards what was met, in 1/32768, by its counter. */
  const rates = Int32Array.from({ length: SLOWEST + 1 }, (_, count) => 32768 / (count + 1.5));

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
