/** Binding of `assembly/pixels-*.ts`: arrays of any number type to bytes and to Frames, tile by tile. */
import { adoptFrame, type Frame, type Mode } from "./frame.ts";
import { type Core, core, type Scratch } from "./wasm.ts";

export interface PixelKernels {
  f32ToBytes(dst: number, src: number, n: number, rule: number): number;
  f32Range(stats: number, src: number, n: number, finite: number): number;
  f32Stretch(dst: number, src: number, n: number, low: number, high: number): void;
  f64ToBytes(dst: number, src: number, n: number, rule: number): number;
  f64Range(stats: number, src: number, n: number, finite: number): number;
  f64Stretch(dst: number, src: number, n: number, low: number, high: number): void;
  f16ToBytes(dst: number, src: number, n: number, rule: number): number;
  f16Range(stats: number, src: number, n: number, finite: number): number;
  f16Stretch(dst: number, src: number, n: number, low: number, high: number): void;
  intToBytes(dst: number, src: number, n: number, type: number, rule: number): number;
  intRange(stats: number, src: number, n: number, type: number): void;
  intStretch(dst: number, src: number, n: number, type: number, low: number, high: number): void;
  intStretchWrapped(dst: number, src: number, n: number, type: number, stats: number, scale: number): number;
  lowBytes(dst: number, src: number, n: number, size: number): void;
  interleave(dst: number, src: number, n: number, channels: number, stride: number): void;
  deinterleave(dst: number, src: number, n: number, channels: number, stride: number): void;
  expandToRgba(dst: number, src: number, n: number, channels: number): void;
  convertChannels(dst: number, src: number, n: number, from: number, to: number): void;
}

/** Number types of elements; the whole ones come first, in the order that `assembly/pixels-int.ts` counts them. */
export const ELEMENTS = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "uint64",
  "int64",
  "float16",
  "float32",
  "float64",
] as const;
export type Element = (typeof ELEMENTS)[number];

/** log2 of the bytes of an element. */
export const SIZE: Readonly<Record<Element, number>> = {
  uint8: 0,
  int8: 0,
  uint16: 1,
  int16: 1,
  uint32: 2,
  int32: 2,
  uint64: 3,
  int64: 3,
  float16: 1,
  float32: 2,
  float64: 3,
};

/** The rules of the kernels, as numbered in `assembly/pixels-rules.ts`. */
export const RULE_UNIT = 0;
export const RULE_SIGNED = 1;
export const RULE_BYTE = 2;
export const RULE_UNIT_CLIPPED = 3;
export const RULE_SIGNED_CLIPPED = 4;
export const RULE_BYTE_CLIPPED = 5;

/** How elements become bytes; every kind truncates toward zero and clips to 0..255, `low-bytes` wraps instead. */
export type Mapping =
  | { readonly kind: "rule"; readonly rule: number }
  /** ((x - low) / (high - low)) * 255, each step in the elements' own type (float64 for whole numbers). */
  | { readonly kind: "stretch"; readonly low: number; readonly high: number }
  /** The stretch of W&B's older releases for signed whole numbers, whose differences wrap around. */
  | { readonly kind: "wrapped"; readonly low: bigint; readonly high: bigint; readonly scale: 1 | 255 }
  | { readonly kind: "low-bytes" };

/** Elements as they lie: `pixels * channels` of them, plane after plane (`planar`) or pixel after pixel. */
export interface ElementSource {
  readonly data: ArrayBufferView;
  readonly element: Element;
  readonly pixels: number;
  readonly channels: number;
  readonly planar: boolean;
  /** Where `data` lies in the core's memory, or -1: {@link locate}. The view itself dies when that memory grows. */
  readonly inside: number;
}

/**
 * Elements of one tile. Foreign arrays are copied in tile by tile through a fixed window, which stays in the cache: twice as
 * fast as to copy the whole array first.
 */
export const TILE = 16384;

/** Bytes of the kernels' statistics. */
export const STATS = 16;

/**
 * The elements as bytes, pixel after pixel whatever the source's order.
 *
 * @returns undefined when a value contradicts what the mapping's rule assumes
 */
export function mapToBytes(source: ElementSource, mapping: Mapping): Uint8Array<ArrayBuffer> | undefined {
  const owner = core();
  return owner.run((scratch) => {
    const { pixels, channels } = source;
    const held = walk(scratch, source, mapping);
    const out = new Uint8Array(pixels * channels);
    const mixed = source.planar && channels > 1 ? scratch.alloc(TILE) : 0;
    const done = held((bytes, first, count) => {
      let ready = bytes;
      if (mixed) {
        owner.kernels.interleave(mixed, bytes, count, channels, count);
        ready = mixed;
      }
      out.set(owner.u8(ready, count * channels), first * channels);
    });
    return done ? out : undefined;
  });
}

/**
 * The elements as a Frame of the given mode, in one crossing; channels 1 to 4 are L, LA, RGB, RGBA.
 *
 * @returns undefined when a value contradicts what the mapping's rule assumes
 */
export function mapToFrame(source: ElementSource, width: number, height: number, mapping: Mapping): Frame | undefined {
  const owner = core();
  return owner.run((scratch) => {
    const { channels } = source;
    const rgba = scratch.alloc(width * height * 4);
    const held = walk(scratch, source, mapping);
    const mixed = source.planar && channels > 1 ? scratch.alloc(TILE) : 0;
    const done = held((bytes, first, count) => {
      let ready = bytes;
      if (mixed) {
        owner.kernels.interleave(mixed, bytes, count, channels, count);
        ready = mixed;
      }
      owner.kernels.expandToRgba(rgba + first * 4, ready, count, channels);
    });
    if (!done) return undefined;
    return adoptFrame(owner, scratch.keep(rgba), width, height, MODES[channels - 1]!);
  });
}

