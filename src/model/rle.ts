/** The `rle` namespace: COCO run-length masks and the layouts that other tools write. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { Rle, RleSegmentation, Segmentation } from "../core/masks.ts";
import {
  decodeMask,
  iouMasks,
  measureMasks,
  mergeMasks,
  MERGE_AND,
  MERGE_OR,
  toCounts,
  type MaskMeasure,
} from "../core/rle.ts";
import type { Mask, MaskLike } from "./mask.ts";

export type { Rle } from "../core/masks.ts";
export type { Mask, MaskLike } from "./mask.ts";
export { format, parse, type FormatOptions, type ParseOptions, type RleLayout } from "./rle-layouts.ts";

/** An RLE whose counts are COCO's compressed string. */
export interface CompressedRle extends Rle {
  readonly counts: string;
}

/** An RLE whose counts are the run lengths themselves. */
export interface ListRle extends Rle {
  readonly counts: number[];
}

/** Options of whatever makes an RLE. */
export interface CountsOptions<C extends boolean = boolean> {
  /** True (default): counts as COCO's compressed string. False: as the run lengths themselves. */
  readonly compressed?: C | undefined;
}

/**
 * The pixels of an RLE.
 *
 * @returns 0 and 1, row-major; the caller owns it
 * @throws {ImageError} `DECODE`, with the position, if the counts are malformed or do not add up to the size; `ARGUMENT`
 * or `LIMIT` for the size, before any memory is touched
 *
 * @example
 * rle.decode({ size: [2, 3], counts: [1, 2, 3] }).data; // 0 1 0 / 1 0 0
 */
export function decode(rle: Rle): Mask {
  const [height, width] = sizeOf(rle);
  return { data: decodeMask(segmentation(rle), width, height, UNNAMED), height, width };
}

/**
 * An RLE from pixels. A pixel belongs to the object where its value is not 0; NaN is not 0.
 *
 * @throws {ImageError} `ARGUMENT` if there are not `width * height` values, `LIMIT` for the size
 *
 * @example
 * rle.encode({ data: [0, 1, 1, 0], width: 2, height: 2 }, { compressed: false }).counts; // [1, 2, 1]
 */
export function encode(mask: MaskLike, options: { readonly compressed: false }): ListRle;
export function encode(mask: MaskLike, options?: { readonly compressed?: true | undefined }): CompressedRle;
export function encode(mask: MaskLike, options?: CountsOptions): Rle;
export function encode(mask: MaskLike, options: CountsOptions = {}): Rle {
  const { compressed = true } = checkedOptions(options);
  const { data, width, height } = mask ?? {};
  const source: Segmentation = { kind: "mask", data, width, height };
  return { size: [height, width], counts: toCounts(source, width, height, compressed, UNNAMED) };
}

/** Pixels of the object. @throws {ImageError} as {@link decode} */
export function area(rle: Rle): number {
  return measure(rle).area;
}

/**
 * The tight box `[x, y, width, height]`, as cocoapi gives it; all 0 for an empty mask. Runs of length 0 do not count.
 *
 * @throws {ImageError} as {@link decode}
 */
export function toBbox(rle: Rle): [x: number, y: number, width: number, height: number] {
  return measure(rle).box;
}

/**
 * Intersection over union of every pair of detections and ground truth of one picture.
 *
 * @param isCrowd - for each ground truth: if true, the intersection is divided by the detection's area alone
 * @returns `dt.length` rows of `gt.length` values 0..1; two empty masks give 0
 * @throws {ImageError} `ARGUMENT` if sizes differ; as {@link decode}
 */
export function iou(dt: readonly Rle[], gt: readonly Rle[], isCrowd?: readonly boolean[]): Float64Array {
  checkList(dt, "detections");
  checkList(gt, "ground truth");
  if (isCrowd !== undefined) checkList(isCrowd, "isCrowd");
  if (isCrowd !== undefined && isCrowd.length !== gt.length)
    throw new ImageError("ARGUMENT", `expected ${gt.length} values of isCrowd, got ${isCrowd.length}`);
  if (dt.length === 0 || gt.length === 0) return new Float64Array(0);
  const all = [...dt, ...gt];
  const [height, width] = sameSize(all);
  const crowd = Uint8Array.from(gt, (_, i) => (isCrowd?.[i] ? 1 : 0));
  return iouMasks(all.map(segmentation), dt.length, width, height, crowd, {
    pathOf: (i) => (i < dt.length ? `dt[${i}]` : `gt[${i - dt.length}]`),
  });
}

