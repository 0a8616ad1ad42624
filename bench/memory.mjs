/**
 * Peak memory (resident set) of a process that reads JPEG files, draws and writes PNG in memory: one picture, and 200; the
 * second figure must not be far from the first. Each count in a process of its own, at both sizes.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [size, count] = process.argv.slice(2).map(Number);
if (count === undefined) {
  console.log("\nPeak memory of a process: JPEG bytes, 10 masks, 20 labelled boxes, PNG bytes");
  for (const [i, name] of ["640 x 480", "1920 x 1080"].entries())
    for (const pictures of [0, 1, 200]) {
      const { stdout } = spawnSync(
        process.execPath,
        ["--conditions=unbundled", fileURLToPath(import.meta.url), String(i), String(pictures)],
        { encoding: "utf8" },
      );
      console.log(`  ${name}, ${String(pictures).padStart(3)} pictures: ${stdout.trim()}`);
    }
} else {
  const { decodeJpeg } = await import("../build/js/codec/jpeg-decode.js");
  const { encodePng } = await import("../build/js/codec/png-encode.js");
  const { core } = await import("../build/js/core/wasm.js");
  const { render } = await import("../build/js/draw/render.js");
  const { blobs, seeded } = await import("./inputs.mjs");
  const { encodeJpeg } = await import("../build/js/codec/jpeg-encode.js");
  const { Frame } = await import("../build/js/core/frame.js");
  const [width, height] = [
    [640, 480],
    [1920, 1080],
  ][size];
  const random = seeded(1);
  const start = Frame.create(width, height, { fill: 0x808080 });
  start.view().forEach((_, i, view) => i % 4 < 3 && (view[i] = 90 + ((i >> 9) & 63) + random() * 12));
  const jpeg = encodeJpeg(start);
  start.free();
  const annotations = blobs(height, width).map((counts, categoryId) => ({
    segmentation: { kind: "rle", rle: { size: [height, width], counts } },
    categoryId,
  }));
  for (let i = 0; i < 20; i++)
    annotations.push({
      box: { x: i * 20, y: i * 15, width: 90, height: 70 },
      category: "car",
      categoryId: 3,
      score: 0.5,
    });
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const frame = decodeJpeg(jpeg);
    bytes += encodePng(render(frame, { width, height, annotations })).length;
    frame.free();
  }
  const peak = process.resourceUsage().maxRSS / 1024;
  const wasm = core().memory.buffer.byteLength / 2 ** 20;
  console.log(
    `${peak.toFixed(0)} MiB resident at most, wasm memory ${wasm.toFixed(1)} MiB, ${(bytes / 1e6).toFixed(1)} MB of PNG`,
  );
}
