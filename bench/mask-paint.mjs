// Ten masks from COCO strings painted on a frame that is in wasm memory already.
import { strict as assert } from "node:assert";
import { Frame } from "../build/js/core/frame.js";
import { lineBrush } from "../build/js/core/brush.js";
import { MaskSet } from "../build/js/core/masks.js";
import { compare } from "./harness.mjs";
import { blobs, maskGroups, photos, realGroups } from "./inputs.mjs";
import { python } from "./peers/peers.mjs";
import { paint, paintRows } from "./twins/mask-paint.mjs";

const real = realGroups();
const sets = [
  ...(real.length
    ? [
        [`${real.length} groups of ten real masks, 640 x 480`, real, 480, 640],
        ["4 groups of ten real masks enlarged, 1920 x 1080", maskGroups(1920, 1080), 1080, 1920],
      ]
    : []),
  ["ten blobs, 640 x 480", [blobs(480, 640)], 480, 640],
  ["ten blobs, 1920 x 1080", [blobs(1080, 1920)], 1080, 1920],
  ["ten large blobs, 1920 x 1080", [blobs(1080, 1920, 5, 0.15)], 1080, 1920],
];
const colors = [0xe6194b, 0x3cb44b, 0xffe119, 0x4363d8, 0xf58231, 0x911eb4, 0x46f0f0, 0xf032e6, 0xbcf60c, 0xfabebe];

for (const [name, groups, h, w] of sets) {
  const photo = photos(w, h, 1)[0].rgba;
  const frame = Frame.fromRgba(photo, w, h, "RGB");
  const theirs = photo.slice();
  const size = [h, w];
  const orders = colors.map((color, index) => ({ index, color, alpha: 128 }));
  const outlined = orders.map((order) => ({ ...order, outline: { color: 0xffffff, alpha: 255, brush: lineBrush(2) } }));
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
  await compare(`paint masks from strings: ${name}`, [
    {
      name: "limn",
      run: () => ours(orders),
      check: () => assert.ok(Buffer.compare(frame.toRgba(), theirs) === 0, "other pixels"),
    },
    { name: "plain JS twin, down the columns", run: () => plain(paint), floor: 8 },
    { name: "plain JS twin, along the rows", run: () => plain(paintRows), floor: 8 },
    { name: "limn with a 2 px outline", run: () => ours(outlined) },
    ...annotators(groups, w, h),
  ]);
  frame.free();
}

/** pycocotools and supervision's MaskAnnotator; the first group stands for all of them. */
function annotators(groups, width, height) {
  if (!python?.versions.supervision) return [];
  const job = {
    job: "paint_masks",
    width,
    height,
    rles: groups[0].map((counts) => ({ size: [height, width], counts })),
  };
  return [
    {
      name: `pycocotools + supervision ${python.versions.supervision}, the first group x ${groups.length}`,
      measure: async () => (await python.call(job)).ms * groups.length,
      floor: 100,
    },
  ];
}
