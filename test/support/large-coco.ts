/** COCO files of any size, written in pieces (Node only). */
import { closeSync, openSync, writeSync } from "node:fs";
import { random, randomInt } from "./random.ts";

/**
 * Write a COCO file of about so many bytes; its pictures are `pictures` in number, annotations are not sorted by picture.
 *
 * @returns the number of annotations
 */
export function writeLargeCoco(path: string, bytes: number, pictures: number, names?: readonly string[]): number {
  const next = random(7);
  const file = openSync(path, "w");
  let [size, count] = [0, 0];
  const write = (text: string): void => void (size += writeSync(file, text));
  const images = Array.from({ length: pictures }, (_, i) => ({
    id: i + 1,
    width: 640,
    height: 480,
    file_name: names?.[i] ?? `${i + 1}.jpg`,
  }));
  write(`{"info": {"a [}": "\\"{"}, "categories": [{"id": 3, "name": "cat"}], "images": ${JSON.stringify(images)},`);
  write('\n"annotations": [');
  const outlines = Array.from({ length: 500 }, () =>
    Array.from({ length: 24 }, () => randomInt(next, 0, 48000) / 100).join(", "),
  );
  while (size < bytes) {
    const lines: string[] = [];
    for (const outline of outlines) {
      lines.push(
        `${count === 0 ? "" : ","}\n{"segmentation": [[${outline}]], "area": 12.5, "iscrowd": 0, ` +
          `"image_id": ${randomInt(next, 1, pictures)}, "bbox": [1.5, 2, 30, 40], "category_id": 3, "id": ${++count}}`,
      );
    }
    write(lines.join(""));
  }
  write("]}\n");
  closeSync(file);
  return count;
}
