// Bakes the built-in font: reads IBM Plex Sans (SIL Open Font License 1.1) and writes its TrueType outlines, advances and
// kerning as src/draw/font-data.ts. The result is named "Limn Sans": the licence reserves the name "Plex".
//
// Everything is a stream of whole numbers written as text, one printable character for a small number: gzip then sees the
// numbers themselves, which base64 would hide from it. src/draw/font.ts reads the stream and says what is in it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const opentype = require("opentype.js"); // its ES module file has no `import` condition under Node 20

const SOURCE = require.resolve("@ibm/plex-sans/fonts/complete/woff/IBMPlexSans-Medium.woff");

/** First and last code point of each range; what the font has not is left out. */
const RANGES = [
  [0x20, 0x7e], // Basic Latin
  [0xa0, 0x17f], // Latin-1, Latin Extended-A
  [0x218, 0x21b], // Romanian
  [0x384, 0x3ce], // Greek
  [0x400, 0x45f], // Cyrillic
  [0x490, 0x491], // Ukrainian
  [0x1e9e, 0x1e9e],
  [0x2010, 0x205e], // dashes, quotes, bullets
  [0x2070, 0x2089], // superscripts, subscripts
  [0x20a0, 0x20bf], // currency
  [0x2113, 0x2122], // litre, numero, trade mark
  [0x2153, 0x215e], // fractions
  [0x2190, 0x2199], // arrows
  [0x2202, 0x2265], // mathematics
  [0x25a0, 0x25ff], // geometric shapes
  [0x2605, 0x2753], // stars, check marks
];

/** Printable ASCII without what a string literal or a page would escape. */
const ALPHABET = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
  .filter((c) => !`"\\\`$<`.includes(c))
  .join("");
// gzip likes one character more for a number better than more characters to choose from
const SMALL = 82;
/** Units of the em in one step of kerning. */
const KERN_UNIT = 10;
const MORE = ALPHABET.length - SMALL;

let text = [];
/** A number of 0 or more: below SMALL one character, else a digit in base MORE and the rest again. */
function put(value) {
  while (value >= SMALL) {
    value -= SMALL;
    text.push(ALPHABET[SMALL + (value % MORE)]);
    value = Math.floor(value / MORE);
  }
  text.push(ALPHABET[value]);
}
/** Any whole number: the sign in the lowest bit. */
function putSigned(value) {
  put(value < 0 ? -2 * value - 1 : 2 * value);
}

const file = readFileSync(SOURCE);
const font = opentype.parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));

// glyphs in order of first use; components of a composite come before it
const order = [];
const idOf = new Map();
function use(index) {
  if (idOf.has(index)) return;
  const glyph = font.glyphs.get(index);
  glyph.getPath(); // parses the outline
  for (const { glyphIndex } of glyph.components ?? []) use(glyphIndex);
  idOf.set(index, order.length);
  order.push(glyph);
}
const characters = [];
for (const [first, last] of RANGES) {
  for (let code = first; code <= last; code++) {
    const index = font.charToGlyphIndex(String.fromCodePoint(code));
    if (index === 0) continue;
    use(index);
    characters.push([code, idOf.get(index)]);
  }
}

const { os2, hhea } = font.tables;
for (const value of [font.unitsPerEm, hhea.ascender, -hhea.descender, os2.sxHeight, os2.sCapHeight]) put(value);

/** What `write` puts, as text of its own: read on demand, so a length of it is put in its place. */
function chunk(write) {
  const outer = text;
  text = [];
  write();
  const own = text.join("");
  text = outer;
  put(own.length);
  return own;
}

put(order.length);
for (const glyph of order) put(glyph.advanceWidth);
const chunks = order.map((glyph) => chunk(() => putGlyph(glyph)));