const MODES: readonly Mode[] = ["L", "LA", "RGB", "RGBA"];

type Emit = (bytes: number, firstPixel: number, pixels: number) => void;

/**
 * Prepare a walk over the tiles. The function returned hands every tile's bytes to `emit` (planes of a tile lie behind one
 * another) and gives false as soon as the mapping's rule is contradicted. Allocate between the two calls, not later.
 */
function walk(scratch: Scratch, source: ElementSource, mapping: Mapping): (emit: Emit) => boolean {
  const { element, pixels, channels, planar, inside } = source;
  const size = 1 << SIZE[element];
  const foreign = inside < 0 ? copier(source.data) : undefined;
  const window = foreign ? scratch.alloc(TILE * size) : 0;
  const bytes = scratch.alloc(TILE);
  const apply = applier(scratch, element, mapping);
  const step = Math.floor(TILE / channels) & ~15;
  const planes = planar ? channels : 1;
  const same = element === "uint8" && planes === 1 && isCopy(mapping);
  return (emit) => {
    for (let first = 0; first < pixels; first += step) {
      const count = Math.min(step, pixels - first);
      const n = planar ? count : count * channels;
      for (let plane = 0; plane < planes; plane++) {
        const start = (planar ? plane * pixels + first : first * channels) * size;
        if (same) {
          // bytes that stay as they are need no kernel
          if (foreign) foreign(scratch.core, bytes, start, n);
          emit(foreign ? bytes : inside + start, first, count);
          continue;
        }
        if (foreign) foreign(scratch.core, window, start, n * size);
        if (!apply(bytes + plane * n, foreign ? window : inside + start, n)) return false;
      }
      if (!same) emit(bytes, first, count);
    }
    return true;
  };
}

/** True for a mapping that leaves bytes as they are. */
function isCopy(mapping: Mapping): boolean {
  if (mapping.kind === "rule") return mapping.rule === RULE_BYTE || mapping.rule === RULE_BYTE_CLIPPED;
  return mapping.kind === "low-bytes";
}

/** Where a view lies in the core's memory, or -1. */
export function locate(data: ArrayBufferView): number {
  return data.buffer === core().memory.buffer ? data.byteOffset : -1;
}

/** Copies bytes of a foreign array to a pointer. */
export function copier(data: ArrayBufferView): (owner: Core, ptr: number, start: number, bytes: number) => void {
  const all = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return (owner, ptr, start, bytes) => owner.u8(ptr, bytes).set(all.subarray(start, start + bytes));
}

/** The kernel call of a mapping; false when its rule was contradicted. */
function applier(
  scratch: Scratch,
  element: Element,
  mapping: Mapping,
): (dst: number, src: number, n: number) => boolean {
  const { kernels } = scratch;
  const type = ELEMENTS.indexOf(element);
  switch (mapping.kind) {
    case "rule": {
      const { rule } = mapping;
      if (element === "float32") return (dst, src, n) => kernels.f32ToBytes(dst, src, n, rule) === n;
      if (element === "float64") return (dst, src, n) => kernels.f64ToBytes(dst, src, n, rule) === n;
      if (element === "float16") return (dst, src, n) => kernels.f16ToBytes(dst, src, n, rule) === n;
      return (dst, src, n) => kernels.intToBytes(dst, src, n, type, rule) === n;
    }
    case "stretch": {
      const { low, high } = mapping;
      if (element === "float32") return (dst, src, n) => (kernels.f32Stretch(dst, src, n, low, high), true);
      if (element === "float64") return (dst, src, n) => (kernels.f64Stretch(dst, src, n, low, high), true);
      if (element === "float16") return (dst, src, n) => (kernels.f16Stretch(dst, src, n, low, high), true);
      return (dst, src, n) => (kernels.intStretch(dst, src, n, type, low, high), true);
    }
    case "wrapped": {
      const stats = exactStats(scratch, mapping.low, mapping.high);
      return (dst, src, n) => (kernels.intStretchWrapped(dst, src, n, type, stats, mapping.scale), true);
    }
    case "low-bytes":
      return (dst, src, n) => (kernels.lowBytes(dst, src, n, SIZE[element]), true);
  }
}

/** Least and greatest of whole numbers, as the kernels want them. */
export function exactStats(scratch: Scratch, low: bigint, high: bigint): number {
  const stats = scratch.alloc(STATS);
  new BigInt64Array(scratch.core.memory.buffer, stats, 2).set([low, high]);
  return stats;
}

/** Byte pixels of 1 to 4 channels (L, LA, RGB, RGBA) with another number of channels; see the kernel. */
export function convertChannels(data: Uint8Array, from: number, to: number): Uint8Array<ArrayBuffer> {
  return core().run((scratch) => {
    const pixels = data.length / from;
    const src = scratch.copyIn(data);
    const dst = scratch.alloc(pixels * to);
    scratch.kernels.convertChannels(dst, src, pixels, from, to);
    return scratch.core.u8(dst, pixels * to).slice();
  });
}

/** Byte pixels as planes, one channel after the other (HWC to CHW). */
export function planesOf(data: Uint8Array, channels: number): Uint8Array<ArrayBuffer> {
  return core().run((scratch) => {
    const pixels = data.length / channels;
    const src = scratch.copyIn(data);
    const dst = scratch.alloc(data.length);
    scratch.kernels.deinterleave(dst, src, pixels, channels, pixels);
    return scratch.core.u8(dst, data.length).slice();
  });
}
