/** What visualize gives in a page that does not know the element yet. */
import { expect, test } from "vitest";
import { visualize } from "../../src/log/visualize.ts";
import { Image } from "../../src/media/image.ts";
import { canvasOf, cleanUp, expectDrawn, nextDrawing, picture, SCENE } from "../support/viewer.ts";

test("an element that comes to life when its code is loaded", async () => {
  expect(customElements.get("limn-image")).toBe(undefined);
  const frame = picture();
  const early = document.createElement("limn-image");
  early.baseStyle = { maskAlpha: 0.8 };
  early.pictures = [{ scene: SCENE, source: frame }];
  const element = visualize({ scene: SCENE, image: frame }, { as: "element", style: { maskAlpha: 1 } });
  const drawn = [nextDrawing(element), nextDrawing(early)];
  document.body.append(element, early);
  expect(element.shadowRoot).toBe(null);
  await Promise.all(drawn);
  expectDrawn(element, frame, SCENE, { maskAlpha: 1 });
  expectDrawn(early, frame, SCENE, { maskAlpha: 0.8 });
  const second = visualize(new Image(frame), { as: "element" });
  const next = nextDrawing(second);
  document.body.append(second);
  await next;
  expect(canvasOf(second).width).toBeGreaterThan(100);
  cleanUp();
});
