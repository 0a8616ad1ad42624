/** `limn/format`: dataset files as scenes. */
export { type CocoOptions, readCoco } from "./coco.ts";
export { COCO_PERSON } from "./coco-categories.ts";
export {
  type DatasetOptions,
  detectFormats,
  formatNamed,
  formats,
  openDataset,
  type OpenDatasetOptions,
  type OpenedDataset,
  readDataset,
} from "./dataset.ts";
export { type ArchiveBytes, isZip, openZip } from "./zip-read.ts";
export { ZipSink } from "./zip-write.ts";
export type { JsonSource } from "./source.ts";
export { boxAnnotations, type CheckedBoxes, readWandbBoxes, writeWandbBoxes } from "./wandb.ts";
export { readDeepdriverBoxes, writeDeepdriverBoxes } from "./deepdriver.ts";
export { yolo } from "./yolo.ts";
export type { YoloWriteOptions } from "./yolo-writer.ts";
export { voc } from "./voc.ts";
export { cvat } from "./cvat.ts";
export { labelme } from "./labelme.ts";
export { labelStudio } from "./label-studio.ts";
export type { DatasetFormat, Loss, ReadTreeOptions, WriteTreeOptions } from "./dataset-format.ts";
export { type FileSink, type FileTree, MemoryFiles } from "./file-tree.ts";
export { coco, cocoPanoptic, cocoResults } from "./coco-format.ts";
export { lvis } from "./lvis.ts";
export { via, viaCsv } from "./via.ts";
export { createml } from "./createml.ts";
export { datumaro } from "./datumaro.ts";
export { classificationFolders } from "./classification-folders.ts";
export { wandbFiles } from "./wandb-files.ts";
export { deepdriverFiles } from "./deepdriver-files.ts";
export { instill } from "./instill-files.ts";
export { INSTILL_PERSON, type InstillOptions, type InstillResult, type InstillTask, readInstill } from "./instill.ts";
export { comet } from "./comet.ts";
export { limnJsonl } from "./limn-jsonl.ts";
export { limnJsonlSchema } from "./limn-schema.ts";
