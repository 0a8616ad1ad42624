/**
 * JPEG decoding: the bytes of a file to RGBA in wasm memory, which is freed again. Rivals give RGB or RGBA, whichever costs
 * them less; pixels are equal to the byte for all that decode as libjpeg-turbo does; the twin reads baseline files.
 */
import { strict as assert } from "node:assert";
import { decodeJpeg } from "../build/js/codec/jpeg-decode.js";
import { encodeJpeg } from "../build/js/codec/jpeg-encode.js";
import { Frame } from "../build/js/core/frame.js";
import { compare } from "./harness.mjs";
import { photos, sharedFile, sharedFiles } from "./inputs.mjs";
import { cornerstone, jpegJs, jsquashJpeg, pillow, python, rawFile, sharp } from "./peers/peers.mjs";
import { decodeJpegInJs } from "./twins/jpeg-decode.mjs";

const coco = sharedFiles("photos/coco", ".jpg");
const vga = coco.filter((_, i) => i % 4 === 0).map(({ bytes }) => bytes);
const reencoded = (bytes) => {
  const frame = decodeJpeg(bytes);
  const file = encodeJpeg(frame, { quality: 85 });
  frame.free();
  return file;
};
const made = (width, height, count) =>
  photos(width, height, count).map(({ rgba }) => {
    const frame = Frame.fromRgba(rgba, width, height, "RGB");
    const file = encodeJpeg(frame, { quality: 85 });
    frame.free();
    return file;
  });
const one = (path) => [sharedFile(path)].filter(Boolean);
const hires = sharedFiles("photos/hires", ".jpg").filter(({ name }) => !name.startsWith("IMG"));
const sets = [
  [`${vga.length} COCO photos, about 640 x 480, 4:4:4`, vga, { sharp: 2.2 }],
  [`${vga.length} COCO photos, 4:2:0 at 85`, vga.map(reencoded), { sharp: 2.2 }],
  ["photos, 640 x 480, 4:2:0 at 85", made(640, 480, 4), { sharp: 2.2 }],
  ["photos, 1920 x 1080, 4:2:0 at 85", made(1920, 1080, 2), { sharp: 1.5 }],
  ["truck, 1800 x 1200, 4:2:0", one("photos/misc/truck.jpg"), { sharp: 1.5 }],
  ["retina, 1411 x 1411, 4:2:0", one("photos/misc/retina.jpg"), { sharp: 1.5 }],
  ["12 megapixels, 4:2:0", one("photos/hires/IMG_20180725_163423.jpg"), { sharp: 1.5 }],
  [
    "2 progressive, 6 and 12 megapixels",
    hires
      .slice(-1)
      .concat(hires.slice(0, 1))
      .map(({ bytes }) => bytes),
    { sharp: 1.5 },
  ],
  [
    "3 progressive, 0.6 to 0.9 megapixels",
    sharedFiles("photos/multi", "g")
      .filter(({ name }) => !name.startsWith("shapes"))
      .map(({ bytes }) => bytes),
    { sharp: 1.5 },
  ],
];

for (const [name, files, floors] of sets) {
  if (files.length === 0) continue;
  const expected = files.map((bytes) => {
    const frame = decodeJpeg(bytes);
    const { width, height } = frame;
    const rgba = frame.toRgba();
    frame.free();
    return { rgba, width, height };
  });
  const pixels = expected.reduce((sum, { width, height }) => sum + width * height, 0);
  const check = (results) =>
    results.forEach((data, i) => assert.ok(same(data, expected[i].rgba), `other pixels in file ${i}`));
  const progressive = name.includes("progressive");
  const paths = (pillow ?? python) ? files.map(rawFile) : [];
  const variants = [
    {
      name: "limn",
      run: () => {
        for (const bytes of files) decodeJpeg(bytes).free();
      },
    },
  ];
  if (!progressive)
    variants.push({
      name: "plain JS twin",
      run: () => files.map((bytes) => decodeJpegInJs(bytes)),
      check: (results) => check(results.map((result) => result.data ?? result)),
    });
  if (sharp)
    variants.push({
      name: `${sharp.name}, ICC ignored`,
      floor: floors.sharp,
      run: async () => {
        const out = [];
        for (const bytes of files) out.push(await sharp.module(bytes, { ignoreIcc: true }).raw().toBuffer());
        return out;
      },
      check,
    });
  if (jsquashJpeg)
    variants.push({
      name: jsquashJpeg.name,
      floor: progressive ? undefined : 2.8,
      run: async () => {
        const out = [];
        for (const bytes of files) out.push((await jsquashJpeg.decode(bytes.buffer)).data);
        return out;
      },
      check,
    });
  if (cornerstone)
    variants.push({
      name: cornerstone.name,
      run: () => {
        for (const bytes of files) cornerstone.decode(bytes);
      },
      check: () => check(files.map((bytes) => Buffer.from(cornerstone.decode(bytes)))),
    });
  for (const [peer, floor] of [
    [pillow, progressive ? undefined : 1.25],
    [python, undefined],
  ])
    if (peer?.versions.PIL && !(peer === python && python.versions.PIL === pillow?.versions.PIL))
      variants.push({
        name: `Pillow ${peer.versions.PIL}`,
        floor,
        measure: async () => (await peer.call({ job: "jpeg_decode", paths })).ms,
      });
  if (jpegJs)
    variants.push({
      name: `${jpegJs.name}`,
      run: () => files.map((bytes) => jpegJs.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 2048 }).data),
      check: (results) => results.forEach((data, i) => close(data, expected[i].rgba)),
    });
  await compare(`JPEG decode, ${name}`, variants, { pixels });
}

/** Equal colours, whichever channels they come in. */
function same(data, rgba) {
  const channels = data.length / (rgba.length / 4);
  for (let i = 0, k = 0; i < rgba.length; i += 4, k += channels)
    for (let c = 0; c < 3; c++) if (data[k + (channels < 3 ? 0 : c)] !== rgba[i + c]) return false;
  return true;
}

/** jpeg-js repeats chroma samples where the others interpolate, so its colours differ at edges. */
function close(data, rgba) {
  let sum = 0;
  for (let i = 0; i < rgba.length; i++) sum += Math.abs(data[i] - rgba[i]);
  assert.ok(sum / rgba.length < 4, `colours differ by ${sum / rgba.length} on average`);
}
