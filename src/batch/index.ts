/** `limn/batch`: whole datasets, drawn and written. */
export {
  type RenderDatasetOptions,
  type RenderOutcome,
  type RenderProgress,
  type RenderSummary,
  renderDataset,
} from "./render-dataset.ts";
export { type RenderedPicture, type RenderJob, type RenderTimes, renderJob } from "./render-job.ts";
