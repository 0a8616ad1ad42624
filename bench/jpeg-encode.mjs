/**
 * JPEG encoding of photos, RGBA in wasm memory to file bytes: 4:2:0 at quality 85 and 4:4:4 at 90. Rivals are taken from
 * bench/peers/node_modules (or LIMN_PEERS) where they are installed; each gets its pixels in memory of its own choice, and
 * RGB where it takes RGB. libjpeg-turbo's own speed is seen through Pillow when LIMN_PYTHON names an interpreter with it.
 */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { encodeJpeg } from "../build/js/codec/jpeg-encode.js";
import { Frame } from "../build/js/core/frame.js";
import { compare } from "./harness.mjs";
import { encode as plainEncode } from "./twins/jpeg-encode.mjs";

const peers = createRequire(resolve(process.env.LIMN_PEERS ?? "bench/peers", "package.json"));
const shared = resolve(process.env.LIMN_SHARED ?? "../shared");
const python = process.env.LIMN_PYTHON;

/** A module of the peers, or undefined. */
async function peer(name) {
  try {
    return await import(peers.resolve(name));
  } catch {
    console.log(`(${name} is not installed)`);
    return undefined;
  }
}

const sharp = (await peer("sharp"))?.default;
sharp?.concurrency(1);
sharp?.cache(false);
const jpegJs = (await peer("jpeg-js"))?.default;
const cornerstone = await loadCornerstone();
const jsquash = await loadJsquash();

async function loadCornerstone() {
  const name = "@cornerstonejs/codec-libjpeg-turbo-8bit";
  const load = (await peer(`${name}/wasmjs`))?.default;
  return load?.({ locateFile: () => peers.resolve(`${name}/wasm`) });
}

async function loadJsquash() {
  const encode = await peer("@jsquash/jpeg/encode.js");
  if (!encode) return undefined;
  const wasm = resolve(dirname(peers.resolve("@jsquash/jpeg/encode.js")), "codec/enc/mozjpeg_enc.wasm");
  globalThis.ImageData ??= class {}; // it wants to see one in Node
  await encode.init(new WebAssembly.Module(readFileSync(wasm)));
  return encode.default;
}

/** Photo-like pixels from seeded arithmetic: smooth shapes, edges, and grain. */
function synthetic(width, height) {
  const rgba = new Uint8Array(width * height * 4);
  let seed = 1;
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++, p += 4) {
      seed = (seed * 48271) % 2147483647;
      const grain = (seed % 13) - 6;
      const shape = Math.sin(x / 37 + Math.sin(y / 53) * 2) * 60 + (((x >> 6) + (y >> 5)) % 5 === 0 ? 50 : 0);
      for (let c = 0; c < 3; c++)
        rgba[p + c] = Math.max(0, Math.min(255, 110 + shape * (1 - c * 0.2) + y / 20 + grain));
      rgba[p + 3] = 255;
    }
  return rgba;
}

async function photo(path, width, height) {
  const file = resolve(shared, "data/photos", path);
  if (!sharp || !existsSync(file)) return synthetic(width, height);
  const raw = await sharp(file).resize(width, height, { fit: "fill" }).ensureAlpha().raw().toBuffer();
  return new Uint8Array(raw);
}

/** Best time of Pillow in milliseconds, which is libjpeg-turbo with its SIMD and a copy. */
function pillow(rgb, width, height, quality, subsampling) {
  const script = `
import io, sys, time
from PIL import Image
w, h, q, s = (int(v) for v in sys.argv[1:])
picture = Image.frombytes("RGB", (w, h), sys.stdin.buffer.read())
best = 1e9
for _ in range(40):
    start = time.perf_counter(); picture.save(io.BytesIO(), "JPEG", quality=q, subsampling=s)
    best = min(best, time.perf_counter() - start)
print(best * 1000)`;
  const args = [width, height, quality, subsampling === "4:2:0" ? 2 : 0].map(String);
  return Number(spawnSync(python, ["-c", script, ...args], { input: rgb, maxBuffer: 2 ** 20 }).stdout);
}

