// A complete annotated frame, drawing only: 50 objects of 1080p, each with a mask from its COCO string, a box and a label that
// has to find its place; and what 10, 100, 1,000 and 10,000 small objects cost.
// node --conditions=unbundled bench/frame.mjs
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { Frame } from "../build/js/core/frame.js";
import { core } from "../build/js/core/wasm.js";
import { layoutLabels } from "../build/js/draw/label-layout.js";
import { render } from "../build/js/draw/render.js";
import { resolveStyle } from "../build/js/draw/style.js";
import { toBbox } from "../build/js/model/rle.js";
import { compare } from "./harness.mjs";
import { blobs, maskGroups, photoKind, photos, realGroups, seeded, toRgb } from "./inputs.mjs";
import * as peers from "./peers/peers.mjs";
import { parseText } from "./twins/rle.mjs";

const [width, height] = [1920, 1080];
const OBJECTS = 50;
const NAMES = ["person", "car", "bicycle", "traffic light", "dog", "bus", "backpack", "handbag"];
const photo = photos(width, height, 1)[0].rgba;

// the same letters for everyone
const plex = createRequire(import.meta.url).resolve("@ibm/plex-sans/fonts/complete/woff/IBMPlexSans-Medium.woff");
peers.canvas?.GlobalFonts.registerFromPath(plex, "Plex");

const bgra = (color, alpha) => ((alpha << 24) | ((color & 255) << 16) | (color & 0xff00) | ((color >> 16) & 255)) >>> 0;
const css = (color) => `#${color.toString(16).padStart(6, "0")}`;

await wholeFrame();
await growth();

async function wholeFrame() {
  const strings = (
    realGroups().length > 0 ? maskGroups(width, height) : [1, 2, 3, 4, 5].map((seed) => blobs(height, width, seed))
  ).flat();
  const random = seeded(4);
  const annotations = Array.from({ length: OBJECTS }, (_, i) => {
    const counts = strings[i % strings.length];
    const [x, y, w, h] = toBbox({ size: [height, width], counts });
    const categoryId = i % NAMES.length;
    return {
      segmentation: { kind: "rle", rle: { size: [height, width], counts } },
      box: { x, y, width: w, height: h },
      categoryId,
      category: NAMES[categoryId],
      score: random(),
    };
  });
  const scene = { width, height, annotations };
  const frame = Frame.fromRgba(photo, width, height, "RGB");
  // rivals are given the places of the labels and the colours: they only draw
  const labels = layoutLabels(scene);
  const style = resolveStyle({}, width, height);
  const colorOf = (categoryId) => style.palette[categoryId];
  const variants = [
    {
      // as the rivals' masks: without outlines
      name: "limn",
      run: () => render(frame, scene, { maskOutline: 0 }),
      check() {
        const free = labels.filter((label) => label.free).length;
        assert.ok(labels.length > OBJECTS * 0.9, "labels are missing");
        return `${labels.length} labels, ${free} of them free`;
      },
    },
    { name: "limn, masks with outlines, as by default", run: () => render(frame, scene) },
    { name: "limn, without labels", run: () => render(frame, scene, { maskOutline: 0, showLabels: false }) },
    ...canvasRival(annotations, labels, style, colorOf),
    ...sharpRival(annotations, labels, style, colorOf),
    ...supervisionRival(annotations),
  ];
  await compare(`frame of ${OBJECTS} masks, boxes and labels, ${width} x ${height}, ${photoKind}`, variants);
  frame.free();
}

/** Runs of a string into the pixels of its box, one 32-bit colour. */
function fillMask(pixels, stride, left, top, counts, color) {
  let at = 0;
  for (let run = 0; run < counts.length; run++) {
    const end = at + counts[run];
    if (run % 2) {
      while (at < end) {
        const column = Math.floor(at / height);
        const stop = Math.min(end, (column + 1) * height);
        let to = (at - column * height - top) * stride + column - left;
        for (; at < stop; at++, to += stride) pixels[to] = color;
      }
    }
    at = end;
  }
}

/** The run lengths of a string. */
function countsOf(text) {
  const counts = new Uint32Array(text.length);
  return counts.subarray(0, parseText(text, counts));
}

