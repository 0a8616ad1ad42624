/** A dense mask of one object. */

/** One byte per pixel: row-major, `width * height` of them, 1 where the object is and 0 elsewhere. */
export interface Mask {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/**
 * A mask as users have it: values in any array of numbers, row-major. A pixel belongs to the object where its value is not
 * 0; so -1, 0.5 and NaN do.
 */
export interface MaskLike {
  readonly data: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}
