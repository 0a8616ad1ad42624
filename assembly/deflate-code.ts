/**
 * Huffman codes for deflate: lengths from counts, code words, and the header that describes them.
 *
 * Alphabets as of RFC 1951: 0..255 literal bytes, 256 end of block, 257..285 match lengths; 0..29 match distances.
 * A code word is kept as an entry: its bits, first bit lowest, shifted left by 6, plus their number in the low 6 bits.
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
 * work     4672 bytes of working memory, 8-aligned
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

  // where the plain Huffman code is too deep, rare symbols are counted as a little less rare, until it is not
  const tree = work + TREE;
  const perDepth = work + PER_DEPTH;
  let total: u64 = 0;
  for (let i: i32 = 0; i < used; i++) total += load<u64>(work + ((<usize>i) << 3)) >> 16;
  let least: u64 = 0;
  for (;;) {
    for (let i: usize = 0; i < <usize>used; i++)
      store<u64>(tree + (i << 3), max(load<u64>(work + (i << 3)) >> 16, least));
    buildTree(tree, used);
    if (countDepths(tree, used, limit, perDepth)) break;
    least = least == 0 ? (total >> limit) + 1 : least + (least >> 1) + 1;
  }

  // the rarest symbols take the longest words
  let key = work;
  for (let depth = limit; depth > 0; depth--)
    for (let left = load<u32>(perDepth + ((<usize>depth) << 2)); left > 0; left--, key += 8)
      store<u8>(lengths + <usize>(load<u64>(key) & 0xffff), depth);
}

const TREE: usize = 288 * 8;
const PER_DEPTH: usize = 2 * 288 * 8;

/**
 * Huffman's algorithm in place, as Moffat and Katajainen do it: n weights in ascending order become the n - 1 inner nodes,
 * root last, each holding its depth. On the way an item is a weight, then the sum of a node, then the node's parent.
 */
function buildTree(tree: usize, n: i32): void {
  let leaf: i32 = 2;
  let root: i32 = 0;
  setItem(tree, 0, item(tree, 0) + item(tree, 1));
  for (let next: i32 = 1; next < n - 1; next++) {
    let sum: u64;
    if (leaf >= n || item(tree, root) < item(tree, leaf)) {
      sum = item(tree, root);
      setItem(tree, root++, next);
    } else sum = item(tree, leaf++);
    if (leaf >= n || (root < next && item(tree, root) < item(tree, leaf))) {
      sum += item(tree, root);
      setItem(tree, root++, next);
    } else sum += item(tree, leaf++);
    setItem(tree, next, sum);
  }
  setItem(tree, n - 2, 0);
  for (let next = n - 3; next >= 0; next--) setItem(tree, next, item(tree, <i32>item(tree, next)) + 1);
}

/** Leaves per depth (u32 for 0..15) of what `buildTree` made; false if one is deeper than the limit. */
function countDepths(tree: usize, n: i32, limit: u32, perDepth: usize): bool {
  memory.fill(perDepth, 0, 64);
  let index = n - 2;
  let open: u32 = 1;
  for (let depth: u32 = 0; open > 0; depth++) {
    if (depth > limit) return false;
    let inner: u32 = 0;
    for (; index >= 0 && <u32>item(tree, index) == depth; index--) inner++;
    store<u32>(perDepth + ((<usize>depth) << 2), open - inner);
    open = inner << 1;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function item(tree: usize, index: i32): u64 {
  return load<u64>(tree + ((<usize>index) << 3));
}

// @ts-ignore: decorator
@inline
function setItem(tree: usize, index: i32, value: u64): void {
  store<u64>(tree + ((<usize>index) << 3), value);
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
      entry = (reverse(word, length) << 6) | length;
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
