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
 * A dense mask, row-major, a pixel belonging to the object where its value is not 0 (so NaN does); placed at `left`,
 * `top`.
 */
export interface DenseSegmentation {
  readonly kind: "mask";
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly left?: number | undefined;
  readonly top?: number | undefined;
}

export type Segmentation = RleSegmentation | PolygonSegmentation | DenseSegmentation;
