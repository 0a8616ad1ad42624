/** What users hand in as pixels. */
import { type Element, type ElementSource, locate } from "../core/pixels.ts";
import { ImageError, show } from "../errors.ts";
import { checkSize, limits } from "../limits.ts";

/** `Float16Array` where the user's types know it, else nothing: an unknown name would make {@link PixelData} `any`. */
type HostFloat16Array = typeof globalThis extends { Float16Array: { prototype: infer T } } ? T : never;

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
  | BigUint64Array
  | HostFloat16Array;

/** Number type of {@link PixelArray.data} where the array type alone does not tell it. */
export type DType = "bool" | Element;

/** Pixels as an array: row-major, `[height, width]` or `[height, width, channels]` (`[channels, height, width]` with layout CHW). */
export interface PixelArray {
  readonly data: PixelData;
  readonly shape: readonly number[];
  /** Order of the axes; default `HWC`. */
  readonly layout?: "HWC" | "CHW" | undefined;
  /** Default: as the array type says. `float16` lives in a Uint16Array, `bool` in a Uint8Array. */
  readonly dtype?: DType | undefined;
}

/** `ImageData` and what looks like it: rows of 1 to 4 channels, of which the length tells the number. */
export interface ImageDataLike {
  readonly data: PixelData;
  readonly width: number;
  readonly height: number;
}

