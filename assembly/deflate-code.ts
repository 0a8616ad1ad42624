/**
 * Huffman codes for deflate: lengths from counts, code words, and the header that describes them.
 *
 * Alphabets as of RFC 1951: 0..255 literal bytes, 256 end of block, 257..285 match lengths; 0..29 match distances.
 * A code word is kept as an entry: its bits, first bit lowest, shifted left by 7, plus their number in the low 7 bits.
 */

/** Order in which the lengths of the code-length code are written. */
const CODE_LENGTH_ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/**
 * Bit lengths of a complete prefix code with no length over a limit. A single used symbol gets length 1, which leaves the
 * other code word unused, as deflate allows.
 *
 * counts   n u32: how often each symbol occurs; unused symbols get length 0. Their sum is below 2^32
 * n        1..288
 * limit    longest length, 1..15, with 2^limit at least the number of used symbols
 * lengths  n u8, written
 * work     2368 bytes of working memory, 8-aligned
 */
export function huffmanLengths(counts: usize, n: u32, limit: u32, lengths: usize, work: usize): void {
  memory.fill(lengths, 0, n);
  // used symbols as count << 16 | symbol, in ascending order
  let used: i32 = 0;
  for (let symbol: u32 = 0; symbol < n; symbol++) {
    const count = load<u32>(counts + ((<usize>symbol) << 2));
    if (count == 0) continue;
    store<u64>(work + ((<usize>used) << 3), ((<u64>count) << 16) | symbol);
    used++;
  }
  if (used == 0) return;
  if (used == 1) {
    store<u8>(lengths + <usize>(load<u64>(work) & 0xffff), 1);
    return;
  }
  sortKeys(work, used);

  // Moffat and Katajainen, in place: the high 48 bits of an item are a weight, then a parent, then a depth
  let leaf: i32 = 2;
  let root: i32 = 0;
  setHigh(work, 0, high(work, 0) + high(work, 1));
  for (let next: i32 = 1; next < used - 1; next++) {
    let sum: u64;
    if (leaf >= used || high(work, root) < high(work, leaf)) {
      sum = high(work, root);
      setHigh(work, root++, next);
    } else sum = high(work, leaf++);
    if (leaf >= used || (root < next && high(work, root) < high(work, leaf))) {
      sum += high(work, root);
      setHigh(work, root++, next);
    } else sum += high(work, leaf++);
    setHigh(work, next, sum);
  }
  setHigh(work, used - 2, 0);
  for (let next = used - 3; next >= 0; next--) setHigh(work, next, high(work, <i32>high(work, next)) + 1);

  // leaves per depth, as 16 counters; whatever is deeper than the limit goes to the limit
  const perDepth = work + PER_DEPTH;
  memory.fill(perDepth, 0, 64);
  let index = used - 2;
  let open: i32 = 1;
  for (let depth: u32 = 0; open > 0; depth++) {
    let inner: i32 = 0;
    for (; index >= 0 && <u32>high(work, index) == depth; index--) inner++;
    addTo(perDepth + ((<usize>min(depth, limit)) << 2), open - inner);
    open = inner << 1;
  }

  // too many at the limit: split a shorter leaf in two until the code fits exactly
  let space: u32 = 0;
  for (let depth: u32 = 1; depth <= limit; depth++)
    space += load<u32>(perDepth + ((<usize>depth) << 2)) << (limit - depth);
  for (; space > (<u32>1) << limit; space--) {
    addTo(perDepth + ((<usize>limit) << 2), -1);
    let depth = limit - 1;
    while (load<u32>(perDepth + ((<usize>depth) << 2)) == 0) depth--;
    addTo(perDepth + ((<usize>depth) << 2), -1);
    addTo(perDepth + ((<usize>depth) << 2) + 4, 2);
  }

  // the rarest symbols take the longest words
  let item = work;
  for (let depth = limit; depth > 0; depth--)
    for (let left = load<u32>(perDepth + ((<usize>depth) << 2)); left > 0; left--, item += 8)
      store<u8>(lengths + <usize>(load<u64>(item) & 0xffff), depth);
}

const PER_DEPTH: usize = 288 * 8;

// @ts-ignore: decorator
@inline
function high(work: usize, index: i32): u64 {
  return load<u64>(work + ((<usize>index) << 3)) >> 16;
}

