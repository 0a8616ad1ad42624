/** limn for every runtime. */
// The two texts that are half of a bundle stand in front of all code, as modules stand in the order of their first import:
// gzip codes blocks of 16,383 symbols, and a block that mixes such a text with code costs 1 KB more.
import "./core/wasm-bytes.ts";
import "./draw/font-data.ts";

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
export {
  encodeClassMap,
  type EncodeClassMapOptions,
  encodeIndexedPng,
  type EncodeIndexedPngOptions,
  encodePng,
  type EncodePngOptions,
  type PngLevel,
} from "./codec/png-encode.ts";
export { decodeJpeg, type DecodeJpegOptions, type JpegPixels } from "./codec/jpeg-decode.ts";
export { encodeJpeg, type JpegOptions } from "./codec/jpeg-encode.ts";
export { decodeBmp, encodeBmp } from "./codec/bmp.ts";

// numbers to pixels
export type { DType, PixelArray, PixelData, PixelSource } from "./model/pixels.ts";
export {
  pixelsToFrame,
  pixelsToUint8,
  type PixelsToUint8Options,
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
export { type SkeletonName, skeletons } from "./model/skeletons.ts";

// drawing
export { addCaption } from "./draw/caption.ts";
export { render, renderToJpeg, renderToPng } from "./draw/render.ts";
export {
  type ColorBy,
  type ColorKey,
  type Hatch,
  type LabelMapClass,
  type LabelTag,
  type MarkKind,
  parseStyle,
  type ScoreLimit,
  type Style,
} from "./draw/style.ts";
export { type LabelLayout, layoutLabels } from "./draw/label-layout.ts";
export { palettes } from "./draw/palettes.ts";
export { registerFont, type RegisterFontOptions } from "./draw/fonts/registry.ts";

// pictures out of pictures
export { crop, type CropOptions, type Sides } from "./draw/crop.ts";
export { resize, type ResizeOptions } from "./draw/resize.ts";
export { resizeScene } from "./draw/resize-scene.ts";
export { concat, type ConcatOptions, contactSheet, type ContactSheetOptions } from "./draw/contact-sheet.ts";
export { cropGallery, type CropGalleryOptions } from "./draw/crop-gallery.ts";
export { sideBySide, type SideBySideOptions } from "./draw/side-by-side.ts";
export { differenceOverlay, type DifferenceOptions } from "./draw/difference.ts";

// images with their annotations
export {
  Image,
  type ImageJpegOptions,
  type ImageOptions,
  type ImagePngOptions,
  type ImageSource,
  type OpenOptions,
} from "./media/image.ts";
export type { FileType } from "./media/image-content.ts";
export type { OpenSource } from "./codec/fetch-bytes.ts";
export { BoundingBoxes2D } from "./media/bounding-boxes.ts";
export { BoxLayer, type CheckOptions } from "./media/box-layer.ts";
export { ImageMask } from "./media/image-mask.ts";
export { Classes } from "./media/classes.ts";
export type { Named } from "./media/named.ts";
export { Html } from "./media/html.ts";
export type { ReadyPicture } from "./media/ready-picture.ts";
export type { ImageWarning } from "./media/wandb-pixels.ts";
export type { JsonObject, JsonValue, MediaRun, Step } from "./media/media-run.ts";

// runs and artifacts
export { finish, init, log, type LogOptions, Run, type RunOptions } from "./log/run.ts";
export type { RunValues, Values } from "./log/run-values.ts";
export { type Addable, Artifact, type ArtifactOptions, type ManifestEntry } from "./log/artifact.ts";
export { type SummaryOptions, SummaryWriter, type SummaryWriterOptions } from "./log/summary-writer.ts";
export { Table, type TableOptions } from "./log/table.ts";
export {
  type JupyterDisplay,
  type SceneWithPicture,
  type Visible,
  visualize,
  type VisualizeOptions,
} from "./log/visualize.ts";
export type { LimnImageElement } from "./viewer/element.ts";
export type { ImageLike, PictureSource, ViewerPicture } from "./viewer/picture.ts";
export * as deepdriver from "./log/deepdriver.ts";
export type {
  DeepdriverBoundingBoxes,
  DeepdriverBoxes,
  DeepdriverImage,
  DeepdriverImageOptions,
} from "./media/deepdriver.ts";
export type { BoxRecord, BoxRows, BoxSet, ClassRecord, MaskRecord } from "./format/wandb.ts";
export type { ClassId, ClassLabels } from "./format/class-labels.ts";

// tasks
export {
  drawClassification,
  drawDetection,
  drawInstanceSegmentation,
  drawKeypoint,
  drawOcr,
  drawSemanticSegmentation,
  fetchPictures,
  type PictureFetch,
  runTask,
  runTasks,
  type Task,
  type TaskName,
  taskNames,
  type TaskOptions,
  type TaskOutput,
  type TaskPicture,
  type TaskResult,
  type TaskStyle,
} from "./task/index.ts";
