// COCO strings to row-major masks, and back.
import { deepStrictEqual } from "node:assert";
import { MaskSet } from "../build/js/core/masks.js";
import * as rle from "../build/js/model/rle.js";
import { compare } from "./harness.mjs";
import { blobs, maskGroups, realGroups } from "./inputs.mjs";
import * as twin from "./twins/rle.mjs";
import { rleEncode } from "./twins/rle-text.mjs";

const real = realGroups().flat();
const sets = [
  ...(real.length
    ? [
        [`${real.length} real masks, 640 x 480`, real, 480, 640],
        ["40 real masks enlarged, 1920 x 1080", maskGroups(1920, 1080).flat(), 1080, 1920],
      ]
    : []),
  ["10 blobs, 640 x 480", blobs(480, 640), 480, 640],
  ["10 blobs, 1920 x 1080", blobs(1080, 1920), 1080, 1920],
];

for (const [name, texts, h, w] of sets) {
  const size = [h, w];
  const expected = texts.map((counts) => twin.decode(counts, h, w));
  const ten = texts.slice(0, 10);
  await compare(`string to row-major mask: ${name}`, [
    {
      name: "limn, rle.decode each",
      run: () => texts.map((counts) => rle.decode({ size, counts }).data),
      check: (masks) => masks.forEach((mask, i) => deepStrictEqual(mask, expected[i])),
    },
    { name: "plain JS twin", run: () => texts.map((counts) => twin.decode(counts, h, w)) },
  ]);
  const reused = new Uint8Array(h * w);
  await compare(`ten strings to row-major masks, one after the other: ${name}`, [
    {
      name: "limn, MaskSet.view",
      run: () => {
        const set = MaskSet.from(
          ten.map((counts) => ({ kind: "rle", rle: { size, counts } })),
          w,
          h,
        );
        let sum = 0;
        for (let i = 0; i < set.count; i++) sum += set.view(i)[0];
        set.free();
        return sum;
      },
      check: () => {
        const set = MaskSet.from(
          ten.map((counts) => ({ kind: "rle", rle: { size, counts } })),
          w,
          h,
        );
        ten.forEach((_, i) => deepStrictEqual(set.view(i).slice(), expected[i]));
        set.free();
      },
    },
    {
      name: "plain JS twin",
      floor: 6,
      run: () => {
        let sum = 0;
        for (const counts of ten) sum += twin.decode(counts, h, w)[0];
        return sum;
      },
    },
    {
      name: "plain JS twin, one array reused",
      run: () => {
        let sum = 0;
        for (const counts of ten) sum += twin.decodeInto(reused.fill(0), counts, h, w)[0];
        return sum;
      },
    },
  ]);
  await compare(`ten strings to row-major masks in one array: ${name}`, [
    {
      name: "limn, MaskSet.decodeAll",
      run: () => {
        const set = MaskSet.from(
          ten.map((counts) => ({ kind: "rle", rle: { size, counts } })),
          w,
          h,
        );
        const all = set.decodeAll();
        set.free();
        return all;
      },
      check: (all) => ten.forEach((_, i) => deepStrictEqual(all.slice(i * h * w, (i + 1) * h * w), expected[i])),
    },
    { name: "plain JS twin", run: () => ten.map((counts) => twin.decode(counts, h, w)) },
  ]);
  await compare(`row-major mask to string: ${name}`, [
    {
      name: "limn, rle.encode",
      run: () => expected.slice(0, 10).map((data) => rle.encode({ data, width: w, height: h }).counts),
      check: (out) => deepStrictEqual(out, ten),
    },
    { name: "plain JS twin", run: () => expected.slice(0, 10).map((mask) => rleEncode(mask, h, w)) },
  ]);
}
