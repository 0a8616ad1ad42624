/**
 * cocoapi's polygon rasteriser: the same runs for the same polygon.
 *
 * The rule: corners are scaled by 5 and rounded; each edge is walked one step of 1/5 pixel at a time along its longer
 * axis; a column's toggle lies where the walk passes the middle of the column, at the lower of the two steps' y. Toggles
 * that fall together cancel. Only the steps at the middles of columns matter, so only those are computed here.
 */

/** cocoapi's int(5 * v + 0.5): toward zero, so that small negative values match too. */
// @ts-ignore: decorator
@inline
function scaled(p: usize): i32 {
  return <i32>(load<f64>(p) * 5 + 0.5);
}

/** The toggle of column `u` / 5 at height v in fifths: the first pixel row whose middle is not above. */
// @ts-ignore: decorator
@inline
function toggle(out: usize, columns: usize, u: i32, v: i32, h: i32): void {
  let x = <u32>u / 5;
  const y = v <= 2 ? 0 : min((v + 2) / 5, h);
  store<u32>(out, x * h + y);
  if (y == h) x++; // below the last row is the head of the next column
  const p = columns + ((<usize>x) << 2);
  store<u32>(p, load<u32>(p) + 1);
}

/**
 * The runs of one closed ring.
 *
 * runs     room for one more u32 than there are toggles: at most floor(|dx|) + 2, or w if that is less, for each edge
 * work     room for (w + 1 + toggles) u32
 * xy       n pairs of f64, |v| at most 1e7
 * h, w     size of the picture
 * Result: number of runs.
 */
export function ringToRuns(runs: usize, work: usize, xy: usize, n: u32, h: u32, w: u32): u32 {
  const columns = work;
  memory.fill(columns, 0, (<usize>w + 1) << 2);
  // toggles in the order of the edges, as positions in column order
  let out = runs;
  const lastColumn = <i32>(5 * (w - 1) + 2);
  for (let i: u32 = 0; i < n; i++) {
    const a = xy + ((<usize>i) << 4);
    const b = i + 1 == n ? xy : a + 16;
    let xs = scaled(a);
    let ys = scaled(a + 8);
    let xe = scaled(b);
    let ye = scaled(b + 8);
    const dx = abs(xe - xs);
    const dy = abs(ye - ys);
    if (dx >= dy ? xs > xe : ys > ye) {
      let t = xs;
      xs = xe;
      xe = t;
      t = ys;
      ys = ye;
      ye = t;
    }
    if (dx >= dy) {
      if (dx == 0) continue;
      const slope = <f64>(ye - ys) / <f64>dx;
      // first u >= xs with u % 5 == 2
      let u = xs <= 2 ? 2 : xs + ((7 - (xs % 5)) % 5);
      for (const last = min(xe - 1, lastColumn); u <= last; u += 5, out += 4) {
        const t = u - xs;
        const v0 = <i32>(<f64>ys + slope * <f64>t + 0.5);
        const v1 = <i32>(<f64>ys + slope * <f64>(t + 1) + 0.5);
        toggle(out, columns, u, min(v0, v1), <i32>h);
      }
    } else {
      const slope = <f64>(xe - xs) / <f64>dy;
      if (slope == 0) continue;
      const low = min(<i32>(<f64>xs + 0.5), <i32>(<f64>xs + slope * <f64>dy + 0.5));
      const high = max(<i32>(<f64>xs + 0.5), <i32>(<f64>xs + slope * <f64>dy + 0.5));
      let u = low <= 2 ? 2 : low + ((7 - (low % 5)) % 5);
      for (const last = min(high - 1, lastColumn); u <= last; u += 5, out += 4) {
        // the first step beyond u (slope > 0) or back at it (slope < 0): estimated, then put right
        let t = <i32>((<f64>u + 0.5 - <f64>xs) / slope);
        t = max(1, min(dy, t));
        if (slope > 0) {
          while (t > 1 && <i32>(<f64>xs + slope * <f64>(t - 1) + 0.5) > u) t--;
          while (t < dy && <i32>(<f64>xs + slope * <f64>t + 0.5) <= u) t++;
        } else {
          while (t > 1 && <i32>(<f64>xs + slope * <f64>(t - 1) + 0.5) <= u) t--;
          while (t < dy && <i32>(<f64>xs + slope * <f64>t + 0.5) > u) t++;
        }
        toggle(out, columns, u, ys + t - 1, <i32>h);
      }
    }
  }
  const toggles = <u32>((out - runs) >> 2);
  return runsFromToggles(runs, columns, work + ((<usize>w + 1) << 2), toggles, h, w);
}

