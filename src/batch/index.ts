/** `limn/batch`: whole datasets, drawn and written. */
import "../core/wasm-bytes.ts"; // first, as in src/index.ts
import "../draw/font-data.ts";

export {
  type BatchJob,
  type BatchOutput,
  type BatchProgress,
  renderBatch,
  type RenderBatchOptions,
  type RenderOutcome,
} from "./render-batch.ts";
export { type RenderDatasetOptions, type RenderProgress, type RenderSummary, renderDataset } from "./render-dataset.ts";
export {
  type PictureFile,
  type PictureScene,
  type RenderedPicture,
  type RenderJob,
  type RenderTimes,
  renderJob,
} from "./render-job.ts";
