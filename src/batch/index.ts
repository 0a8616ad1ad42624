/** `limn/batch`: whole datasets, drawn and written. */
import "../core/wasm-bytes.ts"; // first, as in src/index.ts
import "../draw/font-data.ts";

export {
  type ByteSink,
  type DrawnPicture,
  type PictureArchive,
  type ShardPosition,
  type ShardSize,
  TarArchive,
  ZipArchive,
} from "./archives.ts";
export {
  type BatchJob,
  type BatchOutput,
  type BatchProgress,
  renderBatch,
  type RenderBatchOptions,
  type RenderOutcome,
} from "./render-batch.ts";
export {
  type RenderDatasetOptions,
  type RenderProgress,
  type RenderSummary,
  renderDataset,
  type ThumbnailOptions,
} from "./render-dataset.ts";
export { type RenderedPicture, type RenderJob, type RenderTimes, renderJob } from "./render-job.ts";
export type { Thumbnail, ThumbnailSize } from "./thumbnail.ts";
