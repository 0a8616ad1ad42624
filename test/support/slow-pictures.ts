/** A dataset whose pictures take long enough to be drawn that a run can be cut off (Node only). */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "../../src/codec/png-encode.ts";
import { temporaryFolder } from "./cli.ts";
import { cocoOf } from "./dataset-files.ts";
import { testFrame } from "./scenes.ts";

/** Pictures in three folders, a COCO file, and places to draw to. */
export function slowDataset(count: number, { width = 480, height = 360 } = {}) {
  const folder = temporaryFolder();
  const [images, out, local, file] = ["photos", "drawn", "local", "instances.json"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const frame = testFrame(width, height);
  const bytes = encodePng(frame);
  frame.free();
  const names = Array.from({ length: count }, (_, i) => `${i % 3}/${i}.png`);
  for (const part of ["0", "1", "2"]) mkdirSync(join(images, part), { recursive: true });
  for (const name of names) writeFileSync(join(images, name), bytes);
  const coco = cocoOf(names) as { images: object[] };
  // each has a box of its own, so that no file is like another
  const records = coco as { annotations: { bbox: number[] }[] } & typeof coco;
  records.annotations.forEach((annotation, i) => (annotation.bbox = [i % 300, (i * 7) % 250, 60 + (i % 50), 40]));
  coco.images = coco.images.map((image) => ({ ...image, width, height }));
  writeFileSync(file, JSON.stringify(coco));
  return { folder, images, out, local, file, names };
}
