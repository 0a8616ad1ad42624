/**
 * Colours out of a seed, as Instill's component has them: the first three numbers, modulo 256, of an additive lagged
 * Fibonacci generator whose register a Lehmer generator fills. Each number is the sum of two of the 607 entries of the
 * register, so six entries are all that is asked for, and of these bits 0 to 39.
 */

/** Modulus and factor of the Lehmer generator. */
const MODULUS = 2n ** 31n - 1n;
const FACTOR = 48271n;
/** The state that stands for a seed of 0. */
const ZERO = 89482311n;
const LOW: bigint = 2n ** 40n - 1n;

/** An entry: what takes the seed to it, and what is mixed into it. */
type Entry = readonly [jump: bigint, mixed: bigint];

/** The two entries behind red, green and blue. */
const ENTRIES: readonly (readonly [Entry, Entry])[] = [
  [
    [1341337692n, 933764749763n],
    [665897288n, 249942779334n],
  ],
  [
    [158790463n, 743249335147n],
    [261973619n, 667655532603n],
  ],
  [
    [107410249n, 771923773505n],
    [639091471n, 647675699159n],
  ],
];

/** The colour of a seed of 0 or more: 0xRRGGBB. */
export function seedColor(seed: number): number {
  const start = BigInt(seed) % MODULUS || ZERO;
  const entry = ([jump, mixed]: Entry): bigint => {
    const state = (start * jump) % MODULUS;
    return ((state << 20n) ^ ((state * FACTOR) % MODULUS) ^ mixed) & LOW;
  };
  return ENTRIES.reduce((color, [a, b]) => (color << 8) | Number(((entry(a) + entry(b)) >> 32n) & 255n), 0);
}
