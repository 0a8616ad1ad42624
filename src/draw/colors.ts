/** Colours as numbers 0xRRGGBB, and how well text can be read on them. */
import { ImageError, show } from "../errors.ts";

/** A colour in data: `"#rrggbb"`, `"#rgb"` or the number 0xRRGGBB. */
export type Color = string | number;

/**
 * A colour as the number 0xRRGGBB.
 *
 * @param path - where the colour comes from, for the error
 * @throws {ImageError} `ARGUMENT` for anything else than a {@link Color}
 */
export function parseColor(value: unknown, path?: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffffff) return value;
  if (typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value)) return parseInt(value.slice(1), 16);
  if (typeof value === "string" && /^#[0-9a-f]{3}$/i.test(value))
    return parseInt(value.replace(/[0-9a-f]/gi, "$&$&").slice(1), 16);
  throw new ImageError("ARGUMENT", `expected a colour "#rrggbb" or 0xRRGGBB, got ${show(value)}`, { path });
}

/** Linear light of the 256 values of an sRGB channel, 0..1. */
const linear: Float64Array = Float64Array.from({ length: 256 }, (_, value) => {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/** Relative luminance by WCAG 2, 0..1. */
export function luminance(color: number): number {
  return 0.2126 * linear[color >> 16]! + 0.7152 * linear[(color >> 8) & 255]! + 0.0722 * linear[color & 255]!;
}

/** Contrast of two colours by WCAG 2, 1..21. */
export function contrast(a: number, b: number): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** What text on a plate must reach: WCAG's level AA. */
export const TEXT_CONTRAST = 4.5;

const LIGHT = 0xffffff;
const DARK = 0x000000;

/**
 * White text where it can be read on a plate of this colour, else black, which then has a contrast of 4.66 or more.
 */
export function textColorOn(plate: number): number {
  return contrast(LIGHT, plate) >= TEXT_CONTRAST ? LIGHT : DARK;
}

/** A plate's opacity and the text on it. */
export interface ReadablePlate {
  /** 0..255. */
  readonly alpha: number;
  /** 0xRRGGBB of the text. */
  readonly ink: number;
}

const readable = new Map<number, ReadablePlate>();
/** Colours that are remembered; pictures have few. */
const MOST_READABLE = 4096;

/**
 * Text that can be read on a plate of a colour, whatever lies under it: what shows through is taken as black and as white,
 * and the plate is made as much more opaque as {@link TEXT_CONTRAST} needs.
 *
 * @param alpha - 0..255: the opacity that is wished
 */
export function readablePlate(color: number, alpha: number): ReadablePlate {
  const key = alpha * 2 ** 24 + color;
  let plate = readable.get(key);
  if (!plate) {
    if (readable.size >= MOST_READABLE) readable.clear();
    let enough = alpha;
    // an opaque plate passes with one of the two
    while (!inkOn(color, enough)) enough++;
    readable.set(key, (plate = { alpha: enough, ink: inkOn(color, enough)!.ink }));
  }
  return plate;
}

function inkOn(color: number, alpha: number): { ink: number } | undefined {
  // luminance grows with every channel, so black and white under the plate are the ends of what it can become
  if (contrast(LIGHT, over(color, alpha, 255)) >= TEXT_CONTRAST) return { ink: LIGHT };
  return contrast(DARK, over(color, alpha, 0)) >= TEXT_CONTRAST ? { ink: DARK } : undefined;
}

/** A colour blended over a grey, rounded as the core may round: away from the text. */
function over(color: number, alpha: number, grey: number): number {
  const round = grey === 0 ? Math.floor : Math.ceil;
  const channel = (shift: number): number => round((((color >> shift) & 255) * alpha + grey * (255 - alpha)) / 255);
  return (channel(16) << 16) | (channel(8) << 8) | channel(0);
}
