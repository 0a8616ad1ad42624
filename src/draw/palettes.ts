/** Ordered lists of colours, and what follows when a list ends. */

/**
 * Palettes by name. `limn` is the default: its first 8 colours stay apart for every kind of colour vision (CIEDE2000 of at
 * least 10 under full protan, deutan and tritan deficiency; a test computes it). The others are those of other tools, for
 * pictures that should look like theirs.
 */
export const palettes: Readonly<Record<string, readonly number[]>> = {
  limn: [
    0x3a86f4, 0xea5a0c, 0x14b885, 0xf273b5, 0xfbc916, 0x6b2bd6, 0x10766d, 0x9b1650, 0x22d3ee, 0xe11d48, 0x84cc16,
    0xc084fc, 0x854d0e, 0xfca5a5, 0x0369a1, 0x166534, 0xfb923c, 0x99f6e4, 0x1e3a8a, 0x86efac,
  ],
  "okabe-ito": [0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0x0072b2, 0xd55e00, 0xcc79a7, 0x000000],
  "tol-bright": [0x4477aa, 0xee6677, 0x228833, 0xccbb44, 0x66ccee, 0xaa3377, 0xbbbbbb],
  "tol-muted": [0xcc6677, 0x332288, 0xddcc77, 0x117733, 0x88ccee, 0x882255, 0x44aa99, 0x999933, 0xaa4499],
  tab10: [0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd, 0x8c564b, 0xe377c2, 0x7f7f7f, 0xbcbd22, 0x17becf],
  wandb: [
    0x5387dd, 0xda4c4c, 0x479a5f, 0x7d54b2, 0xe87b9f, 0xe57439, 0x87cebf, 0xc565c7, 0xedb732, 0x5bc5db, 0x229487,
    0xf0b899, 0xa0c75c, 0xa46750, 0xa12864, 0xa1a9ad,
  ],
  supervision: [
    0xa351fb, 0xff4040, 0xffa1a0, 0xff7633, 0xffb633, 0xd1d435, 0x4cfb12, 0x94cf1a, 0x40de8a, 0x1b9640, 0x00d6c1,
    0x2e9caa, 0x00c4ff, 0x364797, 0x6675ff, 0x0019ef, 0x863aff, 0x530087, 0xcd3aff, 0xff97ca, 0xff39c9,
  ],
};

/** Entries that a palette can be asked for; larger indices start again at 0. */
export const PALETTE_CAPACITY = 4096;

const extended = new WeakMap<readonly number[], { colors: number[]; used: Set<number>; candidate: number }>();

/**
 * The colour at an index: of the list while it lasts, then of a generator that never gives a colour twice.
 *
 * @param index - a whole number of 0 or more
 */
export function paletteColor(palette: readonly number[], index: number): number {
  const at = index % PALETTE_CAPACITY;
  if (at < palette.length) return palette[at]!;
  let state = extended.get(palette);
  if (!state) extended.set(palette, (state = { colors: [...palette], used: new Set(palette), candidate: 0 }));
  while (state.colors.length <= at) {
    const color = generated(state.candidate++);
    if (state.used.has(color)) continue;
    state.used.add(color);
    state.colors.push(color);
  }
  return state.colors[at]!;
}

/** Brightness and saturation of the generator's turns, of 255: vivid, deep, light, muted. */
const TONES = [
  [236, 190],
  [176, 205],
  [250, 118],
  [205, 130],
] as const;

/**
 * Hues a golden section of the colour circle apart, so that each new one falls into the widest gap; tones take turns, and
 * darken a little each time that all hues have had all tones. Whole numbers, so that every runtime gives the same list.
 */
function generated(index: number): number {
  const round = Math.floor(index / 1536);
  const hue = (index * 949) % 1536;
  const [brightest, saturation] = TONES[(index + round) % TONES.length]!;
  const value = brightest - 7 * (round >> 2);
  const sector = hue >> 8;
  const fraction = hue & 255;
  const low = Math.floor((value * (255 - saturation)) / 255);
  const falling = Math.floor((value * (65025 - saturation * fraction)) / 65025);
  const rising = Math.floor((value * (65025 - saturation * (255 - fraction))) / 65025);
  const [r, g, b] = [
    [value, rising, low],
    [falling, value, low],
    [low, value, rising],
    [low, falling, value],
    [rising, low, value],
    [value, low, falling],
  ][sector] as [number, number, number];
  return (r << 16) | (g << 8) | b;
}

/**
 * Index of a key (category, track, group …) in a palette: a whole number of 0 or more is the index itself, anything else
 * is hashed, so that the same key has the same colour in every picture.
 */
export function paletteIndex(key: number | string): number {
  if (typeof key === "number" && Number.isInteger(key) && key >= 0) return key % PALETTE_CAPACITY;
  // FNV-1a over UTF-16 units, its bits mixed once more
  let hash = 0x811c9dc5;
  for (const unit of String(key)) hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % 1024;
}
