/** Class-id maps painted through a table of 256 colours, with the rule of `blend.ts`. */
import { blendPixel } from "./blend";
import { blended, evenPart, oddPart, opaque } from "./blend-lanes";

/**
 * Blend each pixel with the colour of its class.
 *
 * dst     n RGBA pixels, changed in place; exactly n are touched
 * labels  n bytes, one class id each
 * n       pixel count
 * table   256 × RGBA: the colour of each class, its alpha being the weight; alpha 0 leaves pixels alone
 * work    room for 256 × 16 bytes
 * bias    127 or 0
 *
 * Sixteen labels at a time. All of a class without weight: nothing to do. All equal: one constant blend. Else the weights
 * of each pixel come from a table made beforehand, four u32 per class (255 - a twice, even part, odd part, unused), and
 * four pixels' entries are turned into three vectors:
 *
 *     w0 e0 o0 -          w0 w1 w2 w3
 *     w1 e1 o1 -    ->    e0 e1 e2 e3
 *     w2 e2 o2 -          o0 o1 o2 o3
 *     w3 e3 o3 -
 */
export function labelMap(dst: usize, labels: usize, n: usize, table: usize, work: usize, bias: u32): void {
  const end = labels + n;
  if (ASC_FEATURE_SIMD) {
    fillWork(work, table, bias);
    // background is class 0 nearly always: where that has no weight, it is looked for 64 pixels at a time
    const sparse = load<u8>(table, 3) == 0;
    while (labels + 16 <= end) {
      const v = v128.load(labels);
      if (sparse && !v128.any_true(v)) {
        let p = labels + 16;
        while (p + 64 <= end && !v128.any_true(anyOf(p))) p += 64;
        dst += (p - labels) << 2;
        labels = p;
        continue;
      }
      const label = <usize>i8x16.extract_lane_u(v, 0);
      if (i8x16.all_true(i8x16.eq(v, i8x16.splat(<i8>label)))) {
        if (load<u8>(table + (label << 2), 3))
          blendSame(dst, work + (label << 4), load<u32>(table + (label << 2)), bias);
      } else {
        blendMixed(dst, labels, table, work, bias);
      }
      labels += 16;
      dst += 64;
    }
  }
  blendEach(dst, labels, end, table, bias);
}

/** Pixel by pixel, up to `end` of the labels. */
function blendEach(dst: usize, labels: usize, end: usize, table: usize, bias: u32): void {
  for (; labels < end; labels++, dst += 4) {
    const entry = load<u32>(table + ((<usize>load<u8>(labels)) << 2));
    if (entry >> 24) blendPixel(dst, entry & 0xffffff, entry >> 24, bias);
  }
}

function fillWork(work: usize, table: usize, bias: u32): void {
  for (const end = table + 1024; table < end; table += 4, work += 16) {
    const colour = load<u32>(table);
    const alpha = colour >> 24;
    store<u32>(work, (255 - alpha) * 0x10001);
    store<u32>(work, evenPart(colour, alpha, bias), 4);
    store<u32>(work, oddPart(colour, alpha, bias), 8);
  }
}

// @ts-ignore: decorator
@inline
function anyOf(p: usize): v128 {
  return v128.or(v128.or(v128.load(p), v128.load(p, 16)), v128.or(v128.load(p, 32), v128.load(p, 48)));
}

/** Sixteen pixels of one class. */
// @ts-ignore: decorator
@inline
function blendSame(dst: usize, entry: usize, colour: u32, bias: u32): void {
  const a = v128.load(dst);
  const b = v128.load(dst, 16);
  const c = v128.load(dst, 32);
  const d = v128.load(dst, 48);
  if (opaque(v128.and(v128.and(a, b), v128.and(c, d)))) {
    const vIa = v128.load32_splat(entry);
    const vEven = v128.load32_splat(entry, 4);
    const vOdd = v128.load32_splat(entry, 8);
    v128.store(dst, blended(a, vIa, vEven, vOdd));
    v128.store(dst, blended(b, vIa, vEven, vOdd), 16);
    v128.store(dst, blended(c, vIa, vEven, vOdd), 32);
    v128.store(dst, blended(d, vIa, vEven, vOdd), 48);
  } else {
    for (let i: usize = 0; i < 64; i += 4) blendPixel(dst + i, colour & 0xffffff, colour >> 24, bias);
  }
}

/** Sixteen pixels of any classes. */
// @ts-ignore: decorator
@inline
function blendMixed(dst: usize, labels: usize, table: usize, work: usize, bias: u32): void {
  const all = v128.and(v128.and(v128.load(dst), v128.load(dst, 16)), v128.and(v128.load(dst, 32), v128.load(dst, 48)));
  if (!opaque(all)) {
    blendEach(dst, labels, labels + 16, table, bias);
    return;
  }
  for (const end = labels + 16; labels < end; labels += 4, dst += 16) {
    const four = load<u32>(labels);
    const a = v128.load(work + ((<usize>(four & 255)) << 4));
    const b = v128.load(work + ((<usize>((four >> 8) & 255)) << 4));
    const c = v128.load(work + ((<usize>((four >> 16) & 255)) << 4));
    const d = v128.load(work + ((<usize>(four >> 24)) << 4));
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const odd = v128.shuffle<i64>(v128.shuffle<i32>(a, b, 2, 6, 3, 7), v128.shuffle<i32>(c, d, 2, 6, 3, 7), 0, 2);
    v128.store(dst, blended(v128.load(dst), v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3), odd));
  }
}

/**
 * Count the pixels of each class.
 *
 * counts  512 × u32, overwritten: the first 256 become the result, the others are used on the way
 * labels  n bytes
 */
export function countLabels(counts: usize, labels: usize, n: usize): void {
  memory.fill(counts, 0, 2048);
  const end = labels + n;
  // two tables in turn: an addition need not wait for the one before it to the same class
  for (; labels + 1 < end; labels += 2) {
    const a = counts + ((<usize>load<u8>(labels)) << 2);
    const b = counts + ((<usize>load<u8>(labels, 1)) << 2);
    store<u32>(a, load<u32>(a) + 1);
    store<u32>(b, load<u32>(b, 1024) + 1, 1024);
  }
  if (labels < end) {
    const a = counts + ((<usize>load<u8>(labels)) << 2);
    store<u32>(a, load<u32>(a) + 1);
  }
  for (const last = counts + 1024; counts < last; counts += 4)
    store<u32>(counts, load<u32>(counts) + load<u32>(counts, 1024));
}
