import { readdirSync } from "node:fs";
import { expect } from "vitest";
import { decodeImage } from "../../src/codec/image.ts";
import { sniff } from "../../src/codec/sniff.ts";
import { renderToJpeg } from "../../src/draw/render.ts";
import { sharedBytes, sharedPath, sharedTest } from "../support/shared.ts";
import { testScene } from "../support/scenes.ts";

sharedTest.each([
  ["hires", 6],
  ["misc", 22],
  ["multi", 4],
])("every photo of %s opens, stands upright and is drawn on", { timeout: 60_000 }, (folder, count) => {
  const names = readdirSync(sharedPath(`data/photos/${folder}`)).filter((name) => /\.(png|jpe?g)$/i.test(name));
  expect(names).toHaveLength(count);
  for (const name of names) {
    const bytes = sharedBytes(`data/photos/${folder}/${name}`);
    const { width, height, orientation = 1 } = sniff(bytes)!;
    const frame = decodeImage(bytes);
    expect([name, frame.width, frame.height]).toEqual([name, ...(orientation > 4 ? [height, width] : [width, height])]);
    const jpeg = renderToJpeg(frame, testScene(frame.width, frame.height, 8, 3));
    const back = decodeImage(jpeg);
    expect([back.width, back.height]).toEqual([frame.width, frame.height]);
    back.free();
    frame.free();
  }
});
