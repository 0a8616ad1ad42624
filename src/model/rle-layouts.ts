/** Run-length layouts of other tools, to COCO's and back. */
import { ImageError, show } from "../errors.ts";
import type { Rle, RleSegmentation, Segmentation } from "../core/masks.ts";
import { decodeMask, parseDecimals, toCanonicalCounts } from "../core/rle.ts";
import { checkSize } from "../limits.ts";
import { decodeBrush, encodeBrush } from "./brush-rle.ts";

/**
 * How runs are written.
 *
 * | layout | order | written as |
 * | --- | --- | --- |
 * | `coco` | columns, background first | compressed string, or a list |
 * | `instill` | columns, background first | numbers and commas; of the picture or of a box in it |
 * | `cvat` | rows, background first | numbers and commas; of a box |
 * | `kaggle` | rows (or columns, by `order`) | `start length start length …`, counted from 1 |
 * | `label-studio` | rows | bytes of a bit stream that packs RGBA, the mask being alpha |
 */
export type RleLayout = "coco" | "instill" | "cvat" | "kaggle" | "label-studio";

/** A rectangle of the picture that the runs are of: `[left, top, width, height]`; fractions are cut off. */
export type RleBox = readonly [left: number, top: number, width: number, height: number];

/** Options of {@link parse}. */
export interface ParseOptions {
  readonly layout: RleLayout;
  /** `[height, width]` of the picture. */
  readonly size: readonly [height: number, width: number];
  /** The runs cover this rectangle of the picture alone; what reaches out of the picture is cut off. Not for `kaggle`, `label-studio`. */
  readonly box?: RleBox | undefined;
  /** `kaggle` alone: how pixels are numbered. Default `row`; many competitions number down the columns. */
  readonly order?: "row" | "column" | undefined;
  /** `instill` alone: cut off runs past the last pixel, and take negative ones as 0, instead of refusing them. Default false. */
  readonly lenient?: boolean | undefined;
  /** True (default): counts as COCO's compressed string. False: as the run lengths themselves. */
  readonly compressed?: boolean | undefined;
}

/** Options of {@link format}. */
export interface FormatOptions {
  readonly layout: RleLayout;
  /** Write the runs of this rectangle of the picture alone. Not for `kaggle`, `label-studio`. */
  readonly box?: RleBox | undefined;
  /** `kaggle` alone: how pixels are numbered. Default `row`. */
  readonly order?: "row" | "column" | undefined;
}

/**
 * An RLE of the whole picture from another tool's runs.
 *
 * An Instill text may stop early: the rest is background. Elsewhere runs must add up to the pixels.
 *
 * @param source - text, or the numbers themselves
 * @throws {ImageError} `DECODE` with the character or run where it goes wrong; `ARGUMENT` or `LIMIT` for size and box
 *
 * @example
 * rle.parse("1, 2, 1", { layout: "cvat", size: [10, 10], box: [4, 4, 2, 2] });
 * rle.parse("3 2", { layout: "kaggle", size: [2, 3], compressed: false }).counts; // [1, 1, 2, 1, 1]
 */
export function parse(source: string | ArrayLike<number>, options: ParseOptions): Rle {
  if (typeof options !== "object" || options === null)
    throw new ImageError("ARGUMENT", `expected options with layout and size, got ${show(options)}`);
  if (typeof source !== "string" && !Array.isArray(source) && !ArrayBuffer.isView(source))
    throw new ImageError("ARGUMENT", `expected a text or a list of numbers, got ${show(source)}`);
  const { size, compressed = true } = options;
  if (!Array.isArray(size) || size.length !== 2)
    throw new ImageError("ARGUMENT", `expected size [height, width], got ${show(size)}`, { path: "size" });
  const [height, width] = size as unknown as readonly [number, number];
  checkSize(width, height, "size");
  const segmentation = toSegmentation(source, options, height, width);
  const counts = toCanonicalCounts(segmentation, width, height, compressed, { pathOf: () => "" });
  return { size: [height, width], counts };
}

