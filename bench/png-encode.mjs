/**
 * PNG of opaque photos with overlays, from a frame in wasm memory to the bytes of a file. Rivals get RGB where they take it.
 * Sizes beside Pillow 9.4 at level 6 on the same pixels.
 */
import { strict as assert } from "node:assert";
import { decodePng } from "../build/js/codec/png-decode.js";
import { encodePng } from "../build/js/codec/png-encode.js";
import { Frame } from "../build/js/core/frame.js";
import { atMost, compare } from "./harness.mjs";
import { overlays, photoKind, SIZES } from "./inputs.mjs";
import { fastPng, jsquashPng, pngjs, sharp, upng } from "./peers/peers.mjs";
import { pillowSize } from "./peers/yardstick.mjs";
import { encodePngJs } from "./twins/png-encode.mjs";

for (const [width, height] of SIZES) {
  const pictures = overlays(width, height, width > 640 ? 2 : 4);
  const frames = pictures.map(({ rgba }) => Frame.fromRgba(rgba, width, height, "RGB"));
  const rgbas = pictures.map(({ rgba }) => rgba);
  const rgbs = pictures.map(({ rgb }) => Buffer.from(rgb.buffer));
  const rooms = frames.map((frame) => new Uint8Array(encodePng(frame).length));
  const raw = { raw: { width, height, channels: 3 } };

  /** Each file gives the same pixels back; the sizes are noted. */
  const check = (files) => {
    let bytes = 0;
    files.forEach((file, i) => {
      const frame = decodePng(new Uint8Array(file));
      assert.ok(Buffer.compare(frame.toRgba(), rgbas[i]) === 0, "other pixels");
      frame.free();
      bytes += file.byteLength ?? file.length;
    });
    return `${(bytes / files.length / 1000).toFixed(0)} kB`;
  };
  const each = async (list, work) => {
    const files = [];
    for (const item of list) files.push(await work(item));
    return files;
  };
  const rival = (peer, floor, name, run) => (peer ? [{ name: `${peer.name}${name}`, run, check, floor }] : []);
  await compare(
    `PNG encode, ${pictures.length} ${photoKind} with overlays, ${width} x ${height}`,
    [
      { name: "limn, fast", run: () => frames.map((frame) => encodePng(frame)), check },
      {
        name: "limn, into memory that is kept",
        run: () => frames.map((frame, i) => encodePng(frame, { into: rooms[i] })),
        check,
      },
      { name: "plain JS twin", run: () => rgbas.map((rgba) => encodePngJs(rgba, width, height)), check },
      ...rival(sharp, 13, ", default", () => each(rgbs, (rgb) => sharp.module(rgb, raw).png().toBuffer())),
      ...rival(sharp, 5, ", level 1", () =>
        each(rgbs, (rgb) => sharp.module(rgb, raw).png({ compressionLevel: 1 }).toBuffer()),
      ),
      ...rival(jsquashPng, 5, "", () => each(rgbas, (data) => jsquashPng.encode({ data, width, height }))),
      ...rival(fastPng, 40, "", () => rgbs.map((data) => fastPng.encode({ data, width, height, channels: 3 }))),
      ...rival(upng, undefined, "", () => rgbas.map((rgba) => upng.encode([rgba.buffer], width, height, 0))),
      ...rival(pngjs, undefined, "", () =>
        rgbs.map((data) => pngjs.PNG.sync.write({ data, width, height }, { inputColorType: 2, colorType: 2 })),
      ),
    ],
    { pixels: width * height * pictures.length },
  );
  let [sum, wanted] = [0, 0];
  for (const [i, { name, rgb }] of pictures.entries()) {
    const theirs = await pillowSize(`${name} with overlays`, rgb, width, height, "RGB");
    if (!theirs) continue;
    const ours = encodePng(frames[i]).length;
    console.log(`  ${name}: ${ours} bytes, Pillow ${theirs}, x${(ours / theirs).toFixed(3)}`);
    sum += ours;
    wanted += theirs;
  }
  if (wanted)
    atMost(
      `PNG size, photos with overlays ${width} x ${height}`,
      "Pillow 9.4, level 6",
      sum / wanted,
      width === 640 ? 1.15 : 1.18,
    );
  for (const frame of frames) frame.free();
}
