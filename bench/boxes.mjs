// 100 boxes with label plates and text: our renderer from scene to pixels, the same picture in plain JavaScript (with our
// layout, so that its pixels can be compared), and @napi-rs/canvas drawing as its users do.
// node --conditions=unbundled bench/boxes.mjs
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { Frame } from "../build/js/core/frame.js";
import { placeBox } from "../build/js/draw/boxes.js";
import { textColorOn } from "../build/js/draw/colors.js";
import { builtinFont } from "../build/js/draw/font.js";
import { arrangeLabels } from "../build/js/draw/labels.js";
import { selectMarks } from "../build/js/draw/marks.js";
import { render } from "../build/js/draw/render.js";
import { resolveStyle } from "../build/js/draw/style.js";
import { compare } from "./harness.mjs";
import { photos, scene as sceneOf, SIZES } from "./inputs.mjs";
import * as peers from "./peers/peers.mjs";
import { drawGlyph, fillPlate, rasterise, strokeBox } from "./twins/boxes.mjs";

// the same letters for everyone
const plex = createRequire(import.meta.url).resolve("@ibm/plex-sans/fonts/complete/woff/IBMPlexSans-Medium.woff");
peers.canvas?.GlobalFonts.registerFromPath(plex, "Plex");

// labels stand where their boxes are: placing them has a bench of its own
const STYLE = { declutter: "none" };

for (const [width, height] of SIZES) {
  const photo = photos(width, height, 1)[0].rgba;
  const scene = sceneOf(width, height, { boxes: 100, masks: false });
  const { annotations } = scene;

  const frame = Frame.fromRgba(photo, width, height, "RGB");
  const ours = () => render(frame, scene, STYLE);

  const twinPixels = new Uint32Array(width * height);
  const glyphs = new Map();
  const twin = () => {
    const style = resolveStyle(STYLE, width, height);
    const boxes = selectMarks(scene, style).map((mark) => [mark, placeBox(mark, mark.annotation.box, style)]);
    for (const [, { bounds, color }] of boxes)
      strokeBox(twinPixels, width, height, edges(bounds), style.boxWidth, pixelOf(color));
    const labels = arrangeLabels(
      boxes.map(([mark, { bounds }]) => [mark, bounds]),
      style,
      width,
      height,
    );
    const font = builtinFont();
    const size = style.fontSize;
    const { capHeight, descent } = font.metrics(size);
    const baseline = capHeight + Math.max(descent + 1, Math.round(size * 0.32));
    const radius = Math.round(size * 0.25);
    for (const label of labels) {
      fillPlate(twinPixels, width, height, edges(label), radius, cornerOf(radius), pixelOf(label.color));
      const ink = pixelOf(textColorOn(label.color));
      const [{ line, penX }] = label.lines;
      for (const [i, glyph] of line.glyphs.entries()) {
        const pen = penX * 4 + line.penX[i];
        const key = (glyph * 4 + (pen & 3)) * 512 + size;
        let bitmap = glyphs.get(key);
        if (bitmap === undefined) {
          const outline = font.outline(glyph, size);
          glyphs.set(key, (bitmap = outline ? rasterise(outline, (pen & 3) * 64) : null));
        }
        if (bitmap) drawGlyph(twinPixels, width, bitmap, pen >> 2, label.top + baseline, ink);
      }
    }
    return twinPixels;
  };
  new Uint8Array(twinPixels.buffer).set(photo);
  ours();
  const expected = frame.toRgba();

  const variants = [
    { name: "limn", run: ours },
    {
      name: "plain JS twin (our layout)",
      run: twin,
      check: () =>
        assert.deepEqual(Buffer.compare(Buffer.from(twinPixels.buffer), Buffer.from(expected)), 0, "other pixels"),
    },
  ];
  if (peers.canvas) {
    const canvas = peers.canvas.createCanvas(width, height);
    const context = canvas.getContext("2d");
    const style = resolveStyle({}, width, height);
    variants.push({
      name: peers.canvas.name,
      floor: width === 640 ? 3 : 4,
      run: () => {
        context.font = `${style.fontSize}px Plex`;
        context.lineWidth = style.boxWidth;
        context.textBaseline = "middle";
        const plate = Math.round(style.fontSize * 1.4);
        for (const { box, category, categoryId, score } of annotations) {
          const color = `#${style.palette[categoryId].toString(16).padStart(6, "0")}`;
          context.strokeStyle = color;
          context.strokeRect(box.x, box.y, box.width, box.height);
          const text = `${category} ${score.toFixed(2)}`;
          context.fillStyle = color;
          context.beginPath();
          context.roundRect(box.x, box.y - plate, context.measureText(text).width + style.fontSize * 0.8, plate, 3);
          context.fill();
          context.fillStyle = "#000";
          context.fillText(text, box.x + style.fontSize * 0.4, box.y - plate / 2);
        }
        return context.getImageData(0, 0, 1, 1); // drawing is recorded; this makes it happen
      },
    });
  }
  await compare(`100 boxes with plates and text, ${width} x ${height}`, variants);
  frame.free();
}

function edges({ left, top, right, bottom }) {
  return [left, top, right, bottom];
}

function pixelOf(color) {
  return (0xff000000 | ((color & 255) << 16) | (color & 0xff00) | (color >> 16)) >>> 0;
}

function cornerOf(radius) {
  const r = radius * 256;
  const near = Math.round(r * (1 - 0.41421356));
  const middle = Math.round(r * (1 - 0.70710678));
  const points = [0, r, 0, near, middle, middle, near, 0, r, 0, r, r];
  return rasterise({ points, flags: [1, 0, 1, 0, 1, 1], ends: [6] }, 0);
}
