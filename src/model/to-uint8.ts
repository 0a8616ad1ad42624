/** Numbers of any type and range to bytes, by a named policy. */
import {
  convertChannels,
  type ElementSource,
  type Mapping,
  mapToBytes,
  mapToFrame,
  planesOf,
  RULE_BYTE,
  RULE_BYTE_CLIPPED,
  RULE_SIGNED,
  RULE_SIGNED_CLIPPED,
  RULE_UNIT,
  RULE_UNIT_CLIPPED,
} from "../core/pixels.ts";
import { greatestWrapped, rangeOf } from "../core/pixel-range.ts";
import { Frame, type Mode } from "../core/frame.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import {
  checkElements,
  checkPixels,
  type PixelArray,
  type PixelData,
  type PixelSource,
  toPixelArray,
} from "./pixels.ts";

/**
 * How numbers become bytes. Fractions are cut off, never rounded; the arithmetic is that of the numbers' own type.
 *
 * | policy | bytes |
 * | --- | --- |
 * | `auto` | what W&B's newest release does: all in [0, 1] as `unit`, else all in [-1, 1] as `signed`, else as `byte`; the test is on the values, so whole numbers that are all 0 or 1 become 0 or 255. With a NaN anywhere: as `byte` |
 * | `wandb-mid` | what W&B did until 2025: a picture with a negative value is stretched (least to 0, greatest to 255; the differences of signed whole numbers wrap around in their type), then all at most 1 as `unit`, else as `byte`. With a NaN anywhere: as `byte` |
 * | `unit` | `x * 255`, clipped |
 * | `signed` | `127.5 * (x + 1)`, clipped |
 * | `byte` | `x`, clipped to 0..255 |
 * | `minmax` | least finite value to 0, greatest finite value to 255; a constant picture is black |
 * | `none` | `x` without any change of range: whole numbers wrap around (256 is 0, -1 is 255); floats are cut off and clipped as by `byte` |
 *
 * Everywhere NaN is 0, Infinity 255 and -Infinity 0 (but 0 for both in a picture that `wandb-mid` stretches).
 */
export type Uint8Policy = "auto" | "wandb-mid" | "unit" | "signed" | "byte" | "minmax" | "none";

/** What was done to a picture: `scale` is a stretch from `low..high`, `wrap` the plain cast. */
export type Uint8Rule = "unit" | "signed" | "byte" | "scale" | "wrap";

export interface ToUint8Options {
  /** Default `auto`. */
  readonly policy?: Uint8Policy | undefined;
  /** Take `range[0]` to 0 and `range[1]` to 255, clipped, in place of a policy; a falling range inverts. */
  readonly range?: readonly [number, number] | undefined;
}

/** Bytes, and how they were made. */
export interface Uint8Pixels extends PixelArray {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly dtype: "uint8";
  readonly rule: Uint8Rule;
}

type Elements = ElementSource & { readonly bool: boolean };

const UNIT: Mapping = { kind: "rule", rule: RULE_UNIT };
const SIGNED: Mapping = { kind: "rule", rule: RULE_SIGNED };
const BYTE_GUESSED: Mapping = { kind: "rule", rule: RULE_BYTE };
const BYTE: Mapping = { kind: "rule", rule: RULE_BYTE_CLIPPED };
const UNIT_CLIPPED: Mapping = { kind: "rule", rule: RULE_UNIT_CLIPPED };
const SIGNED_CLIPPED: Mapping = { kind: "rule", rule: RULE_SIGNED_CLIPPED };
const LOW_BYTES: Mapping = { kind: "low-bytes" };

/**
 * Convert numbers to bytes, element by element; shape and layout stay. A bare typed array is taken as one axis.
 *
 * @param pixels - not changed, not kept
 * @returns new bytes with the rule that was used
 * @throws {ImageError} `ARGUMENT` if the shape does not fit the data, or there is none
 * @example
 * toUint8(new Float32Array([-0.2, 0.6])).data; // Uint8Array [102, 204]
 * toUint8({ data: new Float32Array([0, 0.5, 1, 0.25]), shape: [2, 2] }, { policy: "unit" }).data; // [0, 127, 255, 63]
 */
