/**
 * What the packer (scripts/pack.mjs) and the reader (`unpack.ts`) of packed text both foretell from: contexts, how fast they
 * move, and places in wasm instructions. The packer compiles this file for itself.
 */

/**
 * First context of each kind of decision. A context is the estimate of one bit.
 *
 * LITERALS   a tree of 8 bits for each place in an instruction, see {@link placeReader}
 * FLAGS      literal or match, by whether a match went before and by the place in an instruction
 * REPEATS    whether a match has the distance of the last one, by whether a match went before
 * LENGTHS    a tree of 8 bits, length less 2; another one for repeated distances
 * DISTANCES  a tree of 5 bits, log2 of the distance, for lengths 2, 3, 4 and more
 * MANTISSAS  a tree for each log2: the bits that follow the highest; those behind the first TOP_BITS are not predicted
 */
export const LITERALS: number = 0;
export const PLACES: number = 0x202 * 3;
export const FLAGS: number = LITERALS + PLACES * 256;
export const REPEATS: number = FLAGS + 2 * PLACES;
export const LENGTHS: number = REPEATS + 2;
export const DISTANCES: number = LENGTHS + 2 * 256;
export const MANTISSAS: number = DISTANCES + 4 * 32;
export const CONTEXTS: number = MANTISSAS + 32 * 32;
export const TOP_BITS: number = 3;
/** Most that a context's counter reaches: the higher, the slower an estimate moves in the end. */
export const SLOWEST: number = 100;

/**
 * Tells the place of each next byte from the one before it: for an opcode the opcode before it, else the opcode that it
 * belongs to and whether it is the first byte there. Opcodes are one more than in wasm, those behind 0xfd 0x102 more. Only
 * prediction hangs on it, so it need not understand what is no code or rare: it finds its way back by itself.
 */
export function placeReader(): (byte: number) => number {
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

/** How far an estimate moves towards what was met, in 1/32768, by its counter. */
export function movingRates(): Int32Array {
  return Int32Array.from({ length: SLOWEST + 1 }, (_, count) => 32768 / (count + 1.5));
}
