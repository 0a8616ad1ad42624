/** Patterns for the inside of masks: small pictures of coverage that repeat both ways, anti-aliased. */

/** The patterns there are. */
export type Hatch = "none" | "diagonal" | "back" | "cross" | "dots" | "horizontal" | "vertical";

/** Coverage that repeats. */
export interface Pattern {
  /** `period` rows of `period + 16` bytes, a row's first bytes following its last ones: what the kernels read. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pixels after which it repeats, both ways. */
  readonly period: number;
}

/**
 * A pattern of lines or dots.
 *
 * @param spacing - pixels from line to line, across them
 * @param width - of the lines in pixels; dots are twice as wide
 */
export function makePattern(hatch: Exclude<Hatch, "none">, spacing: number, width: number): Pattern {
  const slanted = hatch === "diagonal" || hatch === "back" || hatch === "cross";
  const period = Math.max(4, Math.round(slanted || hatch === "dots" ? spacing * Math.SQRT2 : spacing));
  /** Distance from a value to the nearest middle of a period. */
  const away = (value: number): number => Math.abs((((value % period) + period) % period) - period / 2);
  const distanceAt = (x: number, y: number): number => {
    // pixel centres; lines through the tile's corners would be cut in two
    switch (hatch) {
      case "diagonal":
        return away(x + y) * Math.SQRT1_2;
      case "back":
        return away(x - y) * Math.SQRT1_2;
      case "cross":
        return Math.min(away(x + y), away(x - y)) * Math.SQRT1_2;
      case "horizontal":
        return away(y);
      case "vertical":
        return away(x);
      case "dots": {
        // one in the middle of the tile and one at its corners
        const middle = Math.sqrt(away(x) * away(x) + away(y) * away(y));
        const u = period / 2 - away(x);
        const v = period / 2 - away(y);
        return Math.min(middle, Math.sqrt(u * u + v * v)) - width / 2;
      }
    }
  };
  const stride = period + 16;
  const bytes = new Uint8Array(period * stride);
  for (let y = 0; y < period; y++)
    for (let x = 0; x < stride; x++) {
      const coverage = width / 2 + 0.5 - distanceAt((x % period) + 0.5, y + 0.5);
      bytes[y * stride + x] = Math.floor(Math.max(0, Math.min(1, coverage)) * 255 + 0.5);
    }
  return { bytes, period };
}
