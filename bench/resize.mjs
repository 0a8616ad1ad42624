// Pictures in other sizes: area and Lanczos-3, smaller and larger, RGBA in memory to RGBA in memory.
import { strict as assert } from "node:assert";
import { Frame } from "../build/js/core/frame.js";
import { resize } from "../build/js/draw/resize.js";
import { compare } from "./harness.mjs";
import { photos } from "./inputs.mjs";
import * as peers from "./peers/peers.mjs";
import * as twin from "./twins/resize.mjs";

for (const [from, to, method] of [
  [[1920, 1080], [640, 360], "area"],
  [[1920, 1080], [640, 360], "lanczos3"],
  [[1920, 1080], [300, 169], "lanczos3"],
  [[1920, 1080], [1280, 720], "lanczos3"],
  [[640, 480], [1280, 960], "lanczos3"],
]) {
  const [{ rgba, rgb }] = photos(...from, 1);
  const frame = Frame.fromRgba(rgba, ...from, "RGB");
  const [width, height] = to;
  const theirs = twin.resize(rgba, ...from, ...to, method === "lanczos3");
  const { sharp } = peers;
  await compare(
    `resize ${from.join(" x ")} to ${to.join(" x ")}, ${method}`,
    [
      {
        name: "limn",
        run() {
          const result = resize(frame, { width, height, method });
          result.free();
          return result;
        },
        check() {
          const result = resize(frame, { width, height, method });
          assert.ok(
            result.view().every((value, i) => Math.abs(value - theirs[i]) <= 1),
            "more than one level off",
          );
          result.free();
        },
      },
      {
        name: "plain JS twin",
        run: () => twin.resize(rgba, ...from, ...to, method === "lanczos3"),
        floor: 4,
      },
      ...(sharp && method === "lanczos3"
        ? [
            {
              name: `${sharp.name}, RGB`,
              run: () =>
                sharp
                  .module(rgb, { raw: { width: from[0], height: from[1], channels: 3 } })
                  .resize(width, height, { kernel: "lanczos3", fit: "fill" })
                  .raw()
                  .toBuffer(),
              check: (result) => assert.equal(result.length, width * height * 3),
              floor: 1,
            },
          ]
        : []),
    ],
    { pixels: from[0] * from[1] },
  );
  frame.free();
}
