// Masks painted from their runs in plain JavaScript: no mask in between, each run goes down its columns.
import { parseText } from "./rle.mjs";

const room = new Int32Array(1 << 20);

/** Blend 0xRRGGBB at alpha 0..255 over opaque RGBA where a COCO string is set. */
export function paint(pixels, text, h, w, color, alpha) {
  const n = parseText(text, room);
  const inverse = 255 - alpha;
  // rounding included; (t + 1 + (t >> 8)) >> 8 is t / 255
  const r = ((color >> 16) & 255) * alpha + 127;
  const g = ((color >> 8) & 255) * alpha + 127;
  const b = (color & 255) * alpha + 127;
  const stride = w * 4;
  let x = 0;
  let y = 0;
  for (let i = 0; i < n; i++) {
    let run = room[i];
    if (i & 1) {
      while (run > 0) {
        const stop = Math.min(h, y + run);
        run -= stop - y;
        for (let at = (y * w + x) * 4, end = (stop * w + x) * 4; at < end; at += stride) {
          const red = pixels[at] * inverse + r;
          const green = pixels[at + 1] * inverse + g;
          const blue = pixels[at + 2] * inverse + b;
          pixels[at] = (red + 1 + (red >> 8)) >> 8;
          pixels[at + 1] = (green + 1 + (green >> 8)) >> 8;
          pixels[at + 2] = (blue + 1 + (blue >> 8)) >> 8;
        }
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
}

/** The same, row by row: runs become spans first, so that memory is walked in order. */
export function paintRows(pixels, text, h, w, color, alpha) {
  const n = parseText(text, room);
  const starts = Array.from({ length: h }, () => []);
  let x = 0;
  let y = 0;
  for (let i = 0; i < n; i++) {
    let run = room[i];
    while (run > 0) {
      const stop = Math.min(h, y + run);
      run -= stop - y;
      if (i & 1)
        for (let row = y; row < stop; row++) {
          const spans = starts[row];
          if (spans[spans.length - 1] === x) spans[spans.length - 1] = x + 1;
          else spans.push(x, x + 1);
        }
      y = stop;
      if (y === h) {
        y = 0;
        x++;
      }
    }
  }
  const inverse = 255 - alpha;
  const r = ((color >> 16) & 255) * alpha + 127;
  const g = ((color >> 8) & 255) * alpha + 127;
  const b = (color & 255) * alpha + 127;
  for (let row = 0; row < h; row++) {
    const spans = starts[row];
    for (let s = 0; s < spans.length; s += 2)
      for (let at = (row * w + spans[s]) * 4, end = (row * w + spans[s + 1]) * 4; at < end; at += 4) {
        const red = pixels[at] * inverse + r;
        const green = pixels[at + 1] * inverse + g;
        const blue = pixels[at + 2] * inverse + b;
        pixels[at] = (red + 1 + (red >> 8)) >> 8;
        pixels[at + 1] = (green + 1 + (green >> 8)) >> 8;
        pixels[at + 2] = (blue + 1 + (blue >> 8)) >> 8;
      }
  }
}
