/** One round of drawing what nobody should draw. */
import { expect } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { core } from "../../src/core/wasm.ts";
import { layoutLabels } from "../../src/draw/label-layout.ts";
import { render, renderToPng } from "../../src/draw/render.ts";
import type { Style } from "../../src/draw/style.ts";
import { ImageError } from "../../src/errors.ts";
import type { Scene } from "../../src/model/scene.ts";
import { randomStyle, soundScene, spoil } from "./hostile-scenes.ts";
import { random, randomInt } from "./random.ts";

/** Draw a random scene, two times of three with nonsense in it. @returns what became of it */
export function hostileRound(seed: number): "drawn" | "refused" {
  const next = random(seed);
  const sound = soundScene(next);
  const isSound = next() < 1 / 3;
  let scene = isSound ? sound : spoil(next, sound);
  if (!isSound && next() < 0.3) scene = spoil(next, scene);
  const style = randomStyle(next);
  const { width, height } = sound;
  const opaque = next() < 0.5;
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    opaque && i % 4 === 3 ? 255 : randomInt(next, 0, 255),
  );
  const before = core().heap.blocks - core().cachedBlocks;
  const first = draw(pixels, width, height, scene, style, opaque);
  const again = draw(pixels, width, height, scene, style, opaque);
  expect(core().heap.blocks - core().cachedBlocks).toBe(before);
  if (isSound && first instanceof Error) throw first;
  if (first instanceof Error) {
    expect(String(again)).toBe(String(first));
    return "refused";
  }
  expect(first.findIndex((byte, i) => byte !== (again as Uint8Array)[i])).toBe(-1);
  for (const { xyxy } of layoutLabels(scene, style)) {
    const [left, top, right, bottom] = xyxy;
    expect(left >= 0 && top >= 0 && right <= width && bottom <= height && left < right && top < bottom).toBe(true);
  }
  return "drawn";
}

/** The pixels, or the error; anything else than an {@link ImageError} is a defect. */
function draw(
  pixels: Uint8Array,
  width: number,
  height: number,
  scene: Scene,
  style: Style,
  opaque: boolean,
): Uint8Array | ImageError {
  using frame = Frame.fromRgba(pixels, width, height, opaque ? "RGB" : "RGBA");
  try {
    if (style.caption) renderToPng(frame, scene, style, { level: "store" });
    else render(frame, scene, style);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    expect(error.code).toMatch(/^(ARGUMENT|DECODE|LIMIT|UNSUPPORTED)$/);
    // refused before the first pixel
    expect(frame.toRgba().findIndex((byte, i) => byte !== pixels[i])).toBe(-1);
    return error;
  }
  const drawn = frame.toRgba();
  if (opaque)
    for (let i = 3; i < drawn.length; i += 4) if (drawn[i] !== 255) throw new Error(`alpha ${drawn[i]} at ${i}`);
  return drawn;
}
