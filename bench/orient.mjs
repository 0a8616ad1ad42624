/** Turning a frame by its EXIF orientation. */
import { strict as assert } from "node:assert";
import { Frame } from "../build/js/core/frame.js";
import { orientFrame } from "../build/js/core/orient.js";
import { compare } from "./harness.mjs";
import { mirror, rotate } from "./twins/orient.mjs";

for (const [width, height] of [
  [640, 480],
  [1920, 1080],
  [4096, 3072],
]) {
  const pixels = Uint32Array.from({ length: width * height }, (_, i) => Math.imul(i, 2654435761));
  const frame = Frame.fromRgba(new Uint8Array(pixels.buffer), width, height);
  for (const [name, orientation, twin] of [
    ["6: by 90 degrees", 6, rotate],
    ["2: mirrored", 2, mirror],
  ]) {
    const expected = new Uint8Array(twin(pixels, width, height).buffer);
    await compare(
      `orientation ${name}, ${width}x${height}`,
      [
        {
          name: "limn",
          run() {
            orientFrame(frame, orientation).free();
          },
          check() {
            const turned = orientFrame(frame, orientation);
            assert.equal(Buffer.compare(turned.view(), expected), 0);
            turned.free();
          },
        },
        { name: "plain JS twin", run: () => twin(pixels, width, height) },
      ],
      { bytes: width * height * 4 },
    );
  }
  frame.free();
}
