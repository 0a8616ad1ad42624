/** Brushes for the rims of masks: tables that `assembly/mask-rim.ts` sets down along them. */
import { ImageError, show } from "../errors.ts";

/** Coverage around a point, ready for every place within a pixel where the point may be. */
export interface Brush {
  /** As the kernels read it: shift, reach, stride, step as u32, then the stamps. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pixels that it reaches to each side of the pixel that the point is in. */
  readonly reach: number;
}

/** The widest line or halo, in pixels. */
export const MAX_BRUSH = 200;

/** A crisp line with anti-aliased edges. @param width - pixels, above 0, up to {@link MAX_BRUSH}; fractions allowed */
export function lineBrush(width: number): Brush {
  const radius = checkWidth(width) / 2;
  // the part of a pixel, `distance` away from the middle of the line, that the line covers
  return makeBrush(radius + 0.5, radius < 1 ? 1 : 2 * Math.max(1, Math.floor(Math.sqrt(radius / 2))), (distance) =>
    Math.min(radius + 0.5 - distance, 2 * radius, 1),
  );
}

/** Light that falls off to nothing. @param width - pixels to where it ends, above 0, up to {@link MAX_BRUSH} */
export function glowBrush(width: number): Brush {
  return makeBrush(checkWidth(width), 2 * Math.max(1, Math.floor(width / 16)), (distance) =>
    distance < width ? (1 - distance / width) * (1 - distance / width) : 0,
  );
}

/** Room in bytes for the coverage around a mask's box: see `paintMasks`. */
export function rimBytes({ reach }: Brush, width: number, height: number): number {
  return roundUp(width + 2 * reach) * (height + 2 * reach) + roundUp(2 * reach);
}

function checkWidth(width: number): number {
  if (!(typeof width === "number" && width > 0 && width <= MAX_BRUSH))
    throw new ImageError("ARGUMENT", `expected a width of more than 0 to ${MAX_BRUSH} pixels, got ${show(width)}`);
  return width;
}

/**
 * @param end - distance from which on there is nothing
 * @param step - half cracks from one stamp to the next
 * @param coverageAt - 0..1 (less than 0 is 0) by the distance of a pixel's centre
 */
function makeBrush(end: number, step: number, coverageAt: (distance: number) => number): Brush {
  const reach = Math.ceil(end + 0.5);
  // wide brushes know fewer places: their edges are long, and nobody sees an eighth of a pixel there
  const shift = reach <= 16 ? 3 : reach <= 48 ? 2 : 1;
  const places = 1 << shift;
  const stride = roundUp(2 * reach);
  const bytes = new Uint8Array(16 + places * places * 2 * reach * stride);
  new Uint32Array(bytes.buffer, 0, 4).set([shift, reach, stride, step]);
  let at = 16;
  for (let v = 0; v < places; v++) {
    for (let u = 0; u < places; u++) {
      for (let y = 0; y < 2 * reach; y++, at += stride) {
        const dy = y - reach + 0.5 - v / places;
        for (let x = 0; x < 2 * reach; x++) {
          const dx = x - reach + 0.5 - u / places;
          const coverage = coverageAt(Math.sqrt(dx * dx + dy * dy));
          if (coverage > 0) bytes[at + x] = Math.floor(coverage * 255 + 0.5);
        }
      }
    }
  }
  return { bytes, reach };
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
