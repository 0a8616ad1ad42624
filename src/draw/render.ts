/** The renderer: every scene becomes pixels here, and nowhere else. */
import { encodeJpeg } from "../codec/jpeg-encode.ts";
import { encodePng } from "../codec/png-encode.ts";
import type { Frame } from "../core/frame.ts";
import { ImageError } from "../errors.ts";
import type { Scene } from "../model/scene.ts";
import { planScene } from "./plan.ts";
import type { Style } from "./style.ts";

/**
 * Draw a scene on a frame: label maps, masks (the largest first), boxes, poses, texts, and the labels last, inside the picture
 * and apart from each other while there is room. The same input gives the same bytes in every runtime.
 *
 * The scene is checked as a whole before the first pixel changes.
 *
 * @param frame - drawn on in place; its size must be the scene's
 * @returns the same frame
 * @throws {ImageError} `ARGUMENT` or `DECODE` with the path of what cannot be drawn: `annotations[3].box.x`
 * @example
 * const frame = decodeImage(readFileSync("street.jpg"));
 * render(frame, {
 *   width: frame.width,
 *   height: frame.height,
 *   annotations: [{ box: { x: 20, y: 30, width: 200, height: 120 }, category: "car", categoryId: 3, score: 0.87 }],
 * });
 * writeFileSync("annotated.png", encodePng(frame));
 */
export function render(frame: Frame, scene: Scene, style: Style = {}): Frame {
  const { width, height } = frame;
  if (scene.width !== width || scene.height !== height)
    throw new ImageError(
      "ARGUMENT",
      `expected a scene of the frame's size ${width} x ${height}, got ${scene.width} x ${scene.height}`,
    );
  const plan = planScene(scene, style);
  try {
    for (const layer of plan.layers) layer.draw(frame);
  } finally {
    plan.free();
  }
  return frame;
}

/**
 * {@link render}, then the picture as PNG. The frame is drawn on and stays the caller's.
 *
 * @param options - those of `encodePng`
 * @example
 * using frame = decodeImage(photo);
 * const png = renderToPng(frame, scene, { maskAlpha: 0.3 });
 */
export function renderToPng(
  frame: Frame,
  scene: Scene,
  style: Style = {},
  options: Parameters<typeof encodePng>[1] = {},
): Uint8Array {
  return encodePng(render(frame, scene, style), options);
}

/**
 * {@link render}, then the picture as JPEG. The frame is drawn on and stays the caller's.
 *
 * @param options - those of `encodeJpeg`
 */
export function renderToJpeg(
  frame: Frame,
  scene: Scene,
  style: Style = {},
  options: Parameters<typeof encodeJpeg>[1] = {},
): Uint8Array {
  return encodeJpeg(render(frame, scene, style), options);
}
