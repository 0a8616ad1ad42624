// A grid of levels stretched bilinearly over opaque RGBA pixels, in plain JavaScript; colours by table.

/** `grid` holds 0..32512; `table` is 256 x RGBA, entry 0 unused. */
export function paintHeatGrid(pixels, width, height, grid, gridWidth, gridHeight, table) {
  const stretch = (length, cells) => {
    const lower = new Int32Array(length);
    const upper = new Int32Array(length);
    const share = new Int32Array(length);
    for (let i = 0; i < length; i++) {
      const at = Math.min(cells - 1, Math.max(0, ((i + 0.5) * cells) / length - 0.5));
      const fixed = Math.round(at * 256);
      lower[i] = fixed >> 8;
      upper[i] = Math.min(cells - 1, (fixed >> 8) + 1);
      share[i] = fixed & 255;
    }
    return { lower, upper, share };
  };
  const x = stretch(width, gridWidth);
  const y = stretch(height, gridHeight);
  const inverse = new Uint16Array(256);
  const weighted = new Uint16Array(1024);
  for (let i = 0; i < 256; i++) {
    const alpha = table[i * 4 + 3];
    inverse[i] = 255 - alpha;
    for (let c = 0; c < 3; c++) weighted[i * 4 + c] = table[i * 4 + c] * alpha + 127;
  }
  const line = new Int32Array(gridWidth);
  for (let row = 0, at = 0; row < height; row++) {
    const top = y.lower[row] * gridWidth;
    const bottom = y.upper[row] * gridWidth;
    const share = y.share[row];
    for (let i = 0; i < gridWidth; i++) line[i] = (grid[top + i] * (256 - share) + grid[bottom + i] * share + 128) >> 8;
    for (let column = 0; column < width; column++, at += 4) {
      const part = x.share[column];
      const level = ((line[x.lower[column]] * (256 - part) + line[x.upper[column]] * part + 16384) >> 15) + 1;
      const weight = inverse[level];
      const red = pixels[at] * weight + weighted[level * 4];
      const green = pixels[at + 1] * weight + weighted[level * 4 + 1];
      const blue = pixels[at + 2] * weight + weighted[level * 4 + 2];
      pixels[at] = (red + 1 + (red >> 8)) >> 8;
      pixels[at + 1] = (green + 1 + (green >> 8)) >> 8;
      pixels[at + 2] = (blue + 1 + (blue >> 8)) >> 8;
    }
  }
}
