// Draws the sample dataset: examples/sample/images and the COCO file that tells exactly what is in them.
// The pictures are part of the project; run this after a change to examples/street: node examples/make-sample.mjs
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { encodeJpeg, Frame } from "limn";
import { annotate, CATEGORIES } from "./street/annotate.mjs";
import { assemble, SCENES } from "./street/scenes.mjs";
import { draw } from "./street/tracer.mjs";

const SAMPLES = Number(process.env.SAMPLES ?? 36);
const root = new URL("sample/", import.meta.url);
const images = [];
const annotations = [];

for (const [index, description] of SCENES.entries()) {
  const { name, width, height } = description;
  const assembled = assemble(description);
  const { rgba, ids } = draw(assembled.scene, assembled.camera, { samples: SAMPLES, seed: index + 1 });
  const frame = Frame.fromRgba(rgba, width, height, "RGB");
  const file = new URL(`images/${name}`, root);
  mkdirSync(dirname(file.pathname), { recursive: true });
  writeFileSync(file, encodeJpeg(frame, { quality: 92, subsampling: "4:4:4" }));
  frame.free();
  const imageId = 100 + index * 7;
  images.push({ id: imageId, file_name: name, width, height });
  for (const record of annotate(ids, assembled))
    annotations.push({ id: annotations.length + 1, image_id: imageId, ...record });
  console.log(`${name}: ${annotations.filter(({ image_id }) => image_id === imageId).length} objects`);
}

const info = { description: "A street that limn drew itself", version: "1", year: 2026 };
const licenses = [{ id: 1, name: "MIT", url: "" }];
writeFileSync(
  new URL("instances.json", root),
  `${JSON.stringify({ info, licenses, images, categories: CATEGORIES, annotations })}\n`,
);
