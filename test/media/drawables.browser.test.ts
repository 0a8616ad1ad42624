/** Images from what a page draws with. */
import { expect, test } from "vitest";
import { Image } from "../../src/media/image.ts";
import { limits } from "../../src/limits.ts";

function canvas(width = 4, height = 3): OffscreenCanvas {
  const drawn = new OffscreenCanvas(width, height);
  const context = drawn.getContext("2d")!;
  context.fillStyle = "#102030";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#ff8000";
  context.fillRect(1, 1, 1, 1);
  return drawn;
}

const PIXELS = Array.from({ length: 3 }, (_, y) =>
  Array.from({ length: 4 }, (_, x) => (x === 1 && y === 1 ? [255, 128, 0, 255] : [16, 32, 48, 255])),
);

test("canvases, bitmaps, pictures and frames of videos are their pixels as they are now", async () => {
  const offscreen = canvas();
  const element = document.createElement("canvas");
  [element.width, element.height] = [4, 3];
  element.getContext("2d")!.drawImage(offscreen, 0, 0);
  const picture = document.createElement("img");
  picture.src = URL.createObjectURL(await offscreen.convertToBlob());
  await picture.decode();
  picture.width = 40; // how large it is shown does not matter
  const frame = new VideoFrame(offscreen, { timestamp: 0 });
  for (const source of [offscreen, element, picture, await createImageBitmap(offscreen), frame]) {
    const image = new Image(source, { caption: "c" });
    expect([image.width, image.height, image.caption]).toEqual([4, 3, "c"]);
    expect(image.toDataArray()).toEqual(PIXELS);
  }
  frame.close();
  const image = new Image(offscreen, { mode: "RGB" });
  offscreen.getContext("2d")!.clearRect(0, 0, 4, 3);
  expect(image.toDataArray()[1]![1]).toEqual([255, 128, 0]);
});

test("what has no pixels, or too many, is refused", () => {
  expect(() => new Image(document.createElement("img"))).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  expect(() => new Image(document.createElement("div") as never)).toThrow(
    expect.objectContaining({ code: "ARGUMENT" }),
  );
  const { maxPixels } = limits;
  limits.maxPixels = 11;
  try {
    expect(() => new Image(canvas())).toThrow(expect.objectContaining({ code: "LIMIT" }));
  } finally {
    limits.maxPixels = maxPixels;
  }
});
