/** The jobs of the batch bench: photos as files, each with its scene. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { photos, scene } from "../inputs.mjs";

export const STYLE = { maskAlpha: 0.5 };

/** Write the photos below `images`. @returns how many there are */
export function writePhotos(images, width, height) {
  const all = photos(width, height);
  for (const [i, { jpeg }] of all.entries()) writeFileSync(join(images, `${i}.jpg`), jpeg);
  return all.length;
}

/** Jobs for photos that {@link writePhotos} has written: the same in every process. */
export function jobsOf(images, count, width, height) {
  return Array.from({ length: count }, (_, i) => {
    const fileName = `${i}.jpg`;
    const made = { ...scene(width, height, { group: i }), fileName };
    const masks = made.annotations.filter(({ segmentation }) => segmentation);
    const boxes = made.annotations.filter(({ box }) => box);
    return { images, file: join(images, fileName), scene: made, masks, boxes };
  });
}

/** What stands on the plate of a box. */
export function textOf({ category, score }) {
  return `${category} ${score.toFixed(2)}`;
}

/** The scenes as a COCO file in which the photos come again and again. */
export function cocoOf(jobs, count, width, height) {
  const names = new Map(jobs.flatMap(({ boxes }) => boxes.map(({ categoryId, category }) => [categoryId, category])));
  const images = Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    file_name: `${i % jobs.length}.jpg`,
    width,
    height,
  }));
  let id = 1;
  const annotations = images.flatMap(({ id: image_id }) =>
    jobs[(image_id - 1) % jobs.length].scene.annotations.map(({ segmentation, box, categoryId }) => ({
      id: id++,
      image_id,
      category_id: categoryId + 1,
      ...(segmentation ? { segmentation: segmentation.rle, iscrowd: 0 } : {}),
      ...(box ? { bbox: [box.x, box.y, box.width, box.height] } : {}),
    })),
  );
  const categories = Array.from({ length: 10 }, (_, i) => ({ id: i + 1, name: names.get(i) ?? `class ${i}` }));
  return { images, annotations, categories };
}
