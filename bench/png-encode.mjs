/**
 * PNG of annotated photos and of class maps, beside a plain-JS twin. Photos are those of $LIMN_SHARED where they are (and a
 * JPEG decoder is built), else pictures made by seeded code. Sizes are printed as a multiple of what Pillow 9.4 makes of the
 * same pixels at level 6, where that was recorded.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { unzlibSync } from "fflate";
import { encodeClassMap, encodePng } from "../build/js/codec/png-encode.js";
import { Frame } from "../build/js/core/frame.js";
import { compare } from "./harness.mjs";
import { encodeGrey, encodePng as twin } from "./twins/png-encode.mjs";

/** Photos of which the middle is taken, and the bytes of Pillow 9.4, level 6, for the annotated middle. */
export const PHOTOS = {
  "640x480": {
    "misc/16004479832_a748d55f21_k.jpg": 308445,
    "misc/17790319373_bd19b24cfc_k.jpg": 357192,
    "misc/24274813513_0cfd2ce6d0_k.jpg": 287310,
    "misc/33823288584_1d21cf0a26_k.jpg": 520009,
    "coco/000000000089.jpg": 416186,
    "coco/000000000127.jpg": 496211,
    "coco/000000000194.jpg": 464604,
    "coco/000000000208.jpg": 447223,
  },
  "1920x1080": {
    "hires/IMG_20180725_163423.jpg": 2176486,
    "hires/book-beside-flowers.jpg": 2548235,
    "hires/grooveland-designs-q7hsIjri5PE-unsplash.jpg": 2058917,
    "hires/japanese-shop.jpg": 1703758,
    "hires/maxence-bouniort-4VmI5w18BJc-unsplash.jpg": 2612214,
    "hires/vladimir-wang-iC8Q1smXUeA-unsplash.jpg": 1859366,
  },
};

function seeded(seed) {
  return () => (seed = (seed * 48271) % 2147483647) / 2147483647;
}

/** The middle of a picture; `pixels` RGBA. */
export function middle(pixels, fullWidth, fullHeight, width, height) {
  const out = new Uint8Array(width * height * 4);
  const [left, top] = [(fullWidth - width) >> 1, (fullHeight - height) >> 1];
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * fullWidth + left) * 4;
    out.set(pixels.subarray(from, from + width * 4), y * width * 4);
  }
  return out;
}

/** Ten half-transparent ellipses, twenty boxes of two pixels with a plate that has marks in it; RGBA in place. */
export function annotate(rgba, width, height) {
  const random = seeded(20);
  const color = () => [random() * 256, random() * 256, random() * 256];
  for (let i = 0; i < 10; i++) {
    const [cx, cy, rx, ry] = [
      random() * width,
      random() * height,
      width * (0.03 + random() * 0.1),
      height * (0.03 + random() * 0.1),
    ];
    const rgb = color();
    for (let y = Math.max(0, Math.floor(cy - ry)); y < Math.min(height, cy + ry); y++)
      for (let x = Math.max(0, Math.floor(cx - rx)); x < Math.min(width, cx + rx); x++)
        if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1)
          for (let c = 0; c < 3; c++) rgba[(y * width + x) * 4 + c] = (rgba[(y * width + x) * 4 + c] + rgb[c]) / 2;
  }
  const fill = (l, t, w, h, rgb) => {
    for (let y = Math.max(0, t); y < Math.min(height, t + h); y++)
      for (let x = Math.max(0, l); x < Math.min(width, l + w); x++)
        for (let c = 0; c < 3; c++) rgba[(y * width + x) * 4 + c] = rgb[c];
  };
  for (let i = 0; i < 20; i++) {
    const [l, t] = [Math.floor(random() * width * 0.8), Math.floor(random() * height * 0.8)];
    const [w, h] = [Math.floor(40 + random() * width * 0.25), Math.floor(40 + random() * height * 0.25)];
    const rgb = color();
    fill(l, t, w, 2, rgb);
    fill(l, t + h, w, 2, rgb);
    fill(l, t, 2, h, rgb);
    fill(l + w, t, 2, h, rgb);
    fill(l, t, 64, 15, rgb);
    for (let k = 0; k < 14; k++)
      fill(l + 3 + k * 4, t + 3 + Math.floor(random() * 4), 1 + Math.floor(random() * 2), 6, [255, 255, 255]);
  }
  return rgba;
}