export function toUint8(pixels: PixelSource | PixelData, options: ToUint8Options = {}): Uint8Pixels {
  checkedOptions(options);
  const array = ArrayBuffer.isView(pixels) ? { data: pixels, shape: [pixels.length] } : toPixelArray(pixels);
  if (array === undefined) throw new ImageError("ARGUMENT", `expected an array of pixels, got ${show(pixels)}`);
  const source: Elements = checkElements(array);
  const { result, rule } = convert(source, options, (mapping) => mapToBytes(source, mapping));
  return { data: result, shape: [...array.shape], layout: array.layout, dtype: "uint8", rule };
}

/** How {@link pixelsToUint8} lays pixels out. */
export interface PixelsToUint8Options extends ToUint8Options {
  /**
   * Convert to these channels: colour to grey by luma `(19595 R + 38470 G + 7471 B + 32768) >> 16`, grey to colour repeated,
   * alpha dropped or 255. Default: those of the pixels.
   */
  readonly mode?: Mode | undefined;
  /** `HWC` is `[height, width, channels]`, `CHW` `[channels, height, width]`, as most networks take it. Default `HWC`. */
  readonly layout?: "HWC" | "CHW" | undefined;
}

/**
 * Pixels as bytes, ready to be encoded (HWC) or for a network (CHW). Byte pixels that are so already are handed through.
 *
 * @param pixels - an array of any layout and number type, or a Frame (RGBA, whatever its mode), whose bytes stay as they are;
 * not changed, not kept
 * @throws {ImageError} `ARGUMENT` or `LIMIT`
 * @example
 * using photo = decodeImage(bytes);
 * const { data, shape } = pixelsToUint8(photo, { mode: "RGB", layout: "CHW" }); // shape [3, height, width]
 */
export function pixelsToUint8(pixels: PixelSource | Frame, options: PixelsToUint8Options = {}): Uint8Pixels {
  const { mode, layout = "HWC" } = checkedOptions(options);
  if (mode !== undefined && !Object.hasOwn(CHANNELS, mode))
    throw new ImageError("ARGUMENT", `expected L, LA, RGB or RGBA, got ${show(mode)}`, { path: "mode" });
  if (layout !== "HWC" && layout !== "CHW")
    throw new ImageError("ARGUMENT", `expected HWC or CHW, got ${show(layout)}`, { path: "layout" });
  const isFrame = pixels instanceof Frame;
  const source = checkPixels(isFrame ? arrayOf(pixels) : requirePixels(pixels));
  const { result, rule } = convert(source, isFrame ? { policy: "none" } : options, (mapping) =>
    mapToBytes(source, mapping),
  );
  const { width, height } = source;
  const channels = mode === undefined ? source.channels : CHANNELS[mode];
  const data = channels === source.channels ? result : convertChannels(result, source.channels, channels);
  if (layout === "HWC") return { data, shape: [height, width, channels], layout, dtype: "uint8", rule };
  const planes = channels === 1 ? data : planesOf(data, channels);
  return { data: planes, shape: [channels, height, width], layout, dtype: "uint8", rule };
}

function arrayOf(frame: Frame): PixelArray {
  return { data: frame.view(), shape: [frame.height, frame.width, 4] };
}

const CHANNELS: Readonly<Record<Mode, number>> = { L: 1, LA: 2, RGB: 3, RGBA: 4 };

/**
 * Pixels as a {@link Frame}, in one crossing.
 *
 * @returns a new frame, owned by the caller; its mode says what the pixels were
 * @throws {ImageError} `ARGUMENT` or `LIMIT`
 * @example
 * const frame = pixelsToFrame({ data: new Float32Array(640 * 480 * 3), shape: [480, 640, 3] }, { policy: "unit" });
 */
export function pixelsToFrame(pixels: PixelSource, options: ToUint8Options = {}): Frame {
  checkedOptions(options);
  const source = checkPixels(requirePixels(pixels));
  const { width, height } = source;
  return convert(source, options, (mapping) => mapToFrame(source, width, height, mapping)).result;
}

function requirePixels(pixels: unknown): PixelArray {
  const array = toPixelArray(pixels);
  if (array === undefined)
    throw new ImageError("ARGUMENT", `expected pixels ({ data, shape } or the like), got ${show(pixels)}`);
  return array;
}

