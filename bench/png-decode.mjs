/** PNG decode: files to RGBA. Seeded pictures with Paeth rows at zlib's default level, and real photos where they are. */
import { strict as assert } from "node:assert";
import { crc32, deflateSync } from "node:zlib";
import { decodePng } from "../build/js/codec/png-decode.js";
import { compare } from "./harness.mjs";
import { overlays, sharedFiles, SIZES } from "./inputs.mjs";
import { fastPng, pngjs, sharp } from "./peers/peers.mjs";
import { decodePngJs } from "./twins/png-decode.mjs";

const peers = [
  sharp && {
    name: sharp.name,
    run: (bytes) => sharp.module(bytes).ensureAlpha().toColourspace("srgb").raw().toBuffer(),
    rgba: (result) => result,
  },
  pngjs && {
    name: pngjs.name,
    run: (bytes) => pngjs.PNG.sync.read(Buffer.from(bytes.buffer)),
    rgba: ({ data }) => data,
  },
  fastPng && { name: fastPng.name, run: (bytes) => fastPng.decode(bytes), rgba: toRgba },
].filter(Boolean);
const only = process.argv[2];

for (const [name, bytes] of [...seeded(), ...photos()]) {
  if (only && !name.includes(only)) continue;
  const frame = decodePng(bytes);
  const expected = frame.toRgba();
  const { width, height } = frame;
  frame.free();
  const check = (data) =>
    assert.ok(Buffer.compare(Buffer.from(data.buffer, data.byteOffset, data.length), expected) === 0);
  await compare(
    `PNG decode, ${name}: ${width} x ${height}, ${bytes.length} bytes`,
    [
      { name: "limn", run: () => decodePng(bytes).free() },
      { name: "plain JS twin", run: () => decodePngJs(bytes), check: ({ data }) => check(data) },
      ...peers.map((peer) => ({
        name: peer.name,
        run: () => peer.run(bytes),
        check: (result) => check(peer.rgba(result)),
      })),
    ],
    { pixels: width * height },
  );
}

/** Smooth shapes with noise, so that Paeth rows compress as those of photos do. */
function* seeded() {
  for (const [width, height] of [
    [640, 480],
    [1920, 1080],
  ])
    for (const [kind, channels] of [
      ["grey", 1],
      ["rgb", 3],
      ["rgba", 4],
    ]) {
      let seed = 1;
      const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
      const n = width * channels;
      const pixels = new Uint8Array(n * height);
      for (let i = 0; i < pixels.length; i++) {
        const x = Math.floor((i % n) / channels);
        const y = Math.floor(i / n);
        pixels[i] = 128 + 90 * Math.sin(x / 90 + (i % channels)) * Math.cos(y / 70) + random() * 6;
        if (channels === 4 && i % 4 === 3) pixels[i] = x < width / 2 ? 255 : x & 255;
      }
      yield [`seeded ${kind}`, paethPng(pixels, width, height, channels)];
    }
}

/** Photos with overlays at both sizes, and the photos of the shared data; 16 bits are left out: each reduces them its way. */
function* photos() {
  for (const [width, height] of SIZES) {
    const [{ rgb }] = overlays(width, height, 1);
    yield ["photo with overlays", paethPng(rgb, width, height, 3)];
  }
  for (const { name, bytes } of sharedFiles("photos/misc", ".png"))
    if (["kodim23.png", "coins.png", "blackbug.png"].includes(name)) yield [name, bytes];
}

function paethPng(pixels, width, height, channels) {
  const n = width * channels;
  const rows = new Uint8Array((n + 1) * height);
  for (let y = 0; y < height; y++) {
    rows[y * (n + 1)] = 4;
    for (let i = 0; i < n; i++) {
      const at = y * n + i;
      const a = i < channels ? 0 : pixels[at - channels];
      const b = y ? pixels[at - n] : 0;
      const c = y && i >= channels ? pixels[at - n - channels] : 0;
      const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
      rows[y * (n + 1) + 1 + i] = pixels[at] - (pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, [0, 0, 4, 2, 6][channels]], 8);
  const chunk = (type, body) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
    bytes.writeUInt32BE(body.length, 0);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + body.length)), 8 + body.length);
    return bytes;
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...parts]));
}

function toRgba({ data, channels, width, height }) {
  const out = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 4; c++) {
      const from = channels > 2 ? c : c < 3 ? 0 : 1;
      if (from < channels) out[i * 4 + c] = data[i * channels + from];
    }
  return out;
}
