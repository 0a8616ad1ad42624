/** `limn/format`: dataset files as scenes. */
export { type CocoOptions, readCoco } from "./coco.ts";
export { COCO_PERSON } from "./coco-categories.ts";
export { type DatasetOptions, readDataset } from "./dataset.ts";
export type { JsonSource } from "./source.ts";
export { boxAnnotations, type CheckedBoxes, readWandbBoxes, writeWandbBoxes } from "./wandb.ts";
export { readDeepdriverBoxes, writeDeepdriverBoxes } from "./deepdriver.ts";
export { yolo } from "./yolo.ts";
export type { YoloWriteOptions } from "./yolo-writer.ts";
export { voc } from "./voc.ts";
export { cvat } from "./cvat.ts";
export { labelme } from "./labelme.ts";
export { labelStudio } from "./label-studio.ts";
