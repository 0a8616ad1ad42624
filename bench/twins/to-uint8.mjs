// W&B's value mapping in plain JavaScript, in one speculative pass: the fairest rival that JavaScript allows.

/** Float32Array to a Uint8Array of the same length; `out` is reused. */
export function toUint8(data, out) {
  const n = data.length;
  let unit = true;
  for (let i = 0; i < n; i += Math.floor(n / 256) | 1) if (!(data[i] >= 0 && data[i] <= 1)) unit = false;
  let low = Infinity;
  let high = -Infinity;
  let nan = false;
  if (unit) {
    for (let i = 0; i < n; i++) {
      const x = data[i];
      if (x < low) low = x;
      if (x > high) high = x;
      if (x !== x) nan = true;
      out[i] = Math.fround(x * 255); // storing cuts off; values out of 0..255 are redone below
    }
    if (!nan && low >= 0 && high <= 1) return out;
  }
  low = Infinity;
  high = -Infinity;
  nan = false;
  for (let i = 0; i < n; i++) {
    const x = data[i];
    if (x < low) low = x;
    if (x > high) high = x;
    if (x !== x) nan = true;
    out[i] = x > 255 ? 255 : x > 0 ? x : 0;
  }
  if (nan || low < -1 || high > 1) return out;
  if (low >= 0) for (let i = 0; i < n; i++) out[i] = Math.fround(data[i] * 255);
  else for (let i = 0; i < n; i++) out[i] = Math.fround(127.5 * Math.fround(data[i] + 1));
  return out;
}
