/** The renderer: every scene becomes pixels here, and nowhere else. */
import { encodeJpeg } from "../codec/jpeg-encode.ts";
import { encodePng } from "../codec/png-encode.ts";
import type { Frame } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import type { Scene } from "../model/scene.ts";
import { withCaption } from "./caption.ts";
import { planScene } from "./plan.ts";
import type { Style } from "./style.ts";

/**
 * Draw a scene on a frame: hidden regions first, then label maps, heat maps, masks (the largest first), boxes, shapes,
 * poses, icons, texts, the blocks that name classes and values, and the labels last, inside the picture and apart from each
 * other. The same input gives the same bytes in every runtime.
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
  checkSceneSize(frame, scene);
  const plan = planScene(scene, style);
  try {
    for (const layer of plan.layers) layer.draw(frame);
  } finally {
    plan.free();
  }
  return frame;
}

/** @throws {ImageError} `ARGUMENT` for a scene of another size than the frame's */
export function checkSceneSize({ width, height }: Frame, scene: Scene): void {
  // a broken scene has no size: it is refused for its own reason
  if (scene?.error) return;
  if (scene?.width !== width || scene.height !== height)
    throw new ImageError(
      "ARGUMENT",
      `expected a scene of the frame's size ${width} x ${height}, got ${show(scene?.width)} x ${show(scene?.height)}`,
    );
}

/**
 * {@link render}, then the picture as PNG, with the caption below where the style wants it. The frame is drawn on and stays the caller's.
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
  return withCaption(render(frame, scene, style), scene, style, (picture) => encodePng(picture, options));
}

/**
 * {@link render}, then the picture as JPEG, with the caption below where the style wants it. The frame is drawn on and stays the caller's.
 *
 * @param options - those of `encodeJpeg`
 */
export function renderToJpeg(
  frame: Frame,
  scene: Scene,
  style: Style = {},
  options: Parameters<typeof encodeJpeg>[1] = {},
): Uint8Array {
  return withCaption(render(frame, scene, style), scene, style, (picture) => encodeJpeg(picture, options));
}
