/** limn for every runtime. */
export { ImageError, type ImageErrorCode } from "./errors.ts";
export { type Limits, limits } from "./limits.ts";
export { Frame, type Mode } from "./core/frame.ts";
export { type EncodePngOptions, type PngLevel, encodePng } from "./codec/png-encode.ts";