/** Find the mapping, guessing where a guess can be verified, and run it. */
function convert<T>(
  source: Elements,
  { policy = "auto", range }: ToUint8Options,
  run: (mapping: Mapping) => T | undefined,
): { result: T; rule: Uint8Rule } {
  if (range !== undefined) return done(checkedRange(range), "scale");
  switch (policy) {
    case "unit":
      return done(UNIT_CLIPPED, "unit");
    case "signed":
      return done(SIGNED_CLIPPED, "signed");
    case "byte":
      return done(BYTE, "byte");
    case "none":
      return source.element.startsWith("float") ? done(BYTE, "byte") : done(LOW_BYTES, "wrap");
    case "minmax":
      return done(finiteRange(source), "scale");
    case "auto":
    case "wandb-mid":
      break;
    default:
      throw new ImageError(
        "ARGUMENT",
        `expected a policy (auto, wandb-mid, unit, signed, byte, minmax, none), got ${show(policy)}`,
      );
  }
  if (source.bool) return done(UNIT_CLIPPED, "unit");
  const guess = guessRule(source);
  if (guess === "unit") {
    const result = run(UNIT);
    if (result !== undefined) return { result, rule: "unit" };
  } else if (policy === "auto") {
    // one value seen out of [-1, 1] settles the rule, but for the clip; one seen below 0 leaves only the limits to verify
    if (guess === "byte") {
      const result = run(BYTE_GUESSED);
      return result === undefined ? done(BYTE, "byte") : { result, rule: "byte" };
    }
    const result = run(SIGNED);
    if (result !== undefined) return { result, rule: "signed" };
  } else if (source.element.startsWith("u")) return done(BYTE, "byte");
  const { low, high, nan, exactLow, exactHigh } = rangeOf(source, false);
  if (nan) return done(BYTE, "byte");
  if (low >= 0 && high <= 1) return done(UNIT_CLIPPED, "unit");
  if (policy === "auto") return low >= -1 && high <= 1 ? done(SIGNED_CLIPPED, "signed") : done(BYTE, "byte");
  if (!(low < 0)) return done(BYTE, "byte");
  if (source.element.startsWith("float")) return done({ kind: "stretch", low, high }, "scale");
  return done(wrappedMapping(source, exactLow, exactHigh), "scale");

  function done(mapping: Mapping, rule: Uint8Rule): { result: T; rule: Uint8Rule } {
    return { result: run(mapping)!, rule };
  }
}

/** A rule that a spread of single values suggests; `byte` is certain, the others need to be verified. */
function guessRule({ data, element }: Elements): "unit" | "signed" | "byte" {
  const values = data as PixelData;
  const half = element === "float16" && data instanceof Uint16Array;
  const [one, sign] = half ? [0x3c00, 0x8000] : [1, 0];
  const step = Math.floor(values.length / 256) | 1;
  let guess: "unit" | "signed" = "unit";
  for (let i = 0; i < values.length; i += step) {
    const value = values[i]!;
    if (half) {
      if ((Number(value) & 0x7fff) > one!) return "byte";
      if (Number(value) > sign!) guess = "signed";
    } else {
      if (!(value >= -1 && value <= 1)) return "byte";
      if (value < 0) guess = "signed";
    }
  }
  return guess;
}

function checkedRange(range: readonly [number, number]): Mapping {
  const [low, high] = Array.isArray(range) ? (range as readonly [number, number]) : [NaN, NaN];
  if (range?.length !== 2 || !Number.isFinite(low) || !Number.isFinite(high) || low === high)
    throw new ImageError("ARGUMENT", `expected range to be two different finite numbers, got ${show(range)}`);
  return { kind: "stretch", low, high };
}

function finiteRange(source: Elements): Mapping {
  let range = rangeOf(source, false);
  if (!Number.isFinite(range.low) || !Number.isFinite(range.high)) range = rangeOf(source, true);
  // nothing finite at all: Infinity still is 255 and the rest 0
  if (range.low > range.high) return { kind: "stretch", low: 0, high: 1 };
  return { kind: "stretch", low: range.low, high: range.high };
}

function wrappedMapping(source: Elements, low: bigint, high: bigint): Mapping {
  const bits = { int8: 8n, int16: 16n, int32: 32n, int64: 64n }[source.element as "int8"];
  // without a wrap the greatest quotient is 1
  const wraps = high - low >= 1n << (bits - 1n);
  const scale = wraps && greatestWrapped(source, low, high) > 1 ? 1 : 255;
  return { kind: "wrapped", low, high, scale };
}
