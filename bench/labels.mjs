// Labels alone: wording, placing and drawing 10 to 10,000 of them, beside the PNG encode of the frame that they stand on.
// node --conditions=unbundled bench/labels.mjs
import { strict as assert } from "node:assert";
import { encodePng } from "../build/js/codec/png-encode.js";
import { Frame } from "../build/js/core/frame.js";
import { layoutLabels } from "../build/js/draw/label-layout.js";
import { render } from "../build/js/draw/render.js";
import { compare } from "./harness.mjs";
import { photos, scene as sceneOf } from "./inputs.mjs";

const [width, height] = [1920, 1080];
const photo = photos(width, height, 1)[0].rgba;

for (const count of [10, 100, 1000, 10_000]) {
  const scene = sceneOf(width, height, { boxes: count, masks: false });
  const labelsOnly = { boxWidth: 0 };
  const frame = Frame.fromRgba(photo, width, height, "RGB");
  render(frame, scene);
  const drawn = frame.toRgba();
  const encoded = Frame.fromRgba(drawn, width, height, "RGB");
  const variants = ["top", "all"].map((declutter) => ({
    name: `limn, declutter ${declutter}`,
    run: () => render(frame, scene, { ...labelsOnly, declutter }),
    check() {
      const labels = layoutLabels(scene, { ...labelsOnly, declutter });
      const free = labels.filter((label) => label.free);
      for (const [i, { xyxy: a }] of free.entries())
        for (const { xyxy: b } of free.slice(0, i))
          assert(a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3], "labels overlap");
      return `${labels.length} labels, ${free.length} free`;
    },
  }));
  variants.push({
    name: "limn, PNG of the drawn frame",
    run: () => encodePng(encoded),
    ...(count === 1000 && { floor: 1 }),
  });
  await compare(`${count} labels, ${width} x ${height}`, variants);
  frame.free();
  encoded.free();
}
