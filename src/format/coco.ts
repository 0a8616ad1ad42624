/** COCO: instances, keypoints, captions, panoptic and result files as a {@link LoadedDataset}. */
import { checkedOptions, ImageError, show } from "../errors.ts";
import type { LoadedDataset } from "../model/scene.ts";
import { type CocoOptions, CocoReader } from "./coco-reader.ts";
import { type Fields, isFields, isList } from "./fields.ts";
import { type JsonSource, parseJson } from "./source.ts";

export type { CocoOptions } from "./coco-reader.ts";

/**
 * Read a COCO file: `instances`, `person_keypoints`, `captions`, `panoptic` (an object with `images` and `annotations`),
 * or results (an array of records with `image_id`).
 *
 * Each picture becomes a scene, in the order of the file, also when it has no annotations. What breaks the rules is left
 * out and listed in `problems` with its place; the rest of the record stays. A picture whose size is not usable has
 * {@link Scene.error}. Category ids need not be dense; edges of skeletons count from 0. The values of a parsed source
 * (coordinates, run lengths) are kept, not copied: do not change them afterwards.
 *
 * @param source - JSON text, its bytes, or the parsed value
 * @throws {ImageError} `DECODE` if the source is not JSON, `ARGUMENT` if it is not COCO
 *
 * @example
 * const dataset = readCoco('{"images": [{"id": 1, "width": 8, "height": 8, "file_name": "a.png"}], "annotations": []}');
 * for (const scene of dataset.scenes) console.log(scene.fileName, scene.annotations.length);
 */
export function readCoco(source: JsonSource, options: CocoOptions = {}): LoadedDataset {
  const { groundTruth } = checkedOptions(options);
  const root = parseJson(source);
  const truth = groundTruth === undefined ? undefined : parseJson(groundTruth);
  const isResults = isList(root);
  if (!isResults && !isCocoObject(root))
    throw new ImageError("ARGUMENT", `expected COCO (images and annotations, or a list of results), got ${show(root)}`);
  if (truth !== undefined && (!isFields(truth) || !isList(truth["images"])))
    throw new ImageError("ARGUMENT", "expected a COCO file with images", { path: "groundTruth" });

  const reader = new CocoReader(options, isResults ? "predictions" : "ground truth");
  const base = (truth as Fields | undefined) ?? (isResults ? undefined : root);
  const at = truth === undefined ? "" : "groundTruth.";
  if (base) reader.readCategories(base["categories"], at);
  if (base) reader.readImages(base["images"], at);
  const records = isResults ? root : root["annotations"];
  if (records === undefined) reader.problems.add("annotations", "expected a list, got none");
  else if (!isList(records))
    throw new ImageError("ARGUMENT", `expected a list, got ${show(records)}`, { path: "annotations" });
  else reader.readRecords(records, isResults ? "" : "annotations", base === undefined);
  return reader.dataset();
}

/** True when a parsed value looks like COCO. */
export function isCoco(value: unknown): boolean {
  if (isList(value)) return isFields(value[0]) && "image_id" in value[0];
  return isFields(value) && isCocoObject(value);
}

function isCocoObject(value: unknown): value is Fields {
  return isFields(value) && (isList(value["images"]) || isList(value["annotations"]));
}