for (const [path, width, height] of [
  ["coco/000000000030.jpg", 640, 480],
  ["misc/truck.jpg", 1800, 1200],
]) {
  const rgba = await photo(path, width, height);
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0, k = 0; i < rgba.length; i += 4) for (let c = 0; c < 3; c++) rgb[k++] = rgba[i + c];
  const frame = Frame.fromRgba(rgba, width, height);
  for (const [quality, subsampling] of [
    [85, "4:2:0"],
    [90, "4:4:4"],
  ]) {
    const options = { quality, subsampling };
    const expected = encodeJpeg(frame, options);
    const half = subsampling === "4:2:0" ? 2 : 1;
    const header = expected.subarray(0, 2 + findScan(expected));
    const same = (bytes) => assert.equal(Buffer.compare(bytes, expected), 0);
    const isJpeg = (bytes) => assert.ok(bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.length > expected.length / 2);
    const rival = (name, there, run, check = isJpeg) => (there ? [{ name, run, check }] : []);
    const raw = { raw: { width, height, channels: 3 } };
    const encoder = cornerstone && new cornerstone.JPEGEncoder();
    const { rows } = await compare(
      `encode JPEG ${width}x${height} q${quality} ${subsampling}, ${expected.length} bytes`,
      [
        { name: "limn, Frame", run: () => encodeJpeg(frame, options), check: same },
        {
          name: "limn, RGB array",
          run: () => encodeJpeg({ data: rgb, shape: [height, width, 3] }, options),
          check: same,
        },
        { name: "limn, optimize", run: () => encodeJpeg(frame, { ...options, optimize: true }), check: isJpeg },
        { name: "plain JS twin", run: () => plainEncode(header, rgba, width, height, half, half), check: same },
        ...rival("sharp, default", sharp, () =>
          sharp(rgb, raw).jpeg({ quality, chromaSubsampling: subsampling }).toBuffer(),
        ),
        ...rival("sharp, optimiseCoding off", sharp, () =>
          sharp(rgb, raw).jpeg({ quality, chromaSubsampling: subsampling, optimiseCoding: false }).toBuffer(),
        ),
        ...rival("cornerstone libjpeg-turbo wasm", encoder, () => {
          const info = { width, height, bitsPerSample: 8, componentCount: 3, isSigned: false };
          encoder.getDecodedBuffer(info).set(rgb);
          encoder.setQuality(quality);
          encoder.setSubSampling(half === 2 ? 2 : 0);
          encoder.setProgressive(false);
          encoder.encode();
          return encoder.getEncodedBuffer().slice();
        }),
        ...rival(
          "jsquash (MozJPEG wasm)",
          jsquash,
          async () =>
            new Uint8Array(
              await jsquash(
                { data: rgba, width, height },
                { quality, progressive: false, optimize_coding: false, auto_subsample: false, chroma_subsample: half },
              ),
            ),
        ),
        ...rival("jpeg-js (4:4:4)", jpegJs, () => jpegJs.encode({ data: rgba, width, height }, quality).data),
      ],
      { pixels: width * height, rounds: Number(process.env.LIMN_BENCH_ROUNDS ?? 15) },
    );
    if (python) {
      const best = pillow(rgb, width, height, quality, subsampling);
      console.log(
        `  Pillow, best of 40: ${best.toFixed(3)} ms, x${(best / rows.find(({ ms }) => ms).min).toFixed(2)} of the best here`,
      );
    }
  }
  frame.free();
}

/** Where the scan's data begins, less 2. */
function findScan(bytes) {
  let at = 2;
  for (; bytes[at + 1] !== 0xda; at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]));
  return at + ((bytes[at + 2] << 8) | bytes[at + 3]);
}
