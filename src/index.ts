/** limn for every runtime. */
export { ImageError, type ImageErrorCode } from "./errors.ts";
export { type Limits, limits } from "./limits.ts";
export { Frame, type Mode } from "./core/frame.ts";
export {
  type EncodeClassMapOptions,
  type EncodeIndexedPngOptions,
  type EncodePngOptions,
  type PngLevel,
  encodeClassMap,
  encodeIndexedPng,
  encodePng,
} from "./codec/png-encode.ts";