/**
 * Sort positions by column, then inside each column, and turn them into runs in place.
 *
 * runs     `toggles` positions, replaced by the runs
 * columns  (w + 1) × u32: toggles in each column; used up
 * sorted   room for the positions
 */
function runsFromToggles(runs: usize, columns: usize, sorted: usize, toggles: u32, h: u32, w: u32): u32 {
  let total: u32 = 0;
  const columnsEnd = columns + ((<usize>w) << 2);
  for (let p = columns; p <= columnsEnd; p += 4) {
    const n = load<u32>(p);
    store<u32>(p, total);
    total += n;
  }
  for (let p = runs, last = runs + ((<usize>toggles) << 2); p < last; p += 4) {
    const at = load<u32>(p);
    const column = columns + ((<usize>(at / h)) << 2);
    const slot = load<u32>(column);
    store<u32>(sorted + ((<usize>slot) << 2), at);
    store<u32>(column, slot + 1);
  }
  // a column's slot now is where the next one begins
  let first: u32 = 0;
  for (let p = columns; p <= columnsEnd; p += 4) {
    const next = load<u32>(p);
    if (next - first > 1) sort(sorted + ((<usize>first) << 2), next - first);
    first = next;
  }
  const pixels = h * w;
  const end = sorted + ((<usize>toggles) << 2);
  let out = runs;
  let before: u32 = 0;
  for (let p = sorted; p < end;) {
    const at = load<u32>(p);
    if (at == pixels) break;
    let next = p + 4;
    while (next < end && load<u32>(next) == at) next += 4;
    if (((next - p) >> 2) & 1) {
      store<u32>(out, at - before);
      out += 4;
      before = at;
    }
    p = next;
  }
  store<u32>(out, pixels - before);
  return <u32>((out - runs) >> 2) + 1;
}

/** Below this, insertion beats everything; columns of real polygons have two to eight toggles. */
const FEW: u32 = 32;

/** Sort n u32 in place, never in quadratic time. */
function sort(p: usize, n: u32): void {
  if (n <= FEW) {
    const end = p + ((<usize>n) << 2);
    for (let i = p + 4; i < end; i += 4) {
      const value = load<u32>(i);
      let j = i;
      for (; j > p && load<u32>(j - 4) > value; j -= 4) store<u32>(j, load<u32>(j - 4));
      store<u32>(j, value);
    }
    return;
  }
  for (let i = n >> 1; i-- > 0;) sink(p, i, n);
  for (let i = n - 1; i > 0; i--) {
    const value = load<u32>(p + ((<usize>i) << 2));
    store<u32>(p + ((<usize>i) << 2), load<u32>(p));
    store<u32>(p, value);
    sink(p, 0, i);
  }
}

/** One step of heapsort: let the value at `i` sink to its place in a heap of n. */
function sink(p: usize, i: u32, n: u32): void {
  const value = load<u32>(p + ((<usize>i) << 2));
  for (;;) {
    let child: u32 = 2 * i + 1;
    if (child >= n) break;
    if (child + 1 < n && load<u32>(p + ((<usize>(child + 1)) << 2)) > load<u32>(p + ((<usize>child) << 2))) child++;
    const larger = load<u32>(p + ((<usize>child) << 2));
    if (larger <= value) break;
    store<u32>(p + ((<usize>i) << 2), larger);
    i = child;
  }
  store<u32>(p + ((<usize>i) << 2), value);
}
