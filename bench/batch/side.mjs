/**
 * One side of the batch bench in a process of its own, so that nobody pays for the garbage, the caches and the allocator of
 * another: `side.mjs NAME IMAGES COUNT WIDTH HEIGHT OUT`. It says what it is called, or that it cannot be had; then each
 * message is answered with the milliseconds of one call, in which all photos are drawn.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderJob } from "../../dist/batch.js";
import { resolveStyle } from "../../build/js/draw/style.js";
import { canvas, sharp } from "../peers/peers.mjs";
import { paint } from "../twins/mask-paint.mjs";
import { decode } from "../twins/rle.mjs";
import { jobsOf, STYLE, textOf } from "./jobs.mjs";

const [side, images, ...numbers] = process.argv.slice(2, 7);
const [count, width, height] = numbers.map(Number);
const out = process.argv[7];
const jobs = jobsOf(images, count, width, height);
const style = resolveStyle(STYLE, width, height);
const raw4 = { raw: { width, height, channels: 4 } };
const css = (id) => `#${style.palette[id].toString(16).padStart(6, "0")}`;
const fileOf = (i) => join(out, `${i}.png`);
const each = async (work) => {
  for (const [i, job] of jobs.entries()) await work(job, fileOf(i));
};

/** What many do: an SVG of outlines, plates and text, and a picture of the masks, composited by sharp. */
const svgOf = ({ boxes }) => {
  const plate = Math.round(style.fontSize * 1.4);
  const parts = boxes.map(({ box, categoryId, ...rest }) => {
    const fill = css(categoryId);
    const text = textOf(rest);
    return (
      `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="${fill}" stroke-width="${style.boxWidth}"/>` +
      `<rect x="${box.x}" y="${box.y - plate}" width="${text.length * style.fontSize * 0.56 + style.fontSize * 0.8}" height="${plate}" rx="3" fill="${fill}"/>` +
      `<text x="${box.x + style.fontSize * 0.4}" y="${box.y - plate * 0.28}" font-family="sans-serif" font-size="${style.fontSize}">${text}</text>`
    );
  });
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join("")}</svg>`,
  );
};
const layerOf = ({ masks }) => {
  const layer = Buffer.alloc(width * height * 4);
  const words = new Uint32Array(layer.buffer, layer.byteOffset, width * height);
  for (const { segmentation, categoryId } of masks) {
    const mask = decode(segmentation.rle.counts, height, width);
    const value = style.palette[categoryId];
    const word = ((128 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
    for (let i = 0; i < mask.length; i++) if (mask[i]) words[i] = word;
  }
  return layer;
};

const SIDES = {
  limn: () => ({
    name: "limn",
    run: async () => {
      for (const [i, { scene }] of jobs.entries())
        await renderJob({ scene, images, out, output: `${i}.png`, type: "png", style: STYLE });
    },
  }),
  svg: () =>
    sharp && {
      name: `${sharp.name}, SVG and a mask layer composited`,
      run: () =>
        each((job, file) =>
          sharp
            .module(job.file)
            .composite([{ input: layerOf(job), ...raw4 }, { input: svgOf(job) }])
            .png()
            .toFile(file),
        ),
    },
  tuned: () =>
    sharp && {
      name: `${sharp.name}, tuned: masks into raw pixels, SVG for boxes and labels, PNG level 1`,
      run: () =>
        each(async (job, file) => {
          const { data } = await sharp
            .module(job.file, { ignoreIcc: true })
            .ensureAlpha()
            .raw()
            .toBuffer({ resolveWithObject: true });
          for (const { segmentation, categoryId } of job.masks)
            paint(data, segmentation.rle.counts, height, width, style.palette[categoryId], 128);
          await sharp
            .module(data, raw4)
            .composite([{ input: svgOf(job) }])
            .removeAlpha()
            .png({ compressionLevel: 1 })
            .toFile(file);
        }),
    },
  canvas: () => canvas && { name: canvas.name, run: () => each(onCanvas) },
};

async function onCanvas(job, file) {
  const image = await canvas.loadImage(readFileSync(job.file));
  const board = canvas.createCanvas(width, height);
  const context = board.getContext("2d");
  context.drawImage(image, 0, 0);
  const picture = context.getImageData(0, 0, width, height);
  for (const { segmentation, categoryId } of job.masks)
    paint(picture.data, segmentation.rle.counts, height, width, style.palette[categoryId], 128);
  context.putImageData(picture, 0, 0);
  context.font = `${style.fontSize}px sans-serif`;
  context.lineWidth = style.boxWidth;
  const plate = Math.round(style.fontSize * 1.4);
  for (const annotation of job.boxes) {
    const { box, categoryId } = annotation;
    const text = textOf(annotation);
    context.strokeStyle = context.fillStyle = css(categoryId);
    context.strokeRect(box.x, box.y, box.width, box.height);
    context.fillRect(box.x, box.y - plate, context.measureText(text).width + style.fontSize * 0.8, plate);
    context.fillStyle = "#000";
    context.fillText(text, box.x + style.fontSize * 0.4, box.y - plate * 0.28);
  }
  writeFileSync(file, await board.encode("png"));
}

const found = SIDES[side]();
process.send(found ? { name: found.name } : {});
process.on("message", async () => {
  const start = performance.now();
  await found.run();
  process.send(performance.now() - start);
});
process.once("disconnect", () => process.exit());
