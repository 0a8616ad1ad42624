// A line along the rim of a mask in plain JavaScript: the same walk, the same brush, bytes in place of vectors.

let pad = new Uint8Array(0);
let marks = new Uint8Array(0);
let cover = new Uint8Array(0);

const room = (array, length) => (array.length < length ? new Uint8Array(length) : array.fill(0, 0, length));

/**
 * Stroke the rim of a mask on opaque RGBA.
 *
 * @param mask - `w * h` bytes of 0 and 1
 * @param box - x, y, width, height of what is set
 * @param brush - as `lineBrush` makes it
 */
export function outline(pixels, mask, h, w, [left, top, boxW, boxH], brush, color) {
  const [shift, reach, stampStride, step] = new Uint32Array(brush.bytes.buffer, 0, 4);
  const every = Math.max(1, step >> 1);
  // the box with a ring of nothing around it
  const pw = boxW + 2;
  pad = room(pad, pw * (boxH + 2));
  marks = room(marks, pw * (boxH + 2));
  for (let y = 0; y < boxH; y++) {
    const row = (top + y) * w + left;
    pad.set(mask.subarray(row, row + boxW), (y + 1) * pw + 1);
  }
  const size = 2 * reach;
  const stride = boxW + size;
  cover = room(cover, stride * (boxH + size));
  const ahead = [1, pw, -1, -pw];
  for (let y = 1; y <= boxH; y++)
    for (let x = 1; x <= boxW; x++) {
      const at = y * pw + x;
      if (pad[at] === 1 && pad[at - pw] === 0 && marks[at] === 0) follow(x, y);
    }
  blend();

  function follow(x, y) {
    const start = y * pw + x;
    // corner at the upper left of the pixel
    let corner = start;
    let d = 0;
    let cx = x - 1;
    let cy = y - 1;
    const xs = [0, 0, 0, 0, 0, 0, 0];
    const ys = [0, 0, 0, 0, 0, 0, 0];
    let k = 0;
    let count = 0;
    let total = 0;
    let wait = 0;
    for (;;) {
      if (d === 0) marks[corner] = 1;
      const dx = d === 0 ? 1 : d === 2 ? -1 : 0;
      const dy = d === 1 ? 1 : d === 3 ? -1 : 0;
      xs[k] = 2 * cx + dx;
      ys[k] = 2 * cy + dy;
      k = k === 6 ? 0 : k + 1;
      if (++count > 7 && --wait < 0) {
        wait = every - 1;
        stamp(smooth(xs, k), smooth(ys, k));
      }
      if (count === total) return;
      corner += ahead[d];
      cx += dx;
      cy += dy;
      // pixels ahead of the corner, on the left hand and on the right
      const l = d === 0 ? corner - pw : d === 1 ? corner : d === 2 ? corner - 1 : corner - pw - 1;
      const r = d === 0 ? corner : d === 1 ? corner - 1 : d === 2 ? corner - pw - 1 : corner - pw;
      if (pad[l] === 1) d = (d + 3) & 3;
      else if (pad[r] === 0) d = (d + 1) & 3;
      if (total === 0 && d === 0 && corner === start) total = count + 7;
    }
  }

  function smooth(v, k) {
    let sum = 0;
    for (let i = 0; i < 7; i++) {
      const j = k + i;
      sum += v[j > 6 ? j - 7 : j] * (i < 4 ? i + 1 : 7 - i);
    }
    return sum;
  }

  function stamp(px, py) {
    const { bytes } = brush;
    const round = 16 >> shift;
    const qx = (px + round) >> (5 - shift);
    const qy = (py + round) >> (5 - shift);
    const part = (1 << shift) - 1;
    let from = 16 + (((qy & part) << shift) | (qx & part)) * size * stampStride;
    let to = (qy >> shift) * stride + (qx >> shift);
    for (let row = 0; row < size; row++, from += stampStride, to += stride)
      for (let i = 0; i < size; i++) if (bytes[from + i] > cover[to + i]) cover[to + i] = bytes[from + i];
  }

  function blend() {
    const r = color >> 16;
    const g = (color >> 8) & 255;
    const b = color & 255;
    for (let y = 0; y < boxH + size; y++) {
      const py = top - reach + y;
      if (py < 0 || py >= h) continue;
      for (let x = 0; x < stride; x++) {
        const a = cover[y * stride + x];
        const px = left - reach + x;
        if (a === 0 || px < 0 || px >= w) continue;
        const at = (py * w + px) * 4;
        const red = pixels[at] * (255 - a) + r * a + 127;
        const green = pixels[at + 1] * (255 - a) + g * a + 127;
        const blue = pixels[at + 2] * (255 - a) + b * a + 127;
        pixels[at] = (red + 1 + (red >> 8)) >> 8;
        pixels[at + 1] = (green + 1 + (green >> 8)) >> 8;
        pixels[at + 2] = (blue + 1 + (blue >> 8)) >> 8;
      }
    }
  }
}

/** Blend a colour over opaque RGBA by bytes of probability times an opacity of 0..255. */
export function soft(pixels, data, color, alpha) {
  const r = color >> 16;
  const g = (color >> 8) & 255;
  const b = color & 255;
  for (let i = 0, at = 0; i < data.length; i++, at += 4) {
    if (data[i] === 0) continue;
    const weight = alpha * data[i] + 127;
    const a = (weight + 1 + (weight >> 8)) >> 8;
    const red = pixels[at] * (255 - a) + r * a + 127;
    const green = pixels[at + 1] * (255 - a) + g * a + 127;
    const blue = pixels[at + 2] * (255 - a) + b * a + 127;
    pixels[at] = (red + 1 + (red >> 8)) >> 8;
    pixels[at + 1] = (green + 1 + (green >> 8)) >> 8;
    pixels[at + 2] = (blue + 1 + (blue >> 8)) >> 8;
  }
}