// @ts-ignore: decorator
@inline
function setHigh(work: usize, index: i32, value: u64): void {
  const at = work + ((<usize>index) << 3);
  store<u64>(at, (load<u64>(at) & 0xffff) | (value << 16));
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, value: i32): void {
  store<i32>(at, load<i32>(at) + value);
}

/** Shell sort of n different u64, ascending. */
function sortKeys(keys: usize, n: i32): void {
  const end = keys + ((<usize>n) << 3);
  for (
    let gap: usize = 132;
    gap > 0;
    gap = gap == 132 ? 57 : gap == 57 ? 23 : gap == 23 ? 10 : gap == 10 ? 4 : gap == 4 ? 1 : 0
  ) {
    const step = gap << 3;
    for (let from = keys + step; from < end; from += 8) {
      const key = load<u64>(from);
      let to = from;
      for (; to >= keys + step && load<u64>(to - step) > key; to -= step) store<u64>(to, load<u64>(to - step));
      store<u64>(to, key);
    }
  }
}

/**
 * Entries of the canonical code with these lengths.
 *
 * lengths  n u8, each 0..15
 * n        number of symbols
 * entries  n u32, written; 0 for symbols of length 0
 * next     64 bytes of working memory
 */
export function huffmanEntries(lengths: usize, n: usize, entries: usize, next: usize): void {
  memory.fill(next, 0, 64);
  for (let i: usize = 0; i < n; i++) addTo(next + ((<usize>load<u8>(lengths + i)) << 2), 1);
  store<u32>(next, 0);
  let code: u32 = 0;
  for (let length: usize = 1; length < 16; length++) {
    const here = load<u32>(next + (length << 2));
    store<u32>(next + (length << 2), code);
    code = (code + here) << 1;
  }
  for (let i: usize = 0; i < n; i++) {
    const length = <u32>load<u8>(lengths + i);
    let entry: u32 = 0;
    if (length) {
      const at = next + ((<usize>length) << 2);
      const word = load<u32>(at);
      store<u32>(at, word + 1);
      entry = (reverse(word, length) << 7) | length;
    }
    store<u32>(entries + (i << 2), entry);
  }
}

/** The lowest `length` (1..15) bits in the opposite order. */
function reverse(word: u32, length: u32): u32 {
  word = ((word & 0x5555) << 1) | ((word >> 1) & 0x5555);
  word = ((word & 0x3333) << 2) | ((word >> 2) & 0x3333);
  word = ((word & 0x0f0f) << 4) | ((word >> 4) & 0x0f0f);
  word = ((word & 0x00ff) << 8) | (word >> 8);
  return word >> (16 - length);
}

/**
 * The code lengths of a block header as symbols of the code-length code.
 *
 * lengths  n u8, each 0..15
 * n        number of lengths, 1..320
 * tokens   n u16, written: symbol in the low 5 bits (16 repeat the last, 17 and 18 repeat zero), extra bits above
 * counts   19 u32: how often each symbol occurs, written
 * returns  number of tokens
 */
export function codeLengthTokens(lengths: usize, n: usize, tokens: usize, counts: usize): usize {
  memory.fill(counts, 0, 76);
  let to = tokens;
  for (let i: usize = 0; i < n;) {
    const length = <u32>load<u8>(lengths + i);
    let run: usize = 1;
    while (i + run < n && load<u8>(lengths + i + run) == length) run++;
    i += run;
    if (length == 0) {
      while (run >= 3) {
        const repeat = min(run, 138);
        to = repeat <= 10 ? token(to, counts, 17, repeat - 3) : token(to, counts, 18, repeat - 11);
        run -= repeat;
      }
    } else {
      to = token(to, counts, length, 0);
      run--;
      while (run >= 3) {
        const repeat = min(run, 6);
        to = token(to, counts, 16, repeat - 3);
        run -= repeat;
      }
    }
    for (; run > 0; run--) to = token(to, counts, length, 0);
  }
  return (to - tokens) >> 1;
}

function token(to: usize, counts: usize, symbol: u32, extra: usize): usize {
  addTo(counts + ((<usize>symbol) << 2), 1);
  store<u16>(to, symbol | ((<u32>extra) << 5));
  return to + 2;
}

/** The place-th symbol in the order of the header. */
// @ts-ignore: decorator
@inline
export function codeLengthSymbol(place: usize): usize {
  return <usize>load<u8>(CODE_LENGTH_ORDER + place);
}
