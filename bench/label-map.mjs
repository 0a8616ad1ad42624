// Label maps painted on a frame that is in wasm memory already; the map is copied in each time.
import { strict as assert } from "node:assert";
import { Frame } from "../build/js/core/frame.js";
import { paintLabelMap } from "../build/js/core/label-map.js";
import { compare } from "./harness.mjs";
import { denseLabels, photos, seeded, SIZES, sparseLabels } from "./inputs.mjs";
import * as twin from "./twins/label-map.mjs";

const next = seeded(9);
const table = Uint8Array.from({ length: 1024 }, (_, i) => (i < 4 ? 0 : i % 4 === 3 ? 128 : next() * 256));

const noise = (h, w) => Uint8Array.from({ length: h * w }, () => next() * 256);

for (const [w, h] of SIZES)
  for (const [name, labels, floor] of [
    ["mostly background", sparseLabels(w, h), 10],
    ["every pixel labelled", denseLabels(w, h), 6],
    ["noise, the worst case", noise(h, w), undefined],
  ]) {
    const photo = photos(w, h, 1)[0].rgba;
    const frame = Frame.fromRgba(photo, w, h, "RGB");
    const theirs = photo.slice();
    twin.paintLabelMap(theirs, labels, table);
    const share = Math.round((labels.filter((label) => label).length / labels.length) * 100);
    await compare(
      `label map overlay ${w} x ${h}, ${name} (${share} %)`,
      [
        {
          name: "limn",
          run: () => paintLabelMap(frame, labels, table),
          check: () => assert.ok(Buffer.compare(frame.toRgba(), theirs) === 0, "other pixels"),
        },
        { name: "plain JS twin", run: () => twin.paintLabelMap(theirs, labels, table), floor },
      ],
      { pixels: w * h },
    );
    frame.free();
  }
