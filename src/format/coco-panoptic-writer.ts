/** Datasets as COCO panoptic files: a PNG in which the colour of a pixel is the id of its segment, and JSON about them. */
import { checkedOptions } from "../errors.ts";
import { encodePng } from "../codec/png-encode.ts";
import { decodeMask } from "../core/rle.ts";
import type { Annotation, Dataset, Scene } from "../model/scene.ts";
import { captionsOf, checkScene, CocoCategories, FreeIds, datasetFields, imageRecord } from "./coco-records.ts";
import { type Loss, Losses, type WriteTreeOptions } from "./dataset-format.ts";
import type { FileSink } from "./file-tree.ts";
import { splitName } from "./scene-names.ts";
import { soundScenes } from "./sound-scenes.ts";
import { stemOf } from "./tree-reading.ts";
import { loseParts, loseSceneParts, loseSplits } from "./lost-parts.ts";
import { boundsOf, harden, isHard, jsonFile, JsonList, pixelBox } from "./written.ts";

const KEPT: ReadonlySet<keyof Annotation> = new Set(["id", "box", "segmentation", "category", "isCrowd", "area"]);
const KEPT_OF_SCENES: ReadonlySet<keyof Scene> = new Set(["imageId", "split", "attributes"]);

interface Split {
  readonly images: JsonList;
  readonly annotations: JsonList;
  readonly names: Set<string>;
}

/** Write `annotations/panoptic_<split>.json` and `annotations/panoptic_<split>/<picture>.png`. */
export async function writePanoptic(
  dataset: Dataset,
  sink: FileSink,
  options: WriteTreeOptions = {},
): Promise<readonly Loss[]> {
  checkedOptions(options);
  const losses = new Losses();
  const categories = new CocoCategories(dataset.categories, losses);
  const splits = new Map<string, Split>();
  const ids = new FreeIds();
  for await (const { scene, path } of soundScenes(dataset, losses)) {
    if (!checkScene(scene, losses, path)) continue;
    loseSceneParts(scene, KEPT_OF_SCENES, losses, path);
    const part = splitName(scene, options, losses, path);
    const split = splits.get(part) ?? { images: new JsonList(), annotations: new JsonList(), names: new Set() };
    splits.set(part, split);
    const image = ids.take(scene.imageId, losses, "id of a picture that is no whole number or taken", path);
    const { pixels, segments } = paint(scene, categories, losses, path);
    const name = pngName(scene.fileName ?? String(image), split.names);
    const data = { data: pixels, shape: [scene.height, scene.width, 3] as const };
    await sink.write(`annotations/panoptic_${part}/${name}`, encodePng(data, { level: "small" }));
    split.images.push(imageRecord(scene, image, losses, path));
    split.annotations.push({ image_id: image, file_name: name, segments_info: segments });
    if (captionsOf(scene).length > 0) losses.add("caption", `${path}.caption`);
  }
  const about = datasetFields(dataset, losses);
  const records = categories
    .records(losses)
    .map((record) => ("isthing" in record ? record : { ...record, isthing: 1 }));
  if (splits.size === 0)
    splits.set(options.split ?? "train", { images: new JsonList(), annotations: new JsonList(), names: new Set() });
  for (const [name, { images, annotations }] of splits)
    await sink.write(
      `annotations/panoptic_${name}.json`,
      jsonFile({ ...about, images, categories: records, annotations }),
    );
  loseSplits(dataset, losses, splits);
  return losses.list;
}

/** The name of a picture's PNG, no other picture's. Folders become part of the name. */
function pngName(fileName: string, taken: Set<string>): string {
  const stem = stemOf(fileName)
    .replace(/[/\\:\0]/g, "_")
    .replace(/^\.+/, "_");
  let name = `${stem}.png`;
  for (let round = 2; taken.has(name.toLowerCase()); round++) name = `${stem}-${round}.png`;
  taken.add(name.toLowerCase());
  return name;
}

/** Pixels of the PNG and the records of its segments. Where masks overlap the later one covers the earlier. */
function paint(
  scene: Scene,
  categories: CocoCategories,
  losses: Losses,
  path: string,
): { pixels: Uint8Array; segments: object[] } {
  const { width, height } = scene;
  const plane = new Uint32Array(width * height);
  const own = new FreeIds();
  own.take(0, losses, "", path); // the id of no segment
  const drawn: { annotation: Annotation; id: number; place: string }[] = [];
  for (const [i, annotation] of scene.annotations.entries()) {
    const place = `${path}.annotations[${i}]`;
    loseParts(annotation, KEPT, losses, place);
    const { segmentation } = annotation;
    if (!segmentation) {
      losses.add("object without a mask", place);
      continue;
    }
    if (annotation.box?.rotation) losses.add("rotation of a box", `${place}.box.rotation`);
    if (!isHard(segmentation)) losses.add("probabilities of a soft mask (written where 0.5 or more)", place);
    const mask = isHard(segmentation) ? segmentation : harden(segmentation);
    if (mask.kind === "polygon") losses.add("outlines of polygons (written as pixels)", place);
    const wanted = typeof annotation.id === "number" && annotation.id < 2 ** 24 ? annotation.id : undefined;
    if (wanted === undefined && annotation.id !== undefined) losses.add("id of a segment beyond 24 bits", place);
    const id = own.take(wanted, losses, "id of an object that is no whole number or taken", place);
    const dense = decodeMask(mask, width, height, { pathOf: () => place });
    let covered = false;
    for (let at = 0; at < dense.length; at++) {
      if (dense[at] === 0) continue;
      covered ||= plane[at] !== 0;
      plane[at] = id;
    }
    if (covered) losses.add("pixels that two masks share (the later one has them)", place);
    drawn.push({ annotation, id, place });
  }
  const measures = measure(plane, width);
  const segments: object[] = [];
  for (const { annotation, id, place } of drawn) {
    const found = measures.get(id);
    if (!found) {
      losses.add("mask without pixels of its own", place);
      continue;
    }
    const { x, y, width: w, height: h } = annotation.box ? pixelBox(annotation.box, scene) : found.box;
    segments.push({
      id,
      category_id: categories.idOf(annotation, losses, place),
      iscrowd: annotation.isCrowd ? 1 : 0,
      bbox: [x, y, w, h],
      area: annotation.area ?? found.area,
    });
  }
  const pixels = new Uint8Array(plane.length * 3);
  for (let at = 0; at < plane.length; at++) {
    const id = plane[at]!;
    pixels[at * 3] = id;
    pixels[at * 3 + 1] = id >> 8;
    pixels[at * 3 + 2] = id >> 16;
  }
  return { pixels, segments };
}

/** Area and tight box of every id, but 0. */
function measure(
  plane: Uint32Array,
  width: number,
): Map<number, { area: number; box: NonNullable<ReturnType<typeof boundsOf>> }> {
  const found = new Map<number, { area: number; edges: [number, number, number, number] }>();
  for (let at = 0; at < plane.length; at++) {
    const id = plane[at]!;
    if (id === 0) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    let entry = found.get(id);
    if (!entry) found.set(id, (entry = { area: 0, edges: [x, y, x, y] }));
    entry.area += 1;
    const { edges } = entry;
    if (x < edges[0]) edges[0] = x;
    if (x > edges[2]) edges[2] = x;
    edges[3] = y;
  }
  return new Map(
    Array.from(
      found,
      ([
        id,
        {
          area,
          edges: [left, top, right, bottom],
        },
      ]) => [id, { area, box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 } }],
    ),
  );
}
