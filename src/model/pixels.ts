/** What users hand in as pixels. */

/** Any array of numbers that pixels come in. Float16Array where the host has it. */
export type PixelData =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Number type of {@link PixelArray.data} where the array type alone does not tell it. */
export type DType =
  | "bool"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float16"
  | "float32"
  | "float64";

/** Pixels as an array: row-major, `[height, width]` or `[height, width, channels]` (`[channels, height, width]` with layout CHW). */
export interface PixelArray {
  readonly data: PixelData;
  readonly shape: readonly number[];
  /** Order of the axes; default `HWC`. */
  readonly layout?: "HWC" | "CHW" | undefined;
  /** Default: as the array type says. `float16` lives in a Uint16Array, `bool` in a Uint8Array. */
  readonly dtype?: DType | undefined;
}
