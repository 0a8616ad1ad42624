/** Pictures in other sizes. */
import type { Frame } from "../core/frame.ts";
import { resizeFrame, resizeFrameNearest } from "../core/resize.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { tapsOf } from "./resample.ts";

/** How a picture is resized. */
export interface ResizeOptions {
  /** Pixels; a side that is not given follows the other one, so that the shape stays. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /**
   * Where both sides are given: `fill` stretches to exactly them, `contain` keeps the shape inside of them (one side of
   * the result may be shorter), `cover` keeps the shape and cuts off what reaches out in the middle. Default `fill`.
   */
  readonly fit?: "fill" | "contain" | "cover" | undefined;
  /**
   * `area` takes the mean of what each pixel covers, `lanczos3` is sharper, `nearest` takes single pixels. Default: `area`
   * along a side that becomes shorter, `lanczos3` along one that becomes longer.
   */
  readonly method?: "area" | "lanczos3" | "nearest" | undefined;
}

const FITS: readonly unknown[] = ["fill", "contain", "cover"];
const METHODS: readonly unknown[] = ["area", "lanczos3", "nearest"];

/**
 * A copy of a picture in another size. Whole-number arithmetic: the same bytes in every runtime. Colours of pixels that
 * are not opaque count as much as they are seen; an opaque picture stays opaque.
 *
 * @returns a new frame, which the caller owns; the given one stays as it is
 * @throws {ImageError} `ARGUMENT` for options that cannot be meant, `LIMIT` for a result that is too large
 * @example
 * using small = resize(frame, { width: 320 });
 * using thumbnail = resize(frame, { width: 128, height: 128, fit: "cover" });
 */
export function resize(frame: Frame, options: ResizeOptions): Frame {
  const { fit = "fill", method } = checkedOptions(options ?? {});
  if (!FITS.includes(fit))
    throw new ImageError("ARGUMENT", `expected fill, contain or cover, got ${show(fit)}`, { path: "fit" });
  if (method !== undefined && !METHODS.includes(method))
    throw new ImageError("ARGUMENT", `expected area, lanczos3 or nearest, got ${show(method)}`, { path: "method" });
  const { width, height } = resultSize(frame, options ?? {}, fit);
  if (width === frame.width && height === frame.height) return frame.clone();

  // the part of the picture that is seen
  const scale = fit === "cover" ? Math.min(frame.width / width, frame.height / height) : 0;
  const shownWidth = scale ? width * scale : frame.width;
  const shownHeight = scale ? height * scale : frame.height;
  const left = (frame.width - shownWidth) / 2;
  const top = (frame.height - shownHeight) / 2;
  if (method === "nearest") {
    const pick = (length: number, start: number, extent: number, side: number): Uint32Array =>
      Uint32Array.from({ length }, (_, i) => Math.min(side - 1, Math.floor(start + ((i + 0.5) * extent) / length)));
    return resizeFrameNearest(
      frame,
      pick(width, left, shownWidth, frame.width),
      pick(height, top, shownHeight, frame.height),
    );
  }
  const filter = (length: number, extent: number): "area" | "lanczos3" =>
    method ?? (length <= extent ? "area" : "lanczos3");
  return resizeFrame(
    frame,
    tapsOf(frame.width, left, shownWidth, width, filter(width, shownWidth)),
    tapsOf(frame.height, top, shownHeight, height, filter(height, shownHeight)),
  );
}

function resultSize(
  frame: Frame,
  { width, height }: ResizeOptions,
  fit: "fill" | "contain" | "cover",
): { width: number; height: number } {
  if (width === undefined && height === undefined)
    throw new ImageError("ARGUMENT", "expected a width or a height, got none");
  // each on its own, so that an error names what was given
  checkSize(width ?? 1, height ?? 1);
  const byWidth = width === undefined ? Infinity : width / frame.width;
  const byHeight = height === undefined ? Infinity : height / frame.height;
  if (width !== undefined && height !== undefined && fit !== "contain") return { width, height };
  const size =
    byWidth <= byHeight
      ? { width: width!, height: Math.max(1, Math.round(frame.height * byWidth)) }
      : { width: Math.max(1, Math.round(frame.width * byHeight)), height: height! };
  checkSize(size.width, size.height);
  return size;
}
