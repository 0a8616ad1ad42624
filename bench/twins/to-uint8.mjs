// W&B's value mapping in plain JavaScript: one pass that guesses the range from a sample, and stops where the guess fails.

/** Float32Array to a Uint8Array of the same length; `out` is reused. */
export function toUint8(data, out) {
  const n = data.length;
  let low = 0;
  let high = 0;
  let nan = false;
  for (let i = 0; i < n; i += Math.floor(n / 256) | 1) {
    low = Math.min(low, data[i]);
    high = Math.max(high, data[i]);
  }
  if (low >= 0 && high <= 1) {
    if (unit(data, out)) return out;
  } else if (low >= -1 && high <= 1) {
    if (signed(data, out)) return out;
  } else return byte(data, out);
  low = Infinity;
  high = -Infinity;
  for (let i = 0; i < n; i++) {
    const x = data[i];
    if (x < low) low = x;
    if (x > high) high = x;
    if (x !== x) nan = true;
  }
  if (nan || low < -1 || high > 1) return byte(data, out);
  if (low >= 0) unit(data, out);
  else signed(data, out);
  return out;
}

// storing into a Uint8Array cuts off; a loop of its own for each rule lets the engine know what it stores

function unit(data, out) {
  for (let i = 0; i < data.length; i++) {
    const x = data[i];
    if (!(x >= 0 && x <= 1)) return false;
    out[i] = Math.fround(x * 255);
  }
  return true;
}

function signed(data, out) {
  for (let i = 0; i < data.length; i++) {
    const x = data[i];
    if (!(x >= -1 && x <= 1)) return false;
    out[i] = Math.fround(127.5 * Math.fround(x + 1));
  }
  return true;
}

function byte(data, out) {
  for (let i = 0; i < data.length; i++) {
    const x = data[i];
    out[i] = x > 255 ? 255 : x > 0 ? x : 0;
  }
  return out;
}