function toSegmentation(
  source: string | ArrayLike<number>,
  { layout, box, order = "row", lenient = false }: ParseOptions,
  height: number,
  width: number,
): Segmentation {
  const [left, top, w, h] = place(layout, box, height, width);
  const placed = (counts: string | ArrayLike<number>): RleSegmentation => ({
    kind: "rle",
    rle: { size: [h, w], counts },
    left,
    top,
  });
  switch (layout) {
    case "coco":
      return placed(source);
    case "instill":
      return placed(fill(numbers(source, ",", lenient), h * w, lenient));
    case "cvat":
      return { ...placed(numbers(source, ",", false)), order: "row" };
    case "kaggle":
      return { ...placed(runsOfPairs(numbers(source, " ", false), h * w)), order };
    case "label-studio": {
      const bytes = typeof source === "string" ? numbers(source, ",", false) : source;
      return { kind: "mask", data: decodeBrush(bytes, height, width), width, height };
    }
    default:
      throw new ImageError("ARGUMENT", `expected a layout, got ${show(layout)}`, { path: "layout" });
  }
}

/**
 * The runs of an RLE as another tool writes them: text, but bytes for `label-studio`.
 *
 * @throws {ImageError} as `rle.decode`; `ARGUMENT` for the box
 *
 * @example
 * const box = rle.toBbox(mask);
 * const crop = rle.format(mask, { layout: "cvat", box }); // "0, 3, 1, …" with left, top, width, height of box
 */
export function format(rle: Rle, options: FormatOptions & { readonly layout: "label-studio" }): number[];
export function format(
  rle: Rle,
  options: FormatOptions & { readonly layout: Exclude<RleLayout, "label-studio"> },
): string;
export function format(rle: Rle, options: FormatOptions): string | number[];
export function format(rle: Rle, options: FormatOptions): string | number[] {
  if (typeof options !== "object" || options === null)
    throw new ImageError("ARGUMENT", `expected options with a layout, got ${show(options)}`);
  const { layout, box, order = "row" } = options;
  const size = rle?.size;
  if (!Array.isArray(size) || size.length !== 2)
    throw new ImageError("ARGUMENT", `expected size [height, width], got ${show(size)}`);
  const [height, width] = size as unknown as readonly [number, number];
  checkSize(width, height);
  const [left, top, w, h] = place(layout, box, height, width);
  // seen from the rectangle, the picture lies the other way
  const crop: Segmentation = { kind: "rle", rle, left: -left, top: -top };
  const bare = { pathOf: () => "" };
  switch (layout) {
    case "coco":
      return toCanonicalCounts(crop, w, h, true, bare);
    case "instill":
      return toCanonicalCounts(crop, w, h, false, bare).join(",");
    case "cvat":
      return rowRuns(decodeMask(crop, w, h, bare)).join(", ");
    case "kaggle": {
      const counts =
        order === "row" ? rowRuns(decodeMask(crop, w, h, bare)) : toCanonicalCounts(crop, w, h, false, bare);
      return pairsOfRuns(counts).join(" ");
    }
    case "label-studio":
      return encodeBrush(rowRuns(decodeMask(crop, w, h, bare)), h * w);
    default:
      throw new ImageError("ARGUMENT", `expected a layout, got ${show(layout)}`, { path: "layout" });
  }
}

/** The rectangle that runs are of. */
function place(
  layout: RleLayout,
  box: RleBox | undefined,
  height: number,
  width: number,
): readonly [left: number, top: number, width: number, height: number] {
  if (box === undefined) return [0, 0, width, height];
  if (layout === "kaggle" || layout === "label-studio")
    throw new ImageError("ARGUMENT", `expected no box with layout "${layout}", got ${show(box)}`, { path: "box" });
  if (!Array.isArray(box) || box.length !== 4 || !box.every((value) => Number.isFinite(value)))
    throw new ImageError("ARGUMENT", `expected [left, top, width, height], got ${show(box)}`, { path: "box" });
  const [left, top, w, h] = box.map((value: number) => Math.trunc(value)) as [number, number, number, number];
  checkSize(w, h, "box");
  return [left, top, w, h];
}

