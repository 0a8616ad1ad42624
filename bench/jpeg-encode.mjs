/**
 * JPEG encoding of photos, RGBA in wasm memory to file bytes: 4:2:0 at quality 85 and 4:4:4 at 90. Each rival gets its
 * pixels in memory of its own choice, and RGB where it takes RGB. libjpeg-turbo's own speed is seen through Pillow.
 */
import { strict as assert } from "node:assert";
import { decodeJpeg } from "../build/js/codec/jpeg-decode.js";
import { encodeJpeg } from "../build/js/codec/jpeg-encode.js";
import { Frame } from "../build/js/core/frame.js";
import { compare } from "./harness.mjs";
import { photos, SIZES } from "./inputs.mjs";
import { cornerstone, jpegJs, jsquashJpeg, pillow, rawFile, sharp } from "./peers/peers.mjs";
import { encode as plainEncode } from "./twins/jpeg-encode.mjs";

for (const [width, height] of SIZES)
  for (const [quality, subsampling] of [
    [85, "4:2:0"],
    [90, "4:4:4"],
  ]) {
    const pictures = photos(width, height, width > 640 ? 1 : 4);
    const frames = pictures.map(({ rgba }) => Frame.fromRgba(rgba, width, height, "RGB"));
    const options = { quality, subsampling };
    const half = subsampling === "4:2:0" ? 2 : 1;
    const expected = frames.map((frame) => encodeJpeg(frame, options));
    const headers = expected.map((file) => file.subarray(0, 2 + findScan(file)));
    const size = (files) =>
      `${(files.reduce((sum, { length }) => sum + length, 0) / files.length / 1000).toFixed(0)} kB`;
    const same = (files) => {
      files.forEach((file, i) => assert.ok(Buffer.compare(file, expected[i]) === 0, "another file"));
      return size(files);
    };
    /** A rival's file is of the same picture: its mean error against the photo is near ours. */
    const alike = (files) => {
      files.forEach((file, i) => {
        const [ours, theirs] = [expected[i], file].map((bytes) => meanError(new Uint8Array(bytes), pictures[i].rgba));
        assert.ok(theirs < ours * 1.5 + 1, `mean error ${theirs.toFixed(2)}, ours ${ours.toFixed(2)}`);
      });
      return size(files);
    };
    const each = async (work) => {
      const files = [];
      for (const picture of pictures) files.push(await work(picture));
      return files;
    };
    const target = quality === 85;
    const rival = (peer, floor, name, run) =>
      peer ? [{ name: `${peer.name}${name}`, run, check: alike, floor: target ? floor : undefined }] : [];
    const raw = { raw: { width, height, channels: 3 } };
    const jpeg = (settings) => () =>
      each(({ rgb }) =>
        sharp
          .module(rgb, raw)
          .jpeg({ quality, chromaSubsampling: subsampling, ...settings })
          .toBuffer(),
      );
    const paths = pillow ? pictures.map(({ rgb }) => rawFile(rgb)) : [];
    await compare(
      `JPEG encode, ${pictures.length} photos, ${width} x ${height}, q${quality} ${subsampling}`,
      [
        { name: "limn, Frame", run: () => frames.map((frame) => encodeJpeg(frame, options)), check: same },
        {
          name: "limn, RGB array",
          run: () => pictures.map(({ rgb }) => encodeJpeg({ data: rgb, shape: [height, width, 3] }, options)),
          check: same,
        },
        {
          name: "limn, optimize",
          run: () => frames.map((frame) => encodeJpeg(frame, { ...options, optimize: true })),
          check: alike,
        },
        {
          name: "plain JS twin",
          run: () => pictures.map(({ rgba }, i) => plainEncode(headers[i], rgba, width, height, half, half)),
          check: same,
        },
        ...rival(sharp, 1.9, ", default", jpeg({})),
        ...rival(sharp, undefined, ", optimiseCoding off", jpeg({ optimiseCoding: false })),
        ...rival(cornerstone, 3.5, "", () =>
          each(({ rgb }) => cornerstone.encode(rgb, width, height, quality, half === 2 ? 2 : 0).slice()),
        ),
        ...rival(jsquashJpeg, 3.5, "", () =>
          each(
            async ({ rgba }) =>
              new Uint8Array(
                await jsquashJpeg.encode(
                  { data: rgba, width, height },
                  {
                    quality,
                    progressive: false,
                    optimize_coding: false,
                    auto_subsample: false,
                    chroma_subsample: half,
                  },
                ),
              ),
          ),
        ),
        ...rival(jpegJs, undefined, ", 4:4:4", () =>
          pictures.map(({ rgba }) => jpegJs.encode({ data: rgba, width, height }, quality).data),
        ),
        ...(pillow
          ? [
              {
                name: pillow.name,
                measure: async () =>
                  (
                    await pillow.call({
                      job: "jpeg_encode",
                      width,
                      height,
                      quality,
                      subsampling: half === 2 ? 2 : 0,
                      paths,
                    })
                  ).ms,
              },
            ]
          : []),
      ],
      { pixels: width * height * pictures.length },
    );
    for (const frame of frames) frame.free();
  }

function meanError(file, rgba) {
  const frame = decodeJpeg(file);
  const pixels = frame.view();
  let sum = 0;
  for (let i = 0; i < rgba.length; i++) sum += Math.abs(pixels[i] - rgba[i]);
  frame.free();
  return sum / rgba.length;
}

/** Where the scan's data begins, less 2. */
function findScan(bytes) {
  let at = 2;
  for (; bytes[at + 1] !== 0xda; at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]));
  return at + ((bytes[at + 2] << 8) | bytes[at + 3]);
}
