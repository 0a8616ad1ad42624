/** limn for every runtime. */
export { ImageError, type ImageErrorCode, type ImageErrorOptions } from "./errors.ts";
export { type Limits, limits } from "./limits.ts";

// pictures
export { Frame, type Mode } from "./core/frame.ts";
export {
  decodeImage,
  decodeImageAsync,
  type DecodeImageAsyncOptions,
  type DecodeImageOptions,
  type Size,
} from "./codec/image.ts";
export { type ImageType, sniff, type Sniffed } from "./codec/sniff.ts";
export { decodePng, type NativePixels } from "./codec/png-decode.ts";
export { encodePng, type EncodePngOptions, type PngLevel } from "./codec/png-encode.ts";
export { decodeJpeg, type DecodeJpegOptions, type JpegPixels } from "./codec/jpeg-decode.ts";
export { encodeJpeg, type JpegOptions } from "./codec/jpeg-encode.ts";
export { decodeBmp, encodeBmp } from "./codec/bmp.ts";

// numbers to pixels
export type { DType, PixelArray, PixelData, PixelSource } from "./model/pixels.ts";
export {
  pixelsToFrame,
  toUint8,
  type ToUint8Options,
  type Uint8Pixels,
  type Uint8Policy,
  type Uint8Rule,
} from "./model/to-uint8.ts";
export { type Generation, guessMode, type GuessModeOptions } from "./model/guess-mode.ts";

// masks and scenes
export * as rle from "./model/rle.ts";
export type * from "./model/scene.ts";

// drawing
export { render } from "./draw/render.ts";
export { type ColorBy, parseStyle, type Style } from "./draw/style.ts";
export { palettes } from "./draw/palettes.ts";
