/** Which characters are shaped together: scripts by their blocks, and characters that belong to the one before. */

/** First code points of blocks, each with a number for the script there; 0 goes with whatever stands before. */
const BLOCKS: readonly (readonly [first: number, script: number])[] = [
  [0x00, 0],
  [0x41, 1], // Latin, Greek, Cyrillic: one shaper, and their fonts hold all three
  [0x5b, 0],
  [0x61, 1],
  [0x7b, 0],
  [0xaa, 1],
  [0xab, 0],
  [0xc0, 1],
  [0x2b0, 0],
  [0x370, 1],
  [0x530, 2], // Armenian
  [0x590, 3], // Hebrew
  [0x600, 4], // Arabic
  [0x700, 5], // Syriac
  [0x750, 4],
  [0x780, 6], // Thaana
  [0x7c0, 7], // N'Ko
  [0x800, 8], // Samaritan, Mandaic
  [0x860, 5],
  [0x870, 4],
  [0x900, 9], // Devanagari
  [0x964, 0], // dandas are shared
  [0x966, 9],
  [0x980, 10], // the blocks of India have 128 characters each
  [0xa00, 11],
  [0xa80, 12],
  [0xb00, 13],
  [0xb80, 14],
  [0xc00, 15],
  [0xc80, 16],
  [0xd00, 17],
  [0xd80, 18],
  [0xe00, 19], // Thai
  [0xe80, 20], // Lao
  [0xf00, 21], // Tibetan
  [0x1000, 22], // Myanmar
  [0x10a0, 23], // Georgian
  [0x1100, 24], // Hangul
  [0x1200, 25], // Ethiopic
  [0x13a0, 26], // Cherokee
  [0x1400, 27], // Canadian syllables
  [0x1680, 28], // Ogham, Runic
  [0x1700, 29], // Philippine scripts
  [0x1780, 30], // Khmer
  [0x1800, 31], // Mongolian
  [0x18b0, 27],
  [0x1900, 32], // Limbu, Tai Le and what follows them: a number for each block
  [0x1950, 33],
  [0x1980, 34],
  [0x19e0, 30],
  [0x1a00, 35],
  [0x1a20, 36],
  [0x1ab0, 0],
  [0x1b00, 37],
  [0x1b80, 38],
  [0x1bc0, 39],
  [0x1c00, 40],
  [0x1c50, 41],
  [0x1c80, 1],
  [0x1c90, 23],
  [0x1cc0, 0],
  [0x1d00, 1],
  [0x1dc0, 0],
  [0x1e00, 1],
  [0x2000, 0],
  [0x2c00, 1],
  [0x2d00, 23],
  [0x2d30, 42], // Tifinagh
  [0x2d80, 25],
  [0x2de0, 1],
  [0x2e00, 0],
  [0x2e80, 43], // Han
  [0x2ff0, 0],
  [0x3005, 43],
  [0x3008, 0],
  [0x3041, 44], // kana
  [0x3099, 0],
  [0x309d, 44],
  [0x30fb, 0],
  [0x30fd, 44],
  [0x3105, 45], // Bopomofo
  [0x3130, 24],
  [0x3190, 0],
  [0x31a0, 45],
  [0x31c0, 0],
  [0x31f0, 44],
  [0x3200, 0],
  [0x3400, 43],
  [0x4dc0, 0],
  [0x4e00, 43],
  [0xa000, 46], // Yi
  [0xa4d0, 47],
  [0xa500, 48],
  [0xa640, 1],
  [0xa6a0, 49],
  [0xa700, 0],
  [0xa720, 1],
  [0xa800, 50],
  [0xa830, 0],
  [0xa840, 51],
  [0xa880, 52],
  [0xa8e0, 9],
  [0xa900, 53],
  [0xa930, 54],
  [0xa960, 24],
  [0xa980, 55],
  [0xa9e0, 22],
  [0xaa00, 56],
  [0xaa60, 22],
  [0xaa80, 57],
  [0xaae0, 58],
  [0xab00, 25],
  [0xab30, 1],
  [0xab70, 26],
  [0xabc0, 58],
  [0xac00, 24],
  [0xe000, 0],
  [0xf900, 43],
  [0xfb00, 1],
  [0xfb13, 2],
  [0xfb1d, 3],
  [0xfb50, 4],
  [0xfe00, 0],
  [0xfe70, 4],
  [0xfeff, 0],
  [0xff21, 1],
  [0xff3b, 0],
  [0xff41, 1],
  [0xff5b, 0],
  [0xff66, 44],
  [0xffa0, 24],
  [0xffe0, 0],
];
/** Beyond the first plane scripts have blocks of 32 characters or more to themselves; what is no script there: symbols. */
const SYMBOLS: readonly (readonly [first: number, last: number])[] = [
  [0x1d000, 0x1d7ff],
  [0x1f000, 0x1fbff],
  [0xe0000, 0xe0fff],
];
const HAN = 43;

/** A number for the script of a character, 0 for one that goes with any script. */
export function scriptOf(code: number): number {
  if (code >= 0x10000) {
    if (code >= 0x20000 && code < 0x40000) return HAN;
    return SYMBOLS.some(([first, last]) => code >= first && code <= last) ? 0 : 0x1000 + (code >> 8);
  }
  let low = 0;
  let high = BLOCKS.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (BLOCKS[middle]![0] <= code) low = middle;
    else high = middle;
  }
  return BLOCKS[low]![1];
}

const MARK = /\p{M}/u;
const ZERO_WIDTH_JOINER = 0x200d;

/** Whether a character belongs to the one before it: marks, joiners, selectors, skin tones, vowels of Hangul. */
export function extendsCluster(code: number, before: number): boolean {
  if (code < 0x300) return false;
  return (
    before === ZERO_WIDTH_JOINER ||
    code === ZERO_WIDTH_JOINER ||
    code === 0x200c ||
    (code >= 0x1160 && code <= 0x11ff) ||
    (code >= 0x1f3fb && code <= 0x1f3ff) ||
    (code >= 0xe0020 && code <= 0xe007f) ||
    MARK.test(String.fromCodePoint(code))
  );
}

/** Whether a character may be without ink: white space, and what shapes text without being seen. */
export function isBlank(code: number): boolean {
  return (
    isInvisible(code) ||
    code === 0x115f ||
    code === 0x1160 ||
    code === 0x2800 ||
    code === 0x3164 ||
    code === 0xffa0 ||
    /\s/.test(String.fromCodePoint(code))
  );
}

/** Joiners, direction marks, variation selectors and the like: they shape text, but are not seen. */
export function isInvisible(code: number): boolean {
  return (
    code === 0xad ||
    code === 0x34f ||
    code === 0x61c ||
    (code >= 0x17b4 && code <= 0x17b5) ||
    (code >= 0x180b && code <= 0x180f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff ||
    (code >= 0xe0000 && code <= 0xe0fff)
  );
}
