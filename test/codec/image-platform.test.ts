import { expect, test } from "vitest";
import { platform } from "#platform";
import { decodeImageAsync } from "../../src/codec/image.ts";
import { ImageError } from "../../src/errors.ts";
import { PICTURES } from "../support/pictures.ts";

const sharp = "sharp";
const decoderIsThere =
  platform === "browser" ||
  (await import(/* @vite-ignore */ sharp).then(
    () => true,
    () => false,
  ));

test.runIf(decoderIsThere)("decodes formats that are not its own with the platform's decoder", async () => {
  for (const type of ["gif", "webp", "webpExtended", "avif"] as const) {
    using frame = await decodeImageAsync(PICTURES[type], { decoder: "platform" });
    expect([type, frame.width, frame.height]).toEqual([type, 37, 21]);
    expect(frame.view()[2]! > frame.view()[0]!).toBe(true); // the pictures are blue
  }
});

test.runIf(decoderIsThere)("reports what the platform's decoder refuses, and a size that does not fit", async () => {
  const broken = PICTURES.webp.slice(0, 40);
  await expect(decodeImageAsync(broken, { decoder: "platform" })).rejects.toMatchObject({ code: "DECODE" });
  const wrong = decodeImageAsync(PICTURES.gif, { decoder: "platform", expect: { width: 5, height: 6 } });
  await expect(wrong).rejects.toThrow("expect: expected a picture of 5 x 6, got 37 x 21");
});

test.skipIf(decoderIsThere)("says what to install where there is no decoder", async () => {
  const error: unknown = await decodeImageAsync(PICTURES.webp, { decoder: "platform" }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ImageError);
  expect((error as ImageError).code).toBe("UNSUPPORTED");
  expect((error as ImageError).message).toContain("npm install sharp");
});
