/**
 * JPEG bytes to RGBA pixels: ours, the twin in JavaScript, and the libraries people pick.
 *
 * Needs real photos ($LIMN_SHARED, default ../shared). Rivals are taken from the folder $LIMN_PEERS (a package.json with
 * sharp, @jsquash/jpeg and jpeg-js installed) where it is set. Ours keeps its pixels in wasm memory and reuses them, the
 * rivals hand out fresh memory. ICC conversion is off everywhere.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { decodeJpeg } from "../build/js/codec/jpeg-decode.js";
import { compare } from "./harness.mjs";
import { decodeJpegInJs } from "./twins/jpeg-decode.mjs";

const photos = resolve(process.env.LIMN_SHARED ?? "../shared", "data/photos");
if (!existsSync(photos)) {
  console.log("no photos found (LIMN_SHARED): nothing to time");
  process.exit(0);
}

const peers = await loadPeers(process.env.LIMN_PEERS);
for (const [title, file, progressive] of [
  ["640 x 480, 4:4:4", "coco/000000000089.jpg"],
  ["1800 x 1200, 4:2:0", "misc/truck.jpg"],
  ["4048 x 3036, 4:2:0", "hires/IMG_20180725_163423.jpg"],
  ["800 x 800, progressive", "multi/strawberry.jpg", true],
  ["4217 x 2817, progressive", "hires/japanese-shop.jpg", true],
]) {
  const path = resolve(photos, file);
  if (!existsSync(path)) continue;
  const bytes = readFileSync(path);
  const frame = decodeJpeg(bytes);
  const expected = Buffer.from(frame.toRgba());
  const pixels = frame.width * frame.height;
  frame.free();
  const check = (channels) => (result) => {
    const data = result.data ?? result;
    for (let i = 0, o = 0; i < expected.length; i += 4, o += channels)
      for (let c = 0; c < 3; c++)
        if (data[o + c] !== expected[i + c]) throw new Error(`byte ${o + c} is ${data[o + c]}, not ${expected[i + c]}`);
  };
  await compare(
    `decode ${title} (${file})`,
    [
      { name: "limn", run: () => decodeJpeg(bytes).free() },
      ...(progressive ? [] : [{ name: "plain JS", run: () => decodeJpegInJs(bytes), check: check(4) }]),
      ...peers(bytes).map(({ name, run, channels }) => ({ name, run, check: channels && check(channels) })),
    ],
    { pixels },
  );
}

/** Rivals as functions from bytes to variants; none without a folder. */
async function loadPeers(folder) {
  if (!folder) return () => [];
  const require = createRequire(resolve(folder, "package.json"));
  const sharp = require("sharp");
  sharp.concurrency(1);
  sharp.cache(false);
  const jsquash = await import(pathToFileURL(resolve(folder, "node_modules/@jsquash/jpeg/decode.js")).href);
  const wasm = readFileSync(resolve(folder, "node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"));
  globalThis.ImageData ??= class {
    constructor(data, width, height) {
      Object.assign(this, { data, width, height });
    }
  };
  await jsquash.init(new WebAssembly.Module(wasm));
  const jpegJs = require("jpeg-js");
  return (bytes) => [
    { name: "sharp", run: () => sharp(bytes, { ignoreIcc: true }).raw().toBuffer(), channels: 3 },
    { name: "@jsquash/jpeg", run: () => jsquash.default(Uint8Array.from(bytes).buffer), channels: 4 },
    // its chroma is not filtered: other pixels
    { name: "jpeg-js", run: () => jpegJs.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 2048 }) },
  ];
}
