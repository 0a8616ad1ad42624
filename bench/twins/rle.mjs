// Run-length masks in plain JavaScript, as directly as it goes.

/** COCO's string to run lengths. */
export function parseText(text, out) {
  let n = 0;
  for (let p = 0; p < text.length;) {
    let c = text.charCodeAt(p++) - 48;
    let x = c & 31;
    let shift = 5;
    while (c & 32) {
      c = text.charCodeAt(p++) - 48;
      x |= (c & 31) << shift;
      shift += 5;
    }
    if (c & 16 && shift < 32) x |= -1 << shift;
    if (n > 2) x += out[n - 2];
    out[n++] = x;
  }
  return n;
}

const room = new Int32Array(1 << 20);

/** COCO's string to a row-major mask of 0 and 1: each run goes down its columns. */
export function decode(text, h, w) {
  return decodeInto(new Uint8Array(h * w), text, h, w);
}

/** The same, into an array of zeros. */
export function decodeInto(mask, text, h, w) {
  const n = parseText(text, room);
  let x = 0;
  let y = 0;
  for (let i = 0; i < n; i++) {
    let run = room[i];
    if (i & 1) {
      while (run > 0) {
        const stop = Math.min(h, y + run);
        run -= stop - y;
        for (let at = y * w + x, end = stop * w + x; at < end; at += w) mask[at] = 1;
        y = stop;
        if (y === h) {
          y = 0;
          x++;
        }
      }
    } else {
      y += run;
      if (y >= h) {
        x += Math.floor(y / h);
        y %= h;
      }
    }
  }
  return mask;
}

/** A row-major mask to run lengths. */
export function encode(mask, h, w) {
  const counts = [];
  let value = 0;
  let run = 0;
  for (let x = 0; x < w; x++)
    for (let at = x, end = h * w; at < end; at += w) {
      if (mask[at] !== value) {
        counts.push(run);
        run = 0;
        value = mask[at];
      }
      run++;
    }
  counts.push(run);
  return counts;
}
