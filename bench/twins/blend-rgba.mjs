// RGBA pixels over opaque RGBA pixels in plain JavaScript: clear ones are passed over, solid ones copied.

/** Blend `source` over `pixels`, of equal length. */
export function blendRgba(pixels, source) {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = source[at + 3];
    if (alpha === 0) continue;
    if (alpha === 255) {
      pixels[at] = source[at];
      pixels[at + 1] = source[at + 1];
      pixels[at + 2] = source[at + 2];
      continue;
    }
    const weight = 255 - alpha;
    const red = pixels[at] * weight + source[at] * alpha + 127;
    const green = pixels[at + 1] * weight + source[at + 1] * alpha + 127;
    const blue = pixels[at + 2] * weight + source[at + 2] * alpha + 127;
    pixels[at] = (red + 1 + (red >> 8)) >> 8;
    pixels[at + 1] = (green + 1 + (green >> 8)) >> 8;
    pixels[at + 2] = (blue + 1 + (blue >> 8)) >> 8;
  }
}