function madeUp(width, height, seed) {
  const random = seeded(seed + 1);
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const light =
      120 + 70 * Math.sin(x / (60 + seed * 9)) * Math.cos(y / 47) + (random() + random() - 1) * (4 + seed * 2);
    rgba.set([light, light * 0.9 + 12 + random() * 3, light * 0.8 + 20, 255], i * 4);
  }
  return rgba;
}

async function pictures(size) {
  const [width, height] = size.split("x").map(Number);
  const folder = resolve(process.env.LIMN_SHARED ?? "../shared", "data/photos");
  const { decodeJpeg } = await import("../build/js/codec/jpeg-decode.js").catch(() => ({}));
  if (!decodeJpeg || !existsSync(folder))
    return [0, 1, 2, 3].map((seed) => ({ rgba: annotate(madeUp(width, height, seed), width, height), width, height }));
  return Object.entries(PHOTOS[size]).map(([name, pillow]) => {
    const photo = decodeJpeg(readFileSync(resolve(folder, name)));
    const rgba = annotate(middle(photo.view(), photo.width, photo.height, width, height), width, height);
    photo.free();
    return { rgba, width, height, pillow };
  });
}

/** Rough check of a whole file: it inflates to the right number of bytes. */
function checkPng(png, bytes) {
  const idats = [];
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  for (let at = 8; at < png.length; at += view.getUint32(at) + 12)
    if (view.getUint32(at + 4) === 0x49444154) idats.push(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  const raw = unzlibSync(Buffer.concat(idats));
  if (raw.length !== bytes) throw new Error(`expected ${bytes} bytes inside, got ${raw.length}`);
}

async function main() {
  for (const size of Object.keys(PHOTOS)) {
    const all = await pictures(size);
    const frames = all.map(({ rgba, width, height }) => Frame.fromRgba(rgba, width, height, "RGB"));
    const [{ width, height }] = all;
    const check = (results) => results.forEach((png) => checkPng(png, height * (width * 3 + 1)));
    const bytes = all.length * width * height * 3;
    const encoders = [
      ["limn fast", () => frames.map((frame) => encodePng(frame))],
      ["limn store", () => frames.map((frame) => encodePng(frame, { level: "store" }))],
      ["JS twin, fflate level 1", () => all.map((p) => twin(p.rgba, width, height))],
    ];
    const pillow = all.every((p) => p.pillow) ? all.map((p) => p.pillow) : undefined;
    await compare(
      `PNG of ${all.length} annotated pictures of ${size}`,
      encoders.map(([name, run]) => ({ name, run, check })),
      { bytes, rounds: 9 },
    );
    for (const [name, run] of encoders) {
      const sizes = run().map((png) => png.length);
      const total = sizes.reduce((a, b) => a + b);
      const ratio = pillow && sizes.reduce((sum, n, i) => sum + n / pillow[i], 0) / sizes.length;
      console.log(`  ${name}: ${total} bytes${ratio ? `, ${ratio.toFixed(3)} of Pillow level 6` : ""}`);
    }
    for (const frame of frames) frame.free();

    const random = seeded(3);
    const seeds = Array.from({ length: 12 }, () => [random() * width, random() * height]);
    const ids = new Uint8Array(width * height).map((_, i) => {
      const [x, y] = [(i % width) + 6 * Math.sin(i / width / 9), i / width + 5 * Math.sin((i % width) / 13)];
      let best = 0;
      for (let k = 1; k < 12; k++)
        if (Math.hypot(seeds[k][0] - x, seeds[k][1] - y) < Math.hypot(seeds[best][0] - x, seeds[best][1] - y)) best = k;
      return best;
    });
    const palette = Uint8Array.from({ length: 36 }, (_, i) => (i * 77) & 255);
    const checkMap = (png) => checkPng(png, height * (width + 1));
    await compare(
      `class map of ${size}`,
      [
        { name: "limn, grey", run: () => encodeClassMap(ids, width, height), check: checkMap },
        { name: "limn, palette", run: () => encodeClassMap(ids, width, height, { palette }) },
        { name: "JS twin, fflate level 6", run: () => encodeGrey(ids, width, height), check: checkMap },
      ],
      { pixels: width * height, rounds: 9 },
    );
  }
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].split("/").at(-1))) await main();
