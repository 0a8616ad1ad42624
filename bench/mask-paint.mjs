// Ten masks from COCO strings painted on a frame that is in wasm memory already.
import { deepStrictEqual } from "node:assert";
import { Frame } from "../build/js/core/frame.js";
import { MaskSet } from "../build/js/core/masks.js";
import { compare } from "./harness.mjs";
import { blobs, realGroups, seeded } from "./inputs/masks.mjs";
import { paint, paintRows } from "./twins/mask-paint.mjs";

const real = realGroups();
const sets = [
  ...(real.length ? [[`${real.length} groups of ten real masks, 640 x 480`, real, 480, 640]] : []),
  ["ten blobs, 640 x 480", [blobs(480, 640)], 480, 640],
  ["ten blobs, 1920 x 1080", [blobs(1080, 1920)], 1080, 1920],
  ["ten large blobs, 1920 x 1080", [blobs(1080, 1920, 5, 0.15)], 1080, 1920],
];
const colors = [0xe6194b, 0x3cb44b, 0xffe119, 0x4363d8, 0xf58231, 0x911eb4, 0x46f0f0, 0xf032e6, 0xbcf60c, 0xfabebe];

for (const [name, groups, h, w] of sets) {
  const next = seeded(3);
  const photo = Uint8Array.from({ length: h * w * 4 }, (_, i) => (i % 4 === 3 ? 255 : next() * 256));
  const frame = Frame.fromRgba(photo, w, h, "RGB");
  const theirs = photo.slice();
  const size = [h, w];
  const orders = colors.map((color, index) => ({ index, color, alpha: 128 }));
  const outlined = orders.map((order) => ({ ...order, outline: { color: 0xffffff, alpha: 255, width: 2 } }));
  const ours = (paints) =>
    groups.forEach((texts) => {
      const set = MaskSet.from(
        texts.map((counts) => ({ kind: "rle", rle: { size, counts } })),
        w,
        h,
      );
      set.paint(frame, paints);
      set.free();
    });
  const plain = (with_) =>
    groups.forEach((texts) => texts.forEach((text, i) => with_(theirs, text, h, w, colors[i], 128)));
  // both start from the same photo and have painted once when the check runs
  plain(paint);
  await compare(`paint from strings: ${name}`, [
    { name: "limn", run: () => ours(orders), check: () => deepStrictEqual(frame.toRgba(), theirs) },
    { name: "plain JS down the columns", run: () => plain(paint) },
    { name: "plain JS along the rows", run: () => plain(paintRows) },
    { name: "limn with a 2 px outline", run: () => ours(outlined) },
  ]);
  frame.free();
}
