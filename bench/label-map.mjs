// Label maps painted on a frame that is in wasm memory already; the map is copied in each time.
import { deepStrictEqual } from "node:assert";
import { Frame } from "../build/js/core/frame.js";
import { paintLabelMap } from "../build/js/core/label-map.js";
import { compare } from "./harness.mjs";
import { blobs, seeded } from "./inputs/masks.mjs";
import * as twin from "./twins/label-map.mjs";
import { decode } from "./twins/rle.mjs";

const next = seeded(9);
const table = Uint8Array.from({ length: 1024 }, (_, i) => (i < 4 ? 0 : i % 4 === 3 ? 128 : next() * 256));

/** Blobs of classes 1 to 10 on background. */
function sparse(h, w) {
  const labels = new Uint8Array(h * w);
  blobs(h, w).forEach((text, k) => decode(text, h, w).forEach((value, i) => value && (labels[i] = k + 1)));
  return labels;
}

/** Every pixel labelled: blobs of classes on bands of others. */
function dense(h, w) {
  const labels = sparse(h, w);
  return labels.map((label, i) => label || 20 + Math.floor((Math.floor(i / w) / h) * 6 + Math.sin((i % w) / 90)));
}

const noise = (h, w) => Uint8Array.from({ length: h * w }, () => next() * 256);

for (const [h, w] of [
  [480, 640],
  [1080, 1920],
])
  for (const [name, labels] of [
    ["mostly background", sparse(h, w)],
    ["every pixel labelled", dense(h, w)],
    ["noise, the worst case", noise(h, w)],
  ]) {
    const photo = Uint8Array.from({ length: h * w * 4 }, (_, i) => (i % 4 === 3 ? 255 : next() * 256));
    const frame = Frame.fromRgba(photo, w, h, "RGB");
    const theirs = photo.slice();
    twin.paintLabelMap(theirs, labels, table);
    const share = Math.round((labels.filter((label) => label).length / labels.length) * 100);
    await compare(
      `label map ${w} x ${h}, ${name} (${share} %)`,
      [
        {
          name: "limn",
          run: () => paintLabelMap(frame, labels, table),
          check: () => deepStrictEqual(frame.toRgba(), theirs),
        },
        { name: "plain JS", run: () => twin.paintLabelMap(theirs, labels, table) },
      ],
      { pixels: w * h },
    );
    frame.free();
  }