/** A TensorFlow.js tensor, read by `dataSync()`; its axes are height, width, channels. */
export interface TfTensorLike {
  dataSync(): PixelData;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/**
 * An onnxruntime tensor on the CPU; its axes are channels, height, width, and a leading axis of length 1 (a batch of one)
 * is left out.
 */
export interface OrtTensorLike {
  readonly data: unknown;
  readonly dims: readonly number[];
  readonly type: string;
}

/** An `ndarray` (scijs): strided, so that it may be a part or a transposed view of its data. */
export interface NdarrayLike {
  readonly data: PixelData;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** Everything that limn takes as pixels. */
export type PixelSource = PixelArray | ImageDataLike | TfTensorLike | OrtTensorLike | NdarrayLike;

/** Pixels, checked: `channels` 1 to 4 are L, LA, RGB, RGBA. */
export interface CheckedPixels extends ElementSource {
  readonly width: number;
  readonly height: number;
  readonly bool: boolean;
}

const TYPES: ReadonlyMap<string, Element> = new Map([
  ["Uint8Array", "uint8"],
  ["Uint8ClampedArray", "uint8"],
  ["Int8Array", "int8"],
  ["Uint16Array", "uint16"],
  ["Int16Array", "int16"],
  ["Uint32Array", "uint32"],
  ["Int32Array", "int32"],
  ["BigUint64Array", "uint64"],
  ["BigInt64Array", "int64"],
  ["Float16Array", "float16"],
  ["Float32Array", "float32"],
  ["Float64Array", "float64"],
]);

/** Name of a typed array's type, Node's Buffer being a Uint8Array; undefined for all else. */
function elementOf(data: unknown): Element | undefined {
  if (!ArrayBuffer.isView(data) || data instanceof DataView) return undefined;
  // the tag is right across realms and for subclasses, unlike instanceof and constructor.name
  return TYPES.get((data as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag]);
}

/**
 * See whatever users hand in as a {@link PixelArray}; nothing is copied but strided views and tensors' own copies.
 *
 * @returns undefined when the value is none of {@link PixelSource}
 * @throws {ImageError} `ARGUMENT` for one that cannot be meant
 */
export function toPixelArray(value: unknown, path?: string): PixelArray | undefined {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return undefined;
  const it = value as Record<string, unknown>;
  if (typeof it["dataSync"] === "function") {
    const tensor = value as TfTensorLike;
    // bool arrives as a Uint8Array, int32 and float32 as such; any other type has no pixels
    const dtype = tensor.dtype === "bool" ? "bool" : undefined;
    return { data: tensor.dataSync(), shape: tensor.shape, dtype };
  }
  if (Array.isArray(it["dims"]) && typeof it["type"] === "string") return fromOrt(it, path);
  if (!("data" in it)) return undefined;
  if (it["shape"] !== undefined) {
    if (Array.isArray(it["stride"])) return fromStrided(value as NdarrayLike, path);
    return value as PixelArray;
  }
  if (typeof it["width"] === "number" && typeof it["height"] === "number") {
    const { data, width, height } = value as ImageDataLike;
    checkSize(width, height, path);
    const channels = elementOf(data) === undefined ? 0 : data.length / (width * height);
    return { data, shape: [height, width, channels] };
  }
  return undefined;
}

function fromOrt(tensor: Record<string, unknown>, path: string | undefined): PixelArray {
  let data: unknown;
  try {
    data = tensor["cpuData"] ?? tensor["data"];
  } catch (cause) {
    throw new ImageError("ARGUMENT", "expected a tensor with its data on the CPU: await tensor.getData() first", {
      path,
      cause,
    });
  }
  const dims = tensor["dims"] as number[];
  const shape = dims.length === 4 && dims[0] === 1 ? dims.slice(1) : dims;
  const type = tensor["type"] as string;
  const dtype = type === "bool" || type === "float16" ? type : undefined;
  return { data: data as PixelData, shape, layout: "CHW", dtype };
}

function fromStrided(
  { data, shape, stride, offset, ...rest }: NdarrayLike & Partial<PixelArray>,
  path?: string,
): PixelArray {
  const layout = rest.layout;
  const dtype = rest.dtype === "bool" || rest.dtype === "float16" ? rest.dtype : undefined;
  const total = checkedTotal(shape, path);
  if (elementOf(data) === undefined || shape.length > 3) return { data, shape, layout, dtype };
  if (stride.length !== shape.length || ![offset, ...stride].every(Number.isSafeInteger))
    throw new ImageError(
      "ARGUMENT",
      `expected a whole stride for each axis and an offset, got ${show(stride)}, ${show(offset)}`,
      { path },
    );
  if (total > limits.maxPixels * 4)
    throw new ImageError("LIMIT", `expected at most ${limits.maxPixels} pixels, got shape ${show(shape)}`, { path });
  const counts = [...Array<number>(3 - shape.length).fill(1), ...shape] as [number, number, number];
  const steps = [...Array<number>(3 - shape.length).fill(0), ...stride] as [number, number, number];
  const ends = counts.map((count, axis) => (count - 1) * steps[axis]!);
  const low = offset + ends.reduce((sum, end) => sum + Math.min(end, 0), 0);
  const high = offset + ends.reduce((sum, end) => sum + Math.max(end, 0), 0);
  if (total > 0 && !(low >= 0 && high < data.length))
    throw new ImageError("ARGUMENT", `expected strides inside the ${data.length} elements, got ${show(stride)}`, {
      path,
    });
  const dense = shape.every(
    (count, axis) => count === 1 || stride[axis] === shape.slice(axis + 1).reduce((a, b) => a * b, 1),
  );
  if (dense) return { data: data.subarray(offset, offset + total) as PixelData, shape, layout, dtype };
  const out = new (data.constructor as new (length: number) => PixelData)(total);
  let at = 0;
  for (let i = 0; i < counts[0]; i++)
    for (let j = 0; j < counts[1]; j++)
      for (let k = 0, from = offset + i * steps[0] + j * steps[1]; k < counts[2]; k++, from += steps[2])
        out[at++] = data[from]!;
  return { data: out, shape, layout, dtype };
}

/** Product of a shape of whole numbers of 0 or more. */
function checkedTotal(shape: unknown, path: string | undefined): number {
  if (!Array.isArray(shape) || !shape.every((axis) => Number.isSafeInteger(axis) && axis >= 0))
    throw new ImageError("ARGUMENT", `expected shape to be a list of whole numbers, got ${show(shape)}`, { path });
  return (shape as number[]).reduce((product, axis) => product * axis, 1);
}

/**
 * The elements of an array, one after the other, whatever their shape means.
 *
 * @throws {ImageError} `ARGUMENT` when data, shape and dtype do not fit together, or there are no elements
 */
export function checkElements({ data, shape, dtype }: PixelArray, path?: string): ElementSource & { bool: boolean } {
  const total = checkedTotal(shape, path);
  const own = elementOf(data);
  if (own === undefined)
    throw new ImageError("ARGUMENT", `expected data to be a typed array, got ${show(data)}`, { path });
  const bool = dtype === "bool";
  const half = dtype === "float16" && (own === "uint16" || own === "float16");
  if (!(dtype === undefined || dtype === own || half || (bool && own === "uint8")))
    throw new ImageError("ARGUMENT", `expected data of dtype ${show(dtype)}, got ${show(data)}`, { path });
  if (data.length !== total)
    throw new ImageError("ARGUMENT", `expected ${total} elements for shape ${show(shape)}, got ${data.length}`, {
      path,
    });
  if (total === 0)
    throw new ImageError("ARGUMENT", `expected at least one element, got shape ${show(shape)}`, { path });
  return {
    data,
    element: half ? "float16" : own,
    pixels: total,
    channels: 1,
    planar: false,
    bool,
    inside: locate(data),
  };
}

/**
 * Pixels, checked: two or three axes, one to four channels, within {@link limits}.
 *
 * @throws {ImageError} `ARGUMENT` or `LIMIT`
 */
export function checkPixels(array: PixelArray, path?: string): CheckedPixels {
  const { shape, layout } = array;
  if (layout !== undefined && layout !== "HWC" && layout !== "CHW")
    throw new ImageError("ARGUMENT", `expected layout "HWC" or "CHW", got ${show(layout)}`, { path });
  checkedTotal(shape, path);
  const planar = layout === "CHW";
  const wanted = planar ? "[channels, height, width]" : "[height, width] or [height, width, channels]";
  if (shape.length !== 2 && shape.length !== 3)
    throw new ImageError("ARGUMENT", `expected a shape of ${wanted}, got ${show(shape)}`, { path });
  const [height, width] = shape.length === 3 && planar ? shape.slice(1) : shape;
  const channels = shape.length === 2 ? 1 : planar ? shape[0]! : shape[2]!;
  checkSize(width!, height!, path);
  if (channels < 1 || channels > 4)
    throw new ImageError("ARGUMENT", `expected 1 to 4 channels in a shape of ${wanted}, got ${show(shape)}`, { path });
  const elements = checkElements(array, path);
  return {
    ...elements,
    pixels: width! * height!,
    channels,
    planar: planar && channels > 1,
    width: width!,
    height: height!,
  };
}
