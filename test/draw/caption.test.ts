import { describe, expect, test } from "vitest";
import { decodeImage } from "../../src/codec/image.ts";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { addCaption } from "../../src/draw/caption.ts";
import { render, renderToJpeg, renderToPng } from "../../src/draw/render.ts";
import { Image } from "../../src/media/image.ts";
import { testFrame } from "../support/scenes.ts";

const TEXT = "A street in the evening, after the rain, with lights of many colours on the wet stones";

describe("addCaption", () => {
  test("makes a higher frame: the picture as it was, a white band with words below", () => {
    using frame = testFrame(200, 100, 1);
    using taller = addCaption(frame, TEXT);
    expect(taller.width).toBe(200);
    expect(taller.height).toBeGreaterThan(120);
    expect(taller.opaque).toBe(true);
    const pixels = taller.toRgba();
    expect(pixels.subarray(0, 200 * 100 * 4)).toEqual(frame.toRgba());
    const band = pixels.subarray(200 * 100 * 4);
    const dark = band.filter((byte, i) => i % 4 === 0 && byte < 64).length;
    expect(dark).toBeGreaterThan(200);
    // no letter touches the edges of the band
    for (let i = 0; i < 200 * 4; i++) expect(band[i]).toBe(255);
    expect(band.subarray(-200 * 4).every((byte) => byte === 255)).toBe(true);
    for (let i = 0; i < band.length; i += 4) expect([band[i], band[i + 3]]).toEqual([band[i + 1], 255]);
  });

  test("breaks long texts into lines, and cuts what would be higher than the picture", () => {
    const heights = [TEXT, TEXT.repeat(4), TEXT.repeat(400)].map((text) => {
      using frame = testFrame(200, 100, 1);
      using taller = addCaption(frame, text);
      return taller.height - 100;
    });
    expect(heights[1]).toBeGreaterThan(heights[0]!);
    expect(heights[2]).toBeLessThanOrEqual(100);
    using frame = testFrame(200, 100, 1);
    using two = addCaption(frame, "one\ntwo");
    using one = addCaption(frame, "one two");
    expect(two.height).toBeGreaterThan(one.height);
  });

  test("keeps alpha, takes thumbnails and blanks, and gives memory back", () => {
    for (const [width, height] of [
      [1, 1],
      [5, 5],
      [12, 40],
      [60, 2],
    ] as const)
      for (const text of ["", "  \n ", "cat", TEXT, "猫"]) {
        using frame = testFrame(width, height, 2, true);
        using taller = addCaption(frame, text);
        expect(taller.opaque).toBe(false);
        expect(taller.toRgba().subarray(0, width * height * 4)).toEqual(frame.toRgba());
        if (text.trim() === "") expect(taller.height).toBe(height);
      }
    expect(core().heap.blocks - core().cachedBlocks).toBe(0);
  });

  test("refuses what is no text, and pictures that become too large", () => {
    using frame = testFrame(20, 10, 1);
    expect(() => addCaption(frame, 7 as unknown as string)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
    using tall = Frame.create(20, 65500, { fill: 0 });
    expect(() => addCaption(tall, "text")).toThrow(expect.objectContaining({ code: "LIMIT" }));
  });
});

describe("the style's caption", () => {
  const scene = { width: 64, height: 48, annotations: [], caption: "a cat" };

  test("adds the band to files, never to the frame that is drawn on", () => {
    using frame = Frame.create(64, 48, { fill: 0 });
    const heightOf = (bytes: Uint8Array): number => {
      using decoded = decodeImage(bytes);
      return decoded.height;
    };
    expect(heightOf(renderToPng(frame, scene, { caption: true }))).toBeGreaterThan(54);
    expect(heightOf(renderToJpeg(frame, scene, { caption: true }))).toBeGreaterThan(54);
    expect(heightOf(renderToPng(frame, scene))).toBe(48);
    expect(heightOf(renderToPng(frame, { ...scene, caption: undefined }, { caption: true }))).toBe(48);
    expect(render(frame, scene, { caption: true }).height).toBe(48);
    const image = new Image(frame, { caption: "a cat" });
    expect(heightOf(image.toPng({ style: { caption: true } }))).toBeGreaterThan(54);
    expect(heightOf(image.toJpeg({ style: { caption: true } }))).toBeGreaterThan(54);
    expect(heightOf(image.toPng({ style: {} }))).toBe(48);
  });
});