/** One small canvas for each mask, drawn on the large one. */
function canvasRival(annotations, labels, style, colorOf) {
  if (!peers.canvas) return [];
  const { createCanvas, ImageData } = peers.canvas;
  const context = createCanvas(width, height).getContext("2d");
  const { fontSize, boxWidth } = style;
  return [
    {
      name: peers.canvas.name,
      floor: 8,
      run() {
        context.globalAlpha = 0.5;
        for (const { segmentation, box, categoryId } of annotations) {
          const { x, y, width: w, height: h } = box;
          const pixels = new Uint32Array(w * h);
          fillMask(pixels, w, x, y, countsOf(segmentation.rle.counts), bgra(colorOf(categoryId), 255));
          const small = createCanvas(w, h);
          small.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), w, h), 0, 0);
          context.drawImage(small, x, y);
        }
        context.globalAlpha = 1;
        context.lineWidth = boxWidth;
        for (const { box, categoryId } of annotations) {
          context.strokeStyle = css(colorOf(categoryId));
          context.strokeRect(box.x, box.y, box.width, box.height);
        }
        context.font = `${fontSize}px Plex`;
        context.textBaseline = "middle";
        for (const { text, xyxy, color, textColor } of labels) {
          const [left, top, right, bottom] = xyxy;
          context.fillStyle = css(color);
          context.beginPath();
          context.roundRect(left, top, right - left, bottom - top, 3);
          context.fill();
          context.fillStyle = css(textColor);
          context.fillText(text, left + fontSize * 0.42, (top + bottom) / 2);
        }
        return context.getImageData(0, 0, 1, 1); // drawing is recorded; this makes it happen
      },
    },
  ];
}

/** The masks as one picture made by plain JavaScript, boxes and labels as SVG. */
function sharpRival(annotations, labels, style, colorOf) {
  if (!peers.sharp) return [];
  const rgb = toRgb(photo);
  const { fontSize, boxWidth } = style;
  const raw = (channels) => ({ raw: { width, height, channels } });
  return [
    {
      name: `${peers.sharp.name}, SVG`,
      floor: 30,
      async run() {
        const masks = new Uint32Array(width * height);
        for (const { segmentation, categoryId } of annotations)
          fillMask(masks, width, 0, 0, countsOf(segmentation.rle.counts), bgra(colorOf(categoryId), 128));
        let svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
        for (const { box, categoryId } of annotations)
          svg += `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="${css(colorOf(categoryId))}" stroke-width="${boxWidth}"/>`;
        for (const { text, xyxy, color, textColor } of labels) {
          const [left, top, right, bottom] = xyxy;
          svg += `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="3" fill="${css(color)}"/>`;
          svg += `<text x="${left + fontSize * 0.42}" y="${bottom - fontSize * 0.4}" font-family="sans-serif" font-size="${fontSize}" fill="${css(textColor)}">${text}</text>`;
        }
        svg += "</svg>";
        return peers.sharp
          .module(rgb, raw(3))
          .composite([{ input: new Uint8Array(masks.buffer), ...raw(4) }, { input: Buffer.from(svg) }])
          .removeAlpha()
          .raw()
          .toBuffer();
      },
    },
  ];
}

/** pycocotools decodes, supervision draws and, as limn does, finds places for the labels. */
function supervisionRival(annotations) {
  const { python } = peers;
  if (!python?.versions.supervision) return [];
  const job = {
    job: "annotate_frame",
    width,
    height,
    rles: annotations.map(({ segmentation }) => segmentation.rle),
    boxes: annotations.map(({ box }) => [box.x, box.y, box.x + box.width, box.y + box.height]),
    classes: annotations.map(({ categoryId }) => categoryId),
    labels: annotations.map(({ category, score }) => `${category} ${score.toFixed(2)}`),
  };
  return [false, true].map((smart) => ({
    name: `supervision ${python.versions.supervision}${smart ? ", smart_position" : ""}`,
    measure: async () => (await python.call({ ...job, smart })).ms,
    floor: 80,
  }));
}

/** Small objects with mask, box and label, in a picture of one size. */
async function growth() {
  const made = [10, 100, 1000, 10_000].map((count) => {
    const random = seeded(count);
    const annotations = Array.from({ length: count }, () => {
      const [w, h] = [6 + random() * 30, 6 + random() * 30];
      const [x, y] = [random() * (width - w), random() * (height - h)];
      const categoryId = Math.floor(random() * NAMES.length);
      const outline = [x, y + h / 2, x + w / 2, y, x + w, y + h / 2, x + w / 2, y + h];
      return {
        box: { x, y, width: w, height: h },
        segmentation: { kind: "polygon", parts: [{ outline }] },
        categoryId,
        category: NAMES[categoryId],
        score: random(),
      };
    });
    return { count, scene: { width, height, annotations } };
  });
  const frame = Frame.fromRgba(photo, width, height, "RGB");
  const { rows } = await compare(
    `small objects with mask, box and label, ${width} x ${height}`,
    made.map(({ count, scene }) => ({ name: `limn, ${count} objects`, run: () => render(frame, scene) })),
  );
  for (const [i, { name, ms }] of rows.entries())
    console.log(`  ${name}: ${((ms * 1000) / made[i].count).toFixed(1)} µs an object`);
  frame.free();
  assert.equal(core().heap.blocks - core().cachedBlocks, 0, "memory is left");
}
