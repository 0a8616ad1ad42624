/**
 * Boxes, plates and text in plain JavaScript, as fast as it goes: 32-bit fills where a colour is opaque, glyphs from
 * coverage bitmaps that are rasterised once. Opaque frames only.
 */

/** A box outline that lies inside of its outer edge [left, top, right, bottom). */
export function strokeBox(words, width, height, box, thickness, pixel) {
  const [left, top, right, bottom] = box;
  if (right - left <= 2 * thickness || bottom - top <= 2 * thickness) {
    fill(words, width, height, left, top, right, bottom, pixel);
    return;
  }
  fill(words, width, height, left, top, right, top + thickness, pixel);
  fill(words, width, height, left, top + thickness, left + thickness, bottom - thickness, pixel);
  fill(words, width, height, right - thickness, top + thickness, right, bottom - thickness, pixel);
  fill(words, width, height, left, bottom - thickness, right, bottom, pixel);
}

function fill(words, width, height, left, top, right, bottom, pixel) {
  left = Math.max(left, 0);
  right = Math.min(right, width);
  top = Math.max(top, 0);
  bottom = Math.min(bottom, height);
  if (left >= right) return;
  for (let y = top; y < bottom; y++) words.fill(pixel, y * width + left, y * width + right);
}

/** A plate with round corners. */
export function fillPlate(words, width, height, box, radius, corner, pixel) {
  const [left, top, right, bottom] = box;
  fill(words, width, height, left, top + radius, right, bottom - radius, pixel);
  for (let row = 0; row < radius; row++) {
    for (const y of [top + row, bottom - 1 - row]) {
      fill(words, width, height, left + radius, y, right - radius, y + 1, pixel);
      for (let i = 0; i < radius; i++) {
        const covered = corner.data[row * radius + i];
        words[y * width + left + i] = blend(words[y * width + left + i], pixel, covered);
        words[y * width + right - 1 - i] = blend(words[y * width + right - 1 - i], pixel, covered);
      }
    }
  }
}

/** A glyph whose pen stands at x, y; wholly inside of the picture. */
export function drawGlyph(words, width, { data, columns, rows, left, top }, x, y, pixel) {
  let from = 0;
  for (let row = 0; row < rows; row++) {
    let to = (y + top + row) * width + x + left;
    for (let i = 0; i < columns; i++, to++) {
      const covered = data[from++];
      if (covered === 255) words[to] = pixel;
      else if (covered !== 0) words[to] = blend(words[to], pixel, covered);
    }
  }
}

/** floor((old * (255 - a) + new * a + 127) / 255) for each channel, red and blue in one multiplication. */
function blend(old, pixel, a) {
  if (a === 0) return old;
  const ia = 255 - a;
  const rb = (old & 0xff00ff) * ia + (pixel & 0xff00ff) * a + 0x7f007f;
  const g = ((old >>> 8) & 255) * ia + ((pixel >>> 8) & 255) * a + 127;
  const r = rb & 0xffff;
  const b = (rb / 65536) & 0xffff;
  return (0xff000000 | (div255(b) << 16) | (div255(g) << 8) | div255(r)) >>> 0;
}

function div255(x) {
  return (x + 1 + (x >> 8)) >> 8;
}

/** Coverage of an outline (1/256 pixel, TrueType contours) by signed areas, as bytes. */
export function rasterise({ points, flags, ends }, shift) {
  const xs = [];
  const ys = [];
  for (let i = 0; i < points.length; i += 2) {
    xs.push(points[i] + shift);
    ys.push(points[i + 1]);
  }
  const left = Math.floor(Math.min(...xs) / 256);
  const top = Math.floor(Math.min(...ys) / 256);
  const columns = Math.ceil(Math.max(...xs) / 256) - left;
  const rows = Math.ceil(Math.max(...ys) / 256) - top;
  const areas = new Int32Array((columns + 1) * rows);
  const line = (x0, y0, x1, y1) => {
    if (y0 === y1) return;
    const sign = y0 < y1 ? 1 : -1;
    if (y0 > y1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    const crossX = (y) => (y === y1 ? x1 : x0 + Math.floor(((y - y0) * (x1 - x0)) / (y1 - y0)));
    for (let y = y0; y < y1;) {
      const next = Math.min((Math.floor(y / 256) + 1) * 256, y1);
      const low = Math.min(crossX(y), crossX(next));
      const high = Math.max(crossX(y), crossX(next));
      const row = Math.floor(y / 256) * (columns + 1);
      const height = next - y;
      let used = 0;
      for (let x = low, column = Math.floor(low / 256); ; column++) {
        const end = Math.min((column + 1) * 256, high);
        const total = end === high ? height : Math.floor(((end - low) * height) / (high - low));
        const f = x + end - column * 512;
        areas[row + column] += sign * (total - used) * (512 - f);
        areas[row + column + 1] += sign * (total - used) * f;
        if (end === high) break;
        used = total;
        x = end;
      }
      y = next;
    }
  };
  const curve = (x0, y0, x1, y1, x2, y2) => {
    const bend = Math.max(Math.abs(x0 - 2 * x1 + x2), Math.abs(y0 - 2 * y1 + y2));
    let n = 0;
    while (n < 8 && bend >> (2 * n) > 64) n++;
    const count = 1 << n;
    let x = x0;
    let y = y0;
    for (let i = 1; i <= count; i++) {
      const at = (p0, p1, p2) =>
        i === count
          ? p2
          : p0 +
            Math.floor(
              (2 * (p1 - p0) * i * count + (p0 - 2 * p1 + p2) * i * i + (count * count) / 2) / (count * count),
            );
      const nextX = at(x0, x1, x2);
      const nextY = at(y0, y1, y2);
      line(x, y, nextX, nextY);
      x = nextX;
      y = nextY;
    }
  };
  let first = 0;
  for (const end of ends) {
    const at = (i) => [xs[i] - left * 256, ys[i] - top * 256];
    let [x, y] = at(first);
    const [startX, startY] = [x, y]; // contours of the built-in font begin on the curve
    let control;
    for (let i = first + 1; i < end; i++) {
      const [px, py] = at(i);
      if (flags[i]) {
        if (control) curve(x, y, ...control, px, py);
        else line(x, y, px, py);
        [x, y, control] = [px, py, undefined];
      } else {
        if (control) {
          const middle = [(control[0] + px) >> 1, (control[1] + py) >> 1];
          curve(x, y, ...control, ...middle);
          [x, y] = middle;
        }
        control = [px, py];
      }
    }
    if (control) curve(x, y, ...control, startX, startY);
    else line(x, y, startX, startY);
    first = end;
  }
  const data = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < columns; i++) {
      sum += areas[row * (columns + 1) + i];
      data[row * columns + i] = (Math.min(Math.abs(sum), 131072) * 255 + 65536) >> 17;
    }
  }
  return { data, columns, rows, left, top };
}
