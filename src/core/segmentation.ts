/** The forms that a mask comes in. Plain values; coordinates are pixels of the picture. */

/** Run lengths in COCO order: column-major, background first. */
export interface Rle {
  /** `[height, width]` in pixels. */
  readonly size: readonly [height: number, width: number];
  /** COCO's compressed string, or the run lengths themselves. */
  readonly counts: string | ArrayLike<number>;
}

/** A mask as run lengths; `left`, `top` place a mask that covers only a part of the picture (default 0, 0). */
export interface RleSegmentation {
  readonly kind: "rle";
  readonly rle: Rle;
  readonly left?: number | undefined;
  readonly top?: number | undefined;
  /** Default `column`, COCO's order. `row`: run lengths row by row (CVAT's crops); not for compressed strings. */
  readonly order?: "column" | "row" | undefined;
}

/** One closed ring `[x0, y0, x1, y1, …]` with the rings cut out of it. */
export interface PolygonPart {
  readonly outline: ArrayLike<number>;
  readonly holes?: readonly ArrayLike<number>[] | undefined;
}

/** A mask as polygons: the union of its parts, each filled by cocoapi's rasteriser rule. */
export interface PolygonSegmentation {
  readonly kind: "polygon";
  readonly parts: readonly PolygonPart[];
}

/**
 * A dense mask of any type of array, row-major, placed at `left`, `top`. A pixel belongs to the object where its value is
 * not 0: so NaN does, and 0.01; -0, 0n and `false` do not.
 */
export interface DenseSegmentation {
  readonly kind: "mask";
  readonly data: ArrayLike<number> | ArrayLike<boolean> | BigInt64Array | BigUint64Array;
  readonly width: number;
  readonly height: number;
  readonly left?: number | undefined;
  readonly top?: number | undefined;
}

/**
 * A mask with a probability for each pixel, row-major, placed at `left`, `top`: bytes 0..255, or numbers 0..1 (what lies
 * outside is cut, NaN is 0). Drawn with the style's opacity times the probability.
 */
export interface SoftSegmentation {
  readonly kind: "soft";
  readonly data: Uint8Array | Uint8ClampedArray | Float32Array | Float64Array | readonly number[];
  readonly width: number;
  readonly height: number;
  readonly left?: number | undefined;
  readonly top?: number | undefined;
}

/** The masks that have an edge. */
export type Segmentation = RleSegmentation | PolygonSegmentation | DenseSegmentation;
