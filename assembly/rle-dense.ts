/** Dense masks (one byte per pixel, row by row) to runs. The other way is in `mask-planes.ts`. */

/**
 * Count where a mask changes in column order: between neighbours in a column, and from the foot of a column to the head
 * of the next.
 *
 * columns  w × u32, written: changes at the pixels of each column
 * mask     h × w bytes, row-major; 0 is background
 * Result: number of changes; the runs are one more.
 */
export function denseChanges(columns: usize, mask: usize, h: u32, w: u32): u32 {
  memory.fill(columns, 0, (<usize>w) << 2);
  const foot = mask + <usize>(h - 1) * w;
  let before: u32 = 0;
  for (let x: usize = 0; x < <usize>w; x++) {
    const head: u32 = load<u8>(mask + x) ? 1 : 0;
    store<u32>(columns + (x << 2), head ^ before);
    before = load<u8>(foot + x) ? 1 : 0;
  }
  for (let row = mask + w, end = mask + <usize>h * w; row < end; row += w) {
    let x: usize = 0;
    if (ASC_FEATURE_SIMD) {
      const zero = i8x16.splat(0);
      for (const last = (<usize>w) & ~15; x < last; x += 16) {
        const diff = v128.xor(i8x16.eq(v128.load(row + x), zero), i8x16.eq(v128.load(row + x - w), zero));
        if (!v128.any_true(diff)) continue;
        for (let bits = <u32>i8x16.bitmask(diff); bits; bits &= bits - 1) {
          const p = columns + ((x + ctz(bits)) << 2);
          store<u32>(p, load<u32>(p) + 1);
        }
      }
    }
    for (; x < <usize>w; x++) {
      if ((load<u8>(row + x) != 0) == (load<u8>(row + x - w) != 0)) continue;
      const p = columns + (x << 2);
      store<u32>(p, load<u32>(p) + 1);
    }
  }
  let changes: u32 = 0;
  for (let x: usize = 0; x < <usize>w; x++) changes += load<u32>(columns + (x << 2));
  return changes;
}

/**
 * The runs of a mask.
 *
 * runs     room for one more u32 than there are changes
 * columns  w × u32 as `denseChanges` left them; used up
 * mask     h × w bytes, row-major; 0 is background
 * Result: number of runs.
 */
export function denseToRuns(runs: usize, columns: usize, mask: usize, h: u32, w: u32): u32 {
  // each column's count becomes the place of its next change
  let total: u32 = 0;
  for (let x: usize = 0; x < <usize>w; x++) {
    const p = columns + (x << 2);
    const n = load<u32>(p);
    store<u32>(p, total);
    total += n;
  }
  // first the positions of the changes, column by column; rows come in order, so each column is sorted
  const foot = mask + <usize>(h - 1) * w;
  let before: u32 = 0;
  for (let x: usize = 0; x < <usize>w; x++) {
    const head: u32 = load<u8>(mask + x) ? 1 : 0;
    if (head ^ before) put(runs, columns, x, 0, h);
    before = load<u8>(foot + x) ? 1 : 0;
  }
  let y: u32 = 1;
  for (let row = mask + w, end = mask + <usize>h * w; row < end; row += w, y++) {
    let x: usize = 0;
    if (ASC_FEATURE_SIMD) {
      const zero = i8x16.splat(0);
      for (const last = (<usize>w) & ~15; x < last; x += 16) {
        const diff = v128.xor(i8x16.eq(v128.load(row + x), zero), i8x16.eq(v128.load(row + x - w), zero));
        if (!v128.any_true(diff)) continue;
        for (let bits = <u32>i8x16.bitmask(diff); bits; bits &= bits - 1) put(runs, columns, x + ctz(bits), y, h);
      }
    }
    for (; x < <usize>w; x++) if ((load<u8>(row + x) != 0) != (load<u8>(row + x - w) != 0)) put(runs, columns, x, y, h);
  }
  // then their distances
  let last: u32 = 0;
  const end = runs + ((<usize>total) << 2);
  for (let p = runs; p < end; p += 4) {
    const at = load<u32>(p);
    store<u32>(p, at - last);
    last = at;
  }
  store<u32>(end, h * w - last);
  return total + 1;
}

// @ts-ignore: decorator
@inline
function put(runs: usize, columns: usize, x: usize, y: u32, h: u32): void {
  const p = columns + (x << 2);
  const slot = load<u32>(p);
  store<u32>(runs + ((<usize>slot) << 2), <u32>x * h + y);
  store<u32>(p, slot + 1);
}

/**
 * Write row-by-row runs as a dense mask.
 *
 * mask    as many bytes as the runs add up to, cleared; becomes 0 or 1
 * runs    n × u32, background first, row-major
 */
export function rowRunsToDense(mask: usize, runs: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    const run = load<u32>(runs + ((<usize>i) << 2));
    if (i & 1) memory.fill(mask, 1, run);
    mask += run;
  }
}
