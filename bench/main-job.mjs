/**
 * The main job: the bytes of a JPEG become the bytes of a PNG with ten masks (COCO strings) and twenty labelled boxes.
 * Rivals decode the masks with the plain-JS twin, as none of them reads COCO strings, and get the same boxes and texts.
 * Then: where our time goes.
 */
import { strict as assert } from "node:assert";
import { decodeJpeg } from "../build/js/codec/jpeg-decode.js";
import { decodePng } from "../build/js/codec/png-decode.js";
import { encodePng } from "../build/js/codec/png-encode.js";
import { render } from "../build/js/draw/render.js";
import { resolveStyle } from "../build/js/draw/style.js";
import { compare } from "./harness.mjs";
import { photos, scene, SIZES } from "./inputs.mjs";
import { canvas, sharp } from "./peers/peers.mjs";
import { paint } from "./twins/mask-paint.mjs";
import { decode } from "./twins/rle.mjs";

const STYLE = { maskAlpha: 0.5 };

for (const [width, height] of SIZES) {
  const jobs = photos(width, height, width > 640 ? 2 : 4).map(({ jpeg }, i) => {
    const made = scene(width, height, { group: i });
    const style = resolveStyle(STYLE, width, height);
    const masks = made.annotations.filter(({ segmentation }) => segmentation);
    const boxes = made.annotations.filter(({ box }) => box);
    return { jpeg, scene: made, style, masks, boxes };
  });
  const color = (style, id) => style.palette[id];
  const css = (value) => `#${value.toString(16).padStart(6, "0")}`;
  const textOf = ({ category, score }) => `${category} ${score.toFixed(2)}`;
  const each = async (work) => {
    const files = [];
    for (const job of jobs) files.push(await work(job));
    return files;
  };
  const pixels = (bytes) => {
    const frame = decodePng(new Uint8Array(bytes));
    const rgba = frame.toRgba();
    frame.free();
    return rgba;
  };

  const ours = () =>
    jobs.map(({ jpeg, scene: made }) => {
      const frame = decodeJpeg(jpeg);
      const png = encodePng(render(frame, made, STYLE));
      frame.free();
      return png;
    });
  const expected = ours().map(pixels);
  const size = (files) => `${(files.reduce((sum, { length }) => sum + length, 0) / files.length / 1000).toFixed(0)} kB`;
  /** Letters and line joints differ from rival to rival; photo, masks and boxes must not. */
  const check = (files) => {
    files.forEach((file, i) => {
      const rgba = pixels(file);
      assert.equal(rgba.length, expected[i].length);
      let far = 0;
      for (let p = 0; p < rgba.length; p += 4)
        if (Math.abs(rgba[p] - expected[i][p]) + Math.abs(rgba[p + 1] - expected[i][p + 1]) > 40) far++;
      const share = (far * 4) / rgba.length;
      assert.ok(share < 0.12, `${(share * 100).toFixed(1)} % of the pixels differ`);
    });
    return size(files);
  };

  /** What many do: an SVG of outlines, plates and text, and a picture of the masks, composited by sharp. */
  const svgOf = ({ boxes, style }) => {
    const plate = Math.round(style.fontSize * 1.4);
    const parts = boxes.map(({ box, categoryId, ...rest }) => {
      const fill = css(color(style, categoryId));
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
  const layerOf = ({ masks, style }) => {
    const layer = Buffer.alloc(width * height * 4);
    const words = new Uint32Array(layer.buffer, layer.byteOffset, width * height);
    for (const { segmentation, categoryId } of masks) {
      const mask = decode(segmentation.rle.counts, height, width);
      const value = color(style, categoryId);
      const word = ((128 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
      for (let i = 0; i < mask.length; i++) if (mask[i]) words[i] = word;
    }
    return layer;
  };
  const variants = [{ name: "limn", run: ours, check: size }];
  if (sharp) {
    const { module, name } = sharp;
    const raw4 = { raw: { width, height, channels: 4 } };
    variants.push({
      name: `${name}, SVG and a mask layer composited`,
      run: () =>
        each((job) =>
          module(job.jpeg)
            .composite([{ input: layerOf(job), ...raw4 }, { input: svgOf(job) }])
            .png()
            .toBuffer(),
        ),
      check,
    });
    variants.push({
      name: `${name}, tuned: masks and boxes into raw pixels, SVG for labels alone, PNG level 1`,
      run: () =>
        each(async (job) => {
          const { data } = await module(job.jpeg, { ignoreIcc: true })
            .ensureAlpha()
            .raw()
            .toBuffer({ resolveWithObject: true });
          for (const { segmentation, categoryId } of job.masks)
            paint(data, segmentation.rle.counts, height, width, color(job.style, categoryId), 128);
          return module(data, raw4)
            .composite([{ input: svgOf(job) }])
            .removeAlpha()
            .png({ compressionLevel: 1 })
            .toBuffer();
        }),
      check,
    });
  }
  if (canvas)
    variants.push({
      name: `${canvas.name}`,
      run: () =>
        each(async (job) => {
          const { boxes, style } = job;
          const image = await canvas.loadImage(Buffer.from(job.jpeg));
          const board = canvas.createCanvas(width, height);
          const context = board.getContext("2d");
          context.drawImage(image, 0, 0);
          const picture = context.getImageData(0, 0, width, height);
          for (const { segmentation, categoryId } of job.masks)
            paint(picture.data, segmentation.rle.counts, height, width, color(style, categoryId), 128);
          context.putImageData(picture, 0, 0);
          context.font = `${style.fontSize}px sans-serif`;
          context.lineWidth = style.boxWidth;
          const plate = Math.round(style.fontSize * 1.4);
          for (const annotation of boxes) {
            const { box, categoryId } = annotation;
            const text = textOf(annotation);
            context.strokeStyle = context.fillStyle = css(color(style, categoryId));
            context.strokeRect(box.x, box.y, box.width, box.height);
            context.fillRect(box.x, box.y - plate, context.measureText(text).width + style.fontSize * 0.8, plate);
            context.fillStyle = "#000";
            context.fillText(text, box.x + style.fontSize * 0.4, box.y - plate * 0.28);
          }
          return board.encode("png");
        }),
      check,
    });
  await compare(
    `main job: JPEG file, 10 masks, 20 labelled boxes, PNG file; ${jobs.length} photos, ${width} x ${height}`,
    variants,
    { pixels: width * height * jobs.length },
  );

  const frames = jobs.map(({ jpeg }) => decodeJpeg(jpeg));
  await compare(`where it goes, ${width} x ${height}`, [
    { name: "all", run: ours },
    {
      name: "decode",
      run: () => {
        for (const { jpeg } of jobs) decodeJpeg(jpeg).free();
      },
    },
    { name: "draw", run: () => jobs.forEach(({ scene: made }, i) => void render(frames[i], made, STYLE)) },
    { name: "encode", run: () => frames.map((frame) => encodePng(frame)) },
  ]);
  for (const frame of frames) frame.free();
}