/** Options of {@link merge}. */
export interface MergeOptions<C extends boolean = boolean> extends CountsOptions<C> {
  /** True: what is in all of them. False (default): what is in any. */
  readonly intersect?: boolean | undefined;
}

/**
 * One RLE from several of equal size.
 *
 * @throws {ImageError} `ARGUMENT` if there are none or sizes differ; as {@link decode}
 */
export function merge(rles: readonly Rle[], options: MergeOptions<false> & { readonly compressed: false }): ListRle;
export function merge(rles: readonly Rle[], options?: MergeOptions<true>): CompressedRle;
export function merge(rles: readonly Rle[], options?: MergeOptions): Rle;
export function merge(rles: readonly Rle[], options: MergeOptions = {}): Rle {
  const { intersect = false, compressed = true } = checkedOptions(options);
  checkList(rles, "RLEs");
  if (rles.length === 0) throw new ImageError("ARGUMENT", "expected at least one RLE, got none");
  const [height, width] = sameSize(rles);
  const operation = intersect ? MERGE_AND : MERGE_OR;
  const counts = mergeMasks(rles.map(segmentation), width, height, operation, compressed, {
    pathOf: (i) => `rles[${i}]`,
  });
  return { size: [height, width], counts };
}

/**
 * The union of polygons, by cocoapi's rasteriser.
 *
 * @param polygons - rings `[x0, y0, x1, y1, …]` in pixels; they may reach out of the picture
 * @param height - of the picture
 * @param width - of the picture
 * @throws {ImageError} `ARGUMENT` for a ring of fewer than three points, an odd length or a coordinate that is not finite
 *
 * @example
 * rle.toBbox(rle.fromPolygons([[10, 10, 20, 10, 20, 30, 10, 30]], 100, 100)); // [10, 10, 10, 20]
 */
export function fromPolygons(
  polygons: readonly ArrayLike<number>[],
  height: number,
  width: number,
  options: { readonly compressed: false },
): ListRle;
export function fromPolygons(
  polygons: readonly ArrayLike<number>[],
  height: number,
  width: number,
  options?: { readonly compressed?: true | undefined },
): CompressedRle;
export function fromPolygons(
  polygons: readonly ArrayLike<number>[],
  height: number,
  width: number,
  options: CountsOptions = {},
): Rle {
  const { compressed = true } = checkedOptions(options);
  checkList(polygons, "rings of polygons");
  const source: Segmentation = { kind: "polygon", parts: polygons.map((outline) => ({ outline })) };
  return {
    size: [height, width],
    counts: toCounts(source, width, height, compressed, { pathOf: () => "polygons" }),
  };
}

/**
 * A box `[x, y, width, height]` in pixels as an RLE, by cocoapi's rasteriser.
 *
 * @throws {ImageError} as {@link fromPolygons}
 */
export function fromBbox(
  bbox: readonly [x: number, y: number, width: number, height: number],
  height: number,
  width: number,
): CompressedRle {
  if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every((value) => Number.isFinite(value)))
    throw new ImageError("ARGUMENT", `expected [x, y, width, height], got ${show(bbox)}`);
  const [x, y, w, h] = bbox;
  // cocoapi's order of corners
  return fromPolygons([[x, y, x, y + h, x + w, y + h, x + w, y]], height, width);
}

function checkList(value: unknown, what: string): void {
  if (!Array.isArray(value)) throw new ImageError("ARGUMENT", `expected a list of ${what}, got ${show(value)}`);
}

/** Errors of a single RLE carry no path of their own. */
const UNNAMED = { pathOf: () => "" } as const;

function segmentation(rle: Rle): RleSegmentation {
  return { kind: "rle", rle };
}

function measure(rle: Rle): MaskMeasure {
  const [height, width] = sizeOf(rle);
  return measureMasks([segmentation(rle)], width, height, UNNAMED)[0]!;
}

function sizeOf(rle: Rle): readonly [height: number, width: number] {
  const size = rle?.size;
  if (!Array.isArray(size) || size.length !== 2)
    throw new ImageError("ARGUMENT", `expected size [height, width], got ${show(size)}`);
  return size as unknown as readonly [number, number];
}

function sameSize(rles: readonly Rle[]): readonly [height: number, width: number] {
  const [height, width] = sizeOf(rles[0]!);
  rles.forEach((rle, i) => {
    const [h, w] = sizeOf(rle);
    if (h !== height || w !== width)
      throw new ImageError("ARGUMENT", `expected size [${height}, ${width}] as the first, got ${show(rle.size)}`, {
        path: `[${i}]`,
      });
  });
  return [height, width];
}
