/** deepdriver's module: the same words, with nothing lost on the way; see `deepdriver` of the main entry. */
export { DeepdriverBoundingBoxes as BoundingBoxes, DeepdriverImage as Image } from "../media/deepdriver.ts";
export {
  Artifacts,
  type ArtifactsOptions,
  type ArtifactEntry,
  getArtifact,
  type GetArtifactOptions,
  uploadArtifact,
} from "./deepdriver-artifacts.ts";
export { DeepdriverRun as Run, type DeepdriverRunOptions, finish, init, log } from "./deepdriver-run.ts";
export { type ArtifactStore, folderArtifacts, memoryArtifacts } from "./deepdriver-store.ts";
export { visualize } from "./visualize.ts";
