/** The mode that a shape of pixels leads to, as limn and three releases of W&B see it. */
import type { Mode } from "../core/frame.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { type PixelSource, toPixelArray } from "./pixels.ts";

/** Whose rule: W&B's newest (`head`), that of early 2024 (`mid`), that of 0.10 (`old`), or limn's own. */
export type Generation = "head" | "mid" | "old" | "limn";

export interface GuessModeOptions {
  /** Default `limn`. */
  readonly generation?: Generation | undefined;
  /** What the picture is to be written as; JPEG holds no alpha, which `head` drops. */
  readonly fileType?: string | undefined;
}

/**
 * The mode of pixels by their shape.
 *
 * limn's own rule: `[h, w]` and one channel L, two LA, three RGB, four RGBA (RGB for a JPEG), channels being the last axis
 * (the first with layout CHW); no other axis of length 1 is ever dropped. W&B looks at the last axis alone, whatever the number
 * of axes: 2 axes L, last axis 3 RGB, 4 RGBA, and 1 is L in `head` only; `head` makes RGBA RGB for a JPEG.
 *
 * @param dataOrShape - pixels, or their shape
 * @throws {ImageError} `ARGUMENT` for a shape that has no mode
 * @example
 * guessMode([480, 640, 3]); // "RGB"
 */
export function guessMode(dataOrShape: PixelSource | readonly number[], options: GuessModeOptions = {}): Mode {
  const { generation = "limn", fileType } = checkedOptions(options);
  const given = isShape(dataOrShape);
  const array = given ? { shape: dataOrShape } : toPixelArray(dataOrShape);
  const shape = array?.shape;
  if (!Array.isArray(shape) || !shape.every((axis) => Number.isInteger(axis) && axis >= 0))
    throw new ImageError("ARGUMENT", `expected pixels or a shape, got ${show(dataOrShape)}`);
  const jpeg = fileType === "jpg" || fileType === "jpeg";
  const planar = !given && array !== undefined && "layout" in array && array.layout === "CHW" && shape.length === 3;
  const channels: number | undefined = planar ? shape[0] : shape.at(-1);
  if (shape.length === 2) return "L";
  if (generation === "limn") {
    const mode = shape.length === 3 ? ([undefined, "L", "LA", "RGB", "RGBA"] as const)[channels!] : undefined;
    if (mode === undefined)
      throw new ImageError("ARGUMENT", `expected [height, width] or 1 to 4 channels behind them, got ${show(shape)}`);
    return jpeg ? OPAQUE[mode] : mode;
  }
  if (generation !== "head" && generation !== "mid" && generation !== "old")
    throw new ImageError("ARGUMENT", `expected generation limn, head, mid or old, got ${show(generation)}`);
  if (channels === 1 && generation === "head") return "L";
  if (channels === 3) return "RGB";
  if (channels === 4) return generation === "head" && jpeg ? "RGB" : "RGBA";
  throw new ImageError("ARGUMENT", `expected a shape with 1, 3 or 4 channels, got ${show(shape)}`);
}

const OPAQUE: Readonly<Record<Mode, Mode>> = { L: "L", LA: "L", RGB: "RGB", RGBA: "RGB" };

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value);
}