function putGlyph(glyph) {
  const components = glyph.components ?? [];
  if (components.length) {
    put(components.length * 2 + 1);
    for (const { glyphIndex, dx, dy, xScale, yScale, scale01, scale10 } of components) {
      if (xScale !== 1 || yScale !== 1 || scale01 || scale10) throw new Error(`${glyph.name}: a scaled component`);
      put(idOf.get(glyphIndex));
      putSigned(dx);
      putSigned(dy);
    }
    return;
  }
  const points = glyph.points ?? [];
  const contours = [];
  let start = 0;
  for (const [i, { lastPointOfContour }] of points.entries()) {
    if (!lastPointOfContour) continue;
    contours.push(points.slice(start, i + 1));
    start = i + 1;
  }
  put(contours.length * 2);
  const last = { x: 0, y: 0 };
  for (const contour of contours) {
    put(contour.length);
    for (let i = 0; i < contour.length; i += 5)
      put(contour.slice(i, i + 5).reduce((bits, { onCurve }, bit) => bits | ((onCurve ? 1 : 0) << bit), 0));
    for (const axis of ["x", "y"]) {
      for (const point of contour) {
        putSigned(point[axis] - last[axis]);
        last[axis] = point[axis];
      }
    }
  }
}

put(characters.length);
let lastCode = 0;
let lastId = -1;
for (const [code, id] of characters) {
  put(code - lastCode);
  putSigned(id - lastId - 1);
  lastCode = code;
  lastId = id;
}

// Kerning. Accented letters kern as the letter below their accent, values are kept to 1/100 em, and glyphs that then kern
// alike share a class: a sixth of the bytes, and no difference of a tenth of a pixel at the size of a label.
const baseOf = (id) => {
  const first = order[id].components?.[0];
  return first ? baseOf(idOf.get(first.glyphIndex)) : id;
};
const kerned = [...new Set(characters.filter(([code]) => code < 0x2100).map(([, id]) => baseOf(id)))];
const lookups = font.tables.gpos.lookups.filter(({ lookupType }) => lookupType === 2);
/** Each lookup adds the value of its first subtable that speaks of the pair (opentype.js' own call stops at the first lookup). */
const kerning = (left, right) => {
  let sum = 0;
  for (const { subtables } of lookups) sum += pairValue(subtables, order[left].index, order[right].index);
  return Math.round(sum / KERN_UNIT);
};
function pairValue(subtables, left, right) {
  for (const table of subtables) {
    const covered = font.position.getCoverageIndex(table.coverage, left);
    if (covered < 0) continue;
    if (table.posFormat === 1) {
      const pair = table.pairSets[covered].find(({ secondGlyph }) => secondGlyph === right);
      if (pair) return pair.value1?.xAdvance ?? 0;
    } else {
      const first = font.position.getGlyphClass(table.classDef1, left);
      const second = font.position.getGlyphClass(table.classDef2, right);
      return table.classRecords[first][second].value1?.xAdvance ?? 0;
    }
  }
  return 0;
}
const leftClass = classes((id) => kerned.map((right) => kerning(id, right)));
const rightClass = classes((id) => kerned.map((left) => kerning(left, id)));

/** Class of each glyph, class 0 being "never kerns", and one member of each class. */
function classes(valuesOf) {
  const of = new Array(order.length).fill(0);
  const keys = new Map();
  const first = [];
  for (const id of kerned) {
    const values = valuesOf(id);
    if (values.every((value) => value === 0)) continue;
    const key = values.join();
    if (!keys.has(key)) {
      keys.set(key, keys.size + 1);
      first.push(id);
    }
    of[id] = keys.get(key);
  }
  return { of, first };
}
for (const { of, first } of [leftClass, rightClass]) {
  put(first.length);
  for (let id = 0; id < order.length; id++) put(of[baseOf(id)]);
}
for (const left of leftClass.first)
  chunks.push(
    chunk(() => {
      for (const right of rightClass.first) putSigned(kerning(left, right));
    }),
  );
text.push(...chunks);

// an array, as minifiers move a string that is used once to where it is used: see src/index.ts
const out = `/** Generated by scripts/bake-font.mjs from IBM Plex Sans, Copyright © 2017 IBM Corp., under the SIL Open Font License 1.1. */
export const FONT: readonly [alphabet: string, text: string] = [
  ${JSON.stringify(ALPHABET)},
  ${JSON.stringify(text.join(""))},
];
`;
const path = "src/draw/font-data.ts";
let old = "";
try {
  old = readFileSync(path, "utf8");
} catch {} // first build
if (old !== out) writeFileSync(path, out);
