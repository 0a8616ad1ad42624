// A label map painted in plain JavaScript: background is passed over, the weighted colours are made beforehand.

/** Blend opaque RGBA pixels with the colours of their classes; table is 256 x RGBA. */
export function paintLabelMap(pixels, labels, table) {
  const inverse = new Uint16Array(256);
  const weighted = new Uint16Array(1024);
  for (let i = 0; i < 256; i++) {
    const alpha = table[i * 4 + 3];
    inverse[i] = 255 - alpha;
    for (let c = 0; c < 3; c++) weighted[i * 4 + c] = table[i * 4 + c] * alpha + 127;
  }
  for (let i = 0, at = 0; i < labels.length; i++, at += 4) {
    const label = labels[i];
    const weight = inverse[label];
    if (weight === 255) continue;
    const red = pixels[at] * weight + weighted[label * 4];
    const green = pixels[at + 1] * weight + weighted[label * 4 + 1];
    const blue = pixels[at + 2] * weight + weighted[label * 4 + 2];
    pixels[at] = (red + 1 + (red >> 8)) >> 8;
    pixels[at + 1] = (green + 1 + (green >> 8)) >> 8;
    pixels[at + 2] = (blue + 1 + (blue >> 8)) >> 8;
  }
}