function numbers(source: string | ArrayLike<number>, separator: "," | " ", lenient: boolean): ArrayLike<number> {
  if (typeof source !== "string") {
    for (let i = 0; i < source.length; i++)
      if (typeof source[i] !== "number")
        throw new ImageError("DECODE", `expected a number, got ${show(source[i])} at number ${i}`);
    return source;
  }
  const list = parseDecimals(source, separator, lenient);
  if (list.length === 0 && separator === ",")
    throw new ImageError("DECODE", "expected numbers, got an empty text at character 0");
  return list;
}

/**
 * The runs of an Instill text as they stand there, the background at their end added: `pixels` of them in all.
 *
 * @throws {ImageError} `DECODE` as {@link parse}
 */
export function runsOfText(text: string, pixels: number, lenient: boolean): Uint32Array {
  const runs = numbers(text, ",", lenient) as Uint32Array;
  let sum = 0;
  for (let i = 0; i < runs.length; i++) sum += runs[i]!;
  return sum === pixels ? runs : Uint32Array.from(fill(runs, pixels, lenient));
}

/** Add the background that is missing at the end; `lenient` also cuts off what is too much. */
function fill(counts: ArrayLike<number>, pixels: number, lenient: boolean): number[] {
  const out: number[] = [];
  let left = pixels;
  let over = -1;
  for (let i = 0; i < counts.length; i++) {
    const run = lenient ? Math.max(0, Math.min(left, counts[i]!)) : counts[i]!;
    out.push(run);
    left -= run;
    if (left < 0 && over < 0) over = i;
  }
  if (left < 0)
    throw new ImageError(
      "DECODE",
      `expected runs of ${pixels} pixels or fewer, got runs that sum to ${pixels - left}: ${-left} more at run ${over}`,
    );
  if (left > 0) {
    if (out.length % 2 === 0) out.push(left);
    else out[out.length - 1]! += left;
  }
  return out;
}

/** `start length …`, counted from 1, to run lengths. */
function runsOfPairs(pairs: ArrayLike<number>, pixels: number): number[] {
  if (pairs.length % 2 !== 0)
    throw new ImageError("DECODE", `expected pairs of start and length, got ${pairs.length} numbers`);
  const counts: number[] = [];
  let end = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const start = pairs[i]! - 1;
    const length = pairs[i + 1]!;
    if (!(start >= end))
      throw new ImageError("DECODE", `expected a start of ${end + 1} or more, got ${show(pairs[i])} at number ${i}`);
    if (!(length >= 0 && start + length <= pixels))
      throw new ImageError(
        "DECODE",
        `expected a run inside ${pixels} pixels, got length ${show(length)} at number ${i + 1}`,
      );
    counts.push(start - end, length);
    end = start + length;
  }
  counts.push(pixels - end);
  return counts;
}

function pairsOfRuns(counts: readonly number[]): number[] {
  const pairs: number[] = [];
  let start = 1;
  for (let i = 0; i < counts.length; i++) {
    if (i % 2 === 1) pairs.push(start, counts[i]!);
    start += counts[i]!;
  }
  return pairs;
}

/** Run lengths of a row-major mask, row by row, background first. */
function rowRuns(mask: Uint8Array): number[] {
  const counts: number[] = [];
  let at = 0;
  for (let value = 0; at < mask.length; value ^= 1) {
    const next = mask.indexOf(value ^ 1, at);
    const end = next < 0 ? mask.length : next;
    counts.push(end - at);
    at = end;
  }
  return counts;
}
