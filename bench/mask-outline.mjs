// Lines along the rims of fifty masks, and what else is drawn in and around them, on a frame of 1920 x 1080.
import { strict as assert } from "node:assert";
import { glowBrush, lineBrush } from "../build/js/core/brush.js";
import { Frame } from "../build/js/core/frame.js";
import { MaskSet } from "../build/js/core/masks.js";
import { makePattern } from "../build/js/core/pattern.js";
import { paintSoftMask } from "../build/js/core/soft-mask.js";
import { compare } from "./harness.mjs";
import { blobs, maskGroups, photos, realGroups } from "./inputs.mjs";
import { outline, soft } from "./twins/mask-outline.mjs";

const [w, h] = [1920, 1080];
const photo = photos(w, h, 1)[0].rgba;
const sets = [
  ...(realGroups().length ? [["real masks enlarged", maskGroups(w, h).flat()]] : []),
  ["blobs", blobs(h, w)],
  ["large blobs", blobs(h, w, 5, 0.15).slice(0, 4)],
].map(([name, texts]) => [name, Array.from({ length: 50 }, (_, i) => texts[i % texts.length])]);
const color = 0xf58231;

for (const [name, texts] of sets) {
  const set = MaskSet.from(
    texts.map((counts) => ({ kind: "rle", rle: { size: [h, w], counts } })),
    w,
    h,
  );
  const masks = texts.map((_, i) => set.decode(i));
  const boxes = texts.map((_, i) => Array.from(set.boxes.subarray(i * 4, i * 4 + 4)));
  const frame = Frame.fromRgba(photo, w, h, "RGB");
  const theirs = photo.slice();
  const brush = lineBrush(3);
  const paints = (part, alpha = 0) => texts.map((_, index) => ({ index, color, alpha, ...part }));
  const lines = paints({ outline: { color, alpha: 255, brush } });
  const filled = paints({}, 102);
  const both = paints({ outline: { color, alpha: 255, brush } }, 102);
  const glow = paints({ halo: { color, alpha: 255, brush: glowBrush(16) } });
  const hatched = paints({ hatch: { color, alpha: 230, pattern: makePattern("diagonal", 16, 2) } });
  const colors = texts.map((_, i) => (i * 0x123457) & 0xffffff);
  for (let i = 0; i < 50; i++) outline(theirs, masks[i], h, w, boxes[i], brush, color);
  await compare(`outlines of 3 px: fifty ${name}`, [
    {
      name: "limn",
      run: () => set.paint(frame, lines),
      check: () => assert.ok(Buffer.compare(frame.toRgba(), theirs) === 0, "other pixels"),
    },
    {
      name: "plain JS twin, masks decoded before",
      run: () => masks.forEach((mask, i) => outline(theirs, mask, h, w, boxes[i], brush, color)),
      floor: 3,
    },
    { name: "limn, insides alone", run: () => set.paint(frame, filled) },
    { name: "limn, insides and outlines", run: () => set.paint(frame, both) },
    { name: "limn, halos of 16 px", run: () => set.paint(frame, glow) },
    { name: "limn, patterns", run: () => set.paint(frame, hatched) },
    { name: "limn, insides averaged", run: () => set.paintAverage(frame, colors, 102) },
    { name: "limn, background dimmed", run: () => set.paintOutside(frame, 0, 128) },
    { name: "limn, background grey", run: () => set.paintOutside(frame, "gray", 128) },
    { name: "limn, pixelated", run: () => set.hide(frame, "pixelate", () => 24, 0) },
  ]);
  set.free();
  frame.free();
}

const data = Uint8Array.from({ length: w * h }, (_, i) => {
  const [x, y] = [(i % w) / w - 0.5, Math.floor(i / w) / h - 0.5];
  return Math.max(0, 255 * (1.2 - 6 * (x * x + y * y)));
});
const frame = Frame.fromRgba(photo, w, h, "RGB");
const theirs = photo.slice();
soft(theirs, data, color, 102);
await compare("a soft mask, 1920 x 1080", [
  {
    name: "limn",
    run: () => paintSoftMask(frame, { data, width: w, height: h, left: 0, top: 0 }, color, 102, 0),
    check: () => assert.ok(Buffer.compare(frame.toRgba(), theirs) === 0, "other pixels"),
  },
  { name: "plain JS twin", run: () => soft(theirs, data, color, 102), floor: 3 },
]);
frame.free();
